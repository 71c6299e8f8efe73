// The race as the page knows it: what was asked, what the lab answered, the newest frame. Knows no DOM.

import { packed, unpacked } from "./race-state.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("../core/words.js").Text} Text */
/** @typedef {import("../core/frames.js").Numbers} Numbers */
/** @typedef {import("./race-state.js").Setup} Setup */
/** @typedef {{ x: ArrayLike<number>, f: ArrayLike<number>, slope: ArrayLike<number> }} Curve */
/** @typedef {{ label: Text, with: Record<string, any> }} Cure */

/**
 * @typedef {object} LaneFacts
 * @property {Text} name
 * @property {Text | null} differs
 * @property {string} activation
 * @property {number} layers
 * @property {number[]} units
 * @property {number} parameters
 * @property {{ x: Numbers, f: Numbers, slope: Numbers }} [curve]
 * @property {{ gradient: Numbers, low: Numbers, high: Numbers, verdict: Text, part: number } | null} theory
 *
 * @typedef {object} LaneFrame see livegrad/lab/race/README.md
 * @property {Numbers} at
 * @property {Numbers} loss
 * @property {Numbers} loss_low
 * @property {Numbers} loss_high
 * @property {number} held_loss
 * @property {number} accuracy
 * @property {string} score_name
 * @property {number | null} home
 * @property {number | null} [home_ms]
 * @property {"racing" | "home" | "stuck" | "diverged"} state
 * @property {null | { epoch: number, layer: number, cause: Text, cure: Cure | null }} stopped
 * @property {Numbers} gradient
 * @property {Numbers} weight_gradient
 * @property {Numbers} moved
 * @property {number | null} still
 * @property {Numbers} units
 * @property {[number, number]} dead
 * @property {number} saturated
 * @property {[number, number]} locked_layers
 * @property {Text} words
 * @property {Numbers} field
 *
 * @typedef {object} Looked
 * @property {number} lane
 * @property {number | null} layer
 * @property {ArrayLike<number> | Numbers} layers
 * @property {Numbers} tiles
 * @property {{ edges: Numbers, counts: Numbers, slopes: Numbers }} histogram
 * @property {Text[]} unit_names
 *
 * @typedef {{ lane: number, code: string, name: Text, severity: string, place: string, layer: number | null, seen: Text, why: Text, sure: Text, cures: Cure[] }} Finding
 * @typedef {{ epoch: number, running: boolean, rate: number, behind: boolean, exact: boolean, probe: number, points: number, looks: number, lanes: LaneFrame[], looked: Looked | null, findings: Finding[] }} Frame
 * @typedef {{ points: Numbers, labels: Numbers, held: Numbers, extent: number[], classes: string[], kind: string, title: Text, remarks: Text[] }} Data
 * @typedef {{ setup: Setup, epoch: number, running: boolean, lanes: LaneFacts[], data: Data }} Race
 */

/** The numbers, whether they came as an array or as a list. @param {any} value @returns {ArrayLike<number>} */
export const flat = (value) => value?.data ?? value ?? [];

/** @param {LaneFacts} lane @returns {Curve | undefined} */
export const curveOf = (lane) => (lane.curve ? { x: flat(lane.curve.x), f: flat(lane.curve.f), slope: flat(lane.curve.slope) } : undefined);

export class Model {
  /**
   * @param {Lab} lab
   * @param {Record<string, any>} state
   * @param {{ opened: () => void, framed: () => void, chosen: () => void }} tell
   */
  constructor(lab, state, tell) {
    this.lab = lab;
    this.tell = tell;
    this.start = lab.start.race;
    /** @type {Setup} */
    this.usual = this.start.setup;
    const { setup, choice } = unpacked(state, this.usual);
    this.setup = setup;
    this.choice = choice;
    /** @type {Race | undefined} */
    this.race = undefined;
    /** @type {Frame | undefined} */
    this.frame = undefined;
    this.running = false;
    this.busy = 0;
    /** @type {Promise<unknown>} the race that is being opened: deep ones take seconds, and what is pressed meanwhile is done then */
    this.opening = Promise.resolve();
  }

  get epoch() {
    return this.frame?.epoch ?? this.race?.epoch ?? 0;
  }

  /** The chosen lane, wherever the address pointed. */
  get lane() {
    return Math.max(0, Math.min(this.choice.lane, (this.race?.lanes.length ?? 1) - 1));
  }

