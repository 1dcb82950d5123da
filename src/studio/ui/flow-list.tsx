import { signal } from '@preact/signals';
import { flowName, flowStyle } from '../../web/index.js';
import { run, toggleFlow, views } from '../session.js';

const shown = signal(views.get());
views.subscribe(() => {
  const next = views.get();
  if (next.hidden !== shown.value.hidden || next.theme !== shown.value.theme) shown.value = next;
});

/** The flows as switches, in the colours all views give them. */
export function FlowList() {
  const { flows } = run.value;
  if (flows.length < 2) return null;
  return (
    <ul class="flows" aria-label="Flows">
      {flows.map(({ id }) => {
        const { colour, dash } = flowStyle(run.value, id, shown.value.theme);
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
              {flowName(run.value, id)}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
