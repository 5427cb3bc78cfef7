/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * Runs a fuzz target without libFuzzer, so that it is an ordinary test (the idea is libgit2's): over each
 * file of the corpus folders given, each of the file's prefixes, and seeded random mutations of it.
 * `--seed N` replays a run. */

#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define MAX_PREFIX 4096u        /* bytes: longer prefixes would cost quadratic time */

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

/* An exact-size copy on the heap, so that a sanitizer sees a read of one byte too many. */
static void
run_one (const guint8 *data,
         gsize         size)
{
  g_autofree guint8 *copy = g_malloc (MAX (size, 1));

  memcpy (copy, data, size);
  LLVMFuzzerTestOneInput (copy, size);
}

/* Overwrites a byte, flips a bit, cuts out up to 16 bytes, or puts one in. */
static void
edit (GRand      *rand,
      GByteArray *bytes)
{
  guint8 byte = g_rand_int (rand);
  guint how = bytes->len > 0 ? g_rand_int_range (rand, 0, 4) : 3;
  guint at = bytes->len > 0 ? g_rand_int_range (rand, 0, bytes->len) : 0;

  switch (how)
    {
    case 0:
      bytes->data[at] = byte;
      break;
    case 1:
      bytes->data[at] ^= 1u << (byte & 7);
      break;
    case 2:
      g_byte_array_remove_range (bytes, at, MIN (bytes->len - at, (byte & 15) + 1u));
      break;
    default:
      g_byte_array_append (bytes, &byte, 1);
      memmove (bytes->data + at + 1, bytes->data + at, bytes->len - at - 1);
      bytes->data[at] = byte;
      break;
    }
}

static void
run_mutation (GRand      *rand,
              const char *text,
              gsize       length)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  guint n_edits = g_rand_int_range (rand, 1, 5);

  g_byte_array_append (bytes, (const guint8 *) text, length);
  for (guint i = 0; i < n_edits; i++)
    edit (rand, bytes);
  run_one (bytes->data, bytes->len);
}

static void
run_file (const char *path,
          GRand      *rand,
          guint       n_mutations)
{
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, &error))
    g_error ("%s", error->message);

  run_one ((const guint8 *) text, length);
  for (gsize cut = 0; cut < MIN (length, MAX_PREFIX); cut++)
    run_one ((const guint8 *) text, cut);
  for (guint i = 0; i < n_mutations; i++)
    run_mutation (rand, text, length);
}

/* Each file starts from the seed anew: what is found does not hang on which other files are there. */
static guint
run_folder (const char *folder,
            guint32     seed,
            guint       n_mutations,
            guint       n_done)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;

  if (dir == NULL)
    g_error ("%s", error->message);

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr(GRand) rand = g_rand_new_with_seed (seed);

      g_print ("# %s\n", name);
      run_file (path, rand, n_mutations);
      g_print ("ok %u - %s\n", ++n_done, name);
    }

  return n_done;
}

int
main (int   argc,
      char *argv[])
{
  int seed = 1;
  int n_mutations = 200;
  g_auto(GStrv) folders = NULL;
  GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "Seed of the mutations", "N" },
    { "runs", 0, 0, G_OPTION_ARG_INT, &n_mutations, "Mutations of each file", "N" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &folders, "Corpus folders", "FOLDER…" },
    { NULL }
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GError) error = NULL;
  guint n_done = 0;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);

  g_print ("# seed %d, %d mutations of each file\n", seed, n_mutations);
  for (guint i = 0; folders != NULL && folders[i] != NULL; i++)
    n_done = run_folder (folders[i], seed, n_mutations, n_done);
  g_print ("1..%u\n", n_done);

  return n_done > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
