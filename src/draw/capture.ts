import type { CaptureComparison, ConnectionSeries, CrossingSeries, OverallSeries } from '../capture/index.js';
import { LIGHT, seriesColour } from '../palette/index.js';
import type { Curve, Figure, Panel } from './figure.js';

const MBIT = 8e-6;
const THERE = seriesColour(LIGHT, 0);
const BACK = seriesColour(LIGHT, 1);

/** Everything in a capture over time. */
export function overallFigure({ binUs, timeUs, packets, bytes }: OverallSeries): Figure {
  const x = seconds(timeUs);
  const panel = (title: string, yLabel: string, values: Curve['values']): Panel => ({
    ...{ title, yLabel, xLabel: 's', x },
    curves: [{ label: 'all packets', values, colour: THERE }],
  });
  return {
    title: '',
    panels: [
      panel(
        'Rate on the wire',
        'Mbit/s',
        Array.from(bytes, (value) => (value * 8) / binUs),
      ),
      panel(
        'Packets',
        'packets/s',
        Array.from(packets, (value) => (value * 1e6) / binUs),
      ),
    ],
  };
}

/** One connection over time: what its busier side sent, and the way of it. */
export function seriesFigure({ connection: c, timeUs, forward, backward }: ConnectionSeries): Figure {
  const ahead = c.forward.dataBytes >= c.backward.dataBytes;
  const side = ahead ? forward : backward;
  const [from, to] = [`${c.src} ${c.srcPort}`, `${c.dst} ${c.dstPort}`];
  const x = seconds(timeUs);
  const curve = (label: string, values: Float64Array, factor: number, index: number): Curve => ({
    ...{ label, colour: seriesColour(LIGHT, index) },
    values: scaled(values, factor),
  });
  const common = { xLabel: 's', x };
  return {
    title: `Flow ${c.number}: ${ahead ? from : to} → ${ahead ? to : from}`,
    panels: [
      {
        ...{ title: 'Rate', yLabel: 'Mbit/s', ...common },
        curves: [
          curve('throughput', side.throughputBytesPerSecond, MBIT, 0),
          curve('goodput', side.goodputBytesPerSecond, MBIT, 2),
          curve('lost here, sent again', side.retransmittedBytesPerSecond, MBIT, 1),
          curve('lost before here', side.lostBeforeBytesPerSecond, MBIT, 3),
        ].filter(({ values }) => Array.from(values).some((value) => value)),
      },
      {
        ...{ title: 'In flight', yLabel: 'kB', ...common },
        curves: [curve('mean', side.inFlightBytes, 1e-3, 0), curve('most', side.inFlightMaxBytes, 1e-3, 4)],
      },
      {
        ...{ title: 'Round-trip time', yLabel: 'ms', ...common },
        curves: [
          curve('least', side.rttMinUs, 1e-3, 2),
          curve('mean', side.rttMeanUs, 1e-3, 0),
          curve('most', side.rttMaxUs, 1e-3, 4),
        ],
      },
    ],
  };
}

/** Bins drawn of a comparison, at most: what two packets of a bin took is no line. */
const BINS_DRAWN = 240;

/** Two captures of one path: delays and losses of both ways. */
export function comparisonFigure({ timeUs, binUs, aToB, bToA, clock }: CaptureComparison): Figure {
  const step = Math.max(1, Math.ceil(timeUs.length / BINS_DRAWN));
  const x = seconds(timeUs.filter((_, i) => i % step === 0));
  const ways = [
    { label: 'A → B', colour: THERE, least: aToB.delay?.minUs ?? 0, ...merged(aToB.series, step) },
    { label: 'B → A', colour: BACK, least: bToA.delay?.minUs ?? 0, ...merged(bToA.series, step) },
  ];
  const delays = ways.flatMap(({ label, colour, least, meanUs, maxUs }): Curve[] => [
    { label, colour, values: scaled(meanUs, 1e-3, least / 1000) },
    { label: `${label}, most`, colour, values: scaled(maxUs, 1e-3, least / 1000), dash: [3, 3] },
  ]);
  const rates = ways.map(
    ({ label, colour, arrived }): Curve => ({ label, colour, values: scaled(arrived, 1e6 / (binUs * step)) }),
  );
  const losses = ways.map(
    ({ label, colour, lost }): Curve => ({ label, colour, values: scaled(lost, 1), shape: 'bars' }),
  );
  const panel = (title: string, yLabel: string, curves: readonly Curve[]): Panel => ({
    ...{ title, yLabel, xLabel: 's', x, curves },
  });
  const joined = aToB.delay !== null || bToA.delay !== null;
  const bent = clock.status === 'unsteady';
  return {
    title: bent ? 'The clocks cannot be joined: no delays' : '',
    panels: [
      ...(bent ? [] : [panel(joined ? 'Delay from point to point' : 'Delay above the least of its way', 'ms', delays)]),
      panel('Packets lost between the points, per bin', 'packets', losses),
      panel('Packets that arrived', 'packets/s', rates),
    ],
  };
}

/** `step` bins to one. */
function merged({ arrived, lost, queueMeanUs, queueMaxUs }: CrossingSeries, step: number) {
  const each = (of: (from: number, to: number) => number): Float64Array =>
    Float64Array.from({ length: Math.ceil(arrived.length / step) }, (_, i) => of(i * step, (i + 1) * step));
  const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0);
  return {
    arrived: each((from, to) => sum(arrived.subarray(from, to))),
    lost: each((from, to) => sum(lost.subarray(from, to))),
    meanUs: each((from, to) => {
      const weights = arrived.subarray(from, to);
      return sum(weights.map((packets, i) => (packets ? packets * queueMeanUs[from + i]! : 0))) / sum(weights);
    }),
    maxUs: each((from, to) => {
      const known = queueMaxUs.subarray(from, to).filter((us) => !Number.isNaN(us));
      return known.length > 0 ? Math.max(...known) : Number.NaN;
    }),
  };
}

function seconds(timeUs: Float64Array): number[] {
  return Array.from(timeUs, (us) => us * 1e-6);
}

function scaled(values: Float64Array, factor: number, plus = 0): (number | null)[] {
  return Array.from(values, (value) => (Number.isNaN(value) ? null : value * factor + plus));
}
