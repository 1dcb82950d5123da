import { encodeText, type SimInstance, writeInput } from '../core/index.js';
import {
  AGENT_PARAMETERS,
  ARRIVALS_PARAMETERS,
  DISTRIBUTION_PARAMETERS,
  ECN,
  GROUP_PARAMETERS,
  GROWTH,
  LINK_PARAMETERS,
  LOSS_PARAMETERS,
  QUEUE_PARAMETERS,
  RECOVERY,
  RUN_PARAMETERS,
  SIM,
  SLOW_START,
  SOURCE_PARAMETERS,
  STEP_PARAMETERS,
} from '../generated/sim.js';
import { BYTES } from '../generated/wire.js';
import { controllerOf } from './controller.js';
import { type Distribution, distributionParameters } from './distribution.js';
import { meanRate } from './link-rate.js';
import { type Loss, lossParameters } from './loss.js';
import type {
  NormalisedAckPath,
  NormalisedFlowGroup,
  NormalisedLink,
  NormalisedScenario,
} from './normalised-scenario.js';
import { create, writeParameters } from './parameters.js';
import { type Queue, queueParameters } from './queue.js';
import { sourceParameters } from './source.js';

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
/** A CREATE carries the name with its terminating zero. */
const MAX_NAME_BYTES = BYTES.CONG_ALG - 1;

/** The name under which a group's flows ask the agent for their algorithm. */
export function algorithmKey(group: NormalisedFlowGroup, index: number): string {
  if (group.algorithm.kind === 'builtin') return '';
  const { algorithm } = group.algorithm;
  return typeof algorithm === 'string' && encodeText(algorithm).length <= MAX_NAME_BYTES ? algorithm : `group${index}`;
}

export function buildScenario(sim: SimInstance, scenario: NormalisedScenario): Built {
  writeParameters(sim, RUN_PARAMETERS, {
    seed: scenario.seed,
    tickShift: tickShift(scenario),
    maxFlows: mostFlows(scenario.flows),
    durationUs: scenario.durationUs,
  });
  sim.simCreate();
  buildAgent(sim, scenario);
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
      sim.simFlow(handle, fixedStartUs(group) + i * group.staggerUs);
      flowGroups.push(index);
    }
  }
  return { groups, flowGroups, ...record(sim, scenario, flowGroups.length) };
}

/** What is not drawn of the start of a group. */
export function fixedStartUs({ startUs }: NormalisedFlowGroup): number {
  return startUs.kind === 'fixed' ? startUs.value : 0;
}

function buildAgent(sim: SimInstance, { flows, agent }: NormalisedScenario): void {
  const maxFlows = mostFlows(flows.filter(({ algorithm }) => algorithm.kind === 'ccp'));
  if (maxFlows === 0) return;
  const reactionUs = buildDistribution(sim, agent.reactionUs);
  writeParameters(sim, AGENT_PARAMETERS, { maxFlows, fallbackUs: agent.fallbackUs || null, reactionUs });
  sim.simAgent();
}

/** How many flows of the groups there can be at once. */
function mostFlows(groups: readonly NormalisedFlowGroup[]): number {
  return groups.reduce((sum, { count, arrivals }) => sum + (arrivals?.maxActive ?? count), 0);
}

function record(
  sim: SimInstance,
  scenario: NormalisedScenario,
  flows: number,
): Pick<Built, 'flowSeries' | 'linkSeries'> {
  if (scenario.binUs === 0) return { flowSeries: [], linkSeries: [] };
  sim.simSampler(scenario.binUs, Math.min(SIM.MAX_SERIES_BINS, Math.ceil(scenario.durationUs / scenario.binUs) + 2));
  const recorded = Math.min(flows, scenario.seriesFlows);
  return {
    flowSeries: Array.from({ length: recorded }, (_, index) => sim.simRecordFlow(index)),
    linkSeries: scenario.links.map((_, index) => sim.simRecordLink(index)),
  };
}

function tickShift(scenario: NormalisedScenario): number {
  const fastest = Math.max(
    ...scenario.links.map(({ rate }) => meanRate(rate)),
    ...scenario.links.flatMap(({ steps }) => steps.map(({ rateBytesPerSecond }) => rateBytesPerSecond ?? 0)),
  );
  const shift = Math.floor(Math.log2((SIM.PACKET_BYTES * 1e9) / fastest / TICK_SHARE));
  return Math.min(MAX_TICK_SHIFT, Math.max(MIN_TICK_SHIFT, shift));
}

function buildLink(sim: SimInstance, link: NormalisedLink): number {
  const { rate, delayUs, reorder, tokenBucket } = link;
  const parts = linkParts(sim, link);
  const handle = create(
    sim,
    LINK_PARAMETERS,
    {
      ...parts,
      rateBytesPerSecond: meanRate(rate),
      delayUs,
      reorderProbability: reorder?.probability ?? null,
      reorderExtraDelayUs: reorder?.extraDelayUs ?? null,
      bucketRateBytesPerSecond: tokenBucket?.rateBytesPerSecond ?? null,
      bucketBytes: tokenBucket?.burstBytes ?? null,
      bucketPolices: tokenBucket?.action === 'police',
    },
    () => sim.simLink(),
  );
  if (rate.kind === 'trace') {
    writeInput(sim, new Uint8Array(Uint32Array.from(rate.stampsMs).buffer));
    sim.simLinkTrace(handle);
  }
  for (const step of link.steps) {
    const loss = step.loss && buildLoss(sim, step.loss);
    writeParameters(sim, STEP_PARAMETERS, { ...step, loss });
    sim.simLinkStep(handle);
  }
  return handle;
}

