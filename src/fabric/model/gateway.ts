import { dumps } from '../python/index.js';
import { LABELS, readFields } from './fields.js';
import { Refused } from './refused.js';

/** A service's gateway as FIM writes it back: address and subnet of one family, and a MAC address where it has one. */
export function readGateway(text: string | undefined): string | undefined {
  const fields = readFields(LABELS, text);
  if (fields === undefined) return undefined;
  const of = (family: string) => fields[family] !== undefined && fields[`${family}_subnet`] !== undefined;
  if (!of('ipv4') && !of('ipv6')) {
    throw new Refused(
      'Gateway exception: Gateway must specify IPv4 or IPv6 subnet, gateway address and an optional MAC',
    );
  }
  return dumps(fields);
}
