// What the page hands to each of its views, and what it wants back.

/** @typedef {import("./words.js").Text} Text */
/** @typedef {import("./words.js").Values} Values */
/** @typedef {import("./address.js").State} State */

/**
 * @typedef {object} Lab
 * @property {import("./line.js").Line} line to the lab
 * @property {Record<string, any>} start what each desk sent with the page, by the desk's id
 * @property {Start} page
 * @property {(key: string) => Text} word a sentence of livegrad/lab/words by "part.key"
 * @property {(state: State) => void} remember put the view's state into the address; no new entry of the history
 * @property {(view: string, state?: State) => void} go open a view
 * @property {(text: Text, values?: Values) => void} announce say something through the polite live region
 * @property {(error: unknown) => void} complain show why something was refused, as a sentence the reader can close
 * @property {import("./keys.js").Keys} keys bindings of a view are undone when it closes if made through `bind`
 * @property {(keys: string | string[], says: Text, act: (event: KeyboardEvent) => void) => void} bind
 * @property {boolean} calm whether the reader wants less motion
 *
 * @typedef {object} Start
 * @property {Record<string, Record<string, Text>>} words
 * @property {Record<string, any>} desks
 * @property {import("./words.js").Language} language
 * @property {string} version
 * @property {Record<string, number>} limits
 * @property {string | null} recording
 *
 * @typedef {object} Opened a view that stands on the page
 * @property {(state: State) => void} [restate] the address changed to another state of the same view
 * @property {() => void} [paint] draw everything again: the language, the light or the size changed
 * @property {() => void} [close] stop and free everything
 * @property {() => Taken[]} [taken] what can be taken away from here, for the sharing dialog
 *
 * @typedef {object} Taken something to take away
 * @property {Text} name
 * @property {string} file such as livegrad-race.csv
 * @property {() => string | Blob | Promise<string | Blob>} content
 *
 * @typedef {object} View
 * @property {string} id
 * @property {(root: HTMLElement, lab: Lab, state: State) => Opened} open
 */

export {};
