import { formatLeaseTime, formatPythonTime, parseLeaseTime } from '../python/index.js';

/** When recorded rows begin: 2026-12-01 12:00:00 UTC. */
export const T0_MS = parseLeaseTime('2026-12-01 12:00:00 +0000')!.atMs;

const SPAN = /^([+-])((?:\d+[dhms])+)$/;
const UNIT_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };

/** Milliseconds of `+1d2h3m4s`, 0 for an empty text. */
function spanMs(text: string): number | undefined {
  if (text === '') return 0;
  const match = SPAN.exec(text);
  if (match === null) return undefined;
  let ms = 0;
  for (const [, count, unit] of match[2]!.matchAll(/(\d+)([dhms])/g)) ms += Number(count) * UNIT_MS[unit!]!;
  return match[1] === '-' ? -ms : ms;
}

/** A time of the notation without brackets, `T0+4h`. */
export function timeOf(text: string): number | undefined {
  const ms = text.startsWith('T0') ? spanMs(text.slice(2)) : undefined;
  return ms === undefined ? undefined : T0_MS + ms;
}

/** Spells a time the way a row says it was sent. */
function spelled(atMs: number, spelling: string): string {
  const standard = formatLeaseTime(atMs);
  const [date, clock] = standard.split(' ') as [string, string];
  const raw = /^raw blank=(\S*) plus=(\S*)$/.exec(spelling);
  if (raw !== null) return standard.replaceAll('+', raw[2]!).replaceAll(' ', raw[1]!);
  const zone = /^([+-])(\d\d)(\d\d)$/.exec(spelling);
  if (zone !== null) {
    const offsetS = (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 3600 + Number(zone[3]) * 60);
    return `${formatLeaseTime(atMs + offsetS * 1000).slice(0, -6)} ${spelling}`;
  }
  switch (spelling) {
    case 'py':
      return formatPythonTime({ atMs, offsetS: 0 });
    case 'colon':
      return `${date} ${clock} +00:00`;
    case 'isoz':
      return `${date}T${clock}Z`;
    case 'iso':
      return `${date}T${clock}+00:00`;
    case 'naive':
      return `${date} ${clock}`;
    case 'naive ':
      return `${date} ${clock} `;
    case 'nosp':
      return `${date} ${clock}+0000`;
    case 'spZ':
      return `${date} ${clock} Z`;
    case 'spnf':
      return `${date} ${clock}.500000 +0000`;
    case 'date':
      return date;
    default:
      return standard;
  }
}

/** Puts times in the place of `<T0+1d>` and its other spellings. */
export function withTimes(text: string): string {
  return text.replace(/<(T0(?:[+-](?:\d+[dhms])+)?)(?:\|([^<>]*))?>/g, (whole, time: string, spelling = '') => {
    const atMs = timeOf(time);
    return atMs === undefined ? whole : spelled(atMs, spelling);
  });
}

function spanText(ms: number): string {
  if (ms === 0) return '';
  let rest = Math.abs(ms);
  let text = ms < 0 ? '-' : '+';
  for (const [unit, size] of Object.entries(UNIT_MS)) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

/** Writes what is chance or time in an answer as the notation does. */
export function withoutTimes(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000/g, (time) => `<T0${spanText(parseLeaseTime(time)!.atMs - T0_MS)}>`)
    .replace(/(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\+00:00/g, (_, time: string) => {
      return `<T0${spanText(parseLeaseTime(`${time} +0000`)!.atMs - T0_MS)}|py>`;
    })
    .replace(/\/tmp\/tmp\w+-graphml/g, '/tmp/<tmp>-graphml');
}

const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g;

/** Gives the uuids that a text has and `known` has not names, `uuid-7` and so on, in the order they are met. */
export function withoutUuids(text: string, known: string): string {
  const taken = [...known.matchAll(/\buuid-(\d+)\b/g)].map(([, number]) => Number(number));
  let last = Math.max(0, ...taken);
  const names = new Map<string, string>();
  return text.replace(UUID, (uuid) => {
    if (known.includes(uuid)) return uuid;
    const name = names.get(uuid) ?? `uuid-${++last}`;
    names.set(uuid, name);
    return name;
  });
}
