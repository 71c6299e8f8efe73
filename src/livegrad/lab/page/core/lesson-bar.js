// What a pupil sees of a lesson: where it stands, what the teacher says, back and next, and how to end it.

import { make, tell } from "./dom.js";

/** @typedef {import("./lab.js").Lab} Lab */
/** @typedef {import("./lesson-plan.js").Plan} Plan */

/**
 * @param {Lab} lab
 * @param {{ go: (step: number) => void, end: () => void }} acts
 */
export function lessonBar(lab, acts) {
  const word = (/** @type {string} */ key) => lab.word(`lesson.${key}`);
  /** @type {Plan} */
  let plan;
  const place = make("h2", { class: "place" });
  const said = make("p", { class: "said" });
  const kept = make("p", { class: "small" });
  const back = make("button", { text: word("back"), on: { click: () => acts.go(plan.step - 1) } });
  const next = make("button", { class: "primary", text: word("next"), on: { click: () => acts.go(plan.step + 1) } });
  const anew = make("button", { class: "quiet", text: word("anew"), on: { click: () => acts.go(plan.step) } });
  const end = make("button", { class: "quiet", text: word("end"), on: { click: acts.end } });
  const box = make("aside", { class: "lesson", label: word("lesson"), set: { id: "lesson", tabindex: -1 } },
    make("div", { class: "lesson-words" }, place, said, kept), make("div", { class: "controls" }, back, next, anew, end));
  return {
    box,
    /** @param {Plan} shown */
    put(shown) {
      const before = plan;
      plan = shown;
      const { steps, step, hide, lock, fixed } = plan;
      const many = steps.length > 1;
      tell(place, { text: word(steps.length ? "place" : "lesson"), values: { step: step + 1, count: steps.length } });
      said.textContent = steps[step]?.say ?? "";
      said.hidden = !said.textContent;
      tell(kept, { text: word(lock.length && hide.length ? "kept-both" : lock.length ? "kept-locked" : "kept-away"), values: { locked: lock.length, away: hide.length } });
      kept.hidden = !lock.length && !hide.length;
      const focused = document.activeElement;
      back.hidden = next.hidden = !many;
      back.disabled = step === 0;
      next.disabled = step >= steps.length - 1;
      next.classList.toggle("primary", !next.disabled);
      anew.hidden = !steps[step]?.at;
      end.hidden = fixed;
      if ((focused === next && next.disabled) || (focused === back && back.disabled)) box.focus({ preventScroll: true });
      if (before && before.step !== step) lab.announce({ en: `${steps[step]?.say ?? ""}`, ko: `${steps[step]?.say ?? ""}` });
    },
  };
}
