// How the host puts a simulation together: one instance of the module holds one run. A part is made from the
// block of parameters in `input`; its handle is its address. The host has checked what it passes; a kind that
// nobody knows here, or a value that is missing, traps.
import {
  AGENT_PARAMETER_FALLBACK_US,
  AGENT_PARAMETER_MAX_FLOWS,
  AGENT_PARAMETER_REACTION_US,
  ARRIVALS_PARAMETER_MAX_ACTIVE,
  ARRIVALS_PARAMETER_MAX_STARTED,
  ARRIVALS_PARAMETER_PER_SECOND,
  ARRIVALS_PARAMETER_SIZE_BYTES,
  ARRIVALS_PARAMETER_START_US,
  CONTROLLER_PRAGUE,
  DISTRIBUTION_EXPONENTIAL,
  DISTRIBUTION_FIXED,
  DISTRIBUTION_LOGNORMAL,
  DISTRIBUTION_NORMAL,
  DISTRIBUTION_PARAMETER_DEVIATION,
  DISTRIBUTION_PARAMETER_KIND,
  DISTRIBUTION_PARAMETER_MAX,
  DISTRIBUTION_PARAMETER_MEAN,
  DISTRIBUTION_PARAMETER_MEDIAN,
  DISTRIBUTION_PARAMETER_MIN,
  DISTRIBUTION_PARAMETER_SHAPE,
  DISTRIBUTION_PARAMETER_SIGMA,
  DISTRIBUTION_PARAMETER_VALUE,
  DISTRIBUTION_PARETO,
  DISTRIBUTION_UNIFORM,
  ECN_ACCURATE,
  ECN_CLASSIC,
  ECN_DCTCP,
  ECN_OFF,
  GROUP_PARAMETER_ACCESS_DELAY_US,
  GROUP_PARAMETER_ACCESS_RATE_BYTES_PER_SECOND,
  GROUP_PARAMETER_ACK_EVERY_PACKETS,
  GROUP_PARAMETER_ACK_TIMEOUT_US,
  GROUP_PARAMETER_BASE_RTT_US,
  GROUP_PARAMETER_CONTROLLER,
  GROUP_PARAMETER_ECN,
  GROUP_PARAMETER_GROWTH,
  GROUP_PARAMETER_HANDSHAKE,
  GROUP_PARAMETER_HEADER_BYTES,
  GROUP_PARAMETER_HOST_JITTER_US,
  GROUP_PARAMETER_ID,
  GROUP_PARAMETER_INITIAL_CWND_PACKETS,
  GROUP_PARAMETER_MIN_RTO_US,
  GROUP_PARAMETER_MSS_BYTES,
  GROUP_PARAMETER_PACING,
  GROUP_PARAMETER_RECEIVE_WINDOW_BYTES,
  GROUP_PARAMETER_RECOVERY,
  GROUP_PARAMETER_SIZE_BYTES,
  GROUP_PARAMETER_SLOW_START,
  GROUP_PARAMETER_START_JITTER_US,
  GROUP_PARAMETER_START_US,
  GROUP_PARAMETER_STOP_US,
  LINK_PARAMETER_BUCKET_BYTES,
  LINK_PARAMETER_BUCKET_POLICES,
  LINK_PARAMETER_BUCKET_RATE_BYTES_PER_SECOND,
  LINK_PARAMETER_DELAY_US,
  LINK_PARAMETER_JITTER_US,
  LINK_PARAMETER_LOSS,
  LINK_PARAMETER_QUEUE,
  LINK_PARAMETER_RATE_BYTES_PER_SECOND,
  LINK_PARAMETER_REORDER_EXTRA_DELAY_US,
  LINK_PARAMETER_REORDER_PROBABILITY,
  LOSS_BERNOULLI,
  LOSS_GILBERT_ELLIOTT,
  LOSS_NONE,
  LOSS_PARAMETER_BAD_TO_GOOD,
  LOSS_PARAMETER_GOOD_TO_BAD,
  LOSS_PARAMETER_KIND,
  LOSS_PARAMETER_LOSS_BAD,
  LOSS_PARAMETER_LOSS_GOOD,
  LOSS_PARAMETER_PROBABILITY,
  RECOVERY_RACK,
  RECOVERY_RFC6675,
  RUN_PARAMETER_DURATION_US,
  RUN_PARAMETER_MAX_FLOWS,
  RUN_PARAMETER_SEED,
  RUN_PARAMETER_TICK_SHIFT,
  SOURCE_GREEDY,
  SOURCE_ONOFF,
  SOURCE_PARAMETER_KIND,
  SOURCE_PARAMETER_OFF_US,
  SOURCE_PARAMETER_ON_US,
  SOURCE_PARAMETER_RATE_BYTES_PER_SECOND,
  SOURCE_POISSON,
  SOURCE_RATE,
  STEP_PARAMETER_AT_US,
  STEP_PARAMETER_DELAY_US,
  STEP_PARAMETER_DOWN,
  STEP_PARAMETER_LOSS,
  STEP_PARAMETER_RATE_BYTES_PER_SECOND,
} from '../generated/sim';
import { BYTES_CONG_ALG } from '../generated/wire';
import { input } from '../memory/index';
import { createCcp } from './control/index';
import * as engine from './engine';
import { Line, Link, linkSetRate, RECEIVER, SENDER, Step, TokenBucket, Trace, WireLoss } from './path/index';
import { createQueue, Queue } from './queue/index';
import { recordFlow, recordLink, startSampler } from './sampler';
import {
  allocateEvent,
  choiceOf,
  Distribution,
  EVENT_LINE,
  EVENT_LINK,
  EVENT_STEP,
  Group,
  handleOf,
  NO_LIMIT,
  nanoseconds,
  numberOf,
  numberOr,
  PACKET_ECT,
  PACKET_L4S,
  Random,
  schedule,
  timeOf,
  wholeOf,
} from './state/index';
import { createFlow, flowAt, scheduleArrivals } from './tcp/index';

