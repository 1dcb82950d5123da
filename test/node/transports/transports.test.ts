import { once } from 'node:events';
import { Aimd, decodeMessage, encodeMessage } from 'mooring';
import { connect, createChannel, readRecording, replayRecording, serveWebSocket } from 'mooring/node';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../../until.js';

const create = (sid: number) =>
  encodeMessage({ type: 'create', sid, initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 });
const kindOf = (bytes: Uint8Array) => {
  const decoded = decodeMessage(bytes);
  return decoded.ok ? decoded.message.type : decoded.code;
};

describe('the in-process channel', () => {
  it('carries both ways, several datapaths, and their leaving', async () => {
    const channel = createChannel();
    const agent = await connect(channel.transport, Aimd);
    const events: string[] = [];
    agent.events.on(({ kind }) => events.push(kind));
    const heard: string[] = [];
    const [one, two] = [channel.datapath('one'), channel.datapath('two')];
    for (const [name, end] of [
      ['one', one],
      ['two', two],
    ] as const)
      end.onMessage((bytes) => heard.push(`${name} ${kindOf(bytes)}`));
    one.send(create(1));
    two.send(create(1));
    await until('it has come', () => heard.length === 4);
    expect(heard).toEqual(['one install', 'one changeProg', 'two install', 'two changeProg']);
    one.close();
    await until('it has come', () => events.length === 6);
    expect((await agent.flows()).map(({ address }) => address)).toEqual(['two']);
    expect(events).toEqual([
      'datapathFound',
      'flowCreated',
      'datapathFound',
      'flowCreated',
      'datapathGone',
      'flowClosed',
    ]);
    await agent.close();
    await agent.close();
  });

  it('sends what an algorithm sets outside its callbacks', async () => {
    const flows: Aimd[] = [];
    class Kept extends Aimd {
      override onCreate() {
        super.onCreate();
        flows.push(this);
      }
    }
    const channel = createChannel();
    const agent = await connect(channel.transport, Kept);
    const datapath = channel.datapath();
    const heard: string[] = [];
    datapath.onMessage((bytes) => heard.push(kindOf(bytes)));
    datapath.send(create(1));
    await until('it has come', () => flows.length === 1);
    setTimeout(() => flows[0]!.datapath.updateField('Cwnd', 5), 10);
    await until('it has come', () => heard.length === 3);
    expect(heard.at(-1)).toBe('updateField');
    await agent.close();
  });

  it('ends with its signal', async () => {
    const stop = new AbortController();
    const agent = await connect(createChannel().transport, Aimd, { signal: stop.signal });
    stop.abort();
    await agent.closed;
    for await (const event of agent.events) expect(event).toBe('nothing');
  });
});

describe('the WebSocket server', () => {
  const opened = async (url: string, headers: Record<string, string> = {}): Promise<WebSocket | number> => {
    const socket = new WebSocket(url, { headers });
    return new Promise((resolve) => {
      socket.on('open', () => resolve(socket));
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode!));
      socket.on('error', () => {});
    });
  };

  it('takes pages with the token and from known origins only, on this machine', async () => {
    const server = await serveWebSocket({ port: 0, origins: ['http://known.example'] });
    const { port } = new URL(server.url);
    const at = (path: string, token = server.token) => `ws://127.0.0.1:${port}${path}?token=${token}`;
    expect(server.url).toContain('ws://127.0.0.1:');
    expect(await opened(at('/events', 'wrong'))).toBe(401);
    expect(await opened(`ws://127.0.0.1:${port}/events`)).toBe(401);
    expect(await opened(at('/events'), { origin: 'http://other.example' })).toBe(403);
    expect(await opened(at('/other'))).toBe(404);
    const page = await opened(at('/events'), { origin: 'http://known.example' });
    expect(page).toBeInstanceOf(WebSocket);
    const shown = once(page as WebSocket, 'message');
    server.show({ kind: 'flowCreated' });
    expect(String((await shown)[0])).toBe('{"kind":"flowCreated"}');
    await server.close();
  });

  it('makes each page a datapath', async () => {
    const server = await serveWebSocket({ port: 0 });
    const agent = await connect(server.transport, Aimd);
    const page = (await opened(server.url.replace('/?', '/datapath?'))) as WebSocket;
    const heard: string[] = [];
    page.on('message', (data: Buffer) => heard.push(kindOf(data)));
    page.send(create(1));
    page.send('text is no CCP');
    await until('it has come', () => heard.length === 2);
    expect(heard).toEqual(['install', 'changeProg']);
    page.close();
    await until('it has come', async () => (await agent.stats()).flows === 0);
    expect(await agent.stats()).toMatchObject({ flows: 0, malformedMessages: 0 });
    await agent.close();
    await server.close();
  });
});

describe('a replay', () => {
  it('says where another algorithm differs', () => {
    const messages = [{ timeUs: 0, direction: 'in', address: 'dp', bytes: create(1) }] as const;
    const algorithms = { algorithms: { Aimd } };
    const { divergence, replayedOut } = replayRecording(messages, algorithms);
    expect({ divergence, replayedOut }).toMatchObject({
      replayedOut: 2,
      divergence: { index: 0, recorded: undefined },
    });
    expect(() => readRecording('package.json')).toThrowError(
      expect.objectContaining({ code: 'MOORING_ERR_AGENT_RECORD', detail: { path: 'package.json', line: 1 } }),
    );
  });
});
