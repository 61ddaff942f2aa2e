// SPDX-License-Identifier: GPL-2.0-only
/*
 * Error paths: the call behind a row's steps with its first allocation or user copy failing, then
 * with its second, until it has no further one.
 *
 * ENOMEM, EFAULT	and then all that user space can read is as before the call, and the call
 *			made again answers, and leaves all, as it does where nothing fails
 * success		as where nothing fails
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../harness/at_once.h"
#include "../../harness/fail_nth.h"
#include "../../harness/verdict.h"
#include "play.h"
#include "rows.h"

#define READ_VCPUS	3

/* All that can be read of the vCPUs that rows use: VM 0's first two, VM 1's first. */
struct reading {
	struct {
		int list, mp_state, events;	/* 0 or -errno */
		uint64_t mp_state_value, events_value;
		struct kvm_saved registers[KVM_MOST_SAVED];
		unsigned int count;
	} vcpu[READ_VCPUS];
};

/* A row at work, and what it came to where nothing failed. */
struct turn {
	const struct kvm_row *row;
	const struct kvm_facts *facts;
	struct kvm_step step;
	bool known;
	unsigned int vms;	/* after the first turn */
	int result;
	uint64_t value;
	struct reading before, after, now;
};

static int read_one(const struct turn *turn, unsigned int which, enum kvm_op op, uint64_t *value)
{
	const struct kvm_step step = { .op = op, .vm = which / 2, .vcpu = which % 2 };

	return kvm_make_call(&step, turn->facts, value);
}

/* What differs between two readings, as a timer, changes by itself: it is left out. */
static void read_all(const struct turn *turn, struct reading *all)
{
	static struct kvm_saved again[KVM_MOST_SAVED];
	uint64_t refused;

	memset(all, 0, sizeof(*all));
	for (unsigned int i = 0; i < READ_VCPUS; i++) {
		all->vcpu[i].mp_state = read_one(turn, i, DO_GET_MP_STATE, &all->vcpu[i].mp_state_value);
		all->vcpu[i].events = read_one(turn, i, DO_GET_EVENTS, &all->vcpu[i].events_value);
		all->vcpu[i].list = read_one(turn, i, DO_SAVE, &refused);
		all->vcpu[i].count = kvm_saved(all->vcpu[i].registers);
		read_one(turn, i, DO_SAVE, &refused);
		kvm_saved(again);
		for (unsigned int j = 0; j < all->vcpu[i].count; j++)
			if (again[j].hash != all->vcpu[i].registers[j].hash)
				all->vcpu[i].registers[j].hash = 0;
	}
}

static void compare(struct turn *turn, const struct reading *expected, const char *when)
{
	const char *call = kvm_call_name(&turn->step);

	read_all(turn, &turn->now);
	uc_counted(1);
	for (unsigned int i = 0; i < READ_VCPUS && memcmp(&turn->now, expected, sizeof(turn->now)); i++) {
		unsigned int j = 0;

		if (!memcmp(&turn->now.vcpu[i], &expected->vcpu[i], sizeof(expected->vcpu[i])))
			continue;
		while (j < KVM_MOST_SAVED && !memcmp(&turn->now.vcpu[i].registers[j],
						     &expected->vcpu[i].registers[j], sizeof(struct kvm_saved)))
			j++;
		uc_fail("call:     %s\nexpected: %s\ngot:      on VM %u, vCPU %u, %s %#llx differs", call, when,
			i / 2, i % 2, j < KVM_MOST_SAVED ? "register" : "its state, not a register:",
			j < KVM_MOST_SAVED ? (unsigned long long)turn->now.vcpu[i].registers[j].id : 0ULL);
	}
}

static int make(struct turn *turn, uint64_t *value)
{
	int result;

	uc_judging_step(kvm_call_name, &turn->step, sizeof(turn->step));
	result = kvm_make_call(&turn->step, turn->facts, value);
	uc_judged();
	return result;
}

/* The answer that came where nothing failed; as it is the first of all, the row says it. */
static void expect(struct turn *turn, int result, uint64_t value)
{
	if (!turn->known)
		uc_check(kvm_answer(result) & turn->step.answers, "call:     %s\nexpected: %s\ngot:      %s",
			 kvm_call_name(&turn->step), kvm_answers_name(turn->step.answers, " or "),
			 kvm_result_name(result));
	else
		uc_check(result == turn->result && value == turn->value,
			 "call:     %s\nexpected: %s (%#llx), as where nothing fails\ngot:      %s (%#llx)",
			 kvm_call_name(&turn->step), kvm_result_name(turn->result),
			 (unsigned long long)turn->value, kvm_result_name(result), (unsigned long long)value);
}

