// The picture of a digest: failures over time with the period before behind them, and a strip of heat for each service.
import { Resvg } from '@resvg/resvg-js';
import { LineChart, ScatterChart } from 'echarts/charts';
import { GraphicComponent, GridComponent, MarkPointComponent } from 'echarts/components';
import { init, setPlatformAPI, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Digest } from '../digest/digest.ts';
import { rateOf, type Tally, type TrafficPoint } from '../digest/traffic.ts';
import { instant, share } from '../digest/words.ts';
import { lettersWidth, withLetters } from './lettering.ts';
import { visible } from './wrap.ts';

const WIDTH = 820;
const LEFT = 150;
const RIGHT = 34;
const LINE_TOP = 84;
const LINE_HEIGHT = 190;
const ROW = 26;
const STRIP_TOP = LINE_TOP + LINE_HEIGHT + 76;
/** Columns of the strips: a cell has room for its figure. */
const COLUMNS = 24;
const SERVICES = 8;
/** Fewer failures in a cell are not shown. */
const FEW = 3;
/** Pixels for one of the drawing: sharp where Slack enlarges it. */
const ZOOM = 2;

/** A background of its own, so that it reads in a light and in a dark theme. */
const PAPER = '#ffffff';
const INK = '#1d2433';
const QUIET_INK = '#5b6474';
const NOW = '#0a4f9e';
const BEFORE = '#8a8f99';
const GRID = '#e4e7ec';
/** One hue, light to dark: told apart by lightness alone, and every cell from 1 % on has its figure. */
const HEAT: readonly (readonly [number, string, string])[] = [
  [0.25, '#08306b', '#ffffff'],
  [0.1, '#2171b5', '#ffffff'],
  [0.05, '#6baed6', INK],
  [0.01, '#c6dbef', INK],
  [0, '#f0f3f7', INK],
];

use([LineChart, ScatterChart, GridComponent, GraphicComponent, MarkPointComponent, SVGRenderer]);
setPlatformAPI({
  measureText: (text: string, font?: string) => ({
    width: lettersWidth(text, Number.parseFloat(/([\d.]+)px/.exec(font ?? '')?.[1] ?? '12')),
  }),
} as unknown as Parameters<typeof setPlatformAPI>[0]);

export interface DigestPicture {
  readonly png: Buffer;
  readonly svg: string;
  /** One or two sentences with the figures, for those who do not see it. */
  readonly alt: string;
}

/** Draws the digest; undefined where there are fewer than two points in time. */
export function drawDigest(digest: Digest): DigestPicture | undefined {
  const { now, before } = digest.series;
  if (now.length < 2) return undefined;
  const services = servicesOf(now);
  const columns = columnsOf(now);
  const height = STRIP_TOP + services.length * ROW + 30;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    chart.setOption({ animation: false, backgroundColor: PAPER, ...optionOf(digest, services, columns, before) });
    const svg = withLetters(chart.renderToSVGString());
    const png = new Resvg(svg, {
      font: { loadSystemFonts: false },
      fitTo: { mode: 'zoom', value: ZOOM },
    })
      .render()
      .asPng();
    return { png, svg, alt: altOf(digest, services) };
  } finally {
    // Else its clock keeps the process alive.
    chart.dispose();
  }
}

interface Row {
  readonly name: string;
  readonly tally: Tally;
}

/** Services with most failures, then the busiest. */
function servicesOf(points: readonly TrafficPoint[]): readonly Row[] {
  const sums = new Map<string, { requests: number; failed: number }>();
  for (const { services } of points)
    for (const [name, { requests, failed }] of Object.entries(services)) {
      const sum = sums.get(name) ?? { requests: 0, failed: 0 };
      sums.set(name, { requests: sum.requests + requests, failed: sum.failed + failed });
    }
  return [...sums]
    .map(([name, tally]) => ({ name, tally }))
    .sort((one, other) => other.tally.failed - one.tally.failed || other.tally.requests - one.tally.requests)
    .slice(0, SERVICES);
}

