// Lines, points and bars over two axes, with bands, error bars and levels.

import { spoken } from "../core/words.js";
import { categorical, plan, stops } from "./chart-plan.js";
import { levelLine, levelNames } from "./chart-levels.js";
import { band, bars, beside, line } from "./chart-series.js";
import { apart, legend, mark } from "./marks.js";
import { number } from "./scale.js";

export { chartHeight, stops } from "./chart-plan.js";

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("./chart-plan.js").Chart} Chart */
/** @typedef {import("./chart-plan.js").ChartPlan} ChartPlan */
/** @typedef {import("./chart-plan.js").Series} Series */
/** @typedef {import("../core/words.js").Language} Language */

/**
 * @param {Pen} pen
 * @param {Chart} chart
 * @param {{ language: Language, cursor?: number | null }} options cursor: which stop is read
 */
export function drawChart(pen, chart, { language, cursor = null }) {
  const place = plan(chart, pen.width, pen.height, language, (words, size) => pen.measure(words, size));
  grid(pen, chart, place, language);
  legend(pen, place.legend, 2, 18, pen.width - 4);
  pen.within([place.left - 7, place.top - 7, place.right - place.left + 14, place.bottom - place.top + 14], () => {
    chart.levels.forEach((level) => levelLine(pen, level, place));
    chart.series.forEach((series, k) => band(pen, series, place, k));
    chart.series.forEach((series, k) => (series.mark === "bars" ? bars(pen, chart, place, k) : line(pen, chart, place, k)));
  });
  levelNames(pen, chart, place, language);
  if (place.ends) endNames(pen, chart, place, language);
  if (cursor !== null) pointer(pen, chart, place, cursor);
}

/**
 * @param {Pen} pen
 * @param {Chart} chart
 * @param {ChartPlan} place
 * @param {Language} language
 */
function grid(pen, chart, place, language) {
  const { left, right, bottom, x, y } = place;
  pen.segments(place.yTicks.flatMap(({ value }) => [left, y.at(value), right, y.at(value)]), { ink: "grid" });
  pen.segments([left, bottom, right, bottom], { ink: "grid-strong" });
  if (!chart.y.log && y.low < 0 && y.high > 0) pen.segments([left, y.at(0), right, y.at(0)], { ink: "grid-strong" });
  place.yTicks.forEach(({ value, words }) => pen.write(words, left - 6, y.at(value), { ink: "ink-2", size: 12, align: "right" }));
  place.xTicks.forEach(({ value, words, lines }, k) => {
    const at = x.at(value);
    if (!categorical(chart)) pen.segments([at, bottom, at, bottom + 4], { ink: "grid-strong" });
    if (place.turned) pen.write(lines?.[0] ?? words, at + 4, bottom + 8, { ink: "ink-2", size: 11, align: "right", turned: -0.75 });
    else if (lines) lines.forEach((one, row) => pen.write(one, at, bottom + 13 + 14 * row, { ink: "ink-2", size: 11, align: "center" }));
    else {
      const half = pen.measure(words, 12) / 2;
      const before = place.xTicks[k - 1];
      const free = !before || at - x.at(before.value) > half + pen.measure(before.words, 12) / 2 + 6;
      if (free) pen.write(words, Math.min(pen.width - half, at), bottom + 13, { ink: "ink-2", size: 12, align: "center" });
    }
  });
  pen.write(spoken(chart.y.name, language), 2, 8, { ink: "ink-2", size: 12 });
  pen.write(spoken(chart.x.name, language), right, pen.height - 8, { ink: "ink-2", size: 12, align: "right" });
}

/**
 * @param {Pen} pen
 * @param {Chart} chart
 * @param {ChartPlan} place
 * @param {Language} language
 */
function endNames(pen, chart, place, language) {
  const ends = chart.series.map((series) => {
    let end = { x: -Infinity, y: place.bottom };
    for (let n = 0; n < series.x.data.length; n += 1) {
      const [x, y] = [place.x.at(series.x.data[n] ?? NaN), place.y.at(series.y.data[n] ?? NaN)];
      if (Number.isFinite(x + y) && x >= end.x) end = { x, y };
    }
    return Number.isFinite(end.x) ? end : { x: place.right, y: place.bottom };
  });
  const heights = apart(ends.map((one) => Math.max(place.top, Math.min(place.bottom, one.y))), 15, place.top, place.bottom);
  chart.series.forEach((series, k) => {
    const [end, look, height] = [ends[k], place.looks[k], heights[k] ?? 0];
    if (!end || !look) return;
    pen.line([Math.min(end.x + 5, place.right), Math.max(place.top, Math.min(place.bottom, end.y)), place.right + 8, height], { ink: look.ink, width: 1, alpha: 0.6 });
    mark(pen, look.shape, place.right + 14, height, look.ink, 3.4);
    pen.write(spoken(series.name, language), place.right + 22, height, { ink: "ink", size: 12 });
  });
}

/**
 * @param {Pen} pen
 * @param {Chart} chart
 * @param {ChartPlan} place
 * @param {number} cursor
 */
function pointer(pen, chart, place, cursor) {
  const at = stops(chart)[cursor];
  if (at === undefined) return;
  pen.segments([place.x.at(at), place.top, place.x.at(at), place.bottom], { ink: "focus", width: 1.5 });
  chart.series.forEach((series, k) => {
    const n = nearest(series, at);
    if (n < 0 || series.mark === "bars") return;
    const x = place.x.at(series.x.data[n] ?? NaN) + beside(chart, k).shift * place.slot * 0.6;
    mark(pen, "ring", x, place.y.at(series.y.data[n] ?? NaN), "focus", 5);
  });
}

/**
 * Which point of a series stands at x, or −1 where it has none there.
 * @param {Series} series
 * @param {number} x
 */
export function nearest(series, x) {
  const at = Array.from(series.x.data);
  let best = -1;
  at.forEach((value, n) => {
    if (Number.isFinite(series.y.data[n] ?? NaN) && (best < 0 || Math.abs(value - x) < Math.abs((at[best] ?? 0) - x))) best = n;
  });
  if (best < 0) return -1;
  if (series.mark === "points" || series.mark === "bars" || series.x.data.length < 8) return at[best] === x ? best : -1;
  return x < Math.min(...at) || x > Math.max(...at) ? -1 : best;
}

/**
 * What stands at one stop, as words.
 * @param {Chart} chart
 * @param {number} cursor
 * @param {Language} language
 */
export function chartReading(chart, cursor, language) {
  const at = stops(chart)[cursor];
  if (at === undefined) return "";
  const label = chart.x.labels[at];
  const name = label ? spoken(label, language) : `${spoken(chart.x.name, language)} ${number(at, 4)}`;
  const values = chart.series.flatMap((series) => {
    const n = nearest(series, at);
    if (n < 0) return [];
    const [low, high] = [series.low?.data[n], series.high?.data[n]];
    const around = low !== undefined && high !== undefined ? ` (${number(low)} – ${number(high)})` : "";
    return [`${spoken(series.name, language)} ${number(series.y.data[n] ?? NaN)}${around}`];
  });
  return `${name}: ${values.join(" · ") || "–"}`;
}

/**
 * The stop nearest to a place on the drawing.
 * @param {Chart} chart
 * @param {number} x
 * @param {number} width
 * @param {number} height
 * @param {Language} language
 * @param {import("./chart-plan.js").Measure} measure
 */
export function chartStop(chart, x, width, height, language, measure) {
  const place = plan(chart, width, height, language, measure);
  const found = stops(chart).map((value) => Math.abs(place.x.at(value) - x));
  return found.length ? found.indexOf(Math.min(...found)) : null;
}

