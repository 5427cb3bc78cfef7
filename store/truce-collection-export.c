/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A slice reads on behind the id that the one before ended with, in a snapshot of its own: a long export holds
 * nothing that others wait for, and a record that changes meanwhile is written as it was or as it is.
 *
 * The id stands first in its line, where people look for it. A record that has a field of that name can't be
 * written so that an import reads it back, unless the field says the same. */

#include "truce-collection-export.h"

#include <string.h>

#include "truce-job.h"
#include "truce-json.h"
#include "truce-store-private.h"

/* Bytes that are gathered before they are written. */
#define CHUNK (64u * 1024)

typedef struct
{
  TruceCollection *collection;  /* owned */
  TruceStoreAdapter *adapter;   /* owned */
  GOutputStream *stream;        /* owned */
  TruceRecordFailureFunc failed;       /* or NULL */
  gpointer failed_data;         /* owned if failed_destroy is set */
  GDestroyNotify failed_destroy;
  GPtrArray *failures;          /* of GError *, owned, */
  GPtrArray *failed_ids;        /* and of char *, owned: those of this slice */
  char *id;                     /* owned: the last record read; NULL: none yet */
  GString *out;                 /* owned: not written yet */
  gint64 n_exported;
  gint64 n_seen;                /* those and the failed ones */
  gint64 total;                 /* records when it began */
} Export;

static gint64
n_records (TruceCollection *collection)
{
  TruceCollectionInfo *info = truce_store_info (truce_collection_get_store (collection),
                                                truce_collection_get_name (collection), NULL);

  return info != NULL ? info->counts.n_records : 0;
}

static Export *
export_new (TruceCollection       *collection,
            GOutputStream         *stream,
            TruceRecordFailureFunc failed,
            gpointer               failed_data,
            GDestroyNotify         failed_destroy)
{
  Export *self = g_new0 (Export, 1);

  self->collection = g_object_ref (collection);
  self->adapter = g_object_ref (truce_store_get_adapter (truce_collection_get_store (collection)));
  self->stream = g_object_ref (stream);
  self->failed = failed;
  self->failed_data = failed_data;
  self->failed_destroy = failed_destroy;
  self->failures = g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);
  self->failed_ids = g_ptr_array_new_with_free_func (g_free);
  self->out = g_string_sized_new (CHUNK);
  self->total = n_records (collection);
  return self;
}

static void
export_free (gpointer data)
{
  Export *self = data;

  if (self->failed_destroy != NULL)
    self->failed_destroy (self->failed_data);
  g_ptr_array_unref (self->failures);
  g_ptr_array_unref (self->failed_ids);
  g_string_free (self->out, TRUE);
  g_free (self->id);
  g_object_unref (self->stream);
  g_object_unref (self->adapter);
  g_object_unref (self->collection);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Export, export_free)

/* ---- lines ---- */

/* Whether the record has a member “id”. Most have none, and then the text tells so at a glance: names in a stored
 * text have their least escapes. */
static gboolean
has_own_id (const TruceStoredRecord *record)
{
  g_autoptr(TruceJsonDoc) doc = NULL;

  if (strstr (record->value, "\"id\"") == NULL)
    return FALSE;
  doc = truce_json_doc_parse_text (record->value, record->value_length, NULL);
  return doc != NULL && truce_json_member (doc, 0, "id") != TRUCE_JSON_NONE;
}

static void
append_line (Export                  *self,
             const TruceStoredRecord *record)
{
  gboolean is_empty = record->value_length <= strlen ("{}");

  g_string_append (self->out, "{\"id\":");
  truce_json_write_string (self->out, record->id, -1);
  if (!is_empty)
    g_string_append_c (self->out, ',');
  g_string_append_len (self->out, record->value + 1, record->value_length - 1);
  g_string_append_c (self->out, '\n');
  self->n_exported++;
}

static void
append_record (Export                  *self,
               const TruceStoredRecord *record)
{
  if (record->value == NULL)
    return;
  self->n_seen++;
  if (has_own_id (record))
    {
      g_ptr_array_add (self->failed_ids, g_strdup (record->id));
      g_ptr_array_add (self->failures, g_error_new (TRUCE_ERROR, TRUCE_ERROR_UNSUPPORTED,
                                                    "%s/%s: a field of its own is called “id”",
                                                    record->collection, record->id));
      return;
    }
  append_line (self, record);
}

static gboolean
flush (Export  *self,
       GError **error)
{
  gboolean written = g_output_stream_write_all (self->stream, self->out->str, self->out->len, NULL, NULL, error);

  g_string_truncate (self->out, 0);
  return written;
}

/* ---- slices ---- */

