/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The player: steps made as calls of the kernel, on real VMs and vCPUs with
 * the model beside them. Rows, explorations and --replay use the same.
 */
#ifndef KVM_ARM_CAPS_PLAY_H
#define KVM_ARM_CAPS_PLAY_H

#include "../../harness/row.h"
#include "rules.h"

/*
 * VM 0 with vCPU 0, or ERROR. There is one set of VMs at a time. @small: the VM's guest-physical
 * address space has 35 bits and not 40, or fewer if the host has no more. Linux 7.2 looks at all of its
 * uppermost tables when the VM is closed: with pages of 4 KiB 1024 entries at 40 bits, 32 at 35, but
 * 2048 at 32, where there is one level less.
 */
void kvm_begin(struct kvm_model *model, const struct kvm_facts *facts, bool small);

/* Close everything; also what a row left that did not come to its end. */
void kvm_end(void);

/*
 * The suite's attach() and detach(): another VM is there while the rows make and end theirs. With
 * each first and last one KVM turns the CPU's virtualisation on and off and changes the kernel's
 * code, which would cost every row more than many a call; and other VMs are what hosts have.
 */
bool kvm_keep_vm(void *facts, const char **why);
void kvm_drop_vm(void *facts);

/* The files at hand, for calls that no step makes: /dev/kvm, VM 0, a vCPU; -1 where there is none. */
int kvm_system_file(void);
int kvm_vm_file(void);
int kvm_vcpu_file(unsigned int vm, unsigned int vcpu);

/* One call of the kernel; its answer, or the negative errno, which is read right at the call. */
int kvm_ioctl(int fd, unsigned long request, const void *argument);

/* KVM_CHECK_EXTENSION of /dev/kvm or of a VM: the answer, or the negative errno. */
int kvm_check_extension(int fd, unsigned long capability);

/*
 * KVM_GET_ONE_REG and KVM_SET_ONE_REG of a vCPU's file. 0 or negative errno. @value must have
 * room for as many bytes as the id says.
 */
int kvm_get_reg(int fd, uint64_t id, void *value);
int kvm_set_reg(int fd, uint64_t id, const void *value);

/*
 * Make the step's call: 0 or negative errno, and in @value what came with it:
 *	DO_INIT		0; 1: the struct was written to
 *	DO_GET_REG, DO_SET_REG	what is in the register or field, or was written
 *	DO_REG_LIST	how many key registers are listed, and bit 32 if more was written than
 *			there was room for; ROOM_NONE: n; ROOM_SHORT: by how much n is wrong
 *	DO_GET_LENGTHS	the words of the vector lengths, or'ed
 *	DO_EXEC...	X0; of another exception its ESR_EL1, of another exit its reason
 *	DO_SAVE, DO_RESTORE	the id of the first register that was refused, or 0
 *	DO_CHECK_...	the answer
 *	DO_PREFERRED_TARGET	the target
 *	DO_MASKS	the mask of the register or field
 * It is kept where the step says so; kvm_fill_in() first puts what was kept into the step.
 */
int kvm_make_call(const struct kvm_step *step, const struct kvm_facts *facts, uint64_t *value);

/* What came of a step is kept, where it says so and was successful. */
void kvm_keep(const struct kvm_step *step, int result, uint64_t value);

/* How many of the steps, at least 1, one KVM_RUN does: consecutive ones that a guest executes by itself. */
unsigned int kvm_together(const struct kvm_step *steps, unsigned int count);

/*
 * Make the calls of so many steps that go together: results and values are as of kvm_make_call(), and
 * are not kept. Returns how many were made: where the guest was left early, the last one is why.
 */
unsigned int kvm_make_calls(const struct kvm_step *steps, unsigned int count, const struct kvm_facts *facts,
			    int *results, uint64_t *values);

void kvm_fill_in(struct kvm_step *step, const struct kvm_facts *facts);
uint64_t kvm_slot(char name);	/* 'a' */

/* What DO_SAVE saved last, hashed; at most KVM_MOST_SAVED. */
#define KVM_MOST_SAVED	1024
struct kvm_saved { uint64_t id, hash; };
unsigned int kvm_saved(struct kvm_saved *registers);

/* The names of a step's operations, "+" between. */
void kvm_sequence_name(const struct kvm_step *step, char *text, size_t size);

#endif /* KVM_ARM_CAPS_PLAY_H */
