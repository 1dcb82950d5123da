// What is changed in a namespace for as long as the datapath lives, and how it was before. A process of its own puts it
// back when this one has ended, however that was.
#ifndef MOORING_BPF_UNDO_H
#define MOORING_BPF_UNDO_H

#include <stddef.h>
#include <sys/types.h>

#define UNDO_MOST 64
#define UNDO_BYTES 1024

enum undo_kind { UNDO_FILE = 1, UNDO_ROUTE };

struct undo {
  pid_t guard;
  int held;              // the guard waits for the end of this
  struct undo_log *shared;
};

// In the network namespace that it is for. 0 or -errno.
int undo_start(struct undo *undo);
// How to put back what is changed next: a file and what it held, or a message of netlink. 0 or -ENOSPC.
int undo_note(struct undo *undo, enum undo_kind kind, const char *path, const void *bytes, size_t length);
// What was noted last was not changed after all.
void undo_forget(struct undo *undo);
// The guard ended before us: another takes its place.
int undo_restart(struct undo *undo);
// Puts all back.
void undo_all(struct undo *undo);

#endif
