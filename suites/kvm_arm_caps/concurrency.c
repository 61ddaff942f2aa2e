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
 * has its own set; and whoever sees a vCPU initialised sees all of it so.
 *
 * Where there is one CPU the calls race only if the kernel sleeps in the
 * first, which a kernel that forgot a lock does now and then.
 */
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "concurrency.h"
#include "play.h"
#include "rows.h"

/* How often the second thread calls again, at most; and how long it waits between where it asks until. */
#define TURNS	64
#define UNTIL_TURNS	1000
#define UNTIL_WAIT	2000	/* microseconds */

/* How often a row is tried again, at most. */
#define TRIES	4

/* Reports are the main thread's matter: the second one only takes down what it sees. */
struct attempt {
	const struct kvm_race *race;
	const struct kvm_facts *facts;
	struct kvm_step calls[2], look;
	sem_t there, go;
	int created;	/* 0 or negative errno, of the second thread's vCPU */
	int results[2];	/* of the calls, the last time */
	int looked;	/* 0 or negative errno */
	uint64_t seen;
};

static struct kvm_step one_step(const char *text)
{
	struct kvm_step step = { 0 };
	char wrong[256];

	if (text && kvm_parse(text, &step, 1, wrong, sizeof(wrong)) != 1)
		uc_error("the row's step '%s' cannot be read: %s", text, wrong);
	return step;
}

static int call(struct attempt *attempt, const struct kvm_step *step, uint64_t *value)
{
	return kvm_make_call(step, attempt->facts, value);
}

/*
 * On a CPU of its own the thread stays awake, for to wake up takes longer than the other call may
 * last. On the only one it sleeps, or who would go first has to wait until its time is up.
 */
static void wait_to_go(struct attempt *attempt)
{
	cpu_set_t cpus;

	if (!sched_getaffinity(0, sizeof(cpus), &cpus) && CPU_COUNT(&cpus) > 1)
		while (sem_trywait(&attempt->go))
			sched_yield();
	else
		while (sem_wait(&attempt->go))
			;
}

static void *run_second(void *argument)
{
	struct attempt *attempt = argument;
	const struct kvm_step create = { .op = DO_NEW_VCPU, .vcpu = attempt->calls[1].vcpu };
	uint64_t value;

	/* Whoever wakes this thread is not to be interrupted by it. */
	sched_setscheduler(0, SCHED_BATCH, &(struct sched_param){ 0 });
	sem_post(&attempt->there);
	wait_to_go(attempt);
	if (attempt->race->creates)
		attempt->created = call(attempt, &create, &value);
	for (int i = 0; i < (attempt->race->until ? UNTIL_TURNS : TURNS) && !attempt->created; i++) {
		attempt->results[1] = call(attempt, &attempt->calls[1], &value);
		if (attempt->race->until ? value == attempt->calls[1].value :
		    !attempt->results[1] || !attempt->race->look)
			break;
		if (attempt->race->until)
			usleep(UNTIL_WAIT);
		sched_yield();
	}
	if (!attempt->created && !attempt->results[1] && attempt->race->look)
		attempt->looked = call(attempt, &attempt->look, &attempt->seen);
	return NULL;
}

/* Both calls, as nearly at once as two threads can. */
static void race(struct attempt *attempt)
{
	pthread_t thread;
	uint64_t value;

	/* Else the thread would set up a heap of its own for its one list. */
	mallopt(M_ARENA_MAX, 1);
	sem_init(&attempt->there, 0, 0);
	sem_init(&attempt->go, 0, 0);
	if (pthread_create(&thread, NULL, run_second, attempt))
		uc_error("no thread");
	while (sem_wait(&attempt->there))
		;
	sem_post(&attempt->go);
	attempt->results[0] = call(attempt, &attempt->calls[0], &value);
	pthread_join(thread, NULL);
	/* It may not have quite gone, and the harness waits longer for that. */
	sched_yield();
}

static void name_calls(const struct attempt *attempt, char *text, size_t size)
{
	char on[2][16] = { "", "" };

	for (unsigned int i = 0; i < 2 && attempt->calls[1].vcpu; i++)
		snprintf(on[i], sizeof(on[i]), " on vCPU %u", attempt->calls[i].vcpu);
	snprintf(text, size, "%s%s, and at once %s%s%s", kvm_call_name(&attempt->calls[0]), on[0],
		 attempt->race->creates ? "KVM_CREATE_VCPU and then " : "",
		 kvm_call_name(&attempt->calls[1]), on[1]);
}

