/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sqlite-session.h"

#include <glib/gstdio.h>
#include <string.h>

#define STEPS_MAX 400

char *
session_create_folder (void)
{
  g_autoptr(GError) error = NULL;
  char *folder = g_dir_make_tmp ("truce-sqlite-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

void
session_remove_folder (char *folder)
{
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_remove (path) != 0)
        session_remove_folder (g_steal_pointer (&path));
    }
  g_rmdir (folder);
  g_free (folder);
}

/* A file that is not there is not there afterwards either. */
void
session_copy_file (const char *from,
                   const char *to)
{
  g_autofree char *content = NULL;
  gsize length = 0;

  g_unlink (to);
  if (g_file_get_contents (from, &content, &length, NULL))
    g_assert_true (g_file_set_contents_full (to, content, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0666, NULL));
}

int
session_rounds (int quick)
{
  const char *asked = g_getenv ("TRUCE_TEST_ROUNDS");

  if (asked != NULL)
    return (int) g_ascii_strtoll (asked, NULL, 10);
  return g_test_slow () ? 20 * quick : quick;
}

/* ---- the script ---- */

/* Of several sizes: within a page, about a page, over several. */
static char *
make_value (int step,
            int part)
{
  static const int sizes[] = { 10, 200, 900, 5000, 60 };
  int size = sizes[(step + part) % (int) G_N_ELEMENTS (sizes)];
  g_autofree char *filling = g_strnfill ((gsize) size, 'a' + (step + part) % 26);

  return g_strdup_printf ("{\"step\":%d,\"text\":\"word%d %s\"}", step, step, filling);
}

static TruceStoredRecord *
make_record (int           step,
             int           part,
             int           number,
             TruceDelivery delivery)
{
  g_autofree char *id = g_strdup_printf ("n%03d", number);
  g_autofree char *value = make_value (step, part);
  g_autofree char *state_text = g_strdup_printf ("state of %d at %d", number, step);
  g_autoptr(GBytes) state = g_bytes_new (state_text, strlen (state_text));
  g_autoptr(GBytes) base = delivery == TRUCE_DELIVERY_SYNCED ? NULL : g_bytes_new ("{}", 2);

  return truce_stored_record_new ("note", id, 10 * (gint64) step + part, delivery, step % 7 == 3 && part > 0 ? NULL : value,
                                  state, base);
}

static gboolean
step_create (TruceStoreAdapter *adapter,
             int                step,
             GError           **error)
{
  g_autoptr(TruceStoredRecord) record = make_record (step, 0, step, TRUCE_DELIVERY_PENDING);

  return truce_store_adapter_put (adapter, record, NULL, error);
}

static gboolean
step_change (TruceStoreAdapter *adapter,
             int                step,
             int                part,
             int                number,
             GError           **error)
{
  g_autofree char *id = g_strdup_printf ("n%03d", number);
  GError *failure = NULL;
  g_autoptr(TruceStoredRecord) old = truce_store_adapter_get (adapter, "note", id, &failure);
  g_autoptr(TruceStoredRecord) new = NULL;

  if (old == NULL)
    {
      if (failure != NULL)
        g_propagate_error (error, failure);
      return failure == NULL;
    }
  if (step % 4 == 0 && part == 2)
    return truce_store_adapter_remove (adapter, old, error);
  new = make_record (step, part, number, (step + number) % 2 == 0 ? TRUCE_DELIVERY_SYNCED : TRUCE_DELIVERY_PENDING);
  return truce_store_adapter_put (adapter, new, old, error);
}

static gboolean
step_settle (TruceStoreAdapter *adapter,
             int                number,
             GError           **error)
{
  g_autofree char *id = g_strdup_printf ("n%03d", number);
  GError *failure = NULL;
  g_autoptr(TruceStoredRecord) record = truce_store_adapter_get (adapter, "note", id, &failure);

  if (record != NULL)
    return truce_store_adapter_settle (adapter, record, TRUCE_DELIVERY_SYNCED, NULL, error);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return failure == NULL;
}

static gboolean
step_all (TruceStoreAdapter *adapter,
          int                step,
          GError           **error)
{
  g_autofree char *text = g_strdup_printf ("%d", step);
  g_autoptr(GBytes) count = g_bytes_new (text, strlen (text));

  return step_create (adapter, step, error) &&
         step_change (adapter, step, 1, (step + 1) / 2, error) &&
         step_change (adapter, step, 2, step / 3, error) &&
         step_settle (adapter, step - 2, error) &&
         truce_store_adapter_set_meta (adapter, "store", "state", count, error);
}

