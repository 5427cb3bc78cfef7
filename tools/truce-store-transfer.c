/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <string.h>
#include <unistd.h>

int
truce_store_verb_init (TruceCall *call)
{
  g_autoptr(TruceStore) store = NULL;
  g_autoptr(TruceCollection) collection = NULL;

  if (call->schema != NULL && call->collection == NULL)
    return truce_complain (NULL, "a schema is that of a collection; name one: truce store init %s COLLECTION --schema %s",
                           call->path, call->schema);

  store = truce_call_open (call->path, TRUE);
  if (store == NULL)
    return EXIT_BAD_INPUT;
  if (call->collection == NULL)
    return 0;
  collection = truce_call_collection (call, store, FALSE);
  return collection != NULL ? 0 : EXIT_BAD_INPUT;
}

/* ---- import ---- */

/* What is told of a record that could not be taken. */
typedef struct
{
  TruceCall *call;
  const char *name;             /* of what is read */
  guint64 n_failed;
} Work;

static void
on_line_failed (gint64        line,
                const GError *error,
                gpointer      data)
{
  Work *work = data;

  work->n_failed++;
  truce_bar_clear (&work->call->bar);
  truce_complain (error, "%s:%s", work->name, error->message);
}

static GInputStream *
open_input (const char *path,
            GError    **error)
{
  g_autoptr(GFile) file = NULL;

  if (path == NULL || strcmp (path, "-") == 0)
    return g_unix_input_stream_new (STDIN_FILENO, FALSE);
  file = g_file_new_for_path (path);
  return G_INPUT_STREAM (g_file_read (file, NULL, error));
}

static int
import (TruceCall    *call,
        GInputStream *stream,
        const char   *name)
{
  Work work = { call, name, 0 };
  g_autoptr(TruceStore) store = truce_call_open (call->path, TRUE);
  g_autoptr(TruceCollection) collection = store != NULL ? truce_call_collection (call, store, FALSE) : NULL;
  TruceImportFlags flags = call->synced ? TRUCE_IMPORT_SYNCED : TRUCE_IMPORT_NONE;
  g_autoptr(GError) error = NULL;
  gint64 n;

  if (collection == NULL)
    return EXIT_BAD_INPUT;

  n = truce_collection_import (collection, stream, flags, on_line_failed, &work, truce_bar_update, &call->bar, NULL, &error);
  truce_bar_clear (&call->bar);
  if (n < 0)
    return truce_complain (error, "%s: %s", name, error->message);
  if (call->json)
    g_print ("{\"imported\":%" G_GINT64_FORMAT ",\"failed\":%" G_GUINT64_FORMAT "}\n", n, work.n_failed);
  else if (work.n_failed > 0)
    g_print ("%" G_GINT64_FORMAT " imported, %" G_GUINT64_FORMAT " failed\n", n, work.n_failed);
  else
    g_print ("%" G_GINT64_FORMAT " imported\n", n);
  return work.n_failed > 0 ? EXIT_FAILED : 0;
}

int
truce_store_verb_import (TruceCall *call)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GInputStream) stream = open_input (call->rest[0], &error);

  /* The input first: no store is made for one that can't be read. */
  if (stream == NULL)
    return truce_complain_of (error);
  return import (call, stream, G_IS_FILE_INPUT_STREAM (stream) ? call->rest[0] : "standard input");
}

/* ---- export ---- */

static void
on_record_failed (const char   *collection,
                  const char   *id,
                  const GError *error,
                  gpointer      data)
{
  Work *work = data;

  work->n_failed++;
  truce_bar_clear (&work->call->bar);
  truce_complain_of (error);
}

int
truce_store_verb_export (TruceCall *call)
{
  Work export = { call, call->path, 0 };
  g_autoptr(TruceStore) store = truce_call_open (call->path, FALSE);
  g_autoptr(TruceCollection) collection = store != NULL ? truce_call_collection (call, store, TRUE) : NULL;
  g_autoptr(GOutputStream) stream = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
  gboolean to_terminal = isatty (STDOUT_FILENO);
  g_autoptr(GError) error = NULL;
  gint64 n;

  if (collection == NULL)
    return EXIT_BAD_INPUT;

  /* A bar among the records would be no help. */
  n = truce_collection_export (collection, stream, on_record_failed, &export, to_terminal ? NULL : truce_bar_update, &call->bar,
                               NULL, &error);
  truce_bar_clear (&call->bar);
  if (n < 0)
    return truce_complain_of (error);
  return export.n_failed > 0 ? EXIT_FAILED : 0;
}

/* ---- merge ---- */

int
truce_store_verb_merge (TruceCall *call)
{
  Work merge = { call, call->path, 0 };
  g_autoptr(TruceStore) store = truce_call_open (call->path, FALSE);
  g_autoptr(TruceStore) other = store != NULL ? truce_call_open (call->collection, FALSE) : NULL;
  g_autoptr(GError) error = NULL;
  gint64 n;

  if (other == NULL)
    return EXIT_BAD_INPUT;

  n = truce_store_merge (store, other, on_record_failed, &merge, truce_bar_update, &call->bar, NULL, &error);
  truce_bar_clear (&call->bar);
  if (n < 0)
    return truce_complain_of (error);
  if (call->json)
    g_print ("{\"merged\":%" G_GINT64_FORMAT ",\"failed\":%" G_GUINT64_FORMAT "}\n", n, merge.n_failed);
  else
    g_print ("%" G_GINT64_FORMAT " merged\n", n);
  return merge.n_failed > 0 ? EXIT_FAILED : 0;
}
