/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * What a number is. Programs that write JSON hold int64 or double, or decimals of any length (Python,
 * SQL, money). So an integer that fits int64 is exact; at most 17 digits are a double's, for no double
 * needs more; and more digits than that were written by somebody who meant them, as was an exponent that
 * no double has.
 *
 * A double's value is the decimal that it is written as (the shortest that reads back), not the binary
 * fraction behind it. So 18446744073709551616 and 1.8446744073709552e19 differ, as do their canonical
 * forms; else two numbers could be equal and yet be written in two ways. */

#include "truce-json-private.h"

#include <float.h>
#include <math.h>

/* Every decimal of at most 15 digits between these is the shortest of its nearest double: no conversion
 * is needed. */
#define POINT_MIN (DBL_MIN_10_EXP + 1)
#define POINT_MAX DBL_MAX_10_EXP
#define TWO_TO_63 9223372036854775808.0

static void
read_decimal (const TruceJsonDoc *doc,
              guint32             node,
              TruceJsonDecimal   *decimal)
{
  TruceJsonSpan number = truce_json_span (doc, node);

  g_assert (truce_json_type (doc, node) == TRUCE_JSON_NUMBER);

  truce_json_decimal_read (decimal, number.text, number.length);
}

TruceJsonNumberKind
truce_json_number_kind (const TruceJsonDoc *doc,
                        guint32             node,
                        TruceJsonDecimal   *decimal,
                        gint64             *integer,
                        double             *real)
{
  read_decimal (doc, node, decimal);
  if (truce_json_decimal_get_int64 (decimal, integer))
    return TRUCE_JSON_INTEGER;
  if (decimal->n_digits > TRUCE_JSON_DOUBLE_DIGITS)
    return TRUCE_JSON_EXACT;

  *real = truce_json_decimal_to_double (decimal);
  return isfinite (*real) && fabs (*real) > 0.0 ? TRUCE_JSON_DOUBLE : TRUCE_JSON_EXACT;
}

void
truce_json_number_value (const TruceJsonDoc *doc,
                         guint32             node,
                         TruceJsonDecimal   *decimal)
{
  gint64 integer;
  double real;

  read_decimal (doc, node, decimal);
  if (decimal->n_digits <= DBL_DIG && decimal->point >= POINT_MIN && decimal->point <= POINT_MAX)
    return;

  if (truce_json_number_kind (doc, node, decimal, &integer, &real) == TRUCE_JSON_DOUBLE)
    truce_json_decimal_from_double (decimal, real);
}

gboolean
truce_json_get_int64 (const TruceJsonDoc *doc,
                      guint32             node,
                      gint64             *value)
{
  TruceJsonDecimal decimal;

  g_assert (value != NULL);

  truce_json_number_value (doc, node, &decimal);
  return truce_json_decimal_get_int64 (&decimal, value);
}

gboolean
truce_json_get_double (const TruceJsonDoc *doc,
                       guint32             node,
                       double             *value)
{
  TruceJsonDecimal decimal;
  gint64 integer;
  TruceJsonSpan number = truce_json_span (doc, node);
  g_autofree char *text = NULL;

  g_assert (value != NULL);

  switch (truce_json_number_kind (doc, node, &decimal, &integer, value))
    {
    case TRUCE_JSON_INTEGER:
      *value = integer;
      return *value < TWO_TO_63 && (gint64) *value == integer;
    case TRUCE_JSON_DOUBLE:
      return TRUE;
    case TRUCE_JSON_EXACT:
      break;
    }

  text = g_strndup (number.text, number.length);
  *value = CLAMP (g_ascii_strtod (text, NULL), -DBL_MAX, DBL_MAX);
  return FALSE;
}

int
truce_json_number_compare (const TruceJsonDoc *a,
                           guint32             node_a,
                           const TruceJsonDoc *b,
                           guint32             node_b)
{
  TruceJsonDecimal decimal_a;
  TruceJsonDecimal decimal_b;
  gint64 integer_a;
  gint64 integer_b;
  double real_a;
  double real_b;
  TruceJsonNumberKind kind_a = truce_json_number_kind (a, node_a, &decimal_a, &integer_a, &real_a);
  TruceJsonNumberKind kind_b = truce_json_number_kind (b, node_b, &decimal_b, &integer_b, &real_b);

  if (kind_a == TRUCE_JSON_INTEGER && kind_b == TRUCE_JSON_INTEGER)
    return (integer_a > integer_b) - (integer_a < integer_b);
  if (kind_a == TRUCE_JSON_DOUBLE && kind_b == TRUCE_JSON_DOUBLE)
    return (real_a > real_b) - (real_a < real_b);

  if (kind_a == TRUCE_JSON_DOUBLE)
    truce_json_decimal_from_double (&decimal_a, real_a);
  if (kind_b == TRUCE_JSON_DOUBLE)
    truce_json_decimal_from_double (&decimal_b, real_b);
  return truce_json_decimal_compare (&decimal_a, &decimal_b);
}
