import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { openBucket, parseBucketAddress } from '../../../src/node/dataset/s3-store.js';

const KEYS = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };

// Answers as a server of S3 may, which a real one does not do when asked to; test/scale has a real one.
let answer: (request: IncomingMessage, response: ServerResponse) => void = () => {};
const seen: IncomingMessage[] = [];
const server = createServer((request, response) => {
  seen.push(request);
  request.resume().on('end', () => answer(request, response));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => server.close());
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const address = (environment = {}) =>
  parseBucketAddress('s3://results/mine/2026', { ...KEYS, AWS_ENDPOINT_URL: url, ...environment });
const refuse = (status: number, code: string) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
};

test('an address, with what the environment says', () => {
  expect(parseBucketAddress('s3://results', KEYS)).toMatchObject({
    endpoint: 'https://s3.us-east-1.amazonaws.com/results',
    prefix: '',
  });
  expect(parseBucketAddress('s3://results//mine/', { ...KEYS, AWS_REGION: 'eu-west-3' })).toMatchObject({
    endpoint: 'https://s3.eu-west-3.amazonaws.com/results',
    prefix: 'mine/',
    region: 'eu-west-3',
  });
  expect(address().endpoint).toBe(`${url}/results`);
});

test.each([
  ['s3://', KEYS, 'MOORING_ERR_BAD_ARGUMENT'],
  ['s3://UPPER', KEYS, 'MOORING_ERR_BAD_ARGUMENT'],
  ['s3://results?x', KEYS, 'MOORING_ERR_BAD_ARGUMENT'],
  ['s3://results', {}, 'MOORING_ERR_JOBS_STORE'],
  ['s3://results', { ...KEYS, AWS_ENDPOINT_URL: 'ftp://x' }, 'MOORING_ERR_JOBS_STORE'],
])('%s with %j is refused, without a word of keys', (text, environment, code) => {
  expect(() => parseBucketAddress(text, environment)).toThrow(expect.objectContaining({ code }));
});

test('requests are signed and below the prefix; what is not there is nothing', async () => {
  answer = (request, response) => response.writeHead(request.method === 'PUT' ? 200 : 404).end();
  const store = await openBucket(address());
  expect(await store.get('ab'.repeat(32))).toBeUndefined();
  expect(seen.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
    'PUT /results/mine/2026/mooring-store',
    `GET /results/mine/2026/ab/${'ab'.repeat(32)}`,
  ]);
  expect(seen[0]!.headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=key\/\d{8}\/us-east-1\/s3\/aws4_request/,
  );
});

test('a server that is busy for a moment is asked again', async () => {
  let left = 2;
  answer = (request, response) =>
    (left-- > 0 ? refuse(503, 'SlowDown') : (_: unknown, r: ServerResponse) => r.end())(request, response);
  await openBucket(address());
  expect(left).toBeLessThan(0);
});

test.each([
  [403, 'InvalidAccessKeyId', /it refuses the key, or what it may do \(InvalidAccessKeyId\)/],
  [404, 'NoSuchBucket', /there is no such bucket/],
])('%i %s is one clear line', async (status, code, why) => {
  answer = refuse(status, code);
  const error = expect.objectContaining({ code: 'MOORING_ERR_JOBS_STORE', message: expect.stringMatching(why) });
  await expect(openBucket(address())).rejects.toEqual(error);
});

test('nothing that listens is one clear line', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  const gone = address({ AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });
  await expect(openBucket(gone)).rejects.toThrow(/nothing listens there: AWS_ENDPOINT_URL/);
});
