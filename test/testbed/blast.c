// Sends UDP datagrams at a bounded rate for a bounded count, many a system call:
//   blast ADDRESS PORT COUNT PAYLOAD_BYTES PACKETS_PER_SECOND
// Prints how many it sent. A rate of 0 is as fast as it goes: the kernel cuts long buffers into
// datagrams (UDP_SEGMENT), and COUNT must be a multiple of 32 then.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, SEGMENTS = 32, MOST_PAYLOAD = 8192 };

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
  long count = atol(argv[3]), size = atol(argv[4]);
  double rate = atof(argv[5]);
  if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1 || size < 1 || size > MOST_PAYLOAD) return 2;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0) return 1;

  static char payload[MOST_PAYLOAD];
  struct iovec part = {.iov_base = payload, .iov_len = size};
  struct mmsghdr batch[BATCH];
  memset(batch, 0, sizeof batch);
  for (int i = 0; i < BATCH; i++)
    batch[i].msg_hdr = (struct msghdr){.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &part, .msg_iovlen = 1};

  long segments = rate > 0 ? 1 : SEGMENTS;
  if (segments > 1) {
    int segment = size;
    if (size * segments > MOST_PAYLOAD || setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment)) return 1;
    part.iov_len = size * segments;
  }

  // Many senders at once must not be a load by waking up.
  useconds_t wait_us = rate > 0 && rate < 2000 ? 1e6 / rate : 500;
  long sent = 0;
  double start = seconds();
  while (sent < count) {
    if (rate > 0 && sent > (seconds() - start) * rate) {
      usleep(wait_us);
      continue;
    }
    long left = (count - sent) / segments, wanted = left < BATCH ? left : BATCH;
    int done = sendmmsg(fd, batch, wanted, 0);
    // A refused port (ICMP) is told at the next send; it has been sent all the same.
    if (done > 0) sent += done * segments;
  }
  printf("%ld\n", sent);
  return 0;
}
