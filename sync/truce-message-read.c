/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-message.h"

#include "truce-fields.h"
#include "truce-replica-id.h"

/* What stands around a record: the message, its array and the element; with a conflict one more. */
#define FRAME_DEPTH 4u
#define TOKEN_MAX 4096u         /* bytes */
#define FILTER_MAX 65536u
#define WORDS_MAX 65536u        /* of the remote's own */

/* ---- the frame ---- */

static TruceJsonDoc *
parse (GBytes  *bytes,
       gsize    max,
       GError **error)
{
  if (g_bytes_get_size (bytes) > max)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "a message of %" G_GSIZE_FORMAT " bytes: more than %"
                   G_GSIZE_FORMAT, g_bytes_get_size (bytes), max);
      return NULL;
    }
  return truce_json_doc_parse (bytes, TRUCE_MESSAGE_DEPTH_MAX + FRAME_DEPTH, error);
}

/* The message's type; NULL with an error: it is of another version, or none. The fields are to be ended in any case. */
static char *
begin (TruceFields        *fields,
       const TruceJsonDoc *doc,
       GError            **error)
{
  g_autofree char *type = NULL;
  gint64 protocol;

  truce_fields_begin (fields, doc, 0, "message", -1);
  protocol = truce_fields_count (fields, "truce", 0, TRUE);
  /* What a newer version says beside its number is not for us to judge. */
  if (protocol > TRUCE_PROTOCOL)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_NEW,
                   "a message of protocol %" G_GINT64_FORMAT ": this one speaks %u", protocol, TRUCE_PROTOCOL);
      return NULL;
    }
  if (fields->error == NULL && protocol == 0)
    truce_fields_refuse (fields, "truce", "must be 1 or more");
  type = truce_fields_dup_text (fields, "type", TRUCE_FIELDS_TEXT_MAX, TRUE);
  if (fields->error == NULL)
    return g_steal_pointer (&type);
  truce_fields_end (fields, error);
  return NULL;
}

/* The elements of an array, not too many. */
static guint32
get_items (TruceFields *fields,
           const char  *member)
{
  guint32 node = truce_fields_get (fields, member, TRUCE_JSON_ARRAY, TRUE);

  if (node != TRUCE_JSON_NONE && truce_json_n_children (fields->doc, node) > TRUCE_MESSAGE_ITEMS_MAX)
    {
      truce_fields_refuse (fields, member, "must have 1000 elements at the most");
      fields->error->code = TRUCE_ERROR_TOO_LARGE;
    }
  return fields->error == NULL ? node : TRUCE_JSON_NONE;
}

typedef gboolean (*ReadItem) (TruceExchange *exchange,
                              TruceFields   *fields,
                              guint          index);

/* Reads each element of an array by a function. FALSE: one is wrong, and the message knows. */
static gboolean
read_items (TruceExchange *exchange,
            TruceFields   *message,
            const char    *member,
            guint32        array,
            ReadItem       read_item)
{
  const TruceJsonDoc *doc = message->doc;
  guint index = 0;

  if (array == TRUCE_JSON_NONE || message->error != NULL)
    return FALSE;
  for (guint32 i = array + 1; i < doc->nodes[array].next; i = doc->nodes[i].next, index++)
    {
      TruceFields fields;

      truce_fields_begin (&fields, doc, i, member, index);
      if (fields.error == NULL)
        read_item (exchange, &fields, index);
      if (!truce_fields_end (&fields, &message->error))
        return FALSE;
    }
  return TRUE;
}

/* ---- records ---- */

typedef struct
{
  char *collection;             /* owned */
  char *id;                     /* owned */
  const char *value;            /* in the document; NULL: deleted */
  gsize value_length;
  guint8 *state;                /* owned; NULL: the remote keeps none */
  gsize state_length;
} Record;

