import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const REQUIREMENTS = 'test/interop/fabric/requirements.txt';
const FOLDER = resolve('out/fabric-python');
const NEEDED = [3, 11] as const;

/** FABRIC's own Python parts, in an environment of their own: 500 MB, made once for a list of versions. */
export interface FabricPython {
  readonly python: string;
  /** The file of authorities that its clients trust. */
  readonly authorities: string;
}

/** Makes the environment, or says why there is none. */
export function fabricPython(): FabricPython | string {
  const found = ['python3', 'python3.13', 'python3.12', 'python3.11'].find((name) => {
    const said = spawnSync(name, ['-c', 'import sys, ensurepip, venv; print(*sys.version_info[:2])'], {
      encoding: 'utf8',
    });
    const [major = 0, minor = 0] = said.status === 0 ? said.stdout.trim().split(' ').map(Number) : [];
    return major === NEEDED[0] && minor >= NEEDED[1];
  });
  if (found === undefined) return `needs Python ${NEEDED.join('.')} or newer with venv (Debian: python3-venv)`;
  const python = resolve(FOLDER, 'bin/python');
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  const mark = resolve(FOLDER, 'installed.txt');
  if (!existsSync(mark) || readFileSync(mark, 'utf8') !== wanted) {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync('out', { recursive: true });
    try {
      execFileSync(found, ['-m', 'venv', FOLDER], { encoding: 'utf8', stdio: 'pipe' });
      const install = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', REQUIREMENTS];
      execFileSync(python, install, { encoding: 'utf8', stdio: 'pipe', timeout: 900_000 });
    } catch (error) {
      const { stderr, message } = error as Error & { readonly stderr?: string };
      return `FABRIC's Python parts cannot be installed: ${(stderr || message).trim().split('\n').at(-1)}`;
    }
    writeFileSync(mark, wanted);
  }
  const authorities = execFileSync(python, ['-c', 'import certifi; print(certifi.where())'], {
    encoding: 'utf8',
  }).trim();
  return { python, authorities };
}
