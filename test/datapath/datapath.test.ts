import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Datapath, describeCode, PRIMITIVE, type Primitives } from '../../src/datapath/index.js';
import { OP } from '../../src/generated/isa.js';
import { rawProgram } from '../wasm/vm/arbitrary.js';
import * as p from './programs.js';

const FLOW = { initCwnd: 14480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };

test('READY carries the id', () => {
  expect(Buffer.from(new Datapath({ id: 7 }).ready()).toString('hex')).toBe('05000c000000000007000000');
});

describe('arguments', () => {
  test.each([
    ['id', { id: -1 }],
    ['maxFlows', { maxFlows: 0 }],
    ['maxFlows', { maxFlows: 1.5 }],
    ['maxPrograms', { maxPrograms: Number.NaN }],
    ['fallbackUs', { fallbackUs: -1 }],
    ['nowUs', { nowUs: Number.POSITIVE_INFINITY }],
    ['engine', { engine: 'native' as never }],
  ])('a bad %s is refused by name', (argument, options) => {
    expect(() => new Datapath(options)).toThrowError(
      expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT', detail: { argument } }),
    );
  });

  test.each([
    [{ id: 0 }, { id: -1 }],
    [{ id: 0xffff_ffff }, { id: 0x1_0000_0000 }],
    [{ maxFlows: 1 }, { maxFlows: 0 }],
    [{ maxFlows: 1_000_000 }, { maxFlows: 1_000_001 }],
    [{ maxPrograms: 1 }, { maxPrograms: 0 }],
    [{ maxPrograms: 0xffff }, { maxPrograms: 0x1_0000 }],
    [{ fallbackUs: 0 }, { fallbackUs: -1 }],
  ])('%j is the last that is taken: %j is refused', (taken, beyond) => {
    expect(() => new Datapath(taken)).not.toThrow();
    expect(() => new Datapath(beyond)).toThrowError(/not in/);
  });

  test('what is left out is id 0, ten programs, 1024 flows', () => {
    const datapath = new Datapath();
    expect(Buffer.from(datapath.ready()).readUInt32LE(8)).toBe(0);
    const flows = Array.from({ length: 1024 }, () => datapath.startFlow(FLOW, 0).sockId);
    expect(flows.at(-1)).toBe(1024);
    expect(() => datapath.startFlow(FLOW, 0)).toThrowError(/maxFlows/);
    const install = (uid: number) =>
      datapath.handle(p.install(uid, p.program([], p.always(p.bind(p.cwnd, p.imm(1))))), 0);
    expect(Array.from({ length: 10 }, (_, at) => install(at + 1))).toEqual(new Array(10).fill(0));
    expect(install(11)).toBeLessThan(0);
  });

  test.each<[string, Primitives]>([
    ['bytesAcked', { bytesAcked: Number.NaN }],
    ['bytesAcked', { bytesAcked: -1 }],
    ['packetsAcked', { packetsAcked: 1.5 }],
    ['bytesInFlight', { bytesInFlight: 2 ** 32 }],
    ['rateIncoming', { rateIncoming: 2 ** 53 }],
    ['rateOutgoing', { rateOutgoing: 1n << 64n }],
    ['rttSampleUs', { rttSampleUs: -1n }],
    ['wasTimeout', { wasTimeout: 2 }],
    ['sndCwnd', { sndCwnd: 2 ** 32 }],
    ['sndRate', { sndRate: '5' as never }],
    ['ecnBytes', { ecnBytes: true as never }],
  ])('a bad primitive %s is refused by name, and nothing has changed', (argument, primitives) => {
    const datapath = new Datapath();
    const { sockId } = datapath.startFlow(FLOW, 0);
    datapath.invoke(sockId, { bytesAcked: 5 }, 0);
    expect(() => datapath.invoke(sockId, primitives, 0)).toThrowError(
      expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT', detail: { argument } }),
    );
    expect(datapath.flow(sockId).words[2 * PRIMITIVE.ACK_BYTES_ACKED]).toBe(5);
  });

  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 2 ** 60])('a clock at %d is refused', (nowUs) => {
    const datapath = new Datapath();
    expect(() => datapath.startFlow(FLOW, nowUs)).toThrowError(/nowUs/);
    expect(() => datapath.handle(new Uint8Array(8), nowUs)).toThrowError(/nowUs/);
  });

  test('a flow with a bad field is not started', () => {
    const datapath = new Datapath({ maxFlows: 1 });
    expect(() => datapath.startFlow({ ...FLOW, mss: -1 }, 0)).toThrowError(/mss/);
    expect(datapath.startFlow(FLOW, 0).sockId).toBe(1);
  });
});

