/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The list holds ids. A record is read when somebody asks for it, and lives as long as somebody holds it, so a
 * list of a million records costs the ids, and a window the records that it shows, or showed last. */

#include "truce-collection-private.h"
#include "truce-query-private.h"

/**
 * TruceQuery:
 *
 * A list of the records of a collection that stays up to date.
 *
 * Set up what is wanted, in which order and how much of it; then open the query
 * and use it as any [iface@Gio.ListModel], whose items are [class@Record].
 *
 * ```c
 * g_autoptr(TruceQuery) query = truce_query_new (tasks);
 * g_autoptr(TruceFilter) open = truce_filter_parse ("done == false", NULL);
 *
 * truce_query_set_filter (query, open);
 * truce_query_add_order (query, "due", FALSE);
 * if (!truce_query_open (query, &error))
 *   g_warning ("%s", error->message);
 * ```
 *
 * Records are ordered by the fields given, as [struct@Filter] compares values:
 * null and absent first, then numbers, then texts. What is equal is ordered by
 * id, in the direction of the last field; without fields, records come in the
 * order of their ids.
 *
 * A query costs the id of each of its records and some 20 bytes; records are read
 * as they are asked for, and the last 256 of them are held. Who goes through the
 * list, or scrolls, has SQLite asked once for 64 records. It opens in the time of the question that it is to the
 * store adapter: with SQLite that is one SELECT, which a declared index
 * ([method@Schema.add_index]) serves.
 *
 * **Changes.** After each commit, here or by another process, the list is brought
 * up to date, and [signal@Gio.ListModel::items-changed] tells the least that
 * changed: of a record that changes where it stands its place, of one that moves
 * the place that it leaves and the one that it goes to. Many changes at once are
 * told as one stretch. Handlers may write, change the query, or drop it: what
 * follows from it is told when all have been told of what was before. A record
 * that can't be read then leaves the list as it was, until the next change;
 * [method@Query.open] asks anew, and tells what is wrong.
 *
 * A query belongs to the thread (the main context) of its store.
 *
 * Since: 1.0
 */
enum { PROP_0, PROP_COLLECTION, PROP_FILTER, PROP_SEARCH, PROP_LIMIT, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void truce_query_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceQuery, truce_query, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, truce_query_list_model_init))

/* ---- the list model ---- */

/* Nobody has opened it, so nobody can be told what is wrong. */
static gboolean
open_at_last (TruceQuery *self)
{
  g_autoptr(GError) error = NULL;

  if (self->watch == 0 && self->collection != NULL && !truce_query_open (self, &error))
    g_warning ("A query of %s could not be opened: %s", self->spec.collection, error->message);
  return self->watch != 0;
}

static GType
truce_query_get_item_type (GListModel *model)
{
  return TRUCE_TYPE_RECORD;
}

static guint
truce_query_get_n_items (GListModel *model)
{
  TruceQuery *self = TRUCE_QUERY (model);

  return open_at_last (self) ? truce_id_list_length (self->list) : 0;
}

/* The list may know more than what can be read: another process may have purged the record, or the disk fail.
 * There is an item all the same, a deleted one. */
static gpointer
truce_query_get_item (GListModel *model,
                      guint       position)
{
  TruceQuery *self = TRUCE_QUERY (model);
  g_autoptr(GError) error = NULL;
  TruceRecord *record;
  const char *id;

  if (!open_at_last (self) || position >= truce_id_list_length (self->list))
    return NULL;

  record = truce_query_read (self, position, &error);
  if (record != NULL)
    return record;

  id = truce_id_list_get (self->list, position);
  if (error != NULL)
    g_debug ("%s/%s: %s", self->spec.collection, id, error->message);
  return truce_record_new_tombstone (self->spec.collection, id, NULL);
}

static void
truce_query_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = truce_query_get_item_type;
  iface->get_n_items = truce_query_get_n_items;
  iface->get_item = truce_query_get_item;
}

/* ---- the object ---- */

static void
truce_query_constructed (GObject *object)
{
  TruceQuery *self = TRUCE_QUERY (object);

  truce_query_spec_init (&self->spec, self->collection != NULL ? truce_collection_get_name (self->collection) : NULL);

  G_OBJECT_CLASS (truce_query_parent_class)->constructed (object);
}

static void
truce_query_dispose (GObject *object)
{
  TruceQuery *self = TRUCE_QUERY (object);

  if (self->watch != 0)
    truce_collection_unwatch (self->collection, self->watch);
  self->watch = 0;
  truce_query_forget (self);
  g_clear_object (&self->collection);

  G_OBJECT_CLASS (truce_query_parent_class)->dispose (object);
}

static void
truce_query_finalize (GObject *object)
{
  TruceQuery *self = TRUCE_QUERY (object);

  truce_query_spec_clear (&self->spec);
  g_clear_pointer (&self->words, g_free);
  g_clear_error (&self->wrong);
  g_clear_pointer (&self->list, truce_id_list_free);
  g_clear_pointer (&self->waiting, g_hash_table_unref);

  G_OBJECT_CLASS (truce_query_parent_class)->finalize (object);
}

