// Which packets the host wants to see: hosts or networks, ports, a time range. Given the decoded
// packet, so that encapsulated traffic is matched by its inner addresses.
import { LIMIT_FILTER_ENTRIES, PROTOCOL_TCP, PROTOCOL_UDP } from '../generated/capture';
import { PacketView } from './view';

// | bits u32 | 4 unused | 16 bytes, IPv4 as ::ffff:a.b.c.d |
const NETWORK_BYTES: usize = 24;
const networks = memory.data(LIMIT_FILTER_ENTRIES * <i32>NETWORK_BYTES, 8);
const ports = memory.data(LIMIT_FILTER_ENTRIES * 4, 4);
let networkCount: u32 = 0;
let portCount: u32 = 0;

/** Where the host writes the 16 bytes of a network before `filterNetwork`. */
export function filterScratch(): usize {
  return (
    networks +
    <usize>(networkCount < LIMIT_FILTER_ENTRIES ? networkCount : LIMIT_FILTER_ENTRIES - 1) * NETWORK_BYTES +
    8
  );
}

/** Takes the address in the scratch as a network of `bits` leading bits; 0 when there are too many. */
export function filterNetwork(bits: u32): u32 {
  if (networkCount == LIMIT_FILTER_ENTRIES) return 0;
  store<u32>(networks + <usize>networkCount * NETWORK_BYTES, min<u32>(bits, 128));
  networkCount += 1;
  return networkCount;
}

export function filterPort(port: u32): u32 {
  if (portCount == LIMIT_FILTER_ENTRIES) return 0;
  store<u32>(ports + ((<usize>portCount) << 2), port);
  portCount += 1;
  return portCount;
}

export function filtering(): bool {
  return networkCount + portCount > 0;
}

/** One of the networks and one of the ports, where any are given, at either end. @seldom */
export function accepts(view: PacketView): bool {
  return (networkCount == 0 || hostMatches(view)) && (portCount == 0 || portMatches(view));
}

function portMatches(view: PacketView): bool {
  // TCP and UDP have ports; for ICMP these fields hold something else.
  if (view.protocol != PROTOCOL_TCP && view.protocol != PROTOCOL_UDP) return false;
  for (let i: u32 = 0; i < portCount; i += 1) {
    const port = load<u32>(ports + ((<usize>i) << 2));
    if (port == view.srcPort || port == view.dstPort) return true;
  }
  return false;
}

function hostMatches(view: PacketView): bool {
  if (view.family == 0) return false;
  for (let i: u32 = 0; i < networkCount; i += 1) {
    const network = networks + <usize>i * NETWORK_BYTES;
    if (within(view.src, view.family, network) || within(view.dst, view.family, network)) return true;
  }
  return false;
}

function within(address: usize, family: u32, network: usize): bool {
  const bits = load<u32>(network);
  let high: u64 = 0;
  let low: u64 = 0;
  if (family == 6) {
    high = bswap<u64>(load<u64>(address));
    low = bswap<u64>(load<u64>(address, 8));
  } else {
    low = 0xffff_0000_0000 | <u64>bswap<u32>(load<u32>(address));
  }
  const differHigh = high ^ bswap<u64>(load<u64>(network, 8));
  const differLow = low ^ bswap<u64>(load<u64>(network, 16));
  if (bits <= 64) return bits == 0 || differHigh >> (64 - bits) == 0;
  return differHigh == 0 && (bits == 64 || differLow >> (128 - bits) == 0);
}
