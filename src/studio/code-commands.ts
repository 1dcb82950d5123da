import { closeFile, code, fileShown, findings, freeName, isUnsaved, putFile, shownFile } from './code.js';
import type { Command } from './command.js';
import { warmChecker } from './editor/checker.js';
import { isProgramFile } from './editor/files.js';
import { ALGORITHM_TEMPLATE, PROGRAM_TEMPLATE } from './editor/templates.js';
import { changeScenario, problem, scenario } from './session.js';
import { canSaveNew, saveToDisk } from './sources/disk.js';
import { runScenario, warmSandbox } from './sources/simulate.js';
import { panel, version } from './ui-state.js';

/** What can be done with code. */
export function codeCommands(save: (name: string, content: string) => void): readonly Command[] {
  const file = fileShown.value;
  const none = file ? undefined : 'no file of code is open';
  return [
    { id: 'panel.scenario', title: 'Go to: scenario', keys: 'Shift+S', act: () => showPanel('scenario') },
    { id: 'panel.code', title: 'Go to: code', keys: 'Shift+C', act: () => showPanel('code') },
    { id: 'code.algorithm', title: 'A new algorithm in TypeScript, for the last flow', act: () => newFile('.ts') },
    { id: 'code.program', title: 'A new datapath program, for the last flow', act: () => newFile('.ccp') },
    {
      id: 'code.save',
      title: 'Save the file of code',
      keys: 'Ctrl+S',
      barred: () => none,
      act: async () => {
        const shown = fileShown.value;
        if (!shown) return;
        if (shown.disk !== null || canSaveNew()) await saveToDisk(shown);
        else save(shown.name, shown.text);
      },
    },
    {
      id: 'code.saveOver',
      title: 'Save the file of code over what the disk has',
      barred: () => (file?.isBehind ? undefined : 'the disk holds nothing newer'),
      act: () => file && saveToDisk(file, true),
    },
    {
      id: 'code.takeDisk',
      title: 'Take what the disk has of the file of code',
      barred: () => (file?.isBehind ? undefined : 'the disk holds nothing newer'),
      act: () => file?.disk && putFile({ ...file, text: file.disk.text, isBehind: false }),
    },
    {
      id: 'code.close',
      title: 'Close the file of code',
      barred: () => none ?? (file && isUnsaved(file) ? 'it has changes that are not saved' : undefined),
      act: () => file && closeFile(file.name),
    },
    {
      id: 'code.next',
      title: 'The next file of code',
      barred: () => (code.value.length < 2 ? 'there is no other' : undefined),
      act: () => {
        const at = code.value.findIndex(({ name }) => name === shownFile.value);
        shownFile.value = code.value[(at + 1) % code.value.length]?.name ?? null;
      },
    },
  ];
}

/** Shows what is beside the views, and goes there. */
export function showPanel(which: 'scenario' | 'code'): void {
  panel.value = which;
  if (which === 'code') prepareCode();
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`[data-panel="${which}"]`)?.focus({ preventScroll: true }),
  );
}

/** What code is checked and run with is loaded before it is asked for. */
export function prepareCode(): void {
  warmChecker();
  if (code.value.some(({ name }) => !isProgramFile(name))) warmSandbox();
}

/** A new file, which the last flow of the scenario runs from now on. */
async function newFile(extension: '.ts' | '.ccp'): Promise<void> {
  const name = freeName(extension === '.ts' ? 'aimd' : 'window', extension);
  try {
    putFile({ name, text: extension === '.ts' ? ALGORITHM_TEMPLATE : PROGRAM_TEMPLATE, disk: null });
  } catch (error) {
    problem.value = (error as Error).message;
    return;
  }
  const { flows, ...rest } = scenario.value;
  const last = flows.at(-1);
  changeScenario({ ...rest, flows: [...flows.slice(0, -1), { ...last, algorithm: name }] });
  findings.value = new Map(findings.value);
  showPanel('code');
  await runScenario(scenario.value, version.value);
}
