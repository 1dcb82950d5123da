import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  type AnswerFault,
  CoreApi,
  CredentialManager,
  claimsOfToken,
  type HttpAnswer,
  type HttpRequest,
  Metrics,
  Orchestrator,
  prettyDumps,
  refusal,
  type TokenVerifier,
  World,
} from '../../fabric/index.js';

/** The longest body the stand-in takes; the real one sits behind a proxy with a bound of its own. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** How the stand-in is served. */
export interface ServeOptions {
  /** Port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Certificate and key as PEM; without them it speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Milliseconds between two steps of provisioning; the real one takes minutes. */
  readonly stepMs: number;
  /** What is behind it. Default an empty one of two sites. */
  readonly world?: World;
  /** Answers that go wrong. */
  readonly faults?: readonly AnswerFault[];
  /** What stands beside the orchestrator; what is not there is not found. */
  readonly beside?: Beside;
  /** The testbed's clock, in milliseconds since 1970. Default this machine's. */
  readonly clock?: () => number;
}

/** The services beside the orchestrator. Their paths differ, so that one port serves them all. */
export interface Beside {
  readonly credmgr?: CredentialManager;
  readonly coreApi?: CoreApi;
  readonly metrics?: Metrics;
}

/** A stand-in that is listening. */
export interface Serving {
  readonly url: string;
  readonly world: World;
  /** Puts a request to it as if it had come over the network. */
  handle(request: HttpRequest): HttpAnswer;
  close(): Promise<void>;
}

const REFUSED = 'Unable to validate provided token: ValidateCode.';

/** Takes every token whose claims can be read and that has not ended; who signed it does not matter in a rehearsal. */
const verifyClaims: TokenVerifier = (token, nowMs) => {
  try {
    const { claims, expiresMs } = claimsOfToken(token);
    if (expiresMs !== undefined && expiresMs <= nowMs) return { refused: `${REFUSED}INVALID/Signature has expired` };
    return { claims };
  } catch {
    return { refused: `${REFUSED}UNPARSABLE_TOKEN/Not enough segments` };
  }
};

/** Serves a stand-in of FABRIC's orchestrator on loopback, until it is closed. */
export async function serveStandIn(options: ServeOptions): Promise<Serving> {
  const { port, tls, stepMs, world = new World(), faults = [], beside = {}, clock = Date.now } = options;
  const met = new Map(faults.map((fault) => [fault, 0]));
  const orchestrator = new Orchestrator({ world, verify: verifyClaims, newId: randomUUID });
  const handle = (request: HttpRequest): HttpAnswer => {
    const { credmgr, coreApi, metrics } = beside;
    if (credmgr && CredentialManager.owns(request.path)) return credmgr.handle(request, clock());
    if (coreApi && CoreApi.owns(request.path)) return coreApi.handle(request);
    if (metrics && Metrics.owns(request.path)) return metrics.handle(request, clock());
    return orchestrator.handle(request, clock());
  };
  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    // Its clock is the stand-in's, which may be another than ours.
    response.setHeader('Date', new Date(clock()).toUTCString());
    answer(handle, incoming, response, met).catch(() => response.destroy());
  };
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const steps = setInterval(() => world.step(clock()), stepMs);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${taken}`,
    world,
    handle,
    close: async () => {
      clearInterval(steps);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  handle: (request: HttpRequest) => HttpAnswer,
  incoming: IncomingMessage,
  response: ServerResponse,
  met: Map<AnswerFault, number>,
): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return void response.writeHead(413).end();
    chunks.push(chunk);
  }
  const request = requestOf(incoming, Buffer.concat(chunks).toString('utf8'));
  const fault = faultOf(request, met);
  if (fault === undefined) return write(response, handle(request));
  if (fault.carriedOut) handle(request);
  if (fault.text !== undefined) return write(response, refusal(fault.status, fault.text));
  // As a proxy in between says it.
  const page = `<html><head><title>${fault.status}</title></head><body>nginx</body></html>\n`;
  response.writeHead(fault.status, { 'Content-Type': 'text/html' }).end(page);
}

/** The fault a request meets; each counts the requests that are its. */
function faultOf(request: HttpRequest, met: Map<AnswerFault, number>): AnswerFault | undefined {
  for (const [fault, before] of met) {
    const { method, path, after, times } = fault;
    if (request.method !== method || !request.path.startsWith(path)) continue;
    met.set(fault, before + 1);
    if (before >= after && before < after + times) return fault;
  }
  return undefined;
}

function requestOf({ method = 'GET', url = '/', headers }: IncomingMessage, body: string): HttpRequest {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const plain = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method,
    path: decodeURIComponent(pathname),
    query: [...searchParams],
    headers: Object.fromEntries(plain),
    body,
  };
}

function write(response: ServerResponse, { status, contentType, headers, body, indent }: HttpAnswer): void {
  const text = `${prettyDumps(body, indent)}\n`;
  // A message may hold what a header cannot.
  const safe = Object.entries(headers).map(([name, value]) => [name, value.replace(/[^\t\x20-\x7e]/g, '?')] as const);
  response.writeHead(status, { ...Object.fromEntries(safe), 'Content-Type': contentType }).end(text);
}