// Streams of random numbers: the agent's, two per link, two per group, and one per flow (flows.ts).
const AGENT_STREAM: u32 = 0;
const LINK_STREAMS: u32 = 0x100;
const QUEUE_STREAMS: u32 = 0x200;
const GROUP_STREAMS: u32 = 0x300;
const HOST_STREAMS: u32 = 0x40000;

let seed: u32 = 0;

/** Begins a run. A tick of the event wheel is 2^tickShift ns. */
export function simCreate(): void {
  seed = wholeOf(RUN_PARAMETER_SEED);
  const maxFlows = wholeOf(RUN_PARAMETER_MAX_FLOWS);
  engine.createEngine(seed, wholeOf(RUN_PARAMETER_TICK_SHIFT), maxFlows, timeOf(RUN_PARAMETER_DURATION_US));
}

export function simDistribution(): usize {
  const kind = wholeOf(DISTRIBUTION_PARAMETER_KIND);
  switch (kind) {
    case DISTRIBUTION_FIXED:
      return distribution(kind, numberOf(DISTRIBUTION_PARAMETER_VALUE));
    case DISTRIBUTION_UNIFORM:
      return distribution(kind, numberOf(DISTRIBUTION_PARAMETER_MIN), numberOf(DISTRIBUTION_PARAMETER_MAX));
    case DISTRIBUTION_EXPONENTIAL:
      return distribution(kind, numberOf(DISTRIBUTION_PARAMETER_MEAN));
    case DISTRIBUTION_LOGNORMAL:
      return distribution(kind, numberOf(DISTRIBUTION_PARAMETER_MEDIAN), numberOf(DISTRIBUTION_PARAMETER_SIGMA));
    case DISTRIBUTION_PARETO:
      return distribution(kind, numberOf(DISTRIBUTION_PARAMETER_MIN), numberOf(DISTRIBUTION_PARAMETER_SHAPE));
    case DISTRIBUTION_NORMAL:
      return distribution(kind, numberOf(DISTRIBUTION_PARAMETER_MEAN), numberOf(DISTRIBUTION_PARAMETER_DEVIATION));
    default:
      return unreachable();
  }
}

function distribution(kind: u32, a: f64, b: f64 = 0): usize {
  const made = new Distribution();
  made.kind = kind;
  made.a = a;
  made.b = b;
  return changetype<usize>(made);
}

/** The datapath side of CCP flows, needed before they start; without a fallback it never falls back. */
export function simAgent(): void {
  const reaction = changetype<Distribution>(handleOf(AGENT_PARAMETER_REACTION_US));
  const fallbackUs = numberOr(AGENT_PARAMETER_FALLBACK_US, 0);
  createCcp(wholeOf(AGENT_PARAMETER_MAX_FLOWS), fallbackUs, reaction, stream(AGENT_STREAM));
}

/** A queue for the link that is made next. */
export function simQueue(): usize {
  return changetype<usize>(createQueue(stream(QUEUE_STREAMS + engine.linkCount), seed));
}

/** A line every packet crosses in `delayUs`. */
export function simLine(delayUs: f64): usize {
  const line = new Line();
  line.kind = EVENT_LINE;
  line.delay = nanoseconds(delayUs);
  return changetype<usize>(line);
}

