// SPDX-License-Identifier: GPL-2.0-only
/* Steps as text: their words, and what is read and written in a way of its own. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/verdict.h"
#include "rules.h"
#include "text.h"

const char *const tsm_step_names[TSM_STEP_OPS] = {
	[DO_REQ] = "TSM_REQ", [DO_OP] = "TSM_OP", [DO_CONNECT] = "CONNECT",
	[DO_DISCONNECT] = "DISCONNECT", [DO_OPEN] = "OPEN", [DO_CLOSE] = "CLOSE",
	[DO_VIOMMU_ALLOC] = "VIOMMU_ALLOC", [DO_VDEVICE_ALLOC] = "VDEVICE_ALLOC",
	[DO_IOAS_ALLOC] = "IOAS_ALLOC", [DO_FAULT_ALLOC] = "FAULT_ALLOC",
	[DO_DESTROY] = "DESTROY", [DO_OVERRIDE] = "OVERRIDE", [DO_RACE] = "RACE",
};

static const char *const objects[TSM_OBJECTS] = {
	"vdevice", "plain-vdevice", "device", "plain-device", "ioas", "hwpt", "viommu", "fault",
	"spare", "spare-2", "spare-3",
};
static const char *const ids[TSM_IDS] = {
	[WITH_BIT_31] = "bit-31", [WITH_BIT_16] = "bit-16", [WITH_BIT_8] = "bit-8",
	[PLUS_ONE] = "1", [ZERO] = "zero", [ALL_ONES] = "all-ones", [NOTHING] = "nothing",
};
static const char *const places[TSM_PLACES] = {
	"mapped", "null", "unmapped", "kernel", "read-only", "cut", "same", "overlap",
};
static const char *const wrong_words[TSM_WORDS] = {
	NULL, "read", "write", "readwrite", "sized", "other-type",
};
static const char *const files[TSM_FILES] = { NULL, "duplicate", "other" };
static const char *const callers[TSM_CALLERS] = { NULL, "nobody", "no-rawio", "child" };
static const char *const vms[] = { "no-vm", NULL };
static const char *const viommu_vms[] = { NULL, "vm", "no-vm" };
static const char *const overrides[] = { "none", "not-link", "other-vm", "both" };
static const char *const races[TSM_RACES] = {
	"unbind", "disconnect", "destroy", "close", "request", "signal",
};

static int errno_of(const char *word, size_t length)
{
	for (int error = 1; length && error < 134; error++)
		if (uc_word_same(strerrorname_np(error), word, length))
			return error;
	return 0;
}

/* A place, and how much is there where it is cut. */
bool tsm_read_place(struct uc_words *words, void *of, const struct uc_column *column)
{
	const unsigned int area = column->offset - offsetof(struct tsm_step, place);
	int place = uc_word_of(words, "place", places, TSM_PLACES);
	struct tsm_step *step = of;
	uint64_t bytes = 0;

	step->place[area] = place < 0 ? 0 : place;
	if (place != CUT)
		return place >= 0;
	step->mapped[area] = uc_word_number(words, "the bytes that are there", 0, 65535, &bytes) ? bytes : 0;
	return !words->fault[0];
}

void tsm_write_place(const void *of, const struct uc_column *column, char *text, size_t size)
{
	const unsigned int area = column->offset - offsetof(struct tsm_step, place);
	const struct tsm_step *step = of;

	if (step->place[area] != MAPPED)
		uc_append(text, size, " %s=%s", column->word, places[step->place[area]]);
	if (step->place[area] == CUT)
		uc_append(text, size, " %u", step->mapped[area]);
}

static int index_of(const char *const *names, unsigned int count, const char *word, size_t length)
{
	for (unsigned int i = 0; i < count; i++)
		if (length && uc_word_same(names[i], word, length))
			return i;
	return -1;
}

/* An object, and what becomes of its number: "vdevice", "ioas+1", "nothing". */
bool tsm_read_id(struct uc_words *words, void *of, const struct uc_column *column)
{
	const char *word, *plus;
	size_t length = uc_word(words, &word), first;
	struct tsm_step *step = of;
	int object, id = index_of(ids + ZERO, TSM_IDS - ZERO, word, length);

	(void)column;
	if (id >= 0) {
		step->id = ZERO + id;
		return true;
	}
	plus = memchr(word, '+', length);
	first = plus ? (size_t)(plus - word) : length;
	object = index_of(objects, TSM_OBJECTS, word, first);
	id = plus ? index_of(ids, ZERO, plus + 1, length - first - 1) : AS_IT_IS;
	if (object < 0 || id < 0)
		return uc_words_fault(words, "no object is called '%.*s', the nearest is '%s'", (int)length,
				      word, uc_nearest(word, first, objects, TSM_OBJECTS, &words->away));
	step->object = object;
	step->id = id;
	return true;
}

