import type { FrameNews, FrameStart } from './protocol.js';

// The script of sandbox.html, a frame without an origin and with a policy that lets nothing out. It starts the worker that
// runs a reader's code, whose script it is handed as text, and knows nothing else; that code never runs in the frame itself.

/** A frame that has an origin obeys only a page of the same. */
function mayRun(): boolean {
  if (origin === 'null') return true;
  try {
    return parent !== window && parent.document !== null;
  } catch {
    return false;
  }
}

function tell(news: FrameNews): void {
  parent.postMessage(news, '*');
}

function start({ script }: FrameStart, port: MessagePort): void {
  try {
    const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    const worker = new Worker(url, { name: 'mooring-sandbox' });
    worker.onerror = (event) => {
      event.preventDefault();
      tell({ failed: String(event.message ?? 'it does not start').slice(0, 1000) });
    };
    // The worker has its port; what comes here is the code's, and a page must not be kept busy with it.
    worker.onmessage = () => {
      worker.terminate();
      tell('flooded');
    };
    worker.postMessage(null, [port]);
  } catch (error) {
    tell({ failed: (error as Error).message });
  }
}

addEventListener(
  'message',
  ({ source, data, ports }: MessageEvent<FrameStart>) => {
    const [port] = ports;
    if (source === parent && port && mayRun()) start(data, port);
  },
  { once: true },
);
tell('ready');
