// One function over the histogram of its inputs: every bar takes the colour and the hatch of the slope it gets.

import { Plot, hatch, heights, read } from "./functions-plot.js";

/** @typedef {import("../draw/pen.js").Pen} Pen */
/** @typedef {import("../core/frames.js").Numbers} Numbers */
/** @typedef {{ x: Numbers, f: Numbers, df: Numbers, ddf: Numbers }} Curves */
/** @typedef {{ edges: Numbers, shares: Numbers, slopes: Numbers }} Bars */
/** @typedef {"alive" | "faint" | "zero" | "empty"} Kind */

const FAINT = 0.1;
const AXIS = 22;

/**
 * What a bar is: its mean |f′| is 0, below 0.1, or more.
 * @param {number} slope
 * @returns {Kind}
 */
export const kindOf = (slope) => (Number.isNaN(slope) ? "empty" : slope === 0 ? "zero" : slope < FAINT ? "faint" : "alive");

/**
 * One bar in the colour and the hatch of its slope.
 * @param {Pen} pen
 * @param {[number, number, number, number]} box
 * @param {number} slope
 */
export function bar(pen, box, slope) {
  const kind = kindOf(slope);
  if (kind === "empty" || box[3] <= 0) return;
  if (kind === "alive") pen.boxes(box, { ink: "alive", alpha: 0.3 + 0.7 * Math.min(1, slope) });
  if (kind === "faint") {
    pen.boxes(box, { ink: "saturated" });
    hatch(pen, box, { ink: "panel", width: 1.2 });
  }
  if (kind === "zero") {
    const [x, y, width, height] = box;
    pen.boxes(box, { ink: "dead-soft" });
    pen.frames([x + 0.5, y + 0.5, Math.max(1, width - 1), Math.max(1, height - 1)], { ink: "dead" });
    if (height > 6) pen.segments([x + 1, y + 1, x + width - 1, y + height - 1, x + 1, y + height - 1, x + width - 1, y + 1], { ink: "dead" });
  }
}

/**
 * @param {Pen} pen
 * @param {Bars} bars
 * @param {import("../draw/scale.js").Scale} x
 * @param {number} top
 * @param {number} bottom
 */
export function histogram(pen, bars, x, top, bottom) {
  const most = Math.max(...bars.shares.data, 1e-12);
  for (let k = 0; k < bars.shares.data.length; k += 1) {
    const left = x.at(bars.edges.data[k] ?? 0);
    const width = x.at(bars.edges.data[k + 1] ?? 0) - left - 1;
    const height = ((bars.shares.data[k] ?? 0) / most) * (bottom - top);
    const tall = height > 0 ? Math.max(1.5, height) : 0;
    bar(pen, [left, bottom - tall, Math.max(1, width), tall], bars.slopes.data[k] ?? NaN);
  }
  pen.segments([x.at(x.low), bottom, x.at(x.high), bottom], { ink: "grid-strong" });
}

/**
 * The whole picture.
 * @param {Pen} pen
 * @param {{ curves: Curves, bars: Bars | null, reach: number, second: boolean, x: number }} what
 */
export function picture(pen, { curves, bars, reach, second, x }) {
  const strip = bars ? Math.max(56, 0.19 * pen.height) : 0;
  const bottom = pen.height - AXIS;
  const shown = second ? [curves.f.data, curves.df.data, curves.ddf.data] : [curves.f.data, curves.df.data];
  const box = /** @type {[number, number, number, number]} */ ([38, 10, pen.width - 10, bottom - strip - (strip ? 12 : 0)]);
  const plot = new Plot(pen, { x: [-reach, reach], y: heights(shown, 0.65 * reach), box });
  plot.grid({ below: bottom });
  if (bars) histogram(pen, bars, plot.x, bottom - strip, bottom);
  cursor(plot, curves, x, second, bottom);
  const xs = curves.x.data;
  if (second) plot.line(xs, curves.ddf.data, { ink: "saturated", width: 1.6, dash: [2, 3] });
  plot.line(xs, curves.df.data, { ink: "alive", width: 2.2, dash: [7, 4] });
  plot.line(xs, curves.f.data, { ink: "theory", width: 2.2 });
  jumps(plot, curves);
  if (second) plot.name("f″", xs, curves.ddf.data, { ink: "saturated-ink", share: 0.06, italic: true });
  plot.name("f′", xs, curves.df.data, { ink: "alive-ink", share: 0.94, italic: true, above: Math.abs((curves.df.data.at(-1) ?? 0) - (curves.f.data.at(-1) ?? 0)) < 0.15 ? -13 : 13 });
  plot.name("f", xs, curves.f.data, { ink: "theory", share: 0.88, italic: true });
  return plot;
}

/**
 * Where f or f′ jumps, an open circle on the left and a filled one on the right would be drawn; a thin line says there is a jump.
 * @param {Plot} plot
 * @param {Curves} curves
 */
function jumps(plot, curves) {
  const { f, df, x } = curves;
  for (let k = 1; k + 1 < x.data.length; k += 1) {
    for (const [ys, ink] of /** @type {const} */ ([[f.data, "theory"], [df.data, "alive"]])) {
      if (!Number.isNaN(ys[k])) continue;
      const at = plot.x.at(x.data[k] ?? 0);
      plot.within(() => plot.pen.segments([at, plot.y.at(ys[k - 1] ?? 0), at, plot.y.at(ys[k + 1] ?? 0)], { ink, dash: [1, 3], width: 1.2 }));
    }
  }
}

/**
 * @param {Plot} plot
 * @param {Curves} curves
 * @param {number} x
 * @param {boolean} second
 * @param {number} bottom
 */
function cursor(plot, curves, x, second, bottom) {
  if (x < plot.x.low || x > plot.x.high) return;
  const at = plot.x.at(x);
  plot.pen.segments([at, plot.box.top, at, bottom], { ink: "focus", width: 1, dash: [3, 3] });
  const lines = /** @type {[Numbers, string][]} */ ([[curves.f, "theory"], [curves.df, "alive"], ...(second ? [[curves.ddf, "saturated"]] : [])]);
  for (const [ys, ink] of lines) {
    const y = read(curves.x.data, ys.data, x);
    if (y >= plot.y.low && y <= plot.y.high) plot.pen.dots([at, plot.y.at(y)], 4, { ink });
  }
}
