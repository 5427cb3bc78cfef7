/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* truce merge --install-git-driver, and then git itself. */
#include "tool.h"

#include <string.h>

/* A repository with two branches that change lines side by side; on main stands ours. */
static Tool *
make_repository (const char *theirs)
{
  Tool *tool = tool_new ();

  tool_write (tool, "package.json", "{\n  \"name\": \"n\",\n  \"a\": \"1\",\n  \"b\": \"1\"\n}\n");
  tool_shell (tool, "git init -q -b main && git config user.name n && git config user.email n@example.org && "
              "git add . && git commit -qm base && git checkout -qb theirs");
  g_assert_cmpint (tool->status, ==, 0);
  tool_write (tool, "package.json", theirs);
  tool_shell (tool, "git commit -qam theirs && git checkout -q main");
  g_assert_cmpint (tool->status, ==, 0);
  tool_write (tool, "package.json", "{\n  \"name\": \"n\",\n  \"a\": \"2\",\n  \"b\": \"1\"\n}\n");
  tool_shell (tool, "git commit -qam ours");
  g_assert_cmpint (tool->status, ==, 0);
  return tool;
}

static void
assert_package (Tool       *tool,
                const char *text)
{
  g_autofree char *found = tool_read (tool, "package.json");

  g_assert_cmpstr (found, ==, text);
}

static void
test_merges (void)
{
  g_autoptr(Tool) tool = make_repository ("{\n  \"name\": \"n\",\n  \"a\": \"1\",\n  \"b\": \"3\"\n}\n");

  tool_shell (tool, "git merge -q theirs");
  g_assert_cmpint (tool->status, !=, 0);
  tool_shell (tool, "git merge --abort && \"$TRUCE\" merge --install-git-driver --yes && git merge -q -m both theirs");
  g_assert_cmpint (tool->status, ==, 0);
  assert_package (tool, "{\n  \"name\": \"n\",\n  \"a\": \"2\",\n  \"b\": \"3\"\n}\n");
}

/* A real conflict stays one for git, and ours stands in the file. */
static void
test_conflict (void)
{
  g_autoptr(Tool) tool = make_repository ("{\n  \"name\": \"n\",\n  \"a\": \"3\",\n  \"b\": \"3\"\n}\n");

  tool_shell (tool, "\"$TRUCE\" merge --install-git-driver --yes && git merge -q theirs");
  g_assert_cmpint (tool->status, ==, 1);
  g_assert_nonnull (strstr (tool->err, "package.json: 1 conflict, ours kept\n/a\n"));
  assert_package (tool, "{\n  \"name\": \"n\",\n  \"a\": \"2\",\n  \"b\": \"3\"\n}\n");
  tool_shell (tool, "git diff --name-only --diff-filter=U");
  g_assert_cmpstr (tool->out, ==, "package.json\n");
}

static void
test_twice (void)
{
  g_autoptr(Tool) tool = make_repository ("{}\n");
  g_autofree char *config = NULL;
  g_autofree char *attributes = NULL;
  g_autofree char *config_again = NULL;
  g_autofree char *attributes_again = NULL;

  tool_write (tool, ".gitattributes", "*.png binary");
  tool_shell (tool, "\"$TRUCE\" merge --install-git-driver --yes");
  g_assert_cmpint (tool->status, ==, 0);
  config = tool_read (tool, ".git/config");
  attributes = tool_read (tool, ".gitattributes");
  g_assert_cmpstr (attributes, ==, "*.png binary\n*.json merge=truce\n");

  tool_shell (tool, "\"$TRUCE\" merge --install-git-driver --yes");
  g_assert_cmpint (tool->status, ==, 0);
  config_again = tool_read (tool, ".git/config");
  attributes_again = tool_read (tool, ".gitattributes");
  g_assert_cmpstr (config_again, ==, config);
  g_assert_cmpstr (attributes_again, ==, attributes);
}

static void
test_asks (void)
{
  g_autoptr(Tool) tool = make_repository ("{}\n");

  tool_shell (tool, "\"$TRUCE\" merge --install-git-driver </dev/null");
  g_assert_cmpint (tool->status, ==, 2);
  g_assert_nonnull (strstr (tool->out, "*.json merge=truce"));
  tool_shell (tool, "git status --porcelain; git config --get-regexp '^merge[.]truce'");
  g_assert_cmpstr (tool->out, ==, "");
}

/* What can't be read is not written over, and git's configuration is left alone too. */
static void
test_unreadable_attributes (void)
{
  g_autoptr(Tool) tool = make_repository ("{}\n");

  tool_shell (tool, "mkdir .gitattributes && \"$TRUCE\" merge --install-git-driver --yes");
  g_assert_cmpint (tool->status, ==, 2);
  g_assert_cmpuint (tool_n_errors (tool), ==, 1);
  tool_shell (tool, "ls -A .gitattributes; git config --get-regexp '^merge[.]truce'");
  g_assert_cmpstr (tool->out, ==, "");
}

static void
test_no_repository (void)
{
  g_autoptr(Tool) tool = tool_new ();

  tool_shell (tool, "GIT_CEILING_DIRECTORIES=/ \"$TRUCE\" merge --install-git-driver --yes");
  g_assert_cmpint (tool->status, ==, 2);
  g_assert_cmpuint (tool_n_errors (tool), ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *git = g_find_program_in_path ("git");

  g_test_init (&argc, &argv, NULL);
  if (git == NULL)
    return 77;

  /* Whatever the tester's own configuration says. */
  g_setenv ("GIT_CONFIG_GLOBAL", "/dev/null", TRUE);
  g_setenv ("GIT_CONFIG_NOSYSTEM", "1", TRUE);
  g_test_add_func ("/tools/git-driver/merges", test_merges);
  g_test_add_func ("/tools/git-driver/conflict", test_conflict);
  g_test_add_func ("/tools/git-driver/twice", test_twice);
  g_test_add_func ("/tools/git-driver/asks", test_asks);
  g_test_add_func ("/tools/git-driver/unreadable-attributes", test_unreadable_attributes);
  g_test_add_func ("/tools/git-driver/no-repository", test_no_repository);
  return g_test_run ();
}
