import type { Fact, FlowTotals, Run, RunFlow, Unit } from './model.js';

/** A number of two runs side by side; null where one does not know it. */
export interface Difference {
  readonly name: string;
  readonly unit: Unit;
  readonly a: number | null;
  readonly b: number | null;
  /** `b − a`; null where either is unknown. */
  readonly change: number | null;
  /** `change` over `a`; null likewise, and where `a` is 0. */
  readonly share: number | null;
}

/** A flow of two runs. */
export interface FlowDifference {
  readonly name: string;
  readonly values: readonly Difference[];
}

/** What two runs say of the same things, and what only one has. */
export interface RunDifference {
  readonly facts: readonly Difference[];
  readonly flows: readonly FlowDifference[];
  /** Names of flows without a counterpart. */
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
}

const TOTALS: readonly (readonly [keyof FlowTotals, string, Unit])[] = [
  ['goodputBytesPerSecond', 'goodput', 'bytes/s'],
  ['meanRttUs', 'mean RTT', 'us'],
  ['p95RttUs', 'p95 RTT', 'us'],
  ['packetsSent', 'packets sent', 'packets'],
  ['packetsLost', 'packets lost', 'packets'],
  ['retransmissions', 'retransmissions', 'segments'],
  ['timeouts', 'timeouts', 'none'],
  ['marks', 'ECN marks', 'packets'],
];

/** Run `b` beside run `a`. Flows of one name are paired in their order. */
export function difference(a: Run, b: Run): RunDifference {
  const pairs = pairFlows(a.flows, b.flows);
  return {
    facts: a.facts.flatMap((fact) => {
      const other = b.facts.find(({ name, unit }) => name === fact.name && unit === fact.unit);
      return other ? [compared(fact, other.value)] : [];
    }),
    flows: pairs.map(([one, other]) => ({
      name: one.name,
      values: TOTALS.map(([key, name, unit]) =>
        compared({ name, unit, value: one.totals[key] }, other.totals[key]),
      ).filter((value) => value.a !== null || value.b !== null),
    })),
    onlyA: a.flows.filter((flow) => !pairs.some(([one]) => one === flow)).map(({ name }) => name),
    onlyB: b.flows.filter((flow) => !pairs.some(([, other]) => other === flow)).map(({ name }) => name),
  };
}

/** Flows of `a` that have their like in `b`, by their ids: the first of a name is paired with the first of it. */
export function pairedFlows(a: Run, b: Run): ReadonlyMap<number, number> {
  return new Map(pairFlows(a.flows, b.flows).map(([one, other]) => [one.id, other.id]));
}

function compared({ name, unit, value }: Fact, b: number | null): Difference {
  const change = value === null || b === null ? null : b - value;
  return { name, unit, a: value, b, change, share: change === null || !value ? null : change / value };
}

function pairFlows(a: readonly RunFlow[], b: readonly RunFlow[]): [RunFlow, RunFlow][] {
  const free = [...b];
  return a.flatMap((flow): [RunFlow, RunFlow][] => {
    const at = free.findIndex(({ name }) => name === flow.name);
    return at < 0 ? [] : [[flow, free.splice(at, 1)[0]!]];
  });
}
