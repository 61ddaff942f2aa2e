/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plays steps, and looks at everything that came of them: the result, what reached the TSM, every
 * byte that a call may have changed, the device. One for rows, --replay and --explore.
 */
#ifndef TSM_PLAYER_H
#define TSM_PLAYER_H

#include "../../fixtures/device/uapi_conform_device.h"
#include "../../harness/verdict.h"
#include "setup.h"
#include "reproducer/issue.c"

/* Seconds that the last close, or a destruction, may take when no call is in flight. */
#define TSM_CLOSE_SECONDS	5
/* Seconds in which one that takes longer comes back on every kernel that is known. */
#define TSM_CLOSE_PATIENCE	90

struct tsm_player {
	const struct tsm_facts *facts;
	struct tsm_setup setup;
	struct tsm_model model;
	bool tell;		/* what is wrong is told at once, by uc_fail(); else the first is kept */
	const char *open;	/* what the document leaves open, where a step says so; constant */
	const unsigned char *checks;	/* requirements of the row that plays, 0 ends; or NULL */
};

struct tsm_aspect_text {
	const char *text;
	enum tsm_requirement requirement;
	char form;		/* how a value is written */
};
extern const struct tsm_aspect_text tsm_aspects[TSM_ASPECTS];

struct tsm_observed {
	__s64 result;		/* -1 and error, or a number */
	int error;
	__s64 second;		/* a race's: a residue, or -errno */
	__u32 id;		/* of the new object */
	enum tsm_aspect aspect;	/* the first that is wrong, or NO_ASPECT */
	__u64 expected, got;	/* of it, unless RESULT */
};

/*
 * Play the step and hold all against what must come, which is in *expected then. Returns whether it did;
 * if so the model has followed.
 */
bool tsm_play(struct tsm_player *player, const struct tsm_step *step,
	      struct tsm_expected *expected, struct tsm_observed *observed);

/* The same, with what a row says of a step that the document leaves open. */
bool tsm_play_step(struct tsm_player *player, const struct tsm_step *step);

/* What must come of a step: by the model, and in its place what the step itself says. */
void tsm_expect(const struct tsm_player *player, const struct tsm_step *step,
		struct tsm_expected *expected);

/* Which clause is broken if this aspect of the step is wrong. */
enum tsm_requirement tsm_requirement_of(const struct tsm_step *step,
					const struct tsm_expected *expected,
					enum tsm_aspect aspect);

/* "EINVAL or EPERM", static. */
const char *tsm_expected_text(const struct tsm_expected *expected);

/* The device fixture. All of these end the row as ERROR where that fails. */
void tsm_fixture_state(const struct tsm_player *player, struct uapi_conform_state *state);
void tsm_fixture_knobs(const struct tsm_player *player,
		       const struct uapi_conform_answer *standing, int bind_error);
void tsm_fixture_call(const struct tsm_player *player, unsigned long word, const char *what);

/* judge.c: one aspect of a step that is being played. */
struct tsm_judgement {
	struct tsm_player *player;
	const struct tsm_step *step;
	const struct tsm_expected *expected;
	struct tsm_observed *observed;
};
void tsm_compare(struct tsm_judgement *judgement, enum tsm_aspect aspect, __u64 expected, __u64 got);
void tsm_judge_result(struct tsm_judgement *judgement);
void tsm_judge_state(struct tsm_judgement *judgement, const struct uapi_conform_state *before,
		     const struct uapi_conform_state *after);

#endif /* TSM_PLAYER_H */
