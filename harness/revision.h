/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UC_REVISION_H
#define UC_REVISION_H

/* Which source the binary was built from, as git describes it. The Makefile writes the definition. */
extern const char uc_revision[];

/* The program's name, release and revision, as --version prints them. */
extern const char uc_release[];

/* The flags that it was compiled with; likewise. */
extern const char uc_build_flags[];

#endif /* UC_REVISION_H */
