/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Steps as text, which rows are written in, --replay takes and every failure prints:
 *
 *	TSM_REQ scope=9 = EINVAL; TSM_OP BIND = 0 binds; DESTROY vdevice; TSM_REQ = ENOENT
 *
 * A call names only what is not as in the good one; "= ..." is what must come of it, else the rules
 * decide: a residue, an errno ("or" another), "open"; "from TSM" for an error of its own; "binds",
 * "unbinds" where the TSM is asked to.
 */
#ifndef TSM_TEXT_H
#define TSM_TEXT_H

#include "../../harness/words.h"
#include "step.h"

extern const char *const tsm_step_names[TSM_STEP_OPS];

/* Read one step; false after a fault. */
bool tsm_parse_step(struct uc_words *words, struct tsm_step *step);

/*
 * Read steps separated by semicolons, at most @room; returns how many, or 0 with *why (static).
 */
unsigned int tsm_parse_steps(const char *text, struct tsm_step *steps, unsigned int room,
			     const char **why);

/* The same for the suite's own text; ends the row as ERROR where it is wrong. */
unsigned int tsm_read_steps(struct tsm_step *steps, unsigned int room, const char *text);

/* Change a step as these words say, which is the suite's own text. */
void tsm_spoil(struct tsm_step *step, const char *words);

/* Write the step; what tsm_parse_step() reads. @expect: also what it says must come of it. */
void tsm_write_step(const struct tsm_step *step, bool expect, char *text, size_t size);

/* The same in one of two static buffers that take turns, for a failure's "call:". */
const char *tsm_step_text(const void *step);

/* The words, one table for reading (text_read.c) and writing (text.c); NULL: no word is needed. */
/* Of a call, beside its fields. */
enum key {
	KEY_STRUCT, KEY_BYTE, KEY_WORD, KEY_FILE, KEY_AS, KEY_CONSUME, KEY_PRODUCE, KEY_RESULT,
	KEY_DELAY, KEY_ECHO, KEY_NO_TOUCH, KEY_BEFOREHAND, KEYS
};

#define TSM_OVERRIDES	4

extern const char *const tsm_objects[TSM_OBJECTS], *const tsm_ids[TSM_IDS], *const tsm_places[TSM_PLACES],
	*const tsm_wrong_words[TSM_WORDS], *const tsm_files[TSM_FILES], *const tsm_callers[TSM_CALLERS],
	*const tsm_devices[TSM_DEVICES], *const tsm_overrides[TSM_OVERRIDES],
	*const tsm_races[TSM_RACES], *const tsm_keys[KEYS];

#endif /* TSM_TEXT_H */
