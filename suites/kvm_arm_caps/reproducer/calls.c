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

#ifndef KVM_ARM_CAPS_NUMBERS_H
#define KVM_CREATE_VM			0xae01UL
#define KVM_CHECK_EXTENSION		0xae03UL
#define KVM_GET_VCPU_MMAP_SIZE		0xae04UL
#define KVM_CREATE_VCPU			0xae41UL
#define KVM_RUN				0xae80UL
#define KVM_GET_MP_STATE		0x8004ae98UL
#define KVM_SET_MP_STATE		0x4004ae99UL
#define KVM_GET_VCPU_EVENTS		0x8040ae9fUL
#define KVM_SET_VCPU_EVENTS		0x4040aea0UL
#define KVM_ENABLE_CAP			0x4068aea3UL
#define KVM_GET_ONE_REG			0x4010aeabUL
#define KVM_SET_ONE_REG			0x4010aeacUL
#define KVM_ARM_VCPU_INIT		0x4020aeaeUL
#define KVM_ARM_PREFERRED_TARGET	0x8020aeafUL
#define KVM_GET_REG_LIST		0xc008aeb0UL
#define KVM_ARM_GET_REG_WRITABLE_MASKS	0x8040aeb6UL
#define KVM_ARM_VCPU_FINALIZE		0x4004aec2UL
#define KVM_CAP_ARM_VM_IPA_SIZE		165
#define KVM_SET_DEVICE_ATTR		0x4018aee1UL
#define KVM_CAP_ARM_MTE			205
#define KVM_CAP_ARM_WRITABLE_IMP_ID_REGS	239
#define KVM_REG_SVE_VLS			0x606000000015ffffULL

struct kvm_vcpu_init {
	uint32_t target, features[7];
};
#endif

/* How many bits of guest-physical addresses a VM has: 40 is KVM_CREATE_VM's type 0. */
static int address_bits = 40;

static int kvm = -1, vm[2] = { -1, -1 }, vcpu[2][3] = { { -1, -1, -1 }, { -1, -1, -1 } };
static int failed;
static __thread uint64_t value;
static uint64_t slots[6] __attribute__((unused));	/* "a" to "f" */

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

static inline char *map_run(int number, int id)
{
	int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0L);
	char *page = run_page[number][id];

	if (page)
		return page;
	page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu[number][id], 0);
	if (page == MAP_FAILED)
		exit(2);
	return run_page[number][id] = page;
}

static inline int close_vcpu(int number, int id)
{
	if (run_page[number][id])
		munmap(run_page[number][id], ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0L));
	run_page[number][id] = NULL;
	if (vcpu[number][id] >= 0)
		close(vcpu[number][id]);
	vcpu[number][id] = -1;
	return 0;
}

static inline int close_vm(int number)
{
	if (vm[number] >= 0)
		close(vm[number]);
	vm[number] = -1;
	return 0;
}

/* In place of the one that was there, and of its vCPUs. */
static inline int new_vm(int number)
{
	int most = ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_VM_IPA_SIZE);
	long type = most <= 0 ? 0 : most < address_bits ? most :
		    address_bits == 40 ? 0 : address_bits;

	for (int id = 0; id < 3; id++)
		close_vcpu(number, id);
	close_vm(number);
	vm[number] = ioctl(kvm, KVM_CREATE_VM, type);
	return vm[number] < 0 ? errno : 0;
}

static inline int new_vcpu(int number, int id)
{
	int fd = ioctl(vm[number], KVM_CREATE_VCPU, (long)id);

	if (fd < 0)
		return errno;
	vcpu[number][id] = fd;
	return 0;
}

/*
 * From the struct's begin on @mapped bytes can be read, and if not @read_only written: 32 is to the
 * end of it, and 31 one byte short.
 */
static inline int init(int fd, int mapped, int read_only, uint32_t target, uint32_t features,
		       int extra_bit)
{
	struct kvm_vcpu_init init = { target, { features } };
	char *place = page_end() - mapped;
	int answer, size = mapped < (int)sizeof(init) ? mapped : (int)sizeof(init);

	if (extra_bit)
		init.features[extra_bit / 32] |= 1U << extra_bit % 32;
	memcpy(place, &init, size);
	if (read_only)
		protect_page(PROT_READ);
	answer = call(fd, KVM_ARM_VCPU_INIT, place);
	if (read_only)
		protect_page(PROT_READ | PROT_WRITE);
	value = memcmp(place, &init, size) != 0;
	return answer;
}

