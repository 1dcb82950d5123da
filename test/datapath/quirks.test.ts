import { expect, test } from 'vitest';
import { Datapath } from '../../src/datapath/index.js';
import { OP, REG } from '../../src/generated/isa.js';
import { decodeMessage, encodeMessage } from '../../src/wire/index.js';
import * as p from './programs.js';

// Where this datapath departs from libccp, by the ids of spec/quirks.md.

const FLOW = { initCwnd: 14480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };
const report = p.bind(p.shouldReport, p.imm(1));
/** Reports the constant `value`. */
const reporting = (value: number) =>
  p.program([p.def(p.report(0), 0)], p.always(p.bind(p.report(0), p.imm(value)), report));

function decode(message: Uint8Array | undefined) {
  const decoded = message && decodeMessage(message);
  return decoded?.ok ? decoded.message : undefined;
}

function fieldsOf(datapath: Datapath, nowUs = 0, sid = 1) {
  const message = decode(datapath.invoke(sid, {}, nowUs).messages[0]);
  return message?.type === 'measure' ? message.fields : undefined;
}

function withFlow(options: ConstructorParameters<typeof Datapath>[0] = {}): Datapath {
  const datapath = new Datapath(options);
  datapath.startFlow(FLOW, 0);
  return datapath;
}

test('V1: a table for N programs holds N, and a refused one takes no place', () => {
  const datapath = withFlow({ maxPrograms: 2 });
  const codes = [1, 2, 3, 3].map((uid) => datapath.handle(p.install(uid, reporting(uid)), 0));
  expect(codes).toEqual([0, 0, -81, -81]);
  expect([datapath.handle(p.changeTo(2), 0), fieldsOf(datapath)]).toEqual([0, [2]]);
  expect(datapath.handle(p.changeTo(3), 0)).toBe(-82);
});

test('V2: a uid installed again replaces the program; a flow that runs the old one keeps it until it switches', () => {
  const datapath = withFlow({ maxPrograms: 2 });
  datapath.handle(p.install(2, reporting(10)), 0);
  datapath.handle(p.changeTo(2), 0);
  expect(fieldsOf(datapath)).toEqual([10]);
  for (let value = 20; value < 40; value += 1) expect(datapath.handle(p.install(2, reporting(value)), 0)).toBe(0);
  expect(fieldsOf(datapath)).toEqual([10]);
  datapath.handle(p.changeTo(2), 0);
  expect(fieldsOf(datapath)).toEqual([39]);
});

test('V3: an INSTALL is all or nothing, also with uid 1', () => {
  const bad = p.rawRows([], [[OP.ADD, p.primitive(0), p.imm(1), p.imm(1)]]);
  const datapath = withFlow();
  datapath.handle(p.install(1, reporting(1)), 0);
  datapath.handle(p.install(2, reporting(2)), 0);
  datapath.handle(p.changeTo(1), 0);
  expect(datapath.handle(p.install(1, bad), 0)).toBe(-34);
  expect(datapath.handle(p.install(9, bad), 0)).toBe(-34);
  expect(datapath.handle(p.changeTo(9), 0)).toBe(-82);
  expect(fieldsOf(datapath)).toEqual([1]);
  expect([datapath.handle(p.changeTo(2), 0), fieldsOf(datapath)]).toEqual([0, [2]]);
});

test('V4: a new agent (uid 1) stops the programs of the old one, and hears of their flows', () => {
  const datapath = withFlow();
  datapath.startFlow(FLOW, 0);
  datapath.handle(p.install(1, reporting(1)), 0);
  datapath.handle(p.install(2, reporting(2)), 0);
  datapath.handle(p.changeTo(2), 0);
  expect(fieldsOf(datapath)).toEqual([2]);
  expect(datapath.handle(p.install(1, reporting(3)), 0)).toBe(0);
  expect(datapath.handle(p.changeTo(2), 0)).toBe(-82);
  const again = datapath.invoke(1, {}, 10);
  expect([again.code, decode(again.messages[0])]).toMatchObject([0, { type: 'create', sid: 1, initCwnd: 14480 }]);
  expect(datapath.invoke(1, {}, 20)).toMatchObject({ code: -96, messages: [] });
  // The flow that ran no program is not announced again.
  expect(datapath.invoke(2, {}, 20)).toMatchObject({ code: -96, messages: [] });
  datapath.handle(p.changeTo(1), 30);
  expect(fieldsOf(datapath, 30)).toEqual([3]);
});

