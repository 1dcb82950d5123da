import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';

// A registry on this machine that has our packages as if they were published, and sends whoever asks
// for another to the one npm uses.

export interface Registry {
  readonly url: string;
  close(): void;
}

export async function serveRegistry(tarballs: readonly string[]): Promise<Registry> {
  const upstream = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  const files = new Map(tarballs.map((path) => [`/-/${basename(path)}`, readFileSync(path)]));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/');
    const file = files.get(path);
    if (file) response.end(file);
    else if (documents.has(path)) response.end(JSON.stringify(documents.get(path)));
    else response.writeHead(302, { location: new URL(path.slice(1), upstream).href }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const documents = new Map(tarballs.map((path) => documentOf(path, new URL(`-/${basename(path)}`, url).href)));
  return { url, close: () => server.close() };
}

/** What a registry says of a package with one version. */
function documentOf(tarball: string, location: string): [path: string, document: object] {
  const manifest = JSON.parse(execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }));
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  const version = { ...manifest, dist: { tarball: location, integrity } };
  const document = {
    name: manifest.name,
    'dist-tags': { latest: manifest.version },
    versions: { [manifest.version]: version },
  };
  return [`/${manifest.name}`, document];
}
