// The gradient ladder: a rung for each layer, layer 1 on top; bars are measured, the line over them is theory.

import { table } from "../core/table.js";
import { amount, named, plan, ticks } from "./ladder-axis.js";
import { units } from "./ladder-units.js";

export { axis, layerAt, power, amount } from "./ladder-axis.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("../core/frames.js").Numbers} Numbers */
/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {import("./ladder-axis.js").Plan} Plan */

/**
 * @typedef {object} Lane logarithms to base 10, the last layer's is 0; −Infinity: exactly zero
 * @property {ArrayLike<number>} measured by layer
 * @property {ArrayLike<number>} [low] interval of what was measured
 * @property {ArrayLike<number>} [high]
 * @property {ArrayLike<number>} [theory]
 * @property {ArrayLike<number>} [theoryLow]
 * @property {ArrayLike<number>} [theoryHigh]
 * @property {Numbers} [units] layers × width: 0 alive, 1 saturated, 2 dead, 3 asleep; above 3: no unit here
 * @property {{ ink: "quote" | "focus", dash: number[], factor: number }[]} [lines] a factor per layer
 * @property {number | null} [still] below it a layer does not move
 * @property {"left" | "right"} [side] to which the bars grow
 * @property {string} [title] over it; one title makes room over all lanes
 *
 * @typedef {object} Options for all lanes
 * @property {number} min of the axis
 * @property {number} max of the axis
 * @property {number | null} [still] below it a layer does not move
 * @property {number | null} [ends] where the numbers of float32 end
 * @property {string[]} [names] of the rungs; none: no room for names
 * @property {boolean} [factors] between the rungs, up to 12 layers
 * @property {boolean} [numbers] beside the rungs, up to 12 layers
 * @property {boolean} [units]
 * @property {boolean} [axis] its labels; true if left out
 * @property {number | null} [cursor] a layer, from 1
 * @property {number[]} [marked] layers, from 1
 * @property {boolean} [empty] nothing is measured yet
 * @property {"left" | "right"} [side]
 */

/**
 * Draw lanes side by side, each in an equal share of the width.
 * @param {Pen} pen
 * @param {Lane[]} lanes
 * @param {Options} options
 */
export function ladder(pen, lanes, options) {
  const gap = 8;
  const share = (pen.width + gap) / lanes.length;
  const titled = lanes.some((lane) => lane.title);
  lanes.forEach((lane, k) => column(pen, lane, { ...options, titled }, k * share, share - gap));
}

/**
 * @param {Pen} pen
 * @param {Lane} lane
 * @param {Options & { titled?: boolean }} options
 * @param {number} left
 * @param {number} width
 */
function column(pen, lane, options, left, width) {
  const layers = lane.measured.length || lane.theory?.length || 0;
  if (!layers) return;
  const names = options.names ?? [];
  const few = layers <= 12;
  const side = lane.side ?? options.side ?? "right";
  const place = plan({
    left, width, height: pen.height, layers, side, widest: lane.units?.shape[1] ?? 0, units: options.units ?? false,
    names: names.length ? 12 + Math.max(...names.map((name) => pen.measure(name, 12))) : 0,
    words: few && (options.factors || options.numbers) ? (options.numbers ? 62 : 48) : 0, axis: options.axis ?? true, titled: options.titled ?? false,
  });
  if (lane.title) pen.write(lane.title, place.from, 9, { ink: "ink", size: 13, bold: true });
  const { min, max } = options;
  const scale = (place.to - place.from) / (max - min);
  /** @param {number} value */
  const x = (value) => (side === "right" ? place.from + (value - min) * scale : place.to - (value - min) * scale);
  /** @param {number} layer from 0 */
  const y = (layer) => place.top + (layer + 0.5) * place.row;
  const one = { pen, lane, options, place, layers, x, y, left, width, side, still: lane.still ?? options.still ?? null };
  ground(one);
  rungs(one);
  overlay(one);
  if (options.units && lane.units && place.square) units(pen, place, y, lane.units, options.empty ?? false);
  if (few) words(one);
  named(layers, place.row).forEach((layer) => {
    if (names.length && layer !== options.cursor) pen.write(names[layer - 1] ?? "", place.names, y(layer - 1), { ink: "ink-2", align: "right" });
  });
  cursor(one);
}

