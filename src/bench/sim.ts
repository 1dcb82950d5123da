import { Agent } from '../agent/index.js';
import { ALGORITHMS } from '../algorithms/index.js';
import { type AgentPort, normaliseScenario, SimEngine } from '../sim/index.js';
import { atLeast, atMost, type Bench, type BenchResult } from './bench.js';
import { rounded, summarise, type Timing } from './timing.js';

/** What one case asks of the engine: CCP flows, their program run at every ACK, over one dumbbell. */
interface Case {
  readonly name: string;
  readonly algorithm: string;
  readonly flows: number;
  readonly rateMbit: number;
  /** Simulated time before and during the measurement. */
  readonly warmUpS: number;
  readonly measuredS: number;
}

interface Measured {
  readonly nsPerEvent: Timing;
  readonly nsPerPacket: Timing;
  readonly goodputMbit: number;
  readonly memoryMiB: number;
}

const CHUNKS = 60;
const RTT = '40ms';
const FLOW_RATE_MBIT = 10;
/** At about 2,200 events for each second of a flow: 110,000 events a chunk. */
const SCALED_FLOW_SECONDS = 3000;
const CASES: readonly Case[] = [
  { name: '1 flow, 100 Mbit/s', algorithm: 'cubic', flows: 1, rateMbit: 100, warmUpS: 20, measuredS: 240 },
  { name: '10 flows, 100 Mbit/s', algorithm: 'cubic', flows: 10, rateMbit: 100, warmUpS: 20, measuredS: 240 },
  {
    name: '10 built-in flows, 100 Mbit/s',
    algorithm: 'builtin:cubic',
    flows: 10,
    rateMbit: 100,
    warmUpS: 20,
    measuredS: 240,
  },
  fast(1, 2, 20),
  fast(100, 0.5, 1),
  fast(400, 0.4, 0.4),
  scaled(1),
  scaled(10),
  scaled(100),
  scaled(1000),
  scaled(10_000),
];

/** The simulator's speed and memory, with agents in the same process. */
export const sim: Bench = {
  name: 'sim',
  summary: 'simulated packets and events per second of CPU, the datapath program run at every ACK',
  run(progress): BenchResult {
    const rows = CASES.map((one) => {
      progress(`sim: ${one.name}`);
      return { ...one, ...measure(one) };
    });
    // The middle one: where a window still grows, the luckiest chunk is one of a time in which little waits anywhere.
    const perFastEvent = (gbit: number): number =>
      rows.find((row) => row.flows === 1 && row.rateMbit === 1000 * gbit)!.nsPerEvent.median;
    const perEvent = (flows: number): number =>
      rows.find((row) => row.flows === flows && row.rateMbit === flows * FLOW_RATE_MBIT)!.nsPerEvent.min;
    return {
      rows: rows.map(({ name, algorithm, nsPerEvent, nsPerPacket, goodputMbit, memoryMiB }) => ({
        case: name,
        algorithm,
        nsPerEventMin: rounded(nsPerEvent.min),
        nsPerEventMedian: rounded(nsPerEvent.median),
        eventsPerS: rounded(1e9 / nsPerEvent.min),
        packetsPerS: rounded(1e9 / nsPerPacket.min),
        goodputMbit: rounded(goodputMbit),
        memoryMiB: rounded(memoryMiB),
      })),
      floors: [
        atLeast(
          'data packets per CPU second, 1 cubic flow at 100 Mbit/s',
          rounded(1e9 / rows[0]!.nsPerPacket.min),
          'packets',
          1e6,
        ),
        atLeast(
          'data packets per CPU second, 10 cubic flows at 100 Mbit/s',
          rounded(1e9 / rows[1]!.nsPerPacket.min),
          'packets',
          1e6,
        ),
        atLeast('events per CPU second, 100 flows', rounded(1e9 / perEvent(100)), 'events', 10e6),
        atMost('cost of an event, 1,000 flows against 1', rounded(perEvent(1000) / perEvent(1)), 'times', 2),
        atMost('cost of an event, 10,000 flows against 1', rounded(perEvent(10_000) / perEvent(1)), 'times', 3),
        atMost(
          'cost of an event, 100 Gbit/s × 40 ms against 1',
          rounded(perFastEvent(100) / perFastEvent(1)),
          'times',
          2,
        ),
        atMost(
          'cost of an event, 400 Gbit/s × 40 ms against 1',
          rounded(perFastEvent(400) / perFastEvent(1)),
          'times',
          2,
        ),
        atMost('memory of 10,000 flows', rounded(rows.at(-1)!.memoryMiB), 'MiB', 1024),
      ],
    };
  },
};

/** One flow whose window is as large as its path: 3,333 packets for each Gbit/s. */
function fast(gbit: number, warmUpS: number, measuredS: number): Case {
  const name = `1 built-in flow, ${gbit} Gbit/s`;
  return { name, algorithm: 'builtin:cubic', flows: 1, rateMbit: 1000 * gbit, warmUpS, measuredS };
}

/**
 * The same share of the link for each flow, whatever their number, and as many events in each chunk: the
 * luckiest of short chunks is luckier than that of long ones.
 */
function scaled(flows: number): Case {
  const measuredS = SCALED_FLOW_SECONDS / flows;
  const rateMbit = flows * FLOW_RATE_MBIT;
  const warmUpS = flows >= 1000 ? 1 : 10;
  const name = `${flows} ${flows === 1 ? 'flow' : 'flows'}, ${rateMbit >= 1000 ? `${rateMbit / 1000} Gbit/s` : `${rateMbit} Mbit/s`}`;
  return { name, algorithm: 'cubic', flows, rateMbit, warmUpS, measuredS };
}

function measure({ algorithm, flows, rateMbit, warmUpS, measuredS }: Case): Measured {
  const durationS = warmUpS + measuredS;
  const scenario = normaliseScenario({
    rate: `${rateMbit}Mbit`,
    rtt: RTT,
    duration: `${durationS}s`,
    series: false,
    flows: [{ algorithm, count: flows, staggerUs: 500_000 / flows }],
  });
  const engine = new SimEngine(scenario, cubicAgent());
  engine.run(warmUpS * 1e6);
  const perEvent: number[] = [];
  const packetsAt = () => engine.result().summary.packetsSent;
  const [eventsBefore, packetsBefore] = [engine.events, packetsAt()];
  for (let chunk = 1; chunk <= CHUNKS; chunk += 1) {
    const events = engine.events;
    const before = process.cpuUsage();
    engine.run((warmUpS + (measuredS * chunk) / CHUNKS) * 1e6);
    const { user, system } = process.cpuUsage(before);
    perEvent.push(((user + system) * 1e3) / (engine.events - events));
  }
  const { summary } = engine.result();
  const eventsPerPacket = (engine.events - eventsBefore) / (summary.packetsSent - packetsBefore);
  const nsPerEvent = summarise(perEvent);
  return {
    nsPerEvent,
    nsPerPacket: { min: nsPerEvent.min * eventsPerPacket, median: nsPerEvent.median * eventsPerPacket },
    goodputMbit: (summary.goodputBytesPerSecond * 8) / 1e6,
    memoryMiB: engine.memoryBytes / 2 ** 20,
  };
}

function cubicAgent(): AgentPort {
  const agent = new Agent({ algorithms: { cubic: ALGORITHMS['cubic']! }, readyDelayUs: 0 });
  return {
    handle: (bytes, nowUs) => agent.handle(bytes, 'sim', nowUs).messages.map((message) => message.bytes),
  };
}
