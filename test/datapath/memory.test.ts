import { afterEach, describe, expect, it } from 'vitest';
import { Datapath, type FlowHandle, MooringError, openCapture, simulate } from '../../src/index.js';
import { frame, pcap } from '../capture/build.js';

// The module's memory can grow to 4 GiB, which a test cannot fill: what is left is taken away from it here, unwritten, so
// that its own next request is the one the engine refuses.
const { Instance } = WebAssembly;
let made: WebAssembly.Memory[] = [];
class Watched extends Instance {
  constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
    super(module, imports);
    const { memory } = this.exports;
    if (memory instanceof WebAssembly.Memory) made.push(memory);
  }
}
afterEach(() => {
  WebAssembly.Instance = Instance;
  made = [];
});

function exhaust(memory: WebAssembly.Memory): void {
  for (let pages = 65_536; pages >= 1; pages = Math.floor(pages / 2)) {
    try {
      for (;;) memory.grow(pages);
    } catch {
      // As large a step is not to be had any more.
    }
  }
}

/** Every instance made from here on has what memory it began with. */
function fromTheStart(): void {
  WebAssembly.Instance = class extends Watched {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      for (const memory of made.splice(0)) exhaust(memory);
    }
  } as typeof Instance;
}

function watched<T>(work: () => T): T {
  WebAssembly.Instance = Watched as typeof Instance;
  return work();
}

const info = { initCwnd: 14_480, mss: 1448, srcIp: 1, srcPort: 1, dstIp: 2, dstPort: 2 };
const thrown = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('a Datapath whose memory is exhausted', () => {
  it('throws MOORING_ERR_WASM_TRAP that says what to do, now and from then on; its flows have ended; others go on', () => {
    const datapath = watched(() => new Datapath({ maxFlows: 1_000_000 }));
    const other = new Datapath();
    const flows: FlowHandle[] = [];
    exhaust(made[0]!);
    let error: unknown;
    while (!error) error = thrown(() => flows.push(datapath.flow(datapath.startFlow(info, 0).sockId)));
    expect(error).toBeInstanceOf(MooringError);
    expect(error).toMatchObject({
      code: 'MOORING_ERR_WASM_TRAP',
      message: expect.stringMatching(/^WebAssembly stopped with \d+ MiB of memory taken: .*fewer flows.*maxFlows/),
      detail: { memoryBytes: expect.any(Number) },
      cause: expect.any(Error),
    });
    expect((error as MooringError).detail['memoryBytes']).toBeGreaterThan(2 ** 31);
    // What fitted before was served.
    expect(flows.length).toBeGreaterThan(0);
    for (const flow of flows) expect(flow.invoke(1)).toBe(-12);
    for (const call of [
      () => datapath.startFlow(info, 1),
      () => datapath.handle(new Uint8Array(8), 1),
      () => datapath.invoke(1, {}, 1),
      () => datapath.trace(1, {}, 1),
      () => datapath.endFlow(1, 1),
      () => datapath.sendFailed(new Uint8Array(12), 1),
      () => datapath.outbox(),
      () => datapath.ready(),
      () => datapath.flow(1),
      () => datapath.isInFallback(1),
    ]) {
      expect(thrown(call)).toBe(error);
    }
    expect(other.startFlow(info, 0).sockId).toBe(1);
  });

  it('throws the same for a message it has no room for', () => {
    const datapath = watched(() => new Datapath());
    exhaust(made[0]!);
    let error: unknown;
    // A larger message than any before needs a larger place each time.
    for (let bytes = 1 << 12; !error && bytes <= 1 << 26; bytes *= 2) {
      error = thrown(() => datapath.handle(new Uint8Array(bytes), 0));
    }
    expect(error).toMatchObject({ code: 'MOORING_ERR_WASM_TRAP' });
  });
});

describe('a simulation whose memory is exhausted', () => {
  it('throws MOORING_ERR_WASM_TRAP that says what to do', () => {
    fromTheStart();
    expect(() =>
      simulate({ rate: '100Mbit', duration: '60s', flows: [{ algorithm: 'builtin:cubic', count: 64 }] }),
    ).toThrow(
      expect.objectContaining({
        code: 'MOORING_ERR_WASM_TRAP',
        message: expect.stringMatching(/this simulation is over\. Simulate fewer flows/),
      }),
    );
  });
});

describe('a pass over a capture whose memory is exhausted', () => {
  it('rejects with MOORING_ERR_WASM_TRAP that says what to do', async () => {
    const packets = Array.from({ length: 20_000 }, (_, i) => ({
      us: i,
      bytes: frame({ flags: 'S', srcPort: 1024 + i, options: [2, 4, 5, 180] }),
    }));
    const capture = await openCapture(pcap(packets));
    fromTheStart();
    await expect(capture.analyse()).rejects.toMatchObject({
      code: 'MOORING_ERR_WASM_TRAP',
      message: expect.stringMatching(/keep less of the capture: a filter/),
    });
  });
});
