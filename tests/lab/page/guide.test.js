// The pure parts of the guide.

import assert from "node:assert/strict";
import { test } from "node:test";

import { read, written } from "../../../src/livegrad/lab/page/core/address.js";
import { CHOICES, back, before, next, questions, understood } from "../../../src/livegrad/lab/page/views/guide-state.js";

test("the dialogue asks what the answers before it leave open", () => {
  assert.equal(next({}), "layer");
  assert.equal(next({ layer: "hidden" }), "symptom");
  assert.equal(next({ layer: "output" }), "task");
  assert.equal(next({ layer: "recurrent" }), null);
  assert.equal(next({ layer: "hidden", symptom: "none" }), null);
});

test("answers go into the address and come back", () => {
  for (const answers of [{}, { layer: "hidden" }, { layer: "hidden", symptom: "dead-units" }, { layer: "output", task: "binary" }]) {
    assert.deepEqual(understood(read(written("guide", answers)).state), answers);
  }
});

test("answers that lead nowhere are left out", () => {
  assert.deepEqual(understood({ layer: "attic", task: "binary" }), {});
  assert.deepEqual(understood({ layer: "hidden", task: "binary", symptom: "cough" }), { layer: "hidden" });
  assert.deepEqual(understood({ layer: "recurrent", symptom: "none" }), { layer: "recurrent" });
});

test("back takes one answer away, down to the first question", () => {
  const answers = { layer: "output", task: "multiclass" };
  assert.deepEqual(back(answers), { layer: "output" });
  assert.deepEqual(back(back(answers)), {});
  assert.deepEqual(back({}), {});
  assert.deepEqual(before(answers, "layer"), {});
});

test("every way ends after at most two questions", () => {
  for (const layer of CHOICES.layer) assert.ok(questions({ layer }).length <= 2);
});
