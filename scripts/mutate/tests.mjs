// The tests of a room, run again and again by one Vitest, which keeps what it has transformed.
import { join } from 'node:path';
import { createVitest } from 'vitest/node';

const CLOSE_WITHIN_MS = 5000;
const durations = new Map();

// What kills a mutant soonest comes first; the run without one tells how long each file takes.
class QuickestFirst {
  shard = (files) => files;
  sort = (files) => files.toSorted((a, b) => (durations.get(a.moduleId) ?? 0) - (durations.get(b.moduleId) ?? 0));
}

/** The tests at `paths` of the tree `root`, without those whose path holds one of `without`. */
export async function openTests(root, paths, without) {
  const vitest = await createVitest(
    'test',
    {
      root,
      watch: false,
      bail: 1,
      reporters: [{}],
      silent: true,
      exclude: without.map((path) => `**/${path}**`),
      // One process for all files of a run: each would load the sources again.
      isolate: false,
      maxWorkers: 1,
      sequence: { sequencer: QuickestFirst },
    },
    { cacheDir: join(root, '.vite') },
  );
  const specifications = await vitest.globTestSpecifications(paths);
  return {
    /** Runs them, with the files at `changed` as they are now. */
    async run(changed = []) {
      for (const file of changed) vitest.invalidateFile(file);
      await vitest.rerunTestSpecifications(specifications);
      for (const { filepath, result } of vitest.state.getFiles())
        if (!durations.has(filepath) && result?.duration) durations.set(filepath, result.duration);
    },
    /** What failed in the last run, in words. */
    failures() {
      if (specifications.length === 0) return ['there are none'];
      const tasks = [...vitest.state.idMap.values()].filter(({ result }) => result?.state === 'fail');
      const words = tasks.map(({ name, result }) => `${name}: ${result.errors?.[0]?.message ?? ''}`);
      return [...words, ...vitest.state.getUnhandledErrors().map((error) => String(error?.message ?? error))];
    },
    /** Files of which the last run ran no test, for each one was skipped. */
    skipped() {
      return vitest.state
        .getFiles()
        .filter((file) => file.tasks.length > 0 && file.tasks.every(allSkipped))
        .map(({ name }) => name);
    },
    forget(file) {
      vitest.invalidateFile(file);
    },
    /** Lets go of it, also when its processes were ended and it waits for them. */
    async close() {
      await Promise.race([
        vitest.close().catch(() => {}),
        new Promise((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS)),
      ]);
    },
  };
}

function allSkipped(task) {
  return task.type === 'suite' ? task.tasks.every(allSkipped) : ['skip', 'todo'].includes(task.mode);
}
