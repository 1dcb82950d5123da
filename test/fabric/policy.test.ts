import { describe, expect, test } from 'vitest';
import { readGraphml } from '../../src/fabric/graph/index.js';
import { policyDenials } from '../../src/fabric/index.js';
import { SliceGraph, validateSlice } from '../../src/fabric/model/index.js';
import { bareRequest } from '../../src/fabric/policy.js';
import { T0_MS, timeOf } from '../../src/fabric/replay/notation.js';
import { resourcesOf } from '../../src/fabric/stand-in/index.js';
import { RECORDED, rowsOf } from './vectors.js';

interface Row {
  readonly id: string;
  readonly tags: readonly string[];
  readonly action: string;
  readonly leaseEnd?: string;
  readonly graph?: string;
  readonly texts: readonly string[];
}

describe.runIf(RECORDED)("the policy's denials", () => {
  test.each(rowsOf<Row>('policy.jsonl').map((row) => [row.id, row] as const))('%s', (_id, row) => {
    const { action, tags, leaseEnd, graph } = row;
    const lifetimeS = leaseEnd === undefined || leaseEnd === null ? undefined : (timeOf(leaseEnd)! - T0_MS) / 1000;
    const resources = graph ? resourcesOf(new SliceGraph(validateSlice(readGraphml(graph)), 'respected')) : {};
    expect(policyDenials({ ...bareRequest(action, tags, lifetimeS), ...resources })).toEqual(row.texts);
  });
});
