// Which network of those that share a wire a packet is of: the numbers that tags and tunnels carry
// (VLAN, VNI, label, key, TEID, session) on the way in. Equal addresses in two of them are two hosts.
import { view } from './view';

/** An odd number: the golden ratio's. */
const MIX: u32 = 0x9e37_79b1;

/** Takes up the number `id` of a header, `encapsulation` being its ENCAP_ bit. */
export function passTenant(encapsulation: u32, id: u32): void {
  const mixed = (rotl<u32>(view.tenant, 7) ^ (id + (ctz<u32>(encapsulation) << 25))) * MIX;
  view.tenant = mixed ? mixed ^ (mixed >> 15) : MIX;
  view.tenantOf = encapsulation;
  view.tenantId = id;
}

/** Nothing here reads what `number` of the list `layer` (an UNREAD_ number) announces. */
export function unread(layer: u32, number: u32): void {
  view.unread = (layer << 16) | number;
}
