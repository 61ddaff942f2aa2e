/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VMs and vCPUs. Everything is left to the end of the child that made it.
 * "Or ERROR" means: where it cannot be done the row ends as ERROR, because
 * the set-up is broken and nothing was judged.
 */
#ifndef KVM_ARM_CAPS_VCPU_H
#define KVM_ARM_CAPS_VCPU_H

#include <stdbool.h>

#include "facts.h"
#include "steps.h"

struct kvm_vcpu {
	int system;		/* /dev/kvm */
	int vm;
	int fd;
	uint32_t preferred;	/* target, of KVM_ARM_PREFERRED_TARGET */
	unsigned int next_id;	/* of the next vCPU in this VM */
};

/* One call of the kernel; its answer, or the negative errno, which is read right at the call. */
int kvm_ioctl(int fd, unsigned long request, const void *argument);

/* KVM_CHECK_EXTENSION of /dev/kvm or of a VM: the answer, or the negative errno. */
int kvm_check_extension(int fd, unsigned long capability);

/* /dev/kvm, opened now unless there is one that is kept, or ERROR. Not to be closed. */
int kvm_open(void);

/* Have this file serve as /dev/kvm in this process and its children. */
void kvm_keep_open(int system);

/*
 * KVM_CREATE_VM's type for a guest-physical address space of 35 bits, fewer if the host has no
 * more, or the default of 40 where there is no choice [api.rst 4.2 KVM_CREATE_VM]. Linux 7.2 looks
 * at all of its uppermost tables when the VM is closed: with pages of 4 KiB 1024 entries at 40 bits,
 * 32 at 35, but 2048 at 32, where there is one level less.
 */
#define KVM_SMALL_VM_BITS	35
unsigned long kvm_small_vm(int system);

/* The type of a VM as most are: 0, 40 bits, or as many as there are where the host has fewer. */
unsigned long kvm_usual_vm(int system);

/* A VM of this type, or ERROR. */
int kvm_create_vm(int system, unsigned long type);

/* vCPU number @id of the VM, not initialised, or ERROR. Closing it keeps the number taken. */
int kvm_create_vcpu(int vm, unsigned int id);

/* A VM without a vCPU (.fd is -1), and the preferred target, or ERROR. */
void kvm_make_vm(struct kvm_vcpu *vcpu);

/* A VM with vCPU 0, not initialised, and the preferred target, or ERROR. */
void kvm_make_vcpu(struct kvm_vcpu *vcpu);

/* One more vCPU of the same VM, number @id, not initialised, or ERROR. */
void kvm_make_sibling(const struct kvm_vcpu *vcpu, unsigned int id, struct kvm_vcpu *sibling);

/*
 * Replace the vCPU by one that was never initialised, or ERROR: the next one
 * of its VM as long as every host has room for it, then one of a new VM.
 */
void kvm_renew_vcpu(struct kvm_vcpu *vcpu);

/* The same, in a new VM in any case. */
void kvm_renew_vm(struct kvm_vcpu *vcpu);

/*
 * KVM_ARM_VCPU_INIT as the step says, or with the preferred target and these
 * features. Returns 0, or the negative errno: the callers judge it.
 */
int kvm_init_with(const struct kvm_vcpu *vcpu, const struct kvm_step *step);
int kvm_try_init(const struct kvm_vcpu *vcpu, uint32_t features);

/* The same, or ERROR: for rows that judge what comes after. */
void kvm_must_init(const struct kvm_vcpu *vcpu, uint32_t features);

/* The same, judged; @when goes behind the call's name. */
void kvm_expect_init(const struct kvm_vcpu *vcpu, uint32_t features, int expected,
		     const char *when);

/* kvm_make_vcpu() and kvm_must_init(), and SVE finalized if it is in the set. */
void kvm_make_initialised(struct kvm_vcpu *vcpu, uint32_t features);

/* Close it and its VM. */
void kvm_close(struct kvm_vcpu *vcpu);

/* KVM_ARM_VCPU_FINALIZE. 0 or negative errno. */
int kvm_try_finalize(const struct kvm_vcpu *vcpu, int feature);

/*
 * KVM_GET_ONE_REG and KVM_SET_ONE_REG. 0 or negative errno. @value must have
 * room for as many bytes as the id says.
 */
int kvm_get_reg(const struct kvm_vcpu *vcpu, uint64_t id, void *value);
int kvm_set_reg(const struct kvm_vcpu *vcpu, uint64_t id, const void *value);

/*
 * KVM_GET_REG_LIST. Returns 0 and a list from malloc(), or the negative errno
 * and NULL.
 */
int kvm_try_reg_list(const struct kvm_vcpu *vcpu, struct kvm_reg_list **list);
bool kvm_reg_list_has(const struct kvm_reg_list *list, uint64_t id);

/* The vCPU's shared run page, or ERROR. */
struct kvm_run *kvm_map_run(const struct kvm_vcpu *vcpu);

/* Unmap those pages: a vCPU lives for as long as its own. */
void kvm_unmap_runs(void);

/* 0, the number, or the name of the negative errno. */
const char *kvm_result_name(int result);

/*
 * uc_expect() for the helpers above, which return 0, a positive number or a negative errno: the
 * call is made once, as the argument, and this answer is what is judged.
 */
bool kvm_expect(int got, int expected, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* KVM_ARM_CAPS_VCPU_H */
