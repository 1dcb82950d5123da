// Twine's single-user experiment on a testbed in this machine: mirror the switch port of node 1,
// ping between two sites, then look for every echo in what was captured.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildTestbed, createSharedMemory, openCaptureFiles, runCampaign, synchTwine } from 'mooring/node';
import { planCampaign } from 'mooring/twine';

// Twine's own example listens for 300 s and pings for 150; set these for a shorter look.
const listenTime = Number(process.env.LISTEN_TIME ?? 300);
const waitInterval = Number(process.env.WAIT_INTERVAL ?? 20);
const pings = Number(process.env.PINGS ?? 150);
const secondsBetween = Number(process.env.PING_INTERVAL ?? 1);
const workdir = process.env.WORKDIR ?? 'out/twine-ping';
const name = process.env.TESTBED ?? 'twineping';

const topology = JSON.parse(readFileSync(new URL('topology.json', import.meta.url), 'utf8'));
mkdirSync(workdir, { recursive: true });
const testbed = await buildTestbed({ ...topology, name });
const shm = createSharedMemory();
try {
  // The port the switch has for node 1, as FABlib's get_peer_port_name() tells it.
  const { nodes } = await testbed.show();
  const [node1, node2] = nodes;
  const port = node1.nics[0].ports[0].switchPort;
  const target = node2.nics[0].ports[0].address;

  const result = planCampaign(await testbed.inventory(), {
    targets: [{ site: node1.site, ports: [port] }],
    parameters: { mode: 'single_user', experimentRetries: 1, listenTime, waitInterval },
    sliceName: node1.slice,
    sharedMemory: shm.name,
  });
  if (!result.ok) throw new Error(result.refusals.map(({ message }) => message).join('; '));
  const campaign = runCampaign(result.plan, { testbed: name, workdir, onEvent: tell });

  const started = await synchTwine('start', shm);
  if (started !== 'signal') throw new Error(`Twine did not start: ${started}`);
  const { stdout } = await promisify(execFile)('ip', [
    ...['netns', 'exec', node1.namespace, 'ping', '-c', String(pings), '-i', String(secondsBetween), target],
  ]);
  const stopped = await synchTwine('stop', shm);
  if (stopped !== 'signal') throw new Error(`Twine did not end well: ${stopped}`);

  const [manifest] = await campaign.done;
  const archive = join(workdir, manifest.site, 'latest_run', `${manifest.run}.tgz`);
  const { echoes } = await (await openCaptureFiles(archive)).echoes();
  const [, sent, received] = /(\d+) packets transmitted, (\d+) received/.exec(stdout);
  console.log(
    JSON.stringify(
      {
        site: manifest.site,
        port,
        archive,
        ping: { source: node1.nics[0].ports[0].address, target, sent: Number(sent), received: Number(received) },
        captured: echoes.map(({ src, dst, requests, replies }) => ({ src, dst, requests, replies })),
        loss: manifest.captures.map(({ counters }) => counters),
      },
      null,
      2,
    ),
  );
} finally {
  shm.close();
  await testbed.down();
}

function tell(site, { kind }, { state }) {
  console.error(`${site} ${state} (${kind})`);
}
