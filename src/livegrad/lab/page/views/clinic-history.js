// The history of every rung: the loss above, layer × step below, events as lines, the chosen step as a cursor.

import { number, ticksOf } from "./clinic-scale.js";
import { fitted, shortNames, strength, value } from "./clinic-case.js";

/** @typedef {import("../draw/pen.js").Pen} Pen */
/** @typedef {import("./clinic-case.js").Case} Case */

const LOSS = 72;
const GAP = 18;
const FOOT = 24;
const LEVELS = 12;

/** How high the drawing wants to be. @param {number} layers */
export const historyHeight = (layers) => LOSS + GAP + layers * rowOf(layers) + FOOT;

/** @param {number} layers */
const rowOf = (layers) => Math.max(4, Math.min(20, Math.floor(360 / Math.max(1, layers))));

/**
 * Where the steps are: from the first to the last that was measured or that has a loss.
 * @param {Case} one
 * @param {number} width
 * @param {number} left
 */
export function across(one, width, left) {
  const last = Math.max(1, one.steps - 1, one.sampled.data.at(-1) ?? 0);
  const right = width - 8;
  return { last, left, right, at: (/** @type {number} */ step) => left + (step / last) * (right - left), step: (/** @type {number} */ x) => ((x - left) / (right - left)) * last };
}

/**
 * Room for the names on the left.
 * @param {Case} one
 * @param {(words: string, size: number) => number} measure
 * @param {number} width
 * @param {string} word of the loss
 */
export function gutter(one, measure, width, word) {
  const key = `${width} ${word} ${measure("m", 12)}`;
  const known = gutters.get(one);
  if (known?.key === key) return known.left;
  const names = shortNames(one.layers.map((layer) => layer.name));
  const left = Math.min(width * 0.24, 14 + Math.max(measure(word, 12), 30, ...names.map((name) => measure(name, 12))));
  gutters.set(one, { key, left });
  return left;
}

/** @type {WeakMap<Case, { key: string, left: number }>} */
const gutters = new WeakMap();

/**
 * All but what moves with the cursor.
 * @param {Pen} pen
 * @param {Case} one
 * @param {{ marked: number[], loss: string, weights: boolean }} how `loss`: the word
 */
export function drawHistory(pen, one, { marked, loss, weights }) {
  const left = gutter(one, (w, s) => pen.measure(w, s), pen.width, loss);
  const place = across(one, pen.width, left);
  const row = rowOf(one.layers.length);
  const top = LOSS + GAP;
  const foot = top + one.layers.length * row;
  curve(pen, one, place, loss);
  cells(pen, one, place, top, row, weights);
  const names = shortNames(one.layers.map((each) => each.name)).map((name, k) => ({ name, y: top + (k + 0.5) * row, k }));
  let free = -99;
  for (const { name, y, k } of names) {
    if (y - free < 13) continue;
    free = y;
    pen.write(short(pen, name, left - 10), left - 8, y, { ink: "ink-2", size: 12, align: "right", bold: marked.includes(k + 1) });
  }
  for (const event of one.events) pen.segments([place.at(event.step), 0, place.at(event.step), foot], { ink: "alert", width: 1.5, dash: [4, 2] });
  for (const at of ticksOf(place.last, place.right - place.left)) {
    pen.write(number(at), place.at(at), foot + 14, { ink: "ink-2", size: 11, align: at === 0 ? "left" : at > 0.94 * place.last ? "right" : "center" });
  }
}

/**
 * The chosen step and the chosen layer.
 * @param {Pen} pen
 * @param {Case} one
 * @param {{ step: number, layer: number, loss: string }} how
 */
export function drawCursor(pen, one, { step, layer, loss }) {
  const left = gutter(one, (w, s) => pen.measure(w, s), pen.width, loss);
  const place = across(one, pen.width, left);
  const row = rowOf(one.layers.length);
  const top = LOSS + GAP;
  pen.segments([place.at(step), 0, place.at(step), top + one.layers.length * row], { ink: "focus", width: 2 });
  const name = shortNames(one.layers.map((each) => each.name))[layer - 1];
  if (name === undefined) return;
  const y = top + (layer - 0.5) * row;
  pen.frames([left, y - row / 2, place.right - left, row], { ink: "focus", width: 1 });
  pen.boxes([0, y - 9, left - 4, 18], { ink: "focus-soft" });
  pen.write(short(pen, name, left - 10), left - 8, y, { ink: "focus", size: 12, align: "right", bold: true });
}

/** @param {Pen} pen @param {string} name @param {number} room */
const short = (pen, name, room) => fitted(name, (one) => pen.measure(one, 12) <= room);

/**
 * @param {Pen} pen
 * @param {Case} one
 * @param {ReturnType<typeof across>} place
 * @param {string} word
 */
function curve(pen, one, place, word) {
  pen.write(word, place.left - 8, LOSS / 2, { ink: "ink-2", size: 12, align: "right" });
  if (!one.loss) return;
  const { steps, values, baseline } = one.loss;
  const finite = Array.from(values.data).filter(Number.isFinite);
  if (baseline !== null) finite.push(baseline);
  if (!finite.length) return;
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const y = (/** @type {number} */ v) => 8 + (1 - (v - low) / (high - low || 1)) * (LOSS - 16);
  pen.segments([place.left, LOSS, place.right, LOSS], { ink: "grid" });
  if (baseline !== null) pen.segments([place.left, y(baseline), place.right, y(baseline)], { ink: "ink-2", dash: [2, 3] });
  pen.line(Array.from(steps.data, (step, k) => [place.at(step), y(values.data[k] ?? NaN)]).flat(), { ink: "ink", width: 1.3 });
  pen.write(number(high), place.left - 8, 8, { ink: "ink-2", size: 11, align: "right" });
  pen.write(number(low), place.left - 8, LOSS - 8, { ink: "ink-2", size: 11, align: "right" });
}

/**
 * @param {Pen} pen
 * @param {Case} one
 * @param {ReturnType<typeof across>} place
 * @param {number} top
 * @param {number} row
 * @param {boolean} weights
 */
function cells(pen, one, place, top, row, weights) {
  const grid = weights ? one.relative_weight : one.relative;
  const { data } = one.sampled;
  const height = one.layers.length * row;
  pen.boxes([place.left, top, place.right - place.left, height], { ink: "sunk" });
  /** @type {number[][]} */
  const found = Array.from({ length: LEVELS + 1 }, () => []);
  const zeros = [];
  for (let k = 0; k < data.length; k += 1) {
    const here = data[k] ?? 0;
    const from = place.at(k ? ((data[k - 1] ?? 0) + here) / 2 : 0);
    const to = place.at(k + 1 < data.length ? (here + (data[k + 1] ?? 0)) / 2 : place.last);
    for (let layer = 0; layer < one.layers.length; layer += 1) {
      const relative = value(grid, layer, k);
      const strong = strength(relative);
      if (Number.isNaN(strong)) continue;
      if (relative === -Infinity) zeros.push(from, top + (layer + 0.5) * row, to, top + (layer + 0.5) * row);
      else found[Math.round(strong * LEVELS)]?.push(from, top + layer * row, Math.max(0.6, to - from + 0.3), row - 1);
    }
  }
  found.forEach((boxes, level) => pen.boxes(boxes, { ink: "alive", alpha: 0.06 + (0.94 * level) / LEVELS }));
  pen.segments(zeros, { ink: "dead", width: 1 });
}
