import { acrossAxis, type Mark, plotArea, type Scene, type Size, upAxis, valueText } from '../../draw/index.js';
import { deviationEllipse, type Ellipse, type Run } from '../../run/index.js';
import { mountFigure } from '../figure.js';
import type { KeyEntry, Picture, PlotPoint } from '../picture.js';
import type { View, ViewState, ViewTable } from '../view.js';
import { flowName, flowStyle, styleOver } from './plot-view.js';

// What flows got and what it cost: rate against round trip, up and right is better. Each flow as the parts of the time that is shown, with the
// ellipse of one standard deviation about them and their mean. The delay goes to the left, as in Pantheon's plots.

const HEIGHT = 300;
const PARTS = 40;
/** Columns a part is averaged over. */
const FINE = 50;
const MOST_FLOWS = 18;
const BELOW = 14;
const AROUND = 48;

interface FlowParts {
  readonly flow: number;
  readonly label: string;
  readonly colour: string;
  readonly dash: readonly number[];
  readonly rate: readonly number[];
  readonly rttUs: readonly number[];
  readonly meanRate: number;
  readonly meanRttUs: number;
}

export const rateDelayView: View = {
  id: 'rate-delay',
  title: 'Rate and delay',
  key: 'Shift+E',
  needs: (run) => {
    const has = (quantity: string, id: number): boolean =>
      run.series.some((one) => one.quantity === quantity && one.per === 'flow' && one.owner === id);
    return (
      run.flows.some(({ id }) => has('deliveryRate', id) && has('rtt', id)) ||
      'it needs rates and round trips of a flow'
    );
  },
  mount: (host, context) =>
    mountFigure(host, rateDelayView, context, {
      heightPx: () => HEIGHT,
      isOverTime: false,
      picture: (run, state, size) => picture(run, state, size),
    }),
  async table(run, state): Promise<ViewTable> {
    const all = await partsOf(run, state);
    return {
      columns: ['flow', 'mean rate', 'mean RTT', 'deviation of the rate', 'deviation of the RTT', 'parts'],
      rows: all.map(({ label, meanRate, meanRttUs, rate, rttUs }) => [
        ...[label, valueText(meanRate, 'bytes/s', state.units), valueText(meanRttUs, 'us')],
        ...[
          valueText(deviation(rate, meanRate), 'bytes/s', state.units),
          valueText(deviation(rttUs, meanRttUs), 'us'),
          String(rate.length),
        ],
      ]),
    };
  },
  async describe(run, state) {
    const all = await partsOf(run, state);
    const said = all
      .slice(0, 4)
      .map(
        ({ label, meanRate, meanRttUs }) =>
          `${label} ${valueText(meanRate, 'bytes/s', state.units)} at ${valueText(meanRttUs, 'us')}`,
      );
    return `Rate against round trip, with one standard deviation over ${PARTS} parts of the time: ${said.join('; ') || 'nothing is known here'}.`;
  },
  scene: async (run, state, size) => (await picture(run, state, size, 'Rate and delay')).scene,
};

