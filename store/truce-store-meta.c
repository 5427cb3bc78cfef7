/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What a store has to know of itself is one small value, written once a transaction and read at the start of the
 * next: the clock, the latest version, and the counts. So several processes share one clock, no version is used
 * twice, and no count is ever scanned for. It is JSON, for people to read:
 *
 *   {"clock":"truce-clock 1 …","clocks":1,"version":12,"schemas":1,"collections":{"task":[10,2,9,0,1,0]}}
 *
 * with the records that show, then the rows by delivery: synced, pending, in flight, failed, conflicted.
 *
 * "clocks" counts how often the clock became that of another replica, or was put back. Mostly a process goes on
 * from the later of the clock that it has and the one that is kept; where the number differs from what it knows,
 * the one that is kept holds, even if it is earlier. Without it, it is 0. "given" is the latest
 * time of a stamp that was given here, which may be earlier than the clock, that has seen others. "left" is the latest
 * time of our stamps that another store has taken: those are not rewritten. "offset" is what a remote said that the
 * system's time is wrong by, in ms; left out where it is right. */

#include "truce-clock-private.h"
#include "truce-store-private.h"

static int
compare_infos (gconstpointer a,
               gconstpointer b)
{
  return strcmp ((*(TruceCollectionInfo *const *) a)->name, (*(TruceCollectionInfo *const *) b)->name);
}

static GPtrArray *
sorted_infos (TruceStore *self)
{
  GPtrArray *infos = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer info;

  g_hash_table_iter_init (&iter, self->collections);
  while (g_hash_table_iter_next (&iter, NULL, &info))
    g_ptr_array_add (infos, info);
  g_ptr_array_sort (infos, compare_infos);
  return infos;
}

static void
write_number (GString *out,
              guint64  number)
{
  char digits[24];
  char *at = digits + sizeof digits;

  *--at = '\0';
  do
    {
      *--at = '0' + number % 10;
      number /= 10;
    }
  while (number > 0);
  g_string_append (out, at);
}

GBytes *
truce_store_write_meta (TruceStore *self)
{
  g_autofree char *clock = truce_clock_to_string (self->clock);
  g_autoptr(GPtrArray) infos = sorted_infos (self);
  GString *out = g_string_sized_new (256);

  g_string_append (out, "{\"clock\":");
  truce_json_write_string (out, clock, -1);
  g_string_append (out, ",\"clocks\":");
  write_number (out, self->clocks);
  if (truce_clock_get_offset (self->clock) != 0)
    g_string_append_printf (out, ",\"offset\":%" G_GINT64_FORMAT, truce_clock_get_offset (self->clock));
  if (self->given != 0)
    {
      g_string_append (out, ",\"given\":");
      write_number (out, self->given);
    }
  if (self->left != 0)
    {
      g_string_append (out, ",\"left\":");
      write_number (out, self->left);
    }
  g_string_append (out, ",\"version\":");
  write_number (out, self->version);
  g_string_append (out, ",\"schemas\":");
  write_number (out, self->schemas);
  g_string_append (out, ",\"collections\":{");
  for (guint i = 0; i < infos->len; i++)
    {
      const TruceCollectionInfo *info = g_ptr_array_index (infos, i);

      if (i > 0)
        g_string_append_c (out, ',');
      truce_json_write_string (out, info->name, -1);
      g_string_append (out, ":[");
      write_number (out, info->counts.n_records);
      for (guint d = 0; d < TRUCE_N_DELIVERIES; d++)
        {
          g_string_append_c (out, ',');
          write_number (out, info->counts.n_rows[d]);
        }
      g_string_append_c (out, ']');
    }
  g_string_append (out, "}}");
  return g_string_free_to_bytes (out);
}

static gboolean
refuse (GError    **error,
        const char *what)
{
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT, "the store's own data can't be read: %s", what);
  return FALSE;
}

/* A number that is not negative. */
static gboolean
read_number (const TruceJsonDoc *doc,
             const char         *name,
             gint64             *number,
             GError            **error)
{
  guint32 node = truce_json_member (doc, 0, name);

  if (node == TRUCE_JSON_NONE || truce_json_type (doc, node) != TRUCE_JSON_NUMBER ||
      !truce_json_get_int64 (doc, node, number) || *number < 0)
    return refuse (error, name);
  return TRUE;
}

/* A clock that is ours already goes on from whatever another process has made of it. */
static void
take_clock (TruceStore *self,
            TruceClock *kept,
            gint64      clocks)
{
  guint64 replica = truce_clock_get_replica (kept);
  gboolean known = self->clocks < 0 || self->clocks == clocks;

  if (self->clock == NULL)
    self->clock = g_object_ref (kept);
  else if (known && truce_clock_get_replica (self->clock) == replica)
    truce_clock_catch_up (self->clock, kept);
  else
    truce_clock_assign (self->clock, replica, truce_clock_get_last (kept));
  self->clocks = clocks;
}

static void
take_offset (TruceStore         *self,
             const TruceJsonDoc *doc)
{
  guint32 node = truce_json_member (doc, 0, "offset");
  const gint64 most = TRUCE_STAMP_MS_MAX;
  gint64 offset;

  if (node != TRUCE_JSON_NONE && truce_json_type (doc, node) == TRUCE_JSON_NUMBER &&
      truce_json_get_int64 (doc, node, &offset) && offset >= -most && offset <= most)
    truce_clock_set_offset (self->clock, offset);
}

