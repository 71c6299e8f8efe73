// One training of a recording at one step: what the ladder and the history draw. Pure: knows no paper.

/** @typedef {import("../core/frames.js").Numbers} Numbers */
/** @typedef {import("../core/words.js").Text} Text */

/**
 * See livegrad/lab/clinic/case.py; arrays have the shape (layers, sampled steps).
 * @typedef {{ name: string, kind: string, units: number | null, activation: string | null, is_output: boolean, dead: number | null, dead_since: number | null, dead_samples: number | null }} Layer
 * @typedef {{ code: string, severity: "error" | "warning" | "note", place: string, places: string[], title: Text, about: Text, seen: Text, causes: Text[], harm: Text, confidence: "certain" | "likely" | "possible", doubt: Text | null, advice: Text, consequences: Finding[] }} Finding
 * @typedef {{ steps: Numbers, values: Numbers, every: number, baseline: number | null }} Loss
 * @typedef {object} Case
 * @property {string} model
 * @property {number} steps
 * @property {Numbers} sampled
 * @property {Layer[]} layers
 * @property {Numbers} relative
 * @property {Numbers} relative_weight
 * @property {Numbers} update
 * @property {Numbers} moved
 * @property {Numbers} slope
 * @property {Numbers} saturated
 * @property {Numbers} asleep
 * @property {(boolean | null)[]} still
 * @property {number} still_below
 * @property {Loss | null} loss
 * @property {{ step: number, text: Text }[]} events
 * @property {Finding[]} findings
 * @property {boolean | null} learning
 * @property {boolean} healthy
 * @property {boolean} observed
 * @property {boolean} cause_unknown
 * @property {Text} state
 * @property {number} seconds
 * @property {number} watching
 * @property {Text | null} optimizer
 *
 * @typedef {{ name: string, script: string, arguments: string[], seed: number, seconds: number, error: string | null, interrupted: boolean, failure: string | null, versions: Record<string, string>, trainings: { model: string, steps: number, layers: number }[], training: number, follows: boolean, case: Case }} Recording
 */

const SQUARES = 12;

/** One number of an array (layers, steps). @param {Numbers} numbers @param {number} layer @param {number} at */
export const value = (numbers, layer, at) => numbers.data[layer * (numbers.shape[1] ?? 0) + at] ?? NaN;

/** A column of it. @param {Numbers} numbers @param {number} at @returns {number[]} */
export const column = (numbers, at) => Array.from({ length: numbers.shape[0] ?? 0 }, (_, layer) => value(numbers, layer, at));

/**
 * Findings in the order in which they are read, each with its depth in the tree.
 * @param {Finding[]} findings
 * @param {number} [depth]
 * @returns {{ finding: Finding, depth: number }[]}
 */
export const flattened = (findings, depth = 0) => findings.flatMap((finding) => [{ finding, depth }, ...flattened(finding.consequences, depth + 1)]);

/**
 * The measured step nearest to a step.
 * @param {ArrayLike<number>} sampled ascending
 * @param {number} step
 */
export function nearest(sampled, step) {
  let found = 0;
  for (let k = 0; k < sampled.length; k += 1) if (Math.abs((sampled[k] ?? 0) - step) < Math.abs((sampled[found] ?? 0) - step)) found = k;
  return found;
}

/**
 * The last measured step at which a gradient was seen.
 * @param {Case} one
 */
export function lastSeen(one) {
  for (let k = one.sampled.data.length - 1; k > 0; k -= 1) if (column(one.relative, k).some((v) => !Number.isNaN(v))) return k;
  return 0;
}

/**
 * The line under which layers stood still: where the fewest lie on the wrong side; null where there is no such line.
 * @param {number[]} measured
 * @param {(boolean | null)[]} still
 */
