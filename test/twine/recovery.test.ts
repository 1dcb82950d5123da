import { expect, test } from 'vitest';
import { type Failure, Session, type SessionCommand, type SessionEvent, sessionLimits } from '../../src/twine/index.js';
import { inventoryOf, planOf } from './fixtures.js';

// What a session does when answers fail, come late or not at all: once each, in this order, and for so long.

const S = 1e6;
const parameters = { experimentRetries: 3, waitInterval: 10, listenTime: 5, maxIterPerRetry: 1 };
const planned = (ports = 2, nics = 1, setupS = 3) =>
  new Session(
    planOf(
      { ...inventoryOf(ports, nics), timing: { setupS, rotationS: 1 } },
      { targets: [{ site: 'INDI' }], parameters, rotationInterval: 1 },
    ),
  );
const transient: Failure = { class: 'transient', scope: 'site', reason: 'the switch is busy' };
const configuration: Failure = { class: 'configuration', scope: 'site', reason: 'bad filter' };

type Of<K extends SessionCommand['kind']> = Extract<SessionCommand, { kind: K }>;

const kindsOf = (commands: readonly SessionCommand[]) =>
  commands.map((command) => (command.kind === 'signal' ? command.word : command.kind));
const opOf = (commands: readonly SessionCommand[]): number =>
  commands.reduce((last, command) => ('op' in command ? command.op : last), -1);

const ANSWERS = { request: 'requested', prepare: 'prepared', recover: 'recovered', drain: 'drained' } as const;
const LATER = { gather: 'gathered', release: 'released' } as const;

/** Answers well what is asked, from `queue` on, until the command `kind` comes. */
function upTo<K extends SessionCommand['kind']>(
  session: Session,
  kind: K,
  queue = session.handle({ kind: 'begin' }, 0),
): { command: Of<K>; nowUs: number } {
  let nowUs = 0;
  for (;;) {
    const command = queue.shift();
    if (!command) {
      nowUs = session.nextWakeupUs()!;
      queue = session.handle({ kind: 'timer' }, nowUs);
      continue;
    }
    if (command.kind === kind) return { command: command as Of<K>, nowUs };
    const events: SessionEvent[] = [];
    if (command.kind === 'capture')
      for (const { name: mirror } of command.mirrors) events.push({ kind: 'captureFinished', op: command.op, mirror });
    else if (command.kind === 'mirror') events.push({ kind: 'mirrored', op: command.op, failed: [] });
    else if (command.kind in ANSWERS || command.kind in LATER)
      events.push({ kind: { ...ANSWERS, ...LATER }[command.kind as 'request'], op: (command as Of<'request'>).op });
    for (const event of events) queue.push(...session.handle(event, nowUs));
  }
}

test('the pause before a step is tried again doubles from a fifth of the set-up, a second at least, two minutes at most', () => {
  const pauses = (setupS: number) => {
    const session = planned(2, 1, setupS);
    let commands = session.handle({ kind: 'begin' }, 0);
    return [0, 1].map(() => {
      const nowUs = 1000 * S;
      session.handle({ kind: 'failed', op: opOf(commands), failure: transient }, nowUs);
      const wakeAtUs = session.nextWakeupUs()!;
      expect(session.handle({ kind: 'timer' }, wakeAtUs - 1)).toEqual([]);
      commands = session.handle({ kind: 'timer' }, wakeAtUs);
      expect(kindsOf(commands)).toEqual(['request']);
      return (wakeAtUs - nowUs) / S;
    });
  };
  expect(pauses(3)).toEqual([1, 2]);
  expect(pauses(300)).toEqual([60, 120]);
  expect(pauses(900)).toEqual([120, 120]);
});

test.each(['prepare', 'mirror', 'gather', 'release'] as const)(
  'a %s that fails for a while is tried three times in all, however often other steps were tried before',
  (kind) => {
    const session = planned(4, 1);
    // The request takes three attempts, which count for the request alone.
    let commands = session.handle({ kind: 'begin' }, 0);
    for (let attempt = 1; attempt < 3; attempt += 1) {
      session.handle({ kind: 'failed', op: opOf(commands), failure: transient }, 0);
      commands = session.handle({ kind: 'timer' }, session.nextWakeupUs()!);
    }
    const { command, nowUs } = upTo(session, kind, commands);
    commands = [command];
    let tried = 0;
    while (kindsOf(commands).includes(kind)) {
      tried += 1;
      commands = session.handle({ kind: 'failed', op: opOf(commands), failure: transient }, nowUs);
      if (commands.length === 0) commands = session.handle({ kind: 'timer' }, session.nextWakeupUs()!);
    }
    expect(tried).toBe(3);
    const next = {
      prepare: ['failed', 'release'],
      mirror: ['drain'],
      gather: ['failed', 'hold'],
      release: ['stop'],
    };
    expect(kindsOf(commands)).toEqual(next[kind]);
  },
);

