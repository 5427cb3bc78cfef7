/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Reads one JSON object strictly: each member that is asked for is of its type, and there is no other. The first thing
 * that is wrong is kept; after it all reads give nothing, so the reader looks once, at the end. Private: nothing here
 * is installed. */

#include "truce-json.h"
#include "truce-stamp-private.h"

G_BEGIN_DECLS

#define TRUCE_FIELDS_MAX 20u            /* names that may be asked for */
#define TRUCE_FIELDS_TEXT_MAX 255u      /* bytes of a name, an id, a session */

typedef struct
{
  const TruceJsonDoc *doc;
  guint32 node;
  const char *what;             /* the object's name, for messages */
  gint64 index;                 /* its place in an array; -1: it is in none */
  const char *asked[TRUCE_FIELDS_MAX];
  guint n_asked;
  GError *error;                /* owned: the first thing that is wrong; or NULL */
} TruceFields;

void      truce_fields_begin    (TruceFields        *self,
                                 const TruceJsonDoc *doc,
                                 guint32             node,
                                 const char         *what,
                                 gint64              index);
/* FALSE with INVALID_DATA: something was wrong, or there is a member that nobody asked for. Those whose name begins
 * with "x_" are let be. */
gboolean  truce_fields_end      (TruceFields        *self,
                                 GError            **error);
/* Remembers that a member is wrong. */
void      truce_fields_refuse   (TruceFields        *self,
                                 const char         *name,
                                 const char         *why);
gboolean  truce_fields_has      (TruceFields        *self,
                                 const char         *name);
/* The member's node, or TRUCE_JSON_NONE. It is there, if required, and of that type. */
guint32   truce_fields_get      (TruceFields        *self,
                                 const char         *name,
                                 TruceJsonType       type,
                                 gboolean            required);
/* Of 1 to max bytes. NULL: it is not there. */
char     *truce_fields_dup_text (TruceFields        *self,
                                 const char         *name,
                                 gsize               max,
                                 gboolean            required) G_GNUC_WARN_UNUSED_RESULT;
/* An integer that is not negative. */
gint64    truce_fields_count    (TruceFields        *self,
                                 const char         *name,
                                 gint64              fallback,
                                 gboolean            required);
/* true or false; false where it is not there. */
gboolean  truce_fields_flag     (TruceFields        *self,
                                 const char         *name);
/* time 0: it is not there. */
TruceStamp truce_fields_stamp   (TruceFields        *self,
                                 const char         *name);
/* Of base64; NULL: it is not there. */
guint8   *truce_fields_dup_bytes (TruceFields       *self,
                                 const char         *name,
                                 gsize              *length) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
