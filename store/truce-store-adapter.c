/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A store trusts its adapter with everything, and an adapter may be written in any language by anybody. So
 * every call goes through a wrapper, which believes an answer only as far as it can see: the record that
 * was asked for, a place after the one asked from, a reason where something failed. That is a comparison
 * or two a call.
 *
 * Iteration is "the next after that": no cursor has to be closed, a store may write between two steps, and
 * an adapter that is asked in order can keep a statement open and just step it. */

#include "truce-store-adapter-private.h"
#include "truce-stored-record-private.h"

/**
 * TruceStoreAdapter:
 *
 * Where a store keeps its bytes.
 *
 * [class@MemoryAdapter] and [class@SqliteAdapter] come with the library.
 * To keep records elsewhere, implement this interface in any language: it asks
 * for little more than a table of records with two indexes, a table of small
 * values, and transactions. Everything below is a promise that the store
 * relies on, and that the conformance suite of the library's tests
 * (`tests/store/adapter-conformance.h`) tries.
 *
 * ## What is kept
 *
 * A [struct@StoredRecord] at each (collection, id), deleted ones too, until
 * [method@StoreAdapter.remove]. Each carries a version, and no two the same;
 * the records in order of their versions are the store's *feed*. Those whose
 * delivery is not %TRUCE_DELIVERY_SYNCED are the *outbox*. Both are views of
 * the records: nothing but [method@StoreAdapter.put],
 * [method@StoreAdapter.settle] and [method@StoreAdapter.remove] changes them, a
 * record stands in the feed once, at its current version, and it enters or
 * leaves the outbox in the same transaction that writes it.
 *
 * Beside them, *meta*: small values at (group, key).
 *
 * Collections, ids, groups and keys are UTF-8 without NUL, of 1 to 255 bytes,
 * keys of meta up to 2,000; they are values, never part of an SQL text, and
 * differ where a byte differs. Where an order is asked for it is that of the
 * bytes: no locale, no case folding, no normalization. Values are JSON text of
 * up to 1 MiB; states, bases and values of meta are bytes of any content, and
 * may be empty. All of these come back exactly as they were given.
 *
 * ## Transactions
 *
 * A store begins a transaction, does its work, and ends it with
 * [method@StoreAdapter.commit] or [method@StoreAdapter.rollback]. They do not
 * nest: to begin within one gives %TRUCE_ERROR_BUSY. All of a transaction comes
 * to last, or nothing of it. Within it reads see what it has written.
 *
 * Reading is allowed outside of a transaction too, and sees what was last
 * committed; to write outside of a write transaction gives
 * %TRUCE_ERROR_READ_ONLY.
 *
 * A call that fails changes nothing, and leaves the transaction open: the store
 * then goes on or rolls back.
 *
 * ## Errors
 *
 * Codes that a store and its user can act on: %TRUCE_ERROR_BUSY (somebody else
 * is writing), %TRUCE_ERROR_FULL (no room), %TRUCE_ERROR_READ_ONLY,
 * %TRUCE_ERROR_CORRUPT (what is kept cannot be read), %TRUCE_ERROR_TOO_NEW,
 * %TRUCE_ERROR_TRANSIENT (it may go through later), and of
 * [method@StoreAdapter.put] %TRUCE_ERROR_EXISTS. The message names what was
 * done and where.
 *
 * An implementation that fails without a reason, or answers with what was not
 * asked for, has its caller get %TRUCE_ERROR_INVALID_DATA or
 * %TRUCE_ERROR_CORRUPT. But nothing can tell a lookup that forgot to fail from
 * one that found nothing. In Python, that is every exception other than
 * `GLib.Error`: it is printed, and read as `None`.
 *
 * ## Threads
 *
 * An adapter serves one store, in the thread of that store. Where several
 * processes or threads use one database, each has an adapter of its own.
 *
 * ## In Python
 *
 * ```python
 * class DictAdapter(GObject.Object, Truce.StoreAdapter):
 *     def do_get(self, collection, id):
 *         return self.records.get((collection, id))
 *
 *     def do_next(self, collection, after_id):
 *         after = (after_id or '').encode()
 *         ids = (i for c, i in self.records if c == collection and i.encode() > after)
 *         return self.records.get((collection, min(ids, key=str.encode, default=None)))
 * ```
 *
 * Since: 1.0
 */
G_DEFINE_INTERFACE (TruceStoreAdapter, truce_store_adapter, G_TYPE_OBJECT)