static void
record_clear (Record *record)
{
  g_clear_pointer (&record->collection, g_free);
  g_clear_pointer (&record->id, g_free);
  g_clear_pointer (&record->state, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Record, record_clear)

static void
read_record (TruceFields *fields,
             Record      *record)
{
  guint32 value;

  *record = (Record) { NULL };
  record->collection = truce_fields_dup_text (fields, "collection", TRUCE_FIELDS_TEXT_MAX, TRUE);
  record->id = truce_fields_dup_text (fields, "id", TRUCE_FIELDS_TEXT_MAX, TRUE);
  value = truce_fields_get (fields, "value", TRUCE_JSON_OBJECT, FALSE);
  record->state = truce_fields_dup_bytes (fields, "state", &record->state_length);
  if (value == TRUCE_JSON_NONE)
    return;
  record->value = fields->doc->text + fields->doc->nodes[value].start;
  record->value_length = fields->doc->nodes[value].end - fields->doc->nodes[value].start;
}

static TruceStoredRecord *
make_record (const Record *record)
{
  return truce_stored_record_make (&(TruceStoredParts) {
    .collection = record->collection,
    .collection_length = strlen (record->collection),
    .id = record->id,
    .id_length = strlen (record->id),
    .version = 1,
    .value = record->value,
    .value_length = record->value_length,
    .state = record->state,
    .state_length = record->state_length,
  });
}

static char *
dup_value (const Record *record)
{
  return record->value != NULL ? g_strndup (record->value, record->value_length) : NULL;
}

/* ---- requests ---- */

static GHashTable *
read_filters (TruceFields *message)
{
  const TruceJsonDoc *doc = message->doc;
  guint32 node = truce_fields_get (message, "filters", TRUCE_JSON_OBJECT, FALSE);
  g_autoptr(GHashTable) filters = NULL;

  if (node == TRUCE_JSON_NONE)
    return NULL;
  filters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint32 i = node + 1; i < doc->nodes[node].next; i = doc->nodes[i + 1].next)
    {
      if (truce_json_type (doc, i + 1) != TRUCE_JSON_STRING ||
          doc->nodes[i + 1].end - doc->nodes[i + 1].start > FILTER_MAX)
        {
          truce_fields_refuse (message, "filters", "must hold texts of 64 KiB at the most");
          return NULL;
        }
      g_hash_table_insert (filters, truce_json_dup_string (doc, i), truce_json_dup_string (doc, i + 1));
    }
  return g_steal_pointer (&filters);
}

static guint64
read_replica (TruceFields *message)
{
  g_autofree char *text = truce_fields_dup_text (message, "replica", TRUCE_FIELDS_TEXT_MAX, TRUE);
  guint64 replica = 0;

  if (text != NULL && !truce_replica_id_parse (text, &replica, NULL))
    truce_fields_refuse (message, "replica", "must be 16 hexadecimal digits");
  return replica;
}

static TruceExchange *
read_hello (TruceFields *message)
{
  guint64 replica = read_replica (message);
  g_autoptr(GHashTable) filters = read_filters (message);
  TruceHello *hello = truce_hello_new (replica, filters);

  hello->last_session = truce_fields_dup_text (message, "last_session", TRUCE_FIELDS_TEXT_MAX, FALSE);
  hello->previous_session = truce_fields_dup_text (message, "previous_session", TRUCE_FIELDS_TEXT_MAX, FALSE);
  hello->epoch = truce_fields_dup_text (message, "epoch", TRUCE_FIELDS_TEXT_MAX, FALSE);
  hello->cursor = truce_fields_count (message, "cursor", 0, TRUE);
  hello->sent = truce_fields_stamp (message, "sent");
  hello->now_ms = truce_fields_count (message, "now", 0, TRUE);
  hello->account = truce_fields_dup_text (message, "account", TRUCE_FIELDS_TEXT_MAX, FALSE);
  return (TruceExchange *) hello;
}

static gboolean
read_change (TruceExchange *exchange,
             TruceFields   *fields,
             guint          index)
{
  gboolean gated = truce_fields_flag (fields, "gated");
  g_autoptr(TruceStoredRecord) made = NULL;
  g_auto(Record) record = { NULL };

  read_record (fields, &record);
  if (fields->error == NULL && record.state == NULL)
    truce_fields_refuse (fields, "state", "must be a string");
  if (fields->error != NULL)
    return FALSE;
  made = make_record (&record);
  truce_push_append ((TrucePush *) exchange, made)->gated = gated;
  return TRUE;
}

static TruceExchange *
read_push (TruceFields *message,
           const char  *session)
{
  guint32 changes = get_items (message, "changes");
  TrucePush *push = truce_push_new (session, 0);

  read_items ((TruceExchange *) push, message, "changes", changes, read_change);
  return (TruceExchange *) push;
}

static guint
read_limit (TruceFields *message)
{
  gint64 limit = truce_fields_count (message, "limit", 0, TRUE);

  if (message->error == NULL && limit == 0)
    truce_fields_refuse (message, "limit", "must be 1 or more");
  return MIN (limit, TRUCE_MESSAGE_ITEMS_MAX);
}

static TruceExchange *
read_pull (TruceFields *message,
           const char  *session)
{
  gint64 cursor = truce_fields_count (message, "cursor", 0, TRUE);

  return (TruceExchange *) truce_pull_new (session, NULL, cursor, read_limit (message));
}

