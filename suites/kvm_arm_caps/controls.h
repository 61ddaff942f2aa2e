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

#endif /* KVM_ARM_CAPS_CONTROLS_H */
