import type { Command } from 'commander';
import { formatRate } from '../../base/index.js';
import {
  buildTestbed,
  listTestbeds,
  openLocalTestbed,
  openTestbed,
  parseTopology,
  type TestbedView,
  type TopologyInput,
} from '../../node/testbed/index.js';
import { readJson } from '../json-file.js';
import { print, printJson } from '../output.js';
import { NOTHING, shown, table } from '../table.js';

/** Columns of a table that are words, which stand to the left. */
const PORT_COLUMNS = 5;
const NODE_COLUMNS = 5;
const MIRROR_NAMES = 5;

/** `mooring testbed`: sites, switches, nodes and mirrors on this machine, from namespaces. */
export function addTestbed(testbed: Command): void {
  testbed
    .command('up')
    .argument('<topology>', 'JSON file that describes it, - for standard input')
    .option('--name <name>', 'another name than the one in the file')
    .option('--json', 'print what was built as JSON')
    .description('build a testbed')
    .action(async (file: string, options: { name?: string; json?: boolean }) => {
      const topology = { ...readJson(file), ...(options.name === undefined ? {} : { name: options.name }) };
      parseTopology(topology);
      const up = await buildTestbed(topology as TopologyInput);
      await printView(await up.show(), options.json);
    });

  testbed
    .command('show')
    .argument('[name]', 'the testbed; all that are up when absent')
    .option('--json', 'print as JSON')
    .option('--sites', 'print only the names of its sites, in one line')
    .description('show ports, nodes, addresses, mirrors and their counters')
    .action(async (name: string | undefined, options: { json?: boolean; sites?: boolean }) => {
      if (name !== undefined && options.sites) {
        const { sites } = await openTestbed(name).inventory();
        const names = sites.map((site) => site.name);
        if (options.json) await printJson(names);
        else await print(`${names.join(' ')}\n`);
        return;
      }
      if (name !== undefined) {
        await printView(await openLocalTestbed(name).show(), options.json);
        return;
      }
      const views = await Promise.all(listTestbeds().map((each) => openLocalTestbed(each).show()));
      if (options.json) await printJson(views);
      else if (views.length === 0) await print('no testbed is up\n');
      else await print(views.map(describe).join('\n'));
    });

  testbed
    .command('down')
    .argument('<name>', 'the testbed')
    .option('--json', 'print as JSON')
    .description('remove a testbed and everything in it')
    .action(async (name: string, options: { json?: boolean }) => {
      await openLocalTestbed(name).down();
      if (options.json) await printJson({ name, up: false });
      else await print(`testbed ${name} is down\n`);
    });
}

async function printView(view: TestbedView, json: boolean | undefined): Promise<void> {
  if (json) await printJson(view);
  else await print(describe(view));
}

function describe({ name, sites, nodes, mirrors }: TestbedView): string {
  const parts = [
    `testbed ${name}\n`,
    table(['site', 'switch port', 'device', 'speed', 'leads to'], sites.flatMap(portRows), PORT_COLUMNS),
    table(['node', 'slice', 'site', 'namespace', 'interfaces'], nodes.map(nodeRow), NODE_COLUMNS),
  ];
  if (mirrors.length > 0) {
    const head = ['mirror', 'site', 'from', 'direction', 'to', 'mirrored', 'dropped', 'received'];
    parts.push(table(head, mirrors.map(mirrorRow), MIRROR_NAMES));
  }
  return parts.join('\n');
}

function portRows({ name: site, ports, freeNics }: TestbedView['sites'][number]): string[][] {
  const free = Object.entries(freeNics).map(([model, count]) => `${count} ${model}`);
  return [
    ...ports.map(({ name, device, rateBytesPerSecond, peer }) => [
      site,
      name,
      device,
      shown(rateBytesPerSecond, formatRate),
      peer,
    ]),
    [site, 'free NICs', free.join(', ') || 'none', '', ''],
  ];
}

function nodeRow({ name, slice, site, namespace, nics }: TestbedView['nodes'][number]): string[] {
  const interfaces = nics
    .flatMap((nic) => nic.ports)
    .map(({ interface: device, address, switchPort }) => `${device} ${address ?? NOTHING} ${switchPort}`);
  return [name, slice, site, namespace, interfaces.join('\n')];
}

function mirrorRow({ name, site, source, direction, destination, counters }: TestbedView['mirrors'][number]): string[] {
  const counts = [counters?.mirroredPackets, counters?.destinationDroppedPackets, counters?.nicReceivedPackets];
  return [name, site, source, direction, destination, ...counts.map((count) => shown(count, String))];
}
