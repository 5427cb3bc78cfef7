/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Records from lines: what is one, what is cut out of it, and that no input disturbs the lines after it. */
#include "truce-ndjson-reader.h"

#include <string.h>

/* Gives a stream's bytes in pieces of one to three: what holds for these holds for all. */
typedef GFilterInputStream SlowStream;
typedef GFilterInputStreamClass SlowStreamClass;
static GType slow_stream_get_type (void);
G_DEFINE_TYPE (SlowStream, slow_stream, G_TYPE_FILTER_INPUT_STREAM)

static gssize
slow_stream_read (GInputStream *stream,
                  void         *buffer,
                  gsize         count,
                  GCancellable *cancellable,
                  GError      **error)
{
  GInputStream *base = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream));

  return g_input_stream_read (base, buffer, MIN (count, (gsize) g_test_rand_int_range (1, 4)), cancellable, error);
}

static void
slow_stream_class_init (SlowStreamClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = slow_stream_read;
}

static void
slow_stream_init (SlowStream *self)
{
}

/* All of it as one text: "ID=OBJECT;", or "!MESSAGE;" for a bad line. */
static char *
read_all (GInputStream *stream)
{
  g_autoptr(TruceNdjsonReader) reader = truce_ndjson_reader_new (stream);
  GString *found = g_string_new (NULL);
  TruceNdjsonResult result;

  do
    {
      g_autoptr(GError) error = NULL;
      TruceNdjsonLine line;

      result = truce_ndjson_reader_next (reader, &line, &error);
      if (result == TRUCE_NDJSON_RECORD)
        g_string_append_printf (found, "%s=%s;", line.id, line.text);
      else if (result == TRUCE_NDJSON_BAD)
        g_string_append_printf (found, "!%s;", error->message);
      else
        g_assert_no_error (error);
    }
  while (result != TRUCE_NDJSON_END);
  return g_string_free (found, FALSE);
}

/* ---- a case a row ---- */

typedef struct
{
  const char *name;
  const char *text;
  const char *found;
} Row;

static const Row rows[] = {
  { "empty", "", "" },
  { "one", "{\"id\":\"a\",\"n\":1}\n", "a={\"n\":1};" },
  { "no-last-newline", "{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\",\"n\":2}", "a={\"n\":1};b={\"n\":2};" },
  { "crlf", "{\"id\":\"a\",\"n\":1}\r\n{\"id\":\"b\"}\r\n", "a={\"n\":1}\r;b={}\r;" },
  { "blank", "\n\r\n \t\n{\"id\":\"a\"}\n\n", "a={};" },

  { "id/alone", "{\"id\":\"a\"}", "a={};" },
  { "id/spaced", "{ \"id\" : \"a\" }", "a={  };" },
  { "id/first", "{\"id\": \"a\", \"n\": [1, 2]}", "a={\"n\": [1, 2]};" },
  { "id/middle", "{\"m\":1 , \"id\":\"a\" , \"n\":2}", "a={\"m\":1 , \"n\":2};" },
  { "id/last", "{\"m\":\",{\" , \"id\":\"a\"}", "a={\"m\":\",{\" };" },
  { "id/escaped", "{\"id\":\"\\u00e4\\n\",\"n\":1}", "ä\n={\"n\":1};" },
  { "id/name-escaped", "{\"\\u0069d\":\"a\",\"n\":1}", "a={\"n\":1};" },
  { "id/within-is-a-field", "{\"id\":\"a\",\"n\":{\"id\":\"b\"}}", "a={\"n\":{\"id\":\"b\"}};" },
  { "id/empty", "{\"id\":\"\"}", "={};" },
  { "id/integer", "{\"id\":17,\"n\":1}\n{\"id\":-0}\n{\"id\":1e3}\n{\"id\":9223372036854775807}",
    "17={\"n\":1};0={};1000={};9223372036854775807={};" },
  { "id/fraction", "{\"id\":1.5}", "!1:7: at /id: an id is a string or an integer;" },
  { "id/huge", "{\"id\":9223372036854775808}", "!1:7: at /id: an id is a string or an integer;" },
  { "id/null", "{\"id\":null}", "!1:7: at /id: an id is a string or an integer;" },
  { "id/object", "{\"id\":{}}", "!1:7: at /id: an id is a string or an integer;" },
  { "id/missing", "{\"Id\":\"a\"}", "!1:1: it has no member “id”;" },
  { "id/twice", "{\"id\":\"a\",\"id\":\"b\"}\n{\"id\":\"c\"}",
    "!1:11: at the top: a second member of the name “id”;c={};" },

  { "bad/array", "  [1]\n{\"id\":\"a\"}", "!1:3: it is not an object;a={};" },
  { "bad/second", "{\"id\":\"a\"}\n\n{\"id\":\"b\",\"n\":01}\n{\"id\":\"c\"}", "a={};!3:15: at /n: " },
  { "bad/pretty", "{\n\"id\":\"a\"\n}\n", "!1:2: " },
  { "bad/two-on-a-line", "{\"id\":\"a\"} {\"id\":\"b\"}\n", "!1:12: " },
  { "bad/bom", "\xef\xbb\xbf{\"id\":\"a\"}\n{\"id\":\"b\"}", "!1:1: " },
  { "bad/utf-8", "{\"id\":\"\xff\"}\n{\"id\":\"b\"}", "!1:8: at /id: " },
};

