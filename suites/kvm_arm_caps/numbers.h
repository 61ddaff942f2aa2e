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

#include "reproducer/numbers.c"

/* Further ioctl words: direction, size of the argument, type 0xae, number. */
#define KVM_IOCTL(direction, size, number) \
	((unsigned long)(direction) << 30 | (unsigned long)(size) << 16 | 0xaeUL << 8 | (number))
#define KVM_IOCTL_NONE	0
#define KVM_IOCTL_IN	1	/* the kernel reads */
#define KVM_IOCTL_OUT	2	/* the kernel writes */
#define KVM_IOCTL_INOUT	3

#define KVM_CAP_ARM_PSCI			87
#define KVM_CAP_ARM_EL1_32BIT			93
#define KVM_CAP_ARM_PSCI_0_2			102
#define KVM_CAP_ARM_PMU_V3			126
#define KVM_CAP_IMMEDIATE_EXIT			136
#define KVM_CAP_PPC_IRQ_XIVE			169
#define KVM_CAP_ARM_SVE				170
#define KVM_CAP_ARM_PTRAUTH_ADDRESS		171
#define KVM_CAP_ARM_PTRAUTH_GENERIC		172
#define KVM_CAP_ARM_INJECT_EXT_DABT		178
#define KVM_CAP_ARM_MTE				205
#define KVM_CAP_SYSTEM_EVENT_DATA		215
#define KVM_CAP_ARM_SYSTEM_SUSPEND		216
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
