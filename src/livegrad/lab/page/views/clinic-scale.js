// Numbers and ticks of the clinic. Pure.

import { amount } from "../draw/ladder.js";
import { number as written, percent } from "../draw/scale.js";

/** @param {number} value */
export const number = (value) => written(value, 3);

/** A factor from its log10: 1, 0.02, 2.4·10⁻⁹; – where it was not seen. @param {number} log10 */
export const factor = (log10) => amount(log10);

/** A share of something, small ones as powers of ten. @param {number} share */
export const share = (share) => (Number.isNaN(share) ? "–" : share > 0 && share < 0.001 ? written(share, 2) : percent(share));

/**
 * Round steps from 0 to the last, as many as have room.
 * @param {number} last
 * @param {number} width pixels
 */
export function ticksOf(last, width) {
  const wanted = Math.max(2, Math.floor(width / 90));
  const rough = Math.max(1, last / wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  const found = [];
  for (let at = 0; at <= last; at += step) found.push(at);
  return found;
}
