// SPDX-License-Identifier: GPL-2.0-only
/* The TSM's own errors come back as they are, also those that the layers above use themselves. */
#include <errno.h>

#include "rows.h"
#include "text.h"

static void every_errno(struct tsm_session *session, const struct tsm_row *row)
{
	static const int errnos[] = {
		EPERM, ENOENT, EINTR, EIO, ENXIO, E2BIG, EAGAIN, ENOMEM, EACCES, EFAULT, EBUSY,
		EINVAL, ENOTTY, EOPNOTSUPP, EOVERFLOW, ETIMEDOUT, ECONNRESET, TSM_ERRNO_MAX,
	};
	struct tsm_step steps[TSM_MOST_STEPS];

	tsm_read_steps(steps, TSM_MOST_STEPS, row->steps);
	for (size_t i = 0; i < UC_ARRAY_SIZE(errnos); i++) {
		steps[0].result = -errnos[i];
		steps[0].error = errnos[i];
		tsm_play_steps(session, steps, 1);
	}
}

static const struct tsm_row rows[] = {
	ROW("backend.eio", ON_FIXTURE, BOUND, "TSM_REQ result=-EIO = EIO from TSM", BACKEND_ERROR),
	ROW_WITH(.custom = every_errno, "backend.every_errno", ON_FIXTURE, BOUND,
	    "TSM_REQ result=-EIO = EIO from TSM", BACKEND_ERROR),
	ROW_WITH(.custom = every_errno, "backend.every_errno_state_change", ON_FIXTURE_OF(scoped), BOUND,
	    "TSM_REQ scope=PCI_STATE_CHANGE result=-EIO = EIO from TSM", BACKEND_ERROR),
	/* Bytes came, and then something went wrong: still the error. */
	ROW("backend.error_after_response", ON_FIXTURE, BOUND,
	    "TSM_REQ produce=60 result=-EIO = EIO from TSM", BACKEND_ERROR, RESPONSE_TAIL),
};

const struct uc_topic tsm_backend_topic = TSM_TOPIC("backend");
