/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Reading and writing JSON: a record of 200 bytes, and documents of 10 MB. The floor is a bare scanner:
 * byte by byte, no nodes, no check of UTF-8, of names or of numbers' form. Beside it, json-glib's parser
 * and generator. Prints a line of JSON a measurement; an operation is one document. */
#include "bench.h"

#include <string.h>
#include <time.h>

#include "truce-json.h"

#define N_RUNS 9
#define DOCUMENT_SIZE (10 * 1000 * 1000)
#define N_NAMES 100000

typedef struct
{
  const char *name;
  GString *text;                /* owned */
  GBytes *bytes;                /* owned: the same */
  TruceJsonDoc *doc;            /* owned: the same */
  TruceJsonDoc *other;          /* owned: its canonical form */
  JsonNode *tree;               /* owned: the same */
} Input;

static volatile guint64 sink;   /* keeps the compiler from dropping what nobody reads */

/* ---- the floor ---- */

static const char *scan_value (const char *at);

static const char *
scan_space (const char *at)
{
  while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')
    at++;

  return at;
}

static const char *
scan_string (const char *at)
{
  for (at++; *at != '"'; at++)
    if (*at == '\\')
      at++;
    else if ((guchar) *at < 0x20)
      g_error ("a control character in a string");

  return at + 1;
}

static const char *
scan_children (const char *at,
               char        closer)
{
  at = scan_space (at + 1);
  if (*at == closer)
    return at + 1;

  while (TRUE)
    {
      if (closer == '}')
        at = scan_space (scan_space (scan_string (at)) + 1);
      at = scan_space (scan_value (at));
      if (*at == closer)
        return at + 1;
      if (*at != ',')
        g_error ("no comma");
      at = scan_space (at + 1);
    }
}

static const char *
scan_value (const char *at)
{
  switch (*at)
    {
    case '{': return scan_children (at, '}');
    case '[': return scan_children (at, ']');
    case '"': return scan_string (at);
    case 't': return at + 4;
    case 'f': return at + 5;
    case 'n': return at + 4;
    default:
      while (g_ascii_isdigit (*at) || *at == '-' || *at == '+' || *at == '.' || *at == 'e' || *at == 'E')
        at++;
      return at;
    }
}

static void
run_scan (const Input *input)
{
  sink += scan_space (scan_value (scan_space (input->text->str))) - input->text->str;
}

static void
run_copy (const Input *input)
{
  g_autofree char *copy = g_memdup2 (input->text->str, input->text->len);

  sink += copy[input->text->len / 2];
}

/* ---- ours, and json-glib's ---- */

static void
run_parse (const Input *input)
{
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse (input->bytes, TRUCE_JSON_DEPTH_DEFAULT, NULL);

  sink += doc->n_nodes;
}

static void
run_json_glib_parse (const Input *input)
{
  g_autoptr(JsonParser) parser = json_parser_new_immutable ();

  json_parser_load_from_data (parser, input->text->str, input->text->len, NULL);
  sink += json_node_get_node_type (json_parser_get_root (parser));
}

static void
run_canonical (const Input *input)
{
  g_autoptr(GString) out = g_string_sized_new (input->text->len);

  truce_json_write_canonical (out, input->doc, 0);
  sink += out->len;
}

static void
run_json_glib_write (const Input *input)
{
  g_autofree char *text = json_to_string (input->tree, FALSE);

  sink += text[0];
}

/* The hashes are made once for a document; so this makes them for a twin that shares its text and nodes. */
static void
run_hash (const Input *input)
{
  TruceJsonDoc twin = *input->doc;

  twin.hashes = NULL;
  truce_json_doc_hash (&twin);
  sink += twin.hashes[0];
  g_free (twin.hashes);
}

static void
run_equal (const Input *input)
{
  sink += truce_json_equal (input->doc, 0, input->other, 0);
}

static void
run_draft (const Input *input)
{
  g_autoptr(TruceJsonArena) arena = truce_json_arena_new ();
  g_autoptr(GArray) children = g_array_new (FALSE, FALSE, sizeof (TruceJsonChild));
  g_autoptr(GString) out = g_string_sized_new (input->text->len);
  const TruceJsonDoc *doc = input->doc;

  for (guint32 i = 1; i < doc->nodes[0].next; i = doc->nodes[i].next)
    {
      TruceJsonChild child = { NULL, TRUCE_JSON_NONE, truce_json_draft_value (arena, doc, i), i };

      g_array_append_val (children, child);
    }
  truce_json_draft_write (truce_json_draft_container (arena, TRUCE_JSON_DRAFT_ARRAY, doc, 0,
                                                      (TruceJsonChild *) children->data, children->len),
                          doc, out);
  sink += out->len;
}

/* ---- measuring ---- */

typedef void (*Run) (const Input *input);

/* Of the processor, not of the clock on the wall: other programs count less. */
static double
now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e9 + now.tv_nsec;
}

static double
ns_per_op (Run          run,
           const Input *input,
           guint        n_ops)
{
  double start = now_ns ();

  for (guint i = 0; i < n_ops; i++)
    run (input);

  return (now_ns () - start) / n_ops;
}

