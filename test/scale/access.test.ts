import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { until } from '../until.js';
import {
  endAfterEach,
  freePort,
  makeCertificates,
  missing,
  mooring,
  root,
  startRedis,
  startWorker,
} from './setting.js';

endAfterEach();

const SWEEP = ['sim', '--repeat', '3', '--duration', '1s', '--no-progress'];

describe.skipIf(missing !== undefined)('a queue', () => {
  test('over TLS: with its authority it works, without it is refused', async () => {
    const tls = makeCertificates();
    const redis = await startRedis({ keeps: false, tls });
    const env = { NODE_EXTRA_CA_CERTS: join(tls, 'ca.crt') };
    await startWorker(redis.url, [], { env });
    const sweep = mooring([...SWEEP, '--jobs', redis.url], { env });
    expect(await sweep.ended, sweep.err).toBe(0);
    const stranger = mooring([...SWEEP, '--jobs', redis.url]);
    expect(await stranger.ended).toBe(1);
    expect(stranger.err).toMatch(
      /^mooring: rediss:\S+: its certificate is not trusted here.*\[MOORING_ERR_JOBS_QUEUE\]\n$/,
    );
  });

  test('that cannot be used is one clear line', async () => {
    const redis = await startRedis({ keeps: false });
    const refusals = [
      [redis.url, 'wrong', /it refuses user or password/],
      [redis.url, '', /it wants a password: MOORING_REDIS_PASSWORD/],
      [redis.url.replace('redis:', 'rediss:'), 'wrong', /it speaks TLS|does not speak TLS|does not answer/],
      [`redis://127.0.0.1:${await freePort()}`, '', /nothing listens there/],
    ] as const;
    const calls = refusals.flatMap(([url, password, line], index) =>
      // The sweep and the worker open a queue the same way: both once.
      [['worker', url], ...(index === 0 ? [[...SWEEP, '--jobs', url]] : [])].map(async (args) => {
        const call = mooring(args, { env: { MOORING_REDIS_PASSWORD: password } });
        expect([await call.ended, call.err], args.join(' ')).toEqual([1, expect.stringMatching(line)]);
        expect(call.err).toMatch(/^mooring: .*\[MOORING_ERR_JOBS_QUEUE\]\n$/);
      }),
    );
    await Promise.all(calls);
  });

  test('of an older Redis is refused', async () => {
    const info = 'redis_version:5.0.7\r\n';
    const answer = (socket: Socket) => {
      socket.on('data', (data) => {
        // One answer for each command that came.
        for (const _ of String(data).match(/^\*\d/gm) ?? []) socket.write(`$${info.length}\r\n${info}\r\n`);
      });
      socket.on('error', () => {});
    };
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const call = mooring(['worker', `redis://127.0.0.1:${port}`], { env: { MOORING_REDIS_PASSWORD: '' } });
    expect(await call.ended).toBe(1);
    expect(call.err).toMatch(/is Redis 5\.0\.7; jobs want 6\.2 or newer \[MOORING_ERR_JOBS_QUEUE\]\n$/);
    server.close();
  });

  test('of strangers: a worker runs only what it is told to trust, by hash or by key', async () => {
    const redis = await startRedis({ keeps: false });
    const folder = mkdtempSync(join(root, 'trust-'));
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const [key, pub] = [join(folder, 'key.pem'), join(folder, 'key.pub')];
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(pub, publicKey.export({ type: 'spki', format: 'pem' }));
    const algorithm = (step: number): string => {
      const file = join(folder, `mine${step}.mjs`);
      const text = `import { Reno } from 'mooring';\nexport default class Mine${step} extends Reno {}\n`;
      writeFileSync(file, text);
      return file;
    };
    const careful = await startWorker(redis.url, ['--trust', pub]);
    expect(careful.err).not.toMatch(/whoever may write/);
    const args = (step: number) => [...SWEEP, '--sweep', `alg=cubic,${algorithm(step)}`, '--jobs', redis.url];

    const signed = mooring([...args(1), '--sign', key]);
    expect(await signed.ended, signed.err + careful.err).toBe(0);

    const unsigned = mooring(args(2));
    await until(
      'both say so',
      () => /not trusted: mine2/.test(careful.err) && /does not trust mine2/.test(unsigned.err),
    );
    const hash = /--trust ([0-9a-f]{64})/.exec(unsigned.err)?.[1];
    await startWorker(redis.url, ['--trust', hash!]);
    expect(await unsigned.ended, unsigned.err).toBe(0);

    const keyless = mooring(['worker', redis.url, '--trust', algorithm(3)]);
    expect(await keyless.ended).toBe(2);
    expect(keyless.err).toMatch(/no Ed25519 key in PEM/);
  });
});
