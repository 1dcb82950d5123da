import assert from 'node:assert';
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createReportFactory } from '../../src/algorithms/index.js';
import { compile } from '../../src/program/index.js';

type Loose = Record<string, unknown> & { u64(name: string): bigint; has(name: string): boolean };

function reportOf(definitions: string, fields: readonly (number | bigint)[], reportCwnd = false): Loose {
  const text = `(def ${definitions}) (when true (report))`;
  const result = compile(text, { reportCwnd });
  if (!result.ok) throw new Error(`${text} does not compile`);
  return createReportFactory(1, result.scope, text)(fields, 14480, 0) as unknown as Loose;
}

const printed = (write: (console: Console) => void): string => {
  let text = '';
  const stdout = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  write(new Console({ stdout }));
  return text.trim();
};

describe('console.log(report) does not switch the algorithm off', () => {
  const r = reportOf('(Report (acked 0) (a.b 0))', [2896, 7]);

  it('prints the fields', () => {
    expect(printed((console) => console.log(r))).toBe("{ acked: 2896, 'a.b': 7 }");
    expect(inspect(r)).toBe("{ acked: 2896, 'a.b': 7 }");
    expect(format('%o', r)).toContain('acked: 2896');
    expect(format('%j', r)).toBe('{"acked":2896,"a.b":7}');
    expect(printed((console) => console.table([r]))).toContain('2896');
    expect(`${r}`).toBe('[object Object]');
  });

  it.each([
    { customInspect: false },
    { customInspect: false, showProxy: true, showHidden: true, getters: true },
    { depth: 0, sorted: true },
  ])('with %j', (options) => {
    expect(inspect(r, options)).toContain('2896');
  });

  it('is its fields for whoever lists, copies or compares', () => {
    const fields = { acked: 2896, 'a.b': 7 };
    expect({ ...r }).toEqual(fields);
    expect(Object.entries(r)).toEqual(Object.entries(fields));
    expect(Object.assign({}, r)).toEqual(fields);
    const seen: string[] = [];
    for (const name in r) seen.push(name);
    expect(seen).toEqual(Object.keys(fields));
    expect(structuredClone(r)).toEqual(fields);
    expect(r).toEqual(fields);
    assert.deepEqual(r, fields);
    assert.throws(() => assert.deepEqual(r, { acked: 1 }), { name: 'AssertionError' });
    expect(() => expect(r).toEqual({ acked: 1 })).toThrowError(/2896/);
  });

  it.each([
    'href',
    '$$typeof',
    'nodeType',
    'asymmetricMatch',
    '@@__IMMUTABLE_ITERABLE__@@',
    '_isMockFunction',
    'then',
    'length',
  ])('answers a host that asks for %s', (name) => {
    expect(r[name]).toBeUndefined();
  });

  it('still tells an author of a name that is not there', () => {
    expect(() => r['aked']).toThrowError(/does not report aked; it reports acked, a\.b/);
    expect(() => r['rtt']).toThrowError(expect.objectContaining({ code: 'MOORING_ERR_LANG_UNKNOWN_FIELD' }));
  });
});

it('a field beyond 2^53 stops nobody who prints, copies or sends the report', () => {
  const r = reportOf('(Report (big 0) (small 0))', [2n ** 60n, 1]);
  expect(inspect(r)).toBe('{ big: 1152921504606846976n, small: 1 }');
  expect({ ...r }).toEqual({ small: 1 });
  expect(structuredClone(r)).toEqual({ small: 1 });
  expect(JSON.stringify(r)).toBe('{"big":"1152921504606846976","small":1}');
  expect(() => r['big']).toThrowError(/u64\('big'\)/);
});

it('of two report fields of one name the later is read, as portus writes it', () => {
  const r = reportOf('(Report.x 0) (Report.x 0) (volatile Report.y 0)', [1, 2, 3]);
  expect(r['x']).toBe(2);
  expect(r.u64('x')).toBe(2n);
  expect({ ...r }).toEqual({ x: 2, y: 3 });
});

it('hidden fields are not listed; Cwnd reads them', () => {
  const r = reportOf('(Report (x 0))', [1, 700, 800], true);
  expect({ ...r }).toEqual({ x: 1 });
  expect(JSON.stringify(r)).toBe('{"x":1}');
  expect([r['Cwnd'], r['Rate']]).toEqual([700, 800]);
});

describe('a report field called as what every object has', () => {
  const names = [
    'constructor',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'then',
    'has',
    'u64',
    'toJSON',
    'programUid',
    'program',
  ];
  const definitions = `(Report ${names.map((name) => `(${name} 0)`).join(' ')})`;

  it('compiles with a warning for each', () => {
    const result = compile(`(def ${definitions}) (when true (report))`);
    const warnings = result.ok ? result.warnings : [];
    expect(warnings.map(({ code, range }) => [code, range.end - range.start])).toEqual(
      names.map((name) => ['reserved-field', name.length]),
    );
    expect(compile('(def (Report (Cwnd 0) (thenx 0))) (when true (report))')).toMatchObject({ warnings: [] });
  });

  it('is readable all the same, and hosts are answered', async () => {
    const r = reportOf(
      definitions,
      names.map((_, index) => index + 1),
    );
    for (const [index, name] of names.entries()) expect(r.u64(name)).toBe(BigInt(index + 1));
    expect(r['constructor']).toBe(1);
    expect(r['programUid']).toBe(1);
    expect(await Promise.resolve(r)).toBe(r);
    expect(inspect(r)).toContain('toString: 2');
    expect(Object.keys(JSON.parse(JSON.stringify(r)))).toEqual(names);
  });
});

it('tells which program reported', () => {
  const r = reportOf('(Report (x 0))', [1]);
  expect(r['program']).toBe('(def (Report (x 0))) (when true (report))');
});
