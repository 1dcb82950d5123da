import type { FlowChanges, LiveAnswer, LiveEvent, LiveFrame, LiveHello, LiveText } from 'mooring';
import { type ConnectEvent, LiveFeed, type LiveViewer } from 'mooring/node';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LiveFlows } from '../../../src/node/agent/live-flows.js';

// What viewers of an agent are told, frame by frame: by an agent that says what it is asked to say.

type SetField = ConstructorParameters<typeof LiveFeed>[0]['setField'];

const NOTHING: FlowChanges = { began: [], ended: [], programs: [], rows: new Float64Array(), left: 0 };
const flow = (number: number, sockId = number) => ({
  ...{ number, algorithm: 'aimd' },
  info: {
    ...{ address: 'dp', sockId, initCwnd: 14_480, mss: 1448 },
    ...{ srcIp: 0x0100000a, srcPort: 1, dstIp: 0x0200000a, dstPort: 2 },
  } as FlowChanges['began'][number]['info'],
});
const program = (uid: number) => ({ uid, fields: [{ name: 'acked', of: null, adds: true }], controls: [] });
/** A row of one field. */
const row = (number: number, reports: number): number[] => [number, reports, 14_480, Number.NaN, 1, 1, 5, 5 * reports];

const idOf = ({ address, sockId }: Parameters<SetField>[0]) => ({ address, sockId });

class MadeAgent {
  /** What each thread says when it is asked next; nothing new after that. */
  next: FlowChanges[] = [NOTHING];
  asked: number[] = [];
  fails = false;
  answer: SetField = async (of, field, value) => ({ kind: 'fieldSet', ...idOf(of), field, value: Number(value) });

  async watch(most: number): Promise<FlowChanges[]> {
    this.asked.push(most);
    if (this.fails) throw new Error('the thread has ended');
    const said = this.next;
    this.next = said.map(() => NOTHING);
    return most > 0 ? said : [];
  }
  setField: SetField = (...args) => this.answer(...args);
}

class Viewer implements LiveViewer {
  readonly texts: LiveText[] = [];
  reads = true;
  say: (text: string) => void = () => {};
  go: () => void = () => {};

  send(text: string): boolean {
    if (this.reads) this.texts.push(JSON.parse(text) as LiveText);
    return this.reads;
  }
  onText(listener: (text: string) => void): void {
    this.say = listener;
  }
  onGone(listener: () => void): void {
    this.go = listener;
  }
  of<T extends LiveText>(kind: T['kind']): T[] {
    return this.texts.filter((text) => text.kind === kind) as T[];
  }
  get frames(): LiveFrame[] {
    return this.of<LiveFrame>('frame');
  }
  get last(): LiveFrame {
    return this.frames.at(-1)!;
  }
}

let agent: MadeAgent;
let feed: LiveFeed;
const frame = (): Promise<unknown> => vi.advanceTimersByTimeAsync(200);
const watched = (): Viewer => {
  const viewer = new Viewer();
  feed.join(viewer);
  return viewer;
};
const about = { version: '1', algorithm: 'aimd', ipc: 'channel', canSet: true };

beforeEach(() => {
  vi.useFakeTimers();
  agent = new MadeAgent();
  feed = new LiveFeed(agent, about);
});
afterEach(() => {
  feed.close();
  vi.useRealTimers();
});