/** The shared link of the way back, where there is anything to it but delay. */
function buildAckLink(sim: SimInstance, path: NormalisedAckPath): number | null {
  if (path.rateBytesPerSecond === 0 && path.loss.kind === 'none' && !path.jitterUs) return null;
  const parts = linkParts(sim, path);
  const rateBytesPerSecond = path.rateBytesPerSecond || Number.POSITIVE_INFINITY;
  return create(sim, LINK_PARAMETERS, { ...parts, rateBytesPerSecond, delayUs: path.delayUs ?? 0 }, () =>
    sim.simLink(),
  );
}

function buildQueue(sim: SimInstance, queue: Queue): number {
  return create(sim, QUEUE_PARAMETERS, queueParameters(queue), () => sim.simQueue());
}

function buildDistribution(sim: SimInstance, distribution: Distribution): number {
  return create(sim, DISTRIBUTION_PARAMETERS, distributionParameters(distribution), () => sim.simDistribution());
}

function buildJitter(sim: SimInstance, jitterUs: Distribution | null): number | null {
  return jitterUs && buildDistribution(sim, jitterUs);
}

function linkParts(sim: SimInstance, { queue, jitterUs, loss }: Pick<NormalisedLink, 'queue' | 'jitterUs' | 'loss'>) {
  return { queue: buildQueue(sim, queue), jitterUs: buildJitter(sim, jitterUs), loss: buildLoss(sim, loss) };
}

function buildLoss(sim: SimInstance, loss: Loss): number {
  return create(sim, LOSS_PARAMETERS, lossParameters(loss), () => sim.simLoss());
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
  const { via, backVia } = group;
  const data = via.map((link) => links[link]!);
  const forwardUs = via.reduce((sum, link) => sum + scenario.links[link]!.delayUs, 0);
  const ownUs = scenario.ackPath.delayUs === null ? forwardUs : ackLink === null ? scenario.ackPath.delayUs : 0;
  const backUs = ownUs + group.accessDelayUs;
  const acks = ackLink === null ? [line(backUs)] : backUs > 0 ? [ackLink, line(backUs)] : [ackLink];
  const back = backVia ? [...backVia.map((link) => links[link]!), line(group.accessDelayUs)] : acks;
  const startUs = group.startUs.kind === 'fixed' ? null : buildDistribution(sim, group.startUs);

  const handle = create(
    sim,
    GROUP_PARAMETERS,
    {
      id: index,
      controller: controllerOf(group.algorithm),
      mssBytes: group.mssBytes,
      headerBytes: group.headerBytes,
      initialCwndPackets: group.initialCwndPackets,
      receiveWindowBytes: group.receiveWindowBytes || null,
      ackEveryPackets: group.delayedAcks.everyPackets,
      ackTimeoutUs: group.delayedAcks.timeoutUs,
      recovery: RECOVERY[group.recovery],
      minRtoUs: group.minRtoUs,
      pacing: group.pacing,
      ecn: ECN[group.ecn],
      sizeBytes: group.sizeBytes || null,
      stopUs: group.stopUs,
      growth: GROWTH[group.growth],
      slowStart: SLOW_START[group.slowStart],
      accessRateBytesPerSecond: group.accessRateBytesPerSecond,
      accessDelayUs: group.accessDelayUs,
      hostJitterUs: group.hostJitterUs,
      startJitterUs: group.startJitterUs,
      startUs,
      handshake: group.handshake,
      baseRttUs: group.baseRttUs,
    },
    () => sim.simGroup(),
  );
  writeInput(sim, new Uint8Array(Uint32Array.from([...data, ...back]).buffer));
  sim.simGroupPath(handle, data.length);
  if (group.algorithm.kind === 'ccp') {
    writeInput(sim, encodeText(algorithmKey(group, index)));
    sim.simGroupAlgorithm(handle);
  }
  writeParameters(
    sim,
    SOURCE_PARAMETERS,
    sourceParameters(group.source, (distribution) => buildDistribution(sim, distribution)),
  );
  sim.simGroupSource(handle);
  buildArrivals(sim, group, handle);
  return handle;
}

function buildArrivals(sim: SimInstance, group: NormalisedFlowGroup, handle: number): void {
  const { arrivals, count } = group;
  if (!arrivals) return;
  const startUs = fixedStartUs(group);
  const sizeBytes = buildDistribution(sim, arrivals.sizeBytes);
  const { perSecond, maxActive } = arrivals;
  writeParameters(sim, ARRIVALS_PARAMETERS, { startUs, perSecond, sizeBytes, maxActive, maxStarted: count || null });
  sim.simGroupArrivals(handle);
}
