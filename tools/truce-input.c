/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-command.h"

#include <string.h>

TruceSchema *
truce_read_schema (const char *path,
                   GError    **error)
{
  g_autoptr(GError) reason = NULL;
  g_autofree char *text = NULL;
  TruceSchema *schema;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  if (strlen (text) != length)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_SCHEMA, "%s: a NUL byte is in it", path);
      return NULL;
    }

  schema = truce_schema_new_from_text (text, &reason);
  if (schema == NULL)
    {
      /* A message on the text itself begins with line and column. */
      const char *space = g_error_matches (reason, TRUCE_ERROR, TRUCE_ERROR_INVALID_SCHEMA) ? " " : "";

      g_propagate_prefixed_error (error, g_steal_pointer (&reason), "%s:%s", path, space);
    }
  return schema;
}
