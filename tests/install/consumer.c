/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a program of somebody else's sees of an installed Truce. */
#include <truce.h>

int
main (void)
{
  g_autoptr(GError) error = g_error_new_literal (TRUCE_ERROR, TRUCE_ERROR_CONFLICT, "both changed it");

  return g_error_matches (error, TRUCE_ERROR, TRUCE_ERROR_CONFLICT) ? 0 : 1;
}
