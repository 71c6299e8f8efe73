// The pure modules of the race and its ladder: address, axis, words, podium. Run: node --test tests/lab/page

import assert from "node:assert/strict";
import test from "node:test";
import { read, written } from "../../../src/livegrad/lab/page/core/address.js";
import { amount, axis, layerAt, named, plan, power, ticks } from "../../../src/livegrad/lab/page/draw/ladder-axis.js";
import { units } from "../../../src/livegrad/lab/page/draw/ladder-units.js";
import { ladder } from "../../../src/livegrad/lab/page/draw/ladder.js";
import { zeroLine } from "../../../src/livegrad/lab/page/draw/field.js";
import { decades, histogramChart, lossChart } from "../../../src/livegrad/lab/page/views/race-draw.js";
import { middle } from "../../../src/livegrad/lab/page/views/race-inspector.js";
import { dense, packed, percent, plain, podium, put, readPoints, share, unpacked, USUAL, writtenPoints } from "../../../src/livegrad/lab/page/views/race-state.js";

const usual = {
  data: { task: "moons", count: 250, noise: null, seed: 0, shift: [0, 0], scale: [1, 1] },
  network: { depth: 6, width: 8, norm: null, skip: null },
  training: { optimizer: "sgd", lr: 0.03, batch: 10 },
  init: "glorot", seed: 21, target: 0.95,
  lanes: [{ activation: "sigmoid" }, { activation: "tanh" }, { activation: "relu" }],
};

/** Through the address bar and back. */
const carried = (setup, choice) => unpacked(read(written("race", packed(setup, usual, choice))).state, usual);

test("the usual race needs no words in the address", () => {
  assert.equal(written("race", packed(usual, usual, USUAL)), "#/race");
  assert.deepEqual(carried(usual, USUAL), { setup: usual, choice: USUAL });
});

test("every part of a set-up comes back from the address as it was", () => {
  const setup = {
    data: { task: "spiral", count: 400, noise: 0.2, seed: 3, shift: [0, 2], scale: [1, 10] },
    network: { depth: 100, width: 4, norm: "batch", skip: "rezero" },
    training: { optimizer: "adam", lr: 0.001, batch: 32 },
    init: { weight: 1.5, bias: 0.1 }, seed: 7, target: 0.9,
    lanes: [{ activation: "x * sigmoid(1.7 * x)", lr: 0.3 }, { activation: "elu(alpha=0.5)", init: "he", norm: null }, { activation: "tanh", scaling: "standard" }],
  };
  const choice = { speed: 0, until: 300, lane: 2, layer: 40, guess: 0 };
  assert.deepEqual(carried(setup, choice), { setup, choice });
});

test("a null that differs from the usual is not lost", () => {
  const batch = { ...usual, network: { ...usual.network, norm: "batch" } };
  const state = read(written("race", packed(usual, batch, USUAL))).state;
  assert.equal(unpacked(state, batch).setup.network.norm, null);
});

test("painted points and pasted tables travel too, and leave the task behind", () => {
  const points = [[-1.25, 0.5, "0"], [2, -3, "1"], [0, 0, "2"]];
  assert.deepEqual(readPoints(writtenPoints(points)), points);
  const painted = { ...usual, data: { points, seed: 0, shift: [0, 0], scale: [1, 1] } };
  assert.deepEqual(carried(painted, USUAL).setup, painted);
  const pasted = { ...usual, data: { csv: "x,y,label\n1,2,A\n3,4,B & C", seed: 0, shift: [0, 0], scale: [1, 1] } };
  assert.deepEqual(carried(pasted, USUAL).setup, pasted);
});

test("one thing is put without touching the rest", () => {
  const deeper = put(usual, "network.depth", 7);
  assert.equal(deeper.network.depth, 7);
  assert.equal(usual.network.depth, 6);
  assert.deepEqual({ ...deeper, network: usual.network }, usual);
});

test("many or deep lanes stand as columns", () => {
  const lanes = (count, layers) => Array.from({ length: count }, () => ({ layers }));
  assert.equal(dense(lanes(4, 12)), false);
  assert.equal(dense(lanes(5, 2)), true);
  assert.equal(dense(lanes(2, 13)), true);
});

test("the podium is in order of epochs, and lanes of one epoch share a place", () => {
  const lanes = [{ home: 30 }, { home: null }, { home: 12, home_ms: 8 }, { home: 30 }, { home: 41 }];
  assert.deepEqual(podium(lanes).map(({ lane, place, ms }) => [lane, place, ms]), [[2, 1, 8], [0, 2, null], [3, 2, null], [4, 4, null]]);
  assert.deepEqual(podium([{ home: null }]), []);
});

test("shares are said as parts or times", () => {
  assert.deepEqual(share(Math.log10(1 / 2480)), { kind: "part", count: "2,500" });
  assert.deepEqual(share(Math.log10(12.1)), { kind: "times", count: "12" });
  assert.deepEqual(share(-65.13), { kind: "part", count: "10^65.1" });
  assert.deepEqual([share(-Infinity).kind, share(NaN).kind], ["zero", "unknown"]);
});

