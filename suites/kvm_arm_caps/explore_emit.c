// SPDX-License-Identifier: GPL-2.0-only
/* Steps as the statements of a C program: one plain call of reproducer/calls.c each. */
#include <stdio.h>
#include <string.h>

#include "explore.h"

/* A number, or the slot that it comes from. */
static const char *number(uint64_t number, unsigned int from)
{
	static char text[32];

	snprintf(text, sizeof(text), from ? "slots[%llu]" : "%#llxULL",
		 from ? from - 1ULL : (unsigned long long)number);
	return text;
}

/* The call itself, as an expression that is 0 or the errno. */
static void emit_call(FILE *out, const struct kvm_step *step, const struct kvm_facts *facts)
{
	const unsigned int vm = step->vm, vcpu = step->vcpu, which = step->which;
	struct kvm_vcpu_init init;
	char fd[32], sequence[80];

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
		fprintf(out, "run(%u, %u)", vm, vcpu);
		break;
	case DO_FINALIZE:
		fprintf(out, "call(%s, KVM_ARM_VCPU_FINALIZE, &(int){ %d })", fd,
			kvm_finalizable[which]);
		break;
	case DO_GET_REG:
	case DO_SET_REG:
		fprintf(out, "reg(%s, KVM_%cET_ONE_REG, %#llxULL, %u, %u, ", fd,
			step->op == DO_GET_REG ? 'G' : 'S', (unsigned long long)step->id, step->shift,
			step->bits);
		if (step->op == DO_GET_REG)
			fprintf(out, "%#llxULL)", (unsigned long long)~step->value);
		else
			fprintf(out, "%s)", number(step->arguments[0], step->from[0]));
		break;
	case DO_GET_EVENTS:
	case DO_SET_EVENTS:
		fprintf(out, "events(%s, KVM_%cET_VCPU_EVENTS, %s)", fd,
			step->op == DO_GET_EVENTS ? 'G' : 'S', number(step->arguments[0], step->from[0]));
		break;
	case DO_PMU:
		fprintf(out, "pmu(%s, %u)", fd, which);
		break;
	case DO_BOOT:
		fprintf(out, "guest_boot(vm[%u], %s, %d)", vm, fd, !which);
		break;
	case DO_EXEC:
		kvm_sequence_name(step, sequence, sizeof(sequence));
		fprintf(out, "execute(%u, %u, guest_sequence(\"%s\"), %s, ", vm, vcpu, sequence,
			number(step->arguments[0], step->from[0]));
		fprintf(out, "%s)", number(step->arguments[1], step->from[1]));
		break;
	case DO_READ:
	case DO_WRITE:
		fprintf(out, "execute(%u, %u, guest_move(%#llxULL, %d), %s, 0)", vm, vcpu,
			(unsigned long long)step->id, step->op == DO_WRITE,
			step->op == DO_WRITE ? number(step->arguments[0], step->from[0]) : "GUEST_MARK");
		break;
	case DO_CONTINUE:
		fprintf(out, "execute_on(%u, %u)", vm, vcpu);
		break;
	case DO_SAVE:
		fprintf(out, "save(%s)", fd);
		break;
	case DO_RESTORE:
		fprintf(out, "restore(%s)", fd);
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
		fprintf(out, "mask(vm[%u], %#llxULL, %u, %u)", vm, (unsigned long long)step->id,
			step->shift, step->bits);
		break;
	case DO_ENABLE_MTE:
	case DO_ENABLE_IMP_ID:
		fprintf(out, "enable(vm[%u], %d)", vm, step->op == DO_ENABLE_MTE ? KVM_CAP_ARM_MTE :
			KVM_CAP_ARM_WRITABLE_IMP_ID_REGS);
		break;
	case DO_FILTER:
		fprintf(out, "filter(vm[%u], %s, ", vm, number(step->arguments[0], step->from[0]));
		fprintf(out, "%s, %u)", number(step->arguments[1], step->from[1]), which == 3 ? 99 : which);
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
		fprintf(out, "\tcheck_value(%#llxULL, %d, %s);\n",
			(unsigned long long)observed->data[SEEN_MASK], rule == VALUE_IS,
			number(observed->data[SEEN_EXPECTED], step->from[2] <= KVM_SLOTS ?
				step->from[2] : 0));
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
