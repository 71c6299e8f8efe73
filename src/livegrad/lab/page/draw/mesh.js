// A grid and the data on it, as one layer after the other gives them on.

import { spoken } from "../core/words.js";
import { caption, kinds, scatter, squares } from "./plane.js";
import { wrapped } from "./marks.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {import("../core/words.js").Language} Language */
/** @typedef {import("../core/frames.js").Numbers} Numbers */
/** @typedef {import("./plane.js").Cell} Cell */

/**
 * @typedef {{ name: Text, lines: Numbers, points: Numbers, labels: Numbers, cut: number[] | null, caption: Text }} Panel
 * @typedef {{ kind: "Mesh", id: string, title: Text, note: Text, rows: [Text, Panel[]][] }} Mesh
 */

const ROW = 26;

/**
 * @param {Mesh} mesh
 * @param {number} width
 * @returns {{ cells: Cell[][], tops: number[], height: number }}
 */
export function meshPlan(mesh, width) {
  let top = 0;
  /** @type {number[]} */
  const tops = [];
  const longest = Math.max(1, ...mesh.rows.map(([, panels]) => panels.length));
  const cells = mesh.rows.map(([, panels]) => {
    const { cells: all, height } = squares(longest, width, { least: 118, most: 240, together: 8 });
    const found = all.slice(0, panels.length);
    const used = found.length ? Math.max(...found.map((cell) => cell.y + cell.size)) + 42 : height;
    tops.push(top);
    const moved = found.map((cell) => ({ ...cell, y: cell.y + top + ROW }));
    top += used + ROW + 10;
    return moved;
  });
  return { cells, tops, height: Math.max(80, top - 10) };
}

/**
 * @param {Mesh} mesh
 * @param {number} width
 */
export const meshHeight = (mesh, width) => meshPlan(mesh, width).height;

/**
 * @param {Pen} pen
 * @param {Mesh} mesh
 * @param {{ language: Language, cursor?: number | null }} options cursor: which panel is read
 */
export function drawMesh(pen, mesh, { language, cursor = null }) {
  const { cells, tops } = meshPlan(mesh, pen.width);
  let count = 0;
  mesh.rows.forEach(([name, panels], row) => {
    const top = tops[row] ?? 0;
    pen.write(spoken(name, language), 0, top + 12, { ink: "ink", size: 13, bold: true });
    if (row) pen.segments([0, top - 2, pen.width, top - 2], { ink: "grid" });
    panels.forEach((panel, k) => {
      const cell = /** @type {Cell} */ (cells[row]?.[k]);
      drawPanel(pen, panel, cell, language, count === cursor);
      count += 1;
    });
  });
}

/**
 * The middle of what a panel shows and half its reach: alike in both directions, so that shapes stay true.
 * @param {Panel} panel
 */
export function view({ lines, points }) {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (const data of [lines.data, points.data]) {
    for (let k = 0; k < data.length; k += 1) {
      const value = /** @type {number} */ (data[k]);
      if (!Number.isFinite(value)) continue;
      low[k % 2] = Math.min(low[k % 2] ?? 0, value);
      high[k % 2] = Math.max(high[k % 2] ?? 0, value);
    }
  }
  const [x = 0, y = 0, right = 0, top = 0] = [...low, ...high].map((value) => (Number.isFinite(value) ? value : 0));
  return { x: (x + right) / 2, y: (y + top) / 2, reach: Math.max((right - x) / 2, (top - y) / 2, 1e-9) * 1.06 };
}

/**
 * @param {Pen} pen
 * @param {Panel} panel
 * @param {Cell} cell
 * @param {Language} language
 * @param {boolean} read
 */
export function drawPanel(pen, panel, cell, language, read) {
  const { x, y, size } = cell;
  pen.write(wrapped(spoken(panel.name, language), cell.wide, (w, s) => pen.measure(w, s), 12, 1)[0] ?? "", x, y - 10, { ink: "ink-2", size: 12 });
  const seen = view(panel);
  /** @param {number} a @param {number} b */
  const at = (a, b) => [x + size / 2 + ((a - seen.x) / seen.reach) * (size / 2), y + size / 2 - ((b - seen.y) / seen.reach) * (size / 2)];
  pen.within([x, y, size, size], () => {
    const [lines = 0, each = 0] = panel.lines.shape;
    const data = panel.lines.data;
    const path = [];
    for (let line = 0; line < lines; line += 1) {
      if (line) path.push(NaN, NaN);
      for (let k = 0; k < each; k += 1) path.push(...at(data[2 * (line * each + k)] ?? NaN, data[2 * (line * each + k) + 1] ?? NaN));
    }
    pen.line(path, { ink: "ink-3", width: 0.9, alpha: 0.75 });
    const places = [];
    for (let k = 0; k + 1 < panel.points.data.length; k += 2) places.push(...at(panel.points.data[k] ?? NaN, panel.points.data[k + 1] ?? NaN));
    scatter(pen, places, kinds(panel.labels.data, Math.max(0, ...panel.labels.data) + 1), size < 160 ? 1.7 : 2.3);
    if (panel.cut) pen.line(cutEnds(panel.cut, seen).flatMap(([a, b]) => at(a, b)), { ink: "ink", width: 2, dash: [6, 3] });
  });
  pen.frames([x, y, size, size], read ? { ink: "focus", width: 2.5 } : { ink: "grid-strong" });
  caption(pen, spoken(panel.caption, language), cell);
}

/**
 * Where the line a·x + b·y = c leaves a disc around what is seen: two ends, or none.
 * @param {number[]} cut
 * @param {{ x: number, y: number, reach: number }} seen
 * @returns {[number, number][]}
 */
export function cutEnds([a = 0, b = 0, c = 0], { x, y, reach }) {
  const size = Math.hypot(a, b);
  if (!(size > 0)) return [];
  const away = (c - a * x - b * y) / size;
  const foot = [x + (away * a) / size, y + (away * b) / size];
  const far = 3 * reach;
  const [fx = 0, fy = 0] = foot;
  return Math.abs(away) > 2 * reach ? [] : [[fx - (far * b) / size, fy + (far * a) / size], [fx + (far * b) / size, fy - (far * a) / size]];
}
