// SPDX-License-Identifier: GPL-2.0-only
/* Steps as text: reading them. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/verdict.h"
#include "model.h"
#include "text.h"

#define WORD_OF(words, what, list) uc_word_of((words), (what), (list), UC_ARRAY_SIZE(list))

static bool set_index(struct uc_words *words, __u8 *place, int index)
{
	*place = index < 0 ? 0 : index;
	return index >= 0 && !words->fault[0];
}

static bool number_next(struct uc_words *words)
{
	return uc_words_left(words) && isdigit((unsigned char)*words->next);
}

static int errno_of(const char *word, size_t length)
{
	for (int error = 1; length && error < 134; error++) {
		if (uc_word_same(strerrorname_np(error), word, length))
			return error;
	}
	return 0;
}

/* A number with a sign, or an errno with one. */
static bool read_result(struct uc_words *words, __s64 *result)
{
	const char *word;
	size_t length = uc_word(words, &word);
	char text[32] = "", *end;
	int error;

	snprintf(text, sizeof(text), "%.*s", (int)length, word);
	error = *text == '-' ? errno_of(text + 1, strlen(text + 1)) : 0;
	*result = error ? -error : strtoll(text, &end, 0);
	if (error || (*text && !*end))
		return true;
	return uc_words_fault(words, "a result is a number or -ERRNO, not '%s'", text);
}

static bool read_bytes(struct uc_words *words, __u64 *bytes)
{
	uint64_t number;

	if (uc_word_is(words, "all"))
		*bytes = TSM_ALL;
	else if (uc_word_number(words, "a number of bytes", 0, UINT64_MAX, &number))
		*bytes = number;
	return !words->fault[0];
}

static bool read_small(struct uc_words *words, const char *what, uint64_t most, __u16 *value)
{
	uint64_t number = 0;

	if (!uc_word_number(words, what, 0, most, &number))
		return false;
	*value = number;
	return true;
}

static bool read_place(struct uc_words *words, struct tsm_step *step, enum tsm_area area)
{
	if (!set_index(words, &step->place[area], WORD_OF(words, "place", tsm_places)))
		return false;
	return step->place[area] != CUT ||
	       read_small(words, "the bytes that are there", 65535, &step->mapped[area]);
}

/* An object, and what becomes of its number: "vdevice", "ioas+1", "nothing". */
static bool read_id(struct uc_words *words, struct tsm_step *step)
{
	const char *word, *plus;
	size_t length = uc_word(words, &word), first;

	for (unsigned int i = ZERO; i < TSM_IDS; i++)
		if (length && uc_word_same(tsm_ids[i], word, length)) {
			step->id = i;
			return true;
		}
	plus = memchr(word, '+', length);
	first = plus ? (size_t)(plus - word) : length;
	for (unsigned int i = 0; i < TSM_OBJECTS; i++) {
		if (strlen(tsm_objects[i]) != first || strncmp(tsm_objects[i], word, first))
			continue;
		step->object = i;
		step->id = AS_IT_IS;
		for (unsigned int id = 1; plus && id < ZERO; id++)
			if (strlen(tsm_ids[id]) == length - first - 1 &&
			    !strncmp(tsm_ids[id], plus + 1, length - first - 1))
				step->id = id;
		if (!plus || step->id)
			return true;
	}
	return uc_words_fault(words, "no object is called '%.*s', the nearest is '%s'", (int)length,
			      word, uc_nearest(word, first, tsm_objects, TSM_OBJECTS, &words->away));
}

static bool read_field(struct uc_words *words, struct tsm_step *step,
		       const struct tsm_field *field)
{
	uint64_t number = 0;
	int name;

	switch (field->kind) {
	case FIELD_ID:
		return read_id(words, step);
	case FIELD_REQ:
		return read_place(words, step, REQUEST);
	case FIELD_CODE:
		return uc_words_fault(words, "%s is the kernel's to write", field->name);
	case FIELD_RESP:
		return read_place(words, step, RESPONSE);
	}
	if (field->names && !number_next(words)) {
		name = uc_word_of(words, field->name, field->names, field->name_count);
		number = name < 0 ? 0 : name;
	} else {
		uc_word_number(words, field->name, 0, UINT32_MAX, &number);
	}
	step->value[field->value] = number;
	return !words->fault[0];
}

