// SPDX-License-Identifier: GPL-2.0-only
/* What the suite "demo" records: parts that end well, die, say too little, and make the kernel warn. */
#include <signal.h>

#include "demo.h"
#include "record.h"
#include "verdict.h"

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

const struct uc_recorded demo_recorded[] = {
	{ "plain", "what is plain", { 1 }, plain, { NULL } },
	{ "second", "what comes second", { 0 }, second, { NULL } },
	{ NULL, NULL, { 0 }, NULL, { NULL } }
};
