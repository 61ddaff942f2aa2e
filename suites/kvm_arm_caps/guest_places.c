// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a guest executes: at EL2, where HAS_EL2 lets it begin and its registers
 * are; and on one CPU, then on another, which changes nothing that it has.
 */
#include <sched.h>

#include "../../harness/verdict.h"
#include "rows.h"

#define CURRENT_EL	"0x603000000013c212"	/* its encoding: no register of KVM_GET_ONE_REG */
#define AT_EL(n)	"READ " CURRENT_EL " & 0xc == " n "; "
#define HCR_E2H		"0x400000000"
#define AT_EL2(set)	"INIT " set " = 0; GIC = 0; BOOT = 0; " AT_EL("8")
#define WRITABLE	"WRITE VBAR_EL2 0x40000800 = 0; READ VBAR_EL2 == 0x40000800; GET_REG VBAR_EL2 == 0x40000800"

#define RUNS		.control = &kvm_guest_runs
#define ROW(name, ...)	.row = { .id = "kvm_arm_caps." name, __VA_ARGS__, RUNS }

static const struct kvm_row el2_rows[] = {
	{ ROW("el2.begins", REQ(GUEST_AT_EL2), NEEDS(KVM_NEEDED, &kvm_need_has_el2)),
	  AT_EL2("HAS_EL2") "READ HCR_EL2 & " HCR_E2H " == " HCR_E2H "; " WRITABLE },
	{ ROW("el2.begins_e2h0", REQ(GUEST_AT_EL2), NEEDS(KVM_NEEDED, &kvm_need_has_el2_e2h0)),
	  AT_EL2("HAS_EL2|HAS_EL2_E2H0") "READ HCR_EL2 & " HCR_E2H " == 0; " WRITABLE },
	{ ROW("el2.without", REQ(GUEST_NOT_EL2), NEEDS(KVM_NEEDED)),
	  "INIT none = 0; BOOT = 0; " AT_EL("4") "READ VBAR_EL2 = UNDEF; WRITE VBAR_EL2 0 = UNDEF; READ HCR_EL2 = UNDEF" },
};

const struct uc_topic kvm_el2_topic = KVM_TOPIC("el2", el2_rows);

struct moved {
	const char *before, *after;	/* steps on the first CPU; and on the last, and on the first again */
};

/* Where it is refused nothing can be judged. */
static void go_to(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		uc_error("sched_setaffinity to CPU %d: %m", cpu);
}

/* In a process of its own, so that its CPUs are no other row's. */
static void judge_moved(const struct kvm_row *row, const struct kvm_facts *facts UNUSED)
{
	const struct moved *moved = row->data;
	cpu_set_t cpus;
	int first = 0, last = CPU_SETSIZE - 1;

	if (sched_getaffinity(0, sizeof(cpus), &cpus))
		uc_error("sched_getaffinity: %m");
	while (!CPU_ISSET(first, &cpus))
		first++;
	while (!CPU_ISSET(last, &cpus))
		last--;
	go_to(first);
	kvm_play("%s", moved->before);
	go_to(last);
	kvm_tell_before("on another CPU");
	kvm_play("%s", moved->after);
	go_to(first);
	kvm_tell_before("on the first CPU again");
	kvm_play("%s", moved->after);
}

#define MOVED(name, needed, first, then) \
	{ ROW("other_cpu." name, REQ(GUEST_OTHER_CPU), needed, .own_process = true), .judge = judge_moved, \
	  .data = &(const struct moved){ first, then } }

static const struct kvm_row cpu_rows[] = {
	MOVED("registers", NEEDS(KVM_NEEDED, &kvm_need_two_cpus),
	      "INIT none = 0; BOOT = 0; SET_REG x5 0x1234 = 0; WRITE TPIDR_EL1 0x5678 = 0; EXEC SET_D8 0x77 = 0; "
	      "SET_REG v31 0x5a17 = 0; EXEC NOP = 0",
	      "EXEC NOP = 0; READ TPIDR_EL1 == 0x5678; GET_REG x5 == 0x1234; GET_REG TPIDR_EL1 == 0x5678; "
	      "GET_REG v31 == 0x5a17"),
	MOVED("keys", NEEDS(KVM_NEEDED, &kvm_need_two_cpus, &kvm_need_pauth),
	      "INIT " PAIR " = 0; BOOT = 0; GUEST_SETS_KEYS 1; EXEC USE_KEYS 0x123456789ab0 0x10 as a",
	      "EXEC USE_KEYS 0x123456789ab0 0x10 == a; GUEST_HAS_KEYS 1; KEYS_ARE 1"),
	/* What PMCNTENSET_EL0 has of other counters is UNKNOWN after a reset. PMCR_EL0.E is 0: nothing counts. */
	MOVED("pmu", NEEDS(KVM_NEEDED, &kvm_need_two_cpus, &kvm_need_pmu_v3),
	      "INIT PMU_V3 = 0; PMU INIT = 0; BOOT = 0; WRITE PMCCNTR_EL0 0x1000 = 0; WRITE PMUSERENR_EL0 0xf = 0; "
	      "WRITE PMCNTENSET_EL0 0x80000000 = 0",
	      "READ PMCCNTR_EL0 == 0x1000; READ PMUSERENR_EL0 & 0xf == 0xf; READ PMCNTENSET_EL0 & 0x80000000 == 0x80000000; "
	      "GET_REG PMCCNTR_EL0 == 0x1000"),
};

const struct uc_topic kvm_other_cpu_topic = KVM_TOPIC("other_cpu", cpu_rows);
