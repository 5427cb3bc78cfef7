/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A slice takes lines until its time is over or it has so many, all in one transaction: that is what makes an
 * import fast, and what keeps its memory flat. A line that can't be a record of this collection is noted and told
 * of after the transaction, since whoever is told may want to write. What is wrong with the file or the disk is
 * the end of the import; what the slices before have brought stays. */

#include "truce-collection-import.h"
#include "truce-job.h"
#include "truce-ndjson-reader.h"
#include "truce-store-private.h"

/* Lines in a transaction. */
#define LINES_MAX 1000

typedef struct
{
  gint64 line;
  GError *error;                /* owned */
} Failure;

static void
failure_clear (gpointer data)
{
  Failure *failure = data;

  g_clear_error (&failure->error);
}

typedef struct
{
  TruceCollection *collection;  /* owned */
  TruceStore *store;            /* owned */
  TruceNdjsonReader *reader;    /* owned */
  TruceImportFlags flags;
  TruceImportFunc failed;       /* or NULL */
  gpointer failed_data;         /* owned if failed_destroy is set */
  GDestroyNotify failed_destroy;
  GArray *failures;             /* of Failure: those of this slice */
  gint64 total;                 /* bytes of the file; 0: unknown */
  gint64 n_imported;
} Import;

/* Only of a file is it known without reading it. */
static gint64
size_of (GInputStream *stream)
{
  g_autoptr(GFileInfo) info = NULL;

  if (G_IS_FILE_INPUT_STREAM (stream))
    info = g_file_input_stream_query_info (G_FILE_INPUT_STREAM (stream), G_FILE_ATTRIBUTE_STANDARD_SIZE, NULL, NULL);
  return info != NULL ? g_file_info_get_size (info) : 0;
}

static Import *
import_new (TruceCollection *collection,
            GInputStream    *stream,
            TruceImportFlags flags,
            TruceImportFunc  failed,
            gpointer         failed_data,
            GDestroyNotify   failed_destroy)
{
  Import *self = g_new0 (Import, 1);

  self->collection = g_object_ref (collection);
  self->store = g_object_ref (truce_collection_get_store (collection));
  self->reader = truce_ndjson_reader_new (stream);
  self->flags = flags;
  self->failed = failed;
  self->failed_data = failed_data;
  self->failed_destroy = failed_destroy;
  self->failures = g_array_new (FALSE, FALSE, sizeof (Failure));
  g_array_set_clear_func (self->failures, failure_clear);
  self->total = size_of (stream);
  return self;
}

static void
import_free (gpointer data)
{
  Import *self = data;

  if (self->failed_destroy != NULL)
    self->failed_destroy (self->failed_data);
  g_array_unref (self->failures);
  truce_ndjson_reader_free (self->reader);
  g_object_unref (self->store);
  g_object_unref (self->collection);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Import, import_free)

/* What the line alone is to blame for: the next one may fare better. */
static gboolean
is_about_line (const GError *error)
{
  return g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA) ||
         g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE) ||
         g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_CONFLICT);
}

/* Takes error. */
static void
note (Import *self,
      gint64  line,
      GError *error)
{
  Failure failure = { line, error };

  g_array_append_val (self->failures, failure);
}

/* FALSE where it is not the line's fault. */
static gboolean
put_line (Import                *self,
          const TruceNdjsonLine *line,
          GError               **error)
{
  TruceOperation operation = { .verb = TRUCE_VERB_PUT, .id = line->id, .text = line->text };
  TruceDone done = { 0 };
  gboolean good;

  operation.collection = truce_collection_get_name (self->collection);
  truce_store_do (self->store, &operation, FALSE, &done);
  good = done.error == NULL || is_about_line (done.error);
  if (!good)
    {
      g_propagate_error (error, g_steal_pointer (&done.error));
    }
  else if (done.error != NULL)
    {
      g_prefix_error (&done.error, "%" G_GINT64_FORMAT ": ", line->number);
      note (self, line->number, g_steal_pointer (&done.error));
    }
  else
    {
      self->n_imported++;
    }
  truce_done_clear (&done);
  return good;
}

