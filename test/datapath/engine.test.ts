import { afterEach, expect, test, vi } from 'vitest';
import { instantiateDatapath, readOutput, writeInput } from '../../src/core/index.js';
import { Datapath } from '../../src/datapath/index.js';
import { OP } from '../../src/generated/isa.js';
import * as p from './programs.js';

const FLOW = { initCwnd: 14480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };
const adding = p.program([], p.always([OP.ADD, p.cwnd, p.primitive(0), p.imm(1)]));

afterEach(() => {
  vi.unstubAllGlobals();
});

test('where compiling is refused, programs run on the interpreter, and the datapath says so', () => {
  const datapath = new Datapath();
  datapath.startFlow(FLOW, 0);
  // What a content-security policy without 'wasm-unsafe-eval' does to a page.
  const refusal = new WebAssembly.CompileError('Wasm code generation disallowed by embedder');
  class Refused {
    constructor() {
      throw refusal;
    }
  }
  vi.stubGlobal('WebAssembly', { ...WebAssembly, Module: Refused, Instance: WebAssembly.Instance });
  expect(datapath.engine).toBe('jit');
  datapath.handle(p.install(1, adding), 0);
  datapath.handle(p.changeTo(1), 0);
  expect(datapath.engine).toBe('interpreter');
  expect(datapath.engineWarning).toMatchObject({ code: 'MOORING_ERR_WASM_UNAVAILABLE', cause: refusal });
  expect(datapath.invoke(1, { bytesAcked: 5 }, 0)).toMatchObject({ code: 0, cwndBytes: 6 });
});

test('a program is compiled once, whatever number of flows runs it', () => {
  const modules = vi.fn();
  const { Module, Instance } = WebAssembly;
  const datapath = new Datapath();
  class Counted extends Module {
    constructor(bytes: BufferSource) {
      super(bytes);
      modules();
    }
  }
  vi.stubGlobal('WebAssembly', { ...WebAssembly, Module: Counted, Instance });
  datapath.handle(p.install(1, adding), 0);
  for (let sockId = 1; sockId <= 50; sockId += 1) {
    datapath.startFlow(FLOW, 0);
    datapath.handle(p.changeTo(1, [], sockId), 0);
    expect(datapath.invoke(sockId, { bytesAcked: sockId }, 0).cwndBytes).toBe(sockId + 1);
  }
  expect(modules).toHaveBeenCalledTimes(1);
});

test('events that share instructions beyond measure stay with the interpreter, with the same result', () => {
  const count = [OP.ADD, p.report(0), p.report(0), p.imm(1)] as const;
  const instructions = [p.def(p.report(0), 0), p.bind(p.flag, p.imm(1)), p.bind(p.shouldContinue, p.imm(1))];
  const body = new Array(200).fill(count);
  const last = [p.bind(p.cwnd, p.report(0))];
  const rows = p.rawRows([...new Array(254).fill([1, 1, 2, 201]), [1, 1, 203, 1]], [...instructions, ...body, ...last]);
  expect(emit(rows).code).toBe(1);
  const datapath = new Datapath();
  datapath.startFlow(FLOW, 0);
  expect(datapath.handle(p.install(1, rows), 0)).toBe(0);
  datapath.handle(p.changeTo(1), 0);
  expect(datapath.invoke(1, {}, 0).cwndBytes).toBe(254 * 200);
  expect(datapath.engine).toBe('jit');
});

test('an emitted module imports the memory and nothing else', () => {
  const module = new WebAssembly.Module(emit(adding).bytes);
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'mooring', name: 'memory', kind: 'memory' }]);
  expect(WebAssembly.Module.exports(module)).toEqual([{ name: 'run', kind: 'function' }]);
});

function emit({ rows, events, instructions }: p.Rows) {
  const wasm = instantiateDatapath();
  writeInput(wasm, rows);
  return { code: wasm.jitEmitRows(events, instructions), bytes: readOutput(wasm) };
}
