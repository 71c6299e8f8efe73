// The pure parts of the clinic.

import assert from "node:assert/strict";
import { test } from "node:test";

import { read, written } from "../../../src/livegrad/lab/page/core/address.js";
import { column, fitted, flattened, lastSeen, marked, nearest, shortNames, squares, stillLine, strength, treatLine, value } from "../../../src/livegrad/lab/page/views/clinic-case.js";
import { across, drawCursor, drawHistory, gutter, historyHeight } from "../../../src/livegrad/lab/page/views/clinic-history.js";
import { share, ticksOf } from "../../../src/livegrad/lab/page/views/clinic-scale.js";
import { pieces, send, textOf } from "../../../src/livegrad/lab/page/views/clinic-sending.js";
import { USUAL, saved, understood } from "../../../src/livegrad/lab/page/views/clinic-state.js";
import { csv } from "../../../src/livegrad/lab/page/views/clinic-taken.js";

const grid = (/** @type {number[][]} */ rows) => ({ shape: [rows.length, rows[0].length], data: Float32Array.from(rows.flat()) });

/** Two layers at three measured steps. */
function one() {
  const layer = (/** @type {string} */ name, more = {}) => ({ name, kind: "Linear", units: 8, activation: "relu", is_output: false, dead: null, dead_since: null, dead_samples: null, ...more });
  return {
    model: "Net", steps: 101, sampled: { shape: [3], data: Int32Array.from([0, 10, 100]) },
    layers: [layer("a", { dead: 4, dead_since: 10 }), layer('b "2"')],
    relative: grid([[-6, -8, NaN], [0, 0, NaN]]), relative_weight: grid([[-1, -1, -1], [0, 0, 0]]),
    update: grid([[0, 0, 0], [0.1, 0.1, 0.1]]), moved: grid([[0, 0, 0], [0.1, 0.2, 0.3]]), slope: grid([[0.5, 0.5, 0.5], [1, 1, 1]]),
    saturated: grid([[0, 0, 0], [0.5, NaN, 0]]), asleep: grid([[0, 0.75, 0.5], [0, NaN, 0]]),
    still: [true, false], still_below: 1e-4, events: [{ step: 10, text: { en: "dead", ko: "죽음" } }],
    loss: { steps: { shape: [2], data: Int32Array.from([0, 100]) }, values: { shape: [2], data: Float32Array.from([2, 1]) }, every: 1, baseline: 2.3 },
  };
}

test("the state goes into the address and comes back; the usual leaves nothing", () => {
  const shown = { source: "example", training: 1, finding: 2, step: 350, layer: 4, gradient: "w" };
  assert.deepEqual(understood(read(written("clinic", saved(shown))).state, false), shown);
  assert.equal(written("clinic", saved(USUAL)), "#/clinic");
});

test("a lab that was started with a recording opens it; no other does", () => {
  assert.equal(understood({}, true).source, "lab");
  assert.equal(understood({ source: "example" }, true).source, "example");
  assert.equal(understood({ source: "lab" }, false).source, "");
  assert.deepEqual(understood({ source: "/etc", training: -1, step: 1.5, layer: "x", gradient: "q" }, false), USUAL);
});

test("columns and single numbers of an array", () => {
  const { relative } = one();
  assert.equal(value(relative, 0, 1), -8);
  assert.deepEqual(column(relative, 0), [-6, 0]);
});

test("the step that was measured nearest is found", () => {
  const { sampled } = one();
  assert.deepEqual([-5, 4, 6, 56, 1e9].map((step) => nearest(sampled.data, step)), [0, 0, 1, 2, 2]);
});

test("the last step at which a gradient was seen", () => {
  assert.equal(lastSeen(one()), 1);
  const none = { ...one(), relative: grid([[NaN], [NaN]]), sampled: { shape: [1], data: Int32Array.from([0]) } };
  assert.equal(lastSeen(none), 0);
});

test("the line between what stands still and what moves, only where there is one", () => {
  assert.equal(stillLine([-6, 0], [true, false]), -3);
  assert.equal(stillLine([-6, 0], [false, false]), null);
  assert.equal(stillLine([0, -6], [true, false]), null);
  assert.equal(stillLine([-Infinity, -2], [true, false]), -2.3);
  assert.equal(stillLine([-6, -5], [true, true]), -4.7);
  assert.equal(stillLine([NaN, 0], [true, false]), null);
  const noisy = Array.from({ length: 20 }, (_, k) => k - 20);
  assert.equal(stillLine(noisy, noisy.map((_, k) => k < 9 || k === 10)), -11.5); // one of 20 on the wrong side
  assert.equal(stillLine(noisy, noisy.map((_, k) => k % 2 === 0)), null);
});

test("squares: dead, asleep, saturated, alive; what there is, is seen", () => {
  const rows = (/** @type {number} */ at) => [0, 1].map((k) => [...squares(one(), at).data.subarray(8 * k, 8 * k + 8)]);
  assert.deepEqual(rows(0), [[0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0, 0]]);
  assert.deepEqual(rows(1), [[2, 2, 2, 2, 3, 3, 0, 0], [9, 9, 9, 9, 9, 9, 9, 9]]); // dead since step 10; the other was not looked at
  const wide = one();
  wide.layers[0].units = 640;
  wide.layers[0].dead = 1;
  assert.equal(squares(wide, 1).data[0], 2); // 1 of 640 still has a square
});

test("how strongly a gradient is drawn", () => {
  assert.deepEqual([0, 1, -4, -8, -90, -Infinity].map(strength), [1, 1, 0.5, 0, 0, 0]);
  assert.ok(Number.isNaN(strength(NaN)));
});

