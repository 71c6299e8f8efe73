// What tells series apart: a colour, a dash and the shape of a mark, so that any two of the three suffice.

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {"disc" | "square" | "triangle" | "diamond" | "ring" | "cross" | "down" | "plus"} Shape */
/** @typedef {{ ink: string, dash: number[], width: number, shape: Shape }} Look */

const INKS = ["alive", "positive", "negative", "saturated", "third", "dead"];
/** @type {Shape[]} */
const SHAPES = ["disc", "square", "triangle", "diamond", "ring", "cross", "down", "plus"];
const THEORY_DASHES = [[], [8, 3], [3, 3], [8, 3, 2, 3]];
const OTHER_DASHES = [[9, 3], [9, 3, 2, 3], [14, 4], [5, 3, 1, 3, 1, 3]];

/** @type {Record<string, Look>} */
const FIXED = {
  theory: { ink: "theory", dash: [], width: 1.6, shape: "disc" },
  claim: { ink: "quote", dash: [1.5, 3.5], width: 2, shape: "triangle" },
  guess: { ink: "focus", dash: [5, 4], width: 2, shape: "diamond" },
};

/**
 * How each series of a chart looks: what was measured solid, other measured things with long dashes, theory thin,
 * the sentence dotted, the guess dashed.
 * @param {{ style: string }[]} series
 * @returns {Look[]}
 */
export function looks(series) {
  let measured = 0;
  let other = 0;
  let theory = 0;
  return series.map(({ style }) => {
    if (style === "theory") return { .../** @type {Look} */ (FIXED.theory), dash: THEORY_DASHES[theory++ % THEORY_DASHES.length] ?? [] };
    const fixed = FIXED[style];
    if (fixed) return fixed;
    const k = measured++;
    const dash = style === "other" ? (OTHER_DASHES[other++ % OTHER_DASHES.length] ?? []) : [];
    return { ink: INKS[k % INKS.length] ?? "alive", dash, width: style === "other" ? 1.8 : 2.2, shape: SHAPES[k % SHAPES.length] ?? "disc" };
  });
}

/**
 * The look of a level: the sentence dotted, the guess dashed, theory solid, anything else thin dashes.
 * @param {string} style
 * @returns {Look}
 */
export const levelLook = (style) => FIXED[style] ?? { ink: style === "measured" ? "alive" : "ink-3", dash: style === "measured" ? [] : [4, 3], width: 1.3, shape: "disc" };

/**
 * One mark.
 * @param {Pen} pen
 * @param {Shape} shape
 * @param {number} x
 * @param {number} y
 * @param {string} ink
 * @param {number} [size] radius
 */
export function mark(pen, shape, x, y, ink, size = 3.6) {
  if (!Number.isFinite(x + y)) return;
  if (shape === "disc") pen.dots([x, y], size, { ink });
  else if (shape === "triangle") pen.triangles([x, y], size + 0.6, { ink });
  else if (shape === "square") pen.boxes([x - size + 0.4, y - size + 0.4, 2 * size - 0.8, 2 * size - 0.8], { ink });
  else if (shape === "diamond") pen.area([x, y - size - 1, x + size + 1, y, x, y + size + 1, x - size - 1, y], { ink });
  else if (shape === "ring") {
    pen.dots([x, y], size, { ink });
    pen.dots([x, y], size - 1.7, { ink: "panel" });
  } else if (shape === "down") pen.area([x - size - 0.6, y - 0.75 * size, x + size + 0.6, y - 0.75 * size, x, y + size + 0.6], { ink });
  else if (shape === "plus") pen.segments([x - size - 0.6, y, x + size + 0.6, y, x, y - size - 0.6, x, y + size + 0.6], { ink, width: 2.2 });
  else pen.segments([x - size, y - size, x + size, y + size, x - size, y + size, x + size, y - size], { ink, width: 2 });
}

/**
 * @typedef {object} Entry of a legend
 * @property {string} words
 * @property {Look} look
 * @property {"line" | "points" | "both" | "bars" | "steps" | "level" | "hollow"} kind
 */

