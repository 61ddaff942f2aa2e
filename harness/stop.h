/* SPDX-License-Identifier: GPL-2.0-only */
/* Signals that ask the run to end. */
#ifndef UC_STOP_H
#define UC_STOP_H

#include <sys/types.h>

/* From now on such a signal is noted; ignored ones (nohup, a shell's &) stay so. */
void uc_stop_begin(void);

/* From now on they are ignored: what is put back must not be left half done. */
void uc_stop_ignore(void);

/* The signal that asked the run to end, or 0. */
int uc_stop_asked(void);

/* Whose process group such a signal ends at once; 0: nobody's. */
void uc_stop_ends(pid_t group);

#endif /* UC_STOP_H */
