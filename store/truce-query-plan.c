/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The list knows ids and no keys, so where a changed record was is found by its id, and where it goes by
 * comparing it with log n others, which are read for it. Nothing is changed while a plan is made; handlers
 * then see the list go through its splices one by one.
 *
 *   list       a b C d e F g       C and F have changed
 *   survivors  a b   d e   g
 *   gaps      0 1 2   3 4   5      a changed record leaves a gap, and goes into a gap
 *
 * Each gap in which something happens is a splice. Splices with at most one survivor between them are told
 * as one, and so are all if they are many: a view handles one long stretch better than a hundred short ones.
 *
 * With a limit, what stands behind the end of a full list is unknown. So nothing goes behind its last survivor
 * on its own, and if the list becomes shorter, the adapter is asked for what follows. */

#include "truce-query-private.h"

#include <stdlib.h>
#include <string.h>

/* More than so many splices are told as one. */
#define N_SPLICES_MAX 16u
/* So few changes are always worked out one by one: to ask again would not tell which record stayed. */
#define N_ROWS_FEW 16u

typedef struct
{
  guint gap;
  const char *id;
  TruceJsonDoc *doc;            /* owned, or NULL */
} Arrival;

typedef struct
{
  const TruceQuerySpec *spec;
  TruceStoreAdapter *adapter;
  TruceIdList *list;
  gint64 version;
  GArray *departures;           /* of guint: positions, ascending */
  GArray *arrivals;             /* of Arrival, in order in the end */
  guint n_survivors;
  GStringChunk *others;         /* ids that are not of the rows */
  GHashTable *docs;             /* survivor + 1 → TruceJsonDoc *: those in the middle are met again and again */
} Maker;

static void
clear_arrival (gpointer data)
{
  Arrival *arrival = data;

  g_clear_pointer (&arrival->doc, truce_json_doc_unref);
}

static inline guint
departure (const Maker *maker,
           guint        i)
{
  return g_array_index (maker->departures, guint, i);
}

/* How many have left before this survivor: departure i stood before survivor departure (i) - i. */
static guint
count_departures (const Maker *maker,
                  guint        survivor)
{
  guint low = 0;
  guint high = maker->departures->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (departure (maker, middle) - middle <= survivor)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static const char *
survivor_id (const Maker *maker,
             guint        survivor)
{
  return truce_id_list_get (maker->list, survivor + count_departures (maker, survivor));
}

/* NULL, with *result set, where it can't be read or is no longer what the list has. */
static TruceJsonDoc *
load_survivor (Maker           *maker,
               guint            survivor,
               TrucePlanResult *result,
               GError         **error)
{
  gpointer key = GUINT_TO_POINTER (survivor + 1);
  TruceJsonDoc *doc = g_hash_table_lookup (maker->docs, key);
  g_autoptr(TruceStoredRecord) record = NULL;
  g_autoptr(GError) reason = NULL;
  gboolean shown = FALSE;

  if (doc != NULL)
    return doc;

  record = truce_store_adapter_get (maker->adapter, maker->spec->collection, survivor_id (maker, survivor), &reason);
  if (reason != NULL || (record != NULL && !truce_query_spec_test (maker->spec, record, &shown, &doc, &reason)))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      *result = TRUCE_PLAN_FAILED;
      return NULL;
    }
  if (!shown || record->version > maker->version)
    {
      g_clear_pointer (&doc, truce_json_doc_unref);
      *result = TRUCE_PLAN_ASK_AGAIN;
      return NULL;
    }

  g_hash_table_insert (maker->docs, key, doc);
  return doc;
}

/* Whether the survivor stands before the arrival. */
static gboolean
stands_before (Maker           *maker,
               guint            survivor,
               const Arrival   *arrival,
               TrucePlanResult *result,
               GError         **error)
{
  const TruceSort *sort = maker->spec->sort;
  TruceJsonDoc *doc = NULL;

  if (sort->len > 0)
    {
      doc = load_survivor (maker, survivor, result, error);
      if (doc == NULL)
        return FALSE;
    }
  return truce_sort_compare (sort, doc, survivor_id (maker, survivor), arrival->doc, arrival->id) < 0;
}

