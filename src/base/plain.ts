/** What every boundary carries: `JSON.stringify` and `structuredClone` take it and give it back. */
export type PlainValue =
  | null
  | boolean
  | number
  | string
  | readonly PlainValue[]
  | { readonly [name: string]: PlainValue };

const DEEPEST = 6;
const MOST_ENTRIES = 100;
const MOST_CHARACTERS = 10_000;

/**
 * Any value as one that crosses every boundary. It never throws, whatever getters, proxies and `toString` do,
 * and what it gives is bounded: bigints become decimal text, functions and symbols their text, what is
 * `undefined` is left out, long text and lists are cut.
 *
 * @example
 * ```ts
 * plainValue({ value: 2n ** 60n, of: () => 1 }); // { value: '1152921504606846976', of: '() => 1' }
 * ```
 */
export function plainValue(value: unknown): PlainValue {
  return convertSafely(value, DEEPEST);
}

/** What was thrown, as text that is safe to read. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string;
  readonly detail?: Readonly<Record<string, PlainValue>>;
}

/**
 * Whatever was thrown as a plain value. It never throws: each property is read apart from the others, since a
 * getter may throw and a proxy lie.
 *
 * @example
 * ```ts
 * plainError(new TypeError('no such thing')).name; // 'TypeError'
 * ```
 */
export function plainError(error: unknown): PlainError {
  if (attempt(() => error instanceof Error) !== true) return { name: 'Error', message: text(error) };
  const read = (name: string) => attempt(() => (error as Record<string, unknown>)[name]);
  const [stack, code, detail] = [read('stack'), read('code'), read('detail')];
  const plainDetail = typeof detail === 'object' && detail !== null ? plainValue(detail) : undefined;
  return {
    name: text(read('name') ?? 'Error'),
    message: text(read('message') ?? ''),
    ...(stack === undefined ? {} : { stack: text(stack) }),
    ...(typeof code === 'string' ? { code: text(code) } : {}),
    ...(isRecord(plainDetail) ? { detail: plainDetail } : {}),
  };
}

const UNREADABLE = 'a value that cannot be read';

function convertSafely(value: unknown, depth: number): PlainValue {
  try {
    return convert(value, depth);
  } catch {
    return UNREADABLE;
  }
}

function convert(value: unknown, depth: number): PlainValue {
  if (value === null || typeof value === 'boolean') return value;
  // JSON has no word for NaN and the infinities and would say null.
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object') return text(value);
  if (depth === 0) return '…';
  const inside = (item: unknown) => convertSafely(item, depth - 1);
  if (Array.isArray(value)) return Array.from(value.slice(0, MOST_ENTRIES), inside);
  const entries: [string, PlainValue][] = [];
  for (const name of Object.keys(value).slice(0, MOST_ENTRIES)) {
    const read = attempt(() => [(value as Record<string, unknown>)[name]] as const);
    if (read && read[0] === undefined) continue;
    // Defined, not set: `__proto__` is a name like any other here.
    entries.push([cut(name), read ? inside(read[0]) : UNREADABLE]);
  }
  return Object.fromEntries(entries);
}

function text(value: unknown): string {
  return cut(attempt(() => String(value)) ?? UNREADABLE);
}

function cut(whole: string): string {
  return whole.length <= MOST_CHARACTERS ? whole : `${whole.slice(0, MOST_CHARACTERS - 1)}…`;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function isRecord(value: PlainValue | undefined): value is { readonly [name: string]: PlainValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
