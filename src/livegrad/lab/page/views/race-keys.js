// The keys of the race; single letters also as the Korean layout gives them.

import { put } from "./race-state.js";

/** @typedef {import("./race-model.js").Model} Model */

/**
 * @param {Model} model
 * @param {{ verdict: () => void, clone: () => void, table: () => void, guess: () => void }} acts
 */
export function bindKeys(model, acts) {
  const { bind, word } = model.lab;
  const says = (/** @type {string} */ id) => word(`race.key-${id}`);
  bind(" ", says("run"), () => void model.run());
  bind(".", says("step"), () => void model.step());
  bind("Home", says("same"), () => void model.restart("same"));
  bind(["n", "N", "ㅜ"], says("fresh"), () => void model.restart("fresh"));
  bind(["1", "2", "3", "4", "5", "6", "7", "8"], says("lane"), (event) => {
    const lane = Number(event.key) - 1;
    if (lane < (model.race?.lanes.length ?? 0)) model.choose({ lane });
  });
  bind(["+", "="], says("clone"), acts.clone);
  bind(["ArrowUp", "ArrowDown"], says("layer"), (event) => {
    const layer = model.layer + (event.key === "ArrowUp" ? -1 : 1);
    if (layer >= 1 && layer <= model.layers) model.choose({ layer });
  });
  bind(["[", "]"], says("depth"), (event) => {
    const depth = model.setup.network.depth + (event.key === "[" ? -1 : 1);
    if (depth >= 1 && depth <= model.start.limits.depth) void model.open(put(model.setup, "network.depth", depth));
  });
  bind(["p", "P", "ㅔ"], says("guess"), acts.guess);
  bind(["v", "V", "ㅍ"], says("verdict"), acts.verdict);
  bind(["t", "T", "ㅅ"], says("table"), acts.table);
}