static void
truce_query_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  TruceQuery *self = TRUCE_QUERY (object);

  switch (id)
    {
    case PROP_COLLECTION:
      g_value_set_object (value, self->collection);
      break;
    case PROP_FILTER:
      g_value_set_boxed (value, self->spec.filter);
      break;
    case PROP_SEARCH:
      g_value_set_string (value, self->words);
      break;
    case PROP_LIMIT:
      g_value_set_uint (value, truce_query_get_limit (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_query_set_property (GObject      *object,
                          guint         id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  TruceQuery *self = TRUCE_QUERY (object);

  switch (id)
    {
    case PROP_COLLECTION:
      self->collection = g_value_dup_object (value);
      break;
    case PROP_FILTER:
      truce_query_set_filter (self, g_value_get_boxed (value));
      break;
    case PROP_SEARCH:
      truce_query_set_search (self, g_value_get_string (value));
      break;
    case PROP_LIMIT:
      truce_query_set_limit (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_query_class_init (TruceQueryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags settable = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = truce_query_constructed;
  object_class->dispose = truce_query_dispose;
  object_class->finalize = truce_query_finalize;
  object_class->get_property = truce_query_get_property;
  object_class->set_property = truce_query_set_property;

  /**
   * TruceQuery:collection:
   *
   * Whose records it lists.
   *
   * Since: 1.0
   */
  properties[PROP_COLLECTION] =
    g_param_spec_object ("collection", NULL, NULL, TRUCE_TYPE_COLLECTION,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * TruceQuery:filter:
   *
   * Which records; %NULL: all.
   *
   * Since: 1.0
   */
  properties[PROP_FILTER] = g_param_spec_boxed ("filter", NULL, NULL, TRUCE_TYPE_FILTER, settable);
  /**
   * TruceQuery:search:
   *
   * Words that they must have; %NULL: any.
   *
   * Since: 1.0
   */
  properties[PROP_SEARCH] = g_param_spec_string ("search", NULL, NULL, NULL, settable);
  /**
   * TruceQuery:limit:
   *
   * How many at most, the first ones; 0: all.
   *
   * Since: 1.0
   */
  properties[PROP_LIMIT] = g_param_spec_uint ("limit", NULL, NULL, 0, G_MAXUINT, 0, settable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_query_init (TruceQuery *self)
{
  self->list = truce_id_list_new ();
  self->last_read = G_MAXUINT - 1;
  self->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) truce_stored_record_unref);
}

/**
 * truce_query_new:
 * @collection: a collection
 *
 * Makes a query for all records of a collection, in the order of their ids. It
 * is not open yet.
 *
 * Returns: (transfer full): the query
 *
 * Since: 1.0
 */
TruceQuery *
truce_query_new (TruceCollection *collection)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (collection), NULL);

  return g_object_new (TRUCE_TYPE_QUERY, "collection", collection, NULL);
}

/**
 * truce_query_get_collection:
 * @self: a query
 *
 * Whose records it lists.
 *
 * Returns: (transfer none) (nullable): the collection
 *
 * Since: 1.0
 */
TruceCollection *
truce_query_get_collection (TruceQuery *self)
{
  g_return_val_if_fail (TRUCE_IS_QUERY (self), NULL);

  return self->collection;
}

/**
 * truce_query_get_filter:
 * @self: a query
 *
 * Which records it lists.
 *
 * Returns: (transfer none) (nullable): the filter, or %NULL for all
 *
 * Since: 1.0
 */
TruceFilter *
truce_query_get_filter (TruceQuery *self)
{
  g_return_val_if_fail (TRUCE_IS_QUERY (self), NULL);

  return self->spec.filter;
}

/**
 * truce_query_set_filter:
 * @self: a query
 * @filter: (nullable): a filter; %NULL for all records
 *
 * Says which records it lists. An open query asks again, and tells the stretch
 * of the list that differs.
 *
 * Since: 1.0
 */
void
truce_query_set_filter (TruceQuery  *self,
                        TruceFilter *filter)
{
  g_return_if_fail (TRUCE_IS_QUERY (self));

  if (filter == self->spec.filter)
    return;

  if (filter != NULL)
    truce_filter_ref (filter);
  g_clear_pointer (&self->spec.filter, truce_filter_unref);
  self->spec.filter = filter;
  truce_query_ask_otherwise (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FILTER]);
}

/**
 * truce_query_get_search:
 * @self: a query
 *
 * The words that its records must have.
 *
 * Returns: (transfer none) (nullable): the words as they were given, or %NULL
 *   for any
 *
 * Since: 1.0
 */
const char *
truce_query_get_search (TruceQuery *self)
{
  g_return_val_if_fail (TRUCE_IS_QUERY (self), NULL);

  return self->words;
}

/**
 * truce_query_set_search:
 * @self: a query
 * @words: (nullable): words, as a person types them; %NULL for any
 *
 * Says which words its records must have, in the fields that the collection's
 * schema names ([method@Schema.add_search_field]).
 *
 * Each word must be the beginning of a word of the record: "bu mi" finds "Buy
 * milk". Case and accents make no difference. What is neither letter nor digit
 * parts words, and means nothing else; without any word all records are listed.
 * An open query asks again, as for [method@Query.set_filter].
 *
 * Since: 1.0
 */
void
truce_query_set_search (TruceQuery *self,
                        const char *words)
{
  g_return_if_fail (TRUCE_IS_QUERY (self));

  if (g_strcmp0 (words, self->words) == 0)
    return;

  g_free (self->words);
  self->words = g_strdup (words);
  truce_query_ask_otherwise (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCH]);
}

/**
 * truce_query_get_limit:
 * @self: a query
 *
 * How many records it lists at most.
 *
 * Returns: the limit; 0 for all
 *
 * Since: 1.0
 */
guint
truce_query_get_limit (TruceQuery *self)
{
  g_return_val_if_fail (TRUCE_IS_QUERY (self), 0);

  return self->spec.limit != G_MAXUINT ? self->spec.limit : 0;
}

/**
 * truce_query_set_limit:
 * @self: a query
 * @limit: how many at most; 0 for all
 *
 * Says how many records it lists: the first ones. An open query asks again, as
 * for [method@Query.set_filter].
 *
 * Since: 1.0
 */
void
truce_query_set_limit (TruceQuery *self,
                       guint       limit)
{
  g_return_if_fail (TRUCE_IS_QUERY (self));

  if (limit == truce_query_get_limit (self))
    return;

  self->spec.limit = limit > 0 ? limit : G_MAXUINT;
  truce_query_ask_otherwise (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIMIT]);
}

/**
 * truce_query_add_order:
 * @self: a query
 * @field: a field's name, or a JSON pointer if it begins with "/"
 * @descending: whether the greatest come first
 *
 * Orders by a field what the fields given before leave equal.
 *
 * A pointer that is none is told by [method@Query.open]. An open query asks
 * again, as for [method@Query.set_filter].
 *
 * Since: 1.0
 */
void
truce_query_add_order (TruceQuery *self,
                       const char *field,
                       gboolean    descending)
{
  g_autoptr(GError) wrong = NULL;
  TruceField *parsed;

  g_return_if_fail (TRUCE_IS_QUERY (self));
  g_return_if_fail (field != NULL);

  parsed = truce_field_new (field, &wrong);
  if (parsed != NULL)
    truce_sort_add (self->spec.sort, parsed, descending);
  else if (self->wrong == NULL)
    self->wrong = g_steal_pointer (&wrong);
  truce_query_ask_otherwise (self);
}

/**
 * truce_query_clear_order:
 * @self: a query
 *
 * Forgets the fields to order by. Another order may be given then; until it is,
 * records come in the order of their ids.
 *
 * Since: 1.0
 */
void
truce_query_clear_order (TruceQuery *self)
{
  g_return_if_fail (TRUCE_IS_QUERY (self));

  if (self->spec.sort->len == 0 && self->wrong == NULL)
    return;

  g_array_set_size (self->spec.sort, 0);
  g_clear_error (&self->wrong);
  truce_query_ask_otherwise (self);
}

/**
 * truce_query_open:
 * @self: a query
 * @error: return location for an error
 *
 * Asks for the records, and follows the changes from now on. A query that is
 * looked at without having been opened opens itself, but can't tell then what is
 * wrong. An open query asks again: after an error, say.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA for an order by what
 *   is no field, %TRUCE_ERROR_UNSUPPORTED for a search in a collection whose
 *   schema names no fields for it, %TRUCE_ERROR_BUSY within the callback of a
 *   batch, or what the adapter says of a file that can't be read
 *
 * Since: 1.0
 */
gboolean
truce_query_open (TruceQuery *self,
                  GError    **error)
{
  gboolean first;
  gboolean asked;

  g_return_val_if_fail (TRUCE_IS_QUERY (self), FALSE);
  g_return_val_if_fail (self->collection != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  first = self->watch == 0;
  if (first)
    self->watch = truce_collection_watch (self->collection, truce_query_collection_changed, self);
  self->ask_again = TRUE;
  asked = truce_query_catch_up (self, NULL, error);
  if (!asked && first && self->watch != 0)
    {
      truce_collection_unwatch (self->collection, self->watch);
      self->watch = 0;
    }
  return asked;
}

/**
 * truce_query_get_record_id:
 * @self: a query
 * @position: a place in the list
 *
 * The id of a record, without reading the record.
 *
 * Returns: (transfer none) (nullable): the id, which is of use until the list
 *   changes; %NULL if the list is not so long
 *
 * Since: 1.0
 */
const char *
truce_query_get_record_id (TruceQuery *self,
                           guint       position)
{
  g_return_val_if_fail (TRUCE_IS_QUERY (self), NULL);

  if (!open_at_last (self) || position >= truce_id_list_length (self->list))
    return NULL;

  return truce_id_list_get (self->list, position);
}
