// SPDX-License-Identifier: GPL-2.0-only
/*
 * What vdevice_id may name. ENOENT - no object, one of another type, one of another file, one that
 * is gone or going.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "rows.h"

static const struct tsm_call good;
static const struct tsm_expect succeeds = TSM_RETURNS(TSM_GOOD_RESP_LEN - TSM_GOOD_PRODUCE);
static const struct tsm_expect no_such_object = TSM_FAILS(ENOENT);

/* The vdevice's number means nothing in another open file, and means its own object there. */
static void other_file(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_session other = *session;
	__u32 id = 0;

	(void)row;
	other.way.iommufd = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	if (other.way.iommufd < 0)
		uc_error("opening /dev/iommu again: %s", uc_errno_name(errno));
	tsm_judge(&other, &good, &no_such_object);
	while (id < session->way.vdevice_id)
		if (tsm_new_ioas(other.way.iommufd, &id))
			uc_error("an IOAS could not be made");
	tsm_judge(&other, &good, &no_such_object);
	tsm_judge(session, &good, &succeeds);
}

static void destroy_vdevice(struct tsm_session *session)
{
	int rc;

	tsm_session_disturb(session);
	rc = tsm_destroy(session->way.iommufd, session->way.vdevice_id);
	if (rc)
		uc_error("IOMMU_DESTROY of the vdevice: %s", uc_errno_name(-rc));
}

static void new_vdevice(struct tsm_session *session)
{
	if (tsm_way_new_vdevice(&session->way))
		uc_error("%s", session->way.why);
	tsm_session_settle(session, CONNECTED);
}

static void freed(struct tsm_session *session, const struct tsm_row *row)
{
	(void)row;
	destroy_vdevice(session);
	tsm_judge(session, &good, &no_such_object);
	new_vdevice(session);
	tsm_session_reach(session, BOUND);
	tsm_judge(session, &good, &succeeds);
}

/* The number of a destroyed vdevice, given to an object of another type, and to a vdevice again. */
static void reused(struct tsm_session *session, const struct tsm_row *row)
{
	__u32 old = session->way.vdevice_id, ids[8];
	bool again = false;
	int count = 0;

	(void)row;
	destroy_vdevice(session);
	while (!again && count < 8) {
		if (tsm_new_ioas(session->way.iommufd, &ids[count]))
			uc_error("an IOAS could not be made");
		again = ids[count++] == old;
	}
	if (!again)
		uc_note("iommufd does not give a freed number out again at once");
	tsm_judge(session, &good, &no_such_object);
	for (int i = 0; i < count; i++)
		tsm_destroy(session->way.iommufd, ids[i]);
	new_vdevice(session);
	tsm_session_reach(session, BOUND);
	tsm_judge(session, &good, &succeeds);
}

/* VFIO lets go of the device: iommufd is still open, and its number must not come to life again. */
static void going_away(struct tsm_session *session, const struct tsm_row *row)
{
	struct tsm_way *way = &session->way;

	(void)row;
	tsm_session_own_way(session, TSM_WAY_VM);
	tsm_session_reach(session, BOUND);
	tsm_session_disturb(session);
	tsm_judge(session, &good, &succeeds);
	close(way->cdev);
	close(way->bridge);
	close(way->vm);
	way->cdev = way->bridge = way->vm = -1;
	tsm_judge(session, &good, &no_such_object);
}

static const struct tsm_row rows[] = {
	{ { "tsm_req.vdevice_id.never_given_out", REQ(ID_UNKNOWN), ON_ANY },
	  IN_ANY_STATE, { .id = ID_OF_NOTHING }, FAILS(ENOENT) },
	{ { "tsm_req.vdevice_id.zero", REQ(ID_UNKNOWN), ON_ANY },
	  IN_ANY_STATE, { .id = ID_ZERO }, FAILS(ENOENT) },
	{ { "tsm_req.vdevice_id.all_ones", REQ(ID_UNKNOWN), ON_ANY },
	  IN_ANY_STATE, { .id = ID_ALL_ONES }, FAILS(ENOENT) },
	{ { "tsm_req.vdevice_id.bit_31_set", REQ(ID_UNKNOWN), ON_ANY },
	  IN_ANY_STATE, { .id = ID_SIGN_BIT }, FAILS(ENOENT) },
	{ { "tsm_req.vdevice_id.destroyed_object", REQ(ID_UNKNOWN), ON_ANY },
	  IN_ANY_STATE, { .id = ID_DESTROYED }, FAILS(ENOENT) },
	{ { "tsm_req.vdevice_id.ioas", REQ(ID_TYPE), ON_ANY },
	  IN_ANY_STATE, { .id = ID_OF_IOAS }, FAILS(ENOENT) },
	{ { "tsm_req.vdevice_id.fault_queue", REQ(ID_TYPE), ON_ANY },
	  IN_ANY_STATE, { .id = ID_OF_FAULT }, FAILS(ENOENT) },
	{ { "tsm_req.vdevice_id.device", REQ(ID_TYPE), ON_DEVICE },
	  IN_ANY_STATE, { .id = ID_OF_DEVICE }, FAILS(ENOENT) },
	{ { "tsm_req.vdevice_id.hwpt", REQ(ID_TYPE), ON_DEVICE },
	  IN_ANY_STATE, { .id = ID_OF_HWPT }, FAILS(ENOENT) },
	{ { "tsm_req.vdevice_id.viommu", REQ(ID_TYPE), ON_DEVICE },
	  IN_ANY_STATE, { .id = ID_OF_VIOMMU }, FAILS(ENOENT) },
	{ { "tsm_req.vdevice_id.other_file", REQ(ID_CONTEXT), ON_FIXTURE },
	  BOUND, .custom = other_file },
	{ { "tsm_req.vdevice_id.freed", REQ(ID_UNKNOWN), ON_FIXTURE },
	  BOUND, .custom = freed },
	{ { "tsm_req.vdevice_id.reused", REQ(ID_TYPE, ID_UNKNOWN), ON_FIXTURE },
	  BOUND, .custom = reused },
	{ { "tsm_req.vdevice_id.going_away", REQ(ID_GOING_AWAY), ON_FIXTURE },
	  BOUND, .custom = going_away },
};

const struct uc_topic tsm_vdevice_id_topic = UC_BATCH_TOPIC("vdevice_id", rows, tsm_run_row);
