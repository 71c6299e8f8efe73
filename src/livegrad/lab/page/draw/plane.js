// Pictures over the plane of two inputs, side by side: what a network answers everywhere, and the data on it.

import { spoken } from "../core/words.js";
import { classPixels, fieldPixels, zeroLine } from "./field.js";
import { mark, wrapped } from "./marks.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {import("../core/words.js").Language} Language */
/** @typedef {import("../core/frames.js").Numbers} Numbers */

/**
 * @typedef {{ name: Text, field: Numbers, points: Numbers, labels: Numbers, caption: Text }} Tile
 * @typedef {{ kind: "Plane", id: string, title: Text, note: Text, extent: number[], tiles: Tile[], classes: number }} Plane
 * @typedef {{ x: number, y: number, size: number, wide: number }} Cell
 */

const HEAD = 24;
const FOOT = 42;
const GAP = 16;
/** The mark of each class, in its colour. @type {[import("./marks.js").Shape, string][]} */
export const CLASSES = [["triangle", "negative"], ["disc", "positive"], ["square", "third"], ["diamond", "saturated"], ["cross", "dead"]];

/**
 * Squares side by side, as large as may be: where each stands, and how high all are together.
 * @param {number} count
 * @param {number} width
 * @param {{ least?: number, most?: number, head?: number, foot?: number, together?: number }} [how]
 * @returns {{ cells: Cell[], height: number }}
 */
export function squares(count, width, { least = 148, most = 320, head = HEAD, foot = FOOT, together = 6 } = {}) {
  const across = Math.max(1, Math.min(count, together, Math.floor((width + GAP) / (least + GAP))));
  const rows = Math.ceil(count / across);
  const even = Math.ceil(count / rows);
  const wide = Math.min(most, Math.floor((width - GAP * (even - 1)) / even));
  const cells = Array.from({ length: count }, (_, k) => ({
    x: (k % even) * (wide + GAP), y: Math.floor(k / even) * (wide + head + foot + 8) + head, size: wide, wide,
  }));
  return { cells, height: rows * (wide + head + foot + 8) - 8 };
}

/**
 * @param {Plane} plane
 * @param {number} width
 */
export const planeHeight = (plane, width) => squares(plane.tiles.length, width).height;

/**
 * Which class a label is: numbers that reach below 0 are told by their sign, others are class numbers.
 * @param {ArrayLike<number>} labels
 * @param {number} classes
 */
export function kinds(labels, classes) {
  const all = Array.from(labels);
  if (classes > 2) return all.map(Math.round);
  const signed = all.some((value) => value < 0);
  return all.map((value) => Number(signed ? value > 0 : value >= 0.5));
}

/**
 * @param {Pen} pen
 * @param {Plane} plane
 * @param {{ language: Language, cursor?: number | null }} options cursor: which tile is read
 */
export function drawPlane(pen, plane, { language, cursor = null }) {
  const { cells } = squares(plane.tiles.length, pen.width);
  plane.tiles.forEach((tile, k) => {
    const cell = /** @type {Cell} */ (cells[k]);
    pen.write(wrapped(spoken(tile.name, language), cell.wide, (w, s) => pen.measure(w, s) * 1.06, 13, 1)[0] ?? "", cell.x, cell.y - 12, { ink: "ink", size: 13, bold: true });
    field(pen, tile, plane, cell);
    data(pen, tile, plane, cell);
    pen.frames([cell.x, cell.y, cell.size, cell.size], k === cursor ? { ink: "focus", width: 2.5 } : { ink: "grid-strong" });
    caption(pen, spoken(tile.caption, language), cell);
  });
}

/**
 * @param {Pen} pen
 * @param {string} words
 * @param {Cell} cell
 */
export function caption(pen, words, cell) {
  wrapped(words, cell.wide, (w, s) => pen.measure(w, s), 12, 2).forEach((one, row) => pen.write(one, cell.x, cell.y + cell.size + 14 + 16 * row, { ink: "ink-2", size: 12 }));
}

/**
 * @param {Pen} pen
 * @param {Tile} tile
 * @param {Plane} plane
 * @param {Cell} cell
 */
