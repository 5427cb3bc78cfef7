/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A remote is given objects that hold what is asked and take what is answered, and not arrays and structs: so it is
 * written with the same few calls in C, Python, Vala and JavaScript, and an exchange can be handed to a thread. What
 * a remote answers is outside input: an answer that can't be one is remembered, and fails the exchange as a whole. */

#include "truce-exchange-private.h"

/**
 * TruceExchange:
 *
 * What a replica asks of a [iface@Remote], and what it is answered.
 *
 * Its kinds are [class@Hello], [class@Push], [class@Pull] and [class@Listing]; one
 * that is of none of them is the farewell of [method@Remote.close]. The library
 * makes them. An exchange belongs to one thread at a time.
 *
 * Since: 1.0
 */

G_DEFINE_TYPE (TruceExchange, truce_exchange, G_TYPE_OBJECT)

static void
truce_exchange_finalize (GObject *object)
{
  TruceExchange *self = TRUCE_EXCHANGE (object);

  g_clear_pointer (&self->session, g_free);
  g_clear_pointer (&self->filters, g_hash_table_unref);
  g_clear_error (&self->wrong);

  G_OBJECT_CLASS (truce_exchange_parent_class)->finalize (object);
}

static void
truce_exchange_class_init (TruceExchangeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = truce_exchange_finalize;
}

static void
truce_exchange_init (TruceExchange *self)
{
  self->retry_after_ms = TRUCE_NOT_TOLD;
}

TruceExchange *
truce_exchange_new_bye (const char *session)
{
  TruceExchange *self = g_object_new (TRUCE_TYPE_EXCHANGE, NULL);

  self->session = g_strdup (session);
  return self;
}

void
truce_exchange_refuse (TruceExchange *self,
                       const char    *format,
                       ...)
{
  va_list arguments;

  if (self->wrong != NULL)
    return;

  va_start (arguments, format);
  self->wrong = g_error_new_valist (TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, format, arguments);
  va_end (arguments);
}

/**
 * truce_exchange_get_session:
 * @self: an exchange
 *
 * Gets the session that it is a part of, as the remote named it in
 * [method@Hello.welcome].
 *
 * Returns: (transfer none) (nullable): the session's name; %NULL before there is
 *   one
 *
 * Since: 1.0
 */
const char *
truce_exchange_get_session (TruceExchange *self)
{
  g_return_val_if_fail (TRUCE_IS_EXCHANGE (self), NULL);

  return self->session;
}

/**
 * truce_exchange_get_filter:
 * @self: an exchange
 * @collection: the name of a collection
 *
 * Gets which records of a collection the replica wants, in the language of
 * [func@Filter.parse].
 *
 * Returns: (transfer none) (nullable): a filter, or %NULL: all
 *
 * Since: 1.0
 */
const char *
truce_exchange_get_filter (TruceExchange *self,
                           const char    *collection)
{
  g_return_val_if_fail (TRUCE_IS_EXCHANGE (self), NULL);
  g_return_val_if_fail (collection != NULL, NULL);

  return self->filters != NULL ? g_hash_table_lookup (self->filters, collection) : NULL;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/**
 * truce_exchange_list_filtered:
 * @self: an exchange
 *
 * Lists the collections of which the replica does not want all records.
 *
 * Returns: (transfer full) (array zero-terminated=1): their names, ascending
 *
 * Since: 1.0
 */
char **
truce_exchange_list_filtered (TruceExchange *self)
{
  GPtrArray *names;
  GHashTableIter iter;
  gpointer name;

  g_return_val_if_fail (TRUCE_IS_EXCHANGE (self), NULL);

  names = g_ptr_array_new ();
  if (self->filters != NULL)
    {
      g_hash_table_iter_init (&iter, self->filters);
      while (g_hash_table_iter_next (&iter, &name, NULL))
        g_ptr_array_add (names, g_strdup (name));
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}

/**
 * truce_exchange_get_retry_after_ms:
 * @self: an exchange
 *
 * Gets when the remote wants to be asked again.
 *
 * Returns: milliseconds from now, or -1: it did not say
 *
 * Since: 1.0
 */
gint64
truce_exchange_get_retry_after_ms (TruceExchange *self)
{
  g_return_val_if_fail (TRUCE_IS_EXCHANGE (self), TRUCE_NOT_TOLD);

  return self->retry_after_ms;
}

/**
 * truce_exchange_set_retry_after_ms:
 * @self: an exchange
 * @after_ms: milliseconds from now
 *
 * Says, beside an error, when to ask again: what HTTP has in `Retry-After`.
 *
 * Since: 1.0
 */
void
truce_exchange_set_retry_after_ms (TruceExchange *self,
                                   gint64         after_ms)
{
  g_return_if_fail (TRUCE_IS_EXCHANGE (self));
  g_return_if_fail (after_ms >= 0);

  self->retry_after_ms = after_ms;
}
