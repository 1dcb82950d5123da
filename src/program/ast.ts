import type { U64 } from '../base/index.js';
import type { Command, Operator } from '../generated/lang.js';

export type { Command, Operator };

/** An expression of a program. */
export type Expression =
  /** A literal below 2^64 − 1; instructions hold those up to 2^31 − 1. */
  | { readonly kind: 'number'; readonly value: U64 }
  | { readonly kind: 'infinity' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'form'; readonly operator: Operator; readonly operands: readonly Expression[] };

/** A comment, `#` included, to the end of its line. */
export interface Comment {
  readonly kind: 'comment';
  readonly text: string;
  /** Whether it stands on the line where what is before it ends. */
  readonly trailing: boolean;
}

/** `(name value)` or `(volatile name value)`. */
export interface Declaration {
  readonly kind: 'declaration';
  readonly name: string;
  readonly volatile: boolean;
  readonly value: Expression;
}

/** `(Report …)`: the fields of a report. */
export interface ReportStruct {
  readonly kind: 'report';
  readonly fields: readonly (Declaration | Comment)[];
}

/** `(when condition statement …)`. */
export interface EventForm {
  readonly kind: 'event';
  readonly condition: Expression;
  readonly body: readonly (Expression | Comment)[];
}

/**
 * A program as a tree, without places: two texts that differ only in layout and in how operators
 * are written have equal trees.
 */
export interface ProgramAst {
  /** Comments before `(def`. */
  readonly leading: readonly Comment[];
  readonly definitions: readonly (Declaration | ReportStruct | Comment)[];
  readonly events: readonly (EventForm | Comment)[];
}
