/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One call as data, and as text: what rows, --replay, explorations and the
 * programs that show a failure are made of. Pure: no system calls.
 *
 *	1: INIT SVE|PTRAUTH_ADDRESS target=unknown = EINVAL
 *
 * The vCPU (0 if it is not said; "vm1." or "vm1.2" for the second VM's), the
 * word of the call, what it is given, and what must come back: "= 0",
 * "= EPERM|EINVAL", "= error"; for what is read "== 0x3c5" or "!= 5", perhaps
 * under a mask, "& 0xff == 1". A step that does not say what must come back
 * is judged by the rules (rules.h). "as a" keeps what was read, and "a" then
 * stands for it where a number may stand. VM 0 with vCPU 0 is there at the
 * start. Steps are separated by ";".
 *
 * A register is one of registers.inc's, a field of one ("ID_AA64PFR0_EL1.SVE",
 * which is moved alone), or an id of KVM_GET_ONE_REG. BOOT makes a vCPU one
 * that executes operations (reproducer/guest.c): "EXEC PACIA+AUTIA 0x1230 7"
 * has the guest execute these with the two numbers in X0 and X1 and reads X0;
 * READ and WRITE are its own MRS and MSR, "INSTRUCTION 0xd503201f 7" any one, by its word. Of a row, those that follow each
 * other on one vCPU are one KVM_RUN; of --replay and explorations one each.
 *
 * Some words stand for several steps, for the sake of rows:
 *	MARK, MARKED	write canary values to some registers; they are there still
 *	INITIAL		these registers, and PSTATE, are as after a reset to EL1
 *	KEYS, NO_KEYS	each of the ten key registers can be read; is ENOENT
 *	SET_KEYS 1	write the ten key registers; each number stands for ten others
 *	SET_KEYS_DOWN 1	the same from the last to the first
 *	KEYS_ARE 1, KEYS_LOST 1	each is what that wrote; none is
 *	GUEST_SETS_KEYS 1, GUEST_HAS_KEYS 1, GUEST_LOST_KEYS 1	the same by the guest
 */
#ifndef KVM_ARM_CAPS_STEPS_H
#define KVM_ARM_CAPS_STEPS_H

#include <stddef.h>

#include "../../harness/steps.h"
#include "features.h"

#define KVM_VMS		2
#define KVM_VCPUS	3	/* of a VM */
#define KVM_STEPS	128	/* of a row at most, words that stand for several counted so */

enum kvm_op {
#define OP(word, ...)	DO_##word,
#include "ops.inc"
	KVM_OPS
};
#define KVM_ABOUT_VCPU(op)	((op) < DO_CHECK)

/* What a step needs to be there: an open vCPU, an open VM, a guest that would execute. */
enum kvm_needs { ON_VCPU = 1, ON_VM = 2, IN_GUEST = 4 };

/* How much room KVM_GET_REG_LIST is given. */
enum kvm_room { ROOM_PLENTY, ROOM_NONE, ROOM_SHORT, ROOM_EXACT };

enum kvm_target {
	PREFERRED,
	GENERIC_V8,
	UNKNOWN_TARGET,		/* all ones */
	WIDE_TARGET,		/* the preferred one, if its upper half is not looked at */
	TARGET_0,		/* and the other numbers below 8 */
	KVM_TARGETS = TARGET_0 + 7
};
/* Where DO_INIT's struct is. */
enum kvm_pointer { READABLE, UNMAPPED, ONE_BYTE_SHORT, AT_PAGE_END, READ_ONLY };

/* Of a guest's execution, besides errno. */
#define KVM_UNDEF	1000
#define KVM_FPAC	1001

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
#define MAY_UNDEF	(1u << 10)	/* the operation is undefined */
#define MAY_FPAC	(1u << 11)	/* the exception of a pointer that does not authenticate */
#define MAY_OTHER	(1u << 12)	/* any error, exception or exit without a name here */
#define MAY_ANYTHING	((MAY_OTHER << 1) - 1)
#define MAY_FAIL	(MAY_ANYTHING & ~(MAY_OK | MAY_EINTR))
/* In a step's answers: .value must be what is read, or must not. */
#define AND_VALUE	(1u << 31)
#define AND_NOT_VALUE	(1u << 30)

