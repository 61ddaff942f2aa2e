// SPDX-License-Identifier: GPL-2.0-only
/*
 * A machine with hardware in it, and somebody who types: does what /script says, a command a line,
 * prints "@" and what came of it, and powers off.
 *
 *   load FILE           load a module
 *   write FILE TEXT     into a file of sysfs
 *   look BDF            print the device's driver, its override and its TSM
 *   hide PATH           mount an empty directory over it, or a file that takes nothing; show PATH
 *                       ends that, and what cover did
 *   cover FILE WITH     mount another file over it
 *   forget              reset the fixture's counters; calls prints them
 *   hold FILE           have another process open it; release ends that
 *   run ARGUMENTS       run uapi-conform, its standard output left out
 *   print ARGUMENTS     run it, and print that too
 *   kill WHOM SIGNAL UNTIL ARGUMENTS
 *                       run it, and when it prints UNTIL, send the signal to main, to its
 *                       group or to the owner
 *
 * Whoever runs uapi-conform waits for its end and for that of all that it leaves behind.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "fixtures/device/uapi_conform_device.h"

#define MOST_WORDS	24

static pid_t holder;

static void mount_at(const char *type, const char *where)
{
	mkdir(where, 0755);
	mount(type, where, type, 0, NULL);
}

static int write_file(const char *path, const char *text)
{
	int file = open(path, O_WRONLY), error;

	if (file < 0)
		return errno;
	error = write(file, text, strlen(text)) < 0 ? errno : 0;
	close(file);
	return error;
}

static int load(const char *path)
{
	int file = open(path, O_RDONLY);

	return file < 0 || syscall(SYS_finit_module, file, "", 0) ? errno : 0;
}

static void read_line(char *out, size_t size, const char *bdf, const char *name)
{
	char path[128];
	int file;
	ssize_t length;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", bdf, name);
	file = open(path, O_RDONLY);
	length = file < 0 ? -1 : read(file, out, size - 1);
	close(file);
	out[length < 0 ? 0 : length] = '\0';
	out[strcspn(out, "\n")] = '\0';
}

static void look(const char *bdf)
{
	char path[128], driver[128] = "", override[64], tsm[64];
	char *name;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver", bdf);
	if (readlink(path, driver, sizeof(driver) - 1) < 0)
		*driver = '\0';
	name = strrchr(driver, '/');
	read_line(override, sizeof(override), bdf, "driver_override");
	read_line(tsm, sizeof(tsm), bdf, "tsm/connect");
	printf("@ driver=%s override=%s tsm=%s\n", name ? name + 1 : "", override, tsm);
}

static int cover(const char *path, const char *with)
{
	return mount(with, path, NULL, MS_BIND, NULL) ? errno : 0;
}

static int hide(const char *path)
{
	struct stat status;

	if (stat(path, &status))
		return errno;
	if (S_ISDIR(status.st_mode))
		return mount("none", path, "tmpfs", 0, NULL) ? errno : 0;
	return cover(path, "/dev/full");
}

static int calls(bool forget)
{
	struct uapi_conform_state state;
	int control = open(UAPI_CONFORM_DEVICE_NODE, O_RDWR), error = 0;

	if (control < 0)
		return errno;
	if (ioctl(control, forget ? UAPI_CONFORM_RESET : UAPI_CONFORM_GET_STATE, &state))
		error = errno;
	else if (!forget)
		printf("@ requests=%llu connects=%llu binds=%llu\n", state.guest_reqs,
		       state.connects, state.binds);
	close(control);
	return error;
}

static void hold(const char *path)
{
	int ready[2];
	char byte = 0;

	if (pipe(ready))
		return;
	holder = fork();
	if (!holder) {
		byte = open(path, O_RDWR) < 0 ? errno : 0;
		write(ready[1], &byte, 1);
		pause();
		_exit(0);
	}
	if (read(ready[0], &byte, 1) != 1 || byte)
		printf("@ cannot hold %s: %d\n", path, byte);
	close(ready[0]);
	close(ready[1]);
}

static void release(void)
{
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
	holder = 0;
}

static pid_t start(char **words, int output)
{
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		setsid();
		dup2(output, STDOUT_FILENO);
		execv("/uapi-conform", words);
		_exit(127);
	}
	return child;
}

static void finish(pid_t child)
{
	int status = 0, any;
	pid_t gone;

	waitpid(child, &status, 0);
	/* Orphans are init's; the holder is none. */
	while (!holder && (gone = waitpid(-1, &any, 0)) > 0)
		;
	if (WIFSIGNALED(status))
		printf("@ signal %d\n", WTERMSIG(status));
	else
		printf("@ exit %d\n", WEXITSTATUS(status));
}

