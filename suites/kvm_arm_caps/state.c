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
#include "marks.h"
#include "script.h"
#include "topics.h"

#define ROW(name, ...) \
	.row = { .id = "kvm_arm_caps.state." name, __VA_ARGS__ }
#define ANYWHERE	NEEDS(KVM_NEEDED)
#define WITH_PAUTH	NEEDS(KVM_NEEDED, &kvm_need_pauth)
#define WITH_PSCI	NEEDS(KVM_NEEDED, &kvm_need_psci_0_2)
#define WITH_POWER_OFF	NEEDS(KVM_NEEDED, &kvm_need_power_off)
#define BOTH		(ADDRESS | GENERIC)
#define INITIAL		STEP_VALUE(INITIAL, PSTATE_EL1)

/* Nothing works, and a legal call then is like a first one. Five steps. */
#define NOT_INITIALISED \
	CALL(OP_RUN, MAY_ENOEXEC), CALL(OP_GET_REG, MAY_FAIL), CALL(OP_SET_REG, MAY_FAIL), \
	CALL(OP_REG_LIST, MAY_ENOEXEC), CALL(OP_FINALIZE_SVE, MAY_ENOEXEC)

/* Two first calls are refused; what the vCPU answers then is as if they had never been made. */
#define AFTER(name, needs, refused, too) \
	{ ROW("after_" name, REQ(STATE_AFTER_REJECTION), needs), \
	  { refused, too, NOT_INITIALISED, INIT(0, MAY_OK), INITIAL, STEP(NO_KEYS) } }

/* Accepted with one set, refused with another: marks and features stay, and the first set still works. */
#define ANOTHER(name, needs, first, keys, second) \
	{ ROW("another_set_" name, REQ(STATE_ANOTHER_SET, STATE_REFUSED_CHANGES_NOTHING), needs), \
	  { INIT(first, MAY_OK), STEP(MARK), INIT(second, MAY_EINVAL), STEP(MARKED), \
	    STEP(keys), INIT(first, MAY_OK), INITIAL, STEP(keys) } }

