/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Reads what truce-set-encode.c wrote, and nothing else: whatever is accepted would be written again as the
 * same bytes. The bytes may come from anybody. Every number is checked before it is used, and what is
 * allocated before the content has been seen is at most a small multiple of the bytes there are: each element
 * needs one at least. */

#include "truce-set-format.h"
#include "truce-set-state.h"

typedef struct
{
  TruceReader reader;
  TruceSetDelta *delta;
  guint64 *from;                /* owned; what the delta starts from, by rank, the index of a replica */
  guint32 *ranks;               /* owned; of each element's first dot */
  guint64 *times;               /* owned */
  guint n;                      /* elements */
  TruceWriter text;             /* the text read last, ended by NUL */
  gsize text_length;
} Decoder;

static void
decoder_clear (Decoder *self)
{
  g_free (self->from);
  g_free (self->ranks);
  g_free (self->times);
  truce_writer_clear (&self->text);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Decoder, decoder_clear)

/* What was seen at the start, and what at the end. */
static void
read_contexts (Decoder *self)
{
  g_autoptr(TruceVersionVector) to = NULL;
  TruceSetDelta *delta = self->delta;

  delta->from = truce_version_vector_read (&self->reader);
  to = truce_version_vector_read (&self->reader);
  if (self->reader.problem != NULL)
    return;
  if (!truce_version_vector_covers_all (to, delta->from))
    {
      truce_reader_corrupt (&self->reader, "a delta that starts after its end");
      return;
    }

  self->from = g_new (guint64, to->n_stamps);
  for (guint i = 0; i < to->n_stamps; i++)
    {
      guint32 rank = truce_dots_replica (&delta->dots, to->stamps[i].replica);

      delta->dots.replicas[rank].seen = to->stamps[i].time;
      self->from[rank] = truce_version_vector_time (delta->from, to->stamps[i].replica);
    }
}

static void
read_counts (Decoder *self,
             guint    limit)
{
  TruceReader *reader = &self->reader;
  guint64 n = truce_reader_varint (reader);
  guint64 left = n;
  guint i = 0;

  if (n > truce_reader_left (reader))
    truce_reader_corrupt (reader, "more elements than bytes");
  else if (n > limit)
    truce_reader_fail (reader, TRUCE_ERROR_TOO_LARGE, "more elements than the limit");
  if (reader->problem != NULL)
    return;

  self->n = (guint) n;
  self->ranks = g_new (guint32, n);
  self->times = g_new (guint64, n);
  for (guint32 rank = 0; rank < self->delta->dots.n_replicas; rank++)
    {
      guint64 count = truce_reader_varint (reader);

      if (count > left)
        truce_reader_corrupt (reader, "replicas with more elements than there are");
      if (reader->problem != NULL)
        return;
      for (left -= count; count > 0; count--)
        self->ranks[i++] = rank;
    }
  if (left > 0)
    truce_reader_corrupt (reader, "replicas with fewer elements than there are");
}

/* A dot, or an event, is one that happened after the start and before the end. */
static void
check_time (Decoder *self,
            guint64  time,
            guint32  rank)
{
  if (time > self->delta->dots.replicas[rank].seen)
    truce_reader_corrupt (&self->reader, "a stamp later than the end");
  else if (time <= self->from[rank])
    truce_reader_corrupt (&self->reader, "a stamp from before the start");
}

/* The step of the run before is 2 where that had one element. */
static void
check_run (Decoder *self,
           guint    i,
           guint    before_step)
{
  guint64 time = self->times[i];
  guint64 before;

  check_time (self, time, self->ranks[i]);
  if (i == 0 || self->ranks[i - 1] != self->ranks[i])
    return;
  before = self->times[i - 1];
  if (time < before || (before_step == 2 ? time <= before + 1 : time == before + before_step))
    truce_reader_corrupt (&self->reader, "a run of stamps in two pieces");
}

static void
read_run (Decoder *self,
          guint   *i,
          guint64 *ms,
          guint   *step)
{
  TruceReader *reader = &self->reader;
  guint64 head = truce_reader_varint (reader);
  guint64 counter = head & TRUCE_RUN_COUNTER ? truce_reader_varint (reader) : 0;
  guint64 run = head & TRUCE_RUN_LONG ? truce_reader_varint (reader) : 0;
  guint64 length = head & TRUCE_RUN_LONG ? (run >> 1) + 2 : 1;
  guint before_step = *step;

  *ms += head >> 2;
  *step = head & TRUCE_RUN_LONG ? run & 1 : 2;
  if (*ms > TRUCE_STAMP_MS_MAX || counter > TRUCE_STAMP_COUNTER_MAX ||
      (head & TRUCE_RUN_COUNTER && counter == 0))
    truce_reader_corrupt (reader, "a stamp that is none");
  else if (length > self->n - *i || self->ranks[*i + length - 1] != self->ranks[*i])
    truce_reader_corrupt (reader, "a run of stamps longer than its replica's elements");
  if (reader->problem != NULL)
    return;

  self->times[*i] = truce_time_pack (*ms, (guint) counter);
  check_run (self, *i, before_step);
  for (guint64 j = 1; j < length; j++)
    self->times[*i + j] = self->times[*i + j - 1] + *step;
  *i += (guint) length;
  if (self->times[*i - 1] < self->times[*i - length])
    truce_reader_corrupt (reader, "a run of stamps past the end of time");
  check_time (self, self->times[*i - 1], self->ranks[*i - 1]);
  *ms = truce_time_ms (self->times[*i - 1]);
}

