// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sequence as a C program of its own, to attach to a report: libc and ioctl
 * numbers, nothing else, and only the parts that its steps use.
 */
#include <stdio.h>
#include <string.h>

#include "explore_emit.h"
#include "explore_world.h"


/* The answers that are right, as arguments of check(). */
static void emit_answers(FILE *out, uint32_t allowed)
{
	const char *separator = "";

	if (!allowed || (allowed & MAY_FAIL) == MAY_FAIL) {
		fputs(!allowed || allowed & MAY_OK ? "ANYTHING" : "ANY_ERROR", out);
		return;
	}
	for (unsigned int i = 0; i < kvm_model_answer_count; i++) {
		if (!(allowed & kvm_model_answers[i].set))
			continue;
		fprintf(out, "%s%s", separator, kvm_model_answers[i].name);
		separator = ", ";
	}
}

/* The call itself, as an expression that is 0 or the errno. */
static void emit_call(FILE *out, const struct kvm_model_step *step, const struct kvm_facts *facts,
		      const struct kvm_emission *emission)
{
	struct kvm_call call = kvm_model_call(step);
	struct kvm_vcpu_init init;
	char fd[32];

	kvm_call_struct(&call, facts->preferred, &init);
	snprintf(fd, sizeof(fd), "vcpu[%u][%u]", step->vm, step->vcpu);
	switch ((enum kvm_step_op)step->op) {
	case DO_INIT:
		fprintf(out, "init(%s, %s%u, %#xU, %d)", fd, !emission->placed ? "" :
			step->pointer == UNMAPPED ? "0, " :
			step->pointer == ONE_BYTE_SHORT ? "31, " : "32, ", init.target,
			step->features, step->extra_bit);
		break;
	case DO_RUN:
		fprintf(out, "run(%s)", fd);
		break;
	case DO_FINALIZE:
		fprintf(out, "call(%s, KVM_ARM_VCPU_FINALIZE, &(int){ %d })", fd,
			kvm_finalizable[step->which]);
		break;
	case DO_GET_REG:
	case DO_SET_REG:
		fprintf(out, "reg(%s, KVM_%cET_ONE_REG, %#llxULL", fd,
			step->op == DO_GET_REG ? 'G' : 'S',
			(unsigned long long)kvm_model_register(step->which).id);
		fprintf(out, ", %#llxULL)", (unsigned long long)step->value);
		break;
	case DO_GET_ISAR:
	case DO_SET_ISAR:
		fprintf(out, "isar(%s, %#llxULL, %#llxULL)", fd,
			step->which ? KVM_REG_ID_AA64ISAR2 : KVM_REG_ID_AA64ISAR1,
			(unsigned long long)step->value);
		break;
	case DO_REG_LIST:
		fprintf(out, "list(%s, %d)", fd, step->which);
		break;
	case DO_GET_LENGTHS:
	case DO_SET_LENGTHS:
		fprintf(out, "lengths(%s, %d, %d)", fd,
			step->op == DO_GET_LENGTHS || step->which, step->op == DO_SET_LENGTHS);
		break;
	case DO_GET_MP_STATE:
		fprintf(out, "mp_state(%s, KVM_GET_MP_STATE, 0)", fd);
		break;
	case DO_SET_MP_STATE:
		fprintf(out, "mp_state(%s, KVM_SET_MP_STATE, %d)", fd,
			step->which ? KVM_MP_STATE_STOPPED : KVM_MP_STATE_RUNNABLE);
		break;
	case DO_CHECK_SYSTEM:
	case DO_CHECK_VM:
		snprintf(fd, sizeof(fd), "vm[%u]", step->vm);
		fprintf(out, "extension(%s, %u)", step->op == DO_CHECK_VM ? fd : "kvm",
			step->which == MODEL_CAP_169 ? KVM_CAP_PPC_IRQ_XIVE :
			kvm_feature_info[step->which].capability);
		break;
	case DO_PREFERRED:
		fprintf(out, "preferred(vm[%u])", step->vm);
		break;
	case DO_MASKS:
		fprintf(out, "mask(vm[%u], %d)", step->vm,
			step->which ? ISAR2_MASK_INDEX : ISAR1_MASK_INDEX);
		break;
	case DO_NEW_VM:
		fprintf(out, "new_vm(%u)", step->vm);
		break;
	case DO_CLOSE_VM:
		fprintf(out, "close(vm[%u])", step->vm);
		break;
	case DO_NEW_VCPU:
		fprintf(out, "new_vcpu(%u, %u)", step->vm, step->vcpu);
		break;
	case DO_CLOSE_VCPU:
		fprintf(out, "close(%s)", fd);
		break;
	case KVM_STEP_OPS:
		break;
	}
}

