import { createSimService, errorToValue } from '../../client/index.js';
import { columnsOfSimulation } from '../../run/index.js';
import type { Answered, Asked, Code, Question } from './protocol.js';

// The worker of a sandbox: the simulator, and a reader's code beside it in the same thread, so that nothing crosses a thread
// for a report. Whatever that code does to this thread, it is in a frame without an origin, network and storage.

const SAID_LINES = 200;
const SAID_LETTERS = 500;

/** Answers the page. `doors` are what code imports from `mooring`, by the names of the package's doors. */
export function serveSandbox(doors: Readonly<Record<string, object>>): void {
  const said = hearConsole();
  const urls = new Map<string, string>();
  for (const [name, door] of Object.entries(doors)) urls.set(name, doorUrl(name, door));
  const service = createSimService();
  // Kept before any code of others may put its own in their place.
  const { begin, advanceFor, result, change, instant, qlog } = service;

  const answer = async (question: Question): Promise<unknown> => {
    switch (question.kind) {
      case 'begin':
        return begin(question.scenario, own(question.code, urls));
      case 'advance': {
        const how = advanceFor(question.budgetMs, question.untilUs);
        const { failures } = result();
        return {
          ...how,
          run: columnsOfSimulation(result()),
          failures: failures.map(({ algorithm, message, place }) => ({ algorithm, message, place: place ?? null })),
          said: said.splice(0),
        };
      }
      case 'change':
        return change(question.change);
      case 'instant':
        return instant(question.scenario, question.atUs, question.flow, own(question.code, urls), question.changes);
      case 'qlog':
        return qlog(question.scenario, own(question.code, urls));
    }
  };
  addEventListener(
    'message',
    ({ ports }: MessageEvent) => {
      const [port] = ports;
      if (!port) return;
      const send = port.postMessage.bind(port);
      port.onmessage = async ({ data: { id, question } }: MessageEvent<Asked>) => {
        let answered: Answered;
        try {
          answered = { id, value: await answer(question) };
        } catch (error) {
          const { message, detail } = errorToValue(error);
          const diagnostics = (detail as { diagnostics?: unknown } | undefined)?.diagnostics;
          answered = { id, error: { message, ...(Array.isArray(diagnostics) ? { diagnostics } : {}) } };
        }
        send(answered);
      };
      send({ id: 0, value: null });
    },
    { once: true },
  );
}

/** The code as modules that this thread can import, and the scenario's names for them. */
function own({ modules, programs }: Code, doors: ReadonlyMap<string, string>) {
  const urls = new Map(doors);
  for (const { name, parts } of modules) {
    const text = parts.map((part) => (typeof part === 'string' ? part : (urls.get(part.from) ?? part.from))).join('');
    // So that stacks name the file as its author does.
    urls.set(name, scriptUrl(`${text}\n//# sourceURL=${name}`));
  }
  return { programs, modules: Object.fromEntries(modules.map(({ name }) => [name, urls.get(name)!])) };
}

/** A module that exports what a door of the package does. */
function doorUrl(name: string, door: object): string {
  const key = `mooring:${name}`;
  Object.defineProperty(globalThis, key, { value: door });
  const names = Object.keys(door).filter((one) => one !== 'default');
  return scriptUrl(`export const { ${names.join(', ')} } = globalThis[${JSON.stringify(key)}];`);
}

function scriptUrl(text: string): string {
  return URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
}

/** What the code says to the console, for its author. */
function hearConsole(): string[] {
  const said: string[] = [];
  const hear =
    (level: string) =>
    (...values: unknown[]): void => {
      if (said.length >= SAID_LINES) return;
      const line = values.map((value) => spoken(value)).join(' ');
      said.push(`${level === 'log' ? '' : `${level}: `}${line.slice(0, SAID_LETTERS)}`);
    };
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) console[level] = hear(level);
  return said;
}

function spoken(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return typeof value === 'object' && value !== null ? (JSON.stringify(value) ?? String(value)) : String(value);
  } catch {
    return '(cannot be written)';
  }
}
