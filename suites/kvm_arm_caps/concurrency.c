// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two threads call at once, on one vCPU or on two of one VM. api.rst 2 allows
 * it: another thread than the vCPU's own only makes a call slower. Whichever
 * comes first,
 *
 * 0, EINVAL	KVM_ARM_VCPU_INIT of one vCPU with two sets, and it has the set of the first
 * 0, 0		of one vCPU with one set, or of two vCPUs with one set
 * 0, EPERM	KVM_ARM_VCPU_FINALIZE twice
 * 0, EINVAL	KVM_ENABLE_CAP of MTE, and KVM_ARM_VCPU_INIT of a new vCPU with EL1_32BIT
 *
 * of two vCPUs with two sets either may be refused, but one that was accepted
 * has its own set; and whoever finds a vCPU initialised finds all of it so.
 *
 * Where there is one CPU the calls meet only if the kernel sleeps in the
 * first, which a kernel that forgot a lock does now and then.
 */
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "concurrency.h"
#include "topics.h"

/* How often the second thread calls again, at most. */
#define TURNS	64

/* How often a row is tried again, at most. */
#define TRIES	4

/* Reports are the main thread's matter: this one only takes down what it sees. */
struct second {
	const struct kvm_meeting *meeting;
	struct kvm_vcpu *vcpu;
	sem_t there, go;
	int created;	/* 0 or negative errno, of the vCPU */
	int result;	/* of the call, the last time */
	int looked;	/* 0 or negative errno */
	uint64_t seen;
};

static int call_of(const struct kvm_vcpu *vcpu, const struct kvm_step *step)
{
	return step->kind == STEP_ENABLE_MTE ? kvm_try_enable_mte(vcpu) : kvm_do_op(vcpu, step);
}

/* How many of the key registers are listed. */
static int count_keys(const struct kvm_vcpu *vcpu, uint64_t *count)
{
	struct kvm_reg_list *list;
	int result = kvm_try_reg_list(vcpu, &list);

	if (result < 0)
		return result;
	for (unsigned int i = 0; i < KVM_KEY_REGISTERS; i++)
		*count += kvm_reg_list_has(list, kvm_key_registers[i].id);
	free(list);
	return 0;
}

static int look(const struct kvm_vcpu *vcpu, enum kvm_step_kind kind, uint64_t *seen)
{
	struct kvm_mp_state state = { .mp_state = UINT32_MAX };

	*seen = 0;
	if (kind == STEP_KEYS)
		return count_keys(vcpu, seen);
	if (ioctl(vcpu->fd, KVM_GET_MP_STATE, &state))
		return -errno;
	*seen = state.mp_state;
	return 0;
}

/*
 * On a CPU of its own the thread stays awake, for to wake up takes longer than the other call may
 * last. On the only one it sleeps, or who would go first has to wait until its time is up.
 */
static void wait_to_go(struct second *second)
{
	cpu_set_t cpus;

	if (!sched_getaffinity(0, sizeof(cpus), &cpus) && CPU_COUNT(&cpus) > 1)
		while (sem_trywait(&second->go))
			sched_yield();
	else
		while (sem_wait(&second->go))
			;
}

static void *run_second(void *argument)
{
	struct second *second = argument;
	const struct kvm_meeting *meeting = second->meeting;
	const struct kvm_step *step = &meeting->calls[1];

	/* Whoever wakes this thread is not to be interrupted by it. */
	sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){ 0 });
	sem_post(&second->there);
	wait_to_go(second);
	if (meeting->creates)
		second->created = kvm_try_create_vcpu(second->vcpu);
	for (int i = 0; i < TURNS && !second->created; i++) {
		second->result = call_of(second->vcpu, step);
		if (!second->result || !meeting->look.kind)
			break;
		sched_yield();
	}
	if (!second->created && !second->result && meeting->look.kind)
		second->looked = look(second->vcpu, meeting->look.kind, &second->seen);
	return NULL;
}

/* Both calls, as nearly at once as two threads can; the first one's answer. */
static int meet(struct second *second, const struct kvm_vcpu *vcpu)
{
	pthread_t thread;
	int result;

	/* Else the thread would set up a heap of its own for its one list. */
	mallopt(M_ARENA_MAX, 1);
	sem_init(&second->there, 0, 0);
	sem_init(&second->go, 0, 0);
	if (pthread_create(&thread, NULL, run_second, second))
		uc_error("no thread");
	while (sem_wait(&second->there))
		;
	sem_post(&second->go);
	result = call_of(vcpu, &second->meeting->calls[0]);
	pthread_join(thread, NULL);
	/* It may not have quite gone, and the harness waits longer for that. */
	sched_yield();
	return result;
}

static void name_calls(const struct kvm_meeting *meeting, char *text, size_t size)
{
	bool two = meeting->calls[1].vcpu;
	char name[2][256];

	for (unsigned int i = 0; i < 2; i++)
		if (meeting->calls[i].kind == STEP_ENABLE_MTE)
			snprintf(name[i], sizeof(name[i]), "KVM_ENABLE_CAP MTE");
		else
			kvm_name_call(&meeting->calls[i], two, name[i], sizeof(name[i]));
	snprintf(text, size, "%s, and at once %s%s", name[0],
		 meeting->creates ? "KVM_CREATE_VCPU and then " : "", name[1]);
}

