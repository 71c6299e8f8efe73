// The catalogue as a list: a small curve and a name each, found by typing, walked through with arrow keys.

import { make, tell } from "../core/dom.js";
import { row } from "../core/frames.js";
import { roving } from "./functions-controls.js";

/** @typedef {import("../core/lab.js").Lab} Lab */

const SVG = "http://www.w3.org/2000/svg";

/**
 * The path of a small curve over −4 … 4, y from −1.6 to 2.4, in a box of 44 by 28.
 * @param {ArrayLike<number>} ys
 */
export function glyphPath(ys) {
  let path = "";
  let down = false;
  for (let k = 0; k < ys.length; k += 1) {
    const y = 28 - ((Number(ys[k]) + 1.6) / 4) * 28;
    if (!Number.isFinite(y) || y < -6 || y > 34) down = false;
    else {
      path += `${down ? "L" : "M"}${((k / (ys.length - 1)) * 44).toFixed(1)} ${y.toFixed(1)}`;
      down = true;
    }
  }
  return path;
}

/** @param {ArrayLike<number>} ys */
function glyph(ys) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 44 28", width: "44", height: "28", "aria-hidden": "true", class: "glyph" })) svg.setAttribute(name, value);
  for (const [d, kind] of [["M0 16.800H44M22 0V28", "axes"], [glyphPath(ys), "curve"]]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", String(d));
    path.setAttribute("class", String(kind));
    svg.append(path);
  }
  return svg;
}

/** @param {string} words */
const bare = (words) => words.toLowerCase().replace(/[_\s-]/g, "");

/**
 * @param {Lab} lab
 * @param {any} catalogue as the desk lists it
 * @param {(name: string) => void} act
 */
export function list(lab, catalogue, act) {
  /** @type {HTMLButtonElement[]} */
  const all = [];
  /** @type {string | undefined} */
  let marked;
  const entry = (/** @type {any} */ one, /** @type {number} */ k) => {
    const button = make("button", { class: "entry", set: { "data-name": one.id, "data-control": "functions.name" }, on: { click: () => act(one.id) } }, glyph(row(catalogue.curves, k).data), make("span", {}, one.id));
    all.push(button);
    return { one, button, item: make("li", {}, button) };
  };
  const entries = catalogue.functions.map(entry);
  const groups = [{ id: "", name: lab.word("functions.in-sources") }, ...catalogue.groups].map((group) => {
    const mine = entries.filter((/** @type {any} */ each) => (group.id ? !each.one.sources && each.one.group === group.id : each.one.sources));
    return { mine, box: make("div", { class: "entries" }, make("h3", { text: group.name }), make("ul", {}, ...mine.map((/** @type {any} */ each) => each.item))) };
  });
  const found = make("p", { class: "tiny", set: { "aria-live": "polite" } });
  const search = make("input", { label: lab.word("functions.search"), set: { type: "search", autocomplete: "off", spellcheck: "false", "data-control": "functions.search" } });
  const sift = () => {
    const wanted = bare(search.value);
    let count = 0;
    for (const { mine, box } of groups) {
      for (const { one, item } of mine) {
        item.hidden = !one.names.split(" ").some((/** @type {string} */ name) => bare(name).includes(wanted));
        count += item.hidden ? 0 : 1;
      }
      box.hidden = mine.every((/** @type {any} */ each) => each.item.hidden);
    }
    const first = all.find((button) => !button.parentElement?.hidden);
    if (first && all.every((button) => button.tabIndex < 0 || button.parentElement?.hidden)) first.tabIndex = 0;
    tell(found, { text: lab.word(wanted ? "functions.found" : "functions.count"), values: { count } });
  };
  search.addEventListener("input", sift);
  search.addEventListener("keydown", (event) => {
    const first = all.find((button) => button.offsetParent);
    if (event.key === "ArrowDown") first?.focus();
    if (event.key === "Enter" && search.value && first) act(first.dataset.name ?? "");
  });
  const scroll = make("div", { class: "choose" }, ...groups.map((group) => group.box));
  scroll.addEventListener("keydown", (event) => roving(event, all));
  sift();
  const box = make("section", { class: "list", label: lab.word("functions.list") }, make("h2", { class: "unseen", text: lab.word("functions.list") }),
    make("label", { class: "find" }, make("span", { text: lab.word("functions.search") }), search), found, scroll);
  return {
    box,
    /** Bring the chosen one into sight: the list moves, the page does not. */
    reveal: () => {
      const chosen = all.find((button) => button.hasAttribute("aria-current"));
      if (chosen) scroll.scrollTop += chosen.getBoundingClientRect().top - scroll.getBoundingClientRect().top - scroll.clientHeight / 2;
    },
    /** @param {string} name empty for a formula of one's own */
    mark: (name) => {
      if (name === marked) return;
      marked = name;
      let reached = false;
      for (const button of all) {
        const on = button.dataset.name === name;
        if (on) button.setAttribute("aria-current", "true");
        else button.removeAttribute("aria-current");
        button.tabIndex = on ? 0 : -1;
        reached ||= on;
      }
      if (!reached && all[0]) all[0].tabIndex = 0;
    },
  };
}
