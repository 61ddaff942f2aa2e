// SPDX-License-Identifier: GPL-2.0-only
/* Play a row's steps to the kernel. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "marks.h"
#include "script.h"
#include "vcpu.h"

/* The row at work: its vCPUs, and what was called so far. */
struct play {
	struct kvm_vcpu vcpu[KVM_STATE_VCPUS];
	unsigned int vcpus;
	const struct kvm_step *steps;
	const char *earlier;	/* what was called before the first of them, or NULL */
	int results[KVM_STEPS];	/* of the calls made so far */
};

int kvm_do_op(const struct kvm_vcpu *vcpu, const struct kvm_step *step)
{
	static uint64_t lengths[8];	/* as read last, so that writing changes nothing */
	struct kvm_reg_list *list;
	uint64_t value = 0;
	int result;

	switch (step->op) {
	case OP_INIT:
		return kvm_call_init(vcpu, &step->call);
	case OP_RUN:
		return kvm_try_run(vcpu);
	case OP_GET_REG:
		return kvm_get_reg(vcpu, KVM_REG_X0, &value);
	case OP_SET_REG:
		return kvm_set_reg(vcpu, KVM_REG_X0, value);
	case OP_REG_LIST:
		result = kvm_try_reg_list(vcpu, &list);
		free(list);
		return result;
	case OP_FINALIZE_SVE:
		return kvm_try_finalize(vcpu, KVM_ARM_VCPU_SVE);
	case OP_FINALIZE_UNKNOWN:
		return kvm_try_finalize(vcpu, KVM_ARM_VCPU_PSCI_0_2);
	case OP_GET_SVE_LENGTHS:
		return kvm_get_wide_reg(vcpu, KVM_REG_SVE_VLS, lengths);
	case OP_SET_SVE_LENGTHS:
		return kvm_set_wide_reg(vcpu, KVM_REG_SVE_VLS, lengths);
	case KVM_OPS:
		break;
	}
	uc_error("row with a call that does not exist");
}

void kvm_name_call(const struct kvm_step *step, bool with_vcpu, char *text, size_t size)
{
	const char *name = step->op == OP_INIT ? kvm_call_name(&step->call) : kvm_op_name(step->op);

	if (with_vcpu)
		snprintf(text, size, "%s on vCPU %u", name, step->vcpu);
	else
		snprintf(text, size, "%s", name);
}

void kvm_note_errno(enum kvm_op op, unsigned int answer)
{
	/* What every kernel so far says. */
	if ((op == OP_GET_REG || op == OP_SET_REG) && answer & MAY_FAIL & ~MAY_ENOEXEC)
		uc_note("%s is refused with another error than ENOEXEC, which is allowed",
			kvm_op_name(op));
}

/* What was called before step @end, for a failure's details. */
static void tell_before(const struct play *play, unsigned int end)
{
	char call[512];

	if (play->earlier)
		uc_fail("before:   %s", play->earlier);
	for (unsigned int i = 0; i < end; i++) {
		const struct kvm_step *step = &play->steps[i];

		if (step->kind != STEP_CALL)
			continue;
		kvm_name_call(step, play->vcpus > 1, call, sizeof(call));
		uc_fail("before:   %s = %s", call,
			uc_result_name(play->results[i] < 0 ? -1 : 0, -play->results[i]));
	}
}

static void do_call(struct play *play, unsigned int index)
{
	const struct kvm_step *step = &play->steps[index];
	unsigned int answer;
	char call[512];
	int result;

	kvm_name_call(step, play->vcpus > 1, call, sizeof(call));
	uc_judging("%s", call);
	result = play->results[index] = kvm_do_op(&play->vcpu[step->vcpu], step);
	uc_judged();
	uc_counted(1);
	answer = kvm_answer(result);
	/* What follows would be judged on a vCPU in an unknown state, so this is the end. */
	if (!(answer & step->answers)) {
		tell_before(play, index);
		uc_fail_now("call:     %s\nexpected: %s\ngot:      %s", call,
			    kvm_answers_name(step->answers),
			    uc_result_name(result < 0 ? -1 : result, -result));
	}
	if (!(step->answers & (step->answers - 1)))
		return;
	kvm_note_errno(step->op, answer);
	if (step->answers & MAY_OK)
		uc_note("%s = %s; the documents leave it open", call,
			uc_result_name(result < 0 ? -1 : result, -result));
}

