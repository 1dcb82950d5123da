/** The one format FABRIC writes times in and takes them: `2026-01-31 16:20:15 +0000`. */
export const LEASE_TIME_FORMAT = '%Y-%m-%d %H:%M:%S %z';

// %z of Python: +hhmm, +hh:mm, with seconds and a fraction, or Z. A blank in the format stands for any whitespace.
const LEASE_TIME =
  /^(\d{4})-(\d{1,2})-(\d{1,2})\s+(\d{1,2}):(\d{1,2}):(\d{1,2})\s+(?:Z|([+-])(\d\d):?([0-5]\d)(?::?([0-5]\d)(?:\.\d{1,6})?)?)$/;

/** A point in time and the zone it was written in, which error texts repeat. */
export interface ZonedTime {
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
  /** Seconds the zone is ahead of UTC. */
  readonly offsetS: number;
}

/** A time in FABRIC's format, `undefined` where it is in another or there is no such day. */
export function parseLeaseTime(text: string): ZonedTime | undefined {
  const match = LEASE_TIME.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return undefined;
  // Python takes a leap second's 60 and 61 in the pattern and refuses them in the date.
  if (year < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  const sign = match[7] === '-' ? -1 : 1;
  const hours = Number(match[8] ?? 0);
  if (hours > 23) return undefined;
  const offsetS = sign * (hours * 3600 + Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0));
  return { atMs: utcMs(year, month, day, hour, minute, second) - offsetS * 1000, offsetS };
}

const DAY_MS = 86_400_000;
/** Days of 400 years, after which the calendar repeats. */
const ERA_DAYS = 146_097;
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH_DAY = 719_468;

// Years are counted from March, so that the day a leap year adds is the last one.
function dayOf(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * ERA_DAYS + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - EPOCH_DAY
  );
}

function utcMs(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  return dayOf(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000;
}

function daysOf(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
}

const two = (value: number) => String(value).padStart(2, '0');

function civil(atMs: number): string {
  const days = Math.floor(atMs / DAY_MS) + EPOCH_DAY;
  const era = Math.floor(days / ERA_DAYS);
  const ofEra = days - era * ERA_DAYS;
  const leaps = Math.floor(ofEra / 1460) - Math.floor(ofEra / 36_524) + Math.floor(ofEra / (ERA_DAYS - 1));
  const yearOfEra = Math.floor((ofEra - leaps) / 365);
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  const second = Math.floor((atMs % DAY_MS) / 1000) + (atMs < 0 && atMs % DAY_MS !== 0 ? DAY_MS / 1000 : 0);
  const clock = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)} ${clock}`;
}

/** A time in FABRIC's format, in UTC. */
export function formatLeaseTime(atMs: number): string {
  return `${civil(atMs)} +0000`;
}

/** A time as Python's str writes it: `2026-12-01 12:00:00+00:00`, in the zone it came in. */
export function formatPythonTime({ atMs, offsetS }: ZonedTime): string {
  const minutes = Math.trunc(Math.abs(offsetS) / 60);
  const zone = `${offsetS < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`;
  return civil(atMs + offsetS * 1000) + zone;
}
