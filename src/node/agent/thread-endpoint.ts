import type { MessagePort, Worker } from 'node:worker_threads';
import type { Endpoint } from '../../client/index.js';

/** A worker, or its parent, as Comlink wants it: Node's threads emit events where browsers dispatch them. */
export function threadEndpoint(thread: Worker | MessagePort): Endpoint {
  const listeners = new Map<unknown, (data: unknown) => void>();
  return {
    postMessage: (message, transfer) => thread.postMessage(message, transfer as never),
    addEventListener(_, listener) {
      const receive = (data: unknown) => {
        const event = { data } as MessageEvent;
        if ('handleEvent' in listener) listener.handleEvent(event);
        else listener(event);
      };
      listeners.set(listener, receive);
      thread.on('message', receive);
    },
    removeEventListener(_, listener) {
      const receive = listeners.get(listener);
      listeners.delete(listener);
      if (receive) thread.off('message', receive);
    },
    start: () => {
      if ('start' in thread) thread.start();
    },
  };
}
