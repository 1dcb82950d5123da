import { ALGORITHMS } from '../algorithms/index.js';
import { ERROR, MooringError } from '../base/index.js';
import { describeIssues, type ScenarioIssue } from './issues.js';
import { normaliseQueue, PACKET_BYTES } from './normalise-queue.js';
import type {
  Distribution,
  LinkRate,
  Loss,
  NormalisedAckPath,
  NormalisedFlowGroup,
  NormalisedLink,
  NormalisedScenario,
  Queue,
} from './normalised.js';
import {
  type ParsedDistribution,
  type ParsedFlow,
  type ParsedLink,
  type ParsedLoss,
  type ParsedQueue,
  type ParsedScenario,
  type Scenario,
  scenarioSchema,
} from './scenario.js';

/** IPv4 20 + TCP 20 + timestamps option 12. */
const HEADER_BYTES = 52;
/** Bytes of one delivery opportunity in mahimahi's traces. */
const OPPORTUNITY_BYTES = 1500;
/** Of a way back that is never a bottleneck. */
const UNUSED_QUEUE = { unit: 'packets', value: 1000 } as const;
const BUILTIN = 'builtin:';

/** Senders that live in the engine, without an agent: references to compare with. */
export const BUILTIN_SENDERS: readonly string[] = [`${BUILTIN}reno`, `${BUILTIN}cubic`];

type Path = ReadonlyArray<string | number>;

/** Fills in what a scenario leaves open and checks what its schema cannot. */
class Normaliser {
  readonly issues: ScenarioIssue[] = [];

  scenario(given: ParsedScenario): NormalisedScenario {
    const rttUs = this.one(given, 'rtt', 'rttUs', []) ?? this.rttOfLinks(given) ?? 40_000;
    const durationUs = this.one(given, 'duration', 'durationUs', []) ?? 30_000_000;
    if (durationUs <= 0) this.issue(['duration'], 'must be above 0');
    const links = this.links(given, rttUs);
    const flows = given.flows.map((flow, index) => this.flow(flow, index, links, given, rttUs, durationUs));
    const measureFromUs = this.one(given, 'measureFrom', 'measureFromUs', []) ?? 0;
    if (measureFromUs >= durationUs) this.issue(['measureFrom'], 'must lie before the end of the run');
    const total = flows.reduce((sum, { count, arrivals }) => sum + (arrivals?.maxActive ?? count), 0);
    if (total > 100_000) this.issue(['flows'], `asks for ${total} flows; at most 100000 fit in one run`);
    return {
      name: given.name ?? '',
      topology: given.topology ?? (links.length > 1 ? 'parkinglot' : 'dumbbell'),
      links,
      ackPath: this.ackPath(given, rttUs),
      flows,
      agent: {
        reactionUs: distribution(given.agent?.reaction ?? 0),
        fallbackUs: given.agent ? (this.one(given.agent, 'fallback', 'fallbackUs', ['agent']) ?? 0) : 0,
      },
      durationUs,
      measureFromUs,
      seed: given.seed ?? 1,
      binUs: this.bin(given, durationUs),
      seriesFlows: (typeof given.series === 'object' ? given.series.flows : undefined) ?? 64,
      engine: given.engine ?? 'jit',
    };
  }

  private links(given: ParsedScenario, rttUs: number): NormalisedLink[] {
    if (given.links === undefined) {
      if (given.topology === 'parkinglot') this.issue(['topology'], 'a parking lot needs `links`, two or more');
      const rateBytesPerSecond = this.one(given, 'rate', 'rateBytesPerSecond', []) ?? 1_500_000;
      const rate: LinkRate = { kind: 'constant', rateBytesPerSecond };
      return [
        {
          rate,
          delayUs: rttUs / 2,
          queue: this.queue(given.queue, rateBytesPerSecond, rttUs, ['queue']),
          jitterUs: null,
          reorder: null,
          loss: this.loss(given.loss, ['loss']),
          steps: [],
        },
      ];
    }
    for (const field of ['rate', 'rateBytesPerSecond', 'queue', 'loss'] as const) {
      if (given[field] !== undefined) this.issue([field], 'belongs to each of `links` when `links` is given');
    }
    if (given.topology === 'dumbbell' && given.links.length > 1)
      this.issue(['links'], `a dumbbell has one link, not ${given.links.length}`);
    if (given.topology === 'parkinglot' && given.links.length < 2)
      this.issue(['links'], 'a parking lot has two links or more');
    const shareUs = rttUs / 2 / given.links.length;
    return given.links.map((link, index) => this.link(link, shareUs, rttUs, ['links', index]));
  }

