import type { PortCounters } from '../../fabric/index.js';
import { run } from '../process/index.js';
import type { LocalTestbed } from '../testbed/index.js';

interface Link {
  readonly ifname?: string;
  readonly stats64?: { readonly rx: { readonly bytes: number }; readonly tx: { readonly bytes: number } };
}

/** What the ports of a testbed's switches have counted. A switch that cannot be read has no ports at that moment. */
export async function readOctets(testbed: LocalTestbed): Promise<PortCounters[]> {
  const { sites } = await testbed.show();
  const read = sites.map(async ({ name: site, namespace, ports }) => {
    const said = await run(['ip', '-n', namespace, '-j', '-s', 'link', 'show']).catch(() => '[]');
    const links = new Map((JSON.parse(said) as Link[]).map((link) => [link.ifname, link.stats64]));
    return ports.flatMap(({ name: port, device }) => {
      const stats = links.get(device);
      return stats === undefined ? [] : [{ site, port, inOctets: stats.rx.bytes, outOctets: stats.tx.bytes }];
    });
  });
  return (await Promise.all(read)).flat();
}
