import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { LIMIT } from '../../../src/generated/wire.js';
import { closeSocket, findHelper, MessageSocket, openSocket, Relay, SENT } from '../../../src/node/helper/index.js';
import { until } from '../../until.js';

vi.setConfig({ testTimeout: 120_000 });

const here = findHelper().program !== undefined;
const isRoot = process.geteuid?.() === 0;
const folder = mkdtempSync(join(tmpdir(), 'mooring-sizes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [FROM, TO] = [LIMIT.MESSAGE_BYTES - 600, LIMIT.MESSAGE_BYTES + 600];
const GROUP = 29;

describe.skipIf(!here)('a message', () => {
  it.each(['unix', ...(isRoot ? (['netlink'] as const) : [])] as const)(
    'of any size around the largest ends no relay: %s',
    async (kind) => {
      const lengths = new Set<number>();
      let lost = 0;
      let end: unknown;
      const relay = await Relay.start(
        kind,
        {
          onPeer() {},
          onMessage: (_, bytes) => void lengths.add(bytes.length),
          onRefused() {},
          onDropped: (_, count) => {
            lost += count;
          },
          onOverrun() {},
          onEnd: (error) => {
            end = error ?? 'ended';
          },
        },
        kind === 'unix' ? { path: join(folder, 'relay') } : { group: GROUP, userPeers: true },
      );
      const own = kind === 'unix' ? { path: join(folder, 'peer') } : { group: GROUP + 1, userPeers: true };
      const descriptor = openSocket(kind, own);
      const socket = new MessageSocket(descriptor);
      const to = socket.peerAt(kind === 'unix' ? join(folder, 'relay') : `group:${GROUP}`);
      // Every size by a peer that has a number; our own socket refuses what is beyond the protocol.
      const beyond: number[] = [];
      for (let size = FROM; size <= TO; size += 1) {
        const bytes = new Uint8Array(size);
        for (;;) {
          const result = socket.send(to, bytes);
          if (result === SENT.TOO_LONG) beyond.push(size);
          if (result !== SENT.FULL) break;
          await new Promise(setImmediate);
        }
        // The queue holds few.
        if (size % 8 === 0) await new Promise((done) => setTimeout(done, 1));
      }
      // A multicast that finds the reader's queue full is gone, and the reader is told of an overrun.
      await until('the largest comes', () => {
        if (lengths.has(LIMIT.MESSAGE_BYTES) || end !== undefined) return true;
        socket.send(to, new Uint8Array(LIMIT.MESSAGE_BYTES));
        return false;
      });
      expect(end).toBeUndefined();
      expect(Math.max(...lengths)).toBe(LIMIT.MESSAGE_BYTES);
      expect(beyond.every((size) => size > LIMIT.MESSAGE_BYTES)).toBe(true);
      expect(lengths.size + lost + beyond.length).toBeGreaterThan(0);
      // And it still carries what comes then.
      lengths.clear();
      await until('a small one comes', () => {
        socket.send(to, new Uint8Array(20));
        return lengths.has(20);
      });
      closeSocket(descriptor);
      await relay.close();
    },
  );
});
