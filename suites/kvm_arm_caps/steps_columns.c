// SPDX-License-Identifier: GPL-2.0-only
/* What may follow a step's word: the columns of each kind of step, and the values of a form of their own. */
#include <stdio.h>
#include <string.h>

#include "../../harness/row.h"
#include "guest.h"
#include "steps.h"

#define ANSWERS	(__builtin_ctz(MAY_OTHER) + 2)	/* those with names, "error" and "anything" */
#define MOST	160	/* names of one kind */

/* All names of one kind; made at the start, for they use what texts are written in. */
static struct names {
	const char *features[KVM_FEATURES + 1], *capabilities[KVM_FEATURES + 1];
	const char *answers[ANSWERS];
	const char *registers[MOST], *operations[MOST];
	unsigned int operation_count;
} names;

static void __attribute__((constructor)) make_names(void)
{
	static char answers[ANSWERS][12];

	for (unsigned int i = 0; i <= KVM_FEATURES; i++) {
		names.features[i] = i < KVM_FEATURES ? kvm_features[i].name : "none";
		names.capabilities[i] = i < KVM_FEATURES ? kvm_features[i].name : "169";
	}
	for (unsigned int i = 0; i < ANSWERS; i++) {
		snprintf(answers[i], sizeof(answers[i]), "%s",
			 kvm_answers_name(i < ANSWERS - 2 ? 1u << i : i == ANSWERS - 2 ? MAY_FAIL :
					  MAY_ANYTHING, "|"));
		names.answers[i] = answers[i];
	}
	for (unsigned int i = 0; i < kvm_register_count && i < MOST; i++)
		names.registers[i] = kvm_registers[i].name;
	while (names.operation_count < MOST && kvm_operation_name(names.operation_count)) {
		names.operations[names.operation_count] = kvm_operation_name(names.operation_count);
		names.operation_count++;
	}
}

/* Each of the names with @between them that the next word is; calls @take for each. */
static bool parse_alternatives(struct uc_words *words, const char *what, char between,
			       const char *const *of, size_t count, struct kvm_step *step,
			       bool (*take)(struct uc_words *words, int which, struct kvm_step *step))
{
	const char *word, separator[] = { between, '\0' };
	size_t left = uc_word(words, &word);

	do {
		size_t length = strcspn(word, separator) < left ? strcspn(word, separator) : left;
		struct uc_words one;
		int which;

		uc_words_begin(&one, words->text, word, length);
		if (!take(&one, -1, step)) {
			which = uc_word_of(&one, what, of, count);
			if (which >= 0)
				take(&one, which, step);
		}
		if (one.fault[0]) {
			memcpy(words->fault, one.fault, sizeof(one.fault));
			return false;
		}
		word += length + 1;
		left -= length < left ? length + 1 : length;
	} while (left);
	return true;
}

/* A feature; or, asked with -1, whether it is "bit31". */
static bool take_feature(struct uc_words *words, int which, struct kvm_step *step)
{
	char word[16] = "";
	unsigned int bit;
	int length = 0;

	if (which >= 0) {
		if (which < KVM_FEATURES)
			step->features |= BIT(which);
		return true;
	}
	snprintf(word, sizeof(word), "%.*s", (int)(words->end - words->next), words->next);
	if (sscanf(word, "bit%u%n", &bit, &length) != 1 || word[length])
		return false;
	if (bit < KVM_FEATURES || bit >= KVM_FEATURE_BITS || step->extra_bit)
		uc_words_fault(words, "'%s' is no further bit: one of %u to %u", word, KVM_FEATURES,
			       KVM_FEATURE_BITS - 1);
	step->extra_bit = bit;
	return true;
}

static bool take_answer(struct uc_words *words, int which, struct kvm_step *step)
{
	(void)words;
	if (which >= 0)
		step->answers |= which < ANSWERS - 2 ? 1u << which :
				 which == ANSWERS - 2 ? MAY_FAIL : MAY_ANYTHING;
	return which >= 0;
}

static bool take_operation(struct uc_words *words, int which, struct kvm_step *step)
{
	unsigned int at = 0;

	if (which < 0)
		return false;
	while (at < KVM_SEQUENCE && step->operations[at])
		at++;
	if (at == KVM_SEQUENCE)
		return uc_words_fault(words, "at most %u operations are one step", KVM_SEQUENCE);
	step->operations[at] = which + 1;
	return true;
}

