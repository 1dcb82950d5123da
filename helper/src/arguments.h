// Arguments of a verb. Bad ones give one line and exit 2; `--help` prints the table of its options.
#ifndef MOORING_ARGUMENTS_H
#define MOORING_ARGUMENTS_H

#include "options.h"

struct usage {
  const char *verb;
  const char *synopsis;
  const char *about;
  const struct option_row *rows;
  int rows_count;
};

// Reads options from argv[1]; stops at "--" or at the first argument that is not an option.
// Returns the index of the first argument after them, or -1 with `*status` as exit code where
// the program is to end (help printed, or usage error said).
int read_arguments(const struct usage *usage, int argc, char **argv, int *status);

// One line on stderr and EXIT_USAGE.
int usage_error(const struct usage *usage, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
