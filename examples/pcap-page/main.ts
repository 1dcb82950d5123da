import { formatDuration, formatRate } from 'mooring';
import type { CaptureProgress } from 'mooring/capture';
import { type CaptureOverview, installPalette, remoteCallback, spawnCapture } from 'mooring/web';
import { connectionRows, showConnections } from './connections.js';
import { showDetail } from './detail.js';
import { showEchoes } from './echoes.js';
import { sizeText } from './figures.js';
import { showOverall } from './overall.js';
import { showTransports } from './transports.js';

// The page: a file goes to the worker, figures come back, each part of the page shows its own.

installPalette();
const find = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const input = find<HTMLInputElement>('files');
const drop = find('drop');
const reading = find('reading');
const progress = find<HTMLProgressElement>('progress');
const problem = find('error');

const { captures } = spawnCapture(new URL('./workers/capture.js', import.meta.url));
const detail = showDetail(captures);
const table = showConnections((row) => void detail.open(row).catch(fail));

input.addEventListener('change', () => void read([...(input.files ?? [])]));
find('cancel').addEventListener('click', () => void captures.cancel());
for (const type of ['dragover', 'dragleave', 'drop'] as const) {
  addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.toggle('over', type === 'dragover');
    if (type === 'drop') void read([...(event.dataTransfer?.files ?? [])]);
  });
}

async function read(files: readonly File[]): Promise<void> {
  if (files.length === 0) return;
  problem.hidden = true;
  reading.hidden = false;
  find('result').hidden = true;
  detail.close();
  const started = performance.now();
  try {
    const overview = await captures.analyse(
      files,
      remoteCallback(({ bytesRead, bytesTotal, packets }: CaptureProgress) => {
        progress.max = bytesTotal ?? 0;
        progress.value = bytesRead;
        const seconds = (performance.now() - started) / 1000;
        const share = bytesTotal ? `${Math.floor((100 * bytesRead) / bytesTotal)} %, ` : '';
        find('progress-text').textContent =
          `${share}${packets.toLocaleString('en')} packets, ${sizeText(bytesRead / seconds)}/s`;
      }),
    );
    show(overview, (performance.now() - started) / 1000);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) fail(error);
  } finally {
    reading.hidden = true;
    input.value = '';
  }
}

function show(overview: CaptureOverview, seconds: number): void {
  const { totals, connections, echoes, warnings, evicted, folded } = overview;
  const notes = warnings.map(({ message }) => message);
  if (evicted)
    notes.push(
      `${evicted} idle connections were finished early to bound memory; each later packet of one begins another`,
    );
  if (folded.connections) notes.push(`${folded.connections} small connections are summed up, not listed`);
  find('warnings').replaceChildren(
    ...notes.map((text) => Object.assign(document.createElement('li'), { textContent: text })),
  );
  const tiles: ReadonlyArray<readonly [string, string]> = [
    ['packets', totals.packets.toLocaleString('en')],
    ['on the wire', sizeText(totals.bytes)],
    ['duration', formatDuration(totals.durationUs)],
    ['mean rate', totals.durationUs ? formatRate((totals.bytes * 1e6) / totals.durationUs) : '–'],
    ['TCP connections', (connections.length + folded.connections).toLocaleString('en')],
    ['read in', `${seconds.toFixed(1)} s`],
  ];
  find('tiles').replaceChildren(
    ...tiles.map(([label, value]) => {
      const tile = document.createElement('div');
      tile.append(Object.assign(document.createElement('b'), { textContent: value }), label);
      return tile;
    }),
  );
  find('result').hidden = false;
  showOverall(overview.overall);
  table.show(connectionRows(connections));
  showTransports(overview.multipath, overview.quic);
  showEchoes(echoes);
}

function fail(error: unknown): void {
  problem.textContent = error instanceof Error ? error.message : String(error);
  problem.hidden = false;
}
