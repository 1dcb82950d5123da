import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { FlowGroup, Scenario } from '../../sim/index.js';
import { code } from '../code.js';
import { runCommand } from '../commands.js';
import type { Finding } from '../editor/programs.js';
import { busy, changeScenario, faults, scenario } from '../session.js';
import { checkScenario } from '../sources/simulate.js';
import type { Start } from '../start.js';
import { CodeBox, loadEditor } from './code-box.js';

/** Fields of the path that stand in the form; the rest is in the JSON. */
const FIELDS = [
  { name: 'rate', label: 'Rate', hint: '12Mbit' },
  { name: 'rtt', label: 'Round trip', hint: '40ms' },
  { name: 'queue', label: 'Queue', hint: '1bdp, 100pkt, 64KiB' },
  { name: 'duration', label: 'Duration', hint: '30s' },
] as const satisfies readonly { readonly name: keyof Scenario; readonly label: string; readonly hint: string }[];

const REST_MS = 200;

/** The scenario as a form, or as the JSON it is. */
export function ScenarioForm({ start }: { readonly start: Start }) {
  const asJson = useSignal(false);
  // What is typed is held against the schema when it rests.
  useEffect(() => {
    const timer = setTimeout(() => void checkScenario(scenario.value), REST_MS);
    return () => clearTimeout(timer);
  }, [scenario.value]);
  return (
    <form
      class="scenario"
      onSubmit={(event) => {
        event.preventDefault();
        void runCommand('run');
      }}
    >
      <div class="row">
        <h2>Scenario</h2>
        <button type="button" aria-pressed={asJson.value} onClick={() => (asJson.value = !asJson.value)}>
          JSON
        </button>
      </div>
      {asJson.value ? <Json /> : <Fields start={start} />}
      {faults.value.length > 0 && (
        <ul class="faults" role="alert">
          {faults.value.map(({ path, message }) => (
            <li key={path + message}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      <div class="row">
        <button type="submit" class="act" data-command="run">
          Run <kbd>Ctrl+Enter</kbd>
        </button>
        {busy.value?.what === 'simulating' && (
          <button type="button" onClick={() => void runCommand('run.stop')}>
            Stop
          </button>
        )}
      </div>
    </form>
  );
}

function Fields({ start }: { readonly start: Start }) {
  const now = scenario.value;
  const put = (name: string, value: unknown): void => {
    const { [name as keyof Scenario]: _, ...rest } = now;
    changeScenario((value === '' ? rest : { ...now, [name]: value }) as Scenario);
  };
  return (
    <>
      <label>
        Preset
        <select
          value=""
          onChange={({ currentTarget }) => {
            const found = [{ name: 'first', scenario: start.scenario }, ...start.presets].find(
              ({ name }) => name === currentTarget.value,
            );
            if (found) changeScenario(found.scenario);
            currentTarget.value = '';
            void runCommand('run');
          }}
        >
          <option value="">choose…</option>
          <option value="first">BBR beside CUBIC in 2 BDP</option>
          {start.presets.map(({ name, about }) => (
            <option key={name} value={name}>
              {name}: {about}
            </option>
          ))}
        </select>
      </label>
      <div class="fields">
        {FIELDS.map(({ name, label, hint }) => {
          const value = now[name];
          const isText = value === undefined || typeof value === 'string';
          return (
            <label key={name}>
              {label}
              <input
                type="text"
                value={isText ? (value ?? '') : 'as in the JSON'}
                placeholder={hint}
                disabled={!isText || ((name === 'rate' || name === 'queue') && now.links !== undefined)}
                aria-invalid={isAtFault(name)}
                onInput={({ currentTarget }) => put(name, currentTarget.value)}
              />
            </label>
          );
        })}
        <label>
          Loss
          <input
            type="text"
            value={typeof now.loss === 'object' ? 'as in the JSON' : String(now.loss ?? '')}
            placeholder="0.001"
            disabled={typeof now.loss === 'object' || now.links !== undefined}
            aria-invalid={isAtFault('loss')}
            onInput={({ currentTarget }) => {
              const text = currentTarget.value.trim();
              put('loss', text === '' ? '' : Number.isNaN(Number(text)) ? text : Number(text));
            }}
          />
        </label>
        <label>
          Seed
          <input
            type="number"
            min="0"
            value={now.seed ?? ''}
            placeholder="1"
            aria-invalid={isAtFault('seed')}
            onInput={({ currentTarget }) => put('seed', currentTarget.value === '' ? '' : Number(currentTarget.value))}
          />
        </label>
      </div>
      <h3>Flows</h3>
      {now.flows.map((flow, index) => (
        <FlowFields key={index} flow={flow} index={index} start={start} />
      ))}
      <button type="button" onClick={() => void runCommand('scenario.copy')}>
        Add flows
      </button>
      <datalist id="algorithms">
        {code.value.map(({ name }) => (
          <option key={name} value={name}>
            code that is open
          </option>
        ))}
        {start.algorithms.map(({ name, about }) => (
          <option key={name} value={name}>
            {about}
          </option>
        ))}
      </datalist>
    </>
  );
}

function FlowFields({
  flow,
  index,
  start,
}: {
  readonly flow: FlowGroup;
  readonly index: number;
  readonly start: Start;
}) {
  const put = (name: keyof FlowGroup, value: unknown): void => {
    const { [name]: _, ...rest } = flow;
    const next = (value === '' ? rest : { ...flow, [name]: value }) as FlowGroup;
    changeScenario({ ...scenario.value, flows: scenario.value.flows.map((one, i) => (i === index ? next : one)) });
  };
  const known = start.algorithms.find(({ name }) => name === flow.algorithm);
  return (
    <fieldset>
      <legend class="hidden">Flows {index + 1}</legend>
      <label>
        Algorithm
        <input
          type="text"
          list="algorithms"
          value={String(flow.algorithm)}
          title={known?.about}
          aria-invalid={isAtFault(`flows[${index}].algorithm`)}
          onInput={({ currentTarget }) => put('algorithm', currentTarget.value)}
        />
      </label>
      <label class="narrow">
        Count
        <input
          type="number"
          min="1"
          value={flow.count ?? 1}
          aria-invalid={isAtFault(`flows[${index}].count`)}
          onInput={({ currentTarget }) => put('count', Number(currentTarget.value))}
        />
      </label>
      <label class="narrow">
        Start
        <input
          type="text"
          value={typeof flow.start === 'string' ? flow.start : ''}
          placeholder="0s"
          aria-invalid={isAtFault(`flows[${index}].start`)}
          onInput={({ currentTarget }) => put('start', currentTarget.value)}
        />
      </label>
      <button
        type="button"
        title="Leave these flows out"
        disabled={scenario.value.flows.length < 2}
        onClick={() => changeScenario({ ...scenario.value, flows: scenario.value.flows.filter((_, i) => i !== index) })}
      >
        ×<span class="hidden"> Leave flows {index + 1} out</span>
      </button>
    </fieldset>
  );
}

/** The scenario as its text: what the schema says stands at the field it is about. */
function Json() {
  /** What stands there while it is written. */
  const draft = useSignal<string | null>(null);
  const found = useSignal<readonly Finding[]>([]);
  const whole = JSON.stringify(scenario.value, null, 2);
  const text = draft.value ?? whole;
  useEffect(() => {
    let over = false;
    void loadEditor().then(
      ({ jsonFindings }) => {
        if (!over) found.value = jsonFindings(text, faults.value);
      },
      () => {},
    );
    return () => {
      over = true;
    };
  }, [text, faults.value]);
  // Changed elsewhere, by going back a step or choosing a preset.
  useEffect(() => {
    if (draft.value !== null && !isSame(draft.value, whole)) draft.value = null;
  }, [whole]);
  return (
    <CodeBox
      document="scenario"
      label="Scenario as JSON"
      language="json"
      text={text}
      findings={found.value}
      onRun={() => void runCommand('run')}
      onChange={(next) => {
        draft.value = next;
        try {
          changeScenario(JSON.parse(next) as Scenario);
        } catch {
          // What is wrong with it stands in the text.
        }
      }}
    />
  );
}

function isSame(text: string, whole: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === JSON.stringify(JSON.parse(whole));
  } catch {
    return true;
  }
}

function isAtFault(path: string): boolean {
  return faults.value.some((fault) => fault.path === path || fault.path.startsWith(`${path}.`));
}
