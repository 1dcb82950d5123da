import type { StandInTestbed } from '../../fabric/index.js';
import type { LocalTestbed, TestbedView } from '../testbed/index.js';

const BYTES_PER_GBIT = 125_000_000;

/** A testbed of namespaces as the orchestrator would advertise it: stock in all, and the uplinks. */
export async function standInTestbedOf(testbed: LocalTestbed, view: TestbedView): Promise<StandInTestbed> {
  const { sites } = await testbed.inventory();
  return {
    sites: sites.map(({ name, cores = 0, ramGiB = 0, diskGiB = 0, nics = [] }) => {
      const there = view.nodes.filter((node) => node.site === name);
      const used = (pick: (node: TestbedView['nodes'][number]) => number): number =>
        there.reduce((sum, node) => sum + pick(node), 0);
      const components: Record<string, number> = {};
      for (const { model, available } of nics) components[component(model)] = available;
      for (const { model } of there.flatMap((node) => node.nics)) {
        components[component(model)] = (components[component(model)] ?? 0) + 1;
      }
      return {
        name,
        cores: cores + used((node) => node.cores),
        ramGb: ramGiB + used((node) => node.ramGiB),
        diskGb: diskGiB + used((node) => node.diskGiB),
        components,
        workers: 1,
      };
    }),
    links: view.sites.flatMap(({ name, ports }) =>
      ports.flatMap((port) => {
        const uplink = sites.find((site) => site.name === name)?.ports?.find((each) => each.name === port.name)?.uplink;
        const [site = '', other = ''] = port.peer.split(' ');
        // Told from both its ends; one of them is enough.
        if (!uplink || `${name} ${port.name}` > port.peer) return [];
        const bandwidthGbps = (port.rateBytesPerSecond ?? 12.5e9) / BYTES_PER_GBIT;
        const ends = [
          { site: name, port: port.name },
          { site, port: other },
        ] as const;
        return [{ name: `${name}_${site}_${port.name}`, bandwidthGbps, ends }];
      }),
    ),
  };
}

const component = (model: string): string => `SmartNIC-${model.replaceAll('_', '-')}`;
