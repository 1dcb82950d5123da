import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';
import { relayAgents } from '../../../src/node/studio/agent-relay.js';
import { until } from '../../until.js';

// What a page and an agent say through the server of the studio, and what becomes of it where one of them is not what it should be.

const TOKEN = 'the-token-of-this-page';
let server: Server;
let end: () => void;
let port: number;
let agents: WebSocketServer;
let agentPort: number;
const pages: WebSocket[] = [];
const servers: Server[] = [];

beforeEach(async () => {
  server = createServer();
  end = relayAgents(server, TOKEN);
  port = await listen(server);
  agents = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await once(agents, 'listening');
  agentPort = (agents.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const page of pages.splice(0)) page.terminate();
  end();
  for (const one of agents.clients) one.terminate();
  agents.close();
  for (const one of [server, ...servers.splice(0)]) {
    one.closeAllConnections();
    await new Promise((resolve) => one.close(resolve));
  }
});

async function listen(of: Server): Promise<number> {
  of.listen(0, '127.0.0.1');
  await once(of, 'listening');
  return (of.address() as AddressInfo).port;
}

const agentAt = (of = agentPort): string => `ws://127.0.0.1:${of}/?token=secret`;
const place = (at: string, token = TOKEN): string =>
  `ws://127.0.0.1:${port}/agent/${encodeURIComponent(token)}/?at=${encodeURIComponent(at)}`;

function page(url: string, options: ClientOptions = {}): WebSocket {
  const made = new WebSocket(url, { perMessageDeflate: false, ...options });
  made.on('error', () => {});
  pages.push(made);
  return made;
}

/** A page and the agent's end of its connection, both open. */
async function joined(): Promise<{ page: WebSocket; agent: WebSocket; request: IncomingMessage }> {
  const reached = once(agents, 'connection') as Promise<[WebSocket, IncomingMessage]>;
  const made = page(place(agentAt()));
  const [agent, request] = await reached;
  agent.on('error', () => {});
  if (made.readyState !== made.OPEN) await once(made, 'open');
  // The relay has heard that the agent is there when it carries something.
  const heard = once(made, 'message');
  agent.send('hello');
  await heard;
  return { page: made, agent, request };
}

/** How a page is let go. */
async function goodbye(of: WebSocket): Promise<{ code: number; why: string }> {
  const [code, why] = (await once(of, 'close')) as [number, Buffer];
  return { code, why: why.toString() };
}

/** The answer to an upgrade that was not let through. */
async function refusal(of: WebSocket): Promise<number> {
  const [, response] = (await once(of, 'unexpected-response')) as [unknown, IncomingMessage];
  response.resume();
  return response.statusCode!;
}

describe('who is let in', () => {
  test.each([
    ['another token', () => page(place(agentAt(), 'the-token-of-that-page'))],
    ['a shorter token', () => page(place(agentAt(), 'the'))],
    ['no token', () => page(`ws://127.0.0.1:${port}/agent//?at=${encodeURIComponent(agentAt())}`)],
    ['another path', () => page(`ws://127.0.0.1:${port}/live?at=${encodeURIComponent(agentAt())}`)],
    ['no question', () => page(`ws://127.0.0.1:${port}/agent/${encodeURIComponent(TOKEN)}/`)],
    ['another host', () => page(place(agentAt()), { headers: { host: 'rebound.example' } })],
    ['another origin', () => page(place(agentAt()), { origin: 'http://evil.example' })],
    ['an origin of another port', () => page(place(agentAt()), { origin: 'http://127.0.0.1:1' })],
  ])('%s is not', async (_, asks) => {
    expect(await refusal(asks())).toBe(403);
    expect(agents.clients.size).toBe(0);
  });

  test('so many pages at a time, and another when one is gone', async () => {
    const all: WebSocket[] = [];
    for (let i = 0; i < 16; i += 1) all.push((await joined()).page);
    expect(await refusal(page(place(agentAt())))).toBe(403);
    all[0]!.close();
    await until('one is gone', () => agents.clients.size === 15);
    await joined();
  });
});

