// An agent of a few lines, over bytes as any other: installs one program and sets what a rule says.
import { compileOrThrow } from '../../src/program/index.js';
import type { AgentPort } from '../../src/sim/index.js';
import { decodeMessages, encodeMessage, type FieldUpdate, type Message } from '../../src/wire/index.js';

const CWND = { registerType: 2, index: 4 };

export interface Heard {
  readonly atUs: number;
  readonly message: Message;
}

/** A port that runs `text` on every flow, notes what it hears, and sets Cwnd where `rule` gives a number for a report. */
export function datapathAgent(
  text: string,
  rule: (fields: readonly (number | bigint)[], sid: number) => number | undefined = () => undefined,
): AgentPort & { readonly heard: Heard[] } {
  const program = compileOrThrow(text);
  const heard: Heard[] = [];
  return {
    heard,
    handle(bytes, nowUs) {
      const answers: Uint8Array[] = [];
      for (const decoded of decodeMessages(bytes)) {
        if (!decoded.ok) throw new Error(decoded.message);
        const { message } = decoded;
        heard.push({ atUs: nowUs, message });
        if (message.type === 'ready') {
          const { uid: programUid, events, instructions } = program;
          answers.push(
            encodeMessage({ type: 'install', sid: 0, programUid, events, instructions, rows: program.rows() }),
          );
        } else if (message.type === 'create') {
          answers.push(encodeMessage({ type: 'changeProg', sid: message.sid, programUid: program.uid, updates: [] }));
        } else if (message.type === 'measure' && message.programUid !== 0) {
          const cwnd = rule(message.fields, message.sid);
          if (cwnd === undefined) continue;
          const update: FieldUpdate = { ...CWND, value: Math.round(cwnd) };
          answers.push(encodeMessage({ type: 'updateField', sid: message.sid, updates: [update] }));
        }
      }
      return answers;
    },
  };
}
