// SPDX-License-Identifier: GPL-2.0-only
/* --record: sequences of a suite's steps, over lists of choices. */
#include <stdio.h>
#include <string.h>

#include "explorer.h"
#include "record.h"
#include "verdict.h"
#include "words.h"

#define MOST_OBSERVED	48	/* steps of a sequence */
#define KEY		64

/* The next word of a list: a number of a range, or all up to a comma. False after the last. */
static bool next_word(const char **list, uint64_t *at, char *word, size_t size)
{
	size_t length = *list ? strcspn(*list, ",") : 0;
	unsigned long long first, last;

	if (!*list)
		return false;
	snprintf(word, size, "%.*s", (int)length, *list);
	if (sscanf(word, "%lli..%lli", (long long *)&first, (long long *)&last) == 2) {
		snprintf(word, size, "%#llx", first + *at);
		if (first + ++*at <= last)
			return true;
	}
	*at = 0;
	*list = (*list)[length] ? *list + length + 1 : NULL;
	return true;
}

/* The text with the choices in it. */
static void put_in(const char *text, const char *one, const char *two, char *to, size_t size)
{
	size_t used = 0;

	for (; *text && used + 1 < size; text++) {
		const char *word = *text != '%' ? NULL : *++text == '1' ? one : two;

		if (word)
			used += snprintf(to + used, size - used, "%s", word);
		else
			to[used++] = *text;
	}
	to[used < size ? used : size - 1] = '\0';
}

/* What may stand in a key: without choices, what is kept, and with what it is compared. */
static void key_of(const char *text, char *key, size_t size)
{
	size_t used = 0;

	for (; *text && used + 1 < size && strncmp(text, " as ", 4) && strncmp(text, " != ", 4) &&
	     strncmp(text, " & ", 3); text++) {
		if (!strchr(" ;,%", *text))
			key[used++] = *text;
		else if (*text == '%')
			text++;
		else if (used && !strchr("_:", key[used - 1]))
			key[used++] = '_';
	}
	while (used && key[used - 1] == '_')
		used--;
	key[used] = '\0';
}

struct observed {
	unsigned int count;
	char key[MOST_OBSERVED][KEY];
};

/* The second of the same in a sequence is "RUN.2". */
static const char *next_key(struct observed *observed, const char *text)
{
	static char key[KEY + 8];
	unsigned int again = 1;

	key_of(text, observed->key[observed->count], KEY);
	for (unsigned int i = 0; i < observed->count; i++)
		again += !strcmp(observed->key[i], observed->key[observed->count]);
	snprintf(key, sizeof(key), again > 1 ? "%s.%u" : "%s", observed->key[observed->count], again);
	observed->count += observed->count < MOST_OBSERVED - 1;
	return key;
}

struct choice {
	const char *one, *two;
};

/* One step, @observed or of what comes before those. Returns whether to go on. */
static bool record_step(const struct uc_step_recorder *recorder, const char *form, const struct choice *choice,
			struct observed *observed, const void *facts)
{
	_Alignas(uint64_t) unsigned char step[UC_MAX_STEP_SIZE] = { 0 };
	char said[160], text[320];
	enum uc_step_came came;
	struct uc_words words;

	put_in(form, choice->one, choice->two, text, sizeof(text));
	uc_words_begin(&words, text, text, strlen(text));
	if (!uc_words_left(&words))
		return true;
	if (recorder->parse(&words, step, 1, NULL) != 1 || uc_words_left(&words))
		uc_error("'%s': %s", text, words.fault[0] ? words.fault : "more than a step");
	came = recorder->play(step, facts, said, sizeof(said));
	if (observed || came == UC_STEP_OTHER)
		uc_record(observed ? next_key(observed, form) : "set-up", "%s", said);
	return came == UC_STEP_AS_SAID || (observed && came == UC_STEP_OTHER);
}

/* All steps up to a '>' or the end, which is where *form is then. Returns whether to go on. */
static bool record_some(const struct uc_step_recorder *recorder, const char **form, const struct choice *choice,
			struct observed *observed, const void *facts)
{
	bool going = true;
	char one[320];

	for (bool last = false; going && !last; *form += strcspn(*form, ";>") + !last) {
		snprintf(one, sizeof(one), "%.*s", (int)strcspn(*form, ";>"), *form);
		last = (*form)[strlen(one)] != ';';
		going = record_step(recorder, one, choice, observed, facts);
	}
	return going;
}

/* The steps from @form on; an empty set-up, ">>", has been made for all. */
static void record_sequence(const struct uc_step_recorder *recorder, const struct uc_recorded_steps *sequence,
			    const char *form, const struct choice *choice, const void *facts)
{
	static struct observed observed;
	char about[160], key[160];

	observed.count = 0;
	put_in(sequence->key, choice->one, choice->two, about, sizeof(about));
	key_of(about, key, sizeof(key));
	uc_record_about("%s/", key);
	if (record_some(recorder, &form, choice, NULL, facts) && *form++)
		record_some(recorder, &form, choice, &observed, facts);
}

/* One word of the first list with each of the second; ">>": in one state, made once. */
static void record_each(const struct uc_step_recorder *recorder, const struct uc_recorded_steps *sequence,
			const char *one, const void *facts)
{
	const char *twos = sequence->two ?: "", *all = strstr(sequence->steps, ">>"), *form = sequence->steps;
	const struct choice first = { one, "" };
	uint64_t at = 0;
	char two[160];

	if (all) {
		put_in(sequence->key, one, "", two, sizeof(two));
		uc_record_about("%s/", two);
		recorder->begin(facts);
		if (!record_some(recorder, &form, &first, NULL, facts)) {
			recorder->end();
			return;
		}
	}
	while (next_word(&twos, &at, two, sizeof(two))) {
		const struct choice choice = { one, two };

		if (!all)
			recorder->begin(facts);
		record_sequence(recorder, sequence, all ? all + 2 : form, &choice, facts);
		if (!all)
			recorder->end();
	}
	if (all)
		recorder->end();
}

void uc_record_steps(const struct uc_step_recorder *recorder, const struct uc_recorded_steps *list,
		     const void *facts)
{
	char one[160];

	for (; list->key; list++) {
		const char *ones = list->one ?: "";
		uint64_t at = 0;

		while (next_word(&ones, &at, one, sizeof(one)))
			record_each(recorder, list, one, facts);
	}
}
