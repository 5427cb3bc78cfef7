/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-command.h"

#include <string.h>
#include <unistd.h>

/* What the command line says. */
typedef struct
{
  char *schema;                 /* file, or NULL */
  char **rules;                 /* of PATTERN=RULE, or NULL */
  char *output;                 /* file, or NULL: standard output */
  char *name;                   /* what messages call OURS, or NULL */
  gboolean quiet;
  gboolean install;
  gboolean yes;
  char **files;                 /* BASE, OURS, THEIRS */
} Options;

enum { BASE, OURS, THEIRS, N_FILES };

static const char description[] =
  "What only one side changed is taken. Objects merge by member and arrays by\n"
  "element. What both sides changed apart is decided by a rule, or is a conflict:\n"
  "OURS stays there, and the conflict is listed on standard error. The result keeps\n"
  "the formatting of OURS. An empty BASE means that there was none.\n"
  "\n"
  "A PATTERN is a field’s name, or a JSON pointer in which * stands for one member\n"
  "or element and ** for any number. Where several match, the last one holds.\n"
  "Rules: ours, theirs, max, min, longest, highest-version, union, ask.\n"
  "\n"
  "A schema is a JSON file: {\"fields\": {\"tags\": \"set\", \"votes\": \"counter\",\n"
  "\"notes\": {\"kind\": \"text\"}}, \"delete\": \"update-wins\"}. Kinds: register,\n"
  "multi-register, counter, set, map, list, text, flag, max, min, immutable, local.\n"
  "\n"
  "Examples:\n"
  "  truce merge base.json ours.json theirs.json\n"
  "  truce merge --rule '/**=highest-version' --output package.json old.json package.json new.json\n"
  "  truce merge --install-git-driver\n"
  "\n"
  "Exit status: 0 merged, 1 conflicts left, 2 bad input or usage.\n";

static void
options_clear (Options *options)
{
  g_free (options->schema);
  g_strfreev (options->rules);
  g_free (options->output);
  g_free (options->name);
  g_strfreev (options->files);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_options (Options *options,
               int     *argc,
               char  ***argv,
               GError **error)
{
  GOptionEntry entries[] = {
    { "schema", 's', 0, G_OPTION_ARG_FILENAME, &options->schema, "What the fields mean: a schema as JSON", "FILE" },
    { "rule", 'r', 0, G_OPTION_ARG_STRING_ARRAY, &options->rules,
      "What decides where both sides changed a value; may be given again", "PATTERN=RULE" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output, "Write there instead of to standard output", "FILE" },
    { "name", 0, 0, G_OPTION_ARG_FILENAME, &options->name, "What messages call the file", "NAME" },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet, "Do not list conflicts", NULL },
    { "install-git-driver", 0, 0, G_OPTION_ARG_NONE, &options->install,
      "Let git merge the JSON files of this repository so", NULL },
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &options->yes, "With --install-git-driver: do not ask", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files, NULL, "BASE OURS THEIRS" },
    { NULL }
  };
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *name = g_strdup (g_get_prgname ());
  gboolean parsed;

  /* --help then says how it is really called. */
  g_set_prgname ("truce merge");
  g_option_context_set_summary (context, "Merges two JSON files that were made apart from a third.");
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, NULL);
  parsed = g_option_context_parse (context, argc, argv, error);
  g_set_prgname (name);
  return parsed;
}

/* PATTERN may hold a “=”; no rule does. */
static gboolean
add_rule (TruceSchema *schema,
          const char  *text,
          GError     **error)
{
  const char *equals = strrchr (text, '=');
  g_autofree char *pattern = NULL;
  TruceRule rule;

  if (equals == NULL)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_SCHEMA, "--rule “%s”: it has the form PATTERN=RULE", text);
      return FALSE;
    }

  pattern = g_strndup (text, equals - text);
  if (truce_rule_from_string (equals + 1, &rule, error) && truce_schema_set_rule (schema, pattern, rule, error))
    return TRUE;

  g_prefix_error (error, "--rule “%s”: ", text);
  return FALSE;
}

static TruceSchema *
make_schema (const Options *options,
             GError       **error)
{
  g_autoptr(TruceSchema) schema = NULL;

  if (options->schema == NULL)
    {
      schema = truce_schema_new ();
    }
  else
    {
      schema = truce_read_schema (options->schema, error);
      if (schema == NULL)
        return NULL;
    }

  for (guint i = 0; options->rules != NULL && options->rules[i] != NULL; i++)
    if (!add_rule (schema, options->rules[i], error))
      return NULL;
  return g_steal_pointer (&schema);
}

