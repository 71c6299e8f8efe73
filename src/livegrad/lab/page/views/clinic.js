// The view "clinic": findings, cause first, beside the ladder at one step; below, the history of every rung.

import { make } from "../core/dom.js";
import { Refused } from "../core/line.js";
import { flattened, lastSeen, marked, nearest } from "./clinic-case.js";
import { detail, placeOf, tree } from "./clinic-findings.js";
import { header } from "./clinic-head.js";
import { ladderCard } from "./clinic-ladder.js";
import { emptyState, keptFile, takeFile } from "./clinic-open.js";
import { pastCard } from "./clinic-past.js";
import { send } from "./clinic-sending.js";
import { USUAL, saved, understood } from "./clinic-state.js";
import { taken } from "./clinic-taken.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("./clinic-state.js").Shown} Shown */
/** @typedef {import("./clinic-case.js").Recording} Recording */

/** @type {import("../core/lab.js").View} */
export const view = {
  id: "clinic",
  open: (root, lab, state) => new Clinic(root, lab, state).opened(),
};

class Clinic {
  /**
   * @param {HTMLElement} root
   * @param {Lab} lab
   * @param {Record<string, any>} state
   */
  constructor(root, lab, state) {
    this.lab = lab;
    this.shown = understood(state, Boolean(lab.page.recording));
    /** @type {Recording | null} */
    this.recording = null;
    this.at = 0;
    this.follows = true;
    this.turn = 0;
    const word = (/** @type {string} */ key) => lab.word(`clinic.${key}`);
    const file = (/** @type {File} */ chosen) => void this.#get("file", (told) => takeFile(lab, chosen, told), true);
    this.head = header(lab, { file, example: () => this.example(), training: (training) => void this.#training(training), follow: (on) => void this.#follow(on) });
    this.empty = emptyState(lab, { file, example: () => this.example() });
    this.tree = tree(lab, (finding) => this.change({ finding }));
    this.detail = detail(lab);
    this.ladder = ladderCard(lab, { layer: (layer) => this.change({ layer }), gradient: (gradient) => this.change({ gradient }) });
    this.past = pastCard(lab, (at) => this.#step(at));
    this.open = make("div", { class: "clinic", set: { hidden: true } }, this.tree.box, make("div", { class: "stack" }, this.ladder.box, this.past.box), this.detail.box);
    root.append(this.head.box, this.empty.box, this.open);
    const step = (/** @type {number} */ by) => () => this.recording && this.#step(Math.min(this.recording.case.sampled.data.length - 1, Math.max(0, this.at + by)));
    const layer = (/** @type {number} */ by) => () => this.recording && this.change({ layer: Math.min(this.recording.case.layers.length, Math.max(1, this.shown.layer + by)) });
    lab.bind("ArrowLeft", word("key-back"), step(-1));
    lab.bind("ArrowRight", word("key-on"), step(1));
    lab.bind("ArrowUp", word("key-up"), layer(-1));
    lab.bind("ArrowDown", word("key-down"), layer(1));
    lab.bind(["t", "T", "ㅅ"], word("key-table"), () => [this.ladder, this.past].forEach((card) => card.toggle()));
    this.undo = [
      lab.line.listen("clinic", (value) => this.#heard(value)),
      lab.line.listen("trouble", (told) => told.job === "clinic" && lab.complain(new Refused(told.error))),
      lab.line.onAgain(() => void this.#load()),
    ];
    void this.#load();
  }

  /** Open what the address names. */
  async #load() {
    const { lab, shown: { source, training } } = this;
    if (source === "lab") await this.#get("lab", () => lab.line.ask("clinic.open", { recording: lab.page.recording, training }), false);
    else if (source === "example") await this.#get("example", () => lab.line.ask("clinic.example", { training }), false);
    else if (source === "file") {
      const kept = keptFile();
      if (kept) await this.#get("file", (told) => send(lab, { ...kept, training }, told), false);
      else this.#nothing(lab.word("clinic.gone"));
    } else this.#nothing(null);
  }

  example() {
    void this.#get("example", () => this.lab.line.ask("clinic.example"), true);
  }

  /**
   * @param {Shown["source"]} source
   * @param {(told: (share: number) => void) => Promise<Recording>} ask
   * @param {boolean} anew whether the place in it starts anew
   */
  async #get(source, ask, anew) {
    const turn = ++this.turn;
    const told = (/** @type {number} */ share) => this.empty.say(this.lab.word("clinic.reading"), { share: Math.round(100 * share) });
    told(0);
    try {
      const found = await ask(told);
      if (turn !== this.turn) return;
      if (anew) this.shown = { ...USUAL };
      this.shown.source = source;
      this.#put(found);
      if (found.follows && this.follows) void this.#follow(true);
    } catch (error) {
      if (turn !== this.turn) return;
      if (this.recording) this.lab.complain(error);
      else if (error instanceof Refused) this.#nothing(error.text);
      else this.lab.complain(error);
    }
  }

  /** @param {import("../core/words.js").Text | null} why */
  #nothing(why) {
    this.recording = null;
    this.open.hidden = true;
    this.empty.box.hidden = false;
    this.head.empty();
    this.empty.say(why);
  }

  /** @param {Recording} recording */
  #put(recording) {
    this.recording = recording;
    const { lab, shown } = this;
    const one = recording.case;
    const found = flattened(one.findings);
    shown.training = recording.training;
    shown.finding = Math.min(shown.finding, Math.max(0, found.length - 1));
    shown.layer = Math.min(shown.layer, one.layers.length);
    this.at = shown.step < 0 ? lastSeen(one) : nearest(one.sampled.data, shown.step);
    const first = one.findings[0];
    const title = first ? { title: first.title, place: placeOf(lab, first, recording) } : null;
    this.head.put(recording, title, this.follows);
    this.tree.put(recording, shown.finding);
    this.detail.put(recording, shown.finding);
    this.empty.box.hidden = true;
    this.empty.say(null);
    this.open.hidden = false;
    lab.remember(saved(shown));
    this.draw();
  }

  /** @param {Partial<Shown>} change */
  change(change) {
    Object.assign(this.shown, change);
    this.lab.remember(saved(this.shown));
    if ("finding" in change && this.recording) {
      this.tree.mark(this.shown.finding);
      this.detail.put(this.recording, this.shown.finding);
      const [layer] = marked(flattened(this.recording.case.findings)[this.shown.finding]?.finding, this.recording.case.layers);
      if (layer) this.shown.layer = layer;
    }
    this.draw();
  }

  /** @param {number} at */
  #step(at) {
    if (!this.recording) return;
    this.at = at;
    this.change({ step: this.recording.case.sampled.data[at] ?? 0 });
  }

