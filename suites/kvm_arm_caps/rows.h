/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A row of this suite: a few steps on one new VM, as text (steps.h), each with
 * the answer that the document asks for; and a function for what steps cannot
 * say.
 */
#ifndef KVM_ARM_CAPS_ROWS_H
#define KVM_ARM_CAPS_ROWS_H

#include <stdint.h>

#include "controls.h"
#include "needs.h"
#include "requirements.h"
#include "topics.h"

struct kvm_facts;

/* Both kinds of pointer authentication, in the text of steps. */
#define PAIR	"PTRAUTH_ADDRESS|PTRAUTH_GENERIC"

/* The same for each of the ten key registers, in the text of steps. */
#define EACH_KEY(before, after) \
	before "APIAKeyLo_EL1" after before "APIAKeyHi_EL1" after before "APIBKeyLo_EL1" after \
	before "APIBKeyHi_EL1" after before "APDAKeyLo_EL1" after before "APDAKeyHi_EL1" after \
	before "APDBKeyLo_EL1" after before "APDBKeyHi_EL1" after before "APGAKeyLo_EL1" after \
	before "APGAKeyHi_EL1" after

/* Of a parameter: not every judge looks at it. */
#define UNUSED	__attribute__((unused))

struct kvm_row {
	struct uc_row row;
	const char *steps;	/* NULL: there are none */
	void (*judge)(const struct kvm_row *row, const struct kvm_facts *facts);	/* goes on after them; or NULL */
	/* For judge(), which says what it makes of them: */
	unsigned int number;
	const void *data;
};

/* For judges: what follows is the row's at hand. VM 0 with vCPU 0 is there, as before all steps. */

/* Play these steps, and judge them by what they say. Ends the row where the kernel is wrong. */
void kvm_play(const char *steps, ...) __attribute__((format(printf, 1, 2)));

/* The same for what is only to be there: where the kernel answers otherwise the row is ERROR. */
void kvm_set_up(const char *steps, ...) __attribute__((format(printf, 1, 2)));

/* What a failure says that came before the steps that are played from here on; NULL: nothing. Not copied. */
void kvm_tell_before(const char *what);

/* All VMs anew, as before the first step. */
void kvm_start_over(void);

/*
 * uc_expect() for the functions of play.h, which return 0, a positive number or a negative errno: the
 * call is made once, as the argument, and this answer is what is judged.
 */
bool kvm_expect(int got, int expected, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A judge: the steps of .data on a vCPU with a PMU, whose event counters they use; open where it has none. */
void kvm_judge_counters(const struct kvm_row *row, const struct kvm_facts *facts);
#define HAS_COUNTERS	"INIT PMU_V3 = 0; GET_REG PMCR_EL0.N = 0 as a; "	/* the .steps of that */

/* A topic's run() and replay() for tables of struct kvm_row. */
void kvm_run_row(const struct uc_row *row, const void *facts);
void kvm_replay_row(const struct uc_row *row, char *text, size_t size);

/* A control's run(). */
void kvm_run_control(const void *facts, const char *steps);

#define KVM_TOPIC(topic_name, array) {						\
	.name = (topic_name), .file = __FILE__, .rows = (array),		\
	.row_size = sizeof((array)[0]), .row_count = UC_ARRAY_SIZE(array),	\
	.run = kvm_run_row, .replay = kvm_replay_row, .batched = true }

#endif /* KVM_ARM_CAPS_ROWS_H */