test('codes are told by their names', () => {
  expect([0, -82, -7].map(describeCode)).toEqual([
    'OK: done',
    'PROG_NOT_FOUND: no program with this uid',
    '-7: not a code of libccp',
  ]);
});

test('every primitive reaches the register that has its name', () => {
  const names = [
    'bytesAcked',
    'bytesMisordered',
    'ecnBytes',
    'ecnPackets',
    'lostPktsSample',
    undefined,
    'packetsAcked',
    'packetsMisordered',
    'bytesInFlight',
    'bytesPending',
    'packetsInFlight',
    'rateIncoming',
    'rateOutgoing',
    'rttSampleUs',
    'wasTimeout',
  ];
  const datapath = new Datapath();
  const { sockId } = datapath.startFlow(FLOW, 0);
  const { words } = datapath.flow(sockId);
  for (const [index, name] of names.entries()) {
    if (name === undefined) continue;
    const value = name === 'wasTimeout' ? 1 : index + 100;
    datapath.invoke(sockId, { [name]: value }, 0);
    expect([...words.filter((_, word) => word % 2 === 0)].slice(0, 15)).toEqual(
      names.map((_, at) => (at === index ? value : 0)),
    );
  }
  datapath.invoke(sockId, { rateIncoming: 2 ** 40 + 3, rateOutgoing: (1n << 63n) + 1n, wasTimeout: true }, 0);
  expect(words[2 * PRIMITIVE.FLOW_RATE_INCOMING]).toBe(3);
  expect(words[2 * PRIMITIVE.FLOW_RATE_INCOMING + 1]).toBe(256);
  expect(words[2 * PRIMITIVE.FLOW_RATE_OUTGOING + 1]).toBe(0x8000_0000);
  expect(words[2 * PRIMITIVE.FLOW_WAS_TIMEOUT]).toBe(1);
});

test('flows take the lowest free number, and the table has an end', () => {
  const datapath = new Datapath({ maxFlows: 3 });
  expect([1, 2, 3].map(() => datapath.startFlow(FLOW, 0).sockId)).toEqual([1, 2, 3]);
  expect(() => datapath.startFlow(FLOW, 0)).toThrowError(
    expect.objectContaining({ code: 'MOORING_ERR_DATAPATH_FULL' }),
  );
  datapath.endFlow(2, 0);
  datapath.endFlow(1, 0);
  expect([1, 2].map(() => datapath.startFlow(FLOW, 0).sockId)).toEqual([1, 2]);
});

test('a flow there is not: −12 from invoke, an error from flow and endFlow', () => {
  const datapath = new Datapath();
  expect(datapath.invoke(1, {}, 0)).toEqual({ code: -12, messages: [] });
  expect(() => datapath.flow(1)).toThrowError(/no flow 1/);
  expect(() => datapath.endFlow(0, 0)).toThrowError(/no flow 0/);
});

test('the fast path is the slow one without objects, and outlives what moves memory', () => {
  const datapath = new Datapath();
  const { sockId } = datapath.startFlow(FLOW, 0);
  const flow = datapath.flow(sockId);
  expect(flow.invoke(0)).toBe(-96);
  const grown = p.program(
    [p.def(p.report(0), 0)],
    p.always(
      p.bind(p.report(100), p.primitive(0)),
      p.bind(p.report(0), p.report(100)),
      p.bind(p.cwnd, p.primitive(8)),
      p.bind(p.shouldReport, p.imm(1)),
    ),
  );
  datapath.handle(p.install(1, grown), 0);
  datapath.handle(p.changeTo(1), 0);
  for (let other = 0; other < 200; other += 1) datapath.startFlow(FLOW, 0);
  flow.words[2 * PRIMITIVE.ACK_BYTES_ACKED] = 1448;
  flow.words[2 * PRIMITIVE.FLOW_BYTES_IN_FLIGHT] = 4000;
  expect(flow.invoke(1)).toBe(0);
  expect([flow.cwndBytes, flow.rateBytesPerSecond, flow.hasMessage]).toEqual([4000, undefined, true]);
  expect(Buffer.from(datapath.outbox()[0]!).readBigUInt64LE(16)).toBe(1448n);

  datapath.endFlow(sockId, 2);
  datapath.startFlow(FLOW, 2);
  flow.words[0] = 1;
  expect([flow.invoke(3), flow.cwndBytes, flow.hasMessage]).toEqual([-12, undefined, false]);
});

