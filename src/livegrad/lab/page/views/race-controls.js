// Run, step, same start, new start, speed, and how far.

import { ICONS, icon, make, tell } from "../core/dom.js";
import { same } from "../core/words.js";

/** @typedef {import("./race-model.js").Model} Model */

const SPEEDS = /** @type {[number, import("../core/words.js").Text | null][]} */ ([[1, same(1)], [10, same(10)], [100, same(100)], [0, null]]);

/** @param {Model} model */
export function controls(model) {
  const word = model.lab.word;
  const says = make("span", { text: word("race.run") });
  let playing = false;
  const run = make("button", { class: "primary run", set: { "data-control": "race.run" }, on: { click: () => void model.run() } }, icon(ICONS.run), says);
  const plain = (/** @type {string} */ id, /** @type {() => void} */ act) => make("button", { text: word(`race.${id}`), set: { "data-control": `race.${id}` }, on: { click: act } });
  const speeds = SPEEDS.map(([speed, text]) => make("button", { text: text ?? word("race.max"), set: { "aria-pressed": "false", "data-speed": speed, "data-control": "race.speed" }, on: { click: () => void model.hasten(speed) } }));
  const until = make("input", {
    set: { id: "race-until", type: "number", min: 0, max: 100000, step: 10, placeholder: "∞", "data-control": "race.until", "aria-describedby": "race-until-about" },
    on: { change: () => model.choose({ until: Math.max(0, Math.round(Number(until.value) || 0)) }) },
  });
  const epoch = make("strong", { class: "number" }, "0");
  const rate = make("span", { class: "tiny" });
  const root = make("div", { class: "controls race-controls", label: word("race.controls"), set: { role: "group" } },
    run, plain("step", () => void model.step()), plain("same", () => void model.restart("same")), plain("fresh", () => void model.restart("fresh")),
    make("span", { class: "group", label: word("race.speed"), set: { role: "group" } }, ...speeds),
    make("span", { class: "until" }, make("label", { text: word("race.until"), set: { for: "race-until" } }), until, make("span", { class: "unseen", text: word("race.until-about"), set: { id: "race-until-about" } })),
    make("p", { class: "epoch" }, make("span", { text: word("race.epoch") }), " ", epoch), rate);

  function count() {
    epoch.textContent = model.epoch.toLocaleString("en");
  }
  function render() {
    const { running, choice, frame } = model;
    if (running !== playing) {
      playing = running;
      run.replaceChild(icon(running ? ICONS.pause : ICONS.run), /** @type {Element} */ (run.firstElementChild));
      tell(says, { text: word(running ? "race.pause" : "race.run") });
    }
    for (const button of speeds) button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === choice.speed));
    if (document.activeElement !== until) until.value = choice.until ? String(choice.until) : "";
    count();
    const state = running ? (frame?.behind ? "behind" : "rate-now") : frame && model.epoch ? "exact" : "ready";
    tell(rate, { text: word(`race.${state}`), values: { rate: Math.round(frame?.rate ?? 0).toLocaleString("en"), points: frame?.points ?? 0 } });
  }
  return { root, render, count };
}
