// How the host puts a simulation together: one instance of the module holds one run. Handles are
// addresses; times are µs, rates bytes per second. The host has checked what it passes.
import { DISTRIBUTION_EXPONENTIAL, QUEUE_CODEL, QUEUE_DROP_TAIL, QUEUE_FQ_CODEL, QUEUE_RED } from '../generated/sim';
import { input } from '../memory/index';
import { createCcp } from './control/index';
import * as engine from './engine';
import { Line, Link, linkSetRate, RECEIVER, SENDER, Step, Trace, WireLoss } from './path/index';
import { CodelState, createFqCodel, Queue, RedState } from './queue/index';
import { recordFlow, recordLink, startSampler } from './sampler';
import {
  allocateEvent,
  Distribution,
  EVENT_LINE,
  EVENT_LINK,
  EVENT_STEP,
  Group,
  Histogram,
  NO_LIMIT,
  Random,
  schedule,
} from './state/index';
import { createFlow, flowAt, scheduleArrivals } from './tcp/index';

// Streams of random numbers: the agent's, then two per link, then one per group.
const AGENT_STREAM: u32 = 0;
const LINK_STREAMS: u32 = 0x100;
const QUEUE_STREAMS: u32 = 0x200;
const GROUP_STREAMS: u32 = 0x300;

let seed: u32 = 0;

/** Begins a run of `durationUs`. A tick of the event wheel is 2^tickShift ns. */
export function simCreate(runSeed: u32, tickShift: u32, maxFlows: u32, durationUs: f64): void {
  seed = runSeed;
  engine.createEngine(runSeed, tickShift, maxFlows, nanoseconds(durationUs));
}

export function simDistribution(kind: u32, a: f64, b: f64): usize {
  const distribution = new Distribution();
  distribution.kind = kind;
  distribution.a = a;
  distribution.b = b;
  return changetype<usize>(distribution);
}

/** The datapath side of CCP flows, needed before they start; `fallbackUs` 0 for never. */
export function simAgent(maxFlows: u32, fallbackUs: f64, reaction: usize): void {
  createCcp(maxFlows, fallbackUs, changetype<Distribution>(reaction), stream(AGENT_STREAM));
}

/** Limits of 0 are none. Drop-tail until one of the calls below makes it something else. */
export function simQueue(limitPackets: u32, limitBytes: f64): usize {
  const queue = new Queue();
  queue.kind = QUEUE_DROP_TAIL;
  queue.limitPackets = limitPackets;
  queue.limitBytes = <u64>limitBytes;
  queue.delay = new Histogram();
  return changetype<usize>(queue);
}

export function simQueueRed(
  handle: usize,
  minThreshold: f64,
  maxThreshold: f64,
  maxProbability: f64,
  weight: f64,
  gentle: u32,
  ecn: u32,
): void {
  const queue = changetype<Queue>(handle);
  const red = new RedState();
  red.minThreshold = minThreshold;
  red.maxThreshold = maxThreshold;
  red.maxProbability = maxProbability;
  red.weight = weight;
  red.gentle = gentle != 0;
  red.inBytes = queue.limitBytes > 0;
  red.random = stream(QUEUE_STREAMS + engine.linkCount);
  queue.kind = QUEUE_RED;
  queue.ecn = ecn != 0;
  queue.state = changetype<usize>(red);
}

export function simQueueCodel(handle: usize, targetUs: f64, intervalUs: f64, ecn: u32): void {
  const queue = changetype<Queue>(handle);
  const codel = new CodelState();
  codel.target = nanoseconds(targetUs);
  codel.interval = nanoseconds(intervalUs);
  queue.kind = QUEUE_CODEL;
  queue.ecn = ecn != 0;
  queue.state = changetype<usize>(codel);
}

export function simQueueFqCodel(
  handle: usize,
  targetUs: f64,
  intervalUs: f64,
  ecn: u32,
  count: u32,
  quantumBytes: f64,
): void {
  const queue = changetype<Queue>(handle);
  const state = createFqCodel(count, <i64>quantumBytes, nanoseconds(targetUs), nanoseconds(intervalUs), seed);
  queue.kind = QUEUE_FQ_CODEL;
  queue.ecn = ecn != 0;
  queue.state = changetype<usize>(state);
}

/** A line every packet crosses in `delayUs`. */
export function simLine(delayUs: f64): usize {
  const line = new Line();
  line.kind = EVENT_LINE;
  line.delay = nanoseconds(delayUs);
  return changetype<usize>(line);
}

/** A link of `rateBytesPerSecond` with `queue` before it and a line of `delayUs` after it; its index comes from `simLinkIndex`. */
export function simLink(rateBytesPerSecond: f64, delayUs: f64, queue: usize): usize {
  const link = new Link();
  link.kind = EVENT_LINK;
  link.id = engine.addLink(link);
  link.queue = changetype<Queue>(queue);
  link.line = changetype<Line>(simLine(delayUs));
  link.loss = new WireLoss();
  link.random = stream(LINK_STREAMS + link.id);
  linkSetRate(link, rateBytesPerSecond);
  return changetype<usize>(link);
}

/** The link follows the millisecond stamps in `input`, u32 each, instead of a rate. */
export function simLinkTrace(handle: usize): void {
  const link = changetype<Link>(handle);
  const trace = new Trace();
  trace.count = input.length >> 2;
  trace.stamps = heap.alloc(input.length);
  memory.copy(trace.stamps, input.data, input.length);
  link.trace = trace;
}