test('V5: counts, ranges and register indices are checked at INSTALL', () => {
  const datapath = withFlow();
  const nop = p.bind(p.tmp(0), p.imm(0));
  const many = (count: number) => p.rawRows([], new Array(count).fill(nop));
  expect(datapath.handle(p.install(2, many(255)), 0)).toBe(0);
  expect(datapath.handle(p.install(3, many(256)), 0)).toBe(-43);
  expect(datapath.handle(p.install(3, p.rawRows(new Array(256).fill([0, 0, 0, 0]), [])), 0)).toBe(-42);
  expect(datapath.handle(p.install(3, p.rawRows([[0, 2, 0, 1]], [nop])), 0)).toBe(-42);
  expect(datapath.handle(p.install(3, p.rawRows([[0, 1, 0xffff_ffff, 2]], [nop])), 0)).toBe(-42);
  for (const [register, code] of [
    [p.report(110), -36],
    [p.tmp(16), -36],
    [p.local(8), -36],
    [p.primitive(15), -36],
  ] as const) {
    expect(datapath.handle(p.install(3, p.rawRows([], [[OP.ADD, p.tmp(0), register, p.imm(0)]])), 0)).toBe(code);
  }
  const short = p.install(3, many(4));
  new DataView(short.buffer).setUint32(16, 5, true);
  expect(datapath.handle(short, 0)).toBe(-43);
  expect(datapath.handle(p.changeTo(3), 0)).toBe(-82);
});

test('V6: a control register beyond 109 is refused; the updates before it stay staged', () => {
  const datapath = withFlow();
  expect(datapath.handle(p.update([p.setCwnd(5000), p.setControl(110, 1), p.setRate(9)]), 0)).toBe(-53);
  expect(datapath.handle(p.update([p.setControl(0xffff_ffff, 1)]), 0)).toBe(-53);
  expect(datapath.handle(p.update([p.setControl(109, 1)]), 0)).toBe(0);
  expect(datapath.invoke(1, {}, 0)).toEqual({ code: -96, cwndBytes: 5000, messages: [] });
});

test('V7: the count of an UPDATE_FIELD is a u32, checked against the body', () => {
  const datapath = withFlow();
  expect(datapath.handle(p.update(new Array(222).fill(p.setControl(1, 2))), 0)).toBe(0);
  const lying = p.update([p.setCwnd(1)]);
  const count = new DataView(lying.buffer);
  for (const wrong of [2, 128, 223, 256, 0x0100_0001, 0xffff_ffff]) {
    count.setUint32(8, wrong, true);
    expect(datapath.handle(lying, 0)).toBe(-52);
  }
  const change = p.changeTo(1);
  new DataView(change.buffer).setUint32(12, 1, true);
  expect(datapath.handle(change, 0)).toBe(-62);
  expect(datapath.invoke(1, {}, 0)).toEqual({ code: -96, messages: [] });
});

test('V8: CHANGEPROG to a program there is not gives −82 and changes nothing', () => {
  const datapath = withFlow();
  datapath.handle(p.update([p.setCwnd(5000)]), 0);
  expect(datapath.handle(p.changeTo(5, [p.setCwnd(1)]), 0)).toBe(-82);
  expect(datapath.invoke(1, {}, 0).cwndBytes).toBe(5000);
});

test('V9: all 32 bits of a sid count', () => {
  const datapath = withFlow();
  expect(datapath.handle(p.update([p.setCwnd(1)], 65537), 0)).toBe(-71);
  expect(datapath.handle(p.update([p.setCwnd(1)], 0), 0)).toBe(-71);
});

test('V10: a message cut short, or shorter than its header, is refused unread', () => {
  const datapath = withFlow();
  const message = p.install(1, reporting(1));
  for (let length = 0; length < message.length; length += 1) {
    expect(datapath.handle(message.subarray(0, length), 0)).toBe(-22);
  }
  expect(datapath.handle(Uint8Array.of(3, 0, 7, 0, 1, 0, 0, 0), 0)).toBe(-22);
  expect(datapath.handle(Uint8Array.of(3, 0, 8, 0, 1, 0, 0, 0), 0)).toBe(-52);
  expect(datapath.handle(Uint8Array.of(0, 0, 8, 0, 1, 0, 0, 0), 0)).toBe(-32);
  const long = new Uint8Array(40_000);
  long.set([2, 0, 0x40, 0x9c]);
  expect(datapath.handle(long, 0)).toBe(-23);
});

test('V11: a flow in a slot just left is announced at once and starts clean', () => {
  const datapath = withFlow();
  datapath.handle(p.install(1, reporting(1)), 0);
  datapath.handle(p.changeTo(1, [p.setCwnd(7)]), 0);
  expect(decode(datapath.endFlow(1, 10).message)).toEqual({ type: 'measure', sid: 1, programUid: 0, fields: [] });
  const { sockId, message } = datapath.startFlow(FLOW, 20);
  expect([sockId, decode(message)?.type]).toEqual([1, 'create']);
  expect(datapath.invoke(1, {}, 30)).toEqual({ code: -96, messages: [] });
});

