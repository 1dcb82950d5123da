// Frames on a byte stream, little-endian (spec/helper.md):
//
//   0        4      5      6        8
//   | length | kind | zero | peer   | body …      length counts the whole frame
#ifndef MOORING_FRAMES_H
#define MOORING_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../include/generated/helper.h"

struct frame {
  uint32_t length;
  uint8_t kind;
  uint16_t peer;
  const uint8_t *body;
  size_t body_length;
};

// Reads the frame at the start of `bytes`. Returns its length; 0 where more bytes are needed; or
// -EPROTO for a length, kind or reserved byte that no frame has.
ssize_t read_frame(const uint8_t *bytes, size_t count, struct frame *frame);

// Bytes on their way into a non-blocking descriptor, in order, in bounded memory.
struct out_stream {
  int fd;
  uint8_t *bytes;
  size_t start, end, capacity;
};

bool out_open(struct out_stream *out, int fd, size_t capacity);
void out_close(struct out_stream *out);
// Whether one PEER frame and one with the largest body surely fit.
bool out_has_room(const struct out_stream *out);
// Whether bytes wait to be written.
bool out_waits(const struct out_stream *out);
// Appends a frame whose body is two parts. -ENOBUFS where it does not fit.
int out_frame(struct out_stream *out, uint8_t kind, uint16_t peer, const void *first, size_t first_length,
              const void *second, size_t second_length);
// Writes what the descriptor takes now. Returns 0, or -errno when it is broken.
int out_flush(struct out_stream *out);

#endif
