/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-collection-private.h"
#include "truce-record-private.h"

/**
 * TruceCollection:
 *
 * Records with one schema: kinds, delete rule, resolver.
 *
 * A collection is got from a store ([method@Store.get_collection]). It reads and
 * writes one record at a time; several go into a [class@Batch], and a
 * query shows many.
 *
 * ```c
 * g_autofree char *text = NULL;
 *
 * truce_collection_patch_text (tasks, "1", "{\"done\": true}", &error);
 * truce_collection_increment (tasks, "1", "votes", 1, &error);
 * text = truce_collection_dup_text (tasks, "1", &error);
 * ```
 *
 * Since: 1.0
 */
struct _TruceCollection
{
  GObject parent_instance;
  TruceStore *store;            /* owned */
  TruceCollectionInfo *info;    /* the store's */
  GHashTable *live;             /* id → Live *: the records that somebody holds */
  GArray *watches;              /* of Watch */
  guint n_watches;              /* ever made: the next one's number */
};

typedef struct
{
  guint number;
  TruceWatchFunc func;
  gpointer data;
} Watch;

/* A record that somebody holds. */
typedef struct
{
  TruceCollection *collection;
  TruceRecord *record;          /* weak */
  char *id;                     /* owned */
} Live;

enum
{
  PROP_0,
  PROP_NAME,
  PROP_SCHEMA,
  PROP_STORE,
  PROP_RESOLVER,
  PROP_N_RECORDS,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (TruceCollection, truce_collection, G_TYPE_OBJECT)

static void
live_free (gpointer data)
{
  Live *live = data;

  g_free (live->id);
  g_free (live);
}

static void
record_gone (gpointer data,
             GObject *record)
{
  Live *live = data;

  g_hash_table_remove (live->collection->live, live->id);
}

static void
release_records (TruceCollection *self)
{
  GHashTableIter iter;
  Live *live;

  g_hash_table_iter_init (&iter, self->live);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &live))
    g_object_weak_unref (G_OBJECT (live->record), record_gone, live);
  g_hash_table_remove_all (self->live);
}

static void
truce_collection_dispose (GObject *object)
{
  TruceCollection *self = TRUCE_COLLECTION (object);

  if (self->store != NULL)
    {
      release_records (self);
      truce_store_watch (self->store, -1);
      self->info->object = NULL;
      self->info = NULL;
    }
  g_clear_object (&self->store);

  G_OBJECT_CLASS (truce_collection_parent_class)->dispose (object);
}

static void
truce_collection_finalize (GObject *object)
{
  TruceCollection *self = TRUCE_COLLECTION (object);

  g_clear_pointer (&self->live, g_hash_table_unref);
  g_clear_pointer (&self->watches, g_array_unref);

  G_OBJECT_CLASS (truce_collection_parent_class)->finalize (object);
}

