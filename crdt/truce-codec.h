/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Bytes out and in: the pieces that docs/format.md is made of. Private. */

#include "truce-error.h"

G_BEGIN_DECLS

typedef enum
{
  TRUCE_FORMAT_VERSION_VECTOR = 1,
  TRUCE_FORMAT_LWW_REGISTER = 2,
  TRUCE_FORMAT_OR_SET = 3,
  TRUCE_FORMAT_MV_REGISTER = 4,
  TRUCE_FORMAT_COUNTER = 5,
  TRUCE_FORMAT_FLAG = 6,        /* true wins */
  TRUCE_FORMAT_FLAG_OFF = 8,    /* false wins */
  TRUCE_FORMAT_OR_MAP = 7,
} TruceFormatType;

#define TRUCE_FORMAT_TYPE_AT 4u /* where in the head the type stands */
#define TRUCE_VARINT_MAX 10u    /* bytes of the longest */

/* ---- writing ---- */

typedef struct
{
  guint8 *data;                 /* owned */
  gsize length;
  gsize capacity;
} TruceWriter;

void    truce_writer_grow   (TruceWriter     *self,
                             gsize            room);
/* Magic, version, type. */
void    truce_writer_header (TruceWriter     *self,
                             TruceFormatType  type);
/* Hands the bytes over; the writer is empty then. */
GBytes *truce_writer_finish (TruceWriter     *self);

static inline void
truce_writer_clear (TruceWriter *self)
{
  g_clear_pointer (&self->data, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TruceWriter, truce_writer_clear)

static inline guint8 *
truce_writer_room (TruceWriter *self, gsize room)
{
  if (G_UNLIKELY (self->capacity - self->length < room))
    truce_writer_grow (self, room);
  return self->data + self->length;
}

static inline void
truce_writer_byte (TruceWriter *self, guint8 byte)
{
  *truce_writer_room (self, 1) = byte;
  self->length++;
}

static inline void
truce_writer_bytes (TruceWriter *self, const void *bytes, gsize length)
{
  guint8 *out = truce_writer_room (self, length);

  if (length > 0)
    memcpy (out, bytes, length);
  self->length += length;
}

static inline void
truce_writer_varint (TruceWriter *self, guint64 value)
{
  guint8 *out = truce_writer_room (self, TRUCE_VARINT_MAX);

  for (; value >= 0x80; value >>= 7)
    *out++ = (guint8) value | 0x80;
  *out++ = (guint8) value;
  self->length = (gsize) (out - self->data);
}

/* Small numbers of either sign become small: 0, -1, 1, -2, … */
static inline guint64
truce_zigzag (gint64 value)
{
  return (guint64) value << 1 ^ (value < 0 ? G_MAXUINT64 : 0);
}

static inline gint64
truce_unzigzag (guint64 value)
{
  return (gint64) (value >> 1 ^ -(value & 1));
}

/* ---- reading ----
 *
 * The first problem sticks: after it everything reads as 0, so a caller checks once in each loop, and once at
 * the end. */

typedef struct
{
  const guint8 *data;           /* not owned */
  gsize length;
  gsize at;
  const char *problem;          /* static; NULL while all is well */
  TruceError code;              /* of the problem */
  gsize problem_at;
} TruceReader;

void        truce_reader_init   (TruceReader      *self,
                                 GBytes           *bytes);
/* Magic, version, type. */
void        truce_reader_header (TruceReader      *self,
                                 TruceFormatType   type);
/* Nothing may follow. FALSE, with error set, after any problem. */
gboolean    truce_reader_finish (TruceReader      *self,
                                 GError          **error) G_GNUC_WARN_UNUSED_RESULT;
void        truce_reader_fail   (TruceReader      *self,
                                 TruceError        code,
                                 const char       *problem);
guint64     truce_reader_varint_long (TruceReader *self);

static inline void
truce_reader_corrupt (TruceReader *self, const char *problem)
{
  truce_reader_fail (self, TRUCE_ERROR_CORRUPT, problem);
}

static inline gsize
truce_reader_left (const TruceReader *self)
{
  return self->length - self->at;
}

static inline guint64
truce_reader_varint (TruceReader *self)
{
  if (G_LIKELY (self->at < self->length && self->data[self->at] < 0x80))
    return self->data[self->at++];
  return truce_reader_varint_long (self);
}

/* The next bytes, or NULL if there are not as many. */
static inline const guint8 *
truce_reader_bytes (TruceReader *self, gsize length)
{
  const guint8 *bytes = self->data + self->at;

  if (G_UNLIKELY (truce_reader_left (self) < length))
    {
      truce_reader_corrupt (self, "cut short");
      return NULL;
    }
  self->at += length;
  return bytes;
}

static inline guint8
truce_reader_byte (TruceReader *self)
{
  const guint8 *byte = truce_reader_bytes (self, 1);

  return byte != NULL ? *byte : 0;
}

G_END_DECLS
