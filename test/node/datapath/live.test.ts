import { describe, expect, it } from 'vitest';
import { compileOrThrow } from '../../../src/program/index.js';
import { encodeMessage } from '../../../src/wire/index.js';
import { until } from '../../until.js';
import { liveFolder, PROGRAM } from '../agent/live.js';

// What a datapath does where its agent reads slowly: the queue of a datagram socket holds ten messages
// (net.unix.max_dgram_qlen), and flows of one path begin and report in bursts.

const FLOWS = 200;
const { fresh, live, peer } = liveFolder('live');

/** An agent by hand, which reads all there is every few milliseconds. */
function slowAgent() {
  const path = fresh('agent');
  const own = peer(fresh('unused'), path);
  return { path, hear: own.hear };
}

describe('a datapath whose agent reads slowly', () => {
  it('announces each flow once, as there is room, and fails in nothing', async () => {
    const agent = slowAgent();
    const datapath = live(agent.path, FLOWS);
    const announced: number[] = [];
    await until('every flow is announced', () => {
      for (const message of agent.hear()) if (message.type === 'create') announced.push(message.sid);
      return announced.length >= FLOWS;
    });
    expect(announced.slice().sort((a, b) => a - b)).toEqual(Array.from({ length: FLOWS }, (_, i) => i + 1));
    expect(datapath.state().sendFailures).toBe(0);
  });

  it('does not send what waited for a flow that has ended', async () => {
    const agent = slowAgent();
    const datapath = live(agent.path, FLOWS);
    datapath.endFlow(FLOWS);
    const heard: number[] = [];
    await until('the others are announced', () => {
      for (const message of agent.hear()) if (message.type === 'create') heard.push(message.sid);
      return heard.length >= FLOWS - 1;
    });
    expect(heard).not.toContain(FLOWS);
  });
});

describe('a datapath whose agent stands still', () => {
  it('looks for one that says nothing by itself: a CREATE again and again, then READY before it', async () => {
    const path = fresh('agent');
    const first = peer(fresh('unused'), path);
    const own = fresh('live');
    live(path, 1, { path: own, fallbackUs: 100_000 });
    await until('the flow is announced', () => first.hear().some(({ type }) => type === 'create'));
    const program = compileOrThrow(PROGRAM);
    const { events, instructions } = program;
    const back = peer(own, fresh('speaker'));
    back.say(encodeMessage({ type: 'install', sid: 0, programUid: 1, events, instructions, rows: program.rows() }));
    back.say(encodeMessage({ type: 'changeProg', sid: 1, programUid: 1, updates: [] }));
    await until('it reports', () => first.hear().some(({ type }) => type === 'measure'));
    // Its queue fills meanwhile, and the datapath falls back.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const heard: string[] = [];
    const creates = () => heard.filter((type) => type === 'create').length;
    await until('a READY comes', () => {
      for (const { type } of first.hear()) if (type !== 'measure') heard.push(type);
      return heard.includes('ready') && heard.at(-1) === 'create';
    });
    // A slow agent would lose all its flows to a READY: it is not the first that is tried.
    expect(heard[0]).toBe('create');
    expect(creates()).toBeGreaterThan(2);
    expect(heard[heard.indexOf('ready') + 1]).toBe('create');
  });
});
