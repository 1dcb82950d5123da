import { ALGORITHMS, type Scenario } from 'mooring';
import { BUILTIN_SENDERS, PRESETS, type PresetName, presetScenario } from 'mooring/sim';
import { MINE, place, range, select } from './page.js';

const FIELDS = { rate: '12', rtt: '40', queue: '1', loss: '0', duration: '30' };

export function fillChoices(): void {
  for (const name of [...Object.keys(ALGORITHMS), ...BUILTIN_SENDERS, MINE]) {
    select('algorithm').add(new Option(name));
    select('rival').add(new Option(name));
  }
  select('rival').add(new Option('none', ''), 0);
  select('rival').value = '';
  select('preset').add(new Option('your own, below', ''));
  for (const { name, description } of PRESETS) select('preset').add(new Option(`${name}: ${description}`, name));
}

export function fillFields(): void {
  for (const [id, value] of Object.entries(FIELDS)) range(id).value = value;
  range('count').value = '2';
  range('rivals').value = '1';
}

/** A preset brings its own link: the fields of the link rest while one is chosen. */
export function onPresetChosen(): void {
  select('preset').addEventListener('change', () => {
    for (const id of [...Object.keys(FIELDS), 'discipline']) {
      (place(id) as HTMLInputElement).disabled = select('preset').value !== '';
    }
  });
}

/** The scenario the controls ask for. */
export function readScenario(): Scenario {
  const flows = readFlows();
  const preset = select('preset').value;
  if (preset !== '') return presetWith(preset as PresetName, flows);
  const queue = `${range('queue').valueAsNumber}bdp` as const;
  const kind = select('discipline').value as 'droptail' | 'red' | 'codel' | 'fqcodel';
  return {
    rate: `${range('rate').valueAsNumber}Mbit`,
    rtt: `${range('rtt').valueAsNumber}ms`,
    queue: kind === 'droptail' || kind === 'red' ? { kind, limit: queue } : { kind },
    loss: Number(range('loss').value) / 100,
    duration: `${range('duration').valueAsNumber}s`,
    flows,
    series: { bin: '100ms' },
  };
}

function readFlows(): Scenario['flows'] {
  const flows = [{ algorithm: select('algorithm').value, count: Number(range('count').value) }];
  if (select('rival').value !== '')
    flows.push({ algorithm: select('rival').value, count: Number(range('rivals').value) });
  return flows;
}

/** A preset keeps how its first flows start and end; who they are is chosen here. */
function presetWith(name: PresetName, flows: Scenario['flows']): Scenario {
  const scenario = presetScenario(name);
  const [first, ...others] = scenario.flows;
  const chosen = flows.map((flow) => ({ ...first, ...flow }));
  return { ...scenario, flows: [...chosen, ...others.filter(({ arrivals }) => arrivals)] };
}
