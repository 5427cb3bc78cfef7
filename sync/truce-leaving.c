/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-leaving.h"

TruceStoredRecord *
truce_leaving_strip (const TruceStoredRecord *row,
                     TruceState              *state)
{
  g_autoptr(GString) value = row->value != NULL ? g_string_sized_new (256) : NULL;
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  TruceStoredParts parts = truce_stored_record_parts (row);

  truce_state_strip_local (state);
  truce_state_encode (state, value, bytes);
  if (value != NULL)
    {
      parts.value = value->str;
      parts.value_length = value->len;
    }
  parts.state = bytes->data;
  parts.state_length = bytes->len;
  return truce_stored_record_make (&parts);
}

TruceStoredRecord *
truce_leaving_record (TruceStoredRecord *row,
                      GError           **error)
{
  g_autoptr(TruceJsonArena) arena = NULL;
  TruceState *state;
  TruceStamp stamp;

  if (truce_state_get_fresh (row->state, row->state_length, &stamp))
    return truce_stored_record_ref (row);

  arena = truce_json_arena_new ();
  state = truce_state_decode (arena, row->value, row->value_length, row->state, row->state_length, error);
  if (state == NULL)
    return NULL;
  return truce_state_has_local (state) ? truce_leaving_strip (row, state) : truce_stored_record_ref (row);
}
