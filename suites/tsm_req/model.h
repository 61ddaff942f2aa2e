/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of the device and of iommufd's objects after some steps, and what must come of the
 * next one then. Pure. Calls are the rules' (rules.h); the model adds what needs a memory: which
 * number names which object, what is connected, bound, overridden, given to a VM.
 */
#ifndef TSM_MODEL_H
#define TSM_MODEL_H

#include "rules.h"

struct tsm_model {
	bool tsm_built;
	struct {
		bool open, vm;	/* vm: for vIOMMUs that are made of it from now on */
		__u32 virt_id;	/* of its vdevice */
	} device[TSM_DEVICES];
	struct {
		bool live;
		bool left;	/* it ended with its device */
		__u32 id;	/* also of what is no more */
	} object[TSM_OBJECTS];
	bool vm;		/* of the vIOMMU: what its device had when it was made */
	bool connected, bound;
	__u8 override;		/* TSM_OVERRIDE_* */
};

/* A device that is open, with a VM and a vdevice, connected and not bound; @ids by object. */
void tsm_model_begin(struct tsm_model *model, const __u32 ids[TSM_OBJECTS]);

/* Nothing but an open iommufd: its vdevice has a number that names nothing. */
void tsm_model_no_device(struct tsm_model *model, bool tsm_built);

/* The device's state, seen from a vdevice; and to bring the model into one. */
enum tsm_state tsm_model_state(const struct tsm_model *model, enum tsm_object vdevice);
void tsm_model_set_state(struct tsm_model *model, enum tsm_state state);

/* Whether there is something for the step to act on, and the rules know an answer to it. */
bool tsm_model_can(const struct tsm_model *model, const struct tsm_step *step);
/* The second half of that alone: others are dangerous to the player's own memory. */
bool tsm_step_sound(const struct tsm_step *step);

/* The state in which a vdevice is that has just been made. */
enum tsm_state tsm_state_of_new(bool connected, bool vm);

/* The question that a call is; and what must come of any step. */
struct tsm_question tsm_model_question(const struct tsm_model *model, const struct tsm_step *step);
void tsm_model_expect(const struct tsm_model *model, const struct tsm_step *step,
		      struct tsm_expected *expected);

/* Take down what came of the step, where that was as expected; @id is the new object's. */
void tsm_model_follow(struct tsm_model *model, const struct tsm_step *step,
		      const struct tsm_expected *expected, __u32 id, __s64 second);

/* Which live object a number of the main file names, or TSM_OBJECTS. */
enum tsm_object tsm_model_named(const struct tsm_model *model, __u32 id);

/* The object that a step makes, or TSM_OBJECTS. */
enum tsm_object tsm_made_object(const struct tsm_step *step);

#endif /* TSM_MODEL_H */
