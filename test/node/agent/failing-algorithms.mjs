// One algorithm that goes on, and one for each way not to: at its second report.
import { AlgBase } from '../../../dist/index.js';

const PROGRAM =
  '(def (Report (volatile acked 0))) (when true (:= Report.acked (+ Report.acked Ack.bytes_acked)) (fallthrough)) (when (> Micros 5000) (report) (:= Micros 0))';

class Base extends AlgBase {
  count = 0;
  onCreate() {
    this.datapath.install(PROGRAM, { fields: { Cwnd: 20_000 } });
  }
  onReport() {
    this.count += 1;
    if (this.count === 2) this.fail();
    this.datapath.updateField('Cwnd', 20_000 + this.count);
  }
}

const failing = (fail) =>
  class extends Base {
    fail = fail;
  };

export const good = failing(() => {});
export const throws = failing(() => {
  throw new Error('thrown');
});
export const rejects = failing(() => {
  void (async () => {
    await null;
    throw new Error('rejected');
  })();
});
export const rejectsLater = failing(() => {
  setTimeout(() => void Promise.reject(new Error('rejected later')), 30);
});
export const timer = failing(() => {
  setTimeout(() => {
    throw new Error('in a timer');
  }, 30);
});
export const exits = failing(() => process.exit(3));
export const exitsLater = failing(() => void setTimeout(() => process.exit(3), 30));
export const endless = failing(() => {
  for (;;);
});
export const endlessTimer = failing(() => {
  setTimeout(() => {
    for (;;);
  }, 30);
});
export const microtasks = failing(() => {
  const again = () => void Promise.resolve().then(again);
  again();
});
export const ticks = failing(() => {
  const again = () => process.nextTick(again);
  again();
});
export const awaits = failing(() => {
  void (async () => {
    for (;;) await null;
  })();
});
export const memory = failing(() => {
  const all = [];
  for (;;) all.push(new Array(10_000).fill(all.length));
});
export const functionMessage = failing(() => {
  throw Object.assign(new Error('x'), { message: () => 1 });
});
export const getters = failing(() => {
  throw Object.defineProperty(new Error('x'), 'stack', {
    get: () => {
      throw new Error('inner');
    },
  });
});
export const proxy = failing(() => {
  throw new Proxy(new Error('x'), {
    get: () => {
      throw new Error('inner');
    },
    getPrototypeOf: () => {
      throw new Error('inner');
    },
  });
});
export const rejectsWithFunction = failing(() => {
  void Promise.reject(Object.assign(new Error('x'), { detail: { of: () => 1, value: 1n }, code: Symbol('code') }));
});
