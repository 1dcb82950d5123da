import type { DirectionColumn } from './connections.js';
import type { DirectionSummary } from './types.js';

/** Something counted in a direction, beside packets and bytes: what is shown wherever it is not 0. */
export interface DirectionCounter {
  /** As spec/capture.json and `ConnectionTable.column` name it. */
  readonly column: CounterColumn;
  /** For people, after the number: `3 duplicate ACKs`. */
  readonly label: string;
  readonly of: (direction: DirectionSummary) => number;
}

/** The columns of `DIRECTION_COUNTERS`. */
export const COUNTER_COLUMNS = [
  'retransmittedPackets',
  'upstreamRetransmissions',
  'fastRetransmissions',
  'timeoutRetransmissions',
  'tailLossProbes',
  'unneededRetransmissions',
  'otherRetransmissions',
  'timeouts',
  'spuriousByDsack',
  'spuriousByTimestamps',
  'reorderedPackets',
  'duplicateAcks',
  'tripleDuplicateAcks',
  'sackPackets',
  'dsackPackets',
  'zeroWindows',
  'zeroWindowProbes',
  'keepAlives',
  'resets',
  'fragments',
  'outOfWindowPackets',
  'capturedTwice',
  'duplicateFrames',
  'gaps',
  'gapBytes',
  'lateCapturedPackets',
  'ectPackets',
  'cePackets',
  'ecePackets',
  'cwrPackets',
  'ceReportedPackets',
  'ceReportedBytes',
  'ambiguousAcks',
  'postLossAcks',
  'syns',
  'fins',
  'pureAcks',
] as const satisfies readonly DirectionColumn[];

/** One of `COUNTER_COLUMNS`. */
export type CounterColumn = (typeof COUNTER_COLUMNS)[number];

const COUNTERS: Readonly<Record<CounterColumn, readonly [string, (d: DirectionSummary) => number]>> = {
  retransmittedPackets: ['resent', (d) => d.retransmittedPackets],
  upstreamRetransmissions: ['lost before here', (d) => d.upstreamRetransmissions],
  fastRetransmissions: ['fast retransmissions', (d) => d.retransmissions.fast],
  timeoutRetransmissions: ['resent after timeouts', (d) => d.retransmissions.timeout],
  tailLossProbes: ['tail loss probes', (d) => d.retransmissions.tailProbe],
  unneededRetransmissions: ['unneeded resends', (d) => d.retransmissions.unneeded],
  otherRetransmissions: ['resent for no visible reason', (d) => d.retransmissions.other],
  timeouts: ['timeouts', (d) => d.retransmissions.timeouts],
  spuriousByDsack: ['spurious by DSACK', (d) => d.retransmissions.spuriousByDsack],
  spuriousByTimestamps: ['spurious by timestamps', (d) => d.retransmissions.spuriousByTimestamps],
  reorderedPackets: ['reordered', (d) => d.reorderedPackets],
  duplicateAcks: ['duplicate ACKs', (d) => d.duplicateAcks],
  tripleDuplicateAcks: ['triple duplicate ACKs', (d) => d.tripleDuplicateAcks],
  sackPackets: ['SACKs', (d) => d.sackPackets],
  dsackPackets: ['DSACKs', (d) => d.dsackPackets],
  zeroWindows: ['zero windows', (d) => d.zeroWindows],
  zeroWindowProbes: ['zero-window probes', (d) => d.zeroWindowProbes],
  keepAlives: ['keep-alives', (d) => d.keepAlives],
  resets: ['resets', (d) => d.resets],
  fragments: ['fragments', (d) => d.fragments],
  outOfWindowPackets: ['of no window', (d) => d.outOfWindowPackets],
  capturedTwice: ['captured twice', (d) => d.capturedTwice],
  duplicateFrames: ['copies of data', (d) => d.retransmissions.duplicateFrames],
  gaps: ['ranges not captured', (d) => d.captureGaps.ranges],
  gapBytes: ['bytes not captured', (d) => d.captureGaps.bytes],
  lateCapturedPackets: ['captured after their ACK', (d) => d.captureGaps.latePackets],
  ectPackets: ['ECT', (d) => d.ecn.ect],
  cePackets: ['CE', (d) => d.ecn.ce],
  ecePackets: ['ECE', (d) => d.ecn.ece],
  cwrPackets: ['CWR', (d) => d.ecn.cwr],
  ceReportedPackets: ['CE reported', (d) => d.ecn.ceReported ?? 0],
  ceReportedBytes: ['bytes with CE reported', (d) => d.ecn.ceReportedBytes ?? 0],
  ambiguousAcks: ['ambiguous ACKs', (d) => d.rtt.ambiguousAcks],
  postLossAcks: ['ACKs after a repair', (d) => d.rtt.postLossAcks],
  syns: ['SYNs', (d) => d.syns],
  fins: ['FINs', (d) => d.fins],
  pureAcks: ['pure ACKs', (d) => d.pureAcks],
};

/** Every counter of a direction with its words, those of trouble first. */
export const DIRECTION_COUNTERS: readonly DirectionCounter[] = COUNTER_COLUMNS.map((column) => {
  const [label, of] = COUNTERS[column];
  return { column, label, of };
});

/**
 * What was counted in a direction, in words, leaving out what was not: `3 duplicate ACKs, 1 timeouts`.
 *
 * @example
 * ```ts fragment
 * const { connections } = await (await openCapture(new Blob([]))).analyse();
 * console.log(describeCounters(({ of }) => of(connections.get(1)!.forward)));
 * ```
 */
export function describeCounters(read: (counter: DirectionCounter) => number): string {
  return DIRECTION_COUNTERS.map((counter) => [read(counter), counter.label] as const)
    .filter(([value]) => value > 0)
    .map(([value, label]) => `${value} ${label}`)
    .join(', ');
}
