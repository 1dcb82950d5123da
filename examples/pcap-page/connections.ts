import { formatDuration, formatRate } from 'mooring';
import { describeCounters } from 'mooring/capture';
import type { ConnectionColumns } from 'mooring/web';
import { saveText, toCsv } from './csv.js';
import { sizeText } from './figures.js';
import { type Column, createTable } from './table.js';

/** One line of the table: a connection and its busier side. */
export interface ConnectionRow {
  readonly number: number;
  readonly src: string;
  readonly dst: string;
  /** Not a number where no packet has a time. */
  readonly startUs: number;
  readonly durationUs: number;
  readonly ending: string;
  readonly packets: number;
  readonly bytes: number;
  readonly busier: 'forward' | 'backward';
  /** Of the busier side. */
  readonly dataBytes: number;
  readonly ackedBytes: number;
  /** Segments of it resent after they passed the capture, and lost before it. */
  readonly lostHere: number;
  readonly lostBefore: number;
  /** Every counter that is not 0, both ways, in words. */
  readonly counted: string;
  readonly rttSamples: number;
  readonly rttMinUs: number;
  readonly rttMeanUs: number;
  readonly rttP95Us: number;
  readonly inFlightMaxBytes: number;
}

/** Rows from the worker's columns. */
export function connectionRows(columns: ConnectionColumns): ConnectionRow[] {
  const { forward, backward } = columns;
  return Array.from({ length: columns.length }, (_, i) => {
    const busier = forward.dataBytes[i]! >= backward.dataBytes[i]! ? 'forward' : 'backward';
    const side = columns[busier];
    return {
      number: columns.number[i]!,
      src: endpoint(columns.src[i]!, columns.srcPort[i]!),
      dst: endpoint(columns.dst[i]!, columns.dstPort[i]!),
      startUs: columns.startUs[i]!,
      durationUs: columns.durationUs[i]!,
      ending: columns.ending[i]!,
      packets: forward.packets[i]! + backward.packets[i]!,
      bytes: forward.bytes[i]! + backward.bytes[i]!,
      busier,
      dataBytes: side.dataBytes[i]!,
      ackedBytes: side.ackedBytes[i]!,
      lostHere: Math.max(
        0,
        side.retransmittedPackets[i]! -
          side.unneededRetransmissions[i]! -
          side.spuriousByDsack[i]! -
          side.spuriousByTimestamps[i]!,
      ),
      lostBefore: side.upstreamRetransmissions[i]!,
      counted: [
        ['→', forward],
        ['←', backward],
      ]
        .map(([arrow, of]) => `${arrow} ${describeCounters(({ column }) => (of as typeof side)[column][i]!) || '–'}`)
        .join('  '),
      rttSamples: side.rttSamples[i]!,
      rttMinUs: side.rttMinUs[i]!,
      rttMeanUs: side.rttMeanUs[i]!,
      rttP95Us: side.rttP95Us[i]!,
      inFlightMaxBytes: side.inFlightMaxBytes[i]!,
    };
  });
}

/** The table, its filter and its export. `onChoose` gets the connection the reader picks. */
export function showConnections(onChoose: (row: ConnectionRow) => void): {
  show(rows: readonly ConnectionRow[]): void;
} {
  const table = createTable(
    document.getElementById('connections')!,
    COLUMNS,
    choose,
    COLUMNS.findIndex(({ title }) => title === 'bytes'),
  );
  const filter = document.getElementById('filter') as HTMLInputElement;
  let all: readonly ConnectionRow[] = [];
  filter.addEventListener('input', apply);
  document.getElementById('export-connections')?.addEventListener('click', () => {
    const rows = table.rows.map((row) => COLUMNS.map(({ value }) => value(row)));
    saveText(
      'connections.csv',
      toCsv(
        COLUMNS.map(({ title }) => title),
        rows,
      ),
    );
  });

  function choose(row: ConnectionRow): void {
    table.choose(row);
    onChoose(row);
  }

  function apply(): void {
    const words = filter.value.trim().toLowerCase();
    const rows = words ? all.filter(({ src, dst }) => src.includes(words) || dst.includes(words)) : all;
    table.show(rows);
    const shown = document.getElementById('shown')!;
    shown.textContent = words ? `${rows.length} of ${all.length}` : '';
  }

  return {
    show(rows) {
      all = rows;
      table.choose(undefined);
      apply();
    },
  };
}

const rtt = (us: number, { rttSamples }: ConnectionRow): string => (rttSamples ? formatDuration(us) : '–');

const COLUMNS: readonly Column<ConnectionRow>[] = [
  { title: '#', tip: 'in order of first packets', value: (row) => row.number },
  { title: 'from', value: (row) => row.src },
  { title: 'to', value: (row) => row.dst },
  { title: 'start', value: (row) => row.startUs, text: (row) => timed(row, `${(row.startUs / 1e6).toFixed(3)} s`) },
  { title: 'duration', value: (row) => row.durationUs, text: (row) => timed(row, formatDuration(row.durationUs)) },
  { title: 'packets', value: (row) => row.packets, text: (row) => row.packets.toLocaleString('en') },
  { title: 'bytes', tip: 'on the wire, both ways', value: (row) => row.bytes, text: (row) => sizeText(row.bytes) },
  {
    title: 'data',
    tip: 'payload of the busier side',
    value: (row) => row.dataBytes,
    text: (row) => `${row.busier === 'forward' ? '→' : '←'} ${sizeText(row.dataBytes)}`,
  },
  {
    title: 'goodput',
    tip: 'acknowledged payload over the life of the connection',
    value: (row) => goodput(row),
    text: (row) => formatRate(goodput(row)),
  },
  { title: 'lost here', tip: 'seen here and sent again for a loss', value: (row) => row.lostHere },
  { title: 'before here', tip: 'lost before the capture, seen when sent again', value: (row) => row.lostBefore },
  { title: 'RTT min', value: (row) => row.rttMinUs, text: (row) => rtt(row.rttMinUs, row) },
  { title: 'RTT mean', value: (row) => row.rttMeanUs, text: (row) => rtt(row.rttMeanUs, row) },
  { title: 'RTT p95', value: (row) => row.rttP95Us, text: (row) => rtt(row.rttP95Us, row) },
  {
    title: 'in flight',
    tip: 'most at once',
    value: (row) => row.inFlightMaxBytes,
    text: (row) => sizeText(row.inFlightMaxBytes),
  },
  { title: 'end', value: (row) => row.ending },
  { title: 'counted besides', tip: 'every counter that is not 0', value: (row) => row.counted },
];

/** No packet of the connection may say when it was captured. */
function timed({ startUs }: ConnectionRow, text: string): string {
  return Number.isNaN(startUs) ? '–' : text;
}

function goodput({ ackedBytes, durationUs }: ConnectionRow): number {
  return durationUs ? (ackedBytes * 1e6) / durationUs : 0;
}

function endpoint(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
