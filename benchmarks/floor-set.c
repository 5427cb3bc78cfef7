/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Shared by nothing but the benchmarks. An entry is 32 bytes with its hash, slots are 32-bit indices at a
 * load of at most 3/4, texts are in an arena behind a length byte, and are at most 255 bytes long. One dot an
 * element: the workloads here add each element in one place. */

#include "floor-set.h"

#include <string.h>

#define NONE G_MAXUINT32
#define REMOVAL 0x80000000u

typedef struct { guint32 hash; guint32 text; guint32 replica; guint32 number; guint64 spare[2]; } Entry;
typedef struct { guint32 replica; guint32 number; } Dot;
typedef struct { guint64 id; guint32 *log; guint32 n; guint32 capacity; } Stream;
typedef struct { guint8 *data; gsize length; gsize capacity; } Out;

struct _FloorSet
{
  Stream streams[8];
  guint n_streams;
  Entry *entries;
  guint n, capacity, n_live;
  guint32 *slots;
  guint32 mask;
  guint8 *texts;
  guint n_texts, texts_capacity;
  Dot *removed;
  guint n_removed, removed_capacity;
};

FloorSet *
floor_set_new (guint64 id)
{
  FloorSet *self = g_new0 (FloorSet, 1);

  self->streams[0].id = id;
  self->n_streams = 1;
  self->mask = 15;
  self->slots = g_malloc (16 * sizeof (guint32));
  memset (self->slots, 0xff, 16 * sizeof (guint32));
  return self;
}

void
floor_set_free (FloorSet *self)
{
  for (guint i = 0; i < self->n_streams; i++)
    g_free (self->streams[i].log);
  g_free (self->entries);
  g_free (self->slots);
  g_free (self->texts);
  g_free (self->removed);
  g_free (self);
}

static inline guint32
hash_text (const char *text,
           guint       length)
{
  guint64 hash = 0x9e3779b97f4a7c15u ^ length;
  guint64 word = 0;

  for (; length >= 8; text += 8, length -= 8)
    {
      memcpy (&word, text, 8);
      hash = (hash ^ word) * 0xff51afd7ed558ccdu;
      hash ^= hash >> 32;
    }
  word = 0;
  memcpy (&word, text, length);
  hash = (hash ^ word) * 0xc4ceb9fe1a85ec53u;
  return (guint32) (hash ^ hash >> 29);
}

static guint
get_stream (FloorSet *self,
            guint64   id)
{
  for (guint i = 0; i < self->n_streams; i++)
    if (self->streams[i].id == id)
      return i;
  self->streams[self->n_streams].id = id;
  return self->n_streams++;
}

static inline void
log_up_to (Stream *stream,
           guint   n)
{
  if (n > stream->capacity)
    {
      stream->capacity = MAX (n, stream->capacity * 2 + 16);
      stream->log = g_renew (guint32, stream->log, stream->capacity);
    }
  while (stream->n < n)
    stream->log[stream->n++] = NONE;
}

static void
grow_slots (FloorSet *self)
{
  gsize size = ((gsize) self->mask + 1) * 2 * sizeof (guint32);

  self->mask = self->mask * 2 + 1;
  self->slots = g_realloc (self->slots, size);
  memset (self->slots, 0xff, size);
  for (guint i = 0; i < self->n; i++)
    {
      guint at = self->entries[i].hash & self->mask;

      while (self->slots[at] != NONE)
        at = (at + 1) & self->mask;
      self->slots[at] = i;
    }
}

static guint32
get_entry (FloorSet   *self,
           const char *text,
           guint       length,
           gboolean    make)
{
  guint32 hash = hash_text (text, length);
  guint at = hash & self->mask;

  for (; self->slots[at] != NONE; at = (at + 1) & self->mask)
    {
      const Entry *e = &self->entries[self->slots[at]];
      const guint8 *other = self->texts + e->text;

      if (e->hash == hash && other[0] == length && memcmp (other + 1, text, length) == 0)
        return self->slots[at];
    }
  if (!make)
    return NONE;
  if ((self->n + 1) * 4 > (self->mask + 1) * 3)
    {
      grow_slots (self);
      for (at = hash & self->mask; self->slots[at] != NONE; at = (at + 1) & self->mask)
        continue;
    }
  if (self->n == self->capacity)
    {
      self->capacity += self->capacity / 2 + 64;
      self->entries = g_renew (Entry, self->entries, self->capacity);
    }
  if (self->n_texts + length + 1 > self->texts_capacity)
    {
      self->texts_capacity += self->texts_capacity / 2 + length + 1024;
      self->texts = g_realloc (self->texts, self->texts_capacity);
    }
  self->entries[self->n] = (Entry) { hash, self->n_texts, NONE, 0, { 0, 0 } };
  self->texts[self->n_texts] = (guint8) length;
  memcpy (self->texts + self->n_texts + 1, text, length);
  self->n_texts += length + 1;
  self->slots[at] = self->n;
  return self->n++;
}

