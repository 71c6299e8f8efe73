// Two layers and more: linear ones that are one affine map, sigmoid ones that are not, and one pass by hand.

import { number, scientific } from "../draw/scale.js";
import { Plot } from "./functions-plot.js";
import { affine, bestAffine, collapsed, network, sigmoid, simple, through } from "./scenes-maths.js";
import { curve, handle, inside, plane } from "./scenes-plane.js";

/** @typedef {import("./scenes-frame.js").Scene} Scene */
/** @typedef {import("./scenes-frame.js").Values} Values */

const WEIGHTS = { w1: 1, w2: -0.5, b1: 0.5, w3: 0.5, w4: 1, b2: -1, v1: 1, v2: -1.5, b3: 0.5 };
const REACH = 3;
const fields = Object.keys(WEIGHTS).map((key) => ({ key, low: -3, high: 3, name: { en: key, ko: key } }));
/** @param {number[]} row */
const vector = (row) => `(${row.map((one) => number(one, 3)).join(", ")})`;
/** @param {import("./scenes-maths.js").Layer} layer */
const matrix = (layer) => layer.weight.map(vector).join(" ");

/** @type {Scene} */
export const linear = {
  id: "two-layer-linear",
  claims: ["linear-collapse", "straight-stays-straight"],
  usual: { ...WEIGHTS, depth: 2, seed: 0, x1: 1, x2: 2, y1: -2, y2: 0.5 },
  controls: [{ key: "depth", low: 2, high: 10, step: 1 }, ...["x1", "x2", "y1", "y2"].map((key) => ({ key, low: -REACH, high: REACH, name: { en: key, ko: key } })), ...fields],
  draw: (pen, v) => {
    const layers = network(v);
    const so = collapsed(layers);
    const size = Math.abs(so.bias[0] ?? 0) + REACH * (so.weight[0] ?? []).reduce((sum, w) => sum + Math.abs(w), 0) || 1;
    const plot = plane(pen, REACH, (x) => (through(layers, x)[0] ?? 0) / size);
    contours(plot, so, size);
    handle(plot, v.x1, v.x2, "x");
    handle(plot, v.y1, v.y2, "y");
    return plot;
  },
  handles: (v) => [{ x: v.x1, y: v.x2, put: (x1, x2) => ({ x1, x2 }) }, { x: v.y1, y: v.y2, put: (y1, y2) => ({ y1, y2 }) }],
  told: (v, word) => {
    const layers = network(v);
    const so = collapsed(layers);
    const at = (/** @type {number} */ x1, /** @type {number} */ x2) => through(layers, [x1, x2])[0] ?? 0;
    const once = affine(so, [v.x1, v.x2])[0] ?? 0;
    const b = so.bias[0] ?? 0;
    const [x, y, both] = [at(v.x1, v.x2), at(v.y1, v.y2), at(v.x1 + v.y1, v.x2 + v.y2)];
    return [
      { name: word("linear.weight"), value: `W′ = ${vector(so.weight[0] ?? [])}`, note: word(v.depth > 2 ? "linear.weight-deep" : "linear.weight-note") },
      { name: word("linear.bias"), value: `b′ = ${number(b, 4)}`, note: word("linear.bias-note") },
      { name: word("linear.through"), value: number(x, 5), note: word("linear.through-note") },
      { name: word("linear.once"), value: number(once, 5), note: word("linear.once-note") },
      { name: word("linear.off"), value: x === once ? "0" : scientific(Math.abs(x - once), 1), note: word("linear.off-note") },
      { name: word("linear.add"), value: `${number(both, 4)} − ${inside(x)} − ${inside(y)} = ${number(both - x - y, 4)}`, note: word("linear.add-note") },
      { name: word("linear.layers"), value: layers.map((layer, k) => `W${k + 1} = ${matrix(layer)}`).join("; ") },
    ];
  },
};

/**
 * Lines of equal answer: straight and evenly spaced where the map is affine.
 * @param {Plot} plot
 * @param {import("./scenes-maths.js").Layer} so
 * @param {number} size
 */
function contours(plot, so, size) {
  const [a = 0, b = 0] = so.weight[0] ?? [];
  const length = Math.hypot(a, b);
  if (length < 1e-9) return;
  for (let level = -1; level <= 1.001; level += 0.25) {
    const c = (so.bias[0] ?? 0) - level * size;
    const [x, y] = [(-c * a) / length ** 2, (-c * b) / length ** 2];
    const [dx, dy] = [(-b / length) * 20, (a / length) * 20];
    plot.within(() => plot.pen.segments([plot.x.at(x - dx), plot.y.at(y - dy), plot.x.at(x + dx), plot.y.at(y + dy)], { ink: "ink-2", width: Math.abs(level) < 1e-6 ? 2 : 1, alpha: 0.7 }));
  }
}

/** @param {Values} v */
const scaled = (v) => network({ ...v, depth: 2, w1: v.s * v.w1, w2: v.s * v.w2, w3: v.s * v.w3, w4: v.s * v.w4 });

