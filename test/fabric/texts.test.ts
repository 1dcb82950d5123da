import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  claimsOfToken,
  failureOf,
  formatTokenFile,
  parseFabricRc,
  parseRow,
  parseTokenFile,
  planRenewal,
  readGraphml,
  readNodeLink,
  settingsOf,
  writeGraphml,
} from '../../src/fabric/index.js';
import { formatLeaseTime, JsonDecodeError, loads, parseLeaseTime } from '../../src/fabric/python/index.js';
import { ERROR } from '../../src/generated/errors.js';

const GRAPH = `<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="a" for="node" attr.name="Name" attr.type="string"/>
<key id="e" for="edge" attr.name="Class" attr.type="string"/><graph edgedefault="directed"><node id="1"><data key="a">x &lt; y</data></node>
<node id="2"/><edge source="1" target="2"><data key="e">has</data></edge></graph></graphml>`;
const graphError = expect.objectContaining({ code: ERROR.MOORING_ERR_FABRIC_GRAPH });

describe('texts from outside give a graph or a declared error', () => {
  test('every truncation', () => {
    for (let end = 0; end < GRAPH.length; end++) {
      expect(() => readGraphml(GRAPH.slice(0, end)), `${end} characters`).toThrow(graphError);
    }
    expect(readGraphml(GRAPH).edges).toHaveLength(1);
  });

  test.each([
    [
      'a billion laughs',
      `<!DOCTYPE g [<!ENTITY a "ha">${Array.from({ length: 30 }, (_, at) => `<!ENTITY ${String.fromCharCode(98 + at)} "${`&${String.fromCharCode(97 + at)};`.repeat(10)}">`).join('')}]>${GRAPH}`,
    ],
    ['an entity of itself', `<!DOCTYPE g [<!ENTITY a "&b;"><!ENTITY b "&a;">]>${GRAPH}`],
    ['deep nesting', `${'<a>'.repeat(100_000)}`],
    ['nesting within the graph', GRAPH.replace('<node id="2"/>', `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`)],
    ['an unclosed graph', GRAPH.replace('</graph>', '')],
    ['a key nobody declares', GRAPH.replace('key="a"', 'key="b"')],
    [
      'a value not of its type',
      GRAPH.replace('attr.name="Name" attr.type="string"', 'attr.name="Name" attr.type="int"'),
    ],
    ['a page of a proxy', '<html><body><h1>502 Bad Gateway</h1></body></html>'],
  ])('%s', (_what, text) => {
    for (const entities of ['refuse', 'expand'] as const)
      expect(() => readGraphml(text, { entities })).toThrow(graphError);
  });

  test('a huge attribute is read within the bound of the whole', () => {
    const name = 'n'.repeat(1_000_000);
    expect(readGraphml(GRAPH.replaceAll('"1"', `"${name}"`)).nodes[0]!.id).toBe(name);
    expect(() => readGraphml(' '.repeat(33 * 1024 * 1024))).toThrow(graphError);
  });

  test('any text as node-link JSON', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          readNodeLink(text);
        } catch (error) {
          expect(error).toMatchObject({ code: ERROR.MOORING_ERR_FABRIC_GRAPH });
        }
      }),
    );
  });

  test('what is written is read again, whatever the values', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.double({ noNaN: true }));
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[A-Za-z]\w{0,8}$/), value), (properties) => {
        const clean = Object.entries(properties).map(
          ([name, each]) =>
            [name, typeof each === 'string' ? each.replace(/[^\t\n\r\u0020-\uD7FF]/g, '') : each] as const,
        );
        const nodes = [{ id: 'n1', properties: new Map(clean) }];
        const graph = { directed: false, multigraph: false, nodes, edges: [] };
        expect(readGraphml(writeGraphml(graph))).toEqual(graph);
      }),
    );
  });
});

test('JSON is refused where JSON.parse refuses it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.stringMatching(/^[[\]{}",:0-9a-e.\\-]{0,12}$/)), (text) => {
      let expected: unknown;
      try {
        expected = JSON.parse(text);
      } catch {
        expect(() => loads(text)).toThrow(JsonDecodeError);
        return;
      }
      // Integers beyond 2^53 are kept whole.
      const rounded = JSON.stringify(loads(text), (_, each) => (typeof each === 'bigint' ? Number(each) : each));
      expect(JSON.parse(rounded)).toEqual(JSON.parse(JSON.stringify(expected)));
    }),
  );
});

