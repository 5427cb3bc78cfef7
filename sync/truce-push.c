/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-error-class.h"
#include "truce-exchange-private.h"

/**
 * TrucePush:
 *
 * Changes for the remote, and what becomes of each.
 *
 * Each change is answered by its index, once: accepted, rejected for good, to be
 * tried again, skipped, or met by a change of the remote's. One that gets no
 * answer is tried again. The changes of a push stand in the order in which they
 * are to be done: what refers to another record comes behind it.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (TrucePush, truce_push, TRUCE_TYPE_EXCHANGE)

static void
item_clear (TrucePushItem *item)
{
  truce_stored_record_unref (item->record);
  truce_stored_record_unref (item->remote);
  g_free (item->token);
  g_free (item->message);
  g_free (item->new_id);
  g_free (item->new_token);
  g_free (item->remote_text);
  g_clear_pointer (&item->base_before, g_bytes_unref);
}

static void
truce_push_finalize (GObject *object)
{
  TrucePush *self = TRUCE_PUSH (object);

  for (guint i = 0; i < self->n_items; i++)
    item_clear (&self->items[i]);
  g_free (self->items);

  G_OBJECT_CLASS (truce_push_parent_class)->finalize (object);
}

static void
truce_push_class_init (TrucePushClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = truce_push_finalize;
}

static void
truce_push_init (TrucePush *self)
{
  self->first = TRUCE_NOT_TOLD;
  self->last = TRUCE_NOT_TOLD;
}

void
truce_push_forget_answers (TrucePush *self)
{
  for (guint i = 0; i < self->n_items; i++)
    {
      TrucePushItem *item = &self->items[i];

      item->answer = TRUCE_ANSWER_NONE;
      item->after_ms = TRUCE_NOT_TOLD;
      g_clear_pointer (&item->message, g_free);
      g_clear_pointer (&item->new_id, g_free);
      g_clear_pointer (&item->new_token, g_free);
      g_clear_pointer (&item->remote_text, g_free);
      g_clear_pointer (&item->remote, truce_stored_record_unref);
    }
  self->first = TRUCE_NOT_TOLD;
  self->last = TRUCE_NOT_TOLD;
}

TrucePush *
truce_push_new (const char *session,
                guint       n_reserved)
{
  TrucePush *self = g_object_new (TRUCE_TYPE_PUSH, NULL);

  self->parent_instance.session = g_strdup (session);
  self->room = n_reserved;
  self->items = g_new (TrucePushItem, n_reserved);
  return self;
}

TrucePushItem *
truce_push_append (TrucePush         *self,
                   TruceStoredRecord *record)
{
  TrucePushItem *item;

  if (self->n_items == self->room)
    {
      self->room = MAX (16, self->room * 2);
      self->items = g_renew (TrucePushItem, self->items, self->room);
    }
  item = &self->items[self->n_items++];
  *item = (TrucePushItem) { .record = truce_stored_record_ref (record), .after_ms = TRUCE_NOT_TOLD };
  return item;
}

TrucePush *
truce_push_steal_answered (TrucePush *self)
{
  TrucePush *answered = truce_push_new (self->parent_instance.session, self->n_items);
  guint n = 0;

  for (guint i = 0; i < self->n_items; i++)
    if (self->items[i].answer != TRUCE_ANSWER_NONE)
      answered->items[answered->n_items++] = self->items[i];
    else
      self->items[n++] = self->items[i];
  self->n_items = n;
  return answered;
}

/* The change at index, to be answered; NULL where that can't be. */
static TrucePushItem *
answer (TrucePush      *self,
        guint           index,
        TrucePushAnswer as)
{
  TruceExchange *exchange = (TruceExchange *) self;

  if (index >= self->n_items)
    {
      truce_exchange_refuse (exchange, "the remote answered change %u of %u", index, self->n_items);
      return NULL;
    }
  if (self->items[index].answer != TRUCE_ANSWER_NONE)
    {
      truce_exchange_refuse (exchange, "the remote answered change %u twice", index);
      return NULL;
    }
  self->items[index].answer = as;
  return &self->items[index];
}

/**
 * truce_push_get_n_changes:
 * @self: a push
 *
 * Gets how many changes there are.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint
truce_push_get_n_changes (TrucePush *self)
{
  g_return_val_if_fail (TRUCE_IS_PUSH (self), 0);

  return self->n_items;
}

/**
 * truce_push_accept:
 * @self: a push
 * @index: the place of a change
 * @token: (nullable): what the remote wants to be told with the next change of this
 *   record, such as its new ETag
 *
 * Answers that the remote has it, now or since an earlier try.
 *
 * Since: 1.0
 */
void
truce_push_accept (TrucePush  *self,
                   guint       index,
                   const char *token)
{
  TrucePushItem *item;

  g_return_if_fail (TRUCE_IS_PUSH (self));

  item = answer (self, index, TRUCE_ANSWER_ACCEPTED);
  if (item != NULL)
    item->new_token = g_strdup (token);
}

/**
 * truce_push_assign:
 * @self: a push
 * @index: the place of a change that was accepted
 * @new_id: the id under which the remote keeps the record
 *
 * Says, beside [method@Push.accept], that the remote has given the record an id of
 * its own. The replica renames it, and what refers to it.
 *
 * Since: 1.0
 */
void
truce_push_assign (TrucePush  *self,
                   guint       index,
                   const char *new_id)
{
  TruceExchange *exchange = (TruceExchange *) self;
  TrucePushItem *item;

  g_return_if_fail (TRUCE_IS_PUSH (self));
  g_return_if_fail (new_id != NULL);

  item = index < self->n_items ? &self->items[index] : NULL;
  if (item == NULL || item->answer != TRUCE_ANSWER_ACCEPTED || item->new_id != NULL)
    truce_exchange_refuse (exchange, "the remote gave an id to change %u of %u, which it has not just accepted", index,
                           self->n_items);
  else
    item->new_id = g_strdup (new_id);
}

