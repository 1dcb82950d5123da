import { acrossAxis, type Mark, plotArea, type Scene, type Size, upAxis, valueText } from '../../draw/index.js';
import { quantile, type Run, type SeriesInfo } from '../../run/index.js';
import { mountFigure } from '../figure.js';
import type { KeyEntry, Picture } from '../picture.js';
import type { View, ViewState, ViewTable } from '../view.js';
import { flowName, flowStyle, styleOver } from './plot-view.js';

// Round trips of each flow as a cumulative distribution, over the range that is shown. A value that holds counts as long as it holds.

const HEIGHT = 230;
const PIXELS = 4096;
const MOST_FLOWS = 18;
const SHARES = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;
const BELOW = 14;

interface Sample {
  readonly run: Run;
  readonly label: string;
  readonly colour: string;
  readonly dash: readonly number[];
  readonly alpha: number;
  /** Ascending, a value for each so long a time. */
  readonly values: readonly number[];
}

export const rttCdfView: View = {
  id: 'rtt-cdf',
  title: 'Round-trip time, cumulative',
  key: 'Shift+R',
  needs: (run) => run.series.some(isRtt) || 'no round trip was measured here',
  mount: (host, context) =>
    mountFigure(host, rttCdfView, context, {
      heightPx: () => HEIGHT,
      picture: (run, state, size) => picture(run, state, size),
      isOverTime: false,
    }),
  async table(run, state): Promise<ViewTable> {
    const samples = await samplesOf(run, state);
    return {
      columns: ['flow', ...SHARES.map((share) => `${share * 100} %`)],
      rows: samples.map(({ label, values }) => [
        label,
        ...SHARES.map((share) => valueText(quantile(values, share), 'us')),
      ]),
    };
  },
  async describe(run, state) {
    const samples = await samplesOf(run, state);
    const said = samples
      .slice(0, 4)
      .map(
        ({ label, values }) =>
          `${label} half below ${valueText(quantile(values, 0.5), 'us')}, 95 % below ${valueText(quantile(values, 0.95), 'us')}`,
      );
    return `Share of the time with at most so long a round trip: ${said.join('; ') || 'nothing is known here'}.`;
  },
  scene: async (run, state, size) => (await picture(run, state, size, 'Round-trip time, cumulative')).scene,
};

function isRtt({ quantity, per }: SeriesInfo): boolean {
  return quantity === 'rtt' && per === 'flow';
}

async function samplesOf(run: Run, { range, hidden, pinned, theme }: ViewState): Promise<Sample[]> {
  const sides = pinned && pinned !== run ? [pinned, run] : [run];
  const all = sides.flatMap((one, side) =>
    one.series
      .filter((info) => isRtt(info) && (one !== run || !hidden.has(info.owner)))
      .slice(0, MOST_FLOWS)
      .map(async ({ owner }): Promise<Sample> => {
        const columns = await one.source.query({ quantity: 'rtt', owner, ...range, pixels: PIXELS });
        const values: number[] = [];
        // A column without a sample has the value of the one before, as long as that is known.
        let held = Number.NaN;
        columns?.count.forEach((count, i) => {
          if (count > 0) held = columns.last[i]!;
          else if (columns.unknown[i]! > 0) held = Number.NaN;
          if (!Number.isNaN(held)) values.push(held);
        });
        const over = side > 0;
        const { colour, dash } = over ? styleOver(pinned!, one, owner, theme) : flowStyle(one, owner, theme);
        const before = sides.length > 1 ? (over ? 'B: ' : 'A: ') : '';
        return {
          run: one,
          label: before + flowName(one, owner),
          colour,
          dash: over ? [5, 3] : dash,
          alpha: over ? 0.72 : 1,
          values: values.sort((a, b) => a - b),
        };
      }),
  );
  return (await Promise.all(all)).filter(({ values }) => values.length > 0);
}

async function picture(run: Run, state: ViewState, size: Size, title?: string): Promise<Picture> {
  const { theme } = state;
  const samples = await samplesOf(run, state);
  const whole = plotArea({ ...size, height: size.height - BELOW }, title !== undefined);
  const least = Math.min(...samples.map(({ values }) => values[0]!), Number.POSITIVE_INFINITY);
  const most = Math.max(...samples.map(({ values }) => values.at(-1)!), 0);
  const [low, high] = samples.length === 0 ? [1, 10] : [Math.max(1, least * 0.95), Math.max(most * 1.05, least * 1.2)];
  const xOf = (us: number): number =>
    whole.x + (Math.log(Math.max(us, low) / low) / Math.log(high / low)) * whole.width;
  const yOf = (share: number): number => whole.y + (1 - share) * whole.height;
  const curves = samples.map(({ values, colour, dash, alpha }): Mark => {
    const path: number[] = [whole.x, yOf(0)];
    // As many points as there are pixels say as much.
    const steps = Math.min(values.length, Math.ceil(whole.height) * 2);
    for (let i = 1; i <= steps; i += 1) {
      const share = i / steps;
      const x = xOf(values[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)]!);
      path.push(x, path.at(-1)!, x, yOf(share));
    }
    path.push(whole.x + whole.width, yOf(1));
    return { kind: 'line', path, colour, width: 1.75, alpha, ...(dash.length > 0 ? { dash } : {}) };
  });
  const scene: Scene = {
    ...{ width: size.width, height: size.height, area: whole },
    marks: [
      ...acrossAxis(whole, { low, high, at: xOf, quantity: 'RTT', unit: 'us', log: true }, theme),
      ...upAxis(whole, { low: 0, high: 1, at: yOf, quantity: 'share of the time', unit: 'ratio' }, theme),
      { kind: 'clip', area: whole, marks: curves },
      ...(title === undefined
        ? []
        : [{ kind: 'text' as const, x: whole.x, y: 18, text: title, colour: theme.text, size: 13, weight: 600 }]),
    ],
  };
  const key = samples.map(
    ({ label, colour, dash, values }): KeyEntry => ({
      ...{ label, colour, dash },
      valueAt: async () => valueText(quantile(values, 0.5), 'us'),
      beside: async () => ({ before: null, after: null }),
    }),
  );
  const points = samples.flatMap(({ label, values }) =>
    SHARES.map((share) => {
      const us = quantile(values, share)!;
      return {
        x: xOf(us),
        y: yOf(share),
        text: `${label}: ${valueText(us, 'us')} or less in ${share * 100} % of the time`,
      };
    }),
  );
  return {
    scene,
    key,
    points,
    scale: { timeOf: () => state.range.fromUs, xOf: () => Number.NaN, left: whole.x, right: whole.x + whole.width },
  };
}
