/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A text being read. For truce-json-scan.c, which reads what stands within what, and truce-json-token.c,
 * which reads the rest. */

#include "truce-json-private.h"

G_BEGIN_DECLS

typedef struct
{
  TruceJsonDoc *doc;            /* not owned; its nodes are made here */
  const char *at;
  const char *end;
  guint32 n_allocated;
  guint32 open;                 /* the innermost open container, or TRUCE_JSON_NONE */
  guint depth;                  /* how many are open */
  guint max_depth;
  gboolean plain_names;         /* no name has had an escape yet */
  gboolean in_child;            /* `at` stands at a child of `open`, not between two */
  GError **error;
} TruceJsonScan;

/* Both return FALSE, so that their callers can return it. The second: something else stands where
 * `wanted` must. */
gboolean truce_json_scan_fail        (TruceJsonScan *scan,
                                      TruceError     code,
                                      const char    *at,
                                      const char    *format,
                                      ...) G_GNUC_PRINTF (4, 5);
gboolean truce_json_scan_fail_wanted (TruceJsonScan *scan,
                                      const char    *wanted);

/* These make a leaf of what stands at scan->at, and move behind it. */

/* At a quote. *plain becomes FALSE where an escape is in the string. */
gboolean truce_json_scan_string      (TruceJsonScan *scan,
                                      gboolean      *plain);
/* At a minus sign or a digit. */
gboolean truce_json_scan_number      (TruceJsonScan *scan);
gboolean truce_json_scan_word        (TruceJsonScan *scan,
                                      const char    *word,
                                      gsize          length);

static inline TruceJsonNode *
truce_json_scan_add_node (TruceJsonScan       *scan,
          const char *start)
{
  TruceJsonDoc *doc = scan->doc;
  TruceJsonNode *node;

  if (G_UNLIKELY (doc->n_nodes == scan->n_allocated))
    {
      scan->n_allocated += scan->n_allocated / 2;
      doc->nodes = g_renew (TruceJsonNode, doc->nodes, scan->n_allocated);
    }

  node = &doc->nodes[doc->n_nodes++];
  node->start = start - doc->text;
  return node;
}

/* A value without children, from start to where the scan stands. */
static inline gboolean
truce_json_scan_add_leaf (TruceJsonScan       *scan,
          const char *start)
{
  TruceJsonNode *node = truce_json_scan_add_node (scan, start);

  node->end = scan->at - scan->doc->text;
  node->next = scan->doc->n_nodes;
  return TRUE;
}

static inline gboolean
truce_json_scan_is_next (const TruceJsonScan *scan,
         char        byte)
{
  return scan->at < scan->end && *scan->at == byte;
}

G_END_DECLS
