import {
  type FlowChanges,
  LIVE_FORMAT,
  type LiveFrame,
  type LiveHello,
  type LiveSet,
  type LiveText,
} from '../../agent/index.js';
import { ERROR, type U64 } from '../../base/index.js';
import { clockUs } from '../process/index.js';
import type { LiveViewer } from '../transports/index.js';
import { describeEvent, isNotice } from './describe-event.js';
import type { ConnectEvent } from './events.js';
import type { AgentHandle } from './handle.js';
import { LiveFlows } from './live-flows.js';

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
  readonly #flows = new LiveFlows();
  #frames = 0;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;
  #isClosed = false;

  constructor(agent: Pick<AgentHandle, 'watch' | 'setField'>, about: LiveAbout) {
    this.#agent = agent;
    this.#about = about;
  }

  /** Takes a viewer in, until it goes. After `close` nobody is told anything. */
  join(viewer: LiveViewer): void {
    if (this.#isClosed) return;
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
    if (event.kind === 'workerReplaced') this.#flows.replaced(event.worker);
    if (this.#viewers.size === 0) return;
    const text: LiveText = {
      ...{ kind: 'event', timeUs: clockUs(), event: event as never },
      ...{ text: describeEvent(event), notice: isNotice(event) },
    };
    for (const viewer of this.#viewers.keys()) say(viewer, text);
  }

  /** Tells nobody any more. */
  close(): void {
    this.#isClosed = true;
    this.#viewers.clear();
    this.#rest();
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#flows.clear();
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
    const frame: LiveFrame = {
      ...{ kind: 'frame', number: this.#frames, whole: false, timeUs: clockUs() },
      ...this.#flows.take(all),
    };
    this.#frames += 1;
    const text = JSON.stringify(frame);
    for (const [viewer, state] of this.#viewers) {
      if (!state.isNew) {
        // What it misses it is told again, whole.
        if (!viewer.send(text)) state.isNew = true;
      } else if (say(viewer, { ...frame, whole: true, ...this.#flows.all() })) state.isNew = false;
    }
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
