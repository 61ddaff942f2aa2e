// SPDX-License-Identifier: GPL-2.0-only
/* Fault injection, by the number of the allocation or user copy. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "decode.h"
#include "fail_nth.h"
#include "run.h"
#include "shared.h"
#include "watch.h"
#include "words.h"

#define NTH		"/proc/thread-self/fail-nth"
#define ALL		"/proc/thread-self/make-it-fail"
#define LOG		"/dev/kmsg"
#define DEBUGFS		"/sys/kernel/debug"
#define LEAKS		DEBUGFS "/kmemleak"
#define MOST_SITES	1000	/* of a call: several times what any has */
#define LEAK_SECONDS	6	/* kmemleak takes what is younger than five for in use */
#define MOST_FRAMES	8	/* of a stack that are told */

static unsigned int nth;	/* of the turn */
static bool onwards;	/* no allocation from there on succeeds */
static bool next, armed, reached;
static int nth_file = -1, all_file = -1, log_file = -1;
static struct { unsigned int sites, no_memory, fault, tolerated; } came;

static bool ask(const void *facts)
{
	(void)facts;
	return uc_init_machine() && !access(NTH, W_OK);
}

const struct uc_need uc_need_fail_nth = {
	.name = "fail-nth", .ask = ask,
	.reason = UC_NOT_APPLICABLE "only in a VM of our own with fault injection: make error-paths",
};

static void tell(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);

	if (file < 0 || write(file, text, strlen(text)) < 0)
		uc_error("writing %s to %s: %s", text, path, uc_errno_name(errno));
	close(file);
}

/* Whether the log has the stack of each failure, "2", or nothing, "0". */
static void set_verbose(const char *level)
{
	tell(DEBUGFS "/failslab/verbose", level);
	tell(DEBUGFS "/fail_page_alloc/verbose", level);
	tell(DEBUGFS "/fail_usercopy/verbose", level);
}

/*
 * By itself the kernel would only fail what may not wait. Where the site with the number is behind it, a
 * task that must fail does so at every allocation.
 */
#define KNOBS(kind)									\
	{ DEBUGFS kind "/ignore-gfp-wait", "N" },	\
	{ DEBUGFS kind "/task-filter", "Y" }, { DEBUGFS kind "/times", "-1" },		\
	{ DEBUGFS kind "/probability", "100" }

