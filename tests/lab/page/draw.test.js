// What drawings compute before any paper: axes, ticks, numbers, places; and what they say without eyes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { chartHeight, chartReading, chartStop, drawChart, nearest, stops } from "../../../src/livegrad/lab/page/draw/chart.js";
import { plan, ranges } from "../../../src/livegrad/lab/page/draw/chart-plan.js";
import { drawFigure, figureHeight, figureReading, figureSays, figureStopAt, figureStops, figureTable } from "../../../src/livegrad/lab/page/draw/figure.js";
import { heatPlan, strength } from "../../../src/livegrad/lab/page/draw/heat.js";
import { apart, flow, looks, wrapped } from "../../../src/livegrad/lab/page/draw/marks.js";
import { cutEnds, view } from "../../../src/livegrad/lab/page/draw/mesh.js";
import { answered, kinds, squares } from "../../../src/livegrad/lab/page/draw/plane.js";
import { fixed, logTicks, niceTicks, number, percent, range, scale, scientific, tickWords } from "../../../src/livegrad/lab/page/draw/scale.js";

const text = (words, ko = words) => ({ en: words, ko });
const f4 = (values, shape = [values.length]) => ({ shape, data: Float32Array.from(values) });
const word = (key) => text(`${key.split(".")[1]} {title}{note}{series}{name}{first}{last}{n}{factor}`);
const measure = (words, size = 12) => 0.55 * size * words.length;
const axis = (name, more = {}) => ({ name: text(name), log: false, low: null, high: null, labels: [], ...more });
const series = (name, x, y, more = {}) => ({ name: text(name, `${name}선`), x: f4(x), y: f4(y), low: null, high: null, style: "measured", mark: "both", ...more });
const chart = (more = {}) => ({ kind: "Chart", id: "c", title: text("title", "제목"), note: text("note", "주석"), x: axis("depth"), y: axis("share"), series: [series("σ", [1, 2, 4], [0.5, 0.25, 0.125])], levels: [], ...more });

/** A paper that keeps what is drawn on it. */
function paper(width = 700, height = 350) {
  const drawn = { words: [], marks: [], inks: new Set() };
  const keep = (points, how, wide = 0) => {
    drawn.inks.add(how.ink);
    drawn.marks.push(...Array.from(points).filter((_, k) => !(wide && k % 4 > 1)));
  };
  const pen = {
    width, height, drawn, measure,
    line: keep, segments: keep, area: keep, dots: (points, _, how) => keep(points, how), triangles: (points, _, how) => keep(points, how),
    boxes: (boxes, how) => keep(boxes, how, 1), frames: (boxes, how) => keep(boxes, how, 1),
    write: (words, x, y, how) => drawn.words.push({ words, x, y, ...how }), picture: () => {}, within: (_, draw) => draw(),
  };
  return pen;
}

test("numbers are as short as may be, alike in both languages", () => {
  const found = [0, 0.24, 1 / 3, 12, 12_400, 1234, -0.5, 2.4e-8, 1e-6, 3.2e7, Infinity, -Infinity, NaN].map((value) => number(value));
  assert.deepEqual(found, ["0", "0.24", "0.333", "12", "12,400", "1234", "−0.5", "2.4·10⁻⁸", "10⁻⁶", "3.2·10⁷", "∞", "−∞", "–"]);
  assert.deepEqual([0, 0.004, 0.243, 0.996, 1, NaN].map(percent), ["0 %", "0.4 %", "24 %", "99.6 %", "100 %", "–"]);
  assert.deepEqual([fixed(0.5, 2), fixed(1, 2), fixed(-0.001, 2), fixed(NaN, 2)], ["0.50", "1.00", "0.00", "–"]);
  assert.equal(scientific(6.1e-16), "6.1·10⁻¹⁶");
  assert.equal(tickWords(1e-12, true), "10⁻¹²");
});

