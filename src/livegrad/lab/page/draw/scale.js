// Axes: where a value stands, where the ticks are, and how numbers are written. Pure: knows no paper.

const RAISED = /** @type {Record<string, string>} */ ({ "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" });

/**
 * @typedef {object} Scale
 * @property {number} low value at the beginning
 * @property {number} high value at the end
 * @property {boolean} log
 * @property {(value: number) => number} at pixels
 * @property {(pixels: number) => number} value
 */

/** @param {number} exponent */
export const raised = (exponent) => [...String(exponent)].map((sign) => RAISED[sign] ?? sign).join("");

/** @param {string} words */
const signed = (words) => words.replace("-", "−");

/** @param {string} words digits with thousands apart, from five digits on */
function grouped(words) {
  const [whole = "", part] = words.split(".");
  const apart = whole.replace("-", "").length > 4 ? whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",") : whole;
  return part === undefined ? apart : `${apart}.${part}`;
}

/**
 * A number as short as it may be, alike in both languages: 0.24, 1.8, 12,400, 2.4·10⁻⁸, ∞, –.
 * @param {number} value
 * @param {number} [figures]
 * @returns {string}
 */
export function number(value, figures = 3) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return scientific(value, Math.min(figures, 2));
  if (size >= 10 ** figures) return signed(grouped(String(Math.round(value))));
  return signed(grouped(String(Number(value.toPrecision(figures)))));
}

/**
 * 2.4·10⁻⁸, or 10⁻⁸ where the front is 1.
 * @param {number} value
 * @param {number} [figures]
 * @returns {string}
 */
export function scientific(value, figures = 2) {
  if (value === 0 || !Number.isFinite(value)) return number(value);
  const [front = "1", exponent = "0"] = value.toExponential(figures - 1).split("e");
  const shown = String(Number(front));
  if (shown === "1") return `10${raised(Number(exponent))}`;
  return `${signed(shown)}·10${raised(Number(exponent))}`;
}

/**
 * A number with so many decimals, as numbers beside each other are best read.
 * @param {number} value
 * @param {number} decimals
 */
export function fixed(value, decimals) {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e5) return number(value);
  const words = value.toFixed(decimals);
  return signed(grouped(Number(words) === 0 ? words.replace("-", "") : words));
}

/**
 * A share as per cent: 24 %, 0.4 %, 100 %.
 * @param {number} share
 */
export function percent(share) {
  if (!Number.isFinite(share)) return "–";
  const value = 100 * share;
  const near = Math.abs(value) < 1 || (Math.abs(value) > 99 && Math.abs(value) < 100);
  return `${signed(String(Number(near ? value.toFixed(1) : value.toFixed(0))))} %`;
}

/**
 * Round places between two values, `count` of them or fewer.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 */
export function niceTicks(low, high, count) {
  if (!(high > low) || count < 1) return [low];
  const rough = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough * 0.999) ?? 10) * power;
  const found = [];
  const first = Math.ceil(low / step - 1e-9);
  for (let k = first; k * step <= high + 1e-9 * step; k += 1) found.push(Number((k * step).toPrecision(12)));
  return found;
}

/**
 * Places that are powers of ten, or 1, 2, 5 times one where there are few decades.
 * @param {number} low above 0
 * @param {number} high
 * @param {number} count
 */
export function logTicks(low, high, count) {
  const [from, to] = [Math.log10(low), Math.log10(high)];
  const fronts = to - from < 0.45 ? null : count >= 3 * (to - from) ? [1, 2, 5] : count >= 2 * (to - from) ? [1, 3] : [1];
  if (!fronts) return niceTicks(low, high, count).filter((value) => value > 0);
  const step = fronts.length > 1 ? 1 : Math.max(1, Math.ceil((to - from) / Math.max(1, count)));
  const found = [];
  for (let k = Math.floor(from / step) * step; k <= Math.ceil(to); k += step) {
    for (const front of fronts) {
      const value = Number(`${front}e${k}`);
      if (value >= low * 0.9999 && value <= high * 1.0001) found.push(value);
    }
  }
  return found.length > 1 || fronts.length > 1 ? found : niceTicks(low, high, count).filter((value) => value > 0);
}

/**
 * How a tick is written: powers of ten on long log axes, plain otherwise.
 * @param {number} value
 * @param {boolean} log
 */
export function tickWords(value, log) {
  if (log && value > 0 && (value < 1e-3 || value >= 1e5)) return scientific(value, 1);
  return number(value, 4);
}

/**
 * @param {{ low: number, high: number, log?: boolean, from: number, to: number }} how
 * @returns {Scale}
 */
export function scale({ low, high, log = false, from, to }) {
  const put = log ? Math.log10 : (/** @type {number} */ value) => value;
  const [a, b] = [put(low), put(high)];
  const span = b - a || 1;
  return {
    low, high, log,
    at: (value) => {
      const place = value === Infinity ? to : log && value <= 0 ? NaN : from + ((put(value) - a) / span) * (to - from);
      return Math.max(-1e6, Math.min(1e6, place));
    },
    value: (pixels) => {
      const found = a + ((pixels - from) / (to - from || 1)) * span;
      return log ? 10 ** found : found;
    },
  };
}

/**
 * The least and the greatest of what an axis has to show, with room around it.
 * @param {number[]} values
 * @param {{ low: number | null, high: number | null, log: boolean }} axis
 * @param {{ zero?: boolean, room?: number }} [how] whether it begins at 0; room as a share of the span
 * @returns {[number, number]}
 */
export function range(values, axis, { zero = false, room = 0.05 } = {}) {
  const fine = values.filter((value) => Number.isFinite(value) && (!axis.log || value > 0));
  let low = fine.length ? Math.min(...fine) : axis.log ? 0.1 : 0;
  let high = fine.length ? Math.max(...fine) : 1;
  if (axis.log) {
    const factor = high / low > 1.0001 ? (high / low) ** room : 1.5;
    return [axis.low && axis.low > 0 ? axis.low : low / factor, axis.high ?? high * factor];
  }
  if (zero) [low, high] = [Math.min(0, low), Math.max(0, high)];
  const span = high - low || Math.abs(high) || 1;
  const from = axis.low ?? (low >= 0 && low - room * span < 0 ? 0 : low - room * span);
  const to = axis.high ?? (high + room * span);
  return to > from ? [from, to] : [from, from + 1];
}
