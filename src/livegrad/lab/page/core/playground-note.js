// Above a race that came from a link of TensorFlow Playground: what was read in another way, and what not.

import { read } from "./address.js";
import { ICONS, icon, make } from "./dom.js";
import { takeNotes } from "./playground.js";

/**
 * Shown until it is closed or another view stands on the page.
 * @param {import("./lab.js").Lab} lab
 */
export function playgroundNote(lab) {
  const notes = takeNotes();
  const box = document.getElementById("playground");
  if (!notes.length) {
    if (box && document.body.dataset.view !== "race") box.remove();
    return;
  }
  box?.remove();
  const word = (/** @type {string} */ key) => lab.word(`sharing.playground-${key}`);
  const made = make("aside", { class: "playground", label: word("title"), set: { id: "playground" } },
    make("header", {}, make("h2", { text: word("title") }),
      make("button", { class: "quiet icon", label: lab.word("shell.close"), on: { click: close } }, icon(ICONS.close))),
    make("p", { class: "small", text: word("about") }),
    make("ul", {}, ...notes.map(({ code, values }) => make("li", { text: word(code), values }))));
  function close() {
    made.remove();
    document.getElementById("main")?.focus({ preventScroll: true });
  }
  document.getElementById("main")?.before(made);
  addEventListener("hashchange", () => { if (read(location.hash)?.view !== "race") made.remove(); });
}
