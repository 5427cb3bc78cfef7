/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-message.h"

#include "truce-fields.h"
#include "truce-kind-private.h"

/* Object after object: each member says whether it is the first one by what stands before it. */
static void
name (GString    *out,
      const char *member)
{
  if (out->str[out->len - 1] != '{' && out->str[out->len - 1] != '[')
    g_string_append_c (out, ',');
  g_string_append_printf (out, "\"%s\":", member);
}

/* NULL: the member is left out. */
static void
write_text (GString    *out,
            const char *member,
            const char *text)
{
  if (text == NULL)
    return;
  name (out, member);
  truce_json_write_string (out, text, -1);
}

static void
write_number (GString    *out,
              const char *member,
              gint64      number)
{
  name (out, member);
  g_string_append_printf (out, "%" G_GINT64_FORMAT, number);
}

/* false: the member is left out. */
static void
write_flag (GString    *out,
            const char *member,
            gboolean    flag)
{
  if (!flag)
    return;
  name (out, member);
  g_string_append (out, "true");
}

/* Before all events: the member is left out. */
static void
write_stamp (GString    *out,
             const char *member,
             TruceStamp  stamp)
{
  char text[TRUCE_STAMP_TEXT_LENGTH + 1];

  if (stamp.time == 0)
    return;
  truce_stamp_format (stamp, text);
  write_text (out, member, text);
}

static GString *
begin (const char *type)
{
  GString *out = g_string_new ("{");

  write_number (out, "truce", TRUCE_PROTOCOL);
  write_text (out, "type", type);
  return out;
}

static GBytes *
end (GString *out)
{
  g_string_append_c (out, '}');
  return g_string_free_to_bytes (out);
}

static void
begin_element (GString *out)
{
  if (out->str[out->len - 1] != '[')
    g_string_append_c (out, ',');
  g_string_append_c (out, '{');
}

/* ---- records ---- */

static gboolean
is_name (const char *text)
{
  gsize length = strlen (text);

  return length > 0 && length <= TRUCE_FIELDS_TEXT_MAX && g_utf8_validate (text, length, NULL);
}

static gboolean
check_value (const TruceStoredRecord *record,
             GError                 **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (record->value, record->value_length);
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse (bytes, TRUCE_MESSAGE_DEPTH_MAX, error);

  if (doc != NULL && truce_json_type (doc, 0) != TRUCE_JSON_OBJECT)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "a record must be an object");
      return FALSE;
    }
  return doc != NULL;
}

gboolean
truce_message_check_record (const TruceStoredRecord *record,
                            GError                 **error)
{
  gboolean fits = FALSE;

  if (!is_name (record->collection) || !is_name (record->id))
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "a name must have 1 to %u bytes of UTF-8",
                 TRUCE_FIELDS_TEXT_MAX);
  else if (record->value_length + record->state_length > TRUCE_REQUEST_BYTES_MAX / 2)
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "it takes more than a message may have");
  else
    fits = record->value == NULL || check_value (record, error);
  if (!fits)
    {
      g_autofree char *collection = truce_show_name (record->collection);
      g_autofree char *id = truce_show_name (record->id);

      g_prefix_error (error, "%s/%s: ", collection, id);
    }
  return fits;
}

static void
write_record (GString                 *out,
              const TruceStoredRecord *record)
{
  g_autofree char *state = g_base64_encode (record->state, record->state_length);

  write_text (out, "collection", record->collection);
  write_text (out, "id", record->id);
  if (record->value != NULL)
    {
      name (out, "value");
      g_string_append_len (out, record->value, record->value_length);
    }
  write_text (out, "state", state);
}

/* Of a remote that keeps no stamps. text NULL: deleted. */
static void
write_plain (GString    *out,
             const char *collection,
             const char *id,
             const char *text,
             const char *token)
{
  write_text (out, "collection", collection);
  write_text (out, "id", id);
  if (text != NULL)
    {
      name (out, "value");
      g_string_append (out, text);
    }
  write_text (out, "token", token);
}

