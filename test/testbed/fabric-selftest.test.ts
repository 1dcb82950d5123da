import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readFaults } from '../../src/fabric/index.js';
import { type SelftestRecord, selftest } from '../../src/node/testbed/index.js';
import { Rehearsed, skipRehearsals, USERS_SLICE } from './rehearsed.js';
import { removeScratch, scratch } from './support.js';

const exec = promisify(execFile);
const STEPS = ['versions', 'clock', 'site', 'slice', 'ssh', 'without mirror', 'mirror', 'packets', 'gather', 'delete'];

afterAll(removeScratch);

describe.skipIf(skipRehearsals)('a self-test', () => {
  let bed: Rehearsed;

  beforeEach(() => {
    bed = new Rehearsed();
  });
  afterEach(async () => await bed.down());

  const run = async (...flags: string[]): Promise<{ stdout: string; stderr: string; code: number }> =>
    await exec(process.execPath, ['dist/cli.js', 'fabric', ...flags, '--rc', bed.rehearsal.rc]).then(
      (ended) => ({ ...ended, code: 0 }),
      (error) => error,
    );

  test('goes the whole way with real packets, writes down what it saw, and leaves nothing', async () => {
    await bed.up({ clockOffsetS: 120 });
    const out = join(scratch(), 'record.json');
    const { stdout, stderr, code } = await run('selftest', '--out', out, '--json');
    expect([code, stderr]).toEqual([0, expect.stringContaining('ok     packets')]);
    const record = JSON.parse(stdout) as SelftestRecord;
    expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(record);
    expect(record.steps.map(({ name, ok }) => [name, ok])).toEqual(STEPS.map((name) => [name, true]));
    expect(record).toMatchObject({
      ok: true,
      versions: { orchestrator: '2.0.1', credmgr: '2.0.0' },
      left: [],
      mirror: { sentPackets: 50, filePackets: 50, ringDroppedPackets: 0, withoutMirrorPackets: 0 },
      gather: { bytes: 64 * 2 ** 20 },
    });
    expect(Math.abs(record.clockOffsetMs! - 120_000)).toBeLessThan(2000);
    const states = (name: string) => record.states.filter((seen) => seen.name === name).map(({ state }) => state);
    expect(states('selftest-mirror').at(-1)).toBe('Active');
    expect(states(record.slice!.name)).toEqual(expect.arrayContaining(['Configuring', 'StableOK']));
    // It takes the orchestrator a moment from one to the other.
    expect(['Closing', 'Dead']).toContain(bed.rehearsal.stateOf(record.slice!.name));
    await bed.expectReleased();
    await expectKept();
  });

  test('a mirror that is refused: the record says why, and nothing is left', async () => {
    await bed.up(readFaults({ failures: { 'selftest-mirror': 'SPAN: multiple attachments of a traffic class' } }));
    const record = await selftest(bed.account, { folder: scratch(), bulkBytes: 1000 });
    expect(record.steps.filter(({ ok }) => !ok)).toMatchObject([
      { name: 'mirror', said: expect.stringContaining('SPAN') },
    ]);
    expect([record.ok, record.steps.at(-1)!.name, record.gather]).toEqual([false, 'delete', null]);
    await bed.expectReleased();
  });

  /** Kept, and asked to stop: what is there is named, and fabric delete removes it by its name. */
  async function expectKept(): Promise<void> {
    const stop = new AbortController();
    const record = await selftest(bed.account, {
      folder: scratch(),
      keep: true,
      signal: stop.signal,
      onRecord: ({ steps }) => {
        if (steps.some(({ name }) => name === 'slice')) stop.abort();
      },
    });
    expect([record.ok, record.left]).toEqual([false, [expect.stringContaining(record.slice!.name)]]);
    await bed.expectReleased('selftest0');
    expect(await run('delete', record.slice!.name)).toMatchObject({ code: 0 });
    await bed.expectReleased();
    expect(await run('delete', record.slice!.name, '--json')).toMatchObject({ code: 2 });
    expect(existsSync(join(process.cwd(), 'fabric-selftest.json'))).toBe(false);
    expect(bed.rehearsal.stateOf(USERS_SLICE)).toBe('StableOK');
  }
});
