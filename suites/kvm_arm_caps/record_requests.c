// SPDX-License-Identifier: GPL-2.0-only
/*
 * --record: every request on every kind of file, with an argument that nothing can be read from: the
 * answer says who knows the request, and in which order it looks at what. KVM_RUN with an argument is
 * refused before anything runs.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "record.h"

/* Neither memory, nor a vCPU's number, nor a VM's type. */
#define NOWHERE		((const void *)0xdead0000UL)

static const struct {
	const char *name;
	unsigned char direction;
	unsigned short size;
	unsigned char number;
} requests[] = {
	{ "GET_API_VERSION", 0, 0, 0x00 }, { "CREATE_VM", 0, 0, 0x01 },
	{ "CHECK_EXTENSION", 0, 0, 0x03 }, { "GET_VCPU_MMAP_SIZE", 0, 0, 0x04 },
	{ "CREATE_VCPU", 0, 0, 0x41 }, { "GET_DIRTY_LOG", 1, 16, 0x42 },
	{ "SET_USER_MEMORY_REGION", 1, 32, 0x46 }, { "SET_USER_MEMORY_REGION2", 1, 160, 0x49 },
	{ "CREATE_IRQCHIP", 0, 0, 0x60 }, { "IRQ_LINE", 1, 8, 0x61 },
	{ "IRQ_LINE_STATUS", 3, 8, 0x67 }, { "SET_GSI_ROUTING", 1, 8, 0x6a },
	{ "IRQFD", 1, 32, 0x76 }, { "SET_BOOT_CPU_ID", 0, 0, 0x78 }, { "IOEVENTFD", 1, 64, 0x79 },
	{ "RUN", 0, 0, 0x80 }, { "GET_REGS", 2, 864, 0x81 }, { "SET_REGS", 1, 864, 0x82 },
	{ "GET_SREGS", 2, 0, 0x83 }, { "SET_SREGS", 1, 0, 0x84 }, { "TRANSLATE", 3, 24, 0x85 },
	{ "INTERRUPT", 1, 4, 0x86 }, { "SET_SIGNAL_MASK", 1, 4, 0x8b }, { "GET_FPU", 2, 0, 0x8c },
	{ "SET_FPU", 1, 0, 0x8d }, { "GET_MP_STATE", 2, 4, 0x98 }, { "SET_MP_STATE", 1, 4, 0x99 },
	{ "NMI", 0, 0, 0x9a }, { "SET_GUEST_DEBUG", 1, 520, 0x9b },
	{ "GET_VCPU_EVENTS", 2, 64, 0x9f }, { "SET_VCPU_EVENTS", 1, 64, 0xa0 },
	{ "ENABLE_CAP", 1, 104, 0xa3 }, { "SIGNAL_MSI", 1, 32, 0xa5 }, { "DIRTY_TLB", 1, 16, 0xaa },
	{ "GET_ONE_REG", 1, 16, 0xab }, { "SET_ONE_REG", 1, 16, 0xac },
	{ "ARM_SET_DEVICE_ADDR", 1, 16, 0xab }, { "KVMCLOCK_CTRL", 0, 0, 0xad },
	{ "ARM_VCPU_INIT", 1, 32, 0xae }, { "ARM_PREFERRED_TARGET", 2, 32, 0xaf },
	{ "GET_REG_LIST", 3, 8, 0xb0 }, { "ARM_MTE_COPY_TAGS", 2, 48, 0xb4 },
	{ "ARM_SET_COUNTER_OFFSET", 1, 16, 0xb5 }, { "ARM_GET_REG_WRITABLE_MASKS", 2, 64, 0xb6 },
	{ "SMI", 0, 0, 0xb7 }, { "MEMORY_ENCRYPT_OP", 3, 8, 0xba }, { "CLEAR_DIRTY_LOG", 3, 24, 0xc0 },
	{ "ARM_VCPU_FINALIZE", 1, 4, 0xc2 }, { "RESET_DIRTY_RINGS", 0, 0, 0xc7 },
	{ "GET_STATS_FD", 0, 0, 0xce }, { "SET_MEMORY_ATTRIBUTES", 1, 32, 0xd2 },
	{ "CREATE_GUEST_MEMFD", 3, 64, 0xd4 }, { "PRE_FAULT_MEMORY", 3, 64, 0xd5 },
	{ "CREATE_DEVICE", 3, 12, 0xe0 }, { "SET_DEVICE_ATTR", 1, 24, 0xe1 },
	{ "GET_DEVICE_ATTR", 1, 24, 0xe2 }, { "HAS_DEVICE_ATTR", 1, 24, 0xe3 },
};

#define GET_STATS_FD	KVM_IOCTL(KVM_IOCTL_NONE, 0, 0xce)

/* A file's number says nothing of the kernel. */
static void ask(const char *key, int fd, unsigned long request)
{
	int result = kvm_ioctl(fd, request, NOWHERE);
	const bool file = request == GET_STATS_FD && result > 0;

	uc_record(key, "%s", file ? "a file" : kvm_recorded_answer(result));
	if (file)
		close(result);
}

