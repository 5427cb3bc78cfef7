/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The strict reader: one pass over the text, RFC 8259 and nothing else, no recursion. An open container
 * keeps the index of its parent in its `next` until it closes, so the nodes themselves are the stack. */

#include "truce-json-scan.h"

#include <string.h>

#define N_NODES_FIRST_MAX 65536 /* no text gets more nodes than this before it has shown that it needs them */

/* ---- what is wrong, and where ---- */

gboolean
truce_json_scan_fail (TruceJsonScan *scan,
                      TruceError     code,
                      const char    *at,
                      const char    *format,
                      ...)
{
  g_autoptr(GString) message = g_string_new (NULL);
  va_list args;

  truce_json_append_line (message, scan->doc, at);
  g_string_append (message, "at ");
  truce_json_append_open (message, scan->doc, scan->open, scan->in_child);
  g_string_append (message, ": ");
  va_start (args, format);
  g_string_append_vprintf (message, format, args);
  va_end (args);

  g_set_error_literal (scan->error, TRUCE_ERROR, code, message->str);
  return FALSE;
}

static gsize
word_length (const char *at,
             const char *end)
{
  gsize length = 0;

  while (at + length < end && strchr (" \t\r\n,:[]{}\"", at[length]) == NULL)
    length++;

  return MAX (length, 1);
}

gboolean
truce_json_scan_fail_wanted (TruceJsonScan *scan,
                             const char    *wanted)
{
  g_autoptr(GString) found = g_string_new (NULL);

  if (scan->at == scan->end)
    return truce_json_scan_fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at,
                                 "the text ends where %s must be", wanted);
  if (scan->at == scan->doc->text && scan->doc->length >= 3 && memcmp (scan->at, "\xEF\xBB\xBF", 3) == 0)
    return truce_json_scan_fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at,
                                 "the text begins with a byte order mark");

  truce_json_append_shown (found, scan->at, word_length (scan->at, scan->end));
  return truce_json_scan_fail (scan, TRUCE_ERROR_INVALID_DATA, scan->at,
                               "“%s” where %s must be", found->str, wanted);
}

/* ---- what stands within what ---- */

