/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Messages: each as docs/protocol.md shows it, byte by byte, and what is refused. */

#include <gio/gio.h>

#include "message-samples.h"
#include "truce-json.h"

static GBytes *
read_golden (const char *name)
{
  g_autofree char *path = g_strdup_printf (TRUCE_SOURCE_DIR "/tests/sync/golden/%s.json", name);
  g_autoptr(GError) error = NULL;
  char *text;
  gsize length;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  /* A file ends with a newline, a message doesn't. */
  g_assert_cmpint (text[length - 1], ==, '\n');
  return g_bytes_new_take (text, length - 1);
}

static void
assert_same (GBytes *a,
             GBytes *b)
{
  g_assert_cmpmem (g_bytes_get_data (a, NULL), g_bytes_get_size (a), g_bytes_get_data (b, NULL), g_bytes_get_size (b));
}

/* Written as the golden file has it; read, and written again, it is the same. */
static void
test_golden (gconstpointer data)
{
  const MessageSample *sample = data;
  g_autoptr(GBytes) golden = read_golden (sample->name);
  g_autoptr(GBytes) written = message_sample_write (sample);
  g_autoptr(GBytes) again = NULL;
  g_autoptr(TruceExchange) exchange = NULL;
  g_autoptr(GError) error = NULL;

  assert_same (written, golden);
  if (sample->reply)
    {
      exchange = message_sample_ask (sample);
      g_assert_cmpint (truce_message_read_reply (exchange, golden, &error), ==, sample->failure == NULL);
      again = truce_message_write_reply (exchange, error);
    }
  else
    {
      exchange = truce_message_read_request (golden, &error);
      g_assert_no_error (error);
      again = truce_message_write_request (exchange);
    }
  assert_same (again, golden);
  if (sample->failure != NULL)
    g_assert_error (error, TRUCE_ERROR, (int) sample->code);
}

/* ---- refusals ---- */

static gboolean
is_read (const MessageSample *sample,
         GBytes              *message,
         GError             **error)
{
  g_autoptr(TruceExchange) exchange = NULL;

  if (!sample->reply)
    {
      exchange = truce_message_read_request (message, error);
      return exchange != NULL;
    }
  exchange = message_sample_ask (sample);
  return truce_message_read_reply (exchange, message, error) && exchange->wrong == NULL;
}

/* Number 117: nothing of a message is believed before all of it is there; a reply that was cut is asked for again. */
static void
test_prefixes (gconstpointer data)
{
  const MessageSample *sample = data;
  g_autoptr(GBytes) whole = message_sample_write (sample);

  for (gsize length = 0; length < g_bytes_get_size (whole); length++)
    {
      g_autoptr(GBytes) cut = g_bytes_new_from_bytes (whole, 0, length);
      g_autoptr(GError) error = NULL;

      g_assert_false (is_read (sample, cut, &error));
      if (sample->reply)
        g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT);
      else
        g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
    }
}

/* Puts text in place of one value, or takes the member away (text NULL). */
static GBytes *
replace_value (const TruceJsonDoc *doc,
               guint32             name,
               const char         *text)
{
  const TruceJsonNode *value = &doc->nodes[name + 1];
  GString *out = g_string_new_len (doc->text, text != NULL ? value->start : doc->nodes[name].start);

  if (text != NULL)
    g_string_append (out, text);
  else if (out->str[out->len - 1] == ',')
    g_string_truncate (out, out->len - 1);
  if (text == NULL && out->str[out->len - 1] == '{' && doc->text[value->end] == ',')
    g_string_append_len (out, doc->text + value->end + 1, doc->length - value->end - 1);
  else
    g_string_append_len (out, doc->text + value->end, doc->length - value->end);
  return g_string_free_to_bytes (out);
}

/* Within a record's value anything may stand. */
static gboolean
is_of_record (const TruceJsonDoc *doc,
              guint32             node)
{
  for (guint32 i = 1; i < node; i++)
    if (truce_json_type (doc, i) == TRUCE_JSON_STRING && truce_json_string_is (doc, i, "value") &&
        i + 1 < node && doc->nodes[i + 1].next > node)
      return TRUE;
  return FALSE;
}