test('the fast path outlives the memory that traces take', () => {
  const datapath = new Datapath({ maxFlows: 1 });
  const { sockId } = datapath.startFlow(FLOW, 0);
  const flow = datapath.flow(sockId);
  // 254 events run the same 201 instructions: 50 000 steps take more than a module begins with.
  const count = [OP.ADD, p.report(0), p.report(0), p.imm(1)] as const;
  const body = [p.bind(p.shouldContinue, p.imm(1)), ...new Array(200).fill(count)];
  const last = p.bind(p.cwnd, p.primitive(8));
  const instructions = [p.def(p.report(0), 0), p.bind(p.flag, p.imm(1)), ...body, last];
  const rows = p.rawRows([...new Array(254).fill([1, 1, 2, 201]), [1, 1, 203, 1]], instructions);
  expect(datapath.handle(p.install(1, rows), 0)).toBe(0);
  datapath.handle(p.changeTo(1), 0);
  const { words } = flow;
  words[2 * PRIMITIVE.FLOW_BYTES_IN_FLIGHT] = 4000;
  expect(flow.trace(0).steps.length).toBeGreaterThan(50_000);
  expect(words).toHaveLength(0); // What was handed out before is where memory was.
  expect(flow.cwndBytes).toBe(4000);
  flow.words[2 * PRIMITIVE.FLOW_BYTES_IN_FLIGHT] = 5000;
  flow.invoke(1);
  expect(flow.cwndBytes).toBe(5000);
  // The 15 primitives, then window and rate, two words each.
  expect(flow.words).toHaveLength(2 * 34);
});

test('NaN and the like on the fast path do not trap', () => {
  const datapath = new Datapath();
  const flow = datapath.flow(datapath.startFlow(FLOW, 0).sockId);
  for (const nowUs of [Number.NaN, -1, 1e300, Number.NEGATIVE_INFINITY]) expect(flow.invoke(nowUs)).toBe(-96);
});

describe('bytes from outside', () => {
  const header = fc
    .tuple(fc.constantFrom(2, 3, 4), fc.nat(200), fc.nat(3), fc.uint8Array({ maxLength: 200 }))
    .map(([type, length, sid, rest]) => Uint8Array.of(type, 0, length, 0, sid, 0, 0, 0, ...rest));
  // Programs that are legal, or were before a byte or two of their INSTALL changed.
  const nearlyLegal = fc
    .tuple(rawProgram, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }))
    .map(([rows, changes]) => {
      const bytes = p.install(1, rows);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      return bytes;
    });

  test('random messages give 0 or a libccp code, and the flow still answers', () => {
    const datapath = new Datapath({ maxPrograms: 3 });
    datapath.startFlow(FLOW, 0);
    const codes = new Map<number, number>();
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), header, nearlyLegal), (bytes) => {
        const code = datapath.handle(bytes, 0);
        codes.set(code, (codes.get(code) ?? 0) + 1);
        datapath.handle(p.changeTo(1), 0);
        expect([0, -91, -92, -93, -94, -96]).toContain(datapath.invoke(1, { bytesAcked: 1 }, 0).code);
      }),
      { numRuns: 3000 },
    );
    // Refused and accepted both happened, and every code is one of the list.
    expect(codes.get(0)).toBeGreaterThan(50);
    for (const code of codes.keys()) expect(code === 0 || (code <= -22 && code >= -96)).toBe(true);
  });
});
