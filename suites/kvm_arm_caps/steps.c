// SPDX-License-Identifier: GPL-2.0-only
/* Steps in words, and words as steps. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../../harness/row.h"
#include "guest.h"
#include "steps.h"

const int kvm_finalizable[KVM_FINALIZABLE] = {
	KVM_ARM_VCPU_SVE, KVM_ARM_VCPU_PSCI_0_2, KVM_ARM_VCPU_PTRAUTH_ADDRESS, -1,
};

static const char *const finalizable[] = { "SVE", "PSCI_0_2", "PTRAUTH_ADDRESS", "-1" };
static const char *const rooms[] = { "", "none", "short", "exact" };
static const char *const lengths[] = { "", "128" };
static const char *const mp_states[] = { "RUNNABLE", "STOPPED", "SUSPENDED", "99" };
static const char *const pmu_attributes[] = { "INIT", "FILTER" };
static const char *const enables[] = { "", "disabled" };
static const char *const actions[] = { "allow", "deny", "forward", "99" };
const unsigned int kvm_mp_states[] = { KVM_MP_STATE_RUNNABLE, KVM_MP_STATE_STOPPED,
				       KVM_MP_STATE_SUSPENDED, 99 };
const char *const kvm_target_words[] = { "preferred", "generic", "unknown", "wide",
					 "0", "1", "2", "3", "4", "6", "7" };
const char *const kvm_pointer_words[] = { "readable", "unmapped", "short", "page_end",
						     "read_only" };

const char *const kvm_op_words[KVM_OPS] = {
	[DO_INIT] = "INIT", [DO_INIT_PREFERRED] = "INIT_PREFERRED", [DO_RUN] = "RUN",
	[DO_FINALIZE] = "FINALIZE", [DO_GET_REG] = "GET_REG", [DO_SET_REG] = "SET_REG",
	[DO_REG_LIST] = "REG_LIST", [DO_GET_LENGTHS] = "GET_LENGTHS",
	[DO_SET_LENGTHS] = "SET_LENGTHS", [DO_GET_MP_STATE] = "GET_MP_STATE",
	[DO_SET_MP_STATE] = "SET_MP_STATE", [DO_GET_EVENTS] = "GET_EVENTS",
	[DO_SET_EVENTS] = "SET_EVENTS", [DO_PMU] = "PMU", [DO_BOOT] = "BOOT",
	[DO_EXEC] = "EXEC", [DO_READ] = "READ", [DO_WRITE] = "WRITE", [DO_CONTINUE] = "CONTINUE",
	[DO_SAVE] = "SAVE", [DO_RESTORE] = "RESTORE", [DO_NEW_VCPU] = "NEW_VCPU",
	[DO_CLOSE_VCPU] = "CLOSE_VCPU", [DO_CHECK_SYSTEM] = "CHECK", [DO_CHECK_VM] = "CHECK_VM",
	[DO_PREFERRED] = "PREFERRED_TARGET", [DO_MASKS] = "MASKS", [DO_ENABLE_MTE] = "ENABLE_MTE",
	[DO_ENABLE_IMP_ID] = "ENABLE_IMP_ID", [DO_FILTER] = "FILTER", [DO_NEW_VM] = "NEW_VM",
	[DO_CLOSE_VM] = "CLOSE_VM",
};

#define CHOICE(array)	.names = array, .count = UC_ARRAY_SIZE(array)

const struct kvm_op_form kvm_op_forms[KVM_OPS] = {
	[DO_INIT] = { "KVM_ARM_VCPU_INIT" },
	[DO_INIT_PREFERRED] = { "KVM_ARM_VCPU_INIT with what KVM_ARM_PREFERRED_TARGET returned" },
	[DO_RUN] = { "KVM_RUN immediate_exit=1" },
	[DO_FINALIZE] = { "KVM_ARM_VCPU_FINALIZE", CHOICE(finalizable) },
	[DO_GET_REG] = { "KVM_GET_ONE_REG", .id = true },
	[DO_SET_REG] = { "KVM_SET_ONE_REG", .id = true, .arguments = 1 },
	[DO_REG_LIST] = { "KVM_GET_REG_LIST", CHOICE(rooms) },
	[DO_GET_LENGTHS] = { "KVM_GET_ONE_REG SVE_VLS" },
	[DO_SET_LENGTHS] = { "KVM_SET_ONE_REG SVE_VLS", CHOICE(lengths) },
	[DO_GET_MP_STATE] = { "KVM_GET_MP_STATE" },
	[DO_SET_MP_STATE] = { "KVM_SET_MP_STATE", CHOICE(mp_states) },
	[DO_GET_EVENTS] = { "KVM_GET_VCPU_EVENTS" },
	[DO_SET_EVENTS] = { "KVM_SET_VCPU_EVENTS", .arguments = 1 },
	[DO_PMU] = { "KVM_SET_DEVICE_ATTR of the PMU", CHOICE(pmu_attributes) },
	[DO_BOOT] = { "set-up of a guest", CHOICE(enables) },
	[DO_EXEC] = { "the guest executed", .arguments = 2 },
	[DO_READ] = { "the guest executed MRS of", .id = true },
	[DO_WRITE] = { "the guest executed MSR of", .id = true, .arguments = 1 },
	[DO_CONTINUE] = { "KVM_RUN of what PSCI turned on" },
	[DO_SAVE] = { "KVM_GET_ONE_REG of all that KVM_GET_REG_LIST names" },
	[DO_RESTORE] = { "KVM_SET_ONE_REG of all that was saved" },
	[DO_NEW_VCPU] = { "KVM_CREATE_VCPU" },
	[DO_CLOSE_VCPU] = { "close of a vCPU" },
	[DO_CHECK_SYSTEM] = { "KVM_CHECK_EXTENSION of /dev/kvm", .feature = true, .count = KVM_FEATURES + 1 },
	[DO_CHECK_VM] = { "KVM_CHECK_EXTENSION of a VM", .feature = true, .count = KVM_FEATURES + 1 },
	[DO_PREFERRED] = { "KVM_ARM_PREFERRED_TARGET" },
	[DO_MASKS] = { "KVM_ARM_GET_REG_WRITABLE_MASKS", .id = true },
	[DO_ENABLE_MTE] = { "KVM_ENABLE_CAP MTE" },
	[DO_ENABLE_IMP_ID] = { "KVM_ENABLE_CAP WRITABLE_IMP_ID_REGS" },
	[DO_FILTER] = { "KVM_SET_DEVICE_ATTR KVM_ARM_VM_SMCCC_FILTER", CHOICE(actions), .arguments = 2 },
	[DO_NEW_VM] = { "KVM_CREATE_VM" },
	[DO_CLOSE_VM] = { "close of a VM" },
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

/* Append to a text that has room for so many bytes in all. */
static void append(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void append(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + used, size - used, format, arguments);
	va_end(arguments);
}

