/* SPDX-License-Identifier: GPL-2.0-only */
/* What is said about a row that was judged, and of what no row could judge. */
#ifndef UC_PRINT_H
#define UC_PRINT_H

#include <stdbool.h>

#include "explore.h"
#include "options.h"
#include "registry.h"

/* The exploration that an entry stands for where these options ask for one; @own_vm as uc_run()'s. */
struct uc_exploration uc_exploration_of(const struct uc_entry *entry,
					const struct uc_options *options, bool own_vm);

/*
 * The steps of --replay, now that the suite's facts are known; what cannot be had here is said in
 * one line, and everything put back. For uc_exploration_of().
 */
bool uc_print_parse_replay(const struct uc_entry *entry, const struct uc_options *options);

/* The row's notes, why it is a FAIL or an ERROR, and its result line, from uc_shared. */
void uc_print_row(const struct uc_entry *entry, const struct uc_options *options);

/* --strict: name each mandatory requirement of the rows that stayed unjudged; how many they are. */
unsigned int uc_print_unjudged(const struct uc_selection *selection);

#endif /* UC_PRINT_H */
