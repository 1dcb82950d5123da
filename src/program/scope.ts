import { IMPLICIT, PRIMITIVES, REG } from '../generated/isa.js';
import type { Scope, ScopeEntry } from './types.js';

/** The scope of a program: its own names in index order, and the built-in ones for look-ups. */
export function createScope(entries: readonly ScopeEntry[]): Scope {
  // A later definition hides an earlier one of the same name, as in the compiler.
  const names = new Map(BUILTINS);
  for (const entry of entries) names.set(entry.name, entry);
  return Object.freeze({
    reports: entries.filter(({ kind }) => kind === 'report'),
    controls: entries.filter(({ kind }) => kind === 'control'),
    locals: entries.filter(({ kind }) => kind === 'local'),
    get: (name: string) => names.get(name) ?? names.get(`Report.${name}`),
  });
}

const BUILTINS: ReadonlyMap<string, ScopeEntry> = new Map(
  [
    ...PRIMITIVES.map(({ index, name }) => builtin(name, 'primitive', REG.PRIMITIVE, index)),
    builtin('Micros', 'implicit', REG.IMPLICIT, IMPLICIT.MICROS),
    builtin('Cwnd', 'implicit', REG.IMPLICIT, IMPLICIT.CWND),
    builtin('Rate', 'implicit', REG.IMPLICIT, IMPLICIT.RATE),
  ].map((entry) => [entry.name, entry]),
);

function builtin(name: string, kind: 'primitive' | 'implicit', registerType: number, index: number): ScopeEntry {
  return { name, kind, index, volatile: false, registerType };
}
