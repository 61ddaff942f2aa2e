// SPDX-License-Identifier: GPL-2.0-only
/* The text of steps, read. */
#include <stdio.h>
#include <string.h>

#include "../../harness/row.h"
#include "steps.h"

#define CANARY	0x5a17c0de0badf00dULL

/* Words that stand for one step about each of some registers. */
static const unsigned char marked[] = { REG_X0, REG_X0 + 1, REG_X0 + 30, REG_SP, REG_PC, REG_V31 };
static const unsigned char key_registers[REG_KEYS] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
static const struct several {
	const char *word;
	const unsigned char *registers;
	unsigned int count;
	struct kvm_step step;
} several[] = {
	{ "MARK", marked, sizeof(marked),
	  { .op = DO_SET_REG, .value = CANARY, .answers = MAY_OK } },
	{ "MARKED", marked, sizeof(marked),
	  { .op = DO_GET_REG, .value = CANARY, .answers = MAY_OK | AND_VALUE } },
	{ "INITIAL", marked, sizeof(marked),
	  { .op = DO_GET_REG, .value = 0, .answers = MAY_OK | AND_VALUE } },
	{ "KEYS", key_registers, REG_KEYS, { .op = DO_GET_REG, .answers = MAY_OK } },
	{ "NO_KEYS", key_registers, REG_KEYS, { .op = DO_GET_REG, .answers = MAY_ENOENT } },
};
static const struct kvm_step initial_pstate = {
	.op = DO_GET_REG, .which = REG_PSTATE, .value = PSTATE_EL1, .answers = MAY_OK | AND_VALUE,
};

#define ANSWERS	(__builtin_ctz(MAY_OTHER) + 2)	/* those with names, "error" and "anything" */

/* All names of one kind, for the reader; made at the first use. */
static struct names {
	const char *ops[KVM_OPS + UC_ARRAY_SIZE(several)];
	const char *features[KVM_FEATURES + 1];
	const char *answers[ANSWERS];
} names;

static void make_names(void)
{
	static char answers[ANSWERS][12];

	if (names.ops[0])
		return;
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(names.ops); i++)
		names.ops[i] = i < KVM_OPS ? kvm_op_words[i] : several[i - KVM_OPS].word;
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(names.features); i++)
		names.features[i] = i < KVM_FEATURES ? kvm_features[i].name : "none";
	for (unsigned int i = 0; i < ANSWERS; i++) {
		snprintf(answers[i], sizeof(answers[i]), "%s",
			 kvm_answers_name(i < ANSWERS - 2 ? 1u << i : i == ANSWERS - 2 ? MAY_FAIL :
					  MAY_ANYTHING, "|"));
		names.answers[i] = answers[i];
	}
}

