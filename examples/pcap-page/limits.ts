import { formatDuration } from 'mooring';
import { type ConnectionLimits, LIMIT_CAUSES, type LimitCause, type LimitInterval } from 'mooring/capture';

const COLOURS: Readonly<Record<LimitCause, string>> = {
  application: 'var(--series-3)',
  'receive-window': 'var(--series-2)',
  'congestion-window': 'var(--series-1)',
  recovery: 'var(--series-4)',
  pacing: 'var(--series-5)',
  startup: 'var(--series-6)',
  unknown: 'var(--muted)',
};
const REASONS = {
  receiver: 'captured at the receiver',
  between: 'captured between the ends',
  unseen: 'nothing tells that it was captured at the sender',
} as const;
/** Stripes narrower than this many to the whole are drawn as one. */
const STRIPES = 2000;

/** A band over the time of a connection, coloured by what limited it, and how much of the time each had. */
export function showLimits(host: HTMLElement): {
  show(limits: ConnectionLimits | undefined, side: 'forward' | 'backward'): void;
} {
  return {
    show(limits, side) {
      const found = limits?.directions.find(({ direction }) => direction === side);
      host.replaceChildren();
      if (!found) return;
      const legend = LIMIT_CAUSES.filter((cause) => found.causes[cause].us > 0).map((cause) => {
        const share = (100 * found.causes[cause].us) / found.durationUs;
        const entry = document.createElement('span');
        entry.append(
          Object.assign(document.createElement('i'), { style: `background:${COLOURS[cause]}` }),
          `${cause.replace('-', ' ')} ${share.toFixed(0)} %`,
        );
        return entry;
      });
      const why = found.unknownBecause ? `, ${REASONS[found.unknownBecause]}` : '';
      const title = Object.assign(document.createElement('h3'), { textContent: `Limited by${why}` });
      const list = Object.assign(document.createElement('p'), { className: 'legend' });
      list.append(...legend);
      host.append(title, list, band(found.intervals ?? []));
    },
  };
}

function band(intervals: readonly LimitInterval[]): HTMLElement {
  const bar = Object.assign(document.createElement('div'), { className: 'band' });
  const startUs = intervals[0]?.startUs ?? 0;
  const wholeUs = (intervals.at(-1)?.endUs ?? 1) - startUs;
  let from = 0;
  while (from < intervals.length) {
    let to = from + 1;
    const first = intervals[from]!;
    while (to < intervals.length && intervals[to]!.endUs - first.startUs < wholeUs / STRIPES) to += 1;
    const part = intervals.slice(from, to);
    const longest = part.reduce((most, one) => (one.endUs - one.startUs > most.endUs - most.startUs ? one : most));
    const stripe = document.createElement('span');
    const us = part.at(-1)!.endUs - first.startUs;
    stripe.style.width = `${(100 * us) / wholeUs}%`;
    stripe.style.background = COLOURS[longest.cause];
    stripe.title = `${longest.cause} for ${formatDuration(us)}, from ${formatDuration(first.startUs)}`;
    bar.append(stripe);
    from = to;
  }
  return bar;
}
