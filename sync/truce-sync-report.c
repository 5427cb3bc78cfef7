/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-sync-private.h"

/**
 * TruceSyncReport:
 *
 * What a sync has done.
 *
 * Since: 1.0
 */
struct _TruceSyncReport
{
  gatomicrefcount refs;
  TruceSessionCounts counts;
  gboolean complete;
};

G_DEFINE_BOXED_TYPE (TruceSyncReport, truce_sync_report, truce_sync_report_ref, truce_sync_report_unref)

TruceSyncReport *
truce_sync_report_new (const TruceSessionCounts *counts,
                       gboolean complete)
{
  TruceSyncReport *self = g_new0 (TruceSyncReport, 1);

  g_atomic_ref_count_init (&self->refs);
  self->counts = *counts;
  self->complete = complete;
  return self;
}

/**
 * truce_sync_report_ref:
 * @self: a report
 *
 * Takes a reference.
 *
 * Returns: (transfer full): the report
 *
 * Since: 1.0
 */
TruceSyncReport *
truce_sync_report_ref (TruceSyncReport *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * truce_sync_report_unref:
 * @self: (transfer full): a report
 *
 * Gives a reference back.
 *
 * Since: 1.0
 */
void
truce_sync_report_unref (TruceSyncReport *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->refs))
    g_free (self);
}

/**
 * truce_sync_report_is_complete:
 * @self: a report
 *
 * Says whether the sync came to its end, and not only to that of its budget.
 *
 * Returns: whether it did
 *
 * Since: 1.0
 */
gboolean
truce_sync_report_is_complete (const TruceSyncReport *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->complete;
}

/**
 * truce_sync_report_get_n_pushed:
 * @self: a report
 *
 * Gets how many changes the remote accepted.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_sync_report_get_n_pushed (const TruceSyncReport *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->counts.pushed;
}

/**
 * truce_sync_report_get_n_pulled:
 * @self: a report
 *
 * Gets how many records that came from the remote changed something here.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_sync_report_get_n_pulled (const TruceSyncReport *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->counts.pulled;
}

/**
 * truce_sync_report_get_n_failed:
 * @self: a report
 *
 * Gets how many records the remote rejected; they wait in the inbox.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_sync_report_get_n_failed (const TruceSyncReport *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->counts.failed;
}

/**
 * truce_sync_report_get_n_conflicted:
 * @self: a report
 *
 * Gets how many records met a conflict that is left to a person; they wait in
 * the inbox.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_sync_report_get_n_conflicted (const TruceSyncReport *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->counts.conflicted;
}

/**
 * truce_sync_report_get_n_retried:
 * @self: a report
 *
 * Gets how many records were put off; they are tried again later.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_sync_report_get_n_retried (const TruceSyncReport *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->counts.retried;
}

/**
 * truce_sync_report_get_n_skipped:
 * @self: a report
 *
 * Gets how many records were held back, since one that they refer to has not
 * arrived.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_sync_report_get_n_skipped (const TruceSyncReport *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->counts.skipped;
}

/**
 * truce_sync_report_get_n_removed:
 * @self: a report
 *
 * Gets how many records went here because they are gone at the remote, or are
 * outside of the filter.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_sync_report_get_n_removed (const TruceSyncReport *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->counts.removed;
}

/**
 * truce_sync_report_get_n_exchanges:
 * @self: a report
 *
 * Gets how often the remote was called.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_sync_report_get_n_exchanges (const TruceSyncReport *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->counts.exchanges;
}
