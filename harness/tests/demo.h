/* SPDX-License-Identifier: GPL-2.0-only */
/* A suite whose rows do all that rows can do, for the harness's own tests. */
#ifndef UC_TESTS_DEMO_H
#define UC_TESTS_DEMO_H

#include "record.h"

/* Where the row demo.kernel.* write what a kernel would: a file with the taint, a pipe of records. */
struct demo_facts;
struct uc_explorer;
struct uc_topic;
extern int demo_taint_fd;
extern int demo_log_fd;

/* Write a record to the log that stands for the kernel's. */
void demo_kernel_says(const char *record);

extern const struct uc_topic demo_odd_topic, demo_good_topic, demo_order_topic, demo_same_topic,
	demo_left_topic, demo_spoiled_topic, demo_useless_topic, demo_noisy_topic, demo_judge_topic,
	demo_process_topic, demo_share_topic;

/* The suite's tidy(). */
void demo_tidy(void);

/* Start who traces what demo.useless.stays starts; to be called before a run. */
void demo_start_tracer(void);

/* What goes on before the first row and after the last one. */
enum demo_mood {
	DEMO_QUIET,
	DEMO_HANGS_AT_FIRST,		/* preparing the suite "broken" does not return */
	DEMO_REFUSES_AT_FIRST,		/* preparing the suite "broken" refuses what was asked for */
	DEMO_SKIPS_AT_FIRST,		/* preparing the suite "broken" finds it not applicable */
	DEMO_LOADS_MODULE_AT_FIRST,	/* preparing the suite "demo" taints the kernel as a module does */
	DEMO_WARNS_AT_FIRST,		/* preparing the suite "demo" makes the kernel warn */
	DEMO_WARNS_IN_ATTACH,		/* attaching the suite "demo" does */
	DEMO_HAS_HELPER,		/* attaching it starts a process that is there until the end */
	DEMO_DIES_AT_FIRST,		/* preparing the suite "broken" does not survive a call */
	DEMO_WARNS_AT_LAST,		/* putting back makes the kernel warn */
	DEMO_RUNS_SHORT,		/* the same row makes it run out of memory */
	DEMO_OOPSES,			/* the row demo.odd.a_program_warns makes the kernel oops */
	DEMO_IS_SIGNALLED_AT_LAST,	/* a second signal comes while things are put back */
};
extern enum demo_mood demo_mood;

/* What becomes of the second of two parts that the suite records. */
extern enum demo_record_mood {
	DEMO_RECORD_SOUND,
	DEMO_RECORD_DIES,
	DEMO_RECORD_BREAKS,	/* it ends with uc_error() */
	DEMO_RECORD_WARNS,
	DEMO_RECORD_FLOODS,	/* more than there is memory for */
} demo_record_mood;
extern const struct uc_recorded demo_recorded[];

/*
 * The suite's explorer plays a stack of numbers below 256 that can be pushed,
 * popped and cleared; demo_fault is what is wrong with it.
 */
enum demo_fault {
	DEMO_SOUND,
	DEMO_LOSES_BIT,		/* a number above 127 comes back without its top bit */
	DEMO_KEEPS_ONE,		/* clearing two or more leaves one */
	DEMO_BOTH,		/* of the above */
	DEMO_DIES,		/* popping from a stack of three kills the process */
	DEMO_HANGS,		/* clearing an empty stack does not return */
	DEMO_WARNS,		/* pushing 77 warns in the kernel's log */
	DEMO_WARNS_ONCE,	/* the same, and taints, the first time only */
	DEMO_TIRES,		/* wrong only in a process that made 40 states */
	DEMO_NO_WORLD,		/* states cannot be made */
	DEMO_IDLE,		/* every step is skipped */
};
extern enum demo_fault demo_fault;
extern const struct uc_explorer demo_explorer;
/* The requirements that the explorer names, as indexes. */
enum { DEMO_POPS = 1, DEMO_CLEARS, DEMO_SUSPECT };

/* demo_kernel.c: acts of rows, on the test's log and taint. */
void demo_taints(const struct demo_facts *facts);
void demo_warns(const struct demo_facts *facts);
void demo_somebody_else_warns(const struct demo_facts *facts);
void demo_stalls(const struct demo_facts *facts);
void demo_locks_up(const struct demo_facts *facts);
void demo_kernel_chats(const struct demo_facts *facts);

#endif /* UC_TESTS_DEMO_H */
