// Where everything of a chart stands before it is drawn. Pure: knows no paper but a measure of words.

import { spoken } from "../core/words.js";
import { flow, looks, wrapped } from "./marks.js";
import { logTicks, niceTicks, range, scale, scientific, tickWords } from "./scale.js";

/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {import("../core/words.js").Language} Language */
/** @typedef {import("../core/frames.js").Numbers} Numbers */
/** @typedef {import("./marks.js").Look} Look */
/** @typedef {import("./marks.js").Entry} Entry */
/** @typedef {import("./scale.js").Scale} Scale */

/**
 * The records of livegrad/lab/figure.py.
 * @typedef {{ name: Text, log: boolean, low: number | null, high: number | null, labels: Text[] }} Axis
 * @typedef {{ name: Text, x: Numbers, y: Numbers, low: Numbers | null, high: Numbers | null, style: string,
 *   mark: "line" | "points" | "both" | "bars" | "steps" }} Series
 * @typedef {{ name: Text, at: number, along: "x" | "y", style: string }} Level
 * @typedef {{ kind: "Chart", id: string, title: Text, note: Text, x: Axis, y: Axis, series: Series[], levels: Level[] }} Chart
 *
 * @typedef {(words: string, size: number) => number} Measure
 * @typedef {{ value: number, words: string, lines?: string[] }} Tick
 * @typedef {object} ChartPlan
 * @property {Scale} x
 * @property {Scale} y
 * @property {Tick[]} xTicks
 * @property {Tick[]} yTicks
 * @property {number} left
 * @property {number} right
 * @property {number} top
 * @property {number} bottom
 * @property {Look[]} looks
 * @property {Entry[]} legend
 * @property {boolean} ends whether names stand at the ends of the lines
 * @property {boolean} turned whether the labels below are turned
 * @property {number} slot width of one category, or of one bar's place
 */

/** @param {Numbers | null} numbers @returns {number[]} */
const list = (numbers) => (numbers ? Array.from(numbers.data) : []);

/** @param {Chart} chart */
export const categorical = (chart) => chart.x.labels.length > 0;

/**
 * The places at which a chart can be read: every x that is drawn, in order.
 * @param {Chart} chart
 */
export function stops(chart) {
  const found = [...new Set(chart.series.flatMap((one) => list(one.x)))].filter(Number.isFinite).sort((a, b) => a - b);
  if (found.length <= 160) return found;
  const step = (found.length - 1) / 159;
  return Array.from({ length: 160 }, (_, k) => /** @type {number} */ (found[Math.round(k * step)]));
}

/**
 * @param {Chart} chart
 * @returns {[[number, number], [number, number]]}
 */
export function ranges(chart) {
  const bars = chart.series.some((one) => one.mark === "bars");
  const xs = chart.series.flatMap((one) => list(one.x));
  const flat = chart.levels.filter((one) => one.along === "x").map((one) => one.at);
  const upright = chart.levels.filter((one) => one.along === "y").map((one) => one.at);
  const ys = chart.series.flatMap((one) => [...list(one.y), ...list(one.low), ...list(one.high)]);
  const y = range([...ys, ...flat], chart.y, { zero: bars && !chart.y.log });
  if (categorical(chart)) return [[-0.5, chart.x.labels.length - 0.5], y];
  const distinct = [...new Set(xs)].length;
  const x = range([...xs, ...upright], chart.x, { room: bars ? 0.5 / Math.max(1, distinct - 1) : 0.02 });
  return [bars || chart.x.low !== null || chart.x.log ? x : [Math.min(...xs, ...upright) >= 0 ? Math.max(0, x[0]) : x[0], x[1]], y];
}

/**
 * Ticks with their words; where one has to be a power of ten, all powers of ten are.
 * @param {number[]} values
 * @param {boolean} log
 * @returns {Tick[]}
 */
function written(values, log) {
  const powers = log && values.some((value) => value < 1e-3 || value >= 1e5) && values.every((value) => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9);
  return values.map((value) => ({ value, words: powers && value !== 1 ? scientific(value, 1) : tickWords(value, log) }));
}

/**
 * @param {Chart} chart
 * @param {[number, number]} span
 * @param {number} width
 * @returns {Tick[]}
 */
function across(chart, [low, high], width) {
  if (categorical(chart)) return [];
  const drawn = stops(chart);
  const probe = scale({ low, high, log: chart.x.log, from: 0, to: width });
  const wide = drawn.every((value, k) => !k || probe.at(value) - probe.at(/** @type {number} */ (drawn[k - 1])) >= 34);
  if (drawn.length > 1 && drawn.length <= 9 && wide) return written(drawn, chart.x.log);
  const count = Math.max(2, Math.floor(width / 76));
  const found = chart.x.log ? logTicks(low, high, count) : niceTicks(low, high, count);
  const whole = !chart.x.log && drawn.every(Number.isInteger) && high - low > 2;
  return written(found.filter((value) => !whole || Number.isInteger(value)), chart.x.log);
}

