/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A schema and three documents, with a record separator (U+001E) between: what can be read merges, the
 * result can be read, and what is unchanged on one side comes out as the other, to the byte. An empty
 * schema is none. */
#include <truce.h>

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

enum { SCHEMA, BASE, OURS, THEIRS, N_PARTS };

static GBytes *
merge (GBytes      *base,
       GBytes      *ours,
       GBytes      *theirs,
       TruceSchema *schema)
{
  g_autoptr(GListModel) conflicts = NULL;
  g_autoptr(GError) error = NULL;
  GBytes *merged = truce_merge_three_way_bytes (base, ours, theirs, schema, &conflicts, &error);

  if (merged == NULL && error != NULL)
    g_assert_true (error->code == TRUCE_ERROR_INVALID_DATA || error->code == TRUCE_ERROR_TOO_LARGE);
  if (conflicts == NULL)
    return merged;

  for (guint i = 0; i < g_list_model_get_n_items (conflicts); i++)
    {
      g_autoptr(TruceFieldConflict) field = g_list_model_get_item (conflicts, i);
      g_autofree char *text = truce_field_conflict_dup_text (field, TRUCE_SIDE_PROPOSED);
      g_autoptr(JsonNode) remote = truce_field_conflict_dup_value (field, TRUCE_SIDE_REMOTE);

      g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
      g_assert_true (remote == NULL || json_node_get_node_type (remote) <= JSON_NODE_NULL);
    }
  return merged;
}

static void
check (GBytes *const *parts,
       TruceSchema   *schema)
{
  g_autoptr(GBytes) merged = merge (parts[BASE], parts[OURS], parts[THEIRS], schema);
  g_autoptr(GBytes) only_ours = NULL;
  g_autoptr(GBytes) only_theirs = NULL;
  g_autoptr(GBytes) again = NULL;

  if (merged == NULL)
    return;

  again = merge (merged, merged, merged, schema);
  g_assert_true (g_bytes_equal (again, merged));
  if (schema != NULL)
    return;
  only_ours = merge (parts[BASE], parts[OURS], parts[BASE], NULL);
  only_theirs = merge (parts[BASE], parts[BASE], parts[THEIRS], NULL);
  g_assert_true (g_bytes_equal (only_ours, parts[OURS]));
  g_assert_true (only_theirs != NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  GBytes *parts[N_PARTS] = { NULL };
  g_autofree char *schema_text = NULL;
  g_autoptr(TruceSchema) schema = NULL;
  const guint8 *end = data + size;

  for (int i = 0; i < N_PARTS; i++)
    {
      const guint8 *cut = data < end ? memchr (data, 0x1e, end - data) : NULL;
      const guint8 *stop = cut != NULL ? cut : end;

      parts[i] = g_bytes_new (data, stop - data);
      data = cut != NULL ? cut + 1 : end;
    }

  schema_text = g_strdup_printf ("%.*s", (int) g_bytes_get_size (parts[SCHEMA]),
                                 g_bytes_get_size (parts[SCHEMA]) > 0 ? (const char *) g_bytes_get_data (parts[SCHEMA], NULL) : "");
  schema = truce_schema_new_from_text (schema_text, NULL);
  if (schema != NULL || schema_text[0] == '\0')
    check (parts, schema);

  for (int i = 0; i < N_PARTS; i++)
    g_bytes_unref (parts[i]);
  return 0;
}
