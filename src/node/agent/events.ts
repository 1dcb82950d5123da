import type { AgentEvent } from '../../agent/index.js';
import type { ErrorValue } from '../../client/index.js';

/** What happened around the agent: sockets and threads. */
export type HostEvent =
  /**
   * A datapath reads too slowly: its queue has been full for a second or more, and so many older values were not sent
   * since this was told last, because newer ones of the same flow took their place. Of a helper's relay: messages lost.
   */
  | { readonly kind: 'sendQueueFull'; readonly address: string; readonly dropped: number }
  /**
   * So many flows have waited for two seconds or more and not reported with their program yet: they are not under
   * control, or have no ACKs. Told when the number has changed, every 5 s at most; 0 when all have.
   */
  | { readonly kind: 'flowsUncontrolled'; readonly flows: number }
  /** A message was too long for the transport and was not sent. */
  | { readonly kind: 'messageTooLong'; readonly address: string; readonly bytes: number; readonly maxBytes: number }
  /** The kernel dropped messages to the agent because they were not read fast enough (ENOBUFS). */
  | { readonly kind: 'receiveOverrun' }
  /** A message longer than any of the protocol came, and was dropped. */
  | { readonly kind: 'oversizedMessage'; readonly address: string }
  /** Nobody answered the first message; it is sent again with growing pauses until a datapath speaks. */
  | { readonly kind: 'datapathAbsent'; readonly address: string }
  /** A worker blocked, died or ran out of memory: another took over, its flows were created again there. */
  | {
      readonly kind: 'workerReplaced';
      readonly worker: number;
      readonly reason: 'blocked' | 'died';
      readonly flows: number;
      readonly error?: ErrorValue;
      /** The flow whose algorithm ran then; it keeps its initial window now. */
      readonly culprit?: { readonly address: string; readonly sockId: number };
    }
  /** The thread that reads for several workers ended; another took over. What it held is lost. */
  | { readonly kind: 'readerReplaced'; readonly error: ErrorValue }
  /** The helper that holds the socket ended and was started again; messages on the way were lost. */
  | { readonly kind: 'helperRestarted'; readonly error: ErrorValue }
  /** Messages are not written to the file any more; it can be read up to its last whole line. */
  | { readonly kind: 'recordingStopped'; readonly path: string; readonly error: ErrorValue }
  /** A worker’s queue was full: messages of its flows were dropped. */
  | { readonly kind: 'workerQueueFull'; readonly worker: number; readonly dropped: number }
  /** More happened than could be told. */
  | { readonly kind: 'eventsDropped'; readonly count: number };

/** All a running agent tells. */
export type ConnectEvent = AgentEvent | HostEvent;
