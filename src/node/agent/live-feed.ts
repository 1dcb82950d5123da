import {
  type FlowChanges,
  type FlowIdentity,
  flowRows,
  LIVE_FORMAT,
  type LiveFrame,
  type LiveHello,
  type LiveSet,
  type LiveText,
  type ShownFlow,
  type WatchedProgram,
} from '../../agent/index.js';
import { endpointText } from '../../algorithms/index.js';
import { ERROR, type U64 } from '../../base/index.js';
import { clockUs } from '../process/index.js';
import type { LiveViewer } from '../transports/index.js';
import { describeEvent, isNotice } from './describe-event.js';
import type { ConnectEvent } from './events.js';
import type { AgentHandle } from './handle.js';

/** How often a frame is made, ms. */
const EVERY_MS = 200;
/** Flows a thread is watched for. */
const MOST_FLOWS = 4096;
/** Texts of one client that wait for their answer. */
const MOST_WAITING = 16;

/** What the agent says of itself. */
export interface LiveAbout extends Pick<LiveHello, 'version' | 'algorithm' | 'ipc'> {
  /** Whether viewers may set fields. */
  readonly canSet: boolean;
}

/**
 * Flows and events of an agent for whoever looks on at `/live` of {@link serveWebSocket}: five texts of JSON a second
 * (docs/guide/agent.md, Pages). As long as nobody does, the agent keeps nothing for it.
 *
 * @example
 * ```ts
 * const server = await serveWebSocket({ port: 0 });
 * const agent = await connect(createChannel().transport, Aimd);
 * const feed = new LiveFeed(agent, { version: '1', algorithm: 'aimd', ipc: 'channel', canSet: false });
 * server.onLive((viewer) => feed.join(viewer));
 * agent.events.on((event) => feed.tell(event));
 * feed.close();
 * await agent.close();
 * await server.close();
 * ```
 */
export class LiveFeed {
  readonly #agent: Pick<AgentHandle, 'watch' | 'setField'>;
  readonly #about: LiveAbout;
  /** Each with the flows it is to be told first, until it has them. */
  readonly #viewers = new Map<LiveViewer, { isNew: boolean; waiting: number }>();
  readonly #flows = new Map<number, { readonly flow: ShownFlow; row: readonly (number | null)[] }>();
  /** Flows by datapath and number there. */
  readonly #byName = new Map<string, number>();
  readonly #programs = new Map<number, WatchedProgram>();
  /** By thread: our number of a flow by that thread's. */
  readonly #numbers: Map<number, number>[] = [];
  #count = 0;
  #frames = 0;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;

  constructor(agent: Pick<AgentHandle, 'watch' | 'setField'>, about: LiveAbout) {
    this.#agent = agent;
    this.#about = about;
  }

