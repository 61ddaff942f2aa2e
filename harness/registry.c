// SPDX-License-Identifier: GPL-2.0-only
/* Which suites there are, and which of their rows a command line means. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore.h"
#include "random.h"
#include "registry.h"
#include "words.h"

static struct uc_suite *suites;
static char why_not[512];

void uc_register_suite(struct uc_suite *suite)
{
	struct uc_suite **place = &suites;

	/* By name, so that the order of linking does not show. */
	while (*place && strcmp((*place)->name, suite->name) < 0)
		place = &(*place)->next;
	suite->next = *place;
	*place = suite;
}

struct uc_suite *uc_suites(void)
{
	return suites;
}

const struct uc_document *uc_next_document(const struct uc_suite *suite, const char **source)
{
	while (*source && **source) {
		const char *part = *source, *end = strstr(part, "; ");

		*source = end ? end + 2 : "";
		for (const struct uc_document *d = suite->documents; d && d->source; d++)
			if (!strncmp(part, d->source, strlen(d->source)))
				return d;
	}
	return NULL;
}

static void all_rows(struct uc_selection *all)
{
	size_t count = 0;

	for (struct uc_suite *suite = suites; suite; suite = suite->next)
		for (const struct uc_topic *const *topic = suite->topics; *topic; topic++)
			count += (*topic)->row_count;
	/* At least one, and room for an explorer of each. */
	for (struct uc_suite *suite = suites; suite; suite = suite->next)
		count++;
	all->entries = calloc(count + 1, sizeof(*all->entries));
	all->count = 0;
	if (!all->entries) {
		perror("uapi-conform: the list of rows");
		exit(UC_EXIT_FAIL);
	}
	for (struct uc_suite *suite = suites; suite; suite = suite->next) {
		for (const struct uc_topic *const *topic = suite->topics; *topic; topic++) {
			const char *row = (*topic)->rows;

			for (size_t i = 0; i < (*topic)->row_count; i++, row += (*topic)->row_size)
				all->entries[all->count++] = (struct uc_entry){
					suite, *topic, (const struct uc_row *)row };
		}
	}
}

static const char *nearest_row(const struct uc_selection *all, const char *name)
{
	const char **ids = calloc(all->count + 1, sizeof(*ids)), *best;

	for (size_t i = 0; ids && i < all->count; i++)
		ids[i] = all->entries[i].row->id;
	best = uc_nearest(name, strlen(name), ids, ids ? all->count : 0, NULL);
	free(ids);
	return best;
}

static bool suite_known(const char *name)
{
	for (struct uc_suite *suite = suites; suite; suite = suite->next)
		if (!strcmp(suite->name, name))
			return true;
	return false;
}

static bool suites_fault(const struct uc_options *options)
{
	for (size_t i = 0; i < options->suite_count; i++) {
		int used;

		if (suite_known(options->suites[i]))
			continue;
		used = snprintf(why_not, sizeof(why_not), "no suite is called '%s'; there are:",
				options->suites[i]);
		for (struct uc_suite *suite = suites; suite && used < (int)sizeof(why_not);
		     suite = suite->next)
			used += snprintf(why_not + used, sizeof(why_not) - used, " %s",
					 suite->name);
		return true;
	}
	return false;
}

static bool wanted_suite(const struct uc_options *options, const struct uc_entry *entry)
{
	for (size_t i = 0; i < options->suite_count; i++)
		if (!strcmp(options->suites[i], entry->suite->name))
			return true;
	return !options->suite_count;
}

/* Whether a glob names the row; marks every glob that matched anything. */
static bool wanted_case(const struct uc_options *options, const char *id, bool *matched)
{
	bool wanted = !options->case_count;

	for (size_t i = 0; i < options->case_count; i++) {
		if (!fnmatch(options->cases[i], id, 0))
			wanted = matched[i] = true;
	}
	return wanted;
}

/* The one row of each explorer that there is. */
static void all_explorers(struct uc_selection *all)
{
	all->count = 0;
	for (struct uc_suite *suite = suites; suite; suite = suite->next) {
		const struct uc_topic *topic = suite->explorer ? suite->explorer->topic : NULL;

		if (topic)
			all->entries[all->count++] = (struct uc_entry){ suite, topic, topic->rows };
	}
}

/*
 * Leave the rows after this one. The order is the same as without: who goes on where a run
 * ended gives the same options again, and this one. *why is one line if nothing is left.
 */
static bool leave_out_until(struct uc_selection *selection, const char *id)
{
	for (size_t i = 0; i < selection->count; i++) {
		if (strcmp(selection->entries[i].row->id, id))
			continue;
		selection->count -= i + 1;
		memmove(selection->entries, &selection->entries[i + 1],
			selection->count * sizeof(*selection->entries));
		if (!selection->count)
			snprintf(why_not, sizeof(why_not), "no row comes after '%s', it is the last one", id);
		return selection->count;
	}
	snprintf(why_not, sizeof(why_not),
		 "--after: no row among those to run is called '%s'; the nearest is '%s'", id,
		 nearest_row(selection, id));
	return false;
}

/*
 * Leave the one suite that understands the steps. *why is, if none does, what is wrong for the one
 * that understands most of them, or has a name that is nearest to the one that none of them has.
 */
