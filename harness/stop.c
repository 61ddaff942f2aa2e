// SPDX-License-Identifier: GPL-2.0-only
/* Signals that ask the run to end. */
#include <errno.h>
#include <signal.h>

#include "row.h"
#include "stop.h"

static volatile sig_atomic_t asked;
static volatile pid_t child;

static void on_signal(int number)
{
	int before = errno;

	asked = number;
	if (child)
		kill(-child, SIGKILL);
	errno = before;
}

/* No SA_RESTART: a wait for a row must end too. SIGPIPE, because nobody reads it any more. */
static void set(void (*handler)(int))
{
	static const int numbers[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE };
	struct sigaction action = { .sa_handler = handler }, before;

	for (size_t i = 0; i < UC_ARRAY_SIZE(numbers); i++)
		if (sigaction(numbers[i], NULL, &before) || before.sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
}

void uc_stop_begin(void)
{
	set(on_signal);
}

void uc_stop_ignore(void)
{
	set(SIG_IGN);
}

int uc_stop_asked(void)
{
	return asked;
}

void uc_stop_ends(pid_t group)
{
	child = group;
}
