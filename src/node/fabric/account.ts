import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ERROR, MooringError } from '../../base/index.js';
import { parseFabricRc, settingsOf } from '../../fabric/index.js';
import { readTextFile } from '../files/index.js';
import { OrchestratorClient } from './client.js';
import { currentToken } from './kept-token.js';

/** The bastion of an account. */
export interface BastionAccount {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly key: string;
}

/** What an account's settings name: where to ask, and with what. Paths are absolute. */
export interface FabricAccount {
  readonly client: OrchestratorClient;
  readonly url: string;
  readonly credmgrUrl: string;
  /** The token to send; with one that was refused another, where there is one. */
  readonly token: (refused?: string) => Promise<string>;
  readonly tokenPath: string;
  readonly coreApiUrl: string;
  readonly metricsUrl: string;
  readonly bastion: BastionAccount;
  /** The private key that opens nodes, and the public one that is put into them. */
  readonly sliceKey: string;
  readonly slicePublicKey: string;
  /** Seconds that making a slice and changing its mirrors take there; `undefined` where nobody said. */
  readonly setupS: number | undefined;
  readonly rotationS: number | undefined;
}

/** Where the official client keeps its settings. */
const USUAL_RC = '~/work/fabric_config/fabric_rc';
const SSH_PORT = 22;
/** Milliseconds between tries of reading, on this machine and elsewhere. */
const NEAR_RETRY_MS = 200;
const FAR_RETRY_MS = 5000;

/**
 * Reads an account from a `fabric_rc` and the environment; without a path from the official client's place, where there
 * is such a file. A host may be a URL or have a port behind it.
 *
 * @throws MooringError ERROR.FABRIC_CONFIG where something that is needed is not named.
 */
export function readAccount(rc: string): FabricAccount {
  const path = atHome(rc === '' ? USUAL_RC : rc);
  const file = rc === '' && !existsSync(path) ? {} : parseFabricRc(readTextFile(path));
  const settings = settingsOf({ file, environment: process.env });
  const setting = (name: string): string => {
    const value = settings[name];
    if (value !== undefined && value !== '') return value;
    const variable = `FABRIC_${name.toUpperCase()}`;
    const message = `${path} and the environment do not say ${variable}`;
    throw new MooringError(ERROR.MOORING_ERR_FABRIC_CONFIG, message, { field: variable });
  };
  const seconds = (name: string): number | undefined => {
    const value = Number(settings[name]);
    return value > 0 ? value : undefined;
  };
  const url = urlOf(setting('orchestrator_host'));
  const kept = {
    path: atHome(setting('token_location')),
    credmgrUrl: urlOf(setting('credmgr_host')),
    projectId: settings['project_id'] ?? '',
  };
  const retryMs = new URL(url).hostname === '127.0.0.1' ? NEAR_RETRY_MS : FAR_RETRY_MS;
  const [, host, port] = /^(.*?)(?::(\d+))?$/.exec(setting('bastion_host'))!;
  const token = async (refused?: string): Promise<string> => await currentToken(kept, refused);
  return {
    client: new OrchestratorClient({ url, token, retryMs }),
    url,
    credmgrUrl: kept.credmgrUrl,
    token,
    tokenPath: kept.path,
    coreApiUrl: urlOf(setting('core_api_host')),
    metricsUrl: urlOf(setting('metrics_host')),
    bastion: {
      host: host!,
      port: port === undefined ? SSH_PORT : Number(port),
      user: setting('bastion_username'),
      key: atHome(setting('bastion_key_location')),
    },
    sliceKey: atHome(setting('slice_private_key_file')),
    slicePublicKey: atHome(setting('slice_public_key_file')),
    setupS: seconds('setup_s'),
    rotationS: seconds('rotation_s'),
  };
}

/** A host of the settings as a URL, which it may be already. */
export function urlOf(host: string): string {
  return /^https?:\/\//.test(host) ? host.replace(/\/$/, '') : `https://${host}`;
}

const atHome = (path: string): string => (path.startsWith('~') ? join(homedir(), path.slice(1)) : path);
