// SPDX-License-Identifier: GPL-2.0-only
/* In a program that shows a failure: a request that the TSM holds, and what comes meanwhile. */
#ifndef REPRODUCER_PROGRAM
#include "program.c"
#endif

/* The revision's words, and its struct of a good request without what its places are. */
struct good {
	uint32_t word, unbind, req_at;	/* req_at: offset of req_uptr, behind which is resp_uptr */
	uint32_t fields[12];
};
static struct good good;

/* A request in a thread: 64 bytes, of which the first are the script, and room for 100. */
struct request {
	struct caller caller;
	uint32_t fields[12];
	struct uapi_conform_answer answer[2];
	uint8_t response[100];
};

static void race_start(struct request *request, uint64_t produce, uint32_t delay_ms)
{
	uint64_t places[2] = { (uintptr_t)request->answer, (uintptr_t)request->response };

	*request = (struct request){ .answer = { { UAPI_CONFORM_ANSWER_MAGIC, 0, UAPI_CONFORM_ALL, produce, 0, delay_ms, produce } } };
	memcpy(request->fields, good.fields, sizeof(good.fields));
	memcpy((uint8_t *)request->fields + good.req_at, places, sizeof(places));
	request->caller.file = setup.file[MAIN_FILE];
	request->caller.word = good.word;
	request->caller.argument = (uintptr_t)request->fields;
	thread_start(&request->caller.thread, make_call);
}

/* What ends the state that a request needs. */
struct end {
	struct thread thread;
	int kind, result;
};

static void race_end(struct thread *thread)
{
	struct end *end = (struct end *)thread;
	uint32_t unbind[4] = { 16, 2, 0, setup.id[VDEVICE] };

	got = 0;
	if (end->kind == RACE_UNBIND)
		got = plain_call(setup.file[MAIN_FILE], good.unbind, unbind);
	else if (end->kind == RACE_DISCONNECT)
		connect_tsm(0);
	else if (end->kind == RACE_DESTROY)
		got = tsm_destroy_object(&setup, VDEVICE);
	else
		tsm_close_device(&setup, ENDPOINT);
	end->result = got;
}

/* A request that the TSM holds until what comes meanwhile is seen to wait, or to be over. */
static inline void race(int kind, long long second, int requests)
{
	static struct request first, other;
	struct end end = { .kind = kind };
	struct thread *thread = kind >= RACE_REQUEST ? &other.caller.thread : &end.thread;
	time_t begin;

	if (ioctl(control, UAPI_CONFORM_RESET))
		give_up("resetting the fixture");
	race_start(&first, 10, 10000);
	for (int looks = 0; looks < MOST_LOOKS && !thread_ended(&first.caller.thread); looks++) {
		look();
		if (now.in_flight)
			break;
		thread_pause(looks);
	}
	if (kind >= RACE_REQUEST)
		race_start(&other, 20, 0);
	else
		thread_start(thread, race_end);
	thread_sleeps(thread);
	if (kind == RACE_SIGNAL) {
		thread_signal(thread, 0, NULL);
		thread_signal(&first.caller.thread, 0, NULL);
	}
	if (ioctl(control, UAPI_CONFORM_RELEASE))
		give_up("releasing what the fixture holds");
	pthread_join(first.caller.thread.id, NULL);
	begin = time(NULL);
	pthread_join(thread->id, NULL);
	if (time(NULL) - begin > 6)
		compare(NULL, CLOSE_TIME, 5, time(NULL) - begin);
	got = kind >= RACE_REQUEST ? other.caller.result : end.result;
	if (kind != RACE_DESTROY || got != -EBUSY)
		compare(NULL, SECOND_RESULT, second, got);
	got = first.caller.result;
	look();
	before.guest_reqs = before.binds = before.unbinds = 0;
	compare(NULL, TIMES_ASKED, requests, now.guest_reqs);
	compare(NULL, AT_ONCE, 1, now.max_in_flight);
}
