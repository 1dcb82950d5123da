import { computed, signal, useSignal } from '@preact/signals';
import { flowName, flowStyle } from '../../web/index.js';
import { run, toggleFlow, views } from '../session.js';

const shown = signal(views.get());
views.subscribe(() => {
  const next = views.get();
  if (next.hidden !== shown.value.hidden || next.theme !== shown.value.theme) shown.value = next;
});

/** Switches at a time; of more flows, those that are looked for. */
const MOST = 60;
// A run that grows keeps its list of flows as long as none begins or ends.
const all = computed(() => run.value.flows);

/** The flows as switches, in the colours all views give them. */
export function FlowList() {
  const wanted = useSignal('');
  const flows = all.value;
  if (flows.length < 2) return null;
  const words = wanted.value.toLowerCase();
  const own = run.peek();
  const found = words === '' ? flows : flows.filter(({ id }) => flowName(own, id).toLowerCase().includes(words));
  const list = (
    <ul class="flows" aria-label="Flows">
      {found.slice(0, MOST).map(({ id }) => {
        const { colour, dash } = flowStyle(own, id, shown.value.theme);
        const on = !shown.value.hidden.has(id);
        return (
          <li key={id}>
            <button
              type="button"
              aria-pressed={on}
              onClick={() => toggleFlow(id)}
              title={on ? 'Leave it out' : 'Show it'}
            >
              <svg width="18" height="10" viewBox="0 0 18 10" aria-hidden="true">
                <path d="M0 5h18" stroke={colour} stroke-width="3" stroke-dasharray={dash.join(' ') || undefined} />
              </svg>
              {flowName(own, id)}
            </button>
          </li>
        );
      })}
    </ul>
  );
  if (flows.length <= MOST) return list;
  const showFound = (): void => {
    const shownIds = new Set(found.map(({ id }) => id));
    views.set({ hidden: new Set(flows.map(({ id }) => id).filter((id) => !shownIds.has(id))) });
  };
  return (
    <details class="many">
      <summary>{flows.length} flows; plots draw the first 18 that are shown</summary>
      <div class="tools">
        <label>
          Find
          <input
            type="text"
            placeholder="part of a name"
            value={wanted.value}
            onInput={({ currentTarget }) => {
              wanted.value = currentTarget.value;
            }}
          />
        </label>
        <button type="button" onClick={showFound}>
          Show these {found.length} only
        </button>
        <button type="button" onClick={() => views.set({ hidden: new Set() })}>
          Show all
        </button>
        {found.length > MOST && <span class="muted">the first {MOST} of them:</span>}
      </div>
      {list}
    </details>
  );
}
