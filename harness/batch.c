// SPDX-License-Identifier: GPL-2.0-only
/* Several rows in one child. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "batch.h"
#include "buffer.h"
#include "isolate.h"
#include "run.h"
#include "watch.h"

#define MOST_FILES	1024	/* numbers below which all files are that are open when the rows begin */

static int orders[2], answers[2];	/* pipes; the child keeps what it reads and writes, as the lowest two */
static int pid;
static unsigned int size;
static const char *first_id;
static bool complained;

/* From this number on no file was open when the rows began: what has one is a row's, or a pipe's. */
static int first_free;

bool uc_batch_takes(const struct uc_entry *entry, int timeout)
{
	const struct uc_row *row = entry->row;

	/* Those with less time than others stay by themselves, as those do that might spoil it. */
	return entry->topic->batched && !row->own_process &&
	       (!row->timeout || row->timeout >= timeout);
}

void uc_batch_begin(void)
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
	/* Fill the gaps between the files that are open, so that a row's are all above them. */
	do
		filler = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	while (filler >= 0 && filler < count);
	if (filler >= 0)
		close(filler);
}

unsigned int uc_batch_size(void)
{
	return size;
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
static void close_files(int first)
{
	if (!close_range(first, ~0U, 0))
		return;
	for (int i = first; i < MOST_FILES; i++)
		close(i);
}

/* Whether the process is again as it was; its files are, afterwards. */
static bool tidy(const struct uc_suite *suite)
{
	if (suite->tidy)
		suite->tidy();
	uc_init_settle();
	close_files(orders[1] >= first_free ? orders[1] + 1 : first_free);
	return one_thread() && waitpid(-1, NULL, WNOHANG) < 0;
}

void uc_carry_out(const void *argument)
{
	const struct uc_order *order = argument;
	const struct uc_entry *entry = order->entry;

	if (order->control) {
		order->control->run(order->facts);
		uc_buffers_release(0);
		return;
	}
	uc_shared_blame(entry->suite, entry->row);
	entry->topic->run(entry->row, order->facts);
	uc_buffers_release(0);
	uc_shared_row_ended();
}

/* The child: until the parent closes its end. */
static void serve(const void *unused)
{
	struct uc_order order;

	(void)unused;
	/* The number of the end that it does not need is a good one for its own. */
	dup2(answers[1], orders[1]);
	close(answers[0]);
	close(answers[1]);
	while (read(orders[0], &order, sizeof(order)) == sizeof(order)) {
		char clean;

		uc_shared_name(order.entry->row->id);
		uc_carry_out(&order);
		clean = tidy(order.entry->suite);
		if (write(orders[1], &clean, 1) != 1)
			return;
	}
}

static void close_pipes(void)
{
	for (int i = 0; i < 2; i++) {
		close(orders[i]);
		close(answers[i]);
	}
}

static bool begin(const char *id)
{
	if (pipe2(orders, O_CLOEXEC) || pipe2(answers, O_CLOEXEC)) {
		uc_shared_reset();
		uc_shared_error("no pipe for a batch: %s", strerror(errno));
		return false;
	}
	first_id = id;
	pid = uc_child_begin(id, serve, NULL);
	/* This end of orders stays, too: who writes to it must not be ended where the child was. */
	if (pid > 0)
		close(answers[1]);
	else
		close_pipes();
	return pid > 0;
}

static bool passed(void)
{
	return uc_shared->verdict == UC_PASS || (uc_shared->verdict == UC_SKIP && uc_shared->open);
}

static void finish(int timeout, bool late)
{
	close(orders[1]);
	uc_child_finish(timeout, late);
	close(orders[0]);
	close(answers[0]);
	size = 0;
}

bool uc_batch_run(const struct uc_order *order, int timeout, bool last, bool own_vm)
{
	const struct uc_row *row = order->entry->row;
	enum uc_child came = UC_CHILD_ENDED;
	size_t said;
	char clean = 0;
	bool goes_on;

	if (!size && !begin(row->id))
		return false;
	size++;
	uc_shared_reset();
	if (write(orders[1], order, sizeof(*order)) == sizeof(*order))
		came = uc_child_wait(answers[0], row->timeout ?: timeout);
	/* It may have ended after all: the same pipe says so. */
	if (came == UC_CHILD_SPOKE && read(answers[0], &clean, 1) != 1)
		came = UC_CHILD_ENDED;
	goes_on = clean && passed() && !last;
	if (!goes_on)
		finish(timeout, came == UC_CHILD_LATE);
	uc_log_seal(&uc_shared->notes);
	said = uc_shared->details.used;
	uc_watch_row(pid, 0, own_vm);
	complained = uc_shared->details.used != said;
	if (goes_on && !passed())
		finish(timeout, false);
	return clean && passed();
}

void uc_batch_end(int timeout)
{
	if (size)
		finish(timeout, false);
}

bool uc_batch_complaint(void)
{
	return complained;
}

const char *uc_batch_first(void)
{
	return first_id;
}

static const char *verdict_name(enum uc_verdict verdict)
{
	static const char *const names[] = { "PASS", "SKIP", "ERROR", "FAIL" };

	return names[verdict];
}

void uc_batch_compare(const struct uc_shared *before, const char *first)
{
	const enum uc_verdict singly = uc_shared->verdict, together = before->verdict;

	if (singly == together)
		return;
	if (uc_shared->verdict < together)
		uc_shared->verdict = together;
	uc_shared_error("in a process of its own the row is %s, but it was %s in one that ran other "
			"rows before it, from %s on, where it said:\n%.*s", verdict_name(singly),
			verdict_name(together), first, (int)uc_log_length(&before->details),
			before->details.text);
}
