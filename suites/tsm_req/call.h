/* SPDX-License-Identifier: GPL-2.0-only */
/* From a step to memory, and the call itself. */
#ifndef TSM_CALL_H
#define TSM_CALL_H

#include <stdint.h>

#include "player.h"

#define TSM_MARGIN	16	/* bytes before the response that must stay poison */

/* A call in memory, and what was there before it. */
struct tsm_issue {
	__u32 id, word;
	uintptr_t argument;	/* the address passed */
	__u64 req_uptr, resp_uptr;
	void *whole, *whole_before;	/* the struct with its tail, or NULL where nothing is mapped */
	size_t whole_size;
	__u8 *req, *req_before;	/* mapped part of the request, and a copy of it */
	size_t req_size;
	__u8 *resp;		/* mapped part of the response, and the margin before it */
	size_t resp_size;
	__u32 seed;		/* of the pattern that the TSM writes */
};

/* Lay out all that the call needs, in buffers (harness/buffer.h). ERROR if memory is short. */
void tsm_lay_out(struct tsm_issue *issue, const struct tsm_player *player,
		 const struct tsm_step *step);

/* The fields of the struct, where the revision has them. */
void tsm_write_fields(__u8 *image, const struct tsm_issue *issue, const struct tsm_step *step);

/* Make it, as the step's caller. */
void tsm_issue(const struct tsm_issue *issue, const struct tsm_player *player,
	       const struct tsm_step *step, struct tsm_observed *observed);

/* A step of the suite's own text laid out and made, with nothing judged but what the kernel makes of it. */
struct tsm_observed tsm_make(const struct tsm_player *player, const char *text, struct tsm_issue *issue);

/* What the TSM is told by the request, or beforehand. */
struct uapi_conform_answer tsm_script_of(const struct tsm_step *step, __u32 seed);

/* Hold all that came of it against what must, but for the state of the device. */
void tsm_judge_issue(struct tsm_judgement *judgement, const struct tsm_issue *issue,
		     const struct uapi_conform_state *before,
		     const struct uapi_conform_state *after);

#endif /* TSM_CALL_H */
