// SPDX-License-Identifier: GPL-2.0-only
/* --replay 'STEP; STEP': from text to a sequence. */
#include <stdio.h>
#include <string.h>

#include "explore.h"

bool uc_replay_parse(const struct uc_explorer *explorer, const char *text, const void *facts,
		     struct uc_sequence *sequence, struct uc_words *words)
{
	uc_words_begin(words, text, text, 0);
	*sequence = (struct uc_sequence){ .count = 0 };
	for (const char *at = text, *end; !words->fault[0] && *at; at = *end ? end + 1 : end) {
		unsigned int room = UC_MAX_STEPS - sequence->count;

		end = at + strcspn(at, ";");
		uc_words_begin(words, text, at, end - at);
		if (!uc_words_left(words))
			continue;
		words->word = words->next;
		if (!room)
			uc_words_fault(words, "more than %d steps", UC_MAX_STEPS);
		else
			sequence->count += explorer->parse(words, sequence->steps +
							   sequence->count * explorer->step_size,
							   room, facts);
		if (!words->fault[0] && uc_words_left(words)) {
			words->word = words->next;
			uc_words_fault(words, "nothing may follow here, but '%.*s' does",
				       UC_SHOWN(words->end - words->next), words->next);
		}
	}
	if (!words->fault[0] && !sequence->count) {
		words->word = text;
		uc_words_fault(words, "there is no step in '%.*s'", UC_SHOWN(strlen(text)), text);
	}
	return !words->fault[0];
}
