// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a vCPU is, call after call. Before KVM_ARM_VCPU_INIT was accepted:
 *
 * ENOEXEC	KVM_RUN, KVM_GET_REG_LIST, KVM_ARM_VCPU_FINALIZE
 * an error	KVM_GET_ONE_REG, KVM_SET_ONE_REG
 *
 * the same after it was refused, and then a legal one works as the first.
 * Once accepted,
 *
 * 0		again with the same target and features, and all is reset
 * EINVAL	with other ones, and nothing has changed
 */
#include "play.h"
#include "rows.h"

#define ROW(name, ...) \
	.row = { .id = "kvm_arm_caps.state." name, __VA_ARGS__ }
#define ANYWHERE	NEEDS(KVM_NEEDED)
#define WITH_PAUTH	NEEDS(KVM_NEEDED, &kvm_need_pauth)
#define WITH_PSCI	NEEDS(KVM_NEEDED, &kvm_need_psci_0_2)
#define WITH_POWER_OFF	NEEDS(KVM_NEEDED, &kvm_need_power_off)
#define TO_RUN		NEEDS(KVM_NEEDED, &kvm_need_immediate_exit)
#define IS_STOPPED	"GET_MP_STATE == 5"
#define IS_RUNNABLE	"GET_MP_STATE == 0"

/* Nothing works, and a legal call then is like a first one. */
#define NOT_INITIALISED \
	"RUN = ENOEXEC; GET_REG x0 = error; SET_REG x0 0 = error; REG_LIST = ENOEXEC; " \
	"FINALIZE SVE = ENOEXEC; "

/* Two first calls are refused; what the vCPU answers then is as if they had never been made. */
#define AFTER(name, needs, refused, too) \
	{ ROW("after_" name, REQ(STATE_AFTER_REJECTION), needs), \
	  "INIT " refused "; INIT " too "; " NOT_INITIALISED "INIT none = 0; INITIAL; NO_KEYS" }

/* Accepted with one set, refused with another: registers and features stay, the first set works. */
#define ANOTHER(name, needs, first, keys, second) \
	{ ROW("another_set_" name, REQ(STATE_ANOTHER_SET, STATE_REFUSED_CHANGES_NOTHING), needs), \
	  "INIT " first " = 0; MARK; INIT " second " = EINVAL; MARKED; " keys "; INIT " first \
	  " = 0; INITIAL; " keys }

/* A service's call is answered where bit 0 of its bitmap is set, and NOT_SUPPORTED where user space cleared it. */
static void judge_bitmaps_seen(const struct kvm_row *row UNUSED, const struct kvm_facts *facts UNUSED)
{
	static const char *const services[][2] = {
		{ "STD_BMAP", "0x84000050" },		/* TRNG_VERSION */
		{ "VENDOR_HYP_BMAP", "0x8600ff01" },	/* the call for the UID */
	};

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(services); i++) {
		const char *bitmap = services[i][0], *call = services[i][1];

		kvm_play("NEW_VM = 0; NEW_VCPU = 0; INIT none = 0; GET_REG %s & 1 as a", bitmap);
		kvm_play("BOOT = 0; EXEC HVC %s %s 0xffffffffffffffff; NEW_VM = 0; NEW_VCPU = 0; INIT none = 0; "
			 "SET_REG %s 0 = 0; BOOT = 0; EXEC HVC %s == 0xffffffffffffffff",
			 call, kvm_slot('a') ? "!=" : "==", bitmap, call);
	}
}

