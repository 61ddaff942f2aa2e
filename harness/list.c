// SPDX-License-Identifier: GPL-2.0-only
/* --list and --requirements: what there is, for people and for the report. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

/* The file as a reader of the repository knows it, whatever directory it was built from. */
static const char *short_path(const char *file)
{
	const char *suites = strstr(file, "suites/");

	return suites ? suites : file;
}

void uc_list(const struct uc_selection *selection)
{
	for (size_t i = 0; i < selection->count; i++) {
		const struct uc_entry *entry = &selection->entries[i];

		printf("%s\t", entry->row->id);
		for (size_t j = 0; j < UC_MAX_CHECKS && entry->row->checks[j]; j++)
			printf("%s%s", j ? "," : "",
			       entry->suite->requirements[entry->row->checks[j]].id);
		putchar('\t');
		for (size_t j = 0; j < UC_MAX_NEEDS && entry->row->needs[j]; j++)
			printf("%s%s", j ? "," : "", entry->row->needs[j]->name);
		printf("\t%s\n", short_path(entry->topic->file));
	}
}

static unsigned int rows_of(const struct uc_suite *suite, size_t requirement)
{
	unsigned int count = 0;

	for (const struct uc_topic *const *topic = suite->topics; *topic; topic++) {
		const char *place = (*topic)->rows;

		for (size_t i = 0; i < (*topic)->row_count; i++, place += (*topic)->row_size) {
			const struct uc_row *row = (const struct uc_row *)place;

			for (size_t j = 0; j < UC_MAX_CHECKS && row->checks[j]; j++)
				count += row->checks[j] == requirement;
		}
	}
	return count;
}

static bool named(const struct uc_options *options, const char *suite)
{
	for (size_t i = 0; i < options->suite_count; i++)
		if (!strcmp(options->suites[i], suite))
			return true;
	return !options->suite_count;
}

void uc_list_requirements(const struct uc_options *options)
{
	for (const struct uc_suite *suite = uc_suites(); suite; suite = suite->next) {
		if (!named(options, suite->name))
			continue;
		for (size_t i = 1; i < suite->requirement_count; i++) {
			const struct uc_requirement *requirement = &suite->requirements[i];
			const struct uc_document *document;
			unsigned int count = rows_of(suite, i);
			char rows[24] = "no row";

			if (count)
				snprintf(rows, sizeof(rows), "%u row%s", count,
					 count == 1 ? "" : "s");
			printf("%s:%s\t%s\t%s\t%s\t%s\t", suite->name, requirement->id,
			       requirement->optional ? "optional" : "mandatory", rows,
			       requirement->source, requirement->text);
			for (const char *left = requirement->source;
			     (document = uc_next_document(suite, &left));)
				printf("%s <%s>", document->title, document->link);
			putchar('\n');
		}
	}
}
