/* SPDX-License-Identifier: GPL-2.0-only */
/* From a step to memory, and the call itself. */
#ifndef TSM_CALL_H
#define TSM_CALL_H

#include "player.h"

/* Lay out all that the call needs, in buffers (harness/buffer.h). ERROR if memory is short. */
void tsm_lay_out(struct tsm_issue *issue, const struct tsm_player *player,
		 const struct tsm_step *step);

/* The fields of the struct, where the revision has them, for the addresses and the id that @issue has. */
void tsm_write_fields(struct tsm_issue *issue, const struct tsm_step *step);

/* What is passed in a field; and how many bytes of the struct are there. */
__u64 tsm_field_value(const struct tsm_issue *issue, const struct tsm_step *step,
		      const struct tsm_field *field);
size_t tsm_struct_size(const struct tsm_step *step), tsm_mapped_size(const struct tsm_step *step, enum tsm_area area);

/* Make it, as the step's caller. */
void tsm_issue(const struct tsm_issue *issue, const struct tsm_player *player,
	       const struct tsm_step *step, struct tsm_observed *observed);

/* A step of the suite's own text laid out and made, with nothing judged but what the kernel makes of it. */
struct tsm_observed tsm_make(const struct tsm_player *player, const char *text, struct tsm_issue *issue);

/*
 * For many requests of which only the result counts: memory once, with a good request and response, and a
 * struct with zeros behind it; and one call, as ioctl() returns it. Its places are mapped, null or unmapped.
 */
#define TSM_QUICK 64	/* bytes: the longest struct, and zeros */
void tsm_quick_begin(struct tsm_issue *memory);
int tsm_quick(const struct tsm_player *player, const struct tsm_issue *memory, const struct tsm_step *step);

/* What the TSM is told by the request, or beforehand. */
struct uapi_conform_answer tsm_script_of(const struct tsm_step *step, __u32 seed);

/* What must come of a call that is laid out, beside its result. */
void tsm_outcome_of(struct tsm_outcome *outcome, const struct tsm_step *step,
		    const struct tsm_expected *expected, struct tsm_issue *issue);

/* Hold all that came of it against what must, but for the state of the device. */
void tsm_judge_issue(struct tsm_judgement *judgement, struct tsm_issue *issue,
		     const struct uapi_conform_state *before,
		     const struct uapi_conform_state *after);

#endif /* TSM_CALL_H */
