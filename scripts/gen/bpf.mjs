import { layout, under } from './layout.mjs';
import { cHeader, constants, header, objects } from './text.mjs';

export function outputs(bpf, { isa }) {
  const counts = {
    IMPLICIT: isa.limits.IMPLICIT_REGISTERS,
    PRIMITIVE: isa.limits.PRIMITIVE_REGISTERS,
    SEND: bpf.send.length,
    LOCAL: isa.limits.VM_LOCAL_REGISTERS,
    TMP: isa.limits.VM_TMP_REGISTERS,
    REPORT: isa.limits.VM_REPORT_REGISTERS,
    CONTROL: isa.limits.VM_CONTROL_REGISTERS,
  };
  const offsets = {};
  let end = 0;
  for (const kind of bpf.registers) {
    offsets[kind] = end;
    end += 8 * counts[kind];
  }
  const send = Object.fromEntries(bpf.send.map((name, index) => [`SEND_${name}`, offsets.SEND + 8 * index]));
  const head = layout('spec/bpf.json: head', bpf.head);
  const reset = layout('spec/bpf.json: reset', bpf.reset);
  const groups = [
    ['BPF_OFFSET', { ...offsets, ...send }],
    ['BPF_BYTES', { REGISTERS: end, HEAD: head.end, RESET: reset.end, INSTRUCTION: 8 }],
    ['BPF_AT', { ...under('HEAD', head.at), ...under('RESET', reset.at) }],
    ['BPF_LIMIT', bpf.limits],
    ['BPF', bpf.opcodes],
  ];
  return {
    'wasm/generated/bpf.ts': header('bpf') + constants(groups),
    'src/generated/bpf.ts': header('bpf') + objects(groups),
    'helper/include/generated/bpf.h': cHeader('bpf', groups),
  };
}
