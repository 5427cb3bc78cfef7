/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Two lists of (version, record): the outbox has the records that wait to be delivered, the feed all others.
 * A write appends; the record's old entry is left behind as *stale*, known by the version that is no longer
 * the record's. To take it out at once dirties another page for each record that is changed at random, and
 * pages are what a commit costs: 29 us a record where appending took 12. So that is done only where the page
 * is at hand, near the end or near where one was taken out just now; the rest is swept, a stretch with each
 * commit, once stale entries outnumber the others. Readers join each entry with its record, and so never see
 * them.
 *
 * How many there are is kept in the file, but written only now and then: a crash may lose count of some
 * hundreds, which only means that a sweep begins later. */

#include "truce-sqlite-private.h"

#include <string.h>

#define NEAR 1000                       /* versions: entries this close are likely on one page, or the next */
#define STALE_MIN 1000                  /* fewer are no burden */
#define SWEEP_MIN 32                    /* entries looked at by a commit, at least; … */
#define SWEEP_EACH 8                    /* … and for each entry that it added */
#define UNWRITTEN_MAX 256
#define AT_VERSION 3                    /* the column of a record's version */
#define NUMBERS "lists"                 /* the key in meta */

static const TruceSqliteStatement add[] = { TRUCE_SQLITE_OUTBOX_ADD, TRUCE_SQLITE_FEED_ADD };
static const TruceSqliteStatement take[] = { TRUCE_SQLITE_OUTBOX_REMOVE, TRUCE_SQLITE_FEED_REMOVE };
static const TruceSqliteStatement walk_next[] = { TRUCE_SQLITE_OUTBOX_NEXT, TRUCE_SQLITE_FEED_NEXT };
static const TruceSqliteStatement stale[] = { TRUCE_SQLITE_OUTBOX_STALE, TRUCE_SQLITE_FEED_STALE };

static TruceSqliteList
list_of (TruceDelivery delivery)
{
  return delivery == TRUCE_DELIVERY_SYNCED ? TRUCE_SQLITE_FEED : TRUCE_SQLITE_OUTBOX;
}

/* ---- writing ---- */

gboolean
truce_sqlite_list_add (TruceSqliteAdapter *self,
                       gint64              version,
                       gint64              key,
                       TruceDelivery       delivery,
                       GError            **error)
{
  TruceSqliteList list = list_of (delivery);
  sqlite3_stmt *statement = truce_sqlite_statement (self, add[list], error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, version);
  sqlite3_bind_int64 (statement, 2, key);
  self->tally[list].entries++;
  return truce_sqlite_run (self, statement, "write a record's version", error);
}

static gboolean
take_out (TruceSqliteAdapter *self,
          TruceSqliteList     list,
          gint64              version,
          GError            **error)
{
  sqlite3_stmt *statement = truce_sqlite_statement (self, take[list], error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, version);
  self->tally[list].entries--;
  return truce_sqlite_run (self, statement, "remove a record's version", error);
}

gboolean
truce_sqlite_list_remove (TruceSqliteAdapter *self,
                          gint64              version,
                          TruceDelivery       delivery,
                          GError            **error)
{
  return take_out (self, list_of (delivery), version, error);
}

/* Its old entry can't stay behind: its version is the record's, so it would not be stale. */
gboolean
truce_sqlite_list_move (TruceSqliteAdapter      *self,
                        const TruceStoredRecord *record,
                        gint64                   key,
                        TruceDelivery            delivery,
                        GError                 **error)
{
  TruceSqliteList from = list_of (record->delivery);

  if (from == list_of (delivery))
    return TRUE;
  self->warm[from] = record->version;
  return take_out (self, from, record->version, error) &&
         truce_sqlite_list_add (self, record->version, key, delivery, error);
}

gboolean
truce_sqlite_list_drop (TruceSqliteAdapter *self,
                        gint64              version,
                        TruceDelivery       delivery,
                        gint64              latest,
                        GError            **error)
{
  TruceSqliteList list = list_of (delivery);
  gboolean near = latest - version < NEAR || ABS (version - self->warm[list]) < NEAR;

  self->warm[list] = version;
  if (near)
    return take_out (self, list, version, error);
  self->tally[list].stale++;
  return TRUE;
}

/* ---- sweeping ---- */

