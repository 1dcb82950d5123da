import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FRAME, HELPER } from '../../../src/generated/helper-protocol.js';
import { encodeFrame, parseCaptureLine, parseDelayLine, Relay } from '../../../src/node/helper/index.js';

// What another program than the helper of this package says.

const STREAM_FD = 3;
const HELLO = encodeFrame(FRAME.HELLO, 0, Uint8Array.of(HELPER.VERSION, 0, 0, 2));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mooring-protocol-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Has a program stand where the helper is looked for; it sends `bytes` and stays until it is ended. */
function standIn(...frames: Uint8Array[]): void {
  writeFileSync(join(folder, 'stream'), Buffer.concat(frames));
  const code = `require('fs').writeSync(${STREAM_FD}, require('fs').readFileSync(__dirname + '/stream')); setInterval(() => {}, 1e6);`;
  writeFileSync(join(folder, 'mooring-helper'), `#!${process.execPath}\n${code}\n`, { mode: 0o755 });
  vi.stubEnv('MOORING_HELPER_DIR', folder);
}

const refusal = (message: RegExp) => ({
  code: 'MOORING_ERR_HELPER_PROTOCOL',
  message: expect.stringMatching(message),
});

describe('a relay', () => {
  test.each<[what: string, message: RegExp, bytes: Uint8Array]>([
    ['text', /no frame/, Buffer.from('GET / HTTP/1.1\r\n')],
    [
      'another version',
      new RegExp(`protocol ${HELPER.VERSION + 1}, this package ${HELPER.VERSION}: \\S`),
      encodeFrame(FRAME.HELLO, 0, Uint8Array.of(HELPER.VERSION + 1, 0, 0, 2)),
    ],
    ['a greeting cut short', /protocol/, encodeFrame(FRAME.HELLO, 0, Uint8Array.of(HELPER.VERSION))],
    ['no greeting first', /protocol/, encodeFrame(FRAME.MESSAGE, 0, new Uint8Array(8))],
  ])('does not start on %s', async (_what, message, bytes) => {
    standIn(bytes);
    await expect(Relay.start('unix', { onMessage: () => undefined })).rejects.toMatchObject(refusal(message));
  });

  test.each<[what: string, message: RegExp, bytes: Uint8Array]>([
    ['a frame that only Node sends', /a frame of kind/, encodeFrame(FRAME.STOP, 0, new Uint8Array(0))],
    ['a count cut short', /is short/, encodeFrame(FRAME.DROPPED, 0, Uint8Array.of(1))],
    ['no frame', /no frame/, new Uint8Array(8)],
  ])('ends on %s', async (_what, message, bytes) => {
    standIn(HELLO, bytes);
    const ended = new Promise((resolve, reject) => {
      Relay.start('unix', { onMessage: () => undefined, onDropped: () => undefined, onEnd: resolve }).catch(reject);
    });
    expect(await ended).toMatchObject(refusal(message));
  });
});

describe('lines', () => {
  test.each(['', 'hello', 'end', 'counters packets', 'counters packets=-1', 'file name=x', 'tcpdump: listening on lo'])(
    'of a capture and of a delay: %j is none',
    (line) => {
      for (const parse of [parseCaptureLine, parseDelayLine]) {
        expect(() => parse(line)).toThrow(
          expect.objectContaining({ ...refusal(/^the helper said "/), detail: { line } }),
        );
      }
    },
  );
});
