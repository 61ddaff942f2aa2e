// SPDX-License-Identifier: GPL-2.0-only
/*
 * --record: sequences of steps (steps.h), each on a VM of its own. What is observed of one is what is read,
 * or the answer; of a step with "!=" only whether it is another value.
 */
#include <stdio.h>
#include <string.h>

#include "play.h"
#include "record.h"

#define SETS	"none,POWER_OFF,EL1_32BIT,PSCI_0_2,PMU_V3,SVE,PTRAUTH_ADDRESS|PTRAUTH_GENERIC,HAS_EL2," \
		"HAS_EL2|HAS_EL2_E2H0,PMU_V3|PMU_V3_STRICT,PSCI_0_2|PMU_V3|SVE|PTRAUTH_ADDRESS|PTRAUTH_GENERIC"
#define CALLS \
	"GET_REG x0; GET_REG pstate; GET_REG SCTLR_EL1; GET_REG ID_AA64PFR0_EL1 as a; GET_LENGTHS; SET_LENGTHS; " \
	"GET_REG z0; GET_REG v0; SET_REG x0 1; GET_REG 0x603000000013ffff; REG_LIST none; REG_LIST short; " \
	"REG_LIST exact; REG_LIST; GET_MP_STATE; SET_MP_STATE RUNNABLE; GET_EVENTS; SET_EVENTS 0; PMU FILTER; " \
	"PMU INIT; PREFERRED_TARGET; RUN; SET_REG ID_AA64PFR0_EL1 a; PMU FILTER; FINALIZE SVE; RUN; SAVE; RESTORE; " \
	"INIT_PREFERRED; INIT none struct=short; INIT none struct=page_end; GET_REG x0"

static const struct uc_recorded_steps states[] = {
	{ "new", "> " CALLS, NULL, NULL },
	{ "refused", "INIT none target=unknown = error > " CALLS, NULL, NULL },
	{ "refused.bit", "INIT PMU_V3|bit200 = error > " CALLS, NULL, NULL },
	{ "with.{%1}", "INIT %1 > " CALLS, SETS, NULL },
	{ "finalized.{%1}", "INIT %1; FINALIZE SVE > " CALLS, "SVE,SVE|PMU_V3", NULL },
	{ "finalize.{%1}.%2", "> FINALIZE %2; INIT %1; FINALIZE %2; FINALIZE %2; INIT %1; FINALIZE %2",
	  "none,SVE,PMU_V3,PTRAUTH_ADDRESS|PTRAUTH_GENERIC", "SVE,PSCI_0_2,PTRAUTH_ADDRESS,-1" },
	{ "lengths", "INIT SVE > SET_LENGTHS 128; GET_LENGTHS; SET_LENGTHS; INIT SVE; GET_LENGTHS; SET_LENGTHS 128; "
	  "FINALIZE SVE; SET_LENGTHS 128; GET_LENGTHS; INIT SVE; GET_LENGTHS; SET_LENGTHS", NULL, NULL },
	{ "mp_state.{%1}.%2", "INIT %1 > SET_MP_STATE %2; GET_MP_STATE; RUN; INIT %1; GET_MP_STATE",
	  "none,POWER_OFF,PSCI_0_2", "RUNNABLE,STOPPED,SUSPENDED,99" },
	/* Another vCPU of the VM, and what the first one's having run means for it. */
	{ "second.{%1}", "INIT %1 > 1: NEW_VCPU; 1: RUN; 1: INIT %1; 1: RUN; RUN; 1: RUN; 2: NEW_VCPU; 2: INIT %1; 2: RUN; "
	  "INIT %1; RUN; CLOSE_VCPU; 1: RUN", SETS, NULL },
	{ "beside.{%1}", "1: NEW_VCPU > INIT %1; 1: INIT none; 1: INIT %1; 1: RUN; RUN", SETS, NULL },
	{ "moved.{%1}", "INIT %1; FINALIZE SVE = anything; SAVE; vm1: NEW_VM; vm1.0: NEW_VCPU; vm1.0: INIT %1; "
	  "vm1.0: FINALIZE SVE = anything > vm1.0: RESTORE; vm1.0: RUN; vm1.0: RESTORE", SETS, NULL },
	{ "vm", "> CHECK_VM 169; ENABLE WRITABLE_IMP_ID_REGS; ENABLE MTE; INIT none; ENABLE WRITABLE_IMP_ID_REGS; ENABLE MTE; RUN; ENABLE MTE; "
	  "1: NEW_VCPU; ENABLE WRITABLE_IMP_ID_REGS; 1: NEW_VCPU; CLOSE_VCPU; NEW_VCPU", NULL, NULL },
	{ NULL, NULL, NULL, NULL }
};