/* The struct as KVM_ARM_PREFERRED_TARGET fills it in, at the end of a page. */
static inline int preferred(int fd)
{
	struct kvm_vcpu_init init;
	char *place = page_end() - sizeof(init);
	int answer;

	memset(place, 0xa5, sizeof(init));
	answer = call(fd, KVM_ARM_PREFERRED_TARGET, place);
	memcpy(&init, place, sizeof(init));
	value = init.target;
	/* All of it is written, and no feature is preferred. */
	for (int i = 0; i < 7; i++)
		value |= (uint64_t)(init.features[i] != 0) << (32 + i);
	return answer;
}

static inline int init_preferred(int vm_fd, int fd)
{
	int answer = preferred(vm_fd);

	return answer ? answer : call(fd, KVM_ARM_VCPU_INIT,
				      page_end() - sizeof(struct kvm_vcpu_init));
}

/* With immediate_exit: the guest is not entered. */
static inline int run(int number, int id)
{
	map_run(number, id)[1] = 1;
	return call(vcpu[number][id], KVM_RUN, NULL);
}

static inline int one_reg(int fd, unsigned long request, uint64_t id, void *place)
{
	struct { uint64_t id, addr; } one = { id, (uintptr_t)place };

	return call(fd, request, &one);
}

/*
 * What is written, or is there before it is read, to the end of a page. Of more than 64 bits all
 * words are written alike, and the first two must be.
 */
static inline int whole_reg(int fd, unsigned long request, uint64_t id, uint64_t write)
{
	uint64_t words[32];
	long size = 1 << (id >> 52 & 15);
	char *place = page_end() - size;
	int answer;

	for (int i = 0; i < 32; i++)
		words[i] = write;
	memcpy(place, words, size);
	answer = one_reg(fd, request, id, place);
	memcpy(words, place, size);
	value = size < 8 ? (uint32_t)words[0] : words[0];
	if (size >= 16 && words[0] != words[1])
		value = words[0] == write ? words[1] : words[0];
	return answer;
}

/* The same of @bits from @shift on; the others are written as they are. 0 bits: of all. */
static inline int reg(int fd, unsigned long request, uint64_t id, int shift, int bits, uint64_t write)
{
	const uint64_t field = bits ? ((1ULL << bits) - 1) << shift : 0;
	uint64_t now;
	int answer;

	if (!bits)
		return whole_reg(fd, request, id, write);
	answer = whole_reg(fd, KVM_GET_ONE_REG, id, 0);
	now = value;
	if (!answer && request == KVM_SET_ONE_REG)
		answer = whole_reg(fd, request, id, (now & ~field) | (write << shift & field));
	value = now >> shift & field >> shift;
	return answer;
}

static inline int lengths(int fd, int read, int write)
{
	uint64_t set[8] = { 1 };
	int answer = read ? one_reg(fd, KVM_GET_ONE_REG, KVM_REG_SVE_VLS, set) : 0;

	if (write && !answer)
		answer = one_reg(fd, KVM_SET_ONE_REG, KVM_REG_SVE_VLS, set);
	value = 0;
	for (int i = 0; i < 8; i++)
		value |= set[i];
	return answer;
}

/* With room (0), without (1), with one too few (2), with just enough (3). */
static inline int list(int fd, int which)
{
	static uint64_t reg[2 + 4096];
	uint64_t count = 0, room = which ? 0 : 4096, keys = 0;
	int answer;

	if (which > 1) {
		reg[0] = 0;
		answer = call(fd, KVM_GET_REG_LIST, reg);
		count = reg[0];
		if (answer != E2BIG || !count || count > 4096)
			return answer;
		room = count - (which == 2);
	}
	reg[0] = room;
	reg[1 + room] = 0xa5;
	answer = call(fd, KVM_GET_REG_LIST, reg);
	value = which == 1 ? reg[0] : which == 2 ? reg[0] - count : 0;
	for (uint64_t i = 1; !answer && i <= reg[0] && i <= room; i++) {
		unsigned int low = reg[i] & 0xffff;

		/* The ten key registers. */
		if (reg[i] >> 16 == 0x603000000013ULL)
			keys += (low >= 0xc108 && low <= 0xc10b) || (low >= 0xc110 && low <= 0xc113) ||
				low == 0xc118 || low == 0xc119;
	}
	if (!answer)
		value = keys | (uint64_t)(reg[1 + room] != 0xa5) << 32;
	return answer;
}

