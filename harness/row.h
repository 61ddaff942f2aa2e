/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a suite is made of: requirements, needs, controls, rows, topics.
 *
 * All of it is constant data with static lifetime, owned by the suite. The
 * harness knows no UAPI; a suite hands itself in with uc_register_suite()
 * from a constructor, and that is the only thing that links the two.
 */
#ifndef UC_ROW_H
#define UC_ROW_H

#include <stdbool.h>
#include <stddef.h>

#define UC_MAX_CHECKS	4	/* requirements that one row may check */
#define UC_MAX_NEEDS	8	/* needs that one row may have */
#define UC_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/*
 * One clause of the document. A suite keeps its requirements in one array,
 * indexed by an enum of its own whose first name has the value 1, so that a
 * row can say REQ(NAME, OTHER) and 0 ends the list.
 */
struct uc_requirement {
	const char *id;		/* "PAIRING_BOTH": upper case, unique in its suite */
	const char *text;	/* one sentence, ours: what a conforming kernel does */
	const char *source;	/* where the document says so */
	bool optional;		/* --strict does not insist on it */
};

/* Where a source can be looked up. */
struct uc_document {
	const char *source;	/* how a requirement's source begins, or what follows a "; " in it */
	const char *title;	/* of the document or series, in words, without a tab or a "<" */
	const char *link;
};

/*
 * How the reason of a need begins that says which kernels promise what its rows check, and not what
 * it takes to test that: elsewhere those requirements are nothing that --strict, or a report, misses.
 */
#define UC_NOT_APPLICABLE	"not applicable: "

/*
 * Something that must be there for a row to make sense; else it is a SKIP. Needs are questions about
 * behaviour, answered from the suite's facts, never from a version. Where a fact could not be found
 * out, prepare() has ended with uc_error().
 */
struct uc_need {
	const char *name;	/* "pauth": lower case, shown by --list */
	const char *reason;	/* the SKIP reason, constant: "the CPU has no pointer authentication" */
	bool (*ask)(const void *facts);
};

/*
 * A call that is known to succeed, from which the rows built on it differ.
 * It runs once, before the first row that names it, in a child of its own or in a batch (batch.h);
 * where it fails, those rows are ERROR, whatever they would have answered.
 */
struct uc_control {
	const char *name;
	/* Reports with uc_fail() what went wrong; returning in silence is success. */
	void (*run)(const void *facts);
};

/*
 * The part of a row that the harness reads. A suite that has more columns
 * embeds it as the first member of a struct of its own.
 */
struct uc_row {
	const char *id;		/* "suite.topic.case", [A-Za-z0-9_.-], never changes meaning */
	unsigned char checks[UC_MAX_CHECKS];	/* indexes into the suite's requirements, 0 ends */
	const struct uc_need *needs[UC_MAX_NEEDS];	/* in the order in which they are asked */
	const struct uc_control *control;	/* or NULL, where the row is itself the control */
	int timeout;		/* seconds; 0 is the command line's */
	bool own_process;	/* never in a batch, whatever its topic says */
};

#define REQ(...)	.checks = { __VA_ARGS__ }
#define NEEDS(...)	.needs = { __VA_ARGS__ }

/* One file of rows. */
struct uc_topic {
	const char *name;	/* "pairing": the second word of its rows' ids */
	const char *file;	/* where the rows stand: __FILE__ */
	const void *rows;	/* array of structs that begin with struct uc_row */
	size_t row_size;	/* bytes of one of them */
	size_t row_count;
	/*
	 * Judges one row in a forked child, with facts as prepare() left
	 * them; verdict.h has what it may call. Returning in silence is PASS.
	 */
	void (*run)(const struct uc_row *row, const void *facts);
	/*
	 * The rows leave their process as they found it, files and the
	 * suite's tidy() aside: no thread, child, handler, identity or limit
	 * is other than before. They may then run in one process, one after
	 * the other (batch.h). Rows with less time than others never do.
	 */
	bool batched;
	/*
	 * The row's calls as --replay takes them (explorer.h), for what a failure prints; writes ""
	 * where the row is more than that. May be NULL.
	 */
	void (*replay)(const struct uc_row *row, char *text, size_t size);
};

