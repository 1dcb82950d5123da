// The capture module: bytes in; decoded packets, connections, echoes, series and marks out. The
// host calls `step` in a loop: it feeds the stream that `step` names and empties the queue that
// `step` says is full. Nothing in between crosses the edge.
//
//   readers → merge by time → decode → filter → TCP analysis | echo | batch | series

import { warnLinkType } from './capture/exports';
import { earliest, mergeStatus, Reader } from './capture/index';
import {
  addAll,
  analyseEcho,
  analyseFirstFragment,
  analyseFragment,
  analyseTcp,
  binsEnabled,
  enableExcerpts,
  excerptQuic,
  excerptsFull,
  excerptsWanted,
  finishSome,
  marksFull,
  rowsFull,
  setCauseOrigin,
  setEchoOrigin,
  setExcerptOrigin,
  setFocusOrigin,
  setRowOrigin,
  setTimed,
} from './flow/index';
import {
  KIND_FRAGMENT,
  KIND_ICMP,
  KIND_ICMP6,
  KIND_TCP,
  KIND_UDP,
  LINKTYPE_ETHERNET,
  MODE_BATCH,
  MODE_ECHO,
  MODE_EXCERPTS,
  MODE_TCP,
  PROTOCOL_TCP,
  STEP_BATCH,
  STEP_DONE,
  STEP_EXCERPTS,
  STEP_LIMIT,
  STEP_MARKS,
  STEP_MORE,
  STEP_ROWS,
} from './generated/capture';
import {
  accepts,
  addToBatch,
  batchFull,
  countPacket,
  countRecord,
  decodePacket,
  filtering,
  firstNs,
  lastNs,
  linkKnown,
  packets,
  view,
} from './packet/index';

export {
  addReader,
  interfaceDropped,
  interfaceLinkType,
  interfaceName,
  interfaceNameLength,
  interfacePackets,
  interfaceSnapLength,
  readerCommit,
  readerFormat,
  readerInterfaces,
  readerLinkType,
  readerRecords,
  readerSnapLength,
  readerSpace,
  readerSpaceBytes,
  readerWarningOffset,
  readerWarnings,
  restartReader,
} from './capture/exports';
export * from './flow/exports';
export * from './memory/exports';
export * from './packet/exports';

/** The first packet's time in the TCP analysis, where 0 is no time. */
const BEGIN_NS: i64 = 1 << 32;

let mode: u32 = 0;
let fromNs: i64 = i64.MIN_VALUE;
let toNs: i64 = i64.MAX_VALUE;
let absolute: bool = false;
let limitNs: i64 = i64.MAX_VALUE;
let lastLinkType: u32 = LINKTYPE_ETHERNET;

/** MODE_ bits: what is done with each packet. */
export function setMode(bits: u32): void {
  mode = bits;
  if (bits & MODE_EXCERPTS) enableExcerpts();
}

/** Only packets with from ≤ time ≤ to; µs since the first packet, or since 1970 when `epoch`. */
export function setTimeRange(fromUs: f64, toUs: f64, epoch: u32): void {
  fromNs = toNanoseconds(fromUs);
  toNs = toNanoseconds(toUs);
  absolute = epoch != 0;
}

/** `step` stops with STEP_LIMIT before the first packet later than this, µs since 1970. */
export function setLimit(epochUs: f64): void {
  limitNs = toNanoseconds(epochUs);
}

/** Time of the next packet to be handled, µs since 1970; after STEP_LIMIT, or to learn where a stream starts. */
export function pendingEpochUs(): f64 {
  const reader = earliest();
  return changetype<usize>(reader) ? <f64>reader.timeNs / 1000 : -1;
}

/**
 * Handles up to `most` packets. Returns STEP_DONE, STEP_MORE (call again), STEP_BATCH, STEP_ROWS,
 * STEP_MARKS or STEP_EXCERPTS (empty that queue), STEP_LIMIT, STEP_ENDED + stream, or the stream that needs data.
 */
export function step(most: u32): u32 {
  for (let handled: u32 = 0; handled < most; handled += 1) {
    if (mode & MODE_BATCH && batchFull()) return STEP_BATCH;
    if (rowsFull()) return STEP_ROWS;
    if (marksFull()) return STEP_MARKS;
    if (excerptsFull()) return STEP_EXCERPTS;
    const reader = earliest();
    if (!changetype<usize>(reader)) return mergeStatus;
    if (reader.timeNs > limitNs) return STEP_LIMIT;
    reader.pending = 0;
    handle(reader);
  }
  return STEP_MORE;
}

/** After STEP_DONE: turns the connections left into rows; STEP_ROWS until none is left. */
export function finish(): u32 {
  return finishSome() ? STEP_ROWS : STEP_DONE;
}

function handle(reader: Reader): void {
  const timed = reader.timed != 0;
  // Without a time before it either, a packet stands where the run is.
  const timeNs = timed || reader.timeNs ? reader.timeNs : lastNs;
  if (absolute && (timeNs < fromNs || timeNs > toNs)) return;
  if (packets == 0) {
    setFocusOrigin(BEGIN_NS);
    setRowOrigin(BEGIN_NS);
    setEchoOrigin(timeNs);
    setCauseOrigin(BEGIN_NS);
    setExcerptOrigin(BEGIN_NS);
  }
  setTimed(timed);
  countRecord(reader.wire, reader.captured, timeNs, timed);
  if (!absolute && (timeNs - firstNs < fromNs || timeNs - firstNs > toNs)) return;
  const linkType = reader.linkType;
  if (linkType != lastLinkType) {
    if (linkKnown(linkType)) lastLinkType = linkType;
    else warnLinkType(reader);
  }
  // What checks the frame is no part of its packet.
  const frameBytes = reader.wire - min(reader.checkBytes, reader.wire);
  decodePacket(linkType, reader.data, min(reader.captured, frameBytes), frameBytes);
  const matches = !filtering() || accepts(view);
  if (matches) countPacket(view);
  let connection: u32 = 0;
  const kind = view.kind;
  // Connections are numbered before the filter, so that a number means the same in every call.
  if (mode & MODE_TCP) connection = analyseConnection(kind, reader, timeNs - firstNs + BEGIN_NS);
  if (!matches) return;
  if ((kind == KIND_ICMP || kind == KIND_ICMP6) && mode & MODE_ECHO) analyseEcho(view, timeNs);
  if (kind == KIND_UDP && excerptsWanted()) excerptQuic(view, reader.wire, timeNs - firstNs + BEGIN_NS);
  if (binsEnabled() && timed) addAll(timeNs - firstNs, reader.wire);
  if (mode & MODE_BATCH) {
    addToBatch(
      view,
      packets,
      <f64>(timeNs - firstNs) / 1000,
      reader.wire,
      reader.captured,
      connection,
      reader.interfaceId,
    );
  }
}

function analyseConnection(kind: u32, reader: Reader, timeNs: i64): u32 {
  if (kind == KIND_TCP) {
    if (view.moreFragments) return analyseFirstFragment(view, reader.wire, timeNs, reader.interfaceId);
    return analyseTcp(view, reader.wire, timeNs, reader.interfaceId, true);
  }
  if (kind == KIND_FRAGMENT && view.protocol == PROTOCOL_TCP) return analyseFragment(view, reader.wire, timeNs);
  return 0;
}

function toNanoseconds(us: f64): i64 {
  if (!(us > -9e15)) return i64.MIN_VALUE;
  return us < 9e15 ? <i64>(us * 1000) : i64.MAX_VALUE;
}
