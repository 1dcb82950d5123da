import { readFileSync } from 'node:fs';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { formatRate } from '../../index.js';
import {
  listTestbeds,
  NetnsTestbed,
  parseTopology,
  type TestbedView,
  type TopologyInput,
} from '../../node/testbed/index.js';
import { UsageError } from '../failure.js';

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
      const up = await NetnsTestbed.up(topology as TopologyInput);
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
        const { sites } = await NetnsTestbed.open(name).show();
        console.log(sites.map((site) => site.name).join(' '));
        return;
      }
      if (name !== undefined) {
        print(await NetnsTestbed.open(name).show(), options.json);
        return;
      }
      const views = await Promise.all(listTestbeds().map((each) => NetnsTestbed.open(each).show()));
      if (options.json) console.log(JSON.stringify(views, null, 2));
      else if (views.length === 0) console.log('no testbed is up');
      else for (const view of views) print(view, false);
    });

  testbed
    .command('down')
    .argument('<name>', 'the testbed')
    .option('--json', 'print as JSON')
    .description('remove a testbed and everything in it')
    .action(async (name: string, options: { json?: boolean }) => {
      await NetnsTestbed.open(name).down();
      console.log(options.json ? JSON.stringify({ name, up: false }) : `testbed ${name} is down`);
    });
}

/** A JSON object from a file or standard input. Bad usage when it is none. */
export function readJson(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${file}: expected a JSON object`);
  }
  return value as Record<string, unknown>;
}

function print(view: TestbedView, json: boolean | undefined): void {
  if (json) {
    console.log(JSON.stringify(view, null, 2));
    return;
  }
  console.log(`testbed ${view.name}`);
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
  console.log(ports.toString());
  const nodes = new Table({ head: ['node', 'slice', 'site', 'namespace', 'interfaces'], style: PLAIN });
  for (const { name, slice, site, namespace, nics } of view.nodes) {
    const interfaces = nics
      .flatMap((nic) => nic.ports)
      .map(({ interface: device, address, switchPort }) => `${device} ${address ?? ''} – ${switchPort}`);
    nodes.push([name, slice, site, namespace, interfaces.join('\n')]);
  }
  console.log(nodes.toString());
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
  console.log(mirrors.toString());
}

const PLAIN = { head: [], border: [], compact: true };