static void
truce_store_adapter_default_init (TruceStoreAdapterInterface *iface)
{
  truce_store_adapter_set_defaults (iface);
}

/* ---- what is believed ---- */

/* Gives whether all went well. What failed has a reason, and what did not fail has none: else it failed
 * after all. */
static gboolean
check_done (TruceStoreAdapter *self,
            gboolean           done,
            GError            *given,
            const char        *what,
            GError           **error)
{
  if (given == NULL && done)
    return TRUE;

  if (given != NULL)
    g_propagate_error (error, given);
  else
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "%s failed to %s, and gave no reason",
                 G_OBJECT_TYPE_NAME (self), what);
  return FALSE;
}

/* Takes a record that was found, if it is the one asked for; right tells so. */
static TruceStoredRecord *
check_found (TruceStoreAdapter *self,
             TruceStoredRecord *found,
             gboolean           right,
             GError            *given,
             GError           **error)
{
  g_autoptr(TruceStoredRecord) record = found;

  if (given == NULL && (record == NULL || right))
    return g_steal_pointer (&record);

  if (given != NULL)
    g_propagate_error (error, given);
  else
    g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT,
                 "%s answered with version %" G_GINT64_FORMAT " of %s/%s, which was not asked for",
                 G_OBJECT_TYPE_NAME (self), record->version, record->collection, record->id);
  return NULL;
}

/**
 * truce_store_adapter_begin:
 * @self: an adapter
 * @write: whether it may write
 * @error: return location for an error
 *
 * Begins a transaction.
 *
 * One that writes waits until no other writer is at work, here or in another
 * process, for as long as the adapter is ready to wait. One that only reads
 * never waits, and sees the same state until it ends, whatever others commit.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_BUSY if the wait was too long or
 *   a transaction is open, with %TRUCE_ERROR_READ_ONLY, or another error
 *
 * Since: 1.0
 */
gboolean
truce_store_adapter_begin (TruceStoreAdapter *self,
                           gboolean           write,
                           GError           **error)
{
  GError *given = NULL;
  gboolean done;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  done = TRUCE_STORE_ADAPTER_GET_IFACE (self)->begin (self, write, &given);
  return check_done (self, done, given, "begin a transaction", error);
}

/**
 * truce_store_adapter_commit:
 * @self: an adapter
 * @error: return location for an error
 *
 * Ends the transaction, and makes what it wrote last.
 *
 * What was committed is there after a crash and a loss of power, unless the
 * adapter's user has asked for less; see [method@StoreAdapter.flush].
 *
 * Returns: %TRUE, or %FALSE with an error: then everything is as after
 *   [method@StoreAdapter.rollback], and the transaction is over too
 *
 * Since: 1.0
 */
gboolean
truce_store_adapter_commit (TruceStoreAdapter *self,
                            GError           **error)
{
  GError *given = NULL;
  gboolean done;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  done = TRUCE_STORE_ADAPTER_GET_IFACE (self)->commit (self, &given);
  return check_done (self, done, given, "commit a transaction", error);
}

/**
 * truce_store_adapter_rollback:
 * @self: an adapter
 *
 * Ends the transaction, and takes back all that it wrote. It can't fail, and
 * does nothing if there is none.
 *
 * Since: 1.0
 */
void
truce_store_adapter_rollback (TruceStoreAdapter *self)
{
  g_return_if_fail (TRUCE_IS_STORE_ADAPTER (self));

  TRUCE_STORE_ADAPTER_GET_IFACE (self)->rollback (self);
}

/**
 * truce_store_adapter_get:
 * @self: an adapter
 * @collection: a collection's name
 * @id: a record's id
 * @error: return location for an error
 *
 * Looks up a record, deleted or not.
 *
 * Returns: (transfer full) (nullable): the record, or %NULL: without an error
 *   if there is none
 *
 * Since: 1.0
 */
TruceStoredRecord *
truce_store_adapter_get (TruceStoreAdapter *self,
                         const char        *collection,
                         const char        *id,
                         GError           **error)
{
  TruceStoredRecord *found;
  GError *given = NULL;
  gboolean right;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), NULL);
  g_return_val_if_fail (collection != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  found = TRUCE_STORE_ADAPTER_GET_IFACE (self)->get (self, collection, id, &given);
  right = found != NULL && strcmp (found->id, id) == 0 && strcmp (found->collection, collection) == 0;
  return check_found (self, found, right, given, error);
}

