"""Multipath TCP by the kernel: `server N` answers N connections, `client BYTES` sends that much and reads the answer."""
import socket
import sys
import time

IPPROTO_MPTCP = 262
SERVER = ("10.77.1.2", 5000)
ANSWER = 12345


def whole(connection):
    total = 0
    while part := connection.recv(1 << 16):
        total += len(part)
    return total


stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM, IPPROTO_MPTCP)
if sys.argv[1] == "server":
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    stream.bind(SERVER)
    stream.listen(8)
    print("ready", flush=True)
    for _ in range(int(sys.argv[2])):
        connection, _ = stream.accept()
        print(whole(connection), flush=True)
        connection.sendall(bytes(ANSWER))
        connection.close()
else:
    stream.connect(SERVER)
    stream.sendall(b"hello")
    # The other subflow is there before most of the data is.
    time.sleep(0.5)
    stream.sendall(bytes(int(sys.argv[2])))
    stream.shutdown(socket.SHUT_WR)
    print(whole(stream), flush=True)