static void
truce_collection_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  TruceCollection *self = TRUCE_COLLECTION (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->info != NULL ? self->info->name : NULL);
      break;
    case PROP_SCHEMA:
      g_value_set_object (value, self->info != NULL ? self->info->schema : NULL);
      break;
    case PROP_STORE:
      g_value_set_object (value, self->store);
      break;
    case PROP_RESOLVER:
      g_value_set_object (value, self->info != NULL ? truce_store_resolver (self->info) : NULL);
      break;
    case PROP_N_RECORDS:
      g_value_set_uint64 (value, self->info != NULL ? self->info->counts.n_records : 0);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_collection_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  TruceCollection *self = TRUCE_COLLECTION (object);

  switch (id)
    {
    case PROP_RESOLVER:
      truce_collection_set_resolver (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_collection_class_init (TruceCollectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = truce_collection_dispose;
  object_class->finalize = truce_collection_finalize;
  object_class->get_property = truce_collection_get_property;
  object_class->set_property = truce_collection_set_property;

  /**
   * TruceCollection:name:
   *
   * Its name in the store.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * TruceCollection:schema:
   *
   * What its fields mean.
   *
   * Since: 1.0
   */
  properties[PROP_SCHEMA] =
    g_param_spec_object ("schema", NULL, NULL, TRUCE_TYPE_SCHEMA, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * TruceCollection:store:
   *
   * The store that it is in.
   *
   * Since: 1.0
   */
  properties[PROP_STORE] =
    g_param_spec_object ("store", NULL, NULL, TRUCE_TYPE_STORE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /**
   * TruceCollection:resolver:
   *
   * What decides where both sides changed a record apart. %NULL sets the one
   * that the schema names.
   *
   * Since: 1.0
   */
  properties[PROP_RESOLVER] =
    g_param_spec_object ("resolver", NULL, NULL, TRUCE_TYPE_RESOLVER,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * TruceCollection:n-records:
   *
   * How many records it has; deleted ones don't count.
   *
   * Since: 1.0
   */
  properties[PROP_N_RECORDS] =
    g_param_spec_uint64 ("n-records", NULL, NULL, 0, G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * TruceCollection::changed:
   * @self: a collection
   * @id: the id of a record
   *
   * Is emitted after a commit, here or by another process, that wrote, deleted or
   * brought back the record: once for each record and commit.
   *
   * Since: 1.0
   */
  signals[CHANGED] = g_signal_new ("changed", TRUCE_TYPE_COLLECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
truce_collection_init (TruceCollection *self)
{
  self->live = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, live_free);
  self->watches = g_array_new (FALSE, FALSE, sizeof (Watch));
}

TruceCollection *
truce_collection_for (TruceStore          *store,
                      TruceCollectionInfo *info)
{
  TruceCollection *self;

  if (info->object != NULL)
    return g_object_ref (info->object);

  self = g_object_new (TRUCE_TYPE_COLLECTION, NULL);
  self->store = g_object_ref (store);
  self->info = info;
  info->object = self;
  truce_store_watch (store, 1);
  return self;
}

/* ---- who observes ---- */

gboolean
truce_collection_is_observed (TruceCollection *self)
{
  return self->watches->len > 0 || g_hash_table_size (self->live) > 0 ||
         g_signal_has_handler_pending (self, signals[CHANGED], 0, FALSE);
}

guint
truce_collection_watch (TruceCollection *self,
                        TruceWatchFunc   func,
                        gpointer         data)
{
  Watch watch = { ++self->n_watches, func, data };

  g_array_append_val (self->watches, watch);
  return watch.number;
}

void
truce_collection_unwatch (TruceCollection *self,
                          guint            number)
{
  for (guint i = 0; i < self->watches->len; i++)
    if (g_array_index (self->watches, Watch, i).number == number)
      {
        g_array_remove_index (self->watches, i);
        break;
      }
}

/* The latest row of each id; the rows are those of rows. */
static GPtrArray *
unique_rows (GPtrArray *rows)
{
  g_autoptr(GHashTable) places = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *unique = g_ptr_array_sized_new (rows->len);

  for (guint i = 0; i < rows->len; i++)
    {
      TruceStoredRecord *row = g_ptr_array_index (rows, i);
      guint place = GPOINTER_TO_UINT (g_hash_table_lookup (places, row->id));

      if (place > 0)
        {
          g_ptr_array_index (unique, place - 1) = row;
          continue;
        }
      g_ptr_array_add (unique, row);
      g_hash_table_insert (places, (char *) row->id, GUINT_TO_POINTER (unique->len));
    }
  return unique;
}

/* Brings a record that somebody holds up to date. */
static void
refresh_record (TruceCollection *self,
                const char      *id)
{
  const Live *live = g_hash_table_lookup (self->live, id);
  g_autoptr(TruceRecord) record = NULL;
  g_autoptr(TruceStoredRecord) row = NULL;
  g_autoptr(GError) error = NULL;

  if (live == NULL)
    return;

  record = g_object_ref (live->record);
  row = truce_store_adapter_get (self->store->adapter, self->info->name, id, &error);
  if (error == NULL)
    truce_record_refresh (record, row != NULL ? row->value : NULL, row != NULL ? row->value_length : 0, &error);
  if (error != NULL)
    g_debug ("%s/%s: can't be read again: %s", self->info->name, id, error->message);
}

static void
refresh_all (TruceCollection *self)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  const char *id;

  g_hash_table_iter_init (&iter, self->live);
  while (g_hash_table_iter_next (&iter, (gpointer *) &id, NULL))
    g_ptr_array_add (ids, g_strdup (id));
  for (guint i = 0; i < ids->len; i++)
    refresh_record (self, g_ptr_array_index (ids, i));
}

static void
refresh_records (TruceCollection *self,
                 GPtrArray       *rows)
{
  if (rows == NULL)
    {
      refresh_all (self);
      return;
    }
  for (guint i = 0; i < rows->len && g_hash_table_size (self->live) > 0; i++)
    refresh_record (self, ((TruceStoredRecord *) g_ptr_array_index (rows, i))->id);
}

/* A watch may end itself, others, or begin new ones: those that were there are called, if they still are. */
static void
call_watches (TruceCollection *self,
              GPtrArray       *rows)
{
  guint last = self->n_watches;

  for (guint number = 0;;)
    {
      const Watch *next = NULL;

      for (guint i = 0; i < self->watches->len && next == NULL; i++)
        if (g_array_index (self->watches, Watch, i).number > number)
          next = &g_array_index (self->watches, Watch, i);
      if (next == NULL || next->number > last)
        return;
      number = next->number;
      next->func (self, rows, next->data);
    }
}

void
truce_collection_tell (TruceCollection *self,
                       GPtrArray       *rows)
{
  g_autoptr(GPtrArray) unique = rows != NULL && rows->len > 1 ? unique_rows (rows) : NULL;
  GPtrArray *each = unique != NULL ? unique : rows;

  if (self->info == NULL)
    return;

  refresh_records (self, each);
  call_watches (self, each);
  if (each != NULL && g_signal_has_handler_pending (self, signals[CHANGED], 0, FALSE))
    for (guint i = 0; i < each->len; i++)
      g_signal_emit (self, signals[CHANGED], 0, ((TruceStoredRecord *) g_ptr_array_index (each, i))->id);
}

TruceRecord *
truce_collection_lookup (TruceCollection *self,
                         const char      *id)
{
  const Live *live = g_hash_table_lookup (self->live, id);

  return live != NULL ? g_object_ref (live->record) : NULL;
}

gboolean
truce_collection_is_held (TruceCollection *self,
                          const char      *id)
{
  return g_hash_table_contains (self->live, id);
}

TruceRecord *
truce_collection_wrap (TruceCollection   *self,
                       TruceStoredRecord *row,
                       GError           **error)
{
  TruceRecord *record = truce_collection_lookup (self, row->id);
  Live *live;

  if (record != NULL)
    return record;

  record = row->value != NULL ? truce_record_new_from_text (row->collection, row->id, row->value, error) :
           truce_record_new_tombstone (row->collection, row->id, error);
  if (record == NULL)
    return NULL;

  live = g_new0 (Live, 1);
  live->collection = self;
  live->record = record;
  live->id = g_strdup (row->id);
  g_hash_table_insert (self->live, live->id, live);
  g_object_weak_ref (G_OBJECT (record), record_gone, live);
  return record;
}

/* ---- what it is ---- */

/**
 * truce_collection_get_name:
 * @self: a collection
 *
 * Gets its name in the store.
 *
 * Returns: (transfer none) (nullable): the name
 *
 * Since: 1.0
 */
const char *
truce_collection_get_name (TruceCollection *self)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), NULL);

  return self->info != NULL ? self->info->name : NULL;
}

/**
 * truce_collection_get_schema:
 * @self: a collection
 *
 * Gets what its fields mean.
 *
 * Returns: (transfer none) (nullable): the schema, which may not be changed
 *
 * Since: 1.0
 */
TruceSchema *
truce_collection_get_schema (TruceCollection *self)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), NULL);

  return self->info != NULL ? self->info->schema : NULL;
}

