import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeMessages } from 'mooring';
import {
  type AgentHandle,
  type ConnectEvent,
  closeSocket,
  LiveDatapath,
  type LiveDatapathOptions,
  MessageSocket,
  openSocket,
  SENT,
} from 'mooring/node';
import { afterEach } from 'vitest';

const LINK = { rateBytesPerSecond: 12.5e6, rttUs: 10_000, queueBytes: 250_000 };

/** Reports after 5 ms, and at most then. */
export const PROGRAM =
  '(def (Report (volatile acked 0))) (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (fallthrough)) (when (> Micros 5000) (report) (:= Micros 0))';

/** A folder of a test file, and the agents and datapaths that meet in it; they end with each test. */
export function liveFolder(name: string) {
  const folder = mkdtempSync(join(tmpdir(), `mooring-${name}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const ends: (() => void | Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  const atEnd = (end: () => void | Promise<void>) => void ends.push(end);
  let count = 0;
  const fresh = (what: string) => {
    count += 1;
    return join(folder, `${what}${count}`);
  };
  return {
    folder,
    /** A path nobody has. */
    fresh,
    atEnd,
    /** What `handle` tells from now on; it is closed at the end. */
    watch(handle: AgentHandle) {
      atEnd(() => handle.close());
      const events: ConnectEvent[] = [];
      handle.events.on((event) => events.push(event));
      const told = <T extends ConnectEvent['kind']>(kind: T) =>
        events.filter((event): event is ConnectEvent & { kind: T } => event.kind === kind);
      return { handle, events, told };
    },
    /** Our datapath with so many flows, for the agent at that path. */
    live(agent: string, flows: number, options: Partial<LiveDatapathOptions> = {}): LiveDatapath {
      const datapath = new LiveDatapath({ agent, path: fresh('live'), flows, ...LINK, ...options });
      atEnd(() => datapath.close());
      datapath.start();
      return datapath;
    },
    /** A datapath's socket, spoken to by hand. */
    peer(agentPath: string, path = fresh('peer')) {
      const descriptor = openSocket('unix', { path });
      const end = () => closeSocket(descriptor);
      atEnd(end);
      const socket = new MessageSocket(descriptor);
      const agent = socket.peerAt(agentPath);
      const bytes = new Uint8Array(socket.receiveBytes);
      return {
        path,
        end,
        /** False where the agent's queue is full. */
        say: (message: Uint8Array) => socket.send(agent, message) === SENT.OK,
        /** The messages that are there, decoded. */
        hear: () => {
          const heard = [];
          for (let length = socket.receive(bytes, 0); length >= 0; length = socket.receive(bytes, 0)) {
            for (const decoded of decodeMessages(bytes.subarray(0, length)))
              if (decoded.ok) heard.push(decoded.message);
          }
          return heard;
        },
      };
    },
  };
}