/* ---- requests ---- */

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (a, b);
}

static void
write_filters (GString    *out,
               GHashTable *filters)
{
  GList *names;

  if (filters == NULL || g_hash_table_size (filters) == 0)
    return;

  names = g_list_sort (g_hash_table_get_keys (filters), compare_names);
  name (out, "filters");
  g_string_append_c (out, '{');
  for (GList *link = names; link != NULL; link = link->next)
    {
      if (link != names)
        g_string_append_c (out, ',');
      truce_json_write_string (out, link->data, -1);
      g_string_append_c (out, ':');
      truce_json_write_string (out, g_hash_table_lookup (filters, link->data), -1);
    }
  g_string_append_c (out, '}');
  g_list_free (names);
}

static GBytes *
write_hello (TruceHello *hello)
{
  g_autofree char *replica = truce_hello_dup_replica_text (hello);
  GString *out = g_string_new ("{");

  write_number (out, "truce", hello->protocol);
  write_text (out, "type", "open");
  write_text (out, "replica", replica);
  write_text (out, "last_session", hello->last_session);
  write_text (out, "previous_session", hello->previous_session);
  write_text (out, "epoch", hello->epoch);
  write_number (out, "cursor", hello->cursor);
  write_stamp (out, "sent", hello->sent);
  write_number (out, "now", hello->now_ms);
  write_text (out, "account", hello->account);
  write_filters (out, hello->parent_instance.filters);
  return end (out);
}

static GBytes *
write_push (TrucePush *push)
{
  GString *out = begin ("push");

  write_text (out, "session", push->parent_instance.session);
  name (out, "changes");
  g_string_append_c (out, '[');
  for (guint i = 0; i < push->n_items; i++)
    {
      begin_element (out);
      write_record (out, push->items[i].record);
      write_flag (out, "gated", push->items[i].gated);
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, ']');
  return end (out);
}

static GBytes *
write_pull (TrucePull *pull)
{
  GString *out = begin ("pull");

  write_text (out, "session", pull->parent_instance.session);
  write_number (out, "cursor", pull->cursor);
  write_number (out, "limit", pull->limit);
  return end (out);
}

static GBytes *
write_listing (TruceListing *listing)
{
  GString *out = begin ("list");

  write_text (out, "session", listing->parent_instance.session);
  write_text (out, "after_collection", listing->after_collection);
  write_text (out, "after_id", listing->after_id);
  write_number (out, "limit", listing->limit);
  return end (out);
}

GBytes *
truce_message_write_request (TruceExchange *exchange)
{
  GString *out;

  if (TRUCE_IS_HELLO (exchange))
    return write_hello (TRUCE_HELLO (exchange));
  if (TRUCE_IS_PUSH (exchange))
    return write_push (TRUCE_PUSH (exchange));
  if (TRUCE_IS_PULL (exchange))
    return write_pull (TRUCE_PULL (exchange));
  if (TRUCE_IS_LISTING (exchange))
    return write_listing (TRUCE_LISTING (exchange));
  out = begin ("close");
  write_text (out, "session", exchange->session);
  return end (out);
}

/* ---- replies ---- */

static const char *
error_nick (TruceError code)
{
  g_autoptr(GEnumClass) codes = g_type_class_ref (TRUCE_TYPE_ERROR);
  const GEnumValue *value = g_enum_get_value (codes, code);

  return value != NULL ? value->value_nick : "rejected";
}

static GBytes *
write_failure (const TruceExchange *exchange,
               const GError        *failure)
{
  GString *out = begin ("error");

  write_text (out, "code", failure->domain == TRUCE_ERROR ? error_nick (failure->code) : "transient");
  write_text (out, "message", failure->message);
  if (exchange != NULL && exchange->retry_after_ms != TRUCE_NOT_TOLD)
    write_number (out, "retry_after", exchange->retry_after_ms);
  return end (out);
}