  /** @param {number} training */
  async #training(training) {
    await this.#get(this.shown.source, () => this.lab.line.ask("clinic.training", { training }), false);
  }

  /** @param {boolean} on */
  async #follow(on) {
    this.follows = on;
    try {
      await this.lab.line.ask("clinic.follow", { on });
    } catch (error) {
      this.lab.complain(error);
    }
  }

  /** @param {{ at: string, opened?: Recording, waiting?: import("../core/words.js").Text }} value */
  #heard({ at, opened, waiting }) {
    if (opened) this.#put(opened);
    this.head.followed(at, waiting ?? null);
  }

  /** @param {boolean} [anew] everything: the language, the light or the size changed */
  draw(anew = false) {
    if (!this.recording) return;
    const one = this.recording.case;
    const now = { one, at: this.at, shown: this.shown, marked: marked(flattened(one.findings)[this.shown.finding]?.finding, one.layers) };
    this.ladder.draw(now);
    this.past.draw(now, anew);
  }

  /** @returns {import("../core/lab.js").Opened} */
  opened() {
    return {
      restate: (state) => {
        const before = this.shown.source;
        this.shown = understood(state, Boolean(this.lab.page.recording));
        if (this.recording && this.shown.source === before && this.shown.training === this.recording.training) this.#put(this.recording);
        else void this.#load();
      },
      paint: () => this.draw(true),
      close: () => {
        this.turn += 1;
        this.undo.forEach((undo) => undo());
        if (this.recording?.follows) this.lab.line.ask("clinic.follow", { on: false }).catch(() => {});
      },
      taken: () => taken(this.lab, this.recording, this.at, this.shown),
    };
  }
}
