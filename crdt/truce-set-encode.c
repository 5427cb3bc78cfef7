/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A set, or what changed in it, as bytes: docs/format.md tells which. Equal states give equal bytes, so the
 * elements need one order. It is that of their first dots: a set that grew in one place is in it already, and
 * one that was merged is made of a few ascending runs, which a natural merge (Knuth 5.2.4) joins in a pass or
 * two. It also puts elements added together side by side, whose stamps are then runs, and whose texts often
 * begin alike. */

#include "truce-set-state.h"
#include "truce-set-format.h"

typedef struct
{
  guint64 time;
  guint32 rank;                 /* of the replica, among all by ascending id */
  guint32 entry;
} Item;

/* ---- order ---- */

static inline gboolean
item_before (const TruceDots *dots,
             const Item      *a,
             const Item      *b)
{
  if (a->rank != b->rank)
    return a->rank < b->rank;
  if (a->time != b->time)
    return a->time < b->time;
  return strcmp (dots->texts + dots->entries[a->entry].text, dots->texts + dots->entries[b->entry].text) < 0;
}

/* Merges the run up to middle with that up to end. */
static void
merge_runs (const TruceDots *dots,
            const Item      *items,
            Item            *out,
            gsize            start,
            gsize            middle,
            gsize            end)
{
  gsize i = start;
  gsize j = middle;

  for (gsize k = start; k < end; k++)
    out[k] = j == end || (i < middle && !item_before (dots, &items[j], &items[i])) ? items[i++] : items[j++];
}

/* Where the ascending run that begins at start ends. */
static gsize
run_end (const TruceDots *dots,
         const Item      *items,
         gsize            start,
         gsize            n)
{
  gsize end = start + 1;

  while (end < n && item_before (dots, &items[end - 1], &items[end]))
    end++;
  return MIN (end, n);
}

static void
sort_items (const TruceDots *dots,
            Item            *items,
            gsize            n)
{
  g_autofree Item *spare = NULL;

  while (n > 0 && run_end (dots, items, 0, n) < n)
    {
      if (spare == NULL)
        spare = g_new (Item, n);
      for (gsize start = 0; start < n;)
        {
          gsize middle = run_end (dots, items, start, n);
          gsize end = middle < n ? run_end (dots, items, middle, n) : n;

          merge_runs (dots, items, spare, start, middle, end);
          start = end;
        }
      memcpy (items, spare, n * sizeof (Item));
    }
}

/* By index, the rank of a replica among all by ascending id. */
static guint32 *
get_ranks (const TruceDots *dots)
{
  guint32 *ranks = g_new (guint32, dots->n_replicas);

  for (guint i = 0; i < dots->n_replicas; i++)
    ranks[dots->replica_order[i]] = i;
  return ranks;
}

static Item *
get_items (const TruceDots *dots,
           const guint32   *ranks)
{
  Item *items = g_new (Item, dots->n_live);
  guint n = 0;

  for (guint32 i = 0; i < dots->n_entries; i++)
    if (truce_dots_live (dots, i))
      {
        TruceDot dot = truce_dots_first (dots, i);

        items[n++] = (Item) { dot.time, ranks[dot.replica], i };
      }
  sort_items (dots, items, n);
  return items;
}

/* ---- columns ---- */

static void
write_counts (TruceWriter *writer,
              const Item  *items,
              guint        n,
              guint        n_replicas)
{
  guint i = 0;

  for (guint rank = 0; rank < n_replicas; rank++)
    {
      guint start = i;

      while (i < n && items[i].rank == rank)
        i++;
      truce_writer_varint (writer, i - start);
    }
}

/* How many items from i on have one stamp, or stamps that follow each other. */
static guint
stamp_run (const Item *items,
           guint       i,
           guint       n,
           guint      *step)
{
  guint length = 1;

  *step = 2;
  if (i + 1 < n && items[i + 1].rank == items[i].rank)
    *step = (guint) MIN (items[i + 1].time - items[i].time, 2);
  if (*step > 1)
    return 1;
  while (i + length < n && items[i + length].rank == items[i].rank &&
         items[i + length].time == items[i + length - 1].time + *step)
    length++;
  return length;
}