/** A link with a queue before it and a line after it; links are counted from 0 in the order they are made. */
export function simLink(): usize {
  const link = new Link();
  link.kind = EVENT_LINK;
  link.id = engine.addLink(link);
  link.queue = changetype<Queue>(handleOf(LINK_PARAMETER_QUEUE));
  link.line = changetype<Line>(simLine(numberOf(LINK_PARAMETER_DELAY_US)));
  link.loss = changetype<WireLoss>(handleOf(LINK_PARAMETER_LOSS));
  link.random = stream(LINK_STREAMS + link.id);
  link.jitter = changetype<Distribution>(<usize>numberOr(LINK_PARAMETER_JITTER_US, 0));
  link.reorderProbability = numberOr(LINK_PARAMETER_REORDER_PROBABILITY, 0);
  link.reorderExtra = nanoseconds(numberOr(LINK_PARAMETER_REORDER_EXTRA_DELAY_US, 0));
  linkSetRate(link, numberOf(LINK_PARAMETER_RATE_BYTES_PER_SECOND));
  const bucketRate = numberOr(LINK_PARAMETER_BUCKET_RATE_BYTES_PER_SECOND, 0);
  if (bucketRate > 0) {
    const bucket = new TokenBucket();
    bucket.start(bucketRate, numberOf(LINK_PARAMETER_BUCKET_BYTES));
    if (choiceOf(LINK_PARAMETER_BUCKET_POLICES)) link.policer = bucket;
    else link.shaper = bucket;
  }
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

/** What a link loses on its wire. */
export function simLoss(): usize {
  const loss = new WireLoss();
  loss.kind = wholeOf(LOSS_PARAMETER_KIND);
  switch (loss.kind) {
    case LOSS_NONE:
      break;
    case LOSS_BERNOULLI:
      loss.a = numberOf(LOSS_PARAMETER_PROBABILITY);
      break;
    case LOSS_GILBERT_ELLIOTT:
      loss.a = numberOf(LOSS_PARAMETER_GOOD_TO_BAD);
      loss.b = numberOf(LOSS_PARAMETER_BAD_TO_GOOD);
      loss.c = numberOf(LOSS_PARAMETER_LOSS_GOOD);
      loss.d = numberOf(LOSS_PARAMETER_LOSS_BAD);
      break;
    default:
      unreachable();
  }
  return changetype<usize>(loss);
}

/** At an instant the link changes; what is not given stays as it was. */
export function simLinkStep(handle: usize): void {
  const step = new Step();
  step.link = changetype<Link>(handle);
  step.rate = numberOr(STEP_PARAMETER_RATE_BYTES_PER_SECOND, -1);
  const delayUs = numberOr(STEP_PARAMETER_DELAY_US, -1);
  step.delay = delayUs < 0 ? -1 : nanoseconds(delayUs);
  step.down = numberOr(STEP_PARAMETER_DOWN, -1);
  step.loss = changetype<WireLoss>(<usize>numberOr(STEP_PARAMETER_LOSS, 0));
  schedule(allocateEvent(EVENT_STEP, changetype<usize>(step)), timeOf(STEP_PARAMETER_AT_US));
}

/** Flows that share a path and their choices. */
export function simGroup(): usize {
  const group = new Group();
  group.id = wholeOf(GROUP_PARAMETER_ID);
  group.controller = wholeOf(GROUP_PARAMETER_CONTROLLER);
  group.mss = wholeOf(GROUP_PARAMETER_MSS_BYTES);
  group.headerBytes = wholeOf(GROUP_PARAMETER_HEADER_BYTES);
  group.initialCwnd = wholeOf(GROUP_PARAMETER_INITIAL_CWND_PACKETS);
  const segments = numberOr(GROUP_PARAMETER_RECEIVE_WINDOW_BYTES, Infinity) / <f64>group.mss;
  group.receiveWindow = <u32>max<f64>(1, min<f64>(segments, <f64>NO_LIMIT));
  group.ackEvery = wholeOf(GROUP_PARAMETER_ACK_EVERY_PACKETS);
  group.ackTimeout = timeOf(GROUP_PARAMETER_ACK_TIMEOUT_US);
  group.rack = hasRack(wholeOf(GROUP_PARAMETER_RECOVERY));
  group.minRto = timeOf(GROUP_PARAMETER_MIN_RTO_US);
  group.pacing = choiceOf(GROUP_PARAMETER_PACING);
  group.ecn = wholeOf(GROUP_PARAMETER_ECN);
  group.ect = ectOf(group);
  group.sizeBytes = numberOr(GROUP_PARAMETER_SIZE_BYTES, 0);
  group.stopAt = timeOf(GROUP_PARAMETER_STOP_US);
  group.growth = wholeOf(GROUP_PARAMETER_GROWTH);
  group.slowStart = wholeOf(GROUP_PARAMETER_SLOW_START);
  group.accessNsPerByte = 1e9 / numberOf(GROUP_PARAMETER_ACCESS_RATE_BYTES_PER_SECOND);
  group.accessDelay = timeOf(GROUP_PARAMETER_ACCESS_DELAY_US);
  group.hostJitter = timeOf(GROUP_PARAMETER_HOST_JITTER_US);
  group.hostRandom = stream(HOST_STREAMS + group.id);
  group.startJitter = timeOf(GROUP_PARAMETER_START_JITTER_US);
  group.start = changetype<Distribution>(<usize>numberOr(GROUP_PARAMETER_START_US, 0));
  group.handshake = choiceOf(GROUP_PARAMETER_HANDSHAKE);
  group.baseRtt = timeOf(GROUP_PARAMETER_BASE_RTT_US);
  return changetype<usize>(group);
}

function hasRack(recovery: u32): bool {
  switch (recovery) {
    case RECOVERY_RACK:
      return true;
    case RECOVERY_RFC6675:
      return false;
    default:
      return unreachable();
  }
}

/** The codepoint of its packets: ECT(1) of one that answers marks as a scalable controller has to (RFC 9331 4.1, 4.3). */
function ectOf(group: Group): u8 {
  switch (group.ecn) {
    case ECN_OFF:
      return 0;
    case ECN_CLASSIC:
    case ECN_DCTCP:
      return PACKET_ECT;
    case ECN_ACCURATE:
      return group.controller == CONTROLLER_PRAGUE ? PACKET_ECT | PACKET_L4S : PACKET_ECT;
    default:
      return unreachable();
  }
}

/** `input` holds the handles of the data elements, then of the ACK elements. */
export function simGroupPath(handle: usize, dataElements: u32): void {
  const group = changetype<Group>(handle);
  const count = input.length >> 2;
  group.path = heap.alloc((count + 2) << 2);
  memory.copy(group.path, input.data, dataElements << 2);
  store<usize>(group.path + (dataElements << 2), RECEIVER);
  const acks = dataElements + 1;
  memory.copy(group.path + (acks << 2), input.data + (dataElements << 2), (count - dataElements) << 2);
  store<usize>(group.path + ((count + 1) << 2), SENDER);
  group.ackPath = group.path + (acks << 2);
}

/** What the flows of the group ask for in their CREATE: the text in `input`. */
export function simGroupAlgorithm(handle: usize): void {
  const group = changetype<Group>(handle);
  // Its terminating zero is part of the field.
  group.congAlgLength = min<u32>(input.length, BYTES_CONG_ALG - 1);
  group.congAlg = heap.alloc(BYTES_CONG_ALG);
  memory.copy(group.congAlg, input.data, group.congAlgLength);
}

/** What the application offers; without a rate, as much as it can while it is on. */
export function simGroupSource(handle: usize): void {
  const group = changetype<Group>(handle);
  group.source = wholeOf(SOURCE_PARAMETER_KIND);
  group.sourceRate = numberOr(SOURCE_PARAMETER_RATE_BYTES_PER_SECOND, 0);
  switch (group.source) {
    case SOURCE_GREEDY:
    case SOURCE_RATE:
    case SOURCE_POISSON:
      return;
    case SOURCE_ONOFF:
      group.onTime = changetype<Distribution>(handleOf(SOURCE_PARAMETER_ON_US));
      group.offTime = changetype<Distribution>(handleOf(SOURCE_PARAMETER_OFF_US));
      return;
    default:
      unreachable();
  }
}

/** Flows arrive by themselves, so many at once at most and, where that is given, so many in all. */
export function simGroupArrivals(handle: usize): void {
  const group = changetype<Group>(handle);
  const gap = distribution(DISTRIBUTION_EXPONENTIAL, 1e6 / numberOf(ARRIVALS_PARAMETER_PER_SECOND));
  group.arrivalGap = changetype<Distribution>(gap);
  group.arrivalSize = changetype<Distribution>(handleOf(ARRIVALS_PARAMETER_SIZE_BYTES));
  group.arrivalRandom = stream(GROUP_STREAMS + group.id);
  group.maxActive = wholeOf(ARRIVALS_PARAMETER_MAX_ACTIVE);
  group.maxStarted = <u32>numberOr(ARRIVALS_PARAMETER_MAX_STARTED, 0);
  scheduleArrivals(group, timeOf(ARRIVALS_PARAMETER_START_US));
}

/** A flow of the group that starts at `startUs`, or as much later as the group's distribution says. Its index, counted from 0 over all groups, or −1 where the table is full. */
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