static void set_up(void)
{
	static const char *const knobs[][2] = {
		KNOBS("/failslab"), KNOBS("/fail_page_alloc"),
		{ DEBUGFS "/fail_page_alloc/ignore-gfp-highmem", "N" },
		{ DEBUGFS "/fail_page_alloc/min-order", "0" },
	};

	if (mount("debugfs", DEBUGFS, "debugfs", 0, NULL) && errno != EBUSY)
		uc_error("mounting debugfs: %s", uc_errno_name(errno));
	for (size_t i = 0; i < UC_ARRAY_SIZE(knobs); i++)
		tell(knobs[i][0], knobs[i][1]);
	set_verbose("0");
	nth_file = open(NTH, O_RDWR | O_CLOEXEC);
	all_file = open(ALL, O_RDWR | O_CLOEXEC);
	if (nth_file < 0 || all_file < 0)
		uc_error("opening " NTH " and " ALL ": %s", uc_errno_name(errno));
	log_file = open(LOG, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	/* A page of ours that must be copied first could never be: its access would not end. */
	if (mlockall(MCL_CURRENT))
		uc_error("mlockall(): %s", uc_errno_name(errno));
}

/* The file that the next one would be. */
static int free_file(void)
{
	int file = dup(nth_file);

	close(file);
	return file;
}

static void play(void (*turn)(void *argument), void *argument)
{
	next = reached = false;
	turn(argument);
}

/*
 * Where the site of the last turn is, by the stack in the log, which it has of this turn once more: behind
 * what decides to fail. What is said and counted then has been already.
 */
static void say_place(void (*turn)(void *argument), void *argument)
{
	const size_t said = uc_shared->details.used, noted = uc_shared->notes.used;
	const __typeof__(came) counted = came;
	const bool was_reached = reached;
	char place[512] = "";
	unsigned int frames = 0;
	bool behind = false;
	const char *text;

	lseek(log_file, 0, SEEK_END);
	set_verbose("2");
	play(turn, argument);
	set_verbose("0");
	came = counted;
	reached = was_reached;
	uc_log_cut(&uc_shared->details, said);
	uc_log_cut(&uc_shared->notes, noted);
	while ((text = uc_watch_next(log_file))) {
		const size_t length = strcspn(text, "+");
		const bool frame = *text == ' ' && text[length];

		if (!frame && frames)
			break;
		if (frame && memmem(text, length, "should_fail", strlen("should_fail")))
			behind = true;
		else if (frame && behind && frames++ < MOST_FRAMES)
			uc_append(place, sizeof(place), "%s%.*s", *place ? " <-" : "", (int)length, text);
	}
	if (*place)
		uc_fail("its place:%s", place);
}

/* Each turn leaves as many files open as the first one. */
static void pass(void (*turn)(void *argument), void *argument)
{
	int first = -1;
	size_t said;

	nth = 0;
	do {
		nth++;
		said = uc_shared->details.used;
		play(turn, argument);
		if (uc_shared->details.used != said)
			say_place(turn, argument);
		came.sites += reached;
		first = first < 0 ? free_file() : first;
	} while (reached && nth < MOST_SITES && free_file() == first);
	if (!uc_check(free_file() == first, "expected: no file stays open after a call whose allocation or user "
		      "copy number %u fails\ngot:      number %d does", nth, first))
		say_place(turn, argument);
	uc_check(!reached || nth < MOST_SITES, "expected: a call of fewer than %u allocations and copies", MOST_SITES);
}

void uc_fail_each(void (*turn)(void *argument), void *argument)
{
	set_up();
	memset(&came, 0, sizeof(came));
	onwards = false;
	pass(turn, argument);
	onwards = true;
	pass(turn, argument);
	uc_note("sites failed: %u; ENOMEM: %u, EFAULT: %u, succeeded all the same: %u", came.sites,
		came.no_memory, came.fault, came.tolerated);
	if (!came.sites)
		uc_skip(UC_NOT_APPLICABLE "this call has no allocation and no user copy");
}

void uc_fail_next(void)
{
	next = true;
}

void uc_fail_arm(void)
{
	char text[16];
	int length;

	if (!next)
		return;
	next = false;
	length = snprintf(text, sizeof(text), "%u", nth);
	/* The number last, for the other one's copy would be the first. */
	if ((onwards && pwrite(all_file, "1", 1, 0) != 1) || pwrite(nth_file, text, length, 0) != length)
		uc_error("arming " NTH ": %s", uc_errno_name(errno));
	armed = true;
}

void uc_fail_disarm(void)
{
	const int error = errno;
	char text[16] = "";

	if (!armed)
		return;
	armed = false;
	/* These copy too: where the site was not reached, it may be theirs. */
	if (pread(nth_file, text, sizeof(text) - 1, 0) > 0)
		reached = atoi(text) == 0;
	while (!reached && pwrite(nth_file, "0", 1, 0) != 1)
		;
	if (onwards && pwrite(all_file, "0", 1, 0) != 1)
		uc_error("disarming " ALL ": %s", uc_errno_name(errno));
	errno = error;
}

bool uc_fail_succeeded(long result, int also, const char *call)
{
	if (!reached)
		return true;
	came.no_memory += result == -ENOMEM;
	came.fault += result == -EFAULT;
	came.tolerated += result >= 0;
	uc_check(result >= 0 || result == -ENOMEM || result == -EFAULT || result == -also,
		 "call:     %s, whose allocation or user copy number %u fails%s\n"
		 "expected: success, ENOMEM or EFAULT\ngot:      %s", call, nth,
		 onwards ? ", and every allocation behind it" : "",
		 uc_result_name(-1, -result));
	return result >= 0;
}

void uc_fail_leaks(void)
{
	char text[4096];
	ssize_t length;
	int file;

	/* What is on a stack or in a register at the first look is not at both. */
	tell(LEAKS, "scan");
	sleep(LEAK_SECONDS);
	tell(LEAKS, "scan");
	file = open(LEAKS, O_RDONLY | O_CLOEXEC);
	length = file < 0 ? -1 : read(file, text, sizeof(text) - 1);
	if (length < 0)
		uc_error("reading " LEAKS ": %s", uc_errno_name(errno));
	close(file);
	text[length] = '\0';
	uc_check(!length, "expected: all memory of the calls is freed or in use\n"
		 "got:      kmemleak finds some that is neither:\n%s", text);
	/* Told once. */
	tell(LEAKS, "clear");
}