static void
write_stamps (TruceWriter *writer,
              const Item  *items,
              guint        n)
{
  guint64 ms = 0;

  for (guint i = 0; i < n;)
    {
      guint step;
      guint length = stamp_run (items, i, n, &step);
      guint counter = truce_time_counter (items[i].time);

      if (i == 0 || items[i].rank != items[i - 1].rank)
        ms = 0;
      truce_writer_varint (writer, (truce_time_ms (items[i].time) - ms) << 2 |
                           (counter != 0 ? TRUCE_RUN_COUNTER : 0) | (length > 1 ? TRUCE_RUN_LONG : 0));
      if (counter != 0)
        truce_writer_varint (writer, counter);
      if (length > 1)
        truce_writer_varint (writer, (guint64) (length - 2) << 1 | step);
      i += length;
      ms = truce_time_ms (items[i - 1].time);
    }
}

/* How many bytes two texts of the store have in common, of the first `most`. By words, which may reach
 * beyond the texts, but not beyond the store. */
static gsize
common_prefix (const TruceDots *dots,
               const char      *a,
               const char      *b,
               gsize            most)
{
  gsize readable = (gsize) (dots->texts + dots->n_texts - MAX (a, b));
  gsize n = 0;

  for (; n < most && n + 8 <= readable; n += 8)
    {
      guint64 differs = GUINT64_FROM_LE (truce_hash_load (a + n, 8) ^ truce_hash_load (b + n, 8));

      if (differs != 0)
        return MIN (n + (gsize) __builtin_ctzll (differs) / 8, most);
    }
  while (n < most && a[n] == b[n])
    n++;
  return MIN (n, most);
}

/* What text shares with the one before, one byte for both lengths if they are short, the rest. */
static void
write_text (TruceWriter     *writer,
            const TruceDots *dots,
            guint32          entry,
            guint32          before)
{
  gsize length;
  gsize before_length = 0;
  const char *text = truce_dots_text (dots, entry, &length);
  const char *other = before != TRUCE_DOTS_NONE ? truce_dots_text (dots, before, &before_length) : NULL;
  gsize most = MIN (MIN (length, before_length), TRUCE_TEXT_SHARED_MAX);
  gsize shared = most > 0 ? common_prefix (dots, text, other, most) : 0;
  guint8 *out;

  length -= shared;
  truce_writer_byte (writer, (guint8) (MIN (shared, 15) << 4 | MIN (length, 15)));
  if (shared >= 15)
    truce_writer_varint (writer, shared);
  if (length >= 15)
    {
      truce_writer_varint (writer, length);
      truce_writer_bytes (writer, text + shared, length);
      return;
    }
  /* Most texts differ from their neighbour in a few bytes: fewer than a call costs. */
  out = truce_writer_room (writer, length);
  for (gsize i = 0; i < length; i++)
    out[i] = (guint8) text[shared + i];
  writer->length += length;
}

static void
write_time (TruceWriter *writer,
            guint64      time,
            guint64      near)
{
  truce_writer_varint (writer, truce_zigzag ((gint64) (truce_time_ms (time) - truce_time_ms (near))));
  truce_writer_varint (writer, truce_time_counter (time));
}

/* The second and later dots of the elements that have some. */
static void
write_chains (TruceWriter     *writer,
              const TruceDots *dots,
              const Item      *items,
              guint            n,
              const guint32   *ranks)
{
  g_auto(TruceWriter) chains = { 0 };
  guint n_chains = 0;
  guint last = 0;

  for (guint i = 0; i < n && dots->n_dots > 0; i++)
    {
      TruceDot dot = truce_dots_first (dots, items[i].entry);
      guint32 rank = items[i].rank;

      if (dot.next == 0)
        continue;
      truce_writer_varint (&chains, i - last);
      last = i;
      n_chains++;
      while (dot.next != 0)
        {
          dot = truce_dots_next (dots, dot);
          truce_writer_varint (&chains, (guint64) (ranks[dot.replica] - rank - 1) << 1 | (dot.next != 0));
          write_time (&chains, dot.time, items[i].time);
          rank = ranks[dot.replica];
        }
    }
  truce_writer_varint (writer, n_chains);
  truce_writer_bytes (writer, chains.data, chains.length);
}

