#include "frames.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

ssize_t read_frame(const uint8_t *bytes, size_t count, struct frame *frame) {
  if (count < BYTES_FRAME_HEADER) return 0;
  uint32_t length = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
  if (length < BYTES_FRAME_HEADER || length > BYTES_FRAME) return -EPROTO;
  if (bytes[4] < FRAME_HELLO || bytes[4] > FRAME_STOP || bytes[5] != 0) return -EPROTO;
  if (count < length) return 0;
  *frame = (struct frame){
      .length = length,
      .kind = bytes[4],
      .peer = (uint16_t)(bytes[6] | bytes[7] << 8),
      .body = bytes + BYTES_FRAME_HEADER,
      .body_length = length - BYTES_FRAME_HEADER,
  };
  return length;
}

bool out_open(struct out_stream *out, int fd, size_t capacity) {
  *out = (struct out_stream){.fd = fd, .bytes = malloc(capacity), .capacity = capacity};
  return out->bytes != NULL;
}

void out_close(struct out_stream *out) {
  free(out->bytes);
  out->bytes = NULL;
}

bool out_has_room(const struct out_stream *out) {
  return out->capacity - (out->end - out->start) >= BYTES_FRAME_HEADER + BYTES_PEER_TEXT + BYTES_FRAME;
}

bool out_waits(const struct out_stream *out) { return out->end > out->start; }

int out_frame(struct out_stream *out, uint8_t kind, uint16_t peer, const void *first, size_t first_length,
              const void *second, size_t second_length) {
  size_t length = BYTES_FRAME_HEADER + first_length + second_length;
  if (length > BYTES_FRAME) return -EMSGSIZE;
  if (out->capacity - out->end < length) {
    memmove(out->bytes, out->bytes + out->start, out->end - out->start);
    out->end -= out->start;
    out->start = 0;
    if (out->capacity - out->end < length) return -ENOBUFS;
  }
  uint8_t *at = out->bytes + out->end;
  for (int i = 0; i < 4; i += 1) at[i] = (uint8_t)(length >> (8 * i));
  at[4] = kind;
  at[5] = 0;
  at[6] = (uint8_t)peer;
  at[7] = (uint8_t)(peer >> 8);
  if (first_length) memcpy(at + BYTES_FRAME_HEADER, first, first_length);
  if (second_length) memcpy(at + BYTES_FRAME_HEADER + first_length, second, second_length);
  out->end += length;
  return 0;
}

int out_flush(struct out_stream *out) {
  while (out->start < out->end) {
    ssize_t wrote = write(out->fd, out->bytes + out->start, out->end - out->start);
    if (wrote > 0) out->start += (size_t)wrote;
    else if (errno == EAGAIN) return 0;
    else if (errno != EINTR) return -errno;
  }
  out->start = out->end = 0;
  return 0;
}
