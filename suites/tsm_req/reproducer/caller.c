// SPDX-License-Identifier: GPL-2.0-only
/* One call, by somebody: as root, as nobody, without CAP_SYS_RAWIO, in a child; and in a thread. */
#ifndef REPRODUCER_THREAD
#include "thread.c"
#endif
#ifndef REPRODUCER_NAMES
#include "names.c"
#endif
#include <linux/capability.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define REPRODUCER_CALLER
#define NOBODYS_ID	65534

/* Where the plain names are of times when such numbers had 16 bits. */
#ifdef SYS_setuid32
#define SET_GROUPS	SYS_setgroups32
#define SET_GID		SYS_setgid32
#define SET_UID		SYS_setuid32
#else
#define SET_GROUPS	SYS_setgroups
#define SET_GID		SYS_setgid
#define SET_UID		SYS_setuid
#endif

struct caller {
	struct thread thread;	/* of NOBODY, and of who calls while others do */
	int file;
	unsigned long word;
	uintptr_t argument;
	int result;		/* a number, or -errno */
};

static inline void make_call(struct thread *thread)
{
	struct caller *caller = (struct caller *)thread;
	int result = ioctl(caller->file, caller->word, caller->argument);

	caller->result = result == -1 ? -errno : result;
}

/*
 * Past the C library, which would have all threads become nobody: it is who asks that counts, and the
 * process stays what it was.
 */
static inline void call_as_nobody(struct thread *thread)
{
	if (syscall(SET_GROUPS, 0, NULL) || syscall(SET_GID, NOBODYS_ID) ||
	    syscall(SET_UID, NOBODYS_ID))
		give_up("becoming nobody");
	make_call(thread);
}

/* Do without a capability, or have it again; returns whether the thread had it. */
static inline bool set_rawio(bool on)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	const uint32_t rawio = 1U << CAP_SYS_RAWIO;
	bool had;

	if (syscall(SYS_capget, &header, data))
		give_up("capget");
	had = data[0].effective & rawio;
	data[0].effective = (data[0].effective & ~rawio) | (on ? rawio : 0);
	if (syscall(SYS_capset, &header, data))
		give_up("capset");
	return had;
}

static inline void call_in_child(struct caller *caller)
{
	int ends[2], result = -ECHILD;
	pid_t child;

	if (pipe(ends))
		give_up("pipe");
	child = fork();
	if (child < 0)
		give_up("fork");
	if (!child) {
		make_call(&caller->thread);
		_exit(write(ends[1], &caller->result, sizeof(result)) != sizeof(result));
	}
	close(ends[1]);
	if (read(ends[0], &result, sizeof(result)) != sizeof(result))
		result = -ECHILD;
	close(ends[0]);
	waitpid(child, NULL, 0);
	caller->result = result;
}

/* The call's result: a number, or -errno. */
static inline int call_as(int who, int file, unsigned long word, uintptr_t argument)
{
	struct caller caller = { .file = file, .word = word, .argument = argument };
	bool had_rawio = who == NO_RAWIO && set_rawio(false);

	if (who == NOBODY) {
		thread_start(&caller.thread, call_as_nobody);
		pthread_join(caller.thread.id, NULL);
		/* Whoever changes who he is cannot be looked at, and the memory is all threads'. */
		prctl(PR_SET_DUMPABLE, 1UL, 0UL, 0UL, 0UL);
	} else if (who == CHILD) {
		call_in_child(&caller);
	} else {
		make_call(&caller.thread);
	}
	if (had_rawio)
		set_rawio(true);
	return caller.result;
}

static inline void signal_ignore(int number)
{
	(void)number;
}

/*
 * A signal, whose handler does nothing, until the thread has ended, but for no more than 5 s; with
 * SA_RESTART, which a call may well survive, some 75 ms.
 */
static inline void thread_signal(const struct thread *thread, int flags, struct sigaction *before)
{
	struct sigaction action = { .sa_handler = signal_ignore, .sa_flags = flags };

	sigaction(SIGUSR1, &action, before);
	/* More than once, because the first may come before the call has begun. */
	for (int looks = 0; looks < (flags & SA_RESTART ? 200 : MOST_LOOKS); looks++) {
		if (thread_ended(thread))
			break;
		pthread_kill(thread->id, SIGUSR1);
		thread_pause(looks);
	}
}
