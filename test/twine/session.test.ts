import { expect, test } from 'vitest';
import { type Failure, Session, type SessionCommand, type SessionEvent, sessionLimits } from '../../src/twine/index.js';
import { inventoryOf, planOf } from './fixtures.js';
import { configuration, goodAnswers, parameters, planned, resources, S, transient } from './session-fixtures.js';

/** Runs a session with every command answered well, until it closes or `until` says so. */
function run(session: Session, until: (command: SessionCommand) => boolean = () => false) {
  const told: SessionCommand[] = [];
  let nowUs = 0;
  let queue = session.handle({ kind: session.state === 'planned' ? 'begin' : 'resume' }, nowUs);
  while (session.state !== 'closed') {
    if (queue.length === 0) {
      nowUs = session.nextWakeupUs()!;
      queue = session.handle({ kind: 'timer' }, nowUs);
      continue;
    }
    const command = queue.shift()!;
    told.push(command);
    if (until(command)) return { told, nowUs, command, queue };
    for (const answer of goodAnswers(command)) queue.push(...session.handle(answer, nowUs));
  }
  return { told: [...told, ...queue], nowUs, command: undefined, queue };
}

test('B8: a good run goes through every state in order and ends when its captures do', () => {
  const { told, nowUs } = run(planned());
  expect(told.map(({ kind }) => kind)).toEqual([
    'request',
    'prepare',
    'capture',
    'signal',
    'capture',
    'capture',
    'drain',
    'gather',
    'release',
    'signal',
  ]);
  expect(told.filter(({ kind }) => kind === 'signal')).toEqual([
    { kind: 'signal', word: 'start' },
    { kind: 'signal', word: 'stop' },
  ]);
  // Two waits between three cycles and none after the last: the run ends when its captures do.
  expect(nowUs).toBe(20 * S);
});

test('rotation replaces mirrors within the wait and captures follow the slot', () => {
  const session = planned(4, 1);
  const { told, nowUs } = run(session);
  expect(told.filter(({ kind }) => kind === 'mirror')).toHaveLength(2);
  expect(nowUs).toBe(20 * S);
  let mirrors = session.plan.slots[0]!.mirrors.map(({ name }) => name);
  for (const command of told) {
    if (command.kind === 'mirror') {
      expect(mirrors).toEqual(expect.arrayContaining(command.remove.map(({ name }) => name)));
      const removed = new Set(command.remove.map(({ name }) => name));
      mirrors = [...mirrors.filter((name) => !removed.has(name)), ...command.add.map(({ name }) => name)];
    } else if (command.kind === 'capture') {
      expect(command.mirrors.map(({ name }) => name).sort()).toEqual([...mirrors].sort());
      expect(command.mirrors.map(({ source }) => source).sort()).toEqual(
        session.plan.slots[command.window.slot]!.mirrors.map(({ source }) => source).sort(),
      );
    }
  }
});

test('B1: a window ends when every capture has, counted by capture and not by poll', () => {
  const session = planned();
  const { command } = run(session, ({ kind }) => kind === 'capture');
  const { op, mirrors } = command as Extract<SessionCommand, { kind: 'capture' }>;
  const first: SessionEvent = { kind: 'captureFinished', op, mirror: mirrors[0]!.name };
  for (let poll = 0; poll < 5; poll += 1) expect(session.handle(first, poll * S)).toEqual([]);
  expect(session.snapshot().running).toEqual([mirrors[1]!.name]);
  session.handle({ kind: 'captureFinished', op, mirror: mirrors[1]!.name }, 6 * S);
  expect(session.snapshot()).toMatchObject({ running: [], window: 1, captured: 2 });
});

test('B2: a full disk ends that listener at once, and the run when none is left', () => {
  const session = planned();
  const { command } = run(session, ({ kind }) => kind === 'capture');
  const { op, mirrors } = command as Extract<SessionCommand, { kind: 'capture' }>;
  const failure: Failure = { class: 'resources', scope: 'listener', reason: 'no space left' };
  session.handle({ kind: 'captureFailed', op, mirror: mirrors[0]!.name, failure }, S);
  const commands = session.handle({ kind: 'captureFailed', op, mirror: mirrors[1]!.name, failure }, S);
  expect(commands.map(({ kind }) => kind)).toEqual(['drain']);
});

test('B6: a failure at the very first step has a way out like any other', () => {
  const session = planned();
  const [request] = session.handle({ kind: 'begin' }, 0);
  const failure: Failure = { class: 'configuration', scope: 'site', reason: 'nothing was made yet' };
  const commands = session.handle({ kind: 'failed', op: (request as { op: number }).op, failure }, 0);
  expect(commands.map(({ kind }) => kind)).toEqual(['signal', 'release']);
  expect(session.handle({ kind: 'released', op: (commands[1] as { op: number }).op }, 0)).toEqual([
    { kind: 'signal', word: 'stop' },
  ]);
  expect(session.snapshot().reasons.map(({ reason }) => reason)).toEqual(['nothing was made yet']);
});

