// SPDX-License-Identifier: GPL-2.0-only
/* Steps as calls of the kernel. */
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "guest.h"
#include "play.h"
#include "vcpu.h"

#include "reproducer/registers.c"

_Static_assert(KVM_SLOTS == UC_ARRAY_SIZE(slots), "one place a slot");

void kvm_begin(struct kvm_model *model, const struct kvm_facts *facts, bool small)
{
	static const struct kvm_step steps[] = { { .op = DO_NEW_VM }, { .op = DO_NEW_VCPU } };
	uint64_t ignored;

	kvm = kvm_open();
	address_bits = small ? KVM_SMALL_VM_BITS : 40;
	memset(model, 0, sizeof(*model));
	for (unsigned int i = 0; i < UC_ARRAY_SIZE(steps); i++) {
		int result = kvm_make_call(&steps[i], facts, &ignored);

		if (result)
			uc_error("set-up: %s: %s", kvm_call_name(&steps[i]),
				 uc_errno_name(-result));
		kvm_follow(facts, model, &steps[i], 0, 0);
	}
}

void kvm_end(void)
{
	for (unsigned int i = 0; i < KVM_VMS; i++) {
		for (unsigned int j = 0; j < KVM_VCPUS; j++)
			close_vcpu(i, j, NULL);
		close_vm(i, 0, NULL);
	}
}

int kvm_call_init(int fd, const struct kvm_step *step, uint32_t preferred)
{
	struct kvm_given given;

	kvm_what_is_given(step, preferred, &given);
	return -init_of(fd, given.a);
}

/* The names of a step's operations, "+" between. */
void kvm_sequence_name(const struct kvm_step *step, char *text, size_t size)
{
	*text = '\0';
	for (unsigned int i = 0; i < KVM_SEQUENCE && step->operations[i]; i++)
		snprintf(text + strlen(text), size - strlen(text), "%s%s", i ? "+" : "",
			 kvm_operation_name(step->operations[i] - 1));
}

/* 0 or the errno. */
static int make_call(const struct kvm_step *step, const struct kvm_facts *facts)
{
	static int (*const calls[])(int, int, const uint64_t *) = {
#define OP(word, weight, needs, call, ...)	call,
#include "ops.inc"
	};
	struct kvm_given given;
	char sequence[80];

	kvm_what_is_given(step, facts->preferred, &given);
	if (step->op == DO_EXEC) {
		kvm_sequence_name(step, sequence, sizeof(sequence));
		given.a[0] = guest_sequence(sequence);
	}
	return calls[step->op](step->vm, step->vcpu, given.a);
}

uint64_t kvm_slot(char name)
{
	return slots[name - 'a'];
}

/* The numbers that come from elsewhere are what is there. */
void kvm_fill_in(struct kvm_step *step, const struct kvm_facts *facts)
{
	uint64_t *const numbers[] = { &step->arguments[0], &step->arguments[1], &step->value };

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(numbers); i++) {
		if (step->from[i] && step->from[i] <= KVM_SLOTS)
			*numbers[i] = slots[step->from[i] - 1];
		for (unsigned int j = 0; step->from[i] == KVM_HOST && j < KVM_ID_REGISTERS; j++)
			if (step->id == kvm_id_registers[j])
				*numbers[i] = facts->id_register[j] & step->mask;
	}
}

int kvm_make_call(const struct kvm_step *step, const struct kvm_facts *facts, uint64_t *came)
{
	int result;

	value = 0;
	result = -make_call(step, facts);
	*came = value;
	if (step->keep && !result)
		slots[step->keep - 1] = value & (step->mask ?: ~0ULL);
	return result;
}
