// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steps that nobody thought of. Most calls are legal or nearly so, because
 * what is far from legal is refused at once and teaches little: sets of
 * features are legal ones, or those of an earlier step, with a bit or two
 * changed.
 */
#include "explore.h"
#include "guest.h"

static unsigned int invent_op(struct uc_random *random)
{
	static const unsigned short weights[] = {
#define OP(word, weight, ...)	weight,
#include "ops.inc"
	};
	unsigned int at = uc_random_below(random, 1000), op = 0;

	while (at >= weights[op])
		at -= weights[op++];
	return op;
}

static uint32_t invent_legal(struct uc_random *random, const struct kvm_facts *facts)
{
	uint32_t set = uc_random_bits(random) & facts->supported & ALL_FEATURES;

	/* Rare, because it excludes most others. */
	if (!uc_random_chance(random, 10))
		set &= ~EL1_32BIT;
	if (set & EL1_32BIT || (kvm_both_caps(facts) && uc_random_chance(random, 40)))
		set &= ~BOTH;
	else if (kvm_both_caps(facts))
		set |= BOTH;
	for (unsigned int i = 0; i < KVM_FEATURES; i++)
		if (set & BIT(i))
			set &= ~kvm_features[i].open_with;
	for (unsigned int i = 0; i < kvm_relation_count; i++) {
		const struct kvm_relation *relation = &kvm_relations[i];

		if (set & relation->one && !(set & relation->other) != relation->excludes)
			set &= ~(relation->excludes ? relation->other : relation->one);
	}
	return set;
}

/* The set of an earlier KVM_ARM_VCPU_INIT in this VM, if one is met. */
static bool repeat_earlier(uint32_t *features, uint8_t vm, const struct kvm_step *earlier,
			   unsigned int count, struct uc_random *random)
{
	for (unsigned int tries = 0; count && tries < 8; tries++) {
		const struct kvm_step *step = &earlier[uc_random_below(random, count)];

		if (step->op == DO_INIT && step->vm == vm) {
			*features = step->features;
			return true;
		}
	}
	return false;
}

/* One that the kernel knows, or now and then the others that this suite does. */
static unsigned int invent_bit(struct uc_random *random, const struct kvm_facts *facts)
{
	unsigned int bit = uc_random_below(random, KVM_FEATURES);

	if (facts->known & BIT(bit) || uc_random_chance(random, 15))
		return bit;
	/* The two that this suite is about. */
	return uc_random_chance(random, 50) ? KVM_ARM_VCPU_PTRAUTH_ADDRESS :
					      KVM_ARM_VCPU_PTRAUTH_GENERIC;
}

/* Whether such a vCPU, or such a VM, was made by an earlier step; VM 0 with vCPU 0 always is. */
static bool was_made(const struct kvm_step *earlier, unsigned int count, unsigned int op,
		     const struct kvm_step *step)
{
	if (!step->vm && (op == DO_NEW_VM || !step->vcpu))
		return true;
	for (unsigned int i = 0; i < count; i++)
		if (earlier[i].op == op && earlier[i].vm == step->vm &&
		    (op == DO_NEW_VM || earlier[i].vcpu == step->vcpu))
			return true;
	return false;
}

/* Mostly about the first vCPU; and rarely about one that is not there. */
static void invent_place(struct kvm_step *step, const struct kvm_step *earlier,
			 unsigned int count, struct uc_random *random)
{
	step->vm = uc_random_chance(random, 15);
	if (!was_made(earlier, count, DO_NEW_VM, step))
		step->vm = 0;
	step->vcpu = uc_random_chance(random, 60) ? 0 : 1 + uc_random_below(random, KVM_VCPUS - 1);
	if (step->op == DO_NEW_VCPU) {
		if (!step->vm && !step->vcpu && uc_random_chance(random, 80))
			step->vcpu = 1 + uc_random_below(random, KVM_VCPUS - 1);
	} else if (!was_made(earlier, count, DO_NEW_VCPU, step)) {
		step->vcpu = 0;
		if (!was_made(earlier, count, DO_NEW_VCPU, step))
			step->vm = 0;
	}
}

static void invent_init(struct kvm_step *step, const struct kvm_step *earlier,
			unsigned int count, struct uc_random *random,
			const struct kvm_facts *facts)
{
	unsigned int flips = uc_random_below(random, 100);

	if (uc_random_chance(random, 40) ||
	    !repeat_earlier(&step->features, step->vm, earlier, count, random))
		step->features = invent_legal(random, facts);
	for (flips = flips < 60 ? 0 : flips < 85 ? 1 : 2; flips; flips--)
		step->features ^= BIT(invent_bit(random, facts));
	/* What is wrong in two ways shows which is looked at first. */
	if (uc_random_chance(random, 6))
		step->target = uc_random_below(random, WIDE_TARGET + 1);
	if (uc_random_chance(random, step->target ? 25 : 5))
		step->extra_bit = KVM_FEATURES +
				  uc_random_below(random, uc_random_chance(random, 40) ?
						  32 - KVM_FEATURES :
						  KVM_FEATURE_BITS - KVM_FEATURES);
	if (uc_random_chance(random, step->extra_bit ? 15 : 5))
		step->pointer = uc_random_below(random, READ_ONLY + 1);
}

static void name_register(struct kvm_step *step, unsigned int index)
{
	step->id = kvm_registers[index].id;
	step->shift = kvm_registers[index].shift;
	step->bits = kvm_registers[index].bits;
}

