import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aimd, encodeMessage } from 'mooring';
import { connect, createChannel, readRecording } from 'mooring/node';
import { afterAll, describe, expect, it } from 'vitest';
import { Recorder } from '../../../src/node/agent/recorder.js';
import { until } from '../../until.js';

const folder = mkdtempSync(join(tmpdir(), 'mooring-recorder-'));
const small = join(folder, 'small');
const mounted = mount();
if (!mounted) console.log('test/node/agent/recorder: the full disk skipped, mounting a small one needs root');
afterAll(() => {
  if (mounted) execFileSync('umount', [small]);
  rmSync(folder, { recursive: true });
});

/** A disk of 48 KiB. */
function mount(): boolean {
  mkdirSync(small);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48k', 'none', small], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const create = (sid: number) =>
  encodeMessage({ type: 'create', sid, initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 });
const message = (us: number) => `{"us":${us},"dir":"in","peer":"dp","hex":"0500"}`;
const HEADER = '{"mooring":"agent-traffic","version":1}';

describe.skipIf(!mounted)('recording on a full disk', () => {
  it('ends with one event at the last whole line, and control goes on', async () => {
    const record = join(small, 'traffic.jsonl');
    const channel = createChannel();
    const agent = await connect(channel.transport, Aimd, { record });
    const told: string[] = [];
    agent.events.on(({ kind }) => told.push(kind));
    const datapath = channel.datapath();
    let heard = 0;
    datapath.onMessage(() => {
      heard += 1;
    });
    // Each CREATE is answered with a program; far more of them than the disk holds.
    for (let sid = 1; sid <= 1000; sid += 1) datapath.send(create(sid));
    await until('it is told', () => told.includes('recordingStopped'));
    await until('every flow is controlled', () => heard > 1000);
    expect((await agent.stats()).flows).toBe(1000);
    expect(told.filter((kind) => kind === 'recordingStopped')).toHaveLength(1);
    await agent.close();
    const text = readFileSync(record, 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    expect(readRecording(record).length).toBe(text.split('\n').length - 2);
    expect(readRecording(record).length).toBeGreaterThan(50);
  });

  it('says once why, and takes no harm from being closed then', () => {
    const recorder = Recorder.begin(join(small, 'other.jsonl').replace('other', 'traffic'));
    for (let i = 0; i < 2000; i += 1) recorder.note('in', 'dp', new Uint8Array(16), i);
    recorder.flush();
    expect(recorder.takeFailure()).toMatchObject({ code: 'MOORING_ERR_AGENT_RECORD', message: /no space|ENOSPC/i });
    expect(recorder.takeFailure()).toBeUndefined();
    recorder.note('in', 'dp', new Uint8Array(16), 3000);
    recorder.close();
    recorder.close();
    expect(recorder.takeFailure()).toBeUndefined();
  });
});

describe('a recording that was cut', () => {
  const path = join(folder, 'cut.jsonl');
  it.each([
    ['at its end', `${HEADER}\n${message(1)}\n${message(2).slice(0, 20)}`, [1]],
    ['where another thread went on', `${HEADER}\n${message(1).slice(0, 12)}${message(2)}\n${message(3)}\n`, [2, 3]],
    ['in the middle', `${HEADER}\n${message(1).slice(0, 12)}\n${message(2)}\n`, [2]],
    ['after its header', `${HEADER}\n`, []],
  ])('%s can be read', (_, text, times) => {
    writeFileSync(path, text);
    expect(readRecording(path).map(({ timeUs }) => timeUs)).toEqual(times);
  });

  it('is none where a line is something else', () => {
    writeFileSync(path, `${HEADER}\n`);
    appendFileSync(path, `hello\n${message(2)}\n`);
    expect(() => readRecording(path)).toThrow(expect.objectContaining({ detail: { path, line: 2 } }));
    writeFileSync(path, `${HEADER}\n{"us":1,"dir":"sideways","peer":"dp","hex":""}\n`);
    expect(() => readRecording(path)).toThrow(/line 2 is no message/);
  });
});
