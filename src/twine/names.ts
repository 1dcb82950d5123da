const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A moment (µs since the Unix epoch, UTC) as Twine names run folders: `2026-01-31_16-20-15`. */
export function runStamp(us: number): string {
  const { year, month, day, hour, minute, second } = civil(us);
  return `${year}-${month}-${day}_${hour}-${minute}-${second}`;
}

/** A moment as Twine names captures, with `-` where it has `:`, which breaks on other file systems. */
export function captureStamp(us: number): string {
  const { year, month, day, hour, minute, second } = civil(us);
  return `${month}_${day}_${year}_${hour}-${minute}-${second}`;
}

/** A moment as C's asctime has it: `Sat Jan 31 16:20:15 2026`. */
export function asctime(us: number): string {
  const { year, month, day, hour, minute, second, weekday } = civil(us);
  const name = MONTHS[Number(month) - 1];
  return `${DAYS[weekday]} ${name} ${String(Number(day)).padStart(2)} ${hour}:${minute}:${second} ${year}`;
}

/** A moment for people, UTC: `2026-01-31 16:20:15`. */
export function utcSecond(us: number): string {
  const { year, month, day, hour, minute, second } = civil(us);
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`;
}

/** The file of a capture in its listener's home. */
export function capturePath(interfaceName: string, cycleStartUs: number, iteration: number): string {
  const stamp = captureStamp(cycleStartUs);
  return `packet_trace/${interfaceName}/pcap_${stamp}/${stamp}-${iteration}.pcap`;
}

interface Civil {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  /** 0 is Sunday. */
  readonly weekday: number;
}

// Days to civil date, proleptic Gregorian, eras of 400 years that begin in March (H. Hinnant).
function civil(us: number): Civil {
  const seconds = Math.floor(us / 1e6);
  const days = Math.floor(seconds / 86_400);
  const ofDay = seconds - days * 86_400;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const two = (value: number): string => String(value).padStart(2, '0');
  return {
    year: String(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)).padStart(4, '0'),
    month: two(month),
    day: two(dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1),
    hour: two(Math.floor(ofDay / 3600)),
    minute: two(Math.floor(ofDay / 60) % 60),
    second: two(ofDay % 60),
    weekday: (((days + 4) % 7) + 7) % 7,
  };
}
