// The claims of the source material: a list of all of them on one scale, and each of them as an experiment.

import { read } from "../core/address.js";
import { make } from "../core/dom.js";
import { openList } from "./claims-list.js";
import { openOne } from "./claims-one.js";

/** @typedef {import("../core/lab.js").Opened} Opened */
/** @typedef {import("../core/address.js").State} State */

/** @type {import("../core/lab.js").View} */
export const view = {
  id: "claims",
  open(root, lab, state) {
    const page = make("div", { class: "claims", on: { click: walk } });
    root.append(page);
    /** @type {Opened | undefined} */
    let shown;
    let id = "";
    let arrived = false;
    /** @type {(() => void)[]} */
    const keys = [];
    const own = { ...lab, bind: /** @type {typeof lab.bind} */ ((names, says, act) => void keys.push(lab.keys.bind(names, says, act))) };

    /**
     * From claim to claim by the page's own way, which keeps what has to stay in the address.
     * @param {MouseEvent} event
     */
    function walk(event) {
      const link = event.target instanceof Element ? event.target.closest('a[href^="#/claims"]') : null;
      const to = link && read(link.getAttribute("href") ?? "");
      if (!to || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      lab.go("claims", to.state);
    }

    /** @param {State} wanted */
    function show(wanted) {
      const next = typeof wanted.id === "string" ? wanted.id : "";
      if (shown && next === id) return shown.restate?.(wanted);
      shown?.close?.();
      keys.splice(0).forEach((unbind) => unbind());
      id = next;
      page.replaceChildren();
      shown = id ? openOne(page, own, wanted, arrived) : openList(page, own, wanted);
    }

    show(state);
    arrived = true; // from here on the focus follows the reader from claim to claim
    return {
      restate(wanted) {
        const before = id;
        show(wanted);
        if (before !== id) scrollTo(0, 0);
      },
      paint: () => shown?.paint?.(),
      taken: () => shown?.taken?.() ?? [],
      close() {
        shown?.close?.();
        keys.splice(0).forEach((unbind) => unbind());
      },
    };
  },
};
