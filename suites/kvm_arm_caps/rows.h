/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A row of this suite: a few steps on one new VM, as text (steps.h), each with
 * the answer that the document asks for; or a function where steps cannot say
 * it.
 */
#ifndef KVM_ARM_CAPS_ROWS_H
#define KVM_ARM_CAPS_ROWS_H

#include <stdint.h>

#include "controls.h"
#include "needs.h"
#include "requirements.h"
#include "topics.h"

struct kvm_facts;
struct kvm_vcpu;

#define EVERY	~0u

/* Both kinds of pointer authentication, in the text of steps. */
#define PAIR	"PTRAUTH_ADDRESS|PTRAUTH_GENERIC"

/* Of a parameter: not every judge looks at it. */
#define UNUSED	__attribute__((unused))

struct kvm_row {
	struct uc_row row;
	const char *steps;	/* NULL: one of these two judges */
	void (*judge)(const struct kvm_row *row, const struct kvm_facts *facts);
	void (*judge_vcpu)(const struct kvm_vcpu *vcpu);	/* initialised with .features */
	uint32_t features;	/* EVERY: the pair where there is one, else none */
	/* For judge(), which says what it makes of them: */
	unsigned int number;
	const void *data;
};

/* A judge: the steps of .data on a vCPU with a PMU, whose event counters they use; open where it has none. */
void kvm_judge_counters(const struct kvm_row *row, const struct kvm_facts *facts);

/* A topic's run() and replay() for tables of struct kvm_row. */
void kvm_run_row(const struct uc_row *row, const void *facts);
void kvm_replay_row(const struct uc_row *row, char *text, size_t size);

#define KVM_TOPIC(topic_name, array) {						\
	.name = (topic_name), .file = __FILE__, .rows = (array),		\
	.row_size = sizeof((array)[0]), .row_count = UC_ARRAY_SIZE(array),	\
	.run = kvm_run_row, .replay = kvm_replay_row, .batched = true }

#endif /* KVM_ARM_CAPS_ROWS_H */
