// The pure parts of the hidden space.

import assert from "node:assert/strict";
import { test } from "node:test";

import { read, written } from "../../../src/livegrad/lab/page/core/address.js";
import { panelAt, stripPlan } from "../../../src/livegrad/lab/page/views/space-draw.js";
import { asked, saved, understood, usual } from "../../../src/livegrad/lab/page/views/space-state.js";
import { csv } from "../../../src/livegrad/lab/page/views/space-taken.js";
import { cutAt, degrees, eased, flat, lookAt, placeOf, seenAt, seenBetween, stages } from "../../../src/livegrad/lab/page/views/space-way.js";

const START = {
  tasks: ["moons", "circles", "xor", "spiral"], inits: ["he", "glorot"], optimizers: ["sgd", "adam"], deepest: 12, functions: ["tanh", "relu"],
  usual: { task: "moons", functions: ["tanh"], depth: 4, width: 2, init: "glorot", optimizer: "adam", steps: 1500, starts: 16, seed: 0, angle: 30 },
};

/** Two lines of two points and one datum over three stages: doubled, then its sign turned. */
function passage(units = 2) {
  const stage = (/** @type {number} */ by) => [0, 1, 2, 3].flatMap((k) => Array.from({ length: units }, (_, u) => by * (k + u)));
  return {
    grid: { shape: [3, 2, 2, units], data: Float32Array.from([1, 2, -2].flatMap(stage)) },
    points: { shape: [3, 1, units], data: Float32Array.from([1, 2, -2].flatMap((by) => Array.from({ length: units }, () => by))) },
    cuts: { shape: [3, units + 1], data: new Float32Array(3 * (units + 1)).fill(0.5) },
    shares: { shape: [3], data: Float32Array.from([0.5, 0.75, 1]) },
    turned: { shape: [3], data: Float32Array.from([0, 0, 1234.6]) },
  };
}

test("the whole state goes into the address and comes back", () => {
  const shown = { ...usual(START), task: "spiral", functions: ["x*sin(x) + 1%2", "relu"], depth: 9, width: 3, init: "he", optimizer: "sgd", steps: 500, starts: 4, seed: 12, angle: 0, moment: "before", at: 7, yaw: 120 };
  const address = written("space", saved(shown, START));
  assert.match(address, /task=spiral/);
  assert.deepEqual(understood(read(address).state, START), shown);
});

test("the usual state leaves nothing in the address", () => {
  assert.equal(written("space", saved(usual(START), START)), "#/space");
  assert.deepEqual(understood({}, START), usual(START));
});

test("what an address cannot mean is as usual, or the nearest that can be", () => {
  const shown = understood({ task: "digits", depth: 900, width: 2.6, at: 1e9, steps: "many", functions: ["", 7, "a".repeat(300)], moment: "never", seed: -4 }, START);
  assert.deepEqual([shown.task, shown.depth, shown.width, shown.at, shown.steps, shown.moment, shown.seed], ["moons", 12, 3, 24, 1500, "after", 0]);
  assert.deepEqual(shown.functions, ["tanh"]);
});

test("one function may stand in the address without a number", () => {
  assert.deepEqual(understood({ functions: "relu" }, START).functions, ["relu"]);
});

test("what is only looked at is not asked of the lab", () => {
  const given = asked(usual(START));
  assert.deepEqual(Object.keys(given).sort(), ["angle", "depth", "functions", "init", "optimizer", "seed", "starts", "steps", "task", "width"]);
});

test("between two stages everything is between, and at a stage it is that stage", () => {
  const way = passage();
  assert.equal(stages(way), 3);
  const [here, there] = [seenAt(way, 0, 0), seenAt(way, 1, 0)];
  assert.deepEqual([...seenBetween(way, 0, 0).lines], [...here.lines]);
  assert.deepEqual([...seenBetween(way, 2, 0).points], [-2, -2]);
  const half = seenBetween(way, 0.5, 0);
  half.lines.forEach((value, k) => assert.ok(Math.abs(value - (here.lines[k] + there.lines[k]) / 2) < 1e-9));
  assert.ok(half.look.reach > here.look.reach && half.look.reach < there.look.reach);
  assert.deepEqual([...seenBetween(way, 99, 0).points], [-2, -2]);
});

test("a projection keeps straight lines straight", () => {
  const line = [0, 1, 2].flatMap((k) => [1 + 2 * k, -3 * k, 0.5 * k]);
  for (const yaw of [0, 30, 117]) {
    const [a, b, c, d, e, f] = flat(line, 0, 3, 3, yaw);
    assert.ok(Math.abs((c - a) * (f - b) - (e - a) * (d - b)) < 1e-9);
  }
});

test("two units are seen as they are", () => {
  assert.deepEqual([...flat([1, 2, 3, 4], 0, 2, 2, 77)], [1, 2, 3, 4]);
});

test("a look holds everything that is a number", () => {
  const look = lookAt([Float64Array.from([0, 0, 4, 2, NaN, 9, Infinity, 1])]);
  assert.deepEqual([look.x, look.y], [2, 1]);
  assert.ok(look.reach >= 2);
  assert.deepEqual(lookAt([Float64Array.from([NaN, NaN])]), { x: 0, y: 0, reach: 1 });
});

test("the cut is a line for two units and is not drawn for three", () => {
  assert.deepEqual(cutAt(passage(), 1), [0.5, 0.5, 0.5]);
  assert.equal(cutAt(passage(3), 1), null);
  const none = passage();
  none.cuts.data.fill(NaN);
  assert.equal(cutAt(none, 1), null);
});

test("odd places move the grid, even ones bend it, identity bends nothing", () => {
  assert.deepEqual(placeOf(0, "tanh"), { key: "at-points", layer: 0 });
  assert.deepEqual(placeOf(3, "tanh"), { key: "at-moved", layer: 2 });
  assert.deepEqual(placeOf(4, "tanh"), { key: "at-bent", layer: 2 });
  assert.deepEqual(placeOf(4, "identity"), { key: "at-kept", layer: 2 });
});

test("degrees: rounding errors are nothing, thousands stand apart", () => {
  assert.deepEqual([0.0003, 3.14, 2139.6, NaN].map(degrees), ["0", "3.1", "2,140", "–"]);
});

test("an eased way begins and ends where it should", () => {
  assert.deepEqual([eased(0), eased(0.5), eased(1)], [0, 0.5, 1]);
});

test("panels of a strip stay on the paper and are found under the pointer", () => {
  for (const width of [300, 640, 1100]) {
    for (const count of [2, 5, 13]) {
      const { boxes, height } = stripPlan(count, width);
      assert.equal(boxes.length, count);
      for (const [k, [x, y, side]] of boxes.entries()) {
        assert.ok(x >= 0 && x + side <= width + 1e-6, `${count} panels on ${width}`);
        assert.ok(y + side + 30 <= height);
        assert.equal(panelAt(x + side / 2, y + side / 2, count, width), k);
      }
    }
  }
  assert.equal(panelAt(5, 9999, 5, 640), null);
});

test("numbers to take away: a row for every half layer, before and after", () => {
  const lines = csv([{ name: 'a "b"', before: passage(), after: passage() }]).trim().split("\n");
  assert.equal(lines.length, 1 + 6);
  assert.match(lines[6], /^"a ""b""",after,2,1,1234\.6/);
});
