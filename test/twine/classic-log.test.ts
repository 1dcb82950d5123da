import { expect, test } from 'vitest';
import {
  type ClassicContext,
  classicClosing,
  classicCommandLines,
  classicEventLines,
  classicOpening,
  classicRefusal,
  HEARTBEAT_AT,
  planCampaign,
  Session,
  type SessionCommand,
  type SessionEvent,
  SHARED_MEMORY_BYTES,
  STATUS_AT,
  USER_DONE_AT,
} from '../../src/twine/index.js';
import { inventoryOf, planOf } from './fixtures.js';

const S = 1e6;
const parameters = { experimentRetries: 2, waitInterval: 10, listenTime: 5, maxIterPerRetry: 1 };
const planned = (ports: number, nics: number, more = {}) =>
  planOf(inventoryOf(ports, nics), { targets: [{ site: 'INDI' }], parameters, rotationInterval: 1, ...more });

/** What the log has of a session that takes `events`, one a second; `op` is put in. */
function logOf(session: Session, events: readonly object[], interfaceOf?: ClassicContext['interfaceOf']): string[] {
  const lines: string[] = [];
  const context = { samplingStartUs: 2 * S, rotationStartUs: 3 * S, ...(interfaceOf ? { interfaceOf } : {}) };
  for (const [at, given] of events.entries()) {
    const before = session.snapshot();
    const event = { op: before.op, ...given } as SessionEvent;
    lines.push(...classicEventLines(event, before, context, at * S));
    const commands: SessionCommand[] = session.handle(event, at * S);
    for (const command of commands)
      lines.push(...classicCommandLines(command, before, session.snapshot(), context, at * S));
  }
  return lines;
}

const mirrored = (source: string, listener: string, nicPort: string, name: string, nic = 'pmnic_1') => [
  `INDI# mirror interface name: ${source} mirrored to`,
  '---------------  --------------------------',
  `Name             ${listener}-${nic}-${nicPort}`,
  `Network          ${name}`,
  'Bandwidth        100',
  '---------------  --------------------------',
];

test('the log of a campaign that rotates, line by line', () => {
  const plan = planned(3, 1);
  const session = new Session(plan);
  const [a, b] = plan.slots[0]!.mirrors.map(({ name }) => name);
  const [kept, fresh] = plan.slots[1]!.mirrors;
  const gone = plan.slots[0]!.mirrors.find(({ name }) => name !== kept!.name && name !== fresh!.name)!;
  const added = plan.slots[1]!.mirrors.find(({ name }) => name !== a && name !== b)!;
  const lines = logOf(session, [
    { kind: 'begin' },
    { kind: 'requested' },
    { kind: 'prepared' },
    { kind: 'captureStarted' },
    { kind: 'captureFinished', mirror: a },
    { kind: 'captureFinished', mirror: b },
    { kind: 'mirrored', failed: [] },
  ]);
  expect(lines).toEqual([
    ...mirrored('HundredGigE0/0/0/0', 'INDI_node0', 'p1', a!),
    ...mirrored('HundredGigE0/0/0/1', 'INDI_node0', 'p2', b!),
    'Submitting slice request to backend',
    'Initiating sampling phase',
    'INDI:./capture_packets.sh enp7s0 2 1 10 5 200 "all"',
    'INDI:./capture_packets.sh enp8s0 2 1 10 5 200 "all"',
    'end_command: ./end_detect.sh 45',
    'time_tcpdump_start 3 seconds',
    'total_sampling_time: 45 seconds',
    'Initiating strobing phase',
    'bringdown_submit_start: 5 seconds',
    `Bringing network down in ${gone.name}`,
    'bringdown_submit_stop: 0 seconds',
    'bringup_submit_start: 5 seconds',
    ...mirrored(added.source, 'INDI_node0', added.nicPort, added.name),
    'bringup_submit_stop: 3 seconds',
    'INDI: strobe operation done',
  ]);
});

test('the end of a campaign that does not rotate, on interfaces that have other names', () => {
  const plan = planned(1, 1);
  const session = new Session(plan);
  const { name: mirror, listener } = plan.slots[0]!.mirrors[0]!;
  const finished = { kind: 'captureFinished', mirror };
  const lines = logOf(
    session,
    [
      { kind: 'begin' },
      { kind: 'requested' },
      { kind: 'prepared' },
      { kind: 'captureStarted' },
      finished,
      ...Array.from({ length: 10 }, () => ({ kind: 'timer' })),
      finished,
      { kind: 'drained' },
      { kind: 'gathered' },
      { kind: 'released' },
    ],
    (of, port) => `${of}/${port}`,
  );
  expect(lines.slice(-9)).toEqual([
    'Initiating sampling phase',
    `INDI:./capture_packets.sh ${listener}/p1 2 1 10 5 200 "all"`,
    'end_command: ./end_detect.sh 45',
    'time_tcpdump_start 3 seconds',
    'total_sampling_time: 45 seconds',
    'Strobing disabled. Will listen on all ports for the duration of the experiment',
    'Final experiment time: 13 seconds',
    'Initiating Gathering phase',
    'Deleting the slice Traffic Listening Demo INDI',
  ]);
  expect(classicClosing(session.snapshot())).toEqual(['Exiting from Traffic Listening Demo INDI']);
});

