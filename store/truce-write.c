/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-kind-private.h"
#include "truce-write.h"

TruceLifeRule
truce_life_rule (TruceSchema *schema)
{
  switch (truce_schema_get_delete_rule (schema))
    {
    case TRUCE_DELETE_RULE_DELETE_WINS:
      return TRUCE_LIFE_DELETE_WINS;
    case TRUCE_DELETE_RULE_LATER_WINS:
      return TRUCE_LIFE_LATER_WINS;
    case TRUCE_DELETE_RULE_NONE:
    case TRUCE_DELETE_RULE_UPDATE_WINS:
      break;
    }
  return TRUCE_LIFE_UPDATE_WINS;
}

gboolean
truce_write_refuse (const TruceWrite *self,
                    const char       *field,
                    TruceError        code,
                    const char       *what,
                    GError          **error)
{
  g_autofree char *collection = truce_show_name (self->collection);
  g_autofree char *id = truce_show_name (self->id);
  g_autoptr(GString) place = g_string_new (NULL);

  if (field != NULL)
    {
      g_string_append (place, "at ");
      truce_json_pointer_append (place, field);
      g_string_append (place, ": ");
    }
  g_set_error (error, TRUCE_ERROR, code, "%s/%s: %s%s", collection, id, place->str, what);
  return FALSE;
}

/* The base goes on where there is one, begins where the record was as the remote has it, and is none for a record
 * that was made here and never left. */
static gboolean
begin_base (TruceWrite *self,
            GError    **error)
{
  gboolean pending = self->row->delivery != TRUCE_DELIVERY_SYNCED;

  if (pending ? self->row->base == NULL : !self->outbox)
    return TRUE;
  if (!truce_base_read (&self->base, pending ? self->row->base : NULL, self->row->base_length, error))
    return FALSE;
  if (!pending)
    {
      self->base.absent = self->row->value == NULL;
      truce_base_set_state (&self->base, self->row->state, self->row->state_length);
    }
  return TRUE;
}

gboolean
truce_write_begin (TruceWrite *self,
                   GError    **error)
{
  self->arena = truce_json_arena_new ();
  if (self->row == NULL)
    {
      self->state = truce_state_new (self->arena);
      return TRUE;
    }

  self->state = truce_state_decode (self->arena, self->row->value, self->row->value_length, self->row->state,
                                    self->row->state_length, error);
  if (self->state == NULL || !begin_base (self, error))
    {
      g_prefix_error (error, "%s/%s: ", self->collection, self->id);
      return FALSE;
    }
  return TRUE;
}

void
truce_write_end (TruceWrite *self)
{
  truce_base_clear (&self->base);
  g_clear_pointer (&self->kept, g_ptr_array_unref);
  g_clear_pointer (&self->arena, truce_json_arena_free);
}

static gboolean
is_there (const TruceWrite *self)
{
  return self->row != NULL && self->row->value != NULL;
}

/* The operation's object, which the state will refer to. */
static TruceJsonDoc *
read_object (TruceWrite *self,
             const char *text,
             GError    **error)
{
  TruceJsonDoc *doc = truce_json_doc_parse_text (text, -1, error);

  if (doc == NULL)
    {
      g_prefix_error (error, "%s/%s: ", self->collection, self->id);
      return NULL;
    }
  if (self->kept == NULL)
    self->kept = g_ptr_array_new_with_free_func ((GDestroyNotify) truce_json_doc_unref);
  g_ptr_array_add (self->kept, doc);
  if (truce_json_type (doc, 0) == TRUCE_JSON_OBJECT)
    return doc;

  truce_write_refuse (self, NULL, TRUCE_ERROR_INVALID_DATA, "a record is a JSON object", error);
  return NULL;
}

/* Writes the whole record; one that was deleted starts afresh. */
static gboolean
apply_put (TruceWrite           *self,
           const TruceOperation *operation,
           gboolean             *changed,
           GError              **error)
{
  TruceJsonDoc *doc = read_object (self, operation->text, error);
  gboolean afresh = !is_there (self);

  if (doc == NULL)
    return FALSE;
  if (afresh)
    *changed |= truce_state_create (self->state, self->stamp);
  return truce_write_members (self, doc, TRUE, afresh, changed, error);
}

static gboolean
apply_patch (TruceWrite           *self,
             const TruceOperation *operation,
             gboolean             *changed,
             GError              **error)
{
  TruceJsonDoc *doc = read_object (self, operation->text, error);

  return doc != NULL && truce_write_members (self, doc, FALSE, FALSE, changed, error);
}

