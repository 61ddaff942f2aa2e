// SPDX-License-Identifier: GPL-2.0-only
/* Play a row's steps to the kernel, and judge each answer by what the row says. */
#include <stdio.h>
#include <string.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "play.h"
#include "rows.h"
#include "vcpu.h"

/* A text at work: its steps, and what came so far. */
struct play {
	const struct uc_row *row;
	const char *before;
	struct kvm_step steps[KVM_STEPS];
	int results[KVM_STEPS];
	uint64_t values[KVM_STEPS];
	unsigned int made;	/* of the steps: one KVM_RUN may do several */
	bool several;	/* vCPUs */
};

static void name_call(const struct play *play, const struct kvm_step *step, char *text,
		      size_t size)
{
	if (play->several && step->op < DO_CHECK)
		snprintf(text, size, "%s on vCPU %u", kvm_call_name(step), step->vcpu);
	else
		snprintf(text, size, "%s", kvm_call_name(step));
}

/* What was called before step @end, registers of one kind in one line. */
static void tell_before(const struct play *play, unsigned int end)
{
	char call[512];

	if (play->before)
		uc_fail("before:   %s", play->before);
	for (unsigned int i = 0, more; i < end; i += more) {
		const struct kvm_step *step = &play->steps[i];

		more = 1;
		while ((step->op == DO_GET_REG || step->op == DO_SET_REG) && i + more < end &&
		       play->steps[i + more].op == step->op &&
		       play->steps[i + more].vcpu == step->vcpu &&
		       play->results[i + more] == play->results[i])
			more++;
		name_call(play, step, call, sizeof(call));
		if (more > 1)
			sprintf(call + strlen(call), ", and of %u others", more - 1);
		uc_fail("before:   %s = %s", call, kvm_result_name(play->results[i]));
	}
}

/* The one of the row's requirements that a wrong answer breaks; 0 if that cannot be told. */
static unsigned int to_blame(const struct uc_row *row, const struct kvm_rule *rule)
{
	for (unsigned int i = 0; i < UC_MAX_CHECKS; i++)
		if (row->checks[i] && row->checks[i] == rule->requirement)
			return rule->requirement;
	for (unsigned int i = 0; i < UC_MAX_CHECKS; i++)
		if (row->checks[i] && row->checks[i] == rule->direct)
			return rule->direct;
	return 0;
}

static bool is_as_said(const struct kvm_step *step, int result, uint64_t value)
{
	const uint64_t mask = step->mask ?: ~0ULL;

	if (!(kvm_answer(result) & step->answers))
		return false;
	/* It is whether the struct was written to. */
	if (step->op == DO_INIT)
		return !value;
	/* What comes with an error counts where nothing else may come. */
	if ((result && step->answers & MAY_OK) || !(step->answers & (AND_VALUE | AND_NOT_VALUE)))
		return true;
	return ((value & mask) == step->value) == !!(step->answers & AND_VALUE);
}

static void tell_wrong(const struct play *play, unsigned int index, uint64_t value)
{
	const struct kvm_step *step = &play->steps[index];
	const int result = play->results[index];
	char call[512], expected[160], got[160];

	name_call(play, step, call, sizeof(call));
	snprintf(expected, sizeof(expected), "%s", kvm_answers_name(step->answers, " or "));
	snprintf(got, sizeof(got), "%s", kvm_result_name(result));
	if (kvm_answer(result) & step->answers && step->op == DO_INIT) {
		strcat(expected, ", and the struct as it was");
		strcat(got, ", and the struct was written to");
	} else if (step->answers & (AND_VALUE | AND_NOT_VALUE) && kvm_answer(result) & step->answers) {
		snprintf(expected, sizeof(expected), "%s%#llx", step->answers & AND_VALUE ? "" :
			 "anything but ", (unsigned long long)step->value);
		snprintf(got, sizeof(got), "%#llx",
			 (unsigned long long)(value & (step->mask ?: ~0ULL)));
	} else if (step->op >= DO_EXEC && step->op <= DO_CONTINUE && result) {
		sprintf(got + strlen(got), " (%#llx)", (unsigned long long)value);
	}
	tell_before(play, index);
	uc_fail_now("call:     %s\nexpected: %s\ngot:      %s", call, expected, got);
}