static pid_t find(const char *name)
{
	DIR *processes = opendir("/proc");
	struct dirent *one;
	pid_t found = 0;

	while (!found && (one = readdir(processes))) {
		char path[300], comm[32] = "";
		int file;

		snprintf(path, sizeof(path), "/proc/%s/comm", one->d_name);
		file = open(path, O_RDONLY);
		if (file < 0)
			continue;
		if (read(file, comm, sizeof(comm) - 1) > 0 && !strncmp(comm, name, strlen(name)))
			found = atoi(one->d_name);
		close(file);
	}
	closedir(processes);
	return found;
}

/* A group is what a terminal's Ctrl-C goes to. */
static pid_t whom_of(const char *word, pid_t child)
{
	if (!strcmp(word, "owner"))
		return find("tsm-owner");
	return strcmp(word, "group") ? child : -child;
}

static void kill_at(char **words)
{
	const char *whom = words[0], *until = words[2];
	int number = atoi(words[1]), ends[2];
	char seen[65536] = "";
	size_t used = 0;
	bool sent = false;
	ssize_t length;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return;
	words[2] = "uapi-conform";
	child = start(words + 2, ends[1]);
	close(ends[1]);
	while ((length = read(ends[0], seen + used, sizeof(seen) - 1 - used)) > 0) {
		used += length;
		seen[used] = '\0';
		if (!sent && strstr(seen, until)) {
			look("0000:01:00.0");	/* as it is in the midst of a run */
			kill(whom_of(whom, child), number);
			sent = true;
		}
		/* Much may come after that; what it was is known by then. */
		if (sent)
			used = 0;
	}
	close(ends[0]);
	if (!sent)
		printf("@ it never said '%s': %s\n", until, seen);
	finish(child);
}

static void run(char **words, bool print)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	words[0] = "uapi-conform";
	finish(start(words, print ? STDOUT_FILENO : nowhere));
	close(nowhere);
}

static void obey(char *line)
{
	char *words[MOST_WORDS + 1] = { NULL };
	const char *command;
	int count = 0, rc = 0;

	printf("> %s\n", line);
	if (*line == '#')
		return;
	for (char *word = strtok(line, " "); word && count < MOST_WORDS; word = strtok(NULL, " "))
		words[count++] = word;
	command = words[0];
	if (!strcmp(command, "load"))
		rc = load(words[1]);
	else if (!strcmp(command, "write"))
		rc = write_file(words[1], words[2]);
	else if (!strcmp(command, "look"))
		look(words[1]);
	else if (!strcmp(command, "hide"))
		rc = hide(words[1]);
	else if (!strcmp(command, "cover"))
		rc = cover(words[1], words[2]);
	else if (!strcmp(command, "show"))
		rc = umount(words[1]) ? errno : 0;
	else if (!strcmp(command, "forget") || !strcmp(command, "calls"))
		rc = calls(!strcmp(command, "forget"));
	else if (!strcmp(command, "hold"))
		hold(words[1]);
	else if (!strcmp(command, "release"))
		release();
	else if (!strcmp(command, "kill"))
		kill_at(words + 1);
	else
		run(words, !strcmp(command, "print"));
	if (rc)
		printf("@ error %d\n", rc);
}

int main(void)
{
	char line[512];
	FILE *script;

	mount_at("devtmpfs", "/dev");
	mount_at("proc", "/proc");
	mount_at("sysfs", "/sys");
	dup2(open("/dev/console", O_RDWR), STDOUT_FILENO);
	dup2(STDOUT_FILENO, STDERR_FILENO);
	setvbuf(stdout, NULL, _IOLBF, 0);
	script = fopen("/script", "re");
	while (script && fgets(line, sizeof(line), script)) {
		line[strcspn(line, "\n")] = '\0';
		obey(line);
	}
	puts("> # end");
	fflush(stdout);
	tcdrain(STDOUT_FILENO);
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}
