import { shrinkSite } from './layout.js';
import { SECOND_US, type SessionLimits, sessionLimits } from './limits.js';
import type { Failure, SessionCommand, SessionData, SessionEvent, SessionState } from './protocol.js';
import {
  endedCapture,
  freshData,
  mirrorsOf,
  missCapture,
  noteFailure,
  noteStop,
  outcomeOf,
  pauseS,
  tryAgain,
} from './session-data.js';
import type { Mirror, SitePlan } from './site-plan.js';

/**
 * One site's campaign as a state machine: events in, commands out; no clock, no I/O. Times are
 * microseconds since the Unix epoch.
 *
 * ```text
 *  planned ─ requesting ─ ready ─ sampling ⇄ rotating
 *      │         │          │        └────┬─────┘
 *      │         │          │          draining ─ gathering ⇄ holding
 *      └─────────┴──────────┴──────────────────────┴──── closing ─ closed
 * ```
 *
 * Every state but the ends has a deadline, so that it is left whatever the world does; `closing` is
 * reached from all of them and may be entered again at no harm. When the last capture has finished
 * the session goes on at once. It ends in `holding` when what was captured could not be brought home:
 * listeners are let go of once their files are safe, or when the user has asked twice.
 *
 * @example
 * ```ts
 * const result = planCampaign(
 *   { sites: [{ name: 'INDI', nics: [{ model: 'ConnectX_6', available: 1 }], ports: [{ name: 'HundredGigE0/0/0/5' }] }] },
 *   { targets: [{ site: 'INDI' }] },
 * );
 * if (result.ok) {
 *   const session = new Session(result.plan.sites[0]!);
 *   console.log(session.handle({ kind: 'begin' }, 0)[0]?.kind); // request
 * }
 * ```
 */
export class Session {
  readonly #data: SessionData;
  readonly #limits: SessionLimits;

  /** `limits` are its testbed's; without them they follow from the plan's timing. */
  constructor(from: SitePlan | SessionData, limits?: SessionLimits) {
    this.#data = 'state' in from ? structuredClone(from) : freshData(from);
    this.#limits = limits ?? sessionLimits(this.#data.plan.basis.timing);
  }

  get state(): SessionState {
    return this.#data.state;
  }

  get plan(): SitePlan {
    return this.#data.plan;
  }

  /** All of it, as JSON: `new Session(snapshot)` goes on from there with `resume`. */
  snapshot(): SessionData {
    return structuredClone(this.#data);
  }

  /** When to send `timer`, or undefined when nothing is waited for. */
  nextWakeupUs(): number | undefined {
    return this.#data.wakeAtUs ?? undefined;
  }

  /** Takes an event and says what to do. Never throws; what does not fit the state is passed over. */
  handle(event: SessionEvent, nowUs: number): SessionCommand[] {
    const { state, op } = this.#data;
    if (state === 'closed') return [];
    if ('op' in event && event.op !== op) return [];
    if (event.kind === 'resume') return this.#resume(nowUs);
    if (event.kind === 'interrupt' || event.kind === 'close') return this.#stop(event.kind, nowUs);
    if (event.kind === 'timer') {
      // A timer that comes early (a clock set back) is passed over; the host asks again when to wake.
      return this.#data.wakeAtUs === null || nowUs < this.#data.wakeAtUs ? [] : this.#wake(nowUs);
    }
    switch (state) {
      case 'planned':
        return event.kind === 'begin' ? this.#request(nowUs) : [];
      case 'requesting':
        if (event.kind === 'requested') return this.#requested(nowUs);
        return event.kind === 'failed' ? this.#requestFailed(event.failure, nowUs) : [];
      case 'ready':
        if (event.kind === 'prepared') return this.#startWindow(nowUs);
        return event.kind === 'failed' ? this.#retryOrClose(event.failure, nowUs) : [];
      case 'sampling':
        return this.#sampling(event, nowUs);
      case 'rotating':
        if (event.kind === 'mirrored') return this.#mirrored(event.failed, nowUs);
        return event.kind === 'failed' ? this.#rotationFailed(event.failure, nowUs) : [];
      case 'draining':
        if (event.kind === 'failed') noteFailure(this.#data, event.failure, nowUs);
        return event.kind === 'drained' || event.kind === 'failed' ? this.#gather(nowUs) : [];
      case 'gathering':
        if (event.kind === 'gathered') return this.#release(nowUs);
        return event.kind === 'failed' ? this.#gatherFailed(event.failure, nowUs) : [];
      case 'holding':
        return [];
      case 'closing':
        if (event.kind === 'released') return this.#close();
        return event.kind === 'failed' ? this.#releaseFailed(event.failure, nowUs) : [];
    }
  }

  #request(nowUs: number): SessionCommand[] {
    const { plan } = this.#data;
    const op = this.#enter('requesting', nowUs + this.#limits.requestS * SECOND_US);
    return [{ kind: 'request', op, plan, listeners: plan.listeners, mirrors: plan.slots[0]?.mirrors ?? [] }];
  }

  #requested(nowUs: number): SessionCommand[] {
    this.#data.attempts = 0;
    this.#data.mirrors = [...(this.#data.plan.slots[0]?.mirrors ?? [])];
    return this.#prepare(nowUs);
  }

