import { type Command, Option } from 'commander';
import { addPcapOptions } from '../pcap/options.js';
import { parsePixels } from '../pcap/pixels.js';
import { duration, parsedBy, wholeNumber } from '../values.js';

const flowNumber = wholeNumber(1);

export function addPcap(pcap: Command): void {
  addPcapOptions(
    pcap.command('info').description('what is in the captures: packets, protocols, interfaces, losses'),
  ).action(async (files, options) => (await import('../pcap/info.js')).showInfo(files, options));
  addPcapOptions(pcap.command('flows').description('TCP connections: retransmissions, RTT, throughput, window'))
    .option('--flow <number>', 'only this connection, with every figure', flowNumber)
    .option('--top <count>', 'connections in the table, the busiest first (default 20)', wholeNumber(1))
    .option('--max-connections <count>', 'connections kept apart (default 65536)', wholeNumber(1))
    .action(async (files, options) => (await import('../pcap/flows.js')).showFlows(files, options));
  addPcapOptions(pcap.command('series').description('throughput over time; of one flow also RTT, in flight and marks'))
    .option('--flow <number>', 'this connection: throughput, goodput, in flight, RTT', flowNumber)
    .option('--bin <duration>', 'bin width such as 10ms; doubled while the capture does not fit 4096 bins', duration(1))
    .option('--marks', 'with --flow: data, ACK, SACK, resent and RTT marks of the time–sequence graph')
    .option(
      '--pixels <size>',
      'with --marks: at most one mark of a kind per pixel of a plot such as 1200x600',
      parsedBy(parsePixels),
    )
    .action(async (files, options) => (await import('../pcap/series.js')).showSeries(files, options));
  addPcapOptions(pcap.command('replay').description('run a datapath program on the ACKs of a captured flow'))
    .requiredOption('--program <file>', 'the program, as mooring compile takes it')
    .requiredOption('--flow <number>', 'the connection: mooring pcap flows lists them', flowNumber)
    .addOption(
      new Option('--direction <side>', 'whose data; the busier side where not given').choices(['forward', 'backward']),
    )
    .action(async (files, options) => (await import('../pcap/replay.js')).showReplay(files, options));
  addPcapOptions(pcap.command('echo').description('ICMP echo requests and their replies')).action(
    async (files, options) => (await import('../pcap/echo.js')).showEcho(files, options),
  );
}
