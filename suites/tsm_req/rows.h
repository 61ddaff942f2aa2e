/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a topic's tables are made of: the state of the device, and one to twelve steps in the language
 * of text.h, with what the document says must come of each. Where steps cannot say it, a function.
 */
#ifndef TSM_ROWS_H
#define TSM_ROWS_H

#include "../../harness/row.h"
#include "session.h"

struct tsm_row {
	struct uc_row row;
	enum tsm_state state;
	const char *steps;
	/* The steps once for each number from first to last, or for 1 << it, in the place of %u. */
	__u32 first, last;
	bool bits;
	const char *open;	/* where a step is "= open": what the document leaves open; constant */
	/* Instead; the session is in the row's state. */
	void (*custom)(struct tsm_session *session, const struct tsm_row *row);
};

/* A row of one state and one text, which needs no more: its id, needs, state, steps, requirements. */
#define ROW(name, where, in_state, text, ...)						\
	{ { "tsm_req." name, REQ(__VA_ARGS__), where }, in_state, .steps = (text) }

/* The same with another member: EACH(), EACH_BIT(), .custom, .open. */
#define ROW_WITH(more, name, where, in_state, text, ...)				\
	{ { "tsm_req." name, REQ(__VA_ARGS__), where }, in_state, .steps = (text), more }
#define PAIRS(name, where, in_state, text, ...)						\
	{ { "tsm_req." name, REQ(__VA_ARGS__), where }, in_state, .steps = (text), .custom = tsm_pairs }

#define BY(function, one, other)	.custom = (function), .first = (one), .last = (other)
#define EACH(from, to)		.first = (from), .last = (to)
#define EACH_BIT(from, to)	.first = (from), .last = (to), .bits = true

/* Judges a row of such a table. */
void tsm_run_row(const struct uc_row *row, const void *facts);
/* Its steps, from the state that --replay begins with; "" where a function judges it. */
void tsm_replay_row(const struct uc_row *row, char *text, size_t size);

#define TSM_TOPIC(topic_name) {								\
	.name = (topic_name), .file = __FILE__, .rows = rows, .row_size = sizeof(rows[0]), \
	.row_count = UC_ARRAY_SIZE(rows), .run = tsm_run_row, .replay = tsm_replay_row,	\
	.batched = true }

#define TSM_MOST_STEPS	16	/* of a row */

/*
 * For functions of rows: play steps, and hold them against what they say. Those behind a wrong one
 * that changes something are not played. Returns whether all was right.
 */
bool tsm_play_text(struct tsm_session *session, const char *format, ...) uc_printf(2, 3);
bool tsm_play_steps(struct tsm_session *session, const struct tsm_step *steps, unsigned int count);

/* The good call on a bound vdevice succeeds. */
extern const struct uc_control tsm_control_bound;
/* The same where there is a device; an unknown vdevice is ENOENT, or EOPNOTSUPP without TSM. */
extern const struct uc_control tsm_control_anywhere;

/*
 * What rows need, on every revision that is judged; ..._OF(which): on those of which tsm_need_WHICH
 * says so (needs.h), as v5, scoped, ops.
 *
 * Rows that the rules of every iommufd ioctl decide, in a kernel without TSM support too. */
#define ON_IOMMUFD_OF(which) NEEDS(&tsm_need_##which), .control = &tsm_control_anywhere
#define ON_IOMMUFD	ON_IOMMUFD_OF(judged)
/* Rows whose outcome is decided before the vdevice is looked at. */
#define ON_ANY_OF(which) NEEDS(&tsm_need_##which, &tsm_need_tsm), .control = &tsm_control_anywhere
#define ON_ANY		ON_ANY_OF(judged)
/* Rows that need the scripted device; CONTROL are the controls themselves. */
#define CONTROL_OF(which) \
	NEEDS(&tsm_need_##which, &tsm_need_tsm, &tsm_need_fixture, &tsm_need_bind)
#define CONTROL		CONTROL_OF(judged)
#define ON_FIXTURE_OF(which) CONTROL_OF(which), .control = &tsm_control_bound
#define ON_FIXTURE	ON_FIXTURE_OF(judged)
/* Rows that any device will do for, and that are harmless. */
#define ON_DEVICE	NEEDS(&tsm_need_judged, &tsm_need_tsm, &tsm_need_device), \
			.control = &tsm_control_anywhere

/* order.c: a row's one wrong thing together with each that is checked later. */
void tsm_pairs(struct tsm_session *session, const struct tsm_row *row);

extern const struct uc_topic *const tsm_topics[];	/* NULL ends */

#endif /* TSM_ROWS_H */
