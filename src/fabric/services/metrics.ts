import type { Json } from '../python/index.js';
import { type HttpAnswer, type HttpRequest, header } from '../stand-in/index.js';

/** Counters of a switch's port, as the switch counts: `in` is what came into it. */
export interface PortCounters {
  readonly site: string;
  readonly port: string;
  readonly inOctets: number;
  readonly outOctets: number;
}

interface Sample {
  readonly atMs: number;
  readonly value: number;
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: Sample[];
}

const MAX_SAMPLES = 1000;
const MAX_POINTS = 11_000;
const WINDOW = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** A value is shown this long after it was read. */
const STALE_MS = 300_000;

const QUERY = /^\s*(?:(rate|irate|increase)\s*\(\s*)?(\w+)\s*(?:\{([^}]*)\})?\s*(?:\[(\d+)([smhd])\])?\s*(\))?\s*$/;

/**
 * FABRIC's infrastructure metrics: octets of switches' ports, asked for in Prometheus's way. Of its language it knows a
 * selector, ranges of one as they were read, and `rate`, `irate` and `increase`, without Prometheus's extrapolation to the ends of the window.
 */
export class Metrics {
  readonly #series = new Map<string, Series>();

  /** Whether a path is one of its. */
  static owns(path: string): boolean {
    return path === '/query' || path === '/query_range';
  }

  /** Keeps a reading of all ports. */
  record(ports: readonly PortCounters[], nowMs: number): void {
    for (const { site, port, inOctets, outOctets } of ports) {
      for (const [name, value] of [
        ['ifHCInOctets', inOctets],
        ['ifHCOutOctets', outOctets],
      ] as const) {
        const key = `${name} ${site} ${port}`;
        const labels = { __name__: name, job: 'data-sw', rack: site.toLowerCase(), ifName: port, ifDescr: port };
        const series = this.#series.get(key) ?? { labels, samples: [] as Sample[] };
        series.samples.push({ atMs: nowMs, value });
        if (series.samples.length > MAX_SAMPLES) series.samples.shift();
        this.#series.set(key, series);
      }
    }
  }

  handle(request: HttpRequest, nowMs: number): HttpAnswer {
    if (!/^fabric-token \S/.test(header(request, 'Authorization') ?? '')) {
      return answer(401, { status: 'error', errorType: 'unauthorized', error: 'no fabric-token' });
    }
    const given = new Map([...request.query, ...formOf(request.body)]);
    const query = QUERY.exec(given.get('query') ?? '');
    if (query === null || (query[1] === undefined) !== (query[6] === undefined)) {
      return bad(`cannot read the query ${given.get('query') ?? ''}`);
    }
    if (query[1] !== undefined && query[4] === undefined) return bad(`${query[1]} wants a range`);
    if (query[1] === undefined && query[4] !== undefined && request.path !== '/query')
      return bad('invalid expression type "range vector"');
    const matchers = matchersOf(query[3] ?? '');
    if (matchers === undefined) return bad(`cannot read the labels ${query[3]}`);
    const windowMs = Number(query[4] ?? 0) * WINDOW[(query[5] ?? 's') as keyof typeof WINDOW];
    const found = [...this.#series.values()].filter(
      ({ labels }) => labels['__name__'] === query[2] && matchers.every((fits) => fits(labels)),
    );
    const shown = ({ labels }: Series): Record<string, string> => {
      const { __name__: name, ...others } = labels;
      return query[1] === undefined ? labels : others;
    };
    const at = (series: Series, atMs: number) => valueAt(series.samples, query[1], windowMs, atMs);
    if (request.path === '/query') {
      const atMs = secondsOf(given.get('time'), nowMs);
      if (atMs === undefined) return bad('time is no number of seconds');
      if (query[1] === undefined && query[4] !== undefined) return readings(found, atMs - windowMs, atMs);
      const result = found.flatMap((series) => {
        const value = at(series, atMs);
        return value === undefined ? [] : [{ metric: shown(series), value: [atMs / 1000, String(value)] }];
      });
      return answer(200, { status: 'success', data: { resultType: 'vector', result } });
    }
    const [from, to] = [secondsOf(given.get('start')), secondsOf(given.get('end'))];
    const stepMs = Number(/^(\d+(?:\.\d+)?)s?$/.exec(given.get('step') ?? '')?.[1] ?? 0) * 1000;
    if (from === undefined || to === undefined || !(stepMs > 0))
      return bad('start, end and step are wanted, in seconds');
    if ((to - from) / stepMs > MAX_POINTS)
      return bad(`exceeded maximum resolution of ${MAX_POINTS} points per timeseries`);
    const result = found.flatMap((series) => {
      const values: Json[] = [];
      for (let atMs = from; atMs <= to; atMs += stepMs) {
        const value = at(series, atMs);
        if (value !== undefined) values.push([atMs / 1000, String(value)]);
      }
      return values.length === 0 ? [] : [{ metric: shown(series), values }];
    });
    return answer(200, { status: 'success', data: { resultType: 'matrix', result } });
  }
}

