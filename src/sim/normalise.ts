import * as v from 'valibot';
import { ERROR, MooringError } from '../base/index.js';
import { SIM } from '../generated/sim.js';
import { type FieldDiagnostic, fieldDiagnostics } from '../schema/index.js';
import { algorithmName, readAlgorithm } from './controller.js';
import { type Distribution, fixed } from './distribution.js';
import { ecnOf, hostJitterUs } from './flow-defaults.js';
import { meanRate } from './link-rate.js';
import { NO_LOSS } from './loss.js';
import type {
  LinkRate,
  NormalisedAckPath,
  NormalisedFlowGroup,
  NormalisedLink,
  NormalisedScenario,
} from './normalised-scenario.js';
import { eitherOf, type Path } from './quantity.js';
import { type AskedQueue, DEFAULT_QUEUE, measureQueue, type Queue, queueSchema } from './queue.js';
import type { RunNotice } from './result.js';
import { type ParsedFlow, type ParsedLink, type ParsedScenario, type Scenario, scenarioSchema } from './scenario.js';
import { GREEDY } from './source.js';

/** IPv4 20 + TCP 20 + timestamps option 12. */
const HEADER_BYTES = 52;
/** IPv4 20 + UDP 8. */
const UDP_HEADER_BYTES = 28;
/** Of a sender's own link, at least; and as many times the rate of the fastest link after it. */
const ACCESS_RATE_BYTES_PER_SECOND = 10e9 / 8;
const ACCESS_RATE_TIMES = 10;
/** Of a way back that is never a bottleneck. */
const UNUSED_QUEUE = v.parse(queueSchema, '1000pkt');

/** Fills in what a scenario leaves open and checks what its schema cannot. */
class Normaliser {
  readonly diagnostics: FieldDiagnostic[] = [];
  readonly notices: RunNotice[] = [];

