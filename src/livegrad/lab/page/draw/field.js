// A field over the plane as a picture: orange says no, blue says yes; and the points on it, by shape and colour.

import { colour, rgb } from "../core/colours.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("../core/frames.js").Numbers} Numbers */

/** @type {{ key: string, table: Uint32Array }} */
let known = { key: "", table: new Uint32Array(0) };
const INKS = ["negative", "positive", "third"];
const NO_NUMBER = 0xff808080;

/** From −1 to 1 in 511 colours, a word each: the class's colour fades into the panel and back. */
function ramp() {
  const key = INKS.map(colour).join() + colour("panel");
  if (known.key === key) return known.table;
  const bytes = new Uint8ClampedArray(511 * 4);
  const [negative, positive, panel] = [rgb("negative"), rgb("positive"), rgb("panel")];
  for (let k = 0; k < 511; k += 1) {
    const part = 0.82 * Math.abs(k - 255) / 255;
    const ink = k < 255 ? negative : positive;
    for (let c = 0; c < 3; c += 1) bytes[4 * k + c] = (panel[c] ?? 0) + part * ((ink[c] ?? 0) - (panel[c] ?? 0));
    bytes[4 * k + 3] = 255;
  }
  known = { key, table: new Uint32Array(bytes.buffer) };
  return known.table;
}

/**
 * A field −1 … 1 as pixels; row 0 on top. Where it is no number, a grey.
 * @param {ArrayLike<number>} values
 * @param {number} width
 * @param {number} height
 * @param {ImageData} [into] painted again instead of made anew
 * @param {number} [middle] what is painted as neither
 */
export function fieldPixels(values, width, height, into, middle = 0) {
  const pixels = into?.width === width && into.height === height ? into : new ImageData(width, height);
  const table = ramp();
  const data = new Uint32Array(pixels.data.buffer);
  for (let k = 0; k < width * height; k += 1) {
    const value = (values[k] ?? NaN) - middle;
    data[k] = table[Math.round(255 + 255 * (value < -1 ? -1 : value > 1 ? 1 : value))] ?? NO_NUMBER;
  }
  return pixels;
}

/**
 * Classes 0, 1, 2 … as pixels.
 * @param {ArrayLike<number>} values
 * @param {number} width
 * @param {number} height
 */
export function classPixels(values, width, height) {
  const pixels = new ImageData(width, height);
  const panel = rgb("panel");
  const inks = INKS.map(rgb);
  for (let k = 0; k < width * height; k += 1) {
    const kind = Math.round(values[k] ?? 0);
    const ink = inks[kind % inks.length] ?? panel;
    const part = 0.55 / (1 + Math.floor(kind / inks.length));
    for (let c = 0; c < 3; c += 1) pixels.data[4 * k + c] = (panel[c] ?? 0) + part * ((ink[c] ?? 0) - (panel[c] ?? 0));
    pixels.data[4 * k + 3] = 255;
  }
  return pixels;
}

/**
 * Points on the plane: class 0 ▲, class 1 ●, class 2 ■; numbers instead of classes: ● by sign.
 * @param {Pen} pen
 * @param {{ points: Numbers, labels: ArrayLike<number>, extent: number[], kind: string }} data
 * @param {number} [radius]
 */
export function drawPoints(pen, data, radius = 2.2) {
  const [left = -1, right = 1, bottom = -1, top = 1] = data.extent;
  /** @type {number[][]} */
  const found = [[], [], []];
  for (let k = 0; k < data.labels.length; k += 1) {
    const label = data.labels[k] ?? 0;
    const kind = data.kind === "regression" ? Number(label >= 0) : Math.round(label) % 3;
    found[kind]?.push((((data.points.data[2 * k] ?? 0) - left) / (right - left)) * pen.width, ((top - (data.points.data[2 * k + 1] ?? 0)) / (top - bottom)) * pen.height);
  }
  const [first = [], second = [], third = []] = found;
  pen.triangles(first, radius + 1.1, { ink: "panel" });
  pen.dots(second, radius + 0.8, { ink: "panel" });
  pen.triangles(first, radius + 0.2, { ink: "negative" });
  pen.dots(second, radius, { ink: "positive" });
  if (third.length) squares(pen, third, radius);
}

/**
 * @param {Pen} pen
 * @param {number[]} centres
 * @param {number} radius
 */
function squares(pen, centres, radius) {
  for (const [grown, ink] of /** @type {[number, string][]} */ ([[0.8, "panel"], [0, "third"]])) {
    const half = radius + grown;
    pen.boxes(centres.flatMap((v, k) => (k % 2 ? [] : [v - half, (centres[k + 1] ?? 0) - half, 2 * half, 2 * half])), { ink });
  }
}

/**
 * The line where a field changes sign, as segments in the box of the pen: marching squares.
 * @param {ArrayLike<number>} values
 * @param {number} width
 * @param {number} height
 * @param {number} across of the paper
 * @param {number} down
 */
export function zeroLine(values, width, height, across, down) {
  /** @type {number[]} */
  const found = [];
  const [dx, dy] = [across / (width - 1), down / (height - 1)];
  for (let r = 0; r + 1 < height; r += 1) {
    for (let c = 0; c + 1 < width; c += 1) {
      const at = r * width + c;
      const [a = 0, b = 0, d = 0, e = 0] = [values[at], values[at + 1], values[at + width], values[at + width + 1]];
      /** @type {number[]} */
      const cuts = [];
      if (a < 0 !== b < 0) cuts.push((c + a / (a - b)) * dx, r * dy);
      if (a < 0 !== d < 0) cuts.push(c * dx, (r + a / (a - d)) * dy);
      if (b < 0 !== e < 0) cuts.push((c + 1) * dx, (r + b / (b - e)) * dy);
      if (d < 0 !== e < 0) cuts.push((c + d / (d - e)) * dx, (r + 1) * dy);
      if (cuts.length === 4) found.push(...cuts);
      else if (cuts.length === 8) found.push(...cuts.slice(0, 4), ...cuts.slice(4));
    }
  }
  return found;
}