const SAMPLE = 26;

/**
 * The sample before a name.
 * @param {Pen} pen
 * @param {Entry} entry
 * @param {number} x
 * @param {number} y
 * @param {number} [width]
 */
export function sample(pen, { look, kind }, x, y, width = SAMPLE) {
  if (kind === "hollow") {
    pen.boxes([x + width - 14, y - 5, 14, 10], { ink: "dead-soft" });
    return pen.frames([x + width - 14, y - 5, 14, 10], { ink: look.ink });
  }
  if (kind === "bars") return pen.boxes([x + width - 14, y - 5, 14, 10], { ink: look.ink, alpha: 0.85 });
  if (kind !== "points") pen.line([x, y, x + width, y], { ink: look.ink, width: look.width, dash: look.dash });
  if (kind !== "level" && !(kind === "line" && look.ink === "theory")) mark(pen, look.shape, x + width / 2, y, look.ink);
}

/**
 * Where the entries of a legend stand: rows that fill the width.
 * @param {Entry[]} entries
 * @param {number} width
 * @param {(words: string, size: number) => number} measure
 * @returns {{ places: { x: number, y: number }[], height: number }}
 */
export function flow(entries, width, measure) {
  let x = 0;
  let y = 8;
  const places = entries.map((entry) => {
    const wide = SAMPLE + 6 + measure(entry.words, 12);
    if (x > 0 && x + wide > width) {
      x = 0;
      y += 18;
    }
    const place = { x, y };
    x += wide + 16;
    return place;
  });
  return { places, height: entries.length ? y + 10 : 0 };
}

/**
 * @param {Pen} pen
 * @param {Entry[]} entries
 * @param {number} left
 * @param {number} top
 * @param {number} width
 */
export function legend(pen, entries, left, top, width) {
  flow(entries, width, (words, size) => pen.measure(words, size)).places.forEach((place, k) => {
    const entry = /** @type {Entry} */ (entries[k]);
    sample(pen, entry, left + place.x, top + place.y);
    pen.write(entry.words, left + place.x + SAMPLE + 6, top + place.y, { ink: "ink-2", size: 12 });
  });
}

/**
 * Push labels apart so that none covers another, moving each as little as need be.
 * @param {number[]} wanted heights, in any order
 * @param {number} gap
 * @param {number} low
 * @param {number} high
 */
export function apart(wanted, gap, low, high) {
  const order = wanted.map((_, k) => k).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const found = [...wanted];
  let last = low - gap;
  for (const k of order) {
    found[k] = Math.max(found[k] ?? 0, last + gap);
    last = found[k] ?? 0;
  }
  let next = high + gap;
  for (const k of [...order].reverse()) {
    found[k] = Math.min(found[k] ?? 0, next - gap);
    next = found[k] ?? 0;
  }
  return found;
}

/**
 * Words broken into lines no wider than `width`; at most `most` lines, the rest cut off with "…".
 * @param {string} words
 * @param {number} width
 * @param {(words: string, size: number) => number} measure
 * @param {number} size
 * @param {number} [most]
 */
export function wrapped(words, width, measure, size, most = 3) {
  /** @type {string[]} */
  const lines = [];
  let line = "";
  for (const word of words.split(" ")) {
    const longer = line ? `${line} ${word}` : word;
    if (line && measure(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line) lines.push(line);
  if (lines.length <= most) return lines.map((one) => cut(one, width, measure, size));
  return [...lines.slice(0, most - 1), cut(`${lines.slice(most - 1).join(" ")}`, width, measure, size)];
}

/**
 * @param {string} words
 * @param {number} width
 * @param {(words: string, size: number) => number} measure
 * @param {number} size
 */
export function cut(words, width, measure, size) {
  if (measure(words, size) <= width) return words;
  let shorter = [...words];
  while (shorter.length > 1 && measure(`${shorter.join("")}…`, size) > width) shorter = shorter.slice(0, -1);
  return `${shorter.join("").trimEnd()}…`;
}
