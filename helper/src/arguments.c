#include "arguments.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "say.h"

static void print_help(const struct usage *usage);
static int read_value(const struct usage *usage, const struct option_row *row, const char *text);

int read_arguments(const struct usage *usage, int argc, char **argv, int *status) {
  int index = 1;
  while (index < argc) {
    const char *word = argv[index];
    if (strcmp(word, "--") == 0) return index + 1;
    if (word[0] != '-') return index;
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
      print_help(usage);
      *status = EXIT_DONE;
      return -1;
    }
    const char *name = strncmp(word, "--", 2) == 0 ? word + 2 : "";
    const char *equals = strchr(name, '=');
    const struct option_row *row = find_option(usage->rows, usage->rows_count, name, equals ? (size_t)(equals - name) : strlen(name));
    if (!row) {
      *status = usage_error(usage, "unknown option %.80s", word);
      return -1;
    }
    index += 1;
    const char *value = equals ? equals + 1 : NULL;
    if (row->type == OPTION_FLAG && value) {
      *status = usage_error(usage, "--%s takes no value", row->name);
      return -1;
    }
    if (row->type != OPTION_FLAG && !value) {
      if (index >= argc) {
        *status = usage_error(usage, "--%s needs a value: %s", row->name, row->value);
        return -1;
      }
      value = argv[index];
      index += 1;
    }
    *status = read_value(usage, row, value);
    if (*status != EXIT_DONE) return -1;
  }
  return index;
}

int usage_error(const struct usage *usage, const char *format, ...) {
  char text[512];
  va_list list;
  va_start(list, format);
  vsnprintf(text, sizeof text, format, list);
  va_end(list);
  return say(EXIT_USAGE, usage->verb, "%s (usage: mooring-helper %s)", text, usage->synopsis);
}

static int read_value(const struct usage *usage, const struct option_row *row, const char *text) {
  if (read_option(row, text)) return EXIT_DONE;
  switch (row->type) {
  case OPTION_TEXT:
    return usage_error(usage, "--%s is empty", row->name);
  case OPTION_NUMBER:
    return usage_error(usage, "--%s %.80s is not a whole number from %lld to %lld", row->name, text,
                       (long long)row->least, (long long)row->most);
  case OPTION_MODE:
    return usage_error(usage, "--%s %.80s is not an octal mode from 0 to 777", row->name, text);
  case OPTION_FLAG:
    break;
  }
  return EXIT_FAILED;
}

static void print_help(const struct usage *usage) {
  printf("usage: mooring-helper %s\n\n%s\n", usage->synopsis, usage->about);
  if (usage->rows_count) printf("\noptions:\n");
  for (int i = 0; i < usage->rows_count; i += 1) {
    const struct option_row *row = &usage->rows[i];
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s", row->name, row->value ? " " : "", row->value ? row->value : "");
    printf("  %-26s %s\n", left, row->help);
  }
}
