import { ERROR, MooringError, parseShare } from '../../base/index.js';

/** When a combination has been repeated often enough. */
export interface Until {
  /** Half of the 95 % confidence interval of the mean, as a share of the mean. */
  readonly ci: number;
  /** Of which column of the results. */
  readonly column: string;
  readonly least: number;
  readonly most: number;
}

const COLUMNS: Readonly<Record<string, string>> = {
  throughput: 'runThroughputBytesPerSecond',
  goodput: 'runGoodputBytesPerSecond',
  utilisation: 'runUtilisation',
  jain: 'runJain',
  loss: 'runLossRate',
  rtt: 'runRttMeanUs',
  rttP95: 'runRttP95Us',
  queueDelay: 'runQueueDelayMeanUs',
  queueDelayP95: 'runQueueDelayP95Us',
  fct: 'runFctMeanUs',
  fctP95: 'runFctP95Us',
};

const LEAST = 5;
const MOST = 1000;
const MOST_EVER = 100_000;

/** `ci=2%`, `ci=1%,of=rttP95,min=10,max=500`. Throws MOORING_ERR_BAD_ARGUMENT, MOORING_ERR_BAD_UNIT. */
export function parseUntil(text: string): Until {
  const given = new Map<string, string>();
  for (const part of text.split(',')) {
    const [, name, value] = /^\s*(ci|of|min|max)=(.+?)\s*$/.exec(part) ?? [];
    if (name === undefined || value === undefined || given.has(name))
      throw refused(`--until wants ci=SHARE, and of=, min=, max= once each, not "${part}"`);
    given.set(name, value);
  }
  const ci = given.has('ci') ? parseShare(given.get('ci')!) : 0;
  if (ci === 0) throw refused(`--until ${text}: it wants ci=SHARE above 0, such as ci=2%`);
  const of = given.get('of') ?? 'throughput';
  const column = Object.hasOwn(COLUMNS, of) ? COLUMNS[of] : undefined;
  if (column === undefined)
    throw refused(`--until ${text}: of= is one of ${Object.keys(COLUMNS).join(', ')}, not ${of}`);
  const least = readCount(text, 'min', given.get('min') ?? String(Math.min(LEAST, Number(given.get('max') ?? LEAST))));
  const most = readCount(text, 'max', given.get('max') ?? String(Math.max(MOST, least)));
  if (least > most) throw refused(`--until ${text}: min is above max`);
  return { ci, column, least, most };
}

/** As {@link parseUntil} reads it. */
export function untilText({ ci, column, least, most }: Until): string {
  const of = Object.keys(COLUMNS).find((name) => COLUMNS[name] === column);
  // Without what a share in binary adds behind its digits.
  const share = `${Number((100 * ci).toPrecision(12))}%`;
  return `ci=${share}${of === 'throughput' ? '' : `,of=${of}`},min=${least},max=${most}`;
}

function readCount(text: string, name: string, given: string): number {
  const count = /^\d{1,6}$/.test(given) ? Number(given) : 0;
  if (count < 2 || count > MOST_EVER)
    throw refused(`--until ${text}: ${name} is a whole number from 2 to ${MOST_EVER}, not ${given}`);
  return count;
}

function refused(message: string): MooringError {
  return new MooringError(ERROR.MOORING_ERR_BAD_ARGUMENT, message, { argument: 'until' });
}
