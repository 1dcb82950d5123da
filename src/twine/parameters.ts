import * as v from 'valibot';
import { ERROR, MooringError } from '../base/index.js';
import { fieldDiagnostics, integer, number } from '../schema/index.js';

// name="a b" | name='a b' | name=word, with an optional `export` and trailing comment
const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|([^\s#;]*))/;

type Reader = (name: string, value: string) => unknown;

const text: Reader = (_, value) => value;
const count: Reader = (name, value) => {
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  throw new MooringError(ERROR.MOORING_ERR_TWINE_BAD_INPUT, `${name}=${value}: expected a number`, { field: name });
};
const flag: Reader = (name, value) => {
  if (value === '0' || value === '1') return value === '1';
  throw new MooringError(ERROR.MOORING_ERR_TWINE_BAD_INPUT, `${name}=${value}: expected 0 or 1`, { field: name });
};

const SHELL_NAMES: Record<string, [keyof TwineParameters, Reader]> = {
  tcpdump_filter: ['tcpdumpFilter', text],
  experiment_retries: ['experimentRetries', count],
  wait_interval: ['waitInterval', count],
  listen_time: ['listenTime', count],
  max_iter_per_retry: ['maxIterPerRetry', count],
  snaplen: ['snaplen', count],
  only_upstream: ['onlyUpstream', flag],
  enable_gro: ['enableGro', flag],
};

/** `operator` mirrors ports of its own choice; `single_user` one port of the user's slice. */
export type TwineMode = (typeof TWINE_MODES)[number];

/** Both modes, as they are written. */
export const TWINE_MODES = ['operator', 'single_user'] as const;

/**
 * Twine's parameters under Twine's meaning; times are seconds, sizes bytes. `tcpdumpFilter` is a
 * pcap filter expression and `all` means none; a snap length of 0 keeps whole frames.
 */
export const parametersSchema = v.strictObject({
  tcpdumpFilter: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(4096)), 'all'),
  experimentRetries: v.optional(integer(1, 1_000_000), 4),
  waitInterval: v.optional(number(0, 604_800), 40),
  listenTime: v.optional(number(0.1, 86_400), 20),
  maxIterPerRetry: v.optional(integer(1, 100_000), 1),
  snaplen: v.optional(integer(0, 262_144), 200),
  onlyUpstream: v.optional(v.boolean(), false),
  enableGro: v.optional(v.boolean(), false),
  mode: v.optional(v.picklist(TWINE_MODES), 'operator'),
});

/**
 * Twine's parameters under Twine's meaning; times are seconds, sizes bytes. `tcpdumpFilter` is a pcap filter
 * expression and `all` means none; a snap length of 0 keeps whole frames.
 */
export type TwineParameters = v.InferOutput<typeof parametersSchema>;

/** The parameters with Twine's defaults where `given` is silent. Throws MOORING_ERR_TWINE_BAD_INPUT. */
export function parseParameters(given: unknown): TwineParameters {
  return readInput(parametersSchema, given, 'parameters');
}

/**
 * The parameters a shell file or an environment gives under the originals' names
 * (`tcpdump_filter=all`, `experiment_retries=4`, …). Comments, blank lines and names of others
 * are passed over; nothing is evaluated.
 *
 * @example
 * ```ts
 * parseShellParameters('listen_time=300\nwait_interval=20 # seconds'); // { listenTime: 300, waitInterval: 20 }
 * ```
 */
export function parseShellParameters(text: string): Partial<TwineParameters> {
  const assignments: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const match = ASSIGNMENT.exec(line);
    if (match) assignments[match[1]!] = match[2] ?? match[3] ?? match[4] ?? '';
  }
  return parametersOfNames(assignments);
}

/** As {@link parseShellParameters}, from names already parted from their values. */
export function parametersOfNames(values: Readonly<Record<string, string | undefined>>): Partial<TwineParameters> {
  const found: Record<string, unknown> = {};
  for (const [name, [key, read]] of Object.entries(SHELL_NAMES)) {
    const value = values[name];
    if (value !== undefined && value !== '') found[key] = read(name, value);
  }
  return found as Partial<TwineParameters>;
}

/** Seconds of sampling without what surrounds it: captures and the waits between cycles. */
export function samplingTimeS(parameters: TwineParameters): number {
  const { experimentRetries, waitInterval, listenTime, maxIterPerRetry } = parameters;
  return experimentRetries * listenTime * maxIterPerRetry + (experimentRetries - 1) * waitInterval;
}

/** The bound in seconds that Twine's log names: its sampling time, last wait included, with a margin. */
export function classicTotalTimeS(parameters: TwineParameters): number {
  const { experimentRetries, waitInterval, listenTime, maxIterPerRetry } = parameters;
  const sampling = experimentRetries * (waitInterval + listenTime * maxIterPerRetry);
  const factor = sampling < 500 ? 1.5 : sampling < 1000 ? 1.3 : sampling < 5000 ? 1.15 : sampling < 20_000 ? 1.1 : 1.05;
  return Math.trunc(factor * sampling);
}

/** `value` through `schema`, or MOORING_ERR_TWINE_BAD_INPUT naming each field and what is wrong with it. */
export function readInput<T>(schema: v.GenericSchema<unknown, T>, value: unknown, what: string): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const diagnostics = fieldDiagnostics(result.issues, what).map(({ path, message }) => ({
    field: path.join('.') || what,
    message,
  }));
  const list = diagnostics.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw new MooringError(ERROR.MOORING_ERR_TWINE_BAD_INPUT, `${what}: ${list}`, { what, diagnostics });
}