test('times are read and written over four millennia', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }), (second) => {
      const text = formatLeaseTime(second * 1000);
      expect(parseLeaseTime(text)?.atMs).toBe(second * 1000);
      expect(text.slice(0, 19)).toBe(new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' '));
    }),
  );
  for (const text of ['2027-02-31 00:00:00 +0000', '2026-12-01T12:00:00Z', '2026-12-01 24:00:00 +0000', '']) {
    expect(parseLeaseTime(text), text).toBeUndefined();
  }
});

const notice = (state: string, told: string) =>
  `Reservation r (Slice lis(s) Graph Id:g Owner:me@example.org) is in state (${state},None_)${told}`;

test.each([
  [notice('Active', ' '), undefined],
  [notice('Failed', ', err=NSO SEMANTIC ERROR: SPAN: multiple attachments of a traffic class '), 'mirror-source-taken'],
  [
    notice('Failed', ', err=Destination interface x is already configured for use with session y '),
    'mirror-destination-busy',
  ],
  [notice('Failed', ', err=incompatible value 0/0/0/21.3000 '), 'mirror-port-wrong'],
  [notice('Closed', ', err=Insufficient resources : Component of type: ConnectX-6 not available '), 'resources'],
  [
    notice('Closed', '  (Last ticket update: TicketReviewPolicy: Closing reservation due to failure in slice)'),
    'consequence',
  ],
  [notice('Failed', ', err=Network Element Driver: device indi-data-sw: out of sync '), 'network-transient'],
  ['Unable to validate provided token: ValidateCode.INVALID/Signature has expired', 'token'],
  ['PDP Failure: PDP Authorization check failed - Policy Violation: Your project is lacking X tag.', 'policy'],
  ['Slice lis already exists', 'name-taken'],
  ['Unable to modify Slice# x that is not yet stable, try again later', 'busy'],
  ["'NoneType' object has no attribute 'reservation_id'", 'graph'],
  ['User# has no Slices', 'gone'],
  ['something nobody has seen', 'unknown'],
])('the cause of %s', (text, kind) => {
  expect(failureOf(text)?.kind).toBe(kind);
});

