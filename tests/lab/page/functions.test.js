// The pure parts of the functions view.

import assert from "node:assert/strict";
import { test } from "node:test";

import { read as readAddress, written } from "../../../src/livegrad/lab/page/core/address.js";
import { Newest } from "../../../src/livegrad/lab/page/views/functions-asking.js";
import { kindOf } from "../../../src/livegrad/lab/page/views/functions-curve.js";
import { glyphPath } from "../../../src/livegrad/lab/page/views/functions-list.js";
import { Plot, hatch, heights, read } from "../../../src/livegrad/lab/page/views/functions-plot.js";
import { asked, saved, understood, usual } from "../../../src/livegrad/lab/page/views/functions-state.js";
import { barsCsv, curveCsv } from "../../../src/livegrad/lab/page/views/functions-taken.js";

/** A pen that remembers what was drawn. */
function paper() {
  const drawn = [];
  const note = (what) => (...given) => drawn.push([what, ...given]);
  return { width: 400, height: 300, drawn, measure: () => 10, within: (_, draw) => draw(), ...Object.fromEntries(["line", "segments", "area", "boxes", "frames", "dots", "triangles", "write", "picture"].map((name) => [name, note(name)])) };
}

test("the whole state goes into the address and comes back", () => {
  const shown = { ...usual(), name: "elu", parameters: { alpha: 0.5 }, histogram: "start", depth: 12, layer: 4, compare: ["relu", "tanh"], inputs: [0, -1.5], second: true, x: -2.25, moved: 1, slopes: [1, 2, 3, 4], offsets: [0, 0, 1, -1] };
  const address = written("functions", saved(shown));
  assert.match(address, /name=elu&parameters\.alpha=0\.5/);
  assert.deepEqual(understood(readAddress(address).state), shown);
});

test("to compare nothing is something that an address can say", () => {
  const shown = { ...usual(), compare: [] };
  assert.deepEqual(understood(readAddress(written("functions", saved(shown))).state), shown);
});

test("a formula keeps every sign in the address, and the usual state leaves nothing but a name", () => {
  const shown = { ...usual(), formula: "where(x > 0, x, 0.1*x) + b%1", parameters: { b: 2 } };
  shown.name = usual().name;
  assert.deepEqual(understood(readAddress(written("functions", saved(shown))).state), shown);
  assert.equal(written("functions", saved(usual())), "#/functions?v=1&name=relu");
});

test("what an address cannot mean is left as usual", () => {
  const shown = understood({ depth: 1e9, layer: -3, histogram: "guessed", init: "mine", reach: "wide", inputs: "1,2,apple", slopes: "1,2", second: "yes" });
  assert.equal(shown.depth, 100);
  assert.equal(shown.layer, 1);
  assert.deepEqual([shown.histogram, shown.init, shown.reach, shown.second], ["normal", "he", 5, false]);
  assert.deepEqual(shown.inputs, [0, 1, 2]);
  assert.equal(shown.slopes.length, shown.offsets.length);
});

test("the layer asked for is never beyond the last", () => assert.equal(asked({ ...usual(), layer: 9, depth: 4 }).layer, 4));

test("a bar is alive, faint, flat or empty by the slope it gets", () => {
  assert.deepEqual([1, 0.1, 0.0999, 0, NaN].map(kindOf), ["alive", "alive", "faint", "zero", "empty"]);
});

test("a glyph lifts its pen where the curve leaves the box", () => {
  assert.equal(glyphPath([0, 1]), "M0.0 16.8L44.0 9.8");
  assert.equal(glyphPath([0, NaN, 0]).match(/M/g).length, 2);
  assert.equal(glyphPath([1e6, -1e6]), "");
});

test("values are read between points, and on both sides of a gap", () => {
  assert.equal(read([0, 1, 2], [0, 10, 0], 0.5), 5);
  assert.equal(read([0, 1, 2], [0, 10, 0], 2), 0);
  assert.equal(read([0, 1, 2], [5, NaN, 7], 0.5), 5);
  assert.equal(read([0, 1, 2], [5, NaN, 7], 1.5), 7);
  assert.ok(Number.isNaN(read([0, 1], [0, 1], 1.01)));
});

test("the plot shows 0 and 1 whatever the curve, and no more than the limit", () => {
  const [low, high] = heights([[0.2, 0.3, NaN]], 3);
  assert.ok(low < 0 && high > 1 && high < 1.5);
  const [, most] = heights([[1e9]], 3);
  assert.ok(most >= 3 && most < 3.5);
});

test("a plot puts places where pixels are, and takes them back", () => {
  const plot = new Plot(paper(), { x: [-2, 2], y: [0, 1], box: [40, 10, 240, 110] });
  assert.deepEqual([plot.x.at(0), plot.y.at(0), plot.y.at(1)], [140, 110, 10]);
  assert.ok(Math.abs(plot.x.value(plot.x.at(1.3)) - 1.3) < 1e-9);
});

test("hatching stays within its box", () => {
  const pen = paper();
  hatch(pen, [10, 20, 30, 12], { ink: "panel" });
  const ends = pen.drawn[0][1];
  assert.ok(ends.length > 16);
  for (let k = 0; k < ends.length; k += 2) assert.ok(ends[k] >= 10 && ends[k] <= 40 && ends[k + 1] >= 20 - 1e-9 && ends[k + 1] <= 32 + 1e-9);
});

test("of many questions only the one that runs and the newest are asked", async () => {
  const asks = [];
  const told = [];
  let release = () => {};
  const newest = new Newest((question) => {
    asks.push(question);
    return new Promise((done) => { release = () => done(question * 10); });
  }, (answer) => told.push(answer), assert.fail);
  [1, 2, 3, 4].forEach((question) => newest.want(question));
  release();
  await new Promise(setImmediate);
  release();
  await new Promise(setImmediate);
  assert.deepEqual(asks, [1, 4]);
  assert.deepEqual(told, [10, 40]);
});

test("a refusal is told unless a newer question waits, and nothing is told after the end", async () => {
  const refused = [];
  const newest = new Newest(async (question) => { throw question; }, assert.fail, (error) => refused.push(error));
  newest.want("old");
  newest.want("new");
  await new Promise(setImmediate);
  newest.want("last");
  newest.close();
  await new Promise(setImmediate);
  assert.deepEqual(refused, ["new"]);
});

test("what is taken away has a heading and a line for each point", () => {
  const numbers = (...data) => ({ data });
  assert.equal(curveCsv({ x: numbers(0, 1), f: numbers(2, 3), df: numbers(4, 5), ddf: numbers(6, 7) }), "x,f,slope,second_slope\n0,2,4,6\n1,3,5,7\n");
  assert.equal(barsCsv({ edges: numbers(0, 1, 2), shares: numbers(0.25, 0.75), slopes: numbers(1, 0) }), "from,to,share,mean_abs_slope\n0,1,0.25,1\n1,2,0.75,0\n");
});
