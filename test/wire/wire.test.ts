import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeMessage, decodeMessages, encodeMessage, formatMessage, type Message } from '../../src/wire/index.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

// What the originals put on the wire, message for message.
const golden: ReadonlyArray<[string, Message, string]> = [
  ['READY', { type: 'ready', id: 7 }, '05 00 0c 00 00 00 00 00 07 00 00 00'],
  [
    'CREATE',
    {
      type: 'create',
      sid: 1,
      initCwnd: 15000,
      mss: 1500,
      srcIp: 1,
      srcPort: 2,
      dstIp: 3,
      dstPort: 4,
      congAlg: 'reno',
    },
    `00 00 60 00 01 00 00 00 98 3a 00 00 dc 05 00 00 01 00 00 00 02 00 00 00 03 00 00 00 04 00 00 00 72 65 6e 6f ${'00 '.repeat(60)}`,
  ],
  [
    'MEASURE',
    { type: 'measure', sid: 1, programUid: 1, fields: [5, 9] },
    '01 00 20 00 01 00 00 00 01 00 00 00 02 00 00 00 05 00 00 00 00 00 00 00 09 00 00 00 00 00 00 00',
  ],
  ['close', { type: 'measure', sid: 1, programUid: 0, fields: [] }, '01 00 10 00 01 00 00 00 00 00 00 00 00 00 00 00'],
  [
    'UPDATE_FIELD',
    { type: 'updateField', sid: 1, updates: [{ registerType: 2, index: 4, value: 42 }] },
    '03 00 19 00 01 00 00 00 01 00 00 00 02 04 00 00 00 2a 00 00 00 00 00 00 00',
  ],
  [
    'CHANGEPROG',
    { type: 'changeProg', sid: 1, programUid: 7, updates: [{ registerType: 2, index: 4, value: 42 }] },
    '04 00 1d 00 01 00 00 00 07 00 00 00 01 00 00 00 02 04 00 00 00 2a 00 00 00 00 00 00 00',
  ],
  [
    'INSTALL',
    {
      type: 'install',
      sid: 1,
      programUid: 7,
      events: 1,
      instructions: 3,
      rows: hex(
        '01000000010000000200000001000000 02050000000005000000000100000000 01020000000002000000000101000000 01050000000005000000000104000000',
      ),
    },
    '02 00 54 00 01 00 00 00 07 00 00 00 01 00 00 00 03 00 00 00 01000000010000000200000001000000 02050000000005000000000100000000 01020000000002000000000101000000 01050000000005000000000104000000',
  ],
];

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u64 = fc.oneof(fc.maxSafeNat(), fc.bigInt({ min: 1n << 53n, max: (1n << 64n) - 1n }));
const update = fc.record({ registerType: fc.nat(255), index: u32, value: u64 });
const congAlg = fc
  .string({ minLength: 1, maxLength: 15, unit: 'grapheme' })
  .filter((text) => !text.includes('\0') && Buffer.byteLength(text) < 64);
const flow = { sid: u32, initCwnd: u32, mss: u32, srcIp: u32, srcPort: u32, dstIp: u32, dstPort: u32 };
const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ type: fc.constant('create' as const), ...flow }),
  fc.record({ type: fc.constant('create' as const), ...flow, congAlg }),
  fc.record({ type: fc.constant('measure' as const), sid: u32, programUid: u32, fields: fc.array(u64) }),
  fc
    .record({ sid: u32, programUid: u32, events: fc.nat(5), instructions: fc.nat(9), seed: fc.nat(255) })
    .map(({ seed, ...rest }) => ({
      type: 'install' as const,
      ...rest,
      rows: new Uint8Array(16 * (rest.events + rest.instructions)).fill(seed),
    })),
  fc.record({ type: fc.constant('updateField' as const), sid: u32, updates: fc.array(update) }),
  fc.record({ type: fc.constant('changeProg' as const), sid: u32, programUid: u32, updates: fc.array(update) }),
  fc.record({ type: fc.constant('ready' as const), id: u32 }),
);