static void
kill_dot (FloorSet *self,
          guint     replica,
          guint     number)
{
  Stream *stream = &self->streams[replica];
  guint32 entry = number <= stream->n ? stream->log[number - 1] : NONE;

  if (entry == NONE || (entry & REMOVAL))
    return;
  stream->log[number - 1] = NONE;
  self->entries[entry].replica = NONE;
  self->n_live--;
}

static void
note_removal (FloorSet *self,
              Stream   *stream,
              guint     number,
              Dot       dot)
{
  if (self->n_removed == self->removed_capacity)
    {
      self->removed_capacity = self->removed_capacity * 2 + 64;
      self->removed = g_renew (Dot, self->removed, self->removed_capacity);
    }
  self->removed[self->n_removed] = dot;
  stream->log[number - 1] = REMOVAL | self->n_removed++;
}

static void
remove_entry (FloorSet *self,
              guint32   entry)
{
  Dot dot = { self->entries[entry].replica, self->entries[entry].number };
  Stream *own = &self->streams[0];

  kill_dot (self, dot.replica, dot.number);
  log_up_to (own, own->n + 1);
  note_removal (self, own, own->n, dot);
}

void
floor_set_add (FloorSet   *self,
               const char *text,
               guint       length)
{
  guint32 entry = get_entry (self, text, length, TRUE);
  Stream *own = &self->streams[0];

  if (self->entries[entry].replica != NONE)
    remove_entry (self, entry);
  log_up_to (own, own->n + 1);
  own->log[own->n - 1] = entry;
  self->entries[entry].replica = 0;
  self->entries[entry].number = own->n;
  self->n_live++;
}

gboolean
floor_set_remove (FloorSet   *self,
                  const char *text,
                  guint       length)
{
  guint32 entry = get_entry (self, text, length, FALSE);

  if (entry == NONE || self->entries[entry].replica == NONE)
    return FALSE;
  remove_entry (self, entry);
  return TRUE;
}

gboolean
floor_set_contains (FloorSet   *self,
                    const char *text,
                    guint       length)
{
  guint32 entry = get_entry (self, text, length, FALSE);

  return entry != NONE && self->entries[entry].replica != NONE;
}

guint
floor_set_n_live (FloorSet *self)
{
  return self->n_live;
}

/* ---- bytes: of each stream runs of numbers of one kind, texts, and removed dots, each a column ---- */

static inline void
put_bytes (Out        *out,
           const void *bytes,
           gsize       length)
{
  if (out->length + length > out->capacity)
    {
      out->capacity = MAX (out->capacity * 2, out->length + length + 64);
      out->data = g_realloc (out->data, out->capacity);
    }
  if (length > 0)
    memcpy (out->data + out->length, bytes, length);
  out->length += length;
}

static inline void
put (Out    *out,
     guint64 value)
{
  guint8 bytes[10];
  guint n = 0;

  for (; value >= 128; value >>= 7)
    bytes[n++] = (guint8) value | 128;
  bytes[n++] = (guint8) value;
  put_bytes (out, bytes, n);
}

static inline guint64
get (const guint8 **p)
{
  guint64 value = 0;

  for (guint shift = 0;; shift += 7)
    {
      guint8 byte = *(*p)++;

      value |= (guint64) (byte & 127) << shift;
      if (byte < 128)
        return value;
    }
}

static void
put_text (Out          *out,
          const guint8 *text,
          const guint8 *before)
{
  guint length = *text;
  guint shared = 0;

  while (before != NULL && shared < MIN (MIN (length, *before), 15) && text[1 + shared] == before[1 + shared])
    shared++;
  put (out, (length - shared) << 4 | shared);
  put_bytes (out, text + 1 + shared, length - shared);
}

