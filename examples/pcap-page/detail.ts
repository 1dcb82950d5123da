import { formatDuration, formatRate } from 'mooring';
import {
  type CaptureProgress,
  type Connection,
  type ConnectionLimits,
  type ConnectionMarks,
  type ConnectionSeries,
  type DirectionSummary,
  describeCounters,
  MARK_KIND,
  type Vantage,
} from 'mooring/capture';
import { type CaptureWorker, type Chart, createChart, remoteCallback } from 'mooring/web';
import type { ConnectionRow } from './connections.js';
import { saveText, toCsv } from './csv.js';
import { roundUp, sizeText } from './figures.js';
import { showLimits } from './limits.js';
import { createSequencePlot, type Layer, type SequenceMarks } from './sequence-plot.js';

type Side = 'forward' | 'backward';

const LAYERS: ReadonlyArray<Layer & { readonly kind: number; readonly edge?: 'a' | 'b' }> = [
  { label: 'window', kind: MARK_KIND.ACK, edge: 'b', shape: 'step', colour: [173, 181, 189] },
  { label: 'acknowledged', kind: MARK_KIND.ACK, edge: 'a', shape: 'step', colour: [47, 158, 68] },
  { label: 'data', kind: MARK_KIND.DATA, shape: 'span', colour: [28, 111, 212] },
  { label: 'SACK', kind: MARK_KIND.SACK, shape: 'span', colour: [156, 54, 181] },
  { label: 'reordered', kind: MARK_KIND.REORDERED, shape: 'span', colour: [240, 140, 0] },
  { label: 'resent, lost here', kind: MARK_KIND.RETRANSMISSION, shape: 'span', colour: [224, 49, 49] },
  { label: 'resent, lost before here', kind: MARK_KIND.UPSTREAM, shape: 'span', colour: [214, 51, 132] },
];

const VANTAGES: Readonly<Record<Vantage, string>> = {
  src: 'at the source',
  dst: 'at the destination',
  between: 'between',
  unknown: '–',
};

/** The pane of one connection: its figures, its time–sequence graph, its charts. */
export function showDetail(captures: CaptureWorker['captures']): {
  open(row: ConnectionRow): Promise<void>;
  close(): void;
} {
  const pane = document.getElementById('connection')!;
  const side = document.getElementById('side') as HTMLSelectElement;
  const state = document.getElementById('connection-state')!;
  const sequence = createSequencePlot(document.getElementById('sequence')!, LAYERS);
  const charts = createCharts(document.getElementById('charts')!);
  let wanted = 0;
  const limitsPane = showLimits(document.getElementById('limits')!);
  let series: ConnectionSeries | undefined;
  let limited: ConnectionLimits | undefined;
  side.addEventListener('change', draw);
  document
    .getElementById('export-series')
    ?.addEventListener('click', () => series && exportSeries(series, side.value as Side));

  function draw(): void {
    if (!series) return;
    const chosen = side.value as Side;
    showFacts(series.connection, chosen);
    const { timeUs, binUs, connection } = series;
    // The series begins with the capture; the connection's first packet is in a later bin.
    const first = Math.max(
      0,
      timeUs.findIndex((us) => us + binUs > (connection.startUs ?? 0)),
    );
    if (series.marks)
      sequence.show(marksOf(series.marks, chosen === 'forward' ? 0 : 1), timeUs[first] ?? 0, connection.endUs ?? 0);
    charts.show(series, chosen, first);
    limitsPane.show(limited, chosen);
    state.textContent = series.marksDropped
      ? `${series.marksDropped.toLocaleString('en')} marks left out of the graph`
      : '';
  }

  return {
    async open(row) {
      wanted = row.number;
      pane.hidden = false;
      document.getElementById('connection-name')!.textContent = `${row.src} → ${row.dst}`;
      state.textContent = 'reading …';
      limited = undefined;
      side.value = row.busier;
      const told = remoteCallback(({ bytesRead, bytesTotal }: CaptureProgress) => {
        if (bytesTotal && wanted === row.number)
          state.textContent = `reading … ${Math.floor((100 * bytesRead) / bytesTotal)} %`;
      });
      try {
        const found = await captures.series(row.number, binFor(row.durationUs), told);
        if (wanted !== row.number) return;
        series = found;
        draw();
        const limits = await captures.limits(row.number, told);
        if (wanted !== row.number) return;
        limitsPane.show(limits, side.value as Side);
        state.textContent = '';
        limited = limits;
      } catch (error) {
        // Another connection was chosen while this one was read.
        if (wanted === row.number) throw error;
      }
    },
    close() {
      wanted = 0;
      series = undefined;
      pane.hidden = true;
    },
  };
}