/* What can be asked for of a VM that a guest of PSCI 0.2 and one of an older one have. */
#define ACTIONS	"allow,deny,forward,99"
#define RANGES	"0 0,0 1,0 0xffffffff,1 0xffffffff,0x80000000 1,0x80000000 0x10000,0x8000ffff 2,0xc0000000 1," \
		"0xc0000000 0x10000,0x84000000 1,0x84000000 2,0x84000000 0x10000,0x84000008 2,0xc4000012 1,0x85000000 1," \
		"0x86000000 0,0x86000000 1,0xc6000000 0x10000,0xbf000000 0x1000000,0xffffff00 0x200,0xffffffff 1"
static const struct uc_recorded_steps filters[] = {
	{ "%1.%2", "INIT PSCI_0_2 > FILTER %1 %2; FILTER %1 %2; FILTER allow 0x84000001 1", ACTIONS, RANGES },
	{ "acts.%1.%2", "INIT PSCI_0_2; FILTER %1 %2; BOOT > EXEC HVC 0x84000000; GET_REG pc; EXEC SMC 0x84000000; "
	  "GET_REG pc; EXEC HVC 0xc6000001; GET_REG pc", "deny,forward", RANGES },
	{ "ran.%1.%2", "INIT PSCI_0_2; RUN = EINTR >>> FILTER %1 %2", ACTIONS, RANGES },
	{ "old.%1.%2", "INIT none; FILTER %1 %2; BOOT > EXEC HVC 0x84000000; GET_REG pc; EXEC HVC 0x95c1ba60; GET_REG pc",
	  "allow,deny,forward", "0x84000000 0x100,0x95c1ba60 2" },
	{ NULL, NULL, NULL, NULL }
};

/*
 * Left out are CPU_SUSPEND and CPU_OFF (1, 2), which do not come back, entropy (0x53) where that is not
 * refused, and times (0x86000001) with an argument that asks for one.
 */
#define FUNCTIONS \
	"0,1,0x80000000..0x80000004,0x80007fff,0x80003fff,0x84000000,0x84000003..0x84000018,0xc4000003..0xc4000018," \
	"0x84000050..0x84000054,0xc4000050..0xc4000054,0xc5000020..0xc5000023,0x86000000..0x86000002,0x8600ff01," \
	"0x8600ff03,0xc6000000..0xc6000003,0xc6000040..0xc600004f,0x95c1ba60,0x95c1ba61,0xbf00ff01,0xffffffff"
/* On one VM: a call that ended the machine stopped its vCPU. */
#define CALLED(set, with) \
	"INIT " set "; BOOT >> SET_MP_STATE RUNNABLE; BOOT > EXEC %1 %2 " with \
	"; GET_REG x1; GET_REG x2; GET_REG x3; GET_REG pc; GET_MP_STATE"
#define TO_TURN_ON \
	"INIT PSCI_0_2; BOOT; 1: NEW_VCPU; 1: INIT %1; 1: SET_REG x1 7; 1: SET_REG TTBR1_EL1 0x5000; " \
	"1: SET_REG TPIDR_EL1 7; 1: GET_REG MPIDR_EL1 & 0xff00ffffff as a"
#define TURN_ON	"EXEC %2 a 0x5ca1ab1e0ddba11"
#define SECOND	"1: GET_MP_STATE; 1: GET_REG pc; 1: GET_REG x0; 1: GET_REG x1; 1: GET_REG pstate; 1: GET_REG SCTLR_EL1; " \
		"1: GET_REG TTBR1_EL1; 1: GET_REG TPIDR_EL1; "
