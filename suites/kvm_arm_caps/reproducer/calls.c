// SPDX-License-Identifier: GPL-2.0-only
/*
 * The calls, once: the suite's player is made of them (play.c), and so is the
 * program that shows a failure, which has them as its own. Plain ioctls, libc
 * and nothing else. Each returns 0 or the errno; what comes beside it is in
 * value, for each as play.h says.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef GUEST_UNDEF
#include "guest.c"	/* a program has it before this */
#endif

/* How many bits of guest-physical addresses a VM has: 40 is KVM_CREATE_VM's type 0. */
static int address_bits = 40;

static int kvm = -1, vm[2] = { -1, -1 }, vcpu[2][3] = { { -1, -1, -1 }, { -1, -1, -1 } };
static int failed;
static __thread uint64_t value;
static uint64_t slots[6] __attribute__((unused));	/* "a" to "f" */

#define UNUSED	__attribute__((unused))
/* A call of vm[machine] or vcpu[machine][cpu], with what else it is given. */
#define CALL(name)	static inline int name(UNUSED int machine, UNUSED int cpu, UNUSED const uint64_t *a)
#define A(...)		((const uint64_t[]){ __VA_ARGS__ })

static const struct {
	int error;
	const char *name;
} errors[] = {
	{ 0, "0" }, { EPERM, "EPERM" }, { ENOENT, "ENOENT" }, { EINTR, "EINTR" },
	{ E2BIG, "E2BIG" }, { ENOEXEC, "ENOEXEC" }, { EFAULT, "EFAULT" }, { EBUSY, "EBUSY" },
	{ EEXIST, "EEXIST" }, { EINVAL, "EINVAL" },
	{ 1000, "UNDEF" }, { 1001, "FPAC" },	/* of a guest */
};

/* @expected: names with "|" between; "error" and "anything" are what they say. */
static inline void check(const char *what, int answer, const char *expected)
{
	char all[128], *rest = all, *one, number[32];
	const char *name = number;
	int ok = 0;

	snprintf(number, sizeof(number), "errno %d", answer);
	for (unsigned int i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].error == answer)
			name = errors[i].name;
	snprintf(all, sizeof(all), "%s", expected);
	while ((one = strsep(&rest, "|")))
		ok |= !strcmp(one, name) || !strcmp(one, "anything") ||
		      (answer && !strcmp(one, "error"));
	printf("%s = %s; expected: %s%s\n", what, name, expected, ok ? "" : " <-- WRONG");
	failed |= !ok;
}

static inline void check_value(uint64_t mask, int equal, uint64_t expected)
{
	int ok = ((value & mask) == (expected & mask)) == equal;

	printf("\tits value: %#llx; expected: %s%#llx%s\n", (unsigned long long)(value & mask),
	       equal ? "" : "not ", (unsigned long long)expected, ok ? "" : " <-- WRONG");
	failed |= !ok;
}

static inline int call(int fd, unsigned long request, void *argument)
{
	value = 0;
	return ioctl(fd, request, argument) < 0 ? errno : 0;
}

/* The end of a page behind which nothing is mapped; each thread has one. */
static inline char *page_end(void)
{
	static __thread char *end;
	char *pages;
	long page;

	if (end)
		return end;
	page = sysconf(_SC_PAGESIZE);
	pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE))
		exit(2);
	return end = pages + page;
}

static inline void protect_page(int protection)
{
	const long page = sysconf(_SC_PAGESIZE);

	mprotect(page_end() - page, page, protection);
}

/* What is shared with a vCPU, mapped when it is first needed. */
static char *run_page[2][3];

static inline int map_run(int machine, int cpu)
{
	char *page = run_page[machine][cpu];

	if (page)
		return 0;
	page = mmap(NULL, ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0L), PROT_READ | PROT_WRITE, MAP_SHARED, vcpu[machine][cpu], 0);
	if (page == MAP_FAILED)
		return errno;
	run_page[machine][cpu] = page;
	return 0;
}

