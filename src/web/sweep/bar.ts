import type { Run } from '../../run/index.js';
import { append } from '../dom.js';
import { nextFrame } from '../frame.js';
import { installViewStyles } from '../styles.js';
import type { ViewContext, ViewHandle } from '../view.js';
import { measureOf, shownRuns, sweepOfRun, withSweep } from './choice.js';
import { mountChoices, optionsOf } from './tools.js';

let bars = 0;

/** Which runs all views are of, and which of their numbers. */
export function mountSweepBar(host: HTMLElement, { run: first, state }: ViewContext): ViewHandle {
  installViewStyles();
  bars += 1;
  let run: Run = first;
  const bar = append(host, 'div', 'view-tools view-filter');
  bar.setAttribute('role', 'search');
  const label = append(bar, 'label', '', 'Runs with');
  const input = append(label, 'input');
  input.type = 'text';
  input.spellcheck = false;
  input.autocomplete = 'off';
  const clear = append(bar, 'button', '', 'Clear');
  clear.type = 'button';
  const about = append(bar, 'output');
  const choices = mountChoices(append(bar, 'div', 'view-tools'), state, [
    {
      label: 'Number',
      options: () => optionsOf(run.sweep?.measures ?? []),
      chosen: () => (run.sweep ? measureOf(run.sweep, state.get().sweep).name : ''),
      choose: (measure) => state.set(withSweep(state.get(), { measure })),
    },
  ]);
  const fault = append(host, 'p', 'view-fault');
  fault.id = `sweep-fault-${bars}`;
  input.setAttribute('aria-describedby', fault.id);
  const set = (filter: string): void => state.set(withSweep(state.get(), { filter }));
  input.addEventListener('input', () => set(input.value));
  clear.addEventListener('click', () => {
    set('');
    input.focus();
  });
  const show = (): void => {
    if (!run.sweep) return;
    const sweep = sweepOfRun(run);
    const { filter } = state.get().sweep;
    const found = shownRuns(sweep, filter);
    if (input.value !== filter) input.value = filter;
    input.placeholder = exampleOf(run);
    clear.hidden = filter === '';
    input.setAttribute('aria-invalid', String(found.fault !== null));
    fault.textContent = found.fault === null ? '' : `${found.fault}. All runs are shown.`;
    fault.hidden = found.fault === null;
    const [some, all] = [found.runs.length, sweep.length].map((count) => count.toLocaleString('en'));
    about.textContent = some === all ? `${all} runs` : `${some} of ${all} runs`;
  };
  let before = state.get().sweep.filter;
  const unsubscribe = state.subscribe(() => {
    const { filter } = state.get().sweep;
    if (filter === before) return;
    before = filter;
    nextFrame(show);
  });
  show();
  return {
    element: bar,
    show(next) {
      run = next;
      choices.refresh();
      nextFrame(show);
    },
    close() {
      unsubscribe();
      choices.close();
      bar.remove();
      fault.remove();
    },
  };
}

/** A filter that means something for this very sweep. */
function exampleOf({ sweep }: Run): string {
  const words = (sweep?.keys ?? [])
    .filter(({ values }) => values.length > 1)
    .map(({ name, values }) => `${name}=${values.at(-1)}`);
  const delay = sweep?.measures.find(({ unit }) => unit === 'us');
  return [...words.slice(0, 1), ...(delay ? [`${delay.name}<50ms`] : [])].join(' ');
}
