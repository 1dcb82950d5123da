import { valueText } from '../../draw/index.js';
import { type Difference, difference, type Unit } from '../../run/index.js';
import { runCommand } from '../commands.js';
import { run, scenario } from '../session.js';
import { shownCalibration } from '../share/calibrate.js';
import { isCompared, pinned, whyNoSeeds } from '../share/compare.js';
import { SEEDS, type SeedDifference, seedComparison } from '../share/seeds.js';
import { units } from './units.js';

/** What two runs say of the same things. */
export function Differences() {
  const under = pinned.value;
  if (!under) return null;
  if (!isCompared())
    return (
      <p class="pinned">
        This run is pinned as A. Change the scenario and run it, or open something else: it is laid over A as B.{' '}
        <button type="button" data-command="compare.unpin" onClick={() => void runCommand('compare.unpin')}>
          Unpin
        </button>
      </p>
    );
  const { facts, flows, onlyA, onlyB } = difference(under.run, run.value);
  const seeds = seedComparison.value;
  const repeated = seeds && seeds.a === under.scenario && seeds.b === scenario.value ? seeds : null;
  const fitted = shownCalibration();
  const known = facts.filter(({ a, b }) => a !== null || b !== null);
  return (
    <section class="differences" aria-label="Differences between A and B">
      <div class="row">
        <p>
          <b>A</b> {under.run.title} <span class="muted">{under.run.about}</span>, solid. <b>B</b> {run.value.title}{' '}
          <span class="muted">{run.value.about}</span>, dashed.
        </p>
        <span class="buttons">
          {whyNoSeeds() === undefined && (
            <button type="button" data-command="compare.seeds" onClick={() => void runCommand('compare.seeds')}>
              Over {SEEDS} seeds
            </button>
          )}
          <button type="button" data-command="compare.unpin" onClick={() => void runCommand('compare.unpin')}>
            Unpin
          </button>
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
      <section class="view-scroll" aria-label="Differences, table" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">of</th>
              <th scope="col">A</th>
              <th scope="col">B</th>
              <th scope="col">B − A</th>
              <th scope="col">share</th>
              {repeated && <th scope="col">B − A over {repeated.seeds} seeds, 95 %</th>}
            </tr>
          </thead>
          <tbody>
            {known.map((one) => (
              <Row
                key={one.name}
                one={one}
                repeated={repeated?.differences.find(({ name }) => name === one.name)}
                wide={repeated !== null}
              />
            ))}
            {flows.flatMap(({ name, values }) =>
              values.map((one) => (
                <Row
                  key={`${name} ${one.name}`}
                  one={{ ...one, name: `${name}: ${one.name}` }}
                  wide={repeated !== null}
                />
              )),
            )}
          </tbody>
        </table>
      </section>
      {fitted && (
        <p class="muted">
          Fitted to A:{' '}
          {fitted.fitted
            .map(({ name, value, unit, from }) => `${name} ${valueText(value, unit, units.value)} (${from})`)
            .join('; ')}
          . The congestion control is not told by a capture: choose it in the scenario and run again.
        </p>
      )}
      {(onlyA.length > 0 || onlyB.length > 0) && (
        <p class="muted">
          {onlyA.length > 0 && `Only in A: ${listed(onlyA)}. `}
          {onlyB.length > 0 && `Only in B: ${listed(onlyB)}.`}
        </p>
      )}
      {repeated?.differences.every(({ change }) => change.ci95 === 0) && (
        <p class="muted">Nothing in these scenarios is drawn by chance: every seed gives the same.</p>
      )}
    </section>
  );
}

function Row({
  one,
  repeated,
  wide,
}: {
  readonly one: Difference;
  readonly repeated?: SeedDifference | undefined;
  readonly wide: boolean;
}) {
  const { name, unit, a, b, change, share } = one;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{valueText(a, unit, units.value)}</td>
      <td>{valueText(b, unit, units.value)}</td>
      <td>{signed(change, unit)}</td>
      <td>{share === null ? '–' : `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`}</td>
      {wide && <td>{repeated ? interval(repeated, unit) : ''}</td>}
    </tr>
  );
}

function interval({ change: { mean, ci95 } }: SeedDifference, unit: Unit): string {
  if (mean === null) return '–';
  const told = ci95 !== null && Math.abs(mean) > ci95 ? '' : ' (none told)';
  return `${signed(mean, unit)} ± ${valueText(ci95, unit, units.value)}${told}`;
}

function signed(value: number | null, unit: Unit): string {
  return value !== null && value > 0 ? `+${valueText(value, unit, units.value)}` : valueText(value, unit, units.value);
}

function listed(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : names.join(', ');
}
