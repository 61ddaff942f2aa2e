/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The numbers of the KVM arm64 UAPI that this suite calls by.
 *
 * They are the suite's own, not <linux/kvm.h>'s: a build machine's headers may
 * be older than the kernel under test, or of another architecture, and a test
 * that takes its constants from the thing under test agrees with it whatever
 * it says. The names are the UAPI's. This file builds on every architecture.
 *
 * The review of April 2019 calls the two pointer authentication capabilities
 * 169 and 170. They were released, in 5.2, as 171 and 172; 169 and 170 are
 * other capabilities. The asserts below keep the draft's out.
 */
#ifndef KVM_ARM_CAPS_NUMBERS_H
#define KVM_ARM_CAPS_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

/* ioctl words: direction, size of the argument, type 0xae, number. */
#define KVM_IOCTL(direction, size, number) \
	((unsigned long)(direction) << 30 | (unsigned long)(size) << 16 | 0xaeUL << 8 | (number))
#define KVM_IOCTL_NONE	0
#define KVM_IOCTL_IN	1	/* the kernel reads */
#define KVM_IOCTL_OUT	2	/* the kernel writes */
#define KVM_IOCTL_INOUT	3

struct kvm_vcpu_init {
	uint32_t target;
	uint32_t features[7];
};
#define KVM_FEATURE_WORDS	7
#define KVM_FEATURE_BITS	(32 * KVM_FEATURE_WORDS)

struct kvm_one_reg {
	uint64_t id;
	uint64_t addr;
};

struct kvm_reg_list {
	uint64_t n;	/* registers in reg[] */
	uint64_t reg[];
};

struct kvm_reg_mask_range {
	uint64_t addr;		/* of an array of KVM_ARM_FEATURE_ID_RANGE_SIZE u64 */
	uint32_t range;
	uint32_t reserved[13];
};
#define KVM_ARM_FEATURE_ID_RANGE	0
#define KVM_ARM_FEATURE_ID_RANGE_SIZE	(3 * 8 * 8)

struct kvm_userspace_memory_region {
	uint32_t slot;
	uint32_t flags;
	uint64_t guest_phys_addr;
	uint64_t memory_size;
	uint64_t userspace_addr;
};

struct kvm_enable_cap {
	uint32_t cap;
	uint32_t flags;
	uint64_t args[4];
	uint8_t pad[64];
};

struct kvm_mp_state {
	uint32_t mp_state;
};
#define KVM_MP_STATE_RUNNABLE	0
#define KVM_MP_STATE_STOPPED	5
#define KVM_MP_STATE_SUSPENDED	10

struct kvm_vcpu_events {
	uint8_t serror_pending;
	uint8_t serror_has_esr;
	uint8_t ext_dabt_pending;
	uint8_t pad[5];
	uint64_t serror_esr;
	uint32_t reserved[12];
};

struct kvm_device_attr {
	uint32_t flags;
	uint32_t group;
	uint64_t attr;
	uint64_t addr;
};
#define KVM_ARM_VCPU_PMU_V3_CTRL	0
#define KVM_ARM_VCPU_PMU_V3_INIT	1

/* As much of the shared run page as this suite looks at. */
struct kvm_run {
	uint8_t request_interrupt_window;
	uint8_t immediate_exit;		/* in: leave KVM_RUN at once with EINTR */
	uint8_t padding[6];
	uint32_t exit_reason;
	uint8_t unused[20];
	union {
		struct {
			uint64_t phys_addr;
			uint8_t data[8];
			uint32_t len;
			uint8_t is_write;
		} mmio;
		struct {
			uint32_t suberror;
			uint32_t ndata;
			uint64_t data[16];
		} internal;
		struct {
			uint64_t hardware_entry_failure_reason;
		} fail_entry;
		struct {
			uint32_t type;
			uint32_t ndata;
			uint64_t data[16];
		} system_event;
	};
};
#define KVM_EXIT_MMIO		6
#define KVM_EXIT_FAIL_ENTRY	9
#define KVM_EXIT_INTR		10
#define KVM_EXIT_INTERNAL_ERROR	17
#define KVM_EXIT_SYSTEM_EVENT	24

#define KVM_CREATE_VM			KVM_IOCTL(KVM_IOCTL_NONE, 0, 0x01)
#define KVM_CHECK_EXTENSION		KVM_IOCTL(KVM_IOCTL_NONE, 0, 0x03)
#define KVM_GET_VCPU_MMAP_SIZE		KVM_IOCTL(KVM_IOCTL_NONE, 0, 0x04)
#define KVM_CREATE_VCPU			KVM_IOCTL(KVM_IOCTL_NONE, 0, 0x41)
#define KVM_SET_USER_MEMORY_REGION \
	KVM_IOCTL(KVM_IOCTL_IN, sizeof(struct kvm_userspace_memory_region), 0x46)
