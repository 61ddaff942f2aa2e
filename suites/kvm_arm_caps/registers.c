// SPDX-License-Identifier: GPL-2.0-only
/*
 * Single registers as user space sees them.
 *
 * The ten key registers, with PTRAUTH_ADDRESS and PTRAUTH_GENERIC:
 *   listed; hold 64 bits each, a vCPU its own; another KVM_ARM_VCPU_INIT discards
 *   what was written, unless it is refused
 * and without: ENOENT, and not listed.
 *
 * E2BIG - KVM_GET_REG_LIST with too little room; n is then what it needs
 * EINVAL - a mode in PSTATE that the vCPU does not have; an unknown bit of a firmware register
 */
#include "facts.h"
#include "play.h"
#include "rows.h"

#define WITH		"INIT " PAIR " = 0; "
#define PATTERN(value)	EACH_KEY("SET_REG ", " " value " = 0; ") EACH_KEY("GET_REG ", " == " value "; ")
#define NO_KEYS_AT_ALL	"NO_KEYS; " EACH_KEY("SET_REG ", " 0 = ENOENT; ") "REG_LIST == 0; "

/* PSTATE's M[4:0]: those of EL0 and EL1, and all others but AArch32's User mode. */
#define MODE(mode, answer)	"SET_REG pstate 0x3c" mode " = " answer "; "
#define MODE32(mode, answer)	"SET_REG pstate 0x1d" mode " = " answer "; "
#define NO_MODE(mode)	MODE(mode, "EINVAL")
#define NO_MODE32(mode)	MODE32(mode, "EINVAL")
#define MODES_OF_EL3_AND_NONE \
	NO_MODE("1") NO_MODE("2") NO_MODE("3") NO_MODE("6") NO_MODE("7") NO_MODE("a") NO_MODE("b") \
	NO_MODE("c") NO_MODE("d") NO_MODE("e") NO_MODE("f")
#define MODES32(answer) \
	MODE32("1", answer) MODE32("2", answer) MODE32("3", answer) MODE32("7", answer) \
	MODE32("b", answer) MODE32("f", answer)
#define NO_MODES32 \
	NO_MODE32("4") NO_MODE32("5") NO_MODE32("6") NO_MODE32("8") NO_MODE32("9") NO_MODE32("a") \
	NO_MODE32("c") NO_MODE32("d") NO_MODE32("e")

/* What it reads is what was written, also after another INIT. */
#define KEPT(reg, value)	"SET_REG " reg " " value " = 0; GET_REG " reg " == " value "; "
#define WITH_PMU	"INIT PMU_V3 = 0; "

/* The User mode of AArch32 is there where the vCPU's ID_AA64PFR0_EL1 has it at EL0. */
static void judge_user_mode(const struct kvm_row *row UNUSED, const struct kvm_facts *facts UNUSED)
{
	kvm_play(kvm_slot('a') == 2 ? "SET_REG pstate 0x1d0 = 0; GET_REG pstate == 0x1d0" :
		 "SET_REG pstate 0x1d0 = EINVAL; GET_REG pstate == 0x3c5");
}

/* Of no more counters than @count there is a bit, but the cycle counter's. */
static void judge_absent(uint64_t count)
{
	static const char *const sets[] = { "PMCNTENSET_EL0", "PMINTENSET_EL1", "PMOVSSET_EL0" };

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(sets); i++)
		kvm_play("SET_REG %s 0xffffffffffffffff = 0; GET_REG %s & %#llx == 0", sets[i],
			 sets[i], ~(((1ULL << count) - 1) | 1ULL << 31));
}

/* Of PMCR_EL0.N. Where user space may choose fewer for the VM, another INIT keeps that. */
static void judge_counters(const struct kvm_row *row UNUSED, const struct kvm_facts *facts)
{
	const uint64_t count = kvm_slot('a');

	judge_absent(count);
	kvm_play("SET_REG PMCR_EL0.N %u = 0; GET_REG PMCR_EL0.N as b", (unsigned int)count / 2);
	/* Older kernels keep nothing of a vCPU's over it, and may say so here, too. */
	if (kvm_slot('b') != count && facts->masks)
		kvm_play(WITH_PMU "GET_REG PMCR_EL0.N == b");
	judge_absent(kvm_slot('b'));
}

#define ROW(name, steps_of, ...) \
	{ .row = { .id = "kvm_arm_caps." name, __VA_ARGS__, .control = &kvm_registers_work }, .steps = steps_of }