/* Where to look first: what was in the list mostly stays where it was, and what is new often goes to the end. */
static guint
guess_gap (Maker         *maker,
           const Arrival *arrival)
{
  guint position;

  if (maker->departures->len == 0 || !truce_id_list_find (maker->list, arrival->id, &position))
    return maker->n_survivors;

  for (guint low = 0, high = maker->departures->len;;)
    {
      guint middle = low + (high - low) / 2;

      if (departure (maker, middle) == position)
        return position - middle;
      if (departure (maker, middle) < position)
        low = middle + 1;
      else
        high = middle;
    }
}

/* The gap into which the arrival goes: not before that of the last one. The survivors to both sides of the guess
 * are asked first, then it is a binary search. */
static TrucePlanResult
find_gap (Maker   *maker,
          guint    least,
          Arrival *arrival,
          GError **error)
{
  guint guess = MAX (guess_gap (maker, arrival), least);
  guint low = least;
  guint high = maker->n_survivors;
  guint tries = 0;
  TrucePlanResult result = TRUCE_PLAN_MADE;

  while (low < high)
    {
      guint survivor = low + (high - low) / 2;

      if (tries == 0 && guess > low)
        survivor = guess - 1;
      else if (tries <= 1 && guess >= low && guess < high)
        survivor = guess;
      tries++;

      if (stands_before (maker, survivor, arrival, &result, error))
        low = survivor + 1;
      else
        high = survivor;
      if (result != TRUCE_PLAN_MADE)
        return result;
    }

  arrival->gap = low;
  return TRUCE_PLAN_MADE;
}

/* ---- who goes, who comes ---- */

static int
compare_positions (gconstpointer a,
                   gconstpointer b)
{
  guint x = *(const guint *) a;
  guint y = *(const guint *) b;

  return (x > y) - (x < y);
}

static int
compare_arrivals (gconstpointer a,
                  gconstpointer b,
                  gpointer      sort)
{
  const Arrival *x = a;
  const Arrival *y = b;

  return truce_sort_compare (sort, x->doc, x->id, y->doc, y->id);
}

/* What is written together mostly is in order. */
static void
sort_arrivals (Maker *maker)
{
  guint i = 1;

  while (i < maker->arrivals->len &&
         compare_arrivals (&g_array_index (maker->arrivals, Arrival, i - 1), &g_array_index (maker->arrivals, Arrival, i),
                           maker->spec->sort) < 0)
    i++;
  if (i < maker->arrivals->len)
    g_array_sort_with_data (maker->arrivals, compare_arrivals, maker->spec->sort);
}

static void
find_departures (Maker     *maker,
                 GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    {
      const TruceStoredRecord *row = g_ptr_array_index (rows, i);
      guint position;

      if (truce_id_list_find (maker->list, row->id, &position))
        g_array_append_val (maker->departures, position);
    }
  g_array_sort (maker->departures, compare_positions);
  maker->n_survivors = truce_id_list_length (maker->list) - maker->departures->len;
}

/* Takes the document. */
static void
add_arrival (Maker        *maker,
             guint         gap,
             const char   *id,
             TruceJsonDoc *doc)
{
  Arrival *arrival;

  g_array_set_size (maker->arrivals, maker->arrivals->len + 1);
  arrival = &g_array_index (maker->arrivals, Arrival, maker->arrivals->len - 1);
  arrival->gap = gap;
  arrival->id = id;
  arrival->doc = doc;
}

static TrucePlanResult
find_arrivals (Maker     *maker,
               GPtrArray *rows,
               GError   **error)
{
  for (guint i = 0; i < rows->len; i++)
    {
      TruceStoredRecord *row = g_ptr_array_index (rows, i);
      g_autoptr(TruceJsonDoc) doc = NULL;
      gboolean shown;

      if (!truce_query_spec_test (maker->spec, row, &shown, &doc, error))
        return TRUCE_PLAN_FAILED;
      if (shown)
        add_arrival (maker, 0, row->id, g_steal_pointer (&doc));
    }

  sort_arrivals (maker);
  return TRUCE_PLAN_MADE;
}

