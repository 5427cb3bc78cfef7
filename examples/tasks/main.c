/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <locale.h>

#include "tasks-application.h"

int
main (int   argc,
      char *argv[])
{
  g_autoptr(GApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("TRUCE_TASKS_LOCALE_DIR") != NULL ?
                  g_getenv ("TRUCE_TASKS_LOCALE_DIR") : TASKS_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = tasks_application_new ();
  return g_application_run (application, argc, argv);
}
