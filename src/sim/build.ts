import { encodeText, type SimInstance, writeInput } from '../core/index.js';
import { CONTROLLER, DISTRIBUTION, LOSS, SOURCE } from '../generated/sim.js';
import type {
  Distribution,
  NormalisedAckPath,
  NormalisedFlowGroup,
  NormalisedLink,
  NormalisedScenario,
  Queue,
} from './normalised.js';

// Puts a normalised scenario together inside sim.wasm. Handles are addresses there.

/** Where the parts of a scenario stand. */
export interface Built {
  /** Group handles, in the order of the scenario. */
  readonly groups: readonly number[];
  /** The group of each declared flow. */
  readonly flowGroups: readonly number[];
  /** Addresses of the tables of series handles. */
  readonly flowSeries: readonly number[];
  readonly linkSeries: readonly number[];
}

/** A tick of the event wheel: about a quarter of the shortest transmission time, 16 ns … 65 µs. */
const TICK_SHARE = 4;
const MIN_TICK_SHIFT = 4;
const MAX_TICK_SHIFT = 16;
const PACKET_BYTES = 1500;
const MAX_BINS = 8192;
const CONG_ALG_BYTES = 63;

/** The name under which a group's flows ask the agent for their algorithm. */
export function algorithmKey(group: NormalisedFlowGroup, index: number): string {
  if (group.algorithm.kind === 'builtin') return '';
  const { algorithm } = group.algorithm;
  return typeof algorithm === 'string' && encodeText(algorithm).length <= CONG_ALG_BYTES ? algorithm : `group${index}`;
}

export function buildScenario(sim: SimInstance, scenario: NormalisedScenario): Built {
  const maxFlows = scenario.flows.reduce((sum, { count, arrivals }) => sum + (arrivals?.maxActive ?? count), 0);
  sim.simCreate(scenario.seed, tickShift(scenario), maxFlows, scenario.durationUs);
  const ccpFlows = scenario.flows
    .filter(({ algorithm }) => algorithm.kind === 'ccp')
    .reduce((sum, { count, arrivals }) => sum + (arrivals?.maxActive ?? count), 0);
  if (ccpFlows > 0) sim.simAgent(ccpFlows, scenario.agent.fallbackUs, distribution(sim, scenario.agent.reactionUs));
  const links = scenario.links.map((link) => buildLink(sim, link));
  const ackLink = buildAckLink(sim, scenario.ackPath);
  if (scenario.measureFromUs > 0) sim.simMeasureFrom(scenario.measureFromUs);

  const lines = new Map<number, number>();
  const line = (delayUs: number): number => {
    const known = lines.get(delayUs) ?? sim.simLine(delayUs);
    lines.set(delayUs, known);
    return known;
  };
  const groups: number[] = [];
  const flowGroups: number[] = [];
  for (const [index, group] of scenario.flows.entries()) {
    const handle = buildGroup(sim, scenario, group, index, links, ackLink, line);
    groups.push(handle);
    if (group.arrivals) continue;
    for (let i = 0; i < group.count; i += 1) {
      sim.simFlow(handle, group.startUs + i * group.staggerUs);
      flowGroups.push(index);
    }
  }
  return { groups, flowGroups, ...record(sim, scenario, flowGroups.length) };
}

function record(
  sim: SimInstance,
  scenario: NormalisedScenario,
  flows: number,
): Pick<Built, 'flowSeries' | 'linkSeries'> {
  if (scenario.binUs === 0) return { flowSeries: [], linkSeries: [] };
  sim.simSampler(scenario.binUs, Math.min(MAX_BINS, Math.ceil(scenario.durationUs / scenario.binUs) + 2));
  const recorded = Math.min(flows, scenario.seriesFlows);
  return {
    flowSeries: Array.from({ length: recorded }, (_, index) => sim.simRecordFlow(index)),
    linkSeries: scenario.links.map((_, index) => sim.simRecordLink(index)),
  };
}

function tickShift(scenario: NormalisedScenario): number {
  const fastest = Math.max(
    ...scenario.links.map(({ rate }) =>
      rate.kind === 'constant' ? rate.rateBytesPerSecond : rate.meanRateBytesPerSecond,
    ),
    ...scenario.links.flatMap(({ steps }) => steps.map(({ rateBytesPerSecond }) => rateBytesPerSecond ?? 0)),
  );
  const shift = Math.floor(Math.log2((PACKET_BYTES * 1e9) / fastest / TICK_SHARE));
  return Math.min(MAX_TICK_SHIFT, Math.max(MIN_TICK_SHIFT, shift));
}

function buildLink(sim: SimInstance, link: NormalisedLink): number {
  const { rate } = link;
  const rateBytesPerSecond = rate.kind === 'constant' ? rate.rateBytesPerSecond : rate.meanRateBytesPerSecond;
  const handle = sim.simLink(rateBytesPerSecond, link.delayUs, buildQueue(sim, link.queue));
  if (rate.kind === 'trace') {
    writeInput(sim, new Uint8Array(Uint32Array.from(rate.stampsMs).buffer));
    sim.simLinkTrace(handle);
  }
  setLoss(sim, handle, link.loss);
  if (link.jitterUs) sim.simLinkJitter(handle, distribution(sim, link.jitterUs));
  if (link.reorder) sim.simLinkReorder(handle, link.reorder.probability, link.reorder.extraDelayUs);
  for (const step of link.steps) sim.simLinkStep(handle, step.atUs, step.rateBytesPerSecond ?? 0, step.delayUs ?? -1);
  return handle;
}