/* The row ends here: no order of the two calls gives these answers. */
static void tell_unexplained(const struct kvm_race *race, const char *calls, const char *answers)
{
	char allowed[256] = "";
	size_t used = 0;

	for (unsigned int i = 0; i < KVM_OUTCOMES && race->outcomes[i].answers[0]; i++)
		used += snprintf(allowed + used, sizeof(allowed) - used, "%s%s and %s",
				 i ? ", or " : "",
				 kvm_answers_name(race->outcomes[i].answers[0], " or "),
				 kvm_answers_name(race->outcomes[i].answers[1], " or "));
	uc_fail_now("call:     %s\nexpected: %s\ngot:      %s", calls, allowed, answers);
}

/* What the second thread saw when its call had just been accepted. */
static bool saw_all(const struct attempt *attempt, const char *calls)
{
	if (!attempt->race->look || attempt->results[1])
		return true;
	if (attempt->looked)
		return uc_check(false, "call:     %s\nexpected: as soon as the second was accepted, %s "
				"works\ngot:      %s", calls, kvm_call_name(&attempt->look),
				uc_errno_name(-attempt->looked));
	return uc_check(attempt->seen == attempt->race->seen, "call:     %s\nexpected: as soon as the "
			"second was accepted, %s has the value %llu\ngot:      %llu", calls,
			kvm_call_name(&attempt->look), (unsigned long long)attempt->race->seen,
			(unsigned long long)attempt->seen);
}

/* Returns which of the outcomes it was. */
static unsigned int judge(const struct attempt *attempt, const char *calls)
{
	const struct kvm_race *race = attempt->race;
	char answers[64], before[700];

	snprintf(answers, sizeof(answers), "%s and %s", kvm_result_name(attempt->results[0]),
		 kvm_result_name(attempt->results[1]));
	snprintf(before, sizeof(before), "%s = %s", calls, answers);
	for (unsigned int i = 0; i < KVM_OUTCOMES; i++) {
		const struct kvm_outcome *outcome = &race->outcomes[i];

		if (!(kvm_answer(attempt->results[0]) & outcome->answers[0]) ||
		    !(kvm_answer(attempt->results[1]) & outcome->answers[1]))
			continue;
		kvm_tell_before(before);
		if (saw_all(attempt, calls))
			kvm_play("%s", outcome->after);
		kvm_tell_before(NULL);
		return i;
	}
	tell_unexplained(race, calls, answers);
	return KVM_OUTCOMES;
}

static unsigned int try(const struct kvm_row *row, const struct kvm_facts *facts)
{
	const struct kvm_race *race_of = row->data;
	struct attempt attempt = {
		.race = race_of, .facts = facts,
		.calls = { one_step(race_of->calls[0]), one_step(race_of->calls[1]) },
		.look = one_step(race_of->look),
	};
	char calls[600];

	for (unsigned int i = 0; i < 2; i++)
		kvm_fill_in(&attempt.calls[i], facts);
	name_calls(&attempt, calls, sizeof(calls));
	uc_judging("%s", calls);
	race(&attempt);
	uc_judged();
	if (attempt.created)
		uc_error("KVM_CREATE_VCPU: %s", uc_errno_name(-attempt.created));
	uc_counted(1);
	return judge(&attempt, calls);
}

/*
 * Where the second thread makes the vCPU it may do so before the other call begins, and then there
 * was nothing to see. All other rows can tell whoever comes first.
 */
static void judge_race(const struct kvm_row *row, const struct kvm_facts *facts)
{
	const struct kvm_race *race_of = row->data;

	for (int i = 0; try(row, facts) != 0 && race_of->creates && i < TRIES; i++) {
		kvm_start_over();
		if (row->steps)
			kvm_play("%s", row->steps);
	}
}

#define RACE(name, before, requirements, needed, ...) \
	{ .row = { .id = "kvm_arm_caps.concurrency." name, requirements, needed }, .steps = before, \
	  .judge = judge_race, .data = &(const struct kvm_race){ __VA_ARGS__ } }
#define WITH_PAUTH	NEEDS(KVM_NEEDED, &kvm_need_pauth)

/* The vCPU has this set and no other. */
#define HAS_NONE(vcpu)	vcpu ": INIT none = 0; " vcpu ": NO_KEYS"
#define HAS_PAIR(vcpu)	vcpu ": INIT " PAIR " = 0; " vcpu ": KEYS"
#define NOT_INITIALISED(vcpu)	vcpu ": REG_LIST = ENOEXEC"