test("ticks are round, inside, and no more than asked for by much", () => {
  for (const [low, high] of [[0, 1], [-3, 3], [0.13, 0.87], [0, 1234], [1e-5, 3e-5]]) {
    const found = niceTicks(low, high, 5);
    assert.ok(found.length >= 2 && found.length <= 8, `${low} ${high}: ${found}`);
    assert.ok(found.every((value) => value >= low - 1e-9 && value <= high + 1e-9));
    const step = found[1] - found[0];
    found.slice(1).forEach((value, k) => assert.ok(Math.abs(value - found[k] - step) < 1e-6 * Math.abs(step)));
  }
  assert.deepEqual(logTicks(1e-8, 1, 4), [1e-8, 1e-6, 1e-4, 1e-2, 1]);
  assert.ok(logTicks(1.1, 1.9, 4).length >= 2);
});

test("a scale goes there and back, and keeps what has no place", () => {
  for (const log of [false, true]) {
    const one = scale({ low: 0.1, high: 300, log, from: 40, to: 600 });
    assert.equal(one.at(0.1), 40);
    assert.ok(Math.abs(one.at(300) - 600) < 1e-9);
    for (const value of [0.2, 1, 7, 299]) assert.ok(Math.abs(one.value(one.at(value)) - value) < 1e-9 * value);
    assert.equal(one.at(Infinity), 600);
  }
  assert.ok(Number.isNaN(scale({ low: 0.1, high: 1, log: true, from: 0, to: 1 }).at(0)));
});

test("an axis holds all values and its own bounds win", () => {
  const open = { low: null, high: null, log: false };
  const [low, high] = range([0.2, 0.9, NaN, Infinity], open);
  assert.ok(low <= 0.2 && high >= 0.9 && high < 2);
  assert.equal(range([3, 4], { ...open, low: 0 })[0], 0);
  assert.deepEqual(range([], open), [0, 1.05]);
  const [from, to] = range([0.001, 100, 0], { ...open, log: true });
  assert.ok(from > 0 && from <= 0.001 && to >= 100);
});

test("series are told apart by dash, shape or width, not by colour alone", () => {
  const found = looks(["measured", "measured", "measured", "other", "other", "theory", "theory", "claim", "guess"].map((style) => ({ style })));
  const seen = new Set(found.map(({ dash, shape, width }) => `${dash} ${shape} ${width}`));
  assert.equal(seen.size, found.length);
});

test("labels pushed apart keep their order, their gap and the frame", () => {
  const found = apart([100, 100, 101, 40, 290], 15, 20, 300);
  const sorted = [...found].sort((a, b) => a - b);
  sorted.slice(1).forEach((value, k) => assert.ok(value - sorted[k] >= 15 - 1e-9));
  assert.ok(Math.min(...found) >= 20 && Math.max(...found) <= 300);
  assert.ok(found[3] < found[0] && found[4] > found[2]);
});

test("words are broken to fit and cut where they must be", () => {
  const lines = wrapped("a quarter of what the layer before it had been given", 100, measure, 12, 2);
  assert.equal(lines.length, 2);
  assert.ok(lines.every((one) => measure(one, 12) <= 100));
  assert.ok(lines[1].endsWith("…"));
});

test("a legend fills rows and never leaves its width", () => {
  const entries = ["one", "two with a longer name", "three", "four again longer"].map((words) => ({ words, look: looks([{ style: "measured" }])[0], kind: "both" }));
  const { places, height } = flow(entries, 220, measure);
  places.forEach(({ x }, k) => assert.ok(x === 0 || x + 32 + measure(entries[k].words) <= 220));
  assert.ok(height >= 36);
});

