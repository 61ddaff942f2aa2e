// SPDX-License-Identifier: GPL-2.0-only
/*
 * A first KVM_ARM_VCPU_INIT that is refused:
 *
 * EFAULT	the struct cannot be read
 * EINVAL	the target is unknown
 * ENOENT	a bit of features is unknown, in any of its seven words
 * EINVAL	a feature is not supported (topic features), or the pair is torn (pairing)
 *
 * and, where there are two reasons, the upper one here is the answer. And each
 * call on a file of another kind than its own, where released kernels say
 * ENOTTY or EINVAL.
 */
#include "../../harness/buffer.h"
#include "../../harness/verdict.h"
#include "play.h"
#include "rows.h"

enum { SYSTEM_FILE, VM_FILE, VCPU_FILE, FILES };

static void judge_wrong_file(const struct kvm_row *row, const struct kvm_facts *facts UNUSED)
{
	static const struct {
		unsigned long request;
		const char *name;
		unsigned int files;	/* that know it */
	} calls[] = {
#define CALL(name, files)	{ name, #name, files }
#define OF_SYSTEM		(1u << SYSTEM_FILE)
#define OF_VM			(1u << VM_FILE)
#define OF_VCPU			(1u << VCPU_FILE)
		CALL(KVM_CREATE_VM, OF_SYSTEM), CALL(KVM_GET_VCPU_MMAP_SIZE, OF_SYSTEM),
		CALL(KVM_CHECK_EXTENSION, OF_SYSTEM | OF_VM), CALL(KVM_CREATE_VCPU, OF_VM),
		CALL(KVM_SET_USER_MEMORY_REGION, OF_VM), CALL(KVM_ARM_PREFERRED_TARGET, OF_VM),
		CALL(KVM_ARM_GET_REG_WRITABLE_MASKS, OF_VM), CALL(KVM_ENABLE_CAP, OF_VM | OF_VCPU),
		CALL(KVM_RUN, OF_VCPU), CALL(KVM_ARM_VCPU_INIT, OF_VCPU), CALL(KVM_ARM_VCPU_FINALIZE, OF_VCPU),
		CALL(KVM_GET_ONE_REG, OF_VCPU), CALL(KVM_SET_ONE_REG, OF_VCPU), CALL(KVM_GET_REG_LIST, OF_VCPU),
		CALL(KVM_GET_MP_STATE, OF_VCPU), CALL(KVM_SET_MP_STATE, OF_VCPU),
		CALL(KVM_GET_VCPU_EVENTS, OF_VCPU), CALL(KVM_SET_VCPU_EVENTS, OF_VCPU),
		CALL(KVM_SET_DEVICE_ATTR, OF_VM | OF_VCPU),
	};
	static const char *const kinds[] = { "/dev/kvm", "a VM", "a vCPU" };
	const int open[] = { kvm_system_file(), kvm_vm_file(), kvm_vcpu_file(0, 0) };

	for (unsigned int i = 0; i < UC_ARRAY_SIZE(calls); i++) {
		for (unsigned int kind = 0; kind < FILES; kind++) {
			/* What takes a number, or nothing, takes 0. */
			const size_t size = calls[i].request >> 16 & 0x3fff;
			const size_t buffers = uc_buffers_mark();
			void *argument;
			int result;

			if (calls[i].files & 1u << kind)
				continue;
			argument = size ? uc_guarded(size) : NULL;
			result = kvm_ioctl(open[kind], calls[i].request, argument);
			uc_check(result < 0 && (!size || uc_poison_broken(argument, 0, size) == size),
				 "call:     %s on %s\nexpected: an error, and nothing written\ngot:      %s",
				 calls[i].name, kinds[kind], kvm_result_name(result));
			uc_buffers_release(buffers);
		}
	}
	kvm_tell_before("all of these");
	kvm_play("%s", row->steps);
}

#define ROW(name, requirement) \
	.row = { .id = "kvm_arm_caps.errors." name, REQ(requirement), NEEDS(KVM_NEEDED), \
		 .control = &kvm_control_plain }
#define PAUTH_ROW(name, requirement) \
	.row = { .id = "kvm_arm_caps.errors." name, REQ(requirement), \
		 NEEDS(KVM_NEEDED, &kvm_need_pauth), .control = &kvm_control_pauth }
#define NO_PAUTH_ROW(name, requirement) \
	.row = { .id = "kvm_arm_caps.errors." name, REQ(requirement), \
		 NEEDS(KVM_NEEDED, &kvm_need_no_pauth), .control = &kvm_control_plain }

/* Feature bits are handed out from below: the top of word 0 will be the last to get a meaning. */
#define TOP	"bit31"
#define UNKNOWN(bit)	"INIT bit" #bit " = ENOENT; "

static const struct kvm_row rows[] = {
	{ ROW("pointer_not_mapped", ERRNO_POINTER), "INIT none struct=unmapped = EFAULT" },
	/* All ones, and the preferred one with more above it. */
	{ ROW("unknown_targets", ERRNO_TARGET),
	  "INIT none target=unknown = EINVAL; INIT none target=wide = EINVAL" },

	{ ROW("targets", ERRNO_TARGET),
	  "INIT none target=6 = 0|EINVAL; NEW_VM = 0; NEW_VCPU = 0; INIT none target=7 = 0|EINVAL; "
	  "NEW_VM = 0; NEW_VCPU = 0; INIT none target=0 = 0|EINVAL; "
	  "1: NEW_VCPU = 0; 1: INIT none target=1 = 0|EINVAL; 2: NEW_VCPU = 0; 2: INIT none target=2 = 0|EINVAL; "
	  "NEW_VM = 0; NEW_VCPU = 0; INIT none target=3 = 0|EINVAL; 1: NEW_VCPU = 0; 1: INIT none target=4 = 0|EINVAL" },
	{ ROW("unknown_bit_at_top_of_word_0", ERRNO_UNKNOWN_BIT), UNKNOWN(31) },
	/* Lowest and highest of each. */
	{ ROW("unknown_bits_of_words_1_to_6", ERRNO_UNKNOWN_BIT),
	  UNKNOWN(32) UNKNOWN(63) UNKNOWN(64) UNKNOWN(95) UNKNOWN(96) UNKNOWN(127) UNKNOWN(128)
	  UNKNOWN(159) UNKNOWN(160) UNKNOWN(191) UNKNOWN(192) UNKNOWN(223) },

	{ ROW("target_before_unknown_bit", ERRNO_PRECEDENCE),
	  "INIT " TOP " target=unknown = EINVAL; INIT bit223 target=unknown = EINVAL" },
	{ PAUTH_ROW("unknown_bit_before_pairing", ERRNO_PRECEDENCE),
	  "INIT PTRAUTH_ADDRESS|" TOP " = ENOENT; INIT PTRAUTH_GENERIC|bit223 = ENOENT" },
	{ NO_PAUTH_ROW("unknown_bit_before_unsupported", ERRNO_PRECEDENCE),
	  "INIT PTRAUTH_ADDRESS|PTRAUTH_GENERIC|" TOP " = ENOENT; "
	  "INIT PTRAUTH_ADDRESS|bit223 = ENOENT" },
	{ ROW("wrong_file", WRONG_FILE), "INIT none = 0", judge_wrong_file },
	{ ROW("pointer_before_all", ERRNO_PRECEDENCE),
	  "INIT PTRAUTH_ADDRESS|" TOP " target=unknown struct=short = EFAULT" },
};

const struct uc_topic kvm_errors_topic = KVM_TOPIC("errors", rows);
