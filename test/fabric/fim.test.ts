import { describe, expect, test } from 'vitest';
import { type PropertyGraph, readGraphml, readNodeLink, writeGraphml } from '../../src/fabric/graph/index.js';
import { importGraph, Refused, validateSlice } from '../../src/fabric/model/index.js';
import { RECORDED, rowsOf } from './vectors.js';

interface Verdict {
  readonly ok: boolean;
  readonly error?: { readonly text: string };
}
interface Row {
  readonly id: string;
  readonly about: string;
  readonly kind: 'import' | 'written';
  readonly format: 'graphml' | 'nodelink';
  readonly text: string;
  readonly import: Verdict;
  readonly validate?: Verdict;
  readonly accepted: boolean;
  readonly networkx?: {
    readonly nodes?: readonly Record<string, unknown>[];
    readonly edges?: readonly Record<string, unknown>[];
  };
  readonly fim192?: { readonly graphml: string; readonly json_nodelink: string };
}

const rows = rowsOf<Row>('fim.jsonl');
const imported = rows.filter((row) => row.kind === 'import');
const FILE = '/tmp/<tmp>-graphml';

function verdictOf(text: string): { import: Verdict; validate?: Verdict } {
  const attempt = <T>(run: () => T): { verdict: Verdict; value?: T } => {
    try {
      return { verdict: { ok: true }, value: run() };
    } catch (error) {
      if (error instanceof Refused) return { verdict: { ok: false, error: { text: error.message } } };
      throw error;
    }
  };
  const read = attempt(() => importGraph(text, FILE));
  if (read.value === undefined) return { import: read.verdict };
  return { import: read.verdict, validate: attempt(() => validateSlice(read.value!)).verdict };
}

const shown = (verdict: Verdict | undefined) => (verdict?.ok === false ? verdict.error?.text : verdict?.ok);

describe.runIf(RECORDED)('what FIM said of texts', () => {
  test.each(imported.map((row) => [row.id, row] as const))('%s', (_id, row) => {
    const verdict = verdictOf(row.text);
    expect(shown(verdict.import)).toEqual(shown(row.import));
    if (row.validate) expect(shown(verdict.validate)).toEqual(shown(row.validate));
  });
});

function plain(graph: PropertyGraph) {
  const value = (property: unknown) => (typeof property === 'bigint' ? Number(property) : property);
  return {
    nodes: graph.nodes.map(({ properties }) =>
      Object.fromEntries([...properties].map(([name, each]) => [name, value(each)])),
    ),
  };
}

describe.runIf(RECORDED)('what networkx read out of texts', () => {
  const read = imported.filter((row) => row.networkx?.nodes !== undefined && row.format === 'graphml');
  test.each(read.map((row) => [row.id, row] as const))('%s', (_id, row) => {
    const graph = readGraphml(row.text);
    expect(plain(graph).nodes).toEqual(row.networkx!.nodes);
    // Written and read again it is the same graph, without direction.
    expect(readGraphml(writeGraphml(graph))).toEqual({ ...graph, directed: false });
  });
});

describe.runIf(RECORDED)('what FIM writes is one graph in every format', () => {
  const written = rows.filter((row) => row.kind === 'written' && (row.fim192?.graphml ?? null) !== null);
  test.each(written.map((row) => [row.id, row] as const))('%s', (_id, { fim192 }) => {
    const graph = readGraphml(fim192!.graphml);
    expect(readNodeLink(fim192!.json_nodelink)).toEqual(graph);
    if (graph.nodes.length > 0) expect(validateSlice(graph).nodes).toHaveLength(graph.nodes.length);
  });
});
