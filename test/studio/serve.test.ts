import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const ON_DEMAND = ['/editor.js', '/open.js', '/parquet.js', '/report.js', '/sweep.js', '/code-library.json'];
const PAGE = ['/', '/main.js', '/style.css', '/start.json', ...ON_DEMAND];
const WORKERS = ['sim', 'capture', 'code', 'results', 'sandbox'].map((name) => `/workers/${name}.js`);

test.each([...PAGE, ...WORKERS])('%s comes with a policy that lets nothing out', async (path) => {
  const { response, body } = await ask(path);
  expect(response.statusCode).toBe(200);
  expect(body.length).toBeGreaterThan(100);
  const policy = response.headers['content-security-policy'] as string;
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
  expect(policy).toContain("style-src 'self'");
  expect(policy).not.toContain('unsafe-inline');
  expect(policy).not.toContain("'unsafe-eval'");
});

test('named files are for whoever has the token', async () => {
  expect(JSON.parse((await ask(`/files/${token}/`)).body)).toEqual({
    files: [{ index: 0, name: 'a b.json', isInFolder: false }],
    hasFolder: false,
  });
  expect((await ask(`/files/${token}/0`)).body).toBe('{"flows":[]}');
  expect((await ask(`/files/${token}/1`)).response.statusCode).toBe(404);
  for (const other of ['x', `${token}x`, token.slice(1)])
    expect((await ask(`/files/${other}/0`)).response.statusCode).toBe(403);
});

test('the page that runs code has a policy of its own, and may be shown by the studio only', async () => {
  const { response, body } = await ask('/sandbox.html');
  expect(response.headers['content-security-policy']).toBe("frame-ancestors 'self'");
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(body)![1]!;
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+' 'wasm-unsafe-eval' blob:; worker-src blob:;/);
  expect(policy).not.toMatch(/connect-src|unsafe-inline|'unsafe-eval'|http/);
});

describe('files that are written', () => {
  const given = join(folder, 'given');
  let writing: Awaited<ReturnType<typeof serveStudio>>;
  let at: URL;
  const put = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(new URL(`files/${at.searchParams.get('token')}/${path}`, at), { method: 'PUT', body, headers });

  beforeAll(async () => {
    mkdirSync(join(given, 'inner'), { recursive: true });
    writeFileSync(join(given, 'aimd.ts'), 'old');
    writeFileSync(join(given, 'inner', 'two.ccp'), '(when true (report))');
    writeFileSync(join(given, 'trace.pcap'), 'x');
    writeFileSync(join(folder, 'outside.ts'), 'outside');
    symlinkSync(join(folder, 'outside.ts'), join(given, 'link.ts'));
    writing = await serveStudio(given, named);
    at = new URL(writing.url);
  });
  afterAll(() => writing.end());

  test('are those that were named, and code of the folder: no links, and captures are only read', async () => {
    const { files, hasFolder } = (await (
      await fetch(new URL(`files/${at.searchParams.get('token')}/`, at))
    ).json()) as {
      files: { name: string; isInFolder: boolean }[];
      hasFolder: boolean;
    };
    expect(hasFolder).toBe(true);
    const names = files.map(({ name }) => name);
    expect([...names].sort()).toEqual(['a b.json', 'aimd.ts', 'inner/two.ccp', 'trace.pcap']);
    expect((await put(`${names.indexOf('trace.pcap')}`, 'y')).status).toBe(403);
    expect(readFileSync(join(given, 'trace.pcap'), 'utf8')).toBe('x');
  });

  test('are written whole where the disk has what the page read', async () => {
    const url = new URL(`files/${at.searchParams.get('token')}/0`, at);
    const tag = (await fetch(url)).headers.get('etag')!;
    const written = await put('0', 'new', { 'if-match': tag });
    expect(written.status).toBe(200);
    expect(readFileSync(join(given, 'aimd.ts'), 'utf8')).toBe('new');
    expect((await put('0', 'other', { 'if-match': tag })).status).toBe(412);
    expect(readFileSync(join(given, 'aimd.ts'), 'utf8')).toBe('new');
    expect(written.headers.get('etag')).toBe((await fetch(url)).headers.get('etag'));
  });

  test('may be new in the folder, under a name of its own and no path', async () => {
    expect((await put('new/mine.ts', 'mine')).status).toBe(200);
    expect(readFileSync(join(given, 'mine.ts'), 'utf8')).toBe('mine');
    for (const name of ['..%2Foutside.ts', '%2e%2e%2fx.ts', '.hidden.ts', 'x.sh', 'a%2Fb.ts', 'link.ts', 'x.ts%00'])
      expect([name, (await put(`new/${name}`, 'evil')).status]).toEqual([name, 404]);
    expect(readFileSync(join(folder, 'outside.ts'), 'utf8')).toBe('outside');
    expect((await put('99', 'x')).status).toBe(404);
    expect((await put('0', 'x'.repeat(5_000_000)).catch(() => ({ status: 413 }))).status).toBe(413);
  });

  test('are for whoever has the token, from this page', async () => {
    const other = (token: string, headers: Record<string, string>): Promise<Response> =>
      fetch(new URL(`files/${token}/0`, at), { method: 'PUT', body: 'x', headers });
    expect((await other('wrong', {})).status).toBe(403);
    expect((await other(at.searchParams.get('token')!, { origin: 'http://other.example' })).status).toBe(403);
  });

  test('are told of when they change', async () => {
    const response = await fetch(new URL(`watch/${at.searchParams.get('token')}/`, at));
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toContain(': listening');
    writeFileSync(join(given, 'aimd.ts'), 'changed elsewhere');
    const { value } = await reader.read();
    expect(JSON.parse(value!.replace('data: ', ''))).toMatchObject({ index: 0, name: 'aimd.ts' });
    await reader.cancel();
  });
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
  // And the page that runs code.
  expect(files.length).toBe(PAGE.length + WORKERS.length + 1);
  expect(files.every((file) => existsSync(file))).toBe(true);
  expect(readFileSync(join(out, 'index.html'), 'utf8')).toContain("default-src 'none'");
});
