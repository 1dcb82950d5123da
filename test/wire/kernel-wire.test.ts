import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeMessages, encodeMessage } from '../../src/wire/index.js';

const folder = '../shared/vectors/kernel-wire';
const files = existsSync(folder) ? readdirSync(folder) : [];
if (files.length === 0) console.log(`kernel-wire: skipped, ${folder} is not here`);

const types: Record<string, string> = {
  CREATE: 'create',
  MEASURE: 'measure',
  INSTALL: 'install',
  UPDATE: 'updateField',
  CHANGE: 'changeProg',
  READY: 'ready',
};

describe.skipIf(files.length === 0)('traffic of the kernel module', () => {
  test.each(files)('every message of %s decodes and re-encodes to itself', (file) => {
    const lines = readFileSync(`${folder}/${file}`, 'utf8').trim().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      const [, , , kind, length, sid, hex] = line.split(' ');
      const [decoded, ...rest] = decodeMessages(Buffer.from(hex!, 'hex'));
      expect(rest, line).toEqual([]);
      if (!decoded?.ok) throw new Error(`${decoded?.message}: ${line}`);
      expect(decoded.message.type, line).toBe(types[kind!]);
      expect(decoded.bytes).toBe(Number(length));
      if (decoded.message.type !== 'ready') expect(decoded.message.sid).toBe(Number(sid));
      expect(Buffer.from(encodeMessage(decoded.message)).toString('hex')).toBe(hex);
    }
  });
});
