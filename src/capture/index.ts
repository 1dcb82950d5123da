/**
 * Captures: bytes of pcap and pcapng files, compressed or archived, in; decoded packets, TCP
 * connections, ICMP echoes, series and replays out. Everything per packet happens in the
 * WebAssembly module; this room feeds it and types what it gives. It knows no file system and no
 * page: paths are mooring/node's.
 */
export { parseNetwork } from './address.js';
export { batchAddress, ENCAPSULATION, PACKET_KIND, PACKET_NOTE, type PacketBatch } from './batches.js';
export {
  type AnalyseOptions,
  Capture,
  type CaptureAnalysis,
  type CaptureInfo,
  type ConnectionOptions,
  type EchoAnalysis,
  type OpenCaptureOptions,
  openCapture,
} from './capture.js';
export {
  ConnectionTable,
  type DirectionColumn,
  type FoldedConnections,
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
export type { Decompressors } from './decompress.js';
export { type ConnectionMarks, decimateMarks, MARK_KIND, type PlotArea } from './marks.js';
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
  PacketKind,
  RttSummary,
  RunOptions,
  Vantage,
} from './types.js';
export type { UnreadKind, UnreadLayer } from './unread.js';