  #requestFailed(failure: Failure, nowUs: number): SessionCommand[] {
    const smaller = failure.class === 'resources' ? shrinkSite(this.#data.plan) : undefined;
    noteFailure(this.#data, failure, nowUs);
    if (failure.class === 'resources' && smaller && tryAgain(this.#data)) {
      this.#data.plan = smaller;
      return this.#request(nowUs);
    }
    if (failure.class === 'transient' && tryAgain(this.#data)) return this.#backOff(nowUs);
    return this.#fail(nowUs);
  }

  #prepare(nowUs: number): SessionCommand[] {
    return [{ kind: 'prepare', op: this.#enter('ready', nowUs + this.#limits.prepareS * SECOND_US) }];
  }

  #startWindow(nowUs: number): SessionCommand[] {
    const data = this.#data;
    const window = data.plan.windows[data.window];
    data.attempts = 0;
    if (!window || data.mirrors.length === 0) return this.#drain(nowUs);
    const op = this.#enter('sampling', nowUs + (window.durationS + this.#limits.overstayS) * SECOND_US);
    data.running = data.mirrors.map(({ name }) => name);
    return [{ kind: 'capture', op, window, mirrors: [...data.mirrors] }];
  }

  #sampling(event: SessionEvent, nowUs: number): SessionCommand[] {
    const data = this.#data;
    if (data.phase === 'recovery') {
      if (event.kind === 'recovered') return this.#endWindow(nowUs);
      if (event.kind !== 'failed') return [];
      noteFailure(this.#data, event.failure, nowUs);
      return this.#drain(nowUs);
    }
    switch (event.kind) {
      case 'captureStarted':
        if (data.announced) return [];
        data.announced = true;
        return [{ kind: 'signal', word: 'start' }];
      case 'captureFinished':
        if (!endedCapture(data, event.mirror)) return [];
        data.captured += 1;
        delete data.misses[event.mirror];
        return data.running.length === 0 ? this.#endWindow(nowUs) : [];
      case 'captureFailed':
        if (!endedCapture(data, event.mirror)) return [];
        return this.#captureFailed(event.mirror, event.failure, nowUs);
      case 'failed':
        // The window as a whole: every capture in it.
        for (const mirror of data.running.splice(0)) missCapture(this.#data, mirror, event.failure);
        noteFailure(this.#data, event.failure, nowUs);
        return event.failure.class === 'configuration' ? this.#fail(nowUs) : this.#endWindow(nowUs);
      default:
        return [];
    }
  }

  #captureFailed(mirror: string, failure: Failure, nowUs: number): SessionCommand[] {
    noteFailure(this.#data, failure, nowUs);
    missCapture(this.#data, mirror, failure);
    if (failure.class === 'configuration') return this.#fail(nowUs);
    return this.#data.running.length === 0 ? this.#endWindow(nowUs) : [];
  }

  #endWindow(nowUs: number): SessionCommand[] {
    const data = this.#data;
    const { plan } = data;
    const ended = plan.windows[data.window];
    data.window += 1;
    data.running = [];
    const next = plan.windows[data.window];
    if (!next || (data.mirrors.length === 0 && next.slot === data.slot)) return this.#drain(nowUs);
    const waitUs = next.cycle === ended?.cycle ? 0 : plan.basis.parameters.waitInterval * SECOND_US;
    data.intervalEndsUs = nowUs + waitUs;
    return next.slot === data.slot ? this.#await(nowUs) : this.#rotate(next.slot, nowUs);
  }

  #await(nowUs: number): SessionCommand[] {
    if (this.#data.intervalEndsUs <= nowUs) return this.#startWindow(nowUs);
    this.#enter('sampling', this.#data.intervalEndsUs, 'interval');
    return [];
  }

  #rotate(slot: number, nowUs: number): SessionCommand[] {
    const data = this.#data;
    const wanted = mirrorsOf(data, slot);
    const up = new Set(data.mirrors.map(({ name }) => name));
    const names = new Set(wanted.map(({ name }) => name));
    const remove = data.mirrors.filter(({ name }) => !names.has(name));
    data.attempts = 0;
    data.slot = slot;
    data.mirrors = wanted.filter(({ name }) => up.has(name));
    data.missing = wanted.filter(({ name }) => !up.has(name));
    return this.#mirror(remove, nowUs);
  }

  #mirror(remove: readonly Mirror[], nowUs: number): SessionCommand[] {
    const { slot, missing } = this.#data;
    const op = this.#enter('rotating', nowUs + this.#limits.rotateS * SECOND_US);
    return [{ kind: 'mirror', op, slot, remove, add: [...missing] }];
  }

  #mirrored(
    failed: readonly { readonly mirror: string; readonly failure: Failure }[],
    nowUs: number,
  ): SessionCommand[] {
    const data = this.#data;
    const names = new Set(failed.map(({ mirror }) => mirror));
    data.mirrors.push(...data.missing.filter(({ name }) => !names.has(name)));
    data.missing = data.missing.filter(({ name }) => names.has(name));
    for (const { failure } of failed) noteFailure(this.#data, failure, nowUs);
    const worthIt = failed.some(({ failure }) => failure.class === 'transient');
    if (data.missing.length > 0 && worthIt && tryAgain(this.#data)) return this.#backOff(nowUs);
    data.missing = [];
    return this.#await(nowUs);
  }

  #rotationFailed(failure: Failure, nowUs: number): SessionCommand[] {
    noteFailure(this.#data, failure, nowUs);
    if (failure.class === 'transient' && tryAgain(this.#data)) return this.#backOff(nowUs);
    this.#data.fatal ||= failure.class === 'configuration';
    return this.#drain(nowUs);
  }

  #drain(nowUs: number): SessionCommand[] {
    this.#data.attempts = 0;
    this.#data.running = [];
    return [{ kind: 'drain', op: this.#enter('draining', nowUs + this.#limits.drainS * SECOND_US) }];
  }

  #gather(nowUs: number): SessionCommand[] {
    const deadlineS = this.#limits.gatherS + 10 * this.#data.plan.time.gatheringS;
    return [{ kind: 'gather', op: this.#enter('gathering', nowUs + deadlineS * SECOND_US) }];
  }

  #gatherFailed(failure: Failure, nowUs: number): SessionCommand[] {
    noteFailure(this.#data, failure, nowUs);
    if (failure.class === 'transient' && tryAgain(this.#data)) return this.#backOff(nowUs);
    this.#enter('holding', nowUs);
    this.#data.wakeAtUs = null;
    return [{ kind: 'signal', word: 'failed' }, { kind: 'hold' }];
  }

  #release(nowUs: number): SessionCommand[] {
    if (this.#data.state !== 'closing') this.#data.attempts = 0;
    return [{ kind: 'release', op: this.#enter('closing', nowUs + this.#limits.releaseS * SECOND_US) }];
  }

  #releaseFailed(failure: Failure, nowUs: number): SessionCommand[] {
    noteFailure(this.#data, failure, nowUs);
    return failure.class !== 'configuration' && tryAgain(this.#data) ? this.#backOff(nowUs) : this.#close();
  }

  #close(): SessionCommand[] {
    const data = this.#data;
    data.state = 'closed';
    data.wakeAtUs = null;
    data.mirrors = [];
    data.outcome = outcomeOf(data);
    return [{ kind: 'signal', word: 'stop' }];
  }

  // What was captured is brought home even when the session has failed.
  #fail(nowUs: number): SessionCommand[] {
    const { state } = this.#data;
    this.#data.fatal = true;
    const next = state === 'sampling' || state === 'rotating' ? this.#drain(nowUs) : this.#release(nowUs);
    return [{ kind: 'signal', word: 'failed' }, ...next];
  }

  #stop(kind: 'interrupt' | 'close', nowUs: number): SessionCommand[] {
    const data = this.#data;
    noteStop(data, kind, nowUs);
    switch (data.state) {
      case 'sampling':
      case 'rotating':
        return this.#drain(nowUs);
      case 'draining':
      case 'gathering':
        // The first one lets what was captured come home; whoever asks again wants out.
        return data.interrupts < 2 ? [] : this.#release(nowUs);
      case 'holding':
      case 'closing':
        return [];
      default:
        return this.#release(nowUs);
    }
  }

  #wake(nowUs: number): SessionCommand[] {
    const { state, phase, running } = this.#data;
    if (phase === 'interval') return this.#startWindow(nowUs);
    if (phase === 'backoff') return this.#again(nowUs);
    const late: Failure = { class: 'transient', scope: 'site', reason: `no answer while ${state}` };
    switch (state) {
      case 'requesting':
        return this.#requestFailed(late, nowUs);
      case 'sampling': {
        noteFailure(this.#data, { ...late, reason: 'captures did not end with their window' }, nowUs);
        const mirrors = [...running];
        for (const mirror of mirrors) missCapture(this.#data, mirror, late);
        return [{ kind: 'abandon', mirrors }, ...this.#endWindow(nowUs)];
      }
      case 'rotating':
        return this.#rotationFailed(late, nowUs);
      case 'draining':
        noteFailure(this.#data, late, nowUs);
        return this.#gather(nowUs);
      case 'gathering':
        return this.#gatherFailed(late, nowUs);
      case 'closing':
        return this.#releaseFailed(late, nowUs);
      default:
        return this.#retryOrClose(late, nowUs);
    }
  }

  #again(nowUs: number): SessionCommand[] {
    switch (this.#data.state) {
      case 'requesting':
        return this.#request(nowUs);
      case 'ready':
        return this.#prepare(nowUs);
      case 'rotating':
        return this.#mirror([], nowUs);
      case 'gathering':
      case 'holding':
        return this.#gather(nowUs);
      default:
        return this.#release(nowUs);
    }
  }

  #resume(nowUs: number): SessionCommand[] {
    const data = this.#data;
    data.attempts = 0;
    // What an earlier process was told is over: whoever goes on may be asked twice again.
    data.interrupts = 0;
    switch (data.state) {
      case 'planned':
      case 'requesting':
      case 'ready':
        return this.#request(nowUs);
      case 'sampling':
        this.#enter('sampling', nowUs + this.#limits.recoverS * SECOND_US, 'recovery');
        return [{ kind: 'recover', op: data.op, mirrors: [...data.mirrors] }];
      case 'rotating':
        data.missing = mirrorsOf(data, data.slot);
        data.mirrors = [];
        return this.#mirror([...(data.plan.slots[data.slot - 1]?.mirrors ?? [])], nowUs);
      case 'draining':
        return this.#drain(nowUs);
      default:
        return this.#again(nowUs);
    }
  }

  #retryOrClose(failure: Failure, nowUs: number): SessionCommand[] {
    noteFailure(this.#data, failure, nowUs);
    if (failure.class === 'transient' && tryAgain(this.#data)) return this.#backOff(nowUs);
    return this.#fail(nowUs);
  }

  #backOff(nowUs: number): SessionCommand[] {
    this.#enter(this.#data.state, nowUs + pauseS(this.#data) * SECOND_US, 'backoff');
    return [];
  }

  #enter(state: SessionState, wakeAtUs: number, phase: SessionData['phase'] = 'answer'): number {
    this.#data.state = state;
    this.#data.phase = phase;
    this.#data.wakeAtUs = wakeAtUs;
    this.#data.op += 1;
    return this.#data.op;
  }
}
