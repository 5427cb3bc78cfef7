/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Long work in slices: one step function serves a synchronous call and an asynchronous one. Private. */

#include <gio/gio.h>

#include "truce-progress.h"

G_BEGIN_DECLS

/* How far the work has come. The step function sets it. */
typedef struct
{
  gint64 done;
  gint64 total;                 /* 0: unknown */
  gboolean finished;            /* nothing is left to do */
} TruceJobState;

/* Does a part of the work: at least a little, and no more once `deadline` (µs, as g_get_monotonic_time())
 * has passed. Leaves everything outside as it may stay for ever, since no other slice may follow: no
 * transaction open, no lock held. FALSE ends the work with an error. */
typedef gboolean (*TruceJobStep) (gpointer        work,
                                  gint64          deadline,
                                  TruceJobState  *state,
                                  GError        **error);

/* Steps until the work is finished, fails or is cancelled; the cancellable is looked at before each slice.
 * What was done before a failure stays done. */
gboolean truce_job_run    (TruceJobStep         step,
                           gpointer             work,
                           TruceProgressFunc    progress,
                           gpointer             progress_data,
                           GCancellable        *cancellable,
                           GError             **error);

/* The same from the caller's main context (g_main_context_ref_thread_default), a slice an iteration, below
 * the priority of input and drawing. Takes work and progress_data; source_object is kept until the end.
 * callback is called exactly once, later, in that context. */
void     truce_job_start  (gpointer             source_object,
                           gpointer             tag,
                           TruceJobStep         step,
                           gpointer             work,
                           GDestroyNotify       free_work,
                           TruceProgressFunc    progress,
                           gpointer             progress_data,
                           GDestroyNotify       free_progress_data,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data);

/* The work, in which its results stand; it is owned by the GAsyncResult. NULL with an error. tag: that of
 * truce_job_start(). */
gpointer truce_job_finish (gpointer             source_object,
                           GAsyncResult        *result,
                           gpointer             tag,
                           GError             **error);

G_END_DECLS
