/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * NDJSON (ndjson.org; JSON Lines says the same) is a JSON text a line. A line ends in LF; a CR before it is
 * white space to JSON, and so is what makes a line blank. The last line may lack its LF.
 *
 * The buffer holds what was read and not given yet. It grows only for a line that does not fit, up to the
 * longest that is accepted; what is longer is read past without being kept.
 *
 * A record's id stands in the line, but is no field of the record: it is cut out in place, since the buffer
 * is ours. An id that is an integer, as tables of a database have it, becomes its decimal digits. */

#include "truce-ndjson-reader.h"

#include <string.h>

#include "truce-json.h"

#define BUFFER (64u * 1024)

struct _TruceNdjsonReader
{
  GInputStream *stream;         /* owned */
  char *buffer;                 /* owned */
  gsize capacity;
  gsize start;                  /* in buffer, of what was not given yet */
  gsize end;                    /* of what was read */
  gboolean at_end;              /* of the stream */
  gint64 offset;                /* in the stream, of buffer[start] */
  gint64 number;                /* of the line that was given last */
  char *id;                     /* owned: of that line */
};

TruceNdjsonReader *
truce_ndjson_reader_new (GInputStream *stream)
{
  TruceNdjsonReader *self = g_new0 (TruceNdjsonReader, 1);

  g_assert (G_IS_INPUT_STREAM (stream));

  self->stream = g_object_ref (stream);
  self->capacity = BUFFER;
  self->buffer = g_malloc (self->capacity);
  return self;
}

void
truce_ndjson_reader_free (TruceNdjsonReader *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->stream);
  g_free (self->buffer);
  g_free (self->id);
  g_free (self);
}

gint64
truce_ndjson_reader_get_offset (const TruceNdjsonReader *self)
{
  return self->offset;
}

/* ---- lines ---- */

static void
skip (TruceNdjsonReader *self,
      gsize              length)
{
  self->start += length;
  self->offset += length;
}

/* Reads on, behind what is there. */
static gboolean
fill (TruceNdjsonReader *self,
      GError           **error)
{
  gssize n;

  if (self->start > 0)
    {
      memmove (self->buffer, self->buffer + self->start, self->end - self->start);
      self->end -= self->start;
      self->start = 0;
    }
  if (self->end == self->capacity)
    {
      self->capacity = MIN (2 * self->capacity, TRUCE_NDJSON_LINE_MAX + BUFFER);
      self->buffer = g_realloc (self->buffer, self->capacity);
    }

  n = g_input_stream_read (self->stream, self->buffer + self->end, self->capacity - self->end, NULL, error);
  if (n < 0)
    return FALSE;
  self->at_end = n == 0;
  self->end += n;
  return TRUE;
}

/* Passes over a line that is too long. newline: its end, or NULL where none is in the buffer yet. */
static TruceNdjsonResult
pass_over (TruceNdjsonReader *self,
           const char        *newline,
           GError           **error)
{
  const char *line_end;

  while (newline == NULL && !self->at_end)
    {
      skip (self, self->end - self->start);
      if (!fill (self, error))
        return TRUCE_NDJSON_FAILED;
      newline = memchr (self->buffer, '\n', self->end);
    }
  line_end = newline != NULL ? newline + 1 : self->buffer + self->end;
  skip (self, line_end - (self->buffer + self->start));
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "%" G_GINT64_FORMAT ":1: the line is longer than %u bytes",
               self->number, TRUCE_NDJSON_LINE_MAX);
  return TRUCE_NDJSON_BAD;
}

/* The next line, without its end; in the buffer. */
static TruceNdjsonResult
next_line (TruceNdjsonReader *self,
           char             **text,
           gsize             *length,
           GError           **error)
{
  gsize searched = 0;
  const char *newline;

  for (;;)
    {
      gsize n = self->end - self->start;

      newline = memchr (self->buffer + self->start + searched, '\n', n - searched);
      if (newline != NULL || self->at_end || n > TRUCE_NDJSON_LINE_MAX)
        break;
      searched = n;
      if (!fill (self, error))
        return TRUCE_NDJSON_FAILED;
    }
  if (self->start == self->end)
    return TRUCE_NDJSON_END;

  self->number++;
  *text = self->buffer + self->start;
  *length = (newline != NULL ? newline : self->buffer + self->end) - *text;
  if (*length > TRUCE_NDJSON_LINE_MAX)
    return pass_over (self, newline, error);
  skip (self, *length + (newline != NULL));
  return TRUCE_NDJSON_RECORD;
}

