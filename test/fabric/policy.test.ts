import { describe, expect, test } from 'vitest';
import { readGraphml } from '../../src/fabric/graph/index.js';
import { policyDenials } from '../../src/fabric/index.js';
import { SliceGraph, validateSlice } from '../../src/fabric/model/index.js';
import { bareRequest } from '../../src/fabric/policy.js';
import { T0_MS, timeOf } from '../../src/fabric/replay/notation.js';
import { resourcesOf } from '../../src/fabric/stand-in/index.js';
import { addListener, EMPTY_SLICE } from '../../src/fabric/topology/index.js';
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

describe('rules whose text says less than their condition', () => {
  const EDUKY = /tagged as OnlyEDUKY/;
  test.each([
    ['no site at all', [], true],
    ['another site', ['INDI'], true],
    ['EDUKY', ['EDUKY'], false],
    ['EDUKY among others', ['EDUKY', 'INDI'], false],
  ] as const)('OnlyEDUKY and %s', (_what, sites, denied) => {
    const tags = ['Slice.OnlyEDUKY', 'Slice.Multisite'];
    const texts = policyDenials({ ...bareRequest('create', tags), sites });
    expect(texts.some((text) => EDUKY.test(text))).toBe(denied);
  });

  test.each([
    ['its tag', ['Net.FacilityPort.A'], ['A'], false],
    ["another port's tag", ['Net.FacilityPort.B'], ['A'], true],
    ['the tag of one of two', ['Net.FacilityPort.A'], ['A', 'B'], true],
    ['both tags', ['Net.FacilityPort.A', 'Net.FacilityPort.B'], ['A', 'B'], false],
    ['a tag that only begins so', ['Net.FacilityPort.A-B'], ['A'], true],
    ['no tag', [], ['A'], true],
  ] as const)('a facility port with %s', (_what, tags, facilityPorts, denied) => {
    expect(policyDenials({ ...bareRequest('create', tags), facilityPorts })).toHaveLength(denied ? 1 : 0);
  });
});

test('of nodes that share a name the policy is told of one, and of a facility only its name', () => {
  const newId = () => crypto.randomUUID();
  const one = addListener(EMPTY_SLICE, { name: 'lis0', site: 'INDI', nicModel: 'ConnectX-6' }, newId);
  const two = addListener(one, { name: 'lis1', site: 'MASS', nicModel: 'ConnectX-5' }, newId);
  const changed = (changes: Readonly<Record<string, string>>) => {
    const nodes = two.nodes.map((node) =>
      node.properties.get('Name') === 'lis0'
        ? { ...node, properties: new Map([...node.properties, ...Object.entries(changes)]) }
        : node,
    );
    return resourcesOf(new SliceGraph({ ...two, nodes }, 'respected'));
  };
  expect(changed({ Name: 'lis1' })).toMatchObject({ components: ['SmartNIC_ConnectX_5'], cores: [2] });
  expect(changed({ Type: 'Facility' })).toMatchObject({
    components: ['SmartNIC_ConnectX_5'],
    facilityPorts: ['lis0'],
  });
});
