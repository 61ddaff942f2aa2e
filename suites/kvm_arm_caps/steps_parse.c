// SPDX-License-Identifier: GPL-2.0-only
/* Steps as text: where, which, and the words that stand for several. */
#include <stdio.h>
#include <string.h>

#include "../../harness/row.h"
#include "guest.h"
#include "steps.h"

#define CANARY	0x5a17c0de0badf00dULL

/* Words that stand for one step about each of some registers. */
static const unsigned char marked[] = { REG_X0, REG_X0 + 1, REG_X0 + 30, REG_SP, REG_PC, REG_V31 };
static const unsigned char key_registers[REG_KEYS] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
static const unsigned char keys_down[REG_KEYS] = { 9, 8, 7, 6, 5, 4, 3, 2, 1, 0 };
static const struct several {
	const char *word;
	const unsigned char *registers;
	unsigned int count;
	struct kvm_step step;
	bool number;	/* of a set of keys: the ten are written, or compared with */
	const char *text;	/* the one step, instead; the first key and the distance are its numbers */
} several[] = {
	{ "MARK", marked, sizeof(marked),
	  { .op = DO_SET_REG, .arguments = { CANARY }, .answers = MAY_OK }, false, NULL },
	{ "MARKED", marked, sizeof(marked),
	  { .op = DO_GET_REG, .value = CANARY, .answers = MAY_OK | AND_VALUE }, false, NULL },
	{ "INITIAL", marked, sizeof(marked),
	  { .op = DO_GET_REG, .value = 0, .answers = MAY_OK | AND_VALUE }, false, NULL },
	{ "KEYS", key_registers, REG_KEYS, { .op = DO_GET_REG, .answers = MAY_OK }, false, NULL },
	{ "NO_KEYS", key_registers, REG_KEYS, { .op = DO_GET_REG, .answers = MAY_ENOENT }, false, NULL },
	{ "SET_KEYS", key_registers, REG_KEYS, { .op = DO_SET_REG, .answers = MAY_OK }, true, NULL },
	{ "SET_KEYS_DOWN", keys_down, REG_KEYS, { .op = DO_SET_REG, .answers = MAY_OK }, true, NULL },
	{ "KEYS_ARE", key_registers, REG_KEYS,
	  { .op = DO_GET_REG, .answers = MAY_OK | AND_VALUE }, true, NULL },
	{ "KEYS_LOST", key_registers, REG_KEYS,
	  { .op = DO_GET_REG, .answers = MAY_OK | AND_NOT_VALUE }, true, NULL },
	/* The same by the guest. */
	{ .word = "GUEST_SETS_KEYS", .count = 1, .number = true, .text = "EXEC WRITE_KEYS %#llx %#llx = 0" },
	{ .word = "GUEST_HAS_KEYS", .count = 1, .number = true,
	  .text = "EXEC START+HAS_KEYS %#llx %#llx == 0x3ff" },
	{ .word = "GUEST_LOST_KEYS", .count = 1, .number = true,
	  .text = "EXEC START+HAS_KEYS %#llx %#llx == 0" },
};
static const struct kvm_step initial_pstate = {
	.op = DO_GET_REG, .id = KVM_REG_X(33), .value = PSTATE_EL1, .answers = MAY_OK | AND_VALUE,
};

static const char *step_words[KVM_OPS + UC_ARRAY_SIZE(several)];

static void __attribute__((constructor)) make_step_words(void)
{
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(step_words); i++)
		step_words[i] = i < KVM_OPS ? kvm_op_words[i] : several[i - KVM_OPS].word;
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

static unsigned int add_several(struct uc_words *words, const struct several *what,
				const struct kvm_step *place, struct kvm_step *steps,
				unsigned int room)
{
	const unsigned int count = what->count + !strcmp(what->word, "INITIAL");
	uint64_t number = 0;

	if (count > room)
		uc_words_fault(words, "there is no room for so many steps");
	if (what->number)
		uc_word_number(words, "set of keys", 0, 99, &number);
	if (words->fault[0])
		return 0;
	if (what->text) {
		char text[80];
		struct uc_words one;

		snprintf(text, sizeof(text), what->text, (unsigned long long)kvm_key_value(number, 0),
			 (unsigned long long)KVM_KEY_STEP);
		uc_words_begin(&one, text, text, strlen(text));
		kvm_parse_step(&one, steps, room, NULL);
		steps->vm = place->vm;
		steps->vcpu = place->vcpu;
		return 1;
	}
	for (unsigned int i = 0; i < count; i++) {
		struct kvm_step *step = &steps[i];

		*step = i < what->count ? what->step : initial_pstate;
		step->vm = place->vm;
		step->vcpu = place->vcpu;
		if (i < what->count)
			step->id = kvm_registers[what->registers[i]].id;
		if (what->number && step->op == DO_SET_REG)
			step->arguments[0] = kvm_key_value(number, what->registers[i]);
		else if (what->number)
			step->value = kvm_key_value(number, what->registers[i]);
	}
	return count;
}

unsigned int kvm_parse_step(struct uc_words *words, void *steps, unsigned int room, const void *facts)
{
	struct kvm_step step = { 0 };
	int op;

	(void)facts;
	if (!parse_place(words, &step))
		return 0;
	op = uc_word_of(words, "step", step_words, UC_ARRAY_SIZE(step_words));
	if (op < 0)
		return 0;
	if (op >= KVM_OPS)
		return add_several(words, &several[op - KVM_OPS], &step, steps, room);
	step.op = op;
	if (!uc_read_columns(words, &step, kvm_column))
		return 0;
	*(struct kvm_step *)steps = step;
	return 1;
}

int kvm_parse(const char *text, struct kvm_step *steps, unsigned int room, char *wrong,
	      size_t size)
{
	struct uc_words words;
	unsigned int count = uc_read_steps(text, kvm_parse_step, steps, sizeof(*steps), room, NULL, &words);

	if (words.fault[0])
		snprintf(wrong, size, "%s", words.fault);
	return words.fault[0] ? -1 : (int)count;
}

void kvm_step_text(const struct kvm_step *step, char *text, size_t size)
{
	const struct kvm_step usual = { .op = step->op };

	*text = '\0';
	if (step->op >= DO_CHECK && step->vm)
		uc_append(text, size, "vm%u: ", step->vm);
	else if (step->vm)
		uc_append(text, size, "vm%u.%u: ", step->vm, step->vcpu);
	else if (step->vcpu)
		uc_append(text, size, "%u: ", step->vcpu);
	uc_append(text, size, "%s", kvm_op_words[step->op]);
	uc_write_columns(step, &usual, kvm_column, true, text, size);
}