static const char *answer_name(int result)
{
	return uc_result_name(result < 0 ? -1 : result, -result);
}

/* The row ends here: no order of the two calls gives these answers. */
static void tell_unexplained(const struct kvm_meeting *meeting, const char *calls,
			     const char *answers)
{
	char allowed[256] = "";
	size_t length = 0;

	for (unsigned int i = 0; i < KVM_OUTCOMES && meeting->outcomes[i].answers[0]; i++) {
		length += snprintf(allowed + length, sizeof(allowed) - length, "%s%s and ",
				   i ? ", or " : "",
				   kvm_answers_name(meeting->outcomes[i].answers[0]));
		length += snprintf(allowed + length, sizeof(allowed) - length, "%s",
				   kvm_answers_name(meeting->outcomes[i].answers[1]));
	}
	uc_fail_now("call:     %s\nexpected: %s\ngot:      %s", calls, allowed, answers);
}

/* What the second thread saw when its call had just been accepted. */
static bool looked_right(const struct second *second, const char *calls)
{
	const struct kvm_step *step = &second->meeting->look;
	const char *what = step->kind == STEP_KEYS ? "key registers in KVM_GET_REG_LIST" :
			   "as KVM_GET_MP_STATE";
	uint64_t expected = step->kind == STEP_KEYS ? KVM_KEY_REGISTERS : step->value;

	if (!step->kind || second->result)
		return true;
	if (!second->looked && second->seen == expected)
		return true;
	if (second->looked)
		uc_fail("call:     %s\nexpected: as soon as the second was accepted, %llu %s\n"
			"got:      %s", calls, (unsigned long long)expected, what,
			uc_errno_name(-second->looked));
	else
		uc_fail("call:     %s\nexpected: as soon as the second was accepted, %llu %s\n"
			"got:      %llu", calls, (unsigned long long)expected, what,
			(unsigned long long)second->seen);
	return false;
}

/* Returns which of the outcomes it was. */
static unsigned int judge(const struct second *second, int first, const struct kvm_vcpu *vcpu,
			  const char *calls)
{
	const struct kvm_meeting *meeting = second->meeting;
	char answers[64], earlier[700];
	int length;

	length = snprintf(answers, sizeof(answers), "%s", answer_name(first));
	snprintf(answers + length, sizeof(answers) - length, " and %s",
		 answer_name(second->result));
	snprintf(earlier, sizeof(earlier), "%s = %s", calls, answers);
	for (unsigned int i = 0; i < KVM_OUTCOMES; i++) {
		const struct kvm_outcome *outcome = &meeting->outcomes[i];

		if (!(kvm_answer(first) & outcome->answers[0]) ||
		    !(kvm_answer(second->result) & outcome->answers[1]))
			continue;
		if (looked_right(second, calls))
			kvm_play_steps(vcpu, meeting->calls[1].vcpu + 1, outcome->after, earlier);
		return i;
	}
	tell_unexplained(meeting, calls, answers);
	return KVM_OUTCOMES;
}

static unsigned int try(const struct kvm_meeting *meeting)
{
	unsigned int index = meeting->calls[1].vcpu;
	struct kvm_vcpu vcpu[2];
	struct second second = { .meeting = meeting, .vcpu = &vcpu[index] };
	char calls[600];
	int first;

	if (meeting->creates)
		kvm_make_vm(&vcpu[0]);
	else
		kvm_make_vcpu(&vcpu[0]);
	if (index)
		kvm_make_sibling(&vcpu[0], 1, &vcpu[1]);
	if (meeting->first_set)
		kvm_must_init(&vcpu[0], meeting->first_set);
	name_calls(meeting, calls, sizeof(calls));
	uc_judging("%s", calls);
	first = meet(&second, &vcpu[0]);
	uc_judged();
	uc_counted(1);
	if (second.created)
		uc_error("KVM_CREATE_VCPU id=0: %s", uc_errno_name(-second.created));
	return judge(&second, first, vcpu, calls);
}

/*
 * Where the second thread makes the vCPU it may do so before the other call begins, and then there
 * was nothing to see. All other rows can tell whoever comes first.
 */
static void run(const struct uc_row *row, const void *facts)
{
	const struct kvm_meeting *meeting = (const struct kvm_meeting *)row;

	(void)facts;
	for (int i = 0; try(meeting) != 0 && meeting->creates && i < TRIES; i++)
		;
}

#define ROW(name, ...) \
	.row = { .id = "kvm_arm_caps.concurrency." name, __VA_ARGS__ }
#define WITH_PAUTH	NEEDS(KVM_NEEDED, &kvm_need_pauth)
#define BOTH		(ADDRESS | GENERIC)
#define AT_ONCE		0	/* the outcomes have the answers */
#define NOT_INITIALISED(number) \
	CALL_OF(number, OP_REG_LIST, MAY_ENOEXEC)

