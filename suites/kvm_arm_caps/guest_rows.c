// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a guest executes, sees and keeps, by the features of its vCPU:
 *
 * with the pair	it signs, authenticates and strips in every form, with the keys that
 *			user space sees, which nobody else's turn on the CPU changes
 * without it		PACGA and the key registers are undefined; what signs or
 *			authenticates is undefined where SCTLR_EL1 enables it, and does nothing
 *			where it does not; hints do nothing on every CPU; XPACI and its like
 *			cannot be trapped
 * SVE, a PMU		the same: there, or undefined
 *
 * A signature may by chance equal the bits that it replaces: what must have
 * changed is two of them at once (SIGN_IA), or a bit that was flipped.
 */
#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "guest_host.h"
#include "play.h"
#include "rows.h"

#define P		"0x123456789ab0"
#define M		"0xfedcba900000010"
#define PM		P " " M
#define SIGNED_P	"0x2a2a123456789ab0"
/* Good for ERETAA, as SPSR_EL1, too. */
#define P_SPSR		P " 0xfedcba9000003c5"
#define NOT_SIGNATURE	"& 0x80ffffffffffff"

#define GUEST(set)	"INIT " set " = 0; BOOT = 0; "
#define WITH		GUEST(PAIR) "SET_KEYS 0; "
#define WITHOUT		GUEST("none")
#define DISABLED	"INIT none = 0; BOOT disabled = 0; "
#define IN_VM1(set)	"vm1: NEW_VM = 0; vm1.0: NEW_VCPU = 0; vm1.0: INIT " set " = 0; vm1.0: BOOT = 0; "
#define SECOND(set)	"1: NEW_VCPU = 0; 1: INIT " set " = 0; 1: BOOT = 0; "

/* What one key signs comes back, not with a bit changed or another modifier; the address stays. */
#define KEY_ON(k, p) \
	"EXEC PAC" k " " p " " M " " NOT_SIGNATURE " == " p "; EXEC PAC" k "+AUT" k " " p " " M " == " p "; " \
	"EXEC PAC" k "+FLIP+AUT" k " " p " " M " = 0|FPAC != " p "; " \
	"EXEC PAC" k "+NOT_X1+AUT" k " " p " " M " = 0|FPAC != " p "; "
#define KEY(k) \
	"EXEC NO_SIGN " PM " as a; EXEC SIGN_" k " " PM " != a as b; EXEC SIGN_" k " " PM " == b; " \
	KEY_ON(k, P) KEY_ON(k, "0x7ffffffffff0")

/* A hint is the register form with its operands in fixed places. */
#define HINT_FORM(k, form, m) \
	"EXEC PACI" k " " P " " m " as a; EXEC PACI" k form " " P " " m " == a; " \
	"EXEC PACI" k "+AUTI" k form " " P " " m " == " P "; "
#define HINTS(k)	HINT_FORM(k, "SP", M) HINT_FORM(k, "1716", M) HINT_FORM(k, "Z", "0")

/* The guest's results of one key change when it does, those of no other. */
#define USE(ia, ib, da, db, ga) \
	"EXEC SIGN_IA " PM ia "; EXEC SIGN_IB " PM ib "; EXEC SIGN_DA " PM da "; EXEC SIGN_DB " PM db "; " \
	"EXEC PACGA " PM ga "; "
#define CHANGE(key)	"SET_REG " key "KeyLo_EL1 0x5ca1ab1e = 0; SET_REG " key "KeyHi_EL1 0xc0ffee = 0; "

#define UNDEF(op)	"EXEC " op " " P_SPSR " = UNDEF; "
#define DOES_NOTHING(op)	"EXEC " op " " P_SPSR " == " P "; "
#define STRIPS(op)	"EXEC " op " " SIGNED_P " == " P "; "
#define FORMS(do)	do("PACIA") do("PACIB") do("PACDA") do("PACDB") do("AUTIA") do("AUTIB") do("AUTDA") do("AUTDB")
#define HINT_OPS(do) \
	do("PACIASP") do("PACIBSP") do("AUTIASP") do("AUTIBSP") do("PACIAZ") do("PACIBZ") do("AUTIAZ") \
	do("AUTIBZ") do("PACIA1716") do("PACIB1716") do("AUTIA1716") do("AUTIB1716")

