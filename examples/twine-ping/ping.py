"""Twine's single-user experiment from Python, with the standard library alone.

Wants a testbed from topology.json (TWINE_TESTBED names it), WORKDIR, and bin/multi_site_twine.sh
(TWINE_SCRIPT). Makes the shared memory, starts Twine with its five arguments, waits for `start`,
pings from node 1, waits for `stop`. Prints what ping counted.
"""

import json
import os
import random
import re
import subprocess
import sys
import time
from multiprocessing import shared_memory

POLL_SECONDS = float(os.environ.get("POLL_SECONDS", "20"))
PINGS = os.environ.get("PINGS", "150")
PING_INTERVAL = os.environ.get("PING_INTERVAL", "1")


def create_shared_memory():
    while True:
        name = "SynchTwine_SU" + str(random.randrange(100))
        try:
            return name, shared_memory.SharedMemory(create=True, size=8, name=name)
        except FileExistsError:
            continue


def wait_for(word, segment, timeout=1000):
    wanted = word.encode()
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if bytes(segment.buf[: len(wanted)]) == wanted:
            return True
        time.sleep(POLL_SECONDS)
    return False


def main():
    site, port, slice_name, node, target = sys.argv[1:6]
    name, segment = create_shared_memory()
    script = os.environ["TWINE_SCRIPT"]
    os.system(f'"{script}" single_user {site} {port} "{slice_name}" "{name}" >&2')
    if not wait_for("start", segment):
        sys.exit("Twine did not say start")
    ping = subprocess.run(
        ["ip", "netns", "exec", node, "ping", "-c", PINGS, "-i", PING_INTERVAL, target],
        capture_output=True,
        text=True,
        check=True,
    )
    if not wait_for("stop", segment):
        sys.exit("Twine did not say stop")
    sent, received = re.search(r"(\d+) packets transmitted, (\d+) received", ping.stdout).groups()
    segment.close()
    segment.unlink()
    print(json.dumps({"sent": int(sent), "received": int(received)}))


main()