static GBytes *
write_welcome (TruceHello *hello)
{
  GString *out = begin ("welcome");

  write_text (out, "session", hello->parent_instance.session);
  write_text (out, "epoch", hello->remote_epoch);
  write_text (out, "last_session", hello->remote_last_session);
  if (hello->head != TRUCE_NOT_TOLD)
    write_number (out, "head", hello->head);
  write_number (out, "horizon", hello->horizon);
  if (hello->remote_now_ms != TRUCE_NOT_TOLD)
    write_number (out, "now", hello->remote_now_ms);
  write_stamp (out, "seen", hello->seen);
  write_flag (out, "forked", hello->forked);
  write_flag (out, "stamped", hello->stamped);
  return end (out);
}

static void
write_conflict (GString             *out,
                const TrucePushItem *item)
{
  name (out, "record");
  g_string_append_c (out, '{');
  if (item->remote != NULL)
    write_record (out, item->remote);
  else
    write_plain (out, item->record->collection, item->record->id, item->remote_text, item->new_token);
  g_string_append_c (out, '}');
}

static void
write_answer (GString             *out,
              const TrucePushItem *item)
{
  static const char *const names[] = { "none", "accepted", "rejected", "retry", "skipped", "conflict" };

  write_text (out, "answer", names[item->answer]);
  switch (item->answer)
    {
    case TRUCE_ANSWER_NONE:
      break;
    case TRUCE_ANSWER_ACCEPTED:
      write_text (out, "id", item->new_id);
      write_text (out, "token", item->new_token);
      break;
    case TRUCE_ANSWER_REJECTED:
    case TRUCE_ANSWER_RETRY:
    case TRUCE_ANSWER_SKIPPED:
      write_text (out, "code", error_nick (item->code));
      write_text (out, "message", item->message);
      if (item->after_ms != TRUCE_NOT_TOLD)
        write_number (out, "after", item->after_ms);
      break;
    case TRUCE_ANSWER_CONFLICT:
      write_conflict (out, item);
      break;
    }
}

static GBytes *
write_answers (TrucePush *push)
{
  GString *out = begin ("answers");

  if (push->first != TRUCE_NOT_TOLD)
    {
      write_number (out, "first", push->first);
      write_number (out, "last", push->last);
    }
  name (out, "answers");
  g_string_append_c (out, '[');
  for (guint i = 0; i < push->n_items; i++)
    {
      begin_element (out);
      write_answer (out, &push->items[i]);
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, ']');
  return end (out);
}

static GBytes *
write_page (TrucePull *pull)
{
  GString *out = begin ("page");

  name (out, "records");
  g_string_append_c (out, '[');
  for (guint i = 0; i < pull->n_items; i++)
    {
      const TrucePullItem *item = &pull->items[i];

      begin_element (out);
      if (item->record != NULL)
        write_record (out, item->record);
      else
        write_plain (out, item->collection, item->id, item->text, item->token);
      write_flag (out, "left", item->left);
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, ']');
  write_number (out, "cursor", pull->next_cursor);
  write_flag (out, "more", pull->more);
  return end (out);
}

static GBytes *
write_listed (TruceListing *listing)
{
  GString *out = begin ("listing");

  name (out, "records");
  g_string_append_c (out, '[');
  for (guint i = 0; i < listing->n_items; i++)
    {
      begin_element (out);
      write_text (out, "collection", listing->items[i].collection);
      write_text (out, "id", listing->items[i].id);
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, ']');
  write_flag (out, "more", listing->more);
  return end (out);
}

GBytes *
truce_message_write_reply (TruceExchange *exchange,
                           const GError  *failure)
{
  if (failure != NULL)
    return write_failure (exchange, failure);
  if (TRUCE_IS_HELLO (exchange))
    return write_welcome (TRUCE_HELLO (exchange));
  if (TRUCE_IS_PUSH (exchange))
    return write_answers (TRUCE_PUSH (exchange));
  if (TRUCE_IS_PULL (exchange))
    return write_page (TRUCE_PULL (exchange));
  if (TRUCE_IS_LISTING (exchange))
    return write_listed (TRUCE_LISTING (exchange));
  return end (begin ("closed"));
}
