// Points that TensorFlow Playground has and the lab has no task for, as a table. Knows no DOM.

/**
 * Numbers from 0 to 1 that follow from the seed alone (a Weyl sequence, mixed).
 * @param {number} seed
 */
export function numbers(seed) {
  let at = seed >>> 0;
  return () => {
    at = (at + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(at ^ (at >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4294967296;
  };
}

const BUMPS = /** @type {[number, number, number][]} */ ([[-4, 2.5, 1], [0, 2.5, -1], [4, 2.5, 1], [-4, -2.5, -1], [0, -2.5, 1], [4, -2.5, -1]]);

/**
 * What is to be found at a place: an inclined plane, or the nearest of six bumps.
 * @param {string} kind
 * @param {number} x
 * @param {number} y
 */
export function height(kind, x, y) {
  if (kind === "reg-plane") return Math.max(-1, Math.min(1, (x + y) / 10));
  let found = 0;
  for (const [left, up, sign] of BUMPS) {
    const bump = sign * Math.max(0, 1 - Math.hypot(x - left, y - up) / 2);
    if (Math.abs(bump) > Math.abs(found)) found = bump;
  }
  return found;
}

/**
 * @param {string} kind reg-plane or reg-gauss
 * @param {number} noise 0 … 0.5, of the whole width
 * @param {number} seed
 * @param {number} count
 */
export function regressionTable(kind, noise, seed, count) {
  const next = numbers(seed);
  const spread = () => 12 * next() - 6;
  const rows = Array.from({ length: count }, () => {
    const [x, y] = [spread(), spread()];
    return [x.toFixed(1), y.toFixed(1), height(kind, x + noise * spread(), y + noise * spread()).toFixed(2)].join(",");
  });
  return ["x,y,height", ...rows].join("\n");
}

/**
 * Two round clouds; noise makes them wider, as it does there.
 * @param {number} noise 0 … 0.5
 * @param {number} seed
 * @param {number} count
 */
export function cloudTable(noise, seed, count) {
  const next = numbers(seed);
  const deviation = Math.sqrt(0.5 + 7 * noise);
  const normal = () => deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const rows = Array.from({ length: count }, (_, k) => {
    const middle = k % 2 ? -2 : 2;
    return [(middle + normal()).toFixed(1), (middle + normal()).toFixed(1), k % 2 ? "blue" : "orange"].join(",");
  });
  return ["x,y,label", ...rows].join("\n");
}
