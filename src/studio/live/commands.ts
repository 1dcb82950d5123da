import type { Command } from '../command.js';
import { following } from '../session.js';
import { isServed } from '../sources/disk.js';
import { dialog } from '../ui-state.js';
import { freezeLive, isLiveShown, leaveAgent, liveStatus, showLive } from './state.js';

/** What can be done with a running agent. */
export function liveCommands(): readonly Command[] {
  const isWatched = (): string | undefined => (liveStatus.value ? undefined : 'no agent is watched');
  return [
    {
      ...{ id: 'agent.open', title: 'Watch a running agent' },
      barred: () => (isServed() ? undefined : 'this page is served by others: mooring studio --agent ADDRESS'),
      act: () => dialog('agent'),
    },
    { ...{ id: 'agent.close', title: 'Watch the agent no longer' }, barred: isWatched, act: leaveAgent },
    {
      ...{ id: 'agent.freeze', title: 'Freeze: what was seen of the agent, as a run that stays', keys: 'f' },
      barred: () => isWatched() ?? (isLiveShown() ? undefined : 'the agent is not shown'),
      act: freezeLive,
    },
    {
      ...{ id: 'agent.follow', title: 'Follow the newest time of the agent', keys: 'n' },
      barred: () => isWatched() ?? (isLiveShown() && following.value ? 'it is followed' : undefined),
      act: showLive,
    },
  ];
}