/* The lines of one transaction, which is open. */
static gboolean
put_lines (Import   *self,
           gint64    deadline,
           gboolean *finished,
           GError  **error)
{
  for (guint n = 0; n < LINES_MAX; n++)
    {
      g_autoptr(GError) reason = NULL;
      TruceNdjsonLine line;

      switch (truce_ndjson_reader_next (self->reader, &line, &reason))
        {
        case TRUCE_NDJSON_RECORD:
          if (!put_line (self, &line, error))
            return FALSE;
          break;
        case TRUCE_NDJSON_BAD:
          note (self, line.number, g_steal_pointer (&reason));
          break;
        case TRUCE_NDJSON_END:
          *finished = TRUE;
          return TRUE;
        case TRUCE_NDJSON_FAILED:
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      if (g_get_monotonic_time () >= deadline)
        return TRUE;
    }
  return TRUE;
}

static gboolean
run_transaction (Import   *self,
                 gint64    deadline,
                 gboolean *finished,
                 GError  **error)
{
  gboolean outbox = self->store->outbox;
  gboolean done;

  if (!truce_store_begin (self->store, error))
    return FALSE;

  /* Nobody else is asked before the transaction has ended. */
  self->store->outbox = outbox && (self->flags & TRUCE_IMPORT_SYNCED) == 0;
  done = put_lines (self, deadline, finished, error);
  self->store->outbox = outbox;

  if (done)
    return truce_store_commit (self->store, error);
  truce_store_rollback (self->store);
  return FALSE;
}

static void
tell_failures (Import *self)
{
  for (guint i = 0; self->failed != NULL && i < self->failures->len; i++)
    {
      const Failure *failure = &g_array_index (self->failures, Failure, i);

      self->failed (failure->line, failure->error, self->failed_data);
    }
  g_array_set_size (self->failures, 0);
}

static gboolean
import_step (gpointer       data,
             gint64         deadline,
             TruceJobState *state,
             GError       **error)
{
  Import *self = data;
  gboolean done = run_transaction (self, deadline, &state->finished, error);

  tell_failures (self);
  state->done = truce_ndjson_reader_get_offset (self->reader);
  state->total = self->total;
  return done;
}

/**
 * truce_collection_import:
 * @self: a collection
 * @stream: where records are read from
 * @flags: what they are taken for
 * @failed: (nullable) (scope call) (closure failed_data): told of each line that
 *   was not imported
 * @failed_data: what is given to @failed
 * @progress: (nullable) (scope call) (closure progress_data): told of the bytes
 *   that were read, of those of the file
 * @progress_data: what is given to @progress
 * @cancellable: (nullable): what may stop it
 * @error: return location for an error
 *
 * Puts the records of a text in which each line is a JSON object (NDJSON, JSON
 * Lines).
 *
 * A line's member `id`, a string or an integer, is the record's id; the other
 * members are its fields. A record that is there already is replaced, as by
 * [method@Collection.put_text]. Blank lines are passed over. A line that is none
 * of this, is longer than 2 MiB, or breaks the schema is left out, and @failed is
 * told of it: it stops nothing.
 *
 * The lines are put some hundred to a transaction. Where the import is cancelled
 * or fails, what was put before stays; importing the same text again is harmless.
 * Memory does not grow with the text. The stream is read to its end but not
 * closed.
 *
 * This blocks until the end. A program with a main loop calls
 * [method@Collection.import_async].
 *
 * Returns: how many lines were imported, those that changed nothing among them;
 *   or -1 with an error: %TRUCE_ERROR_BUSY, %TRUCE_ERROR_READ_ONLY,
 *   %TRUCE_ERROR_FULL, or what the stream gave
 *
 * Since: 1.0
 */
gint64
truce_collection_import (TruceCollection  *self,
                         GInputStream     *stream,
                         TruceImportFlags  flags,
                         TruceImportFunc   failed,
                         gpointer          failed_data,
                         TruceProgressFunc progress,
                         gpointer          progress_data,
                         GCancellable     *cancellable,
                         GError          **error)
{
  g_autoptr(Import) import = NULL;

  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), -1);
  g_return_val_if_fail (G_IS_INPUT_STREAM (stream), -1);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  import = import_new (self, stream, flags, failed, failed_data, NULL);
  if (!truce_job_run (import_step, import, progress, progress_data, cancellable, error))
    return -1;
  return import->n_imported;
}

/**
 * truce_collection_import_async:
 * @self: a collection
 * @stream: where records are read from
 * @flags: what they are taken for
 * @failed: (nullable) (scope notified) (closure failed_data) (destroy failed_destroy):
 *   told of each line that was not imported
 * @failed_data: what is given to @failed
 * @failed_destroy: (nullable): frees @failed_data
 * @progress: (nullable) (scope notified) (closure progress_data) (destroy progress_destroy):
 *   told of the bytes that were read, of those of the file
 * @progress_data: what is given to @progress
 * @progress_destroy: (nullable): frees @progress_data
 * @cancellable: (nullable): what may stop it
 * @callback: (nullable): called at the end
 * @user_data: what is given to @callback
 *
 * Does what [method@Collection.import] does, some milliseconds at a time, in
 * the caller's main context. Everything that is called is called there.
 *
 * The stream is read without waiting in another thread: take a file, or what is
 * in memory, rather than a network.
 *
 * Since: 1.0
 */
void
truce_collection_import_async (TruceCollection    *self,
                               GInputStream       *stream,
                               TruceImportFlags    flags,
                               TruceImportFunc     failed,
                               gpointer            failed_data,
                               GDestroyNotify      failed_destroy,
                               TruceProgressFunc   progress,
                               gpointer            progress_data,
                               GDestroyNotify      progress_destroy,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  Import *import;

  g_return_if_fail (TRUCE_IS_COLLECTION (self));
  g_return_if_fail (G_IS_INPUT_STREAM (stream));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  import = import_new (self, stream, flags, failed, failed_data, failed_destroy);
  truce_job_start (self, truce_collection_import_async, import_step, import, import_free,
                   progress, progress_data, progress_destroy, cancellable, callback, user_data);
}

/**
 * truce_collection_import_finish:
 * @self: a collection
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends [method@Collection.import_async].
 *
 * Returns: how many lines were imported, or -1 with an error
 *
 * Since: 1.0
 */
gint64
truce_collection_import_finish (TruceCollection *self,
                                GAsyncResult    *result,
                                GError         **error)
{
  Import *import;

  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), -1);
  g_return_val_if_fail (g_task_is_valid (result, self), -1);
  g_return_val_if_fail (error == NULL || *error == NULL, -1);

  import = truce_job_finish (self, result, truce_collection_import_async, error);
  return import != NULL ? import->n_imported : -1;
}

G_DEFINE_FLAGS_TYPE (TruceImportFlags, truce_import_flags,
                     G_DEFINE_ENUM_VALUE (TRUCE_IMPORT_NONE, "none"),
                     G_DEFINE_ENUM_VALUE (TRUCE_IMPORT_SYNCED, "synced"))
