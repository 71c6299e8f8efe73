// Step 1: a prediction, before anything is measured.

import { make } from "../core/dom.js";
import { number } from "../draw/scale.js";
import { UNSURE } from "./claims-memory.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./claims-memory.js").Claim} Claim */

/**
 * A step's number and its name.
 * @param {number} n
 * @param {import("../core/words.js").Text} text
 */
export const step = (n, text) => make("h2", { class: "step" }, make("span", { class: "n" }, String(n)), make("span", { text }));

/**
 * @param {Lab} lab
 * @param {Claim} claim
 * @param {(guess: string) => void} chosen
 * @param {() => void} anew
 */
export function question(lab, claim, chosen, anew) {
  const word = (/** @type {string} */ key) => lab.word(`claims.${key}`);
  const inputs = [...claim.answers, { id: UNSURE, name: word("dont-know"), factor: null }].map((answer) => {
    const input = make("input", { set: { type: "radio", name: "claims-guess", value: answer.id, "data-control": "claims.guess" }, on: { change: () => chosen(answer.id) } });
    const label = make("label", { class: "answer" }, input, make("span", { text: answer.name }));
    if (answer.factor) label.append(make("b", {}, `×${number(answer.factor)}`));
    return { input, label };
  });
  const kept = make("span", { text: word("kept") });
  const line = make("span", { text: word("guess-line") });
  const again = make("button", { class: "quiet", text: word("guess-anew"), set: { "data-control": "claims.guess-anew" }, on: { click: () => { anew(); focus(); } } });
  const after = make("div", { class: "controls kept small", set: { hidden: true } }, kept, line, again);
  const fields = make("fieldset", { class: "answers" }, make("legend", { class: "asked", text: claim.question }), ...inputs.map(({ label }) => label));
  const element = make("section", { class: "stack-2" }, step(1, word("step-predict")), fields, after);

  function focus() {
    (inputs.find(({ input }) => input.checked) ?? inputs[0])?.input.focus();
  }

  return {
    element, focus,
    /** @param {string | undefined} guess @param {boolean} ran */
    refresh(guess, ran) {
      inputs.forEach(({ input, label }) => {
        input.checked = input.value === guess;
        input.disabled = ran;
        label.classList.toggle("on", input.checked);
      });
      after.hidden = !ran;
      line.hidden = !claim.answers.find((answer) => answer.id === guess)?.factor;
    },
  };
}
