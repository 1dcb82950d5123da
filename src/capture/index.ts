/**
 * Captures: bytes of pcap and pcapng files, compressed or archived, in; decoded packets, TCP
 * connections, ICMP echoes, series and replays out. Everything per packet happens in the
 * WebAssembly module; this room feeds it and types what it gives. It knows no file system and no
 * page: paths are mooring/node's.
 */
export { parseNetwork } from './address.js';
export type { AnalyseOptions, CaptureAnalysis } from './analysis.js';
export { batchAddress, ENCAPSULATION, PACKET_KIND, PACKET_NOTE, type PacketBatch } from './batches.js';
export {
  Capture,
  type CaptureInfo,
  type ConnectionOptions,
  type EchoAnalysis,
  type OpenCaptureOptions,
  openCapture,
} from './capture.js';
export {
  type CaptureComparison,
  type ClockStatus,
  type ComparedClock,
  type ComparedPoint,
  type CompareOptions,
  type CrossingSeries,
  type CrossingSummary,
  compareCaptures,
  type DelaySummary,
  type QueuePeriod,
} from './compare/index.js';
export {
  ConnectionTable,
  type DirectionColumn,
  type HeadColumn,
  type HeadValues,
} from './connections.js';
export {
  COUNTER_COLUMNS,
  type CounterColumn,
  DIRECTION_COUNTERS,
  type DirectionCounter,
  describeCounters,
} from './counters.js';
export { type Decompressors, portableDecompressors } from './decompress.js';
export {
  type ConnectionLimits,
  type DirectionLimits,
  LIMIT_CAUSES,
  type LimitCause,
  type LimitEvidence,
  type LimitInterval,
  type LimitsAnalysis,
  type LimitsOptions,
} from './limits/index.js';
export { type LiveAnalysis, type LiveSnapshot, watchCapture } from './live.js';
export { type ConnectionMarks, decimateMarks, MARK_KIND, MARK_WORDS, type PlotArea } from './marks.js';
export type { OverallSeries } from './overall.js';
export {
  type CaptureReplayOptions,
  type CaptureReplayReport,
  type CaptureReplayResult,
  replayCapture,
} from './replay.js';
export type { ConnectionSeries, DirectionSeries, SeriesOptions } from './series.js';
export { type ByteReader, type ByteSource, type CaptureBytes, readChunks } from './source.js';
export type {
  MultipathAddress,
  MultipathAnalysis,
  MultipathConnection,
  MultipathDirection,
  MultipathOptionName,
  MultipathResetReason,
  MultipathStatus,
  MultipathSubflow,
  QuicAnalysis,
  QuicConnection,
  QuicDirection,
  QuicPacketType,
  SpinState,
} from './transports/index.js';
export type {
  CaptureFile,
  CaptureFilter,
  CaptureInterface,
  CaptureProgress,
  CaptureTotals,
  CaptureWarning,
  Connection,
  ConnectionEnding,
  DirectionSummary,
  EchoRtt,
  EchoSummary,
  EcnMode,
  Encapsulation,
  FoldedConnections,
  PacketKind,
  RttSummary,
  RunOptions,
  Tenant,
  Vantage,
} from './types.js';
export type { UnreadKind, UnreadLayer } from './unread.js';
export { type XplotGraph, type XplotKind, xplotGraphs } from './xplot.js';
