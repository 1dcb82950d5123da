import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ERROR, MooringError } from '../../base/index.js';

/** Where the parts of the helper are on this machine. */
export interface HelperLocation {
  /** The program `mooring-helper`, or undefined where it is not. */
  readonly program: string | undefined;
  /** The addon `mooring-socket.node`, or undefined where it is not. */
  readonly addon: string | undefined;
  /** The folders that were looked at, in order. */
  readonly searched: readonly string[];
}

/**
 * Looks for the helper: the folder in `MOORING_HELPER_DIR`, what `npm run build` left in this
 * package (`helper/build`), then the prebuilt package for this platform
 * (`mooring-helper-linux-x64`, `…-arm64`, `…-musl`). Reads the disk on every call and never throws.
 *
 * @example
 * ```ts
 * const { program } = findHelper();
 * console.log(program ?? 'no helper here');
 * ```
 */
export function findHelper(): HelperLocation {
  const named = process.env['MOORING_HELPER_DIR'];
  const folders = named ? [named] : [join(packageRoot(), 'helper', 'build'), ...prebuiltFolders()];
  const find = (file: string) => folders.map((folder) => join(folder, file)).find((path) => existsSync(path));
  return { program: find('mooring-helper'), addon: find('mooring-socket.node'), searched: folders };
}

/** The path of the helper program. Throws MOORING_ERR_HELPER_MISSING. */
export function requireHelper(): string {
  const { program, searched } = findHelper();
  if (program) return program;
  throw new MooringError(
    ERROR.MOORING_ERR_HELPER_MISSING,
    `the program mooring-helper is not in ${searched.join(' or ')}: ${howToGetIt()}`,
    { searched },
  );
}

/** One sentence for people: how the helper gets onto this machine. */
export function howToGetIt(): string {
  if (process.platform !== 'linux') return `it runs on Linux only, this is ${process.platform}`;
  return `run "npm run build" with a C compiler (cc) and make installed, or install ${prebuiltName()}`;
}

/** The name of the optional package that holds the helper built for this platform. */
export function prebuiltName(): string {
  return `mooring-helper-linux-${process.arch}${isMusl() ? '-musl' : ''}`;
}

function prebuiltFolders(): string[] {
  if (process.platform !== 'linux') return [];
  try {
    const manifest = createRequire(import.meta.url).resolve(`${prebuiltName()}/package.json`);
    return [join(dirname(manifest), 'bin')];
  } catch {
    return [];
  }
}

function isMusl(): boolean {
  const header = (process.report.getReport() as { header?: { glibcVersionRuntime?: string } }).header;
  return header?.glibcVersionRuntime === undefined;
}

// From dist/ and from src/node/helper/ alike: the nearest folder above whose package is ours.
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'mooring') return folder;
    const parent = dirname(folder);
    if (parent === folder) return folder;
    folder = parent;
  }
}
