import { MooringError } from '../base/index.js';
import { ERROR } from '../generated/errors.js';
import { shellWords } from './shell-words.js';

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
 * it is run: of variables those are put in that a line before has set, and `$HOME`, as `~`.
 *
 * @throws MooringError ERROR.FABRIC_CONFIG with `detail.field`, the line's number, where a line is neither.
 */
export function parseFabricRc(text: string): FabricSettings {
  // Editors of Windows put a byte order mark before a file, and a carriage return behind each line.
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return lines.some((line) => /^runtime:\s*(?:#.*)?$/.test(line)) ? fromYaml(lines) : fromExports(lines);
}

function fault(line: number, text: string, why?: string): MooringError {
  const message = `fabric_rc, line ${line}: cannot read ${JSON.stringify(text.slice(0, 60))}${why ? `: ${why}` : ''}`;
  return new MooringError(ERROR.MOORING_ERR_FABRIC_CONFIG, message, { field: `line ${line}` });
}

function fromExports(lines: readonly string[]): FabricSettings {
  const values = new Map([['HOME', '~']]);
  for (const [at, line] of lines.entries()) {
    const words = shellWords(line, (name) => values.get(name));
    if (!Array.isArray(words)) throw fault(at + 1, line, words);
    const [first, ...rest] = words;
    const exported = first === 'export';
    for (const word of exported ? rest : words) {
      const [, name, value] = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(word) ?? [];
      // A name without a value is one that was set before.
      if (name === undefined || (value === undefined && !exported)) throw fault(at + 1, line);
      if (value !== undefined) values.set(name, value);
    }
  }
  values.delete('HOME');
  return Object.fromEntries([...values].map(([name, value]) => [nameOf(name), value]));
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
