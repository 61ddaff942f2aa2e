// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads of which others know whether they wait in the kernel. The suite has these (race.c, call.c), and
 * so has the program that shows a failure: libc and nothing else.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define REPRODUCER_THREAD
#define SHORT_LOOKS	50
#define MOST_LOOKS	10050	/* with their pauses, at least 5 s */

#ifndef TSM_SETUP_H	/* the suite has its own */
static void give_up(const char *what)
{
	perror(what);
	exit(2);
}
#endif

/* First member of what the thread works on. */
struct thread {
	void (*function)(struct thread *thread);
	pthread_t id;
	pid_t tid;	/* 0 until it runs */
	bool ended;	/* the function has returned */
};

static inline void *thread_run(void *argument)
{
	struct thread *thread = argument;

	__atomic_store_n(&thread->tid, gettid(), __ATOMIC_RELEASE);
	thread->function(thread);
	__atomic_store_n(&thread->ended, true, __ATOMIC_RELEASE);
	return NULL;
}

static inline void thread_start(struct thread *thread, void (*function)(struct thread *thread))
{
	*thread = (struct thread){ .function = function };
	errno = pthread_create(&thread->id, NULL, thread_run, thread);
	if (errno)
		give_up("starting a thread");
}

static inline bool thread_ended(const struct thread *thread)
{
	return __atomic_load_n(&thread->ended, __ATOMIC_ACQUIRE);
}

/* Between two looks: to yield is not enough, the scheduler may well go on with who looks. */
static inline void thread_pause(int looks)
{
	nanosleep(&(struct timespec){ .tv_nsec = looks < SHORT_LOOKS ? 10000 : 500000 }, NULL);
}

/* Whether it is off the processor, in a system call: the file has that one's number then. */
static inline bool thread_is_off(pid_t tid)
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

/*
 * Wait until it sleeps, which a function that makes one system call does nowhere but there, or has
 * ended: then false. Gives up if it does neither within 5 s.
 */
static inline bool thread_sleeps(const struct thread *thread)
{
	for (int looks = 0; looks < MOST_LOOKS; looks++) {
		pid_t tid = __atomic_load_n(&thread->tid, __ATOMIC_ACQUIRE);
		bool asleep = tid && thread_is_off(tid);

		/* Afterwards: what sleeps at its end would look as if it waited. */
		if (thread_ended(thread))
			return false;
		if (asleep)
			return true;
		thread_pause(looks);
	}
	errno = ETIMEDOUT;
	give_up("waiting for a thread that neither waits nor ends");
	return false;
}