void tsm_write_id(const void *of, const struct uc_column *column, char *text, size_t size)
{
	const struct tsm_step *step = of;

	if (step->id >= ZERO)
		uc_append(text, size, " %s=%s", column->word, ids[step->id]);
	else if (step->id || step->object)
		uc_append(text, size, " %s=%s%s%s", column->word, objects[step->object],
			  step->id ? "+" : "", step->id ? ids[step->id] : "");
}

/* A number with a sign, or an errno with one. */
static bool read_result(struct uc_words *words, void *of, const struct uc_column *column)
{
	const char *word;
	size_t length = uc_word(words, &word);
	char text[32] = "", *end = text;
	struct tsm_step *step = of;
	int error;

	(void)column;
	snprintf(text, sizeof(text), "%.*s", (int)length, word);
	error = *text == '-' ? errno_of(text + 1, strlen(text + 1)) : 0;
	step->result = error ? -error : strtoll(text, &end, 0);
	if (step->op == DO_REQ)
		step->tell |= TELL_RESULT;
	return error || (*text && !*end) ||
	       uc_words_fault(words, "a result is a number or -ERRNO, not '%s'", text);
}

static void write_result(const void *of, const struct uc_column *column, char *text, size_t size)
{
	const struct tsm_step *step = of;
	const char *name = step->result < 0 && step->result > -134 ? strerrorname_np(-step->result) : NULL;

	(void)column;
	if (!(step->tell & TELL_RESULT) && (step->op != DO_OP || !step->result))
		return;
	if (name)
		uc_append(text, size, " result=-%s", name);
	else
		uc_append(text, size, " result=%lld", (long long)step->result);
}

/* The other device, whose vdevice has another number in the VM unless it is said. */
static bool read_plain(struct uc_words *words, void *of, const struct uc_column *column)
{
	struct tsm_step *step = of;

	(void)words;
	(void)column;
	step->device = PLAIN;
	step->consume = 0x4321;
	return true;
}

static bool read_errno(struct uc_words *words, __u16 *error)
{
	const char *word;
	size_t length = uc_word(words, &word);

	*error = uc_word_same("error", word, length) ? TSM_ANY_ERRNO : errno_of(word, length);
	return *error || uc_words_fault(words, "'%.*s' is neither a number, an errno, 'error' nor 'open'",
					(int)length, word);
}

static bool read_expectation(struct uc_words *words, void *of, const struct uc_column *column)
{
	struct tsm_step *step = of;
	uint64_t number = 0;

	if (uc_words_left(words) && isdigit((unsigned char)*words->next)) {
		step->expect = A_RESULT;
		uc_word_number(words, "a result", 0, TSM_RESIDUE_MAX, &number);
		step->residue = number;
		step->effects = step->op == DO_REQ ? EXPECT_ASKED : 0;
		if (step->op == DO_RACE && uc_word_is(words, "then") && !read_result(words, step, column))
			return false;
	} else if (uc_word_is(words, "open")) {
		step->expect = LEFT_OPEN;
	} else {
		step->expect = AN_ERROR;
		if (!read_errno(words, &step->error) ||
		    (uc_word_is(words, "or") && !read_errno(words, &step->or_error)))
			return false;
		if (uc_word_is(words, "from") && uc_word_is(words, "TSM"))
			step->effects = EXPECT_ASKED;
	}
	step->effects |= uc_word_is(words, "binds") ? EXPECT_BINDS : 0;
	step->effects |= uc_word_is(words, "unbinds") ? EXPECT_UNBINDS : 0;
	return !words->fault[0];
}

static void write_expectation(const void *of, const struct uc_column *column, char *text, size_t size)
{
	const struct tsm_step *step = of;

	(void)column;
	if (step->expect == A_RESULT)
		uc_append(text, size, " = %lld", (long long)step->residue);
	if (step->expect == A_RESULT && step->op == DO_RACE)
		uc_append(text, size, " then %lld", (long long)step->result);
	else if (step->expect == LEFT_OPEN)
		uc_append(text, size, " = open");
	else if (step->expect == AN_ERROR)
		uc_append(text, size, " = %s%s%s%s",
			  step->error == TSM_ANY_ERRNO ? "error" : strerrorname_np(step->error),
			  step->or_error ? " or " : "", step->or_error ? strerrorname_np(step->or_error) : "",
			  step->effects & EXPECT_ASKED ? " from TSM" : "");
	if (step->effects & EXPECT_BINDS)
		uc_append(text, size, " binds");
	if (step->effects & EXPECT_UNBINDS)
		uc_append(text, size, " unbinds");
}

#define OF(op)		(1U << (op))
#define CALLS		(OF(DO_REQ) | OF(DO_OP))
#define COLUMN(ops, title, member, ...)							\
	{ .of = (ops), .word = (title), .offset = offsetof(struct tsm_step, member),	\
	  .width = sizeof(((struct tsm_step *)0)->member), __VA_ARGS__ }
