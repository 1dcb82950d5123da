import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { helperRemedy, ownPackage, prebuiltName } from '../install/index.js';

/** Where a helper can come from. */
export type HelperOrigin =
  /** The folder in `MOORING_HELPER_DIR`; then no other is looked at. */
  | 'environment'
  /** Compiled inside this package, by `npm run build:helper` or `mooring helper build`. */
  | 'package'
  /** Compiled by `mooring helper build` for this user, where the package cannot be written. */
  | 'cache'
  /** The optional package for this processor. */
  | 'prebuilt';

/** Where the parts of the helper are on this machine. */
export interface HelperLocation {
  /** The program `mooring-helper`, or undefined where it is not. */
  readonly program: string | undefined;
  /** The addon `mooring-socket.node`, or undefined where it is not. */
  readonly addon: string | undefined;
  /** The folders that were looked at, in order. */
  readonly searched: readonly string[];
  /** Where the parts come from; undefined where neither is here. */
  readonly origin: HelperOrigin | undefined;
}

/** The two files a build leaves. */
export const PARTS = { program: 'mooring-helper', addon: 'mooring-socket.node' } as const;

/**
 * Looks for the helper: the folder in `MOORING_HELPER_DIR` and no other; else what was compiled in this package
 * (`helper/build`) or for this user (`$XDG_CACHE_HOME/mooring`), then the prebuilt package
 * (`mooring-helper-linux-x64`, `…-arm64`). Both parts are taken from one folder. Reads the disk on every call and
 * never throws.
 *
 * @example
 * ```ts
 * const { program, origin } = findHelper();
 * console.log(program === undefined ? 'no helper here' : `${program}, from ${origin}`);
 * ```
 */
export function findHelper(): HelperLocation {
  const folders = helperFolders();
  const searched = folders.map(({ folder }) => folder);
  const found = folders.map(({ origin, folder }) => ({
    origin,
    program: existing(join(folder, PARTS.program)),
    addon: existing(join(folder, PARTS.addon)),
  }));
  const whole = found.find(({ program, addon }) => program !== undefined && addon !== undefined);
  const some = whole ?? found.find(({ program, addon }) => program !== undefined || addon !== undefined);
  return { program: some?.program, addon: some?.addon, searched, origin: some?.origin };
}

/** The path of the helper program. Throws MOORING_ERR_HELPER_MISSING. */
export function requireHelper(): string {
  const { program, searched } = findHelper();
  if (program) return program;
  throw new MooringError(
    ERROR.MOORING_ERR_HELPER_MISSING,
    `the program mooring-helper is not in ${searched.join(' or ')}: ${helperRemedy()}`,
    { searched },
  );
}

/** The folder in this package that a build goes to, where it can be written. */
export function packageFolder(): string {
  return join(ownPackage().folder, 'helper', 'build');
}

/** The folder of this user that a build goes to else: one for each version, processor and C library. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME: named } = process.env;
  // The base directory specification: a relative path is to be ignored.
  const caches = named?.startsWith('/') ? named : join(homedir(), '.cache');
  return join(caches, 'mooring', `helper-${ownPackage().version}-${process.arch}-${isMusl() ? 'musl' : 'glibc'}`);
}

function helperFolders(): ReadonlyArray<{ readonly origin: HelperOrigin; readonly folder: string }> {
  const named = process.env['MOORING_HELPER_DIR'];
  if (named) return [{ origin: 'environment', folder: named }];
  return [
    { origin: 'package', folder: packageFolder() },
    { origin: 'cache', folder: cacheFolder() },
    ...prebuiltFolders().map((folder) => ({ origin: 'prebuilt' as const, folder })),
  ];
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

function existing(path: string): string | undefined {
  return existsSync(path) ? path : undefined;
}

function isMusl(): boolean {
  const header = (process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined)?.header;
  return header?.glibcVersionRuntime === undefined;
}