/* A number, or the slot that it comes from. */
static void append_number(char *text, size_t size, uint64_t number, unsigned int from)
{
	if (from == KVM_HOST)
		append(text, size, " host");
	else if (from)
		append(text, size, " %c", 'a' + from - 1);
	else
		append(text, size, " %#llx", (unsigned long long)number);
}

/* What the call is about: a choice, a register, operations. */
static void append_object(char *text, size_t size, const struct kvm_step *step)
{
	const struct kvm_op_form *form = &kvm_op_forms[step->op];
	const struct kvm_register *named = kvm_register_of(step->id, step->shift, step->bits);

	if (form->feature)
		append(text, size, " %s", step->which == KVM_FEATURES ? "169" :
					  kvm_features[step->which].name);
	else if (form->names && *form->names[step->which])
		append(text, size, " %s", form->names[step->which]);
	else if (form->id && named)
		append(text, size, " %s", named->name);
	else if (form->id)
		append(text, size, " %#llx", (unsigned long long)step->id);
	for (unsigned int i = 0; i < KVM_SEQUENCE && step->operations[i]; i++)
		append(text, size, "%s%s", i ? "+" : " ", kvm_operation_name(step->operations[i] - 1));
	for (unsigned int i = 0; i < form->arguments; i++)
		append_number(text, size, step->arguments[i], step->from[i]);
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
	char *text = next_buffer(), set[256];

	snprintf(text, BUFFER, "%s", kvm_op_forms[step->op].call);
	if (step->op == DO_INIT) {
		append_set(set, sizeof(set), step, "bit ");
		append(text, BUFFER, " target=%s features=%s%s", step->target < TARGET_0 ?
		       long_targets[step->target] : kvm_target_words[step->target], set,
		       long_pointers[step->pointer]);
		return text;
	}
	append_object(text, BUFFER, step);
	return text;
}

static void append_expected(char *text, size_t size, const struct kvm_step *step)
{
	const bool valued = step->answers & (AND_VALUE | AND_NOT_VALUE);

	if (step->answers & MAY_ANYTHING && !(valued && (step->answers & MAY_ANYTHING) == MAY_OK))
		append(text, size, " = %s", kvm_answers_name(step->answers & MAY_ANYTHING, "|"));
	if (step->mask)
		append(text, size, " & %#llx", (unsigned long long)step->mask);
	if (valued)
		append(text, size, step->answers & AND_VALUE ? " ==" : " !=");
	if (valued)
		append_number(text, size, step->value, step->from[2]);
	if (step->keep)
		append(text, size, " as %c", 'a' + step->keep - 1);
}

void kvm_step_text(const struct kvm_step *step, char *text, size_t size)
{
	char set[256];

	*text = '\0';
	if (step->op >= DO_CHECK_SYSTEM && step->vm)
		append(text, size, "vm%u: ", step->vm);
	else if (step->vm)
		append(text, size, "vm%u.%u: ", step->vm, step->vcpu);
	else if (step->vcpu)
		append(text, size, "%u: ", step->vcpu);
	append(text, size, "%s", kvm_op_words[step->op]);
	append_object(text, size, step);
	if (step->op == DO_INIT) {
		append_set(set, sizeof(set), step, "bit");
		append(text, size, " %s", set);
	}
	if (step->target)
		append(text, size, " target=%s", kvm_target_words[step->target]);
	if (step->pointer)
		append(text, size, " struct=%s", kvm_pointer_words[step->pointer]);
	append_expected(text, size, step);
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
