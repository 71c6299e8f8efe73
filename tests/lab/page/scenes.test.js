// What the scenes compute: the worked values, and the laws that they show.

import assert from "node:assert/strict";
import { test } from "node:test";

import { read as readAddress, written } from "../../../src/livegrad/lab/page/core/address.js";
import { SCENES, differing, held } from "../../../src/livegrad/lab/page/views/scenes.js";
import { forward } from "../../../src/livegrad/lab/page/views/scenes-layers.js";
import { FUNCTIONS, NAMES, affine, bestAffine, collapsed, drawn, network, sigmoid, simple, stepCounts, through, weightGradient } from "../../../src/livegrad/lab/page/views/scenes-maths.js";
import { fullness, puffs } from "../../../src/livegrad/lab/page/views/scenes-pipe.js";

const word = (key) => ({ en: key, ko: key });
const scene = (id) => SCENES.find((one) => one.id === id);
const near = (a, b, room = 1e-9) => assert.ok(Math.abs(a - b) <= room, `${a} is not ${b}`);
const shown = (id, change, answer) => Object.fromEntries(scene(id).told({ ...scene(id).usual, ...change }, word, answer).map((told) => [told.name.en, told.value]));

test("there are the nine scenes", () => {
  assert.deepEqual(SCENES.map((one) => one.id).sort(), ["from-scratch", "neuron", "steam-pipe", "step-vs-sigmoid", "threshold-bias-gate", "two-layer-linear", "two-layer-sigmoid", "weight-gradient", "worked-forward"]);
});

test("x = (2, 0) goes to (0, 2) and to σ(6), about 0.9975", () => {
  const { z, h, s, p } = forward(scene("worked-forward").usual);
  assert.deepEqual([z, h, s], [[-1, 2], [0, 2], 6]);
  near(p, 0.9975, 5e-5);
  assert.equal(shown("worked-forward")["worked.p"], "σ(6) = 0.9975");
});

test("the step over −50 … 49 gives 51 zeros and 49 ones", () => assert.deepEqual(stepCounts(-50, 49), { zeros: 51, ones: 49 }));

test("two linear layers are W' = W2 W1 and b' = W2 b1 + b2", () => {
  const so = collapsed([{ weight: [[1, 2], [3, 4]], bias: [5, 6] }, { weight: [[7, 8]], bias: [9] }]);
  assert.deepEqual(so, { weight: [[31, 46]], bias: [92] });
});

test("linear layers of any depth are one affine map, additive up to its bias", () => {
  for (let depth = 2; depth <= 10; depth += 1) {
    for (let seed = 0; seed < 5; seed += 1) {
      const layers = network({ ...scene("two-layer-linear").usual, depth, seed });
      assert.equal(layers.length, depth);
      const so = collapsed(layers);
      const at = (x) => through(layers, x)[0];
      const [x, y] = [[1.3, -2], [-0.4, 2.5]];
      const size = 1 + Math.abs(at(x)) + Math.abs(at(y)) + Math.abs(so.bias[0]);
      near(at(x), affine(so, x)[0], 1e-12 * size);
      near(at([x[0] + y[0], x[1] + y[1]]) - at(x) - at(y), -so.bias[0], 1e-12 * size);
    }
  }
});

test("the middle layers are not all alike, and follow from the seed", () => {
  const [one, again, other] = [0, 0, 1].map((seed) => network({ ...scene("two-layer-linear").usual, depth: 4, seed }));
  assert.deepEqual(one, again);
  assert.notDeepEqual(one, other);
  assert.notDeepEqual(one[1], one[2]);
  assert.ok(Array.from({ length: 200 }, drawn(3)).every((number) => Math.abs(number) <= 1));
});

test("with σ between, the best affine map misses; without, it does not", () => {
  const values = scene("two-layer-sigmoid").usual;
  const layers = network({ ...values, depth: 2 });
  const bent = bestAffine((x) => through(layers, x, sigmoid)[0], 3);
  const flat = bestAffine((x) => through(layers, x)[0], 3);
  assert.ok(bent.largest > 0.05 && bent.root > 0.01);
  near(flat.largest, 0);
  near(flat.bias, collapsed(layers).bias[0]);
  assert.ok(Number(shown("two-layer-sigmoid")["curved.largest"]) > 0.1);
});

test("the best affine map is the best: moving it makes it worse", () => {
  const f = ([a, b]) => Math.sin(a) + a * b + 0.3 * b;
  const best = bestAffine(f, 2);
  const root = (w1, w2, bias) => bestAffine((x) => f(x) - w1 * x[0] - w2 * x[1] - bias, 2);
  const zero = root(...best.weight, best.bias);
  near(zero.bias, 0);
  near(zero.weight[0], 0);
  near(zero.weight[1], 0);
});

