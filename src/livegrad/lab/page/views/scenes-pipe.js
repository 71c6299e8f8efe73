// The gradient as steam in a pipe that leaks at every joint, drawn from a network that was measured.

import { number } from "../draw/scale.js";
import { INITS } from "./functions-state.js";

/** @typedef {import("./scenes-frame.js").Scene} Scene */
/** @typedef {import("../draw/pen.js").Pen} Pen */

const DECADES = 8; // a full pipe is 1, an empty one 10⁻⁸

/**
 * How full the pipe is: 1 for the whole gradient, one eighth less for each power of ten.
 * @param {number} log10
 */
export const fullness = (log10) => Math.max(0, Math.min(1.25, 1 + log10 / DECADES));

/**
 * Puffs at one joint at a moment: where they are above the pipe (0 … 1) and how faint.
 * @param {number} factor what the joint hands on
 * @param {number} moment seconds
 * @param {number} joint
 */
export function puffs(factor, moment, joint) {
  const lost = factor <= 0 ? 8 : Math.min(8, Math.round(-3 * Math.log10(factor)));
  return Array.from({ length: Math.max(0, lost) }, (_, k) => ({ rise: (((moment * 0.35 + k / Math.max(1, lost) + joint * 0.37) % 1) + 1) % 1, side: Math.sin(5 * k + joint) }));
}

/**
 * @param {Pen} pen
 * @param {any} answer
 * @param {number} moment
 */
function draw(pen, answer, moment) {
  const levels = Array.from(/** @type {Float32Array} */ (answer.gradient.data));
  const depth = levels.length;
  const [left, right, top, thick] = [14, pen.width - 70, 0.36 * pen.height, 0.34 * pen.height];
  const width = (right - left) / depth;
  const base = top + thick;
  levels.forEach((level, k) => {
    const full = fullness(level);
    const x = left + k * width;
    pen.boxes([x, top, width, thick], { ink: "sunk" });
    const height = full > 0 ? Math.max(1.5, Math.min(1, full) * thick) : 0;
    pen.boxes([x, base - height, width, height], { ink: full > 1.02 ? "negative" : "alive", alpha: 0.85 });
    if (k === 0) return;
    const factor = answer.factors.data[k - 1] ?? 1;
    for (const puff of puffs(factor, moment, k)) pen.dots([x + 9 * puff.side * puff.rise, top - 6 - puff.rise * (top - 16)], 2.5 + 5 * puff.rise, { ink: "ink-3", alpha: 0.55 * (1 - puff.rise) + 0.08 });
  });
  pen.segments([left, top, right, top, left, base, right, base], { ink: "ink-2", width: 3 });
  if (width > 7) pen.segments(levels.flatMap((_, k) => (k ? [left + k * width, top - 5, left + k * width, base + 5] : [])), { ink: "ink-2", width: 2 });
  pen.area([right, top - 10, right + 16, top - 10, right + 16, base + 10, right, base + 10], { ink: "ink-2" });
  pen.write("L", right + 34, (top + base) / 2, { ink: "ink", size: 18, bold: true, italic: true, align: "center" });
  const every = Math.max(1, Math.ceil(30 / width));
  levels.forEach((_, k) => {
    if (k % every ? k !== depth - 1 : k !== depth - 1 && (depth - 1 - k) * width < 22) return;
    pen.write(String(k + 1), left + (k + 0.5) * width, base + 20, { ink: "ink-2", size: 12, align: "center" });
  });
  if (width > 44) answer.factors.data.forEach((/** @type {number} */ factor, /** @type {number} */ k) => pen.write(`×${number(factor, 2)}`, left + (k + 1) * width, base + 40, { ink: "ink-2", size: 12, align: "center", halo: "panel" }));
}

/** @type {Scene} */
export const steam = {
  id: "steam-pipe",
  claims: ["sigmoid-vanishing", "relu-gradient-survival", "gradient-flow-decides"],
  usual: { activation: "sigmoid", init: "glorot", depth: 8, width: 8, seed: 0 },
  controls: [
    { key: "activation", menu: true, choices: ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "swish", "step", "identity"] }, { key: "init", menu: true, choices: INITS },
    { key: "depth", low: 2, high: 100, step: 1 }, { key: "width", low: 2, high: 64, step: 1 }, { key: "seed", low: 0, high: 100, step: 1 },
  ],
  height: "clamp(220px, 36vh, 340px)",
  action: "pipe",
  asks: ({ activation, init, depth, width, seed }) => ({ activation, init, depth, width, seed }),
  moves: true,
  draw: (pen, _, answer, moment) => draw(pen, answer, moment),
  told: (v, word, answer) => {
    const factors = Array.from(/** @type {Float32Array} */ (answer.factors.data));
    const first = answer.first;
    const mean = first > 0 ? first ** (1 / (v.depth - 1)) : 0;
    return [
      { name: word("pipe.factor"), value: `×${number(mean, 2)}`, note: word("pipe.factor-note") },
      { name: word("pipe.first"), value: first === 0 ? "0" : first < 1 ? `1 / ${number(1 / first, 3)}` : `×${number(first, 3)}`, note: word(first === 0 ? "pipe.first-none" : first < 0.01 ? "pipe.first-little" : "pipe.first-some") },
      { name: word("pipe.joints"), value: factors.slice(0, 12).map((one) => `×${number(one, 2)}`).join(" ") + (factors.length > 12 ? " …" : ""), note: word("pipe.joints-note") },
      { name: word("pipe.measured"), value: `${answer.nets} × ${answer.points}`, note: word("pipe.measured-note") },
    ];
  },
};
