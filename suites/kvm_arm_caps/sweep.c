// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every combination of the features that this suite knows, and every bit of
 * the seven words that the kernel does not know, as first calls, against the
 * oracle. What must be refused is tried on one vCPU that is never initialised;
 * what must be accepted gets a VM of its own. And every ordered pair of sets.
 */
#include <stdio.h>

#include "../../harness/verdict.h"
#include "play.h"
#include "rows.h"
#include "rules.h"

/* Most kernels end a VM at once; those that nest or protect VMs take seconds. */
#define MOST_SECONDS	10	/* that new VMs may take; the rest of the sweep is said to be left out */
#define MOST_WRONG	5	/* answers, and then the sweep ends: each costs a new VM */

/* Which sets of features a row is about: its .number. */
enum share { TORN_PAIR, NOT_WITHOUT, UNSUPPORTED, ACCEPTED, OPEN };

struct tally {
	unsigned int calls, wrong;
};

static uint32_t expected(const struct kvm_facts *facts, const struct kvm_step *step)
{
	static const struct kvm_vm_model untouched;

	return kvm_init_answers(facts, &untouched, 0, step);
}

/* The lack of HAS_EL2 beside what needs it, which has a requirement of its own. */
static bool lacks_el2(uint32_t features)
{
	return features & BIT(KVM_ARM_VCPU_HAS_EL2_E2H0) && !(features & HAS_EL2);
}

/* Each set belongs to one share, so that a fault shows where it belongs. */
static enum share share_of(const struct kvm_facts *facts, uint32_t features)
{
	uint32_t answers = expected(facts, &(struct kvm_step){ .features = features });

	if (answers == MAY_OK)
		return ACCEPTED;
	if (answers & MAY_OK)
		return OPEN;
	if (lacks_el2(features))
		return NOT_WITHOUT;
	if (kvm_both_caps(facts) && !(features & ADDRESS) != !(features & GENERIC))
		return TORN_PAIR;
	return UNSUPPORTED;
}

/* KVM_ARM_VCPU_INIT of vCPU 0 as the step says, judged. @before: a line about what was called before, or "". */
static int try_init(struct tally *tally, const struct kvm_facts *facts, const struct kvm_step *step,
		    uint32_t answers, const char *before)
{
	uint64_t value;
	int result;

	uc_judging_step(kvm_call_name, step, sizeof(*step));
	result = kvm_make_call(step, facts, &value);
	uc_judged();
	tally->calls++;
	uc_counted(1);
	if (!(kvm_answer(result) & answers)) {
		tally->wrong++;
		uc_fail("%scall:     %s\nexpected: %s\ngot:      %s", before, kvm_call_name(step),
			kvm_answers_name(answers, " or "), kvm_result_name(result));
	}
	if (tally->wrong == MOST_WRONG)
		uc_fail_now("the sweep ends here: %u of %u calls so far were answered wrongly",
			    tally->wrong, tally->calls);
	return result;
}

/* The same as a first call. What is accepted spoils the vCPU, so there is a new VM then. */
static void try_first(struct tally *tally, const struct kvm_facts *facts, const struct kvm_step *step,
		      uint32_t answers)
{
	if (!try_init(tally, facts, step, answers, ""))
		kvm_start_over();
}

static void conclude(const struct tally *tally)
{
	if (!tally->calls)
		uc_skip("no combination of this kind exists on this kernel");
}

static void sweep_refused(const struct kvm_row *row, const struct kvm_facts *facts)
{
	struct tally tally = { 0 };

	for (uint32_t features = 0; features <= ALL_FEATURES; features++) {
		const struct kvm_step step = { .features = features };

		if (!(features & ~facts->known) && share_of(facts, features) == row->number)
			try_first(&tally, facts, &step, expected(facts, &step));
	}
	conclude(&tally);
}

static void sweep_accepted(const struct kvm_row *row, const struct kvm_facts *facts)
{
	double end = uc_seconds() + MOST_SECONDS;
	unsigned int left_out = 0;
	struct tally tally = { 0 };

	for (uint32_t features = 0; features <= ALL_FEATURES; features++) {
		if (share_of(facts, features) != row->number)
			continue;
		uc_about(features & BOTH ? FEATURE_COMBINATIONS : PAIRING_NEITHER);
		if (uc_seconds() <= end)
			try_first(&tally, facts, &(struct kvm_step){ .features = features }, MAY_OK);
		else
			left_out++;
	}
	if (left_out) {
		uc_note("%u of %u combinations were not tried", left_out, left_out + tally.calls);
		uc_open("not all combinations were tried: this kernel takes long to end a VM");
	}
	conclude(&tally);
}

/*
 * None, and every legal set that one feature needs: on a vCPU of a new VM each, and then each on that.
 * POWER_OFF, which may or may not be part of the set, has rows of its own.
 */
