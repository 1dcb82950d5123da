import { signal } from '@preact/signals';
import { BITS, valueText } from '../../draw/index.js';
import { run, views } from '../session.js';

const units = signal(BITS);
views.subscribe(() => {
  units.value = views.get().units;
});

/** Numbers about the whole run. */
export function Facts() {
  return (
    <dl class="facts" aria-label="Numbers about the whole run">
      {run.value.facts.map(({ name, value, unit }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{valueText(value, unit, units.value)}</dd>
        </div>
      ))}
    </dl>
  );
}