function deviation(values: readonly number[], mean: number): number | null {
  if (values.length < 2) return null;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

async function partsOf(run: Run, { range, hidden, pinned, theme }: ViewState): Promise<FlowParts[]> {
  const sides = pinned && pinned !== run ? [pinned, run] : [run];
  const all = sides.flatMap((one, side) =>
    one.flows
      .filter(({ id }) => one !== run || !hidden.has(id))
      .slice(0, MOST_FLOWS)
      .map(async ({ id }): Promise<FlowParts | null> => {
        const [rates, rtts] = await Promise.all(
          (['deliveryRate', 'rtt'] as const).map((quantity) => meansOf(one, quantity, id, range)),
        );
        const both = rates!.flatMap((rate, i) =>
          rate === null || rtts![i] === null ? [] : [[rate, rtts![i]!] as const],
        );
        if (both.length === 0) return null;
        const rate = both.map(([value]) => value);
        const rttUs = both.map(([, value]) => value);
        const over = side > 0;
        const style = over ? { ...styleOver(pinned!, one, id, theme), dash: [5, 3] } : flowStyle(one, id, theme);
        const before = sides.length > 1 ? (over ? 'B: ' : 'A: ') : '';
        return {
          ...{ flow: id, label: before + flowName(one, id), ...style, rate, rttUs },
          meanRate: rate.reduce((sum, value) => sum + value, 0) / rate.length,
          meanRttUs: rttUs.reduce((sum, value) => sum + value, 0) / rttUs.length,
        };
      }),
  );
  return (await Promise.all(all)).filter((one) => one !== null);
}

/** Means of a series in parts of a range; null where nothing is known of one. */
async function meansOf(
  run: Run,
  quantity: 'deliveryRate' | 'rtt',
  owner: number,
  range: ViewState['range'],
): Promise<(number | null)[]> {
  const columns = await run.source.query({ quantity, owner, ...range, pixels: PARTS * FINE });
  if (!columns) return new Array(PARTS).fill(null);
  let held = columns.before?.value ?? Number.NaN;
  const sums = Array.from({ length: PARTS }, () => ({ sum: 0, count: 0 }));
  columns.count.forEach((count, i) => {
    if (count > 0) held = columns.last[i]!;
    else if (columns.unknown[i]! > 0) held = Number.NaN;
    if (Number.isNaN(held)) return;
    const part = sums[Math.floor(i / FINE)]!;
    part.sum += held;
    part.count += 1;
  });
  return sums.map(({ sum, count }) => (count > 0 ? sum / count : null));
}

async function picture(run: Run, state: ViewState, size: Size, title?: string): Promise<Picture> {
  const { theme, units } = state;
  const flows = await partsOf(run, state);
  const area = plotArea({ ...size, height: size.height - BELOW }, title !== undefined);
  const [leastUs, mostUs] = edges(flows.flatMap(({ rttUs }) => [...rttUs]));
  const most = Math.max(1, ...flows.flatMap(({ rate }) => [...rate])) * 1.06;
  // The more delay, the further to the left.
  const xOf = (us: number): number => area.x + area.width - ((us - leastUs) / (mostUs - leastUs)) * area.width;
  const yOf = (rate: number): number => area.y + (1 - rate / most) * area.height;
  const marks = flows.flatMap(({ rate, rttUs, meanRate, meanRttUs, colour, dash }): Mark[] => {
    const [x, y] = [rttUs.map(xOf), rate.map(yOf)];
    const ellipse = deviationEllipse(x, y);
    const [cx, cy] = [xOf(meanRttUs), yOf(meanRate)];
    return [
      { kind: 'shapes', shape: 'circle', path: x.flatMap((at, i) => [at, y[i]!]), colour, size: 3 },
      ...(ellipse ? ellipseMarks(ellipse, colour, dash) : []),
      {
        kind: 'line',
        path: [cx - 6, cy, cx + 6, cy, Number.NaN, Number.NaN, cx, cy - 6, cx, cy + 6],
        colour: theme.text,
        width: 2,
      },
    ];
  });
  const points = flows.flatMap(({ flow, label, rate, rttUs, meanRate, meanRttUs }): PlotPoint[] => [
    {
      flow,
      x: xOf(meanRttUs),
      y: yOf(meanRate),
      text: `${label}, mean: ${valueText(meanRate, 'bytes/s', units)} at ${valueText(meanRttUs, 'us')}`,
    },
    ...rate.map((value, i) => ({
      flow,
      x: xOf(rttUs[i]!),
      y: yOf(value),
      text: `${label}: ${valueText(value, 'bytes/s', units)} at ${valueText(rttUs[i]!, 'us')}`,
    })),
  ]);
  const scene: Scene = {
    ...{ width: size.width, height: size.height, area },
    marks: [
      ...acrossAxis(area, { low: leastUs, high: mostUs, at: xOf, quantity: 'RTT', unit: 'us' }, theme),
      ...upAxis(area, { low: 0, high: most, at: yOf, quantity: 'rate', unit: 'bytes/s', units }, theme),
      { kind: 'clip', area, marks },
      {
        kind: 'text',
        x: area.x + area.width - 6,
        y: area.y + 12,
        text: 'better ↗',
        colour: theme.muted,
        size: 11,
        anchor: 'end',
      },
      ...(title === undefined
        ? []
        : [{ kind: 'text' as const, x: area.x, y: 18, text: title, colour: theme.text, size: 13, weight: 600 }]),
    ],
  };
  const key = flows.map(
    ({ label, colour, dash, meanRate }): KeyEntry => ({
      ...{ label, colour, dash },
      valueAt: async () => valueText(meanRate, 'bytes/s', units),
      beside: async () => ({ before: null, after: null }),
    }),
  );
  return {
    scene,
    key,
    points,
    scale: { timeOf: () => state.range.fromUs, xOf: () => Number.NaN, left: area.x, right: area.x + area.width },
  };
}

function ellipseMarks({ x, y, major, minor, angle }: Ellipse, colour: string, dash: readonly number[]): Mark[] {
  const path = Array.from({ length: AROUND + 1 }, (_, i) => (i * 2 * Math.PI) / AROUND).flatMap((at) => {
    const [a, b] = [major * Math.cos(at), minor * Math.sin(at)];
    return [x + a * Math.cos(angle) - b * Math.sin(angle), y + a * Math.sin(angle) + b * Math.cos(angle)];
  });
  return [
    { kind: 'area', path, colour, alpha: 0.12 },
    { kind: 'line', path, colour, width: 1.75, ...(dash.length > 0 ? { dash } : {}) },
  ];
}

function edges(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [0, 1];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(1, (most - least) * 0.06);
  return [Math.max(0, least - room), most + room];
}
