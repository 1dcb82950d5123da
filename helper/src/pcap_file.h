// pcap files, written in large pieces. A file always ends with a whole record: what a full disk
// left of one is cut off again.
#ifndef MOORING_PCAP_FILE_H
#define MOORING_PCAP_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct pcap_file {
  int fd; // -1: none open
  char name[4096];
  uint8_t *buffer;
  size_t used;
  uint64_t written, packets, bytes; // bytes: of frames, as they were on the link
  uint64_t first_ns, last_ns;
};

struct pcap_format {
  bool nanoseconds;
  uint32_t snap, link_type;
};

// Returns 0 or -errno. The file must be new or empty unless it is a FIFO or a device; - is stdout.
int pcap_create(struct pcap_file *file, const char *name, const struct pcap_format *format);
// The frame in two parts. A record that does not fit into the buffer flushes it. 0 or -errno.
int pcap_record(struct pcap_file *file, const struct pcap_format *format, uint64_t time_ns, uint32_t length,
                const void *first, uint32_t first_length, const void *second, uint32_t second_length);
int pcap_flush(struct pcap_file *file);
int pcap_close(struct pcap_file *file);

#endif