#define KVM_RUN				KVM_IOCTL(KVM_IOCTL_NONE, 0, 0x80)
#define KVM_GET_MP_STATE \
	KVM_IOCTL(KVM_IOCTL_OUT, sizeof(struct kvm_mp_state), 0x98)
#define KVM_SET_MP_STATE \
	KVM_IOCTL(KVM_IOCTL_IN, sizeof(struct kvm_mp_state), 0x99)
#define KVM_GET_VCPU_EVENTS \
	KVM_IOCTL(KVM_IOCTL_OUT, sizeof(struct kvm_vcpu_events), 0x9f)
#define KVM_SET_VCPU_EVENTS \
	KVM_IOCTL(KVM_IOCTL_IN, sizeof(struct kvm_vcpu_events), 0xa0)
#define KVM_SET_DEVICE_ATTR \
	KVM_IOCTL(KVM_IOCTL_IN, sizeof(struct kvm_device_attr), 0xe1)
#define KVM_HAS_DEVICE_ATTR \
	KVM_IOCTL(KVM_IOCTL_IN, sizeof(struct kvm_device_attr), 0xe3)
#define KVM_ENABLE_CAP \
	KVM_IOCTL(KVM_IOCTL_IN, sizeof(struct kvm_enable_cap), 0xa3)
#define KVM_GET_ONE_REG			KVM_IOCTL(KVM_IOCTL_IN, sizeof(struct kvm_one_reg), 0xab)
#define KVM_SET_ONE_REG			KVM_IOCTL(KVM_IOCTL_IN, sizeof(struct kvm_one_reg), 0xac)
#define KVM_ARM_VCPU_INIT		KVM_IOCTL(KVM_IOCTL_IN, sizeof(struct kvm_vcpu_init), 0xae)
#define KVM_ARM_PREFERRED_TARGET	KVM_IOCTL(KVM_IOCTL_OUT, sizeof(struct kvm_vcpu_init), 0xaf)
#define KVM_GET_REG_LIST		KVM_IOCTL(KVM_IOCTL_INOUT, sizeof(struct kvm_reg_list), 0xb0)
#define KVM_ARM_GET_REG_WRITABLE_MASKS \
	KVM_IOCTL(KVM_IOCTL_OUT, sizeof(struct kvm_reg_mask_range), 0xb6)
#define KVM_ARM_VCPU_FINALIZE		KVM_IOCTL(KVM_IOCTL_IN, sizeof(int), 0xc2)

_Static_assert(sizeof(struct kvm_vcpu_init) == 32, "struct kvm_vcpu_init is 32 bytes");
_Static_assert(sizeof(struct kvm_one_reg) == 16, "struct kvm_one_reg is 16 bytes");
_Static_assert(sizeof(struct kvm_reg_list) == 8, "struct kvm_reg_list begins with 8 bytes");
_Static_assert(sizeof(struct kvm_reg_mask_range) == 64, "struct reg_mask_range is 64 bytes");
_Static_assert(sizeof(struct kvm_userspace_memory_region) == 32, "memory region is 32 bytes");
_Static_assert(sizeof(struct kvm_enable_cap) == 104, "struct kvm_enable_cap is 104 bytes");
_Static_assert(offsetof(struct kvm_run, exit_reason) == 8, "kvm_run.exit_reason is at 8");
_Static_assert(offsetof(struct kvm_run, mmio) == 32, "kvm_run's exit data is at 32");
_Static_assert(KVM_CHECK_EXTENSION == 0xae03, "KVM_CHECK_EXTENSION");
_Static_assert(KVM_SET_USER_MEMORY_REGION == 0x4020ae46, "KVM_SET_USER_MEMORY_REGION");
_Static_assert(KVM_RUN == 0xae80, "KVM_RUN");
_Static_assert(KVM_GET_MP_STATE == 0x8004ae98, "KVM_GET_MP_STATE");
_Static_assert(KVM_SET_MP_STATE == 0x4004ae99, "KVM_SET_MP_STATE");
_Static_assert(KVM_GET_VCPU_EVENTS == 0x8040ae9f, "KVM_GET_VCPU_EVENTS");
_Static_assert(KVM_SET_VCPU_EVENTS == 0x4040aea0, "KVM_SET_VCPU_EVENTS");
_Static_assert(KVM_SET_DEVICE_ATTR == 0x4018aee1, "KVM_SET_DEVICE_ATTR");
_Static_assert(KVM_ENABLE_CAP == 0x4068aea3, "KVM_ENABLE_CAP");
_Static_assert(KVM_GET_ONE_REG == 0x4010aeab, "KVM_GET_ONE_REG");
_Static_assert(KVM_SET_ONE_REG == 0x4010aeac, "KVM_SET_ONE_REG");
_Static_assert(KVM_ARM_VCPU_INIT == 0x4020aeae, "KVM_ARM_VCPU_INIT");
_Static_assert(KVM_ARM_PREFERRED_TARGET == 0x8020aeaf, "KVM_ARM_PREFERRED_TARGET");
_Static_assert(KVM_GET_REG_LIST == 0xc008aeb0, "KVM_GET_REG_LIST");
_Static_assert(KVM_ARM_GET_REG_WRITABLE_MASKS == 0x8040aeb6, "KVM_ARM_GET_REG_WRITABLE_MASKS");
_Static_assert(KVM_ARM_VCPU_FINALIZE == 0x4004aec2, "KVM_ARM_VCPU_FINALIZE");

