import { describe, expect, test } from 'vitest';
import { readGraphml, writeGraphml } from '../../src/fabric/graph/index.js';
import { parseRow, type ReplayRow, replayWithWorld } from '../../src/fabric/replay/index.js';
import { T0_MS } from '../../src/fabric/replay/notation.js';
import type { World } from '../../src/fabric/stand-in/index.js';
import { noticeOf, type Slice } from '../../src/fabric/stand-in/slice.js';
import { RECORDED, rowsOf } from './vectors.js';

// What becomes of slices after a request: the states they pass through, their slivers at the end, and the graph then.

interface Sliver {
  readonly name: string;
  readonly type: string;
  readonly state: string;
  readonly pending_state: string;
  readonly notice: string;
}
interface Row extends ReplayRow {
  readonly then: readonly {
    readonly slice_id: string;
    readonly name: string;
    readonly states: readonly string[];
    readonly slivers: readonly Sliver[] | null;
  }[];
  readonly thenModel?: string;
}

const rows = rowsOf<Row>('orchestrator.jsonl').filter(({ then }) => then !== undefined);
/** What is in these slices no row says; of these the states are held. */
const UNTOLD = /-modifying$|^delete-(all|modifyok)$|^accept-(dead|noauth)$/;
/** Nor what was scarce, taken or closed for repair while these were asked. */
const CHANGED = new Set(['modify-nonic', 'modify-source-taken', 'renew-maint']);
const STEP_MS = 20_000;
const STEPS = 12;

/** The states slices are seen in, from before the request on. */
function pass(world: World, { given }: ReplayRow): Map<Slice, string[]> {
  const before = new Map(given.slices?.map(({ slice_id, state }) => [slice_id, state]));
  const seen = new Map(world.slices.map((slice) => [slice, [before.get(slice.id) ?? slice.state]]));
  for (let step = 0; step <= STEPS; step += 1) {
    if (step > 0) world.step(T0_MS + step * STEP_MS);
    for (const [slice, states] of seen) if (states.at(-1) !== slice.state) states.push(slice.state);
  }
  return seen;
}

/** Which device and port of a switch it is was the recorder's invention. */
const anyDevice = (text: string) =>
  text.replace(/\d{4}:\d\d:00\.\d|02(?::[\da-f]{2}){5}|instance-\d+|2001:db8::[\da-f]+/g, 'device');
const anyPort = (name: string, text: string) =>
  name === 'MirrorPort' ? text : text.replace(/HundredGigE0\/0\/0\/\d+/g, 'port');

const bare = (text: string) => text.replace(/uuid-\d+|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, 'uuid');
const inOrder = (all: readonly string[]) => [...all].sort();

const sliversOf = (slice: Slice): string[] =>
  slice.reservations.map((each) =>
    [(each.shown as { Name: string }).Name, each.kind, each.state, each.pending, bare(noticeOf(slice, each))].join(
      ' | ',
    ),
  );

/** A graph by what its nodes and edges say, whoever they are. */
function graphOf(text: string): unknown {
  const graph = readGraphml(text);
  const named = new Map(
    graph.nodes.map(({ id, properties }) => [id, `${properties.get('Class')} ${properties.get('Name')}`]),
  );
  return {
    nodes: inOrder(
      graph.nodes.map(({ properties }) =>
        JSON.stringify(
          [...properties].map(([name, value]) => [name, anyPort(name, anyDevice(bare(String(value))))]).sort(),
        ),
      ),
    ),
    edges: inOrder(
      graph.edges.map(({ source, target }) => inOrder([named.get(source)!, named.get(target)!]).join(' – ')),
    ),
  };
}

describe.runIf(RECORDED)('afterwards slices are as they were seen to be', () => {
  const told = rows.filter(({ id }) => !CHANGED.has(id));
  test.each(told.map((row) => [row.id, row] as const))('%s', (id, row) => {
    const { world } = replayWithWorld(parseRow(JSON.stringify(row), 1));
    const seen = [...pass(world, row)];
    const statesOf = (all: readonly { readonly name: string; readonly states: readonly string[] }[]) =>
      all.map(({ name, states }) => [name, ...states]);
    expect(statesOf(seen.map(([{ name }, states]) => ({ name, states })))).toEqual(statesOf(row.then));
    if (UNTOLD.test(id)) return;
    for (const [at, { slivers }] of row.then.entries()) {
      // Where nothing was pending the recorder did not look.
      if (slivers === null) continue;
      const recorded = slivers.map(({ name, type, state, pending_state, notice }) =>
        [name, type, state, pending_state, bare(notice)].join(' | '),
      );
      expect(inOrder(sliversOf(seen[at]![0]))).toEqual(inOrder(recorded));
    }
    if (row.thenModel === undefined) return;
    const asked = world.slices.find(({ id }) => row.request.path.includes(id));
    expect(graphOf(writeGraphml(asked!.graph))).toEqual(graphOf(row.thenModel));
  });
});
