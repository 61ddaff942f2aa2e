// SPDX-License-Identifier: GPL-2.0-only
/*
 * Find out about the running kernel, by asking and by trying, never by its
 * version: kernels under test may carry backports.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../harness/decode.h"
#include "../../harness/verdict.h"
#include "facts.h"
#include "play.h"

bool kvm_both_caps(const struct kvm_facts *facts)
{
	return (facts->supported & (ADDRESS | GENERIC)) == (ADDRESS | GENERIC);
}

bool kvm_no_caps(const struct kvm_facts *facts)
{
	return !(facts->supported & (ADDRESS | GENERIC));
}

#ifdef __aarch64__

/* AT_HWCAP's bits, here because older C libraries lack them. */
#define HWCAP_CPUID_BIT	(1UL << 11)
#define HWCAP_SVE_BIT	(1UL << 22)

/* The id registers as EL0 may read them: the kernel traps and answers with sanitised values. */
static void read_id_registers(struct kvm_facts *facts)
{
	unsigned int apa, api, apa3, gpa, gpi, gpa3;
	uint64_t isar1, isar2;

	facts->host_sve = getauxval(AT_HWCAP) & HWCAP_SVE_BIT;
	if (!(getauxval(AT_HWCAP) & HWCAP_CPUID_BIT))
		return;
	__asm__("mrs %0, S3_0_C0_C6_1" : "=r"(isar1));
	__asm__("mrs %0, S3_0_C0_C6_2" : "=r"(isar2));
	facts->id_register[0] = isar1;
	facts->id_register[1] = isar2;
	apa = ISAR1_APA(isar1);
	api = ISAR1_API(isar1);
	apa3 = ISAR2_APA3(isar2);
	gpa = ISAR1_GPA(isar1);
	gpi = ISAR1_GPI(isar1);
	gpa3 = ISAR2_GPA3(isar2);
	facts->id_registers = true;
	facts->host_address = apa || api || apa3;
	facts->host_generic = gpa || gpi || gpa3;
	facts->host_one_algorithm = !!apa + !!api + !!apa3 == 1 && !apa == !gpa &&
				    !api == !gpi && !apa3 == !gpa3;
}

/* Whether the boot log has one of these texts, as far as it can be read. */
static bool log_says(const char *text, const char *other)
{
	char record[8193];	/* the longest that there is */
	bool found = false;
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return false;
	for (;;) {
		ssize_t length = read(fd, record, sizeof(record) - 1);

		if (length < 0 && errno == EPIPE)	/* overwritten: the next read goes on */
			continue;
		if (length <= 0)
			break;
		record[length] = '\0';
		found |= strstr(record, text) || strstr(record, other);
	}
	close(fd);
	return found;
}

/*
 * Whether KVM may be protected: the boot log says so, the command line asks for it, or the log's
 * begin, where it would be said, cannot be read any more, or not by this user.
 */
static bool may_be_protected(void)
{
	char text[4096];
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC), line = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t length = log < 0 ? 0 : read(log, text, sizeof(text) - 1);
	unsigned long long first = 1;

	text[length > 0 ? length : 0] = '\0';
	/* "priority,sequence,...": the first record has sequence 0. */
	if (sscanf(text, "%*u,%llu", &first) != 1 || first)
		first = 1;
	length = line < 0 ? 0 : read(line, text, sizeof(text) - 1);
	text[length > 0 ? length : 0] = '\0';
	if (log >= 0)
		close(log);
	if (line >= 0)
		close(line);
	return first || strstr(text, "kvm-arm.mode=protected") ||
	       log_says("Protected nVHE mode initialized", "Protected hVHE mode initialized");
}

/*
 * A first KVM_ARM_VCPU_INIT with these features, in a new VM each time: what one is given must not
 * matter to the next. Negative errno, or 0. A kernel that does not survive it is to blame.
 */
static int probe(const struct kvm_facts *facts, uint32_t features)
{
	const struct kvm_step step = { .features = features };
	struct kvm_model model;
	uint64_t ignored;
	int result;

	kvm_begin(&model, facts, true);
	uc_judging_step(kvm_call_name, &step, sizeof(step));
	result = kvm_make_call(&step, facts, &ignored);
	kvm_end();
	uc_judged();
	return result;
}

/* Bits that a kernel younger than this suite may have given a meaning; capabilities likewise. */
#define YOUNGER_BITS		4
#define YOUNGER_CAPABILITIES	32

static bool is_younger(int vm)
{
	unsigned int newest = 0;

	for (unsigned int i = 0; i < KVM_FEATURES; i++)
		if (kvm_features[i].capability > newest)
			newest = kvm_features[i].capability;
	for (unsigned int i = 1; i <= YOUNGER_CAPABILITIES; i++)
		if (kvm_check_extension(vm, newest + i) > 0)
			return true;
	return false;
}

