// SPDX-License-Identifier: GPL-2.0-only
/* Steps in words, and words as steps. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../harness/row.h"
#include "steps.h"

const int kvm_finalizable[KVM_FINALIZABLE] = {
	KVM_ARM_VCPU_SVE, KVM_ARM_VCPU_PSCI_0_2, KVM_ARM_VCPU_PTRAUTH_ADDRESS, -1,
};

static const char *const finalizable[] = { "SVE", "PSCI_0_2", "PTRAUTH_ADDRESS", "-1" };
static const char *const rooms[] = { "", "none", "short", "exact" };
static const char *const lengths[] = { "", "128" };
static const char *const mp_states[] = { "RUNNABLE", "STOPPED" };
const char *const kvm_target_words[] = { "preferred", "generic", "unknown", "wide" };
const char *const kvm_pointer_words[] = { "readable", "unmapped", "short", "page_end",
						     "read_only" };
const unsigned int kvm_mp_states[] = { KVM_MP_STATE_RUNNABLE, KVM_MP_STATE_STOPPED };

const char *const kvm_op_words[KVM_OPS] = {
	[DO_INIT] = "INIT", [DO_INIT_PREFERRED] = "INIT_PREFERRED", [DO_RUN] = "RUN",
	[DO_FINALIZE] = "FINALIZE", [DO_GET_REG] = "GET_REG", [DO_SET_REG] = "SET_REG",
	[DO_GET_ID] = "GET_ID", [DO_SET_ID] = "SET_ID", [DO_REG_LIST] = "REG_LIST",
	[DO_GET_LENGTHS] = "GET_LENGTHS", [DO_SET_LENGTHS] = "SET_LENGTHS",
	[DO_GET_MP_STATE] = "GET_MP_STATE", [DO_SET_MP_STATE] = "SET_MP_STATE",
	[DO_NEW_VCPU] = "NEW_VCPU", [DO_CLOSE_VCPU] = "CLOSE_VCPU", [DO_CHECK_SYSTEM] = "CHECK",
	[DO_CHECK_VM] = "CHECK_VM", [DO_PREFERRED] = "PREFERRED_TARGET", [DO_MASKS] = "MASKS",
	[DO_ENABLE_MTE] = "ENABLE_MTE", [DO_NEW_VM] = "NEW_VM", [DO_CLOSE_VM] = "CLOSE_VM",
};

#define CHOICE(array)	array, UC_ARRAY_SIZE(array)

/* Which of something a step is about comes from @names, or from a table; then perhaps a value. */
static const struct op {
	const char *call;
	const char *const *names;
	unsigned int count;
	bool value;
} ops[KVM_OPS] = {
	[DO_INIT] = { "KVM_ARM_VCPU_INIT", NULL, 1, false },
	[DO_INIT_PREFERRED] = { "KVM_ARM_VCPU_INIT with what "
				"KVM_ARM_PREFERRED_TARGET returned", NULL, 1, false },
	[DO_RUN] = { "KVM_RUN immediate_exit=1", NULL, 1, false },
	[DO_FINALIZE] = { "KVM_ARM_VCPU_FINALIZE", CHOICE(finalizable), false },
	[DO_GET_REG] = { "KVM_GET_ONE_REG", NULL, KVM_REGISTERS, false },
	[DO_SET_REG] = { "KVM_SET_ONE_REG", NULL, KVM_REGISTERS, true },
	[DO_GET_ID] = { "KVM_GET_ONE_REG", NULL, KVM_ID_REGISTERS, false },
	[DO_SET_ID] = { "KVM_SET_ONE_REG, with these bits inverted,", NULL,
			KVM_ID_REGISTERS, true },
	[DO_REG_LIST] = { "KVM_GET_REG_LIST", CHOICE(rooms), false },
	[DO_GET_LENGTHS] = { "KVM_GET_ONE_REG SVE_VLS", NULL, 1, false },
	[DO_SET_LENGTHS] = { "KVM_SET_ONE_REG SVE_VLS", CHOICE(lengths), false },
	[DO_GET_MP_STATE] = { "KVM_GET_MP_STATE", NULL, 1, false },
	[DO_SET_MP_STATE] = { "KVM_SET_MP_STATE", CHOICE(mp_states), false },
	[DO_NEW_VCPU] = { "KVM_CREATE_VCPU", NULL, 1, false },
	[DO_CLOSE_VCPU] = { "close of a vCPU", NULL, 1, false },
	[DO_CHECK_SYSTEM] = { "KVM_CHECK_EXTENSION of /dev/kvm", NULL, KVM_FEATURES + 1,
			      false },
	[DO_CHECK_VM] = { "KVM_CHECK_EXTENSION of a VM", NULL, KVM_FEATURES + 1,
			  false },
	[DO_PREFERRED] = { "KVM_ARM_PREFERRED_TARGET", NULL, 1, false },
	[DO_MASKS] = { "KVM_ARM_GET_REG_WRITABLE_MASKS", NULL, KVM_ID_REGISTERS, false },
	[DO_ENABLE_MTE] = { "KVM_ENABLE_CAP MTE", NULL, 1, false },
	[DO_NEW_VM] = { "KVM_CREATE_VM", NULL, 1, false },
	[DO_CLOSE_VM] = { "close of a VM", NULL, 1, false },
};

