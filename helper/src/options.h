// Options as a table: names, types, ranges, and where each value goes.
#ifndef MOORING_OPTIONS_H
#define MOORING_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
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

// The row of the option so named, or NULL.
const struct option_row *find_option(const struct option_row *rows, int count, const char *name, size_t length);

// Puts `text` (NULL for a flag) where its row says. False where it is empty or out of range.
bool read_option(const struct option_row *row, const char *text);

// A whole decimal (or, with base 8, octal) number in [least, most].
bool read_number(const char *text, int base, int64_t least, int64_t most, int64_t *number);

#endif
