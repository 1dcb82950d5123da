import * as v from 'valibot';
import type { Instant } from '../../sim/index.js';

// An instant as a sandbox tells it. Whatever code may have made of it, it is of this shape or refused.

const text = v.pipe(v.string(), v.maxLength(4000));
const u64 = v.union([v.number(), v.bigint()]);
const named = v.pipe(v.array(v.object({ name: text, value: u64 })), v.maxLength(500));
const number = v.number();

const report = v.object({
  timeUs: number,
  fields: named,
  sets: named,
  messages: v.pipe(v.array(text), v.maxLength(500)),
  notes: named,
  failure: v.nullable(text),
});
const range = v.object({
  ...{ start: number, end: number, line: number, column: number, endLine: number, endColumn: number },
});
const ack = v.object({
  timeUs: number,
  code: number,
  source: v.pipe(v.string(), v.maxLength(1 << 20)),
  inputs: named,
  cwndBytes: v.nullable(number),
  rateBytesPerSecond: v.nullable(number),
  reported: v.boolean(),
  steps: v.pipe(
    v.array(
      v.object({
        event: number,
        part: v.picklist(['condition', 'body']),
        instruction: number,
        text,
        range: v.nullable(range),
        left: u64,
        right: u64,
        result: u64,
      }),
    ),
    v.maxLength(10_000),
  ),
});
const instant = v.object({
  atUs: number,
  flows: v.pipe(
    v.array(
      v.object({
        flow: number,
        limit: v.picklist([
          ...(['none', 'application', 'receive-window', 'congestion-window', 'recovery', 'pacing', 'startup'] as const),
        ]),
        report: v.nullable(report),
      }),
    ),
    v.maxLength(64),
  ),
  ack: v.nullable(ack),
});

export function readInstant(value: unknown): Instant {
  return v.parse(instant, value);
}