static const struct kvm_script rows[] = {
	{ ROW("run_before_init", REQ(STATE_RUN_BEFORE_INIT),
	      NEEDS(KVM_NEEDED, &kvm_need_immediate_exit)),
	  { CALL(OP_RUN, MAY_ENOEXEC), INIT(0, MAY_OK), CALL(OP_RUN, MAY_EINTR) } },
	{ ROW("registers_before_init", REQ(STATE_REGISTERS_BEFORE_INIT), ANYWHERE),
	  { CALL(OP_GET_REG, MAY_FAIL), CALL(OP_SET_REG, MAY_FAIL),
	    CALL(OP_REG_LIST, MAY_ENOEXEC), INIT(0, MAY_OK), CALL(OP_GET_REG, MAY_OK),
	    CALL(OP_SET_REG, MAY_OK), CALL(OP_REG_LIST, MAY_OK) } },
	{ ROW("finalize_before_init", REQ(STATE_FINALIZE_BEFORE_INIT), ANYWHERE),
	  { CALL(OP_FINALIZE_SVE, MAY_ENOEXEC), CALL(OP_FINALIZE_UNKNOWN, MAY_ENOEXEC),
	    INIT(0, MAY_OK) } },

	AFTER("bad_pointer_and_target", ANYWHERE,
	      INIT_CALL(MAY_EFAULT, .features = BOTH, .pointer = ONE_BYTE_SHORT),
	      INIT_CALL(MAY_EINVAL, .features = BOTH, .target = UNKNOWN_TARGET)),
	AFTER("unknown_bits", ANYWHERE, INIT_CALL(MAY_ENOENT, .features = BOTH, .extra_bit = 31),
	      INIT_CALL(MAY_ENOENT, .features = BOTH, .extra_bit = 32)),
	AFTER("torn_pair", WITH_PAUTH, INIT(ADDRESS, MAY_EINVAL), INIT(GENERIC, MAY_EINVAL)),
	AFTER("unsupported_pair", NEEDS(KVM_NEEDED, &kvm_need_no_pauth), INIT(BOTH, MAY_EINVAL),
	      INIT(ADDRESS, MAY_EINVAL)),
	AFTER("unsupported_sve", NEEDS(KVM_NEEDED, &kvm_need_no_sve), INIT(SVE, MAY_EINVAL),
	      INIT(SVE, MAY_EINVAL)),
	/* The refused set has bits that the accepted one lacks, and the other way round. */
	{ ROW("pair_after_address_only", REQ(STATE_AFTER_REJECTION), WITH_PAUTH),
	  { INIT(ADDRESS, MAY_EINVAL), NOT_INITIALISED, INIT(BOTH, MAY_OK), INITIAL,
	    STEP(KEYS) } },
	{ ROW("none_after_generic_with_sve", REQ(STATE_AFTER_REJECTION),
	      NEEDS(KVM_NEEDED, &kvm_need_pauth, &kvm_need_sve)),
	  { INIT(GENERIC | SVE, MAY_EINVAL), INIT(0, MAY_OK), INITIAL, STEP(NO_KEYS),
	    INIT(0, MAY_OK), INIT(SVE, MAY_EINVAL) } },

	{ ROW("same_set_none", REQ(STATE_SAME_SET, STATE_RESET), ANYWHERE),
	  { INIT(0, MAY_OK), INITIAL, STEP(MARK), STEP(MARKED), INIT(0, MAY_OK), INITIAL,
	    STEP(MARK), INIT(0, MAY_OK), INITIAL, STEP(NO_KEYS) } },
	{ ROW("same_set_pair", REQ(STATE_SAME_SET, STATE_RESET), WITH_PAUTH),
	  { INIT(BOTH, MAY_OK), INITIAL, STEP(MARK), INIT(BOTH, MAY_OK), INITIAL, STEP(KEYS) } },
	{ ROW("same_set_power_off", REQ(STATE_SAME_SET, STATE_RESET), WITH_POWER_OFF),
	  { INIT(POWER_OFF, MAY_OK), STEP(MARK), INIT(POWER_OFF, MAY_OK), INITIAL,
	    STEP_VALUE(MP_STATE, KVM_MP_STATE_STOPPED) } },
	{ ROW("same_set_sve", REQ(STATE_SAME_SET, SVE_FINALIZE),
	      NEEDS(KVM_NEEDED, &kvm_need_sve)),
	  { INIT(SVE, MAY_OK), INIT(SVE, MAY_OK), CALL(OP_REG_LIST, MAY_EPERM),
	    CALL(OP_FINALIZE_SVE, MAY_OK), CALL(OP_REG_LIST, MAY_OK) } },
	{ ROW("same_set_after_run", REQ(STATE_SAME_SET, STATE_RESET),
	      NEEDS(KVM_NEEDED, &kvm_need_immediate_exit)),
	  { INIT(0, MAY_OK), CALL(OP_RUN, MAY_EINTR), STEP(MARK), INIT(0, MAY_OK), INITIAL,
	    CALL(OP_RUN, MAY_EINTR) } },

	/* POWER_OFF is not asked for, so it runs again, whatever stopped it. */
	{ ROW("same_set_after_stop", REQ(STATE_SAME_SET, FEATURE_POWER_OFF), ANYWHERE),
	  { INIT(0, MAY_OK), STEP(STOP), STEP_VALUE(MP_STATE, KVM_MP_STATE_STOPPED),
	    INIT(0, MAY_OK), STEP_VALUE(MP_STATE, KVM_MP_STATE_RUNNABLE) } },

	ANOTHER("pair_taken_away", WITH_PAUTH, BOTH, KEYS, 0),
	ANOTHER("pair_added", WITH_PAUTH, 0, NO_KEYS, BOTH),
	{ ROW("another_set_half_pair", REQ(STATE_ANOTHER_SET, STATE_REFUSED_CHANGES_NOTHING),
	      WITH_PAUTH),
	  { INIT(BOTH, MAY_OK), STEP(MARK), INIT(ADDRESS, MAY_EINVAL), INIT(GENERIC, MAY_EINVAL),
	    STEP(MARKED), STEP(KEYS), INIT(BOTH, MAY_OK), INITIAL, STEP(KEYS) } },
	ANOTHER("psci_added", WITH_PSCI, 0, NO_KEYS, PSCI_0_2),
	ANOTHER("psci_taken_away", WITH_PSCI, PSCI_0_2, NO_KEYS, 0),
	{ ROW("another_set_unknown_bit", REQ(STATE_REFUSED_CHANGES_NOTHING), ANYWHERE),
	  { INIT(0, MAY_OK), STEP(MARK),
	    INIT_CALL(MAY_ENOENT | MAY_EINVAL, .extra_bit = 31), STEP(MARKED),
	    INIT_CALL(MAY_ENOENT | MAY_EINVAL, .extra_bit = 223), STEP(MARKED),
	    INIT_CALL(MAY_EFAULT, .pointer = UNMAPPED), STEP(MARKED), INIT(0, MAY_OK), INITIAL } },
	/* What POWER_OFF asks for is done after the call was found legal, or not at all. */
	{ ROW("refused_power_off", REQ(STATE_REFUSED_CHANGES_NOTHING), WITH_POWER_OFF),
	  { INIT(0, MAY_OK),
	    INIT_CALL(MAY_ENOENT | MAY_EINVAL, .features = POWER_OFF, .extra_bit = 31),
	    STEP_VALUE(MP_STATE, KVM_MP_STATE_RUNNABLE),
	    INIT_CALL(MAY_EINVAL, .features = POWER_OFF, .target = UNKNOWN_TARGET),
	    STEP_VALUE(MP_STATE, KVM_MP_STATE_RUNNABLE) } },
	{ ROW("another_set_after_run", REQ(STATE_ANOTHER_SET, STATE_REFUSED_CHANGES_NOTHING),
	      NEEDS(KVM_NEEDED, &kvm_need_pauth, &kvm_need_immediate_exit)),
	  { INIT(BOTH, MAY_OK), CALL(OP_RUN, MAY_EINTR), STEP(MARK), INIT(0, MAY_EINVAL),
	    STEP(MARKED), STEP(KEYS) } },
	{ ROW("power_off_added", REQ(STATE_ANOTHER_POWER_OFF), WITH_POWER_OFF),
	  { INIT(0, MAY_OK), INIT(POWER_OFF, MAY_EINVAL) } },
	{ ROW("power_off_taken_away", REQ(STATE_ANOTHER_POWER_OFF), WITH_POWER_OFF),
	  { INIT(POWER_OFF, MAY_OK), INIT(0, MAY_EINVAL) } },
	{ ROW("unknown_target_later", REQ(STATE_REFUSED_CHANGES_NOTHING), ANYWHERE),
	  { INIT(0, MAY_OK), STEP(MARK), INIT_CALL(MAY_EINVAL, .target = UNKNOWN_TARGET),
	    STEP(MARKED), INIT(0, MAY_OK), INITIAL } },
	{ ROW("another_target", REQ(STATE_ANOTHER_TARGET),
	      NEEDS(KVM_NEEDED, &kvm_need_other_target)),
	  { INIT(0, MAY_OK), INIT_CALL(MAY_EINVAL, .target = GENERIC_V8) } },

	{ ROW("siblings_are_not_initialised", REQ(STATE_PER_VCPU), ANYWHERE),
	  { INIT_OF(1, 0, MAY_OK), CALL_OF(0, OP_RUN, MAY_ENOEXEC),
	    CALL_OF(0, OP_REG_LIST, MAY_ENOEXEC), CALL_OF(2, OP_GET_REG, MAY_FAIL),
	    CALL_OF(2, OP_FINALIZE_SVE, MAY_ENOEXEC), INIT_OF(0, 0, MAY_OK),
	    INIT_OF(2, 0, MAY_OK), CALL_OF(1, OP_REG_LIST, MAY_OK) } },
	{ ROW("sibling_refused", REQ(STATE_PER_VCPU), WITH_PAUTH),
	  { INIT_OF(0, BOTH, MAY_OK), STEP_OF(0, MARK), INIT_OF(1, ADDRESS, MAY_EINVAL),
	    STEP_OF(0, MARKED), STEP_OF(0, KEYS), INIT_OF(1, BOTH, MAY_OK), STEP_OF(0, MARKED),
	    STEP_OF(1, KEYS), INIT_OF(0, BOTH, MAY_OK), STEP_OF(0, KEYS) } },
	{ ROW("sibling_reset", REQ(STATE_PER_VCPU), ANYWHERE),
	  { INIT_OF(0, 0, MAY_OK), INIT_OF(1, 0, MAY_OK), STEP_OF(0, MARK), STEP_OF(1, MARK),
	    INIT_OF(1, 0, MAY_OK), STEP_OF(0, MARKED), INIT_OF(0, 0, MAY_OK), INITIAL } },
	/* Not written down: allowed up to 6.4, refused since. Shown, and the vCPU works after it. */
	{ ROW("sibling_with_another_set", REQ(STATE_PER_VCPU), WITH_PAUTH),
	  { INIT_OF(0, 0, MAY_OK), STEP_OF(0, MARK), INIT_OF(1, BOTH, MAY_OK | MAY_EINVAL),
	    STEP_OF(0, MARKED), STEP_OF(0, NO_KEYS) } },
	{ ROW("preferred_target", REQ(PREFERRED_TARGET), ANYWHERE),
	  { STEP(PREFERRED), CALL(OP_REG_LIST, MAY_OK) } },
};

const struct uc_topic kvm_state_topic = UC_BATCH_TOPIC("state", rows, kvm_run_script);