CALL(close_vcpu)
{
	if (run_page[machine][cpu])
		munmap(run_page[machine][cpu], ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0L));
	run_page[machine][cpu] = NULL;
	if (vcpu[machine][cpu] >= 0)
		close(vcpu[machine][cpu]);
	vcpu[machine][cpu] = -1;
	return 0;
}

CALL(close_vm)
{
	if (vm[machine] >= 0)
		close(vm[machine]);
	vm[machine] = -1;
	return 0;
}

/* In place of the one that was there, and of its vCPUs. */
CALL(new_vm)
{
	int most = ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_VM_IPA_SIZE);
	long type = most <= 0 ? 0 : most < address_bits ? most :
		    address_bits == 40 ? 0 : address_bits;

	for (int id = 0; id < 3; id++)
		close_vcpu(machine, id, NULL);
	close_vm(machine, 0, NULL);
	vm[machine] = ioctl(kvm, KVM_CREATE_VM, type);
	return vm[machine] < 0 ? errno : 0;
}

CALL(new_vcpu)
{
	int fd = ioctl(vm[machine], KVM_CREATE_VCPU, (long)cpu);

	if (fd < 0)
		return errno;
	vcpu[machine][cpu] = fd;
	return 0;
}

/*
 * From the struct's begin on a[0] bytes can be read, and if not a[1] written: 32 is to the end of it,
 * and 31 one byte short. Target, features[0], and one bit more, of all.
 */
static inline int init_of(int fd, const uint64_t *a)
{
	struct kvm_vcpu_init init = { a[2], { a[3] } };
	char *place = page_end() - a[0];
	int answer, size = a[0] < sizeof(init) ? a[0] : sizeof(init);

	if (a[4])
		init.features[a[4] / 32] |= 1U << a[4] % 32;
	memcpy(place, &init, size);
	if (a[1])
		protect_page(PROT_READ);
	answer = call(fd, KVM_ARM_VCPU_INIT, place);
	if (a[1])
		protect_page(PROT_READ | PROT_WRITE);
	value = memcmp(place, &init, size) != 0;
	return answer;
}

CALL(init)
{
	return init_of(vcpu[machine][cpu], a);
}

/* The struct as KVM_ARM_PREFERRED_TARGET fills it in, at the end of a page. */
CALL(preferred)
{
	struct kvm_vcpu_init init;
	char *place = page_end() - sizeof(init);
	int answer;

	memset(place, 0xa5, sizeof(init));
	answer = call(vm[machine], KVM_ARM_PREFERRED_TARGET, place);
	memcpy(&init, place, sizeof(init));
	value = init.target;
	return answer;
}

CALL(init_preferred)
{
	int answer = preferred(machine, cpu, a);

	return answer ? answer : call(vcpu[machine][cpu], KVM_ARM_VCPU_INIT,
				      page_end() - sizeof(struct kvm_vcpu_init));
}

/* With immediate_exit: the guest is not entered. */
CALL(run)
{
	int answer = map_run(machine, cpu);

	if (answer)
		return answer;
	run_page[machine][cpu][1] = 1;
	return call(vcpu[machine][cpu], KVM_RUN, NULL);
}

CALL(finalize)
{
	int feature = a[0];

	return call(vcpu[machine][cpu], KVM_ARM_VCPU_FINALIZE, &feature);
}

/* What cannot be a state is there before. */
CALL(get_mp_state)
{
	uint32_t state = UINT32_MAX;
	int answer = call(vcpu[machine][cpu], KVM_GET_MP_STATE, &state);

	value = state;
	return answer;
}

CALL(set_mp_state)
{
	uint32_t state = a[0];
	int answer = call(vcpu[machine][cpu], KVM_SET_MP_STATE, &state);

	value = a[0];
	return answer;
}

/* serror_pending, serror_has_esr, ext_dabt_pending and what is behind them: the first 8 bytes. */
CALL(get_events)
{
	uint64_t all[8] = { 0xa5a5a5 };
	int answer = call(vcpu[machine][cpu], KVM_GET_VCPU_EVENTS, all);

	value = all[0];
	return answer;
}

CALL(set_events)
{
	uint64_t all[8] = { a[0] };
	int answer = call(vcpu[machine][cpu], KVM_SET_VCPU_EVENTS, all);

	value = a[0];
	return answer;
}

