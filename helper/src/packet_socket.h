// AF_PACKET sockets on one interface, and the classic filter that stands in front of them.
#ifndef MOORING_PACKET_SOCKET_H
#define MOORING_PACKET_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/filter.h>

#define FILTER_MAX_INSTRUCTIONS 4096 // BPF_MAXINSNS

struct interface {
  const char *name;
  const char *netns; // a name in /run/netns, a path, or NULL: where we are
  int index;
  int hardware_type; // ARPHRD_*
};

// A raw socket that receives nothing until bind_packet: protocol 0. In `interface->netns`, whose
// index and hardware type it fills in. Returns the descriptor, or -errno with *what.
int open_packet(struct interface *interface, const char **what);
// From here on frames arrive. Promiscuous for as long as the socket lives.
int bind_packet(int fd, const struct interface *interface, bool promiscuous, bool incoming_only, const char **what);

// Reads the text of `tcpdump -ddd`: a count, then as many lines "code jt jf k"; line ends may be
// commas. Every constant acceptance is cut to `snap` bytes. Returns the number of instructions, or
// 0 with *what telling what is wrong; the kernel's own checker has the last word at attaching.
size_t read_filter(const char *text, uint32_t snap, struct sock_filter *program, const char **what);
int attach_filter(int fd, const struct sock_filter *program, size_t count);
// After this no further frame is taken.
int attach_refusal(int fd);

// What the interface has counted, as 32 bits that wrap.
struct interface_counters {
  uint32_t received, dropped;
};
// False where the interface is gone. In the name space of this process.
bool read_interface_counters(const char *interface, struct interface_counters *counters);

#endif
