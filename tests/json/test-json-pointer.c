/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* JSON pointers, by the examples of RFC 6901. */

#include "truce-json.h"

static const struct
{
  const char *path;
  const char *pointer;
  const char *tokens[4];
} pointers[] = {
  { "empty", "", { NULL } },
  { "empty-token", "/", { "" } },
  { "one", "/foo", { "foo" } },
  { "two", "/foo/0", { "foo", "0" } },
  { "slash", "/a~1b", { "a/b" } },
  { "tilde", "/m~0n", { "m~n" } },
  { "tilde-one", "/~01", { "~1" } },
  { "both", "/~1~0/~0~1", { "/~", "~/" } },
  { "empty-tokens", "//", { "", "" } },
  { "trailing-slash", "/a/", { "a", "" } },
  { "percent", "/c%d", { "c%d" } },
  { "quote-and-backslash", "/k\"l\\j", { "k\"l\\j" } },
  { "space", "/ ", { " " } },
  { "utf-8", "/\303\251/\360\237\231\202", { "\303\251", "\360\237\231\202" } },
};

static void
test_pointer (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) tokens = truce_json_pointer_split (pointers[row].pointer, &error);
  g_autoptr(GString) again = g_string_new (NULL);

  g_assert_no_error (error);
  g_assert_cmpstrv (tokens, pointers[row].tokens);
  for (guint i = 0; tokens[i] != NULL; i++)
    truce_json_pointer_append (again, tokens[i]);
  g_assert_cmpstr (again->str, ==, pointers[row].pointer);
}

static const struct
{
  const char *path;
  const char *pointer;
  const char *message;
} refused[] = {
  { "no-slash", "foo", "“foo” is not a JSON pointer: it must be empty or begin with “/”" },
  { "fragment", "#/foo", "“#/foo” is not a JSON pointer: it must be empty or begin with “/”" },
  { "tilde-two", "/a/~2", "“/a/~2” is not a JSON pointer: “~” must be followed by “0” or “1”" },
  { "tilde-last", "/~", "“/~” is not a JSON pointer: “~” must be followed by “0” or “1”" },
  { "tilde-tilde", "/~~0", "“/~~0” is not a JSON pointer: “~” must be followed by “0” or “1”" },
  { "tilde-slash", "/~/a", "“/~/a” is not a JSON pointer: “~” must be followed by “0” or “1”" },
  { "not-utf-8", "/\377", "“/\\xff” is not a JSON pointer: it is not UTF-8" },
  { "bidi", "\342\200\256", "“\\u202e” is not a JSON pointer: it must be empty or begin with “/”" },
};

static void
test_refused (gconstpointer data)
{
  guint row = GPOINTER_TO_UINT (data);
  g_autoptr(GError) error = NULL;

  g_assert_null (truce_json_pointer_split (refused[row].pointer, &error));
  g_assert_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA);
  g_assert_cmpstr (error->message, ==, refused[row].message);
}

static void
test_index (void)
{
  g_autoptr(GString) pointer = g_string_new ("/a");

  truce_json_pointer_append_index (pointer, 0);
  truce_json_pointer_append_index (pointer, G_MAXUINT);
  g_assert_cmpstr (pointer->str, ==, "/a/0/4294967295");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pointers); i++)
    {
      g_autofree char *path = g_strconcat ("/json/pointer/", pointers[i].path, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_pointer);
    }
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree char *path = g_strconcat ("/json/pointer/refuses/", refused[i].path, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_refused);
    }
  g_test_add_func ("/json/pointer/index", test_index);
  return g_test_run ();
}
