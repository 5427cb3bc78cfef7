/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A hybrid logical timestamp (Kulkarni et al., "Logical Physical Clocks", OPODIS 2014): near the wall clock,
 * and still later than everything that its replica had seen. Milliseconds and counter are one 64-bit number,
 * so that comparing is one comparison, and a counter that overflows carries into the milliseconds by itself.
 * The replica breaks ties: the order is total. */

#include "truce-stamp-private.h"

/**
 * TruceStamp:
 *
 * When something was written, and by which replica.
 *
 * A stamp has 48 bits of milliseconds since 1970, a 16-bit counter for events
 * within one millisecond, and the 64-bit id of its replica. Stamps are totally
 * ordered: by time, then counter, then replica. They come from a [class@Clock].
 *
 * The text form, as in `019a9f3c5e21-0007-a1b2c3d4e5f60718`, has always 34
 * characters, in lowercase hexadecimal, and sorts like the stamp.
 *
 * A stamp never changes, so several threads may read it.
 *
 * Since: 1.0
 */
G_DEFINE_BOXED_TYPE (TruceStamp, truce_stamp, truce_stamp_copy, truce_stamp_free)

static const char digits[] = "0123456789abcdef";

static char *
write_hex (char   *out,
           guint64 value,
           guint   width)
{
  for (guint i = width; i > 0; i--)
    {
      out[i - 1] = digits[value & 15];
      value >>= 4;
    }
  return out + width;
}

void
truce_stamp_format (TruceStamp stamp,
                    char      *buffer)
{
  buffer = write_hex (buffer, truce_time_ms (stamp.time), 12);
  *buffer++ = '-';
  buffer = write_hex (buffer, truce_time_counter (stamp.time), 4);
  *buffer++ = '-';
  buffer = write_hex (buffer, stamp.replica, 16);
  *buffer = '\0';
}

gboolean
truce_stamp_scan (const char *text,
                  TruceStamp *stamp,
                  GError    **error)
{
  gsize length = strlen (text);
  guint64 parts[3] = { 0 };
  guint part = 0;

  if (length != TRUCE_STAMP_TEXT_LENGTH)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "Not a stamp: it has %" G_GSIZE_FORMAT
                   " bytes, not %u", length, TRUCE_STAMP_TEXT_LENGTH);
      return FALSE;
    }

  for (guint i = 0; i < TRUCE_STAMP_TEXT_LENGTH; i++)
    {
      gboolean dash = i == 12 || i == 17;
      const char *digit = memchr (digits, text[i], 16);

      if (dash ? text[i] != '-' : digit == NULL)
        {
          g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "Not a stamp: byte %u is not %s", i,
                       dash ? "“-”" : "a lowercase hexadecimal digit");
          return FALSE;
        }
      if (dash)
        part++;
      else
        parts[part] = parts[part] << 4 | (guint64) (digit - digits);
    }

  stamp->time = truce_time_pack (parts[0], parts[1]);
  stamp->replica = parts[2];
  return TRUE;
}

static TruceStamp *
stamp_checked (TruceStamp stamp,
               GError   **error)
{
  if (stamp.time == 0 || stamp.replica == 0)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "Not a stamp: its %s is zero",
                   stamp.time == 0 ? "time" : "replica");
      return NULL;
    }
  return truce_stamp_copy (&stamp);
}

/**
 * truce_stamp_new:
 * @time_ms: milliseconds since 1970, below 2^48
 * @counter: which event of that millisecond
 * @replica: the id of who wrote
 * @error: return location for an error
 *
 * Makes a stamp from its parts.
 *
 * Most stamps come from [method@Clock.tick] instead.
 *
 * Returns: (transfer full): a stamp, or %NULL with
 *   %TRUCE_ERROR_INVALID_DATA if @time_ms is too great, @replica is 0, or both
 *   @time_ms and @counter are 0
 *
 * Since: 1.0
 */
TruceStamp *
truce_stamp_new (guint64  time_ms,
                 guint16  counter,
                 guint64  replica,
                 GError **error)
{
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (time_ms > TRUCE_STAMP_MS_MAX)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "Not a stamp: %" G_GUINT64_FORMAT
                   " ms need more than 48 bits", time_ms);
      return NULL;
    }
  return stamp_checked ((TruceStamp) { truce_time_pack (time_ms, counter), replica }, error);
}