export function stillLine(measured, still) {
  const known = measured.flatMap((v, k) => (typeof still[k] === "boolean" && !Number.isNaN(v) ? [{ v, stood: still[k] === true }] : [])).sort((a, b) => a.v - b.v);
  const stood = known.filter((one) => one.stood).length;
  if (!stood) return null;
  let [wrong, best, at] = [stood, Infinity, 0];
  known.forEach((one, k) => {
    wrong += one.stood ? -1 : 1;
    if (wrong < best) [best, at] = [wrong, k];
  });
  if (best > 0.1 * known.length) return null;
  const [below = -Infinity, above = Infinity] = [known[at]?.v, known[at + 1]?.v];
  if (Number.isFinite(below) && Number.isFinite(above)) return (below + above) / 2;
  if (Number.isFinite(below)) return below + 0.3;
  return Number.isFinite(above) ? above - 0.3 : null;
}

/**
 * Units as squares: 0 alive, 1 saturated, 2 dead, 3 asleep; 9: none. A square stands for a share of the units.
 * @param {Case} one
 * @param {number} at which measured step
 * @returns {Numbers}
 */
export function squares(one, at) {
  const wide = Math.min(SQUARES, Math.max(1, ...one.layers.map((layer) => layer.units ?? 0)));
  const data = new Uint8Array(one.layers.length * wide).fill(9);
  const step = one.sampled.data[at] ?? 0;
  one.layers.forEach((layer, k) => {
    const [asleep, saturated] = [value(one.asleep, k, at), value(one.saturated, k, at)];
    const units = layer.units ?? 0;
    if (!layer.activation || !units || (Number.isNaN(asleep) && Number.isNaN(saturated))) return;
    const count = Math.min(wide, units);
    const dead = layer.dead && layer.dead_since !== null && step >= layer.dead_since ? layer.dead / units : 0;
    const shares = [[2, dead], [3, Math.max(0, (asleep || 0) - dead)], [1, saturated || 0]];
    let from = 0;
    for (const [state = 0, share = 0] of shares) {
      const filled = share > 0 ? Math.max(1, Math.round(share * count)) : 0; // what there is, is seen
      for (let n = 0; n < filled && from < count; n += 1, from += 1) data[k * wide + from] = state;
    }
    for (; from < count; from += 1) data[k * wide + from] = 0;
  });
  return { shape: [one.layers.length, wide], data };
}

/**
 * How strongly a gradient is drawn, 0 … 1; NaN where it was not seen. 0: exactly zero or below 10⁻⁸ of the last layer's.
 * @param {number} relative log10
 */
export const strength = (relative) => (Number.isNaN(relative) ? NaN : Math.max(0, Math.min(1, 1 + relative / 8)));

/**
 * Layers that a finding is about, from 1.
 * @param {Finding | undefined} finding
 * @param {Layer[]} layers
 */
export const marked = (finding, layers) => (finding ? layers.flatMap((layer, k) => (finding.places.includes(layer.name) ? [k + 1] : [])) : []);

/**
 * Names without the part that all of them begin with: encoder.layers.3.linear1 is 3.linear1 among its like.
 * @param {string[]} names
 */
export function shortNames(names) {
  const parts = names.map((name) => name.split("."));
  let common = 0;
  while (names.length > 1 && parts.every((one) => one.length > common + 1 && one[common] === parts[0]?.[common])) common += 1;
  return parts.map((one) => one.slice(common).join("."));
}

/**
 * A name that has room: its middle is left out, as beginning and end tell layers apart.
 * @param {string} name
 * @param {(name: string) => boolean} fits
 */
export function fitted(name, fits) {
  let kept = name.length;
  let found = name;
  while (kept > 2 && !fits(found)) {
    kept -= 1;
    found = `${name.slice(0, Math.ceil(kept / 2))}…${name.slice(name.length - Math.floor(kept / 2))}`;
  }
  return found;
}

/** A word of the command line, quoted where it must be. @param {string} given */
const quoted = (given) => (/^[\w@%+=:,./-]+$/.test(given) ? given : `'${given.replaceAll("'", "'\\''")}'`);

/** The line that has it treated. @param {Recording} recording */
export const treatLine = ({ script, arguments: given }) => ["livegrad run --treat", ...[script, ...given].map(quoted)].join(" ");
