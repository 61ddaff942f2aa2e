/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an exploration of this suite knows of the device and of iommufd's objects, and what must
 * come of a step then. Pure: no system call. Requests are the oracle's (oracle.h); the model adds
 * what needs a memory: which number names which object, who is connected, bound, disguised, given
 * to a VM.
 */
#ifndef TSM_MODEL_H
#define TSM_MODEL_H

#include "explore_step.h"
#include "oracle.h"
#include "requirements.h"

struct tsm_model {
	struct {
		bool open, vm;		/* vm: for vIOMMUs that are made of it from now on */
		uint32_t virt_id;	/* of its vdevice */
	} device[DEVICES];
	struct {
		bool live;
		bool left;	/* it ended with its device */
		uint32_t id;	/* also of what is no more */
	} slot[SLOTS];
	bool vm;		/* of the vIOMMU: what its device had when it was made */
	bool connected, bound;
	uint8_t disguise;
};

/* What a world begins with; @ids are those of the slots. */
void tsm_model_begin(struct tsm_model *model, const uint32_t ids[SLOTS]);

/* Whether there is something for the step to act on. */
bool tsm_model_can(const struct tsm_model *model, const struct tsm_step *step);

/* What must come of the step. */
void tsm_model_right(const struct tsm_model *model, const struct tsm_step *step,
		     struct tsm_right *right);

/* Which clause is broken if @aspect of the step is wrong. */
enum tsm_requirement tsm_model_requirement(const struct tsm_model *model,
					   const struct tsm_step *step,
					   const struct tsm_right *right, unsigned int aspect);

/* Take down what came of the step; only for what was right. */
void tsm_model_follow(struct tsm_model *model, const struct tsm_step *step,
		      const struct tsm_right *right, const struct tsm_met *met);

/* The request as the oracle knows it, but for the id. */
struct tsm_call tsm_model_call(const struct tsm_step *step);

/* Which live object a number of the main file names, or SLOTS. */
unsigned int tsm_model_named(const struct tsm_model *model, uint32_t id);

/*
 * Whether the step is one that the rules know an answer to; the others are not worth playing, or
 * dangerous to the player's own memory.
 */
bool tsm_model_sound(const struct tsm_step *step);

#endif /* TSM_MODEL_H */