const failure = { class: 'transient', scope: 'site', reason: 'the switch is busy' } as const;

test('a failure is an exception of the set-up until captures may begin, then one of the campaign', () => {
  const line = (state: 'requesting' | 'ready' | 'sampling' | 'gathering', event: object) =>
    classicEventLines(
      { op: 0, failure, ...event } as SessionEvent,
      { ...new Session(planned(1, 1)).snapshot(), state },
      { samplingStartUs: 0, rotationStartUs: 0 },
      0,
    );
  const failed = { kind: 'failed' };
  expect(line('requesting', failed)).toEqual(['Setup exception: the switch is busy']);
  expect(line('ready', failed)).toEqual(['Setup exception: the switch is busy']);
  expect(line('sampling', failed)).toEqual(['Exception: the switch is busy']);
  expect(line('sampling', { kind: 'captureFailed', mirror: 'm' })).toEqual(['Exception: the switch is busy']);
  expect(line('gathering', { kind: 'interrupt' })).toEqual(['Exception: interrupted while gathering']);
  expect(line('sampling', { kind: 'captureStarted' })).toEqual([]);
  expect(line('sampling', { kind: 'mirrored', failed: [{ mirror: 'm', failure }] })).toEqual([
    'bringup_submit_stop: 0 seconds',
    'Exception: the switch is busy',
    'INDI: strobe operation done',
  ]);
});

test('fewer NICs than wanted are told: those that are not there, and those the site could not give', () => {
  expect(classicOpening(planned(4, 2), 0).some((line) => line.includes('NIC'))).toBe(true);
  expect(classicOpening(planned(4, 2), 0).filter((line) => line.startsWith('Not enough'))).toEqual([]);
  expect(classicOpening(planned(4, 1), 0).at(-1)).toBe(
    'Not enough NIC cards available for site INDI. Reducing NIC count from 2 to 1!!!',
  );
  const resources = { ...failure, class: 'resources', reason: 'insufficient resources' } as const;
  const lines = logOf(new Session(planned(4, 2)), [{ kind: 'begin' }, { kind: 'failed', failure: resources }]);
  expect(lines).toContain('To overcome node allocation failure on site INDI, reducing port count from 2 to 1!!!');
  expect(lines.filter((line) => line.startsWith('To overcome'))).toHaveLength(1);
});

test('only a site without a free NIC counts as a degradation among what is refused', () => {
  const refusals = (inventory: Parameters<typeof planCampaign>[0], more = {}) => {
    const result = planCampaign(inventory, { targets: [{ site: 'INDI' }], ...more });
    return result.ok ? [] : result.refusals;
  };
  const noNics = refusals(inventoryOf(1, 0));
  const tooMany = refusals(inventoryOf(3, 1), { rotate: false });
  expect(classicRefusal('INDI', noNics)).toEqual([
    'Startup Log file for site: INDI',
    'Exception: inventory.INDI.nics: INDI has no free dedicated NIC (wait until one is free, or choose another site)',
    'Exiting due to no available ports!!!',
  ]);
  expect(classicRefusal('INDI', tooMany).at(-1)).toBe('Exception: refused');
  expect(classicRefusal('INDI', [...noNics, ...tooMany]).at(-1)).toBe('Exception: refused');
});

test('the last lines say how many captures there are; a failure before the first one gives up', () => {
  const data = new Session(planned(1, 1)).snapshot();
  const reasons = [{ atUs: 0, state: 'sampling', class: 'transient', reason: 'it is gone' } as const];
  const closing = (outcome: 'interrupted' | 'failed', fatal: boolean, captured: number) =>
    classicClosing({ ...data, outcome, fatal, captured, reasons });
  expect(closing('failed', true, 0)).toEqual(['Exception: it is gone', 'Exiting due to too many retries']);
  expect(closing('failed', true, 2)).toEqual(['Exception: it is gone', 'Exiting after 2 captures, Exception above']);
  expect(closing('failed', false, 0)).toEqual(['Exception: it is gone', 'Exiting after 0 captures, Exception above']);
  expect(closing('interrupted', false, 1)[1]).toBe('Exiting after 1 captures, Exception above');
});

test("Twine's five bytes, then heartbeat, status and the user's own", () => {
  expect([HEARTBEAT_AT, STATUS_AT, USER_DONE_AT, SHARED_MEMORY_BYTES]).toEqual([5, 6, 7, 8]);
});