test('resources: the request is made again with one NIC less; nothing to spare fails', () => {
  const session = planned(4, 2);
  const [request] = session.handle({ kind: 'begin' }, 0);
  const [smaller] = session.handle({ kind: 'failed', op: (request as { op: number }).op, failure: resources }, S);
  expect(smaller).toMatchObject({ kind: 'request', plan: { nicCount: 1 } });
  const commands = session.handle({ kind: 'failed', op: (smaller as { op: number }).op, failure: resources }, S);
  expect(commands.map(({ kind }) => kind)).toEqual(['signal', 'release']);
});

test('configuration: stops at once, and tells the user before it cleans up', () => {
  const session = planned();
  const [request] = session.handle({ kind: 'begin' }, 0);
  const commands = session.handle({ kind: 'failed', op: (request as { op: number }).op, failure: configuration }, S);
  expect(commands).toMatchObject([{ kind: 'signal', word: 'failed' }, { kind: 'release' }]);
  session.handle({ kind: 'released', op: (commands[1] as { op: number }).op }, S);
  expect(session.snapshot()).toMatchObject({ state: 'closed', outcome: 'failed' });
});

test('transient: asked again after a pause, three times in all', () => {
  const session = planned();
  let commands = session.handle({ kind: 'begin' }, 0);
  let nowUs = 0;
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    expect(commands).toMatchObject([{ kind: 'request' }]);
    expect(
      session.handle({ kind: 'failed', op: (commands[0] as { op: number }).op, failure: transient }, nowUs),
    ).toEqual([]);
    nowUs = session.nextWakeupUs()!;
    commands = session.handle({ kind: 'timer' }, nowUs);
  }
  commands = session.handle({ kind: 'failed', op: (commands[0] as { op: number }).op, failure: transient }, nowUs);
  expect(commands.map(({ kind }) => kind)).toEqual(['signal', 'release']);
});

test('a late answer of an earlier attempt is passed over', () => {
  const session = planned();
  const [request] = session.handle({ kind: 'begin' }, 0);
  session.handle({ kind: 'timer' }, session.nextWakeupUs()!);
  session.handle({ kind: 'timer' }, session.nextWakeupUs()!);
  expect(session.handle({ kind: 'requested', op: (request as { op: number }).op }, 0)).toEqual([]);
  expect(session.state).toBe('requesting');
});

test('B13: an interrupt in each state leads to closing, captures brought home first', () => {
  const ways: [SessionCommand['kind'] | 'begin', string[]][] = [
    ['begin', ['release']],
    ['request', ['release']],
    ['prepare', ['release']],
    ['capture', ['drain']],
    ['mirror', ['drain']],
    ['drain', []],
    ['gather', []],
    ['release', []],
  ];
  for (const [at, expected] of ways) {
    const session = planned(4, 1);
    const { nowUs } = at === 'begin' ? { nowUs: 0 } : run(session, ({ kind }) => kind === at);
    expect([at, session.handle({ kind: 'interrupt' }, nowUs).map(({ kind }) => kind)]).toEqual([at, expected]);
    if (at === 'drain' || at === 'gather') {
      expect(session.handle({ kind: 'interrupt' }, nowUs).map(({ kind }) => kind)).toEqual(['release']);
    }
    run(session);
    expect(session.snapshot()).toMatchObject({ state: 'closed', outcome: 'interrupted' });
  }
});

test('from a snapshot taken anywhere, a session goes on and ends', () => {
  const kinds = ['request', 'prepare', 'capture', 'mirror', 'drain', 'gather', 'release'] as const;
  for (const at of kinds) {
    const session = planned(4, 1);
    run(session, ({ kind }) => kind === at);
    const resumed = new Session(JSON.parse(JSON.stringify(session.snapshot())));
    const { told } = run(resumed);
    expect([at, resumed.snapshot().outcome]).toEqual([at, 'completed']);
    expect(told.at(-1)).toEqual({ kind: 'signal', word: 'stop' });
  }
});

const long = () =>
  new Session(
    planOf(inventoryOf(1, 1), {
      targets: [{ site: 'INDI' }],
      parameters: { ...parameters, experimentRetries: 8, waitInterval: 0 },
    }),
  );

/** Answers each window of a session in turn; how many windows it had. */
function windows(session: Session, failures: readonly (Failure | undefined)[]): number {
  let had = 0;
  let queue = session.handle({ kind: 'begin' }, 0);
  while (session.state !== 'closed') {
    const command = queue.shift();
    if (!command) break;
    if (command.kind === 'capture') {
      const failure = failures[had];
      had += 1;
      const { op, mirrors } = command;
      for (const { name: mirror } of mirrors) {
        const answer: SessionEvent = failure
          ? { kind: 'captureFailed', op, mirror, failure }
          : { kind: 'captureFinished', op, mirror };
        queue.push(...session.handle(answer, 0));
      }
    } else for (const answer of goodAnswers(command)) queue = [...queue, ...session.handle(answer, 0)];
  }
  return had;
}

