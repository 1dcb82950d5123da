import type { ExtraPrimitive } from '../base/index.js';
import { IMPLICIT, LIMIT, PRIMITIVES, REG } from '../generated/isa.js';
import type { Scope, ScopeEntry } from './types.js';

/** The scope of a program: its own names in index order, the inputs it was given, and the built-in names for look-ups. */
export function createScope(entries: readonly ScopeEntry[], extra: readonly ExtraPrimitive[]): Scope {
  const primitives = extra.map(({ name, index }) => builtin(name, 'primitive', REG.PRIMITIVE, index));
  // A later definition hides an earlier one of the same name, as in the compiler.
  const names = new Map(BUILTINS);
  for (const entry of [...primitives, ...entries]) names.set(entry.name, entry);
  return Object.freeze({
    primitives,
    reports: entries.filter(({ kind }) => kind === 'report'),
    controls: entries.filter(({ kind }) => kind === 'control'),
    locals: entries.filter(({ kind }) => kind === 'local'),
    get: (name: string) => names.get(name) ?? names.get(`Report.${name}`),
  });
}

const BUILTINS: ReadonlyMap<string, ScopeEntry> = new Map(
  [
    ...PRIMITIVES.slice(0, LIMIT.LIBCCP_PRIMITIVE_REGISTERS).map(({ index, name }) =>
      builtin(name, 'primitive', REG.PRIMITIVE, index),
    ),
    builtin('Micros', 'implicit', REG.IMPLICIT, IMPLICIT.MICROS),
    builtin('Cwnd', 'implicit', REG.IMPLICIT, IMPLICIT.CWND),
    builtin('Rate', 'implicit', REG.IMPLICIT, IMPLICIT.RATE),
  ].map((entry) => [entry.name, entry]),
);

function builtin(name: string, kind: 'primitive' | 'implicit', registerType: number, index: number): ScopeEntry {
  return { name, kind, index, volatile: false, registerType };
}