#define UC_TOPIC(topic_name, array, function) {				\
	.name = (topic_name), .file = __FILE__, .rows = (array),	\
	.row_size = sizeof((array)[0]), .row_count = UC_ARRAY_SIZE(array), \
	.run = (function) }

/* The same for rows that leave their process as they found it. */
#define UC_BATCH_TOPIC(topic_name, array, function) {		\
	.name = (topic_name), .file = __FILE__, .rows = (array),	\
	.row_size = sizeof((array)[0]), .row_count = UC_ARRAY_SIZE(array), \
	.run = (function), .batched = true }

/* An option of the command line that is this suite's alone; uc_option() has what it was given. */
struct uc_suite_option {
	const char *name;	/* "device" */
	const char *value;	/* what --help calls its value: "BDF" */
	const char *doc;
};

struct uc_suite {
	const char *name;	/* "kvm_arm_caps": the first word of its rows' ids */
	const char *title;	/* one line for people */
	const struct uc_requirement *requirements;	/* [0] is unused */
	size_t requirement_count;	/* including the unused one */
	const struct uc_document *documents;	/* of each the first that fits is meant; NULL source ends */
	/*
	 * Index of the requirement that no call makes the kernel warn, oops, hang or kill its process:
	 * what is blamed when one does, whatever the row checks. 0: the row's own are.
	 */
	unsigned int kernel_requirement;
	const struct uc_topic *const *topics;		/* NULL ends */
	size_t facts_size;	/* bytes of the suite's facts; the harness owns them, zeroed at first */
	/*
	 * Fills in the facts about the running kernel, once, in a child:
	 * a kernel that crashes or hangs here makes the suite's rows ERROR,
	 * not the harness die. May call uc_note() for provenance lines and
	 * uc_error() where the set-up is broken. NULL if there are no facts.
	 */
	void (*prepare)(void *facts);
	/*
	 * Runs in the harness's own process after prepare(), before the first
	 * row: opens what rows inherit (file descriptors). Returns false, with
	 * one line in *why, if the set-up is broken; the suite's rows are ERROR
	 * then. detach() puts back whatever prepare() and attach() changed; it
	 * is called once, also after a failure, Ctrl-C or SIGTERM. Both may be
	 * NULL.
	 */
	bool (*attach)(void *facts, const char **why);
	void (*detach)(void *facts);
	/*
	 * Lets go of what a row in a batch leaves behind and the harness
	 * cannot see, such as mapped memory that keeps a file open; in the
	 * child, after each such row. Files are closed anyway. May be NULL.
	 */
	void (*tidy)(void);
	/* Random sequences of calls, for --explore (explorer.h); NULL if there are none. */
	const struct uc_explorer *explorer;
	/* Its own options, and what is wrong with those that were given: one line, or NULL. */
	const struct uc_suite_option *options;
	size_t option_count;
	const char *(*option_fault)(void);
	const char *exit_codes;	/* for --help, what its uc_refuse() may end with; NULL: never */
	/* What --record writes down (record.h), a NULL name ends; NULL: nothing. */
	const struct uc_recorded *recorded;
	unsigned int record_list;	/* raised where a key's meaning changes */
	struct uc_suite *next;	/* the harness's */
};

/*
 * The documents of a requirement, one with each call: *source is its source at first, and then what is
 * left of it. NULL where nothing is left. What no document of the suite's fits is left out.
 */
const struct uc_document *uc_next_document(const struct uc_suite *suite, const char **source);

/* Hand in a suite; call it from a constructor. The suite must outlive the run. */
void uc_register_suite(struct uc_suite *suite);

#endif /* UC_ROW_H */
