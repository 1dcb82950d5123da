import { choose, chosen, opened, refused } from '../sources/opened.js';

/** Refusals told by name; of more, how many. */
const MOST_TOLD = 8;

/** What was opened, to choose from, and what was not. */
export function Sources() {
  const all = opened.value;
  const left = refused.value.slice(MOST_TOLD);
  return (
    <>
      {refused.value.length > 0 && (
        <div class="warning" role="status">
          Not opened:
          <ul class="refused">
            {refused.value.slice(0, MOST_TOLD).map(({ name, why }) => (
              <li key={name}>
                <strong>{name}</strong>: {why}
              </li>
            ))}
            {left.length > 0 && <li title={left.map(({ name }) => name).join(', ')}>and {left.length} more</li>}
          </ul>
        </div>
      )}
      {all.length > 1 && (
        <label class="sources">
          Opened
          <select
            value={chosen.value ?? ''}
            onChange={({ currentTarget }) => {
              const source = all.find(({ name }) => name === currentTarget.value);
              if (source) void choose(source);
            }}
          >
            {chosen.value === null && <option value="">what is shown was not opened</option>}
            {all.map(({ name, kind }) => (
              <option key={name} value={name}>
                {name} ({kind})
              </option>
            ))}
          </select>
          <span class="muted">{all.length} sources; the keys [ and ] go through them</span>
        </label>
      )}
    </>
  );
}
