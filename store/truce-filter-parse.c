/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The language of filters, by recursive descent, as deep as TRUCE_FILTER_DEPTH_MAX parentheses:
 *
 *   filter     = both ("or" both)…
 *   both       = one ("and" one)…
 *   one        = "(" filter ")" | comparison
 *   comparison = field ("==" | "!=" | "<" | "<=" | ">" | ">=") value
 *   field      = bare | string
 *   value      = any JSON value
 *
 * Where a JSON value ends is found here; whether it is one, our reader of JSON decides. */

#include "truce-filter-private.h"

#include "truce-kind-private.h"

#include <string.h>

typedef struct
{
  const char *text;
  const char *at;
  guint depth;                  /* open parentheses */
  GError **error;
} Parser;

static TruceFilter *parse_filter (Parser *parser);

/* ---- what is wrong, and where ---- */

static gpointer
fail_at (Parser     *parser,
         const char *at,
         const char *what)
{
  g_set_error (parser->error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "filter, column %ld: %s",
               g_utf8_pointer_to_offset (parser->text, at) + 1, what);
  return NULL;
}

static gpointer
fail_wanted (Parser     *parser,
             const char *wanted)
{
  gsize length = strcspn (parser->at, " \t\r\n()\"<>=!");
  g_autofree char *found = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *what = NULL;

  if (*parser->at == '\0')
    {
      what = g_strdup_printf ("the text ends where %s must be", wanted);
      return fail_at (parser, parser->at, what);
    }

  if (length == 0)
    length = g_utf8_next_char (parser->at) - parser->at;
  found = g_strndup (parser->at, length);
  shown = truce_show_name (found);
  what = g_strdup_printf ("“%s” where %s must be", shown, wanted);
  return fail_at (parser, parser->at, what);
}

/* ---- words ---- */

static void
skip_space (Parser *parser)
{
  while (g_ascii_isspace (*parser->at))
    parser->at++;
}

/* No format character: it would not show, and a pasted name would look like another. */
gboolean
truce_filter_is_bare_char (gunichar c,
                           gboolean first)
{
  if (c < 0x80)
    return g_ascii_isalpha ((char) c) || c == '_' || c == '/' || c == '$' || c == '@' ||
           (!first && (g_ascii_isdigit ((char) c) || c == '-' || c == '.' || c == '~' || c == ':'));

  return g_unichar_isgraph (c) && g_unichar_type (c) != G_UNICODE_FORMAT;
}

static gsize
bare_length (const char *at)
{
  const char *end = at;

  while (*end != '\0' && truce_filter_is_bare_char (g_utf8_get_char (end), end == at))
    end = g_utf8_next_char (end);

  return end - at;
}

static gboolean
is_keyword (const char *word,
            gsize       length)
{
  return (length == 3 && memcmp (word, "and", 3) == 0) || (length == 2 && memcmp (word, "or", 2) == 0);
}

gboolean
truce_filter_is_bare (const char *name)
{
  gsize length = bare_length (name);

  return length > 0 && name[length] == '\0' && !is_keyword (name, length);
}

static gboolean
take_keyword (Parser     *parser,
              const char *keyword)
{
  gsize length;

  skip_space (parser);
  length = bare_length (parser->at);
  if (length != strlen (keyword) || memcmp (parser->at, keyword, length) != 0)
    return FALSE;

  parser->at += length;
  return TRUE;
}

/* Behind the closing quote, or the end of the text. */
static const char *
end_of_string (const char *at)
{
  for (at++; *at != '\0' && *at != '"'; at++)
    if (*at == '\\' && at[1] != '\0')
      at++;

  return *at == '"' ? at + 1 : at;
}

static const char *
end_of_container (const char *at)
{
  gsize depth = 0;

  do
    {
      if (*at == '"')
        {
          at = end_of_string (at);
          continue;
        }
      depth += *at == '[' || *at == '{';
      depth -= *at == ']' || *at == '}';
      at++;
    }
  while (*at != '\0' && depth > 0);

  return at;
}

static const char *
end_of_value (const char *at)
{
  if (*at == '"')
    return end_of_string (at);
  if (*at == '[' || *at == '{')
    return end_of_container (at);

  return at + strcspn (at, " \t\r\n()\"<>=!");
}

/* ---- the parts of a comparison ---- */

static TruceField *
parse_field (Parser *parser)
{
  const char *start = parser->at;
  gsize length = bare_length (start);
  g_autofree char *name = NULL;
  g_autoptr(GError) reason = NULL;
  TruceField *field;

  if (*start == '"')
    {
      g_autoptr(TruceJsonDoc) quoted = NULL;

      length = end_of_string (start) - start;
      quoted = truce_json_doc_parse_text (start, length, NULL);
      if (quoted == NULL)
        return fail_at (parser, start, "this is not a name in double quotes, as JSON writes them");
      name = truce_json_dup_string (quoted, 0);
    }
  else if (length == 0 || is_keyword (start, length))
    {
      return fail_wanted (parser, "a field or “(”");
    }
  else
    {
      name = g_strndup (start, length);
    }

  field = truce_field_new (name, &reason);
  if (field == NULL)
    return fail_at (parser, start, reason->message);

  parser->at += length;
  return field;
}

