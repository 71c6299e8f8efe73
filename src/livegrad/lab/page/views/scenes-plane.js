// What scenes draw on a plane of two inputs: a field, an arrow, a straight line, handles.

import { fieldPixels } from "../draw/field.js";
import { number } from "../draw/scale.js";
import { Plot } from "./functions-plot.js";

/** @typedef {import("../draw/pen.js").Pen} Pen */

const SIDE = 48;

/**
 * A square plane of −reach … reach in the middle of the paper.
 * @param {Pen} pen
 * @param {number} reach
 * @param {(x: number[]) => number} f −1 … 1
 */
export function plane(pen, reach, f) {
  const size = Math.min(pen.height - 34, pen.width - 54);
  const left = Math.max(38, (pen.width - size) / 2);
  const plot = new Plot(pen, { x: [-reach, reach], y: [-reach, reach], box: [left, 8, left + size, 8 + size] });
  const values = Float32Array.from({ length: SIDE * SIDE }, (_, k) => f([-reach + (2 * reach * ((k % SIDE) + 0.5)) / SIDE, reach - (2 * reach * (Math.floor(k / SIDE) + 0.5)) / SIDE]));
  pen.picture(left, 8, size, size, fieldPixels(values, SIDE, SIDE));
  plot.grid();
  return plot;
}

/**
 * The line a·x1 + b·x2 + c = 0 across the plane.
 * @param {Plot} plot
 * @param {number} a
 * @param {number} b
 * @param {number} c
 * @param {import("../draw/pen.js").Stroke} stroke
 */
export function straight(plot, a, b, c, stroke) {
  const size = Math.hypot(a, b);
  if (size < 1e-9) return;
  const far = 4 * Math.max(Math.abs(plot.x.low), Math.abs(plot.x.high)) + Math.abs(c) / size;
  const [x, y] = [(-c * a) / size ** 2, (-c * b) / size ** 2];
  const [dx, dy] = [(-b / size) * far, (a / size) * far];
  plot.within(() => plot.pen.segments([plot.x.at(x - dx), plot.y.at(y - dy), plot.x.at(x + dx), plot.y.at(y + dy)], stroke));
}

/**
 * @param {Plot} plot
 * @param {number} x
 * @param {number} y
 * @param {string} words
 */
export function arrow(plot, x, y, words) {
  const [x0, y0, x1, y1] = [plot.x.at(0), plot.y.at(0), plot.x.at(x), plot.y.at(y)];
  const angle = Math.atan2(y1 - y0, x1 - x0);
  plot.pen.segments([x0, y0, x1, y1], { ink: "panel", width: 5 });
  plot.pen.segments([x0, y0, x1, y1], { ink: "ink", width: 2.5 });
  const wing = (/** @type {number} */ turn) => [x1 - 12 * Math.cos(angle + turn), y1 - 12 * Math.sin(angle + turn)];
  plot.pen.area([x1, y1, ...wing(0.4), ...wing(-0.4)], { ink: "ink" });
  plot.pen.write(words, x1 + 14 * Math.cos(angle), y1 + 14 * Math.sin(angle), { ink: "ink", size: 13, bold: true, align: "center", halo: "panel" });
}

/**
 * Something to take hold of.
 * @param {Plot} plot
 * @param {number} x
 * @param {number} y
 * @param {string} words
 */
export function handle(plot, x, y, words) {
  const [px, py] = [plot.x.at(x), plot.y.at(y)];
  plot.pen.dots([px, py], 9, { ink: "panel" });
  plot.pen.dots([px, py], 7, { ink: "focus" });
  plot.pen.dots([px, py], 3, { ink: "panel" });
  plot.pen.write(words, px, py - 16, { ink: "ink", size: 13, bold: true, align: "center", halo: "panel" });
}

/**
 * Points along a curve.
 * @param {number} low
 * @param {number} high
 * @param {(x: number) => number} f
 * @param {number} [count]
 */
export function curve(low, high, f, count = 241) {
  const xs = Float64Array.from({ length: count }, (_, k) => low + ((high - low) * k) / (count - 1));
  return { xs, ys: Float64Array.from(xs, f) };
}

/**
 * A number inside a sum or a product: brackets where it is negative.
 * @param {number} value
 */
export const inside = (value) => (value < 0 ? `(${number(value, 4)})` : number(value, 4));