/**
 * What the legend names: all series where there is more than one, or where the one is not simply measured.
 * @param {Chart} chart
 * @param {Look[]} found
 * @param {Language} language
 * @returns {Entry[]}
 */
function entries(chart, found, language) {
  const only = chart.series.length === 1 && chart.series[0]?.style === "measured";
  return only ? [] : chart.series.map((one, k) => ({ words: spoken(one.name, language), look: /** @type {Look} */ (found[k]), kind: one.mark }));
}

/**
 * @param {Chart} chart
 * @param {number} width
 * @param {number} height
 * @param {Language} language
 * @param {Measure} measure
 * @returns {ChartPlan}
 */
export function plan(chart, width, height, language, measure) {
  const found = looks(chart.series);
  const named = entries(chart, found, language);
  const [xs, ys] = ranges(chart);
  const lines = !categorical(chart) && chart.series.every((one) => one.mark === "line" || one.mark === "both" || one.mark === "steps");
  const widest = Math.max(0, ...named.map((one) => measure(one.words, 12)));
  const ends = named.length > 1 && named.length * 15 < height - 90 && lines && width >= 440 && widest <= width * 0.3;
  const shown = ends ? [] : named;
  const top = 24 + flow(shown, width - 4, measure).height + (shown.length ? 6 : 0);
  const right = width - (ends ? widest + 30 : 14);
  const rough = Math.max(2, Math.floor((height - top - 40) / 44));
  const marks = chart.y.labels.length
    ? chart.y.labels.map((text, value) => ({ value, words: spoken(text, language) }))
    : written(chart.y.log ? logTicks(ys[0], ys[1], rough) : niceTicks(ys[0], ys[1], rough), chart.y.log);
  const plain = Math.min(width * 0.3, 12 + Math.max(16, ...marks.map((one) => measure(one.words, 12))));
  const left = Math.max(plain, Math.min(width * 0.26, overhang(chart, right - plain, language, measure)));
  const slot = (right - left) / Math.max(1, categorical(chart) ? chart.x.labels.length : 1);
  const { ticks, turned, below } = labels(chart, xs, right - left, slot, language, measure);
  const bottom = height - below - 20;
  return {
    x: scale({ low: xs[0], high: xs[1], log: chart.x.log && !categorical(chart), from: left, to: right }),
    y: scale({ low: ys[0], high: ys[1], log: chart.y.log, from: bottom, to: top }),
    xTicks: ticks, yTicks: marks, left, right, top, bottom, looks: found, legend: shown, ends, turned, slot,
  };
}

/**
 * How far the first of turned labels reaches to the left of its place.
 * @param {Chart} chart
 * @param {number} width
 * @param {Language} language
 * @param {Measure} measure
 */
function overhang(chart, width, language, measure) {
  if (!categorical(chart)) return 0;
  const slot = width / chart.x.labels.length;
  const words = chart.x.labels.map((text) => spoken(text, language));
  const longest = Math.max(...words.flatMap((one) => one.split(" ")).map((one) => measure(one, 11)));
  if (longest <= slot - 6) return 0;
  return Math.max(...words.map((one, k) => 0.74 * Math.min(130, measure(one, 11)) - (k + 0.5) * slot)) + 2;
}

/**
 * @param {Chart} chart
 * @param {[number, number]} span
 * @param {number} width
 * @param {number} slot
 * @param {Language} language
 * @param {Measure} measure
 */
function labels(chart, span, width, slot, language, measure) {
  if (!categorical(chart)) return { ticks: across(chart, span, width), turned: false, below: 20 };
  const words = chart.x.labels.map((text) => spoken(text, language));
  const longest = Math.max(...words.flatMap((one) => one.split(" ")).map((one) => measure(one, 11)));
  const turned = longest > slot - 6;
  const ticks = words.map((one, value) => ({ value, words: one, lines: wrapped(one, turned ? 130 : slot - 6, measure, 11, turned ? 1 : 3) }));
  const tallest = Math.max(1, ...ticks.map((one) => one.lines.length));
  const deepest = Math.max(...ticks.map((one) => measure(one.lines[0] ?? "", 11)));
  return { ticks, turned, below: turned ? 12 + deepest * 0.72 : 6 + 14 * tallest };
}

/**
 * How high a chart wants to be.
 * @param {Chart} chart
 * @param {number} width
 */
export const chartHeight = (chart, width) => Math.round(Math.max(280, Math.min(440, width * 0.5)) + (chart.series.length > 4 && width < 440 ? 40 : 0));
