// SPDX-License-Identifier: GPL-2.0-only
/* Threads of which others know whether they wait in the kernel. */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "thread.h"

#define SHORT_LOOKS	50

static void *run(void *argument)
{
	struct tsm_thread *thread = argument;

	__atomic_store_n(&thread->tid, gettid(), __ATOMIC_RELEASE);
	thread->function(thread);
	__atomic_store_n(&thread->ended, true, __ATOMIC_RELEASE);
	return NULL;
}

void tsm_thread_start(struct tsm_thread *thread, void (*function)(struct tsm_thread *thread))
{
	int rc;

	thread->function = function;
	thread->tid = 0;
	thread->ended = false;
	rc = pthread_create(&thread->id, NULL, run, thread);
	if (rc)
		uc_error("starting a thread: %s", uc_errno_name(rc));
}

bool tsm_thread_ended(const struct tsm_thread *thread)
{
	return __atomic_load_n(&thread->ended, __ATOMIC_ACQUIRE);
}

void tsm_thread_pause(int looks)
{
	/* To yield is not enough: the scheduler may well go on with who was asked to look again. */
	nanosleep(&(struct timespec){ .tv_nsec = looks < SHORT_LOOKS ? 10000 : 500000 }, NULL);
}

/* Whether it is off the processor, in a system call: the file has that one's number then. */
static bool sleeps(pid_t tid)
{
	char path[48], number;
	bool found;
	int file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", tid);
	file = open(path, O_RDONLY | O_CLOEXEC);
	found = file >= 0 && read(file, &number, 1) == 1;
	if (file >= 0)
		close(file);
	return found && number >= '0' && number <= '9';
}

bool tsm_thread_sleeps(const struct tsm_thread *thread)
{
	for (int looks = 0; looks < TSM_THREAD_LOOKS; looks++) {
		pid_t tid = __atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE);
		bool asleep = tid && sleeps(tid);

		/* Afterwards: what sleeps at its end would look as if it waited. */
		if (tsm_thread_ended(thread))
			return false;
		if (asleep)
			return true;
		tsm_thread_pause(looks);
	}
	uc_error("a thread neither waits nor ends within 5 s");
}
