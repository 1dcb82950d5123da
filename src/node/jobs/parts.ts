import { createHash } from 'node:crypto';
import { basename, extname, join } from 'node:path';
import { ALGORITHMS } from '../../algorithms/index.js';
import { ERROR, MooringError } from '../../base/index.js';
import { isTraceName, type Scenario } from '../../sim/index.js';
import { makeFolder, readTextFile, writeWholeFile } from '../files/index.js';
import { bundleFile } from '../modules/index.js';
import { isAlgorithmPath } from './algorithm-file.js';

/** What a scenario names by path, as it travels: an algorithm with all it imports, or a trace. */
export interface Part {
  /** SHA-256 of the text, in hexadecimal. */
  readonly hash: string;
  /** For people, and its extension for Node. */
  readonly name: string;
  readonly text: string;
}

/** A scenario that means the same on any machine; what it names by path it names by hash. */
export interface PackedScenario {
  readonly scenario: Scenario;
  readonly parts: readonly string[];
}

const REFERENCE = /^part:([0-9a-f]{64})$/;

/** Where packed scenarios are to run. */
export type Reach = 'here' | 'anywhere';

/**
 * Packs scenarios. Each file is read once, and is in `parts` afterwards. What is to run here only may be an algorithm that
 * cannot be made one text: it is known by its own file then, whatever that imports. With the hashes that are `known` no file
 * is read; a path that has none is refused with MOORING_ERR_JOB_PART.
 */
export function createPacker(
  reach: Reach,
  known?: Readonly<Record<string, string>>,
): {
  readonly parts: ReadonlyMap<string, Part>;
  readonly files: ReadonlyMap<string, string>;
  pack(scenario: Scenario): Promise<PackedScenario>;
} {
  const parts = new Map<string, Part>();
  const files = new Map<string, string>();
  const byPath = new Map<string, Promise<Part>>();
  const partOf = (path: string, read: (path: string) => Promise<Part>): Promise<Part> => {
    const known = byPath.get(path) ?? read(path);
    byPath.set(path, known);
    return known;
  };
  const hashOfFile = async (path: string, read: (path: string) => Promise<Part>): Promise<string> => {
    const part = await partOf(path, read);
    parts.set(part.hash, part);
    return part.hash;
  };
  return {
    parts,
    files,
    async pack(scenario) {
      const used = new Set<string>();
      const refer = async (path: string, read: (path: string) => Promise<Part>): Promise<`part:${string}`> => {
        const hash = known === undefined ? await hashOfFile(path, read) : knownHash(known, path);
        files.set(path, hash);
        used.add(hash);
        return `part:${hash}`;
      };
      const packed = await mapNames(scenario, {
        algorithm: (path) => refer(path, (file) => algorithmPart(file, reach)),
        trace: (path) => refer(path, tracePart),
      });
      return { scenario: packed, parts: [...used].sort() };
    },
  };
}

function knownHash(known: Readonly<Record<string, string>>, path: string): string {
  if (Object.hasOwn(known, path)) return known[path]!;
  throw new MooringError(ERROR.MOORING_ERR_JOB_PART, `${path} is named, and of which hash it was is not known`, {
    path,
  });
}

/**
 * Makes packed scenarios into ones that can be run here: their parts become files in `folder`, each once. A part that is
 * not what its hash says is refused with MOORING_ERR_JOB_PART.
 */
export function createUnpacker(
  folder: string,
  partOf: (hash: string) => Promise<Part>,
): (packed: PackedScenario) => Promise<Scenario> {
  const files = new Map<string, Promise<string>>();
  const fileOf = async (hash: string): Promise<string> => {
    const { name, text } = await partOf(hash);
    if (hashOf(text) !== hash || !NAME.test(name))
      throw new MooringError(ERROR.MOORING_ERR_JOB_PART, `part ${hash}: its text has another hash`, { hash });
    const own = join(folder, hash);
    makeFolder(own);
    writeWholeFile(join(own, name), text);
    return join(own, name);
  };
  const place = async (reference: string): Promise<string> => {
    const hash = REFERENCE.exec(reference)![1]!;
    const file = files.get(hash) ?? fileOf(hash);
    files.set(hash, file);
    // What could not be had may be there the next time.
    file.catch(() => files.delete(hash));
    return file;
  };
  return ({ scenario }) => mapNames(scenario, { algorithm: place, trace: place }, (name) => REFERENCE.test(name));
}

