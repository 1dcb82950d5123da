import { expect, test } from 'vitest';
import { CoreApi, Metrics } from '../../../src/fabric/services/index.js';

const AUTHORIZED = { Authorization: 'fabric-token t' };

function filled(): Metrics {
  const metrics = new Metrics();
  // 100 B/s into the first port; its counter begins anew after 20 s.
  for (const [at, inOctets] of [0, 1000, 2000, 500].entries()) {
    const second = { site: 'MASS', port: 'HundredGigE0/0/0/1', inOctets: 7, outOctets: 7 };
    metrics.record([{ site: 'INDI', port: 'HundredGigE0/0/0/0', inOctets, outOctets: at }, second], at * 10_000);
  }
  return metrics;
}

const ask = (query: Readonly<Record<string, string>>, path = '/query', headers: Record<string, string> = AUTHORIZED) =>
  filled().handle({ method: 'POST', path, query: [], headers, body: new URLSearchParams(query).toString() }, 30_000);
const values = (query: string) => {
  const { body } = ask({ query });
  return (body as { data: { result: { metric: Record<string, string>; value: [number, string] }[] } }).data.result.map(
    ({ metric, value }) => [metric['rack'], metric['ifName'], value[1]],
  );
};

test('counters, and rates of them over a window, by labels', () => {
  const port = 'HundredGigE0/0/0/0';
  expect(values('ifHCInOctets{job="data-sw",rack="indi"}')).toEqual([['indi', port, '500']]);
  expect(values('rate(ifHCInOctets{rack="indi"}[1m])')).toEqual([['indi', port, String(2500 / 30)]]);
  expect(values('irate(ifHCInOctets{rack="indi"}[1m])')).toEqual([['indi', port, '50']]);
  expect(values('increase(ifHCOutOctets{rack!="mass"}[25s])')).toEqual([['indi', port, '2']]);
  expect(values('ifHCInOctets{rack=~"indi|mass"}')).toHaveLength(2);
  expect(values('rate(ifHCInOctets[5s])')).toEqual([]);
  // As they were read, with the times of the readings.
  expect(ask({ query: 'ifHCInOctets{rack="indi"}[15s]', time: '25' }).body).toMatchObject({
    data: {
      resultType: 'matrix',
      result: [
        {
          metric: { ifName: port },
          values: [[20, '2000']],
        },
      ],
    },
  });
  const range = { query: 'ifHCOutOctets{rack="indi"}', start: '0', end: '30', step: '15s' };
  expect(ask(range, '/query_range').body).toMatchObject({
    data: {
      resultType: 'matrix',
      result: [
        {
          values: [
            [0, '0'],
            [15, '1'],
            [30, '3'],
          ],
        },
      ],
    },
  });
});

test.each([
  [{ query: 'sum(ifHCInOctets)' }, '/query'],
  [{ query: 'rate(ifHCInOctets)' }, '/query'],
  [{ query: 'ifHCInOctets[1m]', start: '0', end: '10', step: '1' }, '/query_range'],
  [{ query: 'ifHCInOctets{rack=~"(a+)+"}' }, '/query'],
  [{ query: 'ifHCInOctets', time: 'now' }, '/query'],
  [{}, '/query'],
  [{ query: 'ifHCInOctets', start: '0', end: '9999999999', step: '1' }, '/query_range'],
  [{ query: 'ifHCInOctets', start: '0', end: '10', step: '0' }, '/query_range'],
])('%o is refused in the words of Prometheus', (query, path) => {
  expect(ask(query as Record<string, string>, path)).toMatchObject({
    status: 400,
    body: { status: 'error', errorType: 'bad_data', error: expect.any(String) },
  });
});

test('nobody is told without a token', () => {
  expect(ask({ query: 'ifHCInOctets' }, '/query', {}).status).toBe(401);
});

test('the core API names the user, the keys and when they end, to who has a token', () => {
  const claims = { claims: {} };
  const api = new CoreApi({
    user: { sub: 's', uuid: 'u1', name: 'N', email: 'e', projects: [] },
    bastionLogin: 'n_01',
    signer: { read: (token) => (token === 'good' ? claims : { refused: 'INVALID' }) },
    keys: [
      {
        ...{ uuid: 'k1', kind: 'bastion', fingerprint: 'SHA256:x', comment: 'c', publicKey: 'ssh-rsa AAAA' },
        ...{ createdMs: 0, expiresMs: 86_400_000 },
      },
    ],
  });
  const get = (path: string, token = 'good') =>
    api.handle({ method: 'GET', path, query: [], headers: { Authorization: `Bearer ${token}` }, body: '' });
  expect(get('/whoami').body).toMatchObject({ results: [{ uuid: 'u1' }], type: 'whoami' });
  expect(get('/people/u1').body).toMatchObject({
    results: [
      { bastion_login: 'n_01', sshkeys: [{ fabric_key_type: 'bastion', expires_on: '1970-01-02 00:00:00+00:00' }] },
    ],
  });
  expect([get('/people/u2').status, get('/projects/p').status, get('/whoami', 'bad').status]).toEqual([404, 404, 401]);
  expect(['/whoami', '/people/u1', '/sshkeys', '/version', '/slices'].map((path) => CoreApi.owns(path))).toEqual([
    ...[true, true, true, false, false],
  ]);
});
