// A number over two settings: cells that carry their number, paler to stronger.

import { spoken } from "../core/words.js";
import { wrapped } from "./marks.js";
import { fixed, number } from "./scale.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {import("../core/words.js").Language} Language */
/** @typedef {import("../core/frames.js").Numbers} Numbers */
/** @typedef {import("./chart-plan.js").Axis} Axis */

/** @typedef {{ kind: "Heat", id: string, title: Text, note: Text, x: Axis, y: Axis, values: Numbers, name: Text, low: number, high: number }} Heat */

const STRONGEST = 0.5; // letters stay readable on it, light and dark

/**
 * @param {Axis} axis
 * @param {number} count
 * @param {Language} language
 * @returns {string[]}
 */
export const names = (axis, count, language) => Array.from({ length: count }, (_, k) => {
  const label = axis.labels[k];
  return label ? spoken(label, language) : String(k + 1);
});

/** @param {Heat} heat */
const shapeOf = ({ values: { shape } }) => ({ rows: shape[0] ?? 0, columns: shape[1] ?? 0 });

/**
 * @param {Heat} heat
 * @param {number} width
 */
export function heatHeight(heat, width) {
  const { rows } = shapeOf(heat);
  return 24 + 40 + rows * Math.max(26, Math.min(40, width / 14)) + 44;
}

/**
 * @param {Heat} heat
 * @param {number} width
 * @param {number} height
 * @param {Language} language
 * @param {(words: string, size: number) => number} measure
 */
export function heatPlan(heat, width, height, language, measure) {
  const { rows, columns } = shapeOf(heat);
  const down = names(heat.y, rows, language);
  const left = Math.min(width * 0.34, 10 + Math.max(24, ...down.map((one) => measure(one, 12))));
  const top = 24 + 36;
  return { rows, columns, down, left, top, wide: (width - left - 2) / Math.max(1, columns), tall: (height - top - 44) / Math.max(1, rows) };
}

/**
 * How strongly a value is drawn, 0 … 1; NaN where it was not measured.
 * @param {Heat} heat
 * @param {number} value
 */
export const strength = ({ low, high }, value) => Math.max(0, Math.min(1, (value - low) / (high - low || 1)));

/**
 * @param {Pen} pen
 * @param {Heat} heat
 * @param {{ language: Language, cursor?: number | null }} options cursor: which cell is read, row by row
 */
export function drawHeat(pen, heat, { language, cursor = null }) {
  const { rows, columns, down, left, top, wide, tall } = heatPlan(heat, pen.width, pen.height, language, (w, s) => pen.measure(w, s));
  pen.write(spoken(heat.y.name, language), 2, 8, { ink: "ink-2", size: 12 });
  pen.write(spoken(heat.x.name, language), pen.width - 2, 8, { ink: "ink-2", size: 12, align: "right" });
  const across = names(heat.x, columns, language);
  const every = Math.ceil(Math.max(...across.map((one) => Math.min(pen.measure(one, 11), 90))) / 2 / wide / 1.6) || 1;
  across.forEach((one, k) => {
    if (k % every) return;
    const lines = wrapped(one, Math.max(wide * every - 4, 26), (w, s) => pen.measure(w, s), 11, 2);
    lines.forEach((words, row) => pen.write(words, left + (k + 0.5) * wide, top - 8 - 14 * (lines.length - 1 - row), { ink: "ink-2", size: 11, align: "center" }));
  });
  down.forEach((one, k) => pen.write(wrapped(one, left - 8, (w, s) => pen.measure(w, s), 12, 1)[0] ?? "", left - 8, top + (k + 0.5) * tall, { ink: "ink-2", size: 12, align: "right" }));
  const decimals = Math.max(0, Math.min(3, Math.ceil(-Math.log10((heat.high - heat.low || 1) / 50))));
  const written = Array.from(heat.values.data, (value) => fixed(value, decimals));
  const fits = Math.max(...written.map((one) => pen.measure(one, 11))) < wide - 4 && tall >= 15;
  for (let k = 0; k < rows * columns; k += 1) {
    const value = heat.values.data[k] ?? NaN;
    const [x, y] = [left + (k % columns) * wide, top + Math.floor(k / columns) * tall];
    const box = [x + 1, y + 1, wide - 2, tall - 2];
    if (Number.isNaN(value)) {
      pen.frames(box, { ink: "grid-strong", dash: [3, 3] });
      pen.write("–", x + wide / 2, y + tall / 2, { ink: "ink-3", size: 11, align: "center" });
      continue;
    }
    pen.boxes(box, { ink: "alive", alpha: 0.04 + (STRONGEST - 0.04) * strength(heat, value) });
    if (fits) pen.write(written[k] ?? "", x + wide / 2, y + tall / 2, { ink: "ink", size: 11, align: "center" });
  }
  if (cursor !== null) pen.frames([left + (cursor % columns) * wide, top + Math.floor(cursor / columns) * tall, wide, tall], { ink: "focus", width: 2.5 });
  key(pen, heat, language);
}

/**
 * What pale and strong mean.
 * @param {Pen} pen
 * @param {Heat} heat
 * @param {Language} language
 */
function key(pen, heat, language) {
  const y = pen.height - 16;
  const words = [number(heat.low), number(heat.high)];
  let x = 2;
  pen.write(words[0] ?? "", x, y, { ink: "ink-2", size: 11 });
  x += pen.measure(words[0] ?? "", 11) + 6;
  for (let k = 0; k < 8; k += 1) pen.boxes([x + 12 * k, y - 6, 12, 12], { ink: "alive", alpha: 0.04 + ((STRONGEST - 0.04) * k) / 7 });
  pen.frames([x, y - 6, 96, 12], { ink: "grid-strong" });
  pen.write(words[1] ?? "", x + 102, y, { ink: "ink-2", size: 11 });
  const from = x + 112 + pen.measure(words[1] ?? "", 11);
  pen.write(wrapped(spoken(heat.name, language), pen.width - from - 2, (w, s) => pen.measure(w, s), 12, 1)[0] ?? "", from, y, { ink: "ink-2", size: 12 });
}
