import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { start } from './running.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-sweep-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

async function mooring(...args: string[]) {
  const call = start(...args);
  return { code: await call.ended, out: call.out, err: call.err };
}

const sweep = (out: string, ...args: string[]) =>
  mooring('sim', '--duration', '1s', '--no-progress', ...args, '--out', at(out));

test('a sweep in two pieces, put together, is the folder of the whole to the byte, and is gone on with', async () => {
  const whole = ['--sweep', 'rate=1,2,4Mbit', '--sweep', 'alg=reno,cubic', '--repeat', '2'];
  const single = await sweep('whole', ...whole);
  await sweep('a', '--sweep', 'rate=1,4Mbit', '--sweep', 'alg=reno,cubic', '--repeat', '2');
  await sweep('b', '--sweep', 'rate=2Mbit', '--sweep', 'alg=reno,cubic', '--repeat', '2');
  const merged = await mooring('sweep', 'merge', at('a'), at('b'), '--out', at('merged'));
  expect([merged.code, merged.out]).toEqual([0, single.out]);
  expect(merged.err).toMatch(/merged: 12 of 12 runs$/m);
  for (const name of ['results.csv', 'results.parquet', 'report.html', 'sweep.json'])
    expect(readFileSync(join(at('merged'), name)).equals(readFileSync(join(at('whole'), name))), name).toBe(true);
  const runs = (name: string) =>
    readdirSync(join(at(name), 'runs')).map((file) => [file, readFileSync(join(at(name), 'runs', file), 'utf8')]);
  expect(runs('merged')).toEqual(runs('whole'));
  expect((await sweep('merged', ...whole)).err).toMatch(/going on: 12 of 12 runs are done already/);
});

test('what no folder has is told; --json is one document', async () => {
  await sweep('c', '--sweep', 'rate=1Mbit', '--sweep', 'rtt=10ms');
  await sweep('d', '--sweep', 'rate=2Mbit', '--sweep', 'rtt=20ms');
  const { code, out, err } = await mooring('sweep', 'merge', at('c'), at('d'), '--out', at('holes'), '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ out: at('holes'), runs: 2, planned: 4, complete: false });
  expect(JSON.parse(out).rows).toHaveLength(2);
  expect(err).toMatch(/does those that are not there/);
});

test('folders that contradict each other are told with both values, and nothing is written', async () => {
  const [sent, changed] = [at('e'), at('f')];
  for (const name of ['e', 'f']) await sweep(name, '--sweep', 'rate=1,2Mbit');
  const file = join('runs', readdirSync(join(changed, 'runs'))[0]!);
  const text = readFileSync(join(sent, file), 'utf8');
  writeFileSync(join(changed, file), text.replace(/"packetsSent":\d+/, '"packetsSent":7'));
  const merge = await mooring('sweep', 'merge', sent, changed, '--out', at('none'), '--json');
  const [row] = JSON.parse(text).rows;
  expect(merge.code).toBe(1);
  expect(merge.err).toContain(
    `packetsSent is ${row.packetsSent} in ${join(sent, file)}, 7 in ${join(changed, file)}\n`,
  );
  expect(JSON.parse(merge.out)).toMatchObject({ out: null, contradictions: [{ column: 'packetsSent' }] });
  expect(existsSync(at('none'))).toBe(false);
});

test('another base scenario, and what is no folder of a sweep, are one line and bad usage', async () => {
  await sweep('g', '--sweep', 'rate=1Mbit');
  await sweep('h', '--sweep', 'rate=2Mbit', '--rtt', '41ms');
  for (const [other, words] of [
    [at('h'), /h has another base scenario than .*g: they are two sweeps/],
    [at('nothing'), /nothing has no sweep\.json/],
  ] as const) {
    const { code, out, err } = await mooring('sweep', 'merge', at('g'), other, '--out', at('none'));
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(words);
    expect(err.trim().split('\n')).toHaveLength(1);
  }
});
