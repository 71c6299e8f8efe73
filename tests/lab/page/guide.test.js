// The pure parts of the guide.

import assert from "node:assert/strict";
import { test } from "node:test";

import { read, written } from "../../../src/livegrad/lab/page/core/address.js";
import { back, before, choices, named, next, questions, understood } from "../../../src/livegrad/lab/page/views/guide-state.js";

test("the dialogue asks what the answers before it leave open", () => {
  assert.equal(next({}), "layer");
  assert.equal(next({ layer: "hidden" }), "symptom");
  assert.equal(next({ layer: "output" }), "task");
  assert.equal(next({ layer: "recurrent" }), "symptom");
  assert.equal(next({ layer: "block" }), null);
  assert.equal(next({ layer: "hidden", symptom: "none" }), "context");
  assert.equal(next({ layer: "hidden", symptom: "dead-units" }), null);
  assert.equal(next({ layer: "hidden", symptom: "none", context: "mobile" }), null);
});

test("answers go into the address and come back", () => {
  for (const answers of [{}, { layer: "hidden" }, { layer: "hidden", symptom: "dead-units" }, { layer: "hidden", symptom: "none", context: "residual" }, { layer: "output", task: "binary" }]) {
    assert.deepEqual(understood(read(written("guide", answers)).state), answers);
  }
});

test("answers that lead nowhere are left out", () => {
  assert.deepEqual(understood({ layer: "attic", task: "binary" }), {});
  assert.deepEqual(understood({ layer: "hidden", task: "binary", symptom: "cough" }), { layer: "hidden" });
  assert.deepEqual(understood({ layer: "recurrent", symptom: "dead-units" }), { layer: "recurrent" });
  assert.deepEqual(understood({ layer: "hidden", symptom: "saturation", context: "mobile" }), { layer: "hidden", symptom: "saturation" });
});

test("back takes one answer away, down to the first question", () => {
  const answers = { layer: "output", task: "multiclass" };
  assert.deepEqual(back(answers), { layer: "output" });
  assert.deepEqual(back(back(answers)), {});
  assert.deepEqual(back({}), {});
  assert.deepEqual(before(answers, "layer"), {});
});

test("every way ends after at most three questions", () => {
  for (const layer of choices("layer", {})) for (const symptom of choices("symptom", { layer })) assert.ok(questions({ layer, symptom }).length <= 3);
});

test("nothing to see and nothing special have words of their own", () => {
  assert.equal(named("symptom", "none"), "none");
  assert.equal(named("context", "none"), "context-none");
  assert.equal(named("context", "mobile"), "mobile");
});
