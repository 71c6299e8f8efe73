// Links of TensorFlow Playground, read as a race.

/**
 * @param {string} hash
 * @returns {import("./address.js").State | null}
 */
export function fromPlayground(hash) {
  void hash;
  return null;
}
