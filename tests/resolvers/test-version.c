/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The highest of two versions: the order of the specification, what is a version, and what is none. */
#include "truce-version.h"

/* Each is lower than all that follow: the examples of semver.org, section 11, and their kin. */
static const char *ascending[] = {
  "0.0.0-0", "0.0.0", "0.0.1", "0.1.0", "0.9.0", "0.10.0", "0.11.0", "1.0.0--", "1.0.0--1",
  "1.0.0-A", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.1.0", "1.0.0-alpha.beta",
  "1.0.0-alpha-a", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0-rc.1-x",
  "1.0.0", "1.0.1-0", "1.0.1-1", "1.0.1-9", "1.0.1-10", "1.0.1-99999999999999999998",
  "1.0.1-99999999999999999999", "1.0.1-100000000000000000000", "1.0.1-0a", "1.0.1-a.b.c",
  "1.0.1-a.b.c.d", "1.0.1", "1.9.0", "1.10.0", "2.0.0", "2.1.0", "2.1.1",
  "18446744073709551615.0.0", "18446744073709551616.0.0",
  "99999999999999999999999.999999999999999999.99999999999999999",
};

static void
test_ascending (gconstpointer data)
{
  const char *low = data;
  gsize place = 0;
  int which;

  while (ascending[place] != low)
    place++;
  for (gsize i = place + 1; i < G_N_ELEMENTS (ascending); i++)
    {
      which = -1;
      g_assert_true (truce_version_pick_highest (low, ascending[i], &which));
      g_assert_cmpint (which, ==, 1);
      g_assert_true (truce_version_pick_highest (ascending[i], low, &which));
      g_assert_cmpint (which, ==, 0);
    }
  g_assert_true (truce_version_pick_highest (low, low, &which));
  g_assert_cmpint (which, ==, 0);
}

typedef struct
{
  const char *a;
  const char *b;
} Pair;

/* b is higher */
static const Pair higher[] = {
  { "^1.2.3", "^1.2.4" },
  { "^1.9.0", "~1.10.0" },
  { "1.2.3", "^1.3.0" },
  { "3.1.9-1", "^3.3.0" },
  { "^1.3.0", "1.3.1" },
  { "v1.2.3", "v1.2.4" },
  { "v1.2.3", "1.2.4" },
  { "^v1.2.3", "=v1.2.4" },
  { ">=1.0.0", ">=1.0.1" },
  { ">= 1.0.0", ">=1.0.1" },
  { ">=14", ">=16" },
  { "=1.2", "=1.3" },
  { "~1.2", "~1.2.3" },
  { "1.2", "1.10" },
  { "1.2", "1.2.3" },
  { "v1", "v2" },
  { "^1", "^2.0" },
  { "1.x", "2.x" },
  { "1.x.x", "1.1.x" },
  { "1.X", "1.2.*" },
  { "1.x", "1.2.3" },
  { "1.2.3-rc.1", "^1.2.3" },
  { "^1.2.3-rc.1", "1.2.3-rc.2" },
  { "1.2.3+9", "1.2.4+1" },
  { "1.2.3+001", "1.2.4+exp.sha-5114f85.0" },
  { "1.2.3-a+b", "1.2.3+a" },
  { "workspace:^1.0.0", "workspace:^1.1.0" },
  { "workspace:1.0.0", "workspace:~1.0.1" },
  { "npm:foo@^1.2.3", "npm:foo@^1.10.0" },
  { "npm:@nozbe/lokijs@1.5.12-wmelon6", "npm:@nozbe/lokijs@1.5.12-wmelon7" },
  { "npm:foo@1", "npm:foo@2" },
};

static void
test_higher (gconstpointer data)
{
  const Pair *row = data;
  int which = -1;

  g_assert_true (truce_version_pick_highest (row->a, row->b, &which));
  g_assert_cmpint (which, ==, 1);
  g_assert_true (truce_version_pick_highest (row->b, row->a, &which));
  g_assert_cmpint (which, ==, 0);
}

/* Versions, but none is higher: another range, spelling, or build; or they are versions of different things.
 * */
static const Pair undecided[] = {
  { "^1.2.3", "~1.2.3" },
  { "^1.2.3", "1.2.3" },
  { ">=1.2.3", "=1.2.3" },
  { "v1.2.3", "1.2.3" },
  { "1.2", "1.2.0" },
  { "1.x", "1.0.0" },
  { "1.2.3+a", "1.2.3+b" },
  { "1.2.3+a", "1.2.3" },
  { "1.2.3-a+1", "1.2.3-a+2" },
  { "npm:foo@1.2.3", "npm:bar@1.2.4" },
  { "npm:foo@1.2.3", "1.2.4" },
  { "workspace:1.2.3", "1.2.4" },
};

static void
test_undecided (gconstpointer data)
{
  const Pair *row = data;
  int which = -1;

  g_assert_false (truce_version_pick_highest (row->a, row->b, &which));
  g_assert_false (truce_version_pick_highest (row->b, row->a, &which));
  g_assert_cmpint (which, ==, -1);
}

