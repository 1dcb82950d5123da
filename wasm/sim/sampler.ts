// Series over time: at the end of each bin the sampler writes how flows and links stand, and what
// they have counted since. Flows and links that have series hold a pointer to theirs.
import {
  COUNT_FLOW_SERIES,
  COUNT_LINK_SERIES,
  FLOW_SERIES_CWND_BYTES,
  FLOW_SERIES_DELIVERED_BYTES,
  FLOW_SERIES_IN_FLIGHT_BYTES,
  FLOW_SERIES_LOSSES,
  FLOW_SERIES_MARKS,
  FLOW_SERIES_PACING_BYTES_PER_SECOND,
  FLOW_SERIES_SRTT_US,
  FLOW_SERIES_SSTHRESH_BYTES,
  LINK_SERIES_DROPS,
  LINK_SERIES_MARKS,
  LINK_SERIES_MAX_QUEUE_BYTES,
  LINK_SERIES_QUEUE_BYTES,
  LINK_SERIES_SENT_BYTES,
} from '../generated/sim';
import { createSeries, Series } from '../series/index';
import { Link } from './path/index';
import { EVENT_SAMPLE, Event, Flow, inFlight, now, schedule } from './state/index';

/** Addresses of the series of one flow or link, and the counters as the last sample saw them. */
@unmanaged
class Recorder {
  series: usize = 0;
  owner: usize = 0;
  next: usize = 0;
  last0: f64 = 0;
  last1: f64 = 0;
  last2: f64 = 0;
}

let width: i64 = 0;
let capacity: u32 = 0;
let flowRecorders: usize = 0;
let linkRecorders: usize = 0;
let tick: Event = changetype<Event>(0);

/** Samples every `binWidth` ns from now on; series of more than `maxBins` bins merge neighbours. */
export function startSampler(binWidth: i64, maxBins: u32): void {
  width = binWidth;
  capacity = max<u32>(2, maxBins & ~1);
  tick = new Event();
  tick.kind = EVENT_SAMPLE;
  schedule(tick, now + width);
}

/** Address of `count` pointers to series. */
export function recordFlow(flow: Flow): usize {
  const recorder = createRecorder(changetype<usize>(flow), COUNT_FLOW_SERIES);
  recorder.next = flowRecorders;
  flowRecorders = changetype<usize>(recorder);
  return recorder.series;
}

export function recordLink(link: Link): usize {
  const recorder = createRecorder(changetype<usize>(link), COUNT_LINK_SERIES);
  recorder.next = linkRecorders;
  linkRecorders = changetype<usize>(recorder);
  return recorder.series;
}

export function sample(): void {
  for (let at = flowRecorders; at; at = changetype<Recorder>(at).next) sampleFlow(changetype<Recorder>(at));
  for (let at = linkRecorders; at; at = changetype<Recorder>(at).next) sampleLink(changetype<Recorder>(at));
  schedule(tick, now + width);
}

/** A flow's or a link's counters are about to begin again at 0: what the present bin has of them is kept. */
export function carryCounts(): void {
  for (let at = flowRecorders; at; at = changetype<Recorder>(at).next) {
    const recorder = changetype<Recorder>(at);
    const flow = changetype<Flow>(recorder.owner);
    recorder.last1 -= flow.lost;
    recorder.last2 -= flow.marks;
  }
  for (let at = linkRecorders; at; at = changetype<Recorder>(at).next) {
    const recorder = changetype<Recorder>(at);
    const link = changetype<Link>(recorder.owner);
    recorder.last0 -= link.sentBytes;
    recorder.last1 -= link.queue.drops + link.wireLosses;
    recorder.last2 -= link.queue.marks;
  }
}

function createRecorder(owner: usize, count: u32): Recorder {
  const recorder = new Recorder();
  recorder.owner = owner;
  recorder.series = heap.alloc(count << 2);
  for (let i: u32 = 0; i < count; i++) {
    store<usize>(recorder.series + (i << 2), changetype<usize>(createSeries(width, capacity)));
  }
  return recorder;
}

function sampleFlow(recorder: Recorder): void {
  const flow = changetype<Flow>(recorder.owner);
  const has = flow.established;
  add(recorder, FLOW_SERIES_CWND_BYTES, has ? flow.cwnd : NaN);
  add(recorder, FLOW_SERIES_SSTHRESH_BYTES, has && flow.ssthresh < Infinity ? flow.ssthresh : NaN);
  add(recorder, FLOW_SERIES_IN_FLIGHT_BYTES, has ? <f64>inFlight(flow) * <f64>flow.group.mss : NaN);
  add(recorder, FLOW_SERIES_SRTT_US, flow.srtt > 0 ? <f64>flow.srtt / 1000 : NaN);
  add(recorder, FLOW_SERIES_PACING_BYTES_PER_SECOND, has && flow.pacingRate > 0 ? flow.pacingRate : NaN);
  add(recorder, FLOW_SERIES_DELIVERED_BYTES, deliveredSince(flow, <u32>recorder.last0));
  add(recorder, FLOW_SERIES_LOSSES, flow.lost - recorder.last1);
  add(recorder, FLOW_SERIES_MARKS, flow.marks - recorder.last2);
  recorder.last0 = flow.delivered;
  recorder.last1 = flow.lost;
  recorder.last2 = flow.marks;
}

// What arrived, in order or not: the cumulative acknowledgement jumps when a gap is closed.
function deliveredSince(flow: Flow, before: u32): f64 {
  const segments = flow.delivered - before;
  const bytes = <f64>segments * <f64>flow.group.mss;
  const isComplete = flow.sized && flow.sndUna == flow.totalSegments;
  return segments > 0 && isComplete ? bytes - <f64>(flow.group.mss - flow.lastPayload) : bytes;
}

function sampleLink(recorder: Recorder): void {
  const link = changetype<Link>(recorder.owner);
  const queue = link.queue;
  const drops = queue.drops + link.wireLosses;
  add(recorder, LINK_SERIES_QUEUE_BYTES, <f64>queue.bytes);
  add(recorder, LINK_SERIES_MAX_QUEUE_BYTES, <f64>queue.binMaxBytes);
  add(recorder, LINK_SERIES_SENT_BYTES, link.sentBytes - recorder.last0);
  add(recorder, LINK_SERIES_DROPS, drops - recorder.last1);
  add(recorder, LINK_SERIES_MARKS, queue.marks - recorder.last2);
  queue.binMaxBytes = queue.bytes;
  recorder.last0 = link.sentBytes;
  recorder.last1 = drops;
  recorder.last2 = queue.marks;
}

/** The sample at the end of a bin belongs to it. */
function add(recorder: Recorder, index: u32, value: f64): void {
  changetype<Series>(load<usize>(recorder.series + (index << 2))).add(now - 1, value);
}
