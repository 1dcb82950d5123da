import { describe, expect, it } from 'vitest';
import {
  AlgBase,
  createFlowHandler,
  type DatapathInfo,
  declaredPrograms,
  type FlowControl,
} from '../../src/algorithms/index.js';

const info: DatapathInfo = {
  sockId: 1,
  address: '',
  initCwnd: 14480,
  mss: 1448,
  srcIp: 1,
  srcPort: 2,
  dstIp: 3,
  dstPort: 4,
};
const datapath = { sockId: 1 } as FlowControl;

class Plain extends AlgBase {
  cwnd = this.datapathInfo.initCwnd;
  override onReport(): void {}
}

describe('the contract of an algorithm', () => {
  it('knows its flow in its constructor and field initialisers', () => {
    const flow = createFlowHandler(Plain, datapath, info) as Plain;
    expect(flow.cwnd).toBe(14480);
    expect(flow.datapath).toBe(datapath);
  });

  it('cannot be made without a flow, nor leave one behind for the next', () => {
    expect(() => new (Plain as unknown as new () => Plain)()).toThrowError(/made by an agent/);
    class Twice extends AlgBase {
      override onReport(): void {}
      other = new Plain();
    }
    expect(() => createFlowHandler(Twice, datapath, info)).toThrowError(/made by an agent/);
    expect(() => new Plain()).toThrowError(/made by an agent/);
  });

  it('gives a class of its own making the same properties', () => {
    class Duck {
      datapath?: FlowControl;
      onReport(): void {}
    }
    expect((createFlowHandler(Duck, datapath, info) as Duck).datapath).toBe(datapath);
    expect(() => new Plain()).toThrowError(/made by an agent/);
  });

  it('finds declared programs on the class, on its instances and on an object', () => {
    class OnClass extends Plain {
      static datapathPrograms() {
        return { a: 'A' };
      }
    }
    class OnInstance extends Plain {
      override datapathPrograms() {
        return { b: 'B' };
      }
    }
    const object = { datapathPrograms: () => ({ c: 'C' }), newFlow: () => ({ onReport() {} }) };
    expect([OnClass, OnInstance, object, Plain].map(declaredPrograms)).toEqual([
      { a: 'A' },
      { b: 'B' },
      { c: 'C' },
      {},
    ]);
  });
});
