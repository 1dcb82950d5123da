import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadAlgorithmFile } from '../../../src/node/jobs/algorithm-file.js';
import { createPacker, createUnpacker, hashOf, refusePaths } from '../../../src/node/jobs/parts.js';
import type { Scenario } from '../../../src/sim/index.js';

const root = mkdtempSync(join(tmpdir(), 'mooring-parts-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** An algorithm of two files in a folder of its own. */
function algorithmIn(folder: string, step: number): string {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, 'step.ts'), `export const STEP: number = ${step};`);
  const file = join(root, folder, 'mine.ts');
  writeFileSync(
    file,
    `import { STEP } from './step.js';
     export class Mine { step(): number { return STEP; } onReport() {} }`,
  );
  return file;
}

const scenarioOf = (algorithm: string): Scenario => ({ flows: [{ algorithm }, { algorithm: 'cubic' }], seed: 1 });

test('an algorithm travels as one text with all it imports, and loads where it arrives', async () => {
  const packer = createPacker('anywhere');
  const packed = await packer.pack(scenarioOf(algorithmIn('a', 3)));
  const [hash] = packed.parts;
  expect(packed.scenario.flows.map(({ algorithm }) => algorithm)).toEqual([`part:${hash}`, 'cubic']);
  const part = packer.parts.get(hash!)!;
  expect(hashOf(part.text)).toBe(hash);
  // Plain JSON, as a queue carries it.
  const arrived = JSON.parse(JSON.stringify(packed)) as typeof packed;
  const unpack = createUnpacker(join(root, 'there'), async () => part);
  const [flow] = (await unpack(arrived)).flows;
  const Mine = (await loadAlgorithmFile(String(flow!.algorithm))) as unknown as { prototype: { step(): number } };
  expect([(Mine as unknown as { name: string }).name, Mine.prototype.step()]).toEqual(['Mine', 3]);
});

test('the hash is that of the source, wherever it lies', async () => {
  const hashes = [];
  for (const [folder, step] of [
    ['b', 3],
    ['c', 3],
    ['d', 4],
  ] as const) {
    hashes.push((await createPacker('anywhere').pack(scenarioOf(algorithmIn(folder, step)))).parts[0]);
  }
  expect(hashes[0]).toBe(hashes[1]);
  expect(hashes[0]).not.toBe(hashes[2]);
});

test('a trace travels; one that has a name is known everywhere', async () => {
  const file = join(root, 'drive.trace');
  writeFileSync(file, '1\n5\n');
  const packer = createPacker('anywhere');
  const packed = await packer.pack({ ...scenarioOf('cubic'), links: [{ trace: file }, { trace: 'lte' }] });
  expect(packed.scenario.links).toEqual([{ trace: `part:${hashOf('1\n5\n')}` }, { trace: 'lte' }]);
  const unpack = createUnpacker(join(root, 'trace'), async (hash) => packer.parts.get(hash)!);
  const [link] = (await unpack(packed)).links!;
  expect(readFileSync(String(link!.trace), 'utf8')).toBe('1\n5\n');
});

test('an algorithm that cannot be made one text cannot travel, and is known by its own file here', async () => {
  const file = join(root, 'lost.mjs');
  writeFileSync(file, "import './nowhere.js';\nexport default class A { onReport() {} }");
  const refusal = { code: 'MOORING_ERR_ALGORITHM_FILE', detail: { path: file } };
  await expect(createPacker('anywhere').pack(scenarioOf(file))).rejects.toMatchObject(refusal);
  const { parts } = await createPacker('here').pack(scenarioOf(file));
  expect(parts).toEqual([hashOf(readFileSync(file, 'utf8'))]);
});

test.each([
  ['a text of another hash', { name: 'mine.mjs', text: 'b' }],
  ['a name that leads elsewhere', { name: '../mine.mjs', text: 'a' }],
  ['a name that hides', { name: '.mine.mjs', text: 'a' }],
])('%s is refused, and asked for again the next time', async (_, { name, text }) => {
  const hash = hashOf('a');
  const answers = [
    { hash, name, text },
    { hash, name: 'mine.mjs', text: 'a' },
  ];
  const unpack = createUnpacker(mkdtempSync(join(root, 'refused-')), async () => answers.shift()!);
  const packed = { scenario: scenarioOf(`part:${hash}`), parts: [hash] };
  await expect(unpack(packed)).rejects.toMatchObject({ code: 'MOORING_ERR_JOB_PART', detail: { hash } });
  const [flow] = (await unpack(packed)).flows;
  expect(readFileSync(String(flow!.algorithm), 'utf8')).toBe('a');
});

test('a run that names files of the worker, or is none, is refused', async () => {
  const untrusted = expect.objectContaining({ code: 'MOORING_ERR_JOBS_UNTRUSTED' });
  const refused: readonly unknown[] = [
    undefined,
    null,
    'scenario',
    { scenario: null },
    { scenario: { flows: [{ algorithm: '/tmp/mine.mjs' }] } },
    { scenario: { flows: [{ algorithm: 'cubic' }, { algorithm: './mine.mjs' }] } },
    { scenario: { flows: [{ algorithm: 'mine.ts' }] } },
    { scenario: { flows: [{ algorithm: `x/part:${'0'.repeat(64)}` }] } },
    { scenario: { flows: [{ algorithm: 'cubic' }], links: [{ trace: '/etc/passwd' }] } },
    { scenario: { flows: [{ algorithm: 'cubic' }], links: [{ trace: 'passwd' }] } },
  ];
  for (const packed of refused) expect(() => refusePaths(packed), JSON.stringify(packed)).toThrow(untrusted);
  const file = join(root, 'own.trace');
  writeFileSync(file, '1\n');
  const packer = createPacker('anywhere');
  const packed = await packer.pack({ ...scenarioOf(algorithmIn('e', 1)), links: [{ trace: file }, { trace: 'lte' }] });
  expect(() => refusePaths(packed)).not.toThrow();
  // Of any other shape: left to what checks scenarios.
  for (const scenario of [{}, { flows: 3, links: {} }, { flows: [null, 7, { algorithm: {} }] }]) {
    expect(() => refusePaths({ scenario })).not.toThrow();
  }
});