  private link(link: ParsedLink, shareUs: number, rttUs: number, path: Path): NormalisedLink {
    const rate = this.rate(link, path);
    const rateBytesPerSecond = rate.kind === 'trace' ? rate.meanRateBytesPerSecond : rate.rateBytesPerSecond;
    const { reorder } = link;
    const steps = (link.steps ?? []).map((step, index) => {
      const at = [...path, 'steps', index];
      return {
        atUs: this.one(step, 'at', 'atUs', at) ?? 0,
        rateBytesPerSecond: this.one(step, 'rate', 'rateBytesPerSecond', at) ?? null,
        delayUs: this.one(step, 'delay', 'delayUs', at) ?? null,
      };
    });
    steps.forEach((step, index) => {
      if (step.rateBytesPerSecond === null && step.delayUs === null)
        this.issue([...path, 'steps', index], 'changes nothing: give rate or delay');
      if (step.rateBytesPerSecond !== null && rate.kind === 'trace')
        this.issue([...path, 'steps', index, 'rate'], 'a link that follows a trace has no rate to change');
    });
    return {
      rate,
      delayUs: this.one(link, 'delay', 'delayUs', path) ?? shareUs,
      queue: this.queue(link.queue, rateBytesPerSecond, rttUs, [...path, 'queue']),
      jitterUs: link.jitter === undefined ? null : distribution(link.jitter),
      reorder: reorder
        ? {
            probability: reorder.probability,
            extraDelayUs: this.one(reorder, 'extraDelay', 'extraDelayUs', [...path, 'reorder']) ?? rttUs / 8,
          }
        : null,
      loss: this.loss(link.loss, [...path, 'loss']),
      steps: steps.sort((a, b) => a.atUs - b.atUs),
    };
  }

  private rate(link: ParsedLink, path: Path): LinkRate {
    const rateBytesPerSecond = this.one(link, 'rate', 'rateBytesPerSecond', path);
    const { trace } = link;
    if (trace === undefined) {
      if (rateBytesPerSecond === undefined)
        this.issue([...path, 'rate'], 'is missing: give rate, rateBytesPerSecond or trace');
      return { kind: 'constant', rateBytesPerSecond: rateBytesPerSecond ?? 1 };
    }
    if (rateBytesPerSecond !== undefined) this.issue([...path, 'trace'], 'a link has a rate or a trace, not both');
    if (typeof trace === 'string') {
      this.issue([...path, 'trace'], 'is the path of a file; only the command line reads files: pass the stamps');
      return { kind: 'constant', rateBytesPerSecond: 1 };
    }
    const stampsMs = [...trace].sort((a, b) => a - b);
    const periodMs = stampsMs.at(-1)!;
    if (periodMs === 0) this.issue([...path, 'trace'], 'the last stamp must be above 0: it is the period');
    const meanRateBytesPerSecond = (stampsMs.length * OPPORTUNITY_BYTES * 1000) / Math.max(1, periodMs);
    return { kind: 'trace', stampsMs, meanRateBytesPerSecond };
  }

  private queue(queue: ParsedQueue | undefined, rateBytesPerSecond: number, rttUs: number, path: Path): Queue {
    return normaliseQueue(queue, (rateBytesPerSecond * rttUs) / 1e6, (field, message) =>
      this.issue([...path, field], message),
    );
  }

  private loss(loss: ParsedLoss | undefined, path: Path): Loss {
    if (loss === undefined || loss === 0) return { kind: 'none' };
    if (typeof loss === 'number') return { kind: 'bernoulli', probability: loss };
    if (loss.kind === 'bernoulli') return loss;
    if (loss.badToGood === 0 && loss.goodToBad > 0)
      this.issue([...path, 'badToGood'], 'must be above 0, or the link never leaves the bad state');
    return { ...loss, lossGood: loss.lossGood ?? 0, lossBad: loss.lossBad ?? 1 };
  }

  private ackPath(given: ParsedScenario, rttUs: number): NormalisedAckPath {
    const path = given.ackPath;
    const rateBytesPerSecond = (path && this.one(path, 'rate', 'rateBytesPerSecond', ['ackPath'])) ?? 0;
    return {
      rateBytesPerSecond,
      delayUs: (path && this.one(path, 'delay', 'delayUs', ['ackPath'])) ?? null,
      queue: this.queue(path?.queue ?? (rateBytesPerSecond > 0 ? undefined : UNUSED_QUEUE), rateBytesPerSecond, rttUs, [
        'ackPath',
        'queue',
      ]),
      jitterUs: path?.jitter === undefined ? null : distribution(path.jitter),
      loss: this.loss(path?.loss, ['ackPath', 'loss']),
    };
  }

