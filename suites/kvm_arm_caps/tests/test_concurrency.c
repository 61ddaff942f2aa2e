// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rows in which two threads call at once against the oracle, which knows
 * one call after another: what it allows in either order is listed, and
 * nothing else is.
 */
#include "tests.h"

#include "../concurrency.h"
#include "../topics.h"

/* The VM of one row, and whether it has a vCPU yet. */
struct world {
	struct kvm_state state;
	bool created;
};

static unsigned int allowed(const struct kvm_facts *facts, const struct world *world,
			    const struct kvm_step *step)
{
	if (step->kind == STEP_ENABLE_MTE)
		return world->created ? MAY_EINVAL : MAY_OK;
	return kvm_oracle(facts, &world->state, step->vcpu, step->op, &step->call);
}

static void accept(const struct kvm_facts *facts, struct world *world, const struct kvm_step *step)
{
	if (step->kind == STEP_ENABLE_MTE)
		world->state.mte = true;
	else
		kvm_oracle_accepted(facts, &world->state, step->vcpu, step->op, &step->call);
}

/* What comes after an outcome is what the oracle says of the state that led to it. */
static void hold_after(const struct kvm_meeting *meeting, const struct kvm_outcome *outcome,
		       const struct kvm_facts *facts, struct world world)
{
	for (unsigned int i = 0; i < KVM_STEPS && outcome->after[i].kind != STEP_END; i++) {
		const struct kvm_step *step = &outcome->after[i];
		bool pair = (world.state.vcpu[step->vcpu].features & (ADDRESS | GENERIC)) != 0;

		if (step->kind == STEP_KEYS || step->kind == STEP_NO_KEYS)
			ck_assert_msg(pair == (step->kind == STEP_KEYS), "%s: keys",
				      meeting->row.id);
		if (step->kind != STEP_CALL)
			continue;
		ck_assert_msg(allowed(facts, &world, step) == step->answers,
			      "%s, outcome %td, step %u", meeting->row.id,
			      outcome - meeting->outcomes, i);
		if (step->answers & MAY_OK)
			accept(facts, &world, step);
	}
}

/* Answers that one order gives: @met of the listed outcomes takes them, bit by bit. */
static void take(const struct kvm_meeting *meeting, const struct kvm_facts *facts,
		 const unsigned int answers[2], const struct world *world,
		 unsigned int met[KVM_OUTCOMES][2])
{
	bool taken = false;

	for (unsigned int i = 0; i < KVM_OUTCOMES; i++) {
		const struct kvm_outcome *outcome = &meeting->outcomes[i];

		if (!(answers[0] & outcome->answers[0]) || !(answers[1] & outcome->answers[1]))
			continue;
		met[i][0] |= answers[0];
		met[i][1] |= answers[1];
		hold_after(meeting, outcome, facts, *world);
		taken = true;
	}
	ck_assert_msg(taken, "%s: %#x and %#x are allowed, and not listed", meeting->row.id,
		      answers[0], answers[1]);
}

/* Every answer to the one, with every answer to the other that comes after it. */
static void play_order(const struct kvm_meeting *meeting, const struct kvm_facts *facts,
		       unsigned int first, unsigned int met[KVM_OUTCOMES][2])
{
	const struct kvm_step *early = &meeting->calls[first], *late = &meeting->calls[!first];
	struct world begin = { .created = !meeting->creates || first == 1 };
	struct kvm_call earlier = { .features = meeting->first_set };
	unsigned int answers[2];

	if (meeting->first_set)
		kvm_oracle_accepted(facts, &begin.state, 0, OP_INIT, &earlier);
	for (unsigned int one = MAY_OK; one <= MAY_OTHER; one <<= 1) {
		struct world between = begin;

		if (!(allowed(facts, &begin, early) & one))
			continue;
		if (one == MAY_OK)
			accept(facts, &between, early);
		for (unsigned int other = MAY_OK; other <= MAY_OTHER; other <<= 1) {
			struct world end = between;

			if (!(allowed(facts, &between, late) & other))
				continue;
			if (other == MAY_OK)
				accept(facts, &end, late);
			answers[first] = one;
			answers[!first] = other;
			take(meeting, facts, answers, &end, met);
		}
	}
}

static void hold_against_orders(const struct uc_row *row, const struct kvm_facts *facts)
{
	const struct kvm_meeting *meeting = (const struct kvm_meeting *)row;
	unsigned int met[KVM_OUTCOMES][2] = { 0 };

	play_order(meeting, facts, 0, met);
	play_order(meeting, facts, 1, met);
	for (unsigned int i = 0; i < KVM_OUTCOMES; i++)
		for (unsigned int j = 0; j < 2; j++)
			ck_assert_msg(met[i][j] == meeting->outcomes[i].answers[j],
				      "%s: of outcome %u no order gives %#x for call %u", row->id,
				      i, meeting->outcomes[i].answers[j] & ~met[i][j], j);
}

START_TEST(outcomes_are_those_of_some_order)
{
	const struct kvm_meeting *meetings = kvm_concurrency_topic.rows;

	ck_assert_uint_eq(kvm_concurrency_topic.row_size, sizeof(*meetings));
	ck_assert_uint_gt(kvm_concurrency_topic.row_count, 0);
	for (size_t i = 0; i < kvm_concurrency_topic.row_count; i++)
		on_every_kernel(&meetings[i].row, hold_against_orders);
}
END_TEST

/* The second thread is the one that may have another vCPU, or none at first. */
START_TEST(calls_are_of_the_vcpus_that_are_made)
{
	const struct kvm_meeting *meetings = kvm_concurrency_topic.rows;

	for (size_t i = 0; i < kvm_concurrency_topic.row_count; i++) {
		const struct kvm_step *calls = meetings[i].calls;

		ck_assert_uint_eq(calls[0].vcpu, 0);
		ck_assert_uint_le(calls[1].vcpu, 1);
		ck_assert(meetings[i].creates == (calls[0].kind == STEP_ENABLE_MTE));
		ck_assert_int_eq(calls[1].kind, STEP_CALL);
		for (unsigned int j = 0; j < KVM_OUTCOMES; j++)
			for (unsigned int k = 0; k < KVM_STEPS; k++)
				ck_assert_uint_le(meetings[i].outcomes[j].after[k].vcpu,
						  calls[1].vcpu);
	}
}
END_TEST

void add_concurrency_tests(Suite *suite)
{
	TCase *tests = tcase_create("concurrency");

	tcase_add_test(tests, outcomes_are_those_of_some_order);
	tcase_add_test(tests, calls_are_of_the_vcpus_that_are_made);
	suite_add_tcase(suite, tests);
}
