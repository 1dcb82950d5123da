import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { LIMIT } from '../../generated/wire.js';
import type { Transport, TransportSink } from './transport.js';

/** Bytes that may wait for a page that does not read. */
const MOST_WAITING = 1 << 20;

/** What {@link serveWebSocket} takes. */
export interface WebSocketOptions {
  /** 0 for a free one. */
  readonly port: number;
  /** 127.0.0.1 unless given: nothing beyond this machine. */
  readonly host?: string;
  /** What a client presents as `?token=`; made up where none is given. */
  readonly token?: string;
  /** Origins of pages that may connect, as browsers name them. Clients that are no pages name none. */
  readonly origins?: readonly string[];
  /** Connections at a time, 64 by default. */
  readonly maxClients?: number;
}

/** A WebSocket server: pages as datapaths and as viewers. */
export interface WebSocketHost extends AsyncDisposable {
  /** With the token; `/datapath` speaks CCP in binary frames, `/events` shows events as JSON. */
  readonly url: string;
  readonly token: string;
  /** For `connect`: each page at `/datapath` is a datapath. */
  readonly transport: Transport;
  /** Shows a value to every page at `/events`. */
  show(value: unknown): void;
  close(): Promise<void>;
}

/**
 * Serves WebSockets for pages that act as datapath or watch. It listens on this machine only unless told, and asks for
 * a token and a known origin: any page a browser has open can try to reach a local port.
 *
 * @example
 * ```ts
 * const server = await serveWebSocket({ port: 0, origins: ['http://localhost:5173'] });
 * const agent = await connect(server.transport, Aimd);
 * agent.events.on((event) => server.show(event));
 * console.log(server.url); // ws://127.0.0.1:PORT/?token=…
 * await agent.close();
 * await server.close();
 * ```
 */
export async function serveWebSocket(options: WebSocketOptions): Promise<WebSocketHost> {
  const { host = '127.0.0.1', origins = [], maxClients = 64 } = options;
  const token = options.token ?? randomBytes(18).toString('base64url');
  const datapaths = new Map<string, WebSocket>();
  const viewers = new Set<WebSocket>();
  let sink: TransportSink | undefined;
  let count = 0;
  const server = new WebSocketServer({
    host,
    port: options.port,
    maxPayload: LIMIT.MESSAGE_BYTES,
    perMessageDeflate: false,
    verifyClient: ({ origin, req }: { origin?: string; req: IncomingMessage }, answer) => {
      const { pathname, searchParams } = new URL(req.url ?? '/', 'ws://local');
      if (!same(searchParams.get('token') ?? '', token)) answer(false, 401, 'token missing or wrong');
      else if (origin !== undefined && !origins.includes(origin)) answer(false, 403, 'origin not allowed');
      else if (pathname !== '/datapath' && pathname !== '/events') answer(false, 404, 'use /datapath or /events');
      else if (server.clients.size >= maxClients) answer(false, 503, 'too many connections');
      else answer(true);
    },
  });
  server.on('connection', (socket, request) => {
    socket.on('error', () => socket.terminate());
    if (new URL(request.url ?? '/', 'ws://local').pathname === '/events') {
      viewers.add(socket);
      socket.on('close', () => viewers.delete(socket));
      return;
    }
    count += 1;
    const address = `websocket:${count}`;
    datapaths.set(address, socket);
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) sink?.message(data, address);
    });
    socket.on('close', () => {
      datapaths.delete(address);
      sink?.gone(address);
    });
  });
  await Promise.race([
    once(server, 'listening'),
    once(server, 'error').then(([error]) => {
      throw error;
    }),
  ]);
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    sink = undefined;
    for (const client of server.clients) client.terminate();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return {
    url: `ws://${host.includes(':') ? `[${host}]` : host}:${port}/?token=${token}`,
    token,
    transport: {
      maxMessageBytes: LIMIT.MESSAGE_BYTES,
      firstContacts: [],
      start: (to) => {
        sink = to;
      },
      send(to, bytes) {
        const socket = datapaths.get(to);
        if (!socket) return 'gone';
        if (socket.bufferedAmount > MOST_WAITING) return 'full';
        socket.send(bytes);
        return 'sent';
      },
      close: () => {
        sink = undefined;
      },
    },
    show(value) {
      const text = JSON.stringify(value);
      // A viewer that does not keep up misses some; the agent does not wait for it.
      for (const viewer of viewers) if (viewer.bufferedAmount < MOST_WAITING) viewer.send(text);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