/** @type {Scene} */
export const curved = {
  id: "two-layer-sigmoid",
  claims: ["expressivity", "linear-boundary-fails", "bending-space"],
  usual: { ...WEIGHTS, v1: 2, v2: 2, b1: -1, b3: -1, s: 2, x2: 0 },
  controls: [{ key: "s", low: 0, high: 8 }, { key: "x2", low: -REACH, high: REACH, name: { en: "x2", ko: "x2" } }, ...fields],
  draw: (pen, v) => {
    const layers = scaled(v);
    const f = (/** @type {number} */ x) => through(layers, [x, v.x2], sigmoid)[0] ?? 0;
    const best = bestAffine((x) => through(layers, x, sigmoid)[0] ?? 0, REACH);
    const [drawn, flat] = [curve(-REACH, REACH, f), curve(-REACH, REACH, (x) => best.bias + (best.weight[0] ?? 0) * x + (best.weight[1] ?? 0) * v.x2)];
    const all = [...drawn.ys, ...flat.ys];
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const room = 0.12 * (high - low) + 0.15;
    const plot = new Plot(pen, { x: [-REACH, REACH], y: [low - room, high + room], box: [44, 10, pen.width - 12, pen.height - 30] });
    plot.grid();
    plot.within(() => pen.segments([...drawn.xs].flatMap((x, k) => (k % 8 ? [] : [plot.x.at(x), plot.y.at(drawn.ys[k] ?? 0), plot.x.at(x), plot.y.at(flat.ys[k] ?? 0)])), { ink: "saturated", alpha: 0.6 }));
    plot.line(flat.xs, flat.ys, { ink: "quote", width: 2, dash: [3, 3] });
    plot.line(drawn.xs, drawn.ys, { ink: "theory", width: 2.4 });
    plot.name("ŷ", drawn.xs, drawn.ys, { ink: "theory", share: 0.9, italic: true });
    plot.name("affine", flat.xs, flat.ys, { ink: "quote", share: 0.1, above: -14 });
    return plot;
  },
  told: (v, word) => {
    const layers = scaled(v);
    const best = bestAffine((x) => through(layers, x, sigmoid)[0] ?? 0, REACH);
    return [
      { name: word("curved.largest"), value: number(best.largest, 4), note: word(best.largest > 1e-9 ? "curved.largest-note" : "curved.none-note") },
      { name: word("curved.root"), value: number(best.root, 4), note: word("curved.root-note") },
      { name: word("curved.best"), value: `${number(best.weight[0] ?? 0)}·x1 + ${inside(best.weight[1] ?? 0)}·x2 + ${inside(best.bias)}`, note: word("curved.best-note") },
    ];
  },
};

const WORKED = { x1: 2, x2: 0, w11: 1, w12: -2, w21: 1, w22: 5, b1: -3, b2: 0, v1: 1, v2: 3, c: 0 };

/** @param {Values} v */
export function forward(v) {
  const z = affine({ weight: [[v.w11, v.w12], [v.w21, v.w22]], bias: [v.b1, v.b2] }, [v.x1, v.x2]);
  const h = z.map(simple("relu").value);
  const s = v.v1 * (h[0] ?? 0) + v.v2 * (h[1] ?? 0) + v.c;
  return { z, h, s, p: sigmoid(s) };
}

/** @type {Scene} */
export const worked = {
  id: "worked-forward",
  claims: ["sigmoid-as-probability", "relu-ignores-negatives"],
  usual: WORKED,
  controls: Object.keys(WORKED).map((key) => ({ key, low: -6, high: 6, name: { en: key, ko: key } })),
  draw: (pen, v) => {
    const { z, h, s, p } = forward(v);
    const [left, middle, right] = [0.12 * pen.width, 0.5 * pen.width, 0.88 * pen.width];
    const [upper, lower] = [0.26 * pen.height, 0.8 * pen.height];
    const edges = [[left, upper, middle, upper, v.w11], [left, lower, middle, upper, v.w12], [left, upper, middle, lower, v.w21], [left, lower, middle, lower, v.w22], [middle, upper, right, (upper + lower) / 2, v.v1], [middle, lower, right, (upper + lower) / 2, v.v2]];
    for (const [x0 = 0, y0 = 0, x1 = 0, y1 = 0, w = 0] of edges) {
      pen.line([x0, y0, x1, y1], { ink: w < 0 ? "negative" : "positive", width: 1 + Math.min(5, Math.abs(w)), dash: w < 0 ? [6, 4] : [] });
      pen.write(number(w), x0 + 0.3 * (x1 - x0), y0 + 0.3 * (y1 - y0) - 9, { ink: "ink", size: 13, bold: true, align: "center", halo: "panel" });
    }
    const node = (/** @type {number} */ x, /** @type {number} */ y, /** @type {string} */ words, /** @type {string} */ above, /** @type {boolean} */ off) => {
      pen.dots([x, y], 27, { ink: off ? "dead" : "ink-2" });
      pen.dots([x, y], 25, { ink: off ? "dead-soft" : "panel" });
      pen.write(words, x, y, { ink: "ink", size: 14, bold: true, align: "center" });
      pen.write(above, x, y - 38, { ink: "ink-2", size: 12, align: "center", halo: "panel" });
    };
    node(left, upper, number(v.x1), "x1", false);
    node(left, lower, number(v.x2), "x2", false);
    node(middle, upper, number(h[0] ?? 0), `max(0, ${number(z[0] ?? 0)})`, (h[0] ?? 0) === 0);
    node(middle, lower, number(h[1] ?? 0), `max(0, ${number(z[1] ?? 0)})`, (h[1] ?? 0) === 0);
    node(right, (upper + lower) / 2, number(p, 4), `σ(${number(s)})`, false);
  },
  told: (v, word) => {
    const { z, h, s, p } = forward(v);
    return [
      { name: word("worked.z"), value: `Wx + b = ${vector(z)}`, note: word("worked.z-note") },
      { name: word("worked.h"), value: `ReLU → ${vector(h)}`, note: word("worked.h-note") },
      { name: word("worked.s"), value: `${number(v.v1)}·${inside(h[0] ?? 0)} + ${inside(v.v2)}·${inside(h[1] ?? 0)} + ${inside(v.c)} = ${number(s, 4)}`, note: word("worked.s-note") },
      { name: word("worked.p"), value: `σ(${number(s)}) = ${number(p, 4)}`, note: word(p > 0.5 ? "worked.p-one" : "worked.p-zero") },
    ];
  },
};