/**
 * truce_store_adapter_put:
 * @self: an adapter
 * @record: what to write
 * @replaced: (nullable): what [method@StoreAdapter.get] or an iteration gave
 *   for that id in this transaction, or what was last put there; %NULL if the
 *   record is new
 * @error: return location for an error
 *
 * Writes a record, instead of @replaced.
 *
 * The version of @record is greater than any that the store has written
 * before: an adapter may rely on it. Unless the delivery is
 * %TRUCE_DELIVERY_SYNCED the record is in the outbox from now on, and leaves it
 * otherwise.
 *
 * An adapter need not compare @replaced with what it keeps: what it needs of
 * it is where the record stood, its old version and delivery, and what the
 * adapter itself may have remembered of the place.
 *
 * Returns: %TRUE, or %FALSE with an error: with %TRUCE_ERROR_EXISTS if
 *   @replaced is %NULL and there is a record, deleted or not; nothing has
 *   changed then
 *
 * Since: 1.0
 */
gboolean
truce_store_adapter_put (TruceStoreAdapter *self,
                         TruceStoredRecord *record,
                         TruceStoredRecord *replaced,
                         GError           **error)
{
  GError *given = NULL;
  gboolean done;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), FALSE);
  g_return_val_if_fail (record != NULL, FALSE);
  g_return_val_if_fail (replaced == NULL || record->version > replaced->version, FALSE);
  g_return_val_if_fail (replaced == NULL || strcmp (record->id, replaced->id) == 0, FALSE);
  g_return_val_if_fail (replaced == NULL || strcmp (record->collection, replaced->collection) == 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  done = TRUCE_STORE_ADAPTER_GET_IFACE (self)->put (self, record, replaced, &given);
  return check_done (self, done, given, "write a record", error);
}

/**
 * truce_store_adapter_remove:
 * @self: an adapter
 * @record: what [method@StoreAdapter.get] or an iteration gave for that id in
 *   this transaction, or what was last put there
 * @error: return location for an error
 *
 * Takes a record away for good: from the records, the feed and the outbox.
 * This is no deletion, which is a [method@StoreAdapter.put].
 *
 * Returns: %TRUE, or %FALSE with an error
 *
 * Since: 1.0
 */
gboolean
truce_store_adapter_remove (TruceStoreAdapter *self,
                            TruceStoredRecord *record,
                            GError           **error)
{
  GError *given = NULL;
  gboolean done;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), FALSE);
  g_return_val_if_fail (record != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  done = TRUCE_STORE_ADAPTER_GET_IFACE (self)->remove (self, record, &given);
  return check_done (self, done, given, "remove a record", error);
}

/**
 * truce_store_adapter_settle:
 * @self: an adapter
 * @record: what [method@StoreAdapter.get] or an iteration gave for that id in
 *   this transaction, or what was last put there
 * @delivery: what is still to be done with it
 * @base: (nullable): its base from now on, or %NULL for none
 * @error: return location for an error
 *
 * Gives a record another delivery and another base, and leaves all else as it
 * is: also its version, and so its place in the feed. By that it enters the
 * outbox, stays in it, or leaves it.
 *
 * That is how a remote's acknowledgment is noted, once for each record that was
 * sent: it should cost less than a [method@StoreAdapter.put].
 *
 * Returns: %TRUE, or %FALSE with an error: with %TRUCE_ERROR_CONFLICT or
 *   %TRUCE_ERROR_NOT_FOUND if @record is no longer what is kept, by its version
 *   and delivery; nothing has changed then
 *
 * Since: 1.0
 */
gboolean
truce_store_adapter_settle (TruceStoreAdapter *self,
                            TruceStoredRecord *record,
                            TruceDelivery      delivery,
                            GBytes            *base,
                            GError           **error)
{
  GError *given = NULL;
  gboolean done;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), FALSE);
  g_return_val_if_fail (record != NULL, FALSE);
  g_return_val_if_fail (delivery >= TRUCE_DELIVERY_SYNCED && delivery <= TRUCE_DELIVERY_CONFLICTED, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  done = TRUCE_STORE_ADAPTER_GET_IFACE (self)->settle (self, record, delivery, base, &given);
  return check_done (self, done, given, "settle a record", error);
}

/**
 * truce_store_adapter_next:
 * @self: an adapter
 * @collection: a collection's name
 * @after_id: (nullable): the id that was last given, or %NULL for the first
 * @error: return location for an error
 *
 * Goes through the records of a collection, in the order of the bytes of their
 * ids: finds the first one after @after_id, deleted or not.
 *
 * @after_id need not be there any more. A walk from one record to the next
 * within one transaction should take time linear in the records: an adapter
 * keeps its place while it is asked in order, and finds it again, in
 * logarithmic time, when it is not.
 *
 * Returns: (transfer full) (nullable): the record, or %NULL: without an error
 *   if there are no more
 *
 * Since: 1.0
 */
