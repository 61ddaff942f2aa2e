// SPDX-License-Identifier: GPL-2.0-only
/*
 * The structs and ioctl words of KVM's arm64 UAPI, for the suite (numbers.h)
 * and for the programs that show a failure. The unit tests hold each word
 * against the size of its struct.
 */
#include <stdint.h>

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
			uint32_t type;
			uint32_t ndata;
			uint64_t data[16];
		} system_event;
	};
};
#define KVM_EXIT_SYSTEM_EVENT	24

#define KVM_CREATE_VM			0xae01UL
#define KVM_CHECK_EXTENSION		0xae03UL
#define KVM_GET_VCPU_MMAP_SIZE		0xae04UL
#define KVM_CREATE_VCPU			0xae41UL
#define KVM_SET_USER_MEMORY_REGION	0x4020ae46UL
#define KVM_RUN				0xae80UL
#define KVM_GET_MP_STATE		0x8004ae98UL
#define KVM_SET_MP_STATE		0x4004ae99UL
#define KVM_GET_VCPU_EVENTS		0x8040ae9fUL
#define KVM_SET_VCPU_EVENTS		0x4040aea0UL
#define KVM_CREATE_DEVICE		0xc00caee0UL
#define KVM_SET_DEVICE_ATTR		0x4018aee1UL
#define KVM_HAS_DEVICE_ATTR		0x4018aee3UL
#define KVM_ENABLE_CAP			0x4068aea3UL
#define KVM_GET_ONE_REG			0x4010aeabUL
#define KVM_SET_ONE_REG			0x4010aeacUL
#define KVM_ARM_VCPU_INIT		0x4020aeaeUL
#define KVM_ARM_PREFERRED_TARGET	0x8020aeafUL
#define KVM_GET_REG_LIST		0xc008aeb0UL
#define KVM_ARM_GET_REG_WRITABLE_MASKS	0x8040aeb6UL
#define KVM_ARM_VCPU_FINALIZE		0x4004aec2UL

#define KVM_CAP_ARM_VM_IPA_SIZE		165
#define KVM_REG_SVE_VLS			0x606000000015ffffULL
