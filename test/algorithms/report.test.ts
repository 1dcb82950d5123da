import { describe, expect, it } from 'vitest';
import { createReportFactory } from '../../src/algorithms/index.js';
import type { Scope, ScopeEntry } from '../../src/program/index.js';

const scopeOf = (...names: string[]): Scope => {
  const reports = names.map(
    (name, index): ScopeEntry => ({
      name: `Report.${name}`,
      kind: 'report',
      index,
      volatile: true,
      registerType: 5,
      init: 0,
    }),
  );
  return {
    primitives: [],
    reports,
    controls: [],
    locals: [],
    get: (name) => reports.find((entry) => entry.name.endsWith(name)),
  };
};

// What a reader's untyped algorithm would see.
type Loose = Record<string, number> & { u64(name: string): bigint; has(name: string): boolean };
const report = (names: string[], fields: (number | bigint)[], cwnd = 14480, rate = 0) =>
  createReportFactory(3, scopeOf(...names))(fields, cwnd, rate) as unknown as Loose;

describe('a report', () => {
  it('reads its fields by name, dots included', () => {
    const r = report(['acked', 'a.b'], [1448, 7]);
    expect([r['acked'], r['a.b'], r['programUid']]).toEqual([1448, 7, 3]);
    expect(JSON.parse(JSON.stringify(r))).toEqual({ acked: 1448, 'a.b': 7 });
  });

  it('says of an unknown field which there are', () => {
    const r = report(['acked', 'loss', '__cwnd'], [1, 2, 3]);
    expect(() => r['lost']).toThrowError(
      expect.objectContaining({
        code: 'MOORING_ERR_LANG_UNKNOWN_FIELD',
        message: 'The program does not report lost; it reports acked, loss.',
        detail: { field: 'lost', known: ['acked', 'loss'] },
      }),
    );
    expect(() => r.u64('lost')).toThrowError(/does not report lost/);
    expect(r.has('lost')).toBe(false);
  });

  it('gives a value beyond 2^53 as a bigint, on request only', () => {
    const r = report(['rate'], [2n ** 60n]);
    expect(() => r['rate']).toThrowError(
      expect.objectContaining({ code: 'MOORING_ERR_BAD_ARGUMENT', message: expect.stringContaining("u64('rate')") }),
    );
    expect(r.u64('rate')).toBe(2n ** 60n);
    expect(report(['rate'], [5]).u64('rate')).toBe(5n);
  });

  it('takes Cwnd and Rate from hidden fields, from the program, else from the agent', () => {
    expect(report(['x'], [1], 100, 200)).toMatchObject({ Cwnd: 100, Rate: 200 });
    expect(report(['x', '__cwnd', '__rate'], [1, 7, 8], 100, 200)).toMatchObject({ Cwnd: 7, Rate: 8 });
    expect(report(['Cwnd', 'Rate'], [5, 6], 100, 200)).toMatchObject({ Cwnd: 5, Rate: 6 });
  });

  it('keeps its methods where a field has the name of one', () => {
    const r = report(['u64', 'has'], [1, 2]);
    expect(r.u64('u64')).toBe(1n);
    expect(r.u64('has')).toBe(2n);
  });

  it('can be awaited, printed and compared like any object', async () => {
    const r = report(['acked'], [1]);
    expect(await r).toBe(r);
    expect(`${r}`).toBe('[object Object]');
    expect(r).toEqual(r);
  });
});
