// SPDX-License-Identifier: GPL-2.0-only
/* Steps as the statements of a C program: one plain call of reproducer/ each. */
#include <stdio.h>
#include <string.h>

#include "explore.h"

/* A number, or the slot that it comes from. */
static const char *number(uint64_t number, unsigned int from)
{
	static char text[32];

	snprintf(text, sizeof(text), from ? "slots[%llu]" : "%#llx",
		 from ? from - 1ULL : (unsigned long long)number);
	return text;
}

/* The call itself, as an expression that is 0 or the errno. */
static void emit_call(FILE *out, const struct kvm_step *step, const struct kvm_facts *facts)
{
	static const char *const calls[] = {
#define OP(word, weight, needs, call, ...)	#call,
#include "ops.inc"
	};
	struct kvm_given given;
	char sequence[80];

	kvm_what_is_given(step, facts->preferred, &given);
	kvm_sequence_name(step, sequence, sizeof(sequence));
	fprintf(out, "%s(%u, %u, ", calls[step->op], step->vm, step->vcpu);
	for (unsigned int i = 0; i < given.count; i++) {
		fputs(i ? ", " : "A(", out);
		if (step->op == DO_EXEC && !i)
			fprintf(out, "guest_sequence(\"%s\")", sequence);
		else
			fputs(number(given.a[i], given.from[i]), out);
	}
	fputs(given.count ? "))" : "NULL)", out);
}

static void emit_step(FILE *out, const struct kvm_step *step, const struct uc_observed *observed,
		      const struct kvm_facts *facts)
{
	struct kvm_came came;
	char text[256];

	memcpy(&came, observed->data, sizeof(came));
	kvm_step_text(step, text, sizeof(text));
	fprintf(out, "\tcheck(\"%s\", ", text);
	emit_call(out, step, facts);
	fprintf(out, ", \"%s\");\n", kvm_answers_name(came.rule.allowed, "|"));
	/* Nobody wants to read of every KVM_ARM_VCPU_INIT that its struct was not written to. */
	if (came.rule.value_rule != VALUE_FREE && (step->op != DO_INIT || came.value))
		fprintf(out, "\tcheck_value(%#llx, %d, %s);\n",
			(unsigned long long)came.rule.mask, came.rule.value_rule == VALUE_IS,
			number(came.rule.value, step->from[2] <= KVM_SLOTS ? step->from[2] : 0));
	if (step->keep)
		fprintf(out, "\tslots[%d] = value;\n", step->keep - 1);
}

void kvm_explore_emit(FILE *out, const void *place, const struct uc_observed *observed,
		      unsigned int count, const void *facts)
{
	const struct kvm_step *steps = place;

	for (unsigned int i = 0; i < count; i++)
		if (!observed[i].skipped)
			emit_step(out, &steps[i], &observed[i], facts);
}
