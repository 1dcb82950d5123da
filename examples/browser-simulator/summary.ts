import { formatDuration, formatRate, formatShare, type Summary } from 'mooring';

export function showSummary(tiles: HTMLElement, summary: Summary): void {
  const facts: [string, string][] = [
    ['throughput', formatRate(summary.throughputBytesPerSecond)],
    ['utilisation', formatShare(summary.utilisation)],
    ['mean RTT', formatDuration(summary.rttUs.mean)],
    ['p95 RTT', formatDuration(summary.rttUs.p95)],
    ['lost packets', String(summary.packetsLost)],
    ['Jain index', summary.jain?.toFixed(3) ?? '–'],
  ];
  tiles.replaceChildren(
    ...facts.map(([what, value]) => {
      const tile = document.createElement('div');
      const bold = document.createElement('b');
      const name = document.createElement('span');
      bold.textContent = value;
      name.textContent = what;
      tile.append(bold, name);
      return tile;
    }),
  );
}
