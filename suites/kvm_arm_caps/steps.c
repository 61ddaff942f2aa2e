// SPDX-License-Identifier: GPL-2.0-only
/* Steps in words, and words as steps. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../harness/decode.h"
#include "../../harness/row.h"
#include "guest.h"
#include "steps.h"

#define NAMES(array, ...)	static const char *const array[] = { __VA_ARGS__ }
#define NUMBERS(array, ...)	static const uint32_t array##_values[] = { __VA_ARGS__ }

/* The first is the one that can be finalized. */
NAMES(finalizable, "SVE", "PSCI_0_2", "PTRAUTH_ADDRESS", "-1");
NUMBERS(finalizable, KVM_ARM_VCPU_SVE, KVM_ARM_VCPU_PSCI_0_2, KVM_ARM_VCPU_PTRAUTH_ADDRESS, UINT32_MAX);
NAMES(mp_states, "RUNNABLE", "STOPPED", "SUSPENDED", "99");
NUMBERS(mp_states, KVM_MP_STATE_RUNNABLE, KVM_MP_STATE_STOPPED, KVM_MP_STATE_SUSPENDED, 99);
NAMES(actions, "allow", "deny", "forward", "99");
NUMBERS(actions, 0, 1, 2, 99);
NAMES(enableable, "MTE", "WRITABLE_IMP_ID_REGS", "SYSTEM_SUSPEND");
NUMBERS(enableable, KVM_CAP_ARM_MTE, KVM_CAP_ARM_WRITABLE_IMP_ID_REGS, KVM_CAP_ARM_SYSTEM_SUSPEND);
NAMES(rooms, "", "none", "short", "exact");
NAMES(lengths, "", "128");
NAMES(pmu_attributes, "INIT", "FILTER");
NAMES(enables, "", "disabled");
/* The call is given the name's index. */
#define rooms_values		NULL
#define lengths_values		NULL
#define pmu_attributes_values	NULL
#define enables_values		NULL

const char *const kvm_target_words[] = { "preferred", "generic", "unknown", "wide",
					 "0", "1", "2", "3", "4", "6", "7" };
const char *const kvm_pointer_words[] = { "readable", "unmapped", "short", "page_end",
						     "read_only" };

const char *const kvm_op_words[KVM_OPS] = {
#define OP(word, ...)	#word,
#include "ops.inc"
};

#define NOTHING			.count = 0
#define VALUES(n)		.arguments = (n)
#define CHOICE(array)		.names = array, .values = array##_values, .count = UC_ARRAY_SIZE(array)
#define CHOICE_AND(array, n)	CHOICE(array), .arguments = (n)
#define CAPABILITY		.feature = true, .count = KVM_FEATURES + 1
#define REGISTER		.id = true
#define REGISTER_AND(n)		.id = true, .arguments = (n)
const struct kvm_op_form kvm_op_forms[KVM_OPS] = {
#define OP(word, weight, needs, call, text, object, rule, follow)	{ text, object },
#include "ops.inc"
};

static const struct {
	int error;
	const char *name;
} answers[] = {
	{ 0, "0" }, { EINVAL, "EINVAL" }, { ENOENT, "ENOENT" }, { EFAULT, "EFAULT" },
	{ ENOEXEC, "ENOEXEC" }, { EPERM, "EPERM" }, { EINTR, "EINTR" }, { EBUSY, "EBUSY" },
	{ EEXIST, "EEXIST" }, { E2BIG, "E2BIG" }, { KVM_UNDEF, "UNDEF" }, { KVM_FPAC, "FPAC" },
};
_Static_assert(MAY_OTHER == 1u << UC_ARRAY_SIZE(answers), "one name an answer");

uint32_t kvm_answer(int result)
{
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(answers); i++)
		if (result == -answers[i].error)
			return 1u << i;
	return MAY_OTHER;
}

const char *kvm_result_name(int result)
{
	if (result == -KVM_UNDEF)
		return "UNDEF";
	if (result == -KVM_FPAC)
		return "FPAC";
	if (result < -KVM_FPAC)
		return "another exception or exit";
	return uc_result_name(result < 0 ? -1 : result, result < 0 ? -result : 0);
}

static char *next_buffer(void)
{
	static char buffers[4][512];
	static unsigned int turn;

	return buffers[turn++ % 4];
}
#define BUFFER	512

