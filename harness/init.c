// SPDX-License-Identifier: GPL-2.0-only
/* The same binary as the whole userland of a VM. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "row.h"
#include "run.h"

static const struct {
	const char *type, *where;
} mounts[] = {
	{ "devtmpfs", "/dev" },	/* first: the console that says what went wrong is in it */
	{ "proc", "/proc" },
	{ "sysfs", "/sys" },
};

/* prctl(): all of a process' keys but IA, which signs return addresses in libraries. */
#define SET_ENABLED_KEYS	60
#define KEYS_BUT_IA		(1UL << 1 | 1UL << 2 | 1UL << 3)

/* prctl(): how long this process' vectors are, in bytes. */
#define SET_VECTOR_LENGTH	50
#define SHORTEST	16UL

static bool in_charge, short_vectors;

bool uc_init_machine(void)
{
	return in_charge;
}

bool uc_init_here(void)
{
	/*
	 * A container's process 1 may neither mount over what it was given nor
	 * power off. Process 2 is the kernel's own, of no process group, only
	 * where the numbers are the machine's; this needs no /proc.
	 */
	return getpid() == 1 && getpgid(2) == 0;
}

/* Each line's end made of two characters is a write of its own to the device, or two of them. */
static void leave_lines_alone(void)
{
	struct termios terminal;

	if (tcgetattr(STDOUT_FILENO, &terminal))
		return;
	terminal.c_oflag &= ~OPOST;
	tcsetattr(STDOUT_FILENO, TCSANOW, &terminal);
}

void uc_init_settle(void)
{
#ifdef __aarch64__
	if (short_vectors)
		__asm__ volatile(".inst 0x04bf5020" : : : "x0");	/* rdvl x0, #1 */
#endif
}

/*
 * A real-time kernel waits out the grace periods that others cut short, some for each VM that ends:
 * with two CPUs that was nine tenths of a cell. Where this fails, rows take longer, and that is all.
 */
static void cut_grace_periods_short(void)
{
	int normal = open("/sys/kernel/rcu_normal", O_RDWR | O_CLOEXEC);
	int expedited = open("/sys/kernel/rcu_expedited", O_WRONLY | O_CLOEXEC);
	char is = '0';

	if (pread(normal, &is, 1, 0) == 1 && is == '1' && pwrite(normal, "0", 1, 0) == 1 &&
	    pwrite(expedited, "1", 1, 0) != 1)
		printf("# uapi-conform: cannot write rcu_expedited: %s\n", strerror(errno));
	close(normal);
	close(expedited);
}

void uc_init_begin(void)
{
	in_charge = true;
	/*
	 * The kernel's own threads have this key alone. To go from one to a process that has more
	 * enabled means to change SCTLR, and that costs QEMU all that it knows of the memory: up
	 * to a fifth of a cell. Elsewhere than on arm64, and before 5.13, there is no such call.
	 */
	prctl(SET_ENABLED_KEYS, KEYS_BUT_IA, 0UL, 0UL, 0UL);
	/* For uc_init_settle(). */
	short_vectors = prctl(SET_VECTOR_LENGTH, SHORTEST, 0UL, 0UL, 0UL) >= 0;
	for (size_t i = 0; i < UC_ARRAY_SIZE(mounts); i++) {
		mkdir(mounts[i].where, 0755);
		/* EBUSY: the kernel mounted it for us. */
		if (mount(mounts[i].type, mounts[i].where, mounts[i].type, 0, NULL) &&
		    errno != EBUSY)
			printf("# uapi-conform: cannot mount %s: %s\n", mounts[i].where,
			       strerror(errno));
		if (!i && fcntl(STDOUT_FILENO, F_GETFD) < 0) {
			int console = open("/dev/console", O_RDWR);

			for (int fd = 0; console >= 0 && fd <= STDERR_FILENO; fd++)
				if (console != fd)
					dup2(console, fd);
			if (console > STDERR_FILENO)
				close(console);
		}
	}
	cut_grace_periods_short();
	leave_lines_alone();
}

void uc_init_end(void)
{
	fflush(stdout);
	tcdrain(STDOUT_FILENO);
	reboot(RB_POWER_OFF);
	/* Without power control the launcher sees the exit line and ends the VM. */
	for (;;)
		pause();
}