/* Reads records until a chunk is full or time is over. */
static gboolean
read_records (Export   *self,
              gint64    deadline,
              gboolean *finished,
              GError  **error)
{
  const char *name = truce_collection_get_name (self->collection);

  while (self->out->len < CHUNK)
    {
      g_autoptr(GError) reason = NULL;
      g_autoptr(TruceStoredRecord) record = truce_store_adapter_next (self->adapter, name, self->id, &reason);

      if (reason != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      *finished = record == NULL;
      if (*finished)
        break;

      append_record (self, record);
      g_free (self->id);
      self->id = g_strdup (record->id);
      if (g_get_monotonic_time () >= deadline)
        break;
    }
  return TRUE;
}

static void
tell_failures (Export *self)
{
  for (guint i = 0; self->failed != NULL && i < self->failures->len; i++)
    self->failed (truce_collection_get_name (self->collection), g_ptr_array_index (self->failed_ids, i),
                  g_ptr_array_index (self->failures, i), self->failed_data);
  g_ptr_array_set_size (self->failed_ids, 0);
  g_ptr_array_set_size (self->failures, 0);
}

static gboolean
export_step (gpointer       data,
             gint64         deadline,
             TruceJobState *state,
             GError       **error)
{
  Export *self = data;
  gboolean done;

  if (!truce_store_adapter_begin (self->adapter, FALSE, error))
    return FALSE;
  done = read_records (self, deadline, &state->finished, error);
  truce_store_adapter_rollback (self->adapter);

  tell_failures (self);
  state->done = self->n_seen;
  state->total = MAX (self->total, self->n_seen);
  return done && flush (self, error);
}

/**
 * truce_collection_export:
 * @self: a collection
 * @stream: where records are written to
 * @failed: (nullable) (scope call) (closure failed_data): told of each record
 *   that was not exported
 * @failed_data: what is given to @failed
 * @progress: (nullable) (scope call) (closure progress_data): told of the
 *   records that were read, of all
 * @progress_data: what is given to @progress
 * @cancellable: (nullable): what may stop it
 * @error: return location for an error
 *
 * Writes the records, a JSON object a line (NDJSON, JSON Lines), in ascending
 * order of their ids by bytes.
 *
 * A line begins with the member `id`; the fields follow, in order of their names.
 * What [method@Collection.import] reads gives the same records. Deleted ones are
 * left out. A record with a field called `id` can't be told from others so, and
 * is left out too: @failed is told of it.
 *
 * A record that is written to meanwhile may be exported as it was or as it is.
 * Memory does not grow with the collection. The stream is neither flushed nor
 * closed.
 *
 * This blocks until the end. A program with a main loop calls
 * [method@Collection.export_async].
 *
 * Returns: how many records were exported, or -1 with an error: what the store
 *   or the stream gave
 *
 * Since: 1.0
 */
gint64
truce_collection_export (TruceCollection       *self,
                         GOutputStream         *stream,
                         TruceRecordFailureFunc failed,
                         gpointer               failed_data,
                         TruceProgressFunc      progress,
                         gpointer               progress_data,
                         GCancellable          *cancellable,
                         GError               **error)
{
  g_autoptr(Export) export = NULL;

  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), -1);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (stream), -1);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  export = export_new (self, stream, failed, failed_data, NULL);
  if (!truce_job_run (export_step, export, progress, progress_data, cancellable, error))
    return -1;
  return export->n_exported;
}

/**
 * truce_collection_export_async:
 * @self: a collection
 * @stream: where records are written to
 * @failed: (nullable) (scope notified) (closure failed_data) (destroy failed_destroy):
 *   told of each record that was not exported
 * @failed_data: what is given to @failed
 * @failed_destroy: (nullable): frees @failed_data
 * @progress: (nullable) (scope notified) (closure progress_data) (destroy progress_destroy):
 *   told of the records that were read
 * @progress_data: what is given to @progress
 * @progress_destroy: (nullable): frees @progress_data
 * @cancellable: (nullable): what may stop it
 * @callback: (nullable): called at the end
 * @user_data: what is given to @callback
 *
 * Does what [method@Collection.export] does, some milliseconds at a time, in
 * the caller's main context. Everything that is called is called there.
 *
 * The stream is written without waiting in another thread: take a file, or
 * memory, rather than a network.
 *
 * Since: 1.0
 */
void
truce_collection_export_async (TruceCollection       *self,
                               GOutputStream         *stream,
                               TruceRecordFailureFunc failed,
                               gpointer               failed_data,
                               GDestroyNotify         failed_destroy,
                               TruceProgressFunc      progress,
                               gpointer               progress_data,
                               GDestroyNotify         progress_destroy,
                               GCancellable          *cancellable,
                               GAsyncReadyCallback    callback,
                               gpointer               user_data)
{
  Export *export;

  g_return_if_fail (TRUCE_IS_COLLECTION (self));
  g_return_if_fail (G_IS_OUTPUT_STREAM (stream));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  export = export_new (self, stream, failed, failed_data, failed_destroy);
  truce_job_start (self, truce_collection_export_async, export_step, export, export_free,
                   progress, progress_data, progress_destroy, cancellable, callback, user_data);
}

/**
 * truce_collection_export_finish:
 * @self: a collection
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Collection.export_async].
 *
 * Returns: how many records were exported, or -1 with an error
 *
 * Since: 1.0
 */
gint64
truce_collection_export_finish (TruceCollection *self,
                                GAsyncResult    *result,
                                GError         **error)
{
  Export *export;

  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), -1);
  g_return_val_if_fail (g_task_is_valid (result, self), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  export = truce_job_finish (self, result, truce_collection_export_async, error);
  return export != NULL ? export->n_exported : -1;
}
