/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Steps as text, by a table that a suite hands in: each column of it is one value of a step, with the
 * word by which the text names it and what it may be. One reader and one writer for all suites, which
 * rows, --replay, --record and failures share; an exploration changes a step column by column, too.
 *
 *	TSM_REQ scope=9 as=nobody echo = EINVAL
 *
 * Behind the step's own word come its columns: those with a word in any order, those without in the order
 * of the table. What is not said is as in the usual step.
 */
#ifndef UC_STEPS_H
#define UC_STEPS_H

#include <stdint.h>

#include "random.h"
#include "words.h"

enum uc_column_kind {
	UC_VALUE,	/* a number, or one of the names where there are any */
	UC_NAME,	/* one of the names */
	UC_FLAG,	/* no value: the word sets these bits */
};

struct uc_column {
	const char *word;	/* "scope"; NULL: the value stands alone */
	const char *what;	/* what a value without a word is: "register" */
	uint8_t offset, width;	/* of the value in the step: bytes, 1, 2, 4 or 8 */
	uint8_t kind;		/* enum uc_column_kind, unless read() is there */
	uint8_t bits;		/* of a UC_FLAG */
	bool plain;		/* no '=' stands between the word and the value */
	bool bare;		/* a name may stand without the word; and does, where 0 has none */
	bool must;		/* cannot be left out */
	bool always;		/* is written where it is as usual, too */
	bool expected;		/* says what must come of the step */
	bool all;		/* "all" is the largest number */
	bool hex;		/* written in hexadecimal however small it is */
	uint8_t name_count, interesting_count;
	uint32_t of;		/* the suite's: of which steps, 1 << op */
	const char *const *names;	/* of the first values; NULL for gaps */
	const uint32_t *interesting;	/* values that an exploration tries */
	/* A value of another form. @words is behind the word and its '='; false after a fault. */
	bool (*read)(struct uc_words *words, void *step, const struct uc_column *column);
	/* Append " word=value", or nothing where that is as usual. */
	void (*write)(const void *step, const struct uc_column *column, char *text, size_t size);
};

/* The columns of this step, in the order in which they are written; NULL behind the last one. */
typedef const struct uc_column *uc_column_of(const void *step, unsigned int index);

/* Little-endian, as all machines are that this runs on. */
uint64_t uc_column_get(const void *step, const struct uc_column *column);
void uc_column_set(void *step, const struct uc_column *column, uint64_t value);

/*
 * Read what follows the step's word, as far as it is the step's; false after a fault. @step is the
 * usual one of its kind at first.
 */
bool uc_read_columns(struct uc_words *words, void *step, uc_column_of *column_of);

/* Append all that is not as in the @usual step; @expected: also what must come of it. */
void uc_write_columns(const void *step, const void *usual, uc_column_of *column_of, bool expected,
		      char *text, size_t size);

/* Reads one step, as in struct uc_explorer: returns how many it stands for, 0 after a fault. */
typedef unsigned int uc_read_step(struct uc_words *words, void *steps, unsigned int room,
				  const void *facts);

/*
 * Read steps separated by semicolons: at most @room, of @size bytes each, with @facts for @read. Returns
 * how many; 0 with a fault in @words, or where there are none.
 */
unsigned int uc_read_steps(const char *text, uc_read_step *read, void *steps, size_t size,
			   unsigned int room, const void *facts, struct uc_words *words);

/* Another value of the column: one of its names or interesting values, a flipped flag, or one bit. */
void uc_change_column(void *step, const struct uc_column *column, struct uc_random *random);

/* The column as in the @usual step. */
void uc_simplify_column(void *step, const void *usual, const struct uc_column *column);

#endif /* UC_STEPS_H */
