/* SPDX-License-Identifier: GPL-2.0-only */
/* Every clause of revision v5's documents by name; the texts and sources are in requirements.inc. */
#ifndef TSM_REQUIREMENTS_H
#define TSM_REQUIREMENTS_H

#include "../../harness/row.h"

#define REQUIREMENT(name, ...)	name,
#define OPTIONAL		REQUIREMENT
enum tsm_requirement {
	TSM_NO_REQUIREMENT,
#include "requirements.inc"
	TSM_REQUIREMENTS,	/* how many, with the unused one */
};
#undef OPTIONAL
#undef REQUIREMENT

extern const struct uc_requirement tsm_requirements[TSM_REQUIREMENTS];
extern const struct uc_document tsm_documents[];	/* where each can be looked up */

#endif /* TSM_REQUIREMENTS_H */
