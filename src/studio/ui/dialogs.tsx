import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Command } from '../command.js';
import { commands, HELP_OF_PLOTS } from '../commands.js';
import { asked, dialog } from '../ui-state.js';

/** Commands by what they are called. */
export function Palette() {
  const wanted = useSignal('');
  const at = useSignal(0);
  const words = wanted.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = commands().filter(({ title, id }) =>
    words.every((word) => title.toLowerCase().includes(word) || id.includes(word)),
  );
  const chosen = Math.min(at.value, found.length - 1);
  const act = (command: Command | undefined): void => {
    if (!command || command.barred?.() !== undefined) return;
    dialog(null);
    void command.act();
  };
  return (
    <Modal label="Commands">
      <input
        type="text"
        aria-label="Find a command"
        placeholder="Find a command"
        value={wanted.value}
        onInput={(event) => {
          wanted.value = event.currentTarget.value;
          at.value = 0;
        }}
        onKeyDown={(event) => {
          const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
          if (step !== 0) {
            at.value = Math.max(0, Math.min(found.length - 1, chosen + step));
            event.preventDefault();
          }
          if (event.key === 'Enter') act(found[chosen]);
        }}
      />
      <p class="hidden" role="status">
        {found[chosen]?.title ?? 'no such command'}
      </p>
      <ul aria-label="Commands">
        {found.map((command, i) => (
          <li key={command.id}>
            <button
              type="button"
              tabIndex={-1}
              aria-current={i === chosen}
              disabled={command.barred?.() !== undefined}
              title={command.barred?.()}
              onClick={() => act(command)}
              ref={(element) => {
                if (i === chosen) element?.scrollIntoView({ block: 'nearest' });
              }}
            >
              {command.title}
              {command.keys && <kbd>{command.keys}</kbd>}
            </button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}

/** What the keys do. */
export function Help() {
  return (
    <Modal label="Keys">
      <p>
        {HELP_OF_PLOTS[0]!.toUpperCase() + HELP_OF_PLOTS.slice(1)}. A drag moves, with Shift it zooms; the wheel zooms
        in the plot that has the focus, or with Ctrl; a double click shows all.
      </p>
      <table>
        <tbody>
          {commands()
            .filter(({ keys }) => keys !== undefined)
            .map(({ id, keys, title }) => (
              <tr key={id}>
                <th scope="row">
                  <kbd>{keys}</kbd>
                </th>
                <td>{title}</td>
              </tr>
            ))}
        </tbody>
      </table>
      <button type="button" onClick={() => dialog(null)}>
        Close
      </button>
    </Modal>
  );
}

/** A question that only the reader can answer. */
export function Ask() {
  const question = asked.value;
  if (!question) return null;
  return (
    <Modal label="A question" onClose={() => question.answer(false)}>
      <p>{question.text}</p>
      <div class="row">
        <button type="button" onClick={() => question.answer(false)}>
          Do not run it
        </button>
        <button type="button" onClick={() => question.answer(true)} data-answer="yes">
          Run it
        </button>
      </div>
    </Modal>
  );
}

interface ModalProps {
  readonly label: string;
  readonly onClose?: () => void;
  readonly children: preact.ComponentChildren;
}

export function Modal({ label, onClose = () => dialog(null), children }: ModalProps) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    box.current?.showModal();
    box.current?.querySelector('input')?.focus();
  }, []);
  return (
    <dialog ref={box} aria-label={label} onClose={onClose} closedby="any">
      <div class="dialog">{children}</div>
    </dialog>
  );
}
