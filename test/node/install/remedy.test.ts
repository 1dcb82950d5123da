import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type HelperSituation, helperRemedy } from '../../../src/node/install/index.js';

// What is said about a missing helper can be done by whoever reads it, where the code runs.

const scripts = (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts;
const installed: HelperSituation = {
  platform: 'linux',
  isCheckout: false,
  namedFolder: undefined,
  prebuilt: undefined,
};

describe('the remedy for a missing helper', () => {
  test('in a checkout is a script of its package.json', () => {
    const remedy = helperRemedy({ ...installed, isCheckout: true });
    const [, script] = /"npm run ([\w:]+)"/.exec(remedy)!;
    expect(Object.keys(scripts)).toContain(script);
    expect(remedy).not.toMatch(/npx|npm install/);
  });

  test.each([
    ['a package without prebuilt helper', undefined],
    ['a release', 'mooring-helper-linux-x64@1.2.3'],
  ])('in node_modules never names a script of the repository: %s', (_what, prebuilt) => {
    const remedy = helperRemedy({ ...installed, prebuilt });
    expect(remedy).not.toMatch(/npm run|npm start|npm test/);
    expect(remedy).toContain('"npx mooring helper build"');
    expect(remedy.includes(`"npm install ${prebuilt}"`)).toBe(prebuilt !== undefined);
  });

  test('names no package that was never released', () => {
    expect(helperRemedy(installed)).not.toContain('npm install');
  });

  test('where a folder is named is about that folder, as a shell takes it: no other is looked at', () => {
    expect(helperRemedy({ ...installed, namedFolder: '/opt/helper' })).toContain('helper build --into /opt/helper"');
    expect(helperRemedy({ ...installed, namedFolder: "/a b/it's" })).toContain(`--into '/a b/it'\\''s'"`);
  });

  test('beyond Linux is that there is none', () => {
    expect(helperRemedy({ ...installed, platform: 'darwin' })).toBe('it runs on Linux only, this is darwin');
  });
});
