import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ERROR, MooringError } from '../../base/index.js';
import { checkAgentUrl, relayAgents } from './agent-relay.js';
import { FileWatch } from './file-watch.js';
import { SANDBOX, STUDIO_FILES } from './parts.js';
import { type ServedFile, ServedFiles, tagOf } from './served-files.js';

/** What the studio is served with. */
export interface StudioOptions {
  /** Files the page opens: captures, results, a scenario, code; and folders whose code it may read and write. */
  readonly files: readonly string[];
  /** Port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Address of a running agent that the page watches, as `mooring agent --serve` prints it. */
  readonly agent?: string;
}

/** A studio that is served. */
export interface ServedStudio {
  /** With the token that the page asks for its files with. */
  readonly url: string;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
};

// Workers obey the headers of their own script, so every answer has them: nothing is sent anywhere but here.
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-cache',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Of the page that runs a reader's code: what that may do stands in it; nobody else may show it. */
const SANDBOX_POLICY = "frame-ancestors 'self'";

/**
 * Serves the studio on loopback until it is closed. Files are handed to whoever has the token of the URL: another user of this
 * machine, or a page of another origin, has none. Throws MOORING_ERR_FILE_UNREADABLE for a file there is not, and
 * MOORING_ERR_BAD_ARGUMENT for an agent that is not on this machine.
 */
export async function serveStudio({ files, port, agent }: StudioOptions): Promise<ServedStudio> {
  if (agent !== undefined) checkAgentUrl(agent);
  const served = new ServedFiles(files);
  const watch = new FileWatch(served);
  const token = randomBytes(18).toString('base64url');
  const server = createServer((request, response) => {
    answer(request, response, { files: served, watch, token, agent }).catch(() => response.destroy());
  });
  const closeRelay = relayAgents(server, token);
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new MooringError(
      ERROR.MOORING_ERR_BAD_ARGUMENT,
      `port ${port} of 127.0.0.1 cannot be listened at: ${(cause as Error).message}; without --port a free one is taken`,
      { argument: 'port' },
      cause,
    );
  }
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}/?token=${token}`,
    async close() {
      watch.close();
      closeRelay();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Served {
  readonly files: ServedFiles;
  readonly watch: FileWatch;
  readonly token: string;
  readonly agent: string | undefined;
}

async function answer(request: IncomingMessage, response: ServerResponse, served: Served): Promise<void> {
  // A name that somebody else's DNS points here is not ours: its pages get nothing.
  const { host = '', origin } = request.headers;
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return refuse(response, 421, 'wrong host');
  const isWrite = request.method === 'PUT';
  if (!isWrite && request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(response, 405, 'only GET and PUT');
  const path = pathOf(request.url ?? '/');
  const [, kind, given, rest = ''] = /^(files|watch)\/([^/]+)\/(.*)$/.exec(path) ?? [];
  if (given === undefined) {
    const part = STUDIO_FILES.get(path === '' ? 'index.html' : path);
    if (isWrite || !part) return refuse(response, 404, 'no such file');
    return end(response, await readFile(fileURLToPath(part)), extname(part.pathname), path === SANDBOX);
  }
  if (!isSame(given, served.token)) return refuse(response, 403, 'wrong token');
  // Pages of others cannot know the token; what they ask is refused all the same.
  if (origin !== undefined && origin !== `http://${host}`) return refuse(response, 403, 'wrong origin');
  if (isWrite)
    return kind === 'files' ? write(request, response, served.files, rest) : refuse(response, 405, 'only GET');
  if (kind === 'watch') {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    return served.watch.listen(response);
  }
  if (rest === '') return end(response, listing(served), '.json');
  const file = /^\d{1,6}$/.test(rest) ? served.files.at(Number(rest)) : undefined;
  return file === undefined ? refuse(response, 404, 'no such file') : send(response, served.files, file);
}

function listing({ files: { list, hasFolder }, agent }: Served): string {
  return JSON.stringify({
    files: list.map(({ name, isInFolder, kind }, index) => ({ index, name, isInFolder, ...(kind ? { kind } : {}) })),
    hasFolder,
    ...(agent === undefined ? {} : { agent }),
  });
}

/** Writes what a page sends: a file it was given, or `new/NAME` in the folder it was given. */
async function write(
  request: IncomingMessage,
  response: ServerResponse,
  files: ServedFiles,
  rest: string,
): Promise<void> {
  const [, name, number] = /^(?:new\/([^/]+)|(\d{1,6}))$/.exec(rest) ?? [];
  const index = name === undefined ? Number(number ?? Number.NaN) : files.add(name);
  const file = index === undefined ? undefined : files.at(index);
  if (index === undefined || !file)
    return refuse(response, 404, 'there is no such file, and none can be made under that name');
  if (!files.canWrite(file)) return refuse(response, 403, `${file.name} is nothing that is written here`);
  const text = await bodyOf(request);
  if (text === null) return refuse(response, 413, `more than ${MOST_BYTES} bytes are not written`);
  const known = request.headers['if-match'];
  if (known !== undefined && known !== (await files.tagOf(file)))
    return refuse(response, 412, 'the disk has another text of it meanwhile');
  let tag: string;
  try {
    tag = files.write(file, text);
  } catch (error) {
    return refuse(response, 500, (error as Error).message);
  }
  response.writeHead(200, { ...HEADERS, 'content-type': TYPES['.json'], etag: tag });
  response.end(JSON.stringify({ index }));
}

const MOST_BYTES = 4 * 1024 * 1024;

async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The path without its first slash; what cannot be decoded is no path of ours. */
function pathOf(url: string): string {
  try {
    return decodeURIComponent(new URL(url, 'http://127.0.0.1').pathname).slice(1);
  } catch {
    return '\0';
  }
}

function isSame(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}

/** What can be written back is small and has a tag; captures are not read whole. */
async function send(response: ServerResponse, files: ServedFiles, file: ServedFile): Promise<void> {
  const headers = { ...HEADERS, 'content-type': 'application/octet-stream' };
  if (files.canWrite(file)) {
    const text = await readFile(file.path).catch((error: Error) => error);
    if (text instanceof Error) return refuse(response, 404, text.message);
    response.writeHead(200, { ...headers, etag: tagOf(text) });
    response.end(text);
    return;
  }
  const bytes = file.parts ? Readable.from(linesOf(file.parts)) : createReadStream(file.path);
  const begin = (): void => {
    response.writeHead(200, headers);
    bytes.pipe(response);
  };
  if (file.parts) begin();
  else bytes.once('open', begin);
  bytes.once('error', (error: Error) => {
    if (response.headersSent) response.destroy();
    else refuse(response, 404, error.message);
  });
}

/** Files as one, a line each; one that went meanwhile is an empty line. */
async function* linesOf(paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths) yield `${(await readFile(path, 'utf8').catch(() => '')).replaceAll('\n', ' ')}\n`;
}

function end(response: ServerResponse, body: string | Buffer, extension: string, isSandbox = false): void {
  const type = TYPES[extension] ?? 'application/octet-stream';
  const headers = isSandbox ? { ...HEADERS, 'content-security-policy': SANDBOX_POLICY } : HEADERS;
  response.writeHead(200, { ...headers, 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  // What was sent and not read is not waited for.
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end(why);
}
