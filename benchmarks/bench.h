/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

/* Runs are disturbed one way only, so the middle one tells more than the mean. Sorts values. */
static int
bench_compare (gconstpointer a,
               gconstpointer b,
               gpointer      unused)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

static inline double
bench_median (double *values,
              guint   n)
{
  g_qsort_with_data (values, (int) n, sizeof *values, bench_compare, NULL);
  return values[n / 2];
}
