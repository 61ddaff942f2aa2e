/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A request that is with the TSM for a while, and what meets it there. Part of every reproducer
 * with such a step.
 */
#ifndef TSM_EXPLORE_MEET_H
#define TSM_EXPLORE_MEET_H

#include "explore_do.h"

#define MEET_REQ_LEN	64
#define MEET_RESP_LEN	100
#define DELAY_MS	8
#define LONG_MS		2000

/* A request of a thread: 64 bytes, room for 100, of which @produce are filled after a delay. */
struct meeting {
	pthread_t thread;
	int file;
	uint32_t fields[10];
	struct device_answer answer[2];	/* the second one is only to fill the request */
	uint8_t response[MEET_RESP_LEN];
	uint64_t produce;
	int result;		/* or negative errno */
	bool ended;
};

static void *meeting_call(void *argument)
{
	struct meeting *meeting = argument;
	int result = ioctl(meeting->file, _IO(';', 0x96), meeting->fields);

	meeting->result = result < 0 ? -errno : result;
	__atomic_store_n(&meeting->ended, true, __ATOMIC_RELEASE);
	return NULL;
}

static void meeting_start(struct tsm_player *player, struct meeting *meeting, uint64_t produce,
			  uint32_t delay_ms)
{
	uint64_t places[2] = { (uintptr_t)meeting->answer, (uintptr_t)meeting->response };
	uint32_t fields[6] = { REQUEST_SIZE, player->ids[VDEVICE], 0, MEET_REQ_LEN, MEET_RESP_LEN };

	*meeting = (struct meeting){ .file = player->file[MAIN_FILE], .produce = produce };
	meeting->answer[0] = (struct device_answer){ ANSWER_MAGIC, 0, EVERYTHING, produce, 0,
						     delay_ms, produce };
	memcpy(meeting->fields, fields, sizeof(fields));
	memcpy(meeting->fields + 6, places, sizeof(places));
	if (pthread_create(&meeting->thread, NULL, meeting_call, meeting))
		give_up("a thread");
}

static void meeting_end(struct meeting *meeting, struct tsm_met *met)
{
	size_t i = 0;

	pthread_join(meeting->thread, NULL);
	while (meeting->result >= 0 && i < meeting->produce &&
	       meeting->response[i] == pattern(meeting->produce, i))
		i++;
	if (meeting->result >= 0)
		compare(met, RESPONSE_BYTE, meeting->produce, i);
}

static void ignore_signal(int number)
{
	(void)number;
}

/* Again and again, because the first one may come before the call has begun. */
static void interrupt(const struct meeting *meeting)
{
	struct sigaction action = { .sa_handler = ignore_signal };	/* no SA_RESTART */

	sigaction(SIGUSR1, &action, NULL);
	while (!__atomic_load_n(&meeting->ended, __ATOMIC_ACQUIRE)) {
		usleep(2000);
		pthread_kill(meeting->thread, SIGUSR1);
	}
}

/* A second request waits for the first, or is interrupted while it does. */
static void meeting_second(struct tsm_player *player, bool signal, struct tsm_met *met)
{
	static struct meeting second;

	meeting_start(player, &second, 20, 0);
	if (signal)
		interrupt(&second);
	meeting_end(&second, met);
	met->second = second.result;
}

static void meet(struct tsm_player *player, const struct tsm_step *step, struct tsm_met *met)
{
	uint32_t words[4] = { OPERATION_SIZE, 2, 0, player->ids[VDEVICE] };
	time_t begin, seconds;

	switch (step->which) {
	case MEET_UNBIND:
		met->second = call_iommufd(player, 0x95, words);
		break;
	case MEET_DISCONNECT:
		met->second = sysfs_connect(player, false);
		break;
	case MEET_DESTROY:
		met->second = destroy(player, VDEVICE);
		break;
	case MEET_CLOSE:
		begin = time(NULL);
		close_device(player, ENDPOINT);
		seconds = time(NULL) - begin;
		if (seconds > CLOSE_SECONDS)
			compare(met, CLOSE_TIME, CLOSE_SECONDS, seconds);
		break;
	default:
		meeting_second(player, step->which == MEET_SIGNAL, met);
	}
}

static void play_meeting(struct tsm_player *player, const struct tsm_step *step,
			 const struct tsm_right *right, struct tsm_met *met)
{
	bool second = step->which == MEET_REQUEST, unchanged;
	static struct meeting first;
	struct tsm_right after = *right;
	struct device_state before;

	if (ioctl(player->control, DEVICE_RESET))
		give_up("resetting the device fixture");
	look_at_device(player);
	before = player->state;
	/* What is interrupted has all the time that a busy host may take to come to that. */
	meeting_start(player, &first, MEET_RESP_LEN - MEET_RESIDUE,
		      step->which == MEET_SIGNAL ? LONG_MS : DELAY_MS);
	for (int tries = 0; !player->state.in_flight && tries < 20000 &&
	     !__atomic_load_n(&first.ended, __ATOMIC_ACQUIRE); tries++) {
		usleep(200);
		look_at_device(player);
	}
	meet(player, step, met);
	if (step->which == MEET_SIGNAL)
		interrupt(&first);
	unchanged = step->which == MEET_DESTROY && met->second == -EBUSY;
	meeting_end(&first, met);
	met->result = first.result < 0 ? -1 : first.result;
	met->error = first.result < 0 ? -first.result : 0;
	look_at_device(player);
	look_at_result(right, met);
	if (unchanged) {
		after.connected = after.bound = true;
		after.unbinds = after.vdevices = 0;
		after.tdi_id = before.tdi_id;
	} else {
		compare(met, SECOND_RESULT, (int64_t)right->second, met->second);
	}
	compare(met, TIMES_ASKED, 1 + second, player->state.requests);
	compare(met, AT_ONCE, 1, player->state.max_in_flight);
	look_at_state(&after, &before, &player->state, met);
}

#endif /* TSM_EXPLORE_MEET_H */
