import { expect, test } from 'vitest';
import { parseIntent, parseParameters } from '../../src/twine/index.js';

const refused = (field: string) =>
  expect.objectContaining({ code: 'MOORING_ERR_TWINE_BAD_INPUT', message: expect.stringContaining(field) });

test.each<[string, number, number, number, number]>([
  ['experimentRetries', 1, 1_000_000, 0, 1_000_001],
  ['waitInterval', 0, 604_800, -1, 604_801],
  ['listenTime', 0.1, 86_400, 0.09, 86_401],
  ['maxIterPerRetry', 1, 100_000, 0, 100_001],
  ['snaplen', 0, 262_144, -1, 262_145],
])('parameter %s: %d to %d', (name, least, most, below, above) => {
  for (const value of [least, most]) expect(parseParameters({ [name]: value })).toMatchObject({ [name]: value });
  for (const value of [below, above]) expect(() => parseParameters({ [name]: value })).toThrow(refused(name));
});

test.each<[string, unknown[], unknown[]]>([
  ['rotationInterval', [0.1, 604_800], [0, 604_801]],
  ['seed', [0, 0xffff_ffff], [-1, 0x1_0000_0000, 1.5]],
  ['leaseS', [0], [-1]],
  ['tokenS', [0], [-1]],
  ['expectedLoad', [0, 1], [-0.1, 1.1]],
  ['meanFrameBytes', [64, 9216], [63, 9217]],
  ['sliceName', ['x', 'x'.repeat(200)], ['', 'x'.repeat(201)]],
  ['sharedMemory', ['a', 'x'.repeat(200)], ['', '/a', 'x'.repeat(201)]],
  ['listener', [{ cores: 1, ramGiB: 1, diskGiB: 1 }], [{ cores: 0 }, { ramGiB: 0 }, { diskGiB: 0 }, { cpu: 1 }]],
])('intent %s takes its ends and nothing beyond', (name, taken, beyond) => {
  const targets = [{ site: 'INDI' }];
  for (const value of taken) expect(parseIntent({ targets, [name]: value })).toMatchObject({ [name]: value });
  for (const value of beyond) expect(() => parseIntent({ targets, [name]: value })).toThrow(refused(name));
});

test.each<[string, unknown, unknown]>([
  ['ports', ['p'], []],
  ['ports.0', [{ port: 'p', weight: 1000 }], [{ port: 'p', weight: 1001 }]],
  ['ports.0', [{ port: 'p', weight: 0.1 }], [{ port: 'p', weight: 0 }]],
  ['ports.0', [{ port: 'p', to: 'node12.p2' }], [{ port: 'p', to: 'node12.p3' }]],
  ['ports.0', ['p'], ['']],
  ['ports.0', [{ port: 'p' }], [{ port: '' }]],
  ['maxNicPorts', 1000, 1001],
  ['maxNicPorts', 1, 0],
  ['site', 'I', ''],
])("a target's %s: %j is taken, %j is not", (name, taken, beyond) => {
  const [key] = name.split('.') as [string];
  expect(() => parseIntent({ targets: [{ site: 'INDI', [key]: taken }] })).not.toThrow();
  expect(() => parseIntent({ targets: [{ site: 'INDI', [key]: beyond }] })).toThrow(refused(`targets.0.${name}`));
});

test('what is left out has the documented default', () => {
  expect(parseIntent({ targets: [{ site: 'INDI' }] })).toMatchObject({
    targets: [{ direction: 'both' }],
    rotate: true,
    rotationInterval: 1800,
    seed: 1,
    tokenRefreshable: false,
    expectedLoad: 0.002,
    meanFrameBytes: 800,
    listener: { cores: 2, ramGiB: 8, diskGiB: 100 },
  });
});
