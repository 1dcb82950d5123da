import { useSignal } from '@preact/signals';
import { valueText } from '../../draw/index.js';
import type { LiveFlowState, LiveRun } from '../../run/index.js';
import { runCommand } from '../commands.js';
import {
  frames,
  isLiveShown,
  type LiveStatus,
  liveStatus,
  setField,
  told,
  watchAgent,
  watched,
} from '../live/state.js';
import { following } from '../session.js';
import { dialog } from '../ui-state.js';
import { Modal } from './dialogs.js';

const EVENTS_SHOWN = 12;
/** Flows offered by name at a time. */
const MOST_OFFERED = 100;

/** The agent that is watched: how it is, and what can be done with it. */
export function LiveBar() {
  const status = liveStatus.value;
  const live = watched();
  if (!status || !live) return null;
  const shown = isLiveShown();
  return (
    <section class="live" aria-label="Agent">
      <div class="row">
        <span class={`live-state live-${status.state}`} role="status">
          {stateText(status)}
        </span>
        <Act id="agent.follow" disabled={shown && following.value}>
          {shown ? 'Follow' : 'Back to live'}
        </Act>
        <Act id="agent.freeze" disabled={!shown}>
          Freeze
        </Act>
        <Act id="agent.close">Disconnect</Act>
      </div>
      <details>
        <summary>Flows and fields</summary>
        <Fields live={live} />
      </details>
      <details>
        <summary>Events</summary>
        <Events live={live} />
      </details>
    </section>
  );
}

function stateText({ state, why }: LiveStatus): string {
  if (state === 'live') return 'live';
  return state === 'connecting' ? 'connecting…' : `lost: ${why}; it is tried again, what was seen is kept`;
}

function Act({
  id,
  disabled = false,
  children,
}: {
  readonly id: string;
  readonly disabled?: boolean;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <button type="button" data-command={id} disabled={disabled} onClick={() => void runCommand(id)}>
      {children}
    </button>
  );
}

function Events({ live }: { readonly live: LiveRun }) {
  // Read anew with each.
  told.value;
  const last = live.events.slice(-EVENTS_SHOWN).reverse();
  if (last.length === 0) return <p class="muted">Nothing has happened since it is watched.</p>;
  return (
    <ol class="live-events">
      {last.map(({ timeUs, text, notice }, i) => (
        <li key={`${timeUs} ${i}`} class={notice ? 'live-notice' : undefined}>
          <time>{new Date(timeUs / 1000).toISOString().slice(11, 23)}</time> {text}
        </li>
      ))}
    </ol>
  );
}

/** What a flow reported last, and a field of it to set. */
function Fields({ live }: { readonly live: LiveRun }) {
  const wanted = useSignal('');
  const chosen = useSignal<number | null>(null);
  frames.value;
  const words = wanted.value.toLowerCase();
  const found = live.flows.filter(({ identity }) => labelOf(identity).toLowerCase().includes(words));
  const flow = found.find(({ id }) => id === chosen.value) ?? found[0];
  return (
    <>
      <div class="tools">
        <label>
          Find a flow
          <input
            type="text"
            value={wanted.value}
            placeholder="address, port or number"
            onInput={({ currentTarget }) => {
              wanted.value = currentTarget.value;
            }}
          />
        </label>
        <label>
          Flow
          <select
            value={String(flow?.id ?? '')}
            onChange={({ currentTarget }) => {
              chosen.value = Number(currentTarget.value);
            }}
          >
            {found.slice(0, MOST_OFFERED).map(({ id, identity }) => (
              <option key={id} value={String(id)}>
                {labelOf(identity)}
              </option>
            ))}
          </select>
        </label>
        {found.length > MOST_OFFERED && <span class="muted">{found.length - MOST_OFFERED} more</span>}
      </div>
      {flow ? (
        <Flow key={flow.id} flow={flow} canSet={live.hello?.canSet === true} />
      ) : (
        <p class="muted">No such flow.</p>
      )}
    </>
  );
}

function labelOf({ sockId, from, to, address }: LiveFlowState['identity']): string {
  const ends = from !== null && to !== null ? ` ${from} → ${to}` : '';
  return `${sockId}${ends}${address ? `, ${address}` : ''}`;
}

function Flow({ flow, canSet }: { readonly flow: LiveFlowState; readonly canSet: boolean }) {
  const field = useSignal('Cwnd');
  const value = useSignal('');
  const answer = useSignal<{ readonly ok: boolean; readonly message?: string } | null>(null);
  const { program, last, cwndBytes, rateBytesPerSecond } = flow;
  return (
    <>
      <dl class="facts" aria-label="What the flow said last">
        <Fact name="Cwnd" value={valueText(cwndBytes, 'bytes')} />
        <Fact name="Rate" value={valueText(rateBytesPerSecond, 'bytes/s')} />
        {program?.fields.map(({ name }, i) => (
          <Fact key={name} name={`Report.${name}`} value={last[i] === undefined ? '–' : String(last[i])} />
        ))}
      </dl>
      {canSet ? (
        <form
          class="tools"
          onSubmit={(event) => {
            event.preventDefault();
            const asked = value.value.trim();
            if (!/^\d{1,20}$/.test(asked)) {
              answer.value = { ok: false, message: 'give a whole number from 0' };
              return;
            }
            void setField(flow, field.value, asked).then((said) => {
              answer.value = said;
            });
          }}
        >
          <label>
            Field
            <select
              value={field.value}
              onChange={({ currentTarget }) => {
                field.value = currentTarget.value;
              }}
            >
              {['Cwnd', 'Rate', ...(program?.controls ?? [])].map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <label>
            Value
            <input
              type="text"
              inputMode="numeric"
              value={value.value}
              aria-invalid={answer.value?.ok === false}
              onInput={({ currentTarget }) => {
                value.value = currentTarget.value;
              }}
            />
          </label>
          <button type="submit">Set</button>
          <span role="status" class={answer.value?.ok === false ? 'live-refused' : 'muted'}>
            {answer.value === null
              ? 'its algorithm may set it again at its next report'
              : answer.value.ok
                ? 'set'
                : `not set: ${answer.value.message}`}
          </span>
        </form>
      ) : (
        <p class="muted">This agent lets nobody set fields; one that is started with --allow-set does.</p>
      )}
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** Asks where the agent is. */
export function OpenAgent() {
  const address = useSignal('');
  return (
    <Modal label="Watch a running agent">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (address.value.trim() === '') return;
          dialog(null);
          watchAgent(address.value);
        }}
      >
        <label>
          Address of the agent
          <input
            type="text"
            placeholder="ws://127.0.0.1:8080/?token=…"
            value={address.value}
            onInput={({ currentTarget }) => {
              address.value = currentTarget.value;
            }}
          />
        </label>
        <p class="muted">
          As <code>mooring agent --serve 8080</code> prints it, on this machine. It stays in this page.
        </p>
        <div class="row">
          <button type="button" onClick={() => dialog(null)}>
            Cancel
          </button>
          <button type="submit">Watch</button>
        </div>
      </form>
    </Modal>
  );
}