test('a mirror is given up after three failed captures in a row, not after three in all', () => {
  const x = { ...transient, scope: 'mirror' } as const;
  const inAll = long();
  expect(windows(inAll, [x, x, undefined, x, x, undefined, x])).toBe(8);
  expect(inAll.snapshot()).toMatchObject({ captured: 3, outcome: 'degraded' });
  const inARow = long();
  expect(windows(inARow, [undefined, x, x, x])).toBe(4);
  expect(inARow.snapshot()).toMatchObject({ captured: 1, outcome: 'degraded' });
});

test.each([
  ['configuration', configuration, 'failed'],
  ['resources', resources, 'degraded'],
] as const)('a rotation that fails for %s after something was captured: %s', (_, failure, outcome) => {
  const session = planned(4, 1);
  const { command, nowUs } = run(session, ({ kind }) => kind === 'mirror');
  const { op } = command as Extract<SessionCommand, { kind: 'mirror' }>;
  expect(session.snapshot().captured).toBeGreaterThan(0);
  let queue = session.handle({ kind: 'failed', op, failure }, nowUs);
  while (queue.length > 0) queue = queue.flatMap(goodAnswers).flatMap((answer) => session.handle(answer, nowUs));
  expect(session.snapshot()).toMatchObject({ state: 'closed', outcome, fatal: failure === configuration });
});

test('a reason is told once for a state and class, however often it comes', () => {
  const session = planned();
  let commands = session.handle({ kind: 'begin' }, 0);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const { op } = commands[0] as { op: number };
    session.handle({ kind: 'failed', op, failure: transient }, 0);
    commands = session.handle({ kind: 'timer' }, session.nextWakeupUs()!);
  }
  session.handle({ kind: 'failed', op: (commands[0] as { op: number }).op, failure: configuration }, 0);
  expect(session.snapshot().reasons.map(({ state, reason }) => [state, reason])).toEqual([
    ['requesting', transient.reason],
    ['requesting', configuration.reason],
  ]);
});

test("time limits are the testbed's", () => {
  const plan = planOf(inventoryOf(2, 1), { targets: [{ site: 'INDI' }], parameters });
  const limits = { ...sessionLimits({ setupS: 3, rotationS: 1 }), requestS: 900, drainS: 7, releaseS: 1234 };
  const session = new Session(plan, limits);
  session.handle({ kind: 'begin' }, 0);
  expect(session.nextWakeupUs()).toBe(900 * S);
  session.handle({ kind: 'interrupt' }, 0);
  expect([session.state, session.nextWakeupUs()]).toEqual(['closing', 1234 * S]);
  const sampling = new Session(plan, limits);
  const { nowUs } = run(sampling, ({ kind }) => kind === 'capture');
  sampling.handle({ kind: 'interrupt' }, nowUs);
  expect([sampling.state, sampling.nextWakeupUs()]).toEqual(['draining', nowUs + 7 * S]);
});

test('files that cannot be brought home are held: listeners stay, and another process goes on with the gathering', () => {
  const session = planned();
  const { command, nowUs } = run(session, ({ kind }) => kind === 'gather');
  const full: Failure = { class: 'resources', scope: 'site', reason: 'no room at home' };
  const commands = session.handle({ kind: 'failed', op: (command as { op: number }).op, failure: full }, nowUs);
  expect(commands).toEqual([{ kind: 'signal', word: 'failed' }, { kind: 'hold' }]);
  expect(session.snapshot()).toMatchObject({ state: 'holding', outcome: null });
  expect([session.nextWakeupUs(), session.handle({ kind: 'interrupt' }, nowUs)]).toEqual([undefined, []]);
  const later = new Session(session.snapshot());
  const [gather] = later.handle({ kind: 'resume' }, nowUs);
  expect(gather).toMatchObject({ kind: 'gather' });
  // Asked once it goes on, however often the process before was asked.
  expect(later.handle({ kind: 'interrupt' }, nowUs)).toEqual([]);
  expect(later.handle({ kind: 'gathered', op: (gather as { op: number }).op }, nowUs)).toMatchObject([
    { kind: 'release' },
  ]);
});

test('a crash is not an interrupt: a run that was left and is closed ended with less than planned', () => {
  const before = planned();
  run(before, ({ kind }) => kind === 'drain');
  const session = new Session(before.snapshot());
  session.handle({ kind: 'resume' }, 0);
  session.handle({ kind: 'close' }, 0);
  run(session);
  const { outcome, reasons } = session.snapshot();
  expect([outcome, reasons.map((reason) => [reason.class, reason.reason])]).toEqual([
    'degraded',
    [['close', 'closed before its plan was done']],
  ]);
});
