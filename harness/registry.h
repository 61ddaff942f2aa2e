/* SPDX-License-Identifier: GPL-2.0-only */
/* Which suites there are, and which of their rows a command line means. */
#ifndef UC_REGISTRY_H
#define UC_REGISTRY_H

#include "options.h"
#include "row.h"

/* One row with where it belongs. */
struct uc_entry {
	struct uc_suite *suite;
	const struct uc_topic *topic;
	const struct uc_row *row;
};

struct uc_selection {
	struct uc_entry *entries;	/* malloc()ed, the caller's */
	size_t count;
};

/* The first suite, the others behind its next, in the order of their names. */
struct uc_suite *uc_suites(void);

/*
 * The rows that the options mean, in table order or shuffled. Every suite name
 * and every glob must mean something, and the row to begin after be one of them
 * with others behind it: otherwise false, with one line that says what is
 * unknown and what is near it in *why (static).
 */
bool uc_select(const struct uc_options *options, struct uc_selection *selection, const char **why);

/*
 * Of the selected rows, leave those that check one of these requirements: ids without the suite's
 * name, with plus signs between. False: there are none.
 */
bool uc_keep_rows_of(struct uc_selection *selection, const char *requirements);

/*
 * What is wrong with the tables: an id twice or with a wrong character, an
 * unknown requirement. NULL if nothing is, else one line (static).
 */
const char *uc_registry_fault(void);

#endif /* UC_REGISTRY_H */
