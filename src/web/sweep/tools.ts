import { append } from '../dom.js';
import type { Store, ViewState } from '../view.js';

/** Something that is chosen out of a list, in a figure. */
export interface Choice {
  readonly label: string;
  readonly options: () => readonly { readonly value: string; readonly text: string }[];
  readonly chosen: () => string;
  readonly choose: (value: string) => void;
}

/** Lists to choose from, which say what is chosen whoever changes it. What comes back brings them up to date, for another run. */
export function mountChoices(
  host: HTMLElement,
  state: Store<ViewState>,
  choices: readonly Choice[],
): { readonly refresh: () => void; readonly close: () => void } {
  const lists = choices.map((choice) => {
    const label = append(host, 'label', '', choice.label);
    const list = append(label, 'select');
    list.addEventListener('change', () => choice.choose(list.value));
    return { choice, label, list };
  });
  const refresh = (): void => {
    for (const { choice, label, list } of lists) {
      const options = choice.options();
      // One thing is no choice.
      label.hidden = options.length < 2;
      const wanted = JSON.stringify(options);
      if (list.dataset['has'] !== wanted) {
        list.dataset['has'] = wanted;
        list.replaceChildren(...options.map(({ value, text }) => new Option(text, value)));
      }
      list.value = choice.chosen();
    }
  };
  refresh();
  return { refresh, close: state.subscribe(refresh) };
}

/** Names as they are, for a list. */
export function optionsOf(
  all: readonly { readonly name: string; readonly title?: string }[],
  none?: string,
): { readonly value: string; readonly text: string }[] {
  const some = all.map(({ name, title }) => ({ value: name, text: title ?? name }));
  return none === undefined ? some : [{ value: '', text: none }, ...some];
}
