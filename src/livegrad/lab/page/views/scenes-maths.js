// What the scenes compute beside the reader's finger. Pure: knows no DOM, and draws nothing.

/** @typedef {{ value: (z: number) => number, slope: (z: number) => number }} Simple */

/** @param {number} z without overflow */
export const sigmoid = (z) => {
  const small = Math.exp(-Math.abs(z));
  return (z >= 0 ? 1 : small) / (1 + small);
};

/** @type {Record<string, Simple>} */
export const FUNCTIONS = {
  step: { value: (z) => (z > 0 ? 1 : 0), slope: () => 0 },
  sigmoid: { value: sigmoid, slope: (z) => sigmoid(z) * sigmoid(-z) },
  tanh: { value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  relu: { value: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0) },
  identity: { value: (z) => z, slope: () => 1 },
};
export const NAMES = Object.keys(FUNCTIONS);

/** @param {string} name */
export const simple = (name) => FUNCTIONS[name] ?? /** @type {Simple} */ (FUNCTIONS.sigmoid);

/** @typedef {{ weight: number[][], bias: number[] }} Layer row i holds the weights of unit i */

/**
 * W x + b.
 * @param {Layer} layer
 * @param {number[]} x
 */
export const affine = ({ weight, bias }, x) => weight.map((row, i) => row.reduce((sum, w, j) => sum + w * (x[j] ?? 0), bias[i] ?? 0));

/**
 * Through all layers, with a function after each but the last.
 * @param {Layer[]} layers
 * @param {number[]} x
 * @param {(z: number) => number} [between] none: linear
 */
export function through(layers, x, between) {
  return layers.reduce((signal, layer, k) => {
    const z = affine(layer, signal);
    return between && k + 1 < layers.length ? z.map(between) : z;
  }, x);
}

/**
 * The one layer that linear layers amount to: W' = Wₙ … W₂W₁, b' = Wₙ(… (W₂b₁ + b₂) …) + bₙ.
 * @param {Layer[]} layers
 * @returns {Layer}
 */
export function collapsed(layers) {
  const [first, ...rest] = layers;
  if (!first) return { weight: [], bias: [] };
  return rest.reduce((so, layer) => ({
    weight: layer.weight.map((row) => (so.weight[0] ?? []).map((_, j) => row.reduce((sum, w, k) => sum + w * (so.weight[k]?.[j] ?? 0), 0))),
    bias: affine(layer, so.bias),
  }), first);
}

/**
 * Numbers between −1 and 1 with one decimal that follow from a seed (a linear congruential generator).
 * @param {number} seed
 */
export function drawn(seed) {
  let state = (Math.imul(seed + 1, 2654435761) >>> 0) || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.round((state / 2 ** 32) * 20 - 10) / 10;
  };
}

/**
 * The 2-2-1 network of the scenes, with more layers of two units between where depth asks for them.
 * @param {Record<string, any>} v w1 … w4, b1, b2, v1, v2, b3, depth, seed
 * @returns {Layer[]}
 */
export function network(v) {
  const next = drawn(v.seed ?? 0);
  const between = Array.from({ length: Math.max(0, (v.depth ?? 2) - 2) }, () => ({ weight: [[1 + next() / 2, next()], [next(), 1 + next() / 2]].map((row) => row.map((w) => Math.round(10 * w) / 10)), bias: [next(), next()] }));
  return [{ weight: [[v.w1, v.w2], [v.w3, v.w4]], bias: [v.b1, v.b2] }, ...between, { weight: [[v.v1, v.v2]], bias: [v.b3] }];
}

/**
 * The affine map nearest to a function of two inputs over a grid of −reach … reach: least squares, and how far off it is.
 * @param {(x: number[]) => number} f
 * @param {number} reach
 * @param {number} [side] points along each axis
 */
export function bestAffine(f, reach, side = 21) {
  const places = Array.from({ length: side * side }, (_, k) => [-reach + (2 * reach * (k % side)) / (side - 1), -reach + (2 * reach * Math.floor(k / side)) / (side - 1)]);
  const values = places.map(f);
  const mean = (/** @type {number[]} */ list) => list.reduce((a, b) => a + b, 0) / list.length;
  // the grid is symmetric, so 1, x1 and x2 are orthogonal on it and least squares falls apart into three means
  const square = mean(places.map(([x = 0]) => x * x));
  const bias = mean(values);
  const weight = [0, 1].map((j) => mean(values.map((value, k) => value * (places[k]?.[j] ?? 0))) / square);
  const off = values.map((value, k) => value - bias - (weight[0] ?? 0) * (places[k]?.[0] ?? 0) - (weight[1] ?? 0) * (places[k]?.[1] ?? 0));
  return { weight, bias, largest: Math.max(...off.map(Math.abs)), root: Math.sqrt(mean(off.map((one) => one * one))) };
}

/**
 * One unit's gradient, link by link, and a finite difference beside it. L = ½(a − t)².
 * @param {{ f: string, w: number, b: number, x: number, t: number, h: number }} v
 */
export function weightGradient({ f, w, b, x, t, h }) {
  const { value, slope } = simple(f);
  const loss = (/** @type {number} */ weight) => 0.5 * (value(weight * x + b) - t) ** 2;
  const z = w * x + b;
  const a = value(z);
  const byOutput = a - t;
  const byInput = byOutput * slope(z);
  return { z, a, loss: loss(w), lossAt: loss, slope: slope(z), byOutput, byInput, byWeight: byInput * x, difference: (loss(w + h) - loss(w - h)) / (2 * h) };
}

/**
 * How often the step gives 0 and 1 over whole numbers.
 * @param {number} from
 * @param {number} to
 */
export function stepCounts(from, to) {
  const made = Array.from({ length: to - from + 1 }, (_, k) => simple("step").value(from + k));
  return { zeros: made.filter((y) => y === 0).length, ones: made.filter((y) => y === 1).length };
}