static void
read_stamps (Decoder *self)
{
  guint64 ms = 0;
  guint step = 2;

  for (guint i = 0; i < self->n && self->reader.problem == NULL;)
    {
      if (i == 0 || self->ranks[i] != self->ranks[i - 1])
        ms = 0;
      read_run (self, &i, &ms, &step);
    }
}

/* Into self->text, of which the beginning may stay. */
static void
read_text (Decoder *self)
{
  TruceReader *reader = &self->reader;
  guint8 head = truce_reader_byte (reader);
  guint64 shared = head >> 4;
  guint64 length = head & 15;
  guint64 most = MIN (self->text_length, TRUCE_TEXT_SHARED_MAX);
  const guint8 *bytes;

  if (shared == 15)
    shared = truce_reader_varint (reader);
  if (length == 15)
    length = truce_reader_varint (reader);
  if ((head >> 4 == 15 && shared < 15) || ((head & 15) == 15 && length < 15))
    truce_reader_corrupt (reader, "a length longer than it need be");
  else if (shared > most)
    truce_reader_corrupt (reader, "a text that shares more than there is");
  else if (length > TRUCE_ELEMENT_MAX || shared + length > TRUCE_ELEMENT_MAX)
    truce_reader_fail (reader, TRUCE_ERROR_TOO_LARGE, "an element of more than 1 MiB");
  bytes = truce_reader_bytes (reader, length);
  if (reader->problem != NULL)
    return;

  if (shared < most && length > 0 && bytes[0] == self->text.data[shared])
    truce_reader_corrupt (reader, "a text that shares less than it could");
  self->text.length = shared;
  truce_writer_bytes (&self->text, bytes, length);
  truce_writer_byte (&self->text, '\0');
  self->text_length = shared + length;
  if (!g_utf8_validate_len ((const char *) self->text.data, self->text_length, NULL))
    truce_reader_corrupt (reader, "a text that is not UTF-8");
}

static gboolean
has_room (Decoder *self)
{
  const TruceDots *dots = &self->delta->dots;

  if (dots->n_texts + self->text_length + 1 < G_MAXUINT32 && dots->n_entries < TRUCE_DOTS_MAX)
    return TRUE;
  truce_reader_fail (&self->reader, TRUCE_ERROR_TOO_LARGE, "elements of more than 4 GiB");
  return FALSE;
}

static void
read_elements (Decoder *self)
{
  TruceDots *dots = &self->delta->dots;

  truce_dots_reserve (dots, self->n, truce_reader_left (&self->reader));
  for (guint i = 0; i < self->n && self->reader.problem == NULL; i++)
    {
      read_text (self);
      if (self->reader.problem != NULL || !has_room (self))
        return;
      truce_dots_push (dots, (const char *) self->text.data, self->text_length);
      if (i > 0 && self->ranks[i] == self->ranks[i - 1] && self->times[i] == self->times[i - 1] &&
          strcmp (dots->texts + dots->entries[i - 1].text, dots->texts + dots->entries[i].text) > 0)
        truce_reader_corrupt (&self->reader, "elements out of order");
      truce_dots_put (dots, i, self->times[i], self->ranks[i]);
    }
  if (!truce_dots_place_pushed (dots))
    truce_reader_corrupt (&self->reader, "an element twice");
}

/* A time that is written as the distance from another. */
static guint64
read_time (Decoder *self,
           guint64  near)
{
  guint64 ms = truce_time_ms (near) + (guint64) truce_unzigzag (truce_reader_varint (&self->reader));
  guint64 counter = truce_reader_varint (&self->reader);

  if (ms > TRUCE_STAMP_MS_MAX || counter > TRUCE_STAMP_COUNTER_MAX || (ms == 0 && counter == 0))
    {
      truce_reader_corrupt (&self->reader, "a stamp that is none");
      return 0;
    }
  return truce_time_pack (ms, (guint) counter);
}

