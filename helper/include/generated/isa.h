// Generated from spec/isa.json by `npm run gen`. Do not edit.
#ifndef MOORING_GENERATED_ISA_H
#define MOORING_GENERATED_ISA_H

#define REG_CONTROL 0
#define REG_IMMEDIATE 1
#define REG_IMPLICIT 2
#define REG_LOCAL 3
#define REG_PRIMITIVE 4
#define REG_REPORT_VOLATILE 5
#define REG_REPORT 6
#define REG_TMP 7
#define REG_CONTROL_VOLATILE 8

#define IMPLICIT_EVENT_FLAG 0
#define IMPLICIT_SHOULD_CONTINUE 1
#define IMPLICIT_SHOULD_REPORT 2
#define IMPLICIT_MICROS 3
#define IMPLICIT_CWND 4
#define IMPLICIT_RATE 5

#endif
