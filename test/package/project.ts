import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

// Empty projects with the packed package in them, as a stranger has them.

const HOSTS = JSON.parse(readFileSync(new URL('hosts.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<string, string>
>;

const ENVIRONMENT = { ...process.env, NODE_OPTIONS: '', CI: '1', NEXT_TELEMETRY_DISABLED: '1' };

let tarball: string | undefined;

/** The package as npm would publish it, packed once a run from what is built. */
export function packed(): string {
  if (tarball) return tarball;
  const folder = mkdtempSync(join(tmpdir(), 'mooring-packed-'));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { encoding: 'utf8' });
  const [file] = readdirSync(folder);
  tarball = join(folder, file!);
  return tarball;
}

/** A project of its own in an empty folder. */
export interface Project {
  readonly folder: string;
  /** Runs a command there and gives what it printed; throws with all it said where it fails. */
  run(command: string, ...args: string[]): string;
  /** The same for a line as a shell reads it; `npx` runs what is installed here. */
  shell(line: string): string;
  /** Starts a server there; resolves with the URL it prints, as `url` finds it. */
  serve(url: RegExp, command: string, ...args: string[]): Promise<{ readonly url: string; close(): void }>;
  remove(): void;
}

/** Installs the tarball and the tools of `host` into an empty folder, with the probe's files and `files` beside it. */
export function createProject(host: string, files: Readonly<Record<string, string>> = {}): Project {
  const folder = mkdtempSync(join(tmpdir(), `mooring-${host}-`));
  cpSync(new URL('app', import.meta.url), folder, { recursive: true });
  const tools = HOSTS[host] ?? {};
  const manifest = {
    name: `mooring-in-${host}`,
    version: '1.0.0',
    private: true,
    type: 'module',
    dependencies: { mooring: `file:${packed()}`, ...tools },
  };
  const all = { 'package.json': JSON.stringify(manifest, null, 2), ...files };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const project: Project = {
    folder,
    run(command, ...args) {
      const { status, stdout, stderr, error } = spawnSync(command, args, {
        cwd: folder,
        encoding: 'utf8',
        timeout: 300_000,
        env: ENVIRONMENT,
      });
      if (status === 0) return stdout;
      throw new Error(
        `${command} ${args.join(' ')} in ${host}: ${error?.message ?? `exit ${status}`}\n${stdout}\n${stderr}`,
      );
    },
    shell: (line) => project.run('sh', '-ec', line),
    async serve(url, command, ...args) {
      const child = spawn(command, args, { cwd: folder, env: ENVIRONMENT, detached: true });
      const close = () => {
        // The group: npx starts the server as a child of its own.
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      };
      let printed = '';
      return new Promise((resolve, reject) => {
        const read = (text: Buffer) => {
          // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
          printed += String(text).replace(/\u001b\[\d+m/g, '');
          const [found] = url.exec(printed) ?? [];
          if (found !== undefined) resolve({ url: found, close });
        };
        child.stdout.on('data', read);
        child.stderr.on('data', read);
        child.once('error', reject);
        child.once('exit', (code) => reject(new Error(`${command} ${args.join(' ')}: exit ${code}\n${printed}`)));
      });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  project.run('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error');
  return project;
}

/** The path of a tool that `host` installed. */
export function tool({ folder }: Project, name: string): string {
  return resolve(folder, 'node_modules/.bin', name);
}
