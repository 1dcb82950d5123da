#include "open_options.h"

#include <stdio.h>

int read_kind(const struct usage *usage, int argc, char **argv, int *kind, int *status) {
  *kind = -1;
  if (argc > 1 && argv[1][0] != '-') {
    *kind = endpoint_kind_named(argv[1]);
    if (*kind < 0) {
      *status = usage_error(usage, "no kind %.40s", argv[1]);
      return -1;
    }
  }
  int skip = *kind >= 0;
  int first = read_arguments(usage, argc - skip, argv + skip, status);
  if (first < 0) return -1;
  if (*kind >= 0) return first + skip;
  *status = usage_error(usage, "which kind?");
  return -1;
}

const char *kind_text(int kind, const struct kind_options *options) {
  static char text[4096 + 32];
  const struct endpoint_ops *ops = endpoint_kind(kind);
  snprintf(text, sizeof text, "%s%s%s", ops->name, ops->path ? " " : "", ops->path ? ops->path(options) : "");
  return text;
}
