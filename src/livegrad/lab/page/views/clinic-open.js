// Ways into the clinic: a file, the example, or the line that records one's own training.

import { make, tell } from "../core/dom.js";
import { Refused } from "../core/line.js";
import { send, textOf } from "./clinic-sending.js";
import { copyable } from "./clinic-findings.js";

/** @typedef {import("../core/lab.js").Lab} Lab */

/** The file that was chosen last: a view that is left and opened again has it still. @type {{ text: string, name: string } | null} */
let kept = null;

export const keptFile = () => kept;

/**
 * A button that opens a file chooser, and the chooser.
 * @param {Lab} lab
 * @param {string} look class of the button
 * @param {(file: File) => void} chosen
 */
export function chooser(lab, look, chosen) {
  const input = make("input", { class: "unseen", label: lab.word("clinic.file"), set: { type: "file", accept: ".json,.gz,application/json,application/gzip", tabindex: -1, "aria-hidden": "true" } });
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    input.value = "";
    if (file) chosen(file);
  });
  const button = make("button", { class: look, text: lab.word("clinic.open"), set: { "data-control": "clinic.open" }, on: { click: () => input.click() } });
  return make("span", { class: "chooser" }, button, input);
}

/**
 * Send a file to the lab; returns what the lab says of it.
 * @param {Lab} lab
 * @param {File} file
 * @param {(share: number) => void} told
 */
export async function takeFile(lab, file, told) {
  const { most } = lab.start.clinic;
  if (file.size > most) throw refused(lab, "too-large", { given: Math.round(file.size / 1e6), most: Math.round(most / 1e6) });
  let text = "";
  try {
    text = await textOf(file);
  } catch {
    throw refused(lab, "unpacked", {});
  }
  const answer = await send(lab, { text, name: file.name, training: 0 }, told);
  kept = { text, name: file.name };
  return answer;
}

/**
 * @param {Lab} lab
 * @param {string} key
 * @param {Record<string, any>} values
 */
function refused(lab, key, values) {
  const text = lab.word(`clinic.${key}`);
  const put = (/** @type {string} */ words) => words.replace(/\{(\w+)\}/g, (_, /** @type {string} */ name) => String(values[name]));
  return new Refused({ en: put(text.en), ko: put(text.ko) });
}

/**
 * What stands there while nothing is open.
 * @param {Lab} lab
 * @param {{ file: (file: File) => void, example: () => void }} act
 */
export function emptyState(lab, act) {
  const word = (/** @type {string} */ key) => lab.word(`clinic.${key}`);
  const told = make("p", { class: "small told-why", set: { role: "status" } });
  const box = make("div", { class: "ghost empty" },
    make("p", { text: word("make-one") }), copyable(lab, word("make-line").en),
    make("div", { class: "controls" }, chooser(lab, "primary", act.file), make("button", { text: word("example"), set: { "data-control": "clinic.example" }, on: { click: act.example } })),
    make("p", { class: "small", text: word("example-note") }), make("p", { class: "small", text: word("private") }), told);
  box.addEventListener("dragover", (event) => event.preventDefault());
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) act.file(file);
  });
  return {
    box,
    /** @param {import("../core/words.js").Text | null} text @param {Record<string, any>} [values] */
    say: (text, values) => (text ? tell(told, { text, values }) : told.replaceChildren()),
  };
}