export function simLinkLoss(handle: usize, kind: u32, a: f64, b: f64, c: f64, d: f64): void {
  const loss = changetype<Link>(handle).loss;
  loss.kind = kind;
  loss.a = a;
  loss.b = b;
  loss.c = c;
  loss.d = d;
}

export function simLinkJitter(handle: usize, distribution: usize): void {
  changetype<Link>(handle).jitter = changetype<Distribution>(distribution);
}

export function simLinkReorder(handle: usize, probability: f64, extraUs: f64): void {
  const link = changetype<Link>(handle);
  link.reorderProbability = probability;
  link.reorderExtra = nanoseconds(extraUs);
}

/** At `atUs` the link changes; rateBytesPerSecond 0 and delayUs −1 keep what was. */
export function simLinkStep(handle: usize, atUs: f64, rateBytesPerSecond: f64, delayUs: f64): void {
  const step = new Step();
  step.link = handle;
  step.rate = rateBytesPerSecond;
  step.delay = delayUs < 0 ? -1 : nanoseconds(delayUs);
  schedule(allocateEvent(EVENT_STEP, changetype<usize>(step)), nanoseconds(atUs));
}

/** Flows that share a path and their choices. `input` holds the handles of the data elements, then of the ACK elements. */
export function simGroup(
  id: u32,
  dataElements: u32,
  controller: u32,
  mss: u32,
  headerBytes: u32,
  initialCwnd: u32,
  receiveWindowBytes: f64,
  ackEvery: u32,
  ackTimeoutUs: f64,
  minRtoUs: f64,
  rack: u32,
  pacing: u32,
  ecn: u32,
): usize {
  const group = new Group();
  group.id = id;
  const count = input.length >> 2;
  group.path = heap.alloc((count + 2) << 2);
  memory.copy(group.path, input.data, dataElements << 2);
  store<usize>(group.path + (dataElements << 2), RECEIVER);
  const acks = dataElements + 1;
  memory.copy(group.path + (acks << 2), input.data + (dataElements << 2), (count - dataElements) << 2);
  store<usize>(group.path + ((count + 1) << 2), SENDER);
  group.ackPath = group.path + (acks << 2);
  group.controller = controller;
  group.mss = mss;
  group.headerBytes = headerBytes;
  group.initialCwnd = initialCwnd;
  const segments = receiveWindowBytes / <f64>mss;
  group.receiveWindow = receiveWindowBytes > 0 ? <u32>max<f64>(1, min<f64>(segments, <f64>NO_LIMIT)) : NO_LIMIT;
  group.ackEvery = ackEvery;
  group.ackTimeout = nanoseconds(ackTimeoutUs);
  group.minRto = nanoseconds(minRtoUs);
  group.rack = rack != 0;
  group.pacing = pacing != 0;
  group.ecn = ecn != 0;
  return changetype<usize>(group);
}

/** What the flows of the group ask for in their CREATE: the text in `input`. */
export function simGroupAlgorithm(handle: usize): void {
  const group = changetype<Group>(handle);
  group.congAlgLength = min<u32>(input.length, 63);
  group.congAlg = heap.alloc(64);
  memory.copy(group.congAlg, input.data, group.congAlgLength);
}

/** `rateBytesPerSecond` 0: as fast as it goes. `on` and `off` are distributions of an on/off source. `sizeBytes` 0: no end. */
export function simGroupSource(
  handle: usize,
  kind: u32,
  rateBytesPerSecond: f64,
  on: usize,
  off: usize,
  sizeBytes: f64,
  stopUs: f64,
): void {
  const group = changetype<Group>(handle);
  group.source = kind;
  group.sourceRate = rateBytesPerSecond;
  group.onTime = changetype<Distribution>(on);
  group.offTime = changetype<Distribution>(off);
  group.sizeBytes = sizeBytes;
  group.stopAt = nanoseconds(stopUs);
}

/** Flows arrive by themselves from `startUs` on, at most `maxActive` at once and `maxStarted` (0: any number) in all. */
export function simGroupArrivals(
  handle: usize,
  startUs: f64,
  perSecond: f64,
  size: usize,
  maxActive: u32,
  maxStarted: u32,
): void {
  const group = changetype<Group>(handle);
  group.arrivalGap = changetype<Distribution>(simDistribution(DISTRIBUTION_EXPONENTIAL, 1e6 / perSecond, 0));
  group.arrivalSize = changetype<Distribution>(size);
  group.arrivalRandom = stream(GROUP_STREAMS + group.id);
  group.maxActive = maxActive;
  group.maxStarted = maxStarted;
  scheduleArrivals(group, nanoseconds(startUs));
}

/** A flow of the group that starts at `startUs`. Its index, counted from 0 over all groups, or −1 where the table is full. */
export function simFlow(handle: usize, startUs: f64): i32 {
  const flow = createFlow(changetype<Group>(handle), nanoseconds(startUs));
  return flow ? <i32>flow.id : -1;
}

/** The counters begin at `us`, and not at 0. */
export function simMeasureFrom(us: f64): void {
  engine.measureAt(nanoseconds(us));
}

export function simSampler(binUs: f64, maxBins: u32): void {
  startSampler(nanoseconds(binUs), maxBins);
}

/** Records series of a flow; where the handles of its series stand, in the order of spec/sim.json. */
export function simRecordFlow(index: u32): usize {
  return recordFlow(flowAt(index));
}

export function simRecordLink(index: u32): usize {
  return recordLink(engine.linkAt(index));
}

function stream(number: u32): Random {
  const random = new Random();
  random.seed(seed, number);
  return random;
}

function nanoseconds(us: f64): i64 {
  return <i64>nearest(us * 1000);
}
