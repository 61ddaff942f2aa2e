// SPDX-License-Identifier: GPL-2.0-only
/* What is known after a step. */
#include <string.h>

#include "guest.h"
#include "rules.h"

static void learn(struct kvm_value *what, uint64_t value)
{
	*what = (struct kvm_value){ .known = true, .value = value };
}

/* Accepted: all registers get their initial values, of which some are not known. */
static void follow_init(const struct kvm_case *of)
{
	const struct kvm_step *step = of->step;
	struct kvm_vcpu_model *vcpu = of->vcpu;
	struct kvm_vcpu_init init;

	vcpu->refused = of->result != 0;
	vcpu->refused_first |= of->result && !vcpu->initialised;
	if (of->result)
		return;
	kvm_init_struct(step, of->facts->preferred, &init);
	vcpu->initialised = true;
	vcpu->features = step->features;
	vcpu->target = init.target;
	for (unsigned int i = 0; i < KVM_REGISTERS; i++) {
		struct kvm_value *value = &vcpu->registers[i];

		if (i >= REG_KEYS && i != REG_TTBR1) {
			learn(value, i == REG_PSTATE ? kvm_initial_pstate(step->features) : 0);
			continue;
		}
		/* One that was written longer ago may not come back either. */
		value->stale = value->stale || (value->known && value->written);
		value->known = value->written = false;
	}
	vcpu->short_lengths = vcpu->booted = false;
	learn(&vcpu->mp_state, kvm_initial_mp_state(step->features));
}

static void follow_register(const struct kvm_case *of)
{
	const struct kvm_step *step = of->step;
	struct kvm_vcpu_model *vcpu = of->vcpu;
	/* Before KVM_ARM_VCPU_INIT a success would be wrong, and no key counts but the pair's. */
	const struct kvm_register *named = kvm_register_of(step->id, step->shift, step->bits);
	bool write = step->op == DO_SET_REG;
	struct kvm_value *known;

	if (of->result || !vcpu->initialised)
		return;
	/* What the guest's code needs may be gone. */
	if (write && !step->bits && !(kvm_features_of_register(step->id) & BOTH))
		vcpu->booted = false;
	if (!named || named >= &kvm_registers[KVM_REGISTERS])
		return;
	known = &vcpu->registers[named - kvm_registers];
	/* What was read stays what it was, written or not. */
	if (!write && known->known)
		return;
	learn(known, write ? step->arguments[0] : of->value);
	known->written = write;
}

static bool keeps_keys(const struct kvm_step *step)
{
	return step->op == DO_BOOT || step->op == DO_READ || step->op == DO_SET_EVENTS ||
	       (step->op == DO_EXEC && strcmp(kvm_operation_name(step->operations[0] - 1), "WRITE_KEYS"));
}

/* What a guest, a migration or an exception does to registers is not followed. */
static void follow_guest(const struct kvm_case *of)
{
	const struct kvm_step *step = of->step;
	struct kvm_vcpu_model *vcpu = of->vcpu;
	struct kvm_vm_model *vm = of->vm;

	if (!vcpu->initialised)
		return;
	/* Keys stay but where it, or a migration, writes them. */
	for (unsigned int i = keeps_keys(step) ? REG_KEYS : 0; i < KVM_REGISTERS; i++)
		vcpu->registers[i] = (struct kvm_value){ 0 };
	/* PSCI's calls are about the others. */
	for (unsigned int i = 0; i < KVM_VCPUS && step->op == DO_EXEC; i++) {
		if (!(vm->vcpu[i].features & POWER_OFF))
			continue;
		memset(vm->vcpu[i].registers, 0, sizeof(vm->vcpu[i].registers));
		vm->vcpu[i].mp_state.known = false;
	}
	if (step->op != DO_BOOT && step->op != DO_RESTORE && step->op != DO_SET_EVENTS)
		vm->ran = vcpu->exited = true;
	if (step->op == DO_RESTORE || step->op == DO_SET_EVENTS)
		vcpu->booted = false;
	if (step->op != DO_BOOT)
		return;
	vcpu->booted = true;
	vcpu->enables = !step->which;
}

/*
 * It executes nothing, but the operation of an exit is complete only after it, says api.rst 5, and
 * KVM_ARM_VCPU_INIT does not end that: the PC may go one instruction on.
 */
static void follow_run(const struct kvm_case *of)
{
	of->vm->ran |= of->vcpu->initialised;
	if (of->vcpu->exited)
		of->vcpu->registers[REG_PC] = (struct kvm_value){ 0 };
	of->vcpu->exited = false;
}

static void follow_finalize(const struct kvm_case *of)
{
	of->vcpu->finalized |= !of->result && !of->step->which;
}

static void follow_lengths(const struct kvm_case *of)
{
	of->vcpu->short_lengths |= !of->result && of->step->which;
}

static void follow_mp_state(const struct kvm_case *of)
{
	of->vcpu->mp_state.known = false;
	if (of->vcpu->initialised && !of->result)
		learn(&of->vcpu->mp_state, kvm_op_forms[DO_SET_MP_STATE].values[of->step->which]);
}

static void follow_enable(const struct kvm_case *of)
{
	of->vm->mte |= of->step->which == ENABLE_MTE && !of->result;
}

static void follow_new_vm(const struct kvm_case *of)
{
	*of->vm = (struct kvm_vm_model){ .made = true, .open = true };
}

static void follow_close_vm(const struct kvm_case *of)
{
	of->vm->open = false;
}

static void follow_new_vcpu(const struct kvm_case *of)
{
	if (!of->result)
		of->vcpu->made = of->vcpu->open = true;
}

static void follow_close_vcpu(const struct kvm_case *of)
{
	of->vcpu->open = false;
}

void kvm_follow(const struct kvm_facts *facts, struct kvm_model *model,
		const struct kvm_step *step, int result, uint64_t value)
{
	static void (*const follow[])(const struct kvm_case *) = {
#define OP(word, weight, needs, call, text, object, rule, follow)	follow,
#include "ops.inc"
	};
	struct kvm_case of = kvm_case_of(facts, model, step);

	of.result = result;
	of.value = value;
	if (follow[step->op])
		follow[step->op](&of);
}
