/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest of one page: a vCPU that executes one operation of guest_code.h at a
 * time, in EL1 with the MMU off, and hands back X0 or the exception it took.
 *
 * What a row says with these is "the guest did this and saw that". A call that
 * the kernel refuses on the way there ends the row: as ERROR while the guest is
 * set up, as FAIL where KVM_RUN itself comes back with something else than the
 * guest's store.
 */
#ifndef KVM_ARM_CAPS_GUEST_H
#define KVM_ARM_CAPS_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "../../harness/row.h"
#include "guest_code.h"
#include "keys.h"
#include "vcpu.h"

/* SCTLR_EL1: which keys' instructions do something at all. */
#define SCTLR_ENIA	(1ULL << 31)
#define SCTLR_ENIB	(1ULL << 30)
#define SCTLR_ENDA	(1ULL << 27)
#define SCTLR_ENDB	(1ULL << 13)
#define SCTLR_EN_ALL	(SCTLR_ENIA | SCTLR_ENIB | SCTLR_ENDA | SCTLR_ENDB)

/* Exception classes of ESR_EL1. */
#define EC_UNKNOWN	0x00	/* an undefined instruction */
#define EC_FPAC		0x1c	/* a pointer that did not authenticate */

struct guest {
	struct kvm_vcpu vcpu;
	struct kvm_run *run;
	struct guest_scripted *script;	/* the page of the VM's script */
	uint64_t sctlr;		/* as reset left it, without the four enables */
};

/* What one operation came to. */
struct guest_answer {
	uint64_t x0;		/* where no exception was taken */
	bool exception;
	unsigned int ec;	/* of ESR_EL1, where one was */
	bool elsewhere;		/* ... and its ELR_EL1 is not inside the operation */
};

/*
 * A row with a guest: judge() is given one whose vCPU has these features, with
 * exactly these of SCTLR_EL1's enables, and what the ops are is its own.
 */
struct guest_row {
	struct uc_row row;
	void (*judge)(struct guest *guest, const struct guest_row *row);
	uint32_t features;
	uint64_t enables;
	struct {
		enum guest_op first;
		unsigned int count;
	} ops[2];
};

/* A topic's run() for tables of struct guest_row. */
void guest_run_row(const struct uc_row *row, const void *facts);

/*
 * A new VM with one vCPU of this feature set, booted, the four enables set.
 * Ends the row as ERROR where it cannot be had. Everything lives until the
 * child exits.
 */
struct guest guest_new(uint32_t features);

/* Another vCPU, with its own features, in the VM of @other. */
struct guest guest_second(const struct guest *other, uint32_t features);

/* Set the registers that the guest's code relies on; again after every INIT. */
void guest_boot(struct guest *guest);

/* Set exactly these of SCTLR_EL1's enables. */
void guest_enable(struct guest *guest, uint64_t enables);

/* Execute one operation. */
struct guest_answer guest_do(struct guest *guest, enum guest_op op, uint64_t x0, uint64_t x1);

/* The same, where any exception is the kernel's failure and ends the row; returns X0. */
uint64_t guest_value(struct guest *guest, enum guest_op op, uint64_t x0, uint64_t x1);

/* The guest calls its hypervisor (HVC #0), with X0..X3; returns X0. */
uint64_t guest_call(struct guest *guest, uint64_t x0, uint64_t x1, uint64_t x2, uint64_t x3);

/*
 * Run a vCPU that is at @op by itself, without a look at its registers, which
 * would have PSCI's reset happen before KVM_RUN. Returns what it stores.
 */
uint64_t guest_continue(struct guest *guest, enum guest_op op);

/* One operation of several, and of X0's bits those that the result of the one before changes. */
struct guest_item {
	enum guest_op op;
	uint64_t x0, x1, before;
};

/*
 * Several operations are a script, which the guest plays by itself: each KVM_RUN costs as much as
 * dozens of them. It is written here, once, before the guest first runs; GUEST_SCRIPT items fit.
 */
#define GUEST_SCRIPT	64
void guest_write(struct guest *guest, const struct guest_item *items, unsigned int count);

/* Play @count items of it, from number @first on. */
void guest_play(struct guest *guest, unsigned int first, unsigned int count,
		const struct guest_item *items, struct guest_answer *answers);

/* Where an operation is, for the guest. */
uint64_t guest_address(enum guest_op op);

/* X0 of an answer. Any exception is the kernel's failure and ends the row. */
uint64_t guest_answer_value(enum guest_op op, const struct guest_answer *answer);

/* Fail the row unless the operation is undefined, at that very instruction. */
void guest_answer_undefined(enum guest_op op, const struct guest_answer *answer);
void guest_expect_undefined(struct guest *guest, enum guest_op op, uint64_t x0, uint64_t x1);

/*
 * Fail the row where the guest reads ID_AA64ISAR1_EL1 or 2 otherwise than KVM_GET_ONE_REG. What it
 * reads is in @seen.
 */
void guest_expect_id_registers(struct guest *guest, uint64_t seen[2]);

/* What the guest makes of one value with each of its five keys: IA, IB, DA, DB, GA. */
#define GUEST_KEYS_USED	5
void guest_use_keys(struct guest *guest, uint64_t value, uint64_t modifier,
		    uint64_t results[GUEST_KEYS_USED]);

/* The ten key registers, as the guest reads and writes them. */
void guest_read_keys(struct guest *guest, uint64_t keys[REG_KEYS]);
void guest_write_keys(struct guest *guest, const uint64_t keys[REG_KEYS]);

/* A guest without the features runs, and what is undefined on every CPU is undefined in it. */
extern const struct uc_control guest_runs;

#endif /* KVM_ARM_CAPS_GUEST_H */
