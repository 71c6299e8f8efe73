// What a ladder needs to know before it is drawn: its axis, its rungs, its words. Pure: knows no paper.

const RAISED = /** @type {Record<string, string>} */ ({ "-": "⁻", "−": "⁻", ".": "·", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" });
const STEPS = [1, 2, 5, 10, 20, 25, 50, 100, 200];

/**
 * A power of ten in one word: 1 for 0, 10⁻⁶ for −6, 0 for −∞.
 * @param {number} exponent
 */
export function power(exponent) {
  if (exponent === -Infinity) return "0";
  if (!Number.isFinite(exponent)) return "–";
  if (exponent === 0) return "1";
  return `10${[...String(exponent)].map((sign) => RAISED[sign] ?? sign).join("")}`;
}

/**
 * A value by its log10, as short as it may be: 0.21, 1.8, 12, 2.4·10⁻⁴; exactly 0 is 0.
 * @param {number} log10
 */
export function amount(log10) {
  if (log10 === -Infinity) return "0";
  if (Number.isNaN(log10)) return "–";
  if (log10 === Infinity) return "∞";
  if (log10 >= -2 && log10 < 4) {
    const value = 10 ** log10;
    return log10 === 0 ? "1" : value >= 9.95 ? String(Math.round(value)) : value.toPrecision(2);
  }
  const exponent = Math.floor(log10 + 1e-9);
  const front = 10 ** (log10 - exponent);
  return front >= 9.95 ? `1.0·${power(exponent + 1)}` : `${front.toPrecision(2)}·${power(exponent)}`;
}

/**
 * Where the axis is marked, so that labels `gap` pixels wide never touch; always 0 where the axis holds it.
 * @param {number} min
 * @param {number} max
 * @param {number} length of the axis in pixels
 * @param {number} [gap]
 */
export function ticks(min, max, length, gap = 36) {
  const step = STEPS.find((one) => (length * one) / (max - min) >= gap) ?? 500;
  const found = [];
  for (let k = Math.ceil(min / step) * step; k <= max + 1e-9; k += step) found.push(k === 0 ? 0 : k);
  return found;
}

/**
 * Which rungs carry their number when rungs are `row` pixels apart: the first, the last and even steps between.
 * @param {number} count
 * @param {number} row
 * @param {number} [gap]
 */
export function named(count, row, gap = row < 8 ? 34 : 17) {
  const step = [1, 2, 5, 10, 20, 25, 50].find((one) => one * row >= gap) ?? 100;
  const found = [1];
  for (let layer = step === 1 ? 2 : step; layer < count; layer += step) {
    if ((layer - (found[found.length - 1] ?? 0)) * row >= gap && (count - layer) * row >= gap) found.push(layer);
  }
  if (count > 1) found.push(count);
  return found;
}

/**
 * An axis for these logarithms: whole decades, at least `least` of them, the last layer's 1 inside.
 * @param {ArrayLike<number>[]} values
 * @param {number} [least]
 * @param {number} [deepest] nothing below it is shown: what is there gets an arrow
 * @returns {[number, number]}
 */
export function axis(values, least = 6, deepest = -60) {
  let low = 0;
  let high = 0;
  for (const one of values) {
    for (let k = 0; k < one.length; k += 1) {
      const value = /** @type {number} */ (one[k]);
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  const max = Math.min(40, Math.max(1, Math.ceil(high - 0.05)));
  return [Math.max(deepest, Math.min(Math.floor(low - 0.2), -least)), max];
}

/**
 * Where things stand in one column of a ladder.
 * @typedef {object} Plan
 * @property {number} top of the first rung's row
 * @property {number} row height of a rung's row
 * @property {number} bar height of a bar
 * @property {number} from left end of the bars' room
 * @property {number} to right end of the bars' room
 * @property {number} names x of the names, 0 if there are none
 * @property {number} words x of the factors, 0 if there are none
 * @property {number} units x of the first unit, 0 if there are none
 * @property {number} square side of a unit with the gap after it
 *
 * @param {{ left: number, width: number, height: number, layers: number, widest: number, side: "left" | "right",
 *   names: number, words: number, units: boolean, axis: boolean, titled?: boolean }} room
 * @returns {Plan}
 */
export function plan({ left, width, height, layers, widest, side, names, words, units, axis: labelled, titled = false }) {
  const top = (labelled ? 20 : 3) + (titled ? 18 : 0);
  const row = Math.max(1, (height - top - 3) / Math.max(1, layers));
  const thin = row < 8;
  const bar = thin ? Math.max(1, row - 1) : Math.min(14, row * 0.5);
  const square = units && widest ? Math.max(2, Math.min(thin ? Math.max(row, 3) : 10, (width * (thin ? 0.3 : 0.24)) / widest)) : 0;
  const [after, behind] = [square ? square * widest + 10 : 0, words];
  const mirrored = side === "left";
  const from = left + (mirrored ? after + behind + 2 : names);
  const to = left + width - (mirrored ? names : after + behind) - 4;
  return {
    top, row, bar, from, to: Math.max(from + 20, to),
    names: names ? (mirrored ? left + width - 2 : left + names - 8) : 0,
    words: words ? (mirrored ? left + after + 4 : left + width - after - 4) : 0,
    units: square ? (mirrored ? left + 2 : left + width - square * widest) : 0,
    square,
  };
}

/**
 * The layer under a height, or null beside the rungs.
 * @param {number} y
 * @param {number} height of the drawing
 * @param {number} layers
 */
export function layerAt(y, height, layers) {
  const row = (height - 23) / layers;
  const layer = Math.floor((y - 20) / row) + 1;
  return layer >= 1 && layer <= layers ? layer : null;
}