test("findings are read cause first, with their depth", () => {
  const leaf = { code: "dead-units", places: ["a"], consequences: [] };
  const root = { code: "learning-rate-too-high", places: ["optimizer"], consequences: [leaf] };
  assert.deepEqual(flattened([root, leaf]).map(({ finding, depth }) => [finding.code, depth]), [["learning-rate-too-high", 0], ["dead-units", 1], ["dead-units", 0]]);
  assert.deepEqual(marked(leaf, one().layers), [1]);
  assert.deepEqual(marked(undefined, one().layers), []);
});

test("names leave out what all of them begin with, and their middle where there is no room", () => {
  assert.deepEqual(shortNames(["net.layers.0.fc", "net.layers.1.fc"]), ["0.fc", "1.fc"]);
  assert.deepEqual(shortNames(["a", "a.b"]), ["a", "a.b"]);
  assert.deepEqual(shortNames(["only.one"]), ["only.one"]);
  assert.equal(fitted("block.linear1", (name) => name.length <= 8), "bloc…ar1");
  assert.equal(fitted("fc", () => false), "fc");
});

test("the line to copy is safe for a shell", () => {
  assert.equal(treatLine({ script: "train.py", arguments: ["--epochs", "3"] }), "livegrad run --treat train.py --epochs 3");
  assert.equal(treatLine({ script: "my file.py", arguments: ["$(x)", "it's"] }), "livegrad run --treat 'my file.py' '$(x)' 'it'\\''s'");
});

test("pieces hold everything and cut no letter in two", () => {
  const text = "ab😀cd가나".repeat(50);
  for (const most of [1, 2, 3, 7, 1000]) {
    const all = pieces(text, most);
    assert.equal(all.join(""), text);
    if (most > 1) for (const piece of all) assert.ok(piece.length <= most && piece.isWellFormed());
  }
  assert.deepEqual(pieces("", 10), [""]);
});

test("a file is sent piece by piece, and the last answer counts", async () => {
  /** @type {any[]} */
  const heard = [];
  const shares = [];
  const lab = { start: { clinic: { piece: 4 } }, line: { ask: async (/** @type {string} */ action, /** @type {any} */ given) => { heard.push([action, given]); return given.part + 1 === given.of ? "opened" : null; } } };
  const answer = await send(lab, { text: "0123456789", name: "x.json", training: 2 }, (share) => shares.push(share));
  assert.equal(answer, "opened");
  assert.deepEqual(heard.map(([action, { part, of, text }]) => [action, part, of, text]), [["clinic.take", 0, 3, "0123"], ["clinic.take", 1, 3, "4567"], ["clinic.take", 2, 3, "89"]]);
  assert.deepEqual(shares, [0, 1 / 3, 2 / 3]);
});

test("a packed file is unpacked, a plain one is read", async () => {
  const packed = await new Response(new Blob(["{}"]).stream().pipeThrough(new CompressionStream("gzip"))).blob();
  assert.equal(await textOf(packed), "{}");
  assert.equal(await textOf(new Blob(["plain"])), "plain");
  await assert.rejects(textOf(new Blob([new Uint8Array([0x1f, 0x8b, 1, 2, 3])])));
});

test("steps and pixels agree both ways", () => {
  const place = across(one(), 500, 60);
  assert.equal(place.at(0), 60);
  assert.equal(place.at(100), 492);
  for (const step of [0, 17, 100]) assert.ok(Math.abs(place.step(place.at(step)) - step) < 1e-9);
});

test("the history is drawn within its height, with a cursor where the step is", () => {
  /** @type {any[]} */
  const drawn = [];
  const note = (/** @type {string} */ what) => (/** @type {any[]} */ ...given) => drawn.push([what, ...given]);
  const pen = { width: 500, height: 300, measure: (/** @type {string} */ words) => 6 * words.length, within: (/** @type {any} */ _, /** @type {() => void} */ draw) => draw(), ...Object.fromEntries(["line", "segments", "area", "boxes", "frames", "dots", "triangles", "write", "picture"].map((name) => [name, note(name)])) };
  drawHistory(pen, one(), { marked: [1], loss: "loss", weights: false });
  drawCursor(pen, one(), { step: 10, layer: 1, loss: "loss" });
  const left = gutter(one(), pen.measure, 500, "loss");
  const cursor = drawn.find(([what, , how]) => what === "segments" && how.ink === "focus");
  assert.ok(Math.abs(cursor[1][0] - across(one(), 500, left).at(10)) < 1e-9);
  assert.ok(drawn.filter(([what]) => what === "boxes").every(([, boxes]) => boxes.every((/** @type {number} */ v, /** @type {number} */ k) => k % 4 !== 1 || v <= historyHeight(2))));
  assert.ok(drawn.some(([what, words]) => what === "write" && words === "100"));
});

test("ticks are round and have room", () => {
  assert.deepEqual(ticksOf(1290, 720), [0, 200, 400, 600, 800, 1000, 1200]);
  assert.deepEqual(ticksOf(1, 300), [0, 1]);
  assert.ok(ticksOf(123456, 300).length <= 5);
});

test("small shares are written as powers of ten, not as 0 %", () => {
  assert.deepEqual([0, 0.5, 5.1e-9, NaN].map(share), ["0 %", "50 %", "5.1·10⁻⁹", "–"]);
});

test("numbers to take away: a row for each layer and measured step", () => {
  const lines = csv(one()).trim().split("\n");
  assert.equal(lines.length, 1 + 6);
  assert.match(lines[2], /^0,2,"b ""2""",0,0,/);
});