describe.each(golden)('%s', (_name, message, text) => {
  const bytes = hex(text);

  test('is encoded to the golden bytes', () => {
    expect(Buffer.from(encodeMessage(message)).toString('hex')).toBe(Buffer.from(bytes).toString('hex'));
  });

  test('is decoded from them, at any offset', () => {
    expect(decodeMessage(bytes)).toEqual({ ok: true, message, bytes: bytes.length });
    const shifted = new Uint8Array(bytes.length + 5).fill(0xa5);
    shifted.set(bytes, 3);
    expect(decodeMessage(shifted, 3)).toEqual({ ok: true, message, bytes: bytes.length });
  });

  test('is refused as truncated at every shorter length', () => {
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeMessage(bytes.subarray(0, length))).toMatchObject({
        ok: false,
        code: 'MOORING_ERR_WIRE_TRUNCATED',
        bytes: length,
      });
    }
  });

  test('is refused as malformed where its length contradicts its fields', () => {
    for (let length = 8; length < bytes.length; length += 1) {
      const short = bytes.slice(0, length);
      short[2] = length;
      const decoded = decodeMessage(short);
      if (message.type === 'create' && length === 32) continue; // W2
      expect(decoded).toMatchObject({ ok: false, code: 'MOORING_ERR_WIRE_MALFORMED', bytes: length });
    }
  });
});

test('every message is what its bytes decode to', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      const bytes = encodeMessage(message);
      expect(decodeMessage(bytes)).toEqual({ ok: true, message, bytes: bytes.length });
    }),
  );
});

test('random bytes give a value or a declared error, and always move on', () => {
  const likely = fc
    .tuple(fc.nat(6), fc.nat(120), fc.uint8Array({ maxLength: 120 }))
    .map(([type, length, rest]) => Uint8Array.of(type, 0, length, 0, ...rest));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), likely), (bytes) => {
      const all = decodeMessages(bytes);
      expect(all.reduce((sum, decoded) => sum + decoded.bytes, 0)).toBe(bytes.length);
      for (const decoded of all) {
        if (decoded.ok) formatMessage(decoded.message);
        else expect(decoded.code).toMatch(/^MOORING_ERR_WIRE_/);
      }
    }),
    { numRuns: 2000 },
  );
});

test('messages in a row are all found, past one that is malformed or unknown', () => {
  const [ready, , measure] = golden.map(([, , text]) => hex(text));
  const unknown = Uint8Array.of(0xfe, 0, 12, 0, 0, 0, 0, 0, 1, 2, 3, 4);
  const contradicting = Uint8Array.of(5, 0, 13, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0);
  const bytes = Buffer.concat([ready!, unknown, measure!, contradicting, ready!]);
  expect(decodeMessages(bytes).map((decoded) => (decoded.ok ? decoded.message.type : decoded.code))).toEqual([
    'ready',
    'MOORING_ERR_WIRE_UNKNOWN_TYPE',
    'measure',
    'MOORING_ERR_WIRE_MALFORMED',
    'ready',
  ]);
});

test.each([
  ['length below the header', Uint8Array.of(5, 0, 7, 0, 0, 0, 0, 0, 7, 0, 0, 0)],
  ['length 0', new Uint8Array(32)],
])('framing is lost and the rest skipped: %s', (_name, bytes) => {
  expect(decodeMessages(bytes)).toMatchObject([{ ok: false, code: 'MOORING_ERR_WIRE_MALFORMED', bytes: bytes.length }]);
});

test('a CREATE of the time before congAlg is read without one (W2)', () => {
  const bytes = hex(golden[1]![2]).slice(0, 32);
  bytes[2] = 32;
  expect(decodeMessage(bytes)).toMatchObject({ ok: true, bytes: 32, message: { type: 'create', mss: 1500 } });
});

test('a congAlg without NUL, or not UTF-8, is malformed', () => {
  const unended = hex(golden[1]![2]).fill(0x61, 32);
  const notUtf8 = hex(golden[1]![2]);
  notUtf8[33] = 0xff;
  for (const bytes of [unended, notUtf8, Buffer.concat([unended, Buffer.alloc(8)])]) {
    expect(decodeMessage(bytes)).toMatchObject({ ok: false, code: 'MOORING_ERR_WIRE_MALFORMED', bytes: 96 });
  }
});