static const char *no_versions[] = {
  "", " ", "x", "*", "latest", "next", "v", "^", ">=", "workspace:", "workspace:*", "workspace:^",
  "npm:", "npm:foo", "npm:foo@", "npm:foo@latest", "npm: foo@1.2.3", "npm:@@1.2.3 ",
  "npm:föö@1.2.3", "workspace:npm:foo@1.2.3", "1", "8080", "2024", "1.", ".1", "1..2", "1.2.",
  "1.2.3.", "1.2.3.4", "10.0.0.1", "x.1", "1.x.3", "1.x.x.x", "1.2.x-a", "01.2.3", "1.02.3",
  "1.2.03", "1.2.3-01", "1.2.3-a.01", "2024.01.02", "1.2.3-", "1.2.3+", "1.2.3-+a", "1.2.3-a..b",
  "1.2.3-a.", "1.2.3+a..b", "1.2.3+a+b", "1.2.3-ä", "1.2.3-a_b", "1.2.3 -a", "1.2-beta",
  "1.2+build", "^1-0", "<2.0.0", "<=2.0.0", ">1.0.0", "!=1.0.0", "~>1.2.3", "~=1.2", "^^1.2.3",
  "^~1.2.3", "vv1.2.3", "v=1.2.3", "V1.2.3", "1.2.3 ", " 1.2.3", "v 1.2.3", "1.2.3\n",
  "1.2.3 - 2.0.0", "1.2.3 || 2.0.0", ">=1.0.0 <2.0.0", "1.2.3,1.2.4", "-1.2.3", "+1.2.3", "1,2,3",
  "1.2.3e4", "0x1.2.3", "1.2.3a", "٣.٢.١", "１.２.３", "github:matrix-org/matrix-js-sdk#develop",
  "git+https://example.org/x.git#v1.2.3", "https://example.org/1.2.3", "file:../1.2.3",
  "2024-01-02", "12:30",
};

static void
test_no_version (gconstpointer data)
{
  const char *text = data;
  int which = -1;

  g_assert_false (truce_version_pick_highest (text, "0.0.1", &which));
  g_assert_false (truce_version_pick_highest ("0.0.1", text, &which));
  g_assert_false (truce_version_pick_highest (text, text, &which));
  g_assert_cmpint (which, ==, -1);
}

/* The valid examples of the regular expression that semver.org gives. */
static const char *official_valid[] = {
  "0.0.4", "1.2.3", "10.20.30", "1.1.2-prerelease+meta", "1.1.2+meta", "1.1.2+meta-valid",
  "1.0.0-alpha", "1.0.0-beta", "1.0.0-alpha.beta", "1.0.0-alpha.beta.1", "1.0.0-alpha.1",
  "1.0.0-alpha0.valid", "1.0.0-alpha.0valid",
  "1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay", "1.0.0-rc.1+build.1",
  "2.0.0-rc.1+build.123", "1.2.3-beta", "10.2.3-DEV-SNAPSHOT", "1.2.3-SNAPSHOT-123", "1.0.0",
  "2.0.0", "1.1.7", "2.0.0+build.1848", "2.0.1-alpha.1227", "1.0.0-alpha+beta",
  "1.2.3----RC-SNAPSHOT.12.9.1--.12+788", "1.2.3----R-S.12.9.1--.12+meta",
  "1.2.3----RC-SNAPSHOT.12.9.1--.12", "1.0.0+0.build.1-rc.10000aaa-kk-0.1", "1.0.0-0A.is.legal",
};

static void
test_official_valid (gconstpointer data)
{
  int which = -1;

  g_assert_true (truce_version_pick_highest (data, "0.0.0-0", &which));
  g_assert_cmpint (which, ==, 0);
}

/* Unescaped, a slash would start a level of the path, and # a comment in TAP. */
static void
add_case (const char   *folder,
          const char   *name,
          gconstpointer data,
          GTestDataFunc test)
{
  g_autofree char *escaped = g_uri_escape_string (name, "^<=> *+:@,!'", FALSE);
  g_autofree char *path = g_strconcat ("/version/", folder, "/'", escaped, "'", NULL);

  g_test_add_data_func (path, data, test);
}

static void
add_texts (const char   *folder,
           const char  **texts,
           gsize         n,
           GTestDataFunc test)
{
  for (gsize i = 0; i < n; i++)
    add_case (folder, texts[i], texts[i], test);
}

static void
add_pairs (const char   *folder,
           const Pair   *pairs,
           gsize         n,
           GTestDataFunc test)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *name = g_strconcat (pairs[i].a, "' and '", pairs[i].b, NULL);

      add_case (folder, name, &pairs[i], test);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  add_texts ("ascending", ascending, G_N_ELEMENTS (ascending), test_ascending);
  add_texts ("official-valid", official_valid, G_N_ELEMENTS (official_valid), test_official_valid);
  add_texts ("none", no_versions, G_N_ELEMENTS (no_versions), test_no_version);
  add_pairs ("higher", higher, G_N_ELEMENTS (higher), test_higher);
  add_pairs ("undecided", undecided, G_N_ELEMENTS (undecided), test_undecided);

  return g_test_run ();
}
