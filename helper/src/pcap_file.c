#include "pcap_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUFFER_BYTES (1 << 20)

struct file_header {
  uint32_t magic;
  uint16_t major, minor;
  uint32_t zone, accuracy, snap, link_type;
};
struct record_header {
  uint32_t seconds, fraction, captured, length;
};

int pcap_create(struct pcap_file *file, const char *name, const struct pcap_format *format) {
  uint8_t *buffer = file->buffer ? file->buffer : malloc(BUFFER_BYTES);
  if (!buffer) return -ENOMEM;
  *file = (struct pcap_file){.buffer = buffer, .fd = -1};
  if ((size_t)snprintf(file->name, sizeof file->name, "%s", name) >= sizeof file->name) return -ENAMETOOLONG;
  file->fd = strcmp(name, "-") == 0 ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
                                    : open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (file->fd < 0) return -errno;
  // draft-ietf-opsawg-pcap, section 4
  struct file_header head = {format->nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 2, 4, 0, 0, format->snap, format->link_type};
  memcpy(buffer, &head, sizeof head);
  file->used = sizeof head;
  return pcap_flush(file);
}

int pcap_record(struct pcap_file *file, const struct pcap_format *format, uint64_t time_ns, uint32_t length,
                const void *first, uint32_t first_length, const void *second, uint32_t second_length) {
  uint32_t captured = first_length + second_length;
  size_t size = sizeof(struct record_header) + captured;
  if (BUFFER_BYTES - file->used < size) {
    int error = pcap_flush(file);
    if (error) return error;
  }
  uint32_t fraction = (uint32_t)(time_ns % 1000000000);
  struct record_header head = {(uint32_t)(time_ns / 1000000000), format->nanoseconds ? fraction : fraction / 1000,
                               captured, length};
  uint8_t *at = file->buffer + file->used;
  memcpy(at, &head, sizeof head);
  memcpy(at + sizeof head, first, first_length);
  if (second_length) memcpy(at + sizeof head + first_length, second, second_length);
  file->used += size;
  if (file->packets == 0) file->first_ns = time_ns;
  file->last_ns = time_ns;
  file->packets += 1;
  file->bytes += length;
  return 0;
}

int pcap_flush(struct pcap_file *file) {
  size_t done = 0;
  while (done < file->used) {
    ssize_t wrote = write(file->fd, file->buffer + done, file->used - done);
    if (wrote > 0) {
      done += (size_t)wrote;
    } else if (errno != EINTR) {
      int error = errno;
      // What is already in the file counts; keep its whole records only.
      size_t whole = file->written || done < sizeof(struct file_header) ? 0 : sizeof(struct file_header);
      while (whole + sizeof(struct record_header) <= done) {
        struct record_header head;
        memcpy(&head, file->buffer + whole, sizeof head);
        if (whole + sizeof head + head.captured > done) break;
        whole += sizeof head + head.captured;
      }
      uint64_t lost = 0;
      for (size_t at = whole; at + sizeof(struct record_header) <= file->used; lost += 1) {
        struct record_header head;
        memcpy(&head, file->buffer + at, sizeof head);
        file->bytes -= head.length;
        at += sizeof head + head.captured;
      }
      file->packets -= lost;
      file->written += whole;
      file->used = 0;
      if (ftruncate(file->fd, (off_t)file->written) < 0) return -errno;
      return -error;
    }
  }
  file->written += file->used;
  file->used = 0;
  return 0;
}

int pcap_close(struct pcap_file *file) {
  if (file->fd < 0) return 0;
  int error = pcap_flush(file);
  if (close(file->fd) < 0 && !error) error = -errno;
  file->fd = -1;
  return error;
}