static bool read_features(struct uc_words *words, void *step, const struct uc_column *column)
{
	return parse_alternatives(words, column->what, '|', names.features, KVM_FEATURES + 1, step, take_feature);
}

static void write_features(const void *step, const struct uc_column *column, char *text, size_t size)
{
	(void)column;
	uc_append(text, size, " ");
	kvm_write_set(step, "bit", text, size);
}

static bool read_operations(struct uc_words *words, void *step, const struct uc_column *column)
{
	return parse_alternatives(words, column->what, '+', names.operations, names.operation_count, step,
				  take_operation);
}

static void write_operations(const void *of, const struct uc_column *column, char *text, size_t size)
{
	const struct kvm_step *step = of;

	(void)column;
	for (unsigned int i = 0; i < KVM_SEQUENCE && step->operations[i]; i++)
		uc_append(text, size, "%s%s", i ? "+" : " ", kvm_operation_name(step->operations[i] - 1));
}

/* One of registers.inc, or an id. */
static bool read_register(struct uc_words *words, void *of, const struct uc_column *column)
{
	struct uc_words ahead = *words;
	struct kvm_step *step = of;
	const char *word;
	int which;

	if (uc_word(&ahead, &word) > 1 && !strncmp(word, "0x", 2))
		return uc_word_number(words, "id", 0, UINT64_MAX, &step->id);
	which = uc_word_of(words, column->what, names.registers, kvm_register_count);
	if (which < 0)
		return false;
	step->id = kvm_registers[which].id;
	step->shift = kvm_registers[which].shift;
	step->bits = kvm_registers[which].bits;
	return true;
}

static void write_register(const void *of, const struct uc_column *column, char *text, size_t size)
{
	const struct kvm_step *step = of;
	const struct kvm_register *named = kvm_register_of(step->id, step->shift, step->bits);

	(void)column;
	if (named)
		uc_append(text, size, " %s", named->name);
	else
		uc_append(text, size, " %#llx", (unsigned long long)step->id);
}

/* A number, or the slot that it comes from. */
static bool parse_number(struct uc_words *words, const char *what, uint64_t *number, uint8_t *from)
{
	struct uc_words ahead = *words;
	const char *word;

	if (uc_word(&ahead, &word) == 1 && *word >= 'a' && *word < 'a' + KVM_SLOTS) {
		*from = *word - 'a' + 1;
		*words = ahead;
		return true;
	}
	if (uc_word_is(words, "host")) {
		*from = KVM_HOST;
		return true;
	}
	return uc_word_number(words, what, 0, UINT64_MAX, number);
}

static void write_number(char *text, size_t size, uint64_t number, unsigned int from)
{
	if (from == KVM_HOST)
		uc_append(text, size, " host");
	else if (from)
		uc_append(text, size, " %c", 'a' + from - 1);
	else
		uc_append(text, size, " %#llx", (unsigned long long)number);
}

static unsigned int argument_of(const struct uc_column *column)
{
	return (column->offset - offsetof(struct kvm_step, arguments)) / sizeof(uint64_t);
}

static bool read_argument(struct uc_words *words, void *of, const struct uc_column *column)
{
	const unsigned int which = argument_of(column);
	struct kvm_step *step = of;

	return parse_number(words, column->what, &step->arguments[which], &step->from[which]);
}

static void write_argument(const void *of, const struct uc_column *column, char *text, size_t size)
{
	const unsigned int which = argument_of(column);
	const struct kvm_step *step = of;

	write_number(text, size, step->arguments[which], step->from[which]);
}

/* What must be read, or must not; and where it is kept. Both mean that the call succeeds, unless that is said. */
static bool read_value(struct uc_words *words, void *of, const struct uc_column *column)
{
	struct kvm_step *step = of;
	const bool kept = *column->word == 'a';
	uint64_t ignored;

	if (!(step->answers & MAY_ANYTHING))
		step->answers |= MAY_OK;
	if (kept)
		return (parse_number(words, "one of a to f", &ignored, &step->keep) && step->keep) ||
		       uc_words_fault(words, "one of a to f is missing");
	step->answers |= *column->word == '!' ? AND_NOT_VALUE : AND_VALUE;
	if (*column->word == '!' && !uc_word_is(words, "="))
		return uc_words_fault(words, "'=' is missing");
	return parse_number(words, "value", &step->value, &step->from[2]);
}