/* Number 115: one member is missing, or is another. It is refused; or what was read is written as it came. */
static void
test_mutations (gconstpointer data)
{
  static const char *const values[] = { NULL, "null", "true", "-1", "1.5", "99999999999999999999", "\"\"", "\"x\"",
                                        "[]", "{}", "[[]]", "\"\\ud800\"", "{\"a\":1,\"a\":2}" };
  const MessageSample *sample = data;
  g_autoptr(GBytes) whole = message_sample_write (sample);
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse (whole, 64, NULL);

  for (guint32 i = 1; i + 1 < doc->n_nodes; i++)
    for (guint v = 0; v < G_N_ELEMENTS (values); v++)
      {
        g_autoptr(GBytes) mutant = NULL;
        g_autoptr(GError) error = NULL;

        if (truce_json_type (doc, i) != TRUCE_JSON_STRING || doc->text[doc->nodes[i].end] != ':' ||
            is_of_record (doc, i))
          continue;
        mutant = replace_value (doc, i, values[v]);
        if (is_read (sample, mutant, &error))
          continue;
        if (error == NULL)
          continue;             /* refused by what would perform it */
        g_assert_cmpuint (error->domain, ==, TRUCE_ERROR);
        g_assert_cmpstr (error->message, !=, "");
      }
}

typedef struct
{
  const char *name;
  const char *message;
  int code;
} Refusal;

#define HELLO "\"type\":\"open\",\"replica\":\"1f00000000000a11\",\"cursor\":0,\"now\":1"
#define CHANGE "\"collection\":\"task\",\"id\":\"1\",\"value\":{},\"state\":\"AA==\""
#define PUSH(change) "{\"truce\":1,\"type\":\"push\",\"session\":\"s\",\"changes\":[{" change "}]}"

