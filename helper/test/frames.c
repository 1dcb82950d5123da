#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "frames.h"

static void every_cut_waits_for_more(void) {
  uint8_t bytes[] = {12, 0, 0, 0, FRAME_MESSAGE, 0, 1, 2, 9, 8, 7, 6};
  struct frame frame;
  for (size_t cut = 0; cut < sizeof bytes; cut += 1) CHECK(read_frame(bytes, cut, &frame) == 0);
  CHECK(read_frame(bytes, sizeof bytes, &frame) == 12);
  CHECK(frame.kind == FRAME_MESSAGE && frame.peer == 0x0201 && frame.body_length == 4 && frame.body[0] == 9);
}

static void no_bytes_make_it_read_outside(void) {
  unsigned long state = seed_of("frames");
  for (int round = 0; round < 200000; round += 1) {
    uint8_t bytes[40];
    for (size_t i = 0; i < sizeof bytes; i += 1) bytes[i] = (uint8_t)(next_random(&state) & (i < 4 ? 0x3f : 0xff));
    if (round % 2) bytes[1] = bytes[2] = bytes[3] = bytes[5] = 0;
    struct frame frame;
    size_t count = next_random(&state) % sizeof bytes;
    ssize_t got = read_frame(bytes, count, &frame);
    CHECK(got == 0 || got == -EPROTO || (got >= BYTES_FRAME_HEADER && (size_t)got <= count));
    if (got > 0) CHECK(frame.body + frame.body_length == bytes + got);
  }
}

static void the_out_stream_keeps_order_and_bounds(void) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  struct out_stream out;
  const size_t capacity = BYTES_FRAME_HEADER + BYTES_PEER_TEXT + BYTES_FRAME;
  CHECK(out_open(&out, ends[1], capacity));
  CHECK(out_has_room(&out) && !out_waits(&out));
  static uint8_t body[BYTES_FRAME];
  CHECK(out_frame(&out, FRAME_MESSAGE, 0, body, sizeof body, NULL, 0) == -EMSGSIZE);
  // Room is for a peer's frame and a message of any size: a new peer's first message takes both.
  static uint8_t text[BYTES_PEER_TEXT];
  CHECK(out_frame(&out, FRAME_PEER, 0, text, sizeof text, NULL, 0) == 0);
  CHECK(out_frame(&out, FRAME_MESSAGE, 0, body, BYTES_FRAME - BYTES_FRAME_HEADER, NULL, 0) == 0);
  out.start = out.end = 0;
  int written = 0;
  while (out_frame(&out, FRAME_DROPPED, (uint16_t)written, "ab", 2, "cd", 2) == 0) written += 1;
  CHECK(written == (int)(capacity / 12) && !out_has_room(&out));
  CHECK(out_flush(&out) == 0 && !out_waits(&out));
  for (int i = 0; i < written; i += 1) {
    uint8_t bytes[12];
    struct frame frame;
    CHECK(read(ends[0], bytes, sizeof bytes) == sizeof bytes);
    CHECK(read_frame(bytes, sizeof bytes, &frame) == 12 && frame.peer == i && memcmp(frame.body, "abcd", 4) == 0);
  }
  close(ends[0]);
  close(ends[1]);
  out_close(&out);
}

int main(void) {
  every_cut_waits_for_more();
  no_bytes_make_it_read_outside();
  the_out_stream_keeps_order_and_bounds();
  return 0;
}
