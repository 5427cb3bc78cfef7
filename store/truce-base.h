/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The base of a record that waits to be sent: what its changed fields were when both sides last agreed, and
 * whether it was there. Private: nothing here is installed.
 *
 * As bytes it is JSON, for people to read:  {"absent":true,"new":["due"],"old":{"title":"buy milk"}}
 * with only the members that say something. No base at all means that the record was made here and never left. */

#include "truce-json.h"
#include "truce-state.h"

G_BEGIN_DECLS

#define TRUCE_BASE_ABSENT "{\"absent\":true}"

typedef struct
{
  gboolean tracked;             /* whether there is a base to keep */
  gboolean absent;              /* the record was deleted, or not there although others may know it */
  GArray *fields;               /* of TruceBaseField; NULL: none yet */
  TruceJsonDoc *doc;            /* the base as it was read, owned; or NULL */
} TruceBase;

typedef struct
{
  char *name;                   /* owned */
  char *old;                    /* owned: JSON text; NULL: it was absent */
} TruceBaseField;

/* bytes NULL: a base that begins now. FALSE with TRUCE_ERROR_CORRUPT. */
gboolean truce_base_read      (TruceBase         *self,
                               const guint8      *bytes,
                               gsize              length,
                               GError           **error);
void     truce_base_clear     (TruceBase         *self);
/* Whether the field's old value is there already: only the first change counts. */
gboolean truce_base_has       (const TruceBase   *self,
                               const char        *name);
/* old.text NULL: the field was absent. */
void     truce_base_remember  (TruceBase         *self,
                               const char        *name,
                               TruceSlice         old);
void     truce_base_write     (const TruceBase   *self,
                               GString           *out);
/* The record at its base: now (an object's text) with the old values put back; NULL: it was not there. */
char    *truce_base_apply     (const TruceBase   *self,
                               const char        *now) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
