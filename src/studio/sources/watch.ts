import { code, filesOf, putFile } from '../code.js';
import { CODE_FILE } from '../editor/files.js';
import { problem, scenario } from '../session.js';
import { version } from '../ui-state.js';
import { readFile, type ServedFile } from './disk.js';
import { foundFile } from './found.js';
import { opening } from './opening.js';
import { runScenario } from './simulate.js';

/** A file has changed on the disk: what is open of it is replaced, and what depends on it is run again. */
export async function takeChange(served: ServedFile): Promise<void> {
  try {
    const { file, tag } = await readFile(served);
    if (!CODE_FILE.test(served.name)) {
      if (served.name.endsWith('.json')) await (await opening()).openFound([foundFile(file, served.name)]);
      return;
    }
    const known = code.value.find(({ name }) => name === served.name);
    const text = await file.text();
    const disk = { index: served.index, tag, text };
    if (known && known.text !== known.disk?.text && known.text !== text) {
      // What was written here and not saved is kept; the reader says which it is to be.
      putFile({ ...known, disk, isBehind: true }, false);
      return;
    }
    putFile({ name: served.name, text, disk, isBehind: false }, false);
    if (filesOf(scenario.value).some(({ name }) => name === served.name))
      await runScenario(scenario.value, version.value);
  } catch (error) {
    problem.value = (error as Error).message;
  }
}
