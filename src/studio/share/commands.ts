import type { Command } from '../command.js';
import { freezeLive } from '../live/state.js';
import { busy, run } from '../session.js';
import { dialog } from '../ui-state.js';
import { calibrateShown, whyNoCalibration } from './calibrate.js';
import { isCompared, pinned, pinShown, unpin, whyNoSeeds } from './compare.js';
import { compareSeeds, SEEDS } from './seeds.js';
import { sharedFile, whyNotShared } from './share.js';

/** What can be sent and compared. */
export function shareCommands(save: (name: string, content: string) => void): readonly Command[] {
  return [
    {
      ...{ id: 'share.link', title: 'Share: a link to exactly this', keys: 's' },
      barred: () => (busy.value ? 'something runs' : whyNotShared()),
      act: () => dialog('share'),
    },
    {
      ...{ id: 'share.file', title: 'Save all of this as a file of the studio' },
      barred: () => (busy.value ? 'something runs' : whyNotShared()),
      act: async () => save('studio.mooring.json', await sharedFile()),
    },
    {
      ...{ id: 'compare.pin', title: 'Pin this run, to lay the next over it', keys: 'p' },
      barred: () => (run.value.sweep ? 'a sweep is compared in its own views: open one of its runs' : undefined),
      act: () => {
        // What is pinned stays as it is.
        freezeLive();
        return pinned.value && !isCompared() ? unpin() : pinShown();
      },
    },
    {
      ...{ id: 'compare.unpin', title: 'Take the pinned run away', keys: 'Shift+P' },
      barred: () => (pinned.value ? undefined : 'none is pinned'),
      act: unpin,
    },
    {
      ...{ id: 'compare.calibrate', title: 'Calibrate: simulate the path of this capture, over it', keys: 'c' },
      barred: () => (busy.value ? 'something runs' : whyNoCalibration()),
      act: calibrateShown,
    },
    {
      ...{ id: 'compare.seeds', title: `Compare both over ${SEEDS} seeds, with intervals` },
      barred: () => (busy.value ? 'something runs' : whyNoSeeds()),
      act: compareSeeds,
    },
  ];
}
