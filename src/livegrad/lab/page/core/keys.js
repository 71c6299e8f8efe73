// Keys of the page: each has a sentence in the help, and single letters can be switched off.

/** @typedef {import("./words.js").Text} Text */
/** @typedef {{ keys: string[], says: Text, act: (event: KeyboardEvent) => void }} Binding keys as KeyboardEvent.key gives them */

export class Keys {
  constructor() {
    /** @type {Set<Binding>} */
    this.bindings = new Set();
    this.letters = true;
    document.addEventListener("keydown", (event) => this.#take(event));
  }

  /**
   * @param {string | string[]} keys
   * @param {Text} says
   * @param {(event: KeyboardEvent) => void} act
   * @returns {() => void} unbinds
   */
  bind(keys, says, act) {
    const binding = { keys: [keys].flat(), says, act };
    this.bindings.add(binding);
    return () => void this.bindings.delete(binding);
  }

  /** @param {KeyboardEvent} event */
  #take(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = /** @type {HTMLElement} */ (event.target);
    const typing = target.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
    const pressing = event.key === " " && target.matches?.("button, a, summary, input, [role=button], [role=tab]");
    if (typing || pressing || document.querySelector("dialog[open]")) return;
    if (target.matches?.("[role=tablist] *, [role=radiogroup] *, input[type=radio], input[type=range]") && event.key.startsWith("Arrow")) return;
    if (!this.letters && event.key.length === 1) return;
    for (const binding of [...this.bindings].reverse()) {
      if (!binding.keys.includes(event.key)) continue;
      event.preventDefault();
      binding.act(event);
      return;
    }
  }
}
