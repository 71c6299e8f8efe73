// The pictures of the hidden space: one large between two half layers, and a strip of all layers.

import { cutEnds } from "../draw/mesh.js";
import { scatter } from "../draw/plane.js";
import { percent } from "../draw/scale.js";
import { cutAt, degrees, seenAt, seenBetween, stages } from "./space-way.js";

/** @typedef {import("../draw/pen.js").Pen} Pen */
/** @typedef {import("./space-way.js").Passage} Passage */
/** @typedef {import("./space-way.js").Seen} Seen */
/** @typedef {[number, number, number]} Box x, y, side */

/**
 * @param {Pen} pen
 * @param {Seen} seen
 * @param {Box} box
 * @param {number[]} classes
 * @param {number[] | null} cut
 * @param {{ fine: boolean, chosen?: boolean }} how
 */
function picture(pen, seen, [left, top, side], classes, cut, { fine, chosen = false }) {
  const { look: { x, y, reach } } = seen;
  const half = side / 2;
  const put = (/** @type {Float64Array} */ data) => data.map((value, k) => (k % 2 ? top + half - ((value - y) / reach) * half : left + half + ((value - x) / reach) * half));
  pen.within([left, top, side, side], () => {
    const places = put(seen.lines);
    const path = [];
    for (let k = 0; k < places.length / 2; k += 1) {
      if (k % seen.each === 0) path.push(NaN, NaN);
      path.push(places[2 * k] ?? NaN, places[2 * k + 1] ?? NaN);
    }
    pen.line(path, { ink: "ink-3", width: fine ? 1 : 0.8, alpha: fine ? 0.7 : 0.6 });
    if (cut) {
      const ends = cutEnds(cut, { x, y, reach }).flat();
      pen.line(put(Float64Array.from(ends)), { ink: "panel", width: 5 });
      pen.line(put(Float64Array.from(ends)), { ink: "focus", width: 2, dash: [7, 3] });
    }
    scatter(pen, put(seen.points), classes, fine ? 3 : side < 100 ? 1.4 : 1.9);
  });
  pen.frames([left, top, side, side], chosen ? { ink: "focus", width: 2.5 } : { ink: "grid-strong" });
}

/**
 * @param {Pen} pen
 * @param {Passage} passage
 * @param {number} at
 * @param {number[]} classes
 * @param {number} yaw
 */
export function drawStage(pen, passage, at, classes, yaw) {
  const side = Math.min(pen.width, pen.height) - 2;
  const whole = Number.isInteger(at);
  picture(pen, seenBetween(passage, at, yaw), [(pen.width - side) / 2, 1, side], classes, whole ? cutAt(passage, at) : null, { fine: true });
  if ((passage.grid.shape[3] ?? 2) > 2) directions(pen, (pen.width - side) / 2 + 34, side - 28, yaw);
}

/**
 * Where the three units point.
 * @param {Pen} pen
 * @param {number} x
 * @param {number} y
 * @param {number} yaw
 */
function directions(pen, x, y, yaw) {
  const turn = (yaw * Math.PI) / 180;
  const rise = (50 * Math.PI) / 180;
  const ends = [[Math.cos(turn), Math.sin(rise) * Math.sin(turn)], [-Math.sin(turn), Math.sin(rise) * Math.cos(turn)], [0, Math.cos(rise)]];
  ends.forEach(([a = 0, b = 0], k) => {
    pen.line([x, y, x + 18 * a, y - 18 * b], { ink: "ink-2", width: 1.5 });
    pen.write(String(k + 1), x + 25 * a, y - 25 * b, { ink: "ink-2", size: 11, align: "center", halo: "panel" });
  });
}

/**
 * Where the panels of a strip stand.
 * @param {number} count
 * @param {number} width
 * @param {number} [cap] greatest side
 * @returns {{ boxes: Box[], height: number }}
 */
export function stripPlan(count, width, cap = 216) {
  const gap = 8;
  const most = Math.max(1, Math.floor((width + gap) / (92 + gap)));
  const rows = Math.ceil(count / most);
  const across = Math.ceil(count / rows);
  const side = Math.max(40, Math.min(cap, (width - gap * (across - 1)) / across));
  const tall = 20 + side + 38;
  const boxes = Array.from({ length: count }, (_, k) => /** @type {Box} */ ([(k % across) * (side + gap), 20 + Math.floor(k / across) * tall, side]));
  return { boxes, height: Math.ceil(rows * tall) };
}

/**
 * @param {Pen} pen
 * @param {Passage} passage
 * @param {{ at: number, classes: number[], yaw: number, cap?: number, name: (layer: number, short: boolean) => string }} how
 */
export function drawStrip(pen, passage, { at, classes, yaw, cap, name }) {
  const layers = (stages(passage) + 1) / 2;
  const { boxes } = stripPlan(layers, pen.width, cap);
  const chosen = Math.ceil(at / 2);
  boxes.forEach((box, layer) => {
    const [left, top, side] = box;
    const long = name(layer, false);
    pen.write(pen.measure(long, 12) > side ? name(layer, true) : long, left, top - 9, { ink: layer === chosen ? "ink" : "ink-2", size: 12, bold: layer === chosen });
    picture(pen, seenAt(passage, 2 * layer, yaw), box, classes, cutAt(passage, 2 * layer), { fine: false, chosen: layer === chosen });
    pen.write(percent(passage.shares.data[2 * layer] ?? NaN), left, top + side + 12, { ink: "ink", size: 13, bold: true });
    pen.write(`${degrees(passage.turned.data[2 * layer] ?? NaN)}°`, left, top + side + 28, { ink: "ink-2", size: 12 });
  });
}

/**
 * The layer under a place of a strip; null beside them.
 * @param {number} x
 * @param {number} y
 * @param {number} count
 * @param {number} width
 * @param {number} [cap]
 */
export function panelAt(x, y, count, width, cap = 216) {
  const found = stripPlan(count, width, cap).boxes.findIndex(([left, top, side]) => x >= left && x <= left + side && y >= top - 20 && y <= top + side + 36);
  return found < 0 ? null : found;
}