/** @typedef {{ pen: Pen, lane: Lane, options: Options, place: Plan, layers: number, x: (value: number) => number, y: (layer: number) => number, left: number, width: number, side: string, still: number | null }} Column */

/** @param {Column} one */
function ground({ pen, options, place, layers, x, y, left, width, still }) {
  const { min, max } = options;
  const [top, foot] = [place.top, place.top + layers * place.row];
  const band = (/** @type {number} */ from, /** @type {number} */ to) => [Math.min(x(from), x(to)), top, Math.abs(x(to) - x(from)), foot - top];
  if (still !== null && still > min) pen.boxes(band(min, Math.min(still, max)), { ink: "still" });
  const marked = (options.marked ?? []).flatMap((layer) => [left, y(layer - 1) - place.row / 2, width, place.row]);
  if (marked.length) pen.boxes(marked, { ink: "alert-soft" });
  const marks = ticks(min, max, place.to - place.from);
  pen.segments(marks.flatMap((value) => [x(value), top, x(value), foot]), { ink: "grid" });
  if (min < 0) pen.segments([x(0), top, x(0), foot], { ink: "grid-strong" });
  if (options.axis ?? true) marks.forEach((value) => label(pen, value, x(value), place.top - 9, left, left + width));
  if (options.ends && options.ends > min) pen.segments([x(options.ends), top, x(options.ends), foot], { ink: "quote", width: 1.5, dash: [2, 3] });
}

/**
 * A power of ten that stays on the paper: 10 with its exponent raised.
 * @param {Pen} pen
 * @param {number} exponent
 * @param {number} x
 * @param {number} y
 * @param {number} from
 * @param {number} to
 */
function label(pen, exponent, x, y, from, to) {
  const raised = exponent === 0 ? "" : String(exponent).replace("-", "−");
  const base = exponent === 0 ? "1" : "10";
  const wide = pen.measure(base, 12) + pen.measure(raised, 11);
  const left = Math.min(to - wide, Math.max(from, x - wide / 2));
  pen.write(base, left, y + 1, { ink: "ink-2", size: 12 });
  if (raised) pen.write(raised, left + pen.measure(base, 12), y - 4, { ink: "ink-2", size: 11 });
}

/** @param {Column} one */
function rungs({ pen, lane, options, place, layers, x, y, still, side }) {
  const { min, max } = options;
  /** @type {Record<"full" | "hollow" | "empty" | "spread", number[]>} */
  const found = { full: [], hollow: [], empty: [], spread: [] };
  /** @type {number[][]} */
  const arrows = [];
  const height = place.bar;
  const base = x(min);
  for (let k = 0; k < layers; k += 1) {
    const value = options.empty ? NaN : (lane.measured[k] ?? NaN);
    const top = y(k) - height / 2;
    if (!Number.isFinite(value) && value !== Infinity) {
      found.empty.push(Math.min(base, x(max)), top, Math.abs(x(max) - base), height);
      if (value === -Infinity && place.row >= 11) pen.write("0", base + (side === "right" ? 6 : -6), y(k), { ink: "ink-2", size: 11, align: side === "right" ? "left" : "right" });
      continue;
    }
    const end = x(Math.max(min, Math.min(max, value)));
    (still !== null && value < still ? found.hollow : found.full).push(Math.min(base, end), top, Math.abs(end - base), height);
    if (value < min || value > max) arrows.push(arrow(x(value < min ? min : max), y(k), (value < min ? -1 : 1) * (side === "right" ? 1 : -1), height));
    const [low, high] = [lane.low?.[k], lane.high?.[k]];
    if (low !== undefined && high !== undefined) found.spread.push(x(Math.max(min, low)), y(k), x(Math.min(max, high)), y(k));
  }
  const thin = place.row < 8;
  pen.boxes(found.full, { ink: "alive" });
  pen.boxes(found.hollow, thin ? { ink: "dead" } : { ink: "dead-soft" });
  if (!thin) pen.frames(found.hollow, { ink: "dead" });
  if (!thin) pen.frames(found.empty, { ink: "grid-strong", dash: options.empty ? [3, 3] : [] });
  arrows.forEach((points) => pen.area(points, { ink: "ink-2" }));
  pen.segments(found.spread, { ink: "ink", width: 1.5 });
}