/* Number 118, and the rest: what a hub reads of each. */
static const Refusal refusals[] = {
  { "fine", "{\"truce\":1," HELLO "}", -1 },
  { "spaces", " {\"truce\" : 1,\n" HELLO "}\n", -1 },
  { "extension", "{\"truce\":1," HELLO ",\"x_hint\":{\"a\":[1]}}", -1 },
  { "newer", "{\"truce\":2,\"type\":\"dance\"}", TRUCE_ERROR_TOO_NEW },
  { "newer-otherwise-fine", "{\"truce\":2," HELLO "}", TRUCE_ERROR_TOO_NEW },
  { "older", "{\"truce\":0," HELLO "}", TRUCE_ERROR_INVALID_DATA },
  { "no-version", "{" HELLO "}", TRUCE_ERROR_INVALID_DATA },
  { "version-text", "{\"truce\":\"1\"," HELLO "}", TRUCE_ERROR_INVALID_DATA },
  { "no-type", "{\"truce\":1}", TRUCE_ERROR_INVALID_DATA },
  { "unknown-type", "{\"truce\":1,\"type\":\"dance\",\"session\":\"s\"}", TRUCE_ERROR_INVALID_DATA },
  { "unknown-member", "{\"truce\":1," HELLO ",\"compress\":true}", TRUCE_ERROR_INVALID_DATA },
  { "unknown-in-change", PUSH (CHANGE ",\"force\":true"), TRUCE_ERROR_INVALID_DATA },
  { "extension-in-change", PUSH (CHANGE ",\"x_force\":true"), -1 },
  { "short-extension", "{\"truce\":1," HELLO ",\"x\":1}", TRUCE_ERROR_INVALID_DATA },
  { "twice", "{\"truce\":1,\"truce\":1," HELLO "}", TRUCE_ERROR_INVALID_DATA },
  { "array", "[]", TRUCE_ERROR_INVALID_DATA },
  { "nothing", "", TRUCE_ERROR_INVALID_DATA },
  { "two", "{}{}", TRUCE_ERROR_INVALID_DATA },
  { "replica-zero", "{\"truce\":1,\"type\":\"open\",\"replica\":\"0000000000000000\",\"cursor\":0,\"now\":1}",
    TRUCE_ERROR_INVALID_DATA },
  { "replica-number", "{\"truce\":1,\"type\":\"open\",\"replica\":12,\"cursor\":0,\"now\":1}", TRUCE_ERROR_INVALID_DATA },
  { "no-cursor", "{\"truce\":1,\"type\":\"open\",\"replica\":\"1f00000000000a11\",\"now\":1}", TRUCE_ERROR_INVALID_DATA },
  { "cursor-fraction", "{\"truce\":1,\"type\":\"pull\",\"session\":\"s\",\"cursor\":0.5,\"limit\":1}",
    TRUCE_ERROR_INVALID_DATA },
  { "limit-zero", "{\"truce\":1,\"type\":\"pull\",\"session\":\"s\",\"cursor\":0,\"limit\":0}", TRUCE_ERROR_INVALID_DATA },
  { "no-session", "{\"truce\":1,\"type\":\"close\"}", TRUCE_ERROR_INVALID_DATA },
  { "filter-number", "{\"truce\":1," HELLO ",\"filters\":{\"task\":1}}", TRUCE_ERROR_INVALID_DATA },
  { "half-a-place", "{\"truce\":1,\"type\":\"list\",\"session\":\"s\",\"after_id\":\"1\",\"limit\":1}",
    TRUCE_ERROR_INVALID_DATA },
  { "sent-text", "{\"truce\":1," HELLO ",\"sent\":\"yesterday\"}", TRUCE_ERROR_INVALID_DATA },
  { "state-missing", PUSH ("\"collection\":\"task\",\"id\":\"1\",\"value\":{}"), TRUCE_ERROR_INVALID_DATA },
  { "state-loose", PUSH ("\"collection\":\"task\",\"id\":\"1\",\"state\":\"A A==\""), TRUCE_ERROR_INVALID_DATA },
  { "state-short", PUSH ("\"collection\":\"task\",\"id\":\"1\",\"state\":\"AAA\""), TRUCE_ERROR_INVALID_DATA },
  { "value-array", PUSH ("\"collection\":\"task\",\"id\":\"1\",\"value\":[],\"state\":\"AA==\""),
    TRUCE_ERROR_INVALID_DATA },
  { "empty-id", PUSH ("\"collection\":\"task\",\"id\":\"\",\"state\":\"AA==\""), TRUCE_ERROR_INVALID_DATA },
  { "nul-id", PUSH ("\"collection\":\"task\",\"id\":\"a\\u0000b\",\"state\":\"AA==\""), TRUCE_ERROR_INVALID_DATA },
};

static void
test_refusal (gconstpointer data)
{
  const Refusal *refusal = data;
  g_autoptr(GBytes) request = g_bytes_new_static (refusal->message, strlen (refusal->message));
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceExchange) exchange = truce_message_read_request (request, &error);

  g_assert_cmpint (exchange != NULL, ==, refusal->code < 0);
  if (refusal->code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, TRUCE_ERROR, refusal->code);
}

/* What a replica reads of replies to a push of three changes. */
#define ANSWERS(answers) "{\"truce\":1,\"type\":\"answers\",\"answers\":[" answers "]}"
#define NONE "{\"answer\":\"none\"}"

