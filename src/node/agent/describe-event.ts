import type { ConnectEvent } from './events.js';

const USUAL: ReadonlySet<ConnectEvent['type']> = new Set([
  'datapathReady',
  'datapathFound',
  'flowCreated',
  'flowClosed',
]);

/** Whether an event tells of something that should not be. */
export function isFault(event: ConnectEvent): boolean {
  return !USUAL.has(event.type);
}

/** An event on one line, for people. */
export function describeEvent(event: ConnectEvent): string {
  switch (event.type) {
    case 'datapathReady':
      return `${event.from}: datapath ${event.id} started`;
    case 'datapathFound':
      return `${event.from}: datapath found`;
    case 'datapathGone':
      return `${event.from}: datapath gone, ${event.flows} flows closed`;
    case 'datapathAbsent':
      return `${event.to}: nobody there yet; trying again`;
    case 'programsResent':
      return `${event.from}: no reports, sent programs ${event.programUids.join(', ')} again (attempt ${event.attempt})`;
    case 'datapathSilent':
      return `${event.from}: still no reports of programs ${event.programUids.join(', ')}: refused by the datapath, or idle`;
    case 'flowCreated':
      return `${event.from}: flow ${event.sockId} began (${event.algorithm})`;
    case 'flowClosed':
      return `${event.from}: flow ${event.sockId} ${event.reason}`;
    case 'algorithmFailed':
      return `${event.from}: flow ${event.sockId}: ${event.algorithm} failed (${event.phase}): ${event.message} [${event.code}]; it keeps its initial window`;
    case 'staleReport':
      return `${event.from}: flow ${event.sockId}: report of program ${event.programUid} with ${event.fields} fields; it runs ${event.expectedUid ?? 'none'} with ${event.expectedFields}`;
    case 'unknownFlow':
      return `${event.from}: report of flow ${event.sockId}, which nobody announced`;
    case 'unexpectedMessage':
      return `${event.from}: ${event.message}, which only an agent sends`;
    case 'malformedMessage':
      return `${event.from}: ${event.message} [${event.code}]`;
    case 'limitReached':
      return `${event.from}: not taken: there are ${event.value} ${event.limit}`;
    case 'sendQueueFull':
      return `${event.to}: reads too slowly, ${event.dropped} messages dropped`;
    case 'messageTooLong':
      return `${event.to}: a message of ${event.bytes} bytes was not sent; ${event.maxBytes} is the most`;
    case 'receiveOverrun':
      return 'messages were lost: the kernel’s queue overflowed (--receive-buffer, socket.receiveBufferBytes)';
    case 'oversizedMessage':
      return `${event.from}: a message longer than any there is was dropped`;
    case 'workerReplaced':
      return `worker ${event.worker} ${event.reason}${event.error ? ` (${event.error.message})` : ''}; another took over ${event.flows} flows`;
    case 'readerReplaced':
      return `the thread that reads for the workers ended (${event.error.message}); another took over`;
    case 'helperRestarted':
      return `the helper was started again (${event.error.message}); messages on the way were lost`;
    case 'workerQueueFull':
      return `worker ${event.worker} is behind: ${event.dropped} messages dropped`;
    case 'eventsDropped':
      return `${event.count} events were not told`;
  }
}