/* The struct as KVM_ARM_PREFERRED_TARGET fills it in, at the end of a page. */
static bool do_preferred(const struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_init *init = uc_guarded(sizeof(*init));

	if (!kvm_expect(kvm_ioctl(vcpu->vm, KVM_ARM_PREFERRED_TARGET, init), 0,
			"KVM_ARM_PREFERRED_TARGET (struct ends at an unmapped page)"))
		return false;
	return kvm_expect(kvm_ioctl(vcpu->fd, KVM_ARM_VCPU_INIT, init), 0,
			  "KVM_ARM_VCPU_INIT with what KVM_ARM_PREFERRED_TARGET returned: "
			  "target=%u features=%s", init->target, kvm_set_name(init->features[0]));
}

static bool expect_mp_state(const struct kvm_vcpu *vcpu, uint64_t expected)
{
	struct kvm_mp_state state = { .mp_state = UINT32_MAX };

	if (!kvm_expect(kvm_ioctl(vcpu->fd, KVM_GET_MP_STATE, &state), 0, "KVM_GET_MP_STATE"))
		return false;
	if (state.mp_state != expected)
		uc_fail("call:     KVM_GET_MP_STATE\nexpected: %s\ngot:      %u",
			expected == KVM_MP_STATE_STOPPED ? "STOPPED (5)" : "RUNNABLE (0)",
			state.mp_state);
	return state.mp_state == expected;
}

static void stop(const struct kvm_vcpu *vcpu)
{
	struct kvm_mp_state state = { .mp_state = KVM_MP_STATE_STOPPED };

	if (ioctl(vcpu->fd, KVM_SET_MP_STATE, &state))
		uc_error("set-up: KVM_SET_MP_STATE STOPPED: %s", uc_errno_name(errno));
}

/* A look at the vCPU between calls; returns whether it is as it must be. */
static bool check(const struct kvm_vcpu *vcpu, const struct kvm_step *step)
{
	switch (step->kind) {
	case STEP_MARKED:
		return kvm_expect_marked(vcpu);
	case STEP_INITIAL:
		return kvm_expect_initial(vcpu, step->value);
	case STEP_PSTATE:
		return kvm_expect_pstate(vcpu, step->value);
	case STEP_KEYS:
	case STEP_NO_KEYS:
		return kvm_expect_keys(vcpu, step->kind == STEP_KEYS);
	case STEP_MP_STATE:
		return expect_mp_state(vcpu, step->value);
	case STEP_PREFERRED:
		return do_preferred(vcpu);
	case STEP_MARK:
		kvm_mark(vcpu);
		return true;
	case STEP_STOP:
		stop(vcpu);
		return true;
	default:
		return true;
	}
}

/* All vCPUs are made before the first is initialised, as api.rst asks. */
static void set_up(struct play *play, const struct kvm_script *script)
{
	bool mte = script->steps[0].kind == STEP_ENABLE_MTE;

	for (unsigned int i = 0; i < KVM_STEPS; i++)
		if (script->steps[i].vcpu >= play->vcpus)
			play->vcpus = script->steps[i].vcpu + 1;
	if (mte)
		kvm_make_mte_vcpu(&play->vcpu[0]);
	else
		kvm_make_vcpu(&play->vcpu[0]);
	for (unsigned int i = 1; i < play->vcpus; i++)
		kvm_make_sibling(&play->vcpu[0], i, &play->vcpu[i]);
}

static void play_steps(struct play *play)
{
	for (unsigned int i = 0; i < KVM_STEPS && play->steps[i].kind != STEP_END; i++) {
		const struct kvm_step *step = &play->steps[i];

		if (step->kind == STEP_CALL) {
			do_call(play, i);
		} else if (!check(&play->vcpu[step->vcpu], step)) {
			tell_before(play, i);
			return;
		}
	}
}

void kvm_play_steps(const struct kvm_vcpu *vcpu, unsigned int vcpus, const struct kvm_step *steps,
		    const char *earlier)
{
	struct play play = { .vcpus = vcpus, .steps = steps, .earlier = earlier };

	memcpy(play.vcpu, vcpu, vcpus * sizeof(*vcpu));
	play_steps(&play);
}

void kvm_run_script(const struct uc_row *row, const void *facts)
{
	const struct kvm_script *script = (const struct kvm_script *)row;
	struct play play = { .vcpus = 1, .steps = script->steps };

	(void)facts;
	set_up(&play, script);
	play_steps(&play);
}
