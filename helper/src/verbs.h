// The verbs of the program. Each takes its own argv (argv[0] is the verb) and returns an exit code.
#ifndef MOORING_VERBS_H
#define MOORING_VERBS_H

int verb_open(int argc, char **argv);
int verb_relay(int argc, char **argv);
int verb_capture(int argc, char **argv);
int verb_delay(int argc, char **argv);
int verb_echo(int argc, char **argv);
int verb_drive(int argc, char **argv);
int verb_bpf(int argc, char **argv);
int verb_flows(int argc, char **argv);

#endif