/**
 * truce_collection_get_store:
 * @self: a collection
 *
 * Gets the store that it is in.
 *
 * Returns: (transfer none) (nullable): the store
 *
 * Since: 1.0
 */
TruceStore *
truce_collection_get_store (TruceCollection *self)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), NULL);

  return self->store;
}

/**
 * truce_collection_get_resolver:
 * @self: a collection
 *
 * Gets what decides where both sides changed a record apart.
 *
 * Returns: (transfer none) (nullable): the resolver
 *
 * Since: 1.0
 */
TruceResolver *
truce_collection_get_resolver (TruceCollection *self)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), NULL);

  return self->info != NULL ? truce_store_resolver (self->info) : NULL;
}

/**
 * truce_collection_set_resolver:
 * @self: a collection
 * @resolver: (nullable): a resolver, or %NULL for the one that the schema names
 *
 * Says what decides where both sides changed a record apart. A resolver is not
 * kept in the store: an app sets it each time.
 *
 * Since: 1.0
 */
void
truce_collection_set_resolver (TruceCollection *self,
                               TruceResolver   *resolver)
{
  g_return_if_fail (TRUCE_IS_COLLECTION (self));
  g_return_if_fail (resolver == NULL || TRUCE_IS_RESOLVER (resolver));

  if (self->info != NULL && g_set_object (&self->info->resolver, resolver))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESOLVER]);
}

/**
 * truce_collection_get_n_records:
 * @self: a collection
 *
 * Gets how many records it has; deleted ones don't count. Takes constant time.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_collection_get_n_records (TruceCollection *self)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), 0);

  return self->info != NULL ? self->info->counts.n_records : 0;
}

/**
 * truce_collection_count:
 * @self: a collection
 * @delivery: a state
 *
 * Gets how many of its records, deleted ones too, are in a state of delivery.
 * Takes constant time.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint64
truce_collection_count (TruceCollection *self,
                        TruceDelivery    delivery)
{
  g_return_val_if_fail (TRUCE_IS_COLLECTION (self), 0);
  g_return_val_if_fail ((guint) delivery < TRUCE_N_DELIVERIES, 0);

  return self->info != NULL ? self->info->counts.n_rows[delivery] : 0;
}
