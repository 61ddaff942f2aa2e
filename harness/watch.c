// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's own complaints: its log and its taint, watched around each row. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "row.h"
#include "shared.h"
#include "watch.h"

#define MOST_LINES 24	/* of one complaint; the console has the rest */

/* How a complaint begins. What only informs (a driver's error message) is none. */
static const char *const complaints[] = {
	"------------[ cut here ]", "WARNING: ", "BUG: ", "Internal error: ",
	"Unable to handle kernel", "Oops", "KASAN: ", "UBSAN: ", "kernel BUG at",
	"refcount_t: ", "general protection fault", "Kernel panic",
};

/*
 * What only says that something took long. A host that gives the VM no time
 * looks the same as a kernel that hangs, so this makes no FAIL; a call that
 * does hang is found by the row's own timeout.
 */
static const char *const delays[] = {
	"INFO: task ", "rcu: INFO: ", "soft lockup", "hard LOCKUP", "workqueue lockup",
	"detected stall",
};

/*
 * The machine has too little memory, or the kernel let go of none: no row's verdict can tell, and
 * whatever asks for memory next is killed in its turn.
 */
static const char *const shortages[] = { "Out of memory: ", "invoked oom-killer" };

#define TAINT_DIE		(1UL << 7)
#define TAINT_SOFTLOCKUP	(1UL << 14)

static bool watching;
static int log_fd = -1;
static int taint_fd = -1;
static unsigned long last_taint;
/* The kernel's longest; it gives no part of one. Static: it must be there when no memory can be had. */
static char record[8192 + 1];

unsigned long uc_watch_taint(void)
{
	char text[32];
	ssize_t length = taint_fd < 0 ? -1 : pread(taint_fd, text, sizeof(text) - 1, 0);

	if (length <= 0)
		return 0;
	text[length] = '\0';
	return strtoul(text, NULL, 10);
}

void uc_watch_files(int taint, int log)
{
	watching = true;
	taint_fd = taint;
	log_fd = log;
	memset(record, '\n', sizeof(record));
	last_taint = uc_watch_taint();
}

void uc_watch_begin(void)
{
	int log;

	if (watching)
		return;
	log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log >= 0)
		lseek(log, 0, SEEK_END);
	uc_watch_files(open("/proc/sys/kernel/tainted", O_RDONLY | O_CLOEXEC), log);
}

bool uc_watch_sees_taint(void)
{
	return taint_fd >= 0;
}

const char *uc_watch_gap(void)
{
	if (log_fd >= 0)
		return taint_fd >= 0 ? NULL : "the kernel's taint cannot be read: is /proc mounted?";
	return taint_fd >= 0 ?
		"the kernel's log cannot be read (run as root), only its taint" :
		"the kernel's log and its taint cannot be read, so its complaints go unseen";
}

/*
 * A record is "priority,sequence,time,flags;text\n", with continuation lines
 * behind. Programs write to the log too, with a facility in the bits above the level.
 */
const char *uc_watch_next(int log)
{
	for (;;) {
		ssize_t length = read(log, record, sizeof(record) - 1);
		char *text;

		if (length < 0 && (errno == EPIPE || errno == EINTR))
			continue;	/* EPIPE: records were overwritten, go on with what is left */
		if (length <= 0)
			return NULL;
		record[length] = '\0';
		text = strchr(record, ';');
		if (!text || strtoul(record, NULL, 10) >= 8)
			continue;
		text[strcspn(text, "\n")] = '\0';
		return text + 1;
	}
}

static bool has_any(const char *text, const char *const *phrases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *at = strstr(text, phrases[i]);

		/* Not the end of another word: "DEBUG: ". */
		if (at && (at == text || !isalpha((unsigned char)at[-1])))
			return true;
	}
	return false;
}

#define HAS_ANY(text, phrases) has_any(text, phrases, UC_ARRAY_SIZE(phrases))

static bool is_called(const char *comm, const char *name)
{
	return *name && !strncmp(comm, name, strlen(name)) && comm[strlen(name)] == ' ';
}

/*
 * By its name, which threads have from the row, or from us. A number alone may be another process's:
 * in a container the log counts processes in its own way.
 */
static bool names_process(const char *text, int pid)
{
	const char *at = strstr(text, "PID: "), *comm = strstr(text, "Comm: ");
	char own[16] = "";

	if (!comm)
		return at && atoi(at + 5) == pid;
	prctl(PR_GET_NAME, own);
	return is_called(comm + 6, own) || is_called(comm + 6, uc_shared->process);
}

struct findings {
	unsigned int lines;	/* kept of a complaint, and what followed it */
	bool ours;		/* the log names a process of ours */
	bool wrong;		/* more than a delay or a shortage */
	bool short_of_memory;
	char text[4096];
};

static void read_log(int pid, struct findings *found)
{
	const char *text;
	size_t used = 0;

	while ((text = uc_watch_next(log_fd))) {
		if (HAS_ANY(text, shortages))
			found->short_of_memory = true;
		else if (HAS_ANY(text, complaints) && !HAS_ANY(text, delays))
			found->wrong = true;
		else if (!found->lines && !HAS_ANY(text, delays))
			continue;
		found->ours |= names_process(text, pid);
		if (found->lines++ < MOST_LINES && used < sizeof(found->text))
			used += snprintf(found->text + used, sizeof(found->text) - used,
					 "kernel: %s\n", text);
	}
}

void uc_watch_row(int pid, unsigned long expected_taint, bool own_vm)
{
	unsigned long taint = uc_watch_taint(), came = taint & ~last_taint & ~expected_taint;
	struct findings found = { 0 };

	if (log_fd >= 0)
		read_log(pid, &found);
	if (!came && !found.lines) {
		last_taint = taint;
		return;
	}
	if (own_vm || found.ours) {
		static const char said[] = "the kernel complained meanwhile:\n%s";

		if (found.wrong || came & ~TAINT_SOFTLOCKUP) {
			uc_shared_fail_kernel(said, found.text);
		} else {
			uc_shared_error(said, found.text);
		}
		if (came)
			uc_log_add(&uc_shared->details, "taint went from %lu to %lu", last_taint,
				   taint);
		/* Whatever it held when it died, locks above all, it holds still. */
		if (came & TAINT_DIE)
			uc_shared->unusable = "the kernel oopsed";
		else if (found.short_of_memory)
			uc_shared->unusable = "the kernel ran out of memory";
	} else if (log_fd < 0) {
		uc_shared_error("taint went from %lu to %lu meanwhile, and the kernel's log cannot be "
				"read to see why: run as root", last_taint, taint);
	} else {
		uc_log_add(&uc_shared->notes,
			   "the kernel complained while this row ran, but its log names another process "
			   "(taint %lu to %lu):\n%s", last_taint, taint, found.text);
	}
	last_taint = taint;
}