/** A width of bins that gives a chart about 300 of them, from 10 ms. */
function binFor(durationUs: number): number {
  return roundUp(Math.max(10_000, (durationUs || 0) / 300));
}

/** Marks of one direction, one entry for each layer a mark shows in. */
function marksOf(marks: ConnectionMarks, direction: number): SequenceMarks {
  const byKind = new Map<number, number[]>();
  for (const [index, { kind }] of LAYERS.entries()) byKind.set(kind, [...(byKind.get(kind) ?? []), index]);
  const room = 2 * marks.length;
  const out = {
    timeUs: new Float64Array(room),
    from: new Float64Array(room),
    to: new Float64Array(room),
    layer: new Uint8Array(room),
  };
  let used = 0;
  for (let i = 0; i < marks.length; i += 1) {
    if (marks.direction[i] !== direction) continue;
    for (const layer of byKind.get(marks.kind[i]!) ?? []) {
      const { edge } = LAYERS[layer]!;
      out.timeUs[used] = marks.timeUs[i]!;
      out.from[used] = edge === 'b' ? marks.b[i]! : marks.a[i]!;
      out.to[used] = edge === 'a' ? marks.a[i]! : marks.b[i]!;
      out.layer[used] = layer;
      used += 1;
    }
  }
  return {
    timeUs: out.timeUs.subarray(0, used),
    from: out.from.subarray(0, used),
    to: out.to.subarray(0, used),
    layer: out.layer.subarray(0, used),
  };
}

/** `show` leaves out the bins before `first`. */
function createCharts(parent: HTMLElement): { show(series: ConnectionSeries, side: Side, first: number): void } {
  const add = (title: string, yLabel: string): Chart =>
    createChart(parent, { title, xLabel: 'time, s', yLabel, sync: 'connection' });
  const throughput = add('Throughput', 'Mbit/s');
  const rtt = add('Round-trip time', 'ms');
  const flight = add('In flight', 'kB');
  return {
    show(series, side, first) {
      const {
        throughputBytesPerSecond,
        goodputBytesPerSecond,
        retransmittedBytesPerSecond,
        lostBeforeBytesPerSecond,
        rttMinUs,
        rttMaxUs,
        inFlightBytes,
        inFlightMaxBytes,
      } = series[side];
      // The end of the connection closes the last bin.
      const seconds = [...series.timeUs.subarray(first), series.connection.endUs ?? 0].map((us) => us / 1e6);
      // A bin without a sample is a gap in the curve.
      const scaled = (values: Float64Array, factor: number) =>
        [...values.subarray(first), Number.NaN].map((value) => (Number.isNaN(value) ? null : value * factor));
      throughput.show(seconds, [
        { label: 'sent', values: scaled(throughputBytesPerSecond, 8e-6) },
        { label: 'acknowledged', values: scaled(goodputBytesPerSecond, 8e-6) },
        { label: 'lost here', values: scaled(retransmittedBytesPerSecond, 8e-6) },
        { label: 'lost before here', values: scaled(lostBeforeBytesPerSecond, 8e-6) },
      ]);
      rtt.show(seconds, [
        { label: 'least', values: scaled(rttMinUs, 1e-3), shape: 'points' },
        { label: 'greatest', values: scaled(rttMaxUs, 1e-3), shape: 'points' },
      ]);
      flight.show(seconds, [
        { label: 'most', values: scaled(inFlightMaxBytes, 1e-3) },
        { label: 'mean', values: scaled(inFlightBytes, 1e-3) },
      ]);
    },
  };
}