static TrucePlanResult
find_gaps (Maker   *maker,
           GError **error)
{
  guint least = 0;

  for (guint i = 0; i < maker->arrivals->len; i++)
    {
      Arrival *arrival = &g_array_index (maker->arrivals, Arrival, i);
      TrucePlanResult result = find_gap (maker, least, arrival, error);

      if (result != TRUCE_PLAN_MADE)
        return result;
      least = arrival->gap;
    }
  return TRUCE_PLAN_MADE;
}

/* ---- the limit ---- */

static void
remove_last (Maker *maker)
{
  guint last = maker->arrivals->len;
  guint position;

  if (last > 0 && g_array_index (maker->arrivals, Arrival, last - 1).gap == maker->n_survivors)
    {
      g_array_set_size (maker->arrivals, last - 1);
      return;
    }

  maker->n_survivors--;
  position = maker->n_survivors + count_departures (maker, maker->n_survivors);
  g_array_append_val (maker->departures, position);
  g_array_sort (maker->departures, compare_positions);
}

static gboolean
is_departure (const Maker *maker,
              guint        position)
{
  return bsearch (&position, maker->departures->data, maker->departures->len, sizeof (guint), compare_positions) != NULL;
}

typedef struct
{
  Maker *maker;
  guint n_known;                /* the first so many are in the list already */
  guint n;
  gboolean stale;
} TopUp;

static void
top_up_with (const char *id,
             gpointer    data)
{
  TopUp *top_up = data;
  guint position;

  if (top_up->n++ < top_up->n_known)
    return;
  if (truce_id_list_find (top_up->maker->list, id, &position) && !is_departure (top_up->maker, position))
    top_up->stale = TRUE;
  add_arrival (top_up->maker, top_up->maker->n_survivors, g_string_chunk_insert (top_up->maker->others, id), NULL);
}

/* A record that was in the list and fell behind its end may still be one of the first: then it is found again
 * here, and so is what was hidden behind the end. */
static TrucePlanResult
top_up (Maker   *maker,
        GError **error)
{
  TopUp data = { maker, maker->n_survivors + maker->arrivals->len, 0, FALSE };

  if (!truce_query_spec_run (maker->spec, maker->adapter, top_up_with, &data, error))
    return TRUCE_PLAN_FAILED;
  return data.stale ? TRUCE_PLAN_ASK_AGAIN : TRUCE_PLAN_MADE;
}

static TrucePlanResult
apply_limit (Maker   *maker,
             GError **error)
{
  guint limit = maker->spec->limit;
  gboolean was_full = truce_id_list_length (maker->list) == limit;

  while (was_full && maker->arrivals->len > 0 &&
         g_array_index (maker->arrivals, Arrival, maker->arrivals->len - 1).gap == maker->n_survivors)
    g_array_set_size (maker->arrivals, maker->arrivals->len - 1);
  while (maker->n_survivors + maker->arrivals->len > limit)
    remove_last (maker);

  return was_full && maker->n_survivors + maker->arrivals->len < limit ? top_up (maker, error) : TRUCE_PLAN_MADE;
}

/* ---- splices ---- */

static void
make_splices (Maker          *maker,
              TruceQueryPlan *plan)
{
  guint gone = 0;
  guint come = 0;
  guint last_gap = 0;

  while (gone < maker->departures->len || come < maker->arrivals->len)
    {
      guint leaves = gone < maker->departures->len ? departure (maker, gone) - gone : G_MAXUINT;
      guint enters = come < maker->arrivals->len ? g_array_index (maker->arrivals, Arrival, come).gap : G_MAXUINT;
      guint gap = MIN (leaves, enters);
      TruceSplice splice = { .position = gap + come, .first = come };

      for (; gone < maker->departures->len && departure (maker, gone) - gone == gap; gone++)
        splice.removed++;
      for (; come < maker->arrivals->len && g_array_index (maker->arrivals, Arrival, come).gap == gap; come++)
        {
          splice.added++;
          g_ptr_array_add (plan->ids, (char *) g_array_index (maker->arrivals, Arrival, come).id);
        }
      splice.joined = plan->splices->len > 0 && gap - last_gap <= 1;
      last_gap = gap;
      g_array_append_val (plan->splices, splice);
    }

  for (guint i = 1; i < plan->splices->len && plan->splices->len > N_SPLICES_MAX; i++)
    g_array_index (plan->splices, TruceSplice, i).joined = TRUE;
}

