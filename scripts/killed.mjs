// node scripts/killed.mjs [--flows 1,100,1000,10000] [--rounds 20] [--workers 1] [--agent mooring|relayed|portus]
//                         [--datapath mooring|libccp] [--seed N]
//
// kill -9 of an agent, a datapath or (relayed) the helper that holds the agent's socket at random moments, and how long it takes until every open flow is controlled again:
// from the start of the process that takes the killed one's place. A flow is controlled when it has had a program since
// and, with our datapath, has reported with it. Prints a line of JSON a size; run after `npm run build`. For portus and
// libccp: `cargo build --release` in test/interop/portus-agent and libccp-datapath with CARGO_TARGET_DIR=out/cargo.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const GIVE_UP_MS = 120_000;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const beside = (name) => fileURLToPath(new URL(`killed/${name}`, import.meta.url));

/** The same moments for the same seed. */
function dice(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What a datapath tells, whichever it is. */
function startDatapath(kind, agent, own, flows) {
  const told = { heard: 0, marked: false, spoke: false };
  const take = ({ heard, messagesSent }) => Object.assign(told, { heard, spoke: told.spoke || messagesSent > 0 });
  if (kind === 'libccp') {
    const program = resolve('out/cargo/release/libccp-live');
    const child = spawn(program, [own, agent, String(flows)], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface(child.stdout).on('line', (line) => {
      if (line === 'marked') told.marked = true;
      else take(JSON.parse(line));
    });
    child.stdin.on('error', () => {});
    return { child, told, mark: () => child.stdin.write('mark\n') };
  }
  const child = fork(beside('datapath.mjs'), [agent, own, String(flows)], { stdio: 'inherit' });
  child.on('message', (message) => {
    if (message === 'marked') told.marked = true;
    else take(message);
  });
  return { child, told, mark: () => child.send('mark') };
}

function startAgent(kind, path, workers) {
  if (kind === 'portus') {
    const program = resolve('out/cargo/release/portus-live');
    const child = spawn(program, [path.split('/').at(-1)], { stdio: ['pipe', 'pipe', 'inherit'] });
    return { child, there: once(createInterface(child.stdout), 'line') };
  }
  const words = [path, kind === 'relayed' ? kind : String(workers)];
  const child = fork(beside('agent.mjs'), words, { stdio: 'inherit' });
  return { child, there: once(child, 'message') };
}

/** The helper that holds an agent's socket; it starts another by itself. */
function helperOf({ child }) {
  const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ').map(Number);
  return children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('mooring-helper'));
}

async function kill({ child }) {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/**
 * Kills `rounds` times. Throws where flows are left alone for two minutes.
 *
 * @param {{ flows: number, rounds: number, workers?: number, agent?: string, datapath?: string, seed?: number }} options
 */
export async function killAtRandom({ flows, rounds, workers = 1, agent = 'mooring', datapath = 'mooring', seed = 1 }) {
  const folder = mkdtempSync(join(tmpdir(), 'mooring-killed-'));
  // portus has its sockets in /tmp/ccp.
  const path = agent === 'portus' ? `/tmp/ccp/killed-${process.pid}` : join(folder, 'agent');
  const own = join(folder, 'datapath');
  const random = dice(seed + flows);
  // An algorithm of portus has to make a flow where its datapath went meanwhile, and can only panic.
  const victims = { relayed: ['agent', 'datapath', 'helper'], portus: ['agent'] }[agent] ?? ['agent', 'datapath'];
  const tookMs = Object.fromEntries(victims.map((who) => [who, []]));
  const running = {};
  const controlled = async (sinceMs) => {
    while (running.datapath.told.heard < flows) {
      if (performance.now() - sinceMs > GIVE_UP_MS) {
        throw new Error(`${running.datapath.told.heard} of ${flows} flows are controlled after ${GIVE_UP_MS / 1000} s`);
      }
      await pause(5);
    }
    return Math.round(performance.now() - sinceMs);
  };
  const whileAlive = (what) => {
    what.child.once('exit', (code) => {
      if (!what.killed) process.stderr.write(`ended by itself: ${code}\n`);
    });
    return what;
  };
  const begin = {
    agent: () => (running.agent = whileAlive(startAgent(agent, path, workers))),
    datapath: () => (running.datapath = whileAlive(startDatapath(datapath, path, own, flows))),
  };
  const end = async (who) => {
    if (!running[who] || running[who].killed) return;
    running[who].killed = true;
    await kill(running[who]);
  };
  const agentThereMs = [];
  try {
    await begin.agent().there;
    const firstMs = performance.now();
    begin.datapath();
    const first = await controlled(firstMs);
    for (let round = 0; round < rounds; round += 1) {
      await pause(random(1000));
      const who = victims[random(victims.length)];
      if (who === 'helper') process.kill(helperOf(running.agent), 'SIGKILL');
      else await end(who);
      if (who !== 'datapath') {
        running.datapath.told.marked = false;
        running.datapath.mark();
        while (!running.datapath.told.marked) await pause(2);
        running.datapath.told.heard = 0;
      } else if (datapath === 'libccp') rmSync(own, { force: true });
      const sinceMs = performance.now();
      begin[who]?.();
      const there =
        who === 'agent' ? running.agent.there.then(() => Math.round(performance.now() - sinceMs)) : undefined;
      tookMs[who].push(await controlled(sinceMs));
      if (there) agentThereMs.push(await there);
    }
    return { flows, workers, agent, datapath, rounds, seed, firstMs: first, tookMs, agentThereMs };
  } finally {
    await end('datapath');
    await end('agent');
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const text = (fallback) => ({ type: 'string', default: fallback });
  const { values } = parseArgs({
    options: {
      flows: text('1,100,1000,10000'),
      rounds: text('20'),
      workers: text('1'),
      agent: text('mooring'),
      datapath: text('mooring'),
      seed: text(String(Date.now() % 1_000_000)),
    },
  });
  for (const flows of values.flows.split(',').map(Number)) {
    const { agent, datapath } = values;
    const numbers = { rounds: Number(values.rounds), workers: Number(values.workers), seed: Number(values.seed) };
    process.stdout.write(`${JSON.stringify(await killAtRandom({ flows, agent, datapath, ...numbers }))}\n`);
  }
}
