// What `open` and `relay` have in common: the kind of endpoint, how to open it, and as whom to go on.
#ifndef MOORING_OPEN_OPTIONS_H
#define MOORING_OPEN_OPTIONS_H

#include "arguments.h"
#include "opening.h"

struct open_options {
  struct kind_options kind;
  const char *user;
  int64_t fd;
};

#define OPEN_DEFAULTS {.kind = KIND_DEFAULTS, .fd = DEFAULT_FD}

#define OPEN_ROWS(o, fd_help)                                                                                          \
  KIND_ROWS((o).kind),                                                                                                 \
      {"user", "NAME|UID", OPTION_TEXT, &(o).user, 0, 0, "go on as this user (who called sudo; else unchanged)"},      \
      {"fd", "N", OPTION_NUMBER, &(o).fd, 3, 255, fd_help}

// Reads "KIND [OPTIONS]" from argv[1]. Returns the index of what follows the options, or -1 with
// *status set.
int read_kind(const struct usage *usage, int argc, char **argv, int *kind, int *status);
// Kind and place, as a person would call the thing opened. The next call replaces it.
const char *kind_text(int kind, const struct kind_options *options);

#endif
