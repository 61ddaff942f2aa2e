// SPDX-License-Identifier: GPL-2.0-only
/* Play a row's steps to the kernel, and judge each answer by what the row says. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "play.h"
#include "rows.h"

/* The row at work, and the text of it at work: its steps, and what came so far. */
static struct {
	const struct uc_row *row;
	const struct kvm_facts *facts;
	struct kvm_model model;
	const char *before;
	struct kvm_step steps[KVM_STEPS];
	int results[KVM_STEPS];
	uint64_t values[KVM_STEPS];
	unsigned int count;
	unsigned int made;	/* of the steps: one KVM_RUN may do several */
	bool several;	/* vCPUs */
	bool judged;	/* or only to be there */
} play;

static void name_call(const struct kvm_step *step, char *text, size_t size)
{
	if (play.several && step->op < DO_CHECK)
		snprintf(text, size, "%s on vCPU %u", kvm_call_name(step), step->vcpu);
	else
		snprintf(text, size, "%s", kvm_call_name(step));
}

/* What was called before step @end, registers of one kind in one line. */
static void tell_before(unsigned int end)
{
	char call[512];

	if (play.before)
		uc_fail("before:   %s", play.before);
	for (unsigned int i = 0, more; i < end; i += more) {
		const struct kvm_step *step = &play.steps[i];

		more = 1;
		while ((step->op == DO_GET_REG || step->op == DO_SET_REG) && i + more < end &&
		       play.steps[i + more].op == step->op &&
		       play.steps[i + more].vcpu == step->vcpu &&
		       play.results[i + more] == play.results[i])
			more++;
		name_call(step, call, sizeof(call));
		if (more > 1)
			sprintf(call + strlen(call), ", and of %u others", more - 1);
		uc_fail("before:   %s = %s", call, kvm_result_name(play.results[i]));
	}
}

/* The one of the row's requirements that a wrong answer breaks; 0 if that cannot be told. */
static unsigned int to_blame(const struct kvm_rule *rule)
{
	const unsigned char *checks = play.row->checks;

	for (unsigned int i = 0; i < UC_MAX_CHECKS; i++)
		if (checks[i] && checks[i] == rule->requirement)
			return rule->requirement;
	for (unsigned int i = 0; i < UC_MAX_CHECKS; i++)
		if (checks[i] && checks[i] == rule->direct)
			return rule->direct;
	return 0;
}

static void tell_wrong(unsigned int index, const struct kvm_rule *rule)
{
	char call[512], expected[160], got[160];

	name_call(&play.steps[index], call, sizeof(call));
	kvm_explain(&play.steps[index], rule, play.results[index], play.values[index], expected, got, sizeof(got));
	if (!play.judged)
		uc_error("set-up: %s: expected %s, got %s", call, expected, got);
	tell_before(index);
	uc_fail_now("call:     %s\nexpected: %s\ngot:      %s", call, expected, got);
}

/* What is right, and not asked for by the documents. */
static void tell_open(const struct kvm_step *step, int result)
{
	const uint32_t answers = step->answers & MAY_ANYTHING;
	char call[512];

	/* Which error it is does not matter where none of them is success. */
	if (!(answers & (answers - 1)) || !(answers & MAY_OK))
		return;
	name_call(step, call, sizeof(call));
	uc_note("%s = %s; the documents leave it open", call, kvm_result_name(result));
}

static void make_calls(unsigned int index)
{
	struct kvm_step *steps = &play.steps[index];
	unsigned int together = kvm_together(steps, play.count - index);

	uc_judging_step(kvm_call_name, steps, sizeof(*steps));
	play.made += kvm_make_calls(steps, together, play.facts, &play.results[index], &play.values[index]);
	uc_judged();
}

static void do_step(unsigned int index)
{
	struct kvm_step *step = &play.steps[index];
	struct kvm_rule rule;
	uint64_t value;
	bool right;
	int result;

	if (index == play.made)
		make_calls(index);
	result = play.results[index];
	value = play.values[index];
	kvm_fill_in(step, play.facts);
	memset(step->from, 0, sizeof(step->from));
	kvm_keep(step, result, value);
	right = kvm_judge(play.facts, &play.model, step, result, value, &rule);
	uc_about(to_blame(&rule));
	/* What follows would be judged on a vCPU in an unknown state, so this is the end. */
	if (!right)
		tell_wrong(index, &rule);
	if (play.judged) {
		uc_counted(1);
		tell_open(step, result);
	}
}

static void play_text(const char *text, bool judged)
{
	char wrong[256];
	int count = kvm_parse(text, play.steps, KVM_STEPS, wrong, sizeof(wrong));

	if (count < 0)
		uc_error("the row's steps cannot be read: %s", wrong);
	play.count = count;
	play.judged = judged;
	play.several = false;
	play.made = 0;
	for (int i = 0; i < count; i++)
		play.several |= play.steps[i].vcpu != 0;
	for (int i = 0; i < count; i++)
		do_step(i);
	uc_about(0);
}

static void play_formatted(const char *format, va_list arguments, bool judged)
{
	char text[2048];

	if (vsnprintf(text, sizeof(text), format, arguments) >= (int)sizeof(text))
		uc_error("the row's steps are too long");
	play_text(text, judged);
}

void kvm_play(const char *steps, ...)
{
	va_list arguments;

	va_start(arguments, steps);
	play_formatted(steps, arguments, true);
	va_end(arguments);
}

void kvm_set_up(const char *steps, ...)
{
	va_list arguments;

	va_start(arguments, steps);
	play_formatted(steps, arguments, false);
	va_end(arguments);
}

void kvm_tell_before(const char *what)
{
	play.before = what;
}

void kvm_start_over(void)
{
	kvm_end();
	kvm_begin(&play.model, play.facts, true);
}

bool kvm_expect(int got, int expected, const char *format, ...)
{
	va_list arguments;
	char call[512] = "";

	va_start(arguments, format);
	if (got != expected)
		vsnprintf(call, sizeof(call), format, arguments);
	va_end(arguments);
	return uc_expect(got < 0 ? -1 : got, got < 0 ? -got : 0, expected, "%s", call);
}

void kvm_judge_counters(const struct kvm_row *row, const struct kvm_facts *facts UNUSED)
{
	if (kvm_slot('a'))
		play_text(row->data, true);
	else
		uc_open("the vCPU's PMU has no event counters");
}

static void begin(const struct uc_row *row, const void *facts)
{
	play.row = row;
	play.facts = facts;
	play.before = NULL;
	kvm_start_over();
}

void kvm_run_row(const struct uc_row *row, const void *facts)
{
	const struct kvm_row *mine = (const struct kvm_row *)row;

	begin(row, facts);
	if (mine->steps)
		play_text(mine->steps, true);
	if (mine->judge)
		mine->judge(mine, facts);
	kvm_end();
}

void kvm_run_control(const void *facts, const char *steps)
{
	static const struct uc_row none;

	begin(&none, facts);
	play_text(steps, true);
	kvm_end();
}

void kvm_replay_row(const struct uc_row *row, char *text, size_t size)
{
	const struct kvm_row *mine = (const struct kvm_row *)row;

	snprintf(text, size, "%s", mine->steps && !mine->judge ? mine->steps : "");
}