  scenario(given: ParsedScenario): NormalisedScenario {
    const rttUs = this.#eitherOf(given, 'rtt', 'rttUs', []) ?? this.#rttOfLinks(given) ?? 40_000;
    const durationUs = this.#eitherOf(given, 'duration', 'durationUs', []) ?? 30_000_000;
    if (durationUs <= 0) this.#issue(['duration'], 'must be above 0');
    const links = this.#links(given, rttUs);
    const flows = given.flows.map((flow, index) => this.#flow(flow, index, links, given, rttUs, durationUs));
    const measureFromUs = this.#eitherOf(given, 'measureFrom', 'measureFromUs', []) ?? 0;
    if (measureFromUs >= durationUs) this.#issue(['measureFrom'], 'must lie before the end of the run');
    const total = flows.reduce((sum, { count, arrivals }) => sum + (arrivals?.maxActive ?? count), 0);
    if (total > SIM.MAX_FLOWS)
      this.#issue(['flows'], `asks for ${total} flows; at most ${SIM.MAX_FLOWS} fit in one run`);
    return {
      name: given.name ?? '',
      topology: given.topology ?? (links.length > 1 ? 'parkinglot' : 'dumbbell'),
      links,
      ackPath: this.#ackPath(given, rttUs),
      flows,
      agent: {
        reactionUs: given.agent?.reaction ?? fixed(0),
        fallbackUs: given.agent ? (this.#eitherOf(given.agent, 'fallback', 'fallbackUs', ['agent']) ?? 0) : 0,
      },
      durationUs,
      measureFromUs,
      seed: given.seed ?? 1,
      binUs: this.#bin(given, durationUs),
      seriesFlows: (typeof given.series === 'object' ? given.series.flows : undefined) ?? 64,
      engine: given.engine ?? 'jit',
    };
  }

  #links(given: ParsedScenario, rttUs: number): NormalisedLink[] {
    if (given.links === undefined) {
      if (given.topology === 'parkinglot') this.#issue(['topology'], 'a parking lot needs `links`, two or more');
      const rateBytesPerSecond = this.#eitherOf(given, 'rate', 'rateBytesPerSecond', []) ?? 1_500_000;
      const rate: LinkRate = { kind: 'constant', rateBytesPerSecond };
      return [
        {
          rate,
          delayUs: rttUs / 2,
          queue: this.#queue(given.queue ?? DEFAULT_QUEUE, rateBytesPerSecond, rttUs, ['queue']),
          jitterUs: null,
          reorder: null,
          loss: given.loss ?? NO_LOSS,
          tokenBucket: null,
          steps: [],
        },
      ];
    }
    for (const field of ['rate', 'rateBytesPerSecond', 'queue', 'loss'] as const) {
      if (given[field] !== undefined) this.#issue([field], 'belongs to each of `links` when `links` is given');
    }
    if (given.topology === 'dumbbell' && given.links.length > 1)
      this.#issue(['links'], `a dumbbell has one link, not ${given.links.length}`);
    if (given.topology === 'parkinglot' && given.links.length < 2)
      this.#issue(['links'], 'a parking lot has two links or more');
    const shareUs = rttUs / 2 / given.links.length;
    return given.links.map((link, index) => this.#link(link, shareUs, rttUs, ['links', index]));
  }

  #link(link: ParsedLink, shareUs: number, rttUs: number, path: Path): NormalisedLink {
    const rate = this.#rate(link, path);
    const rateBytesPerSecond = meanRate(rate);
    const { reorder } = link;
    const steps = (link.steps ?? []).map((step, index) => {
      const at = [...path, 'steps', index];
      return {
        atUs: this.#eitherOf(step, 'at', 'atUs', at) ?? 0,
        rateBytesPerSecond: this.#eitherOf(step, 'rate', 'rateBytesPerSecond', at) ?? null,
        delayUs: this.#eitherOf(step, 'delay', 'delayUs', at) ?? null,
        down: step.down ?? null,
        loss: step.loss ?? null,
      };
    });
    steps.forEach((step, index) => {
      const { rateBytesPerSecond, delayUs, down, loss } = step;
      if ((rateBytesPerSecond ?? delayUs ?? down ?? loss) === null)
        this.#issue([...path, 'steps', index], 'changes nothing: give rate, delay, loss or down');
      if (step.rateBytesPerSecond !== null && rate.kind === 'trace')
        this.#issue([...path, 'steps', index, 'rate'], 'a link that follows a trace has no rate to change');
    });
    return {
      rate,
      delayUs: this.#eitherOf(link, 'delay', 'delayUs', path) ?? shareUs,
      queue: this.#queue(link.queue ?? DEFAULT_QUEUE, rateBytesPerSecond, rttUs, [...path, 'queue']),
      jitterUs: link.jitter ?? null,
      reorder: reorder
        ? {
            probability: reorder.probability,
            extraDelayUs: this.#eitherOf(reorder, 'extraDelay', 'extraDelayUs', [...path, 'reorder']) ?? rttUs / 8,
          }
        : null,
      loss: link.loss ?? NO_LOSS,
      tokenBucket: this.#tokenBucket(link, rate, path),
      steps: steps.sort((a, b) => a.atUs - b.atUs),
    };
  }

  #tokenBucket(link: ParsedLink, rate: LinkRate, path: Path): NormalisedLink['tokenBucket'] {
    const { tokenBucket } = link;
    if (!tokenBucket) return null;
    if (rate.kind === 'trace' && tokenBucket.action === 'shape')
      this.#issue([...path, 'tokenBucket', 'action'], 'a link that follows a trace cannot shape: police');
    const { rate: rateBytesPerSecond, burst, action } = tokenBucket;
    if (burst < 2 * SIM.PACKET_BYTES)
      this.#issue([...path, 'tokenBucket', 'burst'], `must be at least ${2 * SIM.PACKET_BYTES} bytes`);
    return { rateBytesPerSecond, burstBytes: burst, action };
  }