static inline int mp_state(int fd, unsigned long request, uint32_t state)
{
	int answer = call(fd, request, &state);

	value = state;
	return answer;
}

/* serror_pending, serror_has_esr, ext_dabt_pending and what is behind them: the first 8 bytes. */
static inline int events(int fd, unsigned long request, uint64_t set)
{
	uint64_t all[8] = { set };
	int answer = call(fd, request, all);

	value = all[0];
	return answer;
}

static inline int extension(int fd, long capability)
{
	int answer = ioctl(fd, KVM_CHECK_EXTENSION, capability);

	value = answer;
	return answer < 0 ? errno : 0;
}

/* Of the id register, or of a field of it. */
static inline int mask(int fd, uint64_t id, int shift, int bits)
{
	static uint64_t masks[192];
	struct { uint64_t addr; uint32_t range, reserved[13]; } range = {
		(uintptr_t)masks, 0, { 0 } };
	int answer = call(fd, KVM_ARM_GET_REG_WRITABLE_MASKS, &range);
	const int op1 = id >> 11 & 7;
	uint64_t all = masks[(op1 - (op1 == 3)) * 64 + (id & 0x3f)];

	value = bits ? all >> shift & ((1ULL << bits) - 1) : all;
	return answer;
}

static inline int enable(int fd, uint32_t cap)
{
	struct { uint32_t cap, flags; uint64_t args[4]; uint8_t pad[64]; } enable = { .cap = cap };

	return call(fd, KVM_ENABLE_CAP, &enable);
}

static inline int set_attribute(int fd, uint32_t group, uint64_t attribute, const void *data)
{
	struct { uint32_t flags, group; uint64_t attribute, data; } one = {
		0, group, attribute, (uintptr_t)data };

	return call(fd, KVM_SET_DEVICE_ATTR, &one);
}

/* KVM_ARM_VCPU_PMU_V3_INIT; or FILTER, which has one event counted as before. */
static inline int pmu(int fd, int filter)
{
	struct { uint16_t base, count; uint8_t action, pad[3]; } events = { 8, 1, 0, { 0 } };

	return set_attribute(fd, 0, filter ? 2 : 1, filter ? &events : NULL);
}

/* KVM_ARM_VM_SMCCC_CTRL, KVM_ARM_VM_SMCCC_FILTER: so many functions from @base on. */
static inline int filter(int fd, uint32_t base, uint32_t count, uint8_t action)
{
	struct { uint32_t base, count; uint8_t action, pad[15]; } range = { base, count, action, { 0 } };

	return set_attribute(fd, 0, 0, &range);
}

/* All listed registers of a vCPU, as a migration moves them; value: how many were refused. */
static struct { uint64_t id; unsigned char content[256]; } saved[1024];
static uint64_t saved_count;

static inline int save(int fd)
{
	static uint64_t ids[1 + 1024];
	uint64_t refused = 0;
	int answer;

	ids[0] = 1024;
	answer = call(fd, KVM_GET_REG_LIST, ids);
	saved_count = answer ? 0 : ids[0];
	for (uint64_t i = 0; i < saved_count; i++) {
		saved[i].id = ids[1 + i];
		refused += one_reg(fd, KVM_GET_ONE_REG, saved[i].id, saved[i].content) != 0;
	}
	value = refused;
	return answer;
}

static inline int restore(int fd)
{
	uint64_t refused = 0;

	for (uint64_t i = 0; i < saved_count; i++)
		refused += one_reg(fd, KVM_SET_ONE_REG, saved[i].id, saved[i].content) != 0;
	value = refused;
	return 0;
}

#ifdef GUEST_UNDEF	/* guest.c stands before */
static inline int execute(int number, int id, struct guest_code code, uint64_t x0, uint64_t x1)
{
	value = 0;
	return guest_execute(vcpu[number][id], map_run(number, id), code, x0, x1, &value);
}

static inline int execute_on(int number, int id)
{
	value = 0;
	return guest_run(vcpu[number][id], map_run(number, id), GUEST_MEMORY, GUEST_SIZE, &value);
}
#endif

/* VM 0 with vCPU 0 are there at the start. */
static inline void begin(void)
{
	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0) {
		perror("/dev/kvm");
		exit(2);
	}
	check("NEW_VM", new_vm(0), "0");
	check("NEW_VCPU", new_vcpu(0, 0), "0");
}

static inline void end(void)
{
}