/**
 * The head of an arrow where a value leaves the axis.
 * @param {number} x
 * @param {number} y
 * @param {number} way
 * @param {number} height
 */
function arrow(x, y, way, height) {
  const size = Math.max(2, height / 2);
  const back = x - way * (size + 3); // its tip touches the end of the axis
  return [back, y - size, x, y, back, y + size];
}

/** @param {Column} one */
function overlay({ pen, lane, options, place, layers, x, y }) {
  const { min, max } = options;
  const few = place.row >= 8;
  const limit = (/** @type {number} */ value) => Math.max(min - 99, Math.min(max + 99, value));
  pen.within([Math.min(x(min), x(max)) - 4, place.top, Math.abs(x(max) - x(min)) + 8, layers * place.row], () => {
    const { theory, theoryLow, theoryHigh } = lane;
    if (theoryLow && theoryHigh) pen.area([...Array.from(theoryLow, (v, k) => [x(limit(v)), y(k)]).flat(), ...Array.from(theoryHigh, (v, k) => [x(limit(v)), y(k)]).reverse().flat()], { ink: "theory-soft" });
    for (const { ink, dash, factor } of lane.lines ?? []) {
      pen.line([x(limit(Math.log10(factor) * (layers - 1))), y(0), x(0), y(layers - 1)], { ink, dash, width: 2 });
    }
    if (!theory) return;
    const points = Array.from(theory, (v, k) => [x(limit(v)), y(k)]).flat();
    pen.line(points, { ink: "panel", width: 4.5 });
    pen.line(points, { ink: "theory", width: 1.6 });
    if (!few) return;
    pen.dots(points, 4, { ink: "panel" });
    pen.dots(points, 2.6, { ink: "theory" });
  });
}

/** @param {Column} one */
function words({ pen, lane, options, place, layers, y, side }) {
  if (options.empty || !place.words) return;
  const align = side === "right" ? "right" : "left";
  for (let k = 0; k < layers; k += 1) {
    const [here, next] = [lane.measured[k] ?? NaN, lane.measured[k + 1] ?? NaN];
    if (options.numbers && place.row >= 14) pen.write(amount(here), place.words, y(k), { ink: "ink-2", size: 11, align });
    if (options.factors && !options.numbers && k + 1 < layers && Number.isFinite(here - next) && place.row >= 14) {
      pen.write(`×${amount(here - next)}`, place.words, y(k + 0.5), { ink: "ink-2", size: 11, align });
    }
  }
}

/** @param {Column} one */
function cursor({ pen, options, place, layers, y, left, width }) {
  const layer = options.cursor;
  if (!layer || layer > layers) return;
  pen.segments([left + (place.names ? place.from - left - 4 : 0), y(layer - 1), left + width, y(layer - 1)], { ink: "focus", width: 1.5 });
  if (!place.names) return;
  const name = options.names?.[layer - 1] ?? String(layer);
  const wide = pen.measure(name, 12) + 8;
  pen.boxes([place.names - wide + 4, y(layer - 1) - 9, wide, 18], { ink: "focus-soft" });
  pen.write(name, place.names, y(layer - 1), { ink: "focus", align: "right", bold: true });
}

/**
 * The same ladders as a table: a row for each layer; measured and theory for each lane.
 * @param {Text} caption
 * @param {{ title: Text, lane: Lane }[]} lanes
 * @param {{ layer: Text, measured: Text, theory: Text }} says the two with a placeholder {lane}
 */
export function ladderTable(caption, lanes, says) {
  const deepest = Math.max(0, ...lanes.map(({ lane }) => lane.measured.length || (lane.theory?.length ?? 0)));
  /** @param {Text} text @param {Text} lane @returns {Text} */
  const about = (text, lane) => ({ en: text.en.replace("{lane}", lane.en), ko: text.ko.replace("{lane}", lane.ko) });
  const columns = lanes.flatMap(({ title, lane }) => [about(says.measured, title), ...(lane.theory ? [about(says.theory, title)] : [])]);
  const rows = Array.from({ length: deepest }, (_, k) => [String(k + 1),
    ...lanes.flatMap(({ lane }) => [amount(lane.measured[k] ?? NaN), ...(lane.theory ? [amount(lane.theory[k] ?? NaN)] : [])])]);
  return table(caption, [says.layer, ...columns], rows);
}
