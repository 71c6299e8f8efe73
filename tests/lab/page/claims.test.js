// What the claims' view computes: filters, sliders, how numbers are written, what is taken away.

import assert from "node:assert/strict";
import { test } from "node:test";

import { read, written as address } from "../../../src/livegrad/lab/page/core/address.js";
import { allowed, slider } from "../../../src/livegrad/lab/page/views/claims-controls.js";
import { matches } from "../../../src/livegrad/lab/page/views/claims-filter.js";
import { drawHeld } from "../../../src/livegrad/lab/page/views/claims-forest.js";
import { guessedRight, keep, memory, nextTurn, score, time, UNSURE, written } from "../../../src/livegrad/lab/page/views/claims-memory.js";
import { csv } from "../../../src/livegrad/lab/page/views/claims-take.js";

const BRIEF = { id: "dying-relu", sources: "A D", topic: "dying" };
const fits = (wanted, verdict = "not-run", claim = "A ReLU unit that only sees negative input") => matches(BRIEF, wanted, verdict, claim);

test("a claim is shown where any of its sources, its verdict, its topic and all words fit", () => {
  assert.ok(fits({}));
  assert.ok(fits({ source: "A,B" }) && fits({ source: "D" }));
  assert.ok(!fits({ source: "B,C" }) && !fits({ source: "none" }));
  assert.ok(fits({ verdict: "holds" }, "holds") && !fits({ verdict: "holds" }, "not-run"));
  assert.ok(fits({ topic: "dying" }) && !fits({ topic: "linear" }));
  assert.ok(fits({ q: "relu negative" }) && fits({ q: "DYING" }) && !fits({ q: "relu tanh" }));
  assert.ok(fits({ q: "음수" }, "not-run", "음수 입력만 받는 유닛"));
});

test("a slider goes there and back, by factors where it should, and ends exactly at its bounds", () => {
  const by = slider({ low: 0.1, high: 300, log: true, whole: false });
  assert.equal(by.value(0), 0.1);
  assert.equal(by.value(by.notches), 300);
  for (const value of [0.1, 1, 50, 300]) assert.ok(Math.abs(Math.log(by.value(by.notch(value)) / value)) < 0.03);
  const whole = slider({ low: 3, high: 60, log: false, whole: true });
  assert.equal(whole.notches, 57);
  for (let value = 3; value <= 60; value += 1) assert.equal(whole.value(whole.notch(value)), value);
});

test("an address cannot set what a control does not allow", () => {
  const depth = { low: 3, high: 60, whole: true, choices: [] };
  assert.deepEqual([10, 2, 61, 10.5, "10", undefined].map((given) => allowed(depth, given)), [true, false, false, false, false, false]);
  const data = { choices: [{ id: "moons" }, { id: "xor" }] };
  assert.deepEqual(["moons", "digits", 1].map((given) => allowed(data, given)), [true, false, false]);
});

test("the whole state of a claim survives the address", () => {
  const state = { id: "sigmoid-vanishing", guess: "half", settings: { scale: 2.5, depth: 12, data: "moons" }, seed: 3, ran: true };
  assert.deepEqual(read(address("claims", state)), { view: "claims", state });
});

test("each form of a number is written as it is meant", () => {
  const found = [written(0.2351, "factor"), written(0.24, "share"), written(12, "count"), written(3e-16, "power"), written(1.5, "seconds"), written(0.3333, "plain"), written(NaN, "factor"), written(Infinity, "factor")];
  assert.deepEqual(found, ["×0.235", "24 %", "12", "3·10⁻¹⁶", "1.5 s", "0.333", "–", "∞"]);
  const word = (key) => ({ en: `{count} ${key}`, ko: `{count}${key}` });
  assert.equal(time(word, 300).en, "5 claims.time-minutes");
  assert.equal(time(word, 2.34).ko, "2.3claims.time-seconds");
});

test("guesses count where something was measured; not knowing is no wrong guess", () => {
  memory.results.clear();
  memory.guesses.clear();
  for (const [id, guess] of [["a", "yes"], ["b", "no"], ["c", UNSURE], ["d", "yes"]]) memory.guesses.set(id, guess);
  for (const id of ["a", "b", "c"]) keep({ id, seed: 0, code: "holds", right: "yes" });
  assert.deepEqual(["a", "b", "c", "d"].map(guessedRight), [true, false, null, null]);
  assert.deepEqual(score(), { right: 1, of: 2 });
  const first = nextTurn();
  assert.ok(nextTurn() > first);
});

test("CSV keeps commas, quotes and lines, and no cell becomes a formula", () => {
  assert.equal(csv([["a,b", 'say "x"', -1.5], ["=1+1", "two\nlines", ""]]), '\ufeff"a,b","say ""x""",-1.5\r\n\'=1+1,"two\nlines",\r\n');
});

test("the forest draws each verdict in its own shape and nothing where nothing was measured", () => {
  const shapes = (held, code) => {
    const drawn = [];
    const note = (name) => (points) => drawn.push([name, ...points]);
    drawHeld({ width: 200, height: 30, segments: note("segments"), line: note("line"), dots: note("dots"), area: note("area"), boxes: note("boxes") }, held, code);
    return drawn;
  };
  const held = { share: 0.5, low: 0.25, high: 0.75, count: 16, of: 32 };
  assert.ok(shapes(undefined, "not-run").every(([name]) => name === "segments"));
  assert.deepEqual(["holds", "holds-if", "does-not-hold"].map((code) => shapes(held, code).at(-1)[0]), ["dots", "area", "boxes"]);
  const [, from, , to] = shapes(held, "holds").find(([name]) => name === "line");
  assert.ok(Math.abs((from + to) / 2 - 100) < 1e-9 && from > 9 && to < 191);
});
