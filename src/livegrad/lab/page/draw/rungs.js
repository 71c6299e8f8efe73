// A ladder of an experiment, drawn with the ladder of the page: lanes side by side, the sentence and the guess across.

import { spoken } from "../core/words.js";
import { amount, axis, ladder } from "./ladder.js";
import { legend, wrapped } from "./marks.js";
import { number } from "./scale.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {import("../core/words.js").Language} Language */
/** @typedef {import("../core/frames.js").Numbers} Numbers */
/** @typedef {import("./marks.js").Entry} Entry */

/**
 * @typedef {{ name: Text, measured: Numbers, low: Numbers | null, high: Numbers | null, theory: Numbers | null,
 *   theory_low: Numbers | null, theory_high: Numbers | null }} Bars
 * @typedef {{ kind: "Ladder", id: string, title: Text, note: Text, lanes: Bars[], quantity: "gradient" | "weight_gradient",
 *   factor: number | null, still: number | null }} Ladder
 */

const HEAD = 26;

/** @param {Ladder} figure */
export const rungsOf = (figure) => Math.max(0, ...figure.lanes.map((lane) => lane.measured.data.length));

/**
 * How many lanes stand beside each other.
 * @param {Ladder} figure
 * @param {number} width
 */
function beside(figure, width) {
  const fit = Math.max(1, Math.floor(width / 190));
  const rows = Math.ceil(figure.lanes.length / fit);
  return { across: Math.ceil(figure.lanes.length / rows), rows };
}

/** @param {Ladder} figure */
function tall(figure) {
  const layers = rungsOf(figure);
  return 24 + layers * (layers <= 12 ? 28 : layers <= 30 ? 13 : 6);
}

/**
 * @param {Ladder} figure
 * @param {number} width
 */
export function ladderHeight(figure, width) {
  const named = figure.lanes.length > 1 ? HEAD : 0;
  return 22 + beside(figure, width).rows * (tall(figure) + named + 12) + (width < 520 ? 84 : 46);
}

/**
 * The paper of one part of a drawing: the same pen, moved.
 * @param {Pen} pen
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @returns {Pen}
 */
export function part(pen, x, y, width, height) {
  /** @param {ArrayLike<number>} points */
  const pairs = (points) => Array.from(points, (value, k) => value + (k % 2 ? y : x));
  /** @param {ArrayLike<number>} boxes */
  const four = (boxes) => Array.from(boxes, (value, k) => value + (k % 4 === 0 ? x : k % 4 === 1 ? y : 0));
  return {
    width, height,
    line: (points, how) => pen.line(pairs(points), how),
    segments: (ends, how) => pen.segments(pairs(ends), how),
    area: (points, how) => pen.area(pairs(points), how),
    boxes: (boxes, how) => pen.boxes(four(boxes), how),
    frames: (boxes, how) => pen.frames(four(boxes), how),
    dots: (centres, radius, how) => pen.dots(pairs(centres), radius, how),
    triangles: (centres, radius, how) => pen.triangles(pairs(centres), radius, how),
    write: (words, left, top, how) => pen.write(words, left + x, top + y, how),
    measure: (words, size) => pen.measure(words, size),
    picture: (left, top, wide, high, pixels) => pen.picture(left + x, top + y, wide, high, pixels),
    within: ([left, top, wide, high], draw) => pen.within([left + x, top + y, wide, high], draw),
  };
}

/** @param {Bars} lane */
function lane({ measured, low, high, theory, theory_low: theoryLow, theory_high: theoryHigh }) {
  return { measured: measured.data, low: low?.data, high: high?.data, theory: theory?.data, theoryLow: theoryLow?.data, theoryHigh: theoryHigh?.data };
}

/**
 * @param {Pen} pen
 * @param {Ladder} figure
 * @param {{ language: Language, word: (key: string) => Text, cursor?: number | null, guess?: number | null }} options
 */
