import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LIMIT_CAUSES, openCapture } from '../../src/capture/index.js';
import { ack, Conversation, data } from './conversation.js';

// Captures as people have them: whatever they hold, times are times and sums are sums.

const FOLDER = '../shared/cases/captures';

test.skipIf(!existsSync(FOLDER))(
  'foreign captures: nothing negative, nothing beyond the capture, sums add up',
  async () => {
    let directions = 0;
    for (const file of readdirSync(FOLDER).filter((name) => /\.p?cap(ng)?(\.gz|\.zst)?$/.test(name))) {
      const bytes = new Uint8Array(readFileSync(join(FOLDER, file)));
      const capture = await openCapture(bytes).catch(() => undefined);
      if (!capture) continue;
      const { connections } = await capture.limits();
      for (const { connection, directions: found } of connections) {
        const one = await capture.limits({ connection: connection.number });
        for (const [index, limits] of found.entries()) {
          directions += 1;
          const us = LIMIT_CAUSES.map((cause) => limits.causes[cause].us);
          expect([file, Math.min(...us) >= 0, Math.max(...us) < 1e15]).toEqual([file, true, true]);
          const intervals = one.connections[0]!.directions[index]!.intervals!;
          for (const { startUs, endUs } of intervals) expect([file, endUs > startUs]).toEqual([file, true]);
          const sum = intervals.reduce((total, { startUs, endUs }) => total + endUs - startUs, 0);
          expect(Math.abs(sum - limits.durationUs), file).toBeLessThan(1);
        }
      }
    }
    expect(directions).toBeGreaterThan(50);
  },
  120_000,
);

test('a clock set back by an hour begins the times again and loses none after', async () => {
  const talk = new Conversation().out(0, { flags: 'S', seq: 0 }).back(40, { flags: 'SA', seq: 5000, ack: 1 });
  talk.out(40.1, { seq: 1, ack: 5001 });
  for (let i = 0; i < 10; i += 1) talk.out(3_700_000 + 10 * i, data(i)).back(3_700_005 + 10 * i, ack(i + 1));
  for (let i = 10; i < 20; i += 1) talk.out(100_000 + 10 * i, data(i)).back(100_005 + 10 * i, ack(i + 1));
  const { connections } = await (await openCapture(talk.bytes())).limits({ connection: 1 });
  const { durationUs, intervals } = connections[0]!.directions[0]!;
  for (const { startUs, endUs } of intervals!) expect(endUs).toBeGreaterThan(startUs);
  expect(durationUs).toBeGreaterThan(150_000);
  expect(durationUs).toBeLessThan(250_000);
});

test('a connection that is not there, and one without data', async () => {
  const talk = new Conversation().out(0, { flags: 'S', seq: 0 }).back(40, { flags: 'SA', seq: 5000, ack: 1 });
  const capture = await openCapture(talk.bytes());
  await expect(capture.limits({ connection: 7 })).rejects.toMatchObject({ code: 'MOORING_ERR_CAPTURE_NO_FLOW' });
  expect((await capture.limits({ connection: 1 })).connections).toEqual([]);
});
