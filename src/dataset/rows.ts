import {
  type CaptureAnalysis,
  type ConnectionSeries,
  type EchoSummary,
  MARK_WORDS,
  type OverallSeries,
} from '../capture/index.js';
import { addRow, emptyColumns, finite, type TableColumns } from './columns.js';

/** What a capture is called and where it came from. */
export interface CaptureIdentity {
  readonly capture: string;
  /** A path; of several the first. */
  readonly file: string;
  readonly files: number;
  readonly sizeBytes: number;
}

/** Begins `series` with the whole capture. */
export function overallRows(capture: string, { timeUs, packets, bytes, binUs }: OverallSeries): TableColumns<'series'> {
  const rows = emptyColumns('series');
  const ofFlows = {
    flow: null,
    direction: null,
    throughputBytesPerSecond: null,
    goodputBytesPerSecond: null,
    retransmittedBytesPerSecond: null,
    lostBeforeBytesPerSecond: null,
    inFlightBytes: null,
    inFlightMaxBytes: null,
    rttMinUs: null,
    rttMeanUs: null,
    rttMaxUs: null,
  };
  timeUs.forEach((at, i) => {
    addRow<'series'>(rows, { capture, timeUs: at, binUs, packets: packets[i]!, bytes: bytes[i]!, ...ofFlows });
  });
  return rows;
}

/** Adds a flow to `series`, its two directions one after the other. */
export function addSeries(rows: TableColumns<'series'>, capture: string, series: ConnectionSeries): void {
  const { connection, binUs, timeUs } = series;
  for (const direction of ['forward', 'backward'] as const) {
    const side = series[direction];
    timeUs.forEach((at, i) => {
      addRow<'series'>(rows, {
        capture,
        flow: connection.number,
        direction,
        timeUs: at,
        binUs,
        packets: null,
        bytes: null,
        throughputBytesPerSecond: finite(side.throughputBytesPerSecond[i]),
        goodputBytesPerSecond: finite(side.goodputBytesPerSecond[i]),
        retransmittedBytesPerSecond: finite(side.retransmittedBytesPerSecond[i]),
        lostBeforeBytesPerSecond: finite(side.lostBeforeBytesPerSecond[i]),
        inFlightBytes: finite(side.inFlightBytes[i]),
        inFlightMaxBytes: finite(side.inFlightMaxBytes[i]),
        rttMinUs: finite(side.rttMinUs[i]),
        rttMeanUs: finite(side.rttMeanUs[i]),
        rttMaxUs: finite(side.rttMaxUs[i]),
      });
    });
  }
}

/** Adds the marks of a flow; of these there are many. */
export function addMarks(rows: TableColumns<'marks'>, capture: string, { connection, marks }: ConnectionSeries): void {
  for (let i = 0; i < (marks?.length ?? 0); i += 1) {
    rows.capture.push(capture);
    rows.flow.push(connection.number);
    rows.direction.push(marks!.direction[i] ? 'backward' : 'forward');
    rows.timeUs.push(finite(marks!.timeUs[i]));
    rows.kind.push(MARK_WORDS[marks!.kind[i]!]!);
    rows.a.push(marks!.a[i]!);
    rows.b.push(marks!.b[i]!);
  }
}

/** The rows of `echoes`. */
export function echoRows(capture: string, echoes: readonly EchoSummary[]): TableColumns<'echoes'> {
  const rows = emptyColumns('echoes');
  for (const { src, dst, sessions } of echoes)
    for (const { ident, requests, replies, capturedAtSender, rttUs } of sessions) {
      const rtt = (value: number): number | null => (replies > 0 ? finite(value) : null);
      addRow<'echoes'>(rows, {
        ...{ capture, src, dst, ident, requests, replies, capturedAtSender },
        rttMinUs: rtt(rttUs.min),
        rttMeanUs: rtt(rttUs.mean),
        rttMaxUs: rtt(rttUs.max),
        rttP50Us: rtt(rttUs.p50),
        rttP95Us: rtt(rttUs.p95),
      });
    }
  return rows;
}

/** The row of `captures`. */
export function captureRow(
  of: CaptureIdentity,
  analysis: CaptureAnalysis,
  series: { readonly flows: number; readonly marksDropped: number },
): TableColumns<'captures'> {
  const rows = emptyColumns('captures');
  const { totals, folded, evicted, unread, warnings } = analysis;
  addRow<'captures'>(rows, {
    capture: of.capture,
    file: of.file,
    files: of.files,
    sizeBytes: of.sizeBytes,
    packets: totals.packets,
    matchedPackets: totals.matched,
    bytes: totals.bytes,
    capturedBytes: totals.capturedBytes,
    startEpochUs: totals.startEpochUs,
    durationUs: totals.durationUs,
    connections: analysis.connections.length,
    foldedConnections: folded.connections,
    evictedConnections: evicted,
    seriesFlows: series.flows,
    marksDropped: series.marksDropped,
    unreadPackets: unread.reduce((sum, { packets }) => sum + packets, 0),
    warnings: warnings.map(({ message }) => message).join('\n') || null,
  });
  return rows;
}
