// The units of a ladder as squares. Full: alive. Half: saturated. Crossed outline: dead. Outline with a dot: asleep.

/** @typedef {import("./pen.js").Pen} Pen */
/** @typedef {import("../core/frames.js").Numbers} Numbers */
/** @typedef {import("./ladder-axis.js").Plan} Plan */

/**
 * @param {Pen} pen
 * @param {Plan} place
 * @param {(layer: number) => number} y middle of a rung, layers from 0
 * @param {Numbers} states layers × width: 0 alive, 1 saturated, 2 dead, 3 asleep; above 3: no unit here
 * @param {boolean} empty nothing is known of them yet
 */
export function units(pen, place, y, states, empty) {
  if (place.square < 6) return empty ? undefined : strips(pen, place, y, states);
  const [layers = 0, width = 0] = states.shape;
  const side = place.square - 2;
  const tall = Math.min(side, Math.max(1.5, place.row - 1));
  /** @type {{ crosses: number[], dots: number[], halves: number[][] }} */
  const { crosses, dots, halves } = { crosses: [], dots: [], halves: [] };
  /** @type {number[][]} */
  const found = [[], [], [], []];
  for (let k = 0; k < layers; k += 1) {
    for (let unit = 0; unit < width; unit += 1) {
      const state = states.data[k * width + unit] ?? 9;
      if (state > 3) continue;
      const [left, top] = [place.units + unit * place.square, y(k) - tall / 2];
      found[state]?.push(left, top, side, tall);
      if (state === 1) halves.push([left + side, top, left + side, top + tall, left, top + tall]);
      if (state === 2) crosses.push(left, top, left + side, top + tall, left, top + tall, left + side, top);
      if (state === 3) dots.push(left + side / 2, top + tall / 2);
    }
  }
  const [alive = [], saturated = [], dead = [], asleep = []] = found;
  if (empty) return pen.frames([...alive, ...saturated, ...dead, ...asleep], { ink: "grid-strong" });
  pen.boxes(alive, { ink: "alive" });
  pen.boxes(saturated, { ink: "saturated-soft" });
  halves.forEach((half) => pen.area(half, { ink: "saturated" }));
  pen.frames([...dead, ...asleep], { ink: "dead" });
  pen.segments(crosses, { ink: "dead" });
  pen.dots(dots, 1.3, { ink: "dead" });
}

/**
 * Units too small for a cross: neighbours of one state in one stroke, parted by gaps of the ground. Dead and asleep
 * units are a hairline where a bar would be, so that they differ in height as well as in colour.
 * @param {Pen} pen
 * @param {Plan} place
 * @param {(layer: number) => number} y
 * @param {Numbers} states
 */
function strips(pen, place, y, states) {
  const [layers = 0, width = 0] = states.shape;
  const { square, row } = place;
  const tall = Math.min(Math.max(square - 1, 5), Math.max(1.5, row - 1));
  /** @type {number[][]} */
  const found = [[], [], []];
  for (let k = 0; k < layers; k += 1) {
    const middle = y(k);
    for (let unit = 0; unit < width;) {
      const state = Math.min(states.data[k * width + unit] ?? 9, 9);
      const first = unit;
      while (unit < width && states.data[k * width + unit] === state) unit += 1;
      if (unit === first) unit += 1;
      const high = state > 1 ? 0.8 : tall;
      found[state > 2 ? 2 : state]?.push(place.units + first * square, middle - high / 2, (unit - first) * square, state > 3 ? 0 : high);
    }
  }
  ["alive", "saturated", "dead"].forEach((ink, k) => pen.boxes(found[k] ?? [], { ink }));
  const [top, height] = [place.top, layers * row];
  pen.boxes(Array.from({ length: width }, (_, unit) => [place.units + (unit + 1) * square - 1, top, 1, height]).flat(), { ink: "panel" });
}