static void begin(struct turn *turn)
{
	kvm_start_over();
	if (turn->row->steps)
		kvm_play("%s", turn->row->steps);
}

/* How many VMs there are: each has a directory. */
static unsigned int count_vms(void)
{
	DIR *directory = opendir("/sys/kernel/debug/kvm");
	const struct dirent *entry;
	unsigned int count = 0;

	while (directory && (entry = readdir(directory)))
		count += entry->d_type == DT_DIR && entry->d_name[0] != '.';
	if (directory)
		closedir(directory);
	return count;
}

static void one(void *data)
{
	struct turn *turn = data;
	uint64_t value;
	int result;

	begin(turn);
	uc_fail_next();
	result = make(turn, &value);
	if (!uc_fail_succeeded(result == turn->result ? 0 : result, ENOMEM, kvm_call_name(&turn->step))) {
		/* A step of several calls may have made some of them. */
		if (!turn->row->number)
			compare(turn, &turn->before, "all as before, for it failed");
		result = make(turn, &value);
	}
	expect(turn, result, value);
	compare(turn, &turn->after, "all as where nothing fails");
	kvm_end();
	if (!turn->vms)
		turn->vms = count_vms();
}

static void judge(const struct kvm_row *row, const struct kvm_facts *facts)
{
	static struct turn turn;
	char wrong[256];

	turn = (struct turn){ .row = row, .facts = facts };
	if (kvm_parse(row->data, &turn.step, 1, wrong, sizeof(wrong)) != 1)
		uc_error("the row's call: %s", wrong);
	read_all(&turn, &turn.before);
	turn.result = make(&turn, &turn.value);
	expect(&turn, turn.result, turn.value);
	turn.known = true;
	read_all(&turn, &turn.after);
	kvm_end();
	uc_fail_each(one, &turn);
	uc_check(count_vms() <= turn.vms, "expected: all VMs are gone with their files\ngot:      there are %u more",
		 count_vms() - turn.vms);
}

static void judge_leaks(const struct kvm_row *row UNUSED, const struct kvm_facts *facts UNUSED)
{
	uc_fail_leaks();
}

static const char *const at_once[] = {
	"INIT none", "GET_REG x0", "SET_REG x0 7", "GET_REG SCTLR_EL1", "SET_REG SCTLR_EL1 0", "REG_LIST",
	"GET_MP_STATE", "SET_MP_STATE RUNNABLE", "GET_EVENTS", "SET_EVENTS 0", "RUN", "PREFERRED_TARGET",
	"CHECK_VM SVE", "CHECK SVE", "MASKS ID_AA64PFR0_EL1", "FILTER deny 0x84000050 1", "INIT PMU_V3", "PMU FILTER",
	"INIT SVE", "FINALIZE SVE", "GET_LENGTHS",
};

static const struct kvm_facts *at_once_facts;

/* Mostly of a vCPU of its own, at times of the other one's. */
static void one_at_once(unsigned int thread, unsigned int turn, unsigned int which, void *data)
{
	struct kvm_step step = ((const struct kvm_step *)data)[which];
	uint64_t value;

	step.vcpu = turn % 4 ? thread : !thread;
	kvm_make_call(&step, at_once_facts, &value);
}

static void judge_at_once(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	struct kvm_step steps[UC_ARRAY_SIZE(at_once)];
	char wrong[256];

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(at_once); i++)
		if (kvm_parse(at_once[i], &steps[i], 1, wrong, sizeof(wrong)) != 1)
			uc_error("the row's call '%s': %s", at_once[i], wrong);
	at_once_facts = facts;
	uc_at_once(one_at_once, UC_ARRAY_SIZE(at_once), steps);
}

#define ROW(name, need, before, call, ...)							\
	{ .row = { .id = "kvm_arm_caps.error_paths." name, REQ(ERROR_PATHS, KERNEL_SOUND),		\
		   NEEDS(KVM_NEEDED, &uc_need_fail_nth, need), .timeout = 120, .own_process = true },	\
	  .steps = (before), .judge = judge, .data = (call), __VA_ARGS__ }
#define SEVERAL	.number = 1	/* calls in one step */