static bool choose_replay(const struct uc_options *options, struct uc_selection *selection)
{
	static struct uc_sequence sequence;
	size_t farthest = 0, least = 0;

	snprintf(why_not, sizeof(why_not), "--replay: that suite cannot replay anything");
	for (size_t i = 0; i < selection->count; i++) {
		const struct uc_explorer *explorer = selection->entries[i].suite->explorer;
		struct uc_words words;
		size_t place;

		if (!explorer->parse)
			continue;
		if (uc_replay_parse(explorer, options->replay, NULL, &sequence, &words)) {
			selection->entries[0] = selection->entries[i];
			selection->count = 1;
			return true;
		}
		place = words.word - words.text + 1;
		if (place < farthest || (place == farthest && words.away >= least))
			continue;
		snprintf(why_not, sizeof(why_not), "--replay: %s", words.fault);
		farthest = place;
		least = words.away;
	}
	return false;
}

bool uc_select(const struct uc_options *options, struct uc_selection *selection, const char **why)
{
	bool *matched = calloc(options->case_count + 1, sizeof(*matched));
	struct uc_selection all;
	bool ok = matched && !suites_fault(options);

	*why = why_not;
	all_rows(&all);
	if (options->explore || options->replay)
		all_explorers(&all);
	selection->entries = calloc(all.count + 1, sizeof(*selection->entries));
	selection->count = 0;
	ok = ok && selection->entries;
	for (size_t i = 0; ok && i < all.count; i++) {
		bool wanted = wanted_case(options, all.entries[i].row->id, matched);

		if (wanted && wanted_suite(options, &all.entries[i]))
			selection->entries[selection->count++] = all.entries[i];
	}
	for (size_t i = 0; ok && i < options->case_count; i++) {
		if (matched[i])
			continue;
		snprintf(why_not, sizeof(why_not),
			 "no row is called '%s'; the nearest is '%s', --list shows all",
			 options->cases[i], nearest_row(&all, options->cases[i]));
		ok = false;
	}
	if (ok && !selection->count) {
		snprintf(why_not, sizeof(why_not),
			 options->explore || options->replay ? "that suite has nothing to explore" :
			 "no row matches both --suite and --case");
		ok = false;
	}
	if (ok && options->replay)
		ok = choose_replay(options, selection);
	if (ok && options->shuffle)
		uc_random_shuffle(selection->entries, selection->count, sizeof(*selection->entries), options->seed);
	if (ok && options->after)
		ok = leave_out_until(selection, options->after);
	free(matched);
	free(all.entries);
	return ok;
}

/* Whether an id stands in a list with plus signs between. */
static bool one_of(const char *id, const char *list)
{
	size_t length = strlen(id);

	for (const char *at = list; at; at = strchr(at, '+') ? strchr(at, '+') + 1 : NULL)
		if (strcspn(at, "+") == length && !strncmp(at, id, length))
			return true;
	return false;
}

bool uc_keep_rows_of(struct uc_selection *selection, const char *requirements)
{
	size_t kept = 0;

	for (size_t i = 0; i < selection->count; i++) {
		struct uc_entry entry = selection->entries[i];
		bool wanted = false;

		for (size_t j = 0; j < UC_MAX_CHECKS && entry.row->checks[j]; j++)
			wanted |= one_of(entry.suite->requirements[entry.row->checks[j]].id, requirements);
		if (wanted)
			selection->entries[kept++] = entry;
	}
	selection->count = kept;
	return kept;
}

static const char *row_fault(const struct uc_entry *entry)
{
	const char *id = entry->row->id;
	size_t suite = strlen(entry->suite->name), topic = strlen(entry->topic->name);

	if (!id)
		return "has no id";
	if (strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") !=
	    strlen(id))
		return "has a character that TAP's readers do not take";
	if (strncmp(id, entry->suite->name, suite) || id[suite] != '.' ||
	    strncmp(id + suite + 1, entry->topic->name, topic) || id[suite + 1 + topic] != '.' ||
	    !id[suite + topic + 2])
		return "is not called suite.topic.case";
	if (!entry->row->checks[0])
		return "checks no requirement";
	for (size_t i = 0; i < UC_MAX_CHECKS && entry->row->checks[i]; i++)
		if (entry->row->checks[i] >= entry->suite->requirement_count)
			return "checks a requirement that does not exist";
	return NULL;
}

static int by_id(const void *a, const void *b)
{
	const struct uc_entry *left = a, *right = b;

	return strcmp(left->row->id, right->row->id);
}

/* The first row that is wrong in itself. */
static bool any_row_fault(const struct uc_selection *all)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct uc_entry *entry = &all->entries[i];
		const char *what = row_fault(entry);

		if (!what)
			continue;
		snprintf(why_not, sizeof(why_not), "row %zu of %s (%s) %s", i,
			 entry->topic->file, entry->row->id ?: "?", what);
		return true;
	}
	return false;
}

/* The first id that two rows have; sorts them to see it. */
static bool any_id_twice(struct uc_selection *all)
{
	qsort(all->entries, all->count, sizeof(*all->entries), by_id);
	for (size_t i = 1; i < all->count; i++) {
		if (by_id(&all->entries[i - 1], &all->entries[i]))
			continue;
		snprintf(why_not, sizeof(why_not), "%s is defined twice", all->entries[i].row->id);
		return true;
	}
	return false;
}

const char *uc_registry_fault(void)
{
	struct uc_selection all;
	bool fault;

	all_rows(&all);
	fault = any_row_fault(&all) || any_id_twice(&all);
	free(all.entries);
	return fault ? why_not : NULL;
}