test("numbers are short and honest", () => {
  assert.deepEqual([-Infinity, NaN, 0, -0.6778, 1.0969, -3.62, -44.85].map(amount), ["0", "–", "1", "0.21", "12", "2.4·10⁻⁴", "1.4·10⁻⁴⁵"]);
  assert.deepEqual([0, -6, 2, -Infinity, NaN].map(power), ["1", "10⁻⁶", "10²", "0", "–"]);
  assert.deepEqual([percent(0.988), percent(0.95, 0), percent(NaN)], ["98.8 %", "95 %", "–"]);
  assert.deepEqual([plain(0.03), plain(0), plain(0.0001)], ["0.03", "0", "1.0e−4"]);
});

test("labels of an axis never touch, and 1 is among them", () => {
  for (const [min, max, length] of [[-6, 1, 150], [-60, 1, 80], [-1, 1, 300], [-20, 3, 40]]) {
    const found = ticks(min, max, length);
    const gap = (length / (max - min)) * (found.length > 1 ? found[1] - found[0] : Infinity);
    assert.ok(gap >= 36, `${min} ${max} ${length}: ${gap}`);
    assert.ok(found.includes(0));
    assert.ok(found.every((value) => value >= min && value <= max));
  }
});

test("rungs carry numbers that never touch, the first and the last always", () => {
  for (const count of [1, 2, 6, 12, 13, 57, 99, 100]) {
    for (const row of [4, 7, 9, 32]) {
      const found = named(count, row);
      assert.equal(found[0], 1);
      assert.equal(found.at(-1), count);
      const inner = found.slice(1).map((layer, k) => (layer - found[k]) * row);
      assert.ok(inner.every((gap) => gap >= 17 || (count <= 2)), `${count} ${row}: ${found}`);
    }
  }
});

test("an axis holds what is finite, the last layer's 1, and is never deeper than told", () => {
  assert.deepEqual(axis([[-3, -1, 0]]), [-6, 1]);
  assert.deepEqual(axis([[-12.5, NaN, -Infinity, 0], [2.4]]), [-13, 3]);
  assert.deepEqual(axis([[-300, 0]]), [-60, 1]);
});

test("a column keeps bars, words and units apart, to either side", () => {
  const room = { left: 0, width: 330, height: 240, layers: 6, widest: 8, names: 20, words: 48, units: true, axis: true };
  const right = plan({ ...room, side: "right" });
  assert.ok(right.names < right.from && right.from < right.to && right.to < right.words && right.words < right.units);
  assert.ok(right.units + 8 * right.square <= 330 + 1e-9);
  const left = plan({ ...room, side: "left" });
  assert.ok(left.units + 8 * left.square <= left.words && left.words < left.from && left.to < left.names);
  assert.equal(right.top + 6 * right.row <= 240, true);
});

test("a click finds the rung it is on", () => {
  assert.equal(layerAt(20 + 1, 243, 6), 1);
  assert.equal(layerAt(239, 243, 6), 6);
  assert.equal(layerAt(5, 243, 6), null);
});

/** A pen that writes down what it is told. */
class Notes {
  constructor(width, height) {
    Object.assign(this, { width, height, all: [] });
    for (const name of ["line", "segments", "area", "boxes", "frames", "dots", "triangles", "write", "picture"]) this[name] = (...given) => void this.all.push([name, ...given]);
  }
  measure(words, size = 12) {
    return [...words].length * size * 0.56;
  }
  within(box, draw) {
    draw();
  }
  told(name, ink) {
    return this.all.filter((one) => one[0] === name && one.at(-1)?.ink === ink);
  }
}

const options = { min: -6, max: 1, still: -4, names: ["1", "2", "3"], factors: true };

test("a bar is full where it moves its layer, hollow where not, and empty with a 0 where it is exactly zero", () => {
  const pen = new Notes(330, 150);
  ladder(pen, [{ measured: [-Infinity, -5, 0] }], options);
  const [full, hollow, empty] = [pen.told("boxes", "alive")[0][1], pen.told("boxes", "dead-soft")[0][1], pen.told("frames", "grid-strong")[0][1]];
  assert.deepEqual([full.length, hollow.length, empty.length], [4, 4, 4]);
  assert.ok(hollow[2] < full[2]);
  assert.ok(pen.all.some((one) => one[0] === "write" && one[1] === "0"));
});

test("what leaves the axis gets an arrow on its side", () => {
  const pen = new Notes(330, 150);
  ladder(pen, [{ measured: [-9, 3, 0] }], options);
  const [below, above] = pen.told("area", "ink-2").map((one) => one[1]);
  assert.ok(below[2] < below[0] && above[2] > above[0]);
});