/* What is said in other words than ours is compared as far as the place. */
static void
assert_found (const char *found,
              const Row  *row)
{
  if (g_str_has_suffix (row->found, ";") || row->found[0] == '\0')
    g_assert_cmpstr (found, ==, row->found);
  else if (!g_str_has_prefix (found, row->found))
    g_assert_cmpstr (found, ==, row->found);
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_data (row->text, -1, NULL);
  g_autoptr(GInputStream) again = g_memory_input_stream_new_from_data (row->text, -1, NULL);
  g_autoptr(GInputStream) slow = g_object_new (slow_stream_get_type (), "base-stream", again, NULL);
  g_autofree char *found = read_all (stream);
  g_autofree char *found_slowly = read_all (slow);

  assert_found (found, row);
  g_assert_cmpstr (found_slowly, ==, found);
}

/* ---- long lines ---- */

/* A record whose line has so many bytes, and one behind it. */
static char *
read_long (gsize length)
{
  g_autoptr(GString) text = g_string_new ("{\"id\":\"a\",\"n\":\"");
  g_autoptr(GInputStream) stream = NULL;

  while (text->len < length - 2)
    g_string_append_c (text, 'x');
  g_string_append (text, "\"}\n{\"id\":\"b\"}\n");
  stream = g_memory_input_stream_new_from_data (text->str, text->len, NULL);
  return read_all (stream);
}

static void
test_longest (void)
{
  g_autofree char *found = read_long (TRUCE_NDJSON_LINE_MAX);

  g_assert_true (g_str_has_prefix (found, "a={\"n\":\"xxx"));
  g_assert_true (g_str_has_suffix (found, "xxx\"};b={};"));
  g_assert_cmpuint (strlen (found), ==, TRUCE_NDJSON_LINE_MAX - strlen ("\"id\":\"a\",") + strlen ("a=;b={};"));
}

static void
test_too_long (void)
{
  static const gsize lengths[] = { TRUCE_NDJSON_LINE_MAX + 1, 2 * TRUCE_NDJSON_LINE_MAX, 7 * TRUCE_NDJSON_LINE_MAX + 5 };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autofree char *found = read_long (lengths[i]);

      g_assert_cmpstr (found, ==, "!1:1: the line is longer than 2097152 bytes;b={};");
    }
}

/* A too long line that is the last one, without its newline. */
static void
test_too_long_last (void)
{
  g_autofree char *text = g_strnfill (TRUCE_NDJSON_LINE_MAX + 70000, '[');
  g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_data (text, -1, NULL);
  g_autoptr(TruceNdjsonReader) reader = truce_ndjson_reader_new (stream);
  g_autoptr(GError) error = NULL;
  TruceNdjsonLine line;

  g_assert_cmpint (truce_ndjson_reader_next (reader, &line, &error), ==, TRUCE_NDJSON_BAD);
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE);
  g_assert_cmpint (line.number, ==, 1);
  g_assert_cmpint (truce_ndjson_reader_get_offset (reader), ==, TRUCE_NDJSON_LINE_MAX + 70000);
  g_assert_cmpint (truce_ndjson_reader_next (reader, &line, NULL), ==, TRUCE_NDJSON_END);
}

static void
test_deep (void)
{
  g_autofree char *brackets = g_strnfill (600, '[');
  g_autofree char *text = g_strconcat ("{\"id\":\"a\",\"n\":", brackets, "\n{\"id\":\"b\"}\n", NULL);
  g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_data (text, -1, NULL);
  g_autofree char *found = read_all (stream);

  g_assert_true (g_str_has_prefix (found, "!1:"));
  g_assert_true (g_str_has_suffix (found, ";b={};"));
}

/* ---- streams ---- */

static void
test_offset (void)
{
  static const char text[] = "{\"id\":\"a\"}\n\nnothing\n{\"id\":\"b\"}";
  static const gint64 offsets[] = { 11, 20, 30, 30 };
  g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_data (text, -1, NULL);
  g_autoptr(TruceNdjsonReader) reader = truce_ndjson_reader_new (stream);
  TruceNdjsonLine line;

  for (gsize i = 0; i < G_N_ELEMENTS (offsets); i++)
    {
      truce_ndjson_reader_next (reader, &line, NULL);
      g_assert_cmpint (truce_ndjson_reader_get_offset (reader), ==, offsets[i]);
    }
}

static void
test_stream_fails (void)
{
  g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_data ("{}", -1, NULL);
  g_autoptr(TruceNdjsonReader) reader = truce_ndjson_reader_new (stream);
  g_autoptr(GError) error = NULL;
  TruceNdjsonLine line;

  g_input_stream_close (stream, NULL, NULL);
  g_assert_cmpint (truce_ndjson_reader_next (reader, &line, &error), ==, TRUCE_NDJSON_FAILED);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat ("/store/ndjson/", rows[i].name, NULL);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/store/ndjson/long/longest", test_longest);
  g_test_add_func ("/store/ndjson/long/too-long", test_too_long);
  g_test_add_func ("/store/ndjson/long/last", test_too_long_last);
  g_test_add_func ("/store/ndjson/deep", test_deep);
  g_test_add_func ("/store/ndjson/offset", test_offset);
  g_test_add_func ("/store/ndjson/stream-fails", test_stream_fails);
  return g_test_run ();
}
