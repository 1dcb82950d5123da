import { signal } from '@preact/signals';
import { type LiveFlowState, LiveRun } from '../../run/index.js';
import { following, growRun, isSimulation, problem, run, showRun } from '../session.js';
import { agentUrl } from '../sources/disk.js';

// A running agent that is watched: what it tells becomes a run that grows. A connection that is lost is made again, what was seen
// stays. The page speaks to the command that serves it, which speaks to the agent.

export interface LiveStatus {
  readonly state: 'connecting' | 'live' | 'lost';
  /** Why it is lost, in words. */
  readonly why: string;
  /** When it is tried again, ms of the page's clock. */
  readonly retryAtMs: number;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;
/** How long an answer may take. */
const ANSWER_MS = 5000;

/** Of the agent that is watched; null where none is. */
export const liveStatus = signal<LiveStatus | null>(null);
/** Changes with every frame that is shown: for what shows more of the agent than its run. */
export const frames = signal(0);
/** Changes with every event. */
export const told = signal(0);

let live: LiveRun | undefined;
let socket: WebSocket | undefined;
let address = '';
let retryMs = FIRST_RETRY_MS;
let retry: ReturnType<typeof setTimeout> | undefined;
let asked = 0;
const answers = new Map<number, (said: { ok: boolean; message?: string }) => void>();

/** Watches the agent at an address as `mooring agent --serve` prints it, in place of another. */
export function watchAgent(at: string): void {
  leaveAgent();
  address = at.trim();
  live = new LiveRun(addressWithoutToken(address));
  frames.value = 0;
  retryMs = FIRST_RETRY_MS;
  open();
}

export function leaveAgent(): void {
  clearTimeout(retry);
  socket?.close();
  socket = undefined;
  live = undefined;
  liveStatus.value = null;
}

export function watched(): LiveRun | undefined {
  return live;
}

/** Whether what is shown is the agent as it runs. */
export function isLiveShown(): boolean {
  return live !== undefined && run.value.source === live.run.source;
}

/** Shows the agent as it runs. */
export function showLive(): void {
  if (!live) return;
  isSimulation.value = false;
  following.value = true;
  showRun(live.run);
  growRun(live.run);
}

/** Shows what was seen so far as a run that stays; the agent is watched on. */
export function freezeLive(): void {
  if (!live || !isLiveShown()) return;
  following.value = false;
  growRun(live.frozen(Date.now() * 1000));
}

/** Sets a field of a flow; what the agent says of it. */
export function setField(
  { identity }: LiveFlowState,
  field: string,
  value: string,
): Promise<{ readonly ok: boolean; readonly message?: string }> {
  if (socket?.readyState !== WebSocket.OPEN)
    return Promise.resolve({ ok: false, message: 'the agent is not connected' });
  asked += 1;
  const id = asked;
  const number = Number(value);
  const { address: at, sockId } = identity;
  socket.send(
    JSON.stringify({
      ...{ kind: 'set', id, address: at, sockId, field },
      value: Number.isSafeInteger(number) ? number : value,
    }),
  );
  return new Promise((resolve) => {
    answers.set(id, resolve);
    setTimeout(() => {
      answers.delete(id);
      resolve({ ok: false, message: 'the agent did not answer' });
    }, ANSWER_MS);
  });
}

function open(): void {
  const own = new WebSocket(agentUrl(address));
  socket = own;
  liveStatus.value = { state: 'connecting', why: '', retryAtMs: 0 };
  let isFirst = true;
  own.onmessage = ({ data }) => {
    if (own !== socket || !live) return;
    const text = readText(String(data));
    if (!live.take(text)) {
      leaveAgent();
      problem.value = 'the agent speaks another version of the protocol: both are to be of one version of Mooring';
      return;
    }
    const { kind, id } = (text ?? {}) as { kind?: string; id?: number };
    if (kind === 'answer') answers.get(id ?? 0)?.(text as { ok: boolean; message?: string });
    if (kind === 'event') told.value += 1;
    if (kind !== 'frame') return;
    retryMs = FIRST_RETRY_MS;
    if (isFirst) {
      liveStatus.value = { state: 'live', why: '', retryAtMs: 0 };
      if (!isLiveShown() && frames.value === 0) showLive();
      isFirst = false;
    }
    frames.value += 1;
    if (isLiveShown()) growRun(live.run);
  };
  own.onclose = ({ reason }) => {
    if (own !== socket || !live) return;
    live.lost();
    liveStatus.value = { state: 'lost', why: reason || 'the connection ended', retryAtMs: performance.now() + retryMs };
    retry = setTimeout(open, retryMs);
    retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
  };
}

function readText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function addressWithoutToken(at: string): string {
  return URL.canParse(at) ? new URL(at).host : at;
}
