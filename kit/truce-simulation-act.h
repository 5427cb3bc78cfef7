/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A step of a story, done in a world. Private. */

#include <json-glib/json-glib.h>

#include "truce-world.h"

G_BEGIN_DECLS

/* The world that a story begins in. sqlite: all stores are files, whatever the story says. */
TruceWorld *truce_simulation_world (JsonObject  *story,
                                    gboolean     sqlite,
                                    GError     **error) G_GNUC_WARN_UNUSED_RESULT;
/* FALSE with what the step ended in: some steps must fail, and some can't but, so that is no failure of the
 * story. A batch of which a part failed has no error, but an outcome for each. */
gboolean    truce_simulation_act   (TruceWorld  *world,
                                    JsonObject  *step,
                                    GError     **error);

G_END_DECLS
