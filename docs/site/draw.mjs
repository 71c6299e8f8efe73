// Draws the figures of claims with the page's own modules, on paper of SVG; no browser is needed.
//   node draw.mjs file:///…/livegrad/lab/page < frame > {"claim/figure": "<svg …>"}

import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";

const page = process.argv[2];
const WIDTH = 720;

// What the drawing modules ask a browser for: colours of the style sheet, and pictures of pixels.
const lettered = (name) => name.replaceAll("2", "two").replaceAll("3", "three");
const sheet = readFileSync(new URL(`${page}/lab.css`), "utf8");
const light = new Map([...sheet.matchAll(/--([a-z0-9-]+): light-dark\(((?:[^()]|\([^()]*\))*), /g)].map((found) => [found[1], plain(found[2])]));

function plain(value) {
  const hex = value.match(/^#(..)(..)(..)$/);
  return hex ? `rgb(${hex.slice(1).map((part) => parseInt(part, 16)).join(", ")})` : value;
}

globalThis.ImageData = class {
  constructor(width, height) {
    Object.assign(this, { width, height, data: new Uint8ClampedArray(4 * width * height) });
  }
};
globalThis.getComputedStyle = ({ style }) => ({ color: asked(style.color) });

/** A variable of the site's style sheet, with the light colour for those who do not know it. */
function asked(token) {
  const name = token.slice("var(--".length, -1);
  return `var(--lab-${lettered(name)}, ${light.get(name) ?? "currentColor"})`;
}

globalThis.document = {
  body: { append() {} },
  createElement(kind) {
    if (kind !== "canvas") return { style: {}, remove() {} };
    const canvas = { width: 0, height: 0, getContext: () => ({ putImageData(pixels) { canvas.pixels = pixels; } }), toDataURL: () => png(canvas.pixels) };
    return canvas;
  },
};

function png({ width, height, data }) {
  const rows = Buffer.alloc(height * (1 + 4 * width));
  for (let y = 0; y < height; y += 1) Buffer.from(data.buffer, 4 * width * y, 4 * width).copy(rows, y * (1 + 4 * width) + 1);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const parts = [Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return `data:image/png;base64,${Buffer.concat(parts).toString("base64")}`;
}

/** The checksum of PNG (ISO 3309), which older Nodes do not bring. */
function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let k = 0; k < 8; k += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

function chunk(kind, content) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

const { decoded } = await import(`${page}/core/frames.js`);
const { drawFigure, figureHeight, figureSays, figureTitle } = await import(`${page}/draw/figure.js`);
const { SvgPen } = await import(`${page}/draw/svg.js`);

const given = readFileSync(0);
const { language, words, figures } = decoded(given.buffer.slice(given.byteOffset, given.byteOffset + given.length));
const word = (key) => words[key] ?? { en: key, ko: key };
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const found = {};
for (const [name, figure] of Object.entries(figures)) {
  const pen = new SvgPen(WIDTH, figureHeight(figure, WIDTH));
  drawFigure(pen, figure, { language, word });
  const says = figureSays(figure, word)[language];
  const svg = pen.text(figureTitle(figure, language), "").replace("<svg ", `<svg role="img" aria-label="${escaped(says)}" `);
  found[name] = `${svg}<figcaption><b>${escaped(figureTitle(figure, language))}</b> ${escaped(figure.note[language])}</figcaption>`;
}
process.stdout.write(JSON.stringify(found));