static void ask_all(int fd)
{
	char key[16];

	for (size_t i = 0; i < UC_ARRAY_SIZE(requests); i++)
		ask(requests[i].name, fd, KVM_IOCTL(requests[i].direction, requests[i].size,
						    requests[i].number));
	/* And all numbers as one that takes no struct: what is unknown must say so. */
	for (unsigned int number = 0; number <= 0xff; number++) {
		snprintf(key, sizeof(key), "0x%02x", number);
		ask(key, fd, KVM_IOCTL(KVM_IOCTL_NONE, 0, number));
	}
}

void kvm_record_requests(const void *facts)
{
	struct { uint32_t type, fd, flags; } gic = { .type = 7 };	/* a GICv3 */

	kvm_record_vm(facts);
	uc_record_about("system");
	ask_all(kvm_system_file());
	uc_record_about("vm");
	ask_all(kvm_vm_file());
	kvm_record_vm(facts);
	uc_record_about("vcpu_before_init");
	ask_all(kvm_vcpu_file(0, 0));
	kvm_record_vm(facts);
	uc_record_about("vcpu");
	uc_record("init", "%s", kvm_recorded_answer(kvm_record_call(facts, DO_INIT, 0, 0)));
	ask_all(kvm_vcpu_file(0, 0));
	kvm_record_vm(facts);
	uc_record_about("gic");
	uc_record("create", "%s", kvm_recorded_answer(
		  kvm_ioctl(kvm_vm_file(), KVM_IOCTL(KVM_IOCTL_INOUT, sizeof(gic), 0xe0), &gic)));
	ask_all(gic.fd ? (int)gic.fd : -1);
}

#define CAPABILITIES	400

/* Without arguments: what refuses that says with which errno, and what takes it is turned on. */
void kvm_record_enable(const void *facts)
{
	char key[32];

	kvm_record_vm(facts);
	for (uint32_t flags = 0; flags <= 1; flags++) {
		for (int on_vcpu = 0; on_vcpu <= 1; on_vcpu++) {
			uc_record_about("%s.flags_%u", on_vcpu ? "vcpu" : "vm", flags);
			for (uint32_t cap = 0; cap <= CAPABILITIES; cap++) {
				struct kvm_enable_cap enable = { .cap = cap, .flags = flags };

				snprintf(key, sizeof(key), "%u", cap);
				uc_record(key, "%s", kvm_recorded_answer(
					  kvm_ioctl(on_vcpu ? kvm_vcpu_file(0, 0) : kvm_vm_file(), KVM_ENABLE_CAP,
						    &enable)));
			}
		}
	}
}

/* Whether a file has these attributes, by group and number; and what comes of writing and reading nowhere. */
static void has_attributes(const char *about, int fd, unsigned int groups, unsigned int numbers)
{
	char key[32];

	uc_record_about("%s", about);
	for (unsigned int i = 0; i < groups * numbers; i++) {
		struct { uint32_t flags, group; uint64_t attr, addr; } asked = {
			0, i / numbers, i % numbers, (uintptr_t)NOWHERE };
		const int has = kvm_ioctl(fd, KVM_IOCTL(KVM_IOCTL_IN, sizeof(asked), 0xe3), &asked);
		const int set = kvm_ioctl(fd, KVM_IOCTL(KVM_IOCTL_IN, sizeof(asked), 0xe1), &asked);
		const int get = kvm_ioctl(fd, KVM_IOCTL(KVM_IOCTL_IN, sizeof(asked), 0xe2), &asked);

		snprintf(key, sizeof(key), "%u.%llu", asked.group, (unsigned long long)asked.attr);
		uc_record(key, "%s, set %s, get %s", kvm_recorded_answer(has), kvm_recorded_answer(set),
			  kvm_recorded_answer(get));
	}
}

#define DEVICE_TYPES	24
#define TEST_ONLY	1

void kvm_record_attributes(const void *facts)
{
	struct { uint32_t type, fd, flags; } device;
	char key[32];

	kvm_record_vm(facts);
	has_attributes("system", kvm_system_file(), 4, 8);
	has_attributes("vm", kvm_vm_file(), 4, 8);
	has_attributes("vcpu_before_init", kvm_vcpu_file(0, 0), 8, 8);
	kvm_record_call(facts, DO_INIT, 0, 0);
	has_attributes("vcpu", kvm_vcpu_file(0, 0), 8, 8);
	kvm_record_ready(facts, PMU_V3);
	has_attributes("vcpu_with_pmu", kvm_vcpu_file(0, 0), 8, 8);
	for (uint32_t type = 0; type < DEVICE_TYPES; type++) {
		for (int test = TEST_ONLY; test >= 0; test--) {
			device.type = type;
			device.fd = 0;
			device.flags = test;
			uc_record_about("device");
			snprintf(key, sizeof(key), test ? "%u" : "%u.made", type);
			uc_record(key, "%s", kvm_recorded_answer(
				  kvm_ioctl(kvm_vm_file(), KVM_IOCTL(KVM_IOCTL_INOUT, sizeof(device), 0xe0), &device)));
		}
		if (!device.fd)
			continue;
		snprintf(key, sizeof(key), "device_%u", type);
		has_attributes(key, device.fd, 12, 6);
		close(device.fd);
		kvm_record_vm(facts);
	}
}
