import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  checkHelper,
  findHelper,
  launchWithSocket,
  openSocket,
  Relay,
  requireHelper,
} from '../../../src/node/helper/index.js';

// A machine on which the helper is not: every way to it says where it was looked for.

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mooring-missing-'));
  vi.stubEnv('MOORING_HELPER_DIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const missing = (what: string) =>
  expect.objectContaining({
    code: 'MOORING_ERR_HELPER_MISSING',
    message: expect.stringContaining(`${what} is not in ${folder}: `),
    detail: { searched: [folder] },
  });

test('nothing is found, and looking never throws', () => {
  expect(findHelper()).toEqual({ program: undefined, addon: undefined, origin: undefined, searched: [folder] });
});

test('a check says what is not there and what can be done about it', async () => {
  const { works, problems } = await checkHelper();
  expect(works).toBe(false);
  expect(problems[0]).toMatch(/^no program mooring-helper: \S+/);
  expect(problems[1]).toContain(`mooring-socket.node is not in ${folder}: `);
  expect(problems).toHaveLength(2);
});

test('what runs the program throws, or rejects where it gives a promise', async () => {
  expect(requireHelper).toThrow(missing('the program mooring-helper'));
  expect(() => launchWithSocket('unix', { program: 'any.mjs' })).toThrow(missing('the program mooring-helper'));
  const started = Relay.start('unix', { onMessage: () => undefined });
  await expect(started).rejects.toEqual(missing('the program mooring-helper'));
});

test('what loads the addon throws, also where the file is no addon', () => {
  const path = join(folder, 'agent');
  expect(() => openSocket('unix', { path })).toThrow(missing('mooring-socket.node'));
  const addon = join(folder, 'mooring-socket.node');
  writeFileSync(addon, 'built for another machine');
  expect(() => openSocket('unix', { path })).toThrow(
    expect.objectContaining({
      code: 'MOORING_ERR_HELPER_MISSING',
      message: expect.stringContaining(`${addon} cannot be loaded here: `),
      detail: { searched: [folder], addon },
    }),
  );
});
