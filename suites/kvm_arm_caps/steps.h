/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One call as data, and as text: what rows, --replay, explorations and the
 * programs that show a failure are made of. Pure: no system calls.
 *
 *	1: INIT SVE|PTRAUTH_ADDRESS target=unknown = EINVAL
 *
 * The vCPU (0 if it is not said; "vm1." or "vm1.2" for the second VM's), the
 * word of the call, what it is given, and what must come back: "= 0",
 * "= EPERM|EINVAL", "= error", or for what is read "== 0x3c5". A step that
 * does not say what must come back is judged by the rules (rules.h). VM 0
 * with vCPU 0 is there at the start. Steps are separated by ";".
 *
 * Some words stand for several steps, for the sake of rows:
 *	MARK, MARKED	write canary values to some registers; they are there still
 *	INITIAL		these registers, and PSTATE, are as after a reset to EL1
 *	KEYS, NO_KEYS	each of the ten key registers can be read; is ENOENT
 */
#ifndef KVM_ARM_CAPS_STEPS_H
#define KVM_ARM_CAPS_STEPS_H

#include <stddef.h>

#include "../../harness/words.h"
#include "features.h"

#define KVM_VMS		2
#define KVM_VCPUS	3	/* of a VM */
#define KVM_STEPS	128	/* of a row at most, words that stand for several counted so */

enum kvm_op {
	DO_INIT,
	DO_INIT_PREFERRED,	/* with the struct that KVM_ARM_PREFERRED_TARGET returns */
	DO_RUN,			/* with immediate_exit */
	DO_FINALIZE,		/* which: index into kvm_finalizable */
	DO_GET_REG,		/* which: enum kvm_register_index */
	DO_SET_REG,		/* to value */
	DO_GET_ID,		/* which: index into kvm_id_registers */
	DO_SET_ID,		/* to what it is, with the bits of value inverted */
	DO_REG_LIST,		/* which: enum kvm_room */
	DO_GET_LENGTHS,		/* SVE's */
	DO_SET_LENGTHS,		/* which: 0 to what they are, 1 to 128 bits alone, which every CPU with SVE can do */
	DO_GET_MP_STATE,
	DO_SET_MP_STATE,	/* which: 0 runnable, 1 stopped */
	DO_NEW_VCPU,
	DO_CLOSE_VCPU,		/* its number stays taken */
	/* The following act on no vCPU. */
	DO_CHECK_SYSTEM,	/* KVM_CHECK_EXTENSION of /dev/kvm; which: feature, or KVM_FEATURES for 169 */
	DO_CHECK_VM,
	DO_PREFERRED,
	DO_MASKS,		/* KVM_ARM_GET_REG_WRITABLE_MASKS; which: as DO_GET_ID */
	DO_ENABLE_MTE,
	DO_NEW_VM,		/* in place of the one that was there */
	DO_CLOSE_VM,		/* its vCPUs stay */
	KVM_OPS
};

/* How much room KVM_GET_REG_LIST is given. */
enum kvm_room { ROOM_PLENTY, ROOM_NONE, ROOM_SHORT, ROOM_EXACT };

enum kvm_target {
	PREFERRED,
	GENERIC_V8,
	UNKNOWN_TARGET,		/* all ones */
	WIDE_TARGET,		/* the preferred one, if its upper half is not looked at */
};
/* Where DO_INIT's struct is. */
enum kvm_pointer { READABLE, UNMAPPED, ONE_BYTE_SHORT, AT_PAGE_END, READ_ONLY };

/* Sets of answers. More than one: the documents leave it open. */
#define MAY_OK		(1u << 0)
#define MAY_EINVAL	(1u << 1)
#define MAY_ENOENT	(1u << 2)
#define MAY_EFAULT	(1u << 3)
#define MAY_ENOEXEC	(1u << 4)
#define MAY_EPERM	(1u << 5)
#define MAY_EINTR	(1u << 6)	/* KVM_RUN was asked not to enter the guest, and did not */
#define MAY_EBUSY	(1u << 7)
#define MAY_EEXIST	(1u << 8)
#define MAY_E2BIG	(1u << 9)
#define MAY_OTHER	(1u << 10)	/* any error without a name here */
#define MAY_ANYTHING	((MAY_OTHER << 1) - 1)
#define MAY_FAIL	(MAY_ANYTHING & ~(MAY_OK | MAY_EINTR))
#define AND_VALUE	(1u << 31)	/* in a step's answers: and .value must be what is read */

struct kvm_step {
	uint8_t op;		/* enum kvm_op */
	uint8_t vm, vcpu;	/* which one it acts on */
	uint8_t which;
	uint8_t target, pointer;	/* DO_INIT's: enum kvm_target, enum kvm_pointer */
	uint16_t extra_bit;	/* DO_INIT's: one more, of all 224, if it is not 0 */
	uint32_t features;	/* DO_INIT's features[0] */
	uint32_t answers;	/* that must come back; 0: what the rules say */
	uint64_t value;
};

/* What KVM_ARM_VCPU_FINALIZE is asked for; the first is the one that can be. */
#define KVM_FINALIZABLE	4
extern const int kvm_finalizable[KVM_FINALIZABLE];

/* What DO_SET_MP_STATE sets, and which capability DO_CHECK_... asks for, by .which. */
extern const unsigned int kvm_mp_states[2];
unsigned int kvm_capability(unsigned int which);

/* How many bytes can be read from where DO_INIT's struct begins. */
unsigned int kvm_mapped_bytes(const struct kvm_step *step);

/* The words of the calls; how many things one can be about, their names, and whether it takes a value. */
extern const char *const kvm_op_words[KVM_OPS];
unsigned int kvm_which_count(unsigned int op);
const char *kvm_which_name(unsigned int op, unsigned int which);	/* "" is what is meant without a word */
bool kvm_op_takes_value(unsigned int op);

/* The words of DO_INIT's target= and struct=. */
extern const char *const kvm_target_words[WIDE_TARGET + 1], *const kvm_pointer_words[READ_ONLY + 1];

/*
 * Read one step to @steps, where there is room for so many; returns how many it stands for, or 0
 * after a fault.
 */
unsigned int kvm_parse_step(struct uc_words *words, struct kvm_step *steps, unsigned int room);

/* The same for all steps of a text; -1 after a fault, which is in @wrong. */
int kvm_parse(const char *text, struct kvm_step *steps, unsigned int room, char *wrong,
	      size_t size);

/* The step as kvm_parse() takes it. */
void kvm_step_text(const struct kvm_step *step, char *text, size_t size);

/*
 * The call by its name in the UAPI and its arguments, as failures tell it. The
 * string is in one of four static buffers that take turns.
 */
const char *kvm_call_name(const void *step);

/* The struct that DO_INIT passes, where KVM_ARM_PREFERRED_TARGET returned this target. */
void kvm_init_struct(const struct kvm_step *step, uint32_t preferred, struct kvm_vcpu_init *init);

/* 0 or a negative errno as a set of one. */
uint32_t kvm_answer(int result);

/* "0", "EINVAL or EPERM", "an error"; @separator is " or ". One of four static buffers. */
const char *kvm_answers_name(uint32_t answers, const char *separator);

#endif /* KVM_ARM_CAPS_STEPS_H */
