// One neuron: a = f(Wx + b) over the plane, and the same neuron as a switch with a threshold.

import { number } from "../draw/scale.js";
import { Plot } from "./functions-plot.js";
import { NAMES, sigmoid, simple } from "./scenes-maths.js";
import { arrow, curve, handle, inside, plane, straight } from "./scenes-plane.js";

/** @typedef {import("./scenes-frame.js").Scene} Scene */
/** @typedef {import("./scenes-frame.js").Values} Values */

const REACH = 3;
/** @param {Values} v */
const weighted = (v) => v.w1 * v.x1 + v.w2 * v.x2;

/**
 * The point of the border w·x + b = 0 that is nearest to the middle.
 * @param {Values} v
 */
function border({ w1, w2, b }) {
  const size = w1 * w1 + w2 * w2 || 1e-9;
  const put = (/** @type {number} */ value) => Math.max(-REACH, Math.min(REACH, value));
  return { x: put((-b * w1) / size), y: put((-b * w2) / size) };
}

/** @type {Scene} */
export const neuron = {
  id: "neuron",
  claims: ["sigmoid-as-probability", "linear-boundary-fails"],
  usual: { f: "sigmoid", w1: 1.5, w2: 1, b: -1, x1: 1, x2: -1 },
  controls: [{ key: "f", choices: NAMES }, ...["w1", "w2", "b"].map((key) => ({ key, low: -REACH, high: REACH })), ...["x1", "x2"].map((key) => ({ key, low: -REACH, high: REACH }))],
  draw: (pen, v) => {
    const f = simple(v.f);
    const centred = v.f === "step" || v.f === "sigmoid" ? (/** @type {number} */ a) => 2 * a - 1 : (/** @type {number} */ a) => a;
    const plot = plane(pen, REACH, (x) => centred(f.value(v.w1 * (x[0] ?? 0) + v.w2 * (x[1] ?? 0) + v.b)));
    straight(plot, v.w1, v.w2, v.b, { ink: "ink", width: 1.6, dash: [6, 4] });
    arrow(plot, v.w1, v.w2, "w");
    const at = border(v);
    handle(plot, at.x, at.y, "b");
    handle(plot, v.x1, v.x2, "x");
    return plot;
  },
  handles: (v) => [
    { x: v.x1, y: v.x2, put: (x1, x2) => ({ x1, x2 }) },
    { ...border(v), put: (x, y) => ({ b: Math.max(-REACH, Math.min(REACH, Math.round(-20 * (v.w1 * x + v.w2 * y)) / 20)) }) },
    { x: v.w1, y: v.w2, put: (w1, w2) => ({ w1, w2 }) },
  ],
  told: (v, word) => {
    const z = weighted(v) + v.b;
    return [
      { name: word("neuron.sum"), value: `${number(v.w1)}·${inside(v.x1)} + ${inside(v.w2)}·${inside(v.x2)} + ${inside(v.b)} = ${number(z, 4)}`, note: word("neuron.sum-note") },
      { name: word("neuron.output"), value: number(simple(v.f).value(z), 4), note: word("neuron.output-note") },
      { name: word("neuron.easy"), value: number(v.b), note: word(v.b > 0 ? "neuron.easy-yes" : v.b < 0 ? "neuron.easy-no" : "neuron.easy-even") },
    ];
  },
};

/** @param {Values} v */
const gates = (v) => [[0, 0], [0, 1], [1, 0], [1, 1]].map(([x1 = 0, x2 = 0]) => ({ x1, x2, s: v.w1 * x1 + v.w2 * x2 }));

/** @type {Scene} */
export const threshold = {
  id: "threshold-bias-gate",
  claims: ["step-cannot-learn", "linear-boundary-fails"],
  usual: { w1: 1, w2: 1, theta: 1.5, x1: 1, x2: 1 },
  settings: { "gate-and": { w1: 1, w2: 1, theta: 1.5 }, "gate-or": { w1: 1, w2: 1, theta: 0.5 }, "gate-nand": { w1: -1, w2: -1, theta: -1.5 } },
  controls: [...["w1", "w2"].map((key) => ({ key, low: -3, high: 3 })), { key: "theta", low: -3, high: 3 }, ...["x1", "x2"].map((key) => ({ key, low: 0, high: 1 }))],
  draw: (pen, v) => {
    const plot = new Plot(pen, { x: [-4, 4], y: [-0.15, 1.2], box: [38, 10, pen.width - 12, pen.height - 30] });
    plot.grid();
    plot.pen.segments([plot.x.at(v.theta), plot.box.top, plot.x.at(v.theta), plot.box.bottom], { ink: "quote", dash: [2, 3], width: 1.6 });
    plot.pen.write("θ", plot.x.at(v.theta), plot.box.top + 8, { ink: "quote", size: 14, bold: true, align: "center", halo: "panel" });
    const smooth = curve(-4, 4, (s) => sigmoid(s - v.theta));
    plot.line([-4, v.theta, v.theta, 4], [0, 0, 1, 1], { ink: "theory", width: 2.2 });
    plot.line(smooth.xs, smooth.ys, { ink: "alive", width: 2.2, dash: [7, 4] });
    plot.name("step", [v.theta + 0.2, 4], [1, 1], { ink: "theory", share: 0.5 });
    plot.name("σ", smooth.xs, smooth.ys, { ink: "alive-ink", share: 0.3, above: 14 });
    for (const one of gates(v)) {
      const fires = one.s > v.theta;
      const [x, y] = [plot.x.at(one.s), plot.y.at(fires ? 1 : 0)];
      if (fires) pen.dots([x, y], 6, { ink: "positive" });
      else pen.triangles([x, y], 7, { ink: "negative" });
    }
    const s = weighted(v);
    handle(plot, s, sigmoid(s - v.theta), "w·x");
    return plot;
  },
  handles: (v) => [{ x: v.theta, y: 1.05, put: (x) => ({ theta: Math.round(10 * x) / 10 }) }],
  told: (v, word) => {
    const s = weighted(v);
    const answers = (/** @type {(s: number) => string} */ say) => gates(v).map((one) => `${one.x1}${one.x2} → ${say(one.s)}`).join(", ");
    return [
      { name: word("gate.sum"), value: `${number(s, 4)} ${s > v.theta ? ">" : "≤"} ${number(v.theta)}`, note: word("gate.sum-note") },
      { name: word("gate.bias"), value: `b = −θ = ${number(-v.theta)}`, note: word("gate.bias-note") },
      { name: word("gate.step"), value: String(simple("step").value(s - v.theta)), note: word("gate.step-note") },
      { name: word("gate.sigmoid"), value: number(sigmoid(s - v.theta), 4), note: word("gate.sigmoid-note") },
      { name: word("gate.table"), value: answers((one) => String(simple("step").value(one - v.theta))), note: word("gate.table-note") },
      { name: word("gate.strong"), value: answers((one) => number(sigmoid(one - v.theta), 2)), note: word("gate.strong-note") },
    ];
  },
};