/**
 * truce_stamp_parse:
 * @text: the text form of a stamp
 * @error: return location for an error
 *
 * Reads what [method@Stamp.to_string] wrote, and nothing else: no other
 * length, no uppercase, no sign, no space.
 *
 * Returns: (transfer full): a stamp, or %NULL with
 *   %TRUCE_ERROR_INVALID_DATA
 *
 * Since: 1.0
 */
TruceStamp *
truce_stamp_parse (const char *text,
                   GError    **error)
{
  TruceStamp stamp;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return truce_stamp_scan (text, &stamp, error) ? stamp_checked (stamp, error) : NULL;
}

/**
 * truce_stamp_copy:
 * @self: a stamp
 *
 * Copies a stamp.
 *
 * Returns: (transfer full): the copy
 *
 * Since: 1.0
 */
TruceStamp *
truce_stamp_copy (const TruceStamp *self)
{
  TruceStamp *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_new (TruceStamp, 1);
  *copy = *self;
  return copy;
}

/**
 * truce_stamp_free:
 * @self: (transfer full) (nullable): a stamp
 *
 * Frees a stamp.
 *
 * Since: 1.0
 */
void
truce_stamp_free (TruceStamp *self)
{
  g_free (self);
}

/**
 * truce_stamp_get_time_ms:
 * @self: a stamp
 *
 * Gets the stamp's time. It is below 2^48, so a double holds it exactly.
 *
 * Returns: milliseconds since 1970
 *
 * Since: 1.0
 */
guint64
truce_stamp_get_time_ms (const TruceStamp *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return truce_time_ms (self->time);
}

/**
 * truce_stamp_get_counter:
 * @self: a stamp
 *
 * Gets which event of its millisecond the stamp is.
 *
 * Returns: the counter
 *
 * Since: 1.0
 */
guint16
truce_stamp_get_counter (const TruceStamp *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return truce_time_counter (self->time);
}

/**
 * truce_stamp_get_replica:
 * @self: a stamp
 *
 * Gets who wrote.
 *
 * JavaScript rounds numbers above 2^53: there, take the last 16 characters of
 * [method@Stamp.to_string].
 *
 * Returns: the replica's id, never 0
 *
 * Since: 1.0
 */
guint64
truce_stamp_get_replica (const TruceStamp *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->replica;
}

/**
 * truce_stamp_to_string:
 * @self: a stamp
 *
 * Writes the stamp as text: time, counter, and replica in lowercase
 * hexadecimal, each in its full width. The text sorts like the stamp.
 *
 * Returns: (transfer full): 34 characters
 *
 * Since: 1.0
 */
char *
truce_stamp_to_string (const TruceStamp *self)
{
  char *text;

  g_return_val_if_fail (self != NULL, NULL);

  text = g_malloc (TRUCE_STAMP_TEXT_LENGTH + 1);
  truce_stamp_format (*self, text);
  return text;
}

/**
 * truce_stamp_compare:
 * @a: a stamp
 * @b: another stamp
 *
 * Compares by time, then counter, then replica.
 *
 * Returns: less than, equal to, or greater than 0, as @a is before, equal to,
 *   or after @b
 *
 * Since: 1.0
 */
int
truce_stamp_compare (const TruceStamp *a,
                     const TruceStamp *b)
{
  g_return_val_if_fail (a != NULL, 0);
  g_return_val_if_fail (b != NULL, 0);

  return truce_stamp_order (*a, *b);
}

/**
 * truce_stamp_equal:
 * @a: a stamp
 * @b: another stamp
 *
 * Tells whether two stamps are the same.
 *
 * Returns: %TRUE if they are
 *
 * Since: 1.0
 */
gboolean
truce_stamp_equal (const TruceStamp *a,
                   const TruceStamp *b)
{
  g_return_val_if_fail (a != NULL, FALSE);
  g_return_val_if_fail (b != NULL, FALSE);

  return truce_stamp_order (*a, *b) == 0;
}

/**
 * truce_stamp_hash:
 * @self: a stamp
 *
 * Hashes a stamp, for a [struct@GLib.HashTable].
 *
 * Returns: a hash, equal for equal stamps
 *
 * Since: 1.0
 */
guint
truce_stamp_hash (const TruceStamp *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return (guint) (((self->time ^ self->replica) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> 32);
}