#define HOW	"CPU_ON_HVC,CPU_ON_SMC,CPU_ON_32,BIT24+CPU_ON_HVC,FLIP+CPU_ON_HVC,NOT_X1+CPU_ON_HVC"
#define WHO	"POWER_OFF|PSCI_0_2,PSCI_0_2"
static const struct uc_recorded_steps powers[] = {
	{ "%1.%2", CALLED("PSCI_0_2", "0x80000001"), "HVC,SMC", FUNCTIONS },
	{ "zero.%1.%2", CALLED("PSCI_0_2", "0"), "HVC", "0x84000000..0x84000000,0x84000003..0x84000018,"
	  "0xc4000003..0xc4000018,0xc5000020..0xc5000022,0x86000000" },
	{ "old.%1.%2", CALLED("none", "0x80000001"), "HVC,SMC", "0x84000000,0x84000008,0x80000000,0x95c1ba60,0x95c1ba61" },
	{ "features.%1.%2", "INIT PSCI_0_2; BOOT >>> EXEC %1 0x8400000a %2", "HVC", FUNCTIONS },
	{ "features.smccc.%2", "INIT PSCI_0_2; BOOT >>> EXEC HVC 0x80000001 %2", "", FUNCTIONS },
	{ "version.%1", "INIT PSCI_0_2 > SET_REG PSCI_VERSION %1; GET_REG PSCI_VERSION; BOOT; EXEC HVC 0x84000000; INIT PSCI_0_2; "
	  "GET_REG PSCI_VERSION", "0,1,2,3,0x10000..0x10004,0x20000", NULL },
	{ "on.{%1}.%2", TO_TURN_ON " > " TURN_ON "; GET_REG x1; " SECOND TURN_ON, WHO, HOW },
	/* One that is still off would not come back. */
	{ "started.{%1}.%2", TO_TURN_ON "; " TURN_ON " == 0 > 1: CONTINUE; " SECOND TURN_ON, WHO, HOW },
	{ "bitmap.%1.%2", "INIT PSCI_0_2 > SET_REG %1 %2; GET_REG %1; BOOT; EXEC HVC 0x84000050; EXEC HVC 0xc5000020; "
	  "EXEC HVC 0x86000000; RUN; SET_REG %1 0; INIT PSCI_0_2; GET_REG %1", "STD_BMAP,STD_HYP_BMAP,VENDOR_HYP_BMAP",
	  "0,1,2,3,4,0xffffffffffffffff" },
	{ NULL, NULL, NULL, NULL }
};

#define PMU_READ "READ PMCCNTR_EL0; READ PMEVCNTR0_EL0; GET_REG PMCR_EL0; GET_REG PMCCNTR_EL0; GET_REG PMEVCNTR0_EL0; " \
		"GET_REG PMCNTENSET_EL0; GET_REG PMOVSSET_EL0; GET_REG PMINTENSET_EL1; GET_REG PMSELR_EL0"
#define WITH_PMU "INIT PMU_V3; PMU INIT; BOOT; WRITE PMCCNTR_EL0 0x1000; WRITE PMEVCNTR0_EL0 0x77; "
#define PMU_CALLS	"PMU %1; PMU %1; RUN; PMU %1; INIT PMU_V3; PMU %1"
#define ATTRIBUTES	"INIT,FILTER"
/* Counters that count are only told from those that do not. */
static const struct uc_recorded_steps pmus[] = {
	{ "write.%1.%2", WITH_PMU "> WRITE %1 %2; READ %1; " PMU_READ, "PMCR_EL0,PMSELR_EL0,PMUSERENR_EL0",
	  "0,2,4,6,8,0x10,0x20,0x40,0x80,0xfffffffffffffffe" },
	{ "write.%1.%2", WITH_PMU "> WRITE %1 %2; READ %1; " PMU_READ,
	  "PMCNTENSET_EL0,PMINTENSET_EL1,PMOVSSET_EL0,PMEVTYPER0_EL0", "0,1,0x40,0x80000000,0xffffffffffffffff" },
	{ "counts", WITH_PMU "WRITE PMCCNTR_EL0 0; WRITE PMCNTENSET_EL0 0x80000000 > WRITE PMCR_EL0 1; EXEC NOP; "
	  "READ PMCCNTR_EL0 != 0; GET_REG PMCCNTR_EL0 != 0; GET_REG PMOVSSET_EL0", NULL, NULL },
	{ "number.%1", "INIT PMU_V3 > SET_REG PMCR_EL0.N %1; GET_REG PMCR_EL0; GET_REG PMCNTENSET_EL0; "
	  "SET_REG PMCNTENSET_EL0 0xffffffffffffffff; GET_REG PMCNTENSET_EL0; INIT PMU_V3; GET_REG PMCR_EL0; PMU INIT; BOOT; "
	  "READ PMCR_EL0; SET_REG PMCR_EL0.N 1; GET_REG PMCR_EL0", "0..8,31", "" },
	{ "without.%1", "INIT none > " PMU_CALLS, ATTRIBUTES, NULL },
	{ "with.%1", "INIT PMU_V3 > " PMU_CALLS, ATTRIBUTES, NULL },
	{ "set_up.%1", "INIT PMU_V3; PMU INIT > " PMU_CALLS, ATTRIBUTES, NULL },
	{ "filtered.%1", "INIT PMU_V3; PMU FILTER > " PMU_CALLS, ATTRIBUTES, NULL },
	{ "ran.%1", "INIT PMU_V3; PMU INIT; RUN = EINTR > " PMU_CALLS, ATTRIBUTES, NULL },
	{ "second.%2", "INIT PMU_V3; PMU INIT; 1: NEW_VCPU; 1: INIT PMU_V3 > RUN; 1: PMU %2; 1: PMU INIT; 1: RUN; 1: PMU %2",
	  "", "INIT,FILTER" },
	{ NULL, NULL, NULL, NULL }
};

