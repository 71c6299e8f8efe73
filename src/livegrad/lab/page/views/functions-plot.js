// A plane to draw curves on: its scales, its grid, its words. Draws with a pen; knows no DOM.

import { niceTicks, scale, tickWords } from "../draw/scale.js";

/** @typedef {import("../draw/pen.js").Pen} Pen */
/** @typedef {import("../draw/pen.js").Stroke} Stroke */

export class Plot {
  /**
   * @param {Pen} pen
   * @param {{ x: [number, number], y: [number, number], box: [number, number, number, number] }} how box: left, top, right, bottom in pixels
   */
  constructor(pen, { x, y, box }) {
    this.pen = pen;
    const [left, top, right, bottom] = box;
    this.box = { left, top, right, bottom };
    this.x = scale({ low: x[0], high: x[1], from: left, to: right });
    this.y = scale({ low: y[0], high: y[1], from: bottom, to: top });
  }

  /** Grid, axes through 0 and numbers at the left and below. */
  grid({ below = this.box.bottom, numbersBelow = true } = {}) {
    const { left, top, right, bottom } = this.box;
    const { pen, x, y } = this;
    const across = niceTicks(x.low, x.high, Math.max(2, (right - left) / 90));
    const up = niceTicks(y.low, y.high, Math.max(2, (bottom - top) / 50));
    pen.segments(across.flatMap((value) => [x.at(value), top, x.at(value), bottom]), { ink: "grid" });
    pen.segments(up.flatMap((value) => [left, y.at(value), right, y.at(value)]), { ink: "grid" });
    if (x.low < 0 && x.high > 0) pen.segments([x.at(0), top, x.at(0), bottom], { ink: "grid-strong" });
    if (y.low <= 0 && y.high >= 0) pen.segments([left, y.at(0), right, y.at(0)], { ink: "grid-strong" });
    if (numbersBelow) for (const value of across) pen.write(tickWords(value, false), x.at(value), below + 6, { ink: "ink-3", size: 11, align: "center", base: "top" });
    for (const value of up) pen.write(tickWords(value, false), left - 6, y.at(value), { ink: "ink-3", size: 11, align: "right" });
  }

  /**
   * A curve; NaN and what is far outside lift the pen, clipped to the box.
   * @param {ArrayLike<number>} xs
   * @param {ArrayLike<number>} ys
   * @param {Stroke} stroke
   */
  line(xs, ys, stroke) {
    const points = new Float64Array(2 * xs.length);
    for (let k = 0; k < xs.length; k += 1) {
      points[2 * k] = this.x.at(xs[k] ?? NaN);
      points[2 * k + 1] = Number.isNaN(ys[k]) ? NaN : this.y.at(ys[k] ?? NaN);
    }
    this.within(() => this.pen.line(points, stroke));
  }

  /** @param {() => void} draw */
  within(draw) {
    const { left, top, right, bottom } = this.box;
    this.pen.within([left, top - 1, right - left, bottom - top + 2], draw);
  }

  /**
   * Words where a curve leaves the box on the right, or at its last point inside.
   * @param {string} words
   * @param {ArrayLike<number>} xs
   * @param {ArrayLike<number>} ys
   * @param {{ ink: string, share?: number, italic?: boolean, above?: number }} how share: how far along the visible part
   */
  name(words, xs, ys, { ink, share = 0.97, italic = false, above = 12 }) {
    let last = -1;
    let first = -1;
    for (let k = 0; k < xs.length; k += 1) {
      const y = ys[k] ?? NaN;
      if (y >= this.y.low && y <= this.y.high && (xs[k] ?? 0) >= this.x.low && (xs[k] ?? 0) <= this.x.high) {
        last = k;
        if (first < 0) first = k;
      }
    }
    if (last < 0) return;
    const at = Math.round(first + share * (last - first));
    const half = this.pen.measure(words, 13) / 2;
    const x = Math.min(this.box.right - half - 2, Math.max(this.box.left + half + 2, this.x.at(xs[at] ?? 0)));
    const y = Math.min(this.box.bottom - 8, Math.max(this.box.top + 8, this.y.at(ys[at] ?? 0) - above));
    this.pen.write(words, x, y, { ink, size: 13, align: "center", italic, bold: true, halo: "panel" });
  }
}

/**
 * The range of y that shows curves well: theirs, within a limit, with 0 and 1 in it.
 * @param {ArrayLike<number>[]} curves
 * @param {number} limit
 * @returns {[number, number]}
 */
export function heights(curves, limit) {
  let [low, high] = [-0.3, 1.15];
  for (const ys of curves) {
    for (let k = 0; k < ys.length; k += 1) {
      const y = ys[k] ?? NaN;
      if (Number.isNaN(y)) continue;
      low = Math.min(low, Math.max(-limit, y));
      high = Math.max(high, Math.min(limit, y));
    }
  }
  const room = 0.04 * (high - low);
  return [low - room, high + room];
}

/**
 * Diagonal lines over a box, to be told from a plain fill without colour.
 * @param {Pen} pen
 * @param {[number, number, number, number]} box x, y, width, height
 * @param {Stroke} stroke
 * @param {number} [gap]
 */
export function hatch(pen, [x, y, width, height], stroke, gap = 5) {
  const ends = [];
  for (let c = Math.floor((x + y) / gap) * gap; c < x + y + width + height; c += gap) {
    const from = Math.max(x, c - (y + height));
    const to = Math.min(x + width, c - y);
    if (to > from) ends.push(from, c - from, to, c - to);
  }
  pen.segments(ends, stroke);
}

/**
 * The value of a curve at a place, between its points; NaN at a gap or outside.
 * @param {ArrayLike<number>} xs rising
 * @param {ArrayLike<number>} ys
 * @param {number} x
 * @param {ArrayLike<number>} [slopes] of the curve at its points, where they are known
 */
export function read(xs, ys, x, slopes) {
  let [low, high] = [0, xs.length - 1];
  if (!(x >= (xs[low] ?? 0)) || !(x <= (xs[high] ?? 0))) return NaN;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((xs[middle] ?? 0) <= x) low = middle;
    else high = middle;
  }
  const [a, b, fa, fb] = [xs[low] ?? 0, xs[high] ?? 0, ys[low] ?? NaN, ys[high] ?? NaN];
  if (x === a && !Number.isNaN(fa)) return fa;
  if (x === b && !Number.isNaN(fb)) return fb;
  if (Number.isNaN(fa) || Number.isNaN(fb)) return Number.isNaN(fa) ? fb : fa;
  if (!(b > a)) return fa;
  const t = (x - a) / (b - a);
  const [sa, sb] = [Number(slopes?.[low]), Number(slopes?.[high])];
  if (!Number.isFinite(sa + sb)) return fa + t * (fb - fa);
  const [rest, w] = [1 - t, b - a]; // Hermite's cubic: through both values, with both slopes
  return rest * rest * ((1 + 2 * t) * fa + t * w * sa) + t * t * ((1 + 2 * rest) * fb - rest * w * sb);
}