#define KVM_CAP_ARM_PSCI			87
#define KVM_CAP_ARM_EL1_32BIT			93
#define KVM_CAP_ARM_PSCI_0_2			102
#define KVM_CAP_CHECK_EXTENSION_VM		105
#define KVM_CAP_ARM_PMU_V3			126
#define KVM_CAP_IMMEDIATE_EXIT			136
#define KVM_CAP_ARM_VM_IPA_SIZE		165
#define KVM_CAP_PPC_IRQ_XIVE			169
#define KVM_CAP_ARM_SVE				170
#define KVM_CAP_ARM_PTRAUTH_ADDRESS		171
#define KVM_CAP_ARM_PTRAUTH_GENERIC		172
#define KVM_CAP_ARM_MTE				205
#define KVM_CAP_ARM_SUPPORTED_REG_MASK_RANGES	230
#define KVM_CAP_ARM_WRITABLE_IMP_ID_REGS	239
#define KVM_CAP_ARM_EL2				240
#define KVM_CAP_ARM_EL2_E2H0			241
#define KVM_CAP_ARM_PMU_V3_STRICT		251

/* What the draft under review called the two. Only caps.c may ask for them. */
#define DRAFT_CAP_PTRAUTH_ADDRESS		169
#define DRAFT_CAP_PTRAUTH_GENERIC		170
_Static_assert(KVM_CAP_ARM_PTRAUTH_ADDRESS == 171, "released as 171");
_Static_assert(KVM_CAP_ARM_PTRAUTH_GENERIC == 172, "released as 172");
_Static_assert(KVM_CAP_ARM_PTRAUTH_ADDRESS != DRAFT_CAP_PTRAUTH_ADDRESS &&
	       KVM_CAP_ARM_PTRAUTH_GENERIC != DRAFT_CAP_PTRAUTH_GENERIC,
	       "the draft's numbers are other capabilities");

#define KVM_ARM_TARGET_GENERIC_V8	5

/* Register ids of KVM_GET_ONE_REG; registers.inc has the rest. */
#define KVM_REG_X(n)		(0x6030000000100000ULL + 2 * (n))	/* 31 is sp, 32 pc, 33 pstate */
#define KVM_REG_V0		0x6040000000100054ULL	/* 128 bits; v1 is 4 further */
#define KVM_REG_SVE_Z0		0x6080000000150000ULL	/* 2048 bits; z1 is 32 further */
#define KVM_REG_SVE_VLS		0x606000000015ffffULL
#define KVM_REG_SYS(encoding)	(0x6030000000130000ULL | (encoding))
#define KVM_REG_SIZE(id)	(1u << ((id) >> 52 & 0xf))	/* bytes */

/* The pointer authentication fields of ID_AA64ISAR1_EL1 and ID_AA64ISAR2_EL1. */
#define ISAR1_APA(value)	((unsigned int)((value) >> 4) & 0xf)
#define ISAR1_API(value)	((unsigned int)((value) >> 8) & 0xf)
#define ISAR1_GPA(value)	((unsigned int)((value) >> 24) & 0xf)
#define ISAR1_GPI(value)	((unsigned int)((value) >> 28) & 0xf)
#define ISAR2_GPA3(value)	((unsigned int)((value) >> 8) & 0xf)
#define ISAR2_APA3(value)	((unsigned int)((value) >> 12) & 0xf)

#endif /* KVM_ARM_CAPS_NUMBERS_H */
