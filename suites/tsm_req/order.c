// SPDX-License-Identifier: GPL-2.0-only
/*
 * All pairs of wrong things. The faults below stand in the order in which the document has them
 * decided; a row combines its fault with every later one and must be answered for its own.
 */
#include <errno.h>

#include "../../harness/verdict.h"
#include "rows.h"

/* One wrong thing: what it does to a call that is right otherwise. */
enum fault {
	BAD_POINTER, BAD_WORD, SHORT_SIZE, BAD_TAIL, CUT_STRUCT, RESERVED, BAD_SCOPE, BAD_ID,
	PCI_SCOPE, NO_STATE, BAD_REQUEST, BAD_RESPONSE, TSM_ERROR, FAULTS
};

static void apply(enum fault fault, struct tsm_call *call)
{
	switch (fault) {
	case BAD_POINTER:
		call->place = PLACE_UNMAPPED;
		break;
	case BAD_WORD:
		call->word = _IOWR(TSM_IOMMUFD_TYPE, TSM_REQ_NR, struct tsm_req);
		break;
	case SHORT_SIZE:
		call->size = (struct tsm_given)GIVE(TSM_REQ_SIZE - 1);
		break;
	case BAD_TAIL:
		/* Unless the size is wrong already: then there is no tail to be wrong. */
		if (!call->size.is)
			call->size = (struct tsm_given)GIVE(TSM_REQ_SIZE + 8);
		call->tail = TSM_REQ_SIZE;
		break;
	case CUT_STRUCT:
		if (call->place != PLACE_GOOD || call->tail)
			break;
		call->place = PLACE_SHORT;
		call->mapped = 32;
		break;
	case RESERVED:
		call->reserved = 0x80000001;
		break;
	case BAD_SCOPE:
		call->scope = PCI_LAST + 5;
		break;
	case BAD_ID:
		call->id = ID_OF_NOTHING;
		break;
	case PCI_SCOPE:
		if (call->scope <= PCI_LAST)
			call->scope = PCI_DEBUG_READ;
		break;
	case BAD_REQUEST:
		call->req = PLACE_KERNEL;
		break;
	case BAD_RESPONSE:
		call->resp = PLACE_UNMAPPED;
		break;
	case TSM_ERROR:
		call->script.result = (struct tsm_given)GIVE(-EIO);
		break;
	case NO_STATE:		/* the row's state, not the call's */
	case FAULTS:
		break;
	}
}

/* The row's own fault is in its call; its scope field says nothing about which it is. */
static void with_later(struct tsm_session *session, const struct tsm_row *row, enum fault own)
{
	for (enum fault later = own + 1; later < FAULTS; later++) {
		struct tsm_call call = row->call;

		apply(later, &call);
		if (later != NO_STATE)
			tsm_judge(session, &call, &row->expect);
	}
}

/* The fault that comes first in the row's call. */
static enum fault own_fault(const struct tsm_call *call)
{
	if (call->place == PLACE_UNMAPPED)
		return BAD_POINTER;
	if (call->word)
		return BAD_WORD;
	if (call->tail)
		return BAD_TAIL;
	if (call->size.is)
		return SHORT_SIZE;
	if (call->place == PLACE_SHORT)
		return CUT_STRUCT;
	if (call->reserved)
		return RESERVED;
	if (call->scope > PCI_LAST)
		return BAD_SCOPE;
	if (call->id)
		return BAD_ID;
	return call->scope > PCI_STATE_CHANGE ? PCI_SCOPE : NO_STATE;
}

static void pairs(struct tsm_session *session, const struct tsm_row *row)
{
	with_later(session, row, own_fault(&row->call));
}

