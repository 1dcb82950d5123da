import { ERROR, MooringError, parseShare } from '../base/index.js';
import type { Link, Scenario } from '../sim/index.js';

/** What the command line may change in a scenario, and what a sweep may vary. */
export interface Overrides {
  readonly alg?: string;
  readonly flows?: string;
  readonly rate?: string;
  readonly trace?: string;
  readonly rtt?: string;
  readonly queue?: string;
  readonly loss?: string;
  readonly duration?: string;
  readonly seed?: string;
  readonly engine?: string;
}

export const OVERRIDES = [
  'alg',
  'flows',
  'rate',
  'trace',
  'rtt',
  'queue',
  'loss',
  'duration',
  'seed',
  'engine',
] as const;

/** Of a flag: what the schema refuses afterwards may be any text. */
type Text<Name extends 'rate' | 'queue' | 'duration' | 'rtt'> = Scenario[Name];

/** `scenario` with the changes; the schema checks the values afterwards. */
export function applyOverrides(scenario: Scenario, overrides: Overrides): Scenario {
  const { alg, flows, rate, trace, rtt, queue, loss, duration, seed, engine } = overrides;
  let next: Scenario = { ...scenario };
  if (rate !== undefined)
    next = changeBottleneck(next, '--rate', { rate: rate as Text<'rate'> }, ['rateBytesPerSecond', 'trace']);
  if (trace !== undefined) next = changeTrace(next, trace);
  if (queue !== undefined) next = changeBottleneck(next, '--queue', { queue: queue as Text<'queue'> }, []);
  if (loss !== undefined) next = changeBottleneck(next, '--loss', { loss: parseShare(loss) }, []);
  if (rtt !== undefined) next = changeRtt(next, rtt);
  if (duration !== undefined) next = { ...without(next, ['durationUs']), duration: duration as Text<'duration'> };
  if (seed !== undefined) next.seed = readNumber('--seed', seed);
  if (engine !== undefined) next.engine = engine as NonNullable<Scenario['engine']>;
  if (alg !== undefined) {
    const [first, ...more] = alg.split(',');
    next.flows =
      more.length === 0
        ? next.flows.map((flow) => ({ ...flow, algorithm: alg }))
        : [first!, ...more].map((algorithm) => ({ ...next.flows[0]!, algorithm: algorithm.trim() }));
  }
  if (flows !== undefined) {
    const count = readNumber('--flows', flows);
    const isList = alg?.includes(',') ?? false;
    next.flows = next.flows.map((flow, index) => (index === 0 || isList ? { ...flow, count } : flow));
  }
  return next;
}

function changeBottleneck(scenario: Scenario, flag: string, change: Link, replaced: readonly (keyof Link)[]): Scenario {
  const { links } = scenario;
  if (!links) return { ...without(scenario, replaced as readonly (keyof Scenario)[]), ...change } as Scenario;
  if (links.length > 1)
    throw refused(flag, `${flag} cannot tell which of ${links.length} links is meant: change the file`);
  return { ...scenario, links: [{ ...without(links[0]!, replaced), ...change }] };
}

/** Where a scenario has no links its bottleneck becomes one. */
function changeTrace(scenario: Scenario, trace: string): Scenario {
  if (scenario.links) return changeBottleneck(scenario, '--trace', { trace }, ['rate', 'rateBytesPerSecond']);
  const { queue, loss } = scenario;
  const link: Link = { trace, ...(queue === undefined ? {} : { queue }), ...(loss === undefined ? {} : { loss }) };
  return { ...without(scenario, ['rate', 'rateBytesPerSecond', 'queue', 'loss']), links: [link] };
}

function changeRtt(scenario: Scenario, rtt: string): Scenario {
  const { links } = scenario;
  const next = { ...without(scenario, ['rttUs']), rtt: rtt as Text<'rtt'> };
  if (!links) return next;
  if (links.length > 1)
    throw refused('--rtt', `--rtt cannot tell which of ${links.length} links is meant: change the file`);
  return { ...next, links: [without(links[0]!, ['delay', 'delayUs'])] };
}

function without<T extends object, K extends keyof T>(object: T, keys: readonly K[]): T {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key as K))) as T;
}

function readNumber(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw refused(flag, `${flag} wants a number, not "${text}"`);
  return value;
}

function refused(argument: string, message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument });
}
