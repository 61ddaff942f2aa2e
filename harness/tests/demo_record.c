// SPDX-License-Identifier: GPL-2.0-only
/* What the suite "demo" records: parts that end well, die, say too little, and make the kernel warn. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "demo.h"
#include "explorer.h"
#include "record.h"
#include "verdict.h"
#include "words.h"

enum demo_record_mood demo_record_mood;

static void plain(const void *facts)
{
	(void)facts;
	uc_record("one", "%d", 1);
	uc_record_about("about.%s", "SVE|PMU");
	uc_record("two", "EINVAL");
	uc_record_about("%s", "");
	uc_record("three", "0");
}

static void second(const void *facts)
{
	(void)facts;
	uc_record("before", "0");
	if (demo_record_mood == DEMO_RECORD_DIES)
		raise(SIGKILL);
	if (demo_record_mood == DEMO_RECORD_BREAKS)
		uc_error("no wheels to look at");
	if (demo_record_mood == DEMO_RECORD_WARNS)
		demo_kernel_says("4,120,5,-;WARNING: CPU: 0 at record\n");
	if (demo_record_mood == DEMO_RECORD_FLOODS)
		for (unsigned long i = 0; i < 1000000; i++)
			uc_record("flood", "%060lu", i);
	uc_record("after", "0");
}

static char played[8];

static void begin(const void *facts)
{
	(void)facts;
	played[0] = '\0';
}

static void end(void)
{
}

/* A step is one word: what it says comes out, but of WRONG, and END ends. */
static unsigned int parse(struct uc_words *words, void *steps, unsigned int room, const void *facts)
{
	const char *word;
	size_t length = uc_word(words, &word);

	(void)room;
	(void)facts;
	snprintf(steps, UC_MAX_STEP_SIZE, "%.*s", (int)length, word);
	return length && length < sizeof(played);
}

static enum uc_step_came play(const void *step, const void *facts, char *text, size_t size)
{
	(void)facts;
	snprintf(text, size, "%s after %s", (const char *)step, played);
	snprintf(played, sizeof(played), "%s", (const char *)step);
	return !strcmp(played, "WRONG") ? UC_STEP_OTHER : !strcmp(played, "END") ? UC_STEP_END : UC_STEP_AS_SAID;
}

static void steps(const void *facts)
{
	static const struct uc_step_recorder recorder = { begin, end, parse, play };
	static const struct uc_recorded_steps list[] = {
		{ "plain", "A > B; B; WRONG; A", NULL, NULL },
		{ "{%1}.%2", "A > %1; %2", "A,B", "0x9..0xa" },
		{ "set_up", "WRONG > A", NULL, NULL },
		{ "ends", "A > B; END; A", NULL, NULL },
		{ NULL, NULL, NULL, NULL }
	};

	uc_record_steps(&recorder, list, facts);
}

static bool ask_never(const void *facts)
{
	(void)facts;
	return false;
}

static const struct uc_need never = { .name = "never", .reason = "never", .ask = ask_never };

const struct uc_recorded demo_recorded[] = {
	{ "plain", "what is plain", { 1 }, plain, { NULL } },
	{ "steps", "what steps come to", { 0 }, steps, { NULL } },
	{ "absent", "what is not there", { 0 }, plain, { &never } },
	{ "second", "what comes second", { 0 }, second, { NULL } },
	{ NULL, NULL, { 0 }, NULL, { NULL } }
};