test('the reason a step failed for is told, with when and in which state', () => {
  const session = planned();
  const { command } = upTo(session, 'prepare');
  session.handle({ kind: 'failed', op: command.op, failure: configuration }, 7 * S);
  expect(session.snapshot().reasons).toEqual([
    { atUs: 7 * S, state: 'ready', class: 'configuration', reason: 'bad filter' },
  ]);
});

test('captures that outstay their window are abandoned, by name, and the next window is waited for', () => {
  const session = planned();
  const { command, nowUs } = upTo(session, 'capture');
  const [first, second] = command.mirrors.map(({ name }) => name);
  session.handle({ kind: 'captureFinished', op: command.op, mirror: first! }, nowUs + 5 * S);
  const wakeAtUs = session.nextWakeupUs()!;
  expect(wakeAtUs - nowUs).toBe((5 + 30) * S);
  expect(session.handle({ kind: 'timer' }, wakeAtUs)).toEqual([{ kind: 'abandon', mirrors: [second] }]);
  expect(session.snapshot()).toMatchObject({ window: 1, captured: 1, misses: { [second!]: 1 }, phase: 'interval' });
  expect(session.snapshot().reasons.map(({ reason }) => reason)).toEqual(['captures did not end with their window']);
});

test('windows of one cycle follow each other at once, cycles after the wait', () => {
  const plan = planOf(inventoryOf(1, 1), {
    targets: [{ site: 'INDI' }],
    parameters: { ...parameters, experimentRetries: 2, maxIterPerRetry: 2 },
  });
  const session = new Session(plan);
  const { command } = upTo(session, 'capture');
  const finish = ({ op, mirrors }: Of<'capture'>, nowUs: number) =>
    session.handle({ kind: 'captureFinished', op, mirror: mirrors[0]!.name }, nowUs);
  const second = finish(command, 5 * S);
  expect(kindsOf(second)).toEqual(['capture']);
  expect(finish(second[0] as Of<'capture'>, 10 * S)).toEqual([]);
  expect(session.nextWakeupUs()).toBe(20 * S);
  expect(session.handle({ kind: 'timer' }, 20 * S)).toMatchObject([
    { kind: 'capture', window: { index: 2, cycle: 1 } },
  ]);
});

test('the start is told once, when the first capture runs', () => {
  const session = planned();
  const { command } = upTo(session, 'capture');
  const started: SessionEvent = { kind: 'captureStarted', op: command.op };
  expect([0, 1, 2].map(() => session.handle(started, 0))).toEqual([[{ kind: 'signal', word: 'start' }], [], []]);
});

test('after a crash only the recovery counts: captures of before are passed over, what fails ends the sampling', () => {
  const before = planned();
  upTo(before, 'capture');
  const recovering = () => {
    const session = new Session(before.snapshot());
    const [command] = session.handle({ kind: 'resume' }, 50 * S) as [Of<'recover'>];
    expect(command).toMatchObject({ kind: 'recover', mirrors: before.snapshot().mirrors });
    expect(session.nextWakeupUs()).toBe((50 + 60) * S);
    return { session, op: command.op };
  };
  const one = recovering();
  for (const { name: mirror } of one.session.snapshot().mirrors)
    expect(one.session.handle({ kind: 'captureFinished', op: one.op, mirror }, 51 * S)).toEqual([]);
  expect(one.session.snapshot()).toMatchObject({ state: 'sampling', window: 0, captured: 0 });
  expect(one.session.handle({ kind: 'recovered', op: one.op }, 51 * S)).toEqual([]);
  expect(one.session.snapshot()).toMatchObject({ window: 1, captured: 0, phase: 'interval' });
  const other = recovering();
  expect(kindsOf(other.session.handle({ kind: 'failed', op: other.op, failure: transient }, 51 * S))).toEqual([
    'drain',
  ]);
});

