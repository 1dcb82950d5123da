import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This package as it lies on the disk. */
export interface OwnPackage {
  /** The folder of its package.json. */
  readonly folder: string;
  readonly version: string;
  /** Whether it can build itself: the scripts for that are in the repository only. */
  readonly isCheckout: boolean;
  /** The prebuilt packages a release lists, by name, with their versions; none in a checkout. */
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/** The package this module belongs to: from dist/ and from src/node/install alike, the nearest folder above that is ours. */
export function ownPackage(): OwnPackage {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = read(join(folder, 'package.json'));
    const parent = dirname(folder);
    if (manifest?.name === 'mooring' || parent === folder) {
      const { version = '', optionalDependencies = {} } = manifest ?? {};
      return {
        folder,
        version,
        optionalDependencies,
        isCheckout: existsSync(join(folder, 'scripts/build-helper.mjs')),
      };
    }
    folder = parent;
  }
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly optionalDependencies?: Record<string, string>;
}

function read(path: string): Manifest | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : undefined;
}
