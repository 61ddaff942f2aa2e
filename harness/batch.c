// SPDX-License-Identifier: GPL-2.0-only
/* Several rows in one child. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buffer.h"
#include "batch.h"
#include "isolate.h"
#include "watch.h"

#define MOST_FILES	1024	/* numbers below which all files are that are open when the rows begin */

/* What the child says about where it is, in memory that both map. */
static struct progress {
	struct uc_whereabouts at;	/* how many members were begun */
	unsigned long taint;	/* as the child saw it last */
	bool left_behind;	/* the last one begun left something in its process */
	bool complained;	/* ... and the kernel complained meanwhile, which it may do only once */
} *progress;

/* From this number on no file was open when the rows began: what has one is a row's. */
static unsigned int first_free;

bool uc_batch_takes(const struct uc_entry *entry, int timeout)
{
	const struct uc_row *row = entry->row;

	/* Who waits for more than one row cannot see at once that one has less time. */
	return entry->topic->batched && !row->own_process &&
	       (!row->timeout || row->timeout >= timeout);
}

/* Fill the gaps between the files that are open, so that a row's are all above them. */
static void look_at_files(void)
{
	long limit = sysconf(_SC_OPEN_MAX);
	int count = limit > 0 && limit < MOST_FILES ? limit : MOST_FILES;
	struct pollfd files[MOST_FILES];
	int filler;

	for (int i = 0; i < count; i++)
		files[i] = (struct pollfd){ .fd = i };
	first_free = MOST_FILES;
	if (poll(files, count, 0) < 0)
		return;
	while (count && files[count - 1].revents & POLLNVAL)
		count--;
	first_free = count;
	do
		filler = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	while (filler >= 0 && filler < count);
	if (filler >= 0)
		close(filler);
}

bool uc_batch_begin(void)
{
	void *memory = mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return false;
	progress = memory;
	look_at_files();
	return true;
}

/*
 * A thread that was joined may still be about to end. The call is refused to a process that has
 * more than one, and otherwise nothing changes.
 */
static bool one_thread(void)
{
	for (int tries = 0; tries < 20; tries++) {
		if (!unshare(CLONE_SIGHAND) || errno != EINVAL)
			return true;
		usleep(1000);
	}
	return false;
}

/* In one call where there is one, since Linux 5.9. */
static void close_files(unsigned int first)
{
	if (!close_range(first, ~0U, 0))
		return;
	for (unsigned int i = first; i < MOST_FILES; i++)
		close(i);
}

/* Whether the process is again as it was; its files are, afterwards. */
static bool tidy(const struct uc_member *member)
{
	if (member->entry->suite->tidy)
		member->entry->suite->tidy();
	close_files(first_free);
	return one_thread() && waitpid(-1, NULL, WNOHANG) < 0;
}

static unsigned long expected_taint(const struct uc_member *member)
{
	return member->control ? 0 : member->entry->row->expected_taint;
}

static void run_members(const void *argument)
{
	const struct uc_batch *batch = argument;
	const size_t buffers = uc_buffers_mark();

	for (unsigned int i = 0; i < batch->count; i++) {
		const struct uc_member *member = &batch->members[i];
		const struct uc_row *row = member->entry->row;
		size_t said;

		if (!member->announced)
			uc_tap_comment("run %s", row->id);
		/* Now, and not when there is more: should the kernel die, this is what names the row. */
		fflush(stdout);
		uc_shared_reset();
		if (!member->control)
			uc_shared_blame(member->entry->suite, row);
		uc_shared_name(row->id);
		progress->at.timeout = row->timeout ?: batch->timeout;
		progress->at.begun++;
		if (member->control)
			member->control->run(member->facts);
		else
			member->entry->topic->run(row, member->facts);
		if (!member->control)
			uc_shared_row_ended();
		progress->left_behind = !tidy(member);
		uc_buffers_release(buffers);
		said = uc_shared->details.used;
		uc_watch_row(getpid(), expected_taint(member), batch->own_vm);
		progress->complained = uc_shared->details.used != said;
		progress->taint = uc_watch_seen();
		/* The last one's verdict needs the end of this process too. */
		if (progress->left_behind || uc_shared->verdict != UC_PASS || i + 1 == batch->count)
			return;
		if (!member->control)
			batch->print(member);
	}
}

unsigned int uc_batch_run(const struct uc_batch *batch, bool *sure)
{
	unsigned int last, passed = 0, skipped = 0;
	size_t said;
	int pid;

	*progress = (struct progress){ .taint = uc_watch_seen() };
	pid = uc_isolate_several(batch->members[0].entry->row->id, run_members, batch,
				 batch->timeout, &progress->at);
	uc_watch_see(progress->taint);
	last = progress->at.begun ? progress->at.begun - 1 : 0;
	said = uc_shared->details.used;
	uc_watch_row(pid, expected_taint(&batch->members[last]), batch->own_vm);
	progress->complained |= uc_shared->details.used != said;
	for (unsigned int i = 0; i < last; i++) {
		passed += !batch->members[i].control;
		skipped += batch->members[i].skips;
	}
	uc_tap_adopt(passed, skipped);
	*sure = !last || (uc_shared->verdict == UC_PASS && !progress->left_behind);
	return last;
}

bool uc_batch_complaint(void)
{
	return progress->complained;
}

static const char *verdict_name(enum uc_verdict verdict)
{
	static const char *const names[] = { "PASS", "SKIP", "ERROR", "FAIL" };

	return names[verdict];
}

void uc_batch_compare(const struct uc_shared *before, const char *first)
{
	const enum uc_verdict singly = uc_shared->verdict, together = before->verdict;
	size_t length = before->details.used;

	/* A PASS that left something behind is none to compare with. */
	if (singly == together || together == UC_PASS)
		return;
	if (uc_shared->verdict < together)
		uc_shared->verdict = together;
	if (uc_shared->verdict < UC_ERROR)
		uc_shared->verdict = UC_ERROR;
	if (length > sizeof(before->details.text))
		length = sizeof(before->details.text);
	uc_log_add(&uc_shared->details, "in a process of its own the row is %s, but it was %s in "
		   "one that ran other rows before it, from %s on, where it said:\n%.*s",
		   verdict_name(singly), verdict_name(together), first, (int)length,
		   before->details.text);
}
