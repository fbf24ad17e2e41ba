/** Small PNG files: screenshots have few colours, and 256 of them tell all that there is to read. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const COLOURS = 256;
const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A PNG with a palette, from one with 8 bits for each of 3 or 4 channels, not interlaced. Throws for any other. */
export function withPalette(png) {
  const { width, height, pixels } = decode(png);
  const { palette, indices } = quantize(pixels);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = indices[y * width + x];
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Pixels as numbers `0xRRGGBB`. */
function decode(png) {
  const data = [];
  let header;
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = body;
    if (type === 'IDAT') data.push(body);
    at += 12 + length;
  }
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const channels = { 2: 3, 6: 4 }[header[9]];
  if (header[8] !== 8 || channels === undefined || header[12] !== 0) throw new Error('A PNG of another kind.');
  const bytes = unfiltered(inflateSync(Buffer.concat(data)), width * channels, height, channels);
  const pixels = new Uint32Array(width * height);
  for (let at = 0; at < pixels.length; at++) {
    const from = at * channels;
    pixels[at] = (bytes[from] << 16) | (bytes[from + 1] << 8) | bytes[from + 2];
  }
  return { width, height, pixels };
}

/** Takes back what the filters of PNG did to each row. */
function unfiltered(data, stride, height, step) {
  const result = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = data[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const left = x >= step ? result[y * stride + x - step] : 0;
      const up = y > 0 ? result[(y - 1) * stride + x] : 0;
      const corner = x >= step && y > 0 ? result[(y - 1) * stride + x - step] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      result[y * stride + x] = data[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return result;
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((each) => Math.abs(guess - each));
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** The commonest colours, and for every pixel the nearest of them. */
function quantize(pixels) {
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const common = [...counts].sort((a, b) => b[1] - a[1]).slice(0, COLOURS);
  const palette = common.map(([pixel]) => [pixel >> 16, (pixel >> 8) & 255, pixel & 255]);
  const known = new Map(common.map(([pixel], index) => [pixel, index]));
  const indices = Uint8Array.from(pixels, (pixel) => {
    const found = known.get(pixel) ?? nearest(palette, pixel);
    known.set(pixel, found);
    return found;
  });
  return { palette, indices };
}

function nearest(palette, pixel) {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  palette.forEach(([red, green, blue], index) => {
    const distance = (red - (pixel >> 16)) ** 2 + (green - ((pixel >> 8) & 255)) ** 2 + (blue - (pixel & 255)) ** 2;
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}

function chunk(type, body) {
  const result = Buffer.alloc(12 + body.length);
  result.writeUInt32BE(body.length, 0);
  result.write(type, 4, 'latin1');
  body.copy(result, 8);
  result.writeUInt32BE(crc32(result.subarray(4, 8 + body.length)), 8 + body.length);
  return result;
}