static void
read_chain (Decoder *self,
            guint    i)
{
  TruceDots *dots = &self->delta->dots;
  guint64 rank = self->ranks[i];
  guint64 head;

  do
    {
      guint64 time;

      head = truce_reader_varint (&self->reader);
      time = read_time (self, self->times[i]);
      if ((head >> 1) >= dots->n_replicas - rank - 1)
        truce_reader_corrupt (&self->reader, "a dot of a replica that there is not");
      if (self->reader.problem != NULL)
        return;
      rank += (head >> 1) + 1;
      check_time (self, time, (guint32) rank);
      truce_dots_put (dots, i, time, (guint32) rank);
    }
  while (head & 1);
}

static void
read_chains (Decoder *self)
{
  guint64 n_chains = truce_reader_varint (&self->reader);
  guint64 at = 0;

  for (guint64 i = 0; i < n_chains && self->reader.problem == NULL; i++)
    {
      guint64 gap = truce_reader_varint (&self->reader);

      if ((i > 0 && gap == 0) || gap >= self->n || at + gap >= self->n)
        {
          truce_reader_corrupt (&self->reader, "dots of an element that there is not");
          return;
        }
      at += gap;
      read_chain (self, (guint) at);
    }
}

/* Ascending by event, then dot, then text. */
static gboolean
kills_ascend (const TruceDots   *dots,
              const TruceChange *a,
              const TruceChange *b)
{
  if (a->replica != b->replica)
    return a->replica < b->replica;
  if (a->time != b->time)
    return a->time < b->time;
  if (a->dot_replica != b->dot_replica)
    return a->dot_replica < b->dot_replica;
  if (a->dot_time != b->dot_time)
    return a->dot_time < b->dot_time;
  return strcmp (dots->texts + dots->entries[a->entry].text, dots->texts + dots->entries[b->entry].text) < 0;
}

static void
read_kill (Decoder           *self,
           TruceChange       *kill,
           const TruceChange *before)
{
  TruceReader *reader = &self->reader;
  TruceDots *dots = &self->delta->dots;
  guint64 rank = truce_reader_varint (reader);
  guint64 dot_rank;

  kill->time = read_time (self, before != NULL ? before->time : 0);
  dot_rank = truce_reader_varint (reader);
  kill->dot_time = read_time (self, kill->time);
  read_text (self);
  if (rank >= dots->n_replicas || (before != NULL && rank >= dots->n_replicas - before->replica) ||
      dot_rank >= dots->n_replicas)
    truce_reader_corrupt (reader, "a removal of a replica that there is not");
  if (reader->problem != NULL || !has_room (self))
    return;

  kill->replica = (guint32) rank + (before != NULL ? before->replica : 0);
  kill->dot_replica = (guint32) dot_rank;
  kill->entry = truce_dots_intern (dots, (const char *) self->text.data, self->text_length);
  check_time (self, kill->time, kill->replica);
  if (kill->dot_time > dots->replicas[kill->dot_replica].seen ||
      truce_dots_has (dots, kill->entry, kill->dot_time, kill->dot_replica))
    truce_reader_corrupt (reader, "a removal of a dot that was not there, or still is");
  if (before != NULL && !kills_ascend (dots, before, kill))
    truce_reader_corrupt (reader, "removals out of order");
}

static void
read_kills (Decoder *self)
{
  TruceSetDelta *delta = self->delta;
  guint64 n = truce_reader_varint (&self->reader);

  if (n > truce_reader_left (&self->reader))
    truce_reader_corrupt (&self->reader, "more removals than bytes");
  else if (n > 0 && delta->from->n_stamps == 0)
    truce_reader_corrupt (&self->reader, "a state with removals");
  if (self->reader.problem != NULL)
    return;

  delta->kills = g_new0 (TruceChange, n);
  self->text_length = 0;
  for (guint i = 0; i < n && self->reader.problem == NULL; i++)
    read_kill (self, &delta->kills[i], i > 0 ? &delta->kills[i - 1] : NULL);
  delta->n_kills = (guint) n;
}

gboolean
truce_set_delta_decode (TruceSetDelta *self,
                        GBytes        *bytes,
                        guint          limit,
                        GError       **error)
{
  g_auto(Decoder) decoder = { 0 };
  void (*const parts[]) (Decoder *) = { read_stamps, read_elements, read_chains, read_kills };

  *self = (TruceSetDelta) { 0 };
  truce_dots_init (&self->dots);
  decoder.delta = self;
  truce_reader_init (&decoder.reader, bytes);
  truce_reader_header (&decoder.reader, TRUCE_FORMAT_OR_SET);
  read_contexts (&decoder);
  if (decoder.reader.problem == NULL)
    read_counts (&decoder, limit);
  for (guint i = 0; i < G_N_ELEMENTS (parts) && decoder.reader.problem == NULL; i++)
    parts[i] (&decoder);
  return truce_reader_finish (&decoder.reader, error);
}
