import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { ERROR, MooringError } from '../../base/index.js';

// Carries what a running agent tells to the page, and back: the page's policy lets it speak to its own origin only, and the agent
// to pages whose origin it was told. Both ends are on this machine.

/** Bytes that may wait for a page that does not read; then the agent's side waits. */
const MOST_WAITING = 1 << 20;
/** A frame of all flows an agent shows. */
const MOST_FRAME = 32 << 20;
const MOST_RELAYS = 16;
/** Close codes of ours: why the agent was not reached, in words. */
const REFUSED = 4001;
/** A close frame holds 125 bytes, two of them its code. */
const LONGEST_REASON = 120;
const RETRY_READ_MS = 50;
const HANDSHAKE_MS = 5000;

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/;

/** `ws://127.0.0.1:PORT/?token=…` as `mooring agent --serve` prints it. Throws MOORING_ERR_BAD_ARGUMENT for another. */
export function checkAgentUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const why =
    url === undefined || url.protocol !== 'ws:'
      ? 'it is no ws:// address'
      : LOOPBACK.test(url.hostname)
        ? url.searchParams.get('token')
          ? undefined
          : 'it has no ?token=…'
        : 'it is not on this machine (an agent elsewhere is reached through ssh -L)';
  if (url && why === undefined) return url;
  throw new MooringError(
    ERROR.MOORING_ERR_BAD_ARGUMENT,
    `${JSON.stringify(text)} is no address of an agent: ${why}; give it as mooring agent --serve prints it`,
    { argument: 'agent' },
  );
}

/** Answers upgrades at `/agent/TOKEN/?at=ADDRESS` of a server; gives what ends them all. */
export function relayAgents(server: Server, token: string): () => void {
  const pages = new WebSocketServer({ noServer: true, maxPayload: 4096, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const at = admitted(request, token);
    if (at === undefined || pages.clients.size >= MOST_RELAYS) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    pages.handleUpgrade(request, socket, head, (page) => relay(page, at));
  });
  return () => {
    for (const page of pages.clients) page.terminate();
    pages.close();
  };
}

/** The agent a page of this server asks for; undefined for whoever is none. */
function admitted({ headers: { host = '', origin }, url = '' }: IncomingMessage, token: string): string | undefined {
  const [, given, query] = /^\/agent\/([^/?]+)\/\?(.*)$/.exec(url) ?? [];
  const isOurs =
    /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host) && (origin === undefined || origin === `http://${host}`);
  if (!isOurs || given === undefined) return undefined;
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  if (a.length !== b.length || !timingSafeEqual(a, b)) return undefined;
  return new URLSearchParams(query).get('at') ?? '';
}

function relay(page: WebSocket, at: string): void {
  const refuse = (why: string): void => page.close(REFUSED, Buffer.from(why).subarray(0, LONGEST_REASON).toString());
  let url: URL;
  try {
    url = checkAgentUrl(at);
  } catch (error) {
    page.on('error', () => page.terminate());
    refuse((error as Error).message);
    return;
  }
  url.pathname = '/live';
  const agent = new WebSocket(url, {
    maxPayload: MOST_FRAME,
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_MS,
    followRedirects: false,
  });
  let reading: NodeJS.Timeout | undefined;
  agent.on('message', (data: RawData, isBinary) => {
    if (isBinary || page.readyState !== page.OPEN) return;
    page.send(data, { binary: false });
    if (page.bufferedAmount < MOST_WAITING || reading) return;
    agent.pause();
    reading = setInterval(() => {
      if (page.bufferedAmount >= MOST_WAITING) return;
      clearInterval(reading);
      reading = undefined;
      agent.resume();
    }, RETRY_READ_MS);
  });
  page.on('message', (data: RawData, isBinary) => {
    if (isBinary || agent.readyState !== agent.OPEN) return;
    if (agent.bufferedAmount >= MOST_WAITING) refuse('the agent does not read what it is told');
    else agent.send(data, { binary: false });
  });
  agent.on('unexpected-response', (request, response) => {
    let why = '';
    const end = (): void => {
      refuse(`the agent refused: ${why.slice(0, LONGEST_REASON) || response.statusCode}`);
      request.destroy();
    };
    response.on('data', (part) => {
      why += String(part).slice(0, LONGEST_REASON);
      // What goes on and on is no reason, and is not waited for.
      if (why.length >= LONGEST_REASON) end();
    });
    response.on('end', end);
    response.on('error', end);
    response.setTimeout(HANDSHAKE_MS, end);
    request.on('error', () => {});
  });
  let opened = false;
  agent.on('open', () => {
    opened = true;
  });
  agent.on('error', (error) => {
    const why = (error as NodeJS.ErrnoException).code ?? error.message;
    refuse(opened ? `the agent said what cannot be read: ${why}` : `the agent was not reached: ${why}`);
  });
  agent.on('close', () => refuse('the agent ended the connection'));
  page.on('error', () => page.terminate());
  page.on('close', () => {
    clearInterval(reading);
    agent.terminate();
  });
}