static const struct kvm_row rows[] = {
	RACE("one_vcpu_two_sets", NULL, REQ(STATE_ANOTHER_SET), WITH_PAUTH,
	     .calls = { "INIT none", "INIT " PAIR },
	     .outcomes = { { { MAY_OK, MAY_EINVAL }, HAS_NONE("0") "; INIT " PAIR " = EINVAL" },
			   { { MAY_EINVAL, MAY_OK }, HAS_PAIR("0") "; INIT none = EINVAL" } }),
	RACE("one_vcpu_one_set", NULL, REQ(STATE_SAME_SET), WITH_PAUTH,
	     .calls = { "INIT " PAIR, "INIT " PAIR },
	     .outcomes = { { { MAY_OK, MAY_OK }, HAS_PAIR("0") "; INIT none = EINVAL" } }),
	RACE("two_vcpus_one_set", "1: NEW_VCPU = 0", REQ(STATE_PER_VCPU, PAIRING_BOTH), WITH_PAUTH,
	     .calls = { "INIT " PAIR, "1: INIT " PAIR },
	     .outcomes = { { { MAY_OK, MAY_OK }, HAS_PAIR("0") "; " HAS_PAIR("1") } }),
	/* Whether they may differ is not written down; that each has what it was given is. */
	RACE("two_vcpus_two_sets", "1: NEW_VCPU = 0", REQ(STATE_PER_VCPU, STATE_SAME_SET), WITH_PAUTH,
	     .calls = { "INIT none", "1: INIT " PAIR },
	     .outcomes = { { { MAY_OK, MAY_OK }, HAS_NONE("0") "; " HAS_PAIR("1") },
			   { { MAY_OK, MAY_EINVAL }, HAS_NONE("0") "; " NOT_INITIALISED("1") },
			   { { MAY_EINVAL, MAY_OK }, HAS_PAIR("1") "; " NOT_INITIALISED("0") } }),
	RACE("finalize_twice", "INIT SVE = 0", REQ(SVE_FINALIZE_ERRORS), NEEDS(KVM_NEEDED, &kvm_need_sve),
	     .calls = { "FINALIZE SVE", "FINALIZE SVE" },
	     .outcomes = { { { MAY_OK, MAY_EPERM }, "REG_LIST = 0; FINALIZE SVE = EPERM" },
			   { { MAY_EPERM, MAY_OK }, "REG_LIST = 0; FINALIZE SVE = EPERM" } }),
	RACE("init_and_list", NULL, REQ(STATE_REGISTERS_BEFORE_INIT, KEYS_PRESENT), WITH_PAUTH,
	     .calls = { "INIT " PAIR, "REG_LIST" }, .look = "REG_LIST", .seen = REG_KEYS,
	     .outcomes = { { { MAY_OK, MAY_OK | MAY_ENOEXEC }, HAS_PAIR("0") } }),
	RACE("init_and_power", NULL, REQ(FEATURE_POWER_OFF, STATE_REGISTERS_BEFORE_INIT),
	     NEEDS(KVM_NEEDED, &kvm_need_power_off),
	     .calls = { "INIT POWER_OFF", "GET_REG x0" },
	     .look = "GET_MP_STATE", .seen = KVM_MP_STATE_STOPPED,
	     .outcomes = { { { MAY_OK, MAY_OK | MAY_FAIL }, "INIT POWER_OFF = 0" } }),
	/* MTE comes before any vCPU or not at all; where it does, no vCPU is AArch32. */
	RACE("mte_and_aarch32", "NEW_VM = 0", REQ(FEATURE_32BIT_NOT_MTE),
	     NEEDS(KVM_NEEDED, &kvm_need_el1_32bit, &kvm_need_mte), .creates = true,
	     .calls = { "ENABLE MTE", "INIT EL1_32BIT" },
	     .outcomes = { { { MAY_OK, MAY_EINVAL }, "INIT none = 0" },
			   { { MAY_EINVAL, MAY_OK }, "INIT EL1_32BIT = 0" } }),
	/*
	 * CPU_OFF by SMC, and CPU_ON while KVM_RUN waits for it: it executes the entry's first instruction,
	 * which is what sets X28. Before, the guest's code is put where both find it.
	 */
	RACE("off_and_on",
	     "INIT PSCI_0_2 = 0; BOOT = 0; 1: NEW_VCPU = 0; 1: INIT PSCI_0_2 = 0; 1: BOOT = 0; "
	     "1: GET_REG MPIDR_EL1 & 0xff00ffffff as a; EXEC CPU_ON_HVC a == 0xfffffffffffffffc; "
	     "EXEC SMC 0x84000000 = 0; 1: SET_REG x28 0x10000000 = 0",
	     REQ(GUEST_TURNED_ON), NEEDS(KVM_NEEDED, &kvm_need_psci_0_2, &kvm_need_filter), .until = true,
	     .calls = { "1: EXEC SMC 0x84000002", "EXEC CPU_ON_HVC a 0x5ca1ab1e0ddba11 == 0" },
	     .outcomes = { { { MAY_ANYTHING, MAY_ANYTHING }, "1: GET_REG x0 == 0x5ca1ab1e0ddba11; "
			     "1: GET_REG x28 == 0x10000000" } }),
};

const struct uc_topic kvm_concurrency_topic = KVM_TOPIC("concurrency", rows);
