// SPDX-License-Identifier: GPL-2.0-only
/* The topics in the order in which they run: what needs no device first. */
#include "rows.h"

extern const struct uc_topic tsm_abi_topic, tsm_revision_topic, tsm_size_topic, tsm_pointer_topic,
	tsm_reserved_topic, tsm_order_topic, tsm_scope_topic, tsm_vdevice_id_topic, tsm_state_topic,
	tsm_residue_topic, tsm_backend_topic, tsm_buffer_topic, tsm_payload_topic,
	tsm_privilege_topic, tsm_op_topic, tsm_concurrency_topic, tsm_sweep_topic,
	tsm_hardware_topic, tsm_nvidia_40_topic, tsm_ops_topic, tsm_leftover_topic,
	tsm_address_topic, tsm_error_paths_topic;

const struct uc_topic *const tsm_topics[] = {
	&tsm_revision_topic, &tsm_abi_topic, &tsm_size_topic, &tsm_pointer_topic,
	&tsm_reserved_topic, &tsm_order_topic, &tsm_scope_topic, &tsm_vdevice_id_topic,
	&tsm_state_topic, &tsm_residue_topic, &tsm_backend_topic, &tsm_buffer_topic,
	&tsm_payload_topic, &tsm_address_topic, &tsm_op_topic, &tsm_leftover_topic,
	&tsm_concurrency_topic, &tsm_sweep_topic,
	&tsm_nvidia_40_topic, &tsm_ops_topic,
	/* Its last rows are in processes of their own, and what can be in a batch should not be on both sides of them. */
	&tsm_privilege_topic, &tsm_hardware_topic, &tsm_error_paths_topic, NULL,
};
