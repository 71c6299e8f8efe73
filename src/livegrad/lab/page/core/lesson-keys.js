// Which controls each key of a view does the work of: where they are locked or away, the key rests too. Knows no DOM.

const TABLE = ["t", "T", "ㅅ"];
/** @type {Record<string, [string[], string[]][]>} keys, and controls */
export const KEYS = {
  race: [
    [[" "], ["race.run"]], [["."], ["race.step"]], [["Home"], ["race.same"]], [["n", "N", "ㅜ"], ["race.fresh"]],
    [["1", "2", "3", "4", "5", "6", "7", "8"], ["race.lane"]], [["+", "="], ["race.add-lane", "race.clone"]], [["[", "]"], ["race.depth"]],
    [["p", "P", "ㅔ"], ["race.guess"]], [["v", "V", "ㅍ"], ["race.verdict"]], [TABLE, ["race.table"]],
  ],
  claims: [
    [["v", "V", "ㅍ"], ["claims.run", "claims.run-all"]], [["/"], ["claims.search"]], [["p", "P", "ㅔ"], ["claims.guess"]],
    [["ArrowRight"], ["claims.next"]], [["ArrowLeft"], ["claims.previous"]], [TABLE, ["claims.table"]],
  ],
  functions: [[TABLE, ["functions.table", "functions.vector-table"]], [["[", "]"], ["functions.depth"]]],
  scenes: [[["ArrowLeft", "ArrowRight"], ["scenes.id"]], [TABLE, ["scenes.table"]]],
  space: [
    [[" "], ["space.play"]], [["ArrowLeft", "ArrowRight", "Home", "End"], ["space.position"]], [TABLE, ["space.table"]],
    [["n", "N", "ㅜ"], ["space.new"]], [["[", "]"], ["space.depth"]],
  ],
};

/**
 * Controls of a scene are named scenes.<scene>.<control>; for a key any scene's will do.
 * @param {string} id
 */
const plain = (id) => id.replace(/^scenes\..+\.(\w+)$/, "scenes.$1");

/**
 * Whether a key must rest in a view.
 * @param {string} view
 * @param {string} key as KeyboardEvent.key gives it
 * @param {Iterable<string>} closed controls that are locked or away
 */
export function rests(view, key, closed) {
  const ids = new Set([...closed].map(plain));
  return (KEYS[view] ?? []).some(([keys, controls]) => keys.includes(key) && controls.some((id) => ids.has(id)));
}
