"""The shared memory in which a program and Twine tell each other when a capture starts and stops.

    name, segment = create_sharedmem()
    os.system(f'./multi_site_twine.sh single_user {site} {port} "{slice_name}" "{name}"')
    synch_twine("start", segment)
    ...                              # the experiment
    synch_twine("stop", segment)
    remove_sharedmem(segment)

Of the segment's eight bytes five carry the word, `start` or `stop`. The others are one writer's each:

    5  heartbeat of the session: counts up each second, 0 before it has begun
    6  its status: 0 at work, 1 ended, 2 failed
    7  1 once the program has let go; whoever is last removes the segment
"""

import random
import sys
import time
from multiprocessing import resource_tracker, shared_memory

PREFIX = "SynchTwine_SU"
SEGMENTS = 100
SEGMENT_BYTES = 8

HEARTBEAT, STATUS, USER_DONE = 5, 6, 7
ENDED, FAILED = 1, 2

POLL_SECONDS = 0.2
# A heart that has beaten and stands still so long has stopped: its session was killed.
HEARTBEAT_LOST_SECONDS = 5.0

__all__ = ["create_sharedmem", "synch_twine", "remove_sharedmem"]


def create_sharedmem():
    """Makes a segment of zeros, for this user alone. Gives its name and the segment."""
    first = random.randrange(SEGMENTS)
    for turn in range(SEGMENTS):
        name = PREFIX + str((first + turn) % SEGMENTS)
        try:
            return name, shared_memory.SharedMemory(create=True, size=SEGMENT_BYTES, name=name)
        except FileExistsError:
            continue
    raise FileExistsError(f"{PREFIX}0 to {PREFIX}{SEGMENTS - 1} exist; remove those nobody uses from /dev/shm")


def synch_twine(word, segment, timeout=1000):
    """Waits until Twine says `word`, at most `timeout` seconds.

    Gives "signal" when it has, "timeout" when time ran out, and "failed" when the session has failed or was
    killed, which is known within seconds. What is not "signal" is said on standard error too, since a program
    written for the original looks at nothing that is given back.
    """
    result = _wait(word.encode(), segment.buf, time.monotonic() + timeout)
    if result != "signal":
        print(f'twine_shm: no "{word}" from Twine: {result}', file=sys.stderr)
    return result


def remove_sharedmem(segment):
    """Lets go of the segment. It is removed when Twine is done with it too; once more is well."""
    if segment.buf is None:
        return
    segment.buf[USER_DONE] = 1
    at_work = segment.buf[HEARTBEAT] != 0 and segment.buf[STATUS] not in (ENDED, FAILED)
    segment.close()
    if at_work:
        # Twine removes it; else this process would at its end, with a complaint about a leak.
        resource_tracker.unregister("/" + segment.name.lstrip("/"), "shared_memory")
        return
    try:
        segment.unlink()
    except FileNotFoundError:
        resource_tracker.unregister("/" + segment.name.lstrip("/"), "shared_memory")


def _wait(word, memory, end):
    beat = 0
    beat_at = time.monotonic()
    while True:
        now = time.monotonic()
        if memory[STATUS] == FAILED:
            return "failed"
        if bytes(memory[: len(word)]) == word:
            return "signal"
        if memory[STATUS] == ENDED:
            return "failed"
        if memory[HEARTBEAT] != beat:
            beat, beat_at = memory[HEARTBEAT], now
        elif beat != 0 and now - beat_at > HEARTBEAT_LOST_SECONDS:
            return "failed"
        if now >= end:
            return "timeout"
        time.sleep(min(POLL_SECONDS, max(0.0, end - now)))
