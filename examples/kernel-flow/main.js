// A download over this machine's own TCP, controlled by the AIMD class of `npm start`: two namespaces, a bottleneck and a
// delay between them, the class on the kernel's flow by eBPF, a live table, and at the end the simulator's report with
// the kernel's flow and what the simulator predicts for it in the same plots.
import { simulate } from 'mooring';
import { buildKernelPath, connect, kernelFlows, sendThrough, writeRunReport } from 'mooring/node';
import { Aimd } from '../aimd/aimd.js';

const seconds = Number(process.env.SECONDS ?? 30);
const rateBytesPerSecond = 2.5e6;
const oneWayDelayUs = 20_000;
const queueBytes = 100_000;
const out = process.env.OUT ?? 'out/kernel-flow.html';
const control = `example${process.pid % 1_000_000}`;
const BIN_US = 100_000;

const path = await buildKernelPath({ rateBytesPerSecond, oneWayDelayUs, queueBytes });
let measured;
try {
  const agent = await connect('bpf', Aimd, { socket: { netns: path.sender, name: control } });
  try {
    const watching = watch();
    const { bytesReceived } = await sendThrough(path, { seconds, congestionControl: control });
    const samples = await watching.end();
    measured = { samples, bytesReceived, drops: await path.drops() };
  } finally {
    await agent.close();
  }
} finally {
  await path.close();
}

const predicted = simulate({
  name: 'AIMD on a flow of this kernel (flow 0), and as the simulator predicts it (flow 1)',
  links: [{ rate: `${rateBytesPerSecond * 8}bit`, delay: `${oneWayDelayUs}us`, queue: `${queueBytes}B` }],
  rtt: `${2 * oneWayDelayUs}us`,
  duration: `${seconds}s`,
  series: { bin: `${BIN_US}us` },
  flows: [{ algorithm: Aimd }],
});
console.error(`report: ${await writeRunReport(out, overlaid(predicted, measured.samples))}`);
console.log(
  JSON.stringify(
    {
      kernel: {
        goodputMbit: mbit(measured.bytesReceived / seconds),
        drops: measured.drops,
        ...settled(measured.samples),
      },
      simulated: { goodputMbit: mbit(predicted.summary.goodputBytesPerSecond), drops: predicted.links[0].drops },
    },
    null,
    2,
  ),
);

/** Looks at the flow ten times a second, and says what it saw once a second. */
function watch() {
  const samples = [];
  let beganUs = performance.now() * 1000;
  let looking = true;
  const looked = (async () => {
    let told = 0;
    console.error('   s    window, kB   srtt, ms   delivered, packets   lost   reports');
    while (looking) {
      const flows = await kernelFlows();
      // iperf3 has a connection of its own beside the one that carries data.
      const [flow] = flows
        .filter(({ remote }) => remote.startsWith(`${path.receiverAddress}:`))
        .sort((a, b) => b.delivered - a.delivered);
      // Times count from when the flow was there first.
      if (flow && samples.length === 0) beganUs = performance.now() * 1000;
      const timeUs = performance.now() * 1000 - beganUs;
      if (flow) samples.push({ timeUs, ...flow });
      if (flow && timeUs >= told * 1e6) {
        told = Math.ceil(timeUs / 1e6);
        const cells = [
          (timeUs / 1e6).toFixed(1).padStart(5),
          (flow.cwndBytes / 1000).toFixed(1).padStart(11),
          ((flow.srttUs ?? NaN) / 1000).toFixed(1).padStart(10),
          String(flow.delivered).padStart(20),
          String(flow.lost).padStart(6),
          String(flow.reports).padStart(9),
        ];
        console.error(cells.join(' '));
      }
      await new Promise((resolve) => setTimeout(resolve, BIN_US / 1000));
    }
  })();
  return {
    async end() {
      looking = false;
      await looked;
      return samples;
    },
  };
}

/** The predicted run with the kernel's flow before its own, on the same bins. */
function overlaid(run, samples) {
  const { timeUs, flows } = run.series;
  const column = (value) => {
    let at = -1;
    return timeUs.map((endUs) => {
      while (at + 1 < samples.length && samples[at + 1].timeUs <= endUs) at += 1;
      return at < 0 ? Number.NaN : value(at);
    });
  };
  const since = (key) =>
    column((at) =>
      at === 0 ? Number.NaN : (samples[at][key] - samples[at - 1][key]) / (samples[at].timeUs - samples[at - 1].timeUs),
    );
  const none = column(() => Number.NaN);
  const kernel = {
    id: 0,
    cwndBytes: column((at) => samples[at].cwndBytes),
    ssthreshBytes: none,
    inFlightBytes: column((at) => samples[at].inFlight * samples[at].mssBytes),
    srttUs: column((at) => samples[at].srttUs ?? Number.NaN),
    pacingRateBytesPerSecond: none,
    deliveryRateBytesPerSecond: since('delivered').map((perUs) => perUs * 1e6 * samples[0].mssBytes),
    losses: since('lost').map((perUs) => Math.round(perUs * BIN_US)),
    marks: none,
    notes: {},
  };
  const { delivered, lost, mssBytes, reports } = samples.at(-1);
  const goodputBytesPerSecond = measured.bytesReceived / seconds;
  const [own] = run.flows;
  return {
    ...run,
    flows: [
      {
        ...own,
        id: 0,
        name: 'kernel',
        goodputBytesPerSecond,
        throughputBytesPerSecond: goodputBytesPerSecond,
        bytesAcked: delivered * mssBytes,
        packetsSent: delivered + lost,
        packetsLost: lost,
        reports,
        // What the table of the kernel's flows does not tell.
        retransmits: Number.NaN,
        timeouts: Number.NaN,
        ecnMarks: Number.NaN,
        rttUs: { min: null, mean: null, p50: null, p95: null, p99: null, max: null },
      },
      { ...own, id: 1, name: 'simulated' },
    ],
    series: { ...run.series, flows: [kernel, { ...flows[0], id: 1 }] },
  };
}

/** Of the second half, when slow start is over. */
function settled(samples) {
  const half = samples.filter(({ timeUs }) => timeUs > (seconds * 1e6) / 2);
  const mean = (value) => half.reduce((sum, sample) => sum + value(sample), 0) / half.length;
  return {
    meanWindowBytes: Math.round(mean(({ cwndBytes }) => cwndBytes)),
    meanSrttUs: Math.round(mean(({ srttUs }) => srttUs ?? Number.NaN)),
  };
}

function mbit(bytesPerSecond) {
  return Number(((bytesPerSecond * 8) / 1e6).toFixed(2));
}