export function drawRungs(pen, figure, { language, word, cursor = null, guess = null }) {
  const layers = rungsOf(figure);
  const { across, rows } = beside(figure, pen.width);
  const [min, decades] = axis(figure.lanes.flatMap((one) => [one.measured.data, one.theory?.data ?? []]), 2);
  const above = figure.lanes.flatMap((one) => [one.measured, one.high, one.theory]).some((one) => one && Array.from(one.data).some((value) => value > 0.1));
  const max = above ? decades : 0.12; // no decade for nothing
  /** @type {{ ink: "quote" | "focus", dash: number[], factor: number }[]} */
  const lines = [];
  if (figure.factor) lines.push({ ink: "quote", dash: [1.5, 3.5], factor: figure.factor });
  if (guess) lines.push({ ink: "focus", dash: [7, 4], factor: guess });
  const named = figure.lanes.length > 1 ? HEAD : 0;
  const [wide, high] = [pen.width / across, tall(figure)];
  pen.write(spoken(word(`claims.figure-${figure.quantity}`), language), 2, 9, { ink: "ink-2", size: 12 });
  figure.lanes.forEach((bars, k) => {
    const [x, y] = [(k % across) * wide + (k % across ? 10 : 0), 22 + Math.floor(k / across) * (high + named + 12)];
    const room = wide - (k % across ? 10 : 0);
    if (named) pen.write(wrapped(spoken(bars.name, language), room - 4, (w, s) => pen.measure(w, s), 13, 1)[0] ?? "", x + 2, y + 11, { ink: "ink", size: 13, bold: true });
    ladder(part(pen, x, y + named, room, high), [{ ...lane(bars), lines }], {
      min, max, still: figure.still, names: Array.from({ length: layers }, (_, n) => String(n + 1)),
      factors: room > 240, cursor: cursor === null ? null : cursor + 1,
    });
  });
  const top = 22 + rows * (high + named + 12);
  const entries = key(figure, guess, language, word);
  if (entries.length > 1) legend(pen, entries, 2, top + 4, pen.width - 4);
}

/**
 * @param {Ladder} figure
 * @param {number | null} guess
 * @param {Language} language
 * @param {(key: string) => Text} word
 * @returns {Entry[]}
 */
function key(figure, guess, language, word) {
  /** @param {string} name @param {import("../core/words.js").Values} [values] */
  const says = (name, values) => spoken(word(`claims.figure-${name}`), language, values);
  /** @type {Entry[]} */
  const found = [{ words: says("measured"), look: { ink: "alive", dash: [], width: 2, shape: "disc" }, kind: "bars" }];
  if (figure.lanes.some((one) => Array.from(one.measured.data).some((value) => figure.still !== null && value < figure.still))) {
    found.push({ words: says("too-small"), look: { ink: "dead", dash: [], width: 2, shape: "disc" }, kind: "hollow" });
  }
  if (figure.lanes.some((one) => one.theory)) found.push({ words: says(figure.lanes.some((one) => one.theory_low) ? "theory" : "theory-only"), look: { ink: "theory", dash: [], width: 1.6, shape: "disc" }, kind: "both" });
  if (figure.factor) found.push({ words: says("the-sentence", { factor: number(figure.factor) }), look: { ink: "quote", dash: [1.5, 3.5], width: 2, shape: "disc" }, kind: "level" });
  if (guess) found.push({ words: says("you", { factor: number(guess) }), look: { ink: "focus", dash: [7, 4], width: 2, shape: "disc" }, kind: "level" });
  return found;
}

/**
 * @param {Ladder} figure
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
export function rungAt(figure, y, width, height) {
  void height;
  const named = figure.lanes.length > 1 ? HEAD : 0;
  const high = tall(figure);
  const within = (y - 22) % (high + named + 12) - named;
  const layers = rungsOf(figure);
  const layer = Math.floor((within - 20) / ((high - 23) / layers));
  const last = y > 22 + beside(figure, width).rows * (high + named + 12);
  return last || layer < 0 || layer >= layers ? null : layer;
}

/**
 * @param {Ladder} figure
 * @param {number} cursor
 * @param {Language} language
 * @param {(key: string) => Text} word
 */
export function ladderReading(figure, cursor, language, word) {
  const lanes = figure.lanes.map((one) => {
    const [low, high, theory] = [one.low?.data[cursor], one.high?.data[cursor], one.theory?.data[cursor]];
    const around = low !== undefined && high !== undefined ? ` (${amount(low)} – ${amount(high)})` : "";
    const beside = theory !== undefined ? `, ${spoken(word("claims.figure-theory-only"), language)} ${amount(theory)}` : "";
    return `${spoken(one.name, language)} ${amount(one.measured.data[cursor] ?? NaN)}${around}${beside}`;
  });
  return `${spoken(word("claims.figure-layer-n"), language, { n: cursor + 1 })}: ${lanes.join(" · ")}`;
}

