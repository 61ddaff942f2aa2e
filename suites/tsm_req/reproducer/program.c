// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rest of a program that shows a failure. It needs the device fixture of uapi-conform: a PCI Express
 * endpoint behind a root port, and the module uapi_conform_device.ko loaded; run it as root.
 */
#ifndef REPRODUCER_RACE
#include "race.c"
#endif

static struct uapi_conform_state before, now;
static struct uapi_conform_knobs knobs;
static int failed;
static int control;
static struct tsm_setup setup = TSM_SETUP_NONE;
static struct tsm_issue issue;
static long long got;		/* a result, or -errno */
static uint32_t seed;

/* One thing that had to be so. */
static void compare(struct tsm_outcome *outcome, enum tsm_aspect aspect, uint64_t expected, uint64_t came)
{
	static const struct { const char *text; char form; } aspects[] = {
#define ASPECT(name, text, clause, form)	[name] = { text, form },
		TSM_ASPECT_LIST(ASPECT)
	};
	char values[2][24];

	(void)outcome;
	if (expected == came)
		return;
	printf("\t%s: %s, expected %s <-- WRONG\n", aspects[aspect].text,
	       tsm_aspect_value(aspects[aspect].form, came, values[0]),
	       tsm_aspect_value(aspects[aspect].form, expected, values[1]));
	failed = 1;
}

/* A result from low to high, or one of the errnos; or any but the other one. */
static inline void result(const char *call, long long low, long long high, int error,
				int other)
{
	int right = got >= 0 ? got >= low && got <= high : error == TSM_ANY_ERRNO ? got != -other :
		    got == -error || (other && got == -other);

	printf("%s = %lld; expected ", call, got);
	if (error == TSM_ANY_ERRNO)
		printf(other ? "an error other than %d" : "an error", -other);
	else if (error)
		printf("%d%s", -error, other ? " or another errno" : "");
	else
		printf("%lld", low);
	puts(right ? "" : " <-- WRONG");
	fflush(stdout);
	failed |= !right;
}

static void look(void)
{
	before = now;
	read_fixture(control, &now);
	if (!now.bound)
		knobs.flags &= ~TSM_OVERRIDE_OTHER_VM;
	if (!now.connected)
		knobs.flags = 0;
}

static void set_knobs(void)
{
	if (ioctl(control, UAPI_CONFORM_SET_KNOBS, &knobs))
		give_up("the knobs of the device fixture");
}

/* What the device pretends. */
static inline void override(uint32_t flags)
{
	knobs.flags = flags;
	set_knobs();
	got = 0;
}

/* What the TSM is told, by the request or beforehand. */
static inline void script(int beforehand, uint32_t flags, uint64_t consume, uint64_t produce,
				int64_t value, uint32_t delay_ms)
{
	struct uapi_conform_answer answer = {
		UAPI_CONFORM_ANSWER_MAGIC, flags, consume, produce, value, delay_ms, seed,
	};

	knobs.standing = answer;
	knobs.standing_calls = beforehand;
	if (!beforehand)
		issue_script(&issue, &answer);
}

/* The call, by somebody else where @who says so. */
static inline void call(int who, int from, uint32_t word, int bind_error)
{
	if (tsm_open_file(&setup, from))
		give_up(setup.why);
	knobs.bind_error = bind_error;
	set_knobs();
	got = call_as(who, setup.file[from], word, issue.area[STRUCT].at);
	look();
	knobs.bind_error = knobs.standing_calls = 0;
	set_knobs();
}

/* What must come of it, beside its result. */
static inline void check(struct tsm_outcome outcome)
{
	outcome.issue = &issue;
	outcome.before = &before;
	outcome.after = &now;
	outcome.got = got;
	outcome.compare = compare;
	check_call(&outcome);
}

static inline void device(struct tsm_device_state state)
{
	struct tsm_outcome outcome = { .before = &before, .after = &now, .compare = compare };

	state.vm_maker = setup.vm_maker;
	check_state(&outcome, state);
}

