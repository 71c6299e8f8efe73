// From scratch: naive NumPy as textbooks write it, really run on this machine, and its repair beside it.

import { make, tell } from "../core/dom.js";
import { choices } from "./functions-controls.js";

/** @typedef {import("./scenes-frame.js").Scene} Scene */
/** @typedef {import("../core/lab.js").Lab} Lab */

/**
 * @param {Lab} lab
 * @param {string} key
 */
function program(lab, key) {
  const word = (/** @type {string} */ name) => lab.word(`scenes.${name.replaceAll(".", "-")}`);
  const code = make("pre", { class: "code", set: { tabindex: 0 }, label: word(key) });
  const badge = make("span", { class: "badge" });
  const out = make("pre", { class: "out" });
  const told = make("ul", { class: "small" });
  const box = make("section", { class: "stack program", label: word(key) }, make("div", { class: "topline" }, make("h3", { text: word(key) }), badge), code, out, told);
  return {
    box,
    /** @param {any} ran */
    put: (ran) => {
      code.replaceChildren(...ran.code.trimEnd().split("\n").map((/** @type {string} */ line, /** @type {number} */ k) => make("span", { class: k + 1 === ran.line ? "line here" : "line" }, line)));
      const state = ran.error ? "fails" : ran.warnings.length ? "warns" : "runs";
      badge.className = `badge ${ran.error ? "bad" : ran.warnings.length ? "mid" : "ok"}`;
      tell(badge, { text: word(`scratch.${state}`) });
      out.textContent = ran.error || `y = ${ran.output}`;
      out.classList.toggle("wrong", Boolean(ran.error));
      told.replaceChildren(...(ran.error && ran.line ? [make("li", { text: word("scratch.at-line"), values: { line: ran.line } })] : []), ...ran.warnings.map((/** @type {string} */ one) => make("li", {}, make("code", {}, one))));
    },
  };
}

/** @type {Scene} */
export const scratch = {
  id: "from-scratch",
  claims: ["sigmoid-vanishing", "relu-cheap"],
  usual: { lesson: "step", x: "" },
  controls: [],
  action: "scratch",
  asks: ({ lesson, x }) => ({ lesson, x: String(x) }),
  told: (_, word, answer) => [
    { name: word("scratch.problem"), value: "", note: answer.problem },
    { name: word("scratch.cure"), value: "", note: answer.cure },
    { name: word("scratch.version"), value: answer.numpy, note: word("scratch.version-note") },
  ],
  more: (lab, act) => {
    const word = (/** @type {string} */ name) => lab.word(`scenes.${name.replaceAll(".", "-")}`);
    const [naive, repaired] = [program(lab, "scratch.naive"), program(lab, "scratch.repaired")];
    const pick = choices({ control: "scenes.from-scratch.lesson", name: word("scratch.lesson"), value: "step", choices: ["step", "sigmoid", "relu", "forward"].map((id) => [id, word(`scratch.${id}`)]), act: (lesson) => act({ lesson, x: "" }) });
    const field = make("input", { class: "code", set: { id: "scratch-x", type: "text", maxlength: 200, autocomplete: "off", spellcheck: "false", "data-control": "scenes.from-scratch.x" }, on: { change: () => act({ x: field.value }) } });
    const run = make("button", { class: "primary", text: word("scratch.run"), set: { "data-control": "scenes.from-scratch.run" }, on: { click: () => act({ x: field.value }) } });
    const box = make("div", { class: "stack scratch" }, pick, make("div", { class: "controls" }, make("label", { text: word("scratch.x"), set: { for: "scratch-x" } }), field, run), make("div", { class: "two" }, naive.box, repaired.box));
    return {
      box,
      put: (values, answer) => {
        pick.put(values.lesson);
        if (document.activeElement !== field) field.value = values.x === "" ? answer.x : String(values.x);
        naive.put(answer.naive);
        repaired.put(answer.repaired);
      },
    };
  },
};