/* Nobody wants to read of every KVM_ARM_VCPU_INIT that its struct was not written to. */
static bool value_matters(const struct kvm_model_step *step, const struct uc_observed *seen)
{
	if (step->op == DO_INIT && !seen->data[SEEN_VALUE])
		return false;
	return SEEN_RULE(seen->data[SEEN_ALLOWED]) != VALUE_FREE;
}

static void emit_step(FILE *out, const struct kvm_model_step *step, const struct uc_observed *seen,
		      const struct kvm_facts *facts, const struct kvm_emission *emission)
{
	enum kvm_value_rule rule = SEEN_RULE(seen->data[SEEN_ALLOWED]);
	char text[256];

	kvm_explore_decode(step, facts, text, sizeof(text));
	fprintf(out, "\n\tcheck(\"%s\",\n\t      ", text);
	emit_call(out, step, facts, emission);
	fputs(", RIGHT(", out);
	emit_answers(out, seen->data[SEEN_ALLOWED]);
	fputs("));\n", out);
	if (!value_matters(step, seen))
		return;
	if (step->op == DO_INIT)
		fputs("\tcheck_value(\"its struct was written to\", -1ULL, 1, 0);\n", out);
	else
		fprintf(out, "\tcheck_value(\"its value\", %#llxULL, %u, %#llxULL);\n",
			(unsigned long long)seen->data[SEEN_MASK], rule == VALUE_IS,
			(unsigned long long)seen->data[SEEN_EXPECTED]);
}

/* What the steps need, so that nothing else is written. */
static struct kvm_emission survey(const struct kvm_model_step *steps, const struct uc_observed *seen,
				  unsigned int count)
{
	/* VM 0 and its vCPU are made in any case. */
	struct kvm_emission emission = { .ops = 1u << DO_NEW_VM | 1u << DO_NEW_VCPU };

	for (unsigned int i = 0; i < count; i++) {
		if (seen[i].skipped)
			continue;
		emission.ops |= 1u << steps[i].op;
		emission.values |= value_matters(&steps[i], &seen[i]);
		emission.placed |= steps[i].op == DO_INIT &&
				   (steps[i].pointer == UNMAPPED ||
				    steps[i].pointer == ONE_BYTE_SHORT ||
				    value_matters(&steps[i], &seen[i]));
	}
	return emission;
}

void kvm_explore_emit(FILE *out, const void *place, const struct uc_observed *seen,
		      unsigned int count, const void *facts, bool watch)
{
	const struct kvm_model_step *steps = place;
	struct kvm_emission emission = survey(steps, seen, count);

	kvm_emit_head(out, &emission);
	kvm_emit_helpers(out, &emission);
	fprintf(out, "int main(void)\n{\n%s", watch ? "\twatch_log();\n" : "");
	fputs("\tkvm = open(\"/dev/kvm\", O_RDWR);\n"
	      "\tif (kvm < 0) {\n\t\tperror(\"/dev/kvm\");\n\t\treturn 2;\n\t}\n"
	      "\tcheck(\"VM 0: KVM_CREATE_VM\", new_vm(0), RIGHT(0));\n"
	      "\tcheck(\"VM 0 vCPU 0: KVM_CREATE_VCPU\", new_vcpu(0, 0), RIGHT(0));\n", out);
	for (unsigned int i = 0; i < count; i++)
		if (!seen[i].skipped)
			emit_step(out, &steps[i], &seen[i], facts, &emission);
	if (watch)
		fputs("\n\tfailed |= log_complains();", out);
	fputs("\n\tputs(failed ? \"the failure shows\" : \"the failure does not show\");\n"
	      "\treturn failed;\n}\n", out);
}
