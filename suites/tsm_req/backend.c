// SPDX-License-Identifier: GPL-2.0-only
/* The TSM's own errors come back as they are, also those that the layers above use themselves. */
#include <errno.h>

#include "rows.h"

static void every_errno(struct tsm_session *session, const struct tsm_row *row)
{
	static const int errnos[] = {
		EPERM, ENOENT, EINTR, EIO, ENXIO, E2BIG, EAGAIN, ENOMEM, EACCES, EFAULT, EBUSY,
		EINVAL, ENOTTY, EOPNOTSUPP, EOVERFLOW, ETIMEDOUT, ECONNRESET, TSM_ERRNO_MAX,
	};

	for (size_t i = 0; i < UC_ARRAY_SIZE(errnos); i++) {
		struct tsm_expect expect = TSM_FAILS_IN_TSM(errnos[i], 0);
		struct tsm_call call = row->call;

		call.script.result = (struct tsm_given)GIVE(-errnos[i]);
		tsm_judge(session, &call, &expect);
	}
}

static const struct tsm_row rows[] = {
	{ { "tsm_req.backend.eio", REQ(BACKEND_ERROR), ON_FIXTURE },
	  BOUND, { .script = { .result = GIVE(-EIO) } }, FAILS_IN_TSM(EIO) },
	{ { "tsm_req.backend.every_errno", REQ(BACKEND_ERROR), ON_FIXTURE },
	  BOUND, .custom = every_errno },
	{ { "tsm_req.backend.every_errno_state_change", REQ(BACKEND_ERROR), ON_FIXTURE },
	  BOUND, { .scope = PCI_STATE_CHANGE }, .custom = every_errno },
	/* Bytes came, and then something went wrong: still the error. */
	{ { "tsm_req.backend.error_after_response", REQ(BACKEND_ERROR, RESPONSE_TAIL), ON_FIXTURE },
	  BOUND, { .script = { .result = GIVE(-EIO), .produce = GIVE(60) } }, FAILS_IN_TSM(EIO) },
};

const struct uc_topic tsm_backend_topic = UC_BATCH_TOPIC("backend", rows, tsm_run_row);