/* What is right, and not asked for by the documents. */
static void tell_open(const struct play *play, const struct kvm_step *step, int result)
{
	const uint32_t answers = step->answers & MAY_ANYTHING;
	char call[512];

	/* Which error it is does not matter where none of them is success. */
	if (!(answers & (answers - 1)) || !(answers & MAY_OK))
		return;
	name_call(play, step, call, sizeof(call));
	uc_note("%s = %s; the documents leave it open", call, kvm_result_name(result));
}

static void make_calls(struct play *play, unsigned int index, unsigned int count, const struct kvm_facts *facts)
{
	struct kvm_step *steps = &play->steps[index];
	unsigned int together = kvm_together(steps, count - index);

	uc_judging_step(kvm_call_name, steps, sizeof(*steps));
	play->made += kvm_make_calls(steps, together, facts, &play->results[index], &play->values[index]);
	uc_judged();
}

static void do_step(struct play *play, struct kvm_model *model, unsigned int index, unsigned int count,
		    const struct kvm_facts *facts)
{
	struct kvm_step *step = &play->steps[index];
	struct kvm_rule rule;
	int result;

	if (index == play->made)
		make_calls(play, index, count, facts);
	kvm_fill_in(step, facts);
	memset(step->from, 0, sizeof(step->from));
	kvm_rule_of(facts, model, step, &rule);
	uc_about(to_blame(play->row, &rule));
	result = play->results[index];
	kvm_keep(step, result, play->values[index]);
	/* What follows would be judged on a vCPU in an unknown state, so this is the end. */
	if (!is_as_said(step, result, play->values[index]))
		tell_wrong(play, index, play->values[index]);
	uc_counted(1);
	tell_open(play, step, result);
	kvm_follow(facts, model, step, result, play->values[index]);
}

void kvm_play(struct kvm_model *model, const struct uc_row *row, const char *text,
	      const char *before, const struct kvm_facts *facts)
{
	struct play play = { .row = row, .before = before };
	char wrong[256];
	int count = kvm_parse(text, play.steps, KVM_STEPS, wrong, sizeof(wrong));

	if (count < 0)
		uc_error("the row's steps cannot be read: %s", wrong);
	for (int i = 0; i < count; i++)
		play.several |= play.steps[i].vcpu != 0;
	for (int i = 0; i < count; i++)
		do_step(&play, model, i, count, facts);
	uc_about(0);
}

void kvm_judge_counters(const struct kvm_row *row, const struct kvm_facts *facts)
{
	struct kvm_model model;

	kvm_begin(&model, facts, true);
	kvm_play(&model, &row->row, "INIT PMU_V3 = 0; GET_REG PMCR_EL0.N = 0 as a", NULL, facts);
	if (kvm_slot('a'))
		kvm_play(&model, &row->row, row->data, NULL, facts);
	else
		uc_open("the vCPU's PMU has no event counters");
	kvm_end();
}

void kvm_run_row(const struct uc_row *row, const void *facts)
{
	const struct kvm_row *mine = (const struct kvm_row *)row;
	const uint32_t pair = kvm_both_caps(facts) ? BOTH : 0;
	struct kvm_vcpu vcpu;
	struct kvm_model model;

	if (mine->judge) {
		mine->judge(mine, facts);
		return;
	}
	if (mine->judge_vcpu) {
		kvm_make_initialised(&vcpu, mine->features == EVERY ? pair : mine->features);
		mine->judge_vcpu(&vcpu);
		return;
	}
	kvm_begin(&model, facts, true);
	kvm_play(&model, row, mine->steps, NULL, facts);
	kvm_end();
}

void kvm_replay_row(const struct uc_row *row, char *text, size_t size)
{
	const struct kvm_row *mine = (const struct kvm_row *)row;

	snprintf(text, size, "%s", mine->steps ?: "");
}
