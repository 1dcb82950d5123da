// docs/validation-live.md: the simulator beside peers that run here and now, part by part; one that is absent says why.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { beside } from './beside.mjs';
import { completionTimes } from './completion.mjs';
import { kernelPart } from './kernel-part.mjs';
import { speedPart } from './speed.mjs';

const PARTS = {
  kernel: ['The Linux kernel', kernelPart],
  ns3: ['ns-3', () => beside('ns3')],
  ns2: ['ns-2, queues of two and three packets', () => beside('ns2')],
  fct: ['Completion times, beside ns-3', completionTimes],
  speed: ['Speed', speedPart],
};

const PAGE = 'docs/validation-live.md';

/** Makes the parts named, or all, and writes the page; the others stay as they are there. */
export async function validateLive(only = Object.keys(PARTS)) {
  const unknown = only.find((name) => !PARTS[name]);
  if (unknown !== undefined) throw new Error(`--only takes ${Object.keys(PARTS).join(', ')}, not ${unknown}`);
  const made = new Map();
  for (const name of only) {
    const [title, make] = PARTS[name];
    console.error(title);
    made.set(title, await make());
  }
  const before = existsSync(PAGE) ? readFileSync(PAGE, 'utf8').split(/^## /m).slice(1) : [];
  const kept = new Map(
    before.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n')).trim()]),
  );
  const parts = Object.values(PARTS).flatMap(([title]) => {
    const text = made.get(title) ?? kept.get(title);
    return text === undefined ? [] : [`## ${title}`, text];
  });
  writeFileSync(PAGE, `${[head(), ...parts].join('\n\n')}\n`);
  return [...made.values()].join('\n\n');
}

function head() {
  return `# Validation, live

Written by \`npm run validate -- --live\` on Linux ${release()}, ${cpus().length} × ${cpus()[0].model.trim()}, Node ${process.versions.node}. What is
beside it was run by the same command; [validation.md](validation.md) has theory and what peers answered before.`;
}
