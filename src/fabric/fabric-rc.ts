import { MooringError } from '../base/index.js';
import { ERROR } from '../generated/errors.js';

/** Settings by the official client's names without `FABRIC_`, in lower case. */
export type FabricSettings = Readonly<Record<string, string>>;

const DEFAULTS: FabricSettings = {
  orchestrator_host: 'orchestrator.fabric-testbed.net',
  credmgr_host: 'cm.fabric-testbed.net',
  core_api_host: 'uis.fabric-testbed.net',
  metrics_host: 'infrastructure-metrics.fabric-testbed.net',
  bastion_host: 'bastion.fabric-testbed.net',
  token_location: '~/.tokens.json',
  bastion_key_location: '~/work/fabric_config/fabric_bastion_key',
  slice_private_key_file: '~/work/fabric_config/slice_key',
  slice_public_key_file: '~/work/fabric_config/slice_key.pub',
  bastion_ssh_config_file: '~/work/fabric_config/ssh_config',
};

const nameOf = (name: string) => name.replace(/^FABRIC_/, '').toLowerCase();

/**
 * Reads a `fabric_rc`: lines of `export FABRIC_X=value` as bash takes them, or YAML with a section `runtime`. Nothing in
 * it is run: of a value with `$` or a back quote only `$HOME` and `${HOME}` are put in, as `~`.
 *
 * @throws MooringError ERROR.FABRIC_CONFIG with `detail.field`, the line's number, where a line is neither.
 */
export function parseFabricRc(text: string): FabricSettings {
  const lines = text.split(/\r?\n/);
  return lines.some((line) => /^runtime:\s*(?:#.*)?$/.test(line)) ? fromYaml(lines) : fromExports(lines);
}

function fault(line: number, text: string): MooringError {
  const message = `fabric_rc, line ${line}: cannot read ${JSON.stringify(text.slice(0, 60))}`;
  return new MooringError(ERROR.MOORING_ERR_FABRIC_CONFIG, message, { field: `line ${line}` });
}

function fromExports(lines: readonly string[]): FabricSettings {
  const settings: Record<string, string> = {};
  for (const [at, line] of lines.entries()) {
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line);
    if (match === null) throw fault(at + 1, line);
    const value = shellValue(match[2]!);
    if (value === undefined) throw fault(at + 1, line);
    settings[nameOf(match[1]!)] = value;
  }
  return settings;
}

function shellValue(text: string): string | undefined {
  const match = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:[^\s"'#\\;&|]|\\.)*))\s*;?\s*(?:#.*)?$/.exec(text);
  if (match === null) return undefined;
  const [, double, single, bare] = match;
  if (single !== undefined) return single;
  const value = (double ?? bare ?? '').replace(/\$(?:HOME\b|\{HOME\})/g, '~').replace(/\\(.)/g, '$1');
  return /[$`]/.test(double ?? bare ?? '') && /[$`]/.test(value) ? undefined : value;
}

function fromYaml(lines: readonly string[]): FabricSettings {
  const settings: Record<string, string> = {};
  let within = false;
  for (const [at, line] of lines.entries()) {
    if (/^\s*(?:#.*)?$/.test(line) || /^---\s*$/.test(line)) continue;
    if (/^\S/.test(line)) {
      within = /^runtime:/.test(line);
      continue;
    }
    if (!within) continue;
    const match = /^\s+([A-Za-z_]\w*):\s*(?:"([^"]*)"|'([^']*)'|([^#]*?))\s*(?:#.*)?$/.exec(line);
    if (match === null) throw fault(at + 1, line);
    const [, name, double, single, bare] = match;
    settings[nameOf(name!)] = double ?? single ?? bare ?? '';
  }
  return settings;
}

/** Settings in force: what was given goes before the file, the file before the environment, that before the defaults. */
export function settingsOf(sources: {
  readonly given?: FabricSettings;
  readonly file?: FabricSettings;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}): FabricSettings {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(sources.environment ?? {})) {
    if (name.startsWith('FABRIC_') && value !== undefined && value !== '') environment[nameOf(name)] = value;
  }
  return { ...DEFAULTS, ...environment, ...sources.file, ...sources.given };
}
