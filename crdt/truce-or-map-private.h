/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What truce-or-map.c and truce-or-map-write.c share. */

#include "truce-map-state.h"
#include "truce-or-map.h"

G_BEGIN_DECLS

struct _TruceOrMap
{
  GObject parent_instance;
  TruceMapState map;
  guint limit;                  /* keys of any one map */
};

/* What shows at a key; NULL: nothing. */
static inline const TruceStatePart *
truce_or_map_find_shown (const TruceStateMap *map, const char *key)
{
  const TruceStateField *field = truce_state_field (map, key, strlen (key));

  return field != NULL ? truce_state_shown (field) : NULL;
}

G_END_DECLS
