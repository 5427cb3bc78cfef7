/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Runs a fuzz target without libFuzzer: over each file of the corpus folders given, each of its prefixes (the first
 * 4096), and seeded random mutations of it. Prints the seed; `--seed N` and `--runs N` (mutations a file) replay. */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

/* An exact-size copy on the heap, so that a sanitizer sees a read of one byte too many. */
static void
run_one (const guint8 *data, gsize size)
{
  g_autofree guint8 *copy = g_malloc (MAX (size, 1));

  memcpy (copy, data, size);
  LLVMFuzzerTestOneInput (copy, size);
}

static void
mutate (GRand *rand, GByteArray *bytes)
{
  guint n_edits = g_rand_int_range (rand, 1, 5);

  for (guint i = 0; i < n_edits; i++)
    {
      guint8 byte = g_rand_int (rand);
      guint at = bytes->len > 0 ? g_rand_int_range (rand, 0, bytes->len) : 0;

      switch (g_rand_int_range (rand, 0, 4))
        {
        case 0:
          if (bytes->len > 0)
            bytes->data[at] = byte;
          break;
        case 1:
          if (bytes->len > 0)
            bytes->data[at] ^= 1u << (byte & 7);
          break;
        case 2:
          if (bytes->len > 0)
            g_byte_array_remove_range (bytes, at, MIN (bytes->len - at, (guint) (byte & 15) + 1));
          break;
        case 3:
          g_byte_array_append (bytes, &byte, 1);
          memmove (bytes->data + at + 1, bytes->data + at, bytes->len - at - 1);
          bytes->data[at] = byte;
          break;
        }
    }
}

static guint
run_file (const char *path, GRand *rand, guint n_runs)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    g_error ("cannot read %s", path);

  run_one ((const guint8 *) text, length);
  for (gsize cut = 0; cut < MIN (length, 4096); cut++)
    run_one ((const guint8 *) text, cut);
  for (guint i = 0; i < n_runs; i++)
    {
      g_autoptr(GByteArray) bytes = g_byte_array_new ();

      g_byte_array_append (bytes, (const guint8 *) text, length);
      mutate (rand, bytes);
      run_one (bytes->data, bytes->len);
    }
  return 1;
}

int
main (int argc, char *argv[])
{
  int seed = 1;
  int n_runs = 200;
  g_auto(GStrv) folders = NULL;
  GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "Seed of the mutations", "N" },
    { "runs", 0, 0, G_OPTION_ARG_INT, &n_runs, "Mutations of each file", "N" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &folders, "Corpus folders", "FOLDER…" },
    { NULL }
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GRand) rand = NULL;
  guint n_files = 0;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || folders == NULL)
    g_error ("%s", error != NULL ? error->message : "no corpus folder given");

  rand = g_rand_new_with_seed (seed);
  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autoptr(GDir) dir = g_dir_open (folders[i], 0, &error);
      const char *name;

      if (dir == NULL)
        g_error ("%s", error->message);
      while ((name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *path = g_build_filename (folders[i], name, NULL);

          n_files += run_file (path, rand, n_runs);
        }
    }

  g_print ("%u files, %d mutations each, seed %d\n", n_files, n_runs, seed);
  return n_files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
