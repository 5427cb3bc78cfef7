/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-verbs.h"

#include <string.h>
#include <unistd.h>

enum { BASE, OURS, THEIRS, N_FILES };

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
make_schema (const TruceCall *call,
             GError         **error)
{
  g_autoptr(TruceSchema) schema = NULL;

  if (call->schema == NULL)
    {
      schema = truce_schema_new ();
    }
  else
    {
      schema = truce_read_schema (call->schema, error);
      if (schema == NULL)
        return NULL;
    }

  for (guint i = 0; call->rules != NULL && call->rules[i] != NULL; i++)
    if (!add_rule (schema, call->rules[i], error))
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
complain_of_merge (const TruceCall *call,
                   const GError    *error)
{
  static const char *const sides[N_FILES] = { "base:", "local:", "remote:" };

  for (int i = 0; i < N_FILES; i++)
    if (g_str_has_prefix (error->message, sides[i]))
      return truce_complain (error, "%s:%s", i == OURS && call->name != NULL ? call->name : call->arguments[i],
                             error->message + strlen (sides[i]));
  return truce_complain_of (error);
}

/* One of a conflict's values, cut where it would flood a terminal. */
static void
print_value (const char         *label,
             TruceFieldConflict *field,
             TruceSide           side,
             const TruceColours *colours)
{
  const gsize shown = 400;
  g_autofree char *text = truce_field_conflict_dup_text (field, side);
  gsize length = text != NULL ? strlen (text) : 0;
  g_autofree char *start = length > shown ? g_utf8_make_valid (text, shown) : NULL;
  g_autofree char *safe = truce_dup_shown (text == NULL ? "(absent)" : start != NULL ? start : text);

  g_printerr ("  %s%-6s%s  %s%s\n", colours->label, label, colours->plain, safe, start != NULL ? " …" : "");
}

static void
list_conflicts (const TruceCall *call,
                GListModel      *conflicts)
{
  const TruceColours *colours = truce_colours (STDERR_FILENO);
  guint n = g_list_model_get_n_items (conflicts);
  g_autofree char *name = truce_dup_shown (call->name != NULL ? call->name : call->arguments[OURS]);

  g_printerr ("%s: %u conflict%s, ours kept\n", name, n, n == 1 ? "" : "s");
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(TruceFieldConflict) field = g_list_model_get_item (conflicts, i);
      g_autofree char *pointer = truce_dup_shown (truce_field_conflict_get_pointer (field));

      g_printerr ("%s%s%s\n", colours->bold, pointer[0] != '\0' ? pointer : "(the whole document)", colours->plain);
      print_value ("base", field, TRUCE_SIDE_BASE, colours);
      print_value ("ours", field, TRUCE_SIDE_LOCAL, colours);
      print_value ("theirs", field, TRUCE_SIDE_REMOTE, colours);
    }
}

/* An object a line: the pointer, and those of the three values that are there. */
static void
list_conflicts_json (GListModel *conflicts)
{
  static const struct
  {
    const char *member;
    TruceSide side;
  } sides[N_FILES] = { { "base", TRUCE_SIDE_BASE }, { "ours", TRUCE_SIDE_LOCAL }, { "theirs", TRUCE_SIDE_REMOTE } };

  for (guint i = 0; i < g_list_model_get_n_items (conflicts); i++)
    {
      g_autoptr(TruceFieldConflict) field = g_list_model_get_item (conflicts, i);
      g_autofree char *pointer = truce_dup_quoted (truce_field_conflict_get_pointer (field));
      g_autoptr(GString) line = g_string_new (NULL);

      g_string_printf (line, "{\"pointer\":%s", pointer);
      for (guint j = 0; j < N_FILES; j++)
        {
          g_autofree char *text = truce_field_conflict_dup_text (field, sides[j].side);

          if (text != NULL)
            g_string_append_printf (line, ",\"%s\":%s", sides[j].member, text);
        }
      g_string_append_c (line, '}');
      truce_printerr_json (line->str);
    }
}

static int
write_result (const TruceCall *call,
              GBytes          *merged)
{
  g_autoptr(GError) error = NULL;

  if (call->output == NULL)
    return truce_write_stdout (merged) ? EXIT_DONE : EXIT_BAD_INPUT;
  if (truce_write_file (call->output, merged, &error))
    return EXIT_DONE;
  return truce_complain_of (error);
}

static int
merge (const TruceCall *call)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceSchema) schema = make_schema (call, &error);
  g_autoptr(GBytes) base = NULL;
  g_autoptr(GBytes) ours = NULL;
  g_autoptr(GBytes) theirs = NULL;
  g_autoptr(GBytes) merged = NULL;
  g_autoptr(GListModel) conflicts = NULL;
  int status;

  if (schema == NULL || (base = read_file (call->arguments[BASE], &error)) == NULL ||
      (ours = read_file (call->arguments[OURS], &error)) == NULL ||
      (theirs = read_file (call->arguments[THEIRS], &error)) == NULL)
    return truce_complain_of (error);

  merged = truce_merge_three_way_bytes (g_bytes_get_size (base) > 0 ? base : NULL, ours, theirs, schema, &conflicts, &error);
  if (merged == NULL)
    return complain_of_merge (call, error);

  status = write_result (call, merged);
  if (status != EXIT_DONE || g_list_model_get_n_items (conflicts) == 0)
    return status;
  if (call->json && !call->quiet)
    list_conflicts_json (conflicts);
  else if (!call->quiet)
    list_conflicts (call, conflicts);
  return EXIT_FAILED;
}

int
truce_merge_verb (TruceCall *call)
{
  guint n = g_strv_length (call->arguments);

  if (call->install && (n > 0 || call->json))
    return truce_complain (NULL, "--install-git-driver takes no files, and prints no JSON");
  if (call->install)
    return truce_git_install (call->yes);
  if (n != N_FILES)
    return truce_complain (NULL, "three files are needed, BASE OURS THEIRS; see “truce merge --help”");
  return merge (call);
}
