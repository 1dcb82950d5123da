import * as v from 'valibot';
import { number } from '../schema/index.js';
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
  'holding',
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
  /** `interrupt` is the user's; `close` ends a run whose process has gone, without sampling on. */
  | { readonly kind: 'begin' | 'resume' | 'timer' | 'interrupt' | 'close' }
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

/** What to do. Each but `abandon`, `hold` and `signal` is answered by one event with its `op`, or by `failed`. */
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
  /** End here and let go of nothing: what was captured is on the listeners alone. `resume` goes on with it. */
  | { readonly kind: 'hold' }
  /** Remove every mirror and listener of this session; nothing is there to remove: well done too. */
  | { readonly kind: 'release'; readonly op: number }
  /** Tell the user's program. `failed` comes at once, `stop` at the very end. */
  | { readonly kind: 'signal'; readonly word: 'start' | 'failed' | 'stop' };

const reasonSchema = v.object({
  atUs: v.number(),
  state: v.picklist(SESSION_STATES),
  class: v.picklist([...FAILURE_CLASSES, 'interrupt', 'close']),
  reason: v.string(),
});
/** A reason a session ended otherwise than planned. */
export type Reason = Readonly<v.InferOutput<typeof reasonSchema>>;

const outcomeSchema = v.picklist(['completed', 'degraded', 'interrupted', 'failed']);
/** How a session ended: all as planned, less than planned, stopped by the user, or not at all. */
export type Outcome = v.InferOutput<typeof outcomeSchema>;

const count = number(0);

/** See {@link SessionData}. */
export const sessionDataSchema = v.object({
  state: v.picklist(SESSION_STATES),
  plan: sitePlanSchema,
  /** Number of the command under way. */
  op: count,
  /** What a state waits for besides its answer. */
  phase: v.picklist(['answer', 'backoff', 'interval', 'recovery']),
  attempts: count,
  interrupts: count,
  /** The window under way, or the next one. */
  window: count,
  slot: count,
  /** Mirrors that are up. */
  mirrors: v.array(mirrorSchema),
  /** Mirrors of `add` still wanted when a rotation is tried again. */
  missing: v.array(mirrorSchema),
  /** Mirrors whose capture has not ended. */
  running: v.array(v.string()),
  /** Captures of a mirror that failed one after the other. */
  misses: v.record(v.string(), count),
  /** Listeners given up. */
  lostListeners: v.array(v.string()),
  wakeAtUs: v.nullable(v.number()),
  /** When the interval between cycles ends, while a rotation fills it. */
  intervalEndsUs: v.number(),
  announced: v.boolean(),
  captured: count,
  fatal: v.boolean(),
  reasons: v.array(reasonSchema),
  outcome: v.nullable(outcomeSchema),
});

/** Everything a session knows, as plain JSON: what the manifest keeps and a resumed session starts from. */
export type SessionData = v.InferOutput<typeof sessionDataSchema>;