TruceStoredRecord *
truce_store_adapter_next (TruceStoreAdapter *self,
                          const char        *collection,
                          const char        *after_id,
                          GError           **error)
{
  TruceStoredRecord *found;
  GError *given = NULL;
  gboolean right;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), NULL);
  g_return_val_if_fail (collection != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  found = TRUCE_STORE_ADAPTER_GET_IFACE (self)->next (self, collection, after_id, &given);
  right = found != NULL && (after_id == NULL || strcmp (found->id, after_id) > 0) &&
          strcmp (found->collection, collection) == 0;
  return check_found (self, found, right, given, error);
}

/**
 * truce_store_adapter_next_change:
 * @self: an adapter
 * @after: the version that was last given, or 0 for the first
 * @error: return location for an error
 *
 * Goes through the feed: finds the record with the least version greater than
 * @after, in any collection. Costs as [method@StoreAdapter.next].
 *
 * Returns: (transfer full) (nullable): the record, or %NULL: without an error
 *   if there are no more
 *
 * Since: 1.0
 */
TruceStoredRecord *
truce_store_adapter_next_change (TruceStoreAdapter *self,
                                 gint64             after,
                                 GError           **error)
{
  TruceStoredRecord *found;
  GError *given = NULL;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  found = TRUCE_STORE_ADAPTER_GET_IFACE (self)->next_change (self, after, &given);
  return check_found (self, found, found != NULL && found->version > after, given, error);
}

/**
 * truce_store_adapter_next_pending:
 * @self: an adapter
 * @after: the version that was last given, or 0 for the first
 * @error: return location for an error
 *
 * Goes through the outbox: as [method@StoreAdapter.next_change], but for
 * records that are %TRUCE_DELIVERY_SYNCED.
 *
 * Returns: (transfer full) (nullable): the record, or %NULL: without an error
 *   if there are no more
 *
 * Since: 1.0
 */
TruceStoredRecord *
truce_store_adapter_next_pending (TruceStoreAdapter *self,
                                  gint64             after,
                                  GError           **error)
{
  TruceStoredRecord *found;
  GError *given = NULL;
  gboolean right;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  found = TRUCE_STORE_ADAPTER_GET_IFACE (self)->next_pending (self, after, &given);
  right = found != NULL && found->version > after && found->delivery != TRUCE_DELIVERY_SYNCED;
  return check_found (self, found, right, given, error);
}

/**
 * truce_store_adapter_get_meta:
 * @self: an adapter
 * @group: a group
 * @key: a key in it
 * @error: return location for an error
 *
 * Looks up a small value.
 *
 * Returns: (transfer full) (nullable): the value, or %NULL: without an error if
 *   there is none
 *
 * Since: 1.0
 */
GBytes *
truce_store_adapter_get_meta (TruceStoreAdapter *self,
                              const char        *group,
                              const char        *key,
                              GError           **error)
{
  g_autoptr(GBytes) found = NULL;
  GError *given = NULL;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), NULL);
  g_return_val_if_fail (group != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  found = TRUCE_STORE_ADAPTER_GET_IFACE (self)->get_meta (self, group, key, &given);
  return check_done (self, TRUE, given, "look up meta", error) ? g_steal_pointer (&found) : NULL;
}

/**
 * truce_store_adapter_set_meta:
 * @self: an adapter
 * @group: a group
 * @key: a key in it
 * @value: (nullable): the value, or %NULL to remove it
 * @error: return location for an error
 *
 * Writes a small value. To remove one that is not there is no error.
 *
 * Returns: %TRUE, or %FALSE with an error
 *
 * Since: 1.0
 */
gboolean
truce_store_adapter_set_meta (TruceStoreAdapter *self,
                              const char        *group,
                              const char        *key,
                              GBytes            *value,
                              GError           **error)
{
  GError *given = NULL;
  gboolean done;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), FALSE);
  g_return_val_if_fail (group != NULL, FALSE);
  g_return_val_if_fail (key != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  done = TRUCE_STORE_ADAPTER_GET_IFACE (self)->set_meta (self, group, key, value, &given);
  return check_done (self, done, given, "write meta", error);
}

