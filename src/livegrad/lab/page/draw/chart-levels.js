// The levels of a chart: bounds, flips, what the sentence says; their names stand where they cover least.

import { spoken } from "../core/words.js";
import { levelLook } from "./marks.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("./chart-plan.js").Chart} Chart */
/** @typedef {import("./chart-plan.js").ChartPlan} ChartPlan */
/** @typedef {import("./chart-plan.js").Level} Level */
/** @typedef {import("../core/words.js").Language} Language */
/** @typedef {[number, number, number, number]} Box left, top, right, bottom */

/**
 * @param {Pen} pen
 * @param {Level} level
 * @param {ChartPlan} place
 */
export function levelLine(pen, level, { x, y, left, right, top, bottom }) {
  const look = levelLook(level.style);
  const how = { ink: look.ink, width: look.width, dash: look.dash };
  if (level.along === "x") pen.line([left, y.at(level.at), right, y.at(level.at)], how);
  else pen.line([x.at(level.at), top, x.at(level.at), bottom], how);
}

/**
 * Points on all that is drawn, close enough that no name slips between two of them.
 * @param {Chart} chart
 * @param {ChartPlan} place
 * @returns {[number, number][]}
 */
function drawn(chart, place) {
  /** @type {[number, number][]} */
  const found = [];
  for (const one of chart.series) {
    /** @type {[number, number] | null} */
    let last = null;
    for (let n = 0; n < one.x.data.length; n += 1) {
      const [x, y] = [place.x.at(one.x.data[n] ?? NaN), place.y.at(one.y.data[n] ?? NaN)];
      if (!Number.isFinite(x + y)) {
        last = null;
        continue;
      }
      const steps = last && one.mark !== "points" && one.mark !== "bars" ? Math.min(40, Math.ceil(Math.hypot(x - last[0], y - last[1]) / 8)) : 1;
      for (let k = 1; k <= steps; k += 1) found.push(last ? [last[0] + ((x - last[0]) * k) / steps, last[1] + ((y - last[1]) * k) / steps] : [x, y]);
      if (one.low && one.high) found.push([x, place.y.at(one.low.data[n] ?? NaN)], [x, place.y.at(one.high.data[n] ?? NaN)]);
      last = [x, y];
    }
  }
  return found;
}

/**
 * How much a box covers: marks, and ten times as much for other names.
 * @param {Box} box
 * @param {[number, number][]} marks
 * @param {Box[]} names
 */
function covers([left, top, right, bottom], marks, names) {
  const hit = marks.filter(([x, y]) => x > left - 3 && x < right + 3 && y > top - 2 && y < bottom + 2).length;
  return hit + 10 * names.filter((one) => left < one[2] + 4 && right > one[0] - 4 && top < one[3] && bottom > one[1]).length;
}

/**
 * @param {Pen} pen
 * @param {Chart} chart
 * @param {ChartPlan} place
 * @param {Language} language
 */
export function levelNames(pen, chart, place, language) {
  const marks = drawn(chart, place);
  /** @type {Box[]} */
  const names = [];
  for (const level of chart.levels) {
    if (level.along === "y" && (level.at < place.x.low || level.at > place.x.high)) continue;
    const words = spoken(level.name, language);
    const wide = pen.measure(words, 12);
    const best = candidates(level, place, wide)
      .map((box) => ({ box, cost: covers(box, marks, names) }))
      .reduce((a, b) => (b.cost < a.cost ? b : a));
    names.push(best.box);
    pen.write(words, best.box[0], (best.box[1] + best.box[3]) / 2, { ink: levelLook(level.style).ink, size: 12, halo: "panel" });
  }
}

/**
 * Where a name may stand: above or below a flat line, left or right of an upright one; first the most usual.
 * @param {Level} level
 * @param {ChartPlan} place
 * @param {number} wide
 * @returns {Box[]}
 */
function candidates(level, { x, y, left, right, top, bottom }, wide) {
  /** @param {number} from @param {number} middle @returns {Box} */
  const box = (from, middle) => [from, middle - 7, from + wide, middle + 7];
  if (level.along === "x") {
    const at = y.at(level.at);
    const rows = [at - 9, at + 10].filter((row) => row > top - 10 && row < bottom - 4);
    const starts = [0, 0.25, 0.5, 0.75, 1].map((share) => left + 6 + share * Math.max(0, right - left - wide - 10));
    return (rows.length ? rows : [at - 9]).flatMap((row) => starts.map((from) => box(from, row)));
  }
  const at = x.at(level.at);
  const sides = [at + 5, at - 5 - wide].filter((from) => from >= left - 2 && from + wide <= right + 4);
  return (sides.length ? sides : [Math.max(left, right - wide)]).flatMap((from) => [0, 0.25, 0.5, 0.75, 0.97].map((share) => box(from, top + 8 + share * (bottom - top - 20))));
}