static inline void
skip_space (TruceJsonScan *scan)
{
  const char *at = scan->at;

  while (at < scan->end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
    at++;

  scan->at = at;
}

/* *opened tells whether children follow: an empty container is a whole value already. */
static gboolean
scan_open (TruceJsonScan *scan,
           char           closer,
           gboolean      *opened)
{
  const char *start = scan->at++;
  TruceJsonNode *node;

  skip_space (scan);
  if (scan->depth == scan->max_depth)
    return truce_json_scan_fail (scan, TRUCE_ERROR_TOO_LARGE, start,
                                 "more than %u arrays and objects within each other",
                                 scan->max_depth);
  if (truce_json_scan_is_next (scan, closer))
    {
      scan->at++;
      return truce_json_scan_add_leaf (scan, start);
    }

  node = truce_json_scan_add_node (scan, start);
  node->next = scan->open;
  scan->open = scan->doc->n_nodes - 1;
  scan->depth++;
  *opened = TRUE;
  return TRUE;
}

static gboolean
scan_close (TruceJsonScan *scan)
{
  TruceJsonDoc *doc = scan->doc;
  guint32 container = scan->open;
  guint32 parent = doc->nodes[container].next;

  scan->at++;
  doc->nodes[container].end = scan->at - doc->text;
  if (doc->text[doc->nodes[container].start] == '{')
    {
      guint32 name;

      doc->nodes[container].next = doc->n_nodes;
      name = truce_json_find_duplicate (doc, container, scan->plain_names);
      if (name != TRUCE_JSON_NONE)
        {
          g_autoptr(GString) shown = g_string_new (NULL);
          const TruceJsonNode *node = &doc->nodes[name];

          doc->nodes[container].next = parent;
          truce_json_append_shown (shown, doc->text + node->start + 1, node->end - node->start - 2);
          return truce_json_scan_fail (scan, TRUCE_ERROR_INVALID_DATA, doc->text + node->start,
                                       "a second member of the name “%s”", shown->str);
        }
    }

  doc->nodes[container].next = doc->n_nodes;
  scan->open = parent;
  scan->depth--;
  return TRUE;
}

/* Behind a value: closes what ends there, and passes the comma before the next child. */
static gboolean
scan_behind (TruceJsonScan *scan)
{
  while (TRUE)
    {
      gboolean in_object;

      scan->in_child = FALSE;
      skip_space (scan);
      if (scan->open == TRUCE_JSON_NONE)
        return TRUE;

      if (truce_json_scan_is_next (scan, ','))
        {
          scan->at++;
          return TRUE;
        }

      in_object = scan->doc->text[scan->doc->nodes[scan->open].start] == '{';
      if (!truce_json_scan_is_next (scan, in_object ? '}' : ']'))
        return truce_json_scan_fail_wanted (scan, in_object ? "a comma or “}”" : "a comma or “]”");
      if (!scan_close (scan))
        return FALSE;
    }
}

static gboolean
scan_name (TruceJsonScan *scan)
{
  scan->in_child = FALSE;
  skip_space (scan);
  if (!truce_json_scan_is_next (scan, '"'))
    return truce_json_scan_fail_wanted (scan, "a member's name in double quotes");
  if (!truce_json_scan_string (scan, &scan->plain_names))
    return FALSE;

  scan->in_child = TRUE;
  skip_space (scan);
  if (!truce_json_scan_is_next (scan, ':'))
    return truce_json_scan_fail_wanted (scan, "a colon");

  scan->at++;
  return TRUE;
}

static gboolean
scan_value (TruceJsonScan *scan,
            gboolean      *opened)
{
  gboolean plain;

  scan->in_child = TRUE;
  skip_space (scan);
  if (scan->at == scan->end)
    return truce_json_scan_fail_wanted (scan, "a value");

  switch (*scan->at)
    {
    case '{':
      return scan_open (scan, '}', opened);
    case '[':
      return scan_open (scan, ']', opened);
    case '"':
      return truce_json_scan_string (scan, &plain);
    case 't':
      return truce_json_scan_word (scan, "true", 4);
    case 'f':
      return truce_json_scan_word (scan, "false", 5);
    case 'n':
      return truce_json_scan_word (scan, "null", 4);
    default:
      if (*scan->at != '-' && !g_ascii_isdigit (*scan->at))
        return truce_json_scan_fail_wanted (scan, "a value");
      return truce_json_scan_number (scan);
    }
}

static gboolean
scan_document (TruceJsonScan *scan)
{
  do
    {
      gboolean opened = FALSE;

      if (scan->open != TRUCE_JSON_NONE && scan->doc->text[scan->doc->nodes[scan->open].start] == '{' &&
          !scan_name (scan))
        return FALSE;
      if (!scan_value (scan, &opened))
        return FALSE;
      if (!opened && !scan_behind (scan))
        return FALSE;
    }
  while (scan->open != TRUCE_JSON_NONE);

  if (scan->at < scan->end)
    return truce_json_scan_fail_wanted (scan, "the end of the text");

  return TRUE;
}

gboolean
truce_json_scan (TruceJsonDoc *doc,
                 guint         max_depth,
                 GError      **error)
{
  TruceJsonScan scan = {
    .doc = doc,
    .at = doc->text,
    .end = doc->text + doc->length,
    .n_allocated = MIN (doc->length / 12 + 8, N_NODES_FIRST_MAX),
    .open = TRUCE_JSON_NONE,
    .max_depth = max_depth,
    .plain_names = TRUE,
    .error = error,
  };

  doc->nodes = g_new (TruceJsonNode, scan.n_allocated);
  if (!scan_document (&scan))
    return FALSE;

  doc->nodes = g_renew (TruceJsonNode, doc->nodes, doc->n_nodes);
  return TRUE;
}