gboolean
session_step (TruceStoreAdapter *adapter,
              int                step,
              GError           **error)
{
  if (!truce_store_adapter_begin (adapter, TRUE, error))
    return FALSE;
  if (step_all (adapter, step, error))
    return truce_store_adapter_commit (adapter, error);
  truce_store_adapter_rollback (adapter);
  return FALSE;
}

/* ---- what is there ---- */

int
session_count (TruceStoreAdapter *adapter)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) count = truce_store_adapter_get_meta (adapter, "store", "state", &error);
  g_autofree char *text = NULL;
  gsize length = 0;

  g_assert_no_error (error);
  if (count == NULL)
    return 0;
  text = g_strndup (g_bytes_get_data (count, NULL), g_bytes_get_size (count));
  g_assert_cmpuint ((length = strlen (text)), >, 0);
  return (int) g_ascii_strtoll (text, NULL, 10);
}

static void
dump_record (GString           *text,
             TruceStoredRecord *record)
{
  g_autoptr(GBytes) state = truce_stored_record_dup_state (record);
  g_autoptr(GBytes) base = truce_stored_record_dup_base (record);

  g_string_append_printf (text, "%" G_GINT64_FORMAT " %s/%s %d %s [%.*s] %s\n", truce_stored_record_get_version (record),
                          truce_stored_record_get_collection (record), truce_stored_record_get_id (record),
                          (int) truce_stored_record_get_delivery (record), truce_stored_record_get_value (record),
                          (int) g_bytes_get_size (state), (const char *) g_bytes_get_data (state, NULL),
                          base != NULL ? "base" : "-");
}

static void
dump_walk (GString *text,
           TruceStoreAdapter *adapter,
           TruceStoredRecord *(*next)(TruceStoreAdapter *, gint64, GError **))
{
  gint64 after = 0;

  for (;;)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(TruceStoredRecord) record = next (adapter, after, &error);

      g_assert_no_error (error);
      if (record == NULL)
        break;
      dump_record (text, record);
      after = truce_stored_record_get_version (record);
    }
  g_string_append (text, "--\n");
}

static void
dump_ids (GString           *text,
          TruceStoreAdapter *adapter)
{
  g_autofree char *after = NULL;

  for (;;)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(TruceStoredRecord) record = truce_store_adapter_next (adapter, "note", after, &error);

      g_assert_no_error (error);
      if (record == NULL)
        break;
      g_string_append_printf (text, "%s ", truce_stored_record_get_id (record));
      g_free (after);
      after = g_strdup (truce_stored_record_get_id (record));
    }
}

char *
session_dump (TruceStoreAdapter *adapter)
{
  GString *text = g_string_new (NULL);

  dump_walk (text, adapter, truce_store_adapter_next_change);
  dump_walk (text, adapter, truce_store_adapter_next_pending);
  dump_ids (text, adapter);
  return g_string_free (text, FALSE);
}

const char *
session_expect (int steps)
{
  static char *dumps[STEPS_MAX];
  static TruceStoreAdapter *model;
  static int known;

  g_assert_cmpint (steps, <, STEPS_MAX);
  if (model == NULL)
    {
      model = TRUCE_STORE_ADAPTER (truce_memory_adapter_new ());
      dumps[0] = session_dump (model);
    }
  while (known < steps)
    {
      g_autoptr(GError) error = NULL;

      session_step (model, ++known, &error);
      g_assert_no_error (error);
      dumps[known] = session_dump (model);
    }
  return dumps[steps];
}

TruceStoreAdapter *
session_open (const char *path)
{
  g_autoptr(GError) error = NULL;
  TruceSqliteAdapter *adapter = truce_sqlite_adapter_new (path, TRUCE_SQLITE_DEFAULT, &error);

  g_assert_no_error (error);
  return TRUCE_STORE_ADAPTER (adapter);
}

void
session_assert_clean (TruceStoreAdapter *adapter)
{
  static const char * const none[] = { NULL };
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) problems = truce_store_adapter_verify (adapter, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstrv (problems, none);
}

int
session_check (const char *path)
{
  g_autoptr(TruceStoreAdapter) adapter = session_open (path);
  g_autofree char *dump = session_dump (adapter);
  int steps = session_count (adapter);

  session_assert_clean (adapter);
  g_assert_cmpstr (dump, ==, session_expect (steps));
  return steps;
}
