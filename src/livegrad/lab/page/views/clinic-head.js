// The head of the clinic: what ails it in one line, whose training it is, which of several, and whether the file is followed.

import { make, tell } from "../core/dom.js";
import { share } from "./clinic-scale.js";
import { chooser } from "./clinic-open.js";
import { selecting } from "./functions-controls.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {import("./clinic-case.js").Recording} Recording */

/**
 * @param {Lab} lab
 * @param {{ file: (file: File) => void, example: () => void, training: (training: number) => void, follow: (on: boolean) => void }} act
 */
export function header(lab, act) {
  const word = (/** @type {string} */ key) => lab.word(`clinic.${key}`);
  const title = make("h1", { text: word("empty-title") });
  const lead = make("p", { text: word("empty-lead") });
  const made = make("p", { class: "tiny" });
  const trouble = make("p", { class: "small trouble" });
  const trainings = make("div", { set: { hidden: true } });
  const box = make("input", { set: { type: "checkbox", "data-control": "clinic.follow" }, on: { change: () => act.follow(box.checked) } });
  const check = make("label", { class: "check" }, box, make("span", { text: word("follow") }));
  const live = make("p", { class: "tiny", set: { role: "status" } });
  const following = make("div", { class: "following", set: { hidden: true } }, check, live);
  const buttons = make("div", { class: "controls", set: { hidden: true } }, trainings, following, chooser(lab, "", act.file),
    make("button", { text: word("example"), set: { "data-control": "clinic.example" }, on: { click: act.example } }));
  return {
    box: make("div", { class: "head" }, make("div", {}, title, lead, made, trouble), buttons),
    empty() {
      tell(title, { text: word("empty-title") });
      tell(lead, { text: word("empty-lead") });
      [made, trouble, buttons].forEach((one) => { one.hidden = true; });
    },
    /**
     * @param {Recording} recording
     * @param {{ title: Text, place: Text } | null} cause
     * @param {boolean} follows
     */
    put(recording, cause, follows) {
      const one = recording.case;
      if (cause) tell(title, { text: word("title"), values: cause });
      else tell(title, { text: word(one.healthy ? "healthy" : one.cause_unknown ? "unknown" : one.observed ? "healthy" : "unseen") });
      const command = [recording.script, ...recording.arguments].join(" ");
      tell(lead, { text: word("lead"), values: { script: command, name: recording.name, steps: one.steps, layers: one.layers.length, cost: share(one.seconds > 0 ? one.watching / one.seconds : NaN) } });
      const { livegrad = "–", torch = "–", python = "–" } = recording.versions;
      tell(made, { text: word("made"), values: { livegrad, torch, python, seed: recording.seed } });
      const ended = recording.error ?? recording.failure;
      trouble.hidden = !ended && !recording.interrupted;
      if (ended) tell(trouble, { text: word("ended"), values: { error: ended } });
      else if (recording.interrupted) tell(trouble, { text: word("cut-short") });
      const several = recording.trainings.length > 1;
      trainings.hidden = !several;
      if (several) {
        const text = word("training-name");
        const named = (/** @type {string} */ words, /** @type {number} */ k) => words.replace("{number}", String(k + 1)).replace("{model}", recording.trainings[k]?.model ?? "").replace("{steps}", String(recording.trainings[k]?.steps ?? 0));
        trainings.replaceChildren(selecting({
          control: "clinic.training", name: word("training"), value: String(recording.training),
          choices: recording.trainings.map((_, k) => [String(k), { en: named(text.en, k), ko: named(text.ko, k) }]), act: (value) => act.training(Number(value)),
        }));
      }
      following.hidden = !recording.follows;
      box.checked = follows;
      if (!live.textContent) tell(live, { text: word("followed") });
      [made, buttons].forEach((each) => { each.hidden = false; });
    },
    /**
     * @param {string} at
     * @param {Text | null} waiting why it could not be read just now
     */
    followed(at, waiting) {
      if (waiting) tell(live, { text: word("waiting"), values: { at, why: waiting } });
      else tell(live, { text: word("read-at"), values: { at } });
    },
  };
}
