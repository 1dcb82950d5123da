// Slow start, and how it ends before a loss does it: HyStart as Linux has it (Ha and Rhee, Computer Networks 2011),
// HyStart++ (RFC 9406). Both look at each round trip for a rise of its least RTT over the least known; HyStart also
// at the length of the train of ACKs, HyStart++ grows on slowly for a while and goes back where the rise is gone.
import { GROWTH_LINUX, SLOW_START_HYSTART, SLOW_START_HYSTARTPP, SLOW_START_STANDARD } from '../../generated/sim';
import { AckSample, Flow, now } from '../state/index';
import { moveWindow } from './window';

const LOW_WINDOW: u32 = 16;
const SAMPLES: u32 = 8;
const MIN_RISE: i64 = 4000000;
const MAX_RISE: i64 = 16000000;
/** ACKs farther apart are no train. */
const TRAIN_GAP: i64 = 2000000;
const CAUTIOUS_DIVISOR: f64 = 4;
const CAUTIOUS_ROUNDS: u32 = 5;
/** Segments one ACK may add where they are not paced (RFC 9406 4.2). */
const LIMIT: u32 = 8;

export function slowStartBegin(flow: Flow): void {
  flow.lastRoundMinRtt = 0;
  flow.cautiousRounds = 0;
  beginRound(flow);
}

/**
 * Grows the window in slow start; gives the delivered segments that are left for congestion avoidance. What was sacked
 * before counted then: the acknowledgement that ends a recovery covers a window of such.
 */
export function slowStart(flow: Flow, sample: AckSample): u32 {
  const acked = sample.newlyDelivered;
  if (flow.cwnd >= flow.ssthresh) return acked;
  const mss = <f64>flow.group.mss;
  const grows = growth(flow, sample, flow.group.growth == GROWTH_LINUX ? acked : 1);
  const room = flow.ssthresh - flow.cwnd;
  if (grows * mss <= room) {
    moveWindow(flow, flow.cwnd + grows * mss);
    return 0;
  }
  // At its end too: a train of ACKs that is cut short here leaves what it has acknowledged.
  moveWindow(flow, max<f64>(flow.cwnd, flow.ssthresh));
  return <u32>max<f64>(0, <f64>acked - Math.ceil(room / mss));
}

/** Segments to add; may set ssthresh. */
function growth(flow: Flow, sample: AckSample, counted: u32): f64 {
  switch (flow.group.slowStart) {
    case SLOW_START_STANDARD:
      return counted;
    case SLOW_START_HYSTART:
      hystart(flow, sample);
      return counted;
    case SLOW_START_HYSTARTPP:
      return hystartPlusPlus(flow, sample, counted);
    default:
      return unreachable();
  }
}

function hystart(flow: Flow, sample: AckSample): void {
  if (<i32>(flow.sndUna - flow.roundEnd) > 0) beginRound(flow);
  if (flow.cwndPackets < LOW_WINDOW || sample.rttLast < 0) return;
  let isEnd = false;
  if (now - flow.roundLastAck <= TRAIN_GAP) {
    flow.roundLastAck = now;
    isEnd = now - flow.roundStart > flow.minRtt >> 1;
  }
  takeSample(flow, sample.rttLast);
  if (flow.roundSamples > SAMPLES) isEnd = isEnd || flow.roundMinRtt > flow.minRtt + rise(flow.minRtt);
  if (isEnd) flow.ssthresh = flow.cwnd;
}

function hystartPlusPlus(flow: Flow, sample: AckSample, counted: u32): f64 {
  // RFC 9406 4.3: for the first slow start of a flow.
  if (flow.ssthresh < Infinity) return counted;
  if (<i32>(flow.sndUna - flow.roundEnd) > 0) {
    flow.lastRoundMinRtt = flow.roundMinRtt;
    beginRound(flow);
    if (flow.cautiousRounds > 0 && ++flow.cautiousRounds > CAUTIOUS_ROUNDS) flow.ssthresh = flow.cwnd;
  }
  if (sample.rttLast >= 0) takeSample(flow, sample.rttLast);
  const grows: f64 = flow.pacingRate > 0 ? counted : min<u32>(counted, LIMIT);
  if (flow.roundSamples >= SAMPLES) {
    if (flow.cautiousRounds > 0) {
      if (flow.roundMinRtt < flow.cautiousRtt) flow.cautiousRounds = 0;
    } else if (flow.lastRoundMinRtt > 0 && flow.roundMinRtt >= flow.lastRoundMinRtt + rise(flow.lastRoundMinRtt)) {
      flow.cautiousRtt = flow.roundMinRtt;
      flow.cautiousRounds = 1;
    }
  }
  return flow.cautiousRounds > 0 ? grows / CAUTIOUS_DIVISOR : grows;
}

function beginRound(flow: Flow): void {
  flow.roundEnd = flow.sndNxt;
  flow.roundStart = now;
  flow.roundLastAck = now;
  flow.roundSamples = 0;
  flow.roundMinRtt = 0;
}

function takeSample(flow: Flow, rtt: i64): void {
  flow.roundSamples += 1;
  if (flow.roundMinRtt == 0 || rtt < flow.roundMinRtt) flow.roundMinRtt = rtt;
}

function rise(rtt: i64): i64 {
  return max<i64>(MIN_RISE, min<i64>(rtt >> 3, MAX_RISE));
}
