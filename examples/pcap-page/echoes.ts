import { formatDuration } from 'mooring';
import type { EchoSummary } from 'mooring/capture';
import { saveText, toCsv } from './csv.js';

const COLUMNS = ['from', 'to', 'requests', 'answered', 'lost', 'duplicates', 'RTT min', 'RTT mean', 'RTT max'] as const;

let shown: readonly EchoSummary[] = [];

document.getElementById('export-echoes')?.addEventListener('click', () => {
  const rows = shown.map((echo) => [...counts(echo), echo.rttUs.min, echo.rttUs.mean, echo.rttUs.max]);
  saveText('echoes.csv', toCsv([...COLUMNS.slice(0, 6), 'rtt_min_us', 'rtt_mean_us', 'rtt_max_us'], rows));
});

/** The echo table; hidden where the capture has none. */
export function showEchoes(echoes: readonly EchoSummary[]): void {
  shown = echoes;
  document.getElementById('echoes')!.hidden = echoes.length === 0;
  const table = document.createElement('table');
  const head = table.createTHead().insertRow();
  for (const title of COLUMNS) head.append(Object.assign(document.createElement('th'), { textContent: title }));
  const body = table.createTBody();
  for (const echo of echoes) {
    const { min, mean, max } = echo.rttUs;
    const row = body.insertRow();
    for (const cell of counts(echo)) row.insertCell().textContent = String(cell);
    for (const us of [min, mean, max]) row.insertCell().textContent = echo.replies ? formatDuration(us) : '–';
  }
  const box = document.getElementById('echo-table')!;
  box.className = 'table plain';
  box.replaceChildren(table);
}

function counts({
  src,
  dst,
  requests,
  replies,
  lost,
  duplicateRequests,
  duplicateReplies,
}: EchoSummary): (string | number)[] {
  return [src, dst, requests, replies, lost, duplicateRequests + duplicateReplies];
}