/* Whether the verb's record must be there, must not, or may. */
static gboolean
check_presence (const TruceWrite     *self,
                const TruceOperation *operation,
                GError              **error)
{
  gboolean there = is_there (self);

  if (operation->verb == TRUCE_VERB_PUT)
    return TRUE;
  if (operation->verb == TRUCE_VERB_CREATE)
    return !there || truce_write_refuse (self, NULL, TRUCE_ERROR_EXISTS, "there is such a record already", error);
  if (operation->verb == TRUCE_VERB_UNDELETE)
    there = self->row != NULL;
  return there || truce_write_refuse (self, NULL, TRUCE_ERROR_NOT_FOUND, "there is no such record", error);
}

gboolean
truce_write_apply (TruceWrite           *self,
                   const TruceOperation *operation,
                   gboolean             *changed,
                   GError              **error)
{
  *changed = FALSE;
  if (!check_presence (self, operation, error))
    return FALSE;

  switch (operation->verb)
    {
    case TRUCE_VERB_CREATE:
    case TRUCE_VERB_PUT:
      return apply_put (self, operation, changed, error);
    case TRUCE_VERB_PATCH:
      return apply_patch (self, operation, changed, error);
    case TRUCE_VERB_UNSET:
      return truce_write_unset (self, operation->field, changed, error);
    case TRUCE_VERB_DELETE:
      *changed = truce_state_delete (self->state, self->stamp);
      return TRUE;
    case TRUCE_VERB_UNDELETE:
      if (!is_there (self))
        *changed = truce_state_create (self->state, self->stamp);
      return TRUE;
    case TRUCE_VERB_ADD:
    case TRUCE_VERB_REMOVE:
      return truce_write_element (self, operation, changed, error);
    case TRUCE_VERB_INCREMENT:
      return truce_write_amount (self, operation, changed, error);
    case TRUCE_VERB_MERGE:
      break;
    }
  g_assert_not_reached ();
}

/* What the state shows, or as a tombstone holds. */
static TruceJsonDoc *
read_shown (TruceSlice  value,
            TruceState *state)
{
  g_autoptr(GString) hidden = NULL;

  if (value.text != NULL)
    return truce_json_doc_parse_text (value.text, value.length, NULL);

  hidden = g_string_new (NULL);
  truce_state_write_map (&state->fields, hidden);
  return truce_json_doc_parse_text (hidden->str, hidden->len, NULL);
}

/* The row as it is before it changes; NULL where no base asks for it. */
static TruceJsonDoc *
read_before (TruceWrite *self)
{
  if (!self->base.tracked || self->base.absent)
    return NULL;
  return read_shown ((TruceSlice) { self->row->value, self->row->value_length }, self->state);
}

/* What the row had, and will not have so any more: value and state are what it becomes. */
static void
remember_row (TruceWrite         *self,
              const TruceJsonDoc *before,
              TruceSlice          value,
              TruceState         *state)
{
  g_autoptr(TruceJsonDoc) after = before != NULL ? read_shown (value, state) : NULL;

  if (after != NULL)
    truce_base_remember_difference (&self->base, before, after);
}

/* A record made here and deleted before it ever left: there is nothing to send. */
static gboolean
never_left (const TruceWrite *self,
            gboolean          alive)
{
  return !alive && !self->joined && (self->row == NULL || (self->row->delivery == TRUCE_DELIVERY_PENDING && self->row->base == NULL));
}

static TruceDelivery
new_delivery (const TruceWrite *self,
              gboolean          alive)
{
  gboolean waits = self->row != NULL && self->row->delivery != TRUCE_DELIVERY_SYNCED;

  /* What waits already goes on waiting, outbox or not. */
  if ((!self->outbox && !waits) || never_left (self, alive))
    return TRUCE_DELIVERY_SYNCED;
  if (self->row != NULL && self->row->delivery == TRUCE_DELIVERY_CONFLICTED)
    return TRUCE_DELIVERY_CONFLICTED;
  return TRUCE_DELIVERY_PENDING;
}

/* Only a text that shows can break the schema. It is not read again where it can't: a field takes four bytes or
 * more. */
static gboolean
check_schema (const TruceWrite *self,
              const GString    *value,
              GError          **error)
{
  g_autoptr(TruceJsonDoc) doc = NULL;

  if (!self->schema->table.checks && value->len <= self->schema->max_record_size &&
      value->len / 4 <= self->schema->max_fields)
    return TRUE;

  doc = truce_json_doc_parse_text (value->str, value->len, error);
  return doc != NULL && truce_schema_check (self->schema, self->collection, self->id, doc, error);
}

