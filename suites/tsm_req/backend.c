// SPDX-License-Identifier: GPL-2.0-only
/* The TSM's own errors come back as they are, also those that the layers above use themselves. */
#include <errno.h>

#include "rows.h"

#define SAYS(number)	{ .script = { .result = GIVE(-(number)) } }, FAILS_IN_TSM(number)

static const struct tsm_row rows[] = {
	{ { "tsm_req.backend.eperm", REQ(BACKEND_ERROR), ON_FIXTURE }, BOUND, SAYS(EPERM) },
	{ { "tsm_req.backend.enoent", REQ(BACKEND_ERROR), ON_FIXTURE }, BOUND, SAYS(ENOENT) },
	{ { "tsm_req.backend.eintr", REQ(BACKEND_ERROR), ON_FIXTURE }, BOUND, SAYS(EINTR) },
	{ { "tsm_req.backend.eio", REQ(BACKEND_ERROR), ON_FIXTURE }, BOUND, SAYS(EIO) },
	{ { "tsm_req.backend.enxio", REQ(BACKEND_ERROR), ON_FIXTURE }, BOUND, SAYS(ENXIO) },
	{ { "tsm_req.backend.e2big", REQ(BACKEND_ERROR), ON_FIXTURE }, BOUND, SAYS(E2BIG) },
	{ { "tsm_req.backend.eagain", REQ(BACKEND_ERROR), ON_FIXTURE }, BOUND, SAYS(EAGAIN) },
	{ { "tsm_req.backend.enomem", REQ(BACKEND_ERROR), ON_FIXTURE }, BOUND, SAYS(ENOMEM) },
	{ { "tsm_req.backend.efault", REQ(BACKEND_ERROR), ON_FIXTURE }, BOUND, SAYS(EFAULT) },
	{ { "tsm_req.backend.ebusy", REQ(BACKEND_ERROR), ON_FIXTURE }, BOUND, SAYS(EBUSY) },
	{ { "tsm_req.backend.einval", REQ(BACKEND_ERROR), ON_FIXTURE }, BOUND, SAYS(EINVAL) },
	{ { "tsm_req.backend.enotty", REQ(BACKEND_ERROR), ON_FIXTURE }, BOUND, SAYS(ENOTTY) },
	{ { "tsm_req.backend.eopnotsupp", REQ(BACKEND_ERROR), ON_FIXTURE },
	  BOUND, SAYS(EOPNOTSUPP) },
	{ { "tsm_req.backend.etimedout", REQ(BACKEND_ERROR), ON_FIXTURE }, BOUND, SAYS(ETIMEDOUT) },
	{ { "tsm_req.backend.last_errno", REQ(BACKEND_ERROR), ON_FIXTURE },
	  BOUND, SAYS(TSM_ERRNO_MAX) },
	/* Bytes came, and then something went wrong: still the error. */
	{ { "tsm_req.backend.error_after_response", REQ(BACKEND_ERROR, RESPONSE_TAIL), ON_FIXTURE },
	  BOUND, { .script = { .result = GIVE(-EIO), .produce = GIVE(60) } }, FAILS_IN_TSM(EIO) },
	{ { "tsm_req.backend.state_change_error", REQ(BACKEND_ERROR), ON_FIXTURE },
	  BOUND, { .scope = PCI_STATE_CHANGE, .script = { .result = GIVE(-EACCES) } },
	  FAILS_IN_TSM(EACCES) },
};

const struct uc_topic tsm_backend_topic = UC_TOPIC("backend", rows, tsm_run_row);
