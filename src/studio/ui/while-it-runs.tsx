import { useSignal } from '@preact/signals';
import { parseDurationUs, parseRateBytesPerSecond } from '../../base/index.js';
import type { Change } from '../../sim/index.js';
import { PACES } from '../commands.js';
import { busy } from '../session.js';
import { changeRun } from '../sources/simulate.js';
import { pace } from '../ui-state.js';

/** What may be changed of the first link, each from the moment it is entered. */
const FIELDS: readonly {
  readonly label: string;
  readonly hint: string;
  readonly change: (text: string) => Change;
}[] = [
  {
    label: 'Rate',
    hint: '12Mbit',
    change: (text) => ({ kind: 'linkRate', link: 0, rateBytesPerSecond: parseRateBytesPerSecond(text) }),
  },
  {
    label: 'One-way delay',
    hint: '20ms',
    change: (text) => ({ kind: 'linkDelay', link: 0, delayUs: parseDurationUs(text) }),
  },
  { label: 'Loss', hint: '0.01', change: (text) => ({ kind: 'loss', link: 0, probability: Number(text) }) },
  {
    label: 'Queue, packets',
    hint: '100',
    change: (text) => ({ kind: 'queueLimit', link: 0, packets: Number(text), bytes: 0 }),
  },
];

/** How fast a run goes, and what of it is changed on the way. */
export function WhileItRuns() {
  return (
    <details class="running">
      <summary>While it runs</summary>
      <label>
        Speed
        <select
          value={String(pace.value)}
          onChange={({ currentTarget }) => {
            pace.value = PACES.find((one) => String(one) === currentTarget.value) ?? null;
          }}
        >
          {PACES.map((one) => (
            <option key={String(one)} value={String(one)}>
              {one === null ? 'as fast as it goes' : `${one} s a second`}
            </option>
          ))}
        </select>
      </label>
      {FIELDS.map((field) => (
        <Field key={field.label} {...field} />
      ))}
    </details>
  );
}

function Field({ label, hint, change }: (typeof FIELDS)[number]) {
  const fault = useSignal('');
  return (
    <label>
      {label}
      <input
        type="text"
        placeholder={hint}
        disabled={busy.value?.what !== 'simulating'}
        aria-invalid={fault.value !== ''}
        title={fault.value || undefined}
        onChange={({ currentTarget }) => {
          try {
            fault.value = '';
            void changeRun(change(currentTarget.value));
          } catch (error) {
            fault.value = (error as Error).message;
          }
        }}
      />
    </label>
  );
}
