// SPDX-License-Identifier: GPL-2.0-only
/* What came of a step, held against a rule: the documents' (rules.c), or what the step says itself. */
#include <stdio.h>
#include <string.h>

#include "rules.h"

/* The rule becomes what the step says itself of what must come; if it does. */
static void take_own(const struct kvm_step *step, struct kvm_rule *rule)
{
	if (!step->answers)
		return;
	rule->allowed = step->answers & MAY_ANYTHING;
	/* Whatever is answered, its struct is not written to. */
	if (step->op == DO_INIT)
		return;
	/* What comes with an error counts where nothing else may come. */
	rule->always = !(step->answers & MAY_OK);
	rule->value_rule = step->answers & AND_VALUE ? VALUE_IS :
			   step->answers & AND_NOT_VALUE ? VALUE_IS_NOT : VALUE_FREE;
	rule->value = step->value;
	rule->mask = step->mask ?: ~0ULL;
}

static bool counts(const struct kvm_rule *rule, int result)
{
	return rule->value_rule != VALUE_FREE && (!result || rule->always);
}

bool kvm_allows(const struct kvm_rule *rule, int result, uint64_t value)
{
	if (!(rule->allowed & kvm_answer(result)))
		return false;
	return !counts(rule, result) || ((value & rule->mask) == (rule->value & rule->mask)) ==
					 (rule->value_rule == VALUE_IS);
}

bool kvm_judge(const struct kvm_facts *facts, struct kvm_model *model, const struct kvm_step *step,
	       int result, uint64_t value, struct kvm_rule *rule)
{
	kvm_rule_of(facts, model, step, rule);
	take_own(step, rule);
	if (!kvm_allows(rule, result, value))
		return false;
	kvm_follow(facts, model, step, result, value);
	return true;
}

void kvm_explain(const struct kvm_step *step, const struct kvm_rule *rule, int result, uint64_t value,
		 char *expected, char *got, size_t size)
{
	const bool answered = rule->allowed & kvm_answer(result);

	snprintf(expected, size, "%s", kvm_answers_name(rule->allowed, " or "));
	snprintf(got, size, "%s", kvm_result_name(result));
	if (!answered && result && step->op >= DO_EXEC && step->op <= DO_CONTINUE)
		uc_append(got, size, " (%#llx)", (unsigned long long)value);
	if (!answered || !counts(rule, result))
		return;
	if (step->op == DO_INIT) {
		uc_append(expected, size, ", and the struct as it was");
		uc_append(got, size, ", and the struct %s", value ? "was written to" : "as it was");
		return;
	}
	snprintf(expected, size, "%s%#llx", rule->value_rule == VALUE_IS ? "" : "anything but ",
		 (unsigned long long)(rule->value & rule->mask));
	snprintf(got, size, "%#llx", (unsigned long long)(value & rule->mask));
}