/* The row of a value (text NULL: the record does not show) and of what else there is to its state. */
static TruceStoredRecord *
make_row (const TruceWrite *self,
          gint64            version,
          TruceSlice        value,
          const guint8     *state,
          gsize             state_length)
{
  g_autoptr(GString) base = NULL;
  TruceStoredParts parts = {
    .collection = self->collection,
    .collection_length = strlen (self->collection),
    .id = self->id,
    .id_length = strlen (self->id),
    .version = version,
    .key = self->row != NULL ? self->row->key : 0,
    .delivery = new_delivery (self, value.text != NULL),
    .value = value.text,
    .value_length = value.length,
    .state = state,
    .state_length = state_length,
  };

  if (self->base.tracked && parts.delivery != TRUCE_DELIVERY_SYNCED)
    {
      base = g_string_sized_new (64);
      truce_base_write (&self->base, base);
      parts.base = base->str;
      parts.base_length = base->len;
    }
  return truce_stored_record_make (&parts);
}

static gboolean
is_alive (const TruceWrite *self,
          const TruceState *state)
{
  return truce_state_is_alive (state, truce_life_rule (self->schema));
}

TruceStoredRecord *
truce_write_row (TruceWrite *self,
                 gint64      version,
                 GError    **error)
{
  g_autoptr(GString) value = is_alive (self, self->state) ? g_string_sized_new (256) : NULL;
  g_autoptr(GByteArray) bytes = g_byte_array_sized_new (64);

  truce_state_encode (self->state, value, bytes);
  if (value == NULL)
    return make_row (self, version, (TruceSlice) { NULL, 0 }, bytes->data, bytes->len);
  if (!check_schema (self, value, error))
    return NULL;
  return make_row (self, version, (TruceSlice) { value->str, value->len }, bytes->data, bytes->len);
}

/* Where theirs has seen all that is here it stays as it is, to the byte; that is what most joins are. */
static TruceStoredRecord *
take_whole (TruceWrite              *self,
            const TruceStoredRecord *theirs,
            TruceState              *state,
            gint64                   version)
{
  g_autoptr(TruceJsonDoc) before = read_before (self);
  TruceSlice value = { theirs->value, theirs->value_length };

  remember_row (self, before, value, state);
  return make_row (self, version, value, theirs->state, theirs->state_length);
}

/* Whether theirs has seen all that is here, and more. Most of what is here was written once and never met anything:
 * then its bytes say all that a join asks for, and it need not be decoded. */
static gboolean
covers_fresh (const TruceWrite *self,
              const TruceState *state)
{
  TruceStamp stamp;

  return self->row != NULL && truce_state_get_fresh (self->row->state, self->row->state_length, &stamp) &&
         truce_state_covers (state, stamp) &&
         (state->n_context > 1 || truce_stamp_order (state->context[0], stamp) != 0);
}

/* Joins for good. NULL without an error: nothing changes. */
static TruceStoredRecord *
join_states (TruceWrite       *self,
             const TruceState *state,
             gint64            version,
             TruceLostFunc     lost,
             gpointer          lost_data)
{
  g_autoptr(TruceJsonDoc) before = read_before (self);
  g_autoptr(GByteArray) bytes = NULL;
  g_autoptr(GString) value = NULL;
  TruceSlice shown = { NULL, 0 };

  if (!truce_state_join (self->state, state, self->row != NULL ? lost : NULL, lost_data))
    return NULL;

  bytes = g_byte_array_sized_new (64);
  if (is_alive (self, self->state))
    value = g_string_sized_new (256);
  truce_state_encode (self->state, value, bytes);
  if (value != NULL)
    {
      shown.text = value->str;
      shown.length = value->len;
    }
  remember_row (self, before, shown, self->state);
  return make_row (self, version, shown, bytes->data, bytes->len);
}

TruceStoredRecord *
truce_write_join (TruceWrite              *self,
                  const TruceStoredRecord *theirs,
                  TruceState              *state,
                  gint64                   version,
                  TruceLostFunc            lost,
                  gpointer                 lost_data,
                  GError                 **error)
{
  gboolean whole = !truce_state_has_local (state) && is_alive (self, state) == (theirs->value != NULL);
  gboolean ours_knows;
  gboolean theirs_knows;

  if (whole && covers_fresh (self, state))
    return begin_base (self, error) ? take_whole (self, theirs, state, version) : NULL;
  if (!truce_write_begin (self, error))
    return NULL;

  /* Where each has seen all of the other they are the same, but for a cloned disk, which gave one stamp to two
   * values: only a join tells. */
  ours_knows = truce_state_covers_all (self->state, state);
  theirs_knows = truce_state_covers_all (state, self->state);
  self->ahead = !theirs_knows;
  if (ours_knows && !theirs_knows)
    return NULL;
  if (whole && theirs_knows && !ours_knows && !truce_state_has_local (self->state))
    return take_whole (self, theirs, state, version);
  return join_states (self, state, version, lost, lost_data);
}
