// The controls of a view, by their names as ears hear them, and what a lesson does with each.

import { make, tell } from "./dom.js";
import { idOf } from "./lesson-keep.js";
import { same } from "./words.js";

/** @typedef {import("./lab.js").Lab} Lab */
/** @typedef {"free" | "lock" | "hide"} Treatment */

/** @param {Element} element */
const plainText = (element) => (element.textContent ?? "").replace(/\s+/g, " ").trim();

/** @param {Element} element */
export function nameOf(element) {
  const by = (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)).filter((one) => one !== null).map(plainText).join(" ");
  const label = /** @type {HTMLInputElement} */ (element).labels?.[0];
  return by || element.getAttribute("aria-label") || (label && plainText(label)) || plainText(element) || element.getAttribute("title") || element.getAttribute("placeholder") || idOf(element);
}

/**
 * What several elements with one id are called together: their group's name, or the first one's.
 * @param {Element[]} elements
 */
export function groupName(elements) {
  const [first] = elements;
  if (!first) return "";
  const heads = elements.map((one) => one.closest("fieldset, [role=group], [role=radiogroup]"));
  const group = elements.length > 1 && heads[0] && heads.every((one) => one === heads[0]) ? heads[0] : null;
  const alone = group && [...group.querySelectorAll("[data-control]")].every((one) => idOf(one) === idOf(first));
  const legend = group?.querySelector("legend");
  const name = alone ? (legend && plainText(legend)) || group.getAttribute("aria-label") : "";
  return name || (elements.length > 1 && !/-number$/.test(elements.at(-1)?.getAttribute("data-control") ?? "") ? `${nameOf(first)} (×${elements.length})` : nameOf(first));
}

/**
 * All controls that stand on the page now, in their order.
 * @param {Element} within
 * @returns {Map<string, string>} names by id
 */
export function controlsIn(within) {
  /** @type {Map<string, Element[]>} */
  const found = new Map();
  for (const one of within.querySelectorAll("[data-control]")) {
    const id = idOf(one);
    if (!id || id.startsWith("shell.")) continue;
    found.set(id, [...(found.get(id) ?? []), one]);
  }
  return new Map([...found].map(([id, elements]) => [id, groupName(elements)]));
}

/**
 * A list of all controls, each with what the lesson does with it.
 * @param {Lab} lab
 * @param {{ of: (id: string) => Treatment, set: (id: string, treatment: Treatment) => void, chosen: () => string[] }} acts
 */
export function controlList(lab, acts) {
  const word = (/** @type {string} */ key) => lab.word(`lesson.${key}`);
  /** @type {Map<string, string>} names seen so far: what stands in a box that opens is kept */
  const seen = new Map();
  /** @type {Map<string, { row: HTMLElement, name: HTMLElement, select: HTMLSelectElement }>} */
  const rows = new Map();
  const list = make("ul", { class: "lesson-controls", label: word("controls") });
  const all = (/** @type {Treatment} */ treatment) => make("button", { class: "quiet", text: word(`all-${treatment}`), on: { click: () => {
    for (const id of rows.keys()) acts.set(id, treatment);
    renew();
  } } });
  const box = make("div", { class: "stack" }, make("p", { class: "small", text: word("controls-about") }), list, make("div", { class: "controls" }, all("lock"), all("free")));
  let view = "";

  /** @param {string} id */
  function made(id) {
    const select = make("select", { on: { change: () => acts.set(id, /** @type {Treatment} */ (select.value)) } },
      ...["free", "lock", "hide"].map((value) => make("option", { text: word(value), set: { value } })));
    const name = make("span", {});
    const row = make("li", {}, make("label", {}, name, select));
    rows.set(id, { row, name, select });
    return row;
  }
  function renew() {
    const now = document.body.dataset.view ?? "";
    if (now !== view) seen.clear();
    view = now;
    const main = document.getElementById("main");
    if (main) for (const [id, name] of controlsIn(main)) seen.set(id, name);
    const others = acts.chosen().filter((id) => !seen.has(id)); // of other views, or of boxes that are closed
    const ids = [...seen.keys(), ...others];
    for (const id of ids) if (!rows.has(id)) made(id);
    for (const [id, { row }] of rows) if (!ids.includes(id)) { row.remove(); rows.delete(id); }
    ids.forEach((id, k) => {
      const one = rows.get(id);
      if (!one) return;
      if (list.children[k] !== one.row) list.insertBefore(one.row, list.children[k] ?? null);
      tell(one.name, { text: same(seen.get(id) ?? id) });
      if (one.select.value !== acts.of(id)) one.select.value = acts.of(id);
    });
  }
  return { box, renew };
}
