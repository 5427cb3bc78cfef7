/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plain-remote.h"

typedef struct
{
  gint64 place;                 /* in the feed */
  char *text;                   /* owned; NULL: deleted */
} Row;

struct _PlainRemote
{
  GObject parent_instance;
  gboolean threaded;

  GMutex lock;                  /* guards all below */
  GCond wake;
  GHashTable *rows;             /* id → Row *, of the collection "task" */
  gint64 head;
  GQueue failures;              /* of GError * */
  GQueue waits;                 /* of gint64 *: the failures' Retry-After */
  GHashTable *rejected;         /* id → message */
  gboolean holding;
  guint nap;                    /* ms */
  void (*inside_func) (gpointer data);
  gpointer inside_data;

  guint n_inside;
  guint most;                   /* calls at once */
  guint n_opened;
  guint n_closed;
  guint n_cancelled;
  gboolean watching;
  GThread *thread;              /* of the last call */
};

static void plain_remote_iface_init (TruceRemoteInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PlainRemote, plain_remote, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_REMOTE, plain_remote_iface_init))

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->text);
  g_free (row);
}

static void
put_row (PlainRemote *self,
         const char  *id,
         const char  *text)
{
  Row *row = g_new0 (Row, 1);

  row->place = ++self->head;
  row->text = g_strdup (text);
  g_hash_table_replace (self->rows, g_strdup (id), row);
}

/* ---- each call ---- */

static gboolean
stay (PlainRemote  *self,
      GCancellable *cancellable)
{
  while (self->holding && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait_until (&self->wake, &self->lock, g_get_monotonic_time () + 2 * G_TIME_SPAN_MILLISECOND);
  if (g_cancellable_is_cancelled (cancellable))
    self->n_cancelled++;
  return !g_cancellable_is_cancelled (cancellable);
}

static gboolean
enter (PlainRemote  *self,
       GCancellable *cancellable,
       GError      **error)
{
  gboolean in;

  if (self->inside_func != NULL)
    self->inside_func (self->inside_data);
  g_mutex_lock (&self->lock);
  self->n_inside++;
  self->most = MAX (self->most, self->n_inside);
  self->thread = g_thread_self ();
  in = stay (self, cancellable);
  if (in)
    return TRUE;
  self->n_inside--;
  g_mutex_unlock (&self->lock);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "called off");
  return FALSE;
}

static gboolean
exit_well (PlainRemote *self)
{
  self->n_inside--;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
plain_remote_open (TruceRemote  *remote,
                   TruceHello   *hello,
                   GCancellable *cancellable,
                   GError      **error)
{
  PlainRemote *self = PLAIN_REMOTE (remote);
  GError *failure;
  gint64 *wait;

  if (!enter (self, cancellable, error))
    return FALSE;
  self->n_opened++;
  failure = g_queue_pop_head (&self->failures);
  wait = g_queue_pop_head (&self->waits);
  if (wait != NULL && *wait >= 0)
    truce_exchange_set_retry_after_ms (TRUCE_EXCHANGE (hello), *wait);
  g_free (wait);
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      exit_well (self);
      return FALSE;
    }
  truce_hello_welcome (hello, "session");
  truce_hello_set_head (hello, self->head);
  return exit_well (self);
}

static gboolean
plain_remote_push (TruceRemote  *remote,
                   TrucePush    *push,
                   GCancellable *cancellable,
                   GError      **error)
{
  PlainRemote *self = PLAIN_REMOTE (remote);

  if (!enter (self, cancellable, error))
    return FALSE;
  for (guint i = 0; i < truce_push_get_n_changes (push); i++)
    {
      g_autoptr(TruceChange) change = truce_push_get_change (push, i);
      const char *id = truce_change_get_id (change);
      const char *refused = g_hash_table_lookup (self->rejected, id);

      if (refused != NULL)
        {
          truce_push_reject (push, i, TRUCE_ERROR_REJECTED, refused);
          continue;
        }
      put_row (self, id, truce_change_get_text (change));
      truce_push_accept (push, i, NULL);
    }
  if (self->nap > 0)
    g_usleep (self->nap * 1000);
  return exit_well (self);
}

static int
compare_places (gconstpointer a,
                gconstpointer b,
                gpointer      rows)
{
  const Row *row_a = g_hash_table_lookup (rows, *(const char *const *) a);
  const Row *row_b = g_hash_table_lookup (rows, *(const char *const *) b);

  return row_a->place < row_b->place ? -1 : row_a->place > row_b->place;
}

static gboolean
plain_remote_pull (TruceRemote  *remote,
                   TrucePull    *pull,
                   GCancellable *cancellable,
                   GError      **error)
{
  PlainRemote *self = PLAIN_REMOTE (remote);
  g_autofree char **ids = NULL;
  guint n_ids;
  guint n_given = 0;
  gint64 cursor = truce_pull_get_cursor (pull);

  if (!enter (self, cancellable, error))
    return FALSE;
  ids = (char **) g_hash_table_get_keys_as_array (self->rows, &n_ids);
  g_qsort_with_data (ids, n_ids, sizeof *ids, compare_places, self->rows);
  for (guint i = 0; i < n_ids && n_given < truce_pull_get_limit (pull); i++)
    {
      const Row *row = g_hash_table_lookup (self->rows, ids[i]);

      if (row->place <= truce_pull_get_cursor (pull))
        continue;
      truce_pull_add (pull, "task", ids[i], row->text, NULL);
      cursor = row->place;
      n_given++;
    }
  if (n_given < truce_pull_get_limit (pull))
    cursor = self->head;
  truce_pull_finish (pull, cursor, n_given == truce_pull_get_limit (pull));
  return exit_well (self);
}

static int
compare_ids (gconstpointer a,
             gconstpointer b,
             gpointer      data)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
