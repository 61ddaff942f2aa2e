// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which scopes iommufd lets through, and which the PCI TSM layer then refuses: the counter of the
 * scripted TSM tells. EINVAL - above 3 in iommufd; 2 and 3 in the PCI TSM layer.
 */
#include <errno.h>

#include "rows.h"

static void powers_of_two(struct tsm_session *session, const struct tsm_row *row)
{
	for (int bit = 2; bit < 32; bit++) {
		/* With a known scope in the low bits too: nobody may mask. */
		struct tsm_call call = row->call;

		call.scope = 1U << bit;
		tsm_judge(session, &call, &row->expect);
		call.scope |= PCI_STATE_CHANGE;
		tsm_judge(session, &call, &row->expect);
	}
}

/* Same request, same answer, and nothing has moved: tsm_judge() compares the device's state. */
static void info_again(struct tsm_session *session, const struct tsm_row *row)
{
	for (int turn = 0; turn < 3; turn++)
		tsm_judge(session, &row->call, &row->expect);
}

static const struct tsm_row rows[] = {
	{ { "tsm_req.scope.info", REQ(SCOPE_INFO, FORWARD_ONCE), ON_FIXTURE },
	  BOUND, { .scope = PCI_INFO }, RETURNS(90) },
	{ { "tsm_req.scope.info_again", REQ(INFO_NO_CHANGE), ON_FIXTURE },
	  BOUND, { .scope = PCI_INFO }, RETURNS(90), .custom = info_again },
	{ { "tsm_req.scope.state_change", REQ(SCOPE_STATE_CHANGE, FORWARD_ONCE), ON_FIXTURE },
	  BOUND, { .scope = PCI_STATE_CHANGE }, RETURNS(90) },
	{ { "tsm_req.scope.debug_read", REQ(SCOPE_LOWER_LAYER), ON_FIXTURE },
	  BOUND, { .scope = PCI_DEBUG_READ }, FAILS(EINVAL) },
	{ { "tsm_req.scope.debug_write", REQ(SCOPE_LOWER_LAYER, DEBUG_WRITE_GUARDED), ON_FIXTURE },
	  BOUND, { .scope = PCI_DEBUG_WRITE }, FAILS(EINVAL) },
	{ { "tsm_req.scope.debug_read_unknown_vdevice", REQ(SCOPE_LOWER_LAYER), ON_ANY },
	  IN_ANY_STATE, { .scope = PCI_DEBUG_READ, .id = ID_OF_NOTHING }, FAILS(ENOENT) },
	{ { "tsm_req.scope.debug_write_unknown_vdevice", REQ(SCOPE_LOWER_LAYER), ON_ANY },
	  IN_ANY_STATE, { .scope = PCI_DEBUG_WRITE, .id = ID_OF_NOTHING }, FAILS(ENOENT) },
	{ { "tsm_req.scope.debug_read_unconnected", REQ(SCOPE_LOWER_LAYER, CHECK_ORDER),
	    ON_FIXTURE },
	  UNCONNECTED, { .scope = PCI_DEBUG_READ }, FAILS(EINVAL) },
	{ { "tsm_req.scope.debug_write_unbound", REQ(SCOPE_LOWER_LAYER, CHECK_ORDER), ON_FIXTURE },
	  CONNECTED, { .scope = PCI_DEBUG_WRITE }, FAILS(EINVAL) },
	{ { "tsm_req.scope.first_unknown", REQ(SCOPE_KNOWN), ON_ANY },
	  IN_ANY_STATE, { .scope = PCI_LAST + 1 }, FAILS(EINVAL) },
	{ { "tsm_req.scope.powers_of_two", REQ(SCOPE_KNOWN), ON_ANY },
	  IN_ANY_STATE, { 0 }, FAILS(EINVAL), .custom = powers_of_two },
	{ { "tsm_req.scope.largest_signed", REQ(SCOPE_KNOWN), ON_ANY },
	  IN_ANY_STATE, { .scope = 0x7fffffff }, FAILS(EINVAL) },
	{ { "tsm_req.scope.all_ones", REQ(SCOPE_KNOWN), ON_ANY },
	  IN_ANY_STATE, { .scope = ~0U }, FAILS(EINVAL) },
	/* The PCI TSM layer refuses what iommufd lets through; that of nothing it never sees. */
	{ { "tsm_req.scope.first_unknown_unknown_vdevice", REQ(SCOPE_KNOWN, CHECK_ORDER), ON_ANY },
	  IN_ANY_STATE, { .scope = PCI_LAST + 1, .id = ID_OF_NOTHING }, FAILS(EINVAL) },
	{ { "tsm_req.scope.powers_of_two_unknown_vdevice", REQ(SCOPE_KNOWN, CHECK_ORDER), ON_ANY },
	  IN_ANY_STATE, { .scope = 1U << 31, .id = ID_OF_NOTHING }, FAILS(EINVAL),
	  .custom = powers_of_two },
	{ { "tsm_req.scope.all_ones_unknown_vdevice", REQ(SCOPE_KNOWN, CHECK_ORDER), ON_ANY },
	  IN_ANY_STATE, { .scope = ~0U, .id = ID_OF_NOTHING }, FAILS(EINVAL) },
};

const struct uc_topic tsm_scope_topic = UC_BATCH_TOPIC("scope", rows, tsm_run_row);