test("a chart keeps everything on its paper, wide and narrow, in both languages", () => {
  const busy = chart({
    series: ["σ", "tanh", "a rather long name of a series", "ReLU"].map((name, k) => series(name, [1, 2, 4, 8], [0.9, 0.8, 0.85 - 0.1 * k, 0.85], { low: f4([0.8, 0.7, 0.5, 0.8]), high: f4([1, 0.9, 0.9, 0.9]), style: k ? "other" : "measured" })),
    levels: [{ name: text("the sentence: ¼"), at: 0.25, along: "x", style: "claim" }, { name: text("flips"), at: 7.9, along: "y", style: "other" }],
  });
  for (const width of [320, 700, 1600]) {
    for (const language of ["en", "ko"]) {
      const pen = paper(width, chartHeight(busy, width));
      drawChart(pen, busy, { language, cursor: 1 });
      for (const { words, x, y, align = "left", size = 12 } of pen.drawn.words) {
        const wide = measure(words, size);
        const left = align === "left" ? x : align === "center" ? x - wide / 2 : x - wide;
        assert.ok(left >= -1 && left + wide <= width + 1, `${words} at ${left} of ${width}`);
        assert.ok(y >= 0 && y <= pen.height && size >= 11, `${words} at height ${y}`);
      }
      assert.ok(["σ", "tanh", "ReLU"].every((name) => pen.drawn.words.some(({ words }) => words.startsWith(name))));
      assert.ok(pen.drawn.inks.has("focus"));
    }
  }
});

test("bars begin at zero and categories have names", () => {
  const one = chart({ x: axis("kind", { labels: ["one", "two", "three"].map((name) => text(name)) }), series: [series("σ", [0, 1, 2], [3, 5, 4], { mark: "bars" })] });
  assert.equal(ranges(one)[1][0], 0);
  const place = plan(one, 400, 300, "en", measure);
  assert.deepEqual(place.xTicks.map(({ words }) => words), ["one", "two", "three"]);
  assert.ok(place.xTicks.every(({ value }) => place.x.at(value) > place.left && place.x.at(value) < place.right));
});

test("a cursor reads every series that has a value there", () => {
  const one = chart({ series: [series("σ", [1, 2, 4], [0.5, 0.25, NaN]), series("τ", [2, 4], [7, 8], { low: f4([6, 7]), high: f4([8, 9]) })] });
  assert.deepEqual(stops(one), [1, 2, 4]);
  assert.equal(chartReading(one, 1, "en"), "depth 2: σ 0.25 · τ 7 (6 – 8)");
  assert.equal(chartReading(one, 2, "ko"), "depth 4: τ선 8 (7 – 9)");
  assert.equal(nearest(one.series[1], 1), -1);
  assert.equal(chartStop(one, 9999, 700, 350, "en", measure), 2);
  assert.equal(chartStop(one, 0, 700, 350, "en", measure), 0);
});

test("pictures stand side by side and none leaves the paper", () => {
  for (const width of [300, 366, 680, 1200]) {
    for (const count of [1, 2, 3, 6, 12]) {
      const { cells, height } = squares(count, width);
      assert.equal(cells.length, count);
      cells.forEach((cell) => assert.ok(cell.x + cell.size <= width && cell.y + cell.size <= height && cell.size >= 140));
    }
  }
});

test("labels become classes whether they are 0 and 1, signs or class numbers", () => {
  assert.deepEqual(kinds([0, 1, 1], 0), [0, 1, 1]);
  assert.deepEqual(kinds([-1, 0.3, -0.2], 0), [0, 1, 0]);
  assert.deepEqual(kinds([0, 2, 1], 3), [0, 2, 1]);
  const tile = { field: f4([-1, -0.5, 0.5, 1], [2, 2]) };
  assert.deepEqual(answered(tile, 0), [0.5, 0.5]);
  assert.deepEqual(answered({ field: f4([0, 1, 2, 2], [2, 2]) }, 3), [0.25, 0.25, 0.5]);
});