const create = { type: 'create' as const, sid: 1, initCwnd: 1, mss: 1, srcIp: 0, srcPort: 0, dstIp: 0, dstPort: 0 };
const cwnd = (value: number | bigint) => ({ registerType: 2, index: 4, value });
test.each<[string, Message]>([
  ['id', { type: 'ready', id: -1 }],
  ['id', { type: 'ready', id: 2 ** 32 }],
  ['mss', { ...create, mss: 1.5 }],
  ['initCwnd', { ...create, initCwnd: Number.NaN }],
  ['congAlg', { ...create, congAlg: 'x'.repeat(64) }],
  ['congAlg', { ...create, congAlg: 'a\0b' }],
  ['rows', { type: 'install', sid: 0, programUid: 1, events: 1, instructions: 1, rows: new Uint8Array(31) }],
  ['fields', { type: 'measure', sid: 1, programUid: 1, fields: [-1] }],
  ['message', { type: 'measure', sid: 1, programUid: 1, fields: new Array(5000).fill(0) }],
  ['value', { type: 'updateField', sid: 1, updates: [cwnd(2 ** 53)] }],
  ['value', { type: 'updateField', sid: 1, updates: [cwnd(1n << 64n)] }],
  ['value', { type: 'changeProg', sid: 1, programUid: 1, updates: [cwnd(-1n)] }],
  ['registerType', { type: 'updateField', sid: 1, updates: [{ registerType: 256, index: 0, value: 0 }] }],
  ['updates', { type: 'updateField', sid: 1, updates: new Array(223).fill(cwnd(1)) }],
])('the encoder refuses a bad %s by name', (argument, message) => {
  expect(() => encodeMessage(message)).toThrowError(
    expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT', detail: { argument } }),
  );
});

test('messages are printed with the names of their program', () => {
  const names = { reports: [{ name: 'Report.acked' }], controls: [{ name: 'Control.n', index: 3 }] };
  const lines = [
    ...golden.map(([, message]) => formatMessage(message)),
    formatMessage({ type: 'measure', sid: 2, programUid: 4, fields: [1448, 0] }, names),
    formatMessage(
      {
        type: 'updateField',
        sid: 2,
        updates: [
          { registerType: 0, index: 3, value: 9 },
          { registerType: 8, index: 1, value: 2n ** 60n },
          { registerType: 2, index: 5, value: 125000 },
          { registerType: 5, index: 0, value: 1 },
        ],
      },
      names,
    ),
  ];
  expect(lines).toMatchInlineSnapshot(`
    [
      "READY datapath 7",
      "CREATE sid 1: 1.0.0.0:2 > 3.0.0.0:4 initCwnd 15000 B mss 1500 B congAlg "reno"",
      "MEASURE sid 1 program 1: [0] = 5, [1] = 9",
      "MEASURE sid 1: closed",
      "UPDATE_FIELD sid 1: Cwnd = 42",
      "CHANGEPROG sid 1 program 7: Cwnd = 42",
      "INSTALL program 7: 1 events, 3 instructions",
      "MEASURE sid 2 program 4: Report.acked = 1448, [1] = 0",
      "UPDATE_FIELD sid 2: Control.n = 9, control[1] = 1152921504606846976, Rate = 125000, register type 5 [0] = 1",
    ]
  `);
});

test("all four bytes of an address are printed, the network's first in front", () => {
  const flow = { ...create, srcIp: 0x0403_0201, srcPort: 80, dstIp: 0xfffe_fdfc, dstPort: 443 };
  expect(formatMessage(flow)).toContain('1.2.3.4:80 > 252.253.254.255:443');
});

test('only the implicit registers 4 and 5 are Cwnd and Rate', () => {
  const of = (registerType: number, index: number) =>
    formatMessage({ type: 'updateField', sid: 1, updates: [{ registerType, index, value: 1 }] }).split(': ')[1];
  expect([of(2, 4), of(2, 5), of(2, 3), of(5, 4), of(5, 5)]).toEqual([
    'Cwnd = 1',
    'Rate = 1',
    'register type 2 [3] = 1',
    'register type 5 [4] = 1',
    'register type 5 [5] = 1',
  ]);
});

test('the longest of everything is taken, and one more refused with the most there may be', () => {
  const longestName = { ...create, congAlg: 'x'.repeat(63) };
  expect(decodeMessage(encodeMessage(longestName))).toMatchObject({ ok: true, message: longestName });
  expect(() => encodeMessage({ ...create, congAlg: 'x'.repeat(64) })).toThrow('at most 63 bytes');
  // 16 bytes of head and 8 a field: 4082 fields are the last within the protocol's 32678 bytes.
  const report = (count: number): Message => ({
    type: 'measure',
    sid: 1,
    programUid: 1,
    fields: new Array(count).fill(0),
  });
  expect(encodeMessage(report(4082))).toHaveLength(32_672);
  expect(() => encodeMessage(report(4083))).toThrow("32680 bytes, more than the protocol's 32678");
  const updates = (count: number): Message => ({
    type: 'updateField',
    sid: 1,
    updates: new Array(count).fill(cwnd(1)),
  });
  expect(decodeMessage(encodeMessage(updates(222)))).toMatchObject({ ok: true });
  expect(() => encodeMessage(updates(223))).toThrow('at most 222');
});