/* A register that was written, or its neighbour: of any vCPU of the VM. */
static void invent_written(struct kvm_step *step, const struct kvm_step *earlier,
			   unsigned int count, struct uc_random *random)
{
	for (unsigned int tries = 0; count && tries < 8; tries++) {
		const struct kvm_step *written = &earlier[uc_random_below(random, count)];
		const struct kvm_register *named;

		if (written->op != DO_SET_REG || written->vm != step->vm)
			continue;
		if (uc_random_chance(random, 50))
			step->vcpu = written->vcpu;
		named = kvm_register_of(written->id, written->shift, written->bits);
		if (named < &kvm_registers[REG_KEYS] && uc_random_chance(random, 25))
			named = &kvm_registers[(named - kvm_registers) ^ 1];
		name_register(step, named - kvm_registers);
		return;
	}
}

/* One of the fields that show a feature. */
static void invent_field(struct kvm_step *step, struct uc_random *random)
{
	unsigned int index;

	do {
		index = uc_random_below(random, kvm_register_count);
	} while (!kvm_registers[index].features);
	name_register(step, index);
	step->arguments[0] = uc_random_below(random, 16);
}

static void invent_register(struct kvm_step *step, const struct kvm_step *earlier,
			    unsigned int count, struct uc_random *random)
{
	unsigned int index;

	if (uc_random_chance(random, 25)) {
		invent_field(step, random);
		return;
	}
	/* The keys are what this is about, and there are many others. */
	index = uc_random_chance(random, 45) ? uc_random_below(random, REG_KEYS) :
		REG_X0 + uc_random_below(random, KVM_REGISTERS - REG_X0);
	if (uc_random_chance(random, 20))
		index = REG_SP + uc_random_below(random, KVM_REGISTERS - REG_SP);
	name_register(step, index);
	if (step->op == DO_GET_REG && uc_random_chance(random, 65))
		invent_written(step, earlier, count, random);
	if (step->op != DO_SET_REG)
		return;
	/* Odd: never what a register may have been reset to. */
	step->arguments[0] = uc_random_bits(random) | 1;
	/* EL1h with nothing masked, and all flags. */
	if (index == REG_PSTATE)
		step->arguments[0] = 0xf0000005;
	/* Rounding towards plus infinity: other bits may not be there. */
	if (index == REG_FPCR)
		step->arguments[0] = 0x400000;
}

void kvm_explore_invent(void *place, const void *earlier, unsigned int index,
			struct uc_random *random, const void *facts)
{
	struct kvm_step *step = place;

	step->op = invent_op(random);
	/* What comes before the first KVM_ARM_VCPU_INIT is refused all alike. */
	if (!index && uc_random_chance(random, 75))
		step->op = DO_INIT;
	invent_place(step, earlier, index, random);
	/* The first of several is the one that works, or the one that is plain. */
	if (kvm_op_forms[step->op].feature || (kvm_op_forms[step->op].count && uc_random_chance(random, 45)))
		step->which = uc_random_below(random, kvm_op_forms[step->op].count);
	switch ((enum kvm_op)step->op) {
	case DO_INIT:
		invent_init(step, earlier, index, random, facts);
		break;
	case DO_GET_REG:
	case DO_SET_REG:
		invent_register(step, earlier, index, random);
		break;
	case DO_MASKS:
		invent_field(step, random);
		step->arguments[0] = 0;
		break;
	case DO_READ:
	case DO_WRITE:
		name_register(step, uc_random_below(random, REG_KEYS));
		if (step->op == DO_WRITE)
			step->arguments[0] = uc_random_bits(random) | 1;
		break;
	case DO_EXEC:
		do {
			step->operations[0] = 1 + uc_random_below(random, 60);
		} while (!kvm_operation_name(step->operations[0] - 1) ||
			 /* Calls may end the machine. */
			 kvm_operation_answers(step->operations[0] - 1, BOTH, true, true) == MAY_ANYTHING);
		step->arguments[0] = 0x123456789ab0;
		break;
	case DO_NEW_VM:
		/* A second one rather than a fresh start. */
		step->vm = uc_random_chance(random, 70);
		break;
	default:
		break;
	}
}

/* Nearer to the plain call, one thing at a time; false where there is no such thing. */
static bool simplify_init(const struct kvm_step *step, unsigned int attempt,
			  struct kvm_step *simpler)
{
	switch (attempt) {
	case 0:
		simpler->pointer = READABLE;
		return true;
	case 1:
		simpler->target = PREFERRED;
		return true;
	case 2:
		simpler->extra_bit = 0;
		return true;
	case 3:
		simpler->features = 0;
		return true;
	case 4:
		simpler->features &= ~BOTH;
		return true;
	}
	if (attempt - 5 >= KVM_FEATURES)
		return false;
	simpler->features = step->features & ~BIT(attempt - 5);
	return true;
}

bool kvm_explore_simplify(const void *place, unsigned int attempt, void *memory)
{
	const struct kvm_step *step = place;
	struct kvm_step *simpler = memory;

	if (attempt == 0) {
		simpler->vm = 0;
		return true;
	}
	if (attempt == 1) {
		simpler->vcpu = 0;
		return true;
	}
	attempt -= 2;
	if (step->op == DO_INIT)
		return simplify_init(step, attempt, simpler);
	if (attempt == 0 && step->op == DO_SET_REG) {
		if (!step->bits && step->id != KVM_REG_X(33) && step->id != kvm_registers[REG_FPCR].id)
			simpler->arguments[0] = 0x1234567;
		return true;
	}
	if (attempt == (step->op == DO_SET_REG) && !step->bits &&
	    (step->op == DO_GET_REG || step->op == DO_SET_REG)) {
		name_register(simpler, 0);
		return true;
	}
	return false;
}