#define KVM_SLOTS	6	/* "a" to "f" */
#define KVM_HOST	(KVM_SLOTS + 1)	/* "host": what EL0 reads of this id register, under the mask */
#define KVM_SEQUENCE	4	/* operations of a step */

struct kvm_step {
	uint8_t op;		/* enum kvm_op */
	uint8_t vm, vcpu;	/* which one it acts on */
	uint8_t which;
	uint8_t target, pointer;	/* DO_INIT's: enum kvm_target, enum kvm_pointer */
	uint16_t extra_bit;	/* DO_INIT's: one more, of all 224, if it is not 0 */
	uint32_t features;	/* DO_INIT's features[0] */
	uint32_t answers;	/* that must come back; 0: what the rules say */
	uint8_t operations[KVM_SEQUENCE];	/* 1 and their index; 0 ends */
	uint8_t shift, bits;	/* of a field; 0 bits: all */
	/* Slots, 1 for "a": where what is read is kept; that the arguments, the value are read from. */
	uint8_t keep, from[3];
	uint64_t id;		/* of a register */
	uint64_t arguments[2];
	uint64_t mask, value;	/* what must be read; no mask: all of it */
};

/* KVM_ENABLE_CAP's, and what is said of KVM_CHECK_EXTENSION's, by .which. */
enum { ENABLE_MTE };
unsigned int kvm_capability(unsigned int which);

/* How many bytes can be read from where DO_INIT's struct begins. */
unsigned int kvm_mapped_bytes(const struct kvm_step *step);

/* The steps' words, and what comes behind them. */
extern const char *const kvm_op_words[KVM_OPS];
struct kvm_op_form {
	const char *text;	/* the call, for messages */
	const char *const *names;	/* of what .which says; "" is what is meant without a word */
	const uint32_t *values;	/* that the call is given for them; NULL: .which */
	unsigned int count;
	bool feature;		/* .which is a feature instead, or KVM_FEATURES for "169" */
	bool id;		/* there is a register */
	unsigned char arguments;
};
extern const struct kvm_op_form kvm_op_forms[KVM_OPS];

/*
 * What the call is given (a[] in reproducer/), where KVM_ARM_PREFERRED_TARGET returned this
 * target; from: slots, as in the step. DO_EXEC's first is for the player.
 */
struct kvm_given {
	uint64_t a[6];
	uint8_t from[6];
	unsigned int count;
};
void kvm_what_is_given(const struct kvm_step *step, uint32_t preferred, struct kvm_given *given);

/* The words of DO_INIT's target= and struct=. */
extern const char *const kvm_target_words[KVM_TARGETS], *const kvm_pointer_words[READ_ONLY + 1];

/* The ten key registers' values of this number: all different from each other's. */
#define KVM_KEY_STEP	0x9e3779b97f4a7c15ULL	/* between two that follow each other */
uint64_t kvm_key_value(unsigned int number, unsigned int index);

/* What a step of its kind can say (harness/steps.h). */
uc_column_of kvm_column;

/* Append the features, and the one bit more by this word. */
void kvm_write_set(const struct kvm_step *step, const char *more, char *text, size_t size);

/*
 * Read one step to @steps, where there is room for so many; returns how many it stands for, or 0
 * after a fault.
 */
uc_read_step kvm_parse_step;

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

/* 0, the number, or the name of the negative errno or of what a guest's execution came to. */
const char *kvm_result_name(int result);

/* "0", "EINVAL or EPERM", "an error"; @separator is " or ". One of four static buffers. */
const char *kvm_answers_name(uint32_t answers, const char *separator);

#endif /* KVM_ARM_CAPS_STEPS_H */
