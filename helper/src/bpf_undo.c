#include "bpf_undo.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpf_routes.h"
#include "say.h"

struct undo_entry {
  uint32_t kind, length;
  char path[128];
  uint8_t bytes[UNDO_BYTES];
};

// Shared by both, so that the guard knows what came after it.
struct undo_log {
  uint32_t count;
  struct undo_entry entries[UNDO_MOST];
};

static void guard(struct undo *undo, int watched);
static void put_back(const struct undo_entry *entry);

int undo_start(struct undo *undo) {
  *undo = (struct undo){.guard = -1, .held = -1};
  void *shared = mmap(NULL, sizeof *undo->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return -errno;
  undo->shared = shared;
  return undo_restart(undo);
}

int undo_restart(struct undo *undo) {
  int ends[2];
  if (undo->held >= 0) close(undo->held);
  undo->held = -1;
  if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
  undo->guard = fork();
  if (undo->guard < 0) {
    int error = -errno;
    close(ends[0]);
    close(ends[1]);
    return error;
  }
  if (undo->guard == 0) {
    close(ends[1]);
    guard(undo, ends[0]);
  }
  close(ends[0]);
  undo->held = ends[1];
  return 0;
}

int undo_note(struct undo *undo, enum undo_kind kind, const char *path, const void *bytes, size_t length) {
  struct undo_log *log = undo->shared;
  if (log->count >= UNDO_MOST || length > UNDO_BYTES || strlen(path) >= sizeof log->entries[0].path) return -ENOSPC;
  struct undo_entry *entry = &log->entries[log->count];
  entry->kind = kind;
  entry->length = (uint32_t)length;
  snprintf(entry->path, sizeof entry->path, "%s", path);
  memcpy(entry->bytes, bytes, length);
  __atomic_store_n(&log->count, log->count + 1, __ATOMIC_RELEASE);
  return 0;
}

void undo_forget(struct undo *undo) {
  struct undo_log *log = undo->shared;
  if (log->count) __atomic_store_n(&log->count, log->count - 1, __ATOMIC_RELEASE);
}

void undo_all(struct undo *undo) {
  if (undo->held < 0) return;
  close(undo->held);
  undo->held = -1;
  while (waitpid(undo->guard, NULL, 0) < 0 && errno == EINTR) continue;
  munmap(undo->shared, sizeof *undo->shared);
}

static void guard(struct undo *undo, int watched) {
  // Not with the terminal, and with nothing open that is to end with the other.
  setsid();
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  if (watched != 3) {
    dup2(watched, 3);
    watched = 3;
  }
  if (syscall(SYS_close_range, 4u, ~0u, 0u) < 0) {
    for (int fd = 4; fd < 1024; fd += 1) close(fd);
  }
  char byte;
  while (read(watched, &byte, 1) != 0) continue;
  struct undo_log *log = undo->shared;
  for (uint32_t i = __atomic_load_n(&log->count, __ATOMIC_ACQUIRE); i; i -= 1) put_back(&log->entries[i - 1]);
  _exit(EXIT_DONE);
}

static void put_back(const struct undo_entry *entry) {
  int error = 0;
  if (entry->kind == UNDO_ROUTE) {
    error = route_put_back(entry->bytes, entry->length);
  } else {
    int fd = open(entry->path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, entry->bytes, entry->length) < 0) error = -errno;
    if (fd >= 0) close(fd);
  }
  // A route may have gone with its device meanwhile: nothing is left to put back.
  if (error && error != -ENOENT && error != -ESRCH && error != -ENODEV && error != -ENETUNREACH) {
    say_errno("bpf", -error, "put back %s", entry->path);
  }
}