/* Read, not mapped: a file that somebody cuts short while we look at it must not end us. */
static GBytes *
read_file (const char *path,
           GError    **error)
{
  char *text;
  gsize length;

  return g_file_get_contents (path, &text, &length, error) ? g_bytes_new_take (text, length) : NULL;
}

/* The library names the side that it could not read; people know it by its file. */
static int
complain_of_merge (const Options *options,
                   const GError  *error)
{
  static const char *const sides[N_FILES] = { "base:", "local:", "remote:" };

  for (int i = 0; i < N_FILES; i++)
    if (g_str_has_prefix (error->message, sides[i]))
      return truce_complain ("%s:%s", i == OURS && options->name != NULL ? options->name : options->files[i],
                             error->message + strlen (sides[i]));
  return truce_complain ("%s", error->message);
}

/* One of a conflict's values, cut where it would flood a terminal. */
static void
print_value (const char         *label,
             TruceFieldConflict *field,
             TruceSide           side,
             const char         *colour,
             const char         *plain)
{
  const gsize shown = 400;
  g_autofree char *text = truce_field_conflict_dup_text (field, side);
  gsize length = text != NULL ? strlen (text) : 0;
  g_autofree char *start = length > shown ? g_utf8_make_valid (text, shown) : NULL;
  g_autofree char *safe = truce_dup_shown (text == NULL ? "(absent)" : start != NULL ? start : text);

  g_printerr ("  %s%-6s%s  %s%s\n", colour, label, plain, safe, start != NULL ? " …" : "");
}

static void
list_conflicts (const Options *options,
                GListModel    *conflicts)
{
  gboolean colour = truce_shows_colour (STDERR_FILENO);
  const char *bold = colour ? "\033[1m" : "";
  const char *dim = colour ? "\033[36m" : "";
  const char *plain = colour ? "\033[0m" : "";
  guint n = g_list_model_get_n_items (conflicts);
  g_autofree char *name = truce_dup_shown (options->name != NULL ? options->name : options->files[OURS]);

  g_printerr ("%s: %u conflict%s, ours kept\n", name, n, n == 1 ? "" : "s");
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(TruceFieldConflict) field = g_list_model_get_item (conflicts, i);
      g_autofree char *pointer = truce_dup_shown (truce_field_conflict_get_pointer (field));

      g_printerr ("%s%s%s\n", bold, pointer[0] != '\0' ? pointer : "(the whole document)", plain);
      print_value ("base", field, TRUCE_SIDE_BASE, dim, plain);
      print_value ("ours", field, TRUCE_SIDE_LOCAL, dim, plain);
      print_value ("theirs", field, TRUCE_SIDE_REMOTE, dim, plain);
    }
}

static int
write_result (const Options *options,
              GBytes        *merged)
{
  g_autoptr(GError) error = NULL;

  if (options->output == NULL)
    return truce_write_stdout (merged) ? EXIT_MERGED : EXIT_BAD_INPUT;
  if (truce_write_file (options->output, merged, &error))
    return EXIT_MERGED;
  return truce_complain ("%s", error->message);
}

static int
merge (const Options *options)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = make_schema (options, &error);
  g_autoptr(GBytes) base = NULL;
  g_autoptr(GBytes) ours = NULL;
  g_autoptr(GBytes) theirs = NULL;
  g_autoptr(GBytes) merged = NULL;
  g_autoptr(GListModel) conflicts = NULL;
  int status;

  if (schema == NULL || (base = read_file (options->files[BASE], &error)) == NULL ||
      (ours = read_file (options->files[OURS], &error)) == NULL ||
      (theirs = read_file (options->files[THEIRS], &error)) == NULL)
    return truce_complain ("%s", error->message);

  merged = truce_merge_three_way_bytes (g_bytes_get_size (base) > 0 ? base : NULL, ours, theirs, schema, &conflicts, &error);
  if (merged == NULL)
    return complain_of_merge (options, error);

  status = write_result (options, merged);
  if (status != EXIT_MERGED || g_list_model_get_n_items (conflicts) == 0)
    return status;
  if (!options->quiet)
    list_conflicts (options, conflicts);
  return EXIT_CONFLICTS;
}

int
truce_command_merge (int    argc,
                     char **argv)
{
  g_auto(Options) options = { NULL };
  g_autoptr(GError) error = NULL;

  if (!parse_options (&options, &argc, &argv, &error))
    return truce_complain ("%s; see “truce merge --help”", error->message);
  if (options.install)
    return options.files == NULL ? truce_git_install (options.yes)
                                 : truce_complain ("--install-git-driver takes no files");
  if (options.files == NULL || g_strv_length (options.files) != N_FILES)
    return truce_complain ("three files are needed, BASE OURS THEIRS; see “truce merge --help”");
  return merge (&options);
}