test('V12, V13: a failed send starts the fallback timer, also at time 0; any message of the agent ends it', () => {
  const datapath = withFlow({ fallbackUs: 1000 });
  datapath.handle(p.install(1, reporting(1)), 0);
  datapath.handle(p.changeTo(1), 0);
  const [measure] = datapath.invoke(1, {}, 0).messages;
  datapath.sendFailed(measure!, 0);
  expect(datapath.invoke(1, {}, 1000).code).toBe(0);
  expect(datapath.isInFallback(1001)).toBe(true);
  expect(datapath.invoke(1, {}, 1001)).toEqual({ code: -101, messages: [] });
  expect(datapath.handle(p.update([p.setCwnd(1)], 99), 1002)).toBe(-71);
  expect(datapath.isInFallback(1003)).toBe(false);
  expect(datapath.invoke(1, {}, 1003).code).toBe(0);
});

test('a CREATE that could not be sent goes out again after 100 ms, and nothing runs until then', () => {
  const datapath = new Datapath({ fallbackUs: 1_000_000 });
  const { message } = datapath.startFlow(FLOW, 0);
  datapath.sendFailed(message, 0);
  datapath.handle(p.install(1, reporting(1)), 0);
  datapath.handle(p.changeTo(1), 0);
  expect(datapath.invoke(1, {}, 99_999)).toEqual({ code: 0, messages: [] });
  expect(datapath.invoke(1, {}, 100_000).messages).toEqual([message]);
  expect(fieldsOf(datapath, 100_001)).toEqual([1]);
});

test('a failed report starts the timer, one without fields too', () => {
  for (const fields of [[], [0]]) {
    const datapath = new Datapath({ fallbackUs: 10 });
    datapath.sendFailed(encodeMessage({ type: 'measure', sid: 1, programUid: 1, fields }), 0);
    expect([datapath.isInFallback(10), datapath.isInFallback(11)]).toEqual([false, true]);
  }
});

test('a failed READY or close does not start the timer', () => {
  const datapath = withFlow({ fallbackUs: 0 });
  datapath.sendFailed(datapath.ready(), 0);
  datapath.sendFailed(datapath.endFlow(1, 0).message, 0);
  expect(datapath.isInFallback(10)).toBe(false);
});

test('V14: 16 temporaries, none of them a local in disguise', () => {
  const rows = p.program(
    [p.def(p.report(0), 0)],
    p.always(p.bind(p.local(0), p.imm(5)), p.bind(p.tmp(8), p.imm(9)), p.bind(p.report(0), p.tmp(8)), report),
  );
  const datapath = withFlow();
  datapath.handle(p.install(1, rows), 0);
  datapath.handle(p.changeTo(1), 0);
  expect(fieldsOf(datapath)).toEqual([9]);
});

test('V15: messages in a row are all handled; the code is of the first refused', () => {
  const datapath = withFlow();
  const bytes = Buffer.concat([
    p.install(1, reporting(4)),
    p.changeTo(9),
    p.update([p.setControl(200, 1)]),
    p.changeTo(1),
  ]);
  expect(datapath.handle(bytes, 0)).toBe(-82);
  expect(fieldsOf(datapath)).toEqual([4]);
});

test('V16: the clock stands still within an invocation', () => {
  const rows = p.program(
    [p.def(p.report(0), 0)],
    p.always(p.bind(p.micros, p.imm(5)), p.bind(p.report(0), p.micros), report),
  );
  const datapath = withFlow();
  datapath.handle(p.install(1, rows), 0);
  datapath.handle(p.changeTo(1), 0);
  expect([fieldsOf(datapath, 10), fieldsOf(datapath, 30)]).toEqual([[5], [5]]);
});

test('a report without Report registers is sent, with its program, so that it is no close', () => {
  const datapath = withFlow();
  datapath.handle(p.install(3, p.program([], p.always(report))), 0);
  datapath.handle(p.changeTo(3), 0);
  expect(decode(datapath.invoke(1, {}, 0).messages[0])).toEqual({
    type: 'measure',
    sid: 1,
    programUid: 3,
    fields: [],
  });
});

test('other implicit registers of an update are passed over, report registers refused', () => {
  const datapath = withFlow();
  expect(datapath.handle(p.update([{ registerType: REG.IMPLICIT, index: 3, value: 1 }]), 0)).toBe(0);
  expect(datapath.handle(p.update([{ registerType: REG.REPORT, index: 0, value: 1 }]), 0)).toBe(-53);
});
