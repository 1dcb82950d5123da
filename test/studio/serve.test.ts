import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveStudio } from './served.js';

// What the server of the studio gives, to whom, and what it refuses.

const folder = mkdtempSync(join(tmpdir(), 'mooring-studio-'));
const named = join(folder, 'a b.json');
let studio: Awaited<ReturnType<typeof serveStudio>>;
let base: URL;
let token: string;

beforeAll(async () => {
  writeFileSync(named, '{"flows":[]}');
  studio = await serveStudio(named);
  base = new URL(studio.url);
  token = base.searchParams.get('token')!;
});
afterAll(async () => {
  // Asked to end, it ends as it should.
  expect(await studio.end()).toBe(0);
  rmSync(folder, { recursive: true });
});

function ask(
  path: string,
  options: { method?: string; host?: string } = {},
): Promise<{ response: IncomingMessage; body: string }> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', host } = options;
    const asked = request(
      { host: '127.0.0.1', port: base.port, path, method, ...(host ? { headers: { host } } : {}) },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (part) => {
          body += part;
        });
        response.on('end', () => resolve({ response, body }));
      },
    );
    asked.on('error', reject);
    asked.end();
  });
}

test.each(['/', '/main.js', '/style.css', '/start.json', '/workers/sim.js', '/workers/capture.js'])(
  '%s comes with a policy that lets nothing out',
  async (path) => {
    const { response, body } = await ask(path);
    expect(response.statusCode).toBe(200);
    expect(body.length).toBeGreaterThan(100);
    const policy = response.headers['content-security-policy'] as string;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).not.toContain('unsafe-inline');
    expect(policy).not.toContain("'unsafe-eval'");
  },
);

test('named files are for whoever has the token', async () => {
  expect(JSON.parse((await ask(`/files/${token}/`)).body)).toEqual(['a b.json']);
  expect((await ask(`/files/${token}/0`)).body).toBe('{"flows":[]}');
  expect((await ask(`/files/${token}/1`)).response.statusCode).toBe(404);
  for (const other of ['x', `${token}x`, token.slice(1)])
    expect((await ask(`/files/${other}/0`)).response.statusCode).toBe(403);
});

test.each(['/../package.json', '/%2e%2e/package.json', '/workers/agent.js', '/cli.js', '/%00', '/%', '//etc/passwd'])(
  '%s is nothing of the studio',
  async (path) => expect((await ask(path)).response.statusCode).toBe(404),
);

test('another host, another method and another network get nothing', async () => {
  expect((await ask('/', { host: 'rebound.example' })).response.statusCode).toBe(421);
  expect((await ask('/', { method: 'POST' })).response.statusCode).toBe(405);
  expect(base.hostname).toBe('127.0.0.1');
});

test('a file there is not is told before anything is served', () => {
  const call = () =>
    execFileSync(process.execPath, ['dist/cli.js', 'studio', join(folder, 'none.pcap'), '--json'], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  expect(call).toThrow('no such file');
});

test('it can be written for any web server', () => {
  const out = join(folder, 'site');
  const said = execFileSync(process.execPath, ['dist/cli.js', 'studio', '--out', out, '--json'], { encoding: 'utf8' });
  const { files } = JSON.parse(said) as { files: string[] };
  expect(files.length).toBe(6);
  expect(files.every((file) => existsSync(file))).toBe(true);
  expect(readFileSync(join(out, 'index.html'), 'utf8')).toContain("default-src 'none'");
});
