// SPDX-License-Identifier: GPL-2.0-only
/* VMs and vCPUs: the calls that rows are made of. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../harness/buffer.h"
#include "../../harness/decode.h"
#include "../../harness/row.h"
#include "../../harness/verdict.h"
#include "play.h"
#include "vcpu.h"

#define USUAL_VM_BITS	40	/* of type 0 */

/* A VM on a GICv2 host has room for so many vCPUs. */
#define VCPUS_OF_A_VM	8

int kvm_ioctl(int fd, unsigned long request, const void *argument)
{
	int result = ioctl(fd, request, argument);

	return result < 0 ? -errno : result;
}

int kvm_check_extension(int fd, unsigned long capability)
{
	int result = ioctl(fd, KVM_CHECK_EXTENSION, capability);

	return result < 0 ? -errno : result;
}

const char *kvm_result_name(int result)
{
	if (result == -KVM_UNDEF)
		return "UNDEF";
	if (result == -KVM_FPAC)
		return "FPAC";
	if (result < -KVM_FPAC)
		return "another exception or exit";
	return uc_result_name(result < 0 ? -1 : result, result < 0 ? -result : 0);
}

bool kvm_expect(int got, int expected, const char *format, ...)
{
	va_list arguments;
	char call[512] = "";

	va_start(arguments, format);
	if (got != expected)
		vsnprintf(call, sizeof(call), format, arguments);
	va_end(arguments);
	return uc_expect(got < 0 ? -1 : got, got < 0 ? -got : 0, expected, "%s", call);
}

/* /dev/kvm has no state of its own: one file does for this process and all that it forks. */
static int kept = -1;

void kvm_keep_open(int system)
{
	kept = system;
}

int kvm_open(void)
{
	int fd = kept >= 0 ? kept : open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		uc_error("cannot open /dev/kvm: %s", uc_errno_name(errno));
	return fd;
}

/* How many bits of guest-physical addresses the host has at most, or 0 where there is no choice. */
static unsigned long most_bits(int system)
{
	static int bits = -1;

	if (bits < 0) {
		bits = ioctl(system, KVM_CHECK_EXTENSION, KVM_CAP_ARM_VM_IPA_SIZE);
		if (bits < 0)
			bits = 0;
	}
	return bits;
}

unsigned long kvm_small_vm(int system)
{
	unsigned long bits = most_bits(system);

	return bits < KVM_SMALL_VM_BITS ? bits : KVM_SMALL_VM_BITS;
}

unsigned long kvm_usual_vm(int system)
{
	unsigned long bits = most_bits(system);

	return bits < USUAL_VM_BITS ? bits : 0;
}

int kvm_create_vm(int system, unsigned long type)
{
	int fd = ioctl(system, KVM_CREATE_VM, type);

	if (fd < 0)
		uc_error("KVM_CREATE_VM type=%lu: %s", type, uc_errno_name(errno));
	return fd;
}

int kvm_create_vcpu(int vm, unsigned int id)
{
	int fd = ioctl(vm, KVM_CREATE_VCPU, (unsigned long)id);

	if (fd < 0)
		uc_error("KVM_CREATE_VCPU id=%u: %s", id, uc_errno_name(errno));
	return fd;
}

void kvm_make_vm(struct kvm_vcpu *vcpu)
{
	struct kvm_vcpu_init init;

	vcpu->system = kvm_open();
	vcpu->vm = kvm_create_vm(vcpu->system, kvm_small_vm(vcpu->system));
	if (ioctl(vcpu->vm, KVM_ARM_PREFERRED_TARGET, &init) < 0)
		uc_error("KVM_ARM_PREFERRED_TARGET: %s", uc_errno_name(errno));
	vcpu->preferred = init.target;
	vcpu->fd = -1;
	vcpu->next_id = 0;
}

void kvm_make_vcpu(struct kvm_vcpu *vcpu)
{
	kvm_make_vm(vcpu);
	vcpu->fd = kvm_create_vcpu(vcpu->vm, vcpu->next_id++);
}

void kvm_renew_vm(struct kvm_vcpu *vcpu)
{
	close(vcpu->fd);
	close(vcpu->vm);
	vcpu->vm = kvm_create_vm(vcpu->system, kvm_small_vm(vcpu->system));
	vcpu->fd = kvm_create_vcpu(vcpu->vm, 0);
	vcpu->next_id = 1;
}

void kvm_renew_vcpu(struct kvm_vcpu *vcpu)
{
	if (vcpu->next_id == VCPUS_OF_A_VM) {
		kvm_renew_vm(vcpu);
		return;
	}
	close(vcpu->fd);
	vcpu->fd = kvm_create_vcpu(vcpu->vm, vcpu->next_id++);
}