static void
write_kills (TruceWriter     *writer,
             const TruceDots *dots,
             const GArray    *kills,
             const guint32   *ranks)
{
  TruceChange before = { 0 };
  guint32 before_rank = 0;

  before.entry = TRUCE_DOTS_NONE;
  truce_writer_varint (writer, kills->len);
  for (guint i = 0; i < kills->len; i++)
    {
      const TruceChange *kill = &g_array_index (kills, TruceChange, i);

      truce_writer_varint (writer, ranks[kill->replica] - before_rank);
      write_time (writer, kill->time, before.time);
      truce_writer_varint (writer, ranks[kill->dot_replica]);
      write_time (writer, kill->dot_time, kill->time);
      write_text (writer, dots, kill->entry, before.entry);
      before = *kill;
      before_rank = ranks[kill->replica];
    }
}

/* dots: what to write; context: of the sender, and its replicas are those of dots. */
static GBytes *
write_all (const TruceDots          *dots,
           const TruceVersionVector *from,
           const GArray             *kills)
{
  g_autoptr(TruceVersionVector) to = truce_dots_get_context (dots);
  g_autofree guint32 *ranks = get_ranks (dots);
  g_autofree Item *items = get_items (dots, ranks);
  guint n = dots->n_live;
  g_auto(TruceWriter) writer = { 0 };

  truce_writer_header (&writer, TRUCE_FORMAT_OR_SET);
  truce_version_vector_write (from, &writer);
  truce_version_vector_write (to, &writer);
  truce_writer_varint (&writer, n);
  write_counts (&writer, items, n, to->n_stamps);
  write_stamps (&writer, items, n);
  for (guint i = 0; i < n; i++)
    write_text (&writer, dots, items[i].entry, i > 0 ? items[i - 1].entry : TRUCE_DOTS_NONE);
  write_chains (&writer, dots, items, n, ranks);
  write_kills (&writer, dots, kills, ranks);
  return truce_writer_finish (&writer);
}

/* ---- differences ---- */

/* Whether the journal has all changes of a type since then. */
static gboolean
covers_floor (const TruceSetState      *self,
              const TruceVersionVector *since,
              TruceChangeType           type)
{
  for (guint i = 0; i < self->dots.n_replicas; i++)
    {
      guint64 floor = truce_journal_floor (&self->journal, i, type);

      if (floor > 0 && truce_version_vector_time (since, self->dots.replicas[i].id) < floor)
        return FALSE;
    }
  return TRUE;
}

static int
compare_kills (gconstpointer a,
               gconstpointer b,
               gpointer      user_data)
{
  const TruceDots *dots = user_data;
  const TruceChange *x = a;
  const TruceChange *y = b;

  if (x->replica != y->replica)
    return x->replica < y->replica ? -1 : 1;
  if (x->time != y->time)
    return x->time < y->time ? -1 : 1;
  if (x->dot_replica != y->dot_replica)
    return x->dot_replica < y->dot_replica ? -1 : 1;
  if (x->dot_time != y->dot_time)
    return x->dot_time < y->dot_time ? -1 : 1;
  return strcmp (dots->texts + dots->entries[x->entry].text, dots->texts + dots->entries[y->entry].text);
}

/* Copies the dots that the replica's events after `after` added and that are still there. */
static void
collect_adds (const TruceSetState *self,
              guint32              replica,
              guint64              after,
              TruceDots           *out,
              guint32              out_replica)
{
  guint i = truce_journal_last (&self->journal, replica, TRUCE_CHANGE_ADD);

  for (; i != 0 && self->journal.changes[i - 1].time > after; i = truce_journal_back (&self->journal, i))
    {
      const TruceChange *add = &self->journal.changes[i - 1];
      gsize length;
      const char *text = truce_dots_text (&self->dots, add->entry, &length);

      if (truce_dots_has (&self->dots, add->entry, add->time, add->replica))
        truce_dots_put (out, truce_dots_intern (out, text, length), add->time, out_replica);
    }
}

