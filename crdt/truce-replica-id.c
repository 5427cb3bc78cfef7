/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-replica-id.h"

#include "truce-random-private.h"

/**
 * truce_replica_id_random:
 * @id: (out): return location for the id
 * @error: return location for an error
 *
 * Draws a new replica id from the kernel's random numbers.
 *
 * Each copy of the data that writes by itself needs an id of its own, drawn
 * once and then kept with the data.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_UNSUPPORTED if there are no
 *   random numbers; @id is never 0
 *
 * Since: 1.0
 */
gboolean
truce_replica_id_random (guint64 *id,
                         GError **error)
{
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return truce_random_u64 (id, error);
}

/**
 * truce_replica_id_parse:
 * @text: 16 lowercase hexadecimal digits
 * @id: (out): return location for the id
 * @error: return location for an error
 *
 * Reads what [func@replica_id_to_string] wrote, and nothing else.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA
 *
 * Since: 1.0
 */
gboolean
truce_replica_id_parse (const char *text,
                        guint64    *id,
                        GError    **error)
{
  guint64 value = 0;
  gsize length;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (id != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  length = strspn (text, "0123456789abcdef");
  for (gsize i = 0; length == 16 && i < 16; i++)
    value = value << 4 | (guint64) g_ascii_xdigit_value (text[i]);
  if (text[length] != '\0' || value == 0)
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA,
                           "Not a replica id: it must be 16 lowercase hexadecimal digits, not all 0");
      return FALSE;
    }

  *id = value;
  return TRUE;
}

/**
 * truce_replica_id_to_string:
 * @id: a replica id
 *
 * Writes a replica id as text, for languages and formats whose numbers end at
 * 2^53.
 *
 * Returns: (transfer full): 16 lowercase hexadecimal digits
 *
 * Since: 1.0
 */
char *
truce_replica_id_to_string (guint64 id)
{
  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x", id);
}