test("a mesh shows all of a layer and its cut runs along the line", () => {
  const panel = { lines: f4([-3, 0, 5, 0], [1, 2, 2]), points: f4([0, 1], [1, 2]), labels: f4([0]), cut: null };
  const seen = view(panel);
  assert.equal(seen.x, 1);
  assert.ok(seen.reach >= 4);
  const ends = cutEnds([3, 4, 5], { x: 0, y: 0, reach: 2 });
  ends.forEach(([x, y]) => assert.ok(Math.abs(3 * x + 4 * y - 5) < 1e-9));
  assert.deepEqual(cutEnds([0, 0, 1], seen), []);
});

const FIGURES = {
  Chart: chart(),
  Ladder: { kind: "Ladder", id: "l", title: text("ladder"), note: text("n"), lanes: [{ name: text("σ"), measured: f4([-3, -2, -1, 0]), low: null, high: null, theory: f4([-3, -2, -1, 0]), theory_low: null, theory_high: null }], quantity: "gradient", factor: 0.25, still: -2.5 },
  Plane: { kind: "Plane", id: "p", title: text("plane"), note: text("n"), extent: [-1, 1, -1, 1], tiles: [{ name: text("σ"), field: f4([0, 1, 2, 2], [2, 2]), points: f4([0, 0], [1, 2]), labels: f4([1]), caption: text("cap") }], classes: 3 },
  Mesh: { kind: "Mesh", id: "m", title: text("mesh"), note: text("n"), rows: [[text("row"), [{ name: text("layer 1"), lines: f4([-1, 0, 1, 0], [1, 2, 2]), points: f4([0, 0], [1, 2]), labels: f4([1]), cut: [1, 0, 0], caption: text("cap") }]]] },
  Heat: { kind: "Heat", id: "h", title: text("heat"), note: text("n"), x: axis("across", { labels: [text("a"), text("b")] }), y: axis("down", { labels: [text("c")] }), values: f4([0.25, NaN], [1, 2]), name: text("number"), low: 0, high: 1 },
};

for (const [kind, figure] of Object.entries(FIGURES)) {
  test(`${kind}: drawn, read, found and told as a table`, () => {
    const pen = paper(600, figureHeight(figure, 600));
    const options = { language: "ko", word, cursor: 0, guess: 0.5 };
    drawFigure(pen, figure, options);
    assert.ok(pen.drawn.marks.length > 0 && pen.drawn.words.length > 0);
    assert.ok(pen.drawn.marks.every((value) => Number.isNaN(value) || Math.abs(value) < 1e5));
    assert.ok(figureStops(figure) >= 1);
    assert.notEqual(figureReading(figure, 0, options), "");
    const table = figureTable(figure, word);
    assert.ok(table.rows.length >= 1);
    table.rows.forEach((row) => assert.equal(row.length, table.columns.length));
    assert.ok(figureSays(figure, word).en.includes(figure.title.en));
    const middle = figureStopAt(figure, 100, 60, pen, "en");
    assert.ok(middle === null || (middle >= 0 && middle < figureStops(figure)));
  });
}

test("a ladder carries the sentence and the guess, each in its own ink and words", () => {
  const pen = paper(600, figureHeight(FIGURES.Ladder, 600));
  drawFigure(pen, FIGURES.Ladder, { language: "en", word, guess: 0.5 });
  assert.ok(pen.drawn.inks.has("quote") && pen.drawn.inks.has("focus"));
  const said = pen.drawn.words.map(({ words }) => words);
  assert.ok(said.some((one) => one.includes("figure-you") && one.includes("0.5")));
  const without = paper(600, 300);
  drawFigure(without, FIGURES.Ladder, { language: "en", word });
  assert.ok(!without.drawn.inks.has("focus"));
});

test("a cell that was not measured is no number and no colour", () => {
  assert.equal(strength(FIGURES.Heat, 0.25), 0.25);
  assert.deepEqual(figureTable(FIGURES.Heat, word).rows[0].slice(1), ["0.25", "–"]);
  const { wide, left } = heatPlan(FIGURES.Heat, 600, 200, "en", measure);
  assert.ok(left + 2 * wide <= 600);
});
