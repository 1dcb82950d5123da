import { describe, expect, it } from 'vitest';
import { AT, BYTES, SYMBOL_KINDS, VALUE } from '../../src/generated/lang.js';
import { readFindings } from '../../src/program/diagnostics.js';
import { compile } from '../../src/program/index.js';
import { named } from '../../src/program/named.js';
import { SourceText } from '../../src/program/source.js';

describe('a number of the compiler that this build does not know', () => {
  it('is no register kind, where it was a local before', () => {
    expect(SYMBOL_KINDS.map((_, number) => named(SYMBOL_KINDS, number, 'register kind'))).toEqual([...SYMBOL_KINDS]);
    expect(() => named(SYMBOL_KINDS, SYMBOL_KINDS.length, 'register kind')).toThrow(
      expect.objectContaining({ code: 'MOORING_ERR_INTERNAL', message: 'register kind 5 is not known here' }),
    );
  });

  const finding = (id: number, related: number) => {
    const view = new DataView(new ArrayBuffer(BYTES.FINDING));
    view.setUint16(AT.FINDING_ID, id, true);
    view.setUint32(AT.FINDING_RELATED_START, related, true);
    return () => readFindings(view, 0, 1, new SourceText('(def)'));
  };

  it('is no finding that could be left out', () => {
    expect(finding(1, VALUE.NOWHERE)()).toMatchObject([{ code: 'not-utf8' }]);
    expect(finding(0xffff, VALUE.NOWHERE)).toThrow(/finding 65535 is not known/);
  });

  it('is no other place either that nobody has words for', () => {
    expect(finding(1, 0)).toThrow(/the other place of not-utf8 is not known/);
  });
});

// The finding it stands for had another place and arguments, and they were told of this one.
it('"more errors are not listed" has no other place', () => {
  const result = compile(`(def) ${'(when true (:= Cwnd (+ 1 2)) '.repeat(400)}`);
  const findings = result.ok ? [] : result.diagnostics;
  expect(findings.find(({ code }) => code === 'unclosed')?.related?.message).toBe('a ) is missing before this');
  const more = findings.find(({ code }) => code === 'more-errors');
  expect(more?.message).toBe('more errors are not listed');
  expect(more).not.toHaveProperty('related');
});