static inline int extension(int fd, long capability)
{
	int answer = ioctl(fd, KVM_CHECK_EXTENSION, capability);

	value = answer;
	return answer < 0 ? errno : 0;
}

CALL(check_system)
{
	return extension(kvm, a[0]);
}

CALL(check_vm)
{
	return extension(vm[machine], a[0]);
}

CALL(enable)
{
	struct kvm_enable_cap enable = { .cap = a[0] };

	return call(vm[machine], KVM_ENABLE_CAP, &enable);
}

static inline int set_attribute(int fd, uint64_t attribute, const void *data)
{
	struct kvm_device_attr one = { .attr = attribute, .addr = (uintptr_t)data };

	return call(fd, KVM_SET_DEVICE_ATTR, &one);
}

/* KVM_ARM_VCPU_PMU_V3_INIT; or FILTER (1), which has one event counted as before. */
CALL(pmu)
{
	struct { uint16_t base, count; uint8_t action, pad[3]; } events = { 8, 1, 0, { 0 } };

	return set_attribute(vcpu[machine][cpu], a[0] ? 2 : 1, a[0] ? &events : NULL);
}

/* KVM_ARM_VM_SMCCC_CTRL, KVM_ARM_VM_SMCCC_FILTER: an action, for so many (a[2]) functions from a[1] on. */
CALL(filter)
{
	struct { uint32_t base, count; uint8_t action, pad[15]; } range = { a[1], a[2], a[0], { 0 } };

	return set_attribute(vm[machine], 0, &range);
}

/* A GICv3 of all vCPUs that are there, at addresses where nothing else is [devices/arm-vgic-v3.rst]. */
CALL(gic)
{
	uint64_t distributor = 0x8000000, redistributors = 0x80a0000;
	struct { uint32_t type, fd, flags; } device = { .type = 7 };
	struct kvm_device_attr places[] = { { .attr = 2, .addr = (uintptr_t)&distributor },
					    { .attr = 3, .addr = (uintptr_t)&redistributors }, { .group = 4 } };
	int answer = call(vm[machine], KVM_CREATE_DEVICE, &device);

	if (answer)
		return answer;
	for (int i = 0; i < 3 && !answer; i++)
		answer = call(device.fd, KVM_SET_DEVICE_ATTR, &places[i]);
	close(device.fd);
	return answer;
}

/* Without the enables of SCTLR_EL1 (1). */
CALL(boot)
{
	return guest_boot(vm[machine], vcpu[machine][cpu], !a[0]);
}

static inline int execute_code(int machine, int cpu, uint64_t x0, uint64_t x1)
{
	int answer = map_run(machine, cpu);

	value = 0;
	return answer ? answer : guest_execute(vcpu[machine][cpu], run_page[machine][cpu], x0, x1, &value);
}

/* What guest_sequence() made, a[0] instructions, with a[1] in X0 and a[2] in X1. */
CALL(execute)
{
	return execute_code(machine, cpu, a[1], a[2]);
}

CALL(guest_reads)
{
	guest_move(a[0], 0);
	return execute_code(machine, cpu, GUEST_MARK, 0);
}

CALL(guest_writes)
{
	guest_move(a[0], 1);
	return execute_code(machine, cpu, a[3], 0);
}

/* The one whose word is a[0], with a[1] in X0. */
CALL(instruction)
{
	guest_code.count = 0;
	guest_add(a[0]);
	return execute_code(machine, cpu, a[1], 0);
}

CALL(go_on)
{
	int answer = map_run(machine, cpu);

	value = 0;
	return answer ? answer : guest_run(vcpu[machine][cpu], run_page[machine][cpu], GUEST_MEMORY, GUEST_SIZE, &value);
}

/* VM 0 with vCPU 0 are there at the start. */
static inline void begin(void)
{
	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0) {
		perror("/dev/kvm");
		exit(2);
	}
	check("NEW_VM", new_vm(0, 0, NULL), "0");
	check("NEW_VCPU", new_vcpu(0, 0, NULL), "0");
}

static inline void end(void)
{
}