static gboolean
is_blank (const char *text,
          gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r')
      return FALSE;
  return TRUE;
}

/* ---- records ---- */

/* A line's document calls the line 1. */
static gboolean
fail_in_line (const TruceNdjsonReader *self,
              GError                  *reason,
              GError                 **error)
{
  const char *place = g_str_has_prefix (reason->message, "1:") ? reason->message + strlen ("1:") : reason->message;

  g_set_error (error, reason->domain, reason->code, "%" G_GINT64_FORMAT ":%s", self->number, place);
  g_error_free (reason);
  return FALSE;
}

static gboolean
take_id (TruceNdjsonReader  *self,
         const TruceJsonDoc *doc,
         guint32             node,
         GError            **error)
{
  gint64 number;

  g_clear_pointer (&self->id, g_free);
  if (node == TRUCE_JSON_NONE)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "%" G_GINT64_FORMAT ":1: it has no member “id”",
                 self->number);
  else if (truce_json_type (doc, node) == TRUCE_JSON_STRING)
    self->id = truce_json_dup_string (doc, node);
  else if (truce_json_type (doc, node) == TRUCE_JSON_NUMBER && truce_json_get_int64 (doc, node, &number))
    self->id = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  else
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA,
                 "%" G_GINT64_FORMAT ":%u: at /id: an id is a string or an integer", self->number,
                 doc->nodes[node].start + 1);
  return self->id != NULL;
}

/* Cuts the member whose value is node, with its comma, out of an object's text, which then ends with NUL:
 * there is room for it where the member was. */
static void
cut_member (const TruceJsonDoc *doc,
            guint32             node,
            char               *text,
            gsize               length)
{
  gboolean is_last = doc->nodes[node].next == doc->nodes[0].next;
  gsize start = doc->nodes[node - 1].start;
  gsize end = doc->nodes[node].end;

  if (!is_last)
    end = doc->nodes[doc->nodes[node].next].start;
  else
    for (gsize at = start; text[at] != '{'; at--)
      if (text[at] == ',')
        {
          start = at;
          break;
        }

  memmove (text + start, text + end, length - end);
  text[length - (end - start)] = '\0';
}

static gboolean
read_record (TruceNdjsonReader *self,
             char              *text,
             gsize              length,
             GError           **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (text, length);
  g_autoptr(TruceJsonDoc) doc = NULL;
  GError *reason = NULL;
  guint32 id;

  doc = truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, &reason);
  if (doc == NULL)
    return fail_in_line (self, reason, error);
  if (truce_json_type (doc, 0) != TRUCE_JSON_OBJECT)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "%" G_GINT64_FORMAT ":%u: it is not an object",
                   self->number, doc->nodes[0].start + 1);
      return FALSE;
    }

  id = truce_json_member (doc, 0, "id");
  if (!take_id (self, doc, id, error))
    return FALSE;
  cut_member (doc, id, text, length);
  return TRUE;
}

TruceNdjsonResult
truce_ndjson_reader_next (TruceNdjsonReader *self,
                          TruceNdjsonLine   *line,
                          GError           **error)
{
  char *text = NULL;
  gsize length = 0;
  TruceNdjsonResult result;

  g_assert (error == NULL || *error == NULL);

  do
    result = next_line (self, &text, &length, error);
  while (result == TRUCE_NDJSON_RECORD && is_blank (text, length));

  if (result == TRUCE_NDJSON_RECORD && !read_record (self, text, length, error))
    result = TRUCE_NDJSON_BAD;
  *line = (TruceNdjsonLine) { self->number, self->id, text };
  return result;
}
