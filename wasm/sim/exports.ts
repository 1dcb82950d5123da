// The host's door to a simulation that has been put together (build.ts): running it, answering for
// agents, changing it on the way, and reading what it has counted. Columns are f64 in `output`, in
// the order of spec/sim.json.
import { FLOW_STATE_WAITING, LOSS_BERNOULLI, LOSS_NONE } from '../generated/sim';
import { input, output } from '../memory/index';
import { ccpAnswer, ccpEndedStops, ccpTrace, ccpTraced, putStops } from './control/index';
import * as engine from './engine';
import { linkCountCapacity, linkSetDown, linkSetRate, linkUsedBytes } from './path/index';
import {
  bucketStart,
  Group,
  HISTOGRAM_BUCKETS,
  Histogram,
  inFlight,
  now,
  Random,
  TAP_LINKS,
  TAP_STATE,
  takeRecords,
  tap,
} from './state/index';
import { flowAt, flowCount, limitOf, runningCount } from './tcp/index';

export * from './build';

/** Runs until `untilUs`, after the present, or to the end. STOP_TIME, or STOP_MESSAGE: answer the message, then call `simContinue`. */
export function simRun(untilUs: f64): u32 {
  engine.stopAt(<i64>nearest(untilUs * 1000));
  return engine.run();
}

/** The agent is to have its turn at `timeUs`, not before the present: STOP_WAKE. */
export function simWakeAt(timeUs: f64): void {
  engine.wakeAt(<i64>nearest(timeUs * 1000));
}

export function simContinue(): u32 {
  return engine.run();
}

export function simNowUs(): f64 {
  return <f64>now / 1000;
}

export function simEvents(): f64 {
  return engine.eventCount();
}

/** The message for the agent, after STOP_MESSAGE and until `simContinue`. */
export function simMessagePointer(): usize {
  return engine.messageBytes();
}

export function simMessageLength(): u32 {
  return engine.messageLength();
}

/** The agent sends the bytes in `input`. */
export function simAnswer(): void {
  ccpAnswer(input.data, input.length);
}

export function simSetLinkRate(link: u32, rateBytesPerSecond: f64): void {
  linkSetRate(engine.linkAt(link), rateBytesPerSecond);
}

export function simSetLinkDown(link: u32, down: bool): void {
  linkSetDown(engine.linkAt(link), down);
}

export function simSetLinkDelay(link: u32, delayUs: f64): void {
  engine.linkAt(link).line.delay = <i64>nearest(delayUs * 1000);
}

export function simSetLinkLoss(link: u32, probability: f64): void {
  const loss = engine.linkAt(link).loss;
  loss.kind = probability > 0 ? LOSS_BERNOULLI : LOSS_NONE;
  loss.a = probability;
}

/** What waits already stays, however small the new limit. */
export function simSetQueueLimit(link: u32, packets: u32, bytes: f64): void {
  const queue = engine.linkAt(link).queue;
  queue.limitPackets = packets;
  queue.limitBytes = <u64>bytes;
}

/** From now on what passes `point` (tap.ts), or what senders decide, is recorded. */
export function simTap(point: u32): void {
  tap(<u8>point);
  if (point >= TAP_LINKS && point < TAP_STATE) engine.linkAt(point - TAP_LINKS).isTapped = true;
}

/** The records since the last call. */
export function simPackets(): void {
  takeRecords(output);
}

/** Whether anything has been drawn so far, or the seed has decided in another way. */
export function simSeedUsed(): bool {
  return Random.used;
}

export function simFlowCount(): u32 {
  return flowCount;
}

export function simRunningFlows(): u32 {
  return runningCount;
}

/** FLOW_COLUMN values of a flow. */
export function simFlowColumns(index: u32): void {
  const flow = flowAt(index);
  output.clear();
  put(<f64>flow.group.id);
  put(<f64>flow.state);
  put(flow.state == FLOW_STATE_WAITING ? -1 : <f64>flow.started / 1000);
  put(flow.ended < 0 ? -1 : <f64>flow.ended / 1000);
  put(max<f64>(0, flow.ackedBytes));
  put(flow.receivedBytes);
  put(flow.sentPackets);
  put(flow.retransmitted);
  put(flow.dropped);
  put(flow.lost);
  put(flow.marks);
  put(flow.timeouts);
  put(flow.recoveries);
  put(flow.reports);
  put(flow.cwnd);
  put(flow.ssthresh < Infinity ? flow.ssthresh : 0);
  put(<f64>flow.srtt / 1000);
  put(<f64>inFlight(flow));
  put(<f64>limitOf(flow));
}

/** Arithmetic errors of datapath programs: a flow's number u32 and a record of vm/stops.ts for each. */
export function simStops(): void {
  output.clear();
  ccpEndedStops(output);
  for (let i: u32 = 0; i < flowCount; i++) putStops(flowAt(i), output);
}

/** From now on the last run of this flow's program is kept (control/ack-trace.ts). */
export function simTrace(flow: u32): void {
  ccpTrace(flow);
}

/** That run; nothing where there was none. */
export function simTraced(): void {
  output.clear();
  ccpTraced(output);
}

/** LINK_COLUMN values of a link. */
export function simLinkColumns(index: u32): void {
  const link = engine.linkAt(index);
  linkCountCapacity(link);
  const queue = link.queue;
  output.clear();
  put(link.sentBytes);
  put(link.sentPackets);
  put(queue.drops);
  put(link.wireLosses);
  put(link.wireLossBytes);
  put(queue.marks);
  put(<f64>queue.maxPackets);
  put(<f64>queue.maxBytes);
  put(<f64>queue.packets);
  put(<f64>queue.bytes);
  put(link.capacity);
  put(linkUsedBytes(link));
}

/** GROUP_COLUMN values of a group, then its completions as pairs of size in bytes and time in µs. */
export function simGroupColumns(handle: usize): void {
  const group = changetype<Group>(handle);
  output.clear();
  put(<f64>group.started);
  put(<f64>group.finished);
  put(<f64>group.refused);
  put(<f64>group.completionCount);
  if (group.completionCount) output.bytes(group.completions, group.completionCount * 16);
}

/** Samples, sum, least and greatest in µs, then a count per bucket, of a flow's RTT. */
export function simFlowRtt(index: u32): void {
  putHistogram(flowAt(index).rtt);
}

/** The same of the time packets waited in a link's queue. */
export function simLinkDelay(index: u32): void {
  putHistogram(engine.linkAt(index).queue.delay);
}

/** Where each bucket of a histogram begins, in µs, and where the last ends. */
export function simBuckets(): void {
  output.clear();
  for (let i: u32 = 0; i <= HISTOGRAM_BUCKETS; i++) put(bucketStart(i) / 1000);
}

function putHistogram(histogram: Histogram): void {
  output.clear();
  put(histogram.samples);
  put(histogram.sum / 1000);
  put(<f64>histogram.least / 1000);
  put(<f64>histogram.greatest / 1000);
  if (histogram.samples > 0) output.bytes(histogram.counts, HISTOGRAM_BUCKETS * 4);
}

function put(value: f64): void {
  store<f64>(output.reserve(8), value);
  output.length += 8;
}
