// SPDX-License-Identifier: GPL-2.0-only
/* Steps as text, by a suite's table of columns: read, written, changed. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "row.h"
#include "steps.h"

#define MOST_NAMES	256	/* that can be meant in one place */

uint64_t uc_column_get(const void *step, const struct uc_column *column)
{
	uint64_t value = 0;

	memcpy(&value, (const char *)step + column->offset, column->width);
	return value;
}

void uc_column_set(void *step, const struct uc_column *column, uint64_t value)
{
	memcpy((char *)step + column->offset, &value, column->width);
}

static uint64_t largest(const struct uc_column *column)
{
	return UINT64_MAX >> (64 - 8 * column->width);
}

static bool read_value(struct uc_words *words, void *step, const struct uc_column *column)
{
	const char *what = column->what ?: column->word;
	bool number = uc_words_left(words) && isdigit((unsigned char)*words->next);
	uint64_t value = 0;
	int name;

	if (column->read)
		return column->read(words, step, column);
	if (column->kind == UC_FLAG) {
		value = uc_column_get(step, column) | column->bits;
	} else if (column->kind == UC_NAME || (column->names && !number)) {
		name = uc_word_of(words, what, column->names, column->name_count);
		if (name < 0)
			return false;
		value = name;
	} else if (column->all && uc_word_is(words, "all")) {
		value = largest(column);
	} else if (!uc_word_number(words, what, 0, largest(column), &value)) {
		return false;
	}
	uc_column_set(step, column, value);
	return true;
}

static bool is_name_of(const struct uc_column *column, const char *word, size_t length)
{
	for (unsigned int i = 0; i < column->name_count; i++)
		if (uc_word_same(column->names[i], word, length))
			return true;
	return false;
}

/*
 * The index of the column that the next word begins: by the column's word, which is read, by a name of it, or
 * by its place, as the first that is not @taken. -1: of none.
 */
static int next_column(struct uc_words *words, const void *step, uc_column_of *column_of, uint64_t taken)
{
	const size_t length = uc_word_length(words);
	const struct uc_column *column;
	const char *word = words->next;
	int in_place = -1;

	for (unsigned int i = 0; (column = column_of(step, i)); i++) {
		if (uc_word_same(column->word, word, length)) {
			uc_word(words, &word);
			if (!column->plain && column->kind != UC_FLAG && !uc_word_is(words, "="))
				uc_words_fault(words, "'%s' needs a value: %s=...", column->word,
					       column->word);
			return i;
		}
		if (column->word ? column->bare && is_name_of(column, word, length) :
		    column->kind == UC_NAME && is_name_of(column, word, length))
			return i;
		if (!column->word && (column->must || column->kind != UC_NAME) && in_place < 0 &&
		    !(taken >> i & 1))
			in_place = i;
	}
	return in_place;
}

static bool no_column(struct uc_words *words, const void *step, uc_column_of *column_of)
{
	const char *names[MOST_NAMES];
	const struct uc_column *column;
	size_t count = 0;

	for (unsigned int i = 0; (column = column_of(step, i)); i++) {
		if (column->word && count < MOST_NAMES && !column->expected)
			names[count++] = column->word;
		for (unsigned int n = 0; (column->bare || !column->word) && n < column->name_count; n++)
			if (count < MOST_NAMES)
				names[count++] = column->names[n];
	}
	if (!count)
		return true;	/* whoever called sees that there is more */
	uc_word_of(words, "argument", names, count);
	return false;
}

bool uc_read_columns(struct uc_words *words, void *step, uc_column_of *column_of)
{
	const struct uc_column *column;
	uint64_t taken = 0;
	int index;

	while (uc_words_left(words)) {
		index = next_column(words, step, column_of, taken);
		if (index < 0)
			return no_column(words, step, column_of);
		taken |= 1ULL << index;
		if (words->fault[0] || !read_value(words, step, column_of(step, index)))
			return false;
	}
	for (unsigned int i = 0; (column = column_of(step, i)); i++)
		if (column->must && !(taken >> i & 1))
			return uc_words_fault(words, "the %s is missing", column->what ?: column->word);
	return true;
}

static void write_column(const void *step, const void *usual, const struct uc_column *column,
			 char *text, size_t size)
{
	const uint64_t value = uc_column_get(step, column);
	const bool named = value < column->name_count && column->names[value];
	const bool bare = !column->word || (column->bare && named && !column->names[0]);

	if (column->kind == UC_FLAG) {
		if (value & column->bits)
			uc_append(text, size, " %s", column->word);
		return;
	}
	if (!column->always && !(bare && column->word) && value == uc_column_get(usual, column))
		return;
	uc_append(text, size, " ");
	if (!bare)
		uc_append(text, size, "%s%s", column->word, column->plain ? " " : "=");
	if (named)
		uc_append(text, size, "%s", column->names[value]);
	else if (column->all && value == largest(column))
		uc_append(text, size, "all");
	else
		uc_append(text, size, column->hex || value > 99999 ? "%#llx" : "%llu", (unsigned long long)value);
}

void uc_write_columns(const void *step, const void *usual, uc_column_of *column_of, bool expected,
		      char *text, size_t size)
{
	const struct uc_column *column;

	for (unsigned int i = 0; (column = column_of(step, i)); i++) {
		if (column->expected && !expected)
			continue;
		if (column->write)
			column->write(step, column, text, size);
		else
			write_column(step, usual, column, text, size);
	}
}

unsigned int uc_read_steps(const char *text, uc_read_step *read, void *steps, size_t size,
			   unsigned int room, const void *facts, struct uc_words *words)
{
	unsigned int count = 0;

	uc_words_begin(words, text, text, 0);
	for (const char *at = text, *end; !words->fault[0] && *at; at = *end ? end + 1 : end) {
		end = at + strcspn(at, ";");
		uc_words_begin(words, text, at, end - at);
		if (!uc_words_left(words))
			continue;
		words->word = words->next;
		if (count == room)
			uc_words_fault(words, "more than %u steps", room);
		else
			count += read(words, (char *)steps + count * size, room - count, facts);
		if (words->fault[0] || !uc_words_left(words))
			continue;
		words->word = words->next;
		uc_words_fault(words, "unexpected '%.*s' after the step",
			       UC_SHOWN(words->end - words->next), words->next);
	}
	return words->fault[0] ? 0 : count;
}

void uc_change_column(void *step, const struct uc_column *column, struct uc_random *random)
{
	uint64_t value = uc_column_get(step, column);

	if (column->kind == UC_FLAG)
		value ^= column->bits;
	else if (column->kind == UC_NAME)
		value = uc_random_below(random, column->name_count);
	else if (column->interesting && uc_random_chance(random, 75))
		value = column->interesting[uc_random_below(random, column->interesting_count)];
	else
		value = 1ULL << uc_random_below(random, 8 * column->width) |
			uc_random_below(random, column->name_count + 1);
	uc_column_set(step, column, value);
}

void uc_simplify_column(void *step, const void *usual, const struct uc_column *column)
{
	if (column->kind == UC_FLAG)
		uc_column_set(step, column, uc_column_get(step, column) & ~(uint64_t)column->bits);
	else
		uc_column_set(step, column, uc_column_get(usual, column));
}
