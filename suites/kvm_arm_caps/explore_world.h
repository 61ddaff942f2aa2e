/* SPDX-License-Identifier: GPL-2.0-only */
/* A world of an exploration: real VMs and vCPUs, and the model beside them. */
#ifndef KVM_ARM_CAPS_EXPLORE_WORLD_H
#define KVM_ARM_CAPS_EXPLORE_WORLD_H

#include "../../harness/explorer.h"
#include "model.h"

struct kvm_world {
	struct kvm_model model;
	int system;
	int vm[MODEL_VMS];
	int vcpu[MODEL_VMS][MODEL_VCPUS];
	void *run[MODEL_VMS][MODEL_VCPUS];	/* mapped at the first KVM_RUN */
	size_t run_size;
};

/* What uc_seen's data holds. */
enum { SEEN_ALLOWED, SEEN_VALUE, SEEN_MASK, SEEN_EXPECTED };
#define SEEN_RULE(data)		((enum kvm_value_rule)((data) >> 32 & 3))
#define SEEN_ALWAYS(data)	((bool)((data) >> 34 & 1))

/* The explorer's functions of these names (explorer.h). A new world has VM 0 with vCPU 0. */
void kvm_world_begin(void *world, const void *facts);
void kvm_world_end(void *world);
void kvm_world_apply(void *world, const void *step, const void *facts, struct uc_observed *seen);

/* explore_emit.c: the explorer's emit(). */
void kvm_explore_emit(FILE *out, const void *steps, const struct uc_observed *seen,
		      unsigned int count, const void *facts, bool watch);

/* explore.c */
extern const struct uc_explorer kvm_explorer;

/* explore.c: the step for people, as the explorer's decode(). */
void kvm_explore_decode(const void *step, const void *facts, char *text, size_t size);

#endif /* KVM_ARM_CAPS_EXPLORE_WORLD_H */
