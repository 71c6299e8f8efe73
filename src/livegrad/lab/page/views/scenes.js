// The view "scenes": small pictures to take hold of, each with its numbers.

import { make, tell } from "../core/dom.js";
import { claimLink } from "./functions-claims.js";
import { roving } from "./functions-controls.js";
import { framed } from "./scenes-frame.js";
import { curved, linear, worked } from "./scenes-layers.js";
import { neuron, threshold } from "./scenes-neuron.js";
import { steam } from "./scenes-pipe.js";
import { scratch } from "./scenes-scratch.js";
import { gradient, overlay } from "./scenes-step.js";

/** @typedef {import("../core/lab.js").Lab} Lab */
/** @typedef {import("../core/address.js").State} State */
/** @typedef {import("./scenes-frame.js").Values} Values */

export const SCENES = [neuron, threshold, overlay, linear, curved, worked, gradient, scratch, steam];

/**
 * The values of a scene that an address holds; what does not suit is left out.
 * @param {import("./scenes-frame.js").Scene} scene
 * @param {State} state
 */
export function held(scene, state) {
  /** @type {Values} */
  const values = {};
  for (const [key, usual] of Object.entries(scene.usual)) {
    const given = state[key];
    const control = scene.controls.find((one) => one.key === key);
    if (typeof usual === "number" && typeof given === "number" && Number.isFinite(given)) {
      const held = Math.min(20, Math.max(-20, given));
      values[key] = control?.step === 1 || control?.log ? Math.min(control.high ?? 1, Math.max(control.low ?? 0, control.step === 1 ? Math.round(given) : given)) : held;
    } else if (typeof usual === "string" && given !== undefined && (!control?.choices || control.choices.includes(String(given)))) values[key] = String(given).slice(0, 200);
  }
  return values;
}

/**
 * What differs from the scene's own, for the address.
 * @param {import("./scenes-frame.js").Scene} scene
 * @param {Values} values
 */
export const differing = (scene, values) => ({ id: scene.id, ...Object.fromEntries(Object.entries(values).filter(([key, value]) => value !== scene.usual[key])) });

/** @type {import("../core/lab.js").View} */
export const view = {
  id: "scenes",
  open(root, lab, state) {
    const word = (/** @type {string} */ key) => lab.word(`scenes.${key.replaceAll(".", "-")}`);
    /** @type {ReturnType<typeof framed> | undefined} */
    let shown;
    let id = "";
    const links = SCENES.map((scene) => make("a", { class: "scene-link", set: { href: `#/scenes?id=${scene.id}`, "data-id": scene.id, "data-control": "scenes.id" } }, make("strong", { text: word(`${scene.id}.name`) }), make("span", { class: "tiny", text: word(`${scene.id}.brief`) })));
    const list = make("nav", { class: "scene-list", label: word("list") }, make("ul", {}, ...links.map((link) => make("li", {}, link))));
    list.addEventListener("keydown", (event) => roving(event, links));
    const title = make("h2", {});
    const see = make("p", { class: "see" });
    const claims = make("p", { class: "links" });
    const place = make("div", {});
    root.append(make("div", { class: "head" }, make("div", {}, make("h1", { text: word("title") }), make("p", { text: word("lead") }))),
      make("div", { class: "scenes" }, list, make("section", { class: "card stack scene", label: word("chosen") }, title, see, place, claims)));
    const show = (/** @type {State} */ wanted) => {
      const scene = SCENES.find((one) => one.id === wanted.id) ?? neuron;
      if (scene.id === id && shown) return shown.put(held(scene, wanted));
      shown?.close();
      id = scene.id;
      tell(title, { text: word(`${id}.name`) });
      tell(see, { text: word(`${id}.see`) });
      claims.replaceChildren(make("span", { text: word("claims") }), ...scene.claims.map((claim) => claimLink(lab, claim)));
      links.forEach((link) => {
        const on = link.dataset.id === id;
        if (on) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
        if (on && list.firstElementChild && link.parentElement) list.firstElementChild.scrollLeft = link.parentElement.offsetLeft - list.offsetLeft - 24;
      });
      shown = framed(lab, scene, held(scene, wanted), (values) => lab.remember(differing(scene, values)));
      place.replaceChildren(shown.box);
      shown.begin();
    };
    show(state);
    const move = (/** @type {number} */ by) => {
      const at = SCENES.findIndex((one) => one.id === id);
      lab.go("scenes", { id: SCENES[(at + by + SCENES.length) % SCENES.length]?.id ?? "neuron" });
    };
    lab.bind("ArrowLeft", word("key-before"), () => move(-1));
    lab.bind("ArrowRight", word("key-after"), () => move(1));
    lab.bind(["t", "T", "ㅅ"], word("key-table"), () => shown?.table());
    const undo = lab.line.onAgain(() => shown?.again());
    return {
      restate: show,
      paint: () => shown?.paint(),
      close: () => {
        undo();
        shown?.close();
      },
      taken: () => shown?.taken() ?? [],
    };
  },
};