/* Whether to ask for all again costs less: to read a record takes as long as 80 rows of an answer from an index, or
 * 7 of one that is sorted; to find a place among ids, as long as three. */
static gboolean
is_too_much (const TruceQuerySpec *spec,
             guint                 n_list,
             guint                 n_rows)
{
  guint cost = spec->sort->len > 0 ? (g_bit_storage (n_list) + 1) * 40 : 3;

  return n_rows > N_ROWS_FEW && (guint64) n_rows * cost > n_list;
}

gboolean
truce_query_plan_reads (const TruceQuerySpec *spec)
{
  return spec->sort->len > 0 || spec->limit != G_MAXUINT;
}

static TrucePlanResult
make (Maker          *maker,
      TruceQueryPlan *plan,
      GPtrArray      *rows,
      GError        **error)
{
  TrucePlanResult result;

  find_departures (maker, rows);
  result = find_arrivals (maker, rows, error);
  if (result == TRUCE_PLAN_MADE)
    result = find_gaps (maker, error);
  if (result == TRUCE_PLAN_MADE)
    result = apply_limit (maker, error);
  if (result == TRUCE_PLAN_MADE)
    make_splices (maker, plan);
  return result;
}

TrucePlanResult
truce_query_plan_make (TruceQueryPlan       *self,
                       const TruceQuerySpec *spec,
                       TruceStoreAdapter    *adapter,
                       TruceIdList          *list,
                       GPtrArray            *rows,
                       gint64                version,
                       GError              **error)
{
  Maker maker = { .spec = spec, .adapter = adapter, .list = list, .version = version };
  TrucePlanResult result;

  if (is_too_much (spec, truce_id_list_length (list), rows->len))
    return TRUCE_PLAN_ASK_AGAIN;

  self->splices = g_array_new (FALSE, FALSE, sizeof (TruceSplice));
  self->ids = g_ptr_array_new ();
  self->others = g_string_chunk_new (256);
  maker.others = self->others;
  maker.departures = g_array_new (FALSE, FALSE, sizeof (guint));
  maker.arrivals = g_array_new (FALSE, TRUE, sizeof (Arrival));
  g_array_set_clear_func (maker.arrivals, clear_arrival);
  maker.docs = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) truce_json_doc_unref);
  result = make (&maker, self, rows, error);
  g_array_unref (maker.departures);
  g_array_unref (maker.arrivals);
  g_hash_table_unref (maker.docs);
  return result;
}

void
truce_query_plan_clear (TruceQueryPlan *self)
{
  g_clear_pointer (&self->splices, g_array_unref);
  g_clear_pointer (&self->ids, g_ptr_array_unref);
  g_clear_pointer (&self->others, g_string_chunk_free);
}

/* ---- two lists ---- */

static gboolean
is_same (const TruceIdList *from,
         guint              a,
         const TruceIdList *to,
         guint              b,
         GHashTable        *changed)
{
  const char *id = truce_id_list_get (from, a);

  return strcmp (id, truce_id_list_get (to, b)) == 0 && (changed == NULL || !g_hash_table_contains (changed, id));
}

TruceSplice
truce_query_plan_diff (const TruceIdList *from,
                       const TruceIdList *to,
                       GHashTable        *changed)
{
  guint n_from = truce_id_list_length (from);
  guint n_to = truce_id_list_length (to);
  guint n_least = MIN (n_from, n_to);
  guint before = 0;
  guint behind = 0;

  while (before < n_least && is_same (from, before, to, before, changed))
    before++;
  while (behind < n_least - before && is_same (from, n_from - behind - 1, to, n_to - behind - 1, changed))
    behind++;

  return (TruceSplice) { .position = before, .removed = n_from - before - behind, .added = n_to - before - behind };
}
