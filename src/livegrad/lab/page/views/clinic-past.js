// The card of the history: drawing, slider over the measured steps, events, and the same as a table.

import { make, say, tell } from "../core/dom.js";
import { table } from "../core/table.js";
import { same } from "../core/words.js";
import { penOn } from "../draw/pen.js";
import { nearest, value } from "./clinic-case.js";
import { across, drawCursor, drawHistory, gutter, historyHeight } from "./clinic-history.js";
import { factor, number } from "./clinic-scale.js";
import { fresh } from "./functions-controls.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./clinic-ladder.js").Now} Now */

const COLUMNS = 10; // measured steps that a table shows

/**
 * @param {Lab} lab
 * @param {(at: number) => void} go to a measured step
 */
export function pastCard(lab, go) {
  const word = (/** @type {string} */ key) => lab.word(`clinic.${key}`);
  const id = fresh("step");
  const canvas = make("canvas", { set: { role: "img" }, label: lab.word("shell.nothing-yet") });
  const over = make("canvas", { class: "over", set: { "aria-hidden": "true" } });
  const drawing = make("div", { class: "stacked" }, canvas, over);
  const slider = make("input", { set: { id, type: "range", min: 0, step: 1, "data-control": "clinic.step" } });
  const label = make("label", { class: "unseen", text: word("step"), set: { for: id } });
  const told = make("p", { class: "small" });
  const sampled = make("p", { class: "tiny" });
  const baseline = make("li", {});
  const events = make("ul", { class: "events small" });
  const place = make("div", { set: { hidden: true } });
  const button = make("button", { class: "quiet", text: lab.word("shell.as-table"), set: { "aria-pressed": "false", "data-control": "clinic.history-table" }, on: { click: () => toggle() } });
  const scale = [["1", 1], ["10⁻⁴", 0.5], ["≤ 10⁻⁸", 0.06]].map(([name, alpha]) => make("li", {}, make("span", { class: "cell", set: { style: `opacity: ${alpha}`, "aria-hidden": "true" } }), String(name)));
  const legend = make("ul", { class: "legend" }, make("li", { text: word("heat-legend") }), ...scale,
    make("li", {}, make("span", { class: "cell zero", set: { "aria-hidden": "true" } }), make("span", { text: word("heat-zero") })), baseline);
  const box = make("section", { class: "card past" }, make("div", { class: "card-head" }, make("h2", { text: word("history") }), button), make("p", { class: "tiny", text: word("history-note") }),
    drawing, place, label, slider, told, events, legend, sampled);
  /** @type {Now | undefined} */
  let now;
  const wordOfLoss = () => say(word("loss"));
  slider.addEventListener("input", () => now && go(nearest(now.one.sampled.data, Number(slider.value))));
  slider.addEventListener("keydown", (event) => {
    const by = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -1e9, End: 1e9 })[event.key];
    if (!by || !now) return;
    event.preventDefault(); // it stands on measured steps only
    go(Math.min(now.one.sampled.data.length - 1, Math.max(0, now.at + by)));
  });
  canvas.addEventListener("pointerdown", (event) => {
    if (!now) return;
    const pen = penOnly(canvas);
    const left = gutter(now.one, pen, canvas.clientWidth, wordOfLoss());
    if (event.offsetX >= left - 4) go(nearest(now.one.sampled.data, across(now.one, canvas.clientWidth, left).step(event.offsetX)));
  });
  function toggle() {
    const shown = place.hidden;
    place.hidden = !shown;
    drawing.hidden = shown;
    button.setAttribute("aria-pressed", String(shown));
    tell(button, { text: lab.word(shown ? "shell.drawing" : "shell.as-table") });
    if (now) draw(now, true);
  }
  let drawn = "";
  /** @param {Now} given @param {boolean} [anew] also what does not move with the cursor */
  function draw(given, anew = false) {
    const fresh = now?.one !== given.one;
    now = given;
    const { one, at, shown, marked } = given;
    const step = one.sampled.data[at] ?? 0;
    if (fresh) {
      tell(sampled, { text: word("sampled"), values: { count: one.sampled.data.length, steps: one.steps } });
      events.replaceChildren(...one.events.slice(0, 6).map((event) => make("li", { text: event.text })));
      events.hidden = !one.events.length;
      baseline.hidden = one.loss?.baseline === null || !one.loss;
      tell(baseline, { text: word("baseline"), values: { value: number(one.loss?.baseline ?? NaN) } });
    }
    tell(told, { text: word("step-of"), values: { step, steps: one.steps } });
    tell(canvas, { label: word("history-says"), values: { count: one.layers.length, steps: one.steps, step, state: one.state } });
    slider.setAttribute("aria-valuetext", told.textContent ?? "");
    if (!place.hidden) return place.replaceChildren(asTable(lab, given));
    const loss = wordOfLoss();
    const key = `${shown.gradient} ${marked.join()} ${drawing.clientWidth} ${loss}`;
    for (const paper of [canvas, over]) paper.style.height = `${historyHeight(one.layers.length)}px`;
    if (anew || fresh || key !== drawn) drawHistory(penOn(canvas), one, { marked, loss, weights: shown.gradient === "w" });
    drawn = key;
    const pen = penOn(over);
    const left = gutter(one, (w, s) => pen.measure(w, s), pen.width, loss);
    const { last, right } = across(one, pen.width, left);
    slider.max = String(last);
    slider.value = String(step);
    slider.style.marginLeft = `${left - 8}px`; // its thumb under the cursor
    slider.style.width = `${right - left + 16}px`;
    drawCursor(pen, one, { step, layer: shown.layer, loss });
  }
  return { box, draw, toggle };
}

/** @param {HTMLCanvasElement} canvas @returns {(words: string, size: number) => number} */
function penOnly(canvas) {
  const context = canvas.getContext("2d");
  return (words, size) => {
    if (!context) return 0;
    context.font = `${size}px sans-serif`;
    return context.measureText(words).width;
  };
}

/**
 * @param {Lab} lab
 * @param {Now} now
 */
function asTable(lab, { one, shown }) {
  const word = (/** @type {string} */ key) => lab.word(`clinic.${key}`);
  const grid = shown.gradient === "w" ? one.relative_weight : one.relative;
  const count = one.sampled.data.length;
  const places = [...new Set(Array.from({ length: Math.min(COLUMNS, count) }, (_, k) => Math.round((k * (count - 1)) / Math.max(1, Math.min(COLUMNS, count) - 1))))];
  return table(word("table-history"), [word("layer"), ...places.map((k) => same(one.sampled.data[k] ?? 0))],
    one.layers.map((layer, row) => [`${row + 1} · ${layer.name}`, ...places.map((k) => factor(value(grid, row, k)))]));
}