/** Neighbouring points joined until they fit. */
function columnsOf(points: readonly TrafficPoint[]): readonly (readonly TrafficPoint[])[] {
  const each = Math.ceil(points.length / COLUMNS);
  return Array.from({ length: Math.ceil(points.length / each) }, (_, at) => points.slice(at * each, (at + 1) * each));
}

function clock(at: number, span: number): string {
  const text = instant(at).replace(' UTC', '');
  return span <= 36 * 3_600_000 ? text.slice(-5) : text.slice(0, -6);
}

function optionOf(
  digest: Digest,
  services: readonly Row[],
  columns: readonly (readonly TrafficPoint[])[],
  before: readonly TrafficPoint[],
): Record<string, unknown> {
  const { now } = digest.series;
  const [begin, end] = [now[0]?.from ?? 0, now.at(-1)?.to ?? 0];
  const span = end - begin;
  const rates = now.map((point) => rateOf(point) * 100);
  const past = before.slice(-now.length).map((point) => rateOf(point) * 100);
  const most = Math.max(...rates);
  const peak = rates.indexOf(most);
  const top = niceTop(Math.max(1, most * 1.15, ...past));
  const plot = WIDTH - LEFT - RIGHT;
  const text = { color: QUIET_INK, fontSize: 14 };
  return {
    graphic: [
      frame(STRIP_TOP + services.length * ROW + 30),
      write(24, 20, `${label(digest.gateway, 30)}: requests answered 400, 401 or 403`, 18, INK, true),
      write(24, 47, `${instant(begin)} to ${instant(end)}, in % of all requests`, 14, QUIET_INK),
      ...legend(past.length > 0),
      write(
        24,
        LINE_TOP + LINE_HEIGHT + 46,
        `By service, in % (no figure: below 1, or fewer than ${FEW} failures; –: no requests)`,
        13,
        INK,
        true,
      ),
    ],
    grid: [
      { left: LEFT, right: RIGHT, top: LINE_TOP, height: LINE_HEIGHT },
      { left: LEFT, right: RIGHT, top: STRIP_TOP, height: services.length * ROW },
    ],
    xAxis: [
      {
        gridIndex: 0,
        type: 'category',
        boundaryGap: false,
        data: now.map(({ to }) => clock(to, span)),
        axisLabel: { ...text, interval: Math.max(0, Math.ceil(now.length / 8) - 1) },
        axisLine: { lineStyle: { color: QUIET_INK } },
        axisTick: { show: false },
      },
      { gridIndex: 1, type: 'category', data: columns.map((_, at) => at), show: false },
    ],
    yAxis: [
      {
        gridIndex: 0,
        type: 'value',
        min: 0,
        max: top,
        interval: top / 4,
        axisLabel: { ...text, formatter: (value: number) => `${Number(value.toFixed(2))} %` },
        splitLine: { lineStyle: { color: GRID } },
      },
      {
        gridIndex: 1,
        type: 'category',
        inverse: true,
        data: services.map(({ name }) => label(name === '' ? '(no service)' : name, 17)),
        axisLabel: { color: INK, fontSize: 14, interval: 0 },
        axisLine: { show: false },
        axisTick: { show: false },
      },
    ],
    series: [
      {
        type: 'line',
        data: past,
        symbol: 'none',
        lineStyle: { color: BEFORE, width: 2, type: [3, 4] },
      },
      {
        type: 'line',
        data: rates,
        symbol: 'none',
        lineStyle: { color: NOW, width: 3 },
        areaStyle: { color: NOW, opacity: 0.08 },
        markPoint: {
          symbol: 'circle',
          symbolSize: 9,
          itemStyle: { color: PAPER, borderColor: NOW, borderWidth: 3 },
          label: {
            show: true,
            position: peak > now.length * 0.8 ? 'left' : peak < now.length * 0.1 ? 'right' : 'top',
            distance: 8,
            formatter: `${share(most / 100)} at ${clock(now[peak]?.to ?? 0, span)}`,
            color: INK,
            fontSize: 14,
            fontWeight: 'bold',
          },
          data: [{ coord: [peak, most] }],
        },
      },
      {
        type: 'scatter',
        xAxisIndex: 1,
        yAxisIndex: 1,
        symbol: 'rect',
        symbolSize: [plot / columns.length - 2, ROW - 3],
        data: services.flatMap(({ name }, row) => columns.map((points, at) => cell(name, points, at, row))),
      },
    ],
  };
}

