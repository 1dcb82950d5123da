import { valueText } from '../../draw/index.js';
import { run } from '../session.js';
import { units } from './units.js';

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