static void write_value(const void *of, const struct uc_column *column, char *text, size_t size)
{
	const struct kvm_step *step = of;

	if (*column->word == 'a' && step->keep)
		uc_append(text, size, " as %c", 'a' + step->keep - 1);
	if (*column->word == 'a' || !(step->answers & (*column->word == '!' ? AND_NOT_VALUE : AND_VALUE)))
		return;
	uc_append(text, size, *column->word == '!' ? " !=" : " ==");
	write_number(text, size, step->value, step->from[2]);
}

static bool read_answers(struct uc_words *words, void *step, const struct uc_column *column)
{
	(void)column;
	return parse_alternatives(words, "answer", '|', names.answers, ANSWERS, step, take_answer);
}

static void write_answers(const void *of, const struct uc_column *column, char *text, size_t size)
{
	const struct kvm_step *step = of;
	const uint32_t answers = step->answers & MAY_ANYTHING;

	(void)column;
	if (answers && !(step->answers & (AND_VALUE | AND_NOT_VALUE) && answers == MAY_OK))
		uc_append(text, size, " = %s", kvm_answers_name(answers, "|"));
}

enum { SET, CHOSEN, IDENTIFIED, OPERATIONS, FIRST, SECOND, AIMED, PLACED, EXPECTED };
#define FORM(how)	.read = read_##how, .write = write_##how
#define AT(member)	.offset = offsetof(struct kvm_step, member), .width = sizeof(((struct kvm_step *)0)->member)
static const struct uc_column columns[] = {
	[SET] = { .what = "feature", .must = true, FORM(features) },
	[CHOSEN] = { .kind = UC_NAME, AT(which) },	/* the rest is the step's */
	[IDENTIFIED] = { .what = "register", .must = true, FORM(register) },
	[OPERATIONS] = { .what = "operation", .must = true, FORM(operations) },
	[FIRST] = { .what = "value", AT(arguments[0]), FORM(argument) },
	[SECOND] = { .what = "value", AT(arguments[1]), FORM(argument) },
	[AIMED] = { .word = "target", .kind = UC_NAME, AT(target), .names = kvm_target_words,
		    .name_count = KVM_TARGETS },
	[PLACED] = { .word = "struct", .kind = UC_NAME, AT(pointer), .names = kvm_pointer_words,
		     .name_count = READ_ONLY + 1 },
	[EXPECTED] = { .word = "=", .plain = true, .expected = true, FORM(answers) },
	{ .word = "&", .what = "mask", .plain = true, .expected = true, .hex = true, AT(mask) },
	{ .word = "==", .plain = true, .expected = true, FORM(value) },
	{ .word = "!", .plain = true, .expected = true, FORM(value) },
	{ .word = "as", .plain = true, .expected = true, FORM(value) },
};

/* Those of each kind of step, made at the start, too: texts are read more than anything else is done. */
static const struct uc_column *lists[KVM_OPS][UC_ARRAY_SIZE(columns) + 1];

static void __attribute__((constructor)) make_lists(void)
{
	static struct uc_column own[KVM_OPS][EXPECTED];

	for (unsigned int op = 0; op < KVM_OPS; op++) {
		const struct kvm_op_form *form = &kvm_op_forms[op];
		const bool init = op == DO_INIT, there[EXPECTED] = {
			[SET] = init, [CHOSEN] = form->count, [IDENTIFIED] = form->id, [OPERATIONS] = op == DO_EXEC,
			[FIRST] = form->arguments > 0, [SECOND] = form->arguments > 1, [AIMED] = init, [PLACED] = init,
		};
		unsigned int count = 0;

		for (unsigned int i = 0; i < UC_ARRAY_SIZE(columns); i++)
			if (i >= EXPECTED || there[i])
				lists[op][count++] = i < EXPECTED ? &own[op][i] : &columns[i];
		memcpy(own[op], columns, sizeof(own[op]));
		own[op][CHOSEN].what = form->feature ? "capability" : "argument";
		own[op][CHOSEN].names = form->feature ? names.capabilities : form->names;
		own[op][CHOSEN].name_count = form->count;
		/* Nothing is said where the first of them, without a name, is meant. */
		own[op][CHOSEN].must = own[op][CHOSEN].always = form->feature || (form->names && *form->names[0]);
		/* What an operation has no use for need not be there. */
		own[op][FIRST].must = own[op][SECOND].must = op != DO_EXEC;
	}
}

const struct uc_column *kvm_column(const void *step, unsigned int index)
{
	const struct uc_column **list = lists[((const struct kvm_step *)step)->op];

	return list[index];
}
