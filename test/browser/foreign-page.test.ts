import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AlgBase } from 'mooring';
import { type AgentHandle, connect, serveWebSocket, type WebSocketHost } from 'mooring/node';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { hasChromium, launchChromium } from './chromium.js';

// What a page of another origin can do to a port of this machine: all of it is answered, and the agent lives.

class Idle extends AlgBase {
  override onCreate() {
    this.datapath.install('(def (Report (volatile a 0))) (when true (:= Report.a 1) (report))');
  }
  override onReport() {}
}

const TARGETS = [
  '/',
  '//',
  '///',
  '/\\',
  '//[',
  '/datapath',
  '/events',
  '/events?token=',
  '/events?token=%00',
  '/events?token=%',
  '/events?token=guessed-token',
  `/${'a'.repeat(8000)}`,
  `/events?${'token=x&'.repeat(900)}`,
  '/%ff%fe',
  '/..%2f..%2fevents',
];

describe.skipIf(!hasChromium)('a page of another origin', () => {
  let browser: Browser;
  let pages: Server;
  let agent: AgentHandle;
  let server: WebSocketHost;
  beforeAll(async () => {
    browser = await launchChromium();
    pages = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<!doctype html>'));
    await new Promise<void>((done) => pages.listen(0, '127.0.0.1', done));
    server = await serveWebSocket({ port: 0, origins: ['http://trusted.example'] });
    agent = await connect(server.transport, Idle);
  });
  afterAll(async () => {
    await browser?.close();
    pages?.close();
    await agent?.close();
    await server?.close();
  });

  test('that tries everything opens nothing, and ends nothing', async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`);
    const { host } = new URL(server.url);
    const opened = await page.evaluate(
      async ([at, targets, token]) => {
        const opened: string[] = [];
        const sockets = [...targets, `/events?token=${token}`, `/datapath?token=${token}`].flatMap((target) =>
          [undefined, 'ccp', ['a', 'b', 'c']].map(
            (protocols) =>
              new Promise<void>((done) => {
                try {
                  const socket = new WebSocket(`ws://${at}${target}`, protocols);
                  socket.onopen = () => {
                    opened.push(target);
                    socket.send(new Uint8Array(100_000));
                    socket.close();
                  };
                  socket.onclose = () => done();
                  socket.onerror = () => done();
                } catch {
                  done();
                }
              }),
          ),
        );
        const requests = targets.flatMap((target) =>
          ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'].map((method) =>
            fetch(`http://${at}${target}`, {
              method,
              mode: method === 'PUT' || method === 'DELETE' || method === 'PATCH' ? 'cors' : 'no-cors',
              ...(method === 'POST' ? { body: new Uint8Array(200_000) } : {}),
            }).then(
              () => {},
              () => {},
            ),
          ),
        );
        for (const target of targets) {
          navigator.sendBeacon(`http://${at}${target}`, new Uint8Array(1000));
          for (const tag of ['img', 'script', 'iframe', 'audio', 'embed'] as const) {
            const element = document.createElement(tag);
            (element as HTMLImageElement).src = `http://${at}${target}`;
            document.body.append(element);
          }
          new EventSource(`http://${at}${target}`).onerror = (event) => (event.target as EventSource).close();
        }
        await Promise.all([...sockets, ...requests]);
        return opened;
      },
      [host, TARGETS, server.token] as const,
    );
    // Even with the token: it is no origin that may connect.
    expect(opened).toEqual([]);
    await page.close();
    expect(await agent.stats()).toMatchObject({ datapaths: 0, flows: 0, malformedMessages: 0 });
    const viewer = new WebSocket(server.url.replace('/?', '/events?'), { origin: 'http://trusted.example' });
    await new Promise<void>((done, fail) => viewer.once('open', () => done()).once('error', fail));
    viewer.terminate();
  });
});
