/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-json.h"
#include "truce-ndjson-reader.h"

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

/* Lines in ascending order, each a record with an id that is an object without one, or told of; all bytes are
 * passed. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr(GInputStream) stream = g_memory_input_stream_new_from_data (data, size, NULL);
  g_autoptr(TruceNdjsonReader) reader = truce_ndjson_reader_new (stream);
  TruceNdjsonResult result;
  gint64 number = 0;

  do
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(TruceJsonDoc) doc = NULL;
      TruceNdjsonLine line;

      result = truce_ndjson_reader_next (reader, &line, &error);
      g_assert_true ((result == TRUCE_NDJSON_BAD) == (error != NULL));
      if (result == TRUCE_NDJSON_END)
        break;
      g_assert_cmpint (line.number, >, number);
      number = line.number;
      if (result == TRUCE_NDJSON_RECORD)
        {
          doc = truce_json_doc_parse_text (line.text, -1, NULL);
          g_assert_nonnull (doc);
          g_assert_cmpint (truce_json_type (doc, 0), ==, TRUCE_JSON_OBJECT);
          g_assert_cmpuint (truce_json_member (doc, 0, "id"), ==, TRUCE_JSON_NONE);
          g_assert_true (g_utf8_validate (line.id, -1, NULL));
        }
    }
  while (TRUE);

  g_assert_cmpint (truce_ndjson_reader_get_offset (reader), ==, size);
  return 0;
}
