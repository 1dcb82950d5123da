import { describe, expect, it } from 'vitest';
import { compile, compileOrThrow, disassemble } from '../../src/program/index.js';

const OWN = [
  { name: 'Flow.delivery_rate', index: 15 },
  { name: 'Ack.is_late', index: 31, bool: true },
] as const;
const read = (name: string) => `(def (Report (x 0))) (when true (:= Report.x ${name}) (report))`;

describe('inputs beyond those of libccp', () => {
  it('are read by name, and are an extension', () => {
    const program = compileOrThrow(read('Flow.min_rtt_us'));
    expect(program.extensions).toEqual(['L9']);
    expect(disassemble(program)).toContain('Report.x = Flow.min_rtt_us');
    expect(program.scope.get('Flow.min_rtt_us')).toMatchObject({ kind: 'primitive', index: 16 });
    expect(program.rows().slice(-16 * 2, -16)).toEqual(compileOrThrow(read('Flow.min_rtt_us')).rows().slice(-32, -16));
  });

  it('are no extension where nothing reads them', () => {
    expect(compileOrThrow(read('Flow.rtt_sample_us')).extensions).toEqual([]);
  });

  it.each([
    ['Flow.srtt_us', 15],
    ['Flow.min_rtt_us', 16],
    ['Ack.delivered', 17],
    ['Flow.ecn_ce', 19],
  ])('%s is primitive %i in the row', (name, index) => {
    const rows = compileOrThrow(read(name)).rows();
    // The assignment: after one event and the DEF and the condition, its right operand at 11.
    const row = new DataView(rows.buffer, 16 * 3);
    expect([row.getUint8(11), row.getUint32(12, true)]).toEqual([4, index]);
  });

  it('Flow.app_limited is true or false', () => {
    expect(compile('(def (Report (x 0))) (when Flow.app_limited (report))').ok).toBe(true);
    const added = compile('(def (Report (x 0))) (when true (:= Report.x (+ 1 Flow.app_limited)) (report))');
    expect(added.ok ? [] : added.diagnostics.map(({ code }) => code)).toEqual(['expected-number']);
  });

  it('may be named by their datapath, which then has no others', () => {
    const own = compileOrThrow(read('Flow.delivery_rate'), { primitives: OWN });
    expect(disassemble(own)).toContain('Report.x = Flow.delivery_rate');
    expect(compile('(def (Report (x 0))) (when Ack.is_late (report))', { primitives: OWN }).ok).toBe(true);
    for (const primitives of [OWN, []]) {
      const result = compile(read('Flow.srtt_us'), { primitives });
      expect(result.ok ? [] : result.diagnostics.map(({ code }) => code)).toEqual(['undefined-name']);
    }
    // And the next compilation knows nothing of it.
    expect(compile(read('Flow.delivery_rate')).ok).toBe(false);
    expect(compile(read('Flow.srtt_us')).ok).toBe(true);
  });

  it('places in the text are counted without the names before it', () => {
    const result = compile('(def) (when true (:= x Flow.nothing))', { primitives: OWN });
    expect(result.ok ? [] : result.diagnostics.map(({ range }) => [range.line, range.column])).toContainEqual([1, 24]);
    expect(compile('\ufeff(def) (when true (report))', { primitives: OWN }).ok).toBe(true);
  });

  const local = (name: string) => `(def (Report (x 0))) (when true (:= ${name} 5) (:= Report.x ${name}) (report))`;
  it('a program that assigns to such a name means a local, as in portus', () => {
    const program = compileOrThrow(local('Flow.srtt_us'));
    expect(program.extensions).toEqual([]);
    expect(program.rows()).toEqual(compileOrThrow(local('mine')).rows());
    expect(program.scope.get('Flow.srtt_us')).toMatchObject({ kind: 'local', index: 0 });
  });

  it('also where the assignment comes after the first look, or in another event', () => {
    const late = (name: string) =>
      `(def (c 0) (Report (x 0))) (when (> c 0) (:= Report.x (if (> c 1) ${name}))) (when true (:= ${name} 5) (report))`;
    const [extra, mine] = [compile(late('Ack.delivered')), compile(late('mine'))];
    expect(extra.ok).toBe(mine.ok);
    if (extra.ok && mine.ok) expect(extra.program.rows()).toEqual(mine.program.rows());
  });

  it('a definition of the name hides it', () => {
    const define = (name: string) => `(def (${name} 7) (Report (x 0))) (when true (:= Report.x ${name}) (report))`;
    expect(compileOrThrow(define('Flow.ecn_ce')).rows()).toEqual(compileOrThrow(define('Flow.else')).rows());
    expect(compileOrThrow(define('Flow.ecn_ce')).scope.get('Flow.ecn_ce')).toMatchObject({ kind: 'control' });
  });

  it('what libccp has stays what nothing may assign to', () => {
    const result = compile(local('Flow.rtt_sample_us'));
    expect(result.ok ? [] : result.diagnostics.map(({ code }) => code)).toEqual(['not-assignable']);
  });
});