/* The same where the journal doesn't reach: of all dots those later than `from`, which is by out's index. */
static void
collect_all_adds (const TruceSetState *self,
                  const guint64       *from,
                  TruceDots           *out)
{
  const TruceDots *dots = &self->dots;
  g_autofree guint32 *ranks = get_ranks (dots);

  for (guint32 i = 0; i < dots->n_entries; i++)
    {
      TruceDot dot = { 0 };

      if (!truce_dots_live (dots, i))
        continue;
      for (dot = truce_dots_first (dots, i);; dot = truce_dots_next (dots, dot))
        {
          if (dot.time > from[ranks[dot.replica]])
            {
              gsize length;
              const char *text = truce_dots_text (dots, i, &length);

              truce_dots_put (out, truce_dots_intern (out, text, length), dot.time, ranks[dot.replica]);
            }
          if (dot.next == 0)
            break;
        }
    }
}

static void
collect_kills (const TruceSetState *self,
               guint32              replica,
               guint64              after,
               TruceDots           *out,
               GArray              *kills)
{
  guint i = truce_journal_last (&self->journal, replica, TRUCE_CHANGE_KILL);

  for (; i != 0 && self->journal.changes[i - 1].time > after; i = truce_journal_back (&self->journal, i))
    {
      TruceChange kill = self->journal.changes[i - 1];
      gsize length;
      const char *text = truce_dots_text (&self->dots, kill.entry, &length);

      kill.entry = truce_dots_intern (out, text, length);
      kill.replica = truce_dots_replica (out, self->dots.replicas[replica].id);
      kill.dot_replica = truce_dots_replica (out, self->dots.replicas[kill.dot_replica].id);
      g_array_append_val (kills, kill);
    }
}

/* An empty store with the same context, its replicas in ascending order, so that an index is a rank. */
static void
init_difference (TruceDots       *out,
                 const TruceDots *dots)
{
  truce_dots_init (out);
  for (guint i = 0; i < dots->n_replicas; i++)
    {
      const TruceReplica *replica = &dots->replicas[dots->replica_order[i]];
      guint32 rank = truce_dots_replica (out, replica->id);

      out->replicas[rank].seen = replica->seen;
    }
}

static GBytes *
encode_difference (const TruceSetState      *self,
                   const TruceVersionVector *from)
{
  gboolean in_journal = covers_floor (self, from, TRUCE_CHANGE_ADD);
  g_autoptr(GArray) kills = g_array_new (FALSE, FALSE, sizeof (TruceChange));
  const TruceDots *dots = &self->dots;
  g_autofree guint64 *after = g_new (guint64, dots->n_replicas);
  TruceDots out;
  GBytes *bytes;

  init_difference (&out, dots);
  for (guint i = 0; i < dots->n_replicas; i++)
    {
      after[i] = truce_version_vector_time (from, out.replicas[i].id);
      if (after[i] >= out.replicas[i].seen)
        continue;
      if (in_journal)
        collect_adds (self, dots->replica_order[i], after[i], &out, i);
      collect_kills (self, dots->replica_order[i], after[i], &out, kills);
    }
  if (!in_journal)
    collect_all_adds (self, after, &out);
  g_array_sort_with_data (kills, compare_kills, &out);
  bytes = write_all (&out, from, kills);
  truce_dots_clear (&out);
  return bytes;
}

GBytes *
truce_set_state_encode (const TruceSetState      *self,
                        const TruceVersionVector *since)
{
  g_autoptr(TruceVersionVector) nothing = truce_version_vector_new ();
  g_autoptr(GArray) no_kills = g_array_new (FALSE, FALSE, sizeof (TruceChange));

  if (since != NULL && covers_floor (self, since, TRUCE_CHANGE_KILL))
    {
      g_autoptr(TruceVersionVector) context = truce_dots_get_context (&self->dots);
      g_autoptr(TruceVersionVector) from = truce_version_vector_meet (since, context);

      if (from->n_stamps > 0)
        return encode_difference (self, from);
    }
  return write_all (&self->dots, nothing, no_kills);
}
