import type { Change, Scenario, TimedChange } from '../../sim/index.js';

// What page and sandbox say to one another, over one port: a question at a time, one answer to each. The page takes nothing
// that comes from there for what it seems to be: the code inside may have made it.

/** A module of a reader's code, with its imports cut out: text, and between texts what is imported there. */
export interface CodeModule {
  readonly name: string;
  readonly parts: readonly (string | { readonly from: string })[];
}

/** Modules in an order in which each comes after those it imports; and datapath programs that drive flows alone. */
export interface Code {
  readonly modules: readonly CodeModule[];
  readonly programs: Readonly<Record<string, string>>;
}

export type Question =
  | { readonly kind: 'begin'; readonly scenario: Scenario; readonly code: Code }
  | { readonly kind: 'advance'; readonly budgetMs: number; readonly untilUs: number }
  | { readonly kind: 'change'; readonly change: Change }
  | {
      readonly kind: 'instant';
      readonly scenario: Scenario;
      readonly code: Code;
      readonly atUs: number;
      readonly flow: number;
      readonly changes: readonly TimedChange[];
    }
  | { readonly kind: 'qlog'; readonly scenario: Scenario; readonly code: Code };

export interface Asked {
  readonly id: number;
  readonly question: Question;
}

/** What the sandbox answers: a value of the question's, or why there is none. */
export type Answered =
  | { readonly id: number; readonly value: unknown }
  | {
      readonly id: number;
      readonly error: { readonly message: string; readonly diagnostics?: readonly unknown[] };
    };

/** What the frame tells the page. */
export type FrameNews = 'ready' | 'flooded' | { readonly failed: string };

/** What the frame is sent, with the worker's port. */
export interface FrameStart {
  /** The worker's script. */
  readonly script: string;
}
