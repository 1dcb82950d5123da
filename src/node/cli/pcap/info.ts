import { formatDuration, formatRate, formatSize } from '../../../base/index.js';
import type { CaptureInfo } from '../../../capture/index.js';
import { openCapture } from '../../capture/open.js';
import { type PcapOptions, runOptions } from './options.js';
import { columnsOf, print, printCsv, printJson, printWarnings, table } from './output.js';

export async function showInfo(files: readonly string[], options: PcapOptions): Promise<void> {
  const capture = await openCapture(files);
  const run = runOptions(options);
  const info = await capture.info(run).finally(run.done);
  printWarnings(info.warnings);
  if (options.json) return printJson(info);
  if (options.csv) return printCsv([info.totals], columnsOf(info.totals));
  await print(describe(info));
}

function describe({ totals, files }: CaptureInfo): string {
  const seconds = totals.durationUs / 1e6;
  const facts: Array<[string, string]> = [
    ['packets', String(totals.packets)],
    ['bytes', `${formatSize(totals.bytes)} on the wire, ${formatSize(totals.capturedBytes)} captured`],
    ['from', totals.packets ? new Date(totals.startEpochUs / 1000).toISOString() : '–'],
    ['for', formatDuration(totals.durationUs)],
  ];
  if (seconds > 0) {
    facts.push(['mean', `${formatRate(totals.bytes / seconds)}, ${Math.round(totals.packets / seconds)} packets/s`]);
  }
  if (totals.matched !== totals.packets) facts.push(['matched', `${totals.matched} packets`]);
  facts.push(['kinds', counts(totals.kinds)]);
  const encapsulated = counts(totals.encapsulations);
  if (encapsulated) facts.push(['inside', encapsulated]);
  const odd = counts({
    'truncated headers': totals.truncatedHeaders,
    malformed: totals.malformed,
    'too deep': totals.tooDeep,
    fragments: totals.fragments,
    'out of order': totals.outOfOrder,
  });
  if (odd) facts.push(['notes', odd]);
  const width = Math.max(...facts.map(([name]) => name.length));
  const text = facts.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
  const rows = files.flatMap(({ name, format, interfaces }) =>
    interfaces.map((face) => [
      name,
      format,
      face.name ?? '',
      face.linkName,
      face.snapLength ? String(face.snapLength) : '',
      String(face.packets),
      face.dropped ? String(face.dropped) : '',
    ]),
  );
  return `${text}\n${table(['file', 'format', 'interface', 'link', 'snap', 'packets', 'dropped'], rows, 4)}`;
}

function counts(of: Readonly<Record<string, number>>): string {
  return Object.entries(of)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