/* The vCPU has this set and no other. */
#define HAS_NONE(number)	INIT_OF(number, 0, MAY_OK), STEP_OF(number, NO_KEYS)
#define HAS_PAIR(number)	INIT_OF(number, BOTH, MAY_OK), STEP_OF(number, KEYS)

static const struct kvm_meeting rows[] = {
	{ ROW("one_vcpu_two_sets", REQ(STATE_ANOTHER_SET), WITH_PAUTH),
	  .calls = { INIT(0, AT_ONCE), INIT(BOTH, AT_ONCE) },
	  .outcomes = { { { MAY_OK, MAY_EINVAL }, { HAS_NONE(0), INIT(BOTH, MAY_EINVAL) } },
			{ { MAY_EINVAL, MAY_OK }, { HAS_PAIR(0), INIT(0, MAY_EINVAL) } } } },
	{ ROW("one_vcpu_one_set", REQ(STATE_SAME_SET), WITH_PAUTH),
	  .calls = { INIT(BOTH, AT_ONCE), INIT(BOTH, AT_ONCE) },
	  .outcomes = { { { MAY_OK, MAY_OK }, { HAS_PAIR(0), INIT(0, MAY_EINVAL) } } } },
	{ ROW("two_vcpus_one_set", REQ(STATE_PER_VCPU, PAIRING_BOTH), WITH_PAUTH),
	  .calls = { INIT_OF(0, BOTH, AT_ONCE), INIT_OF(1, BOTH, AT_ONCE) },
	  .outcomes = { { { MAY_OK, MAY_OK }, { HAS_PAIR(0), HAS_PAIR(1) } } } },
	/* Whether they may differ is not written down; that each has what it was given is. */
	{ ROW("two_vcpus_two_sets", REQ(STATE_PER_VCPU, STATE_SAME_SET), WITH_PAUTH),
	  .calls = { INIT_OF(0, 0, AT_ONCE), INIT_OF(1, BOTH, AT_ONCE) },
	  .outcomes = { { { MAY_OK, MAY_OK }, { HAS_NONE(0), HAS_PAIR(1) } },
			{ { MAY_OK, MAY_EINVAL }, { HAS_NONE(0), NOT_INITIALISED(1) } },
			{ { MAY_EINVAL, MAY_OK }, { HAS_PAIR(1), NOT_INITIALISED(0) } } } },
	{ ROW("finalize_twice", REQ(SVE_FINALIZE_ERRORS), NEEDS(KVM_NEEDED, &kvm_need_sve)),
	  .first_set = SVE,
	  .calls = { CALL(OP_FINALIZE_SVE, AT_ONCE), CALL(OP_FINALIZE_SVE, AT_ONCE) },
	  .outcomes = { { { MAY_OK, MAY_EPERM }, { CALL(OP_REG_LIST, MAY_OK),
						   CALL(OP_FINALIZE_SVE, MAY_EPERM) } },
			{ { MAY_EPERM, MAY_OK }, { CALL(OP_REG_LIST, MAY_OK),
						   CALL(OP_FINALIZE_SVE, MAY_EPERM) } } } },
	{ ROW("init_and_list", REQ(STATE_REGISTERS_BEFORE_INIT, KEYS_PRESENT), WITH_PAUTH),
	  .calls = { INIT(BOTH, AT_ONCE), CALL(OP_REG_LIST, AT_ONCE) }, .look = STEP(KEYS),
	  .outcomes = { { { MAY_OK, MAY_OK }, { HAS_PAIR(0) } },
			{ { MAY_OK, MAY_ENOEXEC }, { HAS_PAIR(0) } } } },
	{ ROW("init_and_power", REQ(FEATURE_POWER_OFF, STATE_REGISTERS_BEFORE_INIT),
	      NEEDS(KVM_NEEDED, &kvm_need_power_off)),
	  .calls = { INIT(POWER_OFF, AT_ONCE), CALL(OP_GET_REG, AT_ONCE) },
	  .look = STEP_VALUE(MP_STATE, KVM_MP_STATE_STOPPED),
	  .outcomes = { { { MAY_OK, MAY_OK }, { INIT(POWER_OFF, MAY_OK) } },
			{ { MAY_OK, MAY_FAIL }, { INIT(POWER_OFF, MAY_OK) } } } },
	/* MTE comes before any vCPU or not at all; where it does, no vCPU is AArch32. */
	{ ROW("mte_and_aarch32", REQ(FEATURE_32BIT_NOT_MTE),
	      NEEDS(KVM_NEEDED, &kvm_need_el1_32bit, &kvm_need_mte)),
	  .creates = true,
	  .calls = { STEP(ENABLE_MTE), INIT(EL1_32BIT, AT_ONCE) },
	  .outcomes = { { { MAY_OK, MAY_EINVAL }, { INIT(0, MAY_OK) } },
			{ { MAY_EINVAL, MAY_OK }, { INIT(EL1_32BIT, MAY_OK) } } } },
};

const struct uc_topic kvm_concurrency_topic = UC_BATCH_TOPIC("concurrency", rows, run);