static TruceExchange *
read_list (TruceFields *message,
           const char  *session)
{
  g_autofree char *collection = truce_fields_dup_text (message, "after_collection", TRUCE_FIELDS_TEXT_MAX, FALSE);
  g_autofree char *id = truce_fields_dup_text (message, "after_id", TRUCE_FIELDS_TEXT_MAX, FALSE);

  if ((collection == NULL) != (id == NULL))
    truce_fields_refuse (message, "after_id", "must stand beside after_collection");
  return (TruceExchange *) truce_listing_new (session, NULL, collection, id, read_limit (message));
}

/* What may be wrong with it, the message knows. */
static TruceExchange *
read_exchange (TruceFields *message,
               const char  *type)
{
  g_autofree char *session = NULL;

  if (g_str_equal (type, "open"))
    return read_hello (message);
  session = truce_fields_dup_text (message, "session", TRUCE_FIELDS_TEXT_MAX, TRUE);
  if (g_str_equal (type, "push"))
    return read_push (message, session);
  if (g_str_equal (type, "pull"))
    return read_pull (message, session);
  if (g_str_equal (type, "list"))
    return read_list (message, session);
  if (!g_str_equal (type, "close"))
    truce_fields_refuse (message, "type", "is not known");
  return truce_exchange_new_bye (session);
}

TruceExchange *
truce_message_read_request (GBytes  *request,
                            GError **error)
{
  g_autoptr(TruceJsonDoc) doc = parse (request, TRUCE_REQUEST_BYTES_MAX, error);
  g_autoptr(TruceExchange) exchange = NULL;
  g_autofree char *type = NULL;
  TruceFields message;

  if (doc == NULL)
    return NULL;
  type = begin (&message, doc, error);
  if (type == NULL)
    return NULL;
  exchange = read_exchange (&message, type);
  return truce_fields_end (&message, error) ? g_steal_pointer (&exchange) : NULL;
}

/* ---- replies ---- */

/* FALSE: it is no code of ours. */
static gboolean
read_code (TruceFields *fields,
           TruceError  *code)
{
  g_autoptr(GEnumClass) codes = g_type_class_ref (TRUCE_TYPE_ERROR);
  g_autofree char *nick = truce_fields_dup_text (fields, "code", TRUCE_FIELDS_TEXT_MAX, TRUE);
  const GEnumValue *value = nick != NULL ? g_enum_get_value_by_nick (codes, nick) : NULL;

  if (nick != NULL && value == NULL)
    truce_fields_refuse (fields, "code", "is not known");
  if (value != NULL)
    *code = value->value;
  return value != NULL;
}

static void
read_failure (TruceExchange *exchange,
              TruceFields   *message,
              GError       **failure)
{
  g_autofree char *words = truce_fields_dup_text (message, "message", WORDS_MAX, FALSE);
  gint64 after = truce_fields_count (message, "retry_after", TRUCE_NOT_TOLD, FALSE);
  TruceError code;

  if (!read_code (message, &code) || message->error != NULL)
    return;
  exchange->retry_after_ms = after;
  g_set_error (failure, TRUCE_ERROR, code, "%s", words != NULL ? words : "the remote did not say why");
}

static void
read_welcome (TruceHello  *hello,
              TruceFields *message)
{
  g_autofree char *session = truce_fields_dup_text (message, "session", TRUCE_FIELDS_TEXT_MAX, TRUE);

  hello->remote_epoch = truce_fields_dup_text (message, "epoch", TRUCE_FIELDS_TEXT_MAX, FALSE);
  hello->remote_last_session = truce_fields_dup_text (message, "last_session", TRUCE_FIELDS_TEXT_MAX, FALSE);
  hello->head = truce_fields_count (message, "head", TRUCE_NOT_TOLD, FALSE);
  hello->horizon = truce_fields_count (message, "horizon", 0, FALSE);
  hello->remote_now_ms = truce_fields_count (message, "now", TRUCE_NOT_TOLD, FALSE);
  if (hello->remote_now_ms > (gint64) TRUCE_STAMP_MS_MAX)
    truce_fields_refuse (message, "now", "must be a time that a stamp can have");
  hello->seen = truce_fields_stamp (message, "seen");
  if (hello->seen.time != 0 && hello->seen.replica != hello->replica)
    truce_fields_refuse (message, "seen", "must be a stamp of the replica's own");
  hello->forked = truce_fields_flag (message, "forked");
  hello->stamped = truce_fields_flag (message, "stamped");
  if (session != NULL)
    truce_hello_welcome (hello, session);
}

