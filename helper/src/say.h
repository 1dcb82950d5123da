// What the program says: one line on stderr, and the exit code that goes with it.
#ifndef MOORING_SAY_H
#define MOORING_SAY_H

#include "../include/generated/helper.h"

// "mooring-helper VERB: TEXT" on stderr. Returns `status`, so that a verb may `return fail(…)`.
int say(int status, const char *verb, const char *format, ...) __attribute__((format(printf, 3, 4)));

// "mooring-helper VERB: ECODE: WHAT: strerror" with the errno's symbolic name first, which is
// what a program should match on. `error` is a positive errno. EPERM, EACCES and missing kernel
// parts give EXIT_UNSUPPORTED, everything else EXIT_FAILED.
int say_errno(const char *verb, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