static gboolean
parse_operator (Parser          *parser,
                TruceComparison *comparison)
{
  /* The longer ones first: "<=" begins with "<". */
  static const TruceComparison tried[] = {
    TRUCE_COMPARE_EQUAL, TRUCE_COMPARE_UNEQUAL, TRUCE_COMPARE_LESS_OR_EQUAL, TRUCE_COMPARE_GREATER_OR_EQUAL,
    TRUCE_COMPARE_LESS, TRUCE_COMPARE_GREATER,
  };

  skip_space (parser);
  for (gsize i = 0; i < G_N_ELEMENTS (tried); i++)
    {
      const char *symbol = truce_comparison_symbol (tried[i]);

      if (g_str_has_prefix (parser->at, symbol))
        {
          *comparison = tried[i];
          parser->at += strlen (symbol);
          return TRUE;
        }
    }

  fail_wanted (parser, "==, !=, <, <=, > or >=");
  return FALSE;
}

static TruceJsonDoc *
parse_value (Parser *parser)
{
  const char *end;
  g_autoptr(GError) reason = NULL;
  TruceJsonDoc *value;

  skip_space (parser);
  end = end_of_value (parser->at);
  if (end == parser->at)
    return fail_wanted (parser, "a value");

  value = truce_json_doc_parse_text (parser->at, end - parser->at, &reason);
  if (value == NULL)
    {
      g_autofree char *what = g_strdup_printf ("not a JSON value (texts go in double quotes): %s", reason->message);

      return fail_at (parser, parser->at, what);
    }

  parser->at = end;
  return value;
}

static TruceFilter *
parse_comparison (Parser *parser)
{
  g_autoptr(TruceField) field = parse_field (parser);
  TruceComparison comparison;
  TruceJsonDoc *value;

  if (field == NULL || !parse_operator (parser, &comparison))
    return NULL;

  value = parse_value (parser);
  return value != NULL ? truce_filter_new_literal (g_steal_pointer (&field), comparison, value) : NULL;
}

/* ---- what joins them ---- */

static TruceFilter *
parse_one (Parser *parser)
{
  g_autoptr(TruceFilter) inner = NULL;

  skip_space (parser);
  if (*parser->at != '(')
    return parse_comparison (parser);
  if (parser->depth == TRUCE_FILTER_DEPTH_MAX)
    return fail_at (parser, parser->at, "too many parentheses within each other");

  parser->at++;
  parser->depth++;
  inner = parse_filter (parser);
  if (inner == NULL)
    return NULL;

  skip_space (parser);
  if (*parser->at != ')')
    return fail_wanted (parser, "“and”, “or” or “)”");
  parser->at++;
  parser->depth--;
  return g_steal_pointer (&inner);
}

/* Joined at its end: joining them one by one would copy the chain each time. */
static TruceFilter *
parse_chain (Parser         *parser,
             TruceFilterType type,
             const char     *keyword,
             TruceFilter  *(*parse_branch)(Parser *parser))
{
  g_autoptr(GPtrArray) branches = g_ptr_array_new_with_free_func ((GDestroyNotify) truce_filter_unref);
  const char *start = parser->at;
  TruceFilter *chain;

  do
    {
      TruceFilter *branch = parse_branch (parser);

      if (branch == NULL)
        return NULL;
      g_ptr_array_add (branches, branch);
    }
  while (take_keyword (parser, keyword));

  chain = truce_filter_join (type, (TruceFilter **) branches->pdata, branches->len);
  return chain != NULL ? chain : fail_at (parser, start, "too many levels of “and” and “or”");
}

static TruceFilter *
parse_both (Parser *parser)
{
  return parse_chain (parser, TRUCE_FILTER_AND, "and", parse_one);
}

static TruceFilter *
parse_filter (Parser *parser)
{
  return parse_chain (parser, TRUCE_FILTER_OR, "or", parse_both);
}

/**
 * truce_filter_parse:
 * @text: a filter: see [struct@Filter]; it is not trusted
 * @error: return location for an error
 *
 * Reads a filter. Values from outside do not belong into the text: take
 * [ctor@Filter.new_compare] for these.
 *
 * Returns: (transfer full): the filter, or %NULL with
 *   %TRUCE_ERROR_INVALID_DATA; the message tells the column, counted in
 *   characters from 1
 *
 * Since: 1.0
 */
TruceFilter *
truce_filter_parse (const char *text,
                    GError    **error)
{
  Parser parser = { .text = text, .at = text, .error = error };
  g_autoptr(TruceFilter) filter = NULL;
  const char *end;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!g_utf8_validate (text, -1, &end))
    return fail_at (&parser, end, "this is not UTF-8");

  filter = parse_filter (&parser);
  if (filter == NULL)
    return NULL;

  skip_space (&parser);
  if (*parser.at != '\0')
    return fail_wanted (&parser, "“and”, “or” or the end");
  return g_steal_pointer (&filter);
}