/** The shared link of the way back, where there is anything to it but delay. */
function buildAckLink(sim: SimInstance, path: NormalisedAckPath): number | null {
  if (path.rateBytesPerSecond === 0 && path.loss.kind === 'none' && !path.jitterUs) return null;
  const rateBytesPerSecond = path.rateBytesPerSecond || Number.POSITIVE_INFINITY;
  const handle = sim.simLink(rateBytesPerSecond, path.delayUs ?? 0, buildQueue(sim, path.queue));
  setLoss(sim, handle, path.loss);
  if (path.jitterUs) sim.simLinkJitter(handle, distribution(sim, path.jitterUs));
  return handle;
}

function buildQueue(sim: SimInstance, queue: Queue): number {
  const handle = sim.simQueue(queue.limit.packets, queue.limit.bytes);
  if (queue.kind === 'red')
    sim.simQueueRed(
      handle,
      queue.minThreshold,
      queue.maxThreshold,
      queue.maxProbability,
      queue.weight,
      queue.gentle ? 1 : 0,
      queue.ecn ? 1 : 0,
    );
  if (queue.kind === 'codel') sim.simQueueCodel(handle, queue.targetUs, queue.intervalUs, queue.ecn ? 1 : 0);
  if (queue.kind === 'fqcodel')
    sim.simQueueFqCodel(handle, queue.targetUs, queue.intervalUs, queue.ecn ? 1 : 0, queue.flows, queue.quantumBytes);
  return handle;
}

function setLoss(sim: SimInstance, link: number, loss: NormalisedLink['loss']): void {
  if (loss.kind === 'bernoulli') sim.simLinkLoss(link, LOSS.BERNOULLI, loss.probability, 0, 0, 0);
  if (loss.kind === 'gilbertElliott')
    sim.simLinkLoss(link, LOSS.GILBERT_ELLIOTT, loss.goodToBad, loss.badToGood, loss.lossGood, loss.lossBad);
}

function buildGroup(
  sim: SimInstance,
  scenario: NormalisedScenario,
  group: NormalisedFlowGroup,
  index: number,
  links: readonly number[],
  ackLink: number | null,
  line: (delayUs: number) => number,
): number {
  const [first, last] = group.path;
  const crossed = scenario.links.slice(first, last + 1);
  const data = links.slice(first, last + 1);
  if (group.accessDelayUs > 0) data.unshift(line(group.accessDelayUs));
  const forwardUs = crossed.reduce((sum, link) => sum + link.delayUs, 0);
  const ownUs = scenario.ackPath.delayUs === null ? forwardUs : ackLink === null ? scenario.ackPath.delayUs : 0;
  const backUs = ownUs + group.accessDelayUs;
  const acks = ackLink === null ? [line(backUs)] : backUs > 0 ? [ackLink, line(backUs)] : [ackLink];

  writeInput(sim, new Uint8Array(Uint32Array.from([...data, ...acks]).buffer));
  const handle = sim.simGroup(
    index,
    data.length,
    controllerOf(group),
    group.mssBytes,
    group.headerBytes,
    group.initialCwndPackets,
    group.receiveWindowBytes,
    group.delayedAcks.everyPackets,
    group.delayedAcks.timeoutUs,
    group.minRtoUs,
    group.recovery === 'rack' ? 1 : 0,
    group.pacing ? 1 : 0,
    group.ecn ? 1 : 0,
  );
  if (group.algorithm.kind === 'ccp') {
    writeInput(sim, encodeText(algorithmKey(group, index)));
    sim.simGroupAlgorithm(handle);
  }
  buildSource(sim, group, handle);
  if (group.arrivals)
    sim.simGroupArrivals(
      handle,
      group.startUs,
      group.arrivals.perSecond,
      distribution(sim, group.arrivals.sizeBytes),
      group.arrivals.maxActive,
      group.count,
    );
  return handle;
}

function buildSource(sim: SimInstance, group: NormalisedFlowGroup, handle: number): void {
  const { source } = group;
  const onOff = source.kind === 'onoff';
  const kind = onOff ? SOURCE.ON_OFF : source.kind === 'rate' ? SOURCE.RATE : SOURCE.GREEDY;
  sim.simGroupSource(
    handle,
    kind,
    source.kind === 'greedy' ? 0 : source.rateBytesPerSecond,
    onOff ? distribution(sim, source.onUs) : 0,
    onOff ? distribution(sim, source.offUs) : 0,
    group.sizeBytes,
    group.stopUs,
  );
}

function controllerOf(group: NormalisedFlowGroup): number {
  if (group.algorithm.kind === 'ccp') return CONTROLLER.CCP;
  return group.algorithm.name === 'reno' ? CONTROLLER.RENO : CONTROLLER.CUBIC;
}

function distribution(sim: SimInstance, given: Distribution): number {
  switch (given.kind) {
    case 'fixed':
      return sim.simDistribution(DISTRIBUTION.FIXED, given.value, 0);
    case 'uniform':
      return sim.simDistribution(DISTRIBUTION.UNIFORM, given.min, given.max);
    case 'exponential':
      return sim.simDistribution(DISTRIBUTION.EXPONENTIAL, given.mean, 0);
    case 'lognormal':
      return sim.simDistribution(DISTRIBUTION.LOGNORMAL, given.median, given.sigma);
    case 'pareto':
      return sim.simDistribution(DISTRIBUTION.PARETO, given.min, given.shape);
  }
}
