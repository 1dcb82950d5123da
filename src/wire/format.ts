import { IMPLICIT, REG } from '../generated/isa.js';
import type { FieldUpdate, Message } from './types.js';

/** The names of a program's registers; `Scope` of the compiler is one. */
export interface MessageNames {
  /** Report registers in index order. */
  readonly reports: ReadonlyArray<{ readonly name: string }>;
  readonly controls: ReadonlyArray<{ readonly name: string; readonly index: number }>;
}

/**
 * One line for people: what `agent --debug` prints. With the names of the flow's program, fields
 * are named; without them they are numbered.
 *
 * @example
 * ```ts
 * formatMessage({ type: 'updateField', sid: 1, updates: [{ registerType: 2, index: 4, value: 42 }] });
 * // UPDATE_FIELD sid 1: Cwnd = 42
 * ```
 */
export function formatMessage(message: Message, names?: MessageNames): string {
  switch (message.type) {
    case 'ready':
      return `READY datapath ${message.id}`;
    case 'create': {
      const from = `${formatIp(message.srcIp)}:${message.srcPort}`;
      const to = `${formatIp(message.dstIp)}:${message.dstPort}`;
      const algorithm = message.congAlg === undefined ? '' : ` congAlg ${JSON.stringify(message.congAlg)}`;
      return `CREATE sid ${message.sid}: ${from} > ${to} initCwnd ${message.initCwnd} B mss ${message.mss} B${algorithm}`;
    }
    case 'measure': {
      if (message.programUid === 0 && message.fields.length === 0) return `MEASURE sid ${message.sid}: closed`;
      const fields = message.fields.map((value, index) => `${names?.reports[index]?.name ?? `[${index}]`} = ${value}`);
      return `MEASURE sid ${message.sid} program ${message.programUid}: ${list(fields)}`;
    }
    case 'install':
      return `INSTALL program ${message.programUid}: ${message.events} events, ${message.instructions} instructions`;
    case 'updateField':
      return `UPDATE_FIELD sid ${message.sid}: ${formatUpdates(message.updates, names)}`;
    case 'changeProg':
      return `CHANGEPROG sid ${message.sid} program ${message.programUid}: ${formatUpdates(message.updates, names)}`;
  }
}

function formatUpdates(updates: readonly FieldUpdate[], names: MessageNames | undefined): string {
  return list(updates.map((update) => `${formatRegister(update, names)} = ${update.value}`));
}

function formatRegister({ registerType, index }: FieldUpdate, names: MessageNames | undefined): string {
  if (registerType === REG.IMPLICIT && index === IMPLICIT.CWND) return 'Cwnd';
  if (registerType === REG.IMPLICIT && index === IMPLICIT.RATE) return 'Rate';
  const isControl = registerType === REG.CONTROL || registerType === REG.CONTROL_VOLATILE;
  const name = isControl ? names?.controls.find((control) => control.index === index)?.name : undefined;
  return name ?? (isControl ? `control[${index}]` : `register type ${registerType} [${index}]`);
}

function list(parts: readonly string[]): string {
  return parts.length === 0 ? 'no fields' : parts.join(', ');
}

/** Addresses stand in a CREATE as the socket holds them, so the byte in front is the network's first. */
function formatIp(ip: number): string {
  return [ip & 0xff, (ip >>> 8) & 0xff, (ip >>> 16) & 0xff, ip >>> 24].join('.');
}
