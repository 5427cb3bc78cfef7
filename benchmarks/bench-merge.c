/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* truce merge on documents of 10 MB (50,000 records of some 200 bytes; another number may be given), as a
 * process from its start to its end, beside two floors measured in turns with it: json-glib that parses
 * the three inputs and prints one, and our own reader over the three. Then its peak memory beside the size
 * of one input. Prints a line of JSON a measurement; an operation is one record. */
#include "bench.h"

#include "truce-json.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define N_RUNS 7

enum { BASE, OURS, THEIRS, N_SIDES };
static const char *const names[N_SIDES] = { "base", "ours", "theirs" };

typedef struct
{
  const char *name;
  gboolean is_object;           /* one of many members; else an array of records with ids */
  char *folder;                 /* owned */
  char *paths[N_SIDES];         /* owned */
  gsize size;                   /* bytes of base */
} Input;

static guint n_records = 50000;

/* ---- documents ---- */

static void
write_record (FILE       *file,
              gboolean    is_object,
              gboolean    is_first,
              guint       id,
              const char *state)
{
  fputs (is_first ? "\n  " : ",\n  ", file);
  if (is_object)
    fprintf (file, "\"record-%07u\": ", id);
  fprintf (file,
           "{\n    \"id\": \"record-%07u\",\n    \"name\": \"Something that is called %u\",\n    \"state\": \"%s\",\n"
           "    \"count\": %u,\n    \"share\": 0.%u,\n    \"tags\": [\n      \"red\",\n      \"green\"\n    ]\n  }",
           id, id * 7919 % 100003, state, id % 97, id % 9 + 1);
}

/* Each side changes one record in 500, deletes one in 5000, and puts one in as often; base does none of
 * it. */
static void
write_document (const char *path,
                gboolean    is_object,
                guint       side)
{
  FILE *file = g_fopen (path, "we");
  guint shift = side == OURS ? 100 : 300;
  gboolean is_first = TRUE;

  fputs (is_object ? "{" : "[", file);
  for (guint i = 0; i < n_records; i++)
    {
      if (side != BASE && i % 5000 == shift + 10)
        continue;
      write_record (file, is_object, is_first, 2 * i, side != BASE && i % 500 == shift ? names[side] : "open");
      is_first = FALSE;
      if (side != BASE && i % 5000 == shift + 20)
        write_record (file, is_object, FALSE, 2 * i + 1, "new");
    }
  fputs (is_object ? "\n}\n" : "\n]\n", file);
  fclose (file);
}

static void
input_init (Input      *input,
            const char *name,
            gboolean    is_object)
{
  GStatBuf info;

  input->name = name;
  input->is_object = is_object;
  input->folder = g_dir_make_tmp ("truce-bench-XXXXXX", NULL);
  for (guint side = 0; side < N_SIDES; side++)
    {
      input->paths[side] = g_build_filename (input->folder, names[side], NULL);
      write_document (input->paths[side], is_object, side);
    }
  g_stat (input->paths[BASE], &info);
  input->size = info.st_size;
}

static void
input_clear (Input *input)
{
  for (guint side = 0; side < N_SIDES; side++)
    {
      g_unlink (input->paths[side]);
      g_free (input->paths[side]);
    }
  g_rmdir (input->folder);
  g_free (input->folder);
}

/* ---- what is measured: seconds each ---- */

/* peak: of its memory, in bytes; it counts from what we had ourselves when the child began. */
static double
run_command (const Input *input,
             gsize       *peak)
{
  const char *argv[] = { TRUCE_COMMAND, "merge", input->paths[BASE], input->paths[OURS], input->paths[THEIRS], NULL };
  gint64 start = g_get_monotonic_time ();
  g_autoptr(GError) error = NULL;
  struct rusage usage;
  GPid pid;
  int status;

  if (!g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, &pid,
                      &error))
    g_error ("%s", error->message);
  if (wait4 (pid, &status, 0, &usage) != pid || status != 0)
    g_error ("the merge failed");
  *peak = usage.ru_maxrss * (gsize) 1024;
  return (g_get_monotonic_time () - start) / 1e6;
}

static double
run_json_glib (const Input *input)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr(JsonParser) base = json_parser_new ();
  g_autoptr(JsonParser) ours = json_parser_new ();
  g_autoptr(JsonParser) theirs = json_parser_new ();
  g_autoptr(JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;

  json_parser_load_from_file (base, input->paths[BASE], NULL);
  json_parser_load_from_file (ours, input->paths[OURS], NULL);
  json_parser_load_from_file (theirs, input->paths[THEIRS], NULL);
  json_generator_set_root (generator, json_parser_get_root (ours));
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  return (g_get_monotonic_time () - start) / 1e6;
}

static double
run_reader (const Input *input)
{
  gint64 start = g_get_monotonic_time ();

  for (guint side = 0; side < N_SIDES; side++)
    {
      g_autofree char *text = NULL;
      g_autoptr(TruceJsonDoc) doc = NULL;

      if (g_file_get_contents (input->paths[side], &text, NULL, NULL))
        doc = truce_json_doc_parse_text (text, -1, NULL);
      g_assert (doc != NULL);
    }
  return (g_get_monotonic_time () - start) / 1e6;
}

static void
print_time (const Input *input,
            double       ours,
            const char  *floor,
            double       floor_time)
{
  g_print ("{\"bench\":\"merge/%s\",\"ops\":%u,\"ns_per_op\":%.0f,\"floor\":\"%s\",\"floor_ns_per_op\":%.0f,"
           "\"ratio\":%.2f}\n",
           input->name, n_records, ours * 1e9 / n_records, floor, floor_time * 1e9 / n_records, ours / floor_time);
}

static void
measure_time (const Input *input)
{
  double command[N_RUNS];
  double json_glib[N_RUNS];
  double reader[N_RUNS];
  gsize unused;

  for (guint i = 0; i < N_RUNS; i++)
    {
      json_glib[i] = run_json_glib (input);
      command[i] = run_command (input, &unused);
      reader[i] = run_reader (input);
    }
  print_time (input, bench_median (command, N_RUNS), "json-glib: parse three, print one", bench_median (json_glib, N_RUNS));
  print_time (input, bench_median (command, N_RUNS), "our reader: parse three", bench_median (reader, N_RUNS));
}

static void
measure_memory (const Input *input)
{
  gsize peak;

  run_command (input, &peak);
  g_print ("{\"bench\":\"merge/%s/memory\",\"ops\":1,\"bytes\":%" G_GSIZE_FORMAT ",\"floor\":\"one input\","
           "\"floor_bytes\":%" G_GSIZE_FORMAT ",\"ratio\":%.2f}\n",
           input->name, peak, input->size, (double) peak / input->size);
}

int
main (int   argc,
      char *argv[])
{
  Input inputs[2];

  if (argc > 1)
    n_records = strtoul (argv[1], NULL, 10);
  input_init (&inputs[0], "array", FALSE);
  input_init (&inputs[1], "object", TRUE);

  /* First, while we are small. */
  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++)
    measure_memory (&inputs[i]);
  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++)
    {
      measure_time (&inputs[i]);
      input_clear (&inputs[i]);
    }
  return 0;
}