test('a rotation after a crash removes what was there before and makes all of its slot again', () => {
  const before = planned(4, 1);
  const { command } = upTo(before, 'mirror');
  const session = new Session(before.snapshot());
  const [again] = session.handle({ kind: 'resume' }, 0) as [Of<'mirror'>];
  expect(again.op).toBeGreaterThan(command.op);
  expect(again.remove).toEqual(before.plan.slots[0]!.mirrors);
  expect(again.add).toEqual(before.plan.slots[1]!.mirrors);
});

test('only the mirrors that did not come up are asked for again', () => {
  const session = planned(4, 1);
  const { command, nowUs } = upTo(session, 'mirror');
  const [first, ...rest] = command.add.map(({ name }) => name);
  const failed = [{ mirror: first!, failure: { ...transient, scope: 'mirror' } as const }];
  expect(session.handle({ kind: 'mirrored', op: command.op, failed }, nowUs)).toEqual([]);
  const [again] = session.handle({ kind: 'timer' }, session.nextWakeupUs()!) as [Of<'mirror'>];
  expect([again.remove, again.add.map(({ name }) => name)]).toEqual([[], [first]]);
  expect(session.snapshot().mirrors.map(({ name }) => name)).toEqual(expect.arrayContaining(rest));
});

test('a listener whose disk is full gets no mirror of a later slot either', () => {
  const session = planned(6, 2);
  const { command, nowUs } = upTo(session, 'capture');
  const full: Failure = { class: 'resources', scope: 'listener', reason: 'no space left' };
  const { listener } = command.mirrors[0]!;
  let commands: SessionCommand[] = [];
  for (const mirror of command.mirrors)
    commands = session.handle(
      mirror.name === command.mirrors[0]!.name
        ? { kind: 'captureFailed', op: command.op, mirror: mirror.name, failure: full }
        : { kind: 'captureFinished', op: command.op, mirror: mirror.name },
      nowUs,
    );
  const [rotation] = commands as [Of<'mirror'>];
  const wanted = session.plan.slots[1]!.mirrors;
  expect(wanted.some((mirror) => mirror.listener === listener)).toBe(true);
  expect(rotation.add.some((mirror) => mirror.listener === listener)).toBe(false);
});

test('reasons end at a thousand', () => {
  const session = planned();
  const { command } = upTo(session, 'drain');
  const data = session.snapshot();
  const known = Array.from({ length: 999 }, (_, at) => ({
    atUs: 0,
    state: 'draining' as const,
    class: 'transient' as const,
    reason: `reason ${at}`,
  }));
  const resumed = new Session({ ...data, reasons: known });
  resumed.handle({ kind: 'failed', op: command.op, failure: { ...transient, reason: 'the thousandth' } }, 0);
  expect(resumed.snapshot().reasons.at(-1)!.reason).toBe('the thousandth');
  resumed.handle({ kind: 'failed', op: resumed.snapshot().op, failure: { ...transient, reason: 'one more' } }, 0);
  expect(resumed.snapshot().reasons).toHaveLength(1000);
});

test('the limits of a testbed follow from what its slices and mirrors take, with a minute at least', () => {
  const fixed = { prepareS: 120, recoverS: 60, drainS: 60, gatherS: 120, releaseS: 300, overstayS: 30 };
  expect(sessionLimits({ setupS: 3, rotationS: 1 })).toEqual({ ...fixed, requestS: 60, rotateS: 60 });
  expect(sessionLimits({ setupS: 600, rotationS: 90 })).toEqual({ ...fixed, requestS: 4800, rotateS: 450 });
});

test.each([
  ['request', 'requestS', 0],
  ['prepare', 'prepareS', 0],
  ['capture', 'overstayS', 5],
  ['mirror', 'rotateS', 0],
  ['drain', 'drainS', 0],
  ['gather', 'gatherS', 10 * 2],
  ['release', 'releaseS', 0],
] as const)('a %s has its own time to answer, from when it is asked for', (kind, limit, beside) => {
  const { plan } = planned(4, 1);
  const limits = {
    requestS: 101,
    prepareS: 102,
    rotateS: 103,
    recoverS: 104,
    drainS: 105,
    gatherS: 106,
    releaseS: 107,
    overstayS: 108,
  };
  expect(plan.time.gatheringS).toBe(2);
  const session = new Session(plan, limits);
  const { nowUs } = upTo(session, kind);
  expect(session.nextWakeupUs()).toBe(nowUs + (limits[limit] + beside) * S);
});