void kvm_make_sibling(const struct kvm_vcpu *vcpu, unsigned int id, struct kvm_vcpu *sibling)
{
	*sibling = *vcpu;
	sibling->fd = kvm_create_vcpu(vcpu->vm, id);
}

int kvm_init_with(const struct kvm_vcpu *vcpu, const struct kvm_step *step)
{
	return kvm_call_init(vcpu->fd, step, vcpu->preferred);
}

int kvm_try_init(const struct kvm_vcpu *vcpu, uint32_t features)
{
	return kvm_init_with(vcpu, &(struct kvm_step){ .features = features });
}

void kvm_must_init(const struct kvm_vcpu *vcpu, uint32_t features)
{
	int result = kvm_try_init(vcpu, features);

	if (result)
		uc_error("set-up: %s: %s", kvm_call_name(&(struct kvm_step){ .features = features }),
			 uc_errno_name(-result));
}

void kvm_expect_init(const struct kvm_vcpu *vcpu, uint32_t features, int expected, const char *when)
{
	const struct kvm_step step = { .features = features };
	int got = kvm_init_with(vcpu, &step);

	/* The name costs more than the call. */
	if (got == expected)
		uc_counted(1);
	else
		kvm_expect(got, expected, "%s%s", kvm_call_name(&step), when);
}

void kvm_make_initialised(struct kvm_vcpu *vcpu, uint32_t features)
{
	int result;

	kvm_make_vcpu(vcpu);
	kvm_must_init(vcpu, features);
	if (!(features & SVE))
		return;
	result = kvm_try_finalize(vcpu, KVM_ARM_VCPU_SVE);
	if (result)
		uc_error("set-up: KVM_ARM_VCPU_FINALIZE SVE: %s", uc_errno_name(-result));
}

void kvm_close(struct kvm_vcpu *vcpu)
{
	close(vcpu->fd);
	close(vcpu->vm);
	vcpu->fd = vcpu->vm = -1;
}

int kvm_try_finalize(const struct kvm_vcpu *vcpu, int feature)
{
	return kvm_ioctl(vcpu->fd, KVM_ARM_VCPU_FINALIZE, &feature);
}

int kvm_get_reg(const struct kvm_vcpu *vcpu, uint64_t id, void *value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)value };

	return kvm_ioctl(vcpu->fd, KVM_GET_ONE_REG, &reg);
}

int kvm_set_reg(const struct kvm_vcpu *vcpu, uint64_t id, const void *value)
{
	struct kvm_one_reg reg = { .id = id, .addr = (uintptr_t)value };

	return kvm_ioctl(vcpu->fd, KVM_SET_ONE_REG, &reg);
}

int kvm_try_reg_list(const struct kvm_vcpu *vcpu, struct kvm_reg_list **list)
{
	/* Far above what any kernel lists, so that one call does. */
	const uint64_t room = 4096;
	int result;

	*list = calloc(1, sizeof(**list) + room * sizeof((*list)->reg[0]));
	if (!*list)
		uc_error("no memory for a register list");
	(*list)->n = room;
	result = kvm_ioctl(vcpu->fd, KVM_GET_REG_LIST, *list);
	if (result < 0) {
		free(*list);
		*list = NULL;
	}
	return result;
}

bool kvm_reg_list_has(const struct kvm_reg_list *list, uint64_t id)
{
	for (uint64_t i = 0; i < list->n; i++)
		if (list->reg[i] == id)
			return true;
	return false;
}

/* What is mapped; of more than so many the rest lasts until the process ends. */
static struct {
	void *pages;
	size_t size;
} runs[16];
static unsigned int run_count;

struct kvm_run *kvm_map_run(const struct kvm_vcpu *vcpu)
{
	int size = ioctl(vcpu->system, KVM_GET_VCPU_MMAP_SIZE, 0L);
	void *run;

	if (size < (int)sizeof(struct kvm_run))
		uc_error("KVM_GET_VCPU_MMAP_SIZE: %s", uc_result_name(size, errno));
	run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0);
	if (run == MAP_FAILED)
		uc_error("mmap of the vCPU's run page: %s", uc_errno_name(errno));
	if (run_count < UC_ARRAY_SIZE(runs)) {
		runs[run_count].pages = run;
		runs[run_count++].size = size;
	}
	return run;
}

void kvm_unmap_runs(void)
{
	while (run_count) {
		run_count--;
		munmap(runs[run_count].pages, runs[run_count].size);
	}
}
