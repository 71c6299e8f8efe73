// The race's state, as the address keeps it and as the lab wants it. Knows no DOM.

/**
 * @typedef {{ activation: string } & Record<string, any>} LaneSetup
 * @typedef {object} Setup see livegrad/lab/race/README.md
 * @property {Record<string, any>} data
 * @property {{ depth: number, width: number, norm: string | null, skip: string | null }} network
 * @property {{ optimizer: string, lr: number, batch: number }} training
 * @property {string | { weight: number, bias: number }} init
 * @property {number} seed
 * @property {number} target
 * @property {LaneSetup[]} lanes
 *
 * @typedef {object} Choice what the page itself remembers
 * @property {number} speed epochs per frame, 0: as fast as it can
 * @property {number} until 0: for ever
 * @property {number} lane chosen, from 0
 * @property {number} layer cursor, from 1
 * @property {number} guess lane, from 0; −1: none yet
 */

/** @type {Choice} */
export const USUAL = { speed: 10, until: 0, lane: 0, layer: 1, guess: -1 };

/**
 * What differs from the usual, with readable keys; a null that matters is written "none".
 * @param {any} value
 * @param {any} usual
 * @returns {any}
 */
function difference(value, usual) {
  if (value === null) return usual === null || usual === undefined ? undefined : "none";
  if (Array.isArray(value)) return JSON.stringify(value) === JSON.stringify(usual) ? undefined : value;
  if (typeof value !== "object") return value === usual ? undefined : value;
  /** @type {Record<string, any>} */
  const found = {};
  for (const key of Object.keys(value)) {
    const one = difference(value[key], usual?.[key]);
    if (one !== undefined) found[key] = one;
  }
  return Object.keys(found).length ? found : undefined;
}

/**
 * The whole state in few words.
 * @param {Setup} setup
 * @param {Setup} usual
 * @param {Choice} choice
 * @returns {Record<string, any>}
 */
export function packed(setup, usual, choice) {
  const { lanes, data, ...rest } = setup;
  const own = data.points || data.csv;
  /** @type {Record<string, any>} */
  const state = { ...difference(rest, usual) };
  const kept = own ? { ...difference({ ...data, points: undefined, csv: undefined }, usual.data), ...(data.points ? { points: writtenPoints(data.points) } : { csv: data.csv }) } : difference(data, usual.data);
  if (kept) state.data = kept;
  if (JSON.stringify(lanes) !== JSON.stringify(usual.lanes)) state.lanes = lanes.map((lane) => Object.fromEntries(Object.entries(lane).map(([key, value]) => [key, value ?? "none"])));
  for (const [key, value] of Object.entries(choice)) if (value !== USUAL[/** @type {keyof Choice} */ (key)]) state[key] = value;
  return state;
}

/**
 * @param {any} usual
 * @param {any} value
 * @returns {any}
 */
function merged(usual, value) {
  if (value === undefined) return usual;
  if (value === "none") return null;
  if (value === null || typeof value !== "object" || Array.isArray(value) || typeof usual !== "object" || usual === null || Array.isArray(usual)) return value;
  const keys = new Set([...Object.keys(usual), ...Object.keys(value)]);
  return Object.fromEntries([...keys].map((key) => [key, merged(usual[key], value[key])]));
}

/**
 * Set-up and choices from the address; what it does not name is as usual.
 * @param {Record<string, any>} state
 * @param {Setup} usual
 * @returns {{ setup: Setup, choice: Choice }}
 */
export function unpacked(state, usual) {
  const { lanes, data, network, training, init, seed, target } = state;
  const { points, csv, ...rest } = data ?? {};
  /** @type {Record<string, any>} */
  let given = merged(usual.data, rest);
  if (points || csv) {
    const { task: _task, count: _count, noise: _noise, ...kept } = given;
    given = { ...kept, ...(points ? { points: readPoints(String(points)) } : { csv: String(csv) }) };
  }
  const setup = {
    data: given, network: merged(usual.network, network), training: merged(usual.training, training),
    init: init ?? usual.init, seed: seed ?? usual.seed, target: target ?? usual.target,
    lanes: Array.isArray(lanes) ? lanes.map((lane) => Object.fromEntries(Object.entries(lane).map(([key, value]) => [key, value === "none" ? null : value]))) : usual.lanes,
  };
  const choice = { ...USUAL };
  for (const key of /** @type {(keyof Choice)[]} */ (Object.keys(USUAL))) if (Number.isFinite(state[key])) choice[key] = state[key];
  return { setup: /** @type {Setup} */ (JSON.parse(JSON.stringify(setup))), choice };
}

/** @param {[number, number, string | number][]} points */
export const writtenPoints = (points) => `p${points.map(([x, y, label]) => [Math.round(x * 100), Math.round(y * 100), label].join(",")).join("_")}`;

/** @param {string} words @returns {[number, number, string][]} */
export function readPoints(words) {
  return words.slice(1).split("_").map((one) => one.split(",")).filter((parts) => parts.length === 3)
    .map(([x, y, label]) => /** @type {[number, number, string]} */ ([Number(x) / 100, Number(y) / 100, String(label)]));
}

/**
 * A copy of the set-up with one thing changed: `put(setup, "network.depth", 100)`.
 * @param {Setup} setup
 * @param {string} path
 * @param {any} value
 * @returns {Setup}
 */
export function put(setup, path, value) {
  const copy = JSON.parse(JSON.stringify(setup));
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const place = keys.reduce((at, key) => (at[key] ??= {}), copy);
  place[last] = value;
  return copy;
}

/**
 * How the lanes stand: many or deep lanes are columns with one axis.
 * @param {{ layers: number }[]} lanes
 */
export const dense = (lanes) => lanes.length > 4 || lanes.some((lane) => lane.layers > 12);

/**
 * Lanes that are home, first one first.
 * @param {{ home: number | null, home_ms?: number | null }[]} lanes
 * @returns {{ lane: number, epoch: number, ms: number | null, place: number }[]} lanes home at the same epoch share a place
 */
export function podium(lanes) {
  const found = lanes.flatMap(({ home, home_ms: ms }, lane) => (home === null || home === undefined ? [] : [{ lane, epoch: home, ms: ms ?? null, place: 0 }]));
  found.sort((a, b) => a.epoch - b.epoch || a.lane - b.lane);
  found.forEach((one, k) => { one.place = k && found[k - 1]?.epoch === one.epoch ? (found[k - 1]?.place ?? 1) : k + 1; });
  return found;
}

/**
 * "1 part in 2,500" of a logarithm: how many parts; below 1: how many times.
 * @param {number} log10
 * @returns {{ kind: "part" | "times" | "zero" | "unknown", count: string }}
 */
export function share(log10) {
  if (log10 === -Infinity) return { kind: "zero", count: "0" };
  if (!Number.isFinite(log10)) return { kind: "unknown", count: "–" };
  const size = 10 ** Math.abs(log10);
  const count = size >= 1e6 ? `10^${Math.abs(log10).toFixed(1)}` : size >= 10 ? Number(size.toPrecision(2)).toLocaleString("en") : size.toPrecision(2);
  return { kind: log10 < 0 ? "part" : "times", count };
}

/** A number between 0 and 1 as per cent. @param {number} part @param {number} [digits] */
export const percent = (part, digits = 1) => (Number.isFinite(part) ? `${(100 * part).toFixed(digits)} %` : "–");

/** A rate as people write it. @param {number} value */
export const plain = (value) => (Math.abs(value) >= 1e-3 || value === 0 ? String(Number(value.toPrecision(3))) : value.toExponential(1).replace("e-", "e−"));
