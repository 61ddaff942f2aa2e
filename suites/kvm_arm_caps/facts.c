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
#include "vcpu.h"

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

	facts->host_sve = getauxval(AT_HWCAP) & HWCAP_SVE_BIT;
	if (!(getauxval(AT_HWCAP) & HWCAP_CPUID_BIT))
		return;
	__asm__("mrs %0, S3_0_C0_C6_1" : "=r"(facts->isar1));
	__asm__("mrs %0, S3_0_C0_C6_2" : "=r"(facts->isar2));
	apa = ISAR1_APA(facts->isar1);
	api = ISAR1_API(facts->isar1);
	apa3 = ISAR2_APA3(facts->isar2);
	gpa = ISAR1_GPA(facts->isar1);
	gpi = ISAR1_GPI(facts->isar1);
	gpa3 = ISAR2_GPA3(facts->isar2);
	facts->id_registers = true;
	facts->host_address = apa || api || apa3;
	facts->host_generic = gpa || gpi || gpa3;
	facts->host_one_algorithm = !!apa + !!api + !!apa3 == 1 && !apa == !gpa &&
				    !api == !gpi && !apa3 == !gpa3;
}

/*
 * Kernels before 5.9 lend pointer authentication to guests only where the
 * host runs at EL2 (VHE), which EL0 can see in the boot log alone.
 */
static bool log_denies_vhe(void)
{
	char record[1024];
	bool denied = false;
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
		if (strstr(record, "Hyp mode initialized") ||
		    strstr(record, "nVHE mode initialized"))
			denied = true;
	}
	close(fd);
	return denied;
}

/* Which bits of features[0] have a meaning: everything below the highest that is not ENOENT. */
static uint32_t probe_known(struct kvm_vcpu *vcpu)
{
	uint32_t known = 0;

	for (unsigned int bit = 0; bit < 32; bit++) {
		int result = kvm_try_init(vcpu, BIT(bit));

		if (result != -ENOENT)
			known = BIT(bit) | (BIT(bit) - 1);
		/* Above what this suite knows, the first gap is the end. */
		else if (bit >= KVM_FEATURES)
			break;
		/* An initialised vCPU may call a bit "another set" before it calls it unknown. */
		if (!result)
			kvm_renew_vcpu(vcpu);
	}
	return known;
}

static void ask_capabilities(struct kvm_facts *facts, int system, int vm)
{
	for (unsigned int i = 0; i < KVM_FEATURES; i++) {
		unsigned long capability = kvm_feature_info[i].capability;

		facts->system_cap[i] = ioctl(system, KVM_CHECK_EXTENSION, capability);
		facts->vm_cap[i] = ioctl(vm, KVM_CHECK_EXTENSION, capability);
		if (facts->vm_cap[i] > 0)
			facts->supported |= BIT(i);
	}
	facts->mte = ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_MTE) > 0;
	facts->masks = ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_ARM_SUPPORTED_REG_MASK_RANGES) > 0;
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
			(unsigned long long)facts->isar1, (unsigned long long)facts->isar2);
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

void kvm_prepare(void *data)
{
	struct kvm_facts *facts = data;
	struct kvm_vcpu_init init;
	struct kvm_vcpu vcpu = { .next_id = 1 };
	int usual;

	read_id_registers(facts);
	vcpu.system = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (vcpu.system < 0) {
		facts->kvm = errno == ENOENT ? KVM_ABSENT : KVM_UNUSABLE;
		uc_note("/dev/kvm: %s", uc_errno_name(errno));
		return;
	}
	facts->kvm = KVM_UNUSABLE;
	vcpu.vm = ioctl(vcpu.system, KVM_CREATE_VM, kvm_small_vm(vcpu.system));
	vcpu.fd = vcpu.vm < 0 ? -1 : ioctl(vcpu.vm, KVM_CREATE_VCPU, 0L);
	if (vcpu.fd < 0) {
		uc_note("a VM with one vCPU cannot be made: %s", uc_errno_name(errno));
		return;
	}
	if (ioctl(vcpu.vm, KVM_ARM_PREFERRED_TARGET, &init) < 0) {
		uc_note("KVM_ARM_PREFERRED_TARGET: %s", uc_errno_name(errno));
		return;
	}
	facts->kvm = KVM_WORKS;
	facts->preferred = vcpu.preferred = init.target;
	/* What counts is what a VM of the usual size says. */
	usual = ioctl(vcpu.system, KVM_CREATE_VM, kvm_usual_vm(vcpu.system));
	ask_capabilities(facts, vcpu.system, usual < 0 ? vcpu.vm : usual);
	if (usual >= 0)
		close(usual);
	facts->known = probe_known(&vcpu);
	facts->not_vhe = facts->host_one_algorithm && !kvm_both_caps(facts) && log_denies_vhe();
	note_facts(facts);
}

bool kvm_keep_vm(void *data, const char **why)
{
	struct kvm_facts *facts = data;

	(void)why;
	if (facts->kvm != KVM_WORKS)
		return true;
	facts->kept[0] = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (facts->kept[0] >= 0) {
		kvm_keep_open(facts->kept[0]);
		facts->kept[1] = ioctl(facts->kept[0], KVM_CREATE_VM, kvm_small_vm(facts->kept[0]));
	}
	/* Rows that can make none will say so. */
	return true;
}

void kvm_drop_vm(void *data)
{
	struct kvm_facts *facts = data;

	for (int i = 1; i >= 0; i--)
		if (facts->kept[i] > 0)
			close(facts->kept[i]);
}

#else

void kvm_prepare(void *data)
{
	((struct kvm_facts *)data)->kvm = KVM_ABSENT;
}

bool kvm_keep_vm(void *data, const char **why)
{
	(void)data;
	(void)why;
	return true;
}

void kvm_drop_vm(void *data)
{
	(void)data;
}

#endif