#define NAMED(ops, title, member, list, ...) \
	COLUMN(ops, title, member, .kind = UC_NAME, TSM_NAMES(list), ##__VA_ARGS__)
#define FLAG(ops, title, member, bit, ...) \
	COLUMN(ops, title, member, .kind = UC_FLAG, .bits = (bit), ##__VA_ARGS__)
/* What has no word stands alone, and cannot be left out. */
#define ALONE(ops, title, member, list) \
	NAMED(ops, NULL, member, list, .what = (title), .must = true, .always = true)

/* Before a call's own fields, and behind them. */
static const struct uc_column columns[] = {
	NAMED(CALLS, "word", word, wrong_words),
	NAMED(CALLS, "file", file, files),
	NAMED(CALLS, "as", caller, callers),
	COLUMN(CALLS, "struct", place[STRUCT], .read = tsm_read_place, .write = tsm_write_place),
#define BEFORE_FIELDS 4
	COLUMN(CALLS, "byte", tail),
	COLUMN(OF(DO_REQ), "consume", consume, .all = true),
	COLUMN(OF(DO_REQ), "produce", produce, .all = true),
	COLUMN(CALLS, "result", result, .read = read_result, .write = write_result),
	COLUMN(OF(DO_REQ), "delay", delay_ms),
	FLAG(OF(DO_REQ), "echo", tell, TELL_ECHO),
	FLAG(OF(DO_REQ), "no-touch", tell, TELL_NO_TOUCH),
	FLAG(OF(DO_REQ), "beforehand", tell, TELL_BEFOREHAND),
	FLAG(OF(DO_OPEN) | OF(DO_CLOSE) | OF(DO_VIOMMU_ALLOC), "plain", device, PLAIN),
	FLAG(OF(DO_VDEVICE_ALLOC), "plain", device, PLAIN, .read = read_plain),
	NAMED(OF(DO_OPEN), NULL, which, vms),
	NAMED(OF(DO_VIOMMU_ALLOC), NULL, consume, viommu_vms),
	COLUMN(OF(DO_VDEVICE_ALLOC), "virt_id", consume, .always = true),
	ALONE(OF(DO_IOAS_ALLOC) | OF(DO_DESTROY), "object", object, objects),
	ALONE(OF(DO_OVERRIDE), "override", which, overrides),
	ALONE(OF(DO_RACE), "race", which, races),
	{ .of = ~0U, .word = "=", .plain = true, .expected = true, .read = read_expectation,
	  .write = write_expectation },
};

/* Made once for steps of one kind, which mostly follow each other. */
const struct uc_column *tsm_column(const void *of, unsigned int index)
{
	static const struct uc_column *all[UC_ARRAY_SIZE(columns) + UINT8_MAX];
	static const struct tsm_ioctl *made_for;
	static unsigned int count, made_of = TSM_STEP_OPS;
	const struct tsm_step *step = of;
	const struct tsm_ioctl *ioctl = tsm_is_call(step) ? tsm_ioctl_of(step) : NULL;

	if (step->op != made_of || ioctl != made_for) {
		made_of = step->op;
		made_for = ioctl;
		count = 0;
		for (unsigned int i = 0; i < UC_ARRAY_SIZE(columns); i++) {
			for (unsigned int f = 0; ioctl && i == BEFORE_FIELDS && f < ioctl->field_count; f++)
				if (ioctl->fields[f].kind != FIELD_CODE)
					all[count++] = &ioctl->fields[f].column;
			if (columns[i].of & OF(step->op))
				all[count++] = &columns[i];
		}
	}
	return index < count ? all[index] : NULL;
}

unsigned int tsm_parse_step(struct uc_words *words, void *step, unsigned int room, const void *facts)
{
	int op = uc_word_of(words, "step", tsm_step_names, TSM_STEP_OPS);

	(void)room;
	(void)facts;
	if (op < 0)
		return 0;
	if (op <= DO_OP && !tsm_rules_now->ioctl[op])
		return uc_words_fault(words, "this revision has no %s", tsm_step_names[op]);
	*(struct tsm_step *)step = tsm_good(op);
	return uc_read_columns(words, step, tsm_column);
}

unsigned int tsm_parse_steps(const char *text, struct tsm_step *steps, unsigned int room,
			     const char **why)
{
	static struct uc_words words;
	unsigned int count = uc_read_steps(text, tsm_parse_step, steps, sizeof(*steps), room, NULL, &words);

	if (words.fault[0])
		*why = words.fault;
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
	uc_read_columns(&words, step, tsm_column);
}

void tsm_write_step(const struct tsm_step *step, bool expect, char *text, size_t size)
{
	const struct tsm_step usual = tsm_good(step->op);

	snprintf(text, size, "%s", tsm_step_names[step->op]);
	uc_write_columns(step, &usual, tsm_column, expect, text, size);
}

const char *tsm_step_text(const void *step)
{
	static char texts[2][512];
	static unsigned int turn;
	char *text = texts[turn++ % 2];

	tsm_write_step(step, false, text, sizeof(texts[0]));
	return text;
}
