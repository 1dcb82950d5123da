import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadAlgorithmFile } from '../../../src/node/jobs/algorithm-file.js';

const folder = await mkdtemp(join(tmpdir(), 'mooring-alg-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function load(name: string, text: string): Promise<unknown> {
  const file = join(folder, name);
  await writeFile(file, text);
  return loadAlgorithmFile(file);
}

const CLASS = 'class A { onReport() {} }';

test('a default export, an only export, and an object with newFlow are algorithms', async () => {
  expect(await load('a.mjs', `export const helper = 1; export default ${CLASS}`)).toHaveProperty('name', 'A');
  expect(await load('b.mjs', `export ${CLASS}`)).toHaveProperty('name', 'A');
  expect(await load('c.mjs', 'export const alg = { newFlow() { return { onReport() {} }; } };')).toHaveProperty(
    'newFlow',
  );
});

test('TypeScript is read', async () => {
  const text = 'interface R { loss: number }\nexport class Typed { onReport(r: R): void { r.loss; } }';
  expect(await load('d.ts', text)).toHaveProperty('name', 'Typed');
});

test.each([
  ['none.mjs', 'export const x = 1;', /exports no algorithm/],
  ['two.mjs', `export ${CLASS} export class B { onReport() {} }`, /several algorithms \(A, B\)/],
  ['broken.mjs', 'export class {', /cannot be loaded: /],
  ['throws.mjs', 'throw new Error("on load");', /cannot be loaded: on load/],
  ['data.txt', 'hello', /not a module/],
])('%s is refused with its path and why', async (name, text, why) => {
  await expect(load(name, text)).rejects.toMatchObject({
    code: 'MOORING_ERR_ALGORITHM_FILE',
    message: expect.stringMatching(why),
    detail: { path: join(folder, name) },
  });
});

test('a missing file is refused', async () => {
  await expect(loadAlgorithmFile(join(folder, 'gone.js'))).rejects.toThrow(/gone\.js: there is no such file/);
});
