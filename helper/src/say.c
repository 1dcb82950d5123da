#include "say.h"

#include <errno.h>
#include <features.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char *errno_name(int error);

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
  bool unsupported = error == EPERM || error == EACCES || error == EPROTONOSUPPORT || error == EAFNOSUPPORT ||
                     error == ENODEV || error == ENXIO || error == ENOSYS;
  return say(unsupported ? EXIT_UNSUPPORTED : EXIT_FAILED, verb, "%s: %s: %s", errno_name(error), what,
             strerror(error));
}

#ifdef __GLIBC__
static const char *errno_name(int error) {
  const char *name = strerrorname_np(error);
  return name ? name : "EUNKNOWN";
}
#else
// musl has no such function; these are the ones callers tell apart.
static const char *errno_name(int error) {
  static const struct {
    int error;
    const char *name;
  } names[] = {{EPERM, "EPERM"},   {EACCES, "EACCES"},         {ENOENT, "ENOENT"},
               {EEXIST, "EEXIST"}, {EADDRINUSE, "EADDRINUSE"}, {ENODEV, "ENODEV"},
               {EINVAL, "EINVAL"}, {ENOSPC, "ENOSPC"},         {ENAMETOOLONG, "ENAMETOOLONG"},
               {EPROTO, "EPROTO"}, {ENETDOWN, "ENETDOWN"},     {ETIMEDOUT, "ETIMEDOUT"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i += 1) {
    if (names[i].error == error) return names[i].name;
  }
  return "EUNKNOWN";
}
#endif
