/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The pieces of the binary format (docs/format.md). Numbers are LEB128 varints, and only their shortest form
 * is read: one value has one spelling, so equal states have equal bytes.
 *
 * A problem moves the reader to its end, so that whatever is read next finds nothing and cannot run on. */

#include "truce-codec.h"

static const guint8 magic[] = { 'T', 'r', 'u' };
#define VERSION 1

void
truce_writer_grow (TruceWriter *self,
                   gsize        room)
{
  self->capacity = MAX (self->capacity + self->capacity / 2, self->length + room + 64);
  self->data = g_realloc (self->data, self->capacity);
}

void
truce_writer_header (TruceWriter    *self,
                     TruceFormatType type)
{
  truce_writer_bytes (self, magic, sizeof magic);
  truce_writer_byte (self, VERSION);
  truce_writer_byte (self, type);
}

GBytes *
truce_writer_finish (TruceWriter *self)
{
  gsize length = self->length;

  self->length = self->capacity = 0;
  return g_bytes_new_take (g_realloc (g_steal_pointer (&self->data), length), length);
}

void
truce_reader_init (TruceReader *self,
                   GBytes      *bytes)
{
  *self = (TruceReader) { 0 };
  self->data = g_bytes_get_data (bytes, &self->length);
}

void
truce_reader_fail (TruceReader *self,
                   TruceError   code,
                   const char  *problem)
{
  if (self->problem == NULL)
    {
      self->problem = problem;
      self->code = code;
      self->problem_at = self->at;
    }
  self->at = self->length;
}

void
truce_reader_header (TruceReader    *self,
                     TruceFormatType type)
{
  const guint8 *start = truce_reader_bytes (self, sizeof magic);
  guint8 version;

  if (start != NULL && memcmp (start, magic, sizeof magic) != 0)
    {
      self->at = 0;
      truce_reader_corrupt (self, "not in Truce's format");
      return;
    }
  version = truce_reader_byte (self);
  if (version > VERSION)
    truce_reader_fail (self, TRUCE_ERROR_TOO_NEW, "a version of the format that this Truce does not know");
  else if (version < VERSION)
    truce_reader_corrupt (self, "no such version of the format");
  else if (truce_reader_byte (self) != type)
    truce_reader_corrupt (self, "of another type");
}

gboolean
truce_reader_finish (TruceReader *self,
                     GError     **error)
{
  if (self->at < self->length)
    truce_reader_corrupt (self, "more bytes than there should be");
  if (self->problem == NULL)
    return TRUE;

  g_set_error (error, TRUCE_ERROR, (int) self->code, "Byte %" G_GSIZE_FORMAT ": %s", self->problem_at,
               self->problem);
  return FALSE;
}

guint64
truce_reader_varint_long (TruceReader *self)
{
  guint64 value = 0;

  for (guint shift = 0; shift < 64; shift += 7)
    {
      guint8 byte = truce_reader_byte (self);

      value |= (guint64) (byte & 0x7f) << shift;
      if (byte >= 0x80)
        continue;
      if (byte == 0 && shift > 0)
        truce_reader_corrupt (self, "a number longer than it need be");
      else if (shift == 63 && byte > 1)
        truce_reader_corrupt (self, "a number above 64 bits");
      return self->problem == NULL ? value : 0;
    }
  truce_reader_corrupt (self, "a number above 64 bits");
  return 0;
}