/* An answer with the remote's own words. */
static TrucePushItem *
answer_with_words (TrucePush      *self,
                   guint           index,
                   TrucePushAnswer as,
                   TruceError      code,
                   const char     *message)
{
  TrucePushItem *item = answer (self, index, as);

  if (item != NULL)
    {
      item->code = code;
      item->message = g_strdup (message);
    }
  return item;
}

/**
 * truce_push_reject:
 * @self: a push
 * @index: the place of a change
 * @code: why: mostly %TRUCE_ERROR_REJECTED
 * @message: (nullable): the remote's own words, for a person to read
 *
 * Answers that the remote refuses it for good: it goes to the inbox at once, and
 * holds up no other.
 *
 * Since: 1.0
 */
void
truce_push_reject (TrucePush  *self,
                   guint       index,
                   TruceError  code,
                   const char *message)
{
  g_return_if_fail (TRUCE_IS_PUSH (self));

  answer_with_words (self, index, TRUCE_ANSWER_REJECTED, code, message);
}

/**
 * truce_push_retry:
 * @self: a push
 * @index: the place of a change
 * @after_ms: when to try again: milliseconds from now, or -1: as the replica likes
 * @message: (nullable): the remote's own words
 *
 * Answers that the remote could not take it for now.
 *
 * Since: 1.0
 */
void
truce_push_retry (TrucePush  *self,
                  guint       index,
                  gint64      after_ms,
                  const char *message)
{
  TrucePushItem *item;

  g_return_if_fail (TRUCE_IS_PUSH (self));

  item = answer_with_words (self, index, TRUCE_ANSWER_RETRY, TRUCE_ERROR_TRANSIENT, message);
  if (item != NULL)
    item->after_ms = MAX (after_ms, TRUCE_NOT_TOLD);
}

/**
 * truce_push_skip:
 * @self: a push
 * @index: the place of a change
 * @message: (nullable): the remote's own words
 *
 * Answers that it was not tried, for something that it needs was not taken.
 *
 * Since: 1.0
 */
void
truce_push_skip (TrucePush  *self,
                 guint       index,
                 const char *message)
{
  g_return_if_fail (TRUCE_IS_PUSH (self));

  answer_with_words (self, index, TRUCE_ANSWER_SKIPPED, TRUCE_ERROR_DEPENDENCY, message);
}

/**
 * truce_push_conflict:
 * @self: a push
 * @index: the place of a change
 * @text: (nullable): the record as the remote has it: a JSON object, or %NULL: it
 *   was deleted there
 * @token: (nullable): the token of that
 *
 * Answers that the record has changed at the remote since the base. Both sides go
 * to the collection's resolver.
 *
 * Since: 1.0
 */
void
truce_push_conflict (TrucePush  *self,
                     guint       index,
                     const char *text,
                     const char *token)
{
  TrucePushItem *item;

  g_return_if_fail (TRUCE_IS_PUSH (self));

  item = answer (self, index, TRUCE_ANSWER_CONFLICT);
  if (item == NULL)
    return;
  item->remote_text = g_strdup (text);
  item->new_token = g_strdup (token);
}

/**
 * truce_push_conflict_record:
 * @self: a push
 * @index: the place of a change
 * @record: the record as the remote has it
 *
 * Answers as [method@Push.conflict] does, for a remote that keeps stamps.
 *
 * Since: 1.0
 */
void
truce_push_conflict_record (TrucePush         *self,
                            guint              index,
                            TruceStoredRecord *record)
{
  TrucePushItem *item;

  g_return_if_fail (TRUCE_IS_PUSH (self));
  g_return_if_fail (record != NULL);

  item = answer (self, index, TRUCE_ANSWER_CONFLICT);
  if (item == NULL)
    return;
  if (!g_str_equal (record->collection, item->record->collection) || !g_str_equal (record->id, item->record->id))
    truce_exchange_refuse ((TruceExchange *) self, "the remote answered change %u with another record", index);
  item->remote = truce_stored_record_ref (record);
}

/**
 * truce_push_fail:
 * @self: a push
 * @index: the place of a change
 * @failure: what went wrong with it
 *
 * Answers by an error: one that is permanent, by [func@Error.classify], rejects
 * the change; after any other it is tried again.
 *
 * Since: 1.0
 */
void
truce_push_fail (TrucePush    *self,
                 guint         index,
                 const GError *failure)
{
  TruceError code;

  g_return_if_fail (TRUCE_IS_PUSH (self));
  g_return_if_fail (failure != NULL);

  code = failure->domain == TRUCE_ERROR ? (TruceError) failure->code : TRUCE_ERROR_REJECTED;
  if (truce_error_classify (failure) == TRUCE_ERROR_CLASS_PERMANENT)
    answer_with_words (self, index, TRUCE_ANSWER_REJECTED, code, failure->message);
  else
    answer_with_words (self, index, TRUCE_ANSWER_RETRY, code, failure->message);
}

/**
 * truce_push_set_range:
 * @self: a push
 * @first: the number of the latest change in the remote's feed before this push
 * @last: the same after it
 *
 * Says where in the feed the push stands: a replica that had read up to @first
 * need not read its own changes again.
 *
 * Since: 1.0
 */
void
truce_push_set_range (TrucePush *self,
                      gint64     first,
                      gint64     last)
{
  g_return_if_fail (TRUCE_IS_PUSH (self));

  if (first < 0 || last < first)
    truce_exchange_refuse ((TruceExchange *) self, "the remote's feed went backwards in a push");
  self->first = first;
  self->last = last;
}