/* What user space and the guest read is the same; the guest reads all in one KVM_RUN. */
#define SAME_IDS \
	"GET_REG ID_AA64ISAR1_EL1 as a; GET_REG ID_AA64ISAR2_EL1 as b; READ ID_AA64ISAR1_EL1 == a; " \
	"READ ID_AA64ISAR2_EL1 == b; "
#define SAME_FIVE(a, b, c, d, e) \
	"GET_REG AP" a "_EL1 as a; GET_REG AP" b "_EL1 as b; GET_REG AP" c "_EL1 as c; GET_REG AP" d "_EL1 as d; " \
	"GET_REG AP" e "_EL1 as e; READ AP" a "_EL1 == a; READ AP" b "_EL1 == b; READ AP" c "_EL1 == c; " \
	"READ AP" d "_EL1 == d; READ AP" e "_EL1 == e; "
#define SAME_KEYS \
	SAME_FIVE("IAKeyLo", "IAKeyHi", "IBKeyLo", "IBKeyHi", "DAKeyLo") \
	SAME_FIVE("DAKeyHi", "DBKeyLo", "DBKeyHi", "GAKeyLo", "GAKeyHi")

/* Between two that the guest would execute in one KVM_RUN. */
#define EXIT		"GET_MP_STATE == 0; "

#define TURN		"GUEST_HAS_KEYS 0; 1: GUEST_HAS_KEYS 1; EXEC USE_KEYS " PM " == a; 1: EXEC USE_KEYS " PM " == b; "
#define BESIDE_NONE \
	"GUEST_HAS_KEYS 0; vm1.0: EXEC PACGA " PM " = UNDEF; vm1.0: READ APIAKeyLo_EL1 = UNDEF; " \
	"vm1.0: EXEC PACIA " PM " = UNDEF; EXEC USE_KEYS " PM " = 0; vm1.0: GET_REG ID_AA64ISAR1_EL1 as a; " \
	"vm1.0: READ ID_AA64ISAR1_EL1 == a; GET_REG ID_AA64ISAR1_EL1 as a; READ ID_AA64ISAR1_EL1 == a; "

/* PSCI's CPU_ON by a first vCPU; the second starts at the guest's address for that, with the context. */
#define CONTEXT		"0x5ca1ab1e0ddba11"
#define TO_TURN_ON(set) \
	GUEST(set) "1: NEW_VCPU = 0; 1: INIT POWER_OFF|" set " = 0; 1: GET_REG MPIDR_EL1 & 0xff00ffffff as a; "
#define TURNED_ON	"EXEC CPU_ON_HVC a " CONTEXT " == 0; "
#define SHOWN		"1: GET_REG pc == 0x40000010; 1: GET_REG x0 == " CONTEXT "; 1: GET_REG x1 == 0; "
#define STARTS		"1: CONTINUE == " CONTEXT "; 1: BOOT = 0; "
#define NOT_SUPPORTED		"0xffffffffffffffff"
#define INVALID_PARAMETERS	"0xfffffffffffffffe"
#define ALREADY_ON	"EXEC CPU_ON_HVC a " CONTEXT " == 0xfffffffffffffffc; "
#define LACKS_PAIR	"1: EXEC PACIA " P_SPSR " = UNDEF; 1: EXEC PACGA " P_SPSR " = UNDEF; "
#define HAS_PAIR	"1: GUEST_SETS_KEYS 2; 1: KEYS_ARE 2; 1: EXEC PACGA " CONTEXT " 1 != 0; "

/* This process signs as before, after a guest had other keys in the same CPU. */
static void judge_process_keeps_keys(const struct kvm_row *row UNUSED, const struct kvm_facts *facts UNUSED)
{
	/* What the guest's instructions come to is for other rows. */
	static const char *const turns[] = { "EXEC USE_KEYS " PM " = anything",
					     "EXEC WRITE_KEYS " PM " = anything" };
	uint64_t before[HOST_RESULTS], after[HOST_RESULTS];

	host_new_keys();
	host_sign(before);
	for (unsigned int turn = 0; turn < UC_ARRAY_SIZE(turns); turn++) {
		kvm_play("%s", turns[turn]);
		host_sign(after);
		for (unsigned int i = 0; i < HOST_RESULTS; i++)
			if (before[i] != after[i])
				uc_fail_now("call:     this process' own %s\nexpected: %#llx as before KVM_RUN\n"
					    "got:      %#llx", host_result_name(i),
					    (unsigned long long)before[i], (unsigned long long)after[i]);
	}
}