/** The next round number, so that four steps have short labels. */
function niceTop(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 6, 8, 10].find((step) => step * unit >= value) ?? 10) * unit;
}

function write(
  x: number,
  y: number,
  text: string,
  size: number,
  colour: string,
  isBold = false,
): Record<string, unknown> {
  return {
    type: 'text',
    x,
    y,
    silent: true,
    style: { text, fill: colour, font: `${isBold ? 'bold ' : ''}${size}px sans-serif`, textVerticalAlign: 'top' },
  };
}

/** An edge, where the page is as light as the paper. */
function frame(height: number): Record<string, unknown> {
  return {
    type: 'rect',
    silent: true,
    shape: { x: 0.5, y: 0.5, width: WIDTH - 1, height: height - 1 },
    style: { fill: 'none', stroke: GRID, lineWidth: 1 },
  };
}

/** Line and dashes with their names beside them. */
function legend(hasPast: boolean): readonly Record<string, unknown>[] {
  const y = 53;
  const line = (x: number, colour: string, width: number, lineDash?: readonly number[]): Record<string, unknown> => ({
    type: 'line',
    shape: { x1: x, y1: y, x2: x + 30, y2: y },
    style: { stroke: colour, lineWidth: width, ...(lineDash === undefined ? {} : { lineDash }) },
  });
  const at = hasPast ? 556 : 676;
  return [
    line(at, NOW, 3),
    write(at + 38, 47, 'this period', 14, INK),
    ...(hasPast ? [line(at + 132, BEFORE, 2, [3, 4]), write(at + 170, 47, 'before', 14, INK)] : []),
  ];
}

function cell(service: string, points: readonly TrafficPoint[], column: number, row: number): Record<string, unknown> {
  const tallies = points.flatMap(({ services }) => services[service] ?? []);
  const requests = tallies.reduce((sum, tally) => sum + tally.requests, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  // One failure of three requests is 33 % and nothing to look at.
  const rate = failed < FEW ? 0 : rateOf({ requests, failed });
  const [, colour = PAPER, ink = INK] = HEAT.find(([least]) => rate >= least) ?? [];
  const figure = requests === 0 ? '–' : rate >= 0.01 ? String(Math.round(rate * 100)) : '';
  return {
    value: [column, row],
    itemStyle: { color: requests === 0 ? PAPER : colour, opacity: 1 },
    label: {
      show: figure !== '',
      formatter: figure,
      color: requests === 0 ? QUIET_INK : ink,
      fontSize: 12,
      position: 'inside',
    },
  };
}

/** A name that fits; ECharts reads braces as placeholders and bars as styles. */
function label(name: string, length: number): string {
  const text = visible(name).replace(/\s+/g, ' ').replace(/[{}|]/g, '_');
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function altOf({ gateway, series }: Digest, services: readonly Row[]): string {
  const { now, before } = series;
  const sum = (points: readonly TrafficPoint[]): Tally => ({
    requests: points.reduce((total, { requests }) => total + requests, 0),
    failed: points.reduce((total, { failed }) => total + failed, 0),
  });
  const peak = now.reduce((most, point) => (rateOf(point) > rateOf(most) ? point : most));
  const past = before.length === 0 ? '' : `, after ${share(rateOf(sum(before)))} in the period before`;
  const [first] = services;
  const top =
    first === undefined || first.tally.failed === 0
      ? ''
      : ` Most failures are of ${label(first.name, 60)}: ${share(rateOf(first.tally))} of its requests.`;
  return `Of the requests to ${gateway}, ${share(rateOf(sum(now)))} were answered 400, 401 or 403${past}; at most ${share(rateOf(peak))}, until ${instant(peak.to)}.${top}`;
}
