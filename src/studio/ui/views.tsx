import { computed, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { allViews, mountBrush, mountSweepBar, type View, type ViewHandle } from '../../web/index.js';
import { run, showRange, views } from '../session.js';
import { isWhole, openConnection } from '../sources/captures.js';
import { opening } from '../sources/opening.js';

/** Why each view is not here, or that it is; a run that grows says the same again. */
const needs = computed(() => JSON.stringify(allViews().map((view) => view.needs(run.value))));

const isSweep = computed(() => run.value.sweep !== undefined);

/** Every view that the run has something for, and why the others are not here. */
export function Views() {
  const known = JSON.parse(needs.value) as readonly (true | string)[];
  const told = allViews().map((view, i) => ({ view, needs: known[i] }));
  const absent = told.filter(({ needs }) => needs !== true);
  return (
    <>
      <Brush key={isSweep.value ? 'runs' : 'time'} />
      {told
        .filter(({ needs }) => needs === true)
        .map(({ view }) => (
          <Mounted key={view.id} mount={view.mount} place="mounted" />
        ))}
      {absent.length > 0 && (
        <details class="absent">
          <summary>Views that this run has nothing for</summary>
          <ul>
            {absent.map(({ view, needs }) => (
              <li key={view.id}>
                {view.title}: {needs}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** The whole time and what is shown of it, or all runs and which of them are; it stays in sight. */
function Brush() {
  return <Mounted mount={isSweep.value ? mountSweepBar : mountBrush} place="brush" />;
}

/** A view is no component: it is given its place once, and each run as it comes. */
function Mounted({ mount, place }: { readonly mount: View['mount']; readonly place: string }) {
  const host = useRef<HTMLDivElement>(null);
  const handle = useRef<ViewHandle>(null);
  useEffect(() => {
    handle.current = mount(host.current!, {
      run: run.peek(),
      state: views,
      onRange: showRange,
      onFlow: (flow) => {
        if (isWhole(run.peek())) void openConnection(flow);
      },
      onRun: (at) => {
        const { sweep } = run.peek();
        if (sweep) void opening().then(({ openRun }) => openRun(sweep, at));
      },
    });
    return () => handle.current?.close();
  }, [mount]);
  useSignalEffect(() => handle.current?.show(run.value));
  return <div ref={host} class={place} />;
}