/**
 * Refuses a run out of a queue that is not as a packer makes them: whoever may write there could have a worker load or read
 * files of its own by their paths. Throws MOORING_ERR_JOBS_UNTRUSTED.
 */
export function refusePaths(packed: unknown): asserts packed is PackedScenario {
  const scenario: unknown = Object(packed).scenario;
  const refuse = (message: string, path: unknown = null): MooringError =>
    new MooringError(ERROR.MOORING_ERR_JOBS_UNTRUSTED, `the run in the queue ${message}`, { path });
  if (typeof scenario !== 'object' || scenario === null) throw refuse('has no scenario');
  const { flows, links } = scenario as { readonly flows?: unknown; readonly links?: unknown };
  const named = [
    ...listOf(flows).map((flow) => [Object(flow).algorithm, (name: string) => !isAlgorithmPath(name)] as const),
    ...listOf(links).map((link) => [Object(link).trace, isTraceName] as const),
  ];
  for (const [name, isKnown] of named) {
    if (typeof name !== 'string' || REFERENCE.test(name) || isKnown(name)) continue;
    throw refuse(`names ${JSON.stringify(name)}, a file of this machine`, name);
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** No folder, nothing hidden. */
const NAME = /^[\w-][\w.-]*$/;

/** The parts of a scenario that are code. */
export function codeOf({ scenario }: PackedScenario): string[] {
  const names = (Array.isArray(scenario.flows) ? scenario.flows : []).map((flow) => String(flow?.algorithm));
  return [...new Set(names.flatMap((name) => REFERENCE.exec(name)?.[1] ?? []))];
}

type Change = (name: string) => Promise<string>;

/** The scenario with the names changed that are paths. */
async function mapNames(
  scenario: Scenario,
  change: { readonly algorithm: Change; readonly trace: Change },
  isPath?: (name: string) => boolean,
): Promise<Scenario> {
  const { flows, links } = scenario;
  const algorithmIsPath = isPath ?? ((name) => isAlgorithmPath(name) && !Object.hasOwn(ALGORITHMS, name));
  const traceIsPath = isPath ?? ((name) => !isTraceName(name));
  const changed: Record<string, unknown> = { ...scenario };
  if (Array.isArray(flows))
    changed['flows'] = await Promise.all(
      flows.map(async (flow) =>
        typeof flow?.algorithm === 'string' && algorithmIsPath(flow.algorithm)
          ? { ...flow, algorithm: await change.algorithm(flow.algorithm) }
          : flow,
      ),
    );
  if (Array.isArray(links))
    changed['links'] = await Promise.all(
      links.map(async (link) =>
        typeof link?.trace === 'string' && traceIsPath(link.trace)
          ? { ...link, trace: await change.trace(link.trace) }
          : link,
      ),
    );
  return changed as unknown as Scenario;
}

async function algorithmPart(path: string, reach: Reach): Promise<Part> {
  try {
    const { text, extension } = await bundleFile(path);
    return named(`${basename(path, extname(path))}${extension}`, text);
  } catch (error) {
    if (reach === 'anywhere') throw error;
    return named(basename(path), readTextFile(path));
  }
}

async function tracePart(path: string): Promise<Part> {
  return named(basename(path), readTextFile(path));
}

function named(name: string, text: string): Part {
  // Some names mean something to a shell or a file system.
  const plain = name.replaceAll(/[^\w.-]/g, '_').replace(/^\.+/, '') || 'part';
  return { hash: hashOf(text), name: plain.slice(-100), text };
}

/** SHA-256 in hexadecimal. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
