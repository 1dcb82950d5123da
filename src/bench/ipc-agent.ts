import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Agent } from '../agent/index.js';
import { Aimd } from '../algorithms/index.js';
import { encodeMessage } from '../wire/index.js';
import { AIMD_REPORT } from './aimd-report.js';

const FEW = 100;
const MANY = 100_000;
const CHUNK = 20_000;
const CHUNKS = 60;
/** Coprime to the number of flows: each report is of another flow, as far from the last as it gets. */
const STRIDE = 7919;

/** What the agent itself costs: bytes in, AIMD, bytes out, no socket. */
export function measureAgent(): { readonly nsFew: number; readonly nsMany: number; readonly bytesPerFlow: number } {
  const before = heapBytes();
  const agent = agentWith(MANY);
  const bytesPerFlow = (heapBytes() - before) / MANY;
  const nsMany = nsPerReport(agent, MANY);
  return { nsMany, nsFew: nsPerReport(agentWith(FEW), FEW), bytesPerFlow };
}

function agentWith(flows: number): Agent {
  const agent = new Agent({ algorithms: { aimd: Aimd } });
  const info = { initCwnd: 14_480, mss: 1448, srcIp: 0x0100_007f, srcPort: 1, dstIp: 0x0200_007f, dstPort: 2 };
  for (let sid = 1; sid <= flows; sid += 1) agent.handle(encodeMessage({ type: 'create', sid, ...info }), 'bench', 0);
  return agent;
}

function nsPerReport(agent: Agent, flows: number): number {
  const bytes = encodeMessage({ type: 'measure', sid: 1, programUid: 1, fields: AIMD_REPORT });
  const view = new DataView(bytes.buffer);
  let best = Number.POSITIVE_INFINITY;
  for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < CHUNK; i += 1) {
      view.setUint32(4, 1 + ((i * STRIDE + chunk * 31) % flows), true);
      agent.handle(bytes, 'bench', 0);
    }
    best = Math.min(best, Number(process.hrtime.bigint() - start) / CHUNK);
  }
  return best;
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}
