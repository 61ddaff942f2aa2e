/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A world to begin with: the PCI device open, with a VM, a vdevice, and a connection to its TSM,
 * but not bound; and any step in it. Part of every reproducer as it stands.
 */
#ifndef TSM_EXPLORE_PLAYER_H
#define TSM_EXPLORE_PLAYER_H

#include "explore_do.h"
#include "explore_meet.h"

#define VIRT_ID		0x1234

static void player_begin(struct tsm_player *player)
{
	make_areas();
	look_at_device(player);
	player->file[MAIN_FILE] = open("/dev/iommu", O_RDWR | O_CLOEXEC);
	player->file[DUPLICATE] = dup(player->file[MAIN_FILE]);
	player->file[OTHER_FILE] = player->cdev[ENDPOINT] = player->cdev[PLAIN] = -1;
	player->disguise = player->seed = 0;
	if (player->file[MAIN_FILE] < 0)
		give_up("/dev/iommu");
	if (open_device(player, ENDPOINT, true))
		give_up("binding the VFIO device to iommufd");
	if (new_ioas(player->file[MAIN_FILE], &player->ids[IOAS]) ||
	    new_hwpt(player, &player->ids[HWPT]) ||
	    new_viommu(player, ENDPOINT, &player->ids[VIOMMU]) ||
	    new_vdevice(player, ENDPOINT, VIRT_ID, &player->ids[VDEVICE]))
		give_up("the objects on the way to a vdevice");
	if (!player->state.connected && sysfs_connect(player, true))
		give_up("connecting the device to its TSM");
	look_at_device(player);
}

/* The files first: closing the device waits for iommufd's objects that refer to it. */
static void player_end(struct tsm_player *player)
{
	look_at_device(player);
	player->disguise = 0;
	set_knobs(player, NULL, 0);
	for (int i = 0; i < FILES; i++)
		if (player->file[i] >= 0)
			close(player->file[i]);
	close_device(player, ENDPOINT);
	close_device(player, PLAIN);
	if (player->state.connected)
		sysfs_connect(player, false);
}

/* Which slot a step fills. */
static inline unsigned int filled_slot(const struct tsm_step *step)
{
	return step->op == DO_OPEN ? DEVICE + step->which :
	       step->op == DO_NEW_VDEVICE ? VDEVICE + step->which :
	       step->op == DO_NEW_VIOMMU ? VIOMMU : step->op == DO_NEW_FAULT ? FAULT : step->slot;
}

/* Play one step, and look at all that came of it. */
static void play_step(struct tsm_player *player, const struct tsm_step *step,
		      const struct tsm_right *right, struct tsm_met *met)
{
	struct device_state before = player->state;
	int error;

	*met = (struct tsm_met){ .aspect = NOTHING };
	if (step->file == OTHER_FILE && player->file[OTHER_FILE] < 0)
		player->file[OTHER_FILE] = open_other();
	if (step->op == DO_REQUEST || step->op == DO_OPERATION) {
		play_call(player, step, right, met);
#ifdef TSM_EXPLORE_MEET_H
	} else if (step->op == DO_MEET) {
		play_meeting(player, step, right, met);
		return;
#endif
	} else {
		met->id = player->ids[DEVICE + (step->which & 1)];
		error = do_other(player, step, &met->id);
		if (step->op == DO_OPEN)
			met->id = player->ids[filled_slot(step)];
		met->result = error ? -1 : 0;
		met->error = -error;
		look_at_device(player);
		look_at_result(right, met);
		compare(met, TIMES_ASKED, before.requests, player->state.requests);
		if (!error && step->op >= DO_OPEN && step->op <= DO_NEW_FAULT &&
		    step->op != DO_CLOSE)
			player->ids[filled_slot(step)] = met->id;
	}
	if (!player->state.bound)
		player->disguise &= ~DISGUISE_OTHER_VM;
	if (!player->state.connected)
		player->disguise = 0;
	look_at_state(right, &before, &player->state, met);
}

#endif /* TSM_EXPLORE_PLAYER_H */