#define STORE		0x40000014	/* the guest's, where each sequence ends */
#define CODE		0x40000040
#define CODE_END	0x40000800

static void begin(const void *facts)
{
	struct kvm_model model;

	kvm_begin(&model, facts, true);
}

/* Where code lies depends on what was executed before. */
static uint64_t from_code(uint64_t pc, const struct kvm_step *step, const struct kvm_facts *facts)
{
	const struct kvm_step where = { .op = DO_GET_REG, .vm = step->vm, .vcpu = step->vcpu,
					.id = KVM_REG_X(27) };
	uint64_t code = 0;

	kvm_make_call(&where, facts, &code);
	return pc - code;
}

static enum uc_step_came play(const void *place, const void *facts, char *text, size_t size)
{
	struct kvm_step step = *(const struct kvm_step *)place;
	const bool writes = step.op == DO_INIT || step.op == DO_INIT_PREFERRED || step.op == DO_SET_REG ||
			    step.op == DO_SET_MP_STATE || step.op == DO_SET_EVENTS;
	uint64_t value;
	int result;

	kvm_fill_in(&step, facts);
	result = kvm_make_call(&step, facts, &value);
	value &= step.mask ?: ~0ULL;
	/* Another exception of the guest, or exit. */
	if (result < -KVM_FPAC)
		snprintf(text, size, "other %#llx", (unsigned long long)value);
	else if (result || writes)
		snprintf(text, size, "%s", kvm_answer(result) & (MAY_UNDEF | MAY_FPAC) ?
			 kvm_answers_name(kvm_answer(result), "|") : kvm_recorded_answer(result));
	else if (step.answers & AND_NOT_VALUE)
		snprintf(text, size, "%s", value != step.value ? "another" : "the same");
	else if (step.op == DO_GET_REG && step.id == KVM_REG_X(32) && value == STORE)
		snprintf(text, size, "behind the code");
	else if (step.op == DO_GET_REG && step.id == KVM_REG_X(32) && value >= CODE &&
		 value < CODE_END)
		snprintf(text, size, "code + %#llx", (unsigned long long)from_code(value, &step, facts));
	else
		snprintf(text, size, "%#llx", (unsigned long long)value);
	if (!(kvm_answer(result) & (step.answers & MAY_ANYTHING ?: MAY_OK)))
		return UC_STEP_OTHER;
	return step.answers & AND_VALUE && value != step.value ? UC_STEP_OTHER : UC_STEP_AS_SAID;
}

static const struct uc_step_recorder recorder = { begin, kvm_end, kvm_parse_step, play };

void kvm_record_states(const void *facts)
{
	uc_record_steps(&recorder, states, facts);
}

void kvm_record_filters(const void *facts)
{
	uc_record_steps(&recorder, filters, facts);
}

void kvm_record_powers(const void *facts)
{
	uc_record_steps(&recorder, powers, facts);
}

void kvm_record_pmus(const void *facts)
{
	uc_record_steps(&recorder, pmus, facts);
}