const char *kvm_answers_name(uint32_t set, const char *separator)
{
	char *text = next_buffer();

	*text = '\0';
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(answers); i++) {
		/* The errors that any error is are not told one by one. */
		if (!(set & 1u << i) || ((set & MAY_FAIL) == MAY_FAIL && MAY_FAIL & 1u << i))
			continue;
		if (*text)
			strcat(text, separator);
		strcat(text, answers[i].name);
	}
	if ((set & MAY_FAIL) != MAY_FAIL)
		return text;
	if ((set & MAY_ANYTHING) == MAY_ANYTHING)
		return "anything";
	if (*text)
		strcat(text, separator);
	return strcat(text, *separator == '|' ? "error" : "an error");
}

void kvm_write_set(const struct kvm_step *step, const char *more, char *text, size_t size)
{
	if (step->features || !step->extra_bit)
		uc_append(text, size, "%s", kvm_set_name(step->features));
	if (step->extra_bit)
		uc_append(text, size, "%s%s%u", step->features ? "|" : "", more, step->extra_bit);
}

const char *kvm_call_name(const void *of)
{
	static const char *const long_targets[] = {
		"preferred", "GENERIC_V8", "0xffffffff (unknown)", "preferred+0x10000 (unknown)",
	};
	static const char *const long_pointers[] = {
		"", " (struct not mapped)", " (struct's last byte not mapped)",
		" (struct ends at an unmapped page)", " (struct in read-only memory)",
	};
	const struct kvm_step *step = of;
	char *text = next_buffer(), set[256] = "";

	snprintf(text, BUFFER, "%s", kvm_op_forms[step->op].text);
	if (step->op == DO_INIT) {
		kvm_write_set(step, "bit ", set, sizeof(set));
		uc_append(text, BUFFER, " target=%s features=%s%s", step->target < TARGET_0 ?
		       long_targets[step->target] : kvm_target_words[step->target], set,
		       long_pointers[step->pointer]);
		return text;
	}
	uc_write_columns(step, &(struct kvm_step){ .op = step->op }, kvm_column, false, text, BUFFER);
	return text;
}

uint64_t kvm_key_value(unsigned int number, unsigned int index)
{
	/* Multiples of an odd constant: no two are equal, and in each both halves are full. */
	return KVM_KEY_STEP * (REG_KEYS * number + index + 1);
}

unsigned int kvm_capability(unsigned int which)
{
	return which == KVM_FEATURES ? KVM_CAP_PPC_IRQ_XIVE : kvm_features[which].capability;
}

unsigned int kvm_mapped_bytes(const struct kvm_step *step)
{
	const unsigned int all = sizeof(struct kvm_vcpu_init);

	return step->pointer == UNMAPPED ? 0 : step->pointer == ONE_BYTE_SHORT ? all - 1 :
	       step->pointer == AT_PAGE_END ? all : 2 * all;
}

void kvm_init_struct(const struct kvm_step *step, uint32_t preferred, struct kvm_vcpu_init *init)
{
	const uint32_t numbers[] = {
		[PREFERRED] = preferred,
		[GENERIC_V8] = KVM_ARM_TARGET_GENERIC_V8,
		[UNKNOWN_TARGET] = UINT32_MAX,
		[WIDE_TARGET] = preferred + 0x10000,
		[TARGET_0] = 0, 1, 2, 3, 4, 6, 7,
	};

	memset(init, 0, sizeof(*init));
	init->target = numbers[step->target];
	init->features[0] = step->features;
	if (step->extra_bit)
		init->features[step->extra_bit / 32] |= 1u << step->extra_bit % 32;
}

static void give(struct kvm_given *given, uint64_t number, unsigned int from)
{
	given->a[given->count] = number;
	given->from[given->count++] = from;
}

void kvm_what_is_given(const struct kvm_step *step, uint32_t preferred, struct kvm_given *given)
{
	const struct kvm_op_form *form = &kvm_op_forms[step->op];
	struct kvm_vcpu_init init;

	given->count = 0;
	if (step->op == DO_INIT) {
		kvm_init_struct(step, preferred, &init);
		give(given, kvm_mapped_bytes(step), 0);
		give(given, step->pointer == READ_ONLY, 0);
		give(given, init.target, 0);
		give(given, step->features, 0);
		give(given, step->extra_bit, 0);
	}
	if (step->op == DO_EXEC)
		give(given, 0, 0);
	if (form->id) {
		give(given, step->id, 0);
		give(given, step->shift, 0);
		give(given, step->bits, 0);
	}
	if (form->count)
		give(given, form->feature ? kvm_capability(step->which) :
			    form->values ? form->values[step->which] : step->which, 0);
	for (unsigned int i = 0; i < form->arguments; i++)
		give(given, step->arguments[i], step->from[i]);
	/* Else what must come might have been there before. */
	if (step->op == DO_GET_REG)
		give(given, ~step->value, 0);
}
