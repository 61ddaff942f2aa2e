// SPDX-License-Identifier: GPL-2.0-only
/* Steps as calls of the kernel. */
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "play.h"
#include "vcpu.h"

#include "reproducer/calls.c"

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

/* 0 or the errno. */
static int make_call(const struct kvm_step *step, const struct kvm_facts *facts)
{
	const unsigned int which = step->which;
	const int fd = vcpu[step->vm][step->vcpu], of_vm = vm[step->vm];
	int feature = kvm_finalizable[which % KVM_FINALIZABLE];

	switch ((enum kvm_op)step->op) {
	case DO_INIT:
		return init_of(fd, step, facts->preferred);
	case DO_INIT_PREFERRED:
		return init_preferred(of_vm, fd);
	case DO_RUN:
		return run(fd);
	case DO_FINALIZE:
		return call(fd, KVM_ARM_VCPU_FINALIZE, &feature);
	case DO_GET_REG:
		/* Else what must come might have been there before. */
		return reg(fd, KVM_GET_ONE_REG, kvm_registers[which].id, ~step->value);
	case DO_SET_REG:
		return reg(fd, KVM_SET_ONE_REG, kvm_registers[which].id, step->value);
	case DO_GET_ID:
		return id_reg(fd, kvm_id_registers[which].id, 0);
	case DO_SET_ID:
		return id_reg(fd, kvm_id_registers[which].id, step->value);
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
	case DO_CHECK_SYSTEM:
		return extension(kvm, kvm_capability(which));
	case DO_CHECK_VM:
		return extension(of_vm, kvm_capability(which));
	case DO_PREFERRED:
		return preferred(of_vm);
	case DO_MASKS:
		return mask(of_vm, kvm_id_registers[which].mask_index);
	case DO_ENABLE_MTE:
		return enable_mte(of_vm);
	case DO_NEW_VM:
		return new_vm(step->vm);
	case DO_CLOSE_VM:
		return close_vm(step->vm);
	case DO_NEW_VCPU:
		return new_vcpu(step->vm, step->vcpu);
	case DO_CLOSE_VCPU:
		return close_vcpu(step->vm, step->vcpu);
	case KVM_OPS:
		break;
	}
	uc_error("a step that does not exist");
}

int kvm_make_call(const struct kvm_step *step, const struct kvm_facts *facts, uint64_t *came)
{
	int result;

	value = 0;
	result = -make_call(step, facts);
	*came = value;
	return result;
}