function showFacts(connection: Connection, side: Side): void {
  const facts = factsOf(connection, connection[side], connection[side === 'forward' ? 'backward' : 'forward']);
  document.getElementById('facts')!.replaceChildren(
    ...facts.map(([name, value]) => {
      const entry = document.createElement('div');
      entry.append(
        Object.assign(document.createElement('dt'), { textContent: name }),
        Object.assign(document.createElement('dd'), { textContent: value }),
      );
      return entry;
    }),
  );
}

// ACKs and windows that come back belong to what is sent.
function factsOf(
  connection: Connection,
  sent: DirectionSummary,
  back: DirectionSummary,
): ReadonlyArray<readonly [string, string]> {
  const { rtt, retransmissions: resent, options } = sent;
  const us = (value: number): string => (value < 0 ? '–' : formatDuration(value));
  const known = (value: number | null, text: (value: number) => string): string => (value === null ? '–' : text(value));
  const sampled = (value: number | null): string => known(value, formatDuration);
  return [
    ['packets', sent.packets.toLocaleString('en')],
    ['payload', sizeText(sent.dataBytes)],
    ['throughput', known(sent.throughputBytesPerSecond, formatRate)],
    ['goodput', known(sent.goodputBytesPerSecond, formatRate)],
    ['lost here', `${sent.lost.here} packets${share(sent.lost.here, sent.dataPackets)}`],
    ['lost before here', `${sent.lost.beforeHere} packets${share(sent.lost.beforeHere, sent.dataPackets)}`],
    ['captured', VANTAGES[connection.vantage]],
    ['fast, timeout, tail probe', `${resent.fast}, ${resent.timeout}, ${resent.tailProbe}`],
    ['spurious by DSACK, timestamps', `${resent.spuriousByDsack}, ${resent.spuriousByTimestamps}`],
    ['reordered', String(sent.reorderedPackets)],
    ['RTT samples', String(rtt.samples)],
    ['RTT min, mean', `${sampled(rtt.minUs)}, ${sampled(rtt.meanUs)}`],
    ['RTT p95, p99', `${sampled(rtt.p95Us)}, ${sampled(rtt.p99Us)}`],
    ['handshake RTT', us(sent.handshakeRttUs)],
    ['in flight, most', sizeText(sent.inFlight.maxBytes)],
    ['cwnd estimate, most', sizeText(sent.cwnd.maxBytes)],
    ['duplicate ACKs received', String(back.duplicateAcks)],
    ['zero windows received', String(back.zeroWindows)],
    ['CE marks', String(sent.ecn.ce)],
    ['captured with gaps', sizeText(sent.captureGaps.bytes)],
    [
      'MSS, window scale',
      `${options.mss < 0 ? '–' : options.mss}, ${options.windowScale < 0 ? '–' : options.windowScale}`,
    ],
    ['ended', connection.ending],
    ['counted, sent', describeCounters(({ of }) => of(sent)) || '–'],
    ['counted, back', describeCounters(({ of }) => of(back)) || '–'],
  ];
}

function share(part: number, whole: number): string {
  return whole > 0 ? ` (${((100 * part) / whole).toFixed(1)} %)` : '';
}

function exportSeries(series: ConnectionSeries, side: Side): void {
  const columns = Object.entries(series[side]) as ReadonlyArray<readonly [string, Float64Array]>;
  const rows = Array.from(series.timeUs, (us, i) => [
    us,
    ...columns.map(([, values]) => (Number.isNaN(values[i]!) ? '' : values[i]!)),
  ]);
  saveText(
    `connection-${series.connection.number}-${side}.csv`,
    toCsv(['timeUs', ...columns.map(([name]) => name)], rows),
  );
}
