import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { MOST_LINK, type SharedState } from '../../share/index.js';
import { runCommand } from '../commands.js';
import { pinned } from '../share/compare.js';
import { sharedLink, sharedState } from '../share/share.js';
import { dialog } from '../ui-state.js';
import { Modal } from './dialogs.js';

interface Made {
  readonly state: SharedState;
  readonly link: string;
}

/** A link to what is shown, with what is in it, before it is sent. */
export function Share() {
  const made = useSignal<Made | null>(null);
  const copied = useSignal('');
  useEffect(() => {
    void (async () => {
      const [state, hash] = [await sharedState(), await sharedLink()];
      const { origin, pathname } = location;
      made.value = { state, link: `${origin === 'null' ? 'file://' : origin}${pathname}${hash}` };
    })();
  }, []);
  if (!made.value) return null;
  const { state, link } = made.value;
  const isLong = link.length > MOST_LINK;
  return (
    <Modal label="Share">
      <p>{contentOf(state)} Nothing is stored anywhere: what is sent is the link itself.</p>
      {isLong ? (
        <p>
          As a link this would have {link.length} letters. Beyond {MOST_LINK} programs cut links short, so save it as a
          file; whoever drops it on a studio sees the same.
        </p>
      ) : (
        <>
          <input
            type="text"
            readOnly
            aria-label="Link"
            value={link}
            onFocus={({ currentTarget }) => currentTarget.select()}
          />
          <p class="muted" role="status">
            {copied.value ||
              `${link.length} letters${link.length > 2000 ? ': some chat programs cut links beyond 2000' : ''}`}
          </p>
        </>
      )}
      <div class="row">
        <button
          type="button"
          onClick={() => {
            dialog(null);
            void runCommand('share.file');
          }}
        >
          Save as a file
        </button>
        {!isLong && (
          <button
            type="button"
            class="act"
            data-command="share.copy"
            onClick={async () => {
              history.replaceState(null, '', link.slice(link.indexOf('#')));
              try {
                await navigator.clipboard.writeText(link);
                copied.value = 'Copied; it stands in the address as well.';
              } catch {
                copied.value = 'It stands in the address now: this page may not write what is copied.';
              }
            }}
          >
            Copy the link
          </button>
        )}
      </div>
    </Modal>
  );
}

function contentOf({ run, view }: SharedState): string {
  const files = run.code.map(({ name }) => name).join(', ');
  const parts = [
    'the scenario with its seed',
    ...(files ? [`code (${files})`] : []),
    ...(pinned.value ? ['the pinned run'] : []),
    ...(view.range ? ['the range of time'] : []),
    ...(view.hidden.length > 0 ? ['flows left out'] : []),
    run.result
      ? 'the hash of the result, by which a reader is told whether theirs is the same to the bit'
      : 'no result, as it has not been run',
  ];
  return `It holds ${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}.`;
}
