/* SPDX-License-Identifier: GPL-2.0-only */
/* The operations that a guest can execute (reproducer/guest.c), for who speaks of them. Pure. */
#ifndef KVM_ARM_CAPS_GUEST_H
#define KVM_ARM_CAPS_GUEST_H

#include <stdbool.h>
#include <stdint.h>

/* By index; NULL behind the last one. */
const char *kvm_operation_name(unsigned int index);

/*
 * What may come of one, MAY_...: in a vCPU with these features, where SCTLR_EL1 has the enables or
 * not, on a CPU that is known to have pointer authentication (@pauth) or may have.
 */
uint32_t kvm_operation_answers(unsigned int index, uint32_t features, bool enables, bool pauth);

#endif /* KVM_ARM_CAPS_GUEST_H */
