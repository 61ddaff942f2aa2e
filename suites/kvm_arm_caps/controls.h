/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls that are known to succeed. A row that expects a refusal names the one
 * that its call differs from, so that a kernel which refuses everything gets
 * ERROR and not PASS.
 */
#ifndef KVM_ARM_CAPS_CONTROLS_H
#define KVM_ARM_CAPS_CONTROLS_H

#include "../../harness/row.h"

extern const struct uc_control kvm_control_plain;	/* no features */
extern const struct uc_control kvm_control_pauth;	/* both kinds of authentication */

/* A register that every vCPU has is listed, and can be written and read. */
extern const struct uc_control kvm_registers_work;

/* A guest runs, and what is undefined on every CPU is undefined in it. */
extern const struct uc_control kvm_guest_runs;

#endif /* KVM_ARM_CAPS_CONTROLS_H */