plain_remote_list (TruceRemote  *remote,
                   TruceListing *listing,
                   GCancellable *cancellable,
                   GError      **error)
{
  PlainRemote *self = PLAIN_REMOTE (remote);
  g_autofree char **ids = NULL;
  guint n_ids;

  if (!enter (self, cancellable, error))
    return FALSE;
  ids = (char **) g_hash_table_get_keys_as_array (self->rows, &n_ids);
  g_qsort_with_data (ids, n_ids, sizeof *ids, compare_ids, NULL);
  for (guint i = 0; i < n_ids; i++)
    if (((Row *) g_hash_table_lookup (self->rows, ids[i]))->text != NULL)
      truce_listing_add (listing, "task", ids[i]);
  truce_listing_finish (listing, FALSE);
  return exit_well (self);
}

static gboolean
plain_remote_close (TruceRemote   *remote,
                    TruceExchange *bye,
                    GCancellable  *cancellable,
                    GError       **error)
{
  PlainRemote *self = PLAIN_REMOTE (remote);

  if (!enter (self, cancellable, error))
    return FALSE;
  self->n_closed++;
  return exit_well (self);
}

static gboolean
plain_remote_watch (TruceRemote *remote,
                    gboolean     watching,
                    GError     **error)
{
  PLAIN_REMOTE (remote)->watching = watching;
  return TRUE;
}

static gboolean
plain_remote_get_threaded (TruceRemote *remote)
{
  return PLAIN_REMOTE (remote)->threaded;
}

static void
plain_remote_iface_init (TruceRemoteInterface *iface)
{
  iface->open = plain_remote_open;
  iface->push = plain_remote_push;
  iface->pull = plain_remote_pull;
  iface->list = plain_remote_list;
  iface->close = plain_remote_close;
  iface->watch = plain_remote_watch;
  iface->get_threaded = plain_remote_get_threaded;
}

/* ---- the object ---- */

static void
plain_remote_finalize (GObject *object)
{
  PlainRemote *self = PLAIN_REMOTE (object);

  g_assert_cmpuint (self->n_inside, ==, 0);
  g_queue_clear_full (&self->failures, (GDestroyNotify) g_error_free);
  g_queue_clear_full (&self->waits, g_free);
  g_hash_table_unref (self->rejected);
  g_hash_table_unref (self->rows);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);

  G_OBJECT_CLASS (plain_remote_parent_class)->finalize (object);
}

static void
plain_remote_class_init (PlainRemoteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = plain_remote_finalize;
}

static void
plain_remote_init (PlainRemote *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, row_free);
  self->rejected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

PlainRemote *
plain_remote_new (gboolean threaded)
{
  PlainRemote *self = g_object_new (PLAIN_TYPE_REMOTE, NULL);

  self->threaded = threaded;
  return self;
}

void
plain_remote_put (PlainRemote *self,
                  const char  *id,
                  const char  *text)
{
  g_mutex_lock (&self->lock);
  put_row (self, id, text);
  g_mutex_unlock (&self->lock);
}

char *
plain_remote_dup (PlainRemote *self,
                  const char  *id)
{
  const Row *row;
  char *text;

  g_mutex_lock (&self->lock);
  row = g_hash_table_lookup (self->rows, id);
  text = row != NULL ? g_strdup (row->text) : NULL;
  g_mutex_unlock (&self->lock);
  return text;
}

guint
plain_remote_count (PlainRemote *self)
{
  return g_hash_table_size (self->rows);
}

void
plain_remote_forget (PlainRemote *self)
{
  g_mutex_lock (&self->lock);
  g_hash_table_remove_all (self->rows);
  g_mutex_unlock (&self->lock);
}

void
plain_remote_fail (PlainRemote *self,
                   GQuark       domain,
                   int          code,
                   gint64       retry_after)
{
  g_queue_push_tail (&self->failures, g_error_new_literal (domain, code, "no such luck"));
  g_queue_push_tail (&self->waits, g_memdup2 (&retry_after, sizeof retry_after));
}

void
plain_remote_reject (PlainRemote *self,
                     const char  *id,
                     const char  *message)
{
  if (message != NULL)
    g_hash_table_replace (self->rejected, g_strdup (id), g_strdup (message));
  else
    g_hash_table_remove (self->rejected, id);
}

static void
set_holding (PlainRemote *self,
             gboolean     holding)
{
  g_mutex_lock (&self->lock);
  self->holding = holding;
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->lock);
}

void
plain_remote_hold (PlainRemote *self)
{
  set_holding (self, TRUE);
}

void
plain_remote_release (PlainRemote *self)
{
  set_holding (self, FALSE);
}

gboolean
plain_remote_is_held (PlainRemote *self)
{
  gboolean held;

  g_mutex_lock (&self->lock);
  held = self->holding && self->n_inside > 0;
  g_mutex_unlock (&self->lock);
  return held;
}

void
plain_remote_set_nap (PlainRemote *self,
                      guint        milliseconds)
{
  self->nap = milliseconds;
}

void
plain_remote_set_inside (PlainRemote *self,
                         void (      *func ) (gpointer data),
                         gpointer     data)
{
  self->inside_func = func;
  self->inside_data = data;
}

guint
plain_remote_get_opened (PlainRemote *self)
{
  return self->n_opened;
}

guint
plain_remote_get_closed (PlainRemote *self)
{
  return self->n_closed;
}

guint
plain_remote_get_cancelled (PlainRemote *self)
{
  return self->n_cancelled;
}

guint
plain_remote_get_most (PlainRemote *self)
{
  return self->most;
}

gboolean
plain_remote_get_watching (PlainRemote *self)
{
  return self->watching;
}

GThread *
plain_remote_get_thread (PlainRemote *self)
{
  return self->thread;
}
