import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Failure, Session, type SessionCommand, type SessionEvent } from '../../src/twine/index.js';
import { configuration, goodAnswers, planned, resources, S, transient } from './session-fixtures.js';

test('whatever happens in whatever order, a session ends closed with everything released, no capture before it is home', () => {
  const failure = fc.constantFrom(transient, resources, configuration, {
    class: 'resources',
    scope: 'listener',
    reason: 'full',
  } as Failure);
  const choice = fc.record({ what: fc.integer({ min: -1, max: 11 }), failure, pick: fc.nat(20) });
  const step = (what: number) => ({ what, failure: transient, pick: 0 });
  // A window that failed, asked twice to end, and resumed while the release is under way.
  const resumedWhileReleasing = [[6, 6, 0, 0, 2].map(step), 1] as [ReturnType<typeof step>[], number];
  fc.assert(
    fc.property(fc.array(choice, { maxLength: 200 }), fc.integer({ min: 1, max: 5 }), (choices, ports) => {
      let session = planned(ports, 2);
      let nowUs = 0;
      let open: SessionCommand[] = [];
      let held = 0;
      let triedToRelease = false;
      let givenUp = false;
      let atRisk = false;
      let asked = 0;
      const take = (commands: readonly SessionCommand[]): void => {
        for (const command of commands) {
          if (command.kind === 'request') held += 1;
          if (command.kind === 'capture') atRisk = true;
          if (command.kind === 'release') {
            triedToRelease = true;
            // Everything is home, or the user asked twice. What was then begun goes on, whoever resumes it.
            expect(!atRisk || asked >= 2 || givenUp).toBe(true);
            givenUp = atRisk;
          }
          open.push(command);
        }
      };
      const answer = (command: SessionCommand, event: SessionEvent): void => {
        if (command.kind === 'release' && event.kind === 'released') held = 0;
        if (event.kind === 'gathered' && session.snapshot().op === event.op) atRisk = false;
        take(session.handle(event, nowUs));
      };
      take(session.handle({ kind: 'begin' }, nowUs));
      for (const { what, failure: cause, pick } of choices) {
        nowUs += S;
        const command = open[pick % Math.max(1, open.length)];
        if (what === 0) {
          asked += 1;
          take(session.handle({ kind: 'interrupt' }, nowUs));
        } else if (what === -1) take(session.handle({ kind: 'close' }, nowUs));
        else if (what === 1) take(session.handle({ kind: 'timer' }, session.nextWakeupUs() ?? nowUs));
        else if (what === 2) {
          asked = 0;
          take(session.handle({ kind: 'resume' }, nowUs));
        } else if (what === 3) {
          asked = 0;
          // The process dies: what it had under way is never answered, a new one goes on from the manifest.
          open = [];
          session = new Session(JSON.parse(JSON.stringify(session.snapshot())));
          take(session.handle({ kind: 'resume' }, nowUs));
        } else if (command && 'op' in command) {
          if (what <= 5) answer(command, { kind: 'failed', op: command.op, failure: cause });
          else if (what === 6 && command.kind === 'capture') {
            const mirror = command.mirrors[pick % command.mirrors.length]!.name;
            answer(command, { kind: 'captureFailed', op: command.op, mirror, failure: cause });
          } else if (what === 7 && command.kind === 'mirror') {
            const failed = command.add.map(({ name }) => ({ mirror: name, failure: cause }));
            answer(command, { kind: 'mirrored', op: command.op, failed });
          } else {
            for (const event of goodAnswers(command)) answer(command, event);
            open = open.filter((other) => other !== command);
          }
        }
      }
      // From here on the world answers well, or not at all.
      for (let step = 0; session.state !== 'closed'; step += 1) {
        expect(step).toBeLessThan(1000);
        if (session.state === 'holding') {
          asked = 0;
          take(session.handle({ kind: 'resume' }, nowUs));
        }
        const next = open.shift();
        if (next && step % 2 === 0) for (const event of goodAnswers(next)) answer(next, event);
        else {
          nowUs = Math.max(nowUs, session.nextWakeupUs()!);
          take(session.handle({ kind: 'timer' }, nowUs));
        }
      }
      const { outcome, reasons } = session.snapshot();
      expect(outcome).not.toBeNull();
      expect(triedToRelease).toBe(true);
      // What could not be released within all attempts is told.
      if (held > 0) expect(reasons.some(({ state }) => state === 'closing')).toBe(true);
      // Closed is closed.
      for (const kind of ['begin', 'resume', 'timer', 'interrupt', 'close'] as const) {
        expect(session.handle({ kind }, nowUs)).toEqual([]);
      }
      expect(session.nextWakeupUs()).toBeUndefined();
    }),
    { numRuns: 500, examples: [resumedWhileReleasing] },
  );
});
