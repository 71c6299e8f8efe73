// The chosen lane from inside: what each unit answers over the plane, and where one layer's units sit.

import { make, tell } from "../core/dom.js";
import { row } from "../core/frames.js";
import { fieldPixels } from "../draw/field.js";
import { penOn } from "../draw/pen.js";
import { histogramChart } from "./race-draw.js";
import { slider } from "./race-fields.js";
import { curveOf, flat } from "./race-model.js";

/** @typedef {import("./race-model.js").Model} Model */
/** @typedef {import("./race-model.js").Looked} Looked */
/** @typedef {{ button: HTMLButtonElement, canvas: HTMLCanvasElement, layer: number, unit: number, pixels?: ImageData }} Tile */

const STATES = ["alive", "saturated", "dead", "asleep"];

export class Inspector {
  /** @param {Model} model */
  constructor(model) {
    this.model = model;
    const word = model.lab.word;
    this.title = make("h2", {});
    this.grid = make("div", { class: "tiles", label: word("race.tiles"), set: { role: "group" }, on: { keydown: (event) => this.#move(event) } });
    this.none = make("p", { class: "ghost", text: word("race.no-tiles") });
    this.pick = make("div", { class: "pick" });
    this.histogram = make("canvas", { class: "histogram", set: { role: "img" }, label: model.lab.word("shell.nothing-yet") });
    this.histogramName = make("h3", {});
    this.root = make("section", { class: "card inspector", label: word("race.inspector") }, this.title,
      make("p", { class: "tiny", text: word("race.tiles-about") }), this.none, this.grid, make("div", { class: "layer-head" }, this.histogramName, this.pick), this.histogram,
      make("p", { class: "tiny", text: word("race.histogram-about") }));
    /** @type {Tile[]} */
    this.tiles = [];
    this.built = "";
    this.at = 0;
    /** @type {{ canvas: HTMLCanvasElement, tile: number } | undefined} */
    this.enlarged = undefined;
  }

  /** The lane, its layer slider: after a choice. */
  say() {
    const { model } = this;
    const facts = model.race?.lanes[model.lane];
    if (!facts) return;
    tell(this.title, { text: facts.name });
    tell(this.histogramName, { text: model.lab.word("race.histogram"), values: { layer: model.layer } });
    const key = `${facts.layers} ${model.layer}`;
    if (this.pick.dataset.key === key || this.pick.contains(document.activeElement)) return;
    this.pick.dataset.key = key;
    this.pick.replaceChildren(...(facts.layers > 1 ? [slider({ label: model.lab.word("race.layer"), control: "layer", value: model.layer, min: 1, max: facts.layers, act: (layer) => model.choose({ layer }) })] : []));
  }

  draw() {
    const { model } = this;
    const looked = model.frame?.looked;
    const fits = looked && looked.lane === model.lane && looked.tiles.shape.length === 4 && (looked.tiles.shape[0] ?? 0) > 0;
    this.none.hidden = Boolean(fits);
    this.grid.hidden = !fits;
    if (!looked || !fits) return;
    this.#build(looked);
    const [, width = 0, rows = 24, columns = 24] = looked.tiles.shape;
    for (const [k, tile] of this.tiles.entries()) {
      const values = row(row(looked.tiles, Math.floor(k / width)), k % width).data;
      tile.pixels = fieldPixels(values, columns, rows, tile.pixels, middle(values));
      tile.canvas.getContext("2d")?.putImageData(tile.pixels, 0, 0);
    }
    this.#histogram(looked);
    this.#enlargedAgain();
  }

  /** Names of the tiles with the states of their units: when these may have changed. */
  name() {
    const { model } = this;
    const units = model.frame?.lanes[model.lane]?.units;
    const width = units?.shape[1] ?? 0;
    for (const tile of this.tiles) {
      const state = units?.data[(tile.layer - 1) * width + tile.unit - 1] ?? 0;
      tile.button.dataset.state = STATES[state] ?? "alive";
      tell(tile.button, { label: model.lab.word("race.tile"), values: { layer: tile.layer, unit: tile.unit, state: model.lab.word(`race.${STATES[state] ?? "alive"}`) } });
    }
  }

  /** @param {Looked} looked */
  #build(looked) {
    const [count = 0, width = 0, rows = 24, columns = 24] = looked.tiles.shape;
    const layers = Array.from(flat(looked.layers));
    const key = `${looked.lane} ${layers.join()} ${width}`;
    if (this.built === key) return;
    const before = this.grid.contains(document.activeElement);
    this.built = key;
    this.at = Math.min(this.at, count * width - 1);
    this.tiles = Array.from({ length: count * width }, (_, k) => {
      const canvas = make("canvas", { set: { width: columns, height: rows, "aria-hidden": "true" } });
      const button = make("button", { class: "tile-button", set: { tabindex: k === this.at ? 0 : -1, "data-control": "race.unit" }, on: { click: () => this.#enlarge(k), focus: () => { this.at = k; } } }, canvas);
      return { button, canvas, layer: layers[Math.floor(k / width)] ?? 1, unit: (k % width) + 1 };
    });
    this.grid.dataset.one = String(count === 1);
    this.grid.style.setProperty("--columns", String(count === 1 ? Math.min(8, width) : count));
    this.grid.replaceChildren(...(count === 1 ? this.tiles.map((tile) => tile.button)
      : layers.map((layer, k) => make("div", { class: "layer" }, ...this.tiles.slice(k * width, (k + 1) * width).map((tile) => tile.button), make("span", { class: "tiny" }, String(layer))))));
    this.name();
    if (before) this.tiles[this.at]?.button.focus();
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    const width = this.tiles.filter((tile) => tile.layer === this.tiles[0]?.layer).length;
    const one = width === this.tiles.length;
    const across = one ? 1 : width;
    const down = one ? Math.min(8, width) : 1;
    const step = { ArrowRight: across, ArrowLeft: -across, ArrowDown: down, ArrowUp: -down }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const next = this.at + step;
    if (next < 0 || next >= this.tiles.length) return;
    this.tiles[this.at]?.button.setAttribute("tabindex", "-1");
    this.tiles[next]?.button.setAttribute("tabindex", "0");
    this.tiles[next]?.button.focus();
  }

  /** @param {Looked} looked */
  #histogram(looked) {
    const { edges, counts, slopes } = looked.histogram;
    const facts = this.model.race?.lanes[looked.lane];
    const flatCounts = flat(counts);
    histogramChart(penOn(this.histogram), { edges: flat(edges), counts: flatCounts, slopes: flat(slopes) }, facts && curveOf(facts));
    const total = Array.from(flatCounts).reduce((a, b) => a + b, 0);
    const slow = Array.from(flatCounts).reduce((sum, count, k) => sum + (Math.abs(flat(slopes)[k] ?? 0) < 0.05 ? count : 0), 0);
    const [low, high] = [flat(edges)[0] ?? 0, flat(edges)[flatCounts.length] ?? 0];
    tell(this.histogram, { label: this.model.lab.word("race.histogram-name"), values: { layer: looked.layer ?? 1, low: low.toPrecision(2), high: high.toPrecision(2), share: total ? Math.round((100 * slow) / total) : 0 } });
  }

  /** @param {number} k */
  #enlarge(k) {
    const tile = this.tiles[k];
    if (!tile) return;
    const word = this.model.lab.word;
    const canvas = make("canvas", { set: { width: 24, height: 24, "aria-hidden": "true" } });
    const dialog = make("dialog", { class: "enlarged", label: word("race.unit-of"), values: { layer: tile.layer, unit: tile.unit } },
      make("header", {}, make("h2", { text: word("race.unit-of"), values: { layer: tile.layer, unit: tile.unit } }), make("button", { text: word("shell.close"), on: { click: () => dialog.close() } })),
      canvas, make("p", { class: "small", text: word(`race.about-${tile.button.dataset.state}`) }));
    dialog.addEventListener("close", () => {
      this.enlarged = undefined;
      dialog.remove();
      tile.button.focus();
    });
    this.root.append(dialog);
    dialog.showModal();
    this.enlarged = { canvas, tile: k };
    this.#enlargedAgain();
  }

  #enlargedAgain() {
    const { enlarged } = this;
    const pixels = enlarged && this.tiles[enlarged.tile]?.pixels;
    if (enlarged && pixels) enlarged.canvas.getContext("2d")?.putImageData(pixels, 0, 0);
  }
}

/**
 * The middle of a unit's own range: one that answers the same everywhere is pale, whatever it answers.
 * @param {ArrayLike<number>} values
 */
export function middle(values) {
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < values.length; k += 1) {
    const value = /** @type {number} */ (values[k]);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return Number.isFinite(low + high) ? (low + high) / 2 : 0;
}
