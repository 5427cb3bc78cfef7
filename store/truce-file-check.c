/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-file-check.h"

struct _TruceFileCheck
{
  GThread *thread;              /* owned */
  GCancellable *cancellable;    /* owned */
  char *path;                   /* owned */

  GMutex mutex;                 /* guards what follows */
  GCond ended;
  gboolean done;
  char **problems;              /* owned, or NULL */
  GError *error;                /* owned, or NULL */
};

static gpointer
check_file (gpointer data)
{
  TruceFileCheck *self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSqliteAdapter) adapter = truce_sqlite_adapter_new (self->path, TRUCE_SQLITE_READ_ONLY, &error);
  char **problems = NULL;

  if (adapter != NULL)
    problems = truce_store_adapter_verify (TRUCE_STORE_ADAPTER (adapter), self->cancellable, &error);

  g_mutex_lock (&self->mutex);
  self->problems = problems;
  self->error = g_steal_pointer (&error);
  self->done = TRUE;
  g_cond_signal (&self->ended);
  g_mutex_unlock (&self->mutex);
  return NULL;
}

TruceFileCheck *
truce_file_check_start (TruceSqliteAdapter *adapter)
{
  TruceFileCheck *self = g_new0 (TruceFileCheck, 1);

  self->path = g_strdup (truce_sqlite_adapter_get_path (adapter));
  self->cancellable = g_cancellable_new ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->ended);
  self->thread = g_thread_new ("truce-verify", check_file, self);
  return self;
}

gboolean
truce_file_check_wait (TruceFileCheck *self,
                       gint64          deadline,
                       char         ***problems,
                       GError        **error)
{
  gboolean done;

  g_mutex_lock (&self->mutex);
  while (!self->done && g_cond_wait_until (&self->ended, &self->mutex, deadline))
    continue;
  done = self->done;
  if (done)
    *problems = g_steal_pointer (&self->problems);
  if (done && self->error != NULL)
    g_propagate_error (error, g_steal_pointer (&self->error));
  g_mutex_unlock (&self->mutex);
  return done;
}

void
truce_file_check_free (TruceFileCheck *self)
{
  if (self == NULL)
    return;

  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->thread);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->ended);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->problems, g_strfreev);
  g_clear_error (&self->error);
  g_free (self->path);
  g_free (self);
}
