/* SPDX-License-Identifier: GPL-2.0-only */
/* What the rules for all registers of a vCPU share. */
#ifndef KVM_LISTS_H
#define KVM_LISTS_H

#include <stdint.h>

#include "facts.h"
#include "play.h"
#include "rows.h"

#define MOST		1024	/* registers; kernels list some 300 */
#define WIDEST		256	/* bytes, of Z registers */

/* Fields of a register's id. */
#define GROUP(id)	((id) >> 16 & 0xfff)
#define CORE		0x010
#define DEMUX		0x011
#define SYSTEM		0x013
#define FIRMWARE	0x014
#define BITMAPS		0x016
#define OP0(id)		((id) >> 14 & 3)
#define OP1(id)		((id) >> 11 & 7)
#define CRN(id)		((id) >> 7 & 0xf)

/* The register list of a vCPU's file, in a guarded buffer that lives until the row ends. Fails the row where there is none. */
struct kvm_reg_list *kvm_list_of(int vcpu);

/* Run @judge on a new vCPU of each legal set of features, the empty one first; @name says the set. */
void kvm_for_each_legal_set(const struct kvm_facts *facts, void (*judge)(int vcpu, uint32_t set, const char *name));

/*
 * Whether that is judged of the register for the set at hand: of a set within the largest one only
 * what its features bring, for the others are the same, and are judged with none and with the largest.
 */
bool kvm_judged_with_set(uint64_t id);

#endif /* KVM_LISTS_H */
