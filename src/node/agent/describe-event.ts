import { printable, printableLines } from '../../base/index.js';
import type { ConnectEvent } from './events.js';

/**
 * Every kind of event: `usual` where flows and datapaths come and go, a `notice` otherwise.
 * docs/guide/agent.md says what each means.
 */
export const EVENT_KINDS: { readonly [Kind in ConnectEvent['kind']]: 'usual' | 'notice' } = {
  datapathReady: 'usual',
  datapathFound: 'usual',
  datapathGone: 'notice',
  datapathAbsent: 'notice',
  flowsUncontrolled: 'notice',
  flowCreated: 'usual',
  flowAdopted: 'notice',
  flowClosed: 'usual',
  algorithmFailed: 'notice',
  noted: 'usual',
  fieldSet: 'notice',
  fieldRefused: 'notice',
  strayFailure: 'notice',
  staleReport: 'notice',
  unknownFlow: 'notice',
  malformedMessage: 'notice',
  unexpectedMessage: 'notice',
  oversizedMessage: 'notice',
  programsResent: 'notice',
  datapathSilent: 'notice',
  sendQueueFull: 'notice',
  messageTooLong: 'notice',
  receiveOverrun: 'notice',
  workerReplaced: 'notice',
  workerQueueFull: 'notice',
  recordingStopped: 'notice',
  readerReplaced: 'notice',
  helperRestarted: 'notice',
  limitReached: 'notice',
  eventsDropped: 'notice',
};

const ADOPTED = {
  remembered: 'as the agent before knew it',
  measured: 'by its window and segments as measured: addresses and ports are unknown',
};

/** Whether an event tells of something beside the usual. */
export function isNotice(event: ConnectEvent): boolean {
  return EVENT_KINDS[event.kind] === 'notice';
}

/**
 * An event on one line, for people; below it the places of a program's errors. Names and messages come from outside, so
 * nothing in them ends the line or steers a terminal.
 */
export function describeEvent(event: ConnectEvent): string {
  return describe(plain(event));
}

/** The same event with its texts printable; an excerpt is lines of our own. */
function plain<T>(value: T, name?: string): T {
  if (typeof value === 'string') return (name === 'excerpt' ? printableLines(value) : printable(value)) as T;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner, key)])) as T;
}

function describe(event: ConnectEvent): string {
  switch (event.kind) {
    case 'datapathReady':
      return `${event.address}: datapath ${event.id} started`;
    case 'datapathFound':
      return `${event.address}: datapath found`;
    case 'datapathGone':
      return `${event.address}: datapath gone, ${event.flows} flows closed`;
    case 'datapathAbsent':
      return `${event.address}: nobody there yet; trying again`;
    case 'programsResent':
      return `${event.address}: no reports, sent programs ${event.programUids.join(', ')} again (attempt ${event.attempt})`;
    case 'datapathSilent':
      return `${event.address}: still no reports of programs ${event.programUids.join(', ')}: refused by the datapath, or idle`;
    case 'flowsUncontrolled':
      return event.flows === 0
        ? 'every flow is under control'
        : `${event.flows} ${event.flows === 1 ? 'flow' : 'flows'} not yet under control`;
    case 'flowCreated':
      return `${event.address}: flow ${event.sockId} began (${event.algorithm})`;
    case 'flowAdopted':
      return `${event.address}: flow ${event.sockId} ran before the agent; taken over ${ADOPTED[event.by]}`;
    case 'flowClosed':
      return `${event.address}: flow ${event.sockId} ${event.reason}`;
    case 'algorithmFailed': {
      const place = event.place === undefined ? '' : ` at ${event.place}`;
      const said = event.excerpt === undefined ? event.message : `its program does not compile\n${event.excerpt}\n`;
      return `${event.address}: flow ${event.sockId}: ${event.algorithm} failed (${event.phase})${place}: ${said} [${event.code}]; it keeps its initial window`;
    }
    case 'noted':
      return `${event.address}: flow ${event.sockId}: ${event.name} ${event.value}`;
    case 'fieldSet':
      return `${event.address}: flow ${event.sockId}: ${event.field} set to ${event.value} by hand`;
    case 'fieldRefused':
      return `${event.address}: flow ${event.sockId}: ${event.field} not set to ${event.value} by hand: ${event.message} [${event.code}]`;
    case 'strayFailure':
      return `something an algorithm left running failed: ${event.message} [${event.code}]`;
    case 'staleReport':
      return `${event.address}: flow ${event.sockId}: report of program ${event.programUid} with ${event.fields} fields; it runs ${event.expectedUid ?? 'none'} with ${event.expectedFields}`;
    case 'unknownFlow':
      return `${event.address}: report of flow ${event.sockId}, which nobody announced`;
    case 'unexpectedMessage':
      return `${event.address}: ${event.message}, which only an agent sends`;
    case 'malformedMessage':
      return `${event.address}: ${event.message} [${event.code}]`;
    case 'limitReached':
      return `${event.address}: not taken: there are ${event.value} ${event.limit}`;
    case 'sendQueueFull':
      return `${event.address}: reads too slowly: ${event.dropped} values overtaken by newer ones`;
    case 'messageTooLong':
      return `${event.address}: a message of ${event.bytes} bytes was not sent; ${event.maxBytes} is the most`;
    case 'receiveOverrun':
      return 'messages were lost: the kernel’s queue overflowed (--receive-buffer, socket.receiveBufferBytes)';
    case 'oversizedMessage':
      return `${event.address}: a message longer than any there is was dropped`;
    case 'workerReplaced':
      return `worker ${event.worker} ${event.reason}${event.error ? ` (${event.error.message})` : ''}; another took over ${event.flows} flows`;
    case 'readerReplaced':
      return `the thread that reads for the workers ended (${event.error.message}); another took over`;
    case 'helperRestarted':
      return `the helper was started again (${event.error.message}); messages on the way were lost`;
    case 'recordingStopped':
      return `recording ended: ${event.error.message}`;
    case 'workerQueueFull':
      return `worker ${event.worker} is behind: ${event.dropped} messages dropped`;
    case 'eventsDropped':
      return `${event.count} events were not told`;
  }
}