  private flow(
    flow: ParsedFlow,
    index: number,
    links: readonly NormalisedLink[],
    given: ParsedScenario,
    rttUs: number,
    durationUs: number,
  ): NormalisedFlowGroup {
    const path: Path = ['flows', index];
    const span = this.span(flow, links, path);
    const forwardUs = links.slice(span[0], span[1] + 1).reduce((sum, link) => sum + link.delayUs, 0);
    const backUs = given.ackPath?.delay ?? given.ackPath?.delayUs ?? forwardUs;
    const accessDelayUs = this.accessDelay(flow, forwardUs + backUs, path);
    const startUs = this.one(flow, 'start', 'startUs', path) ?? 0;
    const stopUs = this.one(flow, 'stop', 'stopUs', path) ?? durationUs;
    if (startUs >= durationUs) this.issue([...path, 'start'], 'must lie before the end of the run');
    if (stopUs <= startUs) this.issue([...path, 'stop'], 'must lie after the start of the flow');
    const { arrivals } = flow;
    if (arrivals && (flow.size ?? flow.sizeBytes) !== undefined)
      this.issue([...path, 'size'], 'belongs in `arrivals` when flows arrive');
    const name = algorithmName(flow.algorithm);
    if (typeof flow.algorithm === 'string') this.checkName(name, path);
    return {
      name: flow.name ?? name,
      algorithm: name.startsWith(BUILTIN)
        ? { kind: 'builtin', name: name.slice(BUILTIN.length) }
        : { kind: 'ccp', algorithm: flow.algorithm },
      count: flow.count ?? (arrivals ? 0 : 1),
      startUs,
      staggerUs: this.one(flow, 'stagger', 'staggerUs', path) ?? 0,
      stopUs: Math.min(stopUs, durationUs),
      sizeBytes: this.one(flow, 'size', 'sizeBytes', path) ?? 0,
      source: this.source(flow, path),
      arrivals: arrivals
        ? {
            perSecond: arrivals.perSecond,
            sizeBytes: distribution(arrivals.size),
            maxActive: arrivals.maxActive ?? 10_000,
          }
        : null,
      path: span,
      accessDelayUs,
      baseRttUs: forwardUs + backUs + 2 * accessDelayUs || rttUs,
      mssBytes: flow.mssBytes ?? PACKET_BYTES - HEADER_BYTES,
      headerBytes: HEADER_BYTES,
      initialCwndPackets: flow.initialCwndPackets ?? 10,
      receiveWindowBytes: this.one(flow, 'receiveWindow', 'receiveWindowBytes', path) ?? 0,
      delayedAcks: this.delayedAcks(flow, path),
      recovery: flow.recovery ?? 'rack',
      minRtoUs: this.one(flow, 'minRto', 'minRtoUs', path) ?? 200_000,
      pacing: flow.pacing ?? false,
      ecn: flow.ecn ?? false,
    };
  }

  private checkName(name: string, path: Path): void {
    const known = [...Object.keys(ALGORITHMS), ...BUILTIN_SENDERS];
    if (!known.includes(name))
      this.issue([...path, 'algorithm'], `no algorithm is called "${name}": there are ${known.join(', ')}`);
  }

  private span(flow: ParsedFlow, links: readonly NormalisedLink[], path: Path): [number, number] {
    const [first, last] = flow.path ?? [0, links.length - 1];
    if (first <= last && last < links.length) return [first, last];
    this.issue([...path, 'path'], `[${first}, ${last}] is not a stretch of links 0 … ${links.length - 1}`);
    return [0, links.length - 1];
  }

  private accessDelay(flow: ParsedFlow, pathRttUs: number, path: Path): number {
    const accessUs = this.one(flow, 'accessDelay', 'accessDelayUs', path);
    const rttUs = this.one(flow, 'rtt', 'rttUs', path);
    if (rttUs === undefined) return accessUs ?? 0;
    if (accessUs !== undefined) this.issue([...path, 'rtt'], 'give rtt or accessDelay, not both');
    if (rttUs < pathRttUs)
      this.issue([...path, 'rtt'], `is shorter than the links alone take (${pathRttUs / 1000} ms); shorten the links`);
    return Math.max(0, (rttUs - pathRttUs) / 2);
  }

