// The colours of the style sheet, for what is drawn: looked up once, again when light and dark change.

/** @type {Map<string, string>} */
const known = new Map();

/**
 * A colour by the name of its token, such as "alive".
 * @param {string} name
 */
export function colour(name) {
  let found = known.get(name);
  if (found === undefined) {
    const probe = document.createElement("span");
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    found = getComputedStyle(probe).color;
    probe.remove();
    known.set(name, found);
  }
  return found;
}

/**
 * The same as three numbers 0 … 255.
 * @param {string} name
 * @returns {[number, number, number]}
 */
export function rgb(name) {
  const parts = colour(name).match(/[\d.]+/g) ?? ["0", "0", "0"];
  return [Number(parts[0]), Number(parts[1]), Number(parts[2])];
}

/** Forget all colours: light became dark. */
export const forgetColours = () => known.clear();