  /** Takes a viewer in, until it goes. */
  join(viewer: LiveViewer): void {
    const { canSet, ...about } = this.#about;
    const state = { isNew: true, waiting: 0 };
    this.#viewers.set(viewer, state);
    viewer.onGone(() => {
      this.#viewers.delete(viewer);
      if (this.#viewers.size === 0) this.#rest();
    });
    viewer.onText((text) => {
      if (state.waiting >= MOST_WAITING) return;
      state.waiting += 1;
      void this.#answer(viewer, text).finally(() => {
        state.waiting -= 1;
      });
    });
    say(viewer, { kind: 'hello', format: LIVE_FORMAT, ...about, everyUs: EVERY_MS * 1000, canSet });
    this.#timer ??= setInterval(() => void this.#frame(), EVERY_MS);
  }

  /** Tells of an event. */
  tell(event: ConnectEvent): void {
    if (event.kind === 'workerReplaced') this.#numbers[event.worker]?.clear();
    if (this.#viewers.size === 0) return;
    const text: LiveText = {
      ...{ kind: 'event', timeUs: clockUs(), event: event as never },
      ...{ text: describeEvent(event), notice: isNotice(event) },
    };
    for (const viewer of this.#viewers.keys()) say(viewer, text);
  }

  /** Tells nobody any more. */
  close(): void {
    this.#viewers.clear();
    this.#rest();
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#flows.clear();
    this.#byName.clear();
    this.#programs.clear();
    this.#numbers.length = 0;
    // It may be closed already, and watches nothing then.
    this.#agent.watch(0).catch(() => {});
  }

  async #frame(): Promise<void> {
    // A thread that is busy is asked once.
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      const all = await this.#agent.watch(MOST_FLOWS);
      if (this.#viewers.size > 0) this.#send(all);
    } catch {
      // A thread that ended is replaced; the next one answers.
    } finally {
      this.#isAsking = false;
    }
  }

  #send(all: readonly FlowChanges[]): void {
    const gone: number[] = [];
    const began: ShownFlow[] = [];
    const programs: WatchedProgram[] = [];
    const rows: (number | null)[] = [];
    let left = 0;
    all.forEach((changes, thread) => {
      this.#numbers[thread] ??= new Map();
      left += changes.left;
      this.#take(changes, this.#numbers[thread], { began, gone, programs, rows });
    });
    const frame: LiveFrame = {
      ...{ kind: 'frame', number: this.#frames, whole: false, timeUs: clockUs() },
      ...{ began, ended: gone, programs, rows, left },
    };
    this.#frames += 1;
    const text = JSON.stringify(frame);
    for (const [viewer, state] of this.#viewers) {
      if (!state.isNew) {
        // What it misses it is told again, whole.
        if (!viewer.send(text)) state.isNew = true;
      } else if (say(viewer, this.#whole(frame))) state.isNew = false;
    }
  }

  /** All there is, for one who has nothing yet or missed some. */
  #whole(frame: LiveFrame): LiveFrame {
    const flows = [...this.#flows.values()];
    return {
      ...frame,
      whole: true,
      began: flows.map(({ flow }) => flow),
      programs: [...this.#programs.values()],
      rows: flows.flatMap(({ row }) => row),
    };
  }

  #take(
    changes: FlowChanges,
    numbers: Map<number, number>,
    into: { began: ShownFlow[]; gone: number[]; programs: WatchedProgram[]; rows: (number | null)[] },
  ): void {
    for (const number of changes.ended) this.#end(numbers.get(number), into.gone);
    for (const { number, algorithm, info } of changes.began) {
      const { address, sockId, initCwnd, mss } = info;
      // One that another thread took over, or whose number was given again.
      this.#end(this.#byName.get(nameOf({ address, sockId })), into.gone);
      const flow: ShownFlow = {
        ...{ flow: this.#count, address, sockId, algorithm, initCwnd, mss },
        from: info.srcIp === 0 ? null : endpointText(info.srcIp, info.srcPort),
        to: info.dstIp === 0 ? null : endpointText(info.dstIp, info.dstPort),
      };
      this.#count += 1;
      numbers.set(number, flow.flow);
      this.#flows.set(flow.flow, { flow, row: [] });
      this.#byName.set(nameOf(flow), flow.flow);
      into.began.push(flow);
    }
    for (const program of changes.programs) {
      if (!this.#programs.has(program.uid)) into.programs.push(program);
      this.#programs.set(program.uid, program);
    }
    for (const { number, reports, cwndBytes, rateBytesPerSecond, programUid, last, sums } of flowRows(changes.rows)) {
      const flow = this.#flows.get(numbers.get(number) ?? -1);
      if (!flow) continue;
      const head = [flow.flow.flow, reports, cwndBytes, rateBytesPerSecond, programUid, last.length, ...last, ...sums];
      flow.row = head.map((value) => (Number.isFinite(value) ? value : null));
      for (const value of flow.row) into.rows.push(value);
    }
  }

  #end(flow: number | undefined, gone: number[]): void {
    const found = flow === undefined ? undefined : this.#flows.get(flow)?.flow;
    if (!found) return;
    this.#flows.delete(found.flow);
    if (this.#byName.get(nameOf(found)) === found.flow) this.#byName.delete(nameOf(found));
    gone.push(found.flow);
  }

  async #answer(viewer: LiveViewer, text: string): Promise<void> {
    const wanted = readSet(text);
    const refuse = (code: string, message: string): void => {
      say(viewer, { kind: 'answer', id: wanted?.id ?? 0, ok: false, code, message });
    };
    if (!wanted)
      return refuse(ERROR.MOORING_ERR_BAD_ARGUMENT, 'this is no {"kind":"set",…}; docs/guide/agent.md says what is.');
    if (!this.#about.canSet)
      return refuse(ERROR.MOORING_ERR_BAD_ARGUMENT, 'this agent lets nobody set fields: start it with --allow-set.');
    try {
      const told = await this.#agent.setField(wanted, wanted.field, wanted.value);
      if (told.kind === 'fieldRefused') refuse(told.code, told.message);
      else say(viewer, { kind: 'answer', id: wanted.id, ok: true });
    } catch (error) {
      refuse(ERROR.MOORING_ERR_THREAD_GONE, (error as Error).message);
    }
  }
}

function nameOf({ address, sockId }: FlowIdentity): string {
  return `${sockId} ${address}`;
}

function say(viewer: LiveViewer, text: LiveText): boolean {
  return viewer.send(JSON.stringify(text));
}

/** What a client wants set; undefined for what is no such text. */
function readSet(text: string): (Omit<LiveSet, 'value'> & { readonly value: U64 }) | undefined {
  let said: Partial<LiveSet> | null;
  try {
    said = JSON.parse(text) as Partial<LiveSet> | null;
  } catch {
    return undefined;
  }
  const { kind, id, address, sockId, field, value } = said ?? {};
  if (kind !== 'set' || !isCount(id) || !isCount(sockId)) return undefined;
  if (typeof address !== 'string' || typeof field !== 'string' || field.length > 100) return undefined;
  if (typeof value === 'string' && /^\d{1,20}$/.test(value))
    return { kind, id, address, sockId, field, value: BigInt(value) };
  return typeof value === 'number' ? { kind, id, address, sockId, field, value } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