unsigned int kvm_which_count(unsigned int op)
{
	return ops[op].count;
}

bool kvm_op_takes_value(unsigned int op)
{
	return ops[op].value;
}

const char *kvm_which_name(unsigned int op, unsigned int which)
{
	switch (op) {
	case DO_GET_REG:
	case DO_SET_REG:
		return kvm_registers[which].name;
	case DO_GET_ID:
	case DO_SET_ID:
	case DO_MASKS:
		return kvm_id_registers[which].name;
	case DO_CHECK_SYSTEM:
	case DO_CHECK_VM:
		return which == KVM_FEATURES ? "169" : kvm_features[which].name;
	default:
		return ops[op].names ? ops[op].names[which] : "";
	}
}

static const struct {
	int error;
	const char *name;
} answers[] = {
	{ 0, "0" }, { EINVAL, "EINVAL" }, { ENOENT, "ENOENT" }, { EFAULT, "EFAULT" },
	{ ENOEXEC, "ENOEXEC" }, { EPERM, "EPERM" }, { EINTR, "EINTR" }, { EBUSY, "EBUSY" },
	{ EEXIST, "EEXIST" }, { E2BIG, "E2BIG" },
};
_Static_assert(MAY_OTHER == 1u << UC_ARRAY_SIZE(answers), "one name an answer");

uint32_t kvm_answer(int result)
{
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(answers); i++)
		if (result == -answers[i].error)
			return 1u << i;
	return MAY_OTHER;
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

/* The features, and that one bit more. */
static void append_set(char *text, size_t size, const struct kvm_step *step, const char *more)
{
	if (step->features || !step->extra_bit)
		snprintf(text, size, "%s", kvm_set_name(step->features));
	else
		*text = '\0';
	if (step->extra_bit)
		snprintf(text + strlen(text), size - strlen(text), "%s%s%u", *text ? "|" : "", more,
			 step->extra_bit);
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
	const char *name = kvm_which_name(step->op, step->which);
	char *text = next_buffer(), set[256];

	if (step->op == DO_INIT) {
		append_set(set, sizeof(set), step, "bit ");
		snprintf(text, BUFFER, "KVM_ARM_VCPU_INIT target=%s features=%s%s",
			 long_targets[step->target], set, long_pointers[step->pointer]);
		return text;
	}
	snprintf(text, BUFFER, "%s%s%s", ops[step->op].call, *name ? " " : "", name);
	if (ops[step->op].value)
		snprintf(text + strlen(text), BUFFER - strlen(text), " %#llx",
			 (unsigned long long)step->value);
	return text;
}

void kvm_step_text(const struct kvm_step *step, char *text, size_t size)
{
	const char *name = kvm_which_name(step->op, step->which);
	char place[16] = "", set[256] = "";
	size_t used;

	if (step->op >= DO_CHECK_SYSTEM && step->vm)
		snprintf(place, sizeof(place), "vm%u: ", step->vm);
	else if (step->vm)
		snprintf(place, sizeof(place), "vm%u.%u: ", step->vm, step->vcpu);
	else if (step->vcpu)
		snprintf(place, sizeof(place), "%u: ", step->vcpu);
	if (step->op == DO_INIT) {
		append_set(set, sizeof(set), step, "bit");
		name = set;
	}
	used = snprintf(text, size, "%s%s%s%s", place, kvm_op_words[step->op], *name ? " " : "", name);
	if (ops[step->op].value && used < size)
		used += snprintf(text + used, size - used, " %#llx",
				 (unsigned long long)step->value);
	if (step->op == DO_INIT && step->target && used < size)
		used += snprintf(text + used, size - used, " target=%s", kvm_target_words[step->target]);
	if (step->op == DO_INIT && step->pointer && used < size)
		used += snprintf(text + used, size - used, " struct=%s", kvm_pointer_words[step->pointer]);
	if (step->answers & AND_VALUE && used < size)
		snprintf(text + used, size - used, " == %#llx", (unsigned long long)step->value);
	else if (step->answers && used < size)
		snprintf(text + used, size - used, " = %s", kvm_answers_name(step->answers, "|"));
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
	};

	memset(init, 0, sizeof(*init));
	init->target = numbers[step->target];
	init->features[0] = step->features;
	if (step->extra_bit)
		init->features[step->extra_bit / 32] |= 1u << step->extra_bit % 32;
}
