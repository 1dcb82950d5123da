# Carries frames between two interfaces, and drops every hundredth of those from the first to the second that carry TCP
# payload. Says `ready`, and at the end of its input how many it dropped.
import select
import socket
import struct
import sys

SOL_PACKET, PACKET_OUTGOING = 263, 4


def opened(name):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
    sock.bind((name, 3))
    return sock


def payload(frame):
    if frame[12:14] != b"\x08\x00" or frame[23] != 6:
        return 0
    head = (frame[14] & 15) * 4
    total = struct.unpack("!H", frame[16:18])[0]
    return total - head - (frame[14 + head + 12] >> 4) * 4


a, b = opened(sys.argv[1]), opened(sys.argv[2])
print("ready", flush=True)
seen = dropped = 0
while True:
    readable = select.select([a, b, sys.stdin], [], [])[0]
    if sys.stdin in readable:
        break
    for source, target in ((a, b), (b, a)):
        if source not in readable:
            continue
        frame, address = source.recvfrom(65536)
        if address[2] == PACKET_OUTGOING:
            continue
        if source is a and payload(frame) > 0:
            seen += 1
            if seen % 100 == 50:
                dropped += 1
                continue
        target.send(frame)
print(dropped, flush=True)
