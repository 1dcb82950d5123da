import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { valueText } from '../../draw/index.js';
import type { AckRun, NamedValue, ReportCall } from '../../sim/index.js';
import { flowName } from '../../web/index.js';
import { runCommand } from '../commands.js';
import { inspect, inspected, isShown } from '../inspect/state.js';
import { run, views } from '../session.js';

/** So far a button goes in time, µs. */
const STEPS_US = [-100_000, -1000, 1000, 100_000] as const;

/** Everything about one instant of the run. */
export function Inspector() {
  const now = inspected.value;
  const box = useRef<HTMLElement>(null);
  const isOpen = now !== null;
  useEffect(() => {
    if (isOpen) box.current?.scrollIntoView({ block: 'nearest' });
  }, [isOpen]);
  if (!now) return null;
  const { atUs, flow, behind, fault, isBusy } = now;
  const begun = behind?.flows.find((one) => one.flow === flow);
  return (
    <section ref={box} class="inspector" aria-label="An instant" aria-busy={isBusy}>
      <div class="row wrap">
        <h2>Instant</h2>
        <span class="buttons">
          <label>
            <span class="hidden">Time, s</span>
            <input
              type="number"
              step="0.001"
              data-panel="instant"
              value={(atUs / 1e6).toFixed(6)}
              onChange={({ currentTarget }) => void inspect(Number(currentTarget.value) * 1e6, flow)}
            />{' '}
            s
          </label>
          {STEPS_US.map((us) => (
            <button key={us} type="button" onClick={() => void inspect(atUs + us, flow)}>
              {us > 0 ? '+' : '−'}
              {Math.abs(us) / 1000} ms
            </button>
          ))}
          <label>
            Flow{' '}
            <select value={flow} onChange={({ currentTarget }) => void inspect(atUs, Number(currentTarget.value))}>
              {run.value.flows.map(({ id }) => (
                <option key={id} value={id}>
                  {flowName(run.value, id)}
                </option>
              ))}
            </select>
          </label>
          <button type="button" onClick={() => void runCommand('inspect.close')}>
            Close
          </button>
        </span>
      </div>
      <p class="hidden" role="status">
        {isBusy ? 'working it out' : `at ${(atUs / 1e6).toFixed(3)} s`}
      </p>
      <Values />
      {fault !== null && <p class="warning">{fault}</p>}
      {behind === null && !isBusy && fault === null && (
        <p class="muted">Reports and programs can be followed in runs that were simulated in this page.</p>
      )}
      {behind && (
        <div class="behind">
          <Report call={begun?.report ?? null} name={flowName(run.value, flow)} />
          <Ack ack={behind.ack} />
        </div>
      )}
    </section>
  );
}

