// The same four things on every host: compile a program, simulate ten seconds, read a capture, answer a datapath. The
// digits have to be the same everywhere.
import { Agent, AlgBase, compile, decodeMessage, encodeMessage, openCapture, simulate } from 'mooring';

export const SCENARIO = {
  rate: '12Mbit',
  rtt: '40ms',
  queue: '1bdp',
  flows: [{ algorithm: 'cubic', count: 2, stagger: '1s' }],
  duration: '10s',
  seed: 7,
};

const PROGRAM =
  '(def (Report (volatile acked 0))) (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (report))';

class Steady extends AlgBase {
  onCreate() {
    this.datapath.install(PROGRAM, { fields: { Cwnd: this.datapathInfo.initCwnd } });
  }

  onReport() {}
}

const FLOW = { sid: 1, initCwnd: 14480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };

// A pcap header and one Ethernet frame that is no IP.
export const CAPTURE = Uint8Array.from([
  ...[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 1, 0, 0, 0],
  ...[1, 0, 0, 0, 0, 0, 0, 0, 14, 0, 0, 0, 14, 0, 0, 0],
  ...[1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 7, 0x88, 0xcc],
]);

export async function probe() {
  return {
    compile: await outcome(() => {
      const compiled = compile(PROGRAM);
      if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
      return Array.from(compiled.program.rows());
    }),
    simulate: await outcome(() => {
      const { summary } = simulate(SCENARIO);
      return [summary.utilisation, summary.jain, summary.rttUs.p95, summary.packetsSent];
    }),
    agent: await outcome(() => {
      const agent = new Agent({ algorithms: { steady: Steady } });
      const { messages, events } = agent.handle(encodeMessage({ type: 'create', ...FLOW }), 'peer', 0);
      const failed = events.find(({ kind }) => kind === 'algorithmFailed');
      if (failed) throw Object.assign(new Error(failed.message), { code: failed.code });
      return messages.map(({ bytes }) => decodeMessage(bytes).message.type);
    }),
    openCapture: await outcome(async () => (await (await openCapture(CAPTURE)).info()).totals.packets),
  };
}

/** What it gave, or the declared error it gave instead. */
export async function outcome(does) {
  try {
    return { value: await does() };
  } catch (error) {
    return { code: error?.code ?? error?.name, message: String(error?.message ?? error) };
  }
}