/* A guest whose keys nobody has set has other ones than this process. */
static void judge_guest_has_other_keys(const struct kvm_row *row UNUSED, const struct kvm_facts *facts UNUSED)
{
	kvm_play(GUEST(PAIR) "EXEC PACGA " PM " != %#llx; " SAME_KEYS,
		 (unsigned long long)host_pacga(0x123456789ab0, 0xfedcba900000010));
}

/* SMC is a conduit of kernels since 6.4; before it is answered with NOT_SUPPORTED. */
static void judge_turned_on_by_smc(const struct kvm_row *row UNUSED, const struct kvm_facts *facts UNUSED)
{
	if (kvm_slot('b'))
		uc_open("the kernel does not take PSCI's calls by SMC, which it need not");
	else
		kvm_play(SHOWN STARTS HAS_PAIR);
}

/* SYSTEM_OFF2 belongs to PSCI 1.3, and its one type is HIBERNATE_OFF. */
static void judge_off2(const struct kvm_row *row UNUSED, const struct kvm_facts *facts UNUSED)
{
	if (kvm_slot('a') < 0x10003)
		kvm_play("EXEC HVC 0xc4000015 1 == " NOT_SUPPORTED);
	else
		kvm_play("EXEC HVC 0xc4000015 2 == " INVALID_PARAMETERS "; EXEC HVC 0xc4000015 1 = error == 0x1010118");
	kvm_play("NEW_VM = 0; NEW_VCPU = 0; " GUEST("PSCI_0_2") "SET_REG PSCI_VERSION 0x10000 = 0; "
		 "EXEC HVC 0xc4000015 1 == " NOT_SUPPORTED);
}

/* A counter that counts for the guest does for user space, too. */
static void judge_counts(const struct kvm_row *row UNUSED, const struct kvm_facts *facts UNUSED)
{
	if (!kvm_slot('a'))
		uc_open("the host has no counter to lend, so nothing was counted");
	else
		kvm_play("GET_REG PMCCNTR_EL0 != 0");
}

/* Where nothing was read. */
static void judge_target_stays(const struct kvm_row *row UNUSED, const struct kvm_facts *facts UNUSED)
{
	if (kvm_slot('a') == kvm_slot('b'))
		kvm_play("GET_REG x0 == 0x1234");
}

#ifdef __aarch64__
/* D8 is what a caller's register must be after a call; the guest changes its own. */
static void judge_vectors_of_process(const struct kvm_row *row UNUSED, const struct kvm_facts *facts UNUSED)
{
	uint64_t seen;

	__asm__ volatile("fmov d8, %0" :: "r"(0x5a17c0deULL) : "d8");
	kvm_play("EXEC SET_D8 0x77 = 0");
	__asm__ volatile("fmov %0, d8" : "=r"(seen));
	uc_check(seen == 0x5a17c0deULL, "call:     this process' D8\nexpected: %#llx as before KVM_RUN\ngot:      %#llx",
		 0x5a17c0deULL, (unsigned long long)seen);
}
#else
#define judge_vectors_of_process	judge_process_keeps_keys	/* never reached */
#endif

#define ANYWHERE	NEEDS(KVM_NEEDED), .control = &kvm_guest_runs
/* Without, these are undefined, or hints, because the CPU has nothing to trap. */
#define PAUTH		NEEDS(KVM_NEEDED, &kvm_need_pauth), .control = &kvm_guest_runs
#define PSCI		KVM_NEEDED, &kvm_need_power_off, &kvm_need_psci_0_2
#define ROW(name, ...)	.row = { .id = "kvm_arm_caps.guest." name, __VA_ARGS__ }

