import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { MooringError } from '../../src/base/index.js';
import { errorFromValue, errorToValue, openRemote, serve, threadGone } from '../../src/client/index.js';

type Api = { fail(how: string): number; never(): Promise<number>; add(a: number, b: number): number };

function pair() {
  const { port1, port2 } = new MessageChannel();
  serve(
    {
      add: (a: number, b: number) => a + b,
      never: () => new Promise<number>(() => {}),
      fail(how: string): number {
        if (how === 'ours')
          throw new MooringError('MOORING_ERR_BAD_ARGUMENT', 'not that', { argument: 'how', list: [1] });
        if (how === 'function') throw new MooringError('MOORING_ERR_BAD_ARGUMENT', 'not that', { call: () => {} });
        if (how === 'system') throw Object.assign(new Error('no file'), { code: 'ENOENT' });
        throw how;
      },
    },
    port1 as never,
  );
  const remote = openRemote<Api>(port2 as never);
  return { ...remote, close: () => port1.close() };
}

describe('calls to another thread', () => {
  it('bring back values and errors, with code and detail', async () => {
    const { api, close } = pair();
    expect(await api.add(1, 2)).toBe(3);
    const ours = await api.fail('ours').catch((error) => error);
    expect(ours).toBeInstanceOf(MooringError);
    expect(ours).toMatchObject({
      name: 'MooringError',
      code: 'MOORING_ERR_BAD_ARGUMENT',
      message: 'not that',
      detail: { argument: 'how', list: [1] },
    });
    await expect(api.fail('function')).rejects.toMatchObject({ code: 'MOORING_ERR_BAD_ARGUMENT' });
    await expect(api.fail('system')).rejects.toMatchObject({ code: 'ENOENT', message: 'no file' });
    await expect(api.fail('text')).rejects.toMatchObject({ message: 'text' });
    close();
  });

  it('are rejected when it dies, those that wait and those that come', async () => {
    const { api, end, close } = pair();
    const waiting = [api.never(), api.never()];
    end(threadGone('worker 7', 'it was killed'));
    for (const call of [...waiting, api.add(1, 2)]) {
      await expect(call).rejects.toMatchObject({
        code: 'MOORING_ERR_THREAD_GONE',
        detail: { who: 'worker 7', why: 'it was killed' },
      });
    }
    close();
  });

  it('carry any error as a value and back', () => {
    for (const error of [
      new TypeError('a'),
      new MooringError('MOORING_ERR_WASM_TRAP', 'b', { c: 1 }),
      'd',
      undefined,
      { e: 1 },
    ]) {
      const back = errorFromValue(structuredClone(errorToValue(error)));
      expect(back).toBeInstanceOf(Error);
      if (error instanceof Error) expect(back).toMatchObject({ name: error.name, message: error.message });
    }
  });

  it('say in words what was thrown where it is no error, and keep an error its own stack', () => {
    const words = [undefined, { e: 1 }, 'd', 5, 2n, null].map((thrown) => errorToValue(thrown).message);
    expect(words).toEqual(['undefined', '{"e":1}', 'd', '5', '[object BigInt]', 'null']);
    expect(errorFromValue({ name: 'Error', message: 'a', stack: 'where it was thrown' }).stack).toBe(
      'where it was thrown',
    );
    expect(errorFromValue({ name: 'Error', message: 'a' }).stack).toMatch(/remote\.test/);
    const coded = errorFromValue({ name: 'Error', message: 'a', code: 'ENOENT', detail: { path: 'x' } });
    expect(coded).not.toBeInstanceOf(MooringError);
    expect(coded).toMatchObject({ code: 'ENOENT', detail: { path: 'x' } });
    expect(errorToValue(Object.assign(new Error('a'), { code: 5 }))).not.toHaveProperty('code');
  });

  it('let go of the other side when they end, whichever end comes first, and the first reason stands', async () => {
    const { port1, port2 } = new MessageChannel();
    serve({ add: (a: number, b: number) => a + b }, port1 as never);
    const { api, end } = openRemote<Api>(port2 as never);
    const released = new Promise((resolve) => port1.on('close', resolve));
    end(threadGone('worker 1', 'it was closed'));
    end(threadGone('worker 1', 'it is closed already'));
    await released;
    await expect(api.add(1, 2)).rejects.toMatchObject({ detail: { why: 'it was closed' } });
  });
});
