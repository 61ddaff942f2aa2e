// SPDX-License-Identifier: GPL-2.0-only
/*
 * Under valgrind, whose 3.19 does not know pidfd_open(): a file that becomes readable when a child
 * has ended. Linked with --wrap=syscall, into the build for valgrind and no other.
 */
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

struct watch {
	pid_t pid;
	int end;	/* of a pipe, to be closed */
};

static struct watch watches[64];
static unsigned int watch_count;

static void *wait_for_end(void *argument)
{
	const struct watch *watch = argument;
	siginfo_t info = { 0 };

	/* Left for the harness to wait for; ECHILD: it has. */
	while (!waitid(P_PID, watch->pid, &info, WEXITED | WNOWAIT | WNOHANG) && !info.si_pid)
		usleep(1000);
	close(watch->end);
	return NULL;
}

static int emulate(pid_t pid)
{
	struct watch *watch = &watches[watch_count++ % (sizeof(watches) / sizeof(watches[0]))];
	pthread_t thread;
	int ends[2];

	if (pipe(ends))
		return -1;
	*watch = (struct watch){ pid, ends[1] };
	if (pthread_create(&thread, NULL, wait_for_end, watch)) {
		errno = EAGAIN;
		return -1;
	}
	pthread_detach(thread);
	return ends[0];
}

long __wrap_syscall(long number, ...)
{
	long words[6];
	va_list list;

	va_start(list, number);
	for (unsigned int i = 0; i < 6; i++)
		words[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_pidfd_open)
		return emulate(words[0]);
	return __real_syscall(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}