static gboolean
read_clock (TruceStore         *self,
            const TruceJsonDoc *doc,
            GError            **error)
{
  guint32 node = truce_json_member (doc, 0, "clock");
  g_autofree char *text = NULL;
  g_autoptr(TruceClock) clock = NULL;
  gint64 clocks = 0;
  gint64 given = 0;
  gint64 left = 0;

  if (node == TRUCE_JSON_NONE || truce_json_type (doc, node) != TRUCE_JSON_STRING)
    return refuse (error, "the clock");
  if (truce_json_member (doc, 0, "clocks") != TRUCE_JSON_NONE && !read_number (doc, "clocks", &clocks, error))
    return FALSE;
  if (truce_json_member (doc, 0, "given") != TRUCE_JSON_NONE && !read_number (doc, "given", &given, error))
    return FALSE;
  if (truce_json_member (doc, 0, "left") != TRUCE_JSON_NONE && !read_number (doc, "left", &left, error))
    return FALSE;

  text = truce_json_dup_string (doc, node);
  clock = truce_clock_new_from_string (text, error);
  if (clock == NULL)
    {
      g_prefix_error (error, "the store's own data can't be read: ");
      return FALSE;
    }
  take_clock (self, clock, clocks);
  self->given = given;
  self->left = left;
  take_offset (self, doc);
  return TRUE;
}

void
truce_store_set_clock (TruceStore *self,
                       guint64     replica,
                       guint64     last)
{
  g_assert (self->writing);

  self->clocks++;
  self->given = last;
  truce_clock_assign (self->clock, replica, last);
}

static gboolean
read_counts (TruceCounts        *counts,
             const TruceJsonDoc *doc,
             guint32             node)
{
  guint64 *numbers[TRUCE_N_DELIVERIES + 1] = { &counts->n_records };
  guint n = 0;

  for (guint d = 0; d < TRUCE_N_DELIVERIES; d++)
    numbers[d + 1] = &counts->n_rows[d];
  if (truce_json_type (doc, node) != TRUCE_JSON_ARRAY ||
      truce_json_n_children (doc, node) != G_N_ELEMENTS (numbers))
    return FALSE;

  for (guint32 i = node + 1; i < doc->nodes[node].next; i = doc->nodes[i].next)
    {
      gint64 number;

      if (truce_json_type (doc, i) != TRUCE_JSON_NUMBER || !truce_json_get_int64 (doc, i, &number) || number < 0)
        return FALSE;
      *numbers[n++] = number;
    }
  return TRUE;
}

static void
clear_counts (TruceStore *self)
{
  GHashTableIter iter;
  TruceCollectionInfo *info;

  g_hash_table_iter_init (&iter, self->collections);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &info))
    info->counts = (TruceCounts) { 0 }
  ;
}

static gboolean
read_collections (TruceStore         *self,
                  const TruceJsonDoc *doc,
                  GError            **error)
{
  guint32 node = truce_json_member (doc, 0, "collections");

  if (node == TRUCE_JSON_NONE || truce_json_type (doc, node) != TRUCE_JSON_OBJECT)
    return refuse (error, "the collections");

  clear_counts (self);
  for (guint32 i = node + 1; i < doc->nodes[node].next; i = doc->nodes[i + 1].next)
    {
      g_autofree char *name = truce_json_dup_string (doc, i);
      TruceCollectionInfo *info = truce_store_info (self, name, error);

      if (info == NULL)
        return FALSE;
      if (!read_counts (&info->counts, doc, i + 1))
        return refuse (error, "the counts");
    }
  return TRUE;
}

TruceCounts
truce_store_sum_counts (TruceStore *self)
{
  TruceCounts sum = { 0 };
  GHashTableIter iter;
  const TruceCollectionInfo *info;

  g_hash_table_iter_init (&iter, self->collections);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &info))
    {
      sum.n_records += info->counts.n_records;
      for (guint d = 0; d < TRUCE_N_DELIVERIES; d++)
        sum.n_rows[d] += info->counts.n_rows[d];
    }
  return sum;
}

gboolean
truce_store_read_meta (TruceStore *self,
                       GBytes     *bytes,
                       GError    **error)
{
  g_autoptr(TruceJsonDoc) doc = NULL;
  gint64 schemas = self->schemas;

  if (bytes == NULL)
    {
      self->version = 0;
      self->clocks = 0;
      self->given = 0;
      self->left = 0;
      clear_counts (self);
      return TRUE;
    }
  if (self->meta != NULL && g_bytes_equal (self->meta, bytes))
    return TRUE;

  doc = truce_json_doc_parse (bytes, 8, NULL);
  if (doc == NULL || truce_json_type (doc, 0) != TRUCE_JSON_OBJECT)
    return refuse (error, "it is no JSON");
  if (!read_number (doc, "version", &self->version, error) || !read_number (doc, "schemas", &self->schemas, error))
    return FALSE;
  if (!read_clock (self, doc, error) || !read_collections (self, doc, error))
    return FALSE;

  if (self->meta != NULL && self->schemas != schemas && !truce_store_reload_schemas (self, error))
    return FALSE;

  g_clear_pointer (&self->meta, g_bytes_unref);
  self->meta = g_bytes_ref (bytes);
  return TRUE;
}
