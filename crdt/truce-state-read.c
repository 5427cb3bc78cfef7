/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The pieces that a state's bytes are made of. Nothing is believed: no count or length makes us take more
 * memory than bytes were given. The first problem sticks to the reader, as in truce-codec.h. */

#include "truce-state-read.h"

/* ---- JSON ---- */

TruceJsonValue
truce_state_parse (TruceStateReader *self,
                   const char       *json,
                   gsize             length)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (json, length);
  TruceStateText *text = truce_json_arena_alloc (self->state->arena, sizeof (TruceStateText));
  GError *error = NULL;

  *text = (TruceStateText) { truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, &error), self->texts };
  if (text->doc == NULL)
    {
      truce_reader_fail (&self->reader, (TruceError) error->code, "JSON that is none");
      error->code = error->code == TRUCE_ERROR_TOO_LARGE ? TRUCE_ERROR_TOO_LARGE : TRUCE_ERROR_CORRUPT;
      if (self->error == NULL)
        self->error = g_steal_pointer (&error);
      g_clear_error (&error);
      return (TruceJsonValue) { 0 };
    }
  self->texts = text;
  if (!truce_json_is_compact (text->doc))
    truce_reader_corrupt (&self->reader, "JSON with space between tokens");
  return (TruceJsonValue) { text->doc, 0 };
}

void
truce_state_free_texts (TruceStateReader *self)
{
  for (TruceStateText *text = self->texts; text != NULL; text = text->next)
    truce_json_doc_unref (text->doc);
}

inline gboolean
truce_state_is_canonical (TruceJsonValue value)
{
  g_autoptr(GString) canonical = g_string_new (NULL);
  TruceSlice slice = truce_state_value_slice (value);

  truce_json_write_canonical (canonical, value.doc, value.node);
  return truce_slice_equal (slice, (TruceSlice) { canonical->str, canonical->len });
}

/* A member's name, decoded; one with an escape is moved to the arena. */
TruceSlice
truce_state_name (TruceStateReader *self,
                  TruceJsonValue    name)
{
  TruceSlice slice = truce_state_value_slice (name);
  g_autofree char *decoded = NULL;
  char *kept;

  slice.text++;
  slice.length -= 2;
  if (G_LIKELY (memchr (slice.text, '\\', slice.length) == NULL))
    return slice;

  if (!truce_state_is_canonical (name))
    truce_reader_corrupt (&self->reader, "a name that is not spelled in the least way");
  decoded = truce_json_dup_string (name.doc, name.node);
  slice.length = strlen (decoded);
  kept = truce_json_arena_alloc (self->state->arena, slice.length + 1);
  slice.text = memcpy (kept, decoded, slice.length + 1);
  return slice;
}

/* ---- pieces ---- */

guint64
truce_state_read_time (TruceStateReader *self,
                       guint64           near)
{
  guint64 ms = truce_time_ms (near) + (guint64) truce_unzigzag (truce_reader_varint (&self->reader));
  guint64 counter = truce_reader_varint (&self->reader);

  if (ms > TRUCE_STAMP_MS_MAX || counter > TRUCE_STAMP_COUNTER_MAX || (ms == 0 && counter == 0))
    {
      truce_reader_corrupt (&self->reader, "a stamp that is none");
      return 1;
    }
  return truce_time_pack (ms, (guint) counter);
}

guint64
truce_state_read_replica (TruceStateReader *self)
{
  const guint8 *bytes = truce_reader_bytes (&self->reader, sizeof (guint64));
  guint64 replica = 0;

  if (bytes != NULL)
    memcpy (&replica, bytes, sizeof replica);
  if (replica == 0)
    truce_reader_corrupt (&self->reader, "a replica that is none");
  return GUINT64_FROM_BE (replica);
}

/* How many things follow that take at least size bytes each. */
guint32
truce_state_read_count (TruceStateReader *self,
                        gsize             size)
{
  guint64 n = truce_reader_varint (&self->reader);

  if (n <= truce_reader_left (&self->reader) / size && n < G_MAXUINT32 / 64)
    return (guint32) n;

  truce_reader_corrupt (&self->reader, "more than there is room for");
  return 0;
}

TruceSlice
truce_state_read_text (TruceStateReader *self)
{
  guint64 length = truce_reader_varint (&self->reader);
  const guint8 *text = NULL;

  if (length <= truce_reader_left (&self->reader))
    text = truce_reader_bytes (&self->reader, length);
  else
    truce_reader_corrupt (&self->reader, "a text longer than what is left");
  return text != NULL ? (TruceSlice) { (const char *) text, length } : (TruceSlice) { "", 0 };
}

/* A rank behind the one before. */
guint32
truce_state_read_rank (TruceStateReader *self,
                       guint64           gap,
                       guint32           last)
{
  if (gap < self->state->n_context - last)
    return last + (guint32) gap;

  truce_reader_corrupt (&self->reader, "a replica that the context does not have");
  return 0;
}

TruceStamp
truce_state_use_stamp (TruceStateReader *self,
                       guint64           index)
{
  if (index < self->n_stamps)
    {
      self->used[index] = TRUE;
      self->last_used = (guint32) index;
      return self->stamps[index];
    }
  truce_reader_corrupt (&self->reader, "a stamp that the table does not have");
  return (TruceStamp) { 0 };
}

TruceStamp
truce_state_read_stamp (TruceStateReader *self)
{
  return truce_state_use_stamp (self, truce_reader_varint (&self->reader));
}