static void
encode_stream (FloorSet *self,
               guint     replica,
               guint     from,
               Out      *out)
{
  const Stream *stream = &self->streams[replica];
  Out columns[3] = { { 0 } };
  const guint8 *before = NULL;
  Dot last = { 0, 0 };
  guint kind = 3;
  guint run = 0;

  for (guint i = from; i <= stream->n; i++)
    {
      guint32 what = i < stream->n ? stream->log[i] : 0;
      guint next = i == stream->n ? 3 : what == NONE ? 0 : what & REMOVAL ? 2 : 1;

      if (next != kind && run > 0)
        put (&columns[0], (guint64) run * 3 + kind);
      run = next == kind ? run + 1 : 1;
      kind = next;
      if (kind == 1)
        {
          const guint8 *text = self->texts + self->entries[what].text;

          put_text (&columns[1], text, before);
          before = text;
        }
      else if (kind == 2)
        {
          Dot dot = self->removed[what & ~REMOVAL];

          put (&columns[2], dot.replica);
          put (&columns[2], (guint64) (gint64) ((gint32) (dot.number - last.number)) << 1 ^
               ((gint32) (dot.number - last.number) < 0 ? G_MAXUINT64 : 0));
          last = dot;
        }
    }
  put (out, from);
  put (out, stream->n);
  for (guint i = 0; i < 3; i++)
    {
      put (out, columns[i].length);
      put_bytes (out, columns[i].data, columns[i].length);
      g_free (columns[i].data);
    }
}

guint8 *
floor_set_encode (FloorSet *self,
                  FloorSet *other,
                  gsize    *length)
{
  Out out = { 0 };

  put (&out, self->n_streams);
  for (guint i = 0; i < self->n_streams; i++)
    put_bytes (&out, &self->streams[i].id, sizeof (guint64));
  for (guint i = 0; i < self->n_streams; i++)
    {
      guint from = other != NULL ? other->streams[get_stream (other, self->streams[i].id)].n : 0;

      encode_stream (self, i, from, &out);
    }
  *length = out.length;
  return out.data;
}

static void
apply_run (FloorSet      *self,
           Stream        *stream,
           guint          replica,
           guint          kind,
           guint          number,
           guint          had,
           const guint8 **columns,
           const guint   *map,
           guint8        *text,
           Dot           *last)
{
  if (kind == 0 && number <= had)
    kill_dot (self, replica, number);
  else if (kind == 1)
    {
      guint64 head = get (&columns[1]);
      guint length = (guint) (head >> 4) + (head & 15);
      guint32 entry;

      memcpy (text + (head & 15), columns[1], head >> 4);
      columns[1] += head >> 4;
      if (number <= had)
        return;
      entry = get_entry (self, (const char *) text, length, TRUE);
      self->n_live += self->entries[entry].replica == NONE;
      stream->log[number - 1] = entry;
      self->entries[entry].replica = replica;
      self->entries[entry].number = number;
    }
  else if (kind == 2)
    {
      guint dot_replica = (guint) get (&columns[2]);
      guint64 step = get (&columns[2]);

      last->replica = map[dot_replica];
      last->number += (guint32) (step >> 1 ^ -(step & 1));
      if (number <= had)
        return;
      note_removal (self, stream, number, *last);
      kill_dot (self, last->replica, last->number);
    }
}

static void
apply_stream (FloorSet      *self,
              guint          replica,
              const guint   *map,
              const guint8 **p)
{
  Stream *stream = &self->streams[replica];
  guint number = (guint) get (p);
  guint to = (guint) get (p);
  guint had = stream->n;
  const guint8 *columns[3];
  const guint8 *end = NULL;
  guint8 text[256];
  Dot last = { 0, 0 };

  log_up_to (stream, MAX (had, to));
  for (guint i = 0; i < 3; i++)
    {
      gsize length = get (p);

      columns[i] = *p;
      *p += length;
      if (i == 0)
        end = *p;
    }
  while (columns[0] < end)
    {
      guint64 run = get (&columns[0]);

      for (guint i = 0; i < run / 3; i++)
        apply_run (self, stream, replica, run % 3, ++number, had, columns, map, text, &last);
    }
}

void
floor_set_apply (FloorSet     *self,
                 const guint8 *bytes)
{
  guint n = (guint) get (&bytes);
  guint map[8];

  for (guint i = 0; i < n; i++)
    {
      guint64 id;

      memcpy (&id, bytes, sizeof id);
      bytes += sizeof id;
      map[i] = get_stream (self, id);
    }
  for (guint i = 0; i < n; i++)
    apply_stream (self, map[i], map, &bytes);
}
