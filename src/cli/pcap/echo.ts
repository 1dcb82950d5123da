import { formatDuration } from '../../base/index.js';
import { print, printCsv, printJson } from '../output.js';
import { shown, table } from '../table.js';
import { type PcapOptions, printWarnings, startRun } from './options.js';
import { openFiles } from './runs.js';

export async function showEcho(files: readonly string[], options: PcapOptions): Promise<void> {
  const { capture } = await openFiles(files);
  const run = startRun(options);
  const { echoes, warnings } = await run.until(capture.echoes(run.options));
  printWarnings(warnings);
  if (options.json) return printJson(echoes);
  if (options.csv) return printCsv(echoes, CSV);
  if (echoes.length === 0) return print('no ICMP echo in this capture\n');
  const rows = echoes.map((echo) => [
    `${echo.src} → ${echo.dst}`,
    String(echo.requests),
    String(echo.replies),
    String(echo.lost),
    String(echo.duplicateReplies),
    ...[echo.rttUs.min, echo.rttUs.mean, echo.rttUs.max].map((us) => shown(us, formatDuration, echo.replies)),
  ]);
  await print(table(['from → to', 'requests', 'answered', 'lost', 'duplicate', 'RTT min', 'mean', 'max'], rows));
}

const CSV = [
  ...['src', 'dst', 'family', 'requests', 'replies', 'lost', 'duplicateRequests', 'duplicateReplies'],
  ...['unmatchedReplies', 'firstUs', 'lastUs', 'rttUs.min', 'rttUs.mean', 'rttUs.max'],
];
