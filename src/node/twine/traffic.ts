import { batchAddress, PACKET_KIND, type PacketBatch } from '../../capture/index.js';
import type { PortTraffic, RunTraffic } from '../../twine/index.js';
import { openCaptureFiles } from '../capture/index.js';
import { recordOfName, type TwineRun } from './open-run.js';

/** Flows of a port that are kept apart; what comes beyond is counted together. */
const MOST_FLOWS = 50_000;
/** Rows of a list. */
const MOST_SHOWN = 10;

const NAMES: Readonly<Record<number, string>> = {
  [PACKET_KIND.TCP]: 'TCP',
  [PACKET_KIND.UDP]: 'UDP',
  [PACKET_KIND.ICMP]: 'ICMP',
  [PACKET_KIND.ICMP6]: 'ICMPv6',
  [PACKET_KIND.ARP]: 'ARP',
  [PACKET_KIND.FRAGMENT]: 'fragments',
  [PACKET_KIND.BROKEN]: 'broken',
};

/** Reads a run's captures through: who spoke at each switch port, and which echoes were answered. */
export async function readTraffic(run: TwineRun): Promise<RunTraffic> {
  const ports = new Map<string, PortCount>();
  const warnings: string[] = [];
  for (const path of run.captures) {
    try {
      await countCaptures(run, path, ports);
    } catch (error) {
      warnings.push(`${path} cannot be read: ${(error as Error).message}`);
    }
  }
  const echoes = run.captures.length > 0 ? await echoesOf(run, warnings) : [];
  return { ports: Object.fromEntries([...ports].map(([port, count]) => [port, count.end()])), echoes, warnings };
}

// The files of an archive come one after the other, and `interfaceId` counts their interfaces on.
async function countCaptures(run: TwineRun, path: string, ports: Map<string, PortCount>): Promise<void> {
  const { files } = await (await openCaptureFiles(path)).info();
  const portOf = files.flatMap(({ name, interfaces }) => {
    const port = recordOfName(run, name)?.source;
    return interfaces.map(() => port);
  });
  const capture = await openCaptureFiles(path);
  for await (const batch of capture.batches({ connections: false })) {
    for (let index = 0; index < batch.length; index += 1) {
      const port = portOf[batch.interfaceId[index]!];
      if (port === undefined) continue;
      let count = ports.get(port);
      if (!count) {
        count = new PortCount();
        ports.set(port, count);
      }
      count.add(batch, index);
    }
  }
}

async function echoesOf({ captures }: TwineRun, warnings: string[]): Promise<RunTraffic['echoes']> {
  try {
    const { echoes } = await (await openCaptureFiles([...captures])).echoes();
    return echoes.map(({ src, dst, requests, replies }) => ({ from: src, to: dst, requests, replies }));
  } catch (error) {
    warnings.push(`echoes were not counted: ${(error as Error).message}`);
    return [];
  }
}

interface Flow {
  readonly protocol: string;
  readonly source: string;
  readonly from: string;
  readonly to: string;
  packets: number;
  bytes: number;
}

/** Packets of one port, by flow. */
class PortCount {
  readonly #flows = new Map<string, Flow>();
  #packets = 0;
  #bytes = 0;
  #foldedPackets = 0;

  add(batch: PacketBatch, index: number): void {
    const bytes = batch.wireBytes[index]!;
    this.#packets += 1;
    this.#bytes += bytes;
    const key = keyOf(batch, index);
    let flow = this.#flows.get(key);
    if (!flow) {
      if (this.#flows.size >= MOST_FLOWS) {
        this.#foldedPackets += 1;
        return;
      }
      flow = flowOf(batch, index);
      this.#flows.set(key, flow);
    }
    flow.packets += 1;
    flow.bytes += bytes;
  }

  end(): PortTraffic {
    const flows = [...this.#flows.values()];
    const talkers = new Map<string, { address: string; packets: number; bytes: number }>();
    for (const { source, packets, bytes } of flows) {
      const talker = talkers.get(source) ?? { address: source, packets: 0, bytes: 0 };
      talker.packets += packets;
      talker.bytes += bytes;
      talkers.set(source, talker);
    }
    const busiest = <T extends { readonly bytes: number }>(all: readonly T[]): T[] =>
      [...all].sort((a, b) => b.bytes - a.bytes).slice(0, MOST_SHOWN);
    return {
      packets: this.#packets,
      bytes: this.#bytes,
      talkers: busiest([...talkers.values()]),
      flows: busiest(flows).map(({ protocol, from, to, packets, bytes }) => ({ protocol, from, to, packets, bytes })),
      flowsInAll: flows.length,
      foldedPackets: this.#foldedPackets,
    };
  }
}

/** Whether the two numbers beside the addresses are ports: an echo has its identifier and number there. */
const hasPorts = (kind: number): boolean => kind === PACKET_KIND.TCP || kind === PACKET_KIND.UDP;

function keyOf(batch: PacketBatch, index: number): string {
  const { src, dst } = batch;
  const kind = batch.kind[index]!;
  const ports = hasPorts(kind) ? batch.srcPort[index]! * 65_536 + batch.dstPort[index]! : 0;
  let key = `${kind} ${batch.protocol[index]} ${ports}`;
  for (let at = 16 * index; at < 16 * index + 16; at += 2) {
    key += String.fromCharCode(src[at]! * 256 + src[at + 1]!, dst[at]! * 256 + dst[at + 1]!);
  }
  return key;
}

function flowOf(batch: PacketBatch, index: number): Flow {
  const kind = batch.kind[index]!;
  const source = batchAddress(batch, 'src', index) || 'no IP header';
  const target = batchAddress(batch, 'dst', index) || 'no IP header';
  const at = (address: string, port: number): string =>
    hasPorts(kind) ? `${address.includes(':') ? `[${address}]` : address}:${port}` : address;
  return {
    protocol: NAMES[kind] ?? (batch.family[index] ? `IP ${batch.protocol[index]}` : 'other'),
    source,
    from: at(source, batch.srcPort[index]!),
    to: at(target, batch.dstPort[index]!),
    packets: 0,
    bytes: 0,
  };
}
