// The step and the sigmoid over each other, and one weight's gradient beside a finite difference.

import { number, scientific } from "../draw/scale.js";
import { Plot } from "./functions-plot.js";
import { NAMES, sigmoid, simple, stepCounts, weightGradient } from "./scenes-maths.js";
import { curve, handle, inside } from "./scenes-plane.js";

/** @typedef {import("./scenes-frame.js").Scene} Scene */

/** @type {Scene} */
export const overlay = {
  id: "step-vs-sigmoid",
  claims: ["step-cannot-learn", "sigmoid-vanishing"],
  usual: { k: 1, x: 0.5 },
  controls: [{ key: "k", low: 0.2, high: 100, log: true }, { key: "x", low: -4, high: 4 }],
  draw: (pen, { k, x }) => {
    const middle = 8 + 0.58 * (pen.height - 40);
    const above = new Plot(pen, { x: [-4, 4], y: [-0.12, 1.15], box: [38, 8, pen.width - 12, middle - 8] });
    above.grid({ numbersBelow: false });
    const smooth = curve(-4, 4, (at) => sigmoid(k * at), 801);
    above.line([-4, 0, 0, 4], [0, 0, 1, 1], { ink: "theory", width: 2.2 });
    above.line(smooth.xs, smooth.ys, { ink: "alive", width: 2.2, dash: [7, 4] });
    above.name("step", [0.4, 4], [1, 1], { ink: "theory", share: 0.75, above: k > 3 ? -14 : 12 });
    above.name("σ(kx)", smooth.xs, smooth.ys, { ink: "alive-ink", share: 0.44, above: 14 });
    const slope = curve(-4, 4, (at) => k * sigmoid(k * at) * sigmoid(-k * at), 801);
    const below = new Plot(pen, { x: [-4, 4], y: [-0.06 * Math.max(1, k / 4), 1.12 * Math.max(0.3, k / 4)], box: [38, middle + 8, pen.width - 12, pen.height - 26] });
    below.grid({ below: pen.height - 26 });
    below.line(slope.xs, slope.ys, { ink: "alive", width: 2, dash: [7, 4] });
    below.line([-4, -0.02, NaN, 0.02, 4], [0, 0, NaN, 0, 0], { ink: "theory", width: 2.2 });
    below.name("σ′", slope.xs, slope.ys, { ink: "alive-ink", share: 0.5, above: -16 });
    above.within(() => pen.segments([above.x.at(x), 0, above.x.at(x), pen.height], { ink: "focus", dash: [3, 3] }));
    handle(above, x, sigmoid(k * x), "x");
    return above;
  },
  handles: ({ k, x }) => [{ x, y: sigmoid(k * x), put: (at) => ({ x: at }) }],
  told: ({ k, x }, word) => {
    const counts = stepCounts(-50, 49);
    return [
      { name: word("overlay.values"), value: `step = ${simple("step").value(x)}, σ(kx) = ${number(sigmoid(k * x), 4)}` },
      { name: word("overlay.slopes"), value: `step′ = ${x === 0 ? "–" : "0"}, σ′ = ${number(k * sigmoid(k * x) * sigmoid(-k * x), 3)}`, note: word("overlay.slopes-note") },
      { name: word("overlay.apart"), value: number(sigmoid(-0.1 * k), 3), note: word("overlay.apart-note") },
      { name: word("overlay.steepest"), value: number(k / 4, 3), note: word("overlay.steepest-note") },
      { name: word("overlay.counts"), value: `0 × ${counts.zeros}, 1 × ${counts.ones}`, note: word("overlay.counts-note") },
    ];
  },
};

/** @type {Scene} */
export const gradient = {
  id: "weight-gradient",
  claims: ["zigzag", "frozen-early-layers", "derivative-is-speed"],
  usual: { f: "sigmoid", w: 1, b: 0.5, x: 1.5, t: 0, h: 0.5 },
  controls: [{ key: "f", choices: NAMES }, ...["w", "b", "x"].map((key) => ({ key, low: -3, high: 3 })), { key: "t", low: -1, high: 2 }, { key: "h", low: 1e-5, high: 1, log: true }],
  draw: (pen, v) => {
    const found = weightGradient(/** @type {any} */ (v));
    const loss = curve(-4, 4, found.lossAt, 401);
    const tops = [...loss.ys].filter((_, k) => Math.abs((loss.xs[k] ?? 0) - v.w) < 2.5);
    const high = Math.min(6, Math.max(0.3, 1.15 * Math.max(...tops)));
    const plot = new Plot(pen, { x: [-4, 4], y: [-0.08 * high, high], box: [44, 10, pen.width - 12, pen.height - 30] });
    plot.grid();
    const tangent = (/** @type {number} */ at) => found.loss + found.byWeight * (at - v.w);
    const secant = (/** @type {number} */ at) => found.lossAt(v.w - v.h) + found.difference * (at - v.w + v.h);
    plot.line([-4, 4], [secant(-4), secant(4)], { ink: "quote", width: 1.6, dash: [2, 3] });
    plot.line([-4, 4], [tangent(-4), tangent(4)], { ink: "alive", width: 2, dash: [8, 4] });
    plot.line(loss.xs, loss.ys, { ink: "theory", width: 2.4 });
    plot.within(() => pen.dots([v.w - v.h, v.w + v.h].flatMap((w) => [plot.x.at(w), plot.y.at(found.lossAt(w))]), 4.5, { ink: "quote" }));
    plot.name("L", loss.xs, loss.ys, { ink: "theory", share: 0.1, italic: true });
    handle(plot, v.w, found.loss, "w");
    return plot;
  },
  handles: (v) => [{ x: v.w, y: weightGradient(/** @type {any} */ (v)).loss, put: (w) => ({ w: Math.max(-3, Math.min(3, w)) }) }],
  told: (v, word) => {
    const found = weightGradient(/** @type {any} */ (v));
    const off = Math.abs(found.byWeight - found.difference);
    return [
      { name: word("gradient.z"), value: `${number(v.w)}·${inside(v.x)} + ${inside(v.b)} = ${number(found.z, 4)}` },
      { name: word("gradient.a"), value: `a = ${number(found.a, 4)}, L = ${number(found.loss, 4)}`, note: word("gradient.a-note") },
      { name: word("gradient.by-z"), value: `${number(found.byOutput, 4)} · ${inside(found.slope)} = ${number(found.byInput, 4)}`, note: word("gradient.by-z-note") },
      { name: word("gradient.by-w"), value: `${number(found.byInput, 4)} · ${inside(v.x)} = ${number(found.byWeight, 5)}`, note: word("gradient.by-w-note") },
      { name: word("gradient.finite"), value: number(found.difference, 5), note: word("gradient.finite-note") },
      { name: word("gradient.off"), value: off === 0 ? "0" : scientific(off, 2), note: word(off > 0.1 * Math.max(1e-6, Math.abs(found.byWeight)) ? "gradient.off-far" : "gradient.off-near") },
    ];
  },
};