  get layers() {
    return this.race?.lanes[this.lane]?.layers ?? 1;
  }

  /** The chosen layer of the chosen lane. */
  get layer() {
    return Math.max(1, Math.min(this.choice.layer, this.layers));
  }

  remember() {
    this.lab.remember(packed(this.setup, this.usual, this.choice));
  }

  /**
   * Ask the lab; what it says no to is shown, and undefined comes back.
   * @param {string} action
   * @param {object} [given]
   * @param {(error: unknown) => void} [refused] where a dialog hides the page, it says no itself
   */
  async ask(action, given = {}, refused = this.lab.complain) {
    this.busy += 1;
    try {
      if (action !== "open") await this.opening;
      return await this.lab.line.ask(`race.${action}`, given);
    } catch (error) {
      refused(error);
      return undefined;
    } finally {
      this.busy -= 1;
    }
  }

  /**
   * A race the lab answered with stands on the page.
   * @param {Race | undefined} race
   */
  take(race) {
    if (!race) return false;
    this.race = race;
    this.setup = race.setup;
    this.running = race.running;
    if (this.frame && (this.frame.lanes.length !== race.lanes.length || this.frame.epoch !== race.epoch)) this.frame = undefined;
    this.remember();
    this.tell.opened();
    this.look();
    return true;
  }

  /**
   * @param {Setup} [setup]
   * @param {(error: unknown) => void} [refused]
   */
  async open(setup = this.setup, refused = undefined) {
    const asked = this.ask("open", { setup }, refused);
    this.opening = asked;
    const race = await asked;
    if (race) this.frame = undefined;
    return this.take(race);
  }

  /**
   * The lab forgot this page: open again, and run to where it was; the numbers are identical.
   */
  async again() {
    const { epoch, running } = this;
    if (!(await this.open())) return;
    if (epoch > 0) await this.ask("run", { speed: 0, until: running ? this.choice.until : epoch });
    this.running = epoch > 0;
    this.tell.chosen();
  }

  async run() {
    const done = await this.ask(this.running ? "pause" : "run", this.running ? {} : { speed: this.choice.speed, until: this.#until() });
    if (done) this.running = done.running;
    this.tell.chosen();
  }

  #until() {
    return this.choice.until > this.epoch ? this.choice.until : 0;
  }

  async step() {
    const done = await this.ask("step");
    if (done) this.running = false;
    this.tell.chosen();
  }

  /** @param {"same" | "fresh"} kind */
  async restart(kind) {
    const race = await this.ask(kind);
    if (race) this.frame = undefined;
    this.take(race);
  }

  /** @param {number} speed */
  async hasten(speed) {
    this.choose({ speed });
    if (this.running) await this.ask("run", { speed, until: this.#until() });
  }

  /**
   * A copy of a lane with another thing.
   * @param {number} from
   * @param {Record<string, any>} change
   */
  async clone(from, change) {
    const before = this.frame?.epoch;
    const race = await this.ask("lane", { from, with: change });
    if (!race) return false;
    this.choice.lane = race.lanes.length - 1;
    if (before !== undefined) this.frame = undefined;
    return this.take(race);
  }

  /** @param {number} lane */
  async drop(lane) {
    const race = await this.ask("drop", { lane });
    if (!race) return;
    this.frame = undefined;
    if (this.choice.guess === lane) this.choice.guess = -1;
    else if (this.choice.guess > lane) this.choice.guess -= 1;
    if (this.choice.lane >= lane && this.choice.lane > 0) this.choice.lane -= 1;
    this.take(race);
  }

  /** @param {Partial<import("./race-state.js").Choice>} change */
  choose(change) {
    const before = `${this.lane} ${this.layer}`;
    Object.assign(this.choice, change);
    this.remember();
    if (before !== `${this.lane} ${this.layer}`) this.look();
    this.tell.chosen();
  }

  look() {
    if (this.race) void this.ask("look", { lane: this.lane, layer: this.layer });
  }

  /** @param {Frame} frame */
  heard(frame) {
    const facts = this.race?.lanes;
    if (!facts || frame.lanes.length !== facts.length || frame.lanes.some((lane, k) => flat(lane.gradient).length !== facts[k]?.layers)) return; // of another race
    this.frame = frame;
    this.running = frame.running;
    this.tell.framed();
  }
}