/**
 * truce_store_adapter_next_meta:
 * @self: an adapter
 * @group: a group
 * @after_key: (nullable): the key that was last given, or %NULL for the first
 * @error: return location for an error
 *
 * Goes through the keys of a group, in the order of their bytes: finds the
 * first one after @after_key.
 *
 * Returns: (transfer full) (nullable): the key, or %NULL: without an error if
 *   there are no more
 *
 * Since: 1.0
 */
char *
truce_store_adapter_next_meta (TruceStoreAdapter *self,
                               const char        *group,
                               const char        *after_key,
                               GError           **error)
{
  g_autofree char *found = NULL;
  GError *given = NULL;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), NULL);
  g_return_val_if_fail (group != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  found = TRUCE_STORE_ADAPTER_GET_IFACE (self)->next_meta (self, group, after_key, &given);
  if (!check_done (self, TRUE, given, "list meta", error))
    return NULL;
  if (found == NULL || after_key == NULL || strcmp (found, after_key) > 0)
    return g_steal_pointer (&found);

  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_CORRUPT,
               "%s answered with the key “%s” of %s, which is not after “%s”", G_OBJECT_TYPE_NAME (self), found,
               group, after_key);
  return NULL;
}

/**
 * truce_store_adapter_prepare:
 * @self: an adapter
 * @collection: a collection's name
 * @schema: its schema
 * @error: return location for an error
 *
 * Tells the adapter of a collection before its records are used, and again
 * when its schema has changed, outside of a transaction: for indexes and full
 * text search that the schema declares. What is declared no longer may go.
 *
 * Returns: %TRUE, or %FALSE with an error
 *
 * Since: 1.0
 */
gboolean
truce_store_adapter_prepare (TruceStoreAdapter *self,
                             const char        *collection,
                             TruceSchema       *schema,
                             GError           **error)
{
  GError *given = NULL;
  gboolean done;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), FALSE);
  g_return_val_if_fail (collection != NULL, FALSE);
  g_return_val_if_fail (TRUCE_IS_SCHEMA (schema), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  done = TRUCE_STORE_ADAPTER_GET_IFACE (self)->prepare (self, collection, schema, &given);
  return check_done (self, done, given, "prepare a collection", error);
}

/**
 * truce_store_adapter_flush:
 * @self: an adapter
 * @error: return location for an error
 *
 * Makes sure, outside of a transaction, of all that was committed, here or by
 * others that write to the same place: it is there after a loss of power.
 *
 * An adapter whose commits are sure has nothing to do here. One that was asked
 * for less waits for the disk now, unless nothing was written since the last
 * time. A store asks for it before it lets anything out: a replica must not
 * forget what others know of it.
 *
 * Returns: %TRUE, or %FALSE with an error
 *
 * Since: 1.0
 */
gboolean
truce_store_adapter_flush (TruceStoreAdapter *self,
                           GError           **error)
{
  GError *given = NULL;
  gboolean done;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  done = TRUCE_STORE_ADAPTER_GET_IFACE (self)->flush (self, &given);
  return check_done (self, done, given, "flush", error);
}

/**
 * truce_store_adapter_get_generation:
 * @self: an adapter
 *
 * Gets a number that is another one after somebody else (another connection,
 * another process) has committed; what this adapter commits leaves it as it
 * is. A store asks for it often.
 *
 * Returns: the number; always 0 if nobody else can write
 *
 * Since: 1.0
 */
gint64
truce_store_adapter_get_generation (TruceStoreAdapter *self)
{
  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), 0);

  return TRUCE_STORE_ADAPTER_GET_IFACE (self)->get_generation (self);
}

/**
 * truce_store_adapter_verify:
 * @self: an adapter
 * @cancellable: (nullable): cancels it
 * @error: return location for an error
 *
 * Checks what only the adapter knows of: its file, its checksums, its indexes.
 * It may take long.
 *
 * Returns: (transfer full) (array zero-terminated=1): the problems, a line
 *   each; empty if there are none. Or %NULL with an error
 *
 * Since: 1.0
 */
char **
truce_store_adapter_verify (TruceStoreAdapter *self,
                            GCancellable      *cancellable,
                            GError           **error)
{
  g_auto(GStrv) problems = NULL;
  GError *given = NULL;

  g_return_val_if_fail (TRUCE_IS_STORE_ADAPTER (self), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  problems = TRUCE_STORE_ADAPTER_GET_IFACE (self)->verify (self, cancellable, &given);
  return check_done (self, problems != NULL, given, "verify", error) ? g_steal_pointer (&problems) : NULL;
}