/* Each of the names with "|" between that the next word is; calls @take for each. */
static bool parse_alternatives(struct uc_words *words, const char *what, const char *const *of,
			       size_t count, struct kvm_step *step,
			       bool (*take)(struct uc_words *words, int which, struct kvm_step *step))
{
	const char *word;
	size_t left = uc_word(words, &word);

	do {
		size_t length = strcspn(word, "|") < left ? strcspn(word, "|") : left;
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

/* "vm1:", "vm1.2:" or "2:"; true if it is none of them, too. */
static bool parse_place(struct uc_words *words, struct kvm_step *step)
{
	struct uc_words ahead = *words;
	unsigned int vm = 0, vcpu = 0;
	int length = 0;
	const char *at;
	char word[16];
	size_t size = uc_word(&ahead, &at);

	if (!size || at[size - 1] != ':')
		return true;
	snprintf(word, sizeof(word), "%.*s", (int)size, at);
	if (sscanf(word, "vm%u.%u:%n", &vm, &vcpu, &length) < 2 || !length)
		if (sscanf(word, "vm%u:%n", &vm, &length) < 1 || !length)
			sscanf(word, "%u:%n", &vcpu, &length);
	*words = ahead;
	if (!length || word[length] || vm >= KVM_VMS || vcpu >= KVM_VCPUS)
		return uc_words_fault(words, "'%s' is no vCPU: 0 to %u, or vm1.0 to vm%u.%u", word,
				      KVM_VCPUS - 1, KVM_VMS - 1, KVM_VCPUS - 1);
	step->vm = vm;
	step->vcpu = vcpu;
	return true;
}

/* What the step is about; nothing is said where that is the first of it, without a name. */
static bool parse_which(struct uc_words *words, struct kvm_step *step)
{
	const unsigned int count = kvm_which_count(step->op);
	const char *of[KVM_REGISTERS];
	struct uc_words ahead = *words;
	int which;

	if (count < 2)
		return true;
	for (unsigned int i = 0; i < count; i++)
		of[i] = *kvm_which_name(step->op, i) ? kvm_which_name(step->op, i) : NULL;
	if (!of[0] && (!uc_words_left(words) || uc_word_is(&ahead, "=") ||
		       uc_word_is(&ahead, "==")))
		return true;
	which = uc_word_of(words, "argument", of, count);
	step->which = which;
	return which >= 0;
}

/* "target=unknown", "struct=short", and what must come back. */
static bool parse_rest(struct uc_words *words, struct kvm_step *step)
{
	while (uc_words_left(words)) {
		const bool of_init = step->op == DO_INIT;
		int which;

		if (uc_word_is(words, "="))
			return parse_alternatives(words, "answer", names.answers, ANSWERS, step,
						  take_answer);
		if (uc_word_is(words, "==")) {
			step->answers = MAY_OK | AND_VALUE;
			return uc_word_number(words, "value", 0, UINT64_MAX, &step->value);
		}
		if (of_init && uc_word_is(words, "target") && uc_word_is(words, "=")) {
			which = uc_word_of(words, "target", kvm_target_words,
					   UC_ARRAY_SIZE(kvm_target_words));
			step->target = which;
		} else if (of_init && uc_word_is(words, "struct") && uc_word_is(words, "=")) {
			which = uc_word_of(words, "struct", kvm_pointer_words,
					   UC_ARRAY_SIZE(kvm_pointer_words));
			step->pointer = which;
		} else {
			return true;	/* too much, as whoever called will see */
		}
		if (which < 0)
			return false;
	}
	return true;
}

static unsigned int add_several(struct uc_words *words, const struct several *what,
				const struct kvm_step *place, struct kvm_step *steps,
				unsigned int room)
{
	const unsigned int count = what->count + !strcmp(what->word, "INITIAL");

	if (count > room) {
		uc_words_fault(words, "there is no room for so many steps");
		return 0;
	}
	for (unsigned int i = 0; i < count; i++) {
		steps[i] = i < what->count ? what->step : initial_pstate;
		steps[i].vm = place->vm;
		steps[i].vcpu = place->vcpu;
		if (i < what->count)
			steps[i].which = what->registers[i];
	}
	return count;
}

unsigned int kvm_parse_step(struct uc_words *words, struct kvm_step *steps, unsigned int room)
{
	struct kvm_step step = { 0 };
	int op;

	make_names();
	if (!parse_place(words, &step))
		return 0;
	op = uc_word_of(words, "step", names.ops, UC_ARRAY_SIZE(names.ops));
	if (op < 0)
		return 0;
	if (op >= KVM_OPS)
		return add_several(words, &several[op - KVM_OPS], &step, steps, room);
	step.op = op;
	if (op == DO_INIT && !parse_alternatives(words, "feature", names.features,
						 UC_ARRAY_SIZE(names.features), &step, take_feature))
		return 0;
	if (!parse_which(words, &step) || (kvm_op_takes_value(op) &&
	    !uc_word_number(words, "value", 0, UINT64_MAX, &step.value)) ||
	    !parse_rest(words, &step))
		return 0;
	*steps = step;
	return 1;
}

int kvm_parse(const char *text, struct kvm_step *steps, unsigned int room, char *wrong,
	      size_t size)
{
	unsigned int count = 0;

	for (const char *at = text, *end; *at; at = *end ? end + 1 : end) {
		struct uc_words words;

		end = at + strcspn(at, ";");
		uc_words_begin(&words, text, at, end - at);
		if (!uc_words_left(&words))
			continue;
		count += kvm_parse_step(&words, steps + count, room - count);
		if (!words.fault[0] && uc_words_left(&words))
			uc_words_fault(&words, "this is too much");
		if (words.fault[0]) {
			snprintf(wrong, size, "%s", words.fault);
			return -1;
		}
	}
	return count;
}
