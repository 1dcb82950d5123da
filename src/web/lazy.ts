import { append } from './dom.js';
import { installViewStyles } from './styles.js';
import type { View, ViewContext, ViewHandle } from './view.js';

// Views that are fetched when a run has something for them: a page loads its first picture without.

/** What a view is, besides its name, its key and what it needs. */
export type ViewParts = Pick<View, 'mount' | 'table' | 'describe' | 'scene'>;

/** A view whose parts come by `load`, once. */
export function lazyView(entry: Pick<View, 'id' | 'title' | 'key' | 'needs'>, load: () => Promise<ViewParts>): View {
  return {
    ...entry,
    mount: (host, context) => lazyMount(async () => (await load()).mount, entry.title)(host, context),
    table: async (run, state) => (await load()).table(run, state),
    describe: async (run, state) => (await load()).describe(run, state),
    scene: async (run, state, size) => (await load()).scene(run, state, size),
  };
}

/** The same of what is mounted only. Where it cannot be fetched its place says so. */
export function lazyMount(load: () => Promise<View['mount']>, title: string): View['mount'] {
  return (host: HTMLElement, context: ViewContext): ViewHandle => {
    installViewStyles();
    const place = append(host, 'div', 'view-coming');
    let { run } = context;
    let closed = false;
    let handle: ViewHandle | undefined;
    load().then(
      (mount) => {
        if (closed) return;
        place.remove();
        handle = mount(host, { ...context, run });
      },
      (error: Error) => {
        place.textContent = `${title} could not be fetched: ${error.message}`;
      },
    );
    return {
      element: place,
      show(next) {
        run = next;
        handle?.show(next);
      },
      close() {
        closed = true;
        place.remove();
        handle?.close();
      },
    };
  };
}