static void sweep_ordered_pairs(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	uint32_t sets[KVM_LEGAL_SETS];
	const unsigned int count = kvm_legal_sets(facts, sets);
	struct tally tally = { 0 };
	char before[300];

	for (unsigned int i = 0; i < count; i++) {
		const struct kvm_step first = { .features = sets[i] };

		if (sets[i] & POWER_OFF)
			continue;
		snprintf(before, sizeof(before), "before:   %s = 0\n", kvm_call_name(&first));
		uc_about(0);
		kvm_start_over();
		try_init(&tally, facts, &first, MAY_OK, "");
		for (unsigned int j = 0; j < count; j++) {
			if (sets[j] & POWER_OFF)
				continue;
			uc_about(i == j ? STATE_SAME_SET : STATE_ANOTHER_SET);
			try_init(&tally, facts, &(struct kvm_step){ .features = sets[j] },
				 i == j ? MAY_OK : MAY_EINVAL, before);
			uc_about(STATE_REFUSED_CHANGES_NOTHING);
			if (i != j)
				try_init(&tally, facts, &first, MAY_OK, before);
		}
	}
}

/* Every unknown bit alone, beside the pair, and beside half of it. */
static void sweep_unknown(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	static const uint32_t beside[] = { 0, BOTH, ADDRESS, GENERIC };
	struct tally tally = { 0 };

	for (unsigned int bit = 1; bit < KVM_FEATURE_BITS; bit++) {
		if (bit < 32 && facts->known & BIT(bit))
			continue;
		for (unsigned int i = 0; i < UC_ARRAY_SIZE(beside); i++) {
			const struct kvm_step step = { .features = beside[i], .extra_bit = bit };

			try_first(&tally, facts, &step, expected(facts, &step));
		}
	}
	conclude(&tally);
}

/* Each known set beside the lowest bit that the kernel does not know. */
static void sweep_known_beside_unknown(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	struct kvm_step step = { 0 };
	struct tally tally = { 0 };

	while (step.extra_bit < 32 && facts->known & BIT(step.extra_bit))
		step.extra_bit++;
	for (step.features = 0; step.features <= ALL_FEATURES; step.features++)
		if (!(step.features & ~facts->known)) {
			uc_about(share_of(facts, step.features) == ACCEPTED ? ERRNO_UNKNOWN_BIT :
									      ERRNO_PRECEDENCE);
			try_first(&tally, facts, &step, expected(facts, &step));
		}
	conclude(&tally);
}

#define TIMES	1000

/* What was refused a thousand times is refused once more, and with the same errno. */
static void again_and_again(const struct kvm_row *row, const struct kvm_facts *facts)
{
	struct kvm_step steps[4];
	char wrong[256];
	int count = kvm_parse(row->steps, steps, 4, wrong, sizeof(wrong));
	uint64_t value;

	for (int i = 0; i < TIMES * count; i++)
		kvm_make_call(&steps[i % count], facts, &value);
	uc_counted(TIMES * count);
	kvm_tell_before("the same, a thousand times");
	kvm_play("%s", row->steps);
}

#define ROW(name, requirements, how, ...) \
	{ .row = { .id = "kvm_arm_caps.sweep." name, requirements, __VA_ARGS__ }, .judge = how
/* The VM at hand when the time is over has to end, too. */
#define PATIENT		.timeout = 60
#define PLAIN		NEEDS(KVM_NEEDED), .control = &kvm_control_plain

static const struct kvm_row rows[] = {
	ROW("torn_pair", REQ(PAIRING_NOT_ONE), sweep_refused, NEEDS(KVM_NEEDED, &kvm_need_pauth),
	    .control = &kvm_control_pauth), .number = TORN_PAIR },
	ROW("unsupported", REQ(ERRNO_UNSUPPORTED_BIT), sweep_refused, PLAIN),
	  .number = UNSUPPORTED },
	ROW("has_el2_e2h0_without_has_el2", REQ(FEATURE_E2H0_NEEDS_EL2), sweep_refused,
	    NEEDS(KVM_NEEDED, &kvm_need_has_el2_e2h0_known), .control = &kvm_control_plain,
	    PATIENT), .number = NOT_WITHOUT },
	ROW("unknown_bits", REQ(ERRNO_UNKNOWN_BIT), sweep_unknown, PLAIN) },
	ROW("known_beside_unknown_bit", REQ(ERRNO_UNKNOWN_BIT, ERRNO_PRECEDENCE),
	    sweep_known_beside_unknown, PLAIN) },
	ROW("again_and_again", REQ(PAIRING_NOT_ONE, ERRNO_UNKNOWN_BIT, STATE_RUN_BEFORE_INIT),
	    again_and_again, NEEDS(KVM_NEEDED, &kvm_need_pauth)),
	  .steps = "INIT PTRAUTH_ADDRESS = EINVAL; INIT bit31 = ENOENT; "
	  "RUN = ENOEXEC" },
	ROW("ordered_pairs", REQ(STATE_SAME_SET, STATE_ANOTHER_SET,
				 STATE_REFUSED_CHANGES_NOTHING), sweep_ordered_pairs,
	    NEEDS(KVM_NEEDED)) },
	ROW("accepted", REQ(FEATURE_COMBINATIONS, PAIRING_NEITHER), sweep_accepted,
	    NEEDS(KVM_NEEDED), PATIENT), .number = ACCEPTED },
};

const struct uc_topic kvm_sweep_topic = KVM_TOPIC("sweep", rows);
