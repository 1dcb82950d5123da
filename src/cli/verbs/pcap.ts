import { type Command, Option } from 'commander';
import { showEcho } from '../pcap/echo.js';
import { showFlows } from '../pcap/flows.js';
import { showInfo } from '../pcap/info.js';
import { addPcapOptions } from '../pcap/options.js';
import { showReplay } from '../pcap/replay.js';
import { parsePixels, showSeries } from '../pcap/series.js';
import { duration, parsedBy, wholeNumber } from '../values.js';

const flowNumber = wholeNumber(1);

export function addPcap(pcap: Command): void {
  addPcapOptions(
    pcap.command('info').description('what is in the captures: packets, protocols, interfaces, losses'),
  ).action(showInfo);
  addPcapOptions(pcap.command('flows').description('TCP connections: retransmissions, RTT, throughput, window'))
    .option('--flow <number>', 'only this connection, with every figure', flowNumber)
    .option('--top <count>', 'connections in the table, the busiest first (default 20)', wholeNumber(1))
    .option('--max-connections <count>', 'connections kept apart (default 65536)', wholeNumber(1))
    .action(showFlows);
  addPcapOptions(pcap.command('series').description('throughput over time; of one flow also RTT, in flight and marks'))
    .option('--flow <number>', 'this connection: throughput, goodput, in flight, RTT', flowNumber)
    .option('--bin <duration>', 'bin width such as 10ms; doubled while the capture does not fit 4096 bins', duration(1))
    .option('--marks', 'with --flow: data, ACK, SACK, resent and RTT marks of the time–sequence graph')
    .option(
      '--pixels <size>',
      'with --marks: at most one mark of a kind per pixel of a plot such as 1200x600',
      parsedBy(parsePixels),
    )
    .action(showSeries);
  addPcapOptions(pcap.command('replay').description('run a datapath program on the ACKs of a captured flow'))
    .requiredOption('--program <file>', 'the program, as mooring compile takes it')
    .requiredOption('--flow <number>', 'the connection: mooring pcap flows lists them', flowNumber)
    .addOption(
      new Option('--direction <side>', 'whose data; the busier side where not given').choices(['forward', 'backward']),
    )
    .action(showReplay);
  addPcapOptions(pcap.command('echo').description('ICMP echo requests and their replies')).action(showEcho);
}
