import { expect, test } from 'vitest';
import { failureOf } from '../../../src/node/testbed/index.js';

const systemError = (code: string) =>
  Object.assign(new Error(`${code}: as the system says it`), { code, path: 'results/a.tgz' });

test.each([
  ['ENOSPC', 'resources', /^results\/a\.tgz: no space is left on the device \(free space\)$/],
  ['EDQUOT', 'resources', /free space/],
  ['EACCES', 'configuration', /permission to it is denied \(run with sudo/],
  ['EPERM', 'configuration', /run with sudo/],
  ['EROFS', 'configuration', /read-only \(choose another folder\)/],
  ['ECONNRESET', 'transient', /as the system says it/],
])('%s of this machine is %s: what no second try changes is not tried again', (code, kind, reason) => {
  expect(failureOf(systemError(code))).toMatchObject({ class: kind, reason: expect.stringMatching(reason) });
});
