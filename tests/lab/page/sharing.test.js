// Addresses, lessons and links of TensorFlow Playground, as pure computations.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { read, written } from "../../../src/livegrad/lab/page/core/address.js";
import { frameCode, link } from "../../../src/livegrad/lab/page/core/embed.js";
import { KEYS, rests } from "../../../src/livegrad/lab/page/core/lesson-keys.js";
import { addressOf, brief, emptyPlan, filed, isEmpty, moved, settingsOf, stateOf, understood, unfiled } from "../../../src/livegrad/lab/page/core/lesson-plan.js";
import { cloudTable, height, numbers, regressionTable } from "../../../src/livegrad/lab/page/core/playground-points.js";
import { fromPlayground, race, seeded, takeNotes } from "../../../src/livegrad/lab/page/core/playground.js";
import { opened } from "../../../src/livegrad/lab/page/core/sharing.js";
import { unpacked } from "../../../src/livegrad/lab/page/views/race-state.js";

const VIEWS = new URL("../../../src/livegrad/lab/page/views/", import.meta.url);
const PLAN = {
  hide: ["race.deep", "race.lr"], lock: ["race.run"], step: 1, fixed: true,
  steps: [{ say: "1. 실행해 보세요: a & b = c?", at: "/race?v=1&network.depth=20&lanes.0.activation=x*sigmoid(1.7*x)" }, { say: "true", at: "" }, { say: "", at: "/claims?v=1&id=sigmoid-vanishing" }],
};

test("a link has no token unless it is asked for, and keeps the whole state", () => {
  const hash = "#/race?v=1&seed=3&lanes.0.activation=x%20%2B%201";
  assert.equal(link({ origin: "http://127.0.0.1:8765", hash }), `http://127.0.0.1:8765/${hash}`);
  assert.equal(link({ origin: "http://127.0.0.1:8765", hash, language: "ko", theme: "dark" }), `http://127.0.0.1:8765/?lang=ko&theme=dark${hash}`);
});

test("what stands in another page cannot break out of its attribute", () => {
  const code = frameCode(link({ origin: "http://127.0.0.1:1", hash: "#/race?v=1&seed=3", embed: true, language: "en", token: "TOKEN" }), 'A "race" <b>');
  assert.match(code, /^<iframe src="http:\/\/127\.0\.0\.1:1\/\?embed=1&amp;lang=en&amp;token=TOKEN#\/race\?v=1&amp;seed=3" title="A &quot;race&quot; &lt;b>"/);
});

test("a whole lesson survives the address and the file", () => {
  const address = written("race", { seed: 4, lesson: brief(PLAN) });
  assert.deepEqual(understood(read(address).state.lesson), PLAN);
  assert.equal(unfiled(filed(address)), address);
  assert.deepEqual(understood(read(unfiled(filed(address))).state.lesson), PLAN);
  assert.equal(unfiled("{}"), null);
  assert.equal(unfiled("no JSON"), null);
});

test("a lesson that makes no sense is made whole or left out", () => {
  for (const given of [null, undefined, 3, "x", {}, { hide: [], steps: [] }, { hide: "race.run" }]) assert.equal(understood(given), null);
  const found = understood({ hide: ["race.run", "race.run", "shell.share", "lesson.end"], lock: ["race.run"], steps: [{ at: "javascript:alert(1)" }, 5], step: 99, fixed: "yes" });
  assert.deepEqual(found, { hide: [], lock: ["race.run"], steps: [{ say: "", at: "" }, { say: "", at: "" }], step: 1, fixed: false });
  assert.ok(isEmpty(emptyPlan()) && !isEmpty(found));
});

