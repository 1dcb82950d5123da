import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ERROR, MooringError } from '../../base/index.js';
import { fileFailure } from '../files/index.js';
import { STUDIO_FILES } from './parts.js';

/** What the studio is served with. */
export interface StudioOptions {
  /** Files the page opens: captures, results, a scenario. */
  readonly files: readonly string[];
  /** Port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
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
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-cache',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Serves the studio on loopback until it is closed. Files are handed to whoever has the token of the URL: another user of this
 * machine, or a page of another origin, has none. Throws MOORING_ERR_FILE_UNREADABLE for a file there is not.
 */
export async function serveStudio({ files, port }: StudioOptions): Promise<ServedStudio> {
  for (const path of files) checkFile(path);
  const token = randomBytes(18).toString('base64url');
  const server = createServer((request, response) => {
    answer(request, response, { files, token }).catch(() => response.destroy());
  });
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
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Served {
  readonly files: readonly string[];
  readonly token: string;
}

async function answer(request: IncomingMessage, response: ServerResponse, { files, token }: Served): Promise<void> {
  // A name that somebody else's DNS points here is not ours: its pages get nothing.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) return refuse(response, 421, 'wrong host');
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'only GET');
  const path = pathOf(request.url ?? '/');
  const [, given, index] = /^files\/([^/]+)\/(\d*)$/.exec(path) ?? [];
  if (given !== undefined) {
    if (!isSame(given, token)) return refuse(response, 403, 'wrong token');
    if (index === '') return end(response, JSON.stringify(files.map((file) => basename(file))), '.json');
    const file = files[Number(index)];
    return file === undefined ? refuse(response, 404, 'no such file') : stream(response, file);
  }
  const part = STUDIO_FILES.get(path === '' ? 'index.html' : path);
  if (!part) return refuse(response, 404, 'no such file');
  return end(response, await readFile(fileURLToPath(part)), extname(part.pathname));
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

function stream(response: ServerResponse, file: string): void {
  const bytes = createReadStream(file);
  bytes.once('open', () => {
    response.writeHead(200, { ...HEADERS, 'content-type': 'application/octet-stream' });
    bytes.pipe(response);
  });
  bytes.once('error', (error) => {
    if (response.headersSent) response.destroy();
    else refuse(response, 404, error.message);
  });
}

function end(response: ServerResponse, body: string | Buffer, extension: string): void {
  const type = TYPES[extension] ?? 'application/octet-stream';
  response.writeHead(200, { ...HEADERS, 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' });
  response.end(why);
}

function checkFile(path: string): void {
  try {
    if (statSync(path).isFile()) return;
  } catch (cause) {
    throw fileFailure(ERROR.MOORING_ERR_FILE_UNREADABLE, path, cause);
  }
  throw new MooringError(ERROR.MOORING_ERR_FILE_UNREADABLE, `${path} is no file`, { path });
}