static void write_to(const char *text, const char *format)
{
	char path[128];
	int to;

	snprintf(path, sizeof(path), format, now.bdf);
	to = open(path, O_WRONLY);
	got = to < 0 || write(to, text, strlen(text)) < 0 ? -errno : 0;
	close(to);
}

static void connect_tsm(int on)
{
	char name[16];

	snprintf(name, sizeof(name), "tsm%d", knobs.flags & TSM_OVERRIDE_NOT_LINK ? now.other_tsm : now.link_tsm);
	write_to(name, on ? "/sys/bus/pci/devices/%s/tsm/connect" :
		 "/sys/bus/pci/devices/%s/tsm/disconnect");
}

static int disconnect(void *unused)
{
	(void)unused;
	connect_tsm(0);
	return got;
}

/* Calls that are laid out for a race: a request that the TSM holds, and what comes meanwhile. */
static struct tsm_racer first, other;
static struct tsm_ender ender = { .setup = &setup, .disconnect = disconnect };

/* The TSM holds the first until what comes meanwhile is seen to wait, or to be over. */
static inline void race(enum tsm_race_kind kind, long long second, int requests)
{
	const bool ends = kind < RACE_REQUEST;
	struct thread *meanwhile = ends ? &ender.thread : &other.thread;
	time_t begin;

	if (ioctl(control, UAPI_CONFORM_RESET))
		give_up("resetting the fixture");
	racer_start(&first, setup.file[MAIN_FILE], 1);
	racer_held(&first, control);
	ender.kind = kind;
	ender.control = control;
	if (ends)
		thread_start(meanwhile, ender_run);
	else
		racer_start(&other, setup.file[MAIN_FILE], 1);
	thread_sleeps(meanwhile);
	if (kind == RACE_SIGNAL) {
		racer_signal(&other, 0);
		racer_signal(&first, 0);
	}
	if (ioctl(control, UAPI_CONFORM_RELEASE))
		give_up("releasing what the fixture holds");
	pthread_join(first.thread.id, NULL);
	begin = time(NULL);
	pthread_join(meanwhile->id, NULL);
	if (time(NULL) - begin > 6)
		compare(NULL, CLOSE_TIME, 5, time(NULL) - begin);
	/* The end waits for the request. */
	if (ends && !ender.rc)
		compare(NULL, AT_ONCE, 0, ender.after.in_flight);
	got = ends ? ender.rc : other.results[0];
	if (kind != RACE_DESTROY || got != -EBUSY)
		compare(NULL, SECOND_RESULT, second, got);
	got = first.results[0];
	look();
	before.guest_reqs = before.binds = before.unbinds = 0;
	compare(NULL, TIMES_ASKED, requests, now.guest_reqs);
	compare(NULL, AT_ONCE, 1, now.max_in_flight);
	compare(NULL, RESPONSE_BYTE, 1, first.response_right);
}

/* The endpoint is vfio-pci's, has a VM, a vdevice, and is connected to its TSM, but not bound. */
static void begin(void)
{
	control = open(UAPI_CONFORM_DEVICE_NODE, O_RDWR);
	if (control < 0)
		give_up(UAPI_CONFORM_DEVICE_NODE " (load uapi_conform_device.ko)");
	look();
	write_to("vfio-pci", "/sys/bus/pci/devices/%s/driver_override");
	write_to(now.bdf, "/sys/bus/pci/drivers_probe");
	/* Where the VM's file is nothing that a vIOMMU can be given, the VM is the device's. */
	setup.keep_vm = setup.vm_by_file = true;
	if (tsm_setup_make(&setup, now.bdf, ENDPOINT, true)) {
		setup.vm_by_file = false;
		if (tsm_setup_make(&setup, now.bdf, ENDPOINT, true))
			give_up(setup.why);
	}
	if (!now.connected)
		connect_tsm(1);
	look();
}

static void end(void)
{
	knobs.flags = 0;
	set_knobs();
	tsm_setup_close(&setup);
}
