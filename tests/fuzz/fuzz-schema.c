/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-schema-private.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

/* What is read is written so that it reads as the same, and is written as the same again. */
static void
check_round_trip (TruceSchema *schema)
{
  g_autoptr(JsonNode) first = truce_schema_to_json (schema);
  g_autoptr(TruceSchema) again = truce_schema_new_from_json (first, NULL);
  g_autoptr(JsonNode) second = NULL;

  g_assert_nonnull (again);
  second = truce_schema_to_json (again);
  g_assert_true (json_node_equal (first, second));
}

/* For each field the table of the schema says what a walk finds; and whatever the record is, the check ends, and says
 * what is wrong. */
static void
check_record (TruceSchema *schema,
              const char  *text,
              gsize        length)
{
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (text, (gssize) length, NULL);
  g_autoptr(GError) error = NULL;

  if (doc == NULL)
    return;
  truce_schema_seal (schema);
  g_assert_cmpint (truce_schema_check (schema, "c", "id", doc, &error), ==, error == NULL);
  if (truce_json_type (doc, 0) != TRUCE_JSON_OBJECT)
    return;
  for (guint32 i = 1; i < doc->nodes[0].next; i = doc->nodes[i + 1].next)
    {
      g_autofree char *name = truce_json_dup_string (doc, i);
      g_autoptr(GString) pointer = g_string_new (NULL);
      const TruceSchemaField *field = truce_schema_field (schema, name, strlen (name));

      truce_json_pointer_append (pointer, name);
      g_assert_cmpint (field != NULL ? field->rules.kind : TRUCE_KIND_REGISTER, ==,
                       truce_schema_get_kind (schema, pointer->str));
      g_assert_cmpuint (field != NULL ? field->rules.max_size : 0, ==, truce_schema_get_max_size (schema, pointer->str));
    }
}

/* A line with a schema, then a record. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  const char *line_end = size > 0 ? memchr (data, '\n', size) : NULL;
  gsize length = line_end != NULL ? (gsize) (line_end - (const char *) data) : size;
  g_autofree char *text = g_strndup ((const char *) data, length);
  g_autoptr(TruceSchema) schema = truce_schema_new_from_text (text, NULL);

  if (schema == NULL)
    return 0;
  check_round_trip (schema);
  if (line_end != NULL)
    check_record (schema, line_end + 1, size - length - 1);
  return 0;
}
