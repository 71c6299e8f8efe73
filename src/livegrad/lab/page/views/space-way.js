// Where grid and points are between two half layers, and how they are looked at. Pure: knows no paper.

/** @typedef {import("../core/frames.js").Numbers} Numbers */

/**
 * See livegrad/lab/space/passing.py.
 * @typedef {{ grid: Numbers, points: Numbers, cuts: Numbers, shares: Numbers, turned: Numbers }} Passage
 * @typedef {{ name: string, rate: number, start: number, starts: number, rates: number, loss: number, accuracy: number, middle: number, before: Passage, after: Passage }} Row
 * @typedef {{ x: number, y: number, reach: number }} Look the middle of what is seen, and half its width
 * @typedef {{ lines: Float64Array, each: number, points: Float64Array, look: Look }} Seen x, y, x, y …
 */

const RISE = (50 * Math.PI) / 180; // from how high three units are looked at

/**
 * Two numbers for each place; three are projected, which keeps straight lines straight.
 * @param {ArrayLike<number>} data
 * @param {number} from
 * @param {number} count places
 * @param {number} units
 * @param {number} yaw degrees
 * @returns {Float64Array}
 */
export function flat(data, from, count, units, yaw) {
  const found = new Float64Array(2 * count);
  const turn = (yaw * Math.PI) / 180;
  const [c, s, up, back] = [Math.cos(turn), Math.sin(turn), Math.cos(RISE), Math.sin(RISE)];
  for (let k = 0; k < count; k += 1) {
    const at = from + k * units;
    const [x = NaN, y = NaN, z = 0] = [data[at], data[at + 1], units > 2 ? data[at + 2] : 0];
    found[2 * k] = units > 2 ? c * x - s * y : x;
    found[2 * k + 1] = units > 2 ? back * (s * x + c * y) + up * z : y;
  }
  return found;
}

/**
 * @param {Float64Array[]} all
 * @returns {Look}
 */
export function lookAt(all) {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const data of all) {
    for (let k = 0; k + 1 < data.length; k += 2) {
      const [x = NaN, y = NaN] = [data[k], data[k + 1]];
      if (!Number.isFinite(x + y)) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      bottom = Math.min(bottom, y);
      top = Math.max(top, y);
    }
  }
  if (left > right) return { x: 0, y: 0, reach: 1 };
  return { x: (left + right) / 2, y: (bottom + top) / 2, reach: 1.06 * Math.max((right - left) / 2, (top - bottom) / 2, 1e-30) };
}

/** How many stages a passage has: twice the depth, and one. @param {Passage} passage */
export const stages = (passage) => passage.grid.shape[0] ?? 1;

/**
 * @param {Passage} passage
 * @param {number} stage whole
 * @param {number} yaw
 * @returns {Seen}
 */
export function seenAt({ grid, points }, stage, yaw) {
  const [, lines = 0, each = 0, units = 2] = grid.shape;
  const [, count = 0] = points.shape;
  const place = lines * each;
  const found = { lines: flat(grid.data, stage * place * units, place, units, yaw), each, points: flat(points.data, stage * count * units, count, units, yaw) };
  return { ...found, look: lookAt([found.lines, found.points]) };
}

/** Slow at both ends. @param {number} t */
export const eased = (t) => t * t * (3 - 2 * t);

/**
 * @param {Passage} passage
 * @param {number} at half layers, perhaps between two
 * @param {number} yaw
 * @returns {Seen}
 */
export function seenBetween(passage, at, yaw) {
  const last = stages(passage) - 1;
  const inside = Math.min(last, Math.max(0, at));
  const from = Math.floor(inside);
  const here = seenAt(passage, from, yaw);
  if (inside === from) return here;
  const t = eased(inside - from);
  const there = seenAt(passage, from + 1, yaw);
  const mix = (/** @type {number} */ a, /** @type {number} */ b) => a + t * (b - a);
  const mixed = (/** @type {Float64Array} */ a, /** @type {Float64Array} */ b) => a.map((value, k) => mix(value, b[k] ?? NaN));
  return {
    lines: mixed(here.lines, there.lines), each: here.each, points: mixed(here.points, there.points),
    look: { x: mix(here.look.x, there.look.x), y: mix(here.look.y, there.look.y), reach: Math.exp(mix(Math.log(here.look.reach), Math.log(there.look.reach))) },
  };
}

/**
 * The cut at a whole stage, (a, b, c): a·x + b·y = c; null where there is none, or it is a plane.
 * @param {Passage} passage
 * @param {number} stage
 */
export function cutAt({ cuts }, stage) {
  const wide = cuts.shape[1] ?? 0;
  if (wide !== 3) return null;
  const found = Array.from(cuts.data.subarray(stage * wide, (stage + 1) * wide));
  return found.every(Number.isFinite) ? found : null;
}

/**
 * Which words say where a place is.
 * @param {number} at whole
 * @param {string} name of the function
 * @returns {{ key: string, layer: number }}
 */
export function placeOf(at, name) {
  const layer = Math.ceil(at / 2);
  if (!at) return { key: "at-points", layer };
  return { key: at % 2 ? "at-moved" : name === "identity" ? "at-kept" : "at-bent", layer };
}

/** Degrees as they are read: whole, thousands apart; what rounding errors turn is nothing. @param {number} value */
export const degrees = (value) => (Number.isFinite(value) ? (value < 0.05 ? "0" : value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString("en-US")) : "–");
