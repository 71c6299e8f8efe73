// The small drawings of the race: loss, histogram with f and f′, glyph. Each on any pen; knows no DOM.

import { power } from "../draw/ladder.js";

/** @typedef {import("../draw/pen.js").Pen} Pen */

/**
 * Room for a logarithmic axis over all lanes.
 * @param {ArrayLike<number>[]} values
 * @returns {[number, number]} whole decades
 */
export function decades(values) {
  let low = 0;
  let high = -Infinity;
  for (const one of values) {
    for (let k = 0; k < one.length; k += 1) {
      const value = Math.log10(/** @type {number} */ (one[k]));
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [Math.max(-6, Math.min(-1, Math.floor(low + 0.05))), Math.min(6, Math.max(0, Math.ceil(high - 0.3)))];
}

/**
 * Loss by epoch, logarithmic, with the band of three more seeds and a line where the lane came home.
 * @param {Pen} pen
 * @param {{ at: ArrayLike<number>, loss: ArrayLike<number>, low: ArrayLike<number>, high: ArrayLike<number>, home: number | null }} lane
 * @param {{ last: number, min: number, max: number, words: string }} axis
 */
export function lossChart(pen, lane, axis) {
  const left = pen.width > 110 ? 34 : 28;
  const [top, foot] = [5, pen.height - 17];
  const x = (/** @type {number} */ epoch) => left + ((pen.width - left - 4) * epoch) / Math.max(1, axis.last);
  const y = (/** @type {number} */ value) => foot - ((foot - top) * (Math.max(axis.min - 1, Math.min(axis.max + 1, Math.log10(value))) - axis.min)) / (axis.max - axis.min);
  const every = Math.ceil((axis.max - axis.min) / 3);
  for (let decade = axis.max; decade >= axis.min; decade -= every) {
    const at = y(10 ** decade);
    pen.segments([left, at, pen.width, at], { ink: "grid" });
    pen.write(decade < -2 || decade > 2 ? power(decade) : String(10 ** decade), left - 5, Math.max(7, at), { ink: "ink-2", size: 11, align: "right" });
  }
  const last = String(axis.last);
  pen.write("0", left, foot + 10, { ink: "ink-2", size: 11, align: "left" });
  pen.write(last, pen.width - 1, foot + 10, { ink: "ink-2", size: 11, align: "right" });
  const room = pen.width - left - 14 - pen.measure(last, 11);
  if (pen.measure(axis.words, 11) + 14 < room) pen.write(axis.words, left + 10 + room / 2, foot + 10, { ink: "ink-2", size: 11, align: "center" });
  pen.within([left, top - 4, pen.width - left, foot - top + 5], () => {
    const count = lane.at.length;
    if (count > 1) {
      const band = [];
      for (let k = 0; k < count; k += 1) band.push(x(lane.at[k] ?? 0), y(lane.low[k] ?? NaN));
      for (let k = count - 1; k >= 0; k -= 1) band.push(x(lane.at[k] ?? 0), y(lane.high[k] ?? NaN));
      if (band.every(Number.isFinite)) pen.area(band, { ink: "theory-soft" });
    }
    if (lane.home !== null) pen.segments([x(lane.home), top, x(lane.home), foot], { ink: "alive", width: 1.5 });
    const points = [];
    for (let k = 0; k < count; k += 1) points.push(x(lane.at[k] ?? 0), y(lane.loss[k] ?? NaN));
    pen.line(points, { ink: "ink", width: 1.6 });
    if (count === 1 && Number.isFinite(points[1])) pen.dots(points, 2, { ink: "ink" });
  });
}

/**
 * f and its slope on a small cross of axes.
 * @param {Pen} pen
 * @param {{ x: ArrayLike<number>, f: ArrayLike<number>, slope: ArrayLike<number> }} curve
 */
export function glyph(pen, curve) {
  const { width, height } = pen;
  const x = (/** @type {number} */ value) => width / 2 + (value * width) / 8.4;
  const seen = Array.from(curve.f).filter(Number.isFinite);
  const [low, high] = [Math.max(-2, Math.min(0, ...seen)) - 0.2, Math.min(2.4, Math.max(1, ...seen)) + 0.2];
  const y = (/** @type {number} */ value) => height - ((value - low) * height) / (high - low);
  pen.segments([0, y(0), width, y(0), x(0), 0, x(0), height], { ink: "grid-strong" });
  pen.within([0, 0, width, height], () => {
    pen.line(Array.from(curve.x, (v, k) => [x(v), y(curve.slope[k] ?? NaN)]).flat(), { ink: "alive", width: 1.3, dash: [2, 2] });
    pen.line(Array.from(curve.x, (v, k) => [x(v), y(curve.f[k] ?? NaN)]).flat(), { ink: "ink", width: 1.7 });
  });
}

/**
 * Where the units sit and what slope they get: a bar is coloured by the slope of the function there.
 * @param {Pen} pen
 * @param {{ edges: ArrayLike<number>, counts: ArrayLike<number>, slopes: ArrayLike<number> }} histogram
 * @param {{ x: ArrayLike<number>, f: ArrayLike<number>, slope: ArrayLike<number> } | undefined} curve
 */
export function histogramChart(pen, histogram, curve) {
  const { edges, counts, slopes } = histogram;
  const [left, right, top, foot] = [6, pen.width - 6, 16, pen.height - 20];
  const [low, high] = [edges[0] ?? -1, edges[edges.length - 1] ?? 1];
  const most = Math.max(1, ...Array.from(counts));
  const x = (/** @type {number} */ value) => left + ((right - left) * (value - low)) / (high - low || 1);
  /** @type {number[][]} */
  const found = [[], [], []];
  for (let k = 0; k < counts.length; k += 1) {
    const [from, to] = [x(edges[k] ?? 0), x(edges[k + 1] ?? 0)];
    const tall = ((foot - top) * (counts[k] ?? 0)) / most;
    const slope = Math.abs(slopes[k] ?? 0);
    found[slope < 0.05 ? 0 : slope < 0.5 ? 1 : 2]?.push(from, foot - tall, Math.max(1, to - from - 1), tall);
  }
  pen.boxes(found[0] ?? [], { ink: "dead" });
  pen.boxes(found[1] ?? [], { ink: "alive", alpha: 0.45 });
  pen.boxes(found[2] ?? [], { ink: "alive" });
  pen.segments([left, foot, right, foot], { ink: "edge" });
  const zero = low < 0 && high > 0;
  if (zero) pen.segments([x(0), top - 8, x(0), foot], { ink: "grid-strong", dash: [2, 3] });
  if (curve) over(pen, curve, { x, low, high, top, foot });
  const ends = [low, ...(zero ? [0] : []), high];
  ends.forEach((value, k) => pen.write(short(value), Math.min(right, Math.max(left, x(value))), foot + 11, { ink: "ink-2", size: 11, align: k === 0 ? "left" : k === ends.length - 1 ? "right" : "center" }));
}

/** @param {number} value */
const short = (value) => (Math.abs(value) >= 1e4 || (value && Math.abs(value) < 0.01) ? value.toExponential(0) : String(Number(value.toPrecision(2))));

/**
 * @param {Pen} pen
 * @param {{ x: ArrayLike<number>, f: ArrayLike<number>, slope: ArrayLike<number> }} curve
 * @param {{ x: (value: number) => number, low: number, high: number, top: number, foot: number }} room
 */
function over(pen, curve, { x, low, high, top, foot }) {
  const inside = Array.from(curve.x, (_, k) => k).filter((k) => (curve.x[k] ?? 0) >= low && (curve.x[k] ?? 0) <= high);
  if (inside.length < 2) return;
  const drawn = (/** @type {ArrayLike<number>} */ values) => {
    const seen = inside.map((k) => values[k] ?? 0).filter(Number.isFinite);
    const [least, most] = [Math.min(0, ...seen), Math.max(1e-9, ...seen)];
    return inside.flatMap((k) => [x(curve.x[k] ?? 0), foot - ((foot - top) * ((values[k] ?? NaN) - least)) / (most - least || 1)]);
  };
  for (const [values, name, dash] of /** @type {[ArrayLike<number>, string, number[]][]} */ ([[curve.f, "f", []], [curve.slope, "f′", [4, 3]]])) {
    const line = drawn(values);
    pen.line(line, { ink: "panel", width: 4 });
    pen.line(line, { ink: "theory", width: 1.6, dash });
    const end = name === "f" ? line.length - 2 : 0;
    pen.write(name, (line[end] ?? 0) + (end ? -8 : 8), Math.max(8, (line[end + 1] ?? 0) - 8), { ink: "ink", italic: true, halo: "panel", align: "center" });
  }
}
