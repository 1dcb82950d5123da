import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { hashOf, type PackedScenario } from './parts.js';

/** What the rows of a result look like; one more with every change of their columns. */
export const RESULT_SCHEMA = 1;

/**
 * What a run is known by, on every machine: a hash of the scenario with its seed, of what it names by path, and of who
 * computes it. Nothing of where it stands in a sweep, so that sweeps share runs.
 */
export function jobKey({ scenario }: PackedScenario, build: string = buildOf()): string {
  return hashOf(canonicalJson({ schema: RESULT_SCHEMA, build, scenario }));
}

/** JSON with the names of objects in order: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, held: unknown) =>
    typeof held === 'object' && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  );
}

const known = new Map<RegExp, string>();

/**
 * This package as what computes: its version, and a hash of the files of it that `computes` matches, those that simulate where
 * none is given, so that one changed by hand is another.
 */
export function buildOf(computes: RegExp = SIMULATES): string {
  const build = known.get(computes) ?? readBuild(computes);
  known.set(computes, build);
  return build;
}

/** The version of a build. */
export function versionOf(build: string): string {
  return build.replace(/-[0-9a-f]{12}$/, '');
}

function readBuild(computes: RegExp): string {
  // Stands beside the bundle this file becomes part of; where the sources themselves run, there are no such files.
  const folder = new URL('./', import.meta.url);
  const hash = createHash('sha256');
  for (const file of readdirSync(folder)
    .filter((name) => computes.test(name))
    .sort()) {
    hash.update(`${file}\0`).update(readFileSync(new URL(file, folder)));
  }
  const { version } = JSON.parse(readFileSync(findManifest(folder), 'utf8')) as { version: string };
  return `${version}-${hash.digest('hex').slice(0, 12)}`;
}

/** Rooms, some of which are doors as well. */
const SIMULATES =
  /^(?:program|sim|room-(?:base|core|generated|program|wire|algorithms|agent|datapath|sim|schema)[\w-]*)\.js$/;

function findManifest(folder: URL): URL {
  for (let at = folder; ; at = new URL('../', at)) {
    const file = new URL('package.json', at);
    try {
      readFileSync(file);
      return file;
    } catch (cause) {
      if (at.pathname === '/') throw cause;
    }
  }
}