/* Which bits of features[0] have a meaning, and for which of them it is another one. */
static void probe_features(struct kvm_facts *facts)
{
	const unsigned int most = KVM_FEATURES + (is_younger(kvm_vm_file()) ? YOUNGER_BITS : 0);

	for (unsigned int bit = 0; bit < most; bit++)
		if (probe(facts, BIT(bit)) != -ENOENT)
			facts->known = BIT(bit) | (BIT(bit) - 1);
	for (unsigned int i = 0; i < KVM_FEATURES; i++) {
		if (!(kvm_features_that(DISPUTED) & facts->supported & BIT(i)) ||
		    !probe(facts, kvm_with_needed(BIT(i))))
			continue;
		facts->supported &= ~BIT(i);
		facts->elsewhere |= BIT(i);
		uc_note("capability %u is reported, but vCPU feature bit %u is not accepted: one of "
			"them means something else here than %s", kvm_features[i].capability, i,
			kvm_features[i].name);
	}
}

static void ask_capabilities(struct kvm_facts *facts, int system, int vm)
{
	for (unsigned int i = 0; i < KVM_FEATURES; i++) {
		unsigned long capability = kvm_features[i].capability;

		facts->system_cap[i] = ioctl(system, KVM_CHECK_EXTENSION, capability);
		facts->vm_cap[i] = ioctl(vm, KVM_CHECK_EXTENSION, capability);
		if (facts->vm_cap[i] > 0)
			facts->supported |= BIT(i);
	}
	facts->mte = ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_MTE) > 0;
	facts->masks = ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_SUPPORTED_REG_MASK_RANGES) > 0;
	facts->filter = !kvm_ioctl(vm, KVM_HAS_DEVICE_ATTR, &(struct kvm_device_attr){ 0 });
	facts->inject_abort = ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_INJECT_EXT_DABT) > 0;
	facts->system_event_data = ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_SYSTEM_EVENT_DATA) > 0;
	facts->system_suspend = ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_SYSTEM_SUSPEND) > 0;
	facts->imp_id = ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_WRITABLE_IMP_ID_REGS) > 0;
	facts->immediate_exit = ioctl(system, KVM_CHECK_EXTENSION, KVM_CAP_IMMEDIATE_EXIT) > 0;
}

static void note_facts(const struct kvm_facts *facts)
{
	if (facts->id_registers)
		uc_note("CPU: address authentication %s, generic authentication %s%s "
			"(ID_AA64ISAR1_EL1 %#llx, ID_AA64ISAR2_EL1 %#llx)",
			facts->host_address ? "yes" : "no", facts->host_generic ? "yes" : "no",
			facts->host_address && facts->host_generic && !facts->host_one_algorithm ?
			", of different algorithms" : "",
			(unsigned long long)facts->id_register[0],
			(unsigned long long)facts->id_register[1]);
	else
		uc_note("CPU: the kernel does not let EL0 read the id registers");
	uc_note("KVM reports: %s", kvm_set_name(facts->supported));
	uc_note("KVM knows: %s", kvm_set_name(facts->known));
	uc_note("KVM preferred target: %u%s", facts->preferred,
		facts->preferred == KVM_ARM_TARGET_GENERIC_V8 ? " (GENERIC_V8)" : "");
	if (!kvm_both_caps(facts) && !kvm_no_caps(facts))
		uc_note("one of the two pointer authentication capabilities is reported without "
			"the other: no released kernel is known to do that");
	if (facts->known & ~ALL_FEATURES)
		uc_note("this kernel knows features that this suite does not: they are not judged");
}

static enum kvm_presence why_absent(void)
{
	if (log_says("HYP mode not available", "Hyp mode not available"))
		return KVM_AT_EL1;
	return log_says("KVM disabled from command line", "kvm-arm.mode=none") ? KVM_TURNED_OFF :
										KVM_ABSENT;
}

void kvm_prepare(void *data)
{
	int file = open("/dev/kvm", O_RDWR | O_CLOEXEC), error = errno;
	struct kvm_facts *facts = data;
	struct kvm_model model;
	/* With room behind it: that no more than the struct is written a row judges. */
	struct kvm_vcpu_init preferred[2];

	read_id_registers(facts);
	if (file < 0) {
		facts->kvm = error == EACCES || error == EPERM ? KVM_NO_ACCESS : why_absent();
		uc_note("/dev/kvm: %s", uc_errno_name(error));
		return;
	}
	close(file);
	/* What counts is what a VM of the usual size says. */
	kvm_begin(&model, facts, false);
	error = -kvm_ioctl(kvm_vm_file(), KVM_ARM_PREFERRED_TARGET, preferred);
	if (error)
		uc_error("KVM_ARM_PREFERRED_TARGET: %s", uc_errno_name(error));
	facts->preferred = preferred->target;
	ask_capabilities(facts, kvm_system_file(), kvm_vm_file());
	probe_features(facts);
	facts->may_be_protected = may_be_protected();
	facts->not_vhe = facts->host_one_algorithm && !kvm_both_caps(facts) &&
			 log_says("Hyp mode initialized", "nVHE mode initialized");
	note_facts(facts);
}

#else

void kvm_prepare(void *data)
{
	((struct kvm_facts *)data)->kvm = KVM_ABSENT;	/* not asked: the need before says why */
}

#endif
