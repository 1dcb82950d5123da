import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { ERROR, MooringError, plainValue } from '../../base/index.js';
import { LIMIT } from '../../generated/wire.js';
import type { Transport, TransportSink } from './transport.js';

/** Bytes that may wait for a page that does not read. */
const MOST_WAITING = 1 << 20;

/** Connections beside those of clients: such as have not said yet who they are. */
const MOST_UNKNOWN = 64;
/** How long one may take to say so. */
const HEADERS_MS = 10_000;
/** What can be guessed within a day is no token. */
const LEAST_TOKEN_CHARACTERS = 8;

type Place = '/datapath' | '/events' | '/live';
type Refusal = readonly [status: number, why: string];

/** What {@link serveWebSocket} takes. */
export interface WebSocketOptions {
  /** 0 for a free one. */
  readonly port: number;
  /** 127.0.0.1 unless given: nothing beyond this machine. */
  readonly host?: string;
  /** What a client presents as `?token=`, 8 characters or more; made up where none is given. */
  readonly token?: string;
  /** Origins of pages that may connect, as browsers name them. Clients that are no pages name none. */
  readonly origins?: readonly string[];
  /** Connections at a time, 64 by default. */
  readonly maxClients?: number;
}

/** A client at `/live`, as long as it is there. */
export interface LiveViewer {
  /** Sends a text; false where one that was sent before still waits, because it does not read, or it is gone. */
  send(text: string): boolean;
  /** Calls `listener` with each text that comes. */
  onText(listener: (text: string) => void): void;
  onGone(listener: () => void): void;
}

/** A WebSocket server: pages as datapaths and as viewers. */
export interface WebSocketHost extends AsyncDisposable {
  /** With the token; `/datapath` speaks CCP in binary frames, `/events` shows events as JSON, `/live` flows as well. */
  readonly url: string;
  readonly token: string;
  /** For `connect`: each page at `/datapath` is a datapath. */
  readonly transport: Transport;
  /** Shows a value to every page at `/events`. */
  show(value: unknown): void;
  /** Calls `listener` with each client at `/live`; before there is one, those are refused. */
  onLive(listener: (viewer: LiveViewer) => void): void;
  close(): Promise<void>;
}

/**
 * Serves WebSockets for pages that act as datapath or watch. It listens on this machine only unless told, and asks for
 * a token and a known origin: any page a browser has open can try to reach a local port.
 *
 * Throws MOORING_ERR_BAD_ARGUMENT for a token that is too short, and what listening there throws.
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
  if (token.length < LEAST_TOKEN_CHARACTERS) {
    const message = `the token has ${token.length} characters: give ${LEAST_TOKEN_CHARACTERS} or more, or none and one is made up`;
    throw new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument: 'token' });
  }
  const datapaths = new Map<string, WebSocket>();
  const viewers = new Set<WebSocket>();
  let sink: TransportSink | undefined;
  let live: ((viewer: LiveViewer) => void) | undefined;
  let count = 0;
  const http = createServer((_, answer) => {
    answer.writeHead(426, { connection: 'close' }).end();
  });
  // With a server of our own nothing waits for a connection that says nothing, or half a request.
  http.headersTimeout = HEADERS_MS;
  const server = new WebSocketServer({ noServer: true, maxPayload: LIMIT.MESSAGE_BYTES, perMessageDeflate: false });
  const connections = new Set<Socket>();
  http.on('connection', (connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    if (connections.size > maxClients + MOST_UNKNOWN) connection.destroy();
  });
  const admit = (request: IncomingMessage): Place | Refusal => {
    const { origin } = request.headers;
    const [path = '', query = ''] = splitOnce(request.url ?? '', '?');
    if (!same(new URLSearchParams(query).get('token') ?? '', token)) return [401, 'token missing or wrong'];
    if (origin !== undefined && !origins.includes(origin)) return [403, 'origin not allowed'];
    if (path === '/live' && !live) return [404, 'nobody shows flows here'];
    if (path !== '/datapath' && path !== '/events' && path !== '/live') return [404, 'use /datapath, /events or /live'];
    if (server.clients.size >= maxClients) return [503, 'too many connections'];
    return path;
  };
  const welcome = (socket: WebSocket, place: Place) => {
    const end = () => socket.terminate();
    socket.on('error', end);
    if (place === '/events') {
      viewers.add(socket);
      socket.on('close', () => viewers.delete(socket));
      return;
    }
    if (place === '/live') {
      guard(end, () => live?.(viewerOf(socket, end)))();
      return;
    }
    count += 1;
    const address = `websocket:${count}`;
    datapaths.set(address, socket);
    const receive = guard(end, (data: Buffer, isBinary: boolean) => {
      if (isBinary) sink?.message(data, address);
    });
    const leave = guard(end, () => {
      datapaths.delete(address);
      sink?.gone(address);
    });
    socket.on('message', receive);
    socket.on('close', leave);
  };
  http.on('upgrade', (request, connection, head) => {
    connection.on('error', () => connection.destroy());
    guard(
      () => connection.destroy(),
      () => {
        const place = admit(request);
        if (typeof place === 'string') {
          server.handleUpgrade(request, connection, head, (socket) => welcome(socket, place));
        } else {
          const [status, why] = place;
          const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain`;
          connection.end(`${head}\r\nContent-Length: ${why.length}\r\n\r\n${why}`);
        }
      },
    )();
  });
  http.on('clientError', (_, connection) => connection.destroy());
  http.listen(options.port, host);
  // `once` rejects where an error comes first.
  await once(http, 'listening');
  // A server that listens lives on, whatever a single connection meets.
  http.on('error', () => {});
  const { port } = http.address() as AddressInfo;
  const close = async () => {
    sink = undefined;
    for (const connection of connections) connection.destroy();
    await new Promise<void>((resolve) => http.close(() => resolve()));
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
      const text = toJson(value);
      // A viewer that does not keep up misses some; the agent does not wait for it.
      for (const viewer of viewers) if (viewer.bufferedAmount < MOST_WAITING) viewer.send(text);
    },
    onLive(listener) {
      live = listener;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function viewerOf(socket: WebSocket, end: () => void): LiveViewer {
  return {
    send(text) {
      if (socket.readyState !== socket.OPEN || socket.bufferedAmount >= MOST_WAITING) return false;
      socket.send(text);
      return true;
    },
    onText(listener) {
      socket.on(
        'message',
        guard(end, (data: Buffer, isBinary: boolean) => {
          if (!isBinary) listener(data.toString());
        }),
      );
    },
    onGone(listener) {
      socket.on('close', listener);
    },
  };
}

/** A callback that costs its own client at most what it throws. */
function guard<T extends unknown[]>(end: () => void, work: (...given: T) => void): (...given: T) => void {
  return (...given) => {
    try {
      work(...given);
    } catch {
      end();
    }
  };
}

/** What JSON cannot hold is shown as text; whoever shows it is not to end by that. */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return JSON.stringify(plainValue(value));
  }
}

function splitOnce(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + 1)];
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
