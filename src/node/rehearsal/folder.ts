import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RegisteredKey } from '../../fabric/index.js';
import { makeFolder, writeWholeFile } from '../files/index.js';
import { run } from '../process/index.js';

export const BASTION_USER = 'rehearsal_0000000001';

const DAY_MS = 24 * 3_600_000;
/** How long the portal lets a key be used. */
const KEY_MS = { bastion: 182 * DAY_MS, sliver: 730 * DAY_MS };
/** Names of FABRIC's hosts, as clients that are left as they are ask for them. */
const NAMES = 'DNS:localhost,IP:127.0.0.1,DNS:*.fabric-testbed.net';
const CERTIFICATE_DAYS = 365;

/** What an account has on its owner's disk, made for a rehearsal: keys, a token, a `fabric_rc`. */
export interface AccountFolder {
  readonly path: string;
  readonly rc: string;
  readonly tokenFile: string;
  readonly slicePublicKey: string;
  readonly bastionPublicKey: string;
  /** The keys as the portal would list them. */
  readonly registered: readonly RegisteredKey[];
  /** Private host key of the bastion and the nodes. */
  readonly hostKey: string;
}

/** Makes the folder; keys that are there stay. */
export async function makeAccountFolder(folder: string): Promise<AccountFolder> {
  const path = resolve(folder);
  makeFolder(path, 0o700);
  const key = async (name: string): Promise<string> => {
    const file = join(path, name);
    if (!existsSync(file)) await run(['ssh-keygen', '-q', '-t', 'ecdsa', '-N', '', '-C', name, '-f', file]);
    return file;
  };
  const bastionKey = await key('fabric_bastion_key');
  const sliceKey = await key('slice_key');
  const hostKey = await key('host_key');
  return {
    path,
    rc: join(path, 'fabric_rc'),
    tokenFile: join(path, 'id_token.json'),
    slicePublicKey: readFileSync(`${sliceKey}.pub`, 'utf8').trim(),
    bastionPublicKey: readFileSync(`${bastionKey}.pub`, 'utf8').trim(),
    registered: [registered(`${bastionKey}.pub`, 'bastion'), registered(`${sliceKey}.pub`, 'sliver')],
    hostKey,
  };
}

function registered(file: string, kind: RegisteredKey['kind']): RegisteredKey {
  const [type = '', text = '', comment = ''] = readFileSync(file, 'utf8').trim().split(/\s+/);
  const createdMs = statSync(file).mtimeMs;
  const digest = createHash('sha256').update(Buffer.from(text, 'base64')).digest('base64').replace(/=+$/, '');
  return {
    uuid: randomUUID(),
    kind,
    fingerprint: `SHA256:${digest}`,
    comment,
    publicKey: `${type} ${text}`,
    createdMs,
    expiresMs: createdMs + KEY_MS[kind],
  };
}

/** Certificate and key as PEM, for the names FABRIC's hosts have. It is its own authority: who trusts it names its file. */
export async function makeCertificate(folder: string): Promise<{ readonly cert: string; readonly key: string }> {
  const path = resolve(folder);
  makeFolder(path, 0o700);
  const [cert, key] = [join(path, 'cert.pem'), join(path, 'cert_key.pem')];
  if (!existsSync(cert)) {
    await run([
      ...['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', String(CERTIFICATE_DAYS), '-subj', '/CN=Rehearsal of FABRIC'],
      ...['-addext', `subjectAltName=${NAMES}`, '-keyout', key, '-out', cert],
    ]);
  }
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}

/** Where a rehearsal is reached, and how fast it is. */
export interface RehearsalPlace {
  readonly url: string;
  readonly projectId: string;
  /** Address of the bastion, where there is one. */
  readonly bastion: string | undefined;
  readonly setupS: number;
  readonly rotationS: number;
}

/** Writes the `fabric_rc` by which the driver, and whoever else, finds the rehearsal. */
export function writeRc({ path, rc, tokenFile }: AccountFolder, place: RehearsalPlace): void {
  const { url, projectId, bastion, setupS, rotationS } = place;
  const settings = {
    ORCHESTRATOR_HOST: url,
    CREDMGR_HOST: url,
    CORE_API_HOST: url,
    METRICS_HOST: url,
    PROJECT_ID: projectId,
    // Where no bastion is, nobody can go through it.
    BASTION_HOST: bastion ?? '127.0.0.1:9',
    BASTION_USERNAME: BASTION_USER,
    BASTION_KEY_LOCATION: join(path, 'fabric_bastion_key'),
    SLICE_PRIVATE_KEY_FILE: join(path, 'slice_key'),
    SLICE_PUBLIC_KEY_FILE: join(path, 'slice_key.pub'),
    TOKEN_LOCATION: tokenFile,
    SETUP_S: setupS,
    ROTATION_S: rotationS,
  };
  writeWholeFile(
    rc,
    Object.entries(settings)
      .map(([name, value]) => `export FABRIC_${name}='${value}'\n`)
      .join(''),
  );
}