describe('what is no agent', () => {
  test.each([
    ['nothing', '', 'it is no ws:// address'],
    ['a page', 'http://127.0.0.1:80/?token=x', 'it is no ws:// address'],
    ['no address', 'ws://', 'it is no ws:// address'],
    ['another machine', 'ws://192.0.2.1:80/?token=x', 'it is not on this machine'],
    ['a name that begins like ours', 'ws://localhost.evil.example:80/?token=x', 'it is not on this machine'],
    ['a number that begins like ours', 'ws://127.0.0.1.evil.example:80/?token=x', 'it is not on this machine'],
    ['a user before a host', 'ws://127.0.0.1@evil.example:80/?token=x', 'it is not on this machine'],
    ['no token', 'ws://127.0.0.1:80/', 'it has no ?token=…'],
  ])('%s is told so, and nothing is reached', async (_, at, why) => {
    const said = await goodbye(page(place(at)));
    expect(said.code).toBe(4001);
    expect(said.why).toContain(why);
    expect(agents.clients.size).toBe(0);
  });

  test('an address without end ends in a reason that fits', async () => {
    const said = await goodbye(page(place(`ws://${'ü'.repeat(2000)}`)));
    expect(said.code).toBe(4001);
    expect(Buffer.byteLength(said.why)).toBeLessThanOrEqual(123);
  });

  test('a port where nobody listens is told by its error', async () => {
    const free = createServer();
    const freePort = await listen(free);
    await new Promise((resolve) => free.close(resolve));
    expect(await goodbye(page(place(agentAt(freePort))))).toEqual({
      code: 4001,
      why: 'the agent was not reached: ECONNREFUSED',
    });
  });

  test.each([
    ['its words', 'token missing or wrong', /^the agent refused: token missing or wrong$/],
    ['its number where it says nothing', '', /^the agent refused: 401$/],
    ['so much of its words as fits', 'x'.repeat(10_000), /^the agent refused: x{90,}$/],
  ])('one that refuses is told by %s', async (_, said, why) => {
    const refusing = createServer();
    refusing.on('upgrade', (_request, socket) =>
      socket.end(`HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: ${said.length}\r\n\r\n${said}`),
    );
    servers.push(refusing);
    const told = await goodbye(page(place(agentAt(await listen(refusing)))));
    expect(told.code).toBe(4001);
    expect(told.why).toMatch(why);
  });

  test('one that refuses without end is heard out no longer than a reason is', async () => {
    const endless = createServer();
    let socketOfAgent: Socket | undefined;
    let sent = 0;
    endless.on('upgrade', (_request, socket: Socket) => {
      socketOfAgent = socket;
      socket.on('error', () => {});
      socket.write('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n');
      const more = (): void => {
        if (socket.destroyed) return;
        sent += 1;
        socket.write('10\r\nno, and again no\r\n', () => setImmediate(more));
      };
      more();
    });
    servers.push(endless);
    const told = await goodbye(page(place(agentAt(await listen(endless)))));
    expect(told.why).toMatch(/^the agent refused: no, and again no/);
    await until('it is let go', () => socketOfAgent!.destroyed);
    expect(sent).toBeGreaterThan(6);
  });

  test('one that leads elsewhere is not followed', async () => {
    const leading = createServer();
    leading.on('upgrade', (_request, socket) =>
      socket.end(`HTTP/1.1 302 Found\r\nLocation: ${agentAt()}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`),
    );
    servers.push(leading);
    expect((await goodbye(page(place(agentAt(await listen(leading)))))).why).toBe('the agent refused: 302');
    expect(agents.clients.size).toBe(0);
  });
});

describe('what is said', () => {
  test('is carried as text both ways, to the place where flows are shown, with the agent’s own token', async () => {
    const { page: near, agent, request } = await joined();
    expect(request.url).toBe('/live?token=secret');
    expect(request.headers.origin).toBeUndefined();
    const heard: [string, boolean][] = [];
    near.on('message', (data, isBinary) => heard.push([String(data), isBinary]));
    const told: string[] = [];
    agent.on('message', (data) => told.push(String(data)));
    // What is no text is no part of what they say.
    agent.send(Buffer.from([1, 2, 3]));
    agent.send('{"kind":"frame"}');
    near.send(Buffer.from('binary'));
    near.send('{"kind":"set"}');
    await until('both have heard', () => heard.length > 0 && told.length > 0);
    expect(heard).toEqual([['{"kind":"frame"}', false]]);
    expect(told).toEqual(['{"kind":"set"}']);
  });

  test('by an agent that ends is over for the page, with the reason', async () => {
    const { page: near, agent } = await joined();
    const said = goodbye(near);
    agent.close();
    expect(await said).toEqual({ code: 4001, why: 'the agent ended the connection' });
  });

  test('by a page that goes is over for the agent', async () => {
    const { page: near, agent } = await joined();
    const gone = once(agent, 'close');
    near.terminate();
    await gone;
  });

  test('by a page is short: what is longer ends it, and the agent with it', async () => {
    const { page: near, agent } = await joined();
    const gone = once(agent, 'close');
    const said = goodbye(near);
    near.send('x'.repeat(4097));
    expect((await said).code).toBe(1009);
    await gone;
  });

  test('by an agent beyond all frames ends it, and is not called out of reach', async () => {
    const { page: near, agent } = await joined();
    const said = goodbye(near);
    agent.send(Buffer.alloc((32 << 20) + 1, 0x20), { binary: false });
    expect((await said).why).toMatch(/^the agent said what cannot be read: WS_ERR_UNSUPPORTED_MESSAGE_LENGTH/);
  });

  test('that is no text of UTF-8 ends it', async () => {
    const { page: near, agent } = await joined();
    const said = goodbye(near);
    agent.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect((await said).why).toMatch(/^the agent said what cannot be read/);
  });
});

describe('who does not read', () => {
  const PART = 1 << 20;

  test('as a page makes the agent wait, and has all of it in the end', async () => {
    const { page: near, agent } = await joined();
    const heard: number[] = [];
    near.on('message', (data: Buffer) => heard.push(Number(data.subarray(0, 4).toString())));
    near.pause();
    const parts = 64;
    for (let i = 0; i < parts; i += 1) agent.send(String(i).padEnd(PART));
    // What the kernel and one part on the way hold is taken; the rest stays where it is made.
    let before = -1;
    await until('no more is taken', async () => {
      const settled = agent.bufferedAmount === before;
      before = agent.bufferedAmount;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return settled;
    });
    expect(agent.bufferedAmount).toBeGreaterThan((parts / 2) * PART);
    near.resume();
    await until('all of it is there', () => heard.length === parts);
    expect(heard).toEqual(Array.from({ length: parts }, (_, i) => i));
  });

  test('as an agent is let go, instead of being told more and more', async () => {
    const { page: near, agent } = await joined();
    agent.pause();
    const said = goodbye(near);
    const text = 'x'.repeat(4096);
    const more = setInterval(() => {
      for (let i = 0; i < 512 && near.readyState === near.OPEN; i += 1) near.send(text);
    }, 5);
    try {
      expect(await said).toEqual({ code: 4001, why: 'the agent does not read what it is told' });
    } finally {
      clearInterval(more);
    }
  });
});

test('the end of the server is the end of all of it', async () => {
  const all = [await joined(), await joined()];
  const gone = all.flatMap(({ page: near, agent }) => [once(near, 'close'), once(agent, 'close')]);
  end();
  await Promise.all(gone);
});