static const struct kvm_row rows[] = {
	{ ROW("run_before_init", REQ(STATE_RUN_BEFORE_INIT), TO_RUN),
	  "RUN = ENOEXEC; INIT none = 0; RUN = EINTR" },
	{ ROW("vcpu_after_run", REQ(STATE_RUN_BEFORE_INIT), TO_RUN),
	  "INIT none = 0; RUN = EINTR; 1: NEW_VCPU = 0; 1: RUN = ENOEXEC; 1: INIT none = 0; 1: RUN = EINTR" },
	{ ROW("registers_before_init", REQ(STATE_REGISTERS_BEFORE_INIT), ANYWHERE),
	  "GET_REG x0 = error; SET_REG x0 0 = error; REG_LIST = ENOEXEC; INIT none = 0; "
	  "GET_REG x0 = 0; SET_REG x0 0 = 0; REG_LIST = 0" },
	{ ROW("finalize_before_init", REQ(STATE_FINALIZE_BEFORE_INIT), ANYWHERE),
	  "FINALIZE SVE = ENOEXEC; FINALIZE PSCI_0_2 = ENOEXEC; INIT none = 0" },

	AFTER("bad_pointer_and_target", ANYWHERE, PAIR " struct=short = EFAULT",
	      PAIR " target=unknown = EINVAL"),
	AFTER("unknown_bits", ANYWHERE, PAIR "|bit31 = ENOENT", PAIR "|bit32 = ENOENT"),
	AFTER("torn_pair", WITH_PAUTH, "PTRAUTH_ADDRESS = EINVAL", "PTRAUTH_GENERIC = EINVAL"),
	AFTER("unsupported_pair", NEEDS(KVM_NEEDED, &kvm_need_no_pauth), PAIR " = EINVAL",
	      "PTRAUTH_ADDRESS = EINVAL"),
	AFTER("unsupported_sve", NEEDS(KVM_NEEDED, &kvm_need_no_sve), "SVE = EINVAL",
	      "SVE = EINVAL"),
	/* The refused set has bits that the accepted one lacks, and the other way round. */
	{ ROW("pair_after_address_only", REQ(STATE_AFTER_REJECTION), WITH_PAUTH),
	  "INIT PTRAUTH_ADDRESS = EINVAL; " NOT_INITIALISED "INIT " PAIR " = 0; INITIAL; KEYS" },
	{ ROW("none_after_generic_with_sve", REQ(STATE_AFTER_REJECTION),
	      NEEDS(KVM_NEEDED, &kvm_need_pauth, &kvm_need_sve)),
	  "INIT SVE|PTRAUTH_GENERIC = EINVAL; INIT none = 0; INITIAL; NO_KEYS; INIT none = 0; "
	  "INIT SVE = EINVAL" },

	{ ROW("same_set_none", REQ(STATE_SAME_SET, STATE_RESET), ANYWHERE),
	  "INIT none = 0; INITIAL; MARK; MARKED; INIT none = 0; INITIAL; MARK; INIT none = 0; "
	  "INITIAL; NO_KEYS" },
	{ ROW("same_set_pair", REQ(STATE_SAME_SET, STATE_RESET), WITH_PAUTH),
	  "INIT " PAIR " = 0; INITIAL; MARK; INIT " PAIR " = 0; INITIAL; KEYS" },
	{ ROW("same_set_power_off", REQ(STATE_SAME_SET, STATE_RESET), WITH_POWER_OFF),
	  "INIT POWER_OFF = 0; MARK; INIT POWER_OFF = 0; INITIAL; " IS_STOPPED },
	{ ROW("same_set_sve", REQ(STATE_SAME_SET, SVE_FINALIZE), NEEDS(KVM_NEEDED, &kvm_need_sve)),
	  "INIT SVE = 0; INIT SVE = 0; REG_LIST = EPERM; FINALIZE SVE = 0; REG_LIST = 0" },
	{ ROW("same_set_after_run", REQ(STATE_SAME_SET, STATE_RESET), TO_RUN),
	  "INIT none = 0; RUN = EINTR; MARK; INIT none = 0; INITIAL; RUN = EINTR" },
	/* POWER_OFF is not asked for, so it runs again, whatever stopped it. */
	{ ROW("same_set_after_stop", REQ(STATE_SAME_SET, FEATURE_POWER_OFF), ANYWHERE),
	  "INIT none = 0; SET_MP_STATE STOPPED = 0; " IS_STOPPED "; INIT none = 0; " IS_RUNNABLE },

	ANOTHER("pair_taken_away", WITH_PAUTH, PAIR, "KEYS", "none"),
	ANOTHER("pair_added", WITH_PAUTH, "none", "NO_KEYS", PAIR),
	{ ROW("another_set_half_pair", REQ(STATE_ANOTHER_SET, STATE_REFUSED_CHANGES_NOTHING),
	      WITH_PAUTH),
	  "INIT " PAIR " = 0; MARK; INIT PTRAUTH_ADDRESS = EINVAL; INIT PTRAUTH_GENERIC = EINVAL; "
	  "MARKED; KEYS; INIT " PAIR " = 0; INITIAL; KEYS" },
	ANOTHER("psci_added", WITH_PSCI, "none", "NO_KEYS", "PSCI_0_2"),
	ANOTHER("psci_taken_away", WITH_PSCI, "PSCI_0_2", "NO_KEYS", "none"),
	{ ROW("another_set_unknown_bit", REQ(STATE_REFUSED_CHANGES_NOTHING), ANYWHERE),
	  "INIT none = 0; MARK; INIT bit31 = ENOENT|EINVAL; MARKED; INIT bit223 = ENOENT|EINVAL; "
	  "MARKED; INIT none struct=unmapped = EFAULT; MARKED; INIT none = 0; INITIAL" },
	/* What POWER_OFF asks for is done after the call was found legal, or not at all. */
	{ ROW("refused_power_off", REQ(STATE_REFUSED_CHANGES_NOTHING), WITH_POWER_OFF),
	  "INIT none = 0; INIT POWER_OFF|bit31 = ENOENT|EINVAL; " IS_RUNNABLE "; "
	  "INIT POWER_OFF target=unknown = EINVAL; " IS_RUNNABLE },
	{ ROW("another_set_after_run", REQ(STATE_ANOTHER_SET, STATE_REFUSED_CHANGES_NOTHING),
	      NEEDS(KVM_NEEDED, &kvm_need_pauth, &kvm_need_immediate_exit)),
	  "INIT " PAIR " = 0; RUN = EINTR; MARK; INIT none = EINVAL; MARKED; KEYS" },
	{ ROW("power_off_added", REQ(STATE_ANOTHER_POWER_OFF), WITH_POWER_OFF),
	  "INIT none = 0; INIT POWER_OFF = EINVAL" },
	{ ROW("power_off_taken_away", REQ(STATE_ANOTHER_POWER_OFF), WITH_POWER_OFF),
	  "INIT POWER_OFF = 0; INIT none = EINVAL" },
	{ ROW("unknown_target_later", REQ(STATE_REFUSED_CHANGES_NOTHING), ANYWHERE),
	  "INIT none = 0; MARK; INIT none target=unknown = EINVAL; MARKED; INIT none = 0; INITIAL" },
	{ ROW("another_target", REQ(STATE_ANOTHER_TARGET),
	      NEEDS(KVM_NEEDED, &kvm_need_other_target)),
	  "INIT none = 0; INIT none target=generic = EINVAL" },

	{ ROW("siblings_are_not_initialised", REQ(STATE_PER_VCPU), ANYWHERE),
	  "1: NEW_VCPU = 0; 2: NEW_VCPU = 0; 1: INIT none = 0; RUN = ENOEXEC; REG_LIST = ENOEXEC; "
	  "2: GET_REG x0 = error; 2: FINALIZE SVE = ENOEXEC; INIT none = 0; 2: INIT none = 0; "
	  "1: REG_LIST = 0" },
	{ ROW("sibling_refused", REQ(STATE_PER_VCPU), WITH_PAUTH),
	  "1: NEW_VCPU = 0; INIT " PAIR " = 0; MARK; 1: INIT PTRAUTH_ADDRESS = EINVAL; MARKED; KEYS; "
	  "1: INIT " PAIR " = 0; MARKED; 1: KEYS; INIT " PAIR " = 0; KEYS" },
	{ ROW("sibling_reset", REQ(STATE_PER_VCPU), ANYWHERE),
	  "1: NEW_VCPU = 0; INIT none = 0; 1: INIT none = 0; MARK; 1: MARK; 1: INIT none = 0; MARKED; "
	  "INIT none = 0; INITIAL" },
	/* Nothing comes over from another VM's, or from one that had its number. */
	{ ROW("another_life", REQ(STATE_PER_VCPU), ANYWHERE),
	  "INIT none = 0; MARK; vm1: NEW_VM = 0; vm1.0: NEW_VCPU = 0; vm1.0: INIT none = 0; vm1.0: INITIAL; MARKED; "
	  "CLOSE_VCPU = 0; NEW_VM = 0; NEW_VCPU = 0; INIT none = 0; INITIAL" },
	/* Not written down: allowed up to 6.4, refused since. Shown, and the vCPU works after it. */
	{ ROW("sibling_with_another_set", REQ(STATE_PER_VCPU, KERNEL_SOUND), WITH_PAUTH),
	  "1: NEW_VCPU = 0; INIT none = 0; MARK; 1: INIT " PAIR " = 0|EINVAL; MARKED; NO_KEYS" },
	{ ROW("events_before_init", REQ(STATE_EVENTS_BEFORE_INIT), ANYWHERE),
	  "GET_EVENTS = ENOEXEC; SET_EVENTS 0 = ENOEXEC; INIT none = 0; GET_EVENTS & 0xff00ff == 0; SET_EVENTS 0 = 0" },
	/* In answer to an access to MMIO, to the vector of a synchronous exception of the level itself. */
	{ ROW("external_abort", REQ(EVENTS_DELIVERED), NEEDS(KVM_NEEDED, &kvm_need_inject_abort, &kvm_need_not_protected)),
	  "INIT none = 0; BOOT = 0; EXEC NOP = 0; SET_EVENTS 0x10000 = 0; GET_REG pc == 0x40000a00; "
	  "GET_EVENTS & 0xff00ff == 0" },
	{ ROW("mp_states", REQ(MP_STATES), ANYWHERE),
	  "INIT none = 0; SET_MP_STATE 99 = EINVAL; GET_MP_STATE == 0; SET_MP_STATE STOPPED = 0; SET_MP_STATE 99 = EINVAL; "
	  IS_STOPPED "; SET_MP_STATE RUNNABLE = 0; GET_MP_STATE == 0" },
	{ ROW("pmu_not_set_up", REQ(PMU_SET_UP), NEEDS(KVM_NEEDED, &kvm_need_pmu_v3, &kvm_need_immediate_exit)),
	  "INIT PMU_V3 = 0; RUN = EINVAL; GET_REG x0 == 0; PMU INIT = 0; RUN = EINTR" },
	{ ROW("pmu_filter_late", REQ(PMU_SET_UP), NEEDS(KVM_NEEDED, &kvm_need_pmu_v3, &kvm_need_immediate_exit)),
	  "1: NEW_VCPU = 0; INIT PMU_V3 = 0; 1: INIT PMU_V3 = 0; PMU FILTER = 0; PMU INIT = 0; RUN = EINTR; "
	  "1: PMU FILTER = EBUSY" },
	{ ROW("pmu_of_none", REQ(PMU_SET_UP), ANYWHERE), "PMU INIT = error; INIT none = 0; PMU INIT = error; PMU FILTER = error" },
	{ ROW("filter", REQ(SMCCC_FILTER), NEEDS(KVM_NEEDED, &kvm_need_psci_0_2, &kvm_need_filter, &kvm_need_immediate_exit)),
	  "INIT PSCI_0_2 = 0; FILTER deny 0x86000000 0 = EINVAL; FILTER deny 0 0 = EINVAL; FILTER 99 0x86000000 1 = EINVAL; "
	  "FILTER deny 0xffffff00 0x200 = EINVAL; FILTER deny 0x80000000 1 = EEXIST; FILTER deny 0xc0000000 1 = EEXIST; "
	  "FILTER deny 0x84000000 2 = 0; FILTER deny 0x84000001 1 = EEXIST; BOOT = 0; "
	  "EXEC HVC 0x84000000 == 0xffffffffffffffff; FILTER deny 0x86000000 1 = EBUSY" },
	{ ROW("bitmaps", REQ(FIRMWARE_BITMAPS), NEEDS(KVM_NEEDED, &kvm_need_filter, &kvm_need_immediate_exit)),
	  "INIT none = 0; GET_REG STD_BMAP as a; SET_REG STD_BMAP 0x8000000000000000 = EINVAL; GET_REG STD_BMAP == a; "
	  "SET_REG STD_HYP_BMAP 0x8000000000000000 = EINVAL; SET_REG VENDOR_HYP_BMAP 0x8000000000000000 = EINVAL; "
	  "SET_REG STD_BMAP 0 = 0; GET_REG STD_BMAP == 0; SET_REG STD_BMAP a = 0; RUN = EINTR; SET_REG STD_BMAP a = 0|EBUSY; "
	  "GET_REG VENDOR_HYP_BMAP != 0; SET_REG VENDOR_HYP_BMAP 0 = EBUSY; GET_REG VENDOR_HYP_BMAP != 0" },
	{ ROW("bitmaps_seen", REQ(FIRMWARE_BITMAPS), NEEDS(KVM_NEEDED, &kvm_need_filter), .control = &kvm_guest_runs),
	  .judge = judge_bitmaps_seen },
	{ ROW("imp_id", REQ(ID_KEPT), NEEDS(KVM_NEEDED, &kvm_need_imp_id)),
	  "NEW_VM = 0; ENABLE WRITABLE_IMP_ID_REGS = 0; NEW_VCPU = 0; 1: NEW_VCPU = 0; INIT none = 0; 1: INIT none = 0; "
	  "SET_REG MIDR_EL1 0x410fd0c0 = 0; GET_REG MIDR_EL1 == 0x410fd0c0; 1: GET_REG MIDR_EL1 == 0x410fd0c0; "
	  "SET_REG REVIDR_EL1 0x11 = 0; SET_REG AIDR_EL1 0x22 = 0; INIT none = 0; GET_REG MIDR_EL1 == 0x410fd0c0; "
	  "GET_REG REVIDR_EL1 == 0x11; GET_REG AIDR_EL1 == 0x22; BOOT = 0; READ MIDR_EL1 == 0x410fd0c0" },
	{ ROW("imp_id_late", REQ(ID_KEPT), NEEDS(KVM_NEEDED, &kvm_need_imp_id)),
	  "ENABLE WRITABLE_IMP_ID_REGS = EINVAL; INIT none = 0; GET_REG MIDR_EL1 as a; SET_REG MIDR_EL1 0x410fd0c0 = error; GET_REG MIDR_EL1 == a" },
	{ ROW("preferred_target", REQ(PREFERRED_TARGET), ANYWHERE),
	  "INIT_PREFERRED = 0; REG_LIST = 0" },
};

const struct uc_topic kvm_state_topic = KVM_TOPIC("state", rows);