  #rate(link: ParsedLink, path: Path): LinkRate {
    const rateBytesPerSecond = this.#eitherOf(link, 'rate', 'rateBytesPerSecond', path);
    const { trace } = link;
    if (trace === undefined) {
      if (rateBytesPerSecond === undefined)
        this.#issue([...path, 'rate'], 'is missing: give rate, rateBytesPerSecond or trace');
      return { kind: 'constant', rateBytesPerSecond: rateBytesPerSecond ?? 1 };
    }
    if (rateBytesPerSecond !== undefined) this.#issue([...path, 'trace'], 'a link has a rate or a trace, not both');
    if (typeof trace === 'string') {
      this.#issue([...path, 'trace'], 'is the path of a file; only the command line reads files: pass the stamps');
      return { kind: 'constant', rateBytesPerSecond: 1 };
    }
    const stampsMs = [...trace].sort((a, b) => a - b);
    const periodMs = stampsMs.at(-1)!;
    if (periodMs === 0) this.#issue([...path, 'trace'], 'the last stamp must be above 0: it is the period');
    const meanRateBytesPerSecond = (stampsMs.length * SIM.PACKET_BYTES * 1000) / Math.max(1, periodMs);
    return { kind: 'trace', stampsMs, meanRateBytesPerSecond };
  }

  #queue(asked: AskedQueue, rateBytesPerSecond: number, rttUs: number, path: Path): Queue {
    return measureQueue(
      asked,
      (rateBytesPerSecond * rttUs) / 1e6,
      (field, message) => this.#issue([...path, ...field], message),
      (field, message) =>
        this.notices.push({
          code: ERROR.MOORING_ERR_SIM_QUEUE_RAISED,
          message: `${pathText([...path, ...field])}: ${message}`,
        }),
    );
  }

  #ackPath(given: ParsedScenario, rttUs: number): NormalisedAckPath {
    const path = given.ackPath;
    const rateBytesPerSecond = (path && this.#eitherOf(path, 'rate', 'rateBytesPerSecond', ['ackPath'])) ?? 0;
    return {
      rateBytesPerSecond,
      delayUs: (path && this.#eitherOf(path, 'delay', 'delayUs', ['ackPath'])) ?? null,
      queue: this.#queue(
        path?.queue ?? (rateBytesPerSecond > 0 ? DEFAULT_QUEUE : UNUSED_QUEUE),
        rateBytesPerSecond,
        rttUs,
        ['ackPath', 'queue'],
      ),
      jitterUs: path?.jitter ?? null,
      loss: path?.loss ?? NO_LOSS,
    };
  }

  #flow(
    flow: ParsedFlow,
    index: number,
    links: readonly NormalisedLink[],
    given: ParsedScenario,
    rttUs: number,
    durationUs: number,
  ): NormalisedFlowGroup {
    const path: Path = ['flows', index];
    const via = this.#via(flow, links, path);
    const delayOf = (crossed: readonly number[]) => crossed.reduce((sum, link) => sum + links[link]!.delayUs, 0);
    const forwardUs = delayOf(via);
    const backVia = this.#backVia(flow, links, given, path);
    const backUs = backVia ? delayOf(backVia) : (given.ackPath?.delay ?? given.ackPath?.delayUs ?? forwardUs);
    const accessDelayUs = this.#accessDelay(flow, forwardUs + backUs, path);
    const baseRttUs = forwardUs + backUs + 2 * accessDelayUs || rttUs;
    const startUs = this.#start(flow, path);
    const stopUs = this.#eitherOf(flow, 'stop', 'stopUs', path) ?? durationUs;
    if (startUs.kind === 'fixed' && startUs.value >= durationUs)
      this.#issue([...path, 'start'], 'must lie before the end of the run');
    if (startUs.kind === 'fixed' && stopUs <= startUs.value)
      this.#issue([...path, 'stop'], 'must lie after the start of the flow');
    const { arrivals } = flow;
    if (arrivals && startUs.kind !== 'fixed')
      this.#issue([...path, 'start'], 'is an instant when flows arrive: their gaps are drawn');
    const jitter = flow.jitter ?? given.jitter ?? 1;
    const rates = via.map((link) => meanRate(links[link]!.rate));
    if (arrivals && (flow.size ?? flow.sizeBytes) !== undefined)
      this.#issue([...path, 'size'], 'belongs in `arrivals` when flows arrive');
    const name = algorithmName(flow.algorithm);
    const headerBytes = name === 'builtin:udp' ? UDP_HEADER_BYTES : HEADER_BYTES;
    const source = flow.source ?? GREEDY;
    if (name === 'builtin:udp' && (source.kind === 'greedy' || source.rateBytesPerSecond === 0))
      this.#issue(
        [...path, 'source'],
        'builtin:udp sends at the rate of its source: give { kind: "rate" | "poisson" | "onoff", rate }',
      );
    return {
      name: flow.name ?? name,
      algorithm: readAlgorithm(flow.algorithm, (field, message) =>
        this.#issue([...path, 'algorithm', ...field], message),
      ),
      count: flow.count ?? (arrivals ? 0 : 1),
      startUs,
      startJitterUs: startUs.kind === 'fixed' && !arrivals ? jitter * baseRttUs : 0,
      staggerUs: this.#eitherOf(flow, 'stagger', 'staggerUs', path) ?? 0,
      stopUs: Math.min(stopUs, durationUs),
      sizeBytes: this.#eitherOf(flow, 'size', 'sizeBytes', path) ?? 0,
      source,
      arrivals: arrivals
        ? {
            perSecond: arrivals.perSecond,
            sizeBytes: arrivals.size,
            maxActive: arrivals.maxActive ?? 10_000,
          }
        : null,
      via,
      backVia,
      accessDelayUs,
      accessRateBytesPerSecond:
        this.#eitherOf(flow, 'accessRate', 'accessRateBytesPerSecond', path) ??
        Math.max(ACCESS_RATE_BYTES_PER_SECOND, ACCESS_RATE_TIMES * Math.max(...rates)),
      hostJitterUs: jitter * hostJitterUs(Math.min(...rates), baseRttUs),
      handshake: flow.handshake ?? true,
      baseRttUs,
      mssBytes: flow.mssBytes ?? SIM.PACKET_BYTES - headerBytes,
      headerBytes,
      initialCwndPackets: flow.initialCwndPackets ?? 10,
      receiveWindowBytes: this.#eitherOf(flow, 'receiveWindow', 'receiveWindowBytes', path) ?? 0,
      delayedAcks: this.#delayedAcks(flow, path),
      recovery: flow.recovery ?? 'rack',
      growth: flow.growth ?? 'linux',
      slowStart: flow.slowStart ?? (name === 'builtin:cubic' ? 'hystart' : 'standard'),
      minRtoUs: this.#eitherOf(flow, 'minRto', 'minRtoUs', path) ?? 200_000,
      pacing: flow.pacing ?? false,
      ecn: ecnOf(flow, name),
    };
  }

  #start(flow: ParsedFlow, path: Path): Distribution {
    const { start, startUs } = flow;
    if (start !== undefined && startUs !== undefined)
      this.#issue([...path, 'startUs'], 'says the same as start: give one of them');
    return start ?? fixed(startUs ?? 0);
  }

  #via(flow: ParsedFlow, links: readonly NormalisedLink[], path: Path): readonly number[] {
    const all = links.map((_, index) => index);
    if (flow.via) {
      if (flow.path) this.#issue([...path, 'via'], 'says the same as path: give one of them');
      return this.#known(flow.via, links, [...path, 'via']) ?? all;
    }
    const [first, last] = flow.path ?? [0, links.length - 1];
    if (first <= last && last < links.length) return all.slice(first, last + 1);
    this.#issue([...path, 'path'], `[${first}, ${last}] is not a stretch of links 0 … ${links.length - 1}`);
    return all;
  }

  #backVia(flow: ParsedFlow, links: readonly NormalisedLink[], given: ParsedScenario, path: Path) {
    if (!flow.backVia) return null;
    if (given.ackPath) this.#issue([...path, 'backVia'], 'stands instead of `ackPath`: give one of them');
    return this.#known(flow.backVia, links, [...path, 'backVia']);
  }

  #known(crossed: readonly number[], links: readonly NormalisedLink[], path: Path): readonly number[] | null {
    const unknown = crossed.find((link) => link >= links.length);
    if (unknown === undefined) return crossed;
    this.#issue(path, `there is no link ${unknown}: there are 0 … ${links.length - 1}`);
    return null;
  }

  #accessDelay(flow: ParsedFlow, pathRttUs: number, path: Path): number {
    const accessUs = this.#eitherOf(flow, 'accessDelay', 'accessDelayUs', path);
    const rttUs = this.#eitherOf(flow, 'rtt', 'rttUs', path);
    if (rttUs === undefined) return accessUs ?? 0;
    if (accessUs !== undefined) this.#issue([...path, 'rtt'], 'give rtt or accessDelay, not both');
    if (rttUs < pathRttUs)
      this.#issue([...path, 'rtt'], `is shorter than the links alone take (${pathRttUs / 1000} ms); shorten the links`);
    return Math.max(0, (rttUs - pathRttUs) / 2);
  }

  #delayedAcks(flow: ParsedFlow, path: Path): NormalisedFlowGroup['delayedAcks'] {
    const given = flow.delayedAcks ?? true;
    if (given === false) return { everyPackets: 1, timeoutUs: 0 };
    if (given === true) return { everyPackets: 2, timeoutUs: 40_000 };
    const timeoutUs = this.#eitherOf(given, 'timeout', 'timeoutUs', [...path, 'delayedAcks']) ?? 40_000;
    return { everyPackets: given.everyPackets ?? 2, timeoutUs };
  }

  #bin(given: ParsedScenario, durationUs: number): number {
    const series = given.series ?? true;
    if (series === false) return 0;
    // About 600 bins, and none narrower than 10 ms: what a plot can show.
    const usual = Math.max(10_000, Math.ceil(durationUs / 600 / 10_000) * 10_000);
    if (series === true) return usual;
    const binUs = this.#eitherOf(series, 'bin', 'binUs', ['series']) ?? usual;
    if (binUs < 100 || durationUs / binUs > 1_000_000)
      this.#issue(['series', 'bin'], 'is too narrow: at least 100us, and at most a million bins in a run');
    return binUs;
  }

  #rttOfLinks(given: ParsedScenario): number | undefined {
    const delays = given.links?.map((link) => link.delay ?? link.delayUs);
    if (!delays || delays.includes(undefined)) return undefined;
    const forwardUs = delays.reduce<number>((sum, delay) => sum + delay!, 0);
    return forwardUs + (given.ackPath?.delay ?? given.ackPath?.delayUs ?? forwardUs);
  }

  #eitherOf<Text extends string, Unit extends string>(
    object: { readonly [key in Text | Unit]?: number | undefined },
    text: Text,
    unit: Unit,
    path: Path,
  ): number | undefined {
    return eitherOf(object, text, unit, (field, message) => this.#issue([...path, ...field], message));
  }

  #issue(path: Path, message: string): void {
    this.diagnostics.push({ path, message });
  }
}

