import { useSignal } from '@preact/signals';
import { timeText, valueText } from '../../draw/index.js';
import type { RunFlow } from '../../run/index.js';
import { run } from '../session.js';
import { openConnection } from '../sources/captures.js';

interface Column {
  readonly title: string;
  /** What it is sorted by; a name as text, what is not known last. */
  readonly of: (flow: RunFlow) => number | string | null;
  readonly text: (flow: RunFlow) => string;
}

const COLUMNS: readonly Column[] = [
  { title: 'connection', of: ({ id }) => id, text: ({ name }) => name },
  {
    title: 'start',
    of: ({ startUs }) => startUs,
    text: ({ startUs }) => (startUs === null ? '–' : timeText(startUs, run.value.span.toUs)),
  },
  { title: 'duration', of: lasted, text: (flow) => valueText(lasted(flow), 'us') },
  {
    title: 'goodput',
    of: ({ totals }) => totals.goodputBytesPerSecond,
    text: ({ totals }) => valueText(totals.goodputBytesPerSecond, 'bytes/s'),
  },
  { title: 'mean RTT', of: ({ totals }) => totals.meanRttUs, text: ({ totals }) => valueText(totals.meanRttUs, 'us') },
  {
    title: 'packets',
    of: ({ totals }) => totals.packetsSent,
    text: ({ totals }) => valueText(totals.packetsSent, 'packets'),
  },
  {
    title: 'resent',
    of: ({ totals }) => totals.retransmissions,
    text: ({ totals }) => valueText(totals.retransmissions, 'packets'),
  },
];

/** The connections of a capture; each can be opened, and every column sorts them. */
export function Connections() {
  const sorted = useSignal({ column: 0, down: false });
  const { column, down } = sorted.value;
  const { of } = COLUMNS[column]!;
  const rows = [...run.value.flows].sort((a, b) => compared(of(a), of(b), down));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <section class="view-scroll connections" aria-label="Connections" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {COLUMNS.map(({ title }, i) => (
              <th key={title} scope="col" aria-sort={i === column ? (down ? 'descending' : 'ascending') : undefined}>
                <button
                  type="button"
                  onClick={() => {
                    sorted.value = { column: i, down: i === column ? !down : i > 0 };
                  }}
                >
                  {title}
                  {i === column ? (down ? ' ↓' : ' ↑') : ''}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((flow) => (
            <tr key={flow.id}>
              {COLUMNS.map(({ title, text }, i) =>
                i === 0 ? (
                  <th key={title} scope="row">
                    <button type="button" onClick={() => void openConnection(flow.id)} title="Open this connection">
                      {text(flow)}
                    </button>
                  </th>
                ) : (
                  <td key={title}>{text(flow)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function lasted({ startUs, endUs }: RunFlow): number | null {
  return startUs === null || endUs === null ? null : endUs - startUs;
}

function compared(a: number | string | null, b: number | string | null, down: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1);
}
