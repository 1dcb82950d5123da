import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { AlgBase, encodeMessage, type Report } from 'mooring';
import { connect, serveWebSocket, type WebSocketHost } from 'mooring/node';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../../until.js';

const PROGRAM = '(def (Report (volatile a 0))) (when true (:= Report.a 1) (report))';

let server: WebSocketHost | undefined;
afterEach(() => server?.close());

/** Speaks raw bytes to the server; what it answered until it hung up. */
async function speak(port: number, bytes: string): Promise<string> {
  const socket = connectTcp(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  socket.on('error', () => {});
  socket.write(bytes, 'latin1');
  const late = setTimeout(() => socket.destroy(), 2000);
  await new Promise((resolve) => socket.once('close', resolve));
  clearTimeout(late);
  return heard;
}

const upgrade = (target: string, headers = '') =>
  `GET ${target} HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${headers}\r\n`;

describe('sockets’ callbacks throw before authentication', () => {
  it('answers 4xx to every target that is none, and lives', async () => {
    server = await serveWebSocket({ port: 0 });
    const port = Number(new URL(server.url).port);
    const targets = [
      '//',
      '/\\',
      'http://[/',
      '/%',
      '/?token=%',
      '/?token=%ff%',
      '?',
      '*',
      '//@:/',
      'ws://a b/',
      '/\x80\xff',
    ];
    for (const target of targets) expect(await speak(port, upgrade(target)), target).toMatch(/^HTTP\/1\.1 4\d\d |^$/);
    // The token does not make a place of them.
    for (const target of ['//', '/events/', '/datapath#', 'http://[/events'])
      expect(await speak(port, upgrade(`${target}?token=${server.token}`)), target).toMatch(/^HTTP\/1\.1 404 |^$/);
    for (const bytes of [
      '\r\n\r\n',
      'GET',
      '\0\0\0',
      upgrade('/', 'Origin: \u0080\r\n'),
      upgrade('/').replace('13', 'x'),
      'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n',
    ])
      await speak(port, bytes);
    const page = new WebSocket(server.url.replace('/?', '/events?'));
    await once(page, 'open');
    page.close();
  });

  it('closes a client whose version of the protocol, key or frames are none', async () => {
    server = await serveWebSocket({ port: 0 });
    const port = Number(new URL(server.url).port);
    const place = `/events?token=${server.token}`;
    const request = upgrade(place);
    expect(await speak(port, request.replace('13', '99'))).toMatch(/^HTTP\/1\.1 4/);
    expect(await speak(port, request.replace('AAAAAAAAAAAAAAAAAAAAAA==', '?'))).toMatch(/^HTTP\/1\.1 4/);
    expect(await speak(port, `${request}\xff\xff\xff\xff\xff\xff`)).toContain('101');
    const page = new WebSocket(server.url.replace('/?', '/events?'));
    await once(page, 'open');
    page.close();
  });

  it('ends at once although a connection says nothing', async () => {
    const idle = await serveWebSocket({ port: 0 });
    const socket = connectTcp(Number(new URL(idle.url).port), '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await idle.close();
    await closed;
  });

  it.each(['', 'short'])('refuses the token "%s"', async (token) => {
    await expect(serveWebSocket({ port: 0, token })).rejects.toMatchObject({
      code: 'MOORING_ERR_BAD_ARGUMENT',
      detail: { argument: 'token' },
    });
  });
});

describe('events are not plain values', () => {
  it('shows an event of a report beyond 2^53 to viewers, and the agent lives', async () => {
    server = await serveWebSocket({ port: 0 });
    class Sets extends AlgBase<typeof PROGRAM> {
      override onCreate() {
        this.datapath.install(PROGRAM);
      }
      override onReport(report: Report<typeof PROGRAM>) {
        this.datapath.updateField('Cwnd', report.a);
      }
    }
    const agent = await connect(server.transport, Sets);
    agent.events.on((event) => server!.show(event));
    const viewer = new WebSocket(server.url.replace('/?', '/events?'));
    await once(viewer, 'open');
    const seen: string[] = [];
    viewer.on('message', (data) => seen.push(String(data)));
    const page = new WebSocket(server.url.replace('/?', '/datapath?'));
    await once(page, 'open');
    page.send(
      encodeMessage({
        type: 'create',
        sid: 1,
        initCwnd: 14_480,
        mss: 1448,
        srcIp: 1,
        srcPort: 1,
        dstIp: 2,
        dstPort: 2,
      }),
    );
    page.send(encodeMessage({ type: 'measure', sid: 1, programUid: 1, fields: [2n ** 60n] }));
    await until('it is shown', () => seen.some((text) => text.includes('algorithmFailed')));
    expect(JSON.parse(seen.find((text) => text.includes('algorithmFailed'))!).detail.value).toBe(String(2n ** 60n));
    await agent.close();
  });

  it('shows whatever it is given as JSON', async () => {
    server = await serveWebSocket({ port: 0 });
    const viewer = new WebSocket(server.url.replace('/?', '/events?'));
    await once(viewer, 'open');
    const seen: unknown[] = [];
    viewer.on('message', (data) => seen.push(JSON.parse(String(data))));
    const loop: { self?: unknown } = {};
    loop.self = loop;
    for (const value of [
      1n,
      () => 1,
      undefined,
      loop,
      {
        a: {
          toJSON: () => {
            throw new Error('no');
          },
        },
      },
    ])
      server.show(value);
    server.show('last');
    await until('all came', () => seen.at(-1) === 'last');
    expect(seen).toHaveLength(6);
    expect(seen[0]).toBe('1');
  });
});
