/* SPDX-License-Identifier: GPL-2.0-only */
/* Threads of which others know whether they wait in the kernel. */
#ifndef TSM_THREAD_H
#define TSM_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

/* First member of what the thread works on. */
struct tsm_thread {
	void (*function)(struct tsm_thread *thread);
	pthread_t id;
	pid_t tid;	/* 0 until it runs */
	bool ended;	/* the function has returned */
};

/* Start @function in a thread; ends the row as ERROR where there can be none. */
void tsm_thread_start(struct tsm_thread *thread, void (*function)(struct tsm_thread *thread));

bool tsm_thread_ended(const struct tsm_thread *thread);

/*
 * Wait until it sleeps, which a function that makes one system call does nowhere but there, or has
 * ended: then false. Ends the row as ERROR if it does neither within 5 s.
 */
bool tsm_thread_sleeps(const struct tsm_thread *thread);

/* Between two looks at a thread: sleep so that it runs, 10 us; after many of them, half a ms. */
void tsm_thread_pause(int looks);

/* So many looks, with their pauses, are at least 5 s. */
#define TSM_THREAD_LOOKS	10050

#endif /* TSM_THREAD_H */
