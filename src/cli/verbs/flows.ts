import type { Command } from 'commander';
import { formatDuration, formatRate, formatSize } from '../../base/index.js';
import { type KernelFlow, kernelFlows } from '../../node/helper/index.js';
import { print, printJson } from '../output.js';
import { stopOnSignal } from '../signals.js';
import { shown, table } from '../table.js';

const WATCH_MS = 1000;
const HEAD = [
  'flow',
  'window',
  'pacing',
  'srtt',
  'in flight',
  'delivered',
  'lost',
  'program',
  'reports',
  'dropped',
  'errors',
  'last report',
];

/** `mooring flows`: what is under control in this kernel. */
export function addFlows(command: Command): void {
  command
    .option('--watch', 'show them again every second, until Ctrl-C')
    .option('--json', 'print one JSON document')
    .action(async ({ watch, json }: { readonly watch?: boolean; readonly json?: boolean }) => {
      const flows = await kernelFlows();
      if (json) await printJson({ flows });
      else if (watch) await follow();
      else await print(describe(flows));
    });
}

async function follow(): Promise<void> {
  const { createLogUpdate } = await import('log-update');
  const shownNow = createLogUpdate(process.stdout);
  const stop = stopOnSignal();
  const over = stop.received.then(() => true);
  try {
    do shownNow(describe(await kernelFlows()).trimEnd());
    while (!(await Promise.race([over, new Promise<false>((resolve) => setTimeout(() => resolve(false), WATCH_MS))])));
  } finally {
    shownNow.done();
    stop.close();
  }
}

function describe(flows: readonly KernelFlow[]): string {
  if (flows.length === 0) return 'no flow of this kernel is under control\n';
  return table(
    HEAD,
    flows.map((flow) => [
      `${flow.local} → ${flow.remote}`,
      formatSize(flow.cwndBytes),
      shown(flow.rateBytesPerSecond, formatRate),
      shown(flow.srttUs, formatDuration),
      String(flow.inFlight),
      String(flow.delivered),
      String(flow.lost),
      shown(flow.programUid, String),
      String(flow.reports),
      String(flow.dropped),
      String(flow.errors),
      shown(flow.reportedUs, (us) => `${formatDuration(us)} ago`),
    ]),
  );
}
