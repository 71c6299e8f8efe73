// The series of a chart: lines, points and bars, with bands and error bars.

import { categorical } from "./chart-plan.js";
import { mark } from "./marks.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("./chart-plan.js").Chart} Chart */
/** @typedef {import("./chart-plan.js").ChartPlan} ChartPlan */
/** @typedef {import("./chart-plan.js").Series} Series */

/**
 * How far a series stands beside its place, so that marks over one name do not cover each other.
 * @param {Chart} chart
 * @param {number} k
 */
export function beside(chart, k) {
  const kinds = chart.series.map((one, n) => ({ one, n })).filter(({ one }) => one.mark === "bars" || (categorical(chart) && one.mark === "points"));
  const index = kinds.findIndex(({ n }) => n === k);
  if (index < 0 || kinds.length < 2) return { shift: 0, share: 1 };
  const share = 1 / kinds.length;
  return { shift: (index + 0.5) * share - 0.5, share };
}

/**
 * The room that bars at one x may take, in pixels.
 * @param {Chart} chart
 * @param {ChartPlan} place
 */
function room(chart, place) {
  if (categorical(chart)) return place.slot * 0.78;
  const at = [...new Set(chart.series.flatMap((one) => (one.mark === "bars" ? Array.from(one.x.data) : [])))].sort((a, b) => a - b).map((value) => place.x.at(value));
  const gaps = at.slice(1).map((value, k) => value - /** @type {number} */ (at[k]));
  return Math.min(48, Math.max(3, 0.86 * Math.min(...gaps, place.right - place.left)));
}

/**
 * @param {Pen} pen
 * @param {Chart} chart
 * @param {ChartPlan} place
 * @param {number} k
 */
export function bars(pen, chart, place, k) {
  const series = /** @type {Series} */ (chart.series[k]);
  const look = /** @type {import("./marks.js").Look} */ (place.looks[k]);
  const { shift, share } = beside(chart, k);
  const wide = room(chart, place);
  const zero = chart.y.log ? place.bottom : place.y.at(Math.max(place.y.low, Math.min(place.y.high, 0)));
  const found = [];
  for (let n = 0; n < series.x.data.length; n += 1) {
    const top = place.y.at(series.y.data[n] ?? NaN);
    if (!Number.isFinite(top)) continue;
    const middle = place.x.at(series.x.data[n] ?? NaN) + shift * wide;
    const thick = Math.min(46, wide * share * 0.9);
    found.push(middle - thick / 2, Math.min(zero, top), thick, Math.max(1, Math.abs(zero - top)));
  }
  pen.boxes(found, { ink: look.ink, alpha: series.style === "other" ? 0.45 : 0.85 });
  if (series.style === "other") pen.frames(found, { ink: look.ink, width: 1.2 });
  whiskers(pen, series, place, shift * wide, "ink");
}

/**
 * @param {Pen} pen
 * @param {Series} series
 * @param {ChartPlan} place
 * @param {number} shift
 * @param {string} ink
 */
function whiskers(pen, { x, low, high }, place, shift, ink) {
  if (!low || !high) return;
  const found = [];
  for (let n = 0; n < x.data.length; n += 1) {
    const at = place.x.at(x.data[n] ?? NaN) + shift;
    const bottom = low.data[n] ?? NaN;
    const [from, to] = [place.y.log && bottom <= 0 ? place.bottom : place.y.at(bottom), place.y.at(high.data[n] ?? NaN)];
    if (Number.isFinite(at + from + to)) found.push(at, from, at, to, at - 3, from, at + 3, from, at - 3, to, at + 3, to);
  }
  pen.segments(found, { ink, width: 1.4 });
}

/** @param {Series} series whether its interval is a band rather than whiskers */
const banded = (series) => series.low !== null && series.high !== null && (series.mark === "line" || series.mark === "steps" || (series.mark === "both" && series.x.data.length > 24));

/**
 * @param {Pen} pen
 * @param {Series} series
 * @param {ChartPlan} place
 * @param {number} k
 */
export function band(pen, series, place, k) {
  if (!banded(series)) return;
  const look = place.looks[k];
  /** @type {number[]} */
  let upper = [];
  /** @type {number[]} */
  let lower = [];
  const close = () => {
    if (upper.length > 2) pen.area([...upper, ...lower], { ink: look?.ink ?? "alive", alpha: 0.15 });
    [upper, lower] = [[], []];
  };
  for (let n = 0; n < series.x.data.length; n += 1) {
    const at = place.x.at(series.x.data[n] ?? NaN);
    const bottom = series.low?.data[n] ?? NaN;
    const [from, to] = [place.y.log && bottom <= 0 ? place.bottom : place.y.at(bottom), place.y.at(series.high?.data[n] ?? NaN)];
    if (!Number.isFinite(at + from + to)) close();
    else {
      upper.push(at, to);
      lower.unshift(at, from);
    }
  }
  close();
}

/**
 * @param {Pen} pen
 * @param {Chart} chart
 * @param {ChartPlan} place
 * @param {number} k
 */
export function line(pen, chart, place, k) {
  const series = /** @type {Series} */ (chart.series[k]);
  const look = /** @type {import("./marks.js").Look} */ (place.looks[k]);
  const { shift } = beside(chart, k);
  const aside = shift * place.slot * 0.6;
  /** @type {number[]} */
  const points = [];
  for (let n = 0; n < series.x.data.length; n += 1) {
    const [x, y] = [place.x.at(series.x.data[n] ?? NaN) + aside, place.y.at(series.y.data[n] ?? NaN)];
    if (series.mark === "steps" && n) points.push(x, points[points.length - 1] ?? NaN);
    points.push(x, y);
  }
  if (series.mark !== "points") pen.line(points, { ink: look.ink, width: look.width, dash: look.dash });
  if (!banded(series)) whiskers(pen, series, place, aside, look.ink);
  const many = points.length / 2;
  const crowd = series.mark === "points" && many > 60;
  const every = series.mark === "points" || (series.mark === "both" && many <= 60) || many === 1;
  if (!every && (series.style === "theory" || chart.series.length < 2 || series.mark === "steps")) return;
  const step = every ? 1 : Math.max(1, Math.floor(many / 4));
  for (let n = every ? 0 : (k * 3 + 1) % step; n < many; n += step) mark(pen, look.shape, points[2 * n] ?? NaN, points[2 * n + 1] ?? NaN, look.ink, crowd ? 2.2 : series.style === "theory" ? 2.6 : 3.8);
}
