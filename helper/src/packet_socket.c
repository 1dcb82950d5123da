#include "packet_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>

static int enter_netns(const char *netns, const char **what);
static int look_up(int fd, struct interface *interface, const char **what);

int open_packet(struct interface *interface, const char **what) {
  int home = -1;
  if (interface->netns) {
    home = enter_netns(interface->netns, what);
    if (home < 0) return home;
  }
  *what = "socket AF_PACKET (needs CAP_NET_RAW)";
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  int error = fd < 0 ? -errno : look_up(fd, interface, what);
  if (home >= 0) {
    // Nothing else may run in the wrong name space.
    if (setns(home, CLONE_NEWNET) < 0) abort();
    close(home);
  }
  if (!error) return fd;
  if (fd >= 0) close(fd);
  return error;
}

int bind_packet(int fd, const struct interface *interface, bool promiscuous, bool incoming_only, const char **what) {
  int one = 1;
  *what = "PACKET_IGNORE_OUTGOING";
  if (incoming_only && setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one) < 0) return -errno;
  struct packet_mreq membership = {.mr_ifindex = interface->index, .mr_type = PACKET_MR_PROMISC};
  *what = "promiscuous mode";
  if (promiscuous && setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &membership, sizeof membership) < 0) {
    return -errno;
  }
  struct sockaddr_ll address = {
      .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = interface->index};
  *what = "bind to the interface";
  return bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ? -errno : 0;
}

size_t read_filter(const char *text, uint32_t snap, struct sock_filter *program, const char **what) {
  char *end;
  unsigned long count = strtoul(text, &end, 10);
  *what = "the filter does not begin with its number of instructions (give the output of tcpdump -ddd)";
  if (end == text || count == 0 || count > FILTER_MAX_INSTRUCTIONS) return 0;
  for (size_t i = 0; i < count; i += 1) {
    unsigned long long field[4];
    static const unsigned long long most[4] = {0xffff, 0xff, 0xff, 0xffffffff};
    for (int j = 0; j < 4; j += 1) {
      text = end + strspn(end, " \t\r\n,");
      *what = "the filter has fewer instructions than it says";
      if (!*text) return 0;
      field[j] = strtoull(text, &end, 10);
      *what = "the filter holds what is no number in range";
      if (end == text || *text == '-' || field[j] > most[j]) return 0;
    }
    program[i] = (struct sock_filter){(uint16_t)field[0], (uint8_t)field[1], (uint8_t)field[2], (uint32_t)field[3]};
    if (program[i].code == (BPF_RET | BPF_K) && program[i].k > snap) program[i].k = snap;
  }
  *what = "the filter goes on after its last instruction";
  return end[strspn(end, " \t\r\n,")] ? 0 : count;
}

int attach_filter(int fd, const struct sock_filter *program, size_t count) {
  struct sock_fprog given = {.len = (unsigned short)count, .filter = (struct sock_filter *)program};
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &given, sizeof given) < 0 ? -errno : 0;
}

int attach_refusal(int fd) {
  struct sock_filter refuse = {.code = BPF_RET | BPF_K};
  return attach_filter(fd, &refuse, 1);
}

// By netlink and not from /sys, which may be that of another name space.
bool read_interface_counters(const char *interface, struct interface_counters *counters) {
  struct ifaddrs *list;
  if (getifaddrs(&list) < 0) return false;
  bool found = false;
  for (struct ifaddrs *at = list; at; at = at->ifa_next) {
    if (!at->ifa_addr || at->ifa_addr->sa_family != AF_PACKET || !at->ifa_data) continue;
    if (strcmp(at->ifa_name, interface) != 0) continue;
    const struct rtnl_link_stats *stats = at->ifa_data;
    *counters = (struct interface_counters){stats->rx_packets, stats->rx_dropped + stats->rx_missed_errors};
    found = true;
  }
  freeifaddrs(list);
  return found;
}

// Returns a descriptor of the name space left.
static int enter_netns(const char *netns, const char **what) {
  char path[256];
  snprintf(path, sizeof path, "%s%s", *netns == '/' ? "" : "/run/netns/", netns);
  *what = "network name space";
  int there = open(path, O_RDONLY | O_CLOEXEC);
  if (there < 0) return -errno;
  int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  int error = home < 0 || setns(there, CLONE_NEWNET) < 0 ? -errno : 0;
  close(there);
  if (!error) return home;
  if (home >= 0) close(home);
  return error;
}

static int look_up(int fd, struct interface *interface, const char **what) {
  struct ifreq request = {0};
  *what = "interface name";
  if (strlen(interface->name) >= sizeof request.ifr_name) return -ENAMETOOLONG;
  strcpy(request.ifr_name, interface->name);
  *what = "interface";
  if (ioctl(fd, SIOCGIFINDEX, &request) < 0) return -errno;
  interface->index = request.ifr_ifindex;
  if (ioctl(fd, SIOCGIFHWADDR, &request) < 0) return -errno;
  interface->hardware_type = request.ifr_hwaddr.sa_family;
  return 0;
}
