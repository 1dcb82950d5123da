import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MESSAGE } from '../../src/generated/wire.js';
import {
  encodeMessage,
  installUid,
  isClose,
  type Message,
  messageLength,
  messageSid,
  messageType,
} from '../../src/wire/index.js';

const sid = 0xff00_0001;
const measure = { type: 'measure' as const, sid };
const messages: ReadonlyArray<[string, Message, number, boolean]> = [
  ['a close', { ...measure, programUid: 0, fields: [] }, MESSAGE.MEASURE, true],
  ['a report without registers', { ...measure, programUid: 3, fields: [] }, MESSAGE.MEASURE, false],
  ['a report', { ...measure, programUid: 3, fields: [1, 2] }, MESSAGE.MEASURE, false],
  ['a change', { type: 'changeProg', sid, programUid: 0, updates: [] }, MESSAGE.CHANGE_PROG, false],
];

test.each(messages)(
  'the header of %s is read without decoding it, all 32 bits of its flow',
  (_name, message, type, closes) => {
    const bytes = encodeMessage(message);
    const among = Buffer.concat([Buffer.alloc(5, 0xa5), bytes, Buffer.alloc(5, 0xa5)]);
    for (const [where, at] of [
      [bytes, 0],
      [among, 5],
    ] as const) {
      expect([messageType(where, at), messageLength(where, at), messageSid(where, at)]).toEqual([
        type,
        bytes.length,
        sid,
      ]);
      expect(isClose(where, at)).toBe(closes);
    }
  },
);

// A shift by eight is how a number is put together from bytes by hand.
test('no room that carries messages puts their numbers together from bytes', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const found = files
    .filter((path) => /^(agent|datapath|sim|node)\//.test(path))
    .filter((path) => /\]!?\s*<<\s*8\b/.test(readFileSync(`src/${path}`, 'utf8')));
  expect(found).toEqual([]);
});

test('an INSTALL says its program, one cut before it says none', () => {
  const bytes = encodeMessage({
    type: 'install',
    sid: 0,
    programUid: 7,
    events: 0,
    instructions: 0,
    rows: new Uint8Array(),
  });
  expect(installUid(bytes)).toBe(7);
  for (let length = 0; length < 12; length += 1) expect(installUid(bytes.subarray(0, length))).toBe(0);
  const second = Uint8Array.of(...bytes, ...bytes);
  expect(installUid(second, bytes.length)).toBe(7);
});