static const Refusal bad_replies[] = {
  { "fine", ANSWERS (NONE "," NONE "," NONE), -1 },
  { "too-few", ANSWERS (NONE), TRUCE_ERROR_INVALID_DATA },
  { "too-many", ANSWERS (NONE "," NONE "," NONE "," NONE), TRUCE_ERROR_INVALID_DATA },
  { "unknown-answer", ANSWERS (NONE "," NONE ",{\"answer\":\"perhaps\"}"), TRUCE_ERROR_INVALID_DATA },
  { "unknown-code", ANSWERS ("{\"answer\":\"rejected\",\"code\":\"odd\"}," NONE "," NONE), TRUCE_ERROR_INVALID_DATA },
  { "no-code", ANSWERS ("{\"answer\":\"rejected\"}," NONE "," NONE), TRUCE_ERROR_INVALID_DATA },
  { "another-record",
    ANSWERS ("{\"answer\":\"conflict\",\"record\":{\"collection\":\"task\",\"id\":\"9\"}}," NONE "," NONE),
    TRUCE_ERROR_INVALID_DATA },
  { "half-a-range", "{\"truce\":1,\"type\":\"answers\",\"first\":1,\"answers\":[" NONE "," NONE "," NONE "]}",
    TRUCE_ERROR_INVALID_DATA },
  { "range-backwards", "{\"truce\":1,\"type\":\"answers\",\"first\":2,\"last\":1,\"answers\":[" NONE "," NONE "," NONE "]}",
    TRUCE_ERROR_INVALID_DATA },
  { "another-reply", "{\"truce\":1,\"type\":\"closed\"}", TRUCE_ERROR_INVALID_DATA },
  { "newer", "{\"truce\":7,\"type\":\"answers\",\"answers\":[]}", TRUCE_ERROR_TOO_NEW },
  { "error", "{\"truce\":1,\"type\":\"error\",\"code\":\"full\",\"message\":\"no room\"}", TRUCE_ERROR_FULL },
  { "mute-error", "{\"truce\":1,\"type\":\"error\",\"code\":\"auth\"}", TRUCE_ERROR_AUTH },
  { "odd-error", "{\"truce\":1,\"type\":\"error\",\"code\":\"odd\"}", TRUCE_ERROR_INVALID_DATA },
  { "page-of-html", "<html><body>502 Bad Gateway</body></html>", TRUCE_ERROR_TRANSIENT },
};

static void
test_bad_reply (gconstpointer data)
{
  const Refusal *bad = data;
  g_autoptr(TruceExchange) exchange = message_sample_ask (&message_samples[6]);
  g_autoptr(GBytes) reply = g_bytes_new_static (bad->message, strlen (bad->message));
  g_autoptr(GError) error = NULL;

  g_assert_cmpint (truce_message_read_reply (exchange, reply, &error), ==, bad->code < 0);
  if (bad->code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, TRUCE_ERROR, bad->code);
  for (guint i = 0; i < TRUCE_PUSH (exchange)->n_items; i++)
    g_assert_cmpint (TRUCE_PUSH (exchange)->items[i].answer, ==, TRUCE_ANSWER_NONE);
}

/* ---- limits (number 99) ---- */

