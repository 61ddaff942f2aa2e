// SPDX-License-Identifier: GPL-2.0-only
/* Steps as the statements of a C program: one plain call of reproducer/calls.c each. */
#include <stdio.h>
#include <string.h>

#include "explore.h"

/* The call itself, as an expression that is 0 or the errno. */
static void emit_call(FILE *out, const struct kvm_step *step, const struct kvm_facts *facts)
{
	const unsigned int vm = step->vm, vcpu = step->vcpu, which = step->which;
	struct kvm_vcpu_init init;
	char fd[32];

	kvm_init_struct(step, facts->preferred, &init);
	snprintf(fd, sizeof(fd), "vcpu[%u][%u]", vm, vcpu);
	switch ((enum kvm_op)step->op) {
	case DO_INIT:
		fprintf(out, "init(%s, %u, %d, %u, %#xU, %d)", fd, kvm_mapped_bytes(step),
			step->pointer == READ_ONLY, init.target, step->features, step->extra_bit);
		break;
	case DO_INIT_PREFERRED:
		fprintf(out, "init_preferred(vm[%u], %s)", vm, fd);
		break;
	case DO_RUN:
		fprintf(out, "run(%s)", fd);
		break;
	case DO_FINALIZE:
		fprintf(out, "call(%s, KVM_ARM_VCPU_FINALIZE, &(int){ %d })", fd,
			kvm_finalizable[which]);
		break;
	case DO_GET_REG:
	case DO_SET_REG:
		fprintf(out, "reg(%s, KVM_%cET_ONE_REG, %#llxULL, %#llxULL)", fd,
			step->op == DO_GET_REG ? 'G' : 'S',
			(unsigned long long)kvm_registers[which].id,
			(unsigned long long)(step->op == DO_GET_REG ? ~step->value : step->value));
		break;
	case DO_GET_ID:
	case DO_SET_ID:
		fprintf(out, "id_reg(%s, %#llxULL, %#llxULL)", fd,
			(unsigned long long)kvm_id_registers[which].id,
			(unsigned long long)step->value);
		break;
	case DO_REG_LIST:
		fprintf(out, "list(%s, %u)", fd, which);
		break;
	case DO_GET_LENGTHS:
	case DO_SET_LENGTHS:
		fprintf(out, "lengths(%s, %d, %d)", fd, step->op == DO_GET_LENGTHS || !which,
			step->op == DO_SET_LENGTHS);
		break;
	case DO_GET_MP_STATE:
		fprintf(out, "mp_state(%s, KVM_GET_MP_STATE, 0)", fd);
		break;
	case DO_SET_MP_STATE:
		fprintf(out, "mp_state(%s, KVM_SET_MP_STATE, %u)", fd,
			kvm_mp_states[which]);
		break;
	case DO_CHECK_SYSTEM:
	case DO_CHECK_VM:
		snprintf(fd, sizeof(fd), "vm[%u]", vm);
		fprintf(out, "extension(%s, %u)", step->op == DO_CHECK_VM ? fd : "kvm",
			kvm_capability(which));
		break;
	case DO_PREFERRED:
		fprintf(out, "preferred(vm[%u])", vm);
		break;
	case DO_MASKS:
		fprintf(out, "mask(vm[%u], %u)", vm, kvm_id_registers[which].mask_index);
		break;
	case DO_ENABLE_MTE:
		fprintf(out, "enable_mte(vm[%u])", vm);
		break;
	case DO_NEW_VM:
		fprintf(out, "new_vm(%u)", vm);
		break;
	case DO_CLOSE_VM:
		fprintf(out, "close_vm(%u)", vm);
		break;
	case DO_NEW_VCPU:
		fprintf(out, "new_vcpu(%u, %u)", vm, vcpu);
		break;
	case DO_CLOSE_VCPU:
		fprintf(out, "close_vcpu(%u, %u)", vm, vcpu);
		break;
	case KVM_OPS:
		break;
	}
}

static void emit_step(FILE *out, const struct kvm_step *step, const struct uc_observed *observed,
		      const struct kvm_facts *facts)
{
	const uint32_t allowed = observed->data[SEEN_ALLOWED];
	const enum kvm_value_rule rule = SEEN_RULE(observed->data[SEEN_ALLOWED]);
	char text[256];

	kvm_step_text(step, text, sizeof(text));
	fprintf(out, "\tcheck(\"%s\", ", text);
	emit_call(out, step, facts);
	fprintf(out, ", \"%s\");\n", allowed ? kvm_answers_name(allowed, "|") : "anything");
	/* Nobody wants to read of every KVM_ARM_VCPU_INIT that its struct was not written to. */
	if (rule != VALUE_FREE && (step->op != DO_INIT || observed->data[SEEN_VALUE]))
		fprintf(out, "\tcheck_value(%#llxULL, %d, %#llxULL);\n",
			(unsigned long long)observed->data[SEEN_MASK], rule == VALUE_IS,
			(unsigned long long)observed->data[SEEN_EXPECTED]);
}

void kvm_explore_emit(FILE *out, const void *place, const struct uc_observed *observed,
		      unsigned int count, const void *facts)
{
	const struct kvm_step *steps = place;

	for (unsigned int i = 0; i < count; i++)
		if (!observed[i].skipped)
			emit_step(out, &steps[i], &observed[i], facts);
}
