/** Draws images/icon.png: an arrow that leaves a house through its gate. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { inProject } from './lib/place.mjs';

const size = 256;
const background = [31, 58, 104];
const wall = [150, 184, 232];
const arrow = [255, 196, 61];

/** Layers from back to front: a colour, and a function that gives the distance of a point to the shape, negative inside. */
const layers = [
  [background, (x, y) => box(x, y, 128, 128, 120, 120, 48)],
  // The house: open to the right, where the gate is.
  [wall, (x, y) => Math.max(Math.abs(box(x, y, 108, 128, 60, 68, 20)) - 8, -box(x, y, 176, 128, 30, 52, 0))],
  [arrow, (x, y) => box(x, y, 136, 128, 54, 9, 9)],
  [arrow, (x, y) => Math.min(stroke(x, y, 196, 128, 166, 98, 9), stroke(x, y, 196, 128, 166, 158, 9))],
];

mkdirSync(inProject('images'), { recursive: true });
writeFileSync(inProject('images/icon.png'), png(pixels()));

/** Distance to a rectangle with round corners. */
function box(x, y, centreX, centreY, halfWidth, halfHeight, radius) {
  const dx = Math.abs(x - centreX) - halfWidth + radius;
  const dy = Math.abs(y - centreY) - halfHeight + radius;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
}

/** Distance to a line with round ends. */
function stroke(x, y, fromX, fromY, toX, toY, radius) {
  const [lineX, lineY] = [toX - fromX, toY - fromY];
  const along = ((x - fromX) * lineX + (y - fromY) * lineY) / (lineX ** 2 + lineY ** 2);
  const part = Math.min(Math.max(along, 0), 1);
  return Math.hypot(x - fromX - part * lineX, y - fromY - part * lineY) - radius;
}

/** Rows of RGBA, each with the byte before it that PNG wants. */
function pixels() {
  const bytes = Buffer.alloc(size * (size * 4 + 1));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) bytes.set(colourAt(x + 0.5, y + 0.5), y * (size * 4 + 1) + 1 + x * 4);
  }
  return bytes;
}

function colourAt(x, y) {
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (const [colour, distance] of layers) {
    // Half a pixel to both sides of the edge is shared between the colours.
    const cover = Math.min(Math.max(0.5 - distance(x, y), 0), 1);
    const mix = (below, above) => (alpha === 0 ? above : below + (above - below) * cover);
    [red, green, blue] = [mix(red, colour[0]), mix(green, colour[1]), mix(blue, colour[2])];
    alpha += (1 - alpha) * cover;
  }
  return [red, green, blue, alpha * 255].map(Math.round);
}

function png(rows) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  // Eight bits for each of red, green, blue and alpha.
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...parts]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
