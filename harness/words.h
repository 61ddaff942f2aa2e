/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text of a step, read word by word: what a suite's parse() is made of. A word ends at a blank, a
 * comma or a '=', which are words of their own. The first fault stands; it names its place and,
 * where a name is unknown, the nearest one.
 */
#ifndef UC_WORDS_H
#define UC_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "verdict.h"

struct uc_words {
	const char *text;	/* all of it: places are counted from here */
	const char *next;	/* the next character to be read */
	const char *end;	/* behind the last one */
	const char *word;	/* the word that was read last: the place of a fault */
	size_t away;		/* of an unknown name: how many characters are other than in the nearest */
	char fault[256];	/* "character 6: ...", or "" */
};

/* Append to a text that has room for @size bytes in all. */
void uc_append(char *text, size_t size, const char *format, ...) uc_printf(3, 4);

/* How much of something long is shown, for "%.*s". */
#define UC_SHOWN(length)	((length) < 48 ? (int)(length) : 48)

/* The @length characters at @at, somewhere in @text. */
void uc_words_begin(struct uc_words *words, const char *text, const char *at, size_t length);

/* How long the next word is, which begins at ->next then; 0: there is none. */
size_t uc_word_length(struct uc_words *words);

/* Whether the word of @length characters, at least one, is this name, which may be NULL. */
bool uc_word_same(const char *name, const char *word, size_t length);

/* Whether another word follows. */
bool uc_words_left(struct uc_words *words);

/* Read the next word; returns its length, 0 where there is none. It is not terminated. */
size_t uc_word(struct uc_words *words, const char **word);

/* Whether the next word is this one; only then is it read. */
bool uc_word_is(struct uc_words *words, const char *name);

/* The next word as one of these, NULL for gaps: its index, or -1 and a fault. @what: "step". */
int uc_word_of(struct uc_words *words, const char *what, const char *const *names, size_t count);

/* The next word as a number, decimal or 0x, from @least to @most; false with a fault. */
bool uc_word_number(struct uc_words *words, const char *what, uint64_t least, uint64_t most,
		    uint64_t *value);

/* The word that was read last is wrong, or more were needed. Returns false. */
bool uc_words_fault(struct uc_words *words, const char *format, ...) uc_printf(2, 3);

/*
 * The one of the names that is nearest to a word of @length characters, and how far @away it is;
 * "nothing" if there are none. @away may be NULL.
 */
const char *uc_nearest(const char *word, size_t length, const char *const *names, size_t count,
		       size_t *away);

#endif /* UC_WORDS_H */
