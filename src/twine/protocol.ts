import * as z from 'zod';
import { type Listener, type Mirror, mirrorSchema, type SitePlan, sitePlanSchema, type Window } from './site-plan.js';

/** Where a session may stand, in order. See the drawing in session.ts. */
export const SESSION_STATES = [
  'planned',
  'requesting',
  'ready',
  'sampling',
  'rotating',
  'draining',
  'gathering',
  'closing',
  'closed',
] as const;
/** Where a session stands. */
export type SessionState = (typeof SESSION_STATES)[number];

const FAILURE_CLASSES = ['resources', 'configuration', 'transient'] as const;
/**
 * What to do about a failure: `resources` asks for less and goes on, `configuration` stops and says
 * what to mend, `transient` is tried again a few times.
 */
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** Something that did not work, and how far it reaches. */
export interface Failure {
  readonly class: FailureClass;
  readonly scope: 'mirror' | 'listener' | 'site';
  readonly reason: string;
}

/**
 * What happened. Answers carry the `op` of the command they answer; an answer to anything but the
 * command under way is late and is passed over.
 */
export type SessionEvent =
  | { readonly kind: 'begin' | 'resume' | 'timer' | 'interrupt' }
  | {
      readonly kind: 'requested' | 'prepared' | 'captureStarted' | 'recovered' | 'drained' | 'gathered' | 'released';
      readonly op: number;
    }
  | { readonly kind: 'failed'; readonly op: number; readonly failure: Failure }
  | {
      readonly kind: 'mirrored';
      readonly op: number;
      /** Mirrors that did not come up. */
      readonly failed: readonly { readonly mirror: string; readonly failure: Failure }[];
    }
  | { readonly kind: 'captureFinished'; readonly op: number; readonly mirror: string }
  | { readonly kind: 'captureFailed'; readonly op: number; readonly mirror: string; readonly failure: Failure };

/** What to do. Each but `abandon` and `signal` is answered by one event with its `op`, or by `failed`. */
export type SessionCommand =
  /** Make the listeners and the first mirrors, after removing what an earlier attempt left. */
  | {
      readonly kind: 'request';
      readonly op: number;
      readonly plan: SitePlan;
      readonly listeners: readonly Listener[];
      readonly mirrors: readonly Mirror[];
    }
  /** Bring interfaces up, offloads off, and see that captures can run. */
  | { readonly kind: 'prepare'; readonly op: number }
  /** Capture on the mirrors' NIC ports for `window.durationS`; answer for each mirror by itself. */
  | { readonly kind: 'capture'; readonly op: number; readonly window: Window; readonly mirrors: readonly Mirror[] }
  /** Stop captures that outstayed their window; keep their files. */
  | { readonly kind: 'abandon'; readonly mirrors: readonly string[] }
  /** Replace mirrors. */
  | {
      readonly kind: 'mirror';
      readonly op: number;
      readonly slot: number;
      readonly remove: readonly Mirror[];
      readonly add: readonly Mirror[];
    }
  /** After a crash: stop the captures that ran on, keep their files, find the mirrors again. */
  | { readonly kind: 'recover'; readonly op: number; readonly mirrors: readonly Mirror[] }
  /** Stop captures, let the last frames arrive, read the counters. */
  | { readonly kind: 'drain'; readonly op: number }
  /** Bring everything captured home and archive it. */
  | { readonly kind: 'gather'; readonly op: number }
  /** Remove every mirror and listener of this session; nothing is there to remove: well done too. */
  | { readonly kind: 'release'; readonly op: number }
  /** Tell the user's program. `failed` comes at once, `stop` at the very end. */
  | { readonly kind: 'signal'; readonly word: 'start' | 'failed' | 'stop' };

const reasonSchema = z.object({
  atUs: z.number(),
  state: z.enum(SESSION_STATES),
  class: z.enum([...FAILURE_CLASSES, 'interrupt']),
  reason: z.string(),
});
/** A reason a session ended otherwise than planned. */
export type Reason = Readonly<z.infer<typeof reasonSchema>>;

const outcomeSchema = z.enum(['completed', 'degraded', 'interrupted', 'failed']);
/** How a session ended: all as planned, less than planned, stopped by the user, or not at all. */
export type Outcome = z.infer<typeof outcomeSchema>;

const count = z.number().min(0);

/** See {@link SessionData}. */
export const sessionDataSchema = z.object({
  state: z.enum(SESSION_STATES),
  plan: sitePlanSchema,
  /** Number of the command under way. */
  op: count,
  /** What a state waits for besides its answer. */
  phase: z.enum(['answer', 'backoff', 'interval', 'recovery']),
  attempts: count,
  interrupts: count,
  /** The window under way, or the next one. */
  window: count,
  slot: count,
  /** Mirrors that are up. */
  mirrors: z.array(mirrorSchema),
  /** Mirrors of `add` still wanted when a rotation is tried again. */
  missing: z.array(mirrorSchema),
  /** Mirrors whose capture has not ended. */
  running: z.array(z.string()),
  /** Captures of a mirror that failed one after the other. */
  misses: z.record(z.string(), count),
  /** Listeners given up. */
  lostListeners: z.array(z.string()),
  wakeAtUs: z.number().nullable(),
  /** When the interval between cycles ends, while a rotation fills it. */
  intervalEndsUs: z.number(),
  announced: z.boolean(),
  captured: count,
  fatal: z.boolean(),
  reasons: z.array(reasonSchema),
  outcome: outcomeSchema.nullable(),
});

/** Everything a session knows, as plain JSON: what the manifest keeps and a resumed session starts from. */
export type SessionData = z.infer<typeof sessionDataSchema>;