static bool read_key(struct uc_words *words, struct tsm_step *step, enum key key)
{
	uint64_t number = 0;

	switch (key) {
	case KEY_STRUCT:
		return read_place(words, step, STRUCT);
	case KEY_BYTE:
		return read_small(words, "an offset", 16384, &step->tail);
	case KEY_WORD:
		return set_index(words, &step->word, WORD_OF(words, "ioctl word", tsm_wrong_words));
	case KEY_FILE:
		return set_index(words, &step->file, WORD_OF(words, "file", tsm_files));
	case KEY_AS:
		return set_index(words, &step->caller, WORD_OF(words, "caller", tsm_callers));
	case KEY_CONSUME:
		return read_bytes(words, &step->consume);
	case KEY_PRODUCE:
		return read_bytes(words, &step->produce);
	case KEY_RESULT:
		if (step->op == DO_REQ)
			step->tell |= TELL_RESULT;
		return read_result(words, &step->result);
	case KEY_DELAY:
		uc_word_number(words, "a delay in ms", 0, 60000, &number);
		step->delay_ms = number;
		return !words->fault[0];
	default:
		step->tell |= key == KEY_ECHO ? TELL_ECHO : key == KEY_NO_TOUCH ? TELL_NO_TOUCH :
			      TELL_BEFOREHAND;
		return true;
	}
}

#define MOST_NAMES (KEYS + 16 + 16)

/* An argument of a call: a key with its value, a flag, or the bare name of a value. */
static bool read_argument(struct uc_words *words, struct tsm_step *step)
{
	const struct tsm_ioctl *ioctl = tsm_ioctl_of(step);
	const char *names[MOST_NAMES];
	const struct tsm_field *field;
	size_t count = KEYS;
	int index;

	memcpy(names, tsm_keys, sizeof(tsm_keys));
	for (unsigned int i = 0; i < ioctl->field_count; i++)
		names[count++] = ioctl->fields[i].name;
	for (unsigned int i = 0; i < ioctl->field_count; i++)
		for (unsigned int n = 0; n < ioctl->fields[i].name_count; n++)
			names[count++] = ioctl->fields[i].names[n];
	index = uc_word_of(words, "argument", names, count);
	if (index < 0)
		return false;
	if (index < KEYS) {
		if (index < KEY_ECHO && !uc_word_is(words, "="))
			return uc_words_fault(words, "'%s' needs a value: %s=...", tsm_keys[index],
					      tsm_keys[index]);
		return read_key(words, step, index);
	}
	index -= KEYS;
	if (index < ioctl->field_count) {
		field = &ioctl->fields[index];
		return uc_word_is(words, "=") ? read_field(words, step, field) :
		       uc_words_fault(words, "'%s' needs a value: %s=...", field->name, field->name);
	}
	index -= ioctl->field_count;
	for (field = ioctl->fields; index >= field->name_count; field++)
		index -= field->name_count;
	step->value[field->value] = index;
	return true;
}

