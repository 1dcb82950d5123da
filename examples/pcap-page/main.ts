import { createChart, installPalette, remoteCallback, spawnCapture } from 'mooring/web';

// A capture read in a worker of your page; each of its connections is a button that draws its goodput.
installPalette();
const { captures } = spawnCapture();
const input = document.querySelector('input')!;
const place = document.querySelector('main')!;
const say = (text: string) => document.querySelector('output')!.replaceChildren(text);
const told = remoteCallback(({ packets }: { packets: number }) => say(`${packets} packets`));
input.onchange = () => read([...input.files!]).catch((error: Error) => say(error.message));

async function read(files: readonly File[]): Promise<void> {
  const { totals, connections: c } = await captures.analyse(files, told);
  say(`${totals.packets} packets, ${c.length} TCP connections`);
  const buttons = Array.from(c.number, (number, i) => {
    const ends = `${c.src[i]}:${c.srcPort[i]} → ${c.dst[i]}:${c.dstPort[i]}`;
    const textContent = `${ends}, ${c.forward.retransmittedPackets[i]} resent`;
    return Object.assign(document.createElement('button'), { textContent, onclick: () => show(number) });
  });
  place.replaceChildren(...buttons);
}

async function show(number: number): Promise<void> {
  const { timeUs, forward } = await captures.series(number, 10_000);
  const seconds = Array.from(timeUs, (us) => us * 1e-6);
  const values = Array.from(forward.goodputBytesPerSecond, (rate) => rate * 8e-6);
  const chart = createChart(place, { title: `Connection ${number}`, xLabel: 's', yLabel: 'Mbit/s' });
  chart.show(seconds, [{ label: 'goodput', values }]);
}
