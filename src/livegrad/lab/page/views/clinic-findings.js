// Findings as a tree, cause first, and what is said of the one that is chosen.

import { make, tell } from "../core/dom.js";
import { flattened, treatLine } from "./clinic-case.js";
import { roving } from "./functions-controls.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {import("./clinic-case.js").Finding} Finding */
/** @typedef {import("./clinic-case.js").Recording} Recording */

/**
 * Where a finding is, in words.
 * @param {Lab} lab
 * @param {Finding} finding
 * @param {Recording} recording
 * @returns {Text}
 */
export function placeOf(lab, finding, recording) {
  if (["data", "loss", "optimizer"].includes(finding.place)) return lab.word(`clinic.place-${finding.place}`);
  const names = recording.case.layers.map((layer) => layer.name).filter((name) => finding.places.includes(name));
  const [first, last] = [names[0] ?? finding.place, names.at(-1) ?? finding.place];
  const text = lab.word(`clinic.place-layer${first === last ? "" : "s"}`);
  const put = (/** @type {string} */ words) => words.replace("{name}", first).replace("{first}", first).replace("{last}", last);
  return { en: put(text.en), ko: put(text.ko) };
}

/**
 * @param {Lab} lab
 * @param {(finding: number) => void} choose by the order in which they are read
 */
export function tree(lab, choose) {
  const word = (/** @type {string} */ key) => lab.word(`clinic.${key}`);
  const list = make("div", {});
  const legend = make("ul", { class: "legend" }, ...["error", "warning", "note"].map((kind) => make("li", {}, sign(kind), make("span", { text: word(kind) }))));
  const box = make("section", { class: "card tree-card", label: word("findings") }, make("h2", { text: word("findings") }), list, legend);
  return {
    box,
    /**
     * @param {Recording} recording
     * @param {number} chosen
     */
    put(recording, chosen) {
      let count = 0;
      /** @type {HTMLButtonElement[]} */
      const buttons = [];
      /** @param {Finding} finding @param {boolean} below @returns {HTMLElement} */
      const item = (finding, below) => {
        const index = count++;
        const button = make("button", { class: "find", set: { "aria-pressed": String(index === chosen), "data-control": "clinic.finding", "data-code": finding.code }, on: { click: () => choose(index) } },
          sign(finding.severity),
          make("span", { class: "words" }, make("span", { class: "name", text: finding.title }), make("span", { class: "unseen", text: word(finding.severity) }),
            make("span", { class: "where", text: placeOf(lab, finding, recording) }), below && make("span", { class: "unseen", text: word("consequence") })));
        buttons.push(button);
        return make("li", {}, button, finding.consequences.length > 0 && make("ul", {}, ...finding.consequences.map((one) => item(one, true))));
      };
      const { findings } = recording.case;
      list.replaceChildren(findings.length ? make("ul", { class: "tree" }, ...findings.map((one) => item(one, false))) : make("p", { class: "ghost", text: word("no-findings") }));
      list.onkeydown = (event) => {
        if (event.key === "ArrowDown" || event.key === "ArrowUp") roving(event, buttons, (button) => button.click());
      };
      buttons.forEach((button) => { button.tabIndex = 0; });
    },
    /** @param {number} chosen */
    mark(chosen) {
      list.querySelectorAll(".find").forEach((button, k) => button.setAttribute("aria-pressed", String(k === chosen)));
    },
  };
}

/** @param {string} kind */
const sign = (kind) => make("span", { class: `sign ${kind}`, set: { "aria-hidden": "true" } }, kind === "error" ? "■" : kind === "warning" ? "▲" : "●");

/** @param {Lab} lab */
export function detail(lab) {
  const word = (/** @type {string} */ key) => lab.word(`clinic.${key}`);
  const box = make("section", { class: "card detail" });
  /** @param {string} key @param {...Text} texts */
  const part = (key, ...texts) => (texts.length ? [make("h3", { text: word(key) }), ...texts.map((text) => make("p", { text }))] : []);
  return {
    box,
    /**
     * @param {Recording} recording
     * @param {number} chosen
     */
    put(recording, chosen) {
      const one = recording.case;
      const found = flattened(one.findings)[chosen]?.finding;
      const state = part("state", one.state);
      if (!found) {
        const title = one.healthy ? "healthy" : one.observed ? "unknown" : "unseen";
        box.replaceChildren(make("h2", { text: word(title) }), make("p", { text: word("nothing-found") }), ...state);
        return;
      }
      const sure = [word(found.confidence), ...(found.doubt ? [found.doubt] : [])];
      box.replaceChildren(make("h2", { text: found.title }), make("p", { class: "small", text: found.about }),
        ...part("seen", found.seen), ...part("causes", ...found.causes), ...part("harm", found.harm), ...part("sure", ...sure), ...part("advice", found.advice),
        copyable(lab, treatLine(recording)), make("p", { class: "small", text: word("treat-note") }), ...state);
    },
  };
}

/**
 * A line to copy.
 * @param {Lab} lab
 * @param {string} line
 */
export function copyable(lab, line) {
  const words = make("span", { text: lab.word("shell.copy") });
  const button = make("button", { set: { "data-control": "clinic.copy" } }, words);
  const code = make("code", { set: { tabindex: 0 } }, line);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(line);
      tell(words, { text: lab.word("shell.copied") });
      lab.announce(lab.word("shell.copied"));
      setTimeout(() => tell(words, { text: lab.word("shell.copy") }), 2500);
    } catch {
      getSelection()?.selectAllChildren(code); // no right to copy: the line stands ready for the reader's own keys
    }
  });
  const copy = lab.word("shell.copy");
  tell(button, { label: { en: `${copy.en}: ${line}`, ko: `${copy.ko}: ${line}` } });
  return make("div", { class: "copyable" }, code, button);
}
