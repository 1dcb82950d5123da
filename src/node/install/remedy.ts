import { ownPackage } from './own-package.js';

/** What decides how the helper gets onto a machine. */
export interface HelperSituation {
  readonly platform: string;
  readonly isCheckout: boolean;
  /** The one folder that is looked at, where `MOORING_HELPER_DIR` names it. */
  readonly namedFolder: string | undefined;
  /** What npm installs for this processor, as `NAME@VERSION`; undefined where no release built it. */
  readonly prebuilt: string | undefined;
}

/** The situation this process is in. */
export function helperSituation(): HelperSituation {
  const { isCheckout, optionalDependencies } = ownPackage();
  const name = prebuiltName();
  const version = optionalDependencies[name];
  return {
    platform: process.platform,
    isCheckout,
    namedFolder: process.env['MOORING_HELPER_DIR'] || undefined,
    prebuilt: version === undefined ? undefined : `${name}@${version}`,
  };
}

/** One sentence for people: what whoever reads it can do, where this code runs, to have the helper. */
export function helperRemedy(situation: HelperSituation = helperSituation()): string {
  const { platform, isCheckout, namedFolder, prebuilt } = situation;
  if (platform !== 'linux') return `it runs on Linux only, this is ${platform}`;
  if (namedFolder !== undefined) {
    return `MOORING_HELPER_DIR names that folder: unset it, or run "npx mooring helper build --into ${quoted(namedFolder)}"`;
  }
  const needs = `with a C compiler and make ${fromDebian('gcc libc6-dev make')}`;
  if (isCheckout) return `run "npm run build:helper" ${needs}`;
  const build = `run "npx mooring helper build" ${needs}`;
  return prebuilt === undefined ? build : `run "npm install ${prebuilt}", or ${build}`;
}

// As a shell takes it.
function quoted(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** The name of the optional package that holds the helper built for this processor; glibc and musl share it. */
export function prebuiltName(): string {
  return `mooring-helper-linux-${process.arch}`;
}

/** Where a program is to be had, for people on Debian and its kin; others know what theirs is called. */
export function fromDebian(packages: string): string {
  return `(Debian: apt-get install ${packages})`;
}
