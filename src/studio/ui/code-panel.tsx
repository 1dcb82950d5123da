import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { code, editFile, fileShown, findings, isUnsaved, said, setFindings, shownFile } from '../code.js';
import { runCommand } from '../commands.js';
import { askChecker } from '../editor/checker.js';
import { isProgramFile } from '../editor/files.js';
import type { EditorHandle } from '../editor/index.js';
import { busy } from '../session.js';
import { CodeBox } from './code-box.js';

/** Findings are looked for so long after the last letter. */
const REST_MS = 150;
const FINDINGS_SHOWN = 20;

/** The code that is open: files, the editor, what was found in it. */
export function CodePanel() {
  const file = fileShown.value;
  const editor = useRef<EditorHandle | null>(null);
  const fault = useSignal<string | null>(null);
  useEffect(() => {
    if (!file) return;
    let over = false;
    const timer = setTimeout(async () => {
      try {
        const found = await askChecker((api) => api.findings(file.name));
        if (over) return;
        fault.value = null;
        setFindings(file.name, found);
      } catch (error) {
        if (!over) fault.value = (error as Error).message;
      }
    }, REST_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [file?.name, file?.text]);
  const found = (file && findings.value.get(file.name)) ?? [];
  const lineOf = (at: number): number => file?.text.slice(0, at).split('\n').length ?? 1;
  return (
    <div class="code-panel">
      <div class="row">
        <h2>Code</h2>
        <span class="buttons">
          <button type="button" onClick={() => void runCommand('code.algorithm')} data-command="code.algorithm">
            New algorithm
          </button>
          <button type="button" onClick={() => void runCommand('code.program')} data-command="code.program">
            New program
          </button>
        </span>
      </div>
      {file === null ? (
        <p class="muted">
          A congestion control of your own: an algorithm in TypeScript, or a datapath program that sets the window by
          itself. The scenario names it by its file, as the command line does. Drop files here to open them.
        </p>
      ) : (
        <>
          <nav class="files" aria-label="Files">
            {code.value.map((one) => (
              <button
                key={one.name}
                type="button"
                aria-pressed={one.name === file.name}
                onClick={() => (shownFile.value = one.name)}
              >
                {one.name}
                {isUnsaved(one) && <span title="not saved"> •</span>}
                {findings.value.get(one.name)?.some(({ severity }) => severity === 'error') && (
                  <span class="bad" title="has errors">
                    {' '}
                    ✕
                  </span>
                )}
              </button>
            ))}
          </nav>
          {file.isBehind && (
            <p class="warning" role="status">
              The disk has another text of {file.name} now.{' '}
              <button type="button" onClick={() => void runCommand('code.takeDisk')}>
                Take it
              </button>{' '}
              <button type="button" onClick={() => void runCommand('code.saveOver')}>
                Save mine over it
              </button>
            </p>
          )}
          <CodeBox
            document={file.name}
            label={`Code of ${file.name}`}
            language={isProgramFile(file.name) ? 'program' : 'typescript'}
            text={file.text}
            findings={found}
            onChange={(text) => editFile(file.name, text)}
            onRun={() => void runCommand('run')}
            onSave={() => void runCommand('code.save')}
            complete={(at) => askChecker((api) => api.completions(file.name, at))}
            hover={(at) => askChecker((api) => api.hover(file.name, at))}
            onReady={(handle) => {
              editor.current = handle;
            }}
          />
          <p class="hidden" role="status">
            {found.length === 0 ? 'nothing is wrong' : `${found.length} findings`}
          </p>
          {fault.value !== null && <p class="warning">{fault.value}</p>}
          {found.length > 0 && (
            <ul class="findings" aria-label="Findings">
              {found.slice(0, FINDINGS_SHOWN).map(({ from, severity, message, code: of }) => (
                <li key={`${from} ${message}`}>
                  <button type="button" onClick={() => editor.current?.goTo(from)}>
                    <strong class={severity === 'error' ? 'bad' : 'warn'}>{severity}</strong> {lineOf(from)}: {message}{' '}
                    <span class="muted">{of}</span>
                  </button>
                </li>
              ))}
            </ul>
          )}
          <div class="row">
            <button type="button" class="act" onClick={() => void runCommand('run')} data-command="run">
              Run <kbd>Ctrl+Enter</kbd>
            </button>
            {busy.value?.what === 'simulating' && (
              <button type="button" onClick={() => void runCommand('run.stop')}>
                Stop
              </button>
            )}
            <span class="buttons">
              <button type="button" onClick={() => void runCommand('code.save')} data-command="code.save">
                Save
              </button>
              <button
                type="button"
                disabled={isUnsaved(file)}
                onClick={() => void runCommand('code.close')}
                data-command="code.close"
              >
                Close
              </button>
            </span>
          </div>
        </>
      )}
      {said.value.length > 0 && (
        <details class="said" open>
          <summary>What the code said ({said.value.length})</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard */}
          <pre tabIndex={0}>{said.value.join('\n')}</pre>
        </details>
      )}
    </div>
  );
}