static void
measure (const char  *what,
         Run          run,
         const char  *floor,
         Run          run_floor,
         const Input *input)
{
  guint n_ops = input->text->len < 1000 ? 20000 : 1;
  double ours[N_RUNS];
  double floors[N_RUNS];
  double ours_median;
  double floor_median;

  for (guint i = 0; i < N_RUNS; i++)
    {
      floors[i] = ns_per_op (run_floor, input, n_ops);
      ours[i] = ns_per_op (run, input, n_ops);
    }

  ours_median = bench_median (ours, N_RUNS);
  floor_median = bench_median (floors, N_RUNS);
  g_print ("{\"bench\":\"json/%s/%s\",\"ops\":%u,\"ns_per_op\":%.1f,\"bytes\":%" G_GSIZE_FORMAT ","
           "\"floor\":\"%s\",\"floor_ns_per_op\":%.1f,\"ratio\":%.2f}\n",
           what, input->name, n_ops, ours_median, input->text->len, floor, floor_median,
           ours_median / floor_median);
}

/* ---- documents ---- */

static void
append_record (GString *text,
               guint    n)
{
  g_string_append_printf (text,
                          "{\"title\":\"Buy milk number %08u\",\"done\":%s,\"priority\":%u,"
                          "\"created\":17%011u,\"tags\":[\"home\",\"shop\",\"week%02u\"],"
                          "\"notes\":\"two litres, semi-skimmed, from the "
                          "corner shop\",\"owner\":\"user-%09u\"}",
                          n, n & 1 ? "true " : "false", n % 10, n, n % 52, n % 100000);
}

static void
append_lines (GString *text,
              guint    n)
{
  g_string_append_printf (text,
                          "\n  {\n    \"name\": \"d\303\251pendance-%u\",\n    \"version\": \"1.%u.0\",\n"
                          "    \"requires\": {\n      \"caf\\u00e9\": \"^%u\"\n    },\n"
                          "    \"weight\": %u.5\n  }",
                          n, n % 100, n % 10, n);
}

static void
append_numbers (GString *text,
                guint    n)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (text, "[%s,", g_ascii_dtostr (digits, sizeof digits, n / 7.0));
  g_string_append_printf (text, "%s,%u]", g_ascii_dtostr (digits, sizeof digits, -90.0 / (n + 1)), n * 7919u);
}

static void
append_names (GString *text,
              guint    n)
{
  g_string_append_printf (text, "%s\"name-%08x\":%u", n > 0 ? "," : "", n * 2654435761u, n);
}

static void
finish (Input      *input,
        const char *name)
{
  g_autoptr(GString) canonical = g_string_new (NULL);

  input->name = name;
  input->bytes = g_bytes_new (input->text->str, input->text->len);
  input->doc = truce_json_doc_parse (input->bytes, TRUCE_JSON_DEPTH_DEFAULT, NULL);
  truce_json_write_canonical (canonical, input->doc, 0);
  input->other = truce_json_doc_parse_text (canonical->str, canonical->len, NULL);
  input->tree = json_from_string (input->text->str, NULL);
}

static void
fill (Input      *input,
      const char *name,
      void (     *append ) (GString *text,
                            guint    n))
{
  input->text = g_string_new ("[");
  for (guint n = 0; input->text->len < DOCUMENT_SIZE; n++)
    {
      if (n > 0)
        g_string_append_c (input->text, ',');
      append (input->text, n);
    }
  g_string_append (input->text, "\n]");
  finish (input, name);
}

static void
clear (Input *input)
{
  g_string_free (input->text, TRUE);
  g_bytes_unref (input->bytes);
  truce_json_doc_unref (input->doc);
  truce_json_doc_unref (input->other);
  json_node_unref (input->tree);
}

static void
measure_reading (const Input *input)
{
  measure ("parse", run_parse, "bare scan", run_scan, input);
  measure ("json-glib-parse", run_json_glib_parse, "bare scan", run_scan, input);
  measure ("canonical", run_canonical, "bare scan", run_scan, input);
  measure ("json-glib-write", run_json_glib_write, "bare scan", run_scan, input);
  measure ("hash", run_hash, "bare scan", run_scan, input);
  measure ("equal", run_equal, "bare scan", run_scan, input);
}

int
main (void)
{
  static const struct
  {
    const char *name;
    void (*append) (GString *text,
                    guint    n);
  } documents[] = {
    { "10-MB-records", append_record },
    { "10-MB-lines", append_lines },
    { "10-MB-numbers", append_numbers },
  };
  Input input = { .text = g_string_new (NULL) };

  append_record (input.text, 3);
  finish (&input, "record");
  measure_reading (&input);
  clear (&input);

  for (guint i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      fill (&input, documents[i].name, documents[i].append);
      measure_reading (&input);
      measure ("draft", run_draft, "copy", run_copy, &input);
      clear (&input);
    }

  input.text = g_string_new ("{");
  for (guint n = 0; n < N_NAMES; n++)
    append_names (input.text, n);
  g_string_append_c (input.text, '}');
  finish (&input, "100000-names");
  measure_reading (&input);
  clear (&input);

  return 0;
}