static const struct kvm_row rows[] = {
	{ ROW("without.id_registers", REQ(GUEST_ID_REGISTERS, ISAR_ZERO), ANYWHERE),
	  WITHOUT SAME_IDS "READ ID_AA64ISAR1_EL1 & 0xff000ff0 == 0; READ ID_AA64ISAR2_EL1 & 0xff00 == 0" },
	{ ROW("without.pacga", REQ(GUEST_NO_GENERIC), ANYWHERE), DISABLED UNDEF("PACGA") },
	{ ROW("without.keys", REQ(GUEST_NO_KEYS), ANYWHERE),
	  DISABLED EACH_KEY("READ ", " = UNDEF; ") EACH_KEY("WRITE ", " 0 = UNDEF; ") },
	{ ROW("without.forms_enabled", REQ(GUEST_NO_ADDRESS), ANYWHERE), WITHOUT FORMS(UNDEF) },
	{ ROW("without.branches_enabled", REQ(GUEST_NO_ADDRESS), PAUTH),
	  WITHOUT UNDEF("RETAA") UNDEF("RETAB") UNDEF("BRAA") UNDEF("BLRAA") UNDEF("LDRAA") UNDEF("ERETAA") },
	{ ROW("without.hints_enabled", REQ(GUEST_NO_ADDRESS), PAUTH), WITHOUT HINT_OPS(UNDEF) },
	{ ROW("without.again", REQ(GUEST_NO_ADDRESS, GUEST_NO_GENERIC, GUEST_NO_KEYS, STATE_SAME_SET), ANYWHERE),
	  WITHOUT "EXEC NOP = 0; " WITHOUT "READ APIAKeyLo_EL1 = UNDEF; " FORMS(UNDEF) UNDEF("PACGA") },
	{ ROW("without.hints_disabled", REQ(GUEST_NO_HINTS), ANYWHERE), DISABLED HINT_OPS(DOES_NOTHING) },
	{ ROW("without.forms_disabled", REQ(GUEST_NO_HINTS), PAUTH), DISABLED FORMS(DOES_NOTHING) },
	{ ROW("without.strip", REQ(GUEST_STRIP), PAUTH),
	  WITHOUT STRIPS("XPACI") STRIPS("XPACD") STRIPS("XPACLRI") },
	{ ROW("without.sve", REQ(GUEST_OTHERS), ANYWHERE),
	  WITHOUT "EXEC RDVL = UNDEF; READ ZCR_EL1 = UNDEF; WRITE ZCR_EL1 0 = UNDEF" },
	{ ROW("without.pmu", REQ(GUEST_OTHERS), ANYWHERE),
	  WITHOUT "READ PMCR_EL0 = UNDEF; WRITE PMCR_EL0 0 = UNDEF; READ PMCNTENSET_EL0 = UNDEF; "
	  "READ PMCCNTR_EL0 = UNDEF; READ PMEVCNTR0_EL0 = UNDEF; READ PMUSERENR_EL0 = UNDEF" },

	{ ROW("with.instruction_keys", REQ(GUEST_ADDRESS), PAUTH), WITH KEY("IA") KEY("IB") },
	{ ROW("with.data_keys", REQ(GUEST_ADDRESS), PAUTH), WITH KEY("DA") KEY("DB") },
	{ ROW("with.generic_key", REQ(GUEST_GENERIC), PAUTH),
	  WITH "EXEC PACGA " PM " & 0xffffffff == 0; EXEC PACGA " PM " as a; SET_KEYS 1; EXEC PACGA " PM " != a; "
	  "SET_KEYS 0; EXEC PACGA " PM " == a" },
	{ ROW("with.hints", REQ(GUEST_ADDRESS), PAUTH), WITH HINTS("A") HINTS("B") },
	{ ROW("with.branches", REQ(GUEST_ADDRESS), PAUTH),
	  WITH "EXEC SIGNED_RETAA 0 " M " = 0; EXEC SIGNED_BRAA 0 " M " = 0" },
	{ ROW("with.strip", REQ(GUEST_STRIP), PAUTH), WITH STRIPS("XPACI") STRIPS("XPACD") STRIPS("XPACLRI") },
	{ ROW("with.id_registers", REQ(GUEST_ID_REGISTERS), PAUTH), WITH SAME_IDS },
	{ ROW("with.own_key", REQ(GUEST_ADDRESS, GUEST_GENERIC, GUEST_KEYS), PAUTH),
	  WITH USE(" as a", " as b", " as c", " as d", " as e")
	  CHANGE("APIA") USE(" != a as a", " == b", " == c", " == d", " == e")
	  CHANGE("APIB") USE(" == a", " != b as b", " == c", " == d", " == e")
	  CHANGE("APDA") USE(" == a", " == b", " != c as c", " == d", " == e")
	  CHANGE("APDB") USE(" == a", " == b", " == c", " != d as d", " == e")
	  CHANGE("APGA") USE(" == a", " == b", " == c", " == d", " != e") },
	/* Before it ran for the first time, and when it has. */
	{ ROW("with.user_to_guest", REQ(GUEST_KEYS), PAUTH),
	  WITH "GUEST_HAS_KEYS 0; SET_KEYS 1; GUEST_HAS_KEYS 1; " SAME_KEYS },
	{ ROW("with.guest_to_user", REQ(GUEST_KEYS), PAUTH),
	  GUEST(PAIR) "GUEST_SETS_KEYS 0; KEYS_ARE 0; GUEST_SETS_KEYS 1; KEYS_ARE 1" },
	{ ROW("with.reset", REQ(GUEST_KEYS, STATE_SAME_SET), PAUTH),
	  GUEST(PAIR) "GUEST_SETS_KEYS 1; " GUEST(PAIR) "KEYS_LOST 1; GUEST_LOST_KEYS 1; "
	  SAME_KEYS },
	{ ROW("with.sve", REQ(GUEST_OTHERS, SVE_FINALIZE), NEEDS(KVM_NEEDED, &kvm_need_sve), .control = &kvm_guest_runs),
	  "INIT SVE = 0; FINALIZE SVE = 0; BOOT = 0; EXEC RDVL & 0xf == 0; EXEC RDVL != 0; READ ZCR_EL1 = 0; "
	  "WRITE ZCR_EL1 0 = 0; EXEC RDVL == 16" },
	/*
	 * What is undefined writes nothing, neither where the CPU finds that by itself nor where it asks KVM,
	 * as it may of an interrupt controller that the VM does not have. That one is for other rows to judge.
	 */
	{ ROW("without.target_stays", REQ(GUEST_NO_KEYS, GUEST_OTHERS), ANYWHERE),
	  WITHOUT "READ APIAKeyLo_EL1 = UNDEF; GET_REG x0 == 0x1234; READ PMCR_EL0 = UNDEF; "
	  "GET_REG x0 == 0x1234; GET_REG x28 as a; READ ICC_IAR0_EL1 = 0|UNDEF as a; GET_REG x28 as b", judge_target_stays },
	{ ROW("without.gic", REQ(KERNEL_SOUND), ANYWHERE), WITHOUT "WRITE ICC_SGI1R_EL1 0 = anything; EXEC NOP = 0" },
	/* While no counter counts: P resets the event counters, C the cycle counter, and neither bit stays. */
	{ ROW("with.pmu_reset", REQ(PMU_COUNTERS), NEEDS(KVM_NEEDED, &kvm_need_pmu_v3), .control = &kvm_guest_runs),
	  HAS_COUNTERS, kvm_judge_counters, .data =
	  "PMU INIT = 0; BOOT = 0; WRITE PMCCNTR_EL0 0x1000 = 0; WRITE PMEVCNTR0_EL0 0x77 = 0; "
	  "READ PMEVCNTR0_EL0 == 0x77; WRITE PMCR_EL0 2 = 0; READ PMCCNTR_EL0 == 0x1000; READ PMEVCNTR0_EL0 == 0; "
	  "GET_REG PMCR_EL0 & 6 == 0; WRITE PMCR_EL0 4 = 0; READ PMCCNTR_EL0 == 0; GET_REG PMCR_EL0 & 6 == 0" },
	{ ROW("with.pmu_counts", REQ(PMU_COUNTERS), NEEDS(KVM_NEEDED, &kvm_need_pmu_v3), .control = &kvm_guest_runs),
	  "INIT PMU_V3 = 0; PMU INIT = 0; BOOT = 0; WRITE PMCCNTR_EL0 0 = 0; WRITE PMCNTENSET_EL0 0x80000000 = 0; "
	  "WRITE PMCR_EL0 1 = 0; " EXIT "EXEC NOP = 0; " EXIT "READ PMCCNTR_EL0 as a", judge_counts },
	{ ROW("with.pmu", REQ(GUEST_OTHERS, PMU_SET_UP), NEEDS(KVM_NEEDED, &kvm_need_pmu_v3), .control = &kvm_guest_runs),
	  "INIT PMU_V3 = 0; PMU INIT = 0; BOOT = 0; GET_REG PMCR_EL0.N as a; READ PMCR_EL0 = 0; "
	  "READ PMCNTENSET_EL0 = 0; READ PMCCNTR_EL0 = 0; READ PMUSERENR_EL0 = 0; GET_REG PMCR_EL0.N == a" },

	/* Steps that turn on, then what only the second needs: a look at its registers, or none. */
	{ ROW("power.turned_on", REQ(GUEST_TURNED_ON), NEEDS(PSCI), .control = &kvm_guest_runs),
	  TO_TURN_ON("PSCI_0_2") TURNED_ON STARTS LACKS_PAIR ALREADY_ON },
	{ ROW("power.turned_on_pair", REQ(GUEST_TURNED_ON), NEEDS(PSCI, &kvm_need_pauth), .control = &kvm_guest_runs),
	  TO_TURN_ON(PAIR "|PSCI_0_2") TURNED_ON STARTS HAS_PAIR ALREADY_ON },
	{ ROW("power.shown", REQ(GUEST_TURNED_ON), NEEDS(PSCI), .control = &kvm_guest_runs),
	  TO_TURN_ON("PSCI_0_2") "1: SET_REG x1 7 = 0; " TURNED_ON SHOWN STARTS LACKS_PAIR },
	/* Its MMU and caches are off, whatever it had before. */
	{ ROW("power.starts_reset", REQ(GUEST_TURNED_ON), NEEDS(PSCI), .control = &kvm_guest_runs),
	  TO_TURN_ON("PSCI_0_2") "1: SET_REG SCTLR_EL1 0xc5107c = 0; " TURNED_ON "1: CONTINUE == " CONTEXT "; "
	  "1: GET_REG SCTLR_EL1 & 0x1005 == 0" },
	{ ROW("power.turned_on_by_smc", REQ(GUEST_TURNED_ON), NEEDS(PSCI, &kvm_need_pauth),
	      .control = &kvm_guest_runs),
	  TO_TURN_ON(PAIR "|PSCI_0_2") "EXEC CPU_ON_SMC a " CONTEXT " = anything as b", judge_turned_on_by_smc },

	{ ROW("power.turned_on_32", REQ(GUEST_TURNED_ON), NEEDS(PSCI), .control = &kvm_guest_runs),
	  TO_TURN_ON("PSCI_0_2") "EXEC CPU_ON_32 a " CONTEXT " == 0; 1: GET_REG pc == 0x40000010; "
	  "1: GET_REG x0 == 0xe0ddba11; 1: CONTINUE == 0xe0ddba11" },
	/* It is still off, and can be turned on. */
	{ ROW("power.reserved_bits", REQ(GUEST_TURNED_ON), NEEDS(PSCI), .control = &kvm_guest_runs),
	  TO_TURN_ON("PSCI_0_2") "EXEC BIT24+CPU_ON_HVC a " CONTEXT " == " INVALID_PARAMETERS "; "
	  "EXEC FLIP+CPU_ON_HVC a " CONTEXT " == " INVALID_PARAMETERS "; " TURNED_ON STARTS },
	/* The exit's reason, type, ndata and flags; what a caller needs is in its registers. */
	{ ROW("power.reset", REQ(SYSTEM_EVENTS), NEEDS(PSCI, &kvm_need_system_event_data), .control = &kvm_guest_runs),
	  GUEST("PSCI_0_2") "EXEC HVC 0x84000009 = error == 0x10218" },
	{ ROW("power.reset2", REQ(SYSTEM_EVENTS), NEEDS(PSCI, &kvm_need_system_event_data, &kvm_need_filter), .control = &kvm_guest_runs),
	  GUEST("PSCI_0_2") "EXEC HVC 0xc4000012 0x80000001 = error == 0x1010218; GET_REG x1 == 0x80000001" },
	{ ROW("power.off_by_smc", REQ(SYSTEM_EVENTS), NEEDS(PSCI, &kvm_need_system_event_data, &kvm_need_filter), .control = &kvm_guest_runs),
	  GUEST("PSCI_0_2") "EXEC SMC 0x84000008 = error == 0x10118; GET_REG x27 as a; GET_REG pc != a" },
	/* What the caller gave is where it was, and the vCPU goes on; to suspend it is for user space. */
	{ ROW("power.suspend", REQ(SYSTEM_EVENTS), NEEDS(PSCI, &kvm_need_system_suspend), .control = &kvm_guest_runs),
	  "NEW_VM = 0; ENABLE SYSTEM_SUSPEND = 0; NEW_VCPU = 0; " GUEST("PSCI_0_2")
	  "EXEC HVC 0xc400000e 0x40000010 = error & 0xffff == 0x518; GET_REG x0 == 0xc400000e; GET_REG x1 == 0x40000010; "
	  "GET_MP_STATE == 0" },
	{ ROW("power.suspend_not_enabled", REQ(SYSTEM_EVENTS), NEEDS(PSCI), .control = &kvm_guest_runs),
	  GUEST("PSCI_0_2") "EXEC HVC 0xc400000e 0x40000010 == " NOT_SUPPORTED },
	{ ROW("power.off2", REQ(SYSTEM_EVENTS), NEEDS(PSCI), .control = &kvm_guest_runs), .judge = judge_off2,
	  .steps = GUEST("PSCI_0_2") "GET_REG PSCI_VERSION = 0 as a" },

	/* As a migration moves it: what was signed there authenticates here, and nowhere else. */
	{ ROW("moved", REQ(GUEST_MOVED), PAUTH),
	  WITH "EXEC PACIA " PM " as a; EXEC PACDB " PM " as b; EXEC PACGA " PM " as c; SET_REG x5 0x1234 = 0; SAVE == 0; "
	  IN_VM1(PAIR) "vm1.0: RESTORE == 0; vm1.0: KEYS_ARE 0; vm1.0: GET_REG x5 == 0x1234; vm1.0: BOOT = 0; "
	  "vm1.0: EXEC AUTIA a " M " == " P "; vm1.0: EXEC AUTDB b " M " == " P "; vm1.0: EXEC PACGA " PM " == c; "
	  "CLOSE_VM = 0; vm1.0: GUEST_HAS_KEYS 0" },

	{ ROW("switch.two_vcpus", REQ(GUEST_ALTERNATING), PAUTH),
	  WITH SECOND(PAIR) "1: GUEST_SETS_KEYS 1; EXEC USE_KEYS " PM " as a; 1: EXEC USE_KEYS " PM " != a as b; "
	  TURN TURN "KEYS_ARE 0; 1: KEYS_ARE 1" },
	{ ROW("switch.same_keys", REQ(GUEST_ALTERNATING, GUEST_ADDRESS, GUEST_GENERIC), PAUTH),
	  WITH SECOND(PAIR) IN_VM1(PAIR) "EXEC USE_KEYS " PM " as a; 1: SET_KEYS 0; 1: EXEC USE_KEYS " PM " == a; "
	  "vm1.0: SET_KEYS 0; vm1.0: EXEC USE_KEYS " PM " == a" },
	{ ROW("switch.with_and_without", REQ(GUEST_ALTERNATING), PAUTH),
	  WITH IN_VM1("none") BESIDE_NONE BESIDE_NONE },
	{ ROW("switch.many_exits", REQ(GUEST_ALTERNATING, GUEST_KEYS), PAUTH),
	  GUEST(PAIR) "GUEST_SETS_KEYS 0; " EXIT "EXEC USE_KEYS " PM " as a; " EXIT "EXEC USE_KEYS " PM " == a; " EXIT
	  "EXEC NOP = 0; " EXIT "EXEC USE_KEYS " PM " == a; " EXIT "EXEC UDF = UNDEF; " EXIT "EXEC USE_KEYS " PM " == a; "
	  EXIT "GUEST_HAS_KEYS 0" },
	{ ROW("switch.process_keeps_vectors", REQ(HOST_VECTORS), ANYWHERE), WITHOUT, judge_vectors_of_process },
	/*
	 * A process that lost its keys must not be the next row's. The first turn is for whatever the kernel
	 * remembers of an earlier process' keys, or of earlier ones of this.
	 */
	{ ROW("switch.process_keeps_keys", REQ(HOST_KEYS), PAUTH, .own_process = true),
	  WITH "EXEC NOP = anything", judge_process_keeps_keys },
	{ ROW("switch.guest_has_other_keys", REQ(HOST_KEYS, GUEST_KEYS), PAUTH, .own_process = true),
	  .judge = judge_guest_has_other_keys },
};

const struct uc_topic kvm_guest_topic = KVM_TOPIC("guest", rows);