/* Of the steps that are no call. */
static bool read_other(struct uc_words *words, struct tsm_step *step)
{
	uint64_t number = TSM_VIRT_ID;
	int index;

	if (uc_word_is(words, "plain"))
		step->device = PLAIN;
	switch (step->op) {
	case DO_OPEN:
		step->which = !uc_word_is(words, "no-vm");
		return true;
	case DO_VDEVICE_ALLOC:
		if (uc_word_is(words, "virt_id") && uc_word_is(words, "="))
			uc_word_number(words, "an identifier", 0, UINT64_MAX, &number);
		else if (step->device == PLAIN)
			number = 0x4321;
		step->consume = number;
		return !words->fault[0];
	case DO_VIOMMU_ALLOC:
		step->consume = uc_word_is(words, "vm") ? VIOMMU_VM :
				uc_word_is(words, "no-vm") ? VIOMMU_NO_VM : VIOMMU_AS_DEVICE;
		return true;
	case DO_IOAS_ALLOC:
	case DO_DESTROY:
		return set_index(words, &step->object, WORD_OF(words, "object", tsm_objects));
	case DO_OVERRIDE:
		return set_index(words, &step->which, WORD_OF(words, "override", tsm_overrides));
	case DO_RACE:
		index = WORD_OF(words, "race", tsm_races);
		return set_index(words, &step->which, index);
	default:
		return true;
	}
}

static bool read_errno(struct uc_words *words, __u16 *error)
{
	const char *word;
	size_t length = uc_word(words, &word);

	*error = errno_of(word, length);
	return *error || uc_words_fault(words, "'%.*s' is no errno, no number and not 'open'",
					(int)length, word);
}

static bool read_expectation(struct uc_words *words, struct tsm_step *step)
{
	uint64_t number = 0;

	if (number_next(words)) {
		step->expect = A_RESULT;
		uc_word_number(words, "a result", 0, TSM_RESIDUE_MAX, &number);
		step->residue = number;
		step->effects = step->op == DO_REQ ? EXPECT_ASKED : 0;
	} else if (uc_word_is(words, "open")) {
		step->expect = LEFT_OPEN;
	} else {
		step->expect = AN_ERROR;
		if (!read_errno(words, &step->error))
			return false;
		if (uc_word_is(words, "or") && !read_errno(words, &step->or_error))
			return false;
		if (uc_word_is(words, "from") && uc_word_is(words, "TSM"))
			step->effects = EXPECT_ASKED;
	}
	if (uc_word_is(words, "binds"))
		step->effects |= EXPECT_BINDS;
	if (uc_word_is(words, "unbinds"))
		step->effects |= EXPECT_UNBINDS;
	return !words->fault[0];
}

bool tsm_parse_step(struct uc_words *words, struct tsm_step *step)
{
	int op = WORD_OF(words, "step", tsm_step_names);

	if (op < 0)
		return false;
	if (op <= DO_OP && !tsm_rules_now->ioctl[op])
		return uc_words_fault(words, "this revision has no %s", tsm_step_names[op]);
	*step = tsm_good(op);
	if (!tsm_is_call(step) && !read_other(words, step))
		return false;
	while (!words->fault[0] && uc_words_left(words)) {
		if (uc_word_is(words, "="))
			return read_expectation(words, step);
		if (!tsm_is_call(step))
			return true;	/* too much: the caller says so */
		if (!read_argument(words, step))
			return false;
	}
	return !words->fault[0];
}

unsigned int tsm_parse_steps(const char *text, struct tsm_step *steps, unsigned int room,
			     const char **why)
{
	static struct uc_words words;
	unsigned int count = 0;

	for (const char *at = text, *end; *at && count < room; at = *end ? end + 1 : end) {
		end = at + strcspn(at, ";");
		uc_words_begin(&words, text, at, end - at);
		if (!tsm_parse_step(&words, &steps[count++]) || uc_words_left(&words)) {
			if (!words.fault[0])
				uc_words_fault(&words, "nothing may follow here");
			*why = words.fault;
			return 0;
		}
	}
	return count;
}

unsigned int tsm_read_steps(struct tsm_step *steps, unsigned int room, const char *text)
{
	const char *why = "there are none";
	unsigned int count = tsm_parse_steps(text, steps, room, &why);

	if (!count)
		uc_error("the suite's steps '%s': %s", text, why);
	return count;
}

void tsm_spoil(struct tsm_step *step, const char *text)
{
	struct uc_words words;

	uc_words_begin(&words, text, text, strlen(text));
	while (uc_words_left(&words) && read_argument(&words, step))
		;
}
