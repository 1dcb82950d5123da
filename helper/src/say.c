#include "say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int say(int status, const char *verb, const char *format, ...) {
  char text[1024];
  va_list list;
  va_start(list, format);
  vsnprintf(text, sizeof text, format, list);
  va_end(list);
  // One write, so that lines of several processes on one terminal stay whole.
  char line[1200];
  int length = snprintf(line, sizeof line, "mooring-helper%s%s: %s\n", *verb ? " " : "", verb, text);
  if (length >= (int)sizeof line) length = sizeof line - 1;
  fwrite(line, 1, (size_t)length, stderr);
  return status;
}

int say_errno(const char *verb, int error, const char *format, ...) {
  char what[512];
  va_list list;
  va_start(list, format);
  vsnprintf(what, sizeof what, format, list);
  va_end(list);
  const char *name = strerrorname_np(error);
  bool unsupported = error == EPERM || error == EACCES || error == EPROTONOSUPPORT || error == EAFNOSUPPORT ||
                     error == ENODEV || error == ENXIO || error == ENOSYS;
  return say(unsupported ? EXIT_UNSUPPORTED : EXIT_FAILED, verb, "%s: %s: %s", name ? name : "EUNKNOWN", what,
             strerror(error));
}