test('token files are read, and written with what was refreshed', () => {
  const claims = {
    uuid: 'u',
    email: 'ä@example.org',
    exp: 1_800_000_000,
    projects: [{ uuid: 'p', name: 'P', tags: ['a'] }],
  };
  const jwt = `${btoa('{}')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;
  expect(claimsOfToken(jwt)).toEqual({
    claims: { uuid: 'u', email: 'ä@example.org', projects: [{ uuid: 'p', name: 'P', tags: ['a'] }] },
    expiresMs: 1_800_000_000_000,
  });
  const file = parseTokenFile(JSON.stringify({ id_token: jwt, refresh_token: 'r1', comment: 'kept' }));
  const next = parseTokenFile(formatTokenFile(file, { id_token: 'b', refresh_token: 'r2' }));
  expect([next.idToken, next.refreshToken, next.members['comment']]).toEqual(['b', 'r2', 'kept']);
  const configError = expect.objectContaining({ code: ERROR.MOORING_ERR_FABRIC_CONFIG });
  for (const text of ['', '[]', '{}', '{"id_token": 7}']) expect(() => parseTokenFile(text), text).toThrow(configError);
  for (const text of ['', 'a.b', 'a.%%.c', `a.${btoa('[]')}.c`])
    expect(() => claimsOfToken(text), text).toThrow(configError);
});

test('a fabric_rc in both of its forms, and what goes before what', () => {
  const exported = 'export FABRIC_PROJECT_ID=abc # mine\nexport FABRIC_TOKEN_LOCATION="$HOME/t.json"\n\n# no\n';
  expect(parseFabricRc(exported)).toEqual({ project_id: 'abc', token_location: '~/t.json' });
  expect(parseFabricRc('runtime:\n  project_id: "abc"\n  log_level: INFO\nother:\n  x: 1\n')).toEqual({
    project_id: 'abc',
    log_level: 'INFO',
  });
  const environment = { FABRIC_PROJECT_ID: 'env', FABRIC_BASTION_HOST: 'env', HOME: '/x' };
  const settings = settingsOf({ given: { project_id: 'given' }, file: { bastion_host: 'file' }, environment });
  expect([settings['project_id'], settings['bastion_host'], settings['credmgr_host']]).toEqual([
    'given',
    'file',
    'cm.fabric-testbed.net',
  ]);
});

describe('lines of a fabric_rc are what bash makes of them', () => {
  test.each([
    ['a byte order mark and carriage returns', '\uFEFFexport FABRIC_X=a\r\nexport FABRIC_Y=b\r\n', { x: 'a', y: 'b' }],
    ['a variable of a line before', `DIR=$HOME/f\nexport FABRIC_X="\${DIR}/k"`, { dir: '~/f', x: '~/f/k' }],
    ['several on a line', 'export FABRIC_X=a FABRIC_Y=b; FABRIC_Z=c', { x: 'a', y: 'b', z: 'c' }],
    ['set first, exported afterwards', 'FABRIC_X=a\nexport FABRIC_X', { x: 'a' }],
    ['quotes within a word', `export FABRIC_X=a"b c"'d$e'`, { x: 'ab cd$e' }],
    ['what a backslash keeps', 'export FABRIC_X=\\$HOME FABRIC_Y="\\$HOME \\a"', { x: '$HOME', y: '$HOME \\a' }],
    ['a sharp within a word', 'export FABRIC_X=a#b #c', { x: 'a#b' }],
    ['nothing as a value', 'export FABRIC_X=\nexport FABRIC_Y=""', { x: '', y: '' }],
  ])('%s', (_, text, settings) => {
    expect(parseFabricRc(text)).toEqual(settings);
  });

  test.each([
    ['export FABRIC_X=$(id)', 'a command is not run'],
    ['export FABRIC_X=`id`', 'a command is not run'],
    ['export FABRIC_X=$OTHER', 'a variable that no line before sets'],
    [`export FABRIC_X=\${HOME:-x}`, 'not read here'],
    ['export FABRIC_X=$1', 'not read here'],
    ['export FABRIC_X="a', 'a quote is open'],
    ["export FABRIC_X='a", 'a quote is open'],
    ['export FABRIC_X=a && id', 'not read here'],
    ['export FABRIC_X=a\\', 'not read here'],
    ['export 7=a', 'cannot read'],
    ['source other', 'cannot read'],
    ['rm -rf /', 'cannot read'],
  ])('not %s', (text, why) => {
    const message = expect.stringMatching(new RegExp(`line 2: .*${why}`));
    const refused = expect.objectContaining({ code: ERROR.MOORING_ERR_FABRIC_CONFIG, message });
    expect(() => parseFabricRc(`FABRIC_A=b\n${text}`)).toThrow(refused);
  });

  test('every truncation of one gives settings or that error', () => {
    const text = `export FABRIC_X="\${HOME}/a b" Y='c' Z=\\d # e\n`;
    for (let end = 0; end <= text.length; end += 1) {
      try {
        parseFabricRc(text.slice(0, end));
      } catch (error) {
        expect(error).toMatchObject({ code: ERROR.MOORING_ERR_FABRIC_CONFIG });
      }
    }
  });
});

test('a lease is renewed to an absolute end, as far as the project may', () => {
  const day = 86_400_000;
  const plan = (endMs: number, untilMs: number, mayBeLong = false) =>
    planRenewal({ endMs, untilMs, nowMs: 0, mayBeLong });
  expect(plan(2 * day, day)).toEqual({ kind: 'enough' });
  expect(plan(day, 3 * day)).toEqual({ kind: 'renew', endMs: 3 * day });
  expect(plan(day, 30 * day)).toEqual({ kind: 'renew-again', endMs: 14 * day + 300_000 });
  expect(plan(day, 30 * day, true)).toEqual({ kind: 'renew', endMs: 30 * day });
});

test.each([
  '',
  '[]',
  '{"id":1}',
  '{"id":"x","request":{}}',
  '{"id":"x","given":{"slices":[1]},"request":{"method":"GET","path":"/"}}',
])('a row that cannot be replayed: %s', (text) => {
  expect(() => parseRow(text, 3)).toThrow(
    expect.objectContaining({ code: ERROR.MOORING_ERR_FABRIC_REPLAY, detail: expect.objectContaining({ line: 3 }) }),
  );
});
