#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct option_row *find_option(const struct option_row *rows, int count, const char *name, size_t length) {
  for (int i = 0; i < count; i += 1) {
    if (strlen(rows[i].name) == length && strncmp(rows[i].name, name, length) == 0) return &rows[i];
  }
  return NULL;
}

bool read_option(const struct option_row *row, const char *text) {
  switch (row->type) {
  case OPTION_FLAG:
    *(bool *)row->target = true;
    return true;
  case OPTION_TEXT:
    *(const char **)row->target = text;
    return *text != 0;
  case OPTION_NUMBER:
    return read_number(text, 10, row->least, row->most, row->target);
  case OPTION_MODE:
    return read_number(text, 8, 0, 0777, row->target);
  }
  return false;
}

bool read_number(const char *text, int base, int64_t least, int64_t most, int64_t *number) {
  if (!isdigit((unsigned char)text[0]) && text[0] != '-') return false;
  char *end;
  errno = 0;
  long long value = strtoll(text, &end, base);
  if (errno || *end || value < least || value > most) return false;
  *number = value;
  return true;
}