function field(pen, { field: numbers, points }, { classes }, { x, y, size }) {
  const [rows = 0, columns = 0] = numbers.shape;
  if (rows < 2 || columns < 2) return;
  if (typeof ImageData !== "undefined") {
    pen.picture(x, y, size, size, classes > 2 ? classPixels(numbers.data, columns, rows) : fieldPixels(numbers.data, columns, rows));
  }
  if (!points.shape[0]) return; // a picture by itself: no boundary to draw
  const ends = classes > 2 ? steps(numbers, size) : zeroLine(numbers.data, columns, rows, size, size);
  pen.segments(ends.map((value, k) => value + (k % 2 ? y : x)), { ink: "ink", width: 1.6 });
}

/**
 * The edges between cells of different classes.
 * @param {Numbers} numbers
 * @param {number} size
 */
function steps({ data, shape: [rows = 0, columns = 0] }, size) {
  const found = [];
  const [dx, dy] = [size / columns, size / rows];
  for (let r = 0; r < rows; r += 1) {
    for (let c = 0; c < columns; c += 1) {
      const here = data[r * columns + c];
      if (c + 1 < columns && data[r * columns + c + 1] !== here) found.push((c + 1) * dx, r * dy, (c + 1) * dx, (r + 1) * dy);
      if (r + 1 < rows && data[(r + 1) * columns + c] !== here) found.push(c * dx, (r + 1) * dy, (c + 1) * dx, (r + 1) * dy);
    }
  }
  return found;
}

/**
 * @param {Pen} pen
 * @param {Tile} tile
 * @param {Plane} plane
 * @param {Cell} cell
 */
function data(pen, tile, { extent: [left = -1, right = 1, bottom = -1, top = 1], classes }, { x, y, size }) {
  const radius = tile.labels.data.length > 300 ? 1.8 : Math.max(2, Math.min(3, size / 90));
  const at = Array.from(tile.points.data, (value, k) => (k % 2 ? y + ((top - value) / (top - bottom)) * size : x + ((value - left) / (right - left)) * size));
  pen.within([x, y, size, size], () => scatter(pen, at, kinds(tile.labels.data, classes), radius));
}

/**
 * Points by class: a shape and a colour each, with a thin edge that parts them from what lies below.
 * @param {Pen} pen
 * @param {ArrayLike<number>} at x, y …
 * @param {number[]} classes
 * @param {number} radius
 */
export function scatter(pen, at, classes, radius) {
  for (let kind = 0; kind < CLASSES.length; kind += 1) {
    const [shape, ink] = /** @type {[import("./marks.js").Shape, string]} */ (CLASSES[kind]);
    const found = classes.flatMap((one, n) => (one % CLASSES.length === kind ? [at[2 * n] ?? NaN, at[2 * n + 1] ?? NaN] : []));
    if (shape === "disc") {
      pen.dots(found, radius + 0.8, { ink: "panel" });
      pen.dots(found, radius, { ink });
    } else if (shape === "triangle") {
      pen.triangles(found, radius + 1.3, { ink: "panel" });
      pen.triangles(found, radius + 0.4, { ink });
    } else {
      for (let k = 0; k < found.length; k += 2) {
        mark(pen, shape, found[k] ?? NaN, found[k + 1] ?? NaN, "panel", radius + 1);
        mark(pen, shape, found[k] ?? NaN, found[k + 1] ?? NaN, ink, radius + 0.2);
      }
    }
  }
}

/**
 * @param {number} x
 * @param {number} y
 * @param {Cell[]} cells
 */
export function cellAt(x, y, cells) {
  const found = cells.findIndex((cell) => x >= cell.x && x <= cell.x + cell.size && y >= cell.y - HEAD && y <= cell.y + cell.size);
  return found < 0 ? null : found;
}

/**
 * How much of the plane gets which answer.
 * @param {Tile} tile
 * @param {number} classes
 * @returns {number[]} by class; for two classes the share that is answered high, after the share answered low
 */
export function answered({ field: { data } }, classes) {
  const count = Math.max(2, classes);
  const found = /** @type {number[]} */ (new Array(count).fill(0));
  for (const value of data) {
    const kind = classes > 2 ? Math.round(value) : Number(value > 0);
    if (kind >= 0 && kind < count) found[kind] = (found[kind] ?? 0) + 1 / data.length;
  }
  return found;
}