static const struct kvm_row rows[] = {
	ROW("check_extension", NULL, NULL, "CHECK SVE = 0"),
	ROW("check_extension_vm", NULL, NULL, "CHECK_VM SVE = 0"),
	ROW("create_vm", NULL, NULL, "vm1: NEW_VM = 0"),
	ROW("close_vm", NULL, "vm1: NEW_VM = 0", "vm1: CLOSE_VM = 0"),
	ROW("create_vcpu", NULL, NULL, "1: NEW_VCPU = 0"),
	ROW("close_vcpu", NULL, "1: NEW_VCPU = 0", "1: CLOSE_VCPU = 0"),
	ROW("preferred_target", NULL, NULL, "PREFERRED_TARGET = 0"),
	ROW("writable_masks", &kvm_need_masks, NULL, "MASKS ID_AA64PFR0_EL1 = 0"),
	ROW("enable_cap", &kvm_need_imp_id, "NEW_VM = 0", "ENABLE WRITABLE_IMP_ID_REGS = 0"),
	ROW("smccc_filter", &kvm_need_filter, NULL, "FILTER deny 0x84000050 1 = 0"),
	ROW("init", NULL, NULL, "INIT none = 0"),
	ROW("init_again", NULL, "INIT none = 0", "INIT none = 0"),
	ROW("init_preferred", NULL, NULL, "INIT_PREFERRED = 0", SEVERAL),
	ROW("init_el1_32bit", &kvm_need_el1_32bit, NULL, "INIT EL1_32BIT = 0"),
	ROW("init_power_off", NULL, NULL, "INIT POWER_OFF|PSCI_0_2 = 0"),
	ROW("init_pmu", &kvm_need_pmu_v3, NULL, "INIT PMU_V3 = 0"),
	ROW("init_sve", &kvm_need_sve, NULL, "INIT SVE = 0"),
	ROW("init_ptrauth", &kvm_need_pauth, NULL, "INIT PTRAUTH_ADDRESS|PTRAUTH_GENERIC = 0"),
	ROW("init_el2", &kvm_need_has_el2, NULL, "INIT HAS_EL2 = 0"),
	ROW("finalize", &kvm_need_sve, "INIT SVE = 0", "FINALIZE SVE = 0"),
	ROW("get_sve_lengths", &kvm_need_sve, "INIT SVE = 0", "GET_LENGTHS = 0"),
	ROW("set_sve_lengths", &kvm_need_sve, "INIT SVE = 0", "SET_LENGTHS 128 = 0"),
	ROW("get_one_reg", NULL, "INIT none = 0; SET_REG x0 7 = 0", "GET_REG x0 = 0"),
	ROW("set_one_reg", NULL, "INIT none = 0; SET_REG x0 5 = 0", "SET_REG x0 7 = 0"),
	ROW("get_system_reg", NULL, "INIT none = 0", "GET_REG SCTLR_EL1 = 0"),
	ROW("set_system_reg", NULL, "INIT none = 0", "SET_REG TPIDR_EL1 7 = 0"),
	ROW("get_reg_list", NULL, "INIT none = 0", "REG_LIST = 0"),
	ROW("get_mp_state", NULL, "INIT none = 0", "GET_MP_STATE = 0"),
	ROW("set_mp_state", NULL, "INIT none = 0", "SET_MP_STATE STOPPED = 0"),
	ROW("get_events", NULL, "INIT none = 0", "GET_EVENTS = 0"),
	ROW("set_events", NULL, "INIT none = 0", "SET_EVENTS 1 = 0"),
	ROW("pmu_filter", &kvm_need_pmu_v3, "INIT PMU_V3 = 0", "PMU FILTER = 0"),
	ROW("pmu_init", &kvm_need_pmu_v3, "INIT PMU_V3 = 0", "PMU INIT = 0"),
	ROW("run", NULL, "INIT none = 0", "RUN = EINTR", SEVERAL),
	ROW("run_again", NULL, "INIT none = 0; RUN = EINTR", "RUN = EINTR", SEVERAL),
	ROW("run_sve", &kvm_need_sve, "INIT SVE = 0; FINALIZE SVE = 0", "RUN = EINTR", SEVERAL),
	ROW("set_user_memory", NULL, "INIT none = 0", "BOOT = 0", SEVERAL),
	ROW("enter_guest", NULL, "INIT none = 0; BOOT = 0", "EXEC NOP 1 2 = 0", SEVERAL),
	ROW("enter_guest_again", NULL, "INIT none = 0; BOOT = 0; EXEC NOP 1 2 = 0", "EXEC NOP 3 4 = 0", SEVERAL),
	{ .row = { .id = "kvm_arm_caps.error_paths.all_at_once", REQ(KERNEL_SOUND),
		   NEEDS(KVM_NEEDED, &uc_need_kcsan), .timeout = 120, .own_process = true },
	  "1: NEW_VCPU = 0; INIT none = 0; RUN = EINTR; 1: INIT none = 0; 1: RUN = EINTR", judge_at_once },
	/* Of all rows before it. */
	{ .row = { .id = "kvm_arm_caps.error_paths.nothing_leaked", REQ(ERROR_PATHS),
		   NEEDS(KVM_NEEDED, &uc_need_fail_nth), .timeout = 120, .own_process = true },
	  .judge = judge_leaks },
};

const struct uc_topic kvm_error_paths_topic = KVM_TOPIC("error_paths", rows);
