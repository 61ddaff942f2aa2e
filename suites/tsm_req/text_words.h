/* SPDX-License-Identifier: GPL-2.0-only */
/* The words of steps, one table for reading (text_read.c) and writing (text.c); NULL: no word is needed. */
#ifndef TSM_TEXT_WORDS_H
#define TSM_TEXT_WORDS_H

#include "step.h"

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

#endif /* TSM_TEXT_WORDS_H */