/** What every series was: a row a quantity, a column a flow. */
function Values() {
  const { values, flow: followed, behind } = inspected.value!;
  const flows = run.value.flows.filter(({ id }) => isShown(id, followed));
  const units = views.get().units;
  const ofFlows = [...new Set(values.filter(({ info }) => info.per === 'flow').map(({ info }) => info.quantity))];
  const text = (quantity: string, owner: number, per: string): string => {
    const found = values.find(({ info }) => info.quantity === quantity && info.owner === owner && info.per === per);
    return found?.point ? valueText(found.point.value, found.info.unit, units) : '–';
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <section class="scrolled" tabIndex={0} aria-label="Values at the instant">
      <table>
        <thead>
          <tr>
            <th scope="col">then</th>
            {flows.map(({ id }) => (
              <th key={id} scope="col">
                {flowName(run.value, id)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ofFlows.map((quantity) => (
            <tr key={quantity}>
              <th scope="row">{QUANTITIES[quantity] ?? quantity.replace('note:', 'note ')}</th>
              {flows.map(({ id }) => (
                <td key={id}>{text(quantity, id, 'flow')}</td>
              ))}
            </tr>
          ))}
          {behind && (
            <tr>
              <th scope="row">limited by</th>
              {flows.map(({ id }) => (
                <td key={id}>{behind.flows.find(({ flow }) => flow === id)?.limit.replaceAll('-', ' ') ?? '–'}</td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
      {run.value.links.length > 0 && (
        <p>
          {run.value.links
            .map(({ id, name }) => `${name}: queue ${text('queue', id, 'link')}, rate ${text('linkRate', id, 'link')}`)
            .join('; ')}
        </p>
      )}
    </section>
  );
}

const QUANTITIES: Readonly<Record<string, string>> = {
  cwnd: 'congestion window',
  inFlight: 'in flight',
  inFlightMost: 'in flight, most',
  pacingRate: 'pacing rate',
  deliveryRate: 'delivery rate',
  sendingRate: 'sending rate',
  rtt: 'round trip',
  rttLeast: 'round trip, least',
  rttMost: 'round trip, most',
};

/** The last call of onReport: what came in, what went out. */
function Report({ call, name }: { readonly call: ReportCall | null; readonly name: string }) {
  if (!call) return <p class="muted">No report of {name} had reached an algorithm by then.</p>;
  return (
    <div>
      <h3>onReport at {(call.timeUs / 1e6).toFixed(6)} s</h3>
      <div class="pair">
        <Named title="in" values={call.fields} />
        <Named title="set" values={call.sets} none="nothing" />
        {call.notes.length > 0 && <Named title="noted" values={call.notes} />}
      </div>
      {call.messages.map((text) => (
        <p key={text}>
          <code>{text}</code>
        </p>
      ))}
      {call.failure !== null && <p class="problem">It threw: {call.failure}</p>}
    </div>
  );
}

function Named({
  title,
  values,
  none,
}: {
  readonly title: string;
  readonly values: readonly NamedValue[];
  readonly none?: string;
}) {
  return (
    <table>
      <caption>{title}</caption>
      <tbody>
        {values.length === 0 && (
          <tr>
            <td>{none ?? 'none'}</td>
          </tr>
        )}
        {values.map(({ name, value }, index) => (
          <tr key={`${index} ${name}`}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>{written(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The program's run for the last ACK, an instruction a row; the row that is chosen is marked in the text. */
function Ack({ ack }: { readonly ack: AckRun | null }) {
  const chosen = useSignal(0);
  if (!ack) return <p class="muted">In the second before, this flow's datapath ran no program.</p>;
  const range = ack.steps[chosen.value]?.range ?? null;
  const { source } = ack;
  return (
    <div>
      <h3>
        Program for the ACK at {(ack.timeUs / 1e6).toFixed(6)} s{ack.reported && ', it reported'}
        {ack.code !== 0 && <span class="bad">, ended by code {ack.code}</span>}
      </h3>
      <div class="trace">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
        <pre tabIndex={0}>
          {range ? (
            <>
              {source.slice(0, range.start)}
              <mark>{source.slice(range.start, range.end)}</mark>
              {source.slice(range.end)}
            </>
          ) : (
            source
          )}
        </pre>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
        <section class="scrolled" tabIndex={0} aria-label="Instructions that ran">
          <table>
            <thead>
              <tr>
                <th scope="col">when</th>
                <th scope="col">instruction</th>
                <th scope="col">left</th>
                <th scope="col">right</th>
                <th scope="col">result</th>
              </tr>
            </thead>
            <tbody>
              {ack.steps.map((step, index) => (
                <tr key={index} data-chosen={index === chosen.value} onPointerEnter={() => (chosen.value = index)}>
                  <td>
                    {step.event}
                    {step.part === 'condition' ? '?' : ''}
                  </td>
                  <td>
                    <button type="button" class="plain" onFocus={() => (chosen.value = index)}>
                      <code>{step.text}</code>
                    </button>
                  </td>
                  <td>{written(step.left)}</td>
                  <td>{written(step.right)}</td>
                  <td>{written(step.result)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </div>
      <details>
        <summary>What the program found</summary>
        <Named title="inputs" values={ack.inputs} />
      </details>
    </div>
  );
}

/** 2^32 − 1 is the datapath's infinity. */
const INFINITE = 4_294_967_295n;

function written(value: number | bigint): string {
  return typeof value === 'number' && !Number.isInteger(value)
    ? value.toPrecision(6)
    : BigInt(value) === INFINITE
      ? '∞'
      : value.toLocaleString('en');
}
