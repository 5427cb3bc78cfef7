/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-sync-state.h"

#define GROUP "sync"
#define KEY "main"

void
truce_sync_state_clear (TruceSyncState *self)
{
  g_clear_pointer (&self->epoch, g_free);
  g_clear_pointer (&self->session, g_free);
  g_clear_pointer (&self->previous, g_free);
  g_clear_pointer (&self->account, g_free);
  g_clear_pointer (&self->filters, g_free);
  *self = (TruceSyncState) { 0 };
}

/* ---- writing ---- */

static void
write_name (GString    *out,
            const char *name)
{
  g_string_append_printf (out, "%s\"%s\":", out->len > 1 ? "," : "", name);
}

static void
write_text (GString    *out,
            const char *name,
            const char *text)
{
  if (text == NULL)
    return;
  write_name (out, name);
  truce_json_write_string (out, text, -1);
}

static void
write_number (GString    *out,
              const char *name,
              gint64      number)
{
  if (number == 0)
    return;
  write_name (out, name);
  g_string_append_printf (out, "%" G_GINT64_FORMAT, number);
}

gboolean
truce_sync_state_save (const TruceSyncState *self,
                       TruceStore           *store,
                       GError              **error)
{
  GString *out = g_string_new ("{");
  g_autoptr(GBytes) bytes = NULL;
  char sent[TRUCE_STAMP_TEXT_LENGTH + 1];

  write_text (out, "epoch", self->epoch);
  write_number (out, "cursor", self->cursor);
  write_text (out, "session", self->session);
  write_text (out, "previous", self->previous);
  if (self->sent.time != 0)
    {
      truce_stamp_format (self->sent, sent);
      write_text (out, "sent", sent);
    }
  write_text (out, "account", self->account);
  write_text (out, "filters", self->filters);
  write_number (out, "success", self->success_ms);
  write_number (out, "listed", self->listed_ms);
  write_number (out, "resync", self->resync);
  write_number (out, "repush", self->repush);
  write_number (out, "sweep", self->sweep);
  write_number (out, "failures", self->failures);
  g_string_append_c (out, '}');
  bytes = g_string_free_to_bytes (out);
  return truce_store_adapter_set_meta (store->adapter, GROUP, KEY, bytes, error);
}

/* ---- reading ---- */

/* None of our numbers is negative. */
static gint64
read_number (const TruceJsonDoc *doc,
             const char         *name)
{
  gint64 number = truce_json_integer (doc, 0, name);

  return MAX (number, 0);
}

static gboolean
read_state (TruceSyncState     *self,
            const TruceJsonDoc *doc,
            GError            **error)
{
  g_autofree char *sent = truce_json_dup_text (doc, 0, "sent");

  self->epoch = truce_json_dup_text (doc, 0, "epoch");
  self->cursor = read_number (doc, "cursor");
  self->session = truce_json_dup_text (doc, 0, "session");
  self->previous = truce_json_dup_text (doc, 0, "previous");
  self->account = truce_json_dup_text (doc, 0, "account");
  self->filters = truce_json_dup_text (doc, 0, "filters");
  self->success_ms = read_number (doc, "success");
  self->listed_ms = read_number (doc, "listed");
  self->resync = read_number (doc, "resync") != 0;
  self->repush = read_number (doc, "repush") != 0;
  self->sweep = read_number (doc, "sweep") != 0;
  self->failures = MIN (read_number (doc, "failures"), G_MAXINT);
  return sent == NULL || truce_stamp_scan (sent, &self->sent, error);
}

gboolean
truce_sync_state_load (TruceSyncState *self,
                       TruceStore     *store,
                       GError        **error)
{
  g_autoptr(GError) local = NULL;
  g_autoptr(GBytes) bytes = truce_store_adapter_get_meta (store->adapter, GROUP, KEY, &local);
  g_autoptr(TruceJsonDoc) doc = NULL;

  truce_sync_state_clear (self);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (bytes == NULL)
    return TRUE;

  doc = truce_json_doc_parse (bytes, TRUCE_JSON_DEPTH_DEFAULT, NULL);
  if (doc != NULL && truce_json_type (doc, 0) == TRUCE_JSON_OBJECT && read_state (self, doc, NULL))
    return TRUE;
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT, "what is remembered of the remote can't be read");
  return FALSE;
}

char *
truce_store_dup_sync_state (TruceStore *store,
                            GError    **error)
{
  g_autoptr(GBytes) bytes = truce_store_adapter_get_meta (store->adapter, GROUP, KEY, error);

  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
}