/* Everything that is wrong at once, and then one fault less in turn, from the first. */
static void all_at_once(struct tsm_session *session, const struct tsm_row *row)
{
	static const struct { enum fault first; int error; } steps[] = {
		{ BAD_POINTER, EFAULT }, { BAD_WORD, ENOTTY }, { SHORT_SIZE, EINVAL },
		{ BAD_TAIL, E2BIG }, { RESERVED, EOPNOTSUPP }, { BAD_SCOPE, EINVAL },
		{ BAD_ID, ENOENT }, { PCI_SCOPE, EINVAL }, { NO_STATE, ENXIO },
	};

	(void)row;
	for (size_t i = 0; i < UC_ARRAY_SIZE(steps); i++) {
		struct tsm_expect expect = TSM_FAILS(steps[i].error);
		struct tsm_call call = { 0 };

		for (enum fault fault = steps[i].first; fault < FAULTS; fault++)
			if (fault != CUT_STRUCT)
				apply(fault, &call);
		tsm_judge(session, &call, &expect);
	}
}

#define WRITE_WORD	_IOWR(TSM_IOMMUFD_TYPE, TSM_REQ_NR, struct tsm_req)

static const struct tsm_row rows[] = {
	{ { "tsm_req.order.pointer_first", REQ(CHECK_ORDER), ON_IOMMUFD },
	  IN_ANY_STATE, { .place = PLACE_UNMAPPED }, FAILS(EFAULT), .custom = pairs },
	{ { "tsm_req.order.word_next", REQ(CHECK_ORDER), ON_IOMMUFD },
	  IN_ANY_STATE, { .word = WRITE_WORD }, FAILS(ENOTTY), .custom = pairs },
	{ { "tsm_req.order.short_size_next", REQ(CHECK_ORDER), ON_IOMMUFD },
	  IN_ANY_STATE, { .size = GIVE(39) }, FAILS(EINVAL), .custom = pairs },
	{ { "tsm_req.order.tail_next", REQ(CHECK_ORDER), ON_IOMMUFD },
	  IN_ANY_STATE, { .size = GIVE(48), .tail = 40 }, FAILS(E2BIG), .custom = pairs },
	{ { "tsm_req.order.cut_struct_next", REQ(CHECK_ORDER), ON_IOMMUFD },
	  IN_ANY_STATE, { .place = PLACE_SHORT, .mapped = 32 }, FAILS(EFAULT), .custom = pairs },
	{ { "tsm_req.order.reserved_next", REQ(CHECK_ORDER), ON_ANY },
	  IN_ANY_STATE, { .reserved = 1 }, FAILS(EOPNOTSUPP), .custom = pairs },
	{ { "tsm_req.order.scope_next", REQ(CHECK_ORDER), ON_ANY },
	  IN_ANY_STATE, { .scope = 9 }, FAILS(EINVAL), .custom = pairs },
	{ { "tsm_req.order.vdevice_next", REQ(CHECK_ORDER), ON_ANY },
	  IN_ANY_STATE, { .id = ID_OF_NOTHING }, FAILS(ENOENT), .custom = pairs },
	{ { "tsm_req.order.pci_scope_next", REQ(CHECK_ORDER), ON_FIXTURE },
	  BOUND, { .scope = PCI_DEBUG_READ }, FAILS(EINVAL), .custom = pairs },
	{ { "tsm_req.order.pci_scope_before_connection", REQ(CHECK_ORDER), ON_FIXTURE },
	  UNCONNECTED, { .scope = PCI_DEBUG_WRITE }, FAILS(EINVAL), .custom = pairs },
	{ { "tsm_req.order.connection_next", REQ(CHECK_ORDER), ON_FIXTURE },
	  UNCONNECTED, { 0 }, FAILS(ENXIO), .custom = pairs },
	{ { "tsm_req.order.binding_next", REQ(CHECK_ORDER), ON_FIXTURE },
	  CONNECTED, { 0 }, FAILS(ENXIO), .custom = pairs },
	{ { "tsm_req.order.all_at_once", REQ(CHECK_ORDER), ON_FIXTURE },
	  CONNECTED, .custom = all_at_once },
};

const struct uc_topic tsm_order_topic = UC_BATCH_TOPIC("order", rows, tsm_run_row);
