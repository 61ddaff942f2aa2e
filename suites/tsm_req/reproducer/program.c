// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rest of a program that shows a failure. It needs the device fixture of uapi-conform: a PCI Express
 * endpoint behind a root port, and the module uapi_conform_device.ko loaded; run it as root.
 */
#ifndef REPRODUCER_ISSUE
#include "issue.c"
#include "vdevice.c"
#endif

#define REPRODUCER_PROGRAM
#define ANY_ERRNO	4096

enum { VDEVICE, PLAIN_VDEVICE, DEVICE, PLAIN_DEVICE, IOAS, HWPT, VIOMMU, OBJECTS = 11 };

static struct uapi_conform_state before, now;
static struct uapi_conform_knobs knobs;
static int failed;
static int control, vm = -1, bridge = -1, cdev[2] = { -1, -1 }, file[3] = { -1, -1, -1 };
static int has_vm[2];
static uint32_t id[OBJECTS];
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
	int right = got >= 0 ? got >= low && got <= high : error == ANY_ERRNO ? got != -other :
		    got == -error || (other && got == -other);

	printf("%s = %lld; expected ", call, got);
	if (error == ANY_ERRNO)
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
	if (ioctl(control, UAPI_CONFORM_GET_STATE, &now))
		give_up("the state of the device fixture");
	if (!now.bound)
		knobs.flags &= ~2U;
	if (!now.connected)
		knobs.flags = 0;
}

static void set_knobs(void)
{
	if (ioctl(control, UAPI_CONFORM_SET_KNOBS, &knobs))
		give_up("the knobs of the device fixture");
}

/* What the device pretends: 1 no link TSM, 2 another VM. */
static inline void override(uint32_t flags)
{
	knobs.flags = flags;
	set_knobs();
	got = 0;
}

/* What the TSM is told, by the request or beforehand. */
static inline void script(int beforehand, uint32_t flags, uint64_t consume, uint64_t produce,
				int64_t value)
{
	struct uapi_conform_answer answer = { UAPI_CONFORM_ANSWER_MAGIC, flags, consume, produce, value, 0, seed };

	knobs.standing = answer;
	knobs.standing_calls = beforehand;
	if (!beforehand)
		issue_script(&issue, &answer);
}

/* The call, by somebody else where @who says so. */
static inline void call(int who, int from, uint32_t word, int bind_error)
{
	issue_seal(&issue);
	knobs.bind_error = bind_error;
	set_knobs();
	got = call_as(who, from, word, issue.area[STRUCT].at);
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

	state.vm_maker = getpid();
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

	snprintf(name, sizeof(name), "tsm%d", knobs.flags & 1 ? now.other_tsm : now.link_tsm);
	write_to(name, on ? "/sys/bus/pci/devices/%s/tsm/connect" :
		 "/sys/bus/pci/devices/%s/tsm/disconnect");
}

static void open_device(int which, int with_vm)
{
	char directory[128], path[320];

	snprintf(directory, sizeof(directory), which ? "/sys/devices/platform/" UAPI_CONFORM_PLAIN_DEVICE :
		 "/sys/bus/pci/devices/%s", now.bdf);
	if (vfio_path(path, sizeof(path), directory))
		give_up(directory);
	cdev[which] = open(path, O_RDWR);
	if (with_vm && ((vm < 0 && new_vm(&vm, &bridge)) || tell_kvm(bridge, cdev[which], 1)))
		give_up("a VM, and telling it of the device");
	has_vm[which] = with_vm;
	got = bind_iommufd(cdev[which], file[0], &id[DEVICE + which]);
}

/* By the VM's file, where the revision wants that: the one that the device has, or 1 any, 2 none. */
static inline int new_viommu_of_device(int device, int by_file, int which)
{
	if (which == 1 && vm < 0 && new_vm(&vm, &bridge))
		give_up("a VM");
	return by_file ? new_viommu_of(file[0], UAPI_CONFORM_VIOMMU_TYPE, id[DEVICE + device], id[HWPT],
				       which == 1 || (!which && has_vm[device]) ? vm : -1, &id[VIOMMU]) :
	       new_viommu(file[0], UAPI_CONFORM_VIOMMU_TYPE, id[DEVICE + device], id[HWPT], &id[VIOMMU]);
}

static void close_device(int which)
{
	if (bridge >= 0)
		tell_kvm(bridge, cdev[which], 0);
	close(cdev[which]);
	cdev[which] = -1;
	got = 0;
}

/* Another iommufd, with objects by the numbers that the first one's have; or the same once more. */
static inline void open_file(int which)
{
	uint32_t other;

	if (file[which] >= 0)
		return;
	file[which] = which == 1 ? dup(file[0]) : open("/dev/iommu", O_RDWR);
	for (int i = 0; which == 2 && i < 8; i++)
		new_ioas(file[2], &other);
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
	file[0] = open("/dev/iommu", O_RDWR);
	open_device(0, 1);
	if (new_ioas(file[0], &id[IOAS]) ||
	    new_nesting_parent(file[0], id[DEVICE], id[IOAS], &id[HWPT]) ||
	    /* Where the VM's file is nothing that it can be given, the VM is the device's. */
	    (new_viommu_of(file[0], UAPI_CONFORM_VIOMMU_TYPE, id[DEVICE], id[HWPT], vm, &id[VIOMMU]) &&
	     new_viommu(file[0], UAPI_CONFORM_VIOMMU_TYPE, id[DEVICE], id[HWPT], &id[VIOMMU])) ||
	    new_vdevice(file[0], id[VIOMMU], id[DEVICE], 0x1234, &id[VDEVICE]))
		give_up("a vdevice");
	if (!now.connected)
		connect_tsm(1);
	look();
}

static void end(void)
{
	knobs.flags = 0;
	set_knobs();
	close(file[0]);
	for (int i = 0; i < 2; i++)
		if (cdev[i] >= 0)
			close_device(i);
}
