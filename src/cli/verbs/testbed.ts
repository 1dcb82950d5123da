import Table from 'cli-table3';
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

const PLAIN = { head: [], border: [], compact: true };

/** `mooring testbed`: sites, switches, nodes and mirrors on this machine, from namespaces. */
export function addTestbed(program: Command): void {
  const testbed = program
    .command('testbed')
    .description('a testbed in one machine: sites, switches, nodes and port mirrors from Linux namespaces (root)');

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
      print(await up.show(), options.json);
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
        say(sites.map((site) => site.name).join(' '));
        return;
      }
      if (name !== undefined) {
        print(await openLocalTestbed(name).show(), options.json);
        return;
      }
      const views = await Promise.all(listTestbeds().map((each) => openLocalTestbed(each).show()));
      if (options.json) say(JSON.stringify(views, null, 2));
      else if (views.length === 0) say('no testbed is up');
      else for (const view of views) print(view, false);
    });

  testbed
    .command('down')
    .argument('<name>', 'the testbed')
    .option('--json', 'print as JSON')
    .description('remove a testbed and everything in it')
    .action(async (name: string, options: { json?: boolean }) => {
      await openLocalTestbed(name).down();
      say(options.json ? JSON.stringify({ name, up: false }) : `testbed ${name} is down`);
    });
}

function print(view: TestbedView, json: boolean | undefined): void {
  if (json) {
    say(JSON.stringify(view, null, 2));
    return;
  }
  say(`testbed ${view.name}`);
  const ports = new Table({ head: ['site', 'switch port', 'device', 'speed', 'leads to'], style: PLAIN });
  for (const site of view.sites) {
    for (const { name, device, rateBytesPerSecond, peer } of site.ports) {
      ports.push([
        site.name,
        name,
        device,
        rateBytesPerSecond === undefined ? '' : formatRate(rateBytesPerSecond),
        peer,
      ]);
    }
    const free = Object.entries(site.freeNics).map(([model, count]) => `${count} ${model}`);
    ports.push([site.name, { content: `free NICs: ${free.join(', ') || 'none'}`, colSpan: 4 }]);
  }
  say(ports.toString());
  const nodes = new Table({ head: ['node', 'slice', 'site', 'namespace', 'interfaces'], style: PLAIN });
  for (const { name, slice, site, namespace, nics } of view.nodes) {
    const interfaces = nics
      .flatMap((nic) => nic.ports)
      .map(({ interface: device, address, switchPort }) => `${device} ${address ?? ''} – ${switchPort}`);
    nodes.push([name, slice, site, namespace, interfaces.join('\n')]);
  }
  say(nodes.toString());
  if (view.mirrors.length === 0) return;
  const mirrors = new Table({
    head: ['mirror', 'site', 'from', 'direction', 'to', 'mirrored', 'dropped', 'received'],
    style: PLAIN,
  });
  for (const { name, site, source, direction, destination, counters } of view.mirrors) {
    mirrors.push([
      name,
      site,
      source,
      direction,
      destination,
      counters?.mirroredPackets ?? '?',
      counters?.destinationDroppedPackets ?? '?',
      counters?.nicReceivedPackets ?? '?',
    ]);
  }
  say(mirrors.toString());
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
