// SPDX-License-Identifier: GPL-2.0-only
/* A step's text, word by word, and the name that somebody may have meant. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

void uc_words_begin(struct uc_words *words, const char *text, const char *at, size_t length)
{
	words->text = text;
	words->next = words->word = at;
	words->end = at + length;
	words->away = 0;
	words->fault[0] = '\0';
}

void uc_append(char *text, size_t size, const char *format, ...)
{
	const size_t used = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + used, size - used, format, arguments);
	va_end(arguments);
}

/* isspace() asks the locale for a table, each time. */
static bool is_blank(char byte)
{
	return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

bool uc_words_left(struct uc_words *words)
{
	while (words->next < words->end && is_blank(*words->next))
		words->next++;
	return words->next < words->end;
}

size_t uc_word_length(struct uc_words *words)
{
	const char *end;

	if (!uc_words_left(words))
		return 0;
	for (end = words->next; end < words->end; end++)
		if (is_blank(*end) || *end == '=' || *end == ',')
			break;
	/* "==" is one word. */
	if (end == words->next)
		end += *end == '=' && end + 1 < words->end && end[1] == '=' ? 2 : 1;
	return end - words->next;
}

size_t uc_word(struct uc_words *words, const char **word)
{
	size_t length = uc_word_length(words);

	*word = words->word = words->next;
	words->next += length;
	return length;
}

bool uc_word_same(const char *name, const char *word, size_t length)
{
	/* Nearly all names differ at once. */
	return name && *name == *word && !strncmp(name, word, length) && !name[length];
}

bool uc_word_is(struct uc_words *words, const char *name)
{
	const char *word;
	/* It moves ->next to the word, so it comes first. */
	size_t length = uc_word_length(words);

	if (!length || !uc_word_same(name, words->next, length))
		return false;
	uc_word(words, &word);
	return true;
}

int uc_word_of(struct uc_words *words, const char *what, const char *const *names, size_t count)
{
	const char *word;
	size_t length = uc_word(words, &word);

	for (size_t i = 0; length && i < count; i++)
		if (uc_word_same(names[i], word, length))
			return i;
	if (length)
		uc_words_fault(words, "no %s is called '%.*s', the nearest is '%s'", what,
			       UC_SHOWN(length), word,
			       uc_nearest(word, length, names, count, &words->away));
	else
		uc_words_fault(words, "a %s is missing here", what);
	return -1;
}

bool uc_word_number(struct uc_words *words, const char *what, uint64_t least, uint64_t most,
		    uint64_t *value)
{
	char text[32], *end;
	const char *word;
	size_t length = uc_word(words, &word);

	if (length && length < sizeof(text) && isdigit((unsigned char)*word)) {
		memcpy(text, word, length);
		text[length] = '\0';
		errno = 0;
		*value = strtoull(text, &end, 0);
		if (!errno && !*end && *value >= least && *value <= most)
			return true;
	}
	return uc_words_fault(words, "%s is a number from %#llx to %#llx, not '%.*s'", what,
			      (unsigned long long)least, (unsigned long long)most, UC_SHOWN(length), word);
}

bool uc_words_fault(struct uc_words *words, const char *format, ...)
{
	va_list arguments;
	int used;

	if (words->fault[0])
		return false;
	used = snprintf(words->fault, sizeof(words->fault), "character %zu: ",
			(size_t)(words->word - words->text) + 1);
	va_start(arguments, format);
	vsnprintf(words->fault + used, sizeof(words->fault) - used, format, arguments);
	va_end(arguments);
	return false;
}

/* Levenshtein's distance, capped by what the lines hold. */
static size_t distance(const char *a, size_t size, const char *b)
{
	size_t line[128], length = strnlen(b, sizeof(line) / sizeof(*line) - 1);

	for (size_t j = 0; j <= length; j++)
		line[j] = j;
	for (size_t i = 0; i < size; i++) {
		size_t diagonal = line[0];

		line[0] = i + 1;
		for (size_t j = 0; j < length; j++) {
			size_t best = diagonal + (a[i] != b[j]);

			if (line[j] + 1 < best)
				best = line[j] + 1;
			diagonal = line[j + 1];
			if (diagonal + 1 < best)
				best = diagonal + 1;
			line[j + 1] = best;
		}
	}
	return line[length];
}

const char *uc_nearest(const char *word, size_t length, const char *const *names, size_t count,
		       size_t *away)
{
	const char *best = "nothing";
	size_t least = (size_t)-1;

	for (size_t i = 0; i < count; i++) {
		size_t from = names[i] ? distance(word, length, names[i]) : least;

		if (from < least) {
			least = from;
			best = names[i];
		}
	}
	if (away)
		*away = least;
	return best;
}