describe('a viewer', () => {
  test('is told who speaks, then all there is, then what changed', async () => {
    const viewer = watched();
    agent.next = [{ ...NOTHING, began: [flow(0), flow(1)], programs: [program(1)] }];
    await frame();
    agent.next = [{ ...NOTHING, rows: Float64Array.from(row(1, 3)) }];
    await frame();
    expect(viewer.of<LiveHello>('hello')).toMatchObject([{ format: 'mooring-live-1', canSet: true, everyUs: 200_000 }]);
    expect(viewer.frames.map(({ whole }) => whole)).toEqual([true, false]);
    expect(viewer.frames[0]!.began.map(({ sockId, from, to }) => [sockId, from, to])).toEqual([
      [0, '10.0.0.1:256', '10.0.0.2:512'],
      [1, '10.0.0.1:256', '10.0.0.2:512'],
    ]);
    // A rate that was never set is not known, and no zero.
    expect(viewer.last.rows).toEqual([1, 3, 14_480, null, 1, 1, 5, 15]);
    expect(viewer.last.began).toEqual([]);
  });

  test('who comes later has all there is as well, with what each said last', async () => {
    watched();
    agent.next = [{ ...NOTHING, began: [flow(0)], programs: [program(1)], rows: Float64Array.from(row(0, 7)) }];
    await frame();
    const late = watched();
    await frame();
    expect(late.last).toMatchObject({ whole: true, programs: [{ uid: 1 }] });
    expect(late.last.began.map(({ sockId }) => sockId)).toEqual([0]);
    expect(late.last.rows.slice(0, 3)).toEqual([0, 7, 14_480]);
  });

  test('who does not read is told all again when it does, and the others are not kept waiting', async () => {
    const [slow, quick] = [watched(), watched()];
    agent.next = [{ ...NOTHING, began: [flow(0), flow(1)] }];
    await frame();
    slow.reads = false;
    agent.next = [{ ...NOTHING, ended: [0] }];
    await frame();
    slow.reads = true;
    await frame();
    expect(slow.last.whole).toBe(true);
    expect(slow.last.began.map(({ sockId }) => sockId)).toEqual([1]);
    expect(quick.frames.map(({ whole }) => whole)).toEqual([true, false, false]);
    expect(quick.frames[1]!.ended).toEqual([quick.frames[0]!.began[0]!.flow]);
    await frame();
    expect(slow.last.whole).toBe(false);
  });

  test('events come as one line of text, to all who look on', () => {
    const [a, b] = [watched(), watched()];
    feed.tell({ kind: 'datapathReady', address: 'evil\u001b[2J', id: 3 } as ConnectEvent);
    for (const viewer of [a, b]) {
      const [told] = viewer.of<LiveEvent>('event');
      expect(told!.notice).toBe(false);
      expect(told!.text).toContain('datapath 3 started');
      expect(told!.text).not.toContain('\u001b');
    }
  });
});

