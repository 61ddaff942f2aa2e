// SPDX-License-Identifier: GPL-2.0-only
/*
 * What another KVM_ARM_VCPU_INIT does to the vector registers, which only a
 * vCPU with SVE has, and only once SVE is finalized.
 */
#include <errno.h>
#include <string.h>

#include "../../harness/verdict.h"
#include "needs.h"
#include "requirements.h"
#include "topics.h"
#include "vcpu.h"

#define Z_BYTES		256	/* of the longest vector, which KVM's register ids are made for */
#define Z_COUNT		32
#define Z(n)		(KVM_REG_SVE_Z0 + 32 * (n))

static void read_all(const struct kvm_vcpu *vcpu, unsigned char z[Z_COUNT][Z_BYTES])
{
	memset(z, 0, Z_COUNT * Z_BYTES);
	for (unsigned int n = 0; n < Z_COUNT; n++)
		kvm_expect(kvm_get_wide_reg(vcpu, Z(n), z[n]), 0, "KVM_GET_ONE_REG(Z%u)", n);
}

/* The call may or may not take the finalizing back: no text says. The registers it resets. */
static void finalize_again(const struct kvm_vcpu *vcpu)
{
	int result = kvm_try_finalize(vcpu, KVM_ARM_VCPU_SVE);

	if (result && result != -EPERM)
		kvm_expect(result, 0, "KVM_ARM_VCPU_FINALIZE(SVE), after another INIT");
}

static void run(const struct uc_row *row, const void *facts)
{
	static unsigned char initial[Z_COUNT][Z_BYTES], written[Z_COUNT][Z_BYTES];
	static unsigned char now[Z_COUNT][Z_BYTES];
	struct kvm_vcpu vcpu;

	(void)row;
	(void)facts;
	kvm_make_initialised(&vcpu, SVE);
	read_all(&vcpu, initial);
	for (unsigned int n = 0; n < Z_COUNT; n++) {
		/* The bits that the vCPU's vectors do not have are ignored. */
		memset(written[n], 0xa1 + n, Z_BYTES);
		kvm_expect(kvm_set_wide_reg(&vcpu, Z(n), written[n]), 0, "KVM_SET_ONE_REG(Z%u)", n);
	}
	read_all(&vcpu, now);
	for (unsigned int n = 0; n < Z_COUNT; n++)
		if (now[n][0] != written[n][0])
			uc_error("Z%u does not read back what was written to it", n);
	kvm_expect(kvm_try_init(&vcpu, SVE), 0, "KVM_ARM_VCPU_INIT, the same again");
	finalize_again(&vcpu);
	read_all(&vcpu, now);
	for (unsigned int n = 0; n < Z_COUNT; n++)
		if (memcmp(now[n], initial[n], Z_BYTES))
			uc_fail("Z%u after another KVM_ARM_VCPU_INIT: expected its initial value, got another (first byte 0x%02x, was 0x%02x, 0x%02x was written)",
				n, now[n][0], initial[n][0], written[n][0]);
}

static const struct uc_row rows[] = {
	{ .id = "kvm_arm_caps.sve.reset", REQ(STATE_RESET), NEEDS(KVM_NEEDED, &kvm_need_sve) },
};

const struct uc_topic kvm_sve_reset_topic = UC_BATCH_TOPIC("sve", rows, run);
