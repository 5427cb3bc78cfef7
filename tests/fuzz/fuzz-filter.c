/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-filter-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

/* Text is refused, or is a filter that is written and read again as the same, and lets the same records through. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  static const char record[] =
    "{\"a\":[1,{\"b\":\"x\"}],\"b\":\"\\u00e4\",\"c\":-1.5e3,\"d\":null,\"done\":true,\"two words\":{\"x\" : 1}}";
  g_autoptr(TruceJsonDoc) doc = truce_json_doc_parse_text (record, -1, NULL);
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr(GError) error = NULL;
  g_autoptr(TruceFilter) filter = truce_filter_parse (text, &error);
  g_autoptr(TruceFilter) again = NULL;
  g_autofree char *written = NULL;
  g_autofree char *written_again = NULL;

  if (filter == NULL)
    {
      g_assert_nonnull (error);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }

  written = truce_filter_to_string (filter);
  again = truce_filter_parse (written, &error);
  g_assert_no_error (error);
  written_again = truce_filter_to_string (again);
  g_assert_cmpstr (written_again, ==, written);
  g_assert_cmpint (truce_filter_test (again, doc), ==, truce_filter_test (filter, doc));
  return 0;
}