static gboolean
find_stale (TruceSqliteAdapter *self,
            TruceSqliteList     list,
            GArray             *found,
            GError            **error)
{
  sqlite3_stmt *statement = truce_sqlite_statement (self, stale[list], error);
  gint64 most = SWEEP_MIN + SWEEP_EACH * MAX (self->tally[list].entries, 0);
  gint64 seen = 0;
  int rc;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, self->swept[list]);
  sqlite3_bind_int64 (statement, 2, most);
  while ((rc = sqlite3_step (statement)) == SQLITE_ROW)
    {
      gint64 version = sqlite3_column_int64 (statement, 0);

      if (sqlite3_column_int64 (statement, 1) != version)
        g_array_append_val (found, version);
      self->swept[list] = version;
      seen++;
    }
  sqlite3_reset (statement);
  if (seen < most)
    self->swept[list] = -1;
  return rc == SQLITE_DONE || truce_sqlite_fail (self, rc, "look for stale versions", error);
}

static gboolean
sweep (TruceSqliteAdapter *self,
       TruceSqliteList     list,
       GError            **error)
{
  g_autoptr(GArray) found = NULL;
  guint i;

  if (self->swept[list] < 0)
    return TRUE;
  found = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!find_stale (self, list, found, error))
    return FALSE;
  for (i = 0; i < found->len; i++)
    {
      self->tally[list].stale--;
      if (!take_out (self, list, g_array_index (found, gint64, i), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_numbers (TruceSqliteAdapter *self,
              gint64              numbers[2 * TRUCE_SQLITE_N_LISTS],
              GError            **error)
{
  g_autoptr(GBytes) bytes = NULL;
  GError *failure = NULL;
  gsize length = 0;

  memset (numbers, 0, 2 * TRUCE_SQLITE_N_LISTS * sizeof (gint64));
  bytes = truce_sqlite_get_meta (TRUCE_STORE_ADAPTER (self), TRUCE_SQLITE_GROUP, NUMBERS, &failure);
  if (bytes != NULL && g_bytes_get_size (bytes) == 2 * TRUCE_SQLITE_N_LISTS * sizeof (gint64))
    memcpy (numbers, g_bytes_get_data (bytes, &length), 2 * TRUCE_SQLITE_N_LISTS * sizeof (gint64));
  /* Numbers that are damaged are made anew: they are no more than a hint. */
  if (g_error_matches (failure, TRUCE_ERROR, TRUCE_ERROR_CORRUPT))
    g_clear_error (&failure);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL;
}

static gboolean
write_numbers (TruceSqliteAdapter *self,
               GError            **error)
{
  gint64 numbers[2 * TRUCE_SQLITE_N_LISTS];
  g_autoptr(GBytes) bytes = NULL;
  guint i;

  if (!read_numbers (self, numbers, error))
    return FALSE;
  for (i = 0; i < TRUCE_SQLITE_N_LISTS; i++)
    {
      gint64 entries = GINT64_FROM_LE (numbers[2 * i]) + self->unwritten[i].entries + self->tally[i].entries;
      gint64 old = GINT64_FROM_LE (numbers[2 * i + 1]) + self->unwritten[i].stale + self->tally[i].stale;

      entries = MAX (entries, 0);
      old = CLAMP (old, 0, entries);
      if (old > STALE_MIN && old > entries / 2 && self->swept[i] < 0)
        self->swept[i] = 0;
      numbers[2 * i] = GINT64_TO_LE (entries);
      numbers[2 * i + 1] = GINT64_TO_LE (old);
    }
  bytes = g_bytes_new (numbers, sizeof (numbers));
  self->tallied = TRUE;
  return truce_sqlite_set_meta (TRUCE_STORE_ADAPTER (self), TRUCE_SQLITE_GROUP, NUMBERS, bytes, error);
}

static gint64
count_unwritten (TruceSqliteAdapter *self)
{
  gint64 sum = 0;
  guint i;

  for (i = 0; i < TRUCE_SQLITE_N_LISTS; i++)
    sum += ABS (self->unwritten[i].entries + self->tally[i].entries) +
           ABS (self->unwritten[i].stale + self->tally[i].stale);
  return sum;
}

gboolean
truce_sqlite_list_sweep (TruceSqliteAdapter *self,
                         GError            **error)
{
  return sweep (self, TRUCE_SQLITE_OUTBOX, error) && sweep (self, TRUCE_SQLITE_FEED, error) &&
         (count_unwritten (self) < UNWRITTEN_MAX || write_numbers (self, error));
}

void
truce_sqlite_lists_settle (TruceSqliteAdapter *self,
                           gboolean            committed)
{
  guint i;

  for (i = 0; i < TRUCE_SQLITE_N_LISTS && committed; i++)
    {
      self->unwritten[i].entries = self->tallied ? 0 : self->unwritten[i].entries + self->tally[i].entries;
      self->unwritten[i].stale = self->tallied ? 0 : self->unwritten[i].stale + self->tally[i].stale;
    }
  memset (self->tally, 0, sizeof (self->tally));
  self->tallied = FALSE;
}

/* ---- reading ---- */

void
truce_sqlite_lists_end (TruceSqliteAdapter *self)
{
  guint i;

  for (i = 0; i < TRUCE_SQLITE_N_LISTS; i++)
    if (self->lists[i].open)
      {
        truce_sqlite_reset (self, walk_next[i]);
        self->lists[i].open = FALSE;
      }
}

static gboolean
walk_goes_on (const TruceSqliteListWalk *walk,
              gint64                     after)
{
  if (!walk->open || walk->after > after)
    return FALSE;
  return walk->ended || walk->after == after || (walk->waiting && after < walk->version);
}

/* Afterwards the walk stands before the first version that is greater, or at the end. */
static gboolean
walk_to (TruceSqliteAdapter *self,
         TruceSqliteList     list,
         gint64              after,
         GError            **error)
{
  TruceSqliteListWalk *walk = &self->lists[list];
  sqlite3_stmt *statement = truce_sqlite_statement (self, walk_next[list], error);
  int rc;

  if (statement == NULL)
    return FALSE;
  if (!walk_goes_on (walk, after))
    {
      sqlite3_reset (statement);
      sqlite3_bind_int64 (statement, 1, after);
      *walk = (TruceSqliteListWalk) { .open = TRUE };
    }
  walk->after = after;
  if (walk->waiting || walk->ended)
    return TRUE;
  rc = sqlite3_step (statement);
  if (rc != SQLITE_ROW && rc != SQLITE_DONE)
    return truce_sqlite_fail (self, rc, "read versions", error);
  walk->ended = rc == SQLITE_DONE;
  walk->waiting = !walk->ended;
  walk->version = walk->waiting ? sqlite3_column_int64 (statement, AT_VERSION) : 0;
  return TRUE;
}

static TruceStoredRecord *
walk_take (TruceSqliteAdapter *self,
           TruceSqliteList     list,
           GError            **error)
{
  TruceSqliteListWalk *walk = &self->lists[list];

  if (walk->ended)
    return NULL;
  walk->after = walk->version;
  walk->waiting = FALSE;
  return truce_sqlite_row_get (self, self->statements[walk_next[list]], error);
}

/* The one whose turn it is. */
static TruceSqliteList
earlier (const TruceSqliteListWalk *outbox,
         const TruceSqliteListWalk *feed)
{
  if (outbox->ended || feed->ended)
    return outbox->ended ? TRUCE_SQLITE_FEED : TRUCE_SQLITE_OUTBOX;
  return outbox->version < feed->version ? TRUCE_SQLITE_OUTBOX : TRUCE_SQLITE_FEED;
}

/* Within a transaction the statements stay where they are; outside they would hold their snapshot. */
static void
walks_pause (TruceSqliteAdapter *self)
{
  if (self->transaction == TRUCE_SQLITE_IDLE)
    truce_sqlite_lists_end (self);
}

TruceStoredRecord *
truce_sqlite_next_pending (TruceStoreAdapter *adapter,
                           gint64             after,
                           GError           **error)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (adapter);
  TruceStoredRecord *record = NULL;

  if (!truce_sqlite_ready (self, error))
    return NULL;
  if (walk_to (self, TRUCE_SQLITE_OUTBOX, after, error))
    record = walk_take (self, TRUCE_SQLITE_OUTBOX, error);
  walks_pause (self);
  return record;
}

TruceStoredRecord *
truce_sqlite_next_change (TruceStoreAdapter *adapter,
                          gint64             after,
                          GError           **error)
{
  TruceSqliteAdapter *self = TRUCE_SQLITE_ADAPTER (adapter);
  TruceStoredRecord *record = NULL;

  if (!truce_sqlite_ready (self, error))
    return NULL;
  if (walk_to (self, TRUCE_SQLITE_OUTBOX, after, error) && walk_to (self, TRUCE_SQLITE_FEED, after, error))
    record = walk_take (self, earlier (&self->lists[TRUCE_SQLITE_OUTBOX], &self->lists[TRUCE_SQLITE_FEED]), error);
  walks_pause (self);
  return record;
}
