import { describe, expect, test } from 'vitest';
import { verifierOf } from '../../src/fabric/replay/given-tokens.js';
import { T0_MS, timeOf, withTimes } from '../../src/fabric/replay/notation.js';
import { Orchestrator, type Slice, World } from '../../src/fabric/stand-in/index.js';
import { Names, RECORDED, rowsOf } from './vectors.js';

interface Step {
  readonly do?: 'world' | 'inject';
  readonly about?: string;
  readonly at: string;
  readonly token?: never;
  readonly slice_id?: string;
  readonly state?: string;
  readonly slivers?: readonly { readonly name: string; readonly state: string; readonly pending_state: string }[];
  readonly request?: {
    readonly method: string;
    readonly path: string;
    readonly query?: readonly (readonly [string, string])[];
    readonly headers?: Record<string, string>;
    readonly contentType?: string;
    readonly body?: unknown;
  };
  readonly response?: {
    readonly status: number;
    readonly body: { readonly data?: readonly Record<string, unknown>[] };
  };
}
interface Row {
  readonly id: string;
  readonly steps: readonly Step[];
}

/** Sessions in which the recorder changed the world in ways that no step tells in full. */
const TOLD = rowsOf<Row>('sessions.jsonl').filter(({ steps }) => steps.every((step) => step.do !== 'inject'));

const byName = <Named extends { readonly name: string }>(all: readonly Named[]) =>
  [...all].sort((a, b) => (a.name < b.name ? -1 : 1));

describe.runIf(RECORDED)('slices pass through the states they passed through', () => {
  test.each(TOLD.map((row) => [row.id, row] as const))('%s', (_id, { steps }) => {
    let issued = 0;
    const newId = () => `00000000-0000-4000-9000-${(++issued).toString(16).padStart(12, '0')}`;
    const world = new World();
    const names = new Names();
    let nowMs = T0_MS;
    for (const step of steps) {
      nowMs = timeOf(step.at) ?? nowMs;
      if (step.do === 'world') {
        const slice = world.slice(names.in(step.slice_id!))!;
        world.stepSlice(slice, nowMs);
        // Those of one request are in the order of a Python set.
        expect(shown(slice)).toEqual({ at: step.at, state: step.state, slivers: byName(step.slivers!) });
        continue;
      }
      const { method, path, query = [], headers = {}, contentType, body } = step.request!;
      const orchestrator = new Orchestrator({ world, newId, verify: verifierOf(step.token) });
      const answer = orchestrator.handle(
        {
          method,
          path: names.in(path),
          query: query.map(([name, value]) => [name, names.in(withTimes(value))]),
          headers: { ...headers, ...(contentType ? { 'Content-Type': contentType } : {}) },
          body: body === undefined ? '' : names.in(typeof body === 'string' ? body : JSON.stringify(body)),
        },
        nowMs,
      );
      expect([step.at, path, answer.status]).toEqual([step.at, path, step.response!.status]);
      names.learn(step.response!.body, JSON.parse(JSON.stringify(answer.body)));
      const states = (data: unknown) => (data as { data?: { state?: string }[] }).data?.map(({ state }) => state);
      expect(states(answer.body)).toEqual(states(step.response!.body));
    }

    function shown(slice: Slice) {
      const at = steps.find((step) => timeOf(step.at) === nowMs && step.do === 'world')!.at;
      const slivers = slice.reservations.map((each) => ({
        name: (each.shown as { Name: string }).Name,
        state: each.state,
        pending_state: each.pending,
      }));
      return { at, state: slice.state, slivers: byName(slivers) };
    }
  });
});
