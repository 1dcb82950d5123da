import { ERROR, MooringError } from '../../base/index.js';
import type { Answered, Asked, FrameNews, FrameStart, Question } from './protocol.js';

// A reader's code runs in a worker inside a frame without an origin, whose policy lets nothing out (sandbox.html). The page
// holds one port to it, asks one thing at a time, and takes the frame away where no answer comes, or one that nobody asked for.

/** A sandbox that runs code. */
export interface Sandbox {
  /** Rejects with MOORING_ERR_AGENT_BLOCKED where there is no answer within `limitMs`; the sandbox is gone then. */
  ask(question: Question, limitMs: number): Promise<unknown>;
  readonly isOpen: boolean;
  close(): void;
}

/** What the code did that ended its sandbox, or why there is none. */
const START_MS = 5000;

let script: Promise<string> | undefined;

/** The worker's script as text, fetched once. */
function workerScript(): Promise<string> {
  script ??= fetch(new URL('workers/sandbox.js', document.baseURI)).then((response) => {
    if (!response.ok) throw new Error(`workers/sandbox.js: ${response.status}`);
    return response.text();
  });
  script.catch(() => {
    script = undefined;
  });
  return script;
}

/**
 * Opens a sandbox. With `trusted` its frame has this page's origin: still no network, but what the page has stored, and the
 * page itself, are within reach; only the reader may say so. Rejects with MOORING_ERR_NO_WORKER where the browser starts none.
 */
export async function openSandbox(trusted: boolean): Promise<Sandbox> {
  const text = await workerScript();
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', trusted ? 'allow-scripts allow-same-origin' : 'allow-scripts');
  frame.hidden = true;
  frame.title = 'Where code runs';
  frame.src = new URL('sandbox.html', document.baseURI).href;
  const { port1: port, port2 } = new MessageChannel();
  let waiting: { readonly id: number; settle(answered: Answered): void; fail(error: Error): void } | undefined;
  let isOpen = true;
  let asked = 0;
  const end = (error: Error): void => {
    if (!isOpen) return;
    isOpen = false;
    removeEventListener('message', hear);
    port.close();
    // With the frame goes its worker, whatever it is doing.
    frame.remove();
    waiting?.fail(error);
    waiting = undefined;
  };
  const hear = ({ source, data }: MessageEvent<FrameNews>): void => {
    if (source === null || source !== frame.contentWindow) return;
    if (data === 'ready') {
      const start: FrameStart = { script: text };
      frame.contentWindow?.postMessage(start, '*', [port2]);
    } else if (data === 'flooded') end(misbehaved('it sent messages of its own'));
    else end(noSandbox(String(data?.failed).slice(0, 1000)));
  };
  addEventListener('message', hear);
  const answer = (limitMs: number, late: () => Error, send?: Asked): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const id = send?.id ?? 0;
      const clock = setTimeout(() => end(late()), limitMs);
      const done =
        <T>(how: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(clock);
          how(value);
        };
      waiting = { id, settle: done(resolve), fail: done(reject) };
      if (send) port.postMessage(send);
    });
  port.onmessage = ({ data }: MessageEvent<Answered>) => {
    if (!waiting || (data as Partial<Answered> | null)?.id !== waiting.id)
      return end(misbehaved('it sent what nobody asked for'));
    const { settle } = waiting;
    waiting = undefined;
    settle(data);
  };
  port.onmessageerror = () => end(misbehaved('it sent what cannot be read'));
  const started = answer(START_MS, () => noSandbox('its frame did not answer'));
  document.body.append(frame);
  await started;
  return {
    get isOpen() {
      return isOpen;
    },
    async ask(question, limitMs) {
      if (!isOpen) throw misbehaved('it was closed');
      asked += 1;
      const answered = await answer(limitMs, () => blocked(limitMs), { id: asked, question });
      if ('error' in answered) throw refused(answered.error);
      return answered.value;
    },
    close: () => end(misbehaved('it was closed')),
  };
}

function noSandbox(why: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_NO_WORKER, `this browser starts no sandbox: ${why}`, {});
}

function misbehaved(why: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_THREAD_GONE, `the code was stopped: ${why}`, { who: 'the sandbox', why });
}

function blocked(limitMs: number): MooringError {
  return new MooringError(
    ERROR.MOORING_ERR_AGENT_BLOCKED,
    `The code did not come back within ${limitMs / 1000} s and was ended: is there a loop without an end?`,
  );
}

/** What the sandbox says went wrong: words, and where a scenario was refused the faults of its fields. */
function refused({
  message,
  diagnostics,
}: {
  readonly message: unknown;
  readonly diagnostics?: unknown;
}): MooringError {
  const found = (Array.isArray(diagnostics) ? diagnostics.slice(0, 100) : []).flatMap((one: unknown) => {
    const { path, message: said } = (one ?? {}) as { path?: unknown; message?: unknown };
    return typeof path === 'string' && typeof said === 'string' ? [{ path, message: said.slice(0, 1000) }] : [];
  });
  return new MooringError(
    ERROR.MOORING_ERR_SIM_BAD_SCENARIO,
    String(message).slice(0, 2000),
    found.length > 0 ? { diagnostics: found } : {},
  );
}