describe('the agent', () => {
  test('keeps nothing while nobody looks on', async () => {
    await frame();
    expect(agent.asked).toEqual([]);
    const viewer = watched();
    await frame();
    viewer.go();
    await frame();
    await frame();
    expect(agent.asked).toEqual([4096, 0]);
  });

  test('whose thread ended is asked again', async () => {
    const viewer = watched();
    agent.fails = true;
    await frame();
    expect(viewer.frames).toEqual([]);
    agent.fails = false;
    agent.next = [{ ...NOTHING, began: [flow(0)] }];
    await frame();
    expect(viewer.last.began).toHaveLength(1);
  });

  test('that is slow is asked once at a time', async () => {
    watched();
    let give: (all: FlowChanges[]) => void = () => {};
    const asked = vi.spyOn(agent, 'watch').mockImplementation(
      () =>
        new Promise((resolve) => {
          give = resolve;
        }),
    );
    for (let i = 0; i < 10; i += 1) await frame();
    expect(asked).toHaveBeenCalledTimes(1);
    give([NOTHING]);
    await frame();
    expect(asked).toHaveBeenCalledTimes(2);
  });

  test('that is closed takes nobody in: nothing keeps the process alive', async () => {
    feed.close();
    const viewer = watched();
    await frame();
    expect(viewer.texts).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('flows', () => {
  test('of one name in two threads are one: that which began later', async () => {
    const viewer = watched();
    agent.next = [{ ...NOTHING, began: [flow(0, 5)] }, NOTHING];
    await frame();
    agent.next = [NOTHING, { ...NOTHING, began: [flow(0, 5)] }];
    await frame();
    expect(viewer.last.ended).toEqual([viewer.frames[0]!.began[0]!.flow]);
    // What the first thread still says of it is of no flow.
    agent.next = [
      { ...NOTHING, rows: Float64Array.from(row(0, 9)) },
      { ...NOTHING, rows: Float64Array.from(row(0, 2)) },
    ];
    await frame();
    expect(viewer.last.rows.slice(0, 2)).toEqual([viewer.frames[1]!.began[0]!.flow, 2]);
    expect(viewer.last.rows).toHaveLength(8);
  });

  test('of a thread that was replaced end, unless they begin again there', async () => {
    const viewer = watched();
    agent.next = [{ ...NOTHING, began: [flow(0), flow(1)] }];
    await frame();
    feed.tell({ kind: 'workerReplaced', worker: 0, reason: 'died', flows: 2 });
    agent.next = [{ ...NOTHING, began: [flow(0, 1)] }];
    await frame();
    expect(viewer.last.ended).toEqual(viewer.frames[0]!.began.map(({ flow: number }) => number));
    const late = watched();
    await frame();
    expect(late.last.began.map(({ sockId }) => sockId)).toEqual([1]);
  });

  test('that come and go leave nothing behind', () => {
    const flows = new LiveFlows();
    flows.take([{ ...NOTHING, began: [flow(0)], programs: [program(1)] }]);
    const { held } = flows;
    for (let i = 1; i <= 2000; i += 1) flows.take([{ ...NOTHING, began: [flow(i)], ended: [i - 1] }]);
    // Replaced threads, too.
    for (let i = 1; i <= 100; i += 1) {
      flows.replaced(0);
      flows.take([{ ...NOTHING, began: [flow(i)] }]);
    }
    expect(flows.held).toBe(held);
    expect(flows.all().began).toHaveLength(1);
  });
});

describe('fields', () => {
  const set = (change: object = {}): string =>
    JSON.stringify({ kind: 'set', id: 1, address: 'dp', sockId: 1, field: 'Cwnd', value: 2896, ...change });
  const answers = async (viewer: Viewer): Promise<LiveAnswer[]> => {
    await vi.advanceTimersByTimeAsync(0);
    return viewer.of<LiveAnswer>('answer');
  };

  test('are set as a number, or as digits beyond what a number holds', async () => {
    const viewer = watched();
    const asked: unknown[] = [];
    const usual = agent.answer;
    agent.answer = (of, field, value) => {
      asked.push(value);
      return usual(of, field, value);
    };
    viewer.say(set());
    viewer.say(set({ id: 2, value: '18446744073709551615' }));
    expect(await answers(viewer)).toEqual([
      { kind: 'answer', id: 1, ok: true },
      { kind: 'answer', id: 2, ok: true },
    ]);
    expect(asked).toEqual([2896, 18446744073709551615n]);
  });

  test.each([
    ['no JSON', 'set Cwnd'],
    ['null', 'null'],
    ['a list', '[]'],
    ['another kind', set({ kind: 'get' })],
    ['no number of a flow', set({ sockId: '1' })],
    ['a fraction of a flow', set({ sockId: 1.5 })],
    ['a number below 0', set({ id: -1 })],
    ['an address that is none', set({ address: 5 })],
    ['a name beyond all names', set({ field: 'x'.repeat(101) })],
    ['a value that is none', set({ value: { valueOf: 5 } })],
    ['digits that are none', set({ value: '5e3' })],
    ['digits without end', set({ value: '9'.repeat(21) })],
    ['its prototype', '{"__proto__":{"kind":"set"},"kind":"set"}'],
  ])('%s is refused, and the agent is not asked', async (_, text) => {
    const viewer = watched();
    const asked = vi.spyOn(agent, 'answer');
    viewer.say(text);
    expect(await answers(viewer)).toMatchObject([{ ok: false, code: 'MOORING_ERR_BAD_ARGUMENT' }]);
    expect(asked).not.toHaveBeenCalled();
  });

  test('are refused where nobody may set them, and where the agent refuses or has ended', async () => {
    const viewer = watched();
    agent.answer = async (of, field, value) => ({
      ...{ kind: 'fieldRefused', ...idOf(of), field, value: Number(value) },
      ...{ code: 'MOORING_ERR_BAD_ARGUMENT', message: 'no such field' },
    });
    viewer.say(set());
    agent.answer = () => Promise.reject(new Error('the worker is gone'));
    viewer.say(set({ id: 2 }));
    expect(await answers(viewer)).toMatchObject([
      { id: 1, ok: false, message: 'no such field' },
      { id: 2, ok: false, code: 'MOORING_ERR_THREAD_GONE', message: 'the worker is gone' },
    ]);
    const closed = new LiveFeed(agent, { ...about, canSet: false });
    const other = new Viewer();
    closed.join(other);
    other.say(set());
    expect((await answers(other))[0]!.message).toContain('--allow-set');
    closed.close();
  });

  test('that are asked for faster than they are answered are not kept', async () => {
    const viewer = watched();
    let asked = 0;
    const done: (() => void)[] = [];
    agent.answer = (of, field, value) => {
      asked += 1;
      return new Promise((resolve) => {
        done.push(() => resolve({ kind: 'fieldSet', ...idOf(of), field, value: Number(value) }));
      });
    };
    for (let id = 1; id <= 1000; id += 1) viewer.say(set({ id }));
    expect(asked).toBe(16);
    for (const one of done.splice(0)) one();
    expect(await answers(viewer)).toHaveLength(16);
    viewer.say(set({ id: 1001 }));
    expect(asked).toBe(17);
  });
});