/**
 * Checks a scenario and fills in what it leaves open.
 * Throws MOORING_ERR_SIM_BAD_SCENARIO; `detail.diagnostics` lists every field at fault with its path.
 *
 * @example
 * ```ts
 * normaliseScenario({ rate: '12Mbit', flows: [{ algorithm: 'cubic' }] }).links[0]?.rate; // { kind: 'constant', rateBytesPerSecond: 1500000 }
 * ```
 */
export function normaliseScenario(scenario: Scenario): NormalisedScenario {
  return readScenario(scenario).normalised;
}

/** The same, and what became otherwise than the scenario asks for. */
export function readScenario(scenario: Scenario): {
  readonly normalised: NormalisedScenario;
  readonly notices: readonly RunNotice[];
} {
  const parsed = v.safeParse(scenarioSchema, scenario);
  if (!parsed.success) throw refusal(fieldDiagnostics(parsed.issues, 'a scenario here'));
  const normaliser = new Normaliser();
  const normalised = normaliser.scenario(parsed.output);
  if (normaliser.diagnostics.length > 0) throw refusal(normaliser.diagnostics);
  return { normalised, notices: normaliser.notices };
}

function refusal(diagnostics: readonly FieldDiagnostic[]): MooringError {
  const lines = diagnostics.map(({ path, message }) => `${pathText(path)}: ${message}`);
  return new MooringError(ERROR.MOORING_ERR_SIM_BAD_SCENARIO, `bad scenario: ${lines.join('; ')}`, {
    diagnostics: diagnostics.map(({ path, message }) => ({ path: pathText(path), message })),
  });
}

/** `['flows', 0, 'rtt']` as `flows[0].rtt`. */
function pathText(path: Path): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return text.startsWith('.') ? text.slice(1) : text || 'scenario';
}