test("a step opens its own state, or leaves the one that is there; the lesson goes along", () => {
  const first = read(addressOf(PLAN, 0, "#/functions?name=relu"));
  assert.equal(first.view, "race");
  assert.equal(first.state.network.depth, 20);
  assert.equal(first.state.lesson.step, undefined);
  const second = read(addressOf(PLAN, 1, "#/functions?name=relu&playground.0=loss"));
  assert.deepEqual([second.view, second.state.name, second.state.playground, second.state.lesson.step], ["functions", "relu", undefined, 1]);
  assert.equal(addressOf(emptyPlan(), 0, "#/race?seed=3"), "#/race?v=1&seed=3");
  assert.equal(stateOf(written("race", { seed: 3, lesson: brief(PLAN) })), "/race?v=1&seed=3");
});

test("steps move one place, and no further than the ends", () => {
  assert.deepEqual(moved(["a", "b", "c"], 0, 1), ["b", "a", "c"]);
  assert.deepEqual(moved(["a", "b", "c"], 2, -1), ["a", "c", "b"]);
  assert.deepEqual(moved(["a", "b"], 0, -1), ["a", "b"]);
  assert.deepEqual(moved(["a", "b"], 1, 1), ["a", "b"]);
  assert.deepEqual(settingsOf("/race?v=1&network.depth=20&lanes.0.activation='1"), ["network.depth 20", "lanes.0.activation 1"]);
});

test("a key rests where its control is locked or away, in that view only", () => {
  assert.ok(rests("race", " ", ["race.run"]) && rests("race", "]", ["race.depth"]) && rests("race", "ㅜ", ["race.fresh"]));
  assert.ok(!rests("race", ".", ["race.run"]) && !rests("space", "n", ["race.fresh"]) && !rests("nowhere", " ", ["race.run"]));
  assert.ok(rests("scenes", "t", ["scenes.neuron.table"]) && !rests("scenes", "t", ["scenes.neuron.again"]));
});