  private source(flow: ParsedFlow, path: Path): NormalisedFlowGroup['source'] {
    const source = flow.source ?? 'greedy';
    if (source === 'greedy') return { kind: 'greedy' };
    const rateBytesPerSecond = this.one(source, 'rate', 'rateBytesPerSecond', [...path, 'source']);
    if (source.kind === 'onoff')
      return {
        kind: 'onoff',
        onUs: distribution(source.on),
        offUs: distribution(source.off),
        rateBytesPerSecond: rateBytesPerSecond ?? 0,
      };
    if (rateBytesPerSecond === undefined) this.issue([...path, 'source', 'rate'], 'is missing');
    return { kind: 'rate', rateBytesPerSecond: rateBytesPerSecond ?? 1 };
  }

  private delayedAcks(flow: ParsedFlow, path: Path): NormalisedFlowGroup['delayedAcks'] {
    const given = flow.delayedAcks ?? true;
    if (given === false) return { everyPackets: 1, timeoutUs: 0 };
    if (given === true) return { everyPackets: 2, timeoutUs: 40_000 };
    const timeoutUs = this.one(given, 'timeout', 'timeoutUs', [...path, 'delayedAcks']) ?? 40_000;
    return { everyPackets: given.everyPackets ?? 2, timeoutUs };
  }

  private bin(given: ParsedScenario, durationUs: number): number {
    const series = given.series ?? true;
    if (series === false) return 0;
    // About 600 bins, and none narrower than 10 ms: what a plot can show.
    const usual = Math.max(10_000, Math.ceil(durationUs / 600 / 10_000) * 10_000);
    if (series === true) return usual;
    const binUs = this.one(series, 'bin', 'binUs', ['series']) ?? usual;
    if (binUs < 100 || durationUs / binUs > 1_000_000)
      this.issue(['series', 'bin'], 'is too narrow: at least 100us, and at most a million bins in a run');
    return binUs;
  }

  private rttOfLinks(given: ParsedScenario): number | undefined {
    const delays = given.links?.map((link) => link.delay ?? link.delayUs);
    if (!delays || delays.includes(undefined)) return undefined;
    const forwardUs = delays.reduce<number>((sum, delay) => sum + delay!, 0);
    return forwardUs + (given.ackPath?.delay ?? given.ackPath?.delayUs ?? forwardUs);
  }

  /** The value of a quantity that has two spellings; both at once is an error. */
  private one<A extends string, B extends string>(
    object: { readonly [key in A | B]?: number | undefined },
    text: A,
    unit: B,
    path: Path,
  ): number | undefined {
    if (object[text] !== undefined && object[unit] !== undefined)
      this.issue([...path, unit], `says the same as ${text}: give one of them`);
    return object[text] ?? object[unit];
  }

  private issue(path: Path, message: string): void {
    this.issues.push({ path, message });
  }
}

/**
 * Checks a scenario and fills in what it leaves open.
 * Throws MOORING_ERR_SIM_BAD_SCENARIO; `detail.issues` lists every field at fault with its path.
 *
 * @example
 * ```ts
 * normaliseScenario({ rate: '12Mbit', flows: [{ algorithm: 'cubic' }] }).links[0]?.rate; // { kind: 'constant', rateBytesPerSecond: 1500000 }
 * ```
 */
export function normaliseScenario(scenario: Scenario): NormalisedScenario {
  const parsed = scenarioSchema.safeParse(scenario);
  if (!parsed.success) throw refusal(describeIssues(parsed.error.issues));
  const normaliser = new Normaliser();
  const normalised = normaliser.scenario(parsed.data);
  if (normaliser.issues.length > 0) throw refusal(normaliser.issues);
  return normalised;
}

function refusal(issues: readonly ScenarioIssue[]): MooringError {
  const lines = issues.map(({ path, message }) => `${pathText(path)}: ${message}`);
  return new MooringError(ERROR.MOORING_ERR_SIM_BAD_SCENARIO, `bad scenario: ${lines.join('; ')}`, {
    issues: issues.map(({ path, message }) => ({ path: pathText(path), message })),
  });
}

/** What an algorithm is called in results. */
export function algorithmName(algorithm: ParsedFlow['algorithm']): string {
  if (typeof algorithm === 'string') return algorithm;
  const { name } = typeof algorithm === 'function' ? algorithm : algorithm.constructor;
  return name && name !== 'Object' ? name : 'custom';
}

/** `['flows', 0, 'rtt']` as `flows[0].rtt`. */
function pathText(path: Path): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return text.startsWith('.') ? text.slice(1) : text || 'scenario';
}

function distribution(given: ParsedDistribution): Distribution {
  if (typeof given === 'number') return { kind: 'fixed', value: given };
  const { distribution: kind, ...parameters } = given;
  return { kind, ...parameters } as Distribution;
}