/** A range of counters as they were read. */
function readings(found: readonly Series[], afterMs: number, untilMs: number): HttpAnswer {
  const result = found.flatMap(({ labels, samples }) => {
    const within = samples.filter(({ atMs }) => atMs > afterMs && atMs <= untilMs);
    const values = within.map(({ atMs, value }): Json => [atMs / 1000, String(value)]);
    return values.length === 0 ? [] : [{ metric: labels, values }];
  });
  return answer(200, { status: 'success', data: { resultType: 'matrix', result } });
}

function valueAt(samples: readonly Sample[], how: string | undefined, windowMs: number, atMs: number) {
  const before = samples.filter((each) => each.atMs <= atMs);
  const last = before.at(-1);
  if (how === undefined) return last !== undefined && atMs - last.atMs < STALE_MS ? last.value : undefined;
  const within = before.filter((each) => each.atMs > atMs - windowMs);
  const used = how === 'irate' ? within.slice(-2) : within;
  const [first] = used;
  if (first === undefined || last === undefined || first === last) return undefined;
  let grown = 0;
  // A counter that is smaller than before began anew.
  for (const [index, { value }] of used.entries()) {
    const previous = used[index - 1]?.value;
    if (previous !== undefined) grown += value < previous ? value : value - previous;
  }
  return how === 'increase' ? grown : grown / ((last.atMs - first.atMs) / 1000);
}

type Fits = (labels: Readonly<Record<string, string>>) => boolean;

/** Matchers of labels; a regular expression is taken as alternatives written out, for ours are not Go's. */
function matchersOf(text: string): Fits[] | undefined {
  const fits: Fits[] = [];
  for (const part of text.split(/,(?=\s*\w+\s*(?:=|!))/)) {
    if (part.trim() === '') continue;
    const match = /^\s*(\w+)\s*(=~|!=|=)\s*"([^"\\]*)"\s*$/.exec(part);
    if (match === null) return undefined;
    const [, name = '', operator, value = ''] = match;
    if (operator === '=~' && !/^[\w|/.-]*$/.test(value)) return undefined;
    const wanted = operator === '=~' ? value.split('|') : [value];
    fits.push((labels) => wanted.includes(labels[name] ?? '') === (operator !== '!='));
  }
  return fits;
}

function secondsOf(text: string | undefined, otherwise?: number): number | undefined {
  if (text === undefined) return otherwise;
  const seconds = Number(text);
  return text.trim() !== '' && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

/** Pairs of `application/x-www-form-urlencoded`. */
function formOf(body: string): (readonly [string, string])[] {
  return body
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.replaceAll('+', ' ').split('=');
      return [unescaped(name), unescaped(value.join('='))] as const;
    });
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const bad = (error: string): HttpAnswer => answer(400, { status: 'error', errorType: 'bad_data', error });

function answer(status: number, body: Json): HttpAnswer {
  return { status, contentType: 'application/json', headers: {}, body, indent: 0 };
}
