// SPDX-License-Identifier: GPL-2.0-only
/* Steps as calls of the kernel. */
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "guest.h"
#include "play.h"
#include "vcpu.h"

#include "reproducer/guest.c"
#include "reproducer/calls.c"

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
			close_vcpu(i, j);
		close_vm(i);
	}
}

static int init_of(int fd, const struct kvm_step *step, uint32_t preferred)
{
	struct kvm_vcpu_init init_struct;

	kvm_init_struct(step, preferred, &init_struct);
	return init(fd, kvm_mapped_bytes(step), step->pointer == READ_ONLY, init_struct.target,
		    step->features, step->extra_bit);
}

int kvm_call_init(int fd, const struct kvm_step *step, uint32_t preferred)
{
	return -init_of(fd, step, preferred);
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
	const unsigned int which = step->which, number = step->vm, id = step->vcpu;
	const int fd = vcpu[number][id], of_vm = vm[number];
	const uint64_t *arguments = step->arguments;
	int feature = kvm_finalizable[which % KVM_FINALIZABLE];
	char sequence[80];

	switch ((enum kvm_op)step->op) {
	case DO_INIT:
		return init_of(fd, step, facts->preferred);
	case DO_INIT_PREFERRED:
		return init_preferred(of_vm, fd);
	case DO_RUN:
		return run(number, id);
	case DO_FINALIZE:
		return call(fd, KVM_ARM_VCPU_FINALIZE, &feature);
	case DO_GET_REG:
		/* Else what must come might have been there before. */
		return reg(fd, KVM_GET_ONE_REG, step->id, step->shift, step->bits, ~step->value);
	case DO_SET_REG:
		return reg(fd, KVM_SET_ONE_REG, step->id, step->shift, step->bits, arguments[0]);
	case DO_REG_LIST:
		return list(fd, which);
	case DO_GET_LENGTHS:
		return lengths(fd, true, false);
	case DO_SET_LENGTHS:
		return lengths(fd, !which, true);
	case DO_GET_MP_STATE:
		return mp_state(fd, KVM_GET_MP_STATE, UINT32_MAX);
	case DO_SET_MP_STATE:
		return mp_state(fd, KVM_SET_MP_STATE, kvm_mp_states[which]);
	case DO_GET_EVENTS:
		return events(fd, KVM_GET_VCPU_EVENTS, 0xa5a5a5);
	case DO_SET_EVENTS:
		return events(fd, KVM_SET_VCPU_EVENTS, arguments[0]);
	case DO_PMU:
		return pmu(fd, which);
	case DO_BOOT:
		return guest_boot(of_vm, fd, !which);
	case DO_EXEC:
		kvm_sequence_name(step, sequence, sizeof(sequence));
		return execute(number, id, guest_sequence(sequence), arguments[0], arguments[1]);
	case DO_READ:
	case DO_WRITE:
		return execute(number, id, guest_move(step->id, step->op == DO_WRITE),
			       step->op == DO_WRITE ? arguments[0] : GUEST_MARK, 0);
	case DO_CONTINUE:
		return execute_on(number, id);
	case DO_SAVE:
		return save(fd);
	case DO_RESTORE:
		return restore(fd);
	case DO_CHECK_SYSTEM:
		return extension(kvm, kvm_capability(which));
	case DO_CHECK_VM:
		return extension(of_vm, kvm_capability(which));
	case DO_PREFERRED:
		return preferred(of_vm);
	case DO_MASKS:
		return mask(of_vm, step->id, step->shift, step->bits);
	case DO_ENABLE_MTE:
		return enable(of_vm, KVM_CAP_ARM_MTE);
	case DO_ENABLE_IMP_ID:
		return enable(of_vm, KVM_CAP_ARM_WRITABLE_IMP_ID_REGS);
	case DO_FILTER:
		return filter(of_vm, arguments[0], arguments[1], which == 3 ? 99 : which);
	case DO_NEW_VM:
		return new_vm(number);
	case DO_CLOSE_VM:
		return close_vm(number);
	case DO_NEW_VCPU:
		return new_vcpu(number, id);
	case DO_CLOSE_VCPU:
		return close_vcpu(number, id);
	case KVM_OPS:
		break;
	}
	uc_error("a step that does not exist");
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