static void
read_conflict (TrucePush   *push,
               TruceFields *fields,
               guint        index)
{
  guint32 node = truce_fields_get (fields, "record", TRUCE_JSON_OBJECT, TRUE);
  const TruceStoredRecord *ours = push->items[index].record;
  g_autofree char *token = NULL;
  g_autofree char *text = NULL;
  g_auto(Record) record = { NULL };
  g_autoptr(TruceStoredRecord) made = NULL;
  TruceFields of_record;

  if (node == TRUCE_JSON_NONE)
    return;
  truce_fields_begin (&of_record, fields->doc, node, "record", index);
  read_record (&of_record, &record);
  token = truce_fields_dup_text (&of_record, "token", TOKEN_MAX, FALSE);
  if (!truce_fields_end (&of_record, &fields->error))
    return;
  if (!g_str_equal (record.collection, ours->collection) || !g_str_equal (record.id, ours->id))
    {
      truce_fields_refuse (fields, "record", "must be the one that was pushed");
      return;
    }
  if (record.state == NULL)
    {
      text = dup_value (&record);
      truce_push_conflict (push, index, text, token);
      return;
    }
  made = make_record (&record);
  truce_push_conflict_record (push, index, made);
}

static void
read_accepted (TrucePush   *push,
               TruceFields *fields,
               guint        index)
{
  g_autofree char *id = truce_fields_dup_text (fields, "id", TRUCE_FIELDS_TEXT_MAX, FALSE);
  g_autofree char *token = truce_fields_dup_text (fields, "token", TOKEN_MAX, FALSE);

  truce_push_accept (push, index, token);
  if (id != NULL)
    truce_push_assign (push, index, id);
}

/* Rejected, retry or skipped. */
static void
read_refusal (TrucePush      *push,
              TruceFields    *fields,
              guint           index,
              TrucePushAnswer answer)
{
  TrucePushItem *item = &push->items[index];
  gint64 after = truce_fields_count (fields, "after", TRUCE_NOT_TOLD, FALSE);

  item->message = truce_fields_dup_text (fields, "message", WORDS_MAX, FALSE);
  if (!read_code (fields, &item->code))
    return;
  item->after_ms = after;
  item->answer = answer;
}

static gboolean
read_answer (TruceExchange *exchange,
             TruceFields   *fields,
             guint          index)
{
  TrucePush *push = (TrucePush *) exchange;
  g_autofree char *answer = truce_fields_dup_text (fields, "answer", TRUCE_FIELDS_TEXT_MAX, TRUE);

  if (answer == NULL)
    return FALSE;
  if (g_str_equal (answer, "accepted"))
    read_accepted (push, fields, index);
  else if (g_str_equal (answer, "rejected"))
    read_refusal (push, fields, index, TRUCE_ANSWER_REJECTED);
  else if (g_str_equal (answer, "retry"))
    read_refusal (push, fields, index, TRUCE_ANSWER_RETRY);
  else if (g_str_equal (answer, "skipped"))
    read_refusal (push, fields, index, TRUCE_ANSWER_SKIPPED);
  else if (g_str_equal (answer, "conflict"))
    read_conflict (push, fields, index);
  else if (!g_str_equal (answer, "none"))
    truce_fields_refuse (fields, "answer", "is not known");
  return TRUE;
}

static void
read_answers (TrucePush   *push,
              TruceFields *message)
{
  gint64 first = truce_fields_count (message, "first", TRUCE_NOT_TOLD, FALSE);
  gint64 last = truce_fields_count (message, "last", TRUCE_NOT_TOLD, FALSE);
  guint32 answers = get_items (message, "answers");

  if ((first == TRUCE_NOT_TOLD) != (last == TRUCE_NOT_TOLD) || last < first)
    truce_fields_refuse (message, "last", "must not be less than first");
  if (answers != TRUCE_JSON_NONE && truce_json_n_children (message->doc, answers) != push->n_items)
    truce_fields_refuse (message, "answers", "must be as many as the changes");
  if (message->error != NULL)
    return;
  read_items ((TruceExchange *) push, message, "answers", answers, read_answer);
  push->first = first;
  push->last = last;
}