static void
assert_too_large (char *text,
                  gsize length)
{
  g_autoptr(GBytes) request = g_bytes_new_take (text, length);
  g_autoptr(GError) error = NULL;

  g_assert_null (truce_message_read_request (request, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE);
}

static void
test_bytes (void)
{
  gsize length = TRUCE_REQUEST_BYTES_MAX + 1;
  char *text = g_strnfill (length, ' ');

  memcpy (text, "{\"truce\":1," HELLO "}", strlen ("{\"truce\":1," HELLO "}"));
  assert_too_large (text, length);
}

static void
test_items (void)
{
  GString *text = g_string_new ("{\"truce\":1,\"type\":\"push\",\"session\":\"s\",\"changes\":[{" CHANGE "}");
  gsize length;

  for (int i = 0; i < 1000; i++)
    g_string_append (text, ",{" CHANGE "}");
  g_string_append (text, "]}");
  length = text->len;
  assert_too_large (g_string_free (text, FALSE), length);
}

static char *
nest (guint depth)
{
  GString *text = g_string_new ("{\"a\":");

  for (guint i = 1; i < depth; i++)
    g_string_append_c (text, '[');
  for (guint i = 1; i < depth; i++)
    g_string_append_c (text, ']');
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

static TruceStoredRecord *
record_of_depth (guint depth)
{
  g_autofree char *value = nest (depth);
  g_autoptr(GBytes) state = g_bytes_new_static ("", 1);

  return truce_stored_record_new ("task", "1", 1, TRUCE_DELIVERY_PENDING, value, state, NULL);
}

static void
test_depth (void)
{
  g_autoptr(TruceStoredRecord) deep = record_of_depth (64);
  g_autoptr(TruceStoredRecord) too_deep = record_of_depth (65);
  g_autoptr(TrucePush) push = truce_push_new ("s", 0);
  g_autoptr(GBytes) request = NULL;
  g_autoptr(TruceExchange) read = NULL;
  g_autoptr(GError) error = NULL;

  truce_push_append (push, deep);
  g_assert_true (truce_message_check_record (deep, &error));
  g_assert_no_error (error);
  request = truce_message_write_request (TRUCE_EXCHANGE (push));
  read = truce_message_read_request (request, &error);
  g_assert_no_error (error);
  g_assert_nonnull (read);

  g_assert_false (truce_message_check_record (too_deep, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE);
}

static void
test_bottomless (void)
{
  gsize length = 1 << 20;
  char *text = g_strnfill (length, '[');

  assert_too_large (text, length);
}

static void
test_names (void)
{
  g_autofree char *id = g_strnfill (256, 'x');
  g_autofree char *text = g_strdup_printf ("{\"truce\":1,\"type\":\"push\",\"session\":\"s\",\"changes\":[{\"collection\":\"task\","
                                           "\"id\":\"%s\",\"state\":\"AA==\"}]}", id);
  g_autoptr(GBytes) request = g_bytes_new (text, strlen (text));
  g_autoptr(GError) error = NULL;

  g_assert_null (truce_message_read_request (request, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "changes/0/id"));
}

/* ---- the page ---- */

/* The examples of docs/protocol.md, without the spaces between tokens. */
static GHashTable *
read_examples (void)
{
  const char *path = TRUCE_SOURCE_DIR "/docs/protocol.md";
  GHashTable *examples = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) blocks = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  blocks = g_strsplit (text, "```json\n", -1);
  for (guint i = 1; blocks[i] != NULL; i++)
    {
      GString *compact = g_string_new (NULL);
      gboolean quoted = FALSE;

      for (const char *at = blocks[i]; !g_str_has_prefix (at, "```"); at++)
        {
          quoted ^= *at == '"' && at[-1] != '\\';
          if (quoted || !g_ascii_isspace (*at))
            g_string_append_c (compact, *at);
        }
      g_hash_table_add (examples, g_string_free (compact, FALSE));
    }
  return examples;
}

static void
test_page (void)
{
  g_autoptr(GHashTable) examples = read_examples ();

  g_assert_cmpuint (g_hash_table_size (examples), ==, n_message_samples);
  for (guint i = 0; i < n_message_samples; i++)
    {
      g_autoptr(GBytes) message = message_sample_write (&message_samples[i]);
      g_autofree char *text = g_strndup (g_bytes_get_data (message, NULL), g_bytes_get_size (message));

      if (!g_hash_table_contains (examples, text))
        g_test_message ("docs/protocol.md does not show %s: %s", message_samples[i].name, text);
      g_assert_true (g_hash_table_contains (examples, text));
    }
}

static void
add_rows (const char    *group,
          const Refusal *rows,
          guint          n_rows,
          GTestDataFunc  test)
{
  for (guint i = 0; i < n_rows; i++)
    {
      g_autofree char *path = g_strdup_printf ("/message/%s/%s", group, rows[i].name);

      g_test_add_data_func (path, &rows[i], test);
    }
}

static void
add_samples (const char   *group,
             GTestDataFunc test)
{
  for (guint i = 0; i < n_message_samples; i++)
    {
      g_autofree char *path = g_strdup_printf ("/message/%s/%s", group, message_samples[i].name);

      g_test_add_data_func (path, &message_samples[i], test);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  add_samples ("golden", test_golden);
  add_samples ("prefixes", test_prefixes);
  add_samples ("mutations", test_mutations);
  add_rows ("request", refusals, G_N_ELEMENTS (refusals), test_refusal);
  add_rows ("reply", bad_replies, G_N_ELEMENTS (bad_replies), test_bad_reply);
  g_test_add_func ("/message/limits/bytes", test_bytes);
  g_test_add_func ("/message/limits/items", test_items);
  g_test_add_func ("/message/limits/depth", test_depth);
  g_test_add_func ("/message/limits/bottomless", test_bottomless);
  g_test_add_func ("/message/limits/names", test_names);
  g_test_add_func ("/message/page", test_page);
  return g_test_run ();
}
