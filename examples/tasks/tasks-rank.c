/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * An order that people drag must merge: two devices that move different tasks apart must both have their way.
 * So a task does not know its number but a rank, a text that sorts between those of its neighbours, and a
 * move writes that one task alone. (After David Greenspan, “Implementing Fractional Indexing”.)
 *
 * A rank is a number to the base 62 with the digits 0-9A-Za-z, which sort as bytes. Its first character
 * tells how many digits its whole part has: “a” one, “b” two, … for what is above zero, “Z” one, “Y” two,
 * … for what is below. What follows is the fraction, which never ends in 0, so that there is always room
 * ahead of it. Appending counts the whole part up: a list of ten thousand tasks has ranks of four
 * characters. Only what goes in between makes them longer. */

#include "tasks-rank.h"

#include <string.h>

#define BASE 62

static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static guint
digit_of (char c)
{
  return strchr (digits, c) - digits;
}

/* Characters of the whole part, its first one included. */
static gsize
whole_length (char head)
{
  return g_ascii_islower (head) ? head - 'a' + 2 : 'Z' - head + 2;
}

/* Ranks come from other devices, too: what is none must do no harm. */
static gboolean
is_rank (const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  return length > 0 && g_ascii_isalpha (text[0]) && length >= whole_length (text[0]) &&
         strspn (text, digits) == length && (text[length - 1] != '0' || length == whole_length (text[0]));
}

/* The whole part of a rank; its fraction follows behind it. */
static GString *
take_whole (const char *rank)
{
  return g_string_new_len (rank, whole_length (rank[0]));
}

/* The whole number that follows, or the one before; NULL where they end, some 10^46 away. */
static GString *
step_whole (const char *rank,
            int         step)
{
  g_autoptr(GString) whole = take_whole (rank);
  char from = step > 0 ? 'z' : '0';
  char to = step > 0 ? '0' : 'z';
  char *head = whole->str;
  gsize i = whole->len;

  while (--i > 0 && whole->str[i] == from)
    whole->str[i] = to;
  if (i > 0)
    {
      whole->str[i] = digits[digit_of (whole->str[i]) + step];
      return g_steal_pointer (&whole);
    }
  if (*head == (step > 0 ? 'z' : 'A'))
    return NULL;

  /* All digits went over: the number has one more, or one less. */
  *head = *head == 'Z' && step > 0 ? 'a' : *head == 'a' && step < 0 ? 'Z' : *head + step;
  g_string_append_c (whole, to);
  g_string_truncate (whole, whole_length (whole->str[0]));
  return g_steal_pointer (&whole);
}

/* Appends a fraction between two: low < high; NULL for high: 1. */
static void
append_between (GString    *rank,
                const char *low,
                const char *high)
{
  for (;;)
    {
      guint from = *low != '\0' ? digit_of (*low) : 0;
      guint to = high != NULL ? digit_of (*high) : BASE;

      if (to - from > 1)
        {
          g_string_append_c (rank, digits[(from + to) / 2]);
          return;
        }
      if (to > from && high != NULL && high[1] != '\0')
        {
          g_string_append_c (rank, *high);      /* it goes on, so this much of it is less */
          return;
        }
      g_string_append_c (rank, digits[from]);
      low += *low != '\0';
      high = to > from || high == NULL ? NULL : high + 1;
    }
}

static GString *
rank_behind (const char *before)
{
  GString *rank = step_whole (before, 1);

  if (rank != NULL)
    return rank;
  rank = take_whole (before);
  append_between (rank, before + rank->len, NULL);
  return rank;
}

static GString *
rank_ahead (const char *after)
{
  GString *rank = take_whole (after);

  if (after[rank->len] != '\0')
    return rank;                /* without its fraction it is less */
  g_string_free (rank, TRUE);
  return step_whole (after, -1);
}

static GString *
rank_between (const char *before,
              const char *after)
{
  g_autoptr(GString) next = step_whole (before, 1);
  GString *rank;
  gboolean same;

  if (next != NULL && strcmp (next->str, after) < 0)
    return g_steal_pointer (&next);

  rank = take_whole (before);
  same = strncmp (before, after, rank->len) == 0;
  append_between (rank, before + rank->len, same ? after + rank->len : NULL);
  return rank;
}

char *
tasks_rank_between (const char *before,
                    const char *after)
{
  GString *rank = NULL;

  before = is_rank (before) ? before : NULL;
  after = is_rank (after) ? after : NULL;

  if (before != NULL && after != NULL && strcmp (before, after) < 0)
    rank = rank_between (before, after);
  else if (before != NULL)
    rank = rank_behind (before);
  else if (after != NULL)
    rank = rank_ahead (after);
  return rank != NULL ? g_string_free (rank, FALSE) : g_strdup ("a0");
}
