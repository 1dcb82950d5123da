import { describe, expect, test } from 'vitest';
import { Datapath, type Engine } from '../../src/datapath/index.js';
import { OP } from '../../src/generated/isa.js';
import { decodeMessage } from '../../src/wire/index.js';
import * as p from './programs.js';

// What a program can see, after libccp (spec/quirks.md lists what it keeps), on both engines.

const FLOW = { initCwnd: 14480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };

describe.each(['interpreter', 'jit'] as const)('%s', (engine) => {
  test('the engine asked for is the one that runs', () => {
    const { datapath } = running(engine, p.program([], p.always()));
    expect(datapath.engine).toBe(engine);
    expect(datapath.engineWarning).toBeUndefined();
  });

  // operator, left, right → value, or the code that ends the invocation
  const max = (1n << 64n) - 1n;
  test.each<[string, bigint, bigint, bigint | number]>([
    ['ADD', 2n, 3n, 5n],
    ['ADD', max, 1n, -91],
    ['SUB', 3n, 3n, 0n],
    ['SUB', 3n, 4n, -94],
    ['MUL', 3n, 4n, 12n],
    ['MUL', max, 2n, -93],
    ['MUL', max, 0n, 0n],
    ['MUL', (1n << 32n) + 1n, (1n << 32n) + 1n, 8589934593n],
    ['DIV', 7n, 2n, 3n],
    ['DIV', 7n, 0n, -92],
    ['DIV', max, 2n, max >> 1n],
    ['EQUIV', 4n, 4n, 1n],
    ['EQUIV', 4n, 5n, 0n],
    ['GT', max, 1n, 1n],
    ['LT', max, 1n, 0n],
    ['MAX', max, 1n, max],
    ['MIN', max, 1n, 1n],
    ['MAXWRAP', 4294967280n, 5n, 5n],
    ['MAXWRAP', 5n, 4294967280n, 5n],
    ['MAXWRAP', 0n, 9n, 9n],
    ['MAXWRAP', 9n, 0n, 9n],
    ['MAXWRAP', (1n << 32n) + 5n, 7n, 7n],
    ['MAXWRAP', 3n, 3n, 3n],
    ['MAXWRAP', 1n << 31n, 1n, 1n << 31n],
    ['MAXWRAP', 1n, 1n << 31n, 1n << 31n],
    ['MAXWRAP', 1n, (1n << 31n) + 1n, 1n],
    ['BIND', 1n, 77n, 77n],
    ['IF', 1n, 77n, 77n],
    ['IF', 0n, 77n, 5n],
    ['NOTIF', 1n, 77n, 5n],
    ['NOTIF', 0n, 77n, 77n],
    ['EWMA', 2n, 10n, 9n], // (2 · 5 + 8 · 10) / 10: the weight is the old value's
    ['EWMA', 12n, 5n, 5n], // above 10 the weight of the new value wraps: (60 − 10) / 10
  ])('%s %d %d gives %d', (op, left, right, expected) => {
    const operands = [p.primitive(11), p.primitive(12)] as const;
    const rows = p.program(
      [p.def(p.report(0), 0)],
      p.always(p.bind(p.report(0), p.imm(5)), [OP[op as keyof typeof OP], p.report(0), ...operands], report()),
    );
    const { step } = running(engine, rows);
    const { code, fields } = step({ rateIncoming: left, rateOutgoing: right });
    if (typeof expected === 'number') expect([code, fields]).toEqual([expected, undefined]);
    else expect([code, BigInt(fields![0]!)]).toEqual([0, expected]);
  });

  test('EWMA of a register that is 0 is the sample', () => {
    const rows = p.program(
      [p.def(p.report(0), 0)],
      p.always([OP.EWMA, p.report(0), p.imm(2), p.primitive(0)], report()),
    );
    const { step } = running(engine, rows);
    expect(step({ bytesAcked: 1000 }).fields).toEqual([1000]);
    expect(step({ bytesAcked: 2000 }).fields).toEqual([1800]);
  });

  test('fallthrough is sticky: after it, every later true event runs', () => {
    const count = (index: number) => [OP.ADD, p.report(index), p.report(index), p.imm(1)] as const;
    const rows = p.program(
      [p.def(p.report(0), 0), p.def(p.report(1), 0), p.def(p.report(2), 0)],
      p.always(count(0), p.bind(p.shouldContinue, p.imm(1)), report()),
      p.always(count(1)),
      p.always(count(2)),
    );
    expect(running(engine, rows).step({}).fields).toEqual([1, 1, 1]);
  });

  test('the first true event without fallthrough is the last; a flag cleared by its body goes on', () => {
    const rows = (clear: number) =>
      p.program(
        [p.def(p.report(0), 0), p.def(p.report(1), 0)],
        p.always(p.bind(p.report(0), p.imm(7)), report(), p.bind(p.flag, p.imm(clear))),
        p.always(p.bind(p.report(1), p.imm(7))),
      );
    expect(running(engine, rows(1)).step({}).fields).toEqual([7, 0]);
    expect(running(engine, rows(0)).step({}).fields).toEqual([7, 7]);
  });

  test('an arithmetic error ends the invocation: what was written stays, nothing is set or sent', () => {
    const rows = p.program(
      [p.def(p.report(0), 0)],
      p.always(
        [OP.ADD, p.report(0), p.report(0), p.imm(1)],
        p.bind(p.cwnd, p.imm(5000)),
        report(),
        [OP.DIV, p.tmp(0), p.imm(1), p.primitive(0)],
        p.bind(p.rate, p.imm(9)),
      ),
    );
    const { step } = running(engine, rows);
    expect(step({ bytesAcked: 0 })).toMatchObject({ code: -92, cwndBytes: undefined, messages: [] });
    expect(step({ bytesAcked: 1 })).toMatchObject({ code: 0, cwndBytes: 5000, rateBytesPerSecond: 9, fields: [2] });
  });

  test('infinity is 2^32 − 1: an rtt of no sample, and the DEF sentinel', () => {
    const rows = p.program(
      [p.def(p.report(0), 0x3fff_ffff), p.def(p.report(1), 0), p.def(p.report(2), 0)],
      p.always(p.bind(p.report(1), p.primitive(13)), p.bind(p.report(2), p.imm(0x3fff_ffff)), report()),
    );
    expect(running(engine, rows).step({}).fields).toEqual([0xffff_ffff, 0xffff_ffff, 0x3fff_ffff]);
  });

  test('volatile registers return to their DEF after each report, others keep their value', () => {
    const grow = (register: p.Register) => [OP.ADD, register, register, p.imm(1)] as const;
    const rows = p.program(
      [p.def(p.volatileReport(0), 3), p.def(p.report(1), 3)],
      p.always(grow(p.volatileReport(0)), grow(p.report(1)), report()),
    );
    const { step } = running(engine, rows);
    expect([step({}).fields, step({}).fields]).toEqual([
      [4, 4],
      [4, 5],
    ]);
  });

  test('locals, temporaries and registers without a DEF live as long as the flow, across programs', () => {
    const first = p.program(
      [p.def(p.report(0), 0)],
      p.always(p.bind(p.local(7), p.imm(1)), p.bind(p.tmp(15), p.imm(2)), p.bind(p.control(30), p.imm(3))),
    );
    const second = p.program(
      [p.def(p.report(0), 0), p.def(p.report(1), 0), p.def(p.report(2), 0)],
      p.always(
        p.bind(p.report(0), p.local(7)),
        p.bind(p.report(1), p.tmp(15)),
        p.bind(p.report(2), p.control(30)),
        report(),
      ),
    );
    const { datapath, step } = running(engine, first);
    step({});
    expect(datapath.handle(p.install(2, second), 0)).toBe(0);
    expect(datapath.handle(p.changeTo(2), 0)).toBe(0);
    expect(step({}).fields).toEqual([1, 2, 3]);
  });

  test('Micros counts from the switch, restarts where a program says, and not at a report', () => {
    const rows = p.program(
      [p.def(p.report(0), 0)],
      p.always(p.bind(p.report(0), p.micros), report(), p.bind(p.shouldContinue, p.imm(1))),
      [[[OP.GT, p.flag, p.micros, p.imm(1000)]], [p.bind(p.micros, p.imm(0))]],
    );
    const { step } = running(engine, rows);
    expect([0, 600, 600, 0, 600].map((us) => step({}, us).fields)).toEqual([[0], [600], [1200], [0], [600]]);
  });

  test('Ack.now counts from the clock the datapath was made with', () => {
    const rows = p.program([p.def(p.report(0), 0)], p.always(p.bind(p.report(0), p.primitive(5)), report()));
    const { step } = running(engine, rows);
    expect([step({}, 5).fields, step({}, 20).fields]).toEqual([[5], [25]]);
  });

  test('Cwnd and Rate start as what the datapath uses: what was set, unless it says otherwise', () => {
    const rows = p.program(
      [p.def(p.report(0), 0), p.def(p.report(1), 0)],
      p.always(
        p.bind(p.report(0), p.cwnd),
        p.bind(p.report(1), p.rate),
        report(),
        p.bind(p.cwnd, p.imm(2000)),
        p.bind(p.rate, p.imm(50)),
      ),
    );
    const { step } = running(engine, rows);
    expect(step({})).toMatchObject({ fields: [14480, 0], cwndBytes: 2000, rateBytesPerSecond: 50 });
    expect(step({})).toMatchObject({ fields: [2000, 50] });
    expect(step({ sndCwnd: 9000, sndRate: 1n << 40n })).toMatchObject({ fields: [9000, 2 ** 40] });
  });

  test('staged values apply at the next invocation; 0 is seen by the program but not set', () => {
    const rows = p.program([p.def(p.report(0), 0)], p.always(p.bind(p.report(0), p.cwnd), report()));
    const { datapath, step } = running(engine, rows);
    datapath.handle(p.update([p.setCwnd(3000), p.setRate(77)]), 0);
    expect(step({})).toMatchObject({ fields: [3000], cwndBytes: 3000, rateBytesPerSecond: 77 });
    datapath.handle(p.update([p.setCwnd(0)]), 0);
    expect(step({})).toMatchObject({ fields: [0], cwndBytes: undefined });
  });

  test('CHANGEPROG discards what was staged before it and keeps what comes after', () => {
    const rows = p.program([p.def(p.report(0), 0)], p.always(p.bind(p.report(0), p.control(2)), report()));
    const { datapath, step } = running(engine, rows);
    datapath.handle(p.update([p.setControl(2, 5), p.setCwnd(5)]), 0);
    datapath.handle(p.changeTo(1), 0);
    expect(step({})).toMatchObject({ fields: [0], cwndBytes: 14480 });
    datapath.handle(p.changeTo(1, [p.setControl(2, 6)]), 0);
    datapath.handle(p.update([p.setRate(8)]), 0);
    expect(step({})).toMatchObject({ fields: [6], rateBytesPerSecond: 8 });
  });

  test('a trace shows what ran, up to the error that ended it', () => {
    const rows = p.program(
      [p.def(p.report(0), 0)],
      [[[OP.GT, p.flag, p.primitive(0), p.imm(9)]], [p.bind(p.cwnd, p.imm(5000))]],
      p.always([OP.ADD, p.report(0), p.report(0), p.primitive(0)], [OP.DIV, p.cwnd, p.imm(1), p.tmp(0)], report()),
    );
    const { datapath, step } = running(engine, rows);
    expect(datapath.trace(1, { bytesAcked: 7 }, 1000)).toEqual({
      code: -92,
      messages: [],
      steps: [
        { event: 0, part: 'condition', instruction: 1, left: 7, right: 9, result: 0 },
        { event: 1, part: 'condition', instruction: 3, left: 0, right: 1, result: 1 },
        { event: 1, part: 'body', instruction: 4, left: 0, right: 7, result: 7 },
        { event: 1, part: 'body', instruction: 5, left: 1, right: 0, result: 14480 },
      ],
    });
    expect(step({ bytesAcked: 10 })).toMatchObject({ code: 0, cwndBytes: 5000 });
    expect(datapath.trace(1, { bytesAcked: 10 }, 1000)).toMatchObject({
      code: 0,
      cwndBytes: 5000,
      steps: [{ instruction: 1 }, { event: 0, part: 'body', instruction: 2, right: 5000, result: 5000 }],
    });
    expect(datapath.trace(9, {}, 1000)).toEqual({ code: -12, messages: [], steps: [] });
  });

  test('set_cwnd and set_rate take 32 bits, as in libccp', () => {
    const rows = p.program([], p.always([OP.ADD, p.cwnd, p.primitive(11), p.imm(0)]));
    expect(running(engine, rows).step({ rateIncoming: (1n << 32n) + 7n }).cwndBytes).toBe(7);
  });
});

function report(): p.Instruction {
  return p.bind(p.shouldReport, p.imm(1));
}

/** A flow that runs `rows` as program 1. `step` invokes it `advanceUs` later and reads the report. */
function running(engine: Engine, rows: p.Rows) {
  const datapath = new Datapath({ engine, nowUs: 1000 });
  const { sockId } = datapath.startFlow(FLOW, 1000);
  expect(datapath.handle(p.install(1, rows), 1000)).toBe(0);
  expect(datapath.handle(p.changeTo(1), 1000)).toBe(0);
  let nowUs = 1000;
  const step = (primitives: Parameters<Datapath['invoke']>[1], advanceUs = 0) => {
    nowUs += advanceUs;
    const invocation = datapath.invoke(sockId, primitives, nowUs);
    const decoded = invocation.messages[0] ? decodeMessage(invocation.messages[0]) : undefined;
    const fields = decoded?.ok && decoded.message.type === 'measure' ? decoded.message.fields : undefined;
    const { code, cwndBytes, rateBytesPerSecond, messages } = invocation;
    return { code, cwndBytes, rateBytesPerSecond, messages, fields };
  };
  return { datapath, step };
}
