// Arguments of a verb as a table: names, types, ranges, help text. Bad ones give one line and
// exit 2; `--help` prints the table.
#ifndef MOORING_ARGUMENTS_H
#define MOORING_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

enum option_type { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_MODE };

struct option_row {
  const char *name;  // without the leading --
  const char *value; // what stands for the value in the help; NULL for a flag
  enum option_type type;
  void *target; // bool *, const char **, int64_t *, int64_t * (octal)
  int64_t least, most;
  const char *help;
};

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

// A whole decimal (or, with base 8, octal) number in [least, most].
bool read_number(const char *text, int base, int64_t least, int64_t most, int64_t *number);

#endif
