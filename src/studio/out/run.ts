import { freezeRun, type Run } from '../../run/index.js';
import { commandLine, type Made, programText, reportPage } from '../../share/index.js';
import type { Command } from '../command.js';
import { busy, isSimulation, problem, ran, run } from '../session.js';
import { fingerprint } from '../share/fingerprint.js';
import { qlogOf } from '../sources/simulate.js';
import { version } from '../ui-state.js';
import { runToParquet } from './parquet.js';

// The whole run leaves the page: as what makes it again, as its numbers, and as a page of its own.

type Save = (name: string, content: string | Blob) => void;

/** Saves the run that is shown. */
export function runOutCommands(save: Save): readonly Command[] {
  const one = (
    id: string,
    title: string,
    barred: () => string | undefined,
    act: () => Promise<void> | void,
  ): Command => ({
    ...{ id, title, barred },
    act: async () => {
      try {
        await act();
      } catch (error) {
        problem.value = `It was not saved: ${(error as Error).message}`;
      }
    },
  });
  return [
    one('out.command', 'Save the command line that makes this run', whyNotMade, () => {
      const text = commandOf(run.value);
      save('run.sh', `${text}\n`);
    }),
    one('out.typescript', 'Save this run as a program in TypeScript, and the files it imports', whyNotMade, () => {
      const made = madeOf()!;
      save('run.ts', programText(made, version.value)!);
      for (const { name, text } of made.code) save(name, text);
    }),
    one('out.qlog', 'Save the events of this run as qlog', whyNotQlog, async () => {
      busy.value = { what: 'writing qlog', share: null };
      try {
        save('run.qlog', new Blob((await qlogOf()) as string[]));
      } finally {
        busy.value = null;
      }
    }),
    one('out.parquet', 'Save the series of this run as Parquet', whyNoSeries, async () => {
      save('run.parquet', new Blob([(await runToParquet(run.value)) as Uint8Array<ArrayBuffer>]));
    }),
    one('out.html', 'Save this run as a page that opens offline', whyNoPage, async () => {
      save('run.html', await pageOf(run.value));
    }),
  ];
}

/** What makes the run that is shown; null where nothing does. */
function madeOf(): Made | null {
  const made = ran.value;
  return made?.run === run.value ? made : null;
}

function commandOf(shown: Run): string | null {
  const made = madeOf();
  return made ? commandLine(made) : shown.provenance.command;
}

function whyNotMade(): string | undefined {
  if (run.value.provenance.source === 'capture' && commandOf(run.value) !== null) return undefined;
  if (!madeOf()) return 'only a run that was simulated here, to its end and without a change on the way, is made again';
  return commandOf(run.value) === null
    ? 'a datapath program that drives a flow alone is run by the studio only'
    : undefined;
}

function whyNotQlog(): string | undefined {
  if (!isSimulation.value || !madeOf()) return 'only a run that was simulated here has events of its packets';
  return busy.value ? 'something goes on: wait for its end' : undefined;
}

function whyNoSeries(): string | undefined {
  return run.value.series.length === 0 ? 'this run has no series' : undefined;
}

function whyNoPage(): string | undefined {
  if (!globalThis.crypto?.subtle) return 'a page that is served neither over TLS nor from this machine may not hash';
  return whyNoSeries();
}

/** The run as a page, with what the package's reports are drawn by. */
async function pageOf(shown: Run): Promise<string> {
  const response = await fetch(new URL('report.js', document.baseURI));
  if (!response.ok) throw new Error('report.js is not where this page was served from');
  const { title, about, provenance } = shown;
  const frozen = await freezeRun({
    ...shown,
    provenance: {
      ...provenance,
      command: commandOf(shown),
      version: provenance.version ?? version.value,
      madeAtEpochUs: provenance.madeAtEpochUs ?? Date.now() * 1000,
    },
  });
  const made = { machine: navigator.userAgent, sha256: await fingerprint(shown) };
  const data = { kind: 'run', title: `Mooring: ${title}`, about, run: frozen, made };
  return reportPage(data, await response.text(), async (text) => {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
    return btoa(String.fromCharCode(...new Uint8Array(digest)));
  });
}