static gboolean
read_page_item (TruceExchange *exchange,
                TruceFields   *fields,
                guint          index)
{
  TrucePull *pull = (TrucePull *) exchange;
  g_autofree char *token = truce_fields_dup_text (fields, "token", TOKEN_MAX, FALSE);
  gboolean left = truce_fields_flag (fields, "left");
  g_auto(Record) record = { NULL };
  g_autofree char *text = NULL;
  g_autoptr(TruceStoredRecord) made = NULL;

  read_record (fields, &record);
  if (left && (record.value != NULL || record.state != NULL || token != NULL))
    truce_fields_refuse (fields, "left", "must stand by itself");
  if (fields->error != NULL)
    return FALSE;
  text = dup_value (&record);
  if (left)
    truce_pull_leave (pull, record.collection, record.id);
  else if (record.state == NULL)
    truce_pull_add (pull, record.collection, record.id, text, token);
  else
    {
      made = make_record (&record);
      truce_pull_add_record (pull, made);
    }
  return TRUE;
}

static void
read_page (TrucePull   *pull,
           TruceFields *message)
{
  guint32 records = get_items (message, "records");
  gint64 cursor = truce_fields_count (message, "cursor", 0, TRUE);
  gboolean more = truce_fields_flag (message, "more");

  if (read_items ((TruceExchange *) pull, message, "records", records, read_page_item) && message->error == NULL)
    truce_pull_finish (pull, cursor, more);
}

static gboolean
read_listing_item (TruceExchange *exchange,
                   TruceFields   *fields,
                   guint          index)
{
  g_autofree char *collection = truce_fields_dup_text (fields, "collection", TRUCE_FIELDS_TEXT_MAX, TRUE);
  g_autofree char *id = truce_fields_dup_text (fields, "id", TRUCE_FIELDS_TEXT_MAX, TRUE);

  if (id == NULL || collection == NULL)
    return FALSE;
  truce_listing_add ((TruceListing *) exchange, collection, id);
  return TRUE;
}

static void
read_listing (TruceListing *listing,
              TruceFields  *message)
{
  guint32 records = get_items (message, "records");
  gboolean more = truce_fields_flag (message, "more");

  if (read_items ((TruceExchange *) listing, message, "records", records, read_listing_item) && message->error == NULL)
    truce_listing_finish (listing, more);
}

/* What is said, if it is a reply to that at all. */
static void
read_said (TruceExchange *exchange,
           TruceFields   *message,
           const char    *type,
           GError       **failure)
{
  if (g_str_equal (type, "error"))
    read_failure (exchange, message, failure);
  else if (TRUCE_IS_HELLO (exchange) && g_str_equal (type, "welcome"))
    read_welcome (TRUCE_HELLO (exchange), message);
  else if (TRUCE_IS_PUSH (exchange) && g_str_equal (type, "answers"))
    read_answers (TRUCE_PUSH (exchange), message);
  else if (TRUCE_IS_PULL (exchange) && g_str_equal (type, "page"))
    read_page (TRUCE_PULL (exchange), message);
  else if (TRUCE_IS_LISTING (exchange) && g_str_equal (type, "listing"))
    read_listing (TRUCE_LISTING (exchange), message);
  else if (G_OBJECT_TYPE (exchange) != TRUCE_TYPE_EXCHANGE || !g_str_equal (type, "closed"))
    truce_fields_refuse (message, "type", "is no answer to what was asked");
}

/* Nothing half done: what was answered before it turned out to be wrong is taken back. */
static void
forget_answers (TruceExchange *exchange)
{
  if (TRUCE_IS_HELLO (exchange))
    TRUCE_HELLO (exchange)->welcome = FALSE;
  else if (TRUCE_IS_PUSH (exchange))
    truce_push_forget_answers (TRUCE_PUSH (exchange));
  else if (TRUCE_IS_PULL (exchange))
    truce_pull_cut (TRUCE_PULL (exchange), 0);
  else if (TRUCE_IS_LISTING (exchange))
    truce_listing_cut (TRUCE_LISTING (exchange), 0);
}

gboolean
truce_message_read_reply (TruceExchange *exchange,
                          GBytes        *reply,
                          GError       **error)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(TruceJsonDoc) doc = parse (reply, TRUCE_REPLY_BYTES_MAX, &failure);
  g_autofree char *type = NULL;
  TruceFields message;

  if (doc == NULL)
    {
      /* What is no JSON was cut, or comes from somewhere on the way. */
      if (g_error_matches (failure, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA))
        failure->code = TRUCE_ERROR_TRANSIENT;
      g_propagate_prefixed_error (error, g_steal_pointer (&failure), "the reply: ");
      return FALSE;
    }
  type = begin (&message, doc, error);
  if (type == NULL)
    return FALSE;
  read_said (exchange, &message, type, &failure);
  if (!truce_fields_end (&message, error))
    {
      forget_answers (exchange);
      return FALSE;
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}
