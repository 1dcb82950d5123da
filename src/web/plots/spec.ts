import type { Level } from '../../draw/index.js';
import type { EventKind, Quantity, Run, Unit } from '../../run/index.js';

/** One kind of curve of a plot, drawn for each flow or link that has it. */
export interface Line {
  readonly quantity: Quantity;
  /** Behind the flow's name; empty for the curve the plot is about. */
  readonly suffix: string;
  readonly dash?: readonly number[];
  readonly width?: number;
}

/** A plot over time, as a table says it. */
export interface PlotSpec {
  readonly id: string;
  readonly title: string;
  readonly key: string;
  /** Of the y axis. */
  readonly quantity: string;
  readonly unit: Unit;
  readonly lines: readonly Line[];
  readonly levels: (run: Run) => readonly Level[];
  readonly events?: readonly EventKind[];
  readonly fromLeast?: boolean;
  readonly stacked?: boolean;
  readonly absent: string;
}

const NO_LEVELS = (): readonly Level[] => [];
const DASHED = [6, 3];
const DOTTED = [2, 3];
const TWO_POINTS = 'it takes two captures of one path';

/** Plots over time, in the order people of congestion control read them. */
export const PLOTS: readonly PlotSpec[] = [
  {
    ...{ id: 'throughput', title: 'Throughput', key: '2', quantity: 'throughput', unit: 'bytes/s', stacked: true },
    lines: [{ quantity: 'deliveryRate', suffix: '' }],
    levels: (run) => [...capacity(run), ...fairShare(run)],
    absent: 'nothing here was delivered to anybody',
  },
  {
    ...{ id: 'window', title: 'Congestion window', key: '3', quantity: 'window', unit: 'bytes' },
    lines: [
      { quantity: 'cwnd', suffix: '' },
      { quantity: 'ssthresh', suffix: ' ssthresh', dash: DOTTED, width: 1 },
    ],
    levels: NO_LEVELS,
    events: ['loss', 'mark'],
    absent: 'windows are known to senders only, not to a capture',
  },
  {
    ...{ id: 'flight', title: 'In flight', key: '4', quantity: 'in flight', unit: 'bytes' },
    lines: [
      { quantity: 'inFlight', suffix: '' },
      { quantity: 'inFlightMost', suffix: ' most', dash: DOTTED, width: 1 },
    ],
    levels: NO_LEVELS,
    events: ['retransmission'],
    absent: 'what is in flight is not known here',
  },
  {
    ...{ id: 'rate', title: 'Delivery and pacing rate', key: '5', quantity: 'rate', unit: 'bytes/s' },
    lines: [
      { quantity: 'deliveryRate', suffix: '' },
      { quantity: 'pacingRate', suffix: ' paced at', dash: DASHED, width: 1 },
      { quantity: 'sendingRate', suffix: ' sent', dash: DASHED, width: 1 },
    ],
    levels: (run) => capacity(run),
    absent: 'no rates are known here',
  },
  {
    ...{ id: 'rtt', title: 'Round-trip time', key: '6', quantity: 'RTT', unit: 'us', fromLeast: true },
    lines: [
      { quantity: 'rtt', suffix: '' },
      { quantity: 'rttLeast', suffix: ' least', dash: DOTTED, width: 1 },
      { quantity: 'rttMost', suffix: ' most', dash: DASHED, width: 1 },
    ],
    levels: (run) => baseRtts(run),
    absent: 'no round trip was measured here',
  },
  {
    ...{ id: 'queue', title: 'Queue', key: '7', quantity: 'queued', unit: 'bytes' },
    lines: [{ quantity: 'queue', suffix: '' }],
    levels: (run) => queues(run),
    events: ['loss', 'mark'],
    absent: 'queues are known to simulations only',
  },
  {
    ...{ id: 'wire', title: 'On the wire', key: '8', quantity: 'rate', unit: 'bytes/s' },
    lines: [{ quantity: 'wireRate', suffix: '' }],
    levels: NO_LEVELS,
    absent: 'this is no whole capture',
  },
  {
    ...{ id: 'one-way', title: 'One-way delay', key: 'Shift+O', quantity: 'delay', unit: 'us', fromLeast: true },
    lines: [
      { quantity: 'oneWay', suffix: '' },
      { quantity: 'oneWayLeast', suffix: ' least', dash: DOTTED, width: 1 },
      { quantity: 'oneWayMost', suffix: ' most', dash: DASHED, width: 1 },
    ],
    levels: NO_LEVELS,
    events: ['loss'],
    absent: TWO_POINTS,
  },
  {
    ...{ id: 'above-least', title: 'Delay above the least', key: 'Shift+A', quantity: 'delay above the least' },
    ...{ unit: 'us', fromLeast: true },
    lines: [
      { quantity: 'aboveLeast', suffix: '' },
      { quantity: 'aboveLeastMost', suffix: ' most', dash: DASHED, width: 1 },
    ],
    levels: NO_LEVELS,
    events: ['loss'],
    absent: TWO_POINTS,
  },
  {
    ...{ id: 'between', title: 'Lost and out of order between the points', key: 'Shift+B' },
    ...{ quantity: 'in a bin', unit: 'packets' },
    lines: [
      { quantity: 'lostBetween', suffix: '' },
      { quantity: 'reordered', suffix: ' out of order', dash: DASHED, width: 1 },
    ],
    levels: NO_LEVELS,
    absent: TWO_POINTS,
  },
];

function capacity({ links }: Run): Level[] {
  const known = links.flatMap(({ rateBytesPerSecond: rate }) => (rate === null ? [] : [rate]));
  return known.length > 0 && known.length === links.length ? [{ label: 'capacity', value: Math.min(...known) }] : [];
}

/** An equal part of the narrowest link for every flow that was ever there; of one flow it is the capacity. */
function fairShare(run: Run): Level[] {
  const [whole] = capacity(run);
  const flows = run.flows.filter(({ startUs }) => startUs !== null).length;
  return whole && flows > 1 ? [{ label: 'fair share', value: whole.value / flows }] : [];
}

function baseRtts({ flows }: Run): Level[] {
  const known = [...new Set(flows.flatMap(({ baseRttUs }) => (baseRttUs === null ? [] : [baseRttUs])))];
  return known.length === 1 ? [{ label: 'without a queue', value: known[0]! }] : [];
}

function queues({ links }: Run): Level[] {
  const known = [...new Set(links.flatMap(({ queueBytes }) => (queueBytes === null ? [] : [queueBytes])))];
  return known.length === 1 ? [{ label: 'capacity', value: known[0]! }] : [];
}