test("theory is drawn over the bars, with a halo under its line", () => {
  const pen = new Notes(330, 150);
  ladder(pen, [{ measured: [-2, -1, 0], theory: [-2.2, -1.1, 0], theoryLow: [-3, -1.5, 0], theoryHigh: [-1, -0.7, 0] }], options);
  const order = pen.all.map(([name, , how]) => `${name} ${how?.ink}`);
  assert.ok(order.indexOf("boxes alive") < order.indexOf("area theory-soft"));
  assert.ok(order.indexOf("area theory-soft") < order.indexOf("line panel") && order.indexOf("line panel") < order.indexOf("line theory"));
});

test("before anything is measured rungs are dashed and no factor is claimed", () => {
  const pen = new Notes(330, 150);
  ladder(pen, [{ measured: [-2, -1, 0] }], { ...options, empty: true });
  assert.equal(pen.told("boxes", "alive").flatMap((one) => [...one[1]]).length, 0);
  assert.deepEqual(pen.told("frames", "grid-strong")[0][2].dash, [3, 3]);
  assert.ok(!pen.all.some((one) => one[0] === "write" && String(one[1]).startsWith("×")));
});

test("a title stands over its lane and moves the rungs of all lanes down", () => {
  const top = (lanes) => {
    const pen = new Notes(660, 150);
    ladder(pen, lanes, options);
    return [pen.told("write", "ink").map((one) => one[1]), pen.told("boxes", "alive").map((one) => one[1][1])];
  };
  const [none, before] = top([{ measured: [-2, -1, 0] }, { measured: [-2, -1, 0] }]);
  const [titles, after] = top([{ measured: [-2, -1, 0], title: "tanh" }, { measured: [-2, -1, 0] }]);
  assert.deepEqual([none, titles], [[], ["tanh"]]);
  assert.ok(after.every((y, k) => y > before[k] + 10));
});

test("factors are the quotient of neighbours", () => {
  const pen = new Notes(330, 150);
  ladder(pen, [{ measured: [-2, -1, 0] }], options);
  assert.deepEqual(pen.all.filter((one) => one[0] === "write" && String(one[1]).startsWith("×")).map((one) => one[1]), ["×0.10", "×0.10"]);
});

test("units are told apart by shape, large or small", () => {
  const states = { shape: [1, 4], data: Uint8Array.of(0, 1, 2, 3) };
  const large = new Notes(100, 40);
  units(large, { units: 0, square: 10, row: 20, top: 0 }, () => 10, states, false);
  assert.equal(large.told("boxes", "alive")[0][1].length, 4);
  assert.equal(large.told("area", "saturated").length, 1);
  assert.equal(large.told("segments", "dead")[0][1].length, 8);
  assert.equal(large.told("frames", "dead")[0][1].length, 8);
  const small = new Notes(100, 40);
  units(small, { units: 0, square: 4, row: 4, top: 0 }, () => 10, states, false);
  const high = (ink) => small.told("boxes", ink)[0][1][3];
  assert.ok(high("dead") < high("alive"));
});

test("the line of a field is where it changes sign", () => {
  const values = Float32Array.from({ length: 16 }, (_, k) => (k % 4) - 1.5);
  const found = zeroLine(values, 4, 4, 30, 30);
  assert.equal(found.length, 4 * 3);
  assert.ok(found.filter((_, k) => k % 2 === 0).every((x) => Math.abs(x - 15) < 1e-6));
  assert.equal(zeroLine(new Float32Array(16).fill(1), 4, 4, 30, 30).length, 0);
});

test("loss and histogram draw every number they got", () => {
  assert.deepEqual(decades([[0.7, 0.02]]), [-2, 0]);
  assert.deepEqual(decades([[NaN, 0, Infinity]]), [-1, 0]);
  const loss = new Notes(200, 84);
  lossChart(loss, { at: [0, 1, 2], loss: [1, 0.1, NaN], low: [1, 0.1, 0.1], high: [1, 0.2, 0.3], home: 2 }, { last: 100, min: -2, max: 0, words: "epoch" });
  assert.equal(loss.told("line", "ink")[0][1].length, 6);
  assert.equal(loss.told("segments", "alive").length, 1);
  const bars = new Notes(200, 120);
  histogramChart(bars, { edges: [-2, -1, 0, 1], counts: [1, 2, 3], slopes: [0.01, 0.2, 1] }, { x: [-2, 0, 1], f: [-1, 0, 1], slope: [0, 1, 0.5] });
  assert.deepEqual([bars.told("boxes", "dead").length, bars.told("boxes", "alive").length], [1, 2]);
  assert.deepEqual(bars.told("write", "ink").map((one) => one[1]), ["f", "f′"]);
});

test("a unit that answers the same everywhere is pale", () => {
  assert.deepEqual([middle([0.75, 0.75]), middle([0, 1]), middle([NaN, NaN])], [0.75, 0.5, 0]);
});
