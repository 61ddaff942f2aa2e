// SPDX-License-Identifier: GPL-2.0-only
/* Whether the kernel complains in its log while the program runs; only root can see it. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int log_fd;

static void watch_log(void)
{
	log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	lseek(log_fd, 0, SEEK_END);
}

/* Whether a warning came since then; prints it. */
static int log_complains(void)
{
	char record[2048], *text;
	int any = 0;
	ssize_t length;

	while ((length = read(log_fd, record, sizeof(record) - 1)) > 0) {
		record[length] = '\0';
		text = strchr(record, ';');
		if (!text || !(strstr(text, "WARNING: ") || strstr(text, "BUG: ") ||
			       strstr(text, "Oops") || strstr(text, "UBSAN: ")))
			continue;
		printf("kernel: %.*s <-- WRONG\n", (int)strcspn(text, "\n") - 1, text + 1);
		any = 1;
	}
	return any;
}