#define JUDGED(name, function, steps_of, ...) \
	{ .row = { .id = "kvm_arm_caps." name, __VA_ARGS__, .control = &kvm_registers_work }, .steps = steps_of, \
	  .judge = function
#define ANYWHERE	NEEDS(KVM_NEEDED)
#define PAUTH		NEEDS(KVM_NEEDED, &kvm_need_pauth)
#define PMU		NEEDS(KVM_NEEDED, &kvm_need_pmu_v3)

static const struct kvm_row rows[] = {
	ROW("registers.listed", WITH "REG_LIST == 10; KEYS", REQ(KEYS_PRESENT), PAUTH),
	ROW("registers.not_listed", "INIT none = 0; REG_LIST == 0", REQ(KEYS_ABSENT), ANYWHERE),
	ROW("registers.no_such_register", "INIT none = 0; " NO_KEYS_AT_ALL, REQ(KEYS_ABSENT), ANYWHERE),
	ROW("registers.absent_after_refusal", "INIT none = 0; INIT " PAIR " = EINVAL; " NO_KEYS_AT_ALL,
	    REQ(KEYS_ABSENT, STATE_REFUSED_CHANGES_NOTHING, STATE_ANOTHER_SET),
	    NEEDS(KVM_NEEDED, &kvm_need_address_known)),
	ROW("registers.stored", WITH PATTERN("0") PATTERN("0xffffffffffffffff") PATTERN("0x5555555555555555")
	    PATTERN("0xaaaaaaaaaaaaaaaa"), REQ(KEYS_WRITABLE), PAUTH),
	/* From the first to the last, and back: whichever another one changed shows. */
	ROW("registers.independent", WITH "SET_KEYS 0; KEYS_ARE 0; SET_KEYS_DOWN 1; KEYS_ARE 1",
	    REQ(KEYS_WRITABLE), PAUTH),
	/* As all registers here, to the end of a page. */
	ROW("registers.eight_bytes", WITH "SET_KEYS 0; KEYS_ARE 0", REQ(KEYS_WRITABLE), PAUTH),
	ROW("registers.other_vcpu", WITH "1: NEW_VCPU = 0; 1: INIT " PAIR " = 0; SET_KEYS 0; 1: SET_KEYS 1; "
	    "KEYS_ARE 0; " WITH "1: KEYS_ARE 1; KEYS_LOST 0",
	    REQ(KEYS_WRITABLE, STATE_PER_VCPU, KEYS_RESET, STATE_SAME_SET), PAUTH),
	ROW("registers.reset", WITH "SET_KEYS 0; " WITH "KEYS_LOST 0",
	    REQ(KEYS_RESET, STATE_RESET, STATE_SAME_SET), PAUTH),
	ROW("registers.kept_after_refusal", WITH "SET_KEYS 0; INIT none = EINVAL; KEYS_ARE 0; "
	    "INIT PTRAUTH_ADDRESS = EINVAL; KEYS_ARE 0; INIT PTRAUTH_GENERIC = EINVAL; KEYS_ARE 0",
	    REQ(STATE_REFUSED_CHANGES_NOTHING, STATE_ANOTHER_SET), PAUTH),
	ROW("registers.list_room", "INIT none = 0; REG_LIST none = E2BIG != 0; REG_LIST short = E2BIG == 0; "
	    "REG_LIST exact == 0", REQ(REG_LIST_SIZE), ANYWHERE),

	ROW("registers.modes", "INIT none = 0; " MODE("0", "0") MODE("4", "0") MODE("5", "0") NO_MODE("8")
	    NO_MODE("9") MODES_OF_EL3_AND_NONE MODES32("EINVAL") NO_MODES32 "GET_REG pstate == 0x3c5",
	    REQ(STATE_MODES), ANYWHERE),
	ROW("registers.modes_of_el2", "INIT HAS_EL2 = 0; " MODE("9", "0") "GET_REG pstate == 0x3c9; " MODE("8", "0")
	    MODE("5", "0") MODES_OF_EL3_AND_NONE "GET_REG pstate == 0x3c5",
	    REQ(STATE_MODES), NEEDS(KVM_NEEDED, &kvm_need_has_el2)),
	ROW("registers.no_timer_of_vhe", "INIT HAS_EL2|HAS_EL2_E2H0 = 0; GET_REG CNTHV_CTL_EL2 = ENOENT|EINVAL",
	    REQ(REGISTERS_EXACT), NEEDS(KVM_NEEDED, &kvm_need_has_el2, &kvm_need_has_el2_e2h0)),
	JUDGED("registers.user_mode", judge_user_mode, "INIT none = 0; GET_REG ID_AA64PFR0_EL1 & 0xf as a",
	       REQ(STATE_MODES), ANYWHERE) },
	ROW("registers.modes_of_aarch32", "INIT EL1_32BIT = 0; " MODES32("0") NO_MODES32
	    MODE("0", "EINVAL") MODE("4", "EINVAL") MODE("5", "EINVAL") NO_MODE("9") "GET_REG pstate == 0x1df",
	    REQ(STATE_MODES), NEEDS(KVM_NEEDED, &kvm_need_el1_32bit)),
	/* What is written to PSTATE says which halves there are. */
	ROW("registers.halves_of_aarch32", "INIT EL1_32BIT = 0; SET_REG x0 0x1111222233334444 = 0; "
	    "SET_REG x14 0x1111222233334444 = 0; SET_REG pc 0x1111222233334440 = 0; " MODE32("3", "0")
	    "GET_REG x0 == 0x33334444; GET_REG x14 == 0x33334444; GET_REG pc == 0x33334440",
	    REQ(STATE_MODES), NEEDS(KVM_NEEDED, &kvm_need_el1_32bit)),
	/* In place of V0 to V31 there is SVE's. */
	ROW("registers.vectors_of_sve", "INIT SVE = 0; GET_REG z0 = error; FINALIZE SVE = 0; GET_REG v0 = error; "
	    "SET_REG v31 7 = error; " KEPT("z0", "0x77"), REQ(REGISTERS_EXACT),
	    NEEDS(KVM_NEEDED, &kvm_need_sve)),

	JUDGED("registers.pmu_counters", kvm_judge_counters, HAS_COUNTERS, REQ(PMU_COUNTERS), PMU),
	  .data = KEPT("PMEVCNTR0_EL0", "0x12345") KEPT("PMCCNTR_EL0", "0x123456") },
	JUDGED("registers.pmu_number", judge_counters, WITH_PMU "GET_REG PMCR_EL0.N as a", REQ(PMU_COUNTERS), PMU) },
	/* What the architecture reserves is zero after a reset, too. */
	ROW("registers.pmu_reserved", WITH_PMU "GET_REG PMSELR_EL0 & 0xffffffffffffffe0 == 0", REQ(STATE_RESET), PMU),
};

const struct uc_topic kvm_registers_topic = KVM_TOPIC("registers", rows);