test("every key of the list is one that its view binds", () => {
  for (const [view, entries] of Object.entries(KEYS)) {
    const code = readdirSync(VIEWS).filter((name) => name.startsWith(view) && name.endsWith(".js")).map((name) => readFileSync(new URL(name, VIEWS), "utf8")).join("\n");
    const bound = [...code.matchAll(/\bbind\((.*?), (?:says|word)\(/g)].map((one) => one[1]).join(" ");
    for (const key of entries.flatMap(([keys]) => keys)) assert.ok(bound.includes(`"${key}"`), `${view} binds no ${key}`);
  }
});

test("a link of the playground becomes a race as far as a race goes", () => {
  const found = race("#activation=sigmoid&batchSize=30&dataset=xor&learningRate=0.1&noise=25&networkShape=4,4,4&seed=0.70314&percTrainData=75&x=true&y=true&problem=classification");
  assert.deepEqual(found.state, {
    data: { task: "xor", count: 500, seed: 314, noise: 0.25 }, network: { depth: 3, width: 4 }, seed: 70314, training: { optimizer: "sgd", lr: 0.1, batch: 30 },
    init: { weight: 0.577, bias: 0 }, lanes: [{ activation: "sigmoid" }],
  });
  assert.deepEqual(found.notes.map((note) => note.code), ["noise", "loss", "start"]);
  const usual = { data: { task: "moons", count: 250, noise: null, seed: 0, shift: [0, 0], scale: [1, 1] }, network: { depth: 6, width: 8, norm: null, skip: null }, training: { optimizer: "sgd", lr: 0.03, batch: 10 }, init: "glorot", seed: 21, target: 0.95, lanes: [] };
  const { setup } = unpacked(read(written("race", fromPlayground("#dataset=gauss&seed=1"))).state, usual);
  assert.deepEqual([setup.network.depth, setup.network.width, setup.lanes, setup.data.task], [2, 3, [{ activation: "tanh" }], undefined]);
  assert.equal(setup.data.csv.split("\n").length, 121);
});

test("what a race cannot do is said, each thing once", () => {
  const codes = (hash) => race(hash).notes.map((note) => note.code);
  assert.deepEqual(codes("#networkShape=8,4&xSquared=true&sinX=true&x=false&regularization=L2&regularizationRate=0.01&percTrainData=50&initZero=true&discretize=true&hideText=true&activation_hide=true"),
    ["widths", "features", "inputs", "regularisation", "part", "zero", "loss", "discretize", "text", "hidden", "start"]);
  assert.deepEqual(codes("#networkShape=&percTrainData=75"), ["no-layers", "loss", "start"]);
  assert.deepEqual(codes("#activation=gelu&dataset=moons&networkShape=99,99"), ["activation", "large", "data", "part", "loss", "start"]);
  assert.ok(!codes("#regularization=L2&regularizationRate=0").includes("regularisation"));
  assert.deepEqual(codes("#problem=regression&regDataset=reg-argmax&percTrainData=75&networkShape=4"), ["data", "regression", "start"]);
  const widths = race("#networkShape=8,4").notes[0];
  assert.deepEqual(widths.values, { widths: "8, 4", width: 6 });
  fromPlayground("#networkShape=8,4");
  assert.ok(takeNotes().length > 0 && takeNotes().length === 0);
});

test("controls that a link hides are hidden by a lesson", () => {
  assert.deepEqual(race("#activation=relu&playButton_hide=true&learningRate_hide=true&noise_hide=false").state.lesson, { hide: ["race.run", "race.lr"] });
});

test("odd links set nothing that a race refuses", () => {
  const { state } = race("#learningRate=abc&batchSize=-4&noise=900&networkShape=1000,x,2&seed=%20&dataset=");
  assert.deepEqual([state.training.lr, state.training.batch, state.data.noise, state.network, state.data.task], [0.03, 1, 0.5, { depth: 2, width: 32 }, "circles"]);
  for (const hash of ["", "#", "#main", "#/race?activation=relu", "#seed=3"]) assert.equal(race(hash), null);
  assert.deepEqual(["0.70314", "12", "abc", null, "1234567890123"].map((words) => Number.isInteger(seeded(words)) && seeded(words) <= 999999999), [true, true, true, true, true]);
  assert.notEqual(seeded("abc"), seeded("abd"));
});

test("points that stand in the address follow from the seed alone and are what they should be", () => {
  assert.equal(cloudTable(0.1, 7, 120), cloudTable(0.1, 7, 120));
  assert.notEqual(cloudTable(0.1, 7, 120), cloudTable(0.1, 8, 120));
  const next = numbers(3);
  const drawn = Array.from({ length: 4000 }, next);
  const mean = drawn.reduce((sum, one) => sum + one, 0) / drawn.length;
  assert.ok(Math.abs(mean - 0.5) < 0.02 && Math.min(...drawn) >= 0 && Math.max(...drawn) < 1);
  const rows = (text) => text.split("\n").slice(1).map((line) => line.split(","));
  const spread = (noise) => { const [all] = [rows(cloudTable(noise, 1, 1000)).map(([x, , label]) => Number(x) - (label === "blue" ? -2 : 2))]; return all.reduce((sum, one) => sum + one * one, 0) / all.length; };
  assert.ok(Math.abs(spread(0) - 0.5) < 0.1 && Math.abs(spread(0.5) - 4) < 0.6);
  assert.deepEqual([height("reg-plane", 5, 5), height("reg-plane", -3, 1), height("reg-gauss", 0, 2.5), height("reg-gauss", 6, 6)], [1, -0.2, -1, 0]);
  for (const [x, y, z] of rows(regressionTable("reg-plane", 0, 5, 50))) assert.ok(Math.abs(Number(z) - height("reg-plane", Number(x), Number(y))) < 0.02);
});

test("an address of any lab, or a link of the playground, can be pasted", () => {
  assert.equal(opened("http://127.0.0.1:9999/?lang=ko#/claims?v=1&id=relu-best"), "#/claims?v=1&id=relu-best");
  assert.equal(opened(" #/race "), "#/race");
  assert.match(opened("https://playground.example/#activation=relu&networkShape=4"), /^#\/race\?v=1&.*lanes\.0\.activation=relu/);
  for (const words of ["", "hello", "http://127.0.0.1:9999/", "#main"]) assert.equal(opened(words), null);
  takeNotes();
});