test("every slope is the slope: it agrees with a difference", () => {
  for (const name of NAMES) for (const z of [-2.2, -0.3, 0.7, 3]) near((FUNCTIONS[name].value(z + 1e-6) - FUNCTIONS[name].value(z - 1e-6)) / 2e-6, FUNCTIONS[name].slope(z), 1e-8);
  assert.equal(sigmoid(-1000), 0);
  assert.equal(sigmoid(1000), 1);
  assert.equal(simple("nothing of the kind"), FUNCTIONS.sigmoid);
});

test("∂L/∂w = ∂L/∂z · x, and the finite difference nears it as h shrinks", () => {
  for (const f of ["sigmoid", "tanh", "identity"]) {
    const given = { f, w: 0.7, b: -0.4, x: 1.5, t: 1, h: 1e-4 };
    const found = weightGradient(given);
    near(found.byWeight, found.byInput * 1.5);
    near(found.byInput, found.byOutput * found.slope);
    near(found.difference, found.byWeight, 1e-7);
  }
  const off = (h) => { const found = weightGradient({ f: "sigmoid", w: 1, b: 0.5, x: 1.5, t: 0, h }); return Math.abs(found.difference - found.byWeight); };
  assert.ok(off(0.01) < off(0.1) / 50);
  near(weightGradient({ f: "step", w: 1, b: 0, x: 1, t: 0, h: 0.1 }).byWeight, 0, 0);
});

test("σ(kx) comes nearer to the step as k grows", () => {
  const apart = [1, 10, 100].map((k) => Number(shown("step-vs-sigmoid", { k })["overlay.apart"].replace("·10⁻⁵", "e-5")));
  assert.ok(apart[0] > apart[1] && apart[1] > apart[2] && apart[2] < 1e-4);
  assert.equal(shown("step-vs-sigmoid", { k: 1 })["overlay.steepest"], "0.25");
});

test("AND, OR and NAND are one neuron; the same threshold as a bias says the same", () => {
  const { settings } = scene("threshold-bias-gate");
  const answers = (change) => shown("threshold-bias-gate", change)["gate.table"].match(/→ \d/g).map((one) => Number(one.slice(2)));
  assert.deepEqual(answers(settings["gate-and"]), [0, 0, 0, 1]);
  assert.deepEqual(answers(settings["gate-or"]), [0, 1, 1, 1]);
  assert.deepEqual(answers(settings["gate-nand"]), [1, 1, 1, 0]);
  for (const theta of [-1, 0.5, 2]) assert.equal(shown("threshold-bias-gate", { theta })["gate.bias"], `b = −θ = ${theta > 0 ? "−" : ""}${Math.abs(theta)}`);
});

test("the neuron's sum is written out, and its handles move what they hold", () => {
  const told = shown("neuron", { f: "relu", w1: 2, w2: -1, b: 0.5, x1: 1, x2: 3 });
  assert.equal(told["neuron.sum"], "2·1 + (−1)·3 + 0.5 = −0.5");
  assert.equal(told["neuron.output"], "0");
  const values = { ...scene("neuron").usual, w1: 1, w2: 0, b: -1 };
  const border = scene("neuron").handles(values)[1];
  near(border.x, 1);
  assert.deepEqual(border.put(2, 5), { b: -2 });
});

test("the pipe is full at 1, half at a ten-thousandth, empty at nothing; what leaks more puffs more", () => {
  assert.deepEqual([0, -4, -Infinity].map(fullness), [1, 0.5, 0]);
  assert.ok(puffs(0.1, 0, 1).length > puffs(0.6, 0, 1).length);
  assert.equal(puffs(1.2, 0, 1).length, 0);
  assert.ok(puffs(0, 3.7, 2).every((puff) => puff.rise >= 0 && puff.rise < 1));
});

test("a scene's state goes into the address and comes back; what does not suit is left out", () => {
  const values = { f: "tanh", w1: -1.25, b: 2 };
  const address = written("scenes", differing(scene("neuron"), { ...scene("neuron").usual, ...values }));
  assert.deepEqual(held(scene("neuron"), readAddress(address).state), values);
  assert.deepEqual(held(scene("neuron"), { f: "eval", w1: "a", b: 1e9 }), { b: 20 });
  assert.deepEqual(held(scene("steam-pipe"), { depth: 1e9, activation: "relu" }), { depth: 100, activation: "relu" });
  assert.deepEqual(held(scene("from-scratch"), readAddress(written("scenes", { id: "from-scratch", x: "-1, 2" })).state), { x: "-1, 2" });
});
