// The picture of a digest: as it was looked at, readable without fonts and without colours, and with words beside it.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Resvg } from '@resvg/resvg-js';
import { drawDigest } from '../../src/render/chart.ts';
import { lettersWidth, withLetters } from '../../src/render/lettering.ts';
import { HOSTILE } from '../conformance/renderer.ts';
import { chartScene } from '../support/chart-scene.ts';

const STORED = join(import.meta.dirname, '../fixtures/digest/chart.png');

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 0 black to 255 white. */
  readonly light: (x: number, y: number) => number;
}

function pixelsOf(png: Buffer): Pixels {
  const width = png.readUInt32BE(16);
  const height = png.readUInt32BE(20);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image width="${width}" height="${height}" href="data:image/png;base64,${png.toString('base64')}"/></svg>`;
  const { pixels } = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
  return {
    width,
    height,
    light: (x, y) => {
      const at = (y * width + x) * 4;
      return ((pixels[at] ?? 0) * 3 + (pixels[at + 1] ?? 0) * 6 + (pixels[at + 2] ?? 0)) / 10;
    },
  };
}

function darkIn({ light }: Pixels, left: number, top: number, right: number, bottom: number): number {
  let dark = 0;
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) if (light(x, y) < 120) dark++;
  return dark;
}

test('the picture is the one that was looked at', () => {
  const drawn = drawDigest(chartScene());
  assert.ok(drawn !== undefined);
  // Look at it, then record it: UPDATE_CHART=1 node --test test/render/chart.test.ts
  if (process.env.UPDATE_CHART === '1') writeFileSync(STORED, drawn.png);
  const [is, was] = [pixelsOf(drawn.png), pixelsOf(readFileSync(STORED))];
  assert.deepEqual([is.width, is.height], [was.width, was.height]);
  let other = 0;
  for (let y = 0; y < is.height; y++)
    for (let x = 0; x < is.width; x++) if (Math.abs(is.light(x, y) - was.light(x, y)) > 48) other++;
  assert.ok(other / (is.width * is.height) < 0.005, `${other} pixels differ`);
});

test('title, axis, service names and figures are to be read, on a machine without fonts', () => {
  const drawn = drawDigest(chartScene());
  assert.ok(drawn !== undefined && !drawn.svg.includes('<text'));
  const pixels = pixelsOf(drawn.png);
  assert.ok(darkIn(pixels, 40, 36, 800, 84) > 1500, 'the title');
  assert.ok(darkIn(pixels, 180, 150, 296, 560) > 300, 'the percentages');
  assert.ok(darkIn(pixels, 100, 700, 296, pixels.height - 60) > 800, 'the services');
  // Its own paper at every edge, whatever the page.
  for (const [x, y] of [
    [6, 6],
    [pixels.width - 6, pixels.height - 6],
    [6, pixels.height - 6],
  ] as const)
    assert.equal(Math.round(pixels.light(x, y)), 255);
});

test('lightness alone tells the cells apart, and figures say what they mean', () => {
  const drawn = drawDigest(chartScene());
  assert.ok(drawn !== undefined);
  const lightness = [...drawn.svg.matchAll(/fill="#([0-9a-f]{6})"/g)].map(([, hex = '']) => {
    const part = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
    return Math.round((part(0) * 3 + part(2) * 6 + part(4)) / 10);
  });
  const levels = [...new Set(lightness)].sort((one, two) => one - two);
  assert.ok(levels.length >= 4, levels.join());
  for (const [at, level] of levels.entries()) if (at > 0) assert.ok(level - (levels[at - 1] ?? 0) >= 8, levels.join());
});

test('the words beside it have the figures, in two sentences', () => {
  const drawn = drawDigest(chartScene());
  assert.match(
    drawn?.alt ?? '',
    /^Of the requests to prod-eu, [\d.]+ % were answered 400, 401 or 403, after [\d.]+ % in the period before; at most [\d.]+ %, until 24 Nov \d\d:00 UTC\. Most failures are of orders: [\d.]+ % of its requests\.$/,
  );
});

test('one point is no picture', () => {
  const scene = chartScene();
  const series = { now: scene.series.now.slice(0, 1), before: [] };
  assert.equal(drawDigest({ ...scene, series }), undefined);
});

test('hostile and foreign names are drawn and nothing else', () => {
  const scene = chartScene();
  const names = [HOSTILE, '</text><script>alert(1)</script>', '注文サービス', '{b|x}', ''];
  const now = scene.series.now.map((point) => ({
    ...point,
    services: Object.fromEntries(names.map((name) => [name, { requests: 100, failed: 10 }])),
  }));
  const drawn = drawDigest({ ...scene, gateway: '{a|<b>}', series: { now, before: [] } });
  assert.ok(drawn !== undefined);
  for (const unwanted of ['<script', '<text', 'evil.example', 'channel'])
    assert.ok(!drawn.svg.includes(unwanted), unwanted);
  assert.ok(drawn.png.length > 10_000);
});

test('letters take the room that is measured', () => {
  const svg = withLetters(
    '<text text-anchor="end" style="font-size:20px" transform="translate(100 50)" fill="#000">Aé&amp;注</text>',
  );
  assert.match(svg, new RegExp(`translate\\(${(-lettersWidth('Ae&注', 20)).toFixed(2)} `));
  assert.equal((svg.match(/<path/g) ?? []).length, 4);
});
