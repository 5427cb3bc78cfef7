/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "truce-json.h"
#include "truce-operation.h"

/**
 * TruceBatch:
 *
 * Several operations given together, each of which gets an outcome of its own.
 *
 * A batch is filled first and run then, by [method@Store.run]. Filling it can't
 * fail: what is wrong with an operation shows in its outcome, beside those of
 * the others. All of it is one transaction: it is in the store as a whole, or,
 * after a crash, not at all.
 *
 * ```c
 * g_autoptr(TruceBatch) batch = truce_batch_new (TRUCE_BATCH_POLICY_INDEPENDENT);
 *
 * truce_batch_delete (batch, "task", "1");
 * truce_batch_patch_text (batch, "task", "2", "{\"done\": true}");
 * ```
 *
 * A batch may be run again. It belongs to one thread at a time.
 *
 * Since: 1.0
 */
struct _TruceBatch
{
  GObject parent_instance;
  TruceBatchPolicy policy;
  GArray *operations;           /* of TruceOperation; their texts are in chunk */
  GStringChunk *chunk;
  GPtrArray *errors;            /* of GError *, owned: those that operations refer to */
  TruceBatchFailureFunc func;   /* or NULL: the policy answers */
  gpointer func_data;
  GDestroyNotify func_destroy;
};

enum { PROP_0, PROP_POLICY, PROP_N_OPERATIONS, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (TruceBatch, truce_batch, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (TruceBatchPolicy, truce_batch_policy,
                    G_DEFINE_ENUM_VALUE (TRUCE_BATCH_POLICY_ATOMIC, "atomic"),
                    G_DEFINE_ENUM_VALUE (TRUCE_BATCH_POLICY_INDEPENDENT, "independent"),
                    G_DEFINE_ENUM_VALUE (TRUCE_BATCH_POLICY_STOP, "stop"))

G_DEFINE_ENUM_TYPE (TruceBatchAnswer, truce_batch_answer,
                    G_DEFINE_ENUM_VALUE (TRUCE_BATCH_ANSWER_ROLL_BACK, "roll-back"),
                    G_DEFINE_ENUM_VALUE (TRUCE_BATCH_ANSWER_STOP, "stop"),
                    G_DEFINE_ENUM_VALUE (TRUCE_BATCH_ANSWER_GO_ON, "go-on"))

static void
truce_batch_finalize (GObject *object)
{
  TruceBatch *self = TRUCE_BATCH (object);

  if (self->func_destroy != NULL)
    self->func_destroy (self->func_data);
  g_clear_pointer (&self->operations, g_array_unref);
  g_clear_pointer (&self->chunk, g_string_chunk_free);
  g_clear_pointer (&self->errors, g_ptr_array_unref);

  G_OBJECT_CLASS (truce_batch_parent_class)->finalize (object);
}

static void
truce_batch_get_property (GObject    *object,
                          guint       id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  TruceBatch *self = TRUCE_BATCH (object);

  switch (id)
    {
    case PROP_POLICY:
      g_value_set_enum (value, self->policy);
      break;
    case PROP_N_OPERATIONS:
      g_value_set_uint (value, self->operations->len);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_batch_set_property (GObject      *object,
                          guint         id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  TruceBatch *self = TRUCE_BATCH (object);

  switch (id)
    {
    case PROP_POLICY:
      self->policy = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_batch_class_init (TruceBatchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = truce_batch_finalize;
  object_class->get_property = truce_batch_get_property;
  object_class->set_property = truce_batch_set_property;

  /**
   * TruceBatch:policy:
   *
   * What a failure means for the other operations.
   *
   * Since: 1.0
   */
  properties[PROP_POLICY] =
    g_param_spec_enum ("policy", NULL, NULL, TRUCE_TYPE_BATCH_POLICY, TRUCE_BATCH_POLICY_ATOMIC,
                       G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * TruceBatch:n-operations:
   *
   * How many operations it has.
   *
   * Since: 1.0
   */
  properties[PROP_N_OPERATIONS] =
    g_param_spec_uint ("n-operations", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
error_free (gpointer error)
{
  g_error_free (error);
}

static void
truce_batch_init (TruceBatch *self)
{
  self->operations = g_array_new (FALSE, FALSE, sizeof (TruceOperation));
  self->chunk = g_string_chunk_new (1024);
  self->errors = g_ptr_array_new_with_free_func (error_free);
}

/**
 * truce_batch_new:
 * @policy: what a failure means for the other operations
 *
 * Makes an empty batch.
 *
 * Returns: (transfer full): the batch
 *
 * Since: 1.0
 */
TruceBatch *
truce_batch_new (TruceBatchPolicy policy)
{
  return g_object_new (TRUCE_TYPE_BATCH, "policy", policy, NULL);
}

/**
 * truce_batch_get_policy:
 * @self: a batch
 *
 * Gets what a failure means for the other operations.
 *
 * Returns: the policy
 *
 * Since: 1.0
 */
TruceBatchPolicy
truce_batch_get_policy (TruceBatch *self)
{
  g_return_val_if_fail (TRUCE_IS_BATCH (self), TRUCE_BATCH_POLICY_ATOMIC);

  return self->policy;
}

/**
 * truce_batch_get_n_operations:
 * @self: a batch
 *
 * Gets how many operations it has.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint
truce_batch_get_n_operations (TruceBatch *self)
{
  g_return_val_if_fail (TRUCE_IS_BATCH (self), 0);

  return self->operations->len;
}

/**
 * truce_batch_set_failure_func:
 * @self: a batch
 * @func: (nullable) (scope notified) (closure user_data) (destroy destroy): what is asked
 * @user_data: passed to @func
 * @destroy: (nullable): called on @user_data when it is needed no more
 *
 * Has a function asked after each failure, in place of the policy.
 *
 * Since: 1.0
 */
void
truce_batch_set_failure_func (TruceBatch           *self,
                              TruceBatchFailureFunc func,
                              gpointer              user_data,
                              GDestroyNotify        destroy)
{
  g_return_if_fail (TRUCE_IS_BATCH (self));

  if (self->func_destroy != NULL)
    self->func_destroy (self->func_data);
  self->func = func;
  self->func_data = user_data;
  self->func_destroy = destroy;
}

TruceBatchAnswer
truce_batch_ask (TruceBatch   *self,
                 guint         index,
                 const GError *error)
{
  if (self->func != NULL)
    return self->func (self, index, error, self->func_data);

  switch (self->policy)
    {
    case TRUCE_BATCH_POLICY_ATOMIC:
      return TRUCE_BATCH_ANSWER_ROLL_BACK;
    case TRUCE_BATCH_POLICY_STOP:
      return TRUCE_BATCH_ANSWER_STOP;
    case TRUCE_BATCH_POLICY_INDEPENDENT:
      break;
    }
  return TRUCE_BATCH_ANSWER_GO_ON;
}

const TruceOperation *
truce_batch_get_operation (TruceBatch *self,
                           guint       index)
{
  g_assert (index < self->operations->len);

  return &g_array_index (self->operations, TruceOperation, index);
}

static const char *
keep (TruceBatch *self,
      const char *text)
{
  return text != NULL ? g_string_chunk_insert (self->chunk, text) : NULL;
}

void
truce_batch_append (TruceBatch           *self,
                    const TruceOperation *operation)
{
  TruceOperation copy = *operation;

  /* Ids and texts differ, names of collections and fields are few. */
  copy.collection = g_string_chunk_insert_const (self->chunk, operation->collection);
  copy.id = keep (self, operation->id);
  copy.field = keep (self, operation->field);
  copy.text = keep (self, operation->text);
  copy.base = keep (self, operation->base);
  if (operation->invalid != NULL)
    {
      g_ptr_array_add (self->errors, g_error_copy (operation->invalid));
      copy.invalid = g_ptr_array_index (self->errors, self->errors->len - 1);
    }
  g_array_append_val (self->operations, copy);
}

/* The text of a node, which may be NULL; what can't be said in JSON is kept as the operation's error. */
static void
append_node (TruceBatch    *self,
             TruceOperation operation,
             JsonNode      *base,
             JsonNode      *node)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *base_text = NULL;
  g_autofree char *text = NULL;

  if (base != NULL)
    base_text = truce_json_node_to_text (base, &error);
  if (error == NULL)
    text = truce_json_node_to_text (node, &error);
  operation.base = base_text;
  operation.text = text;
  operation.invalid = error;
  truce_batch_append (self, &operation);
}

/**
 * truce_batch_create:
 * @self: a batch
 * @collection: the name of a collection
 * @id: an id in it
 * @value: a JSON object
 *
 * Adds the making of a record that is not there yet; it fails with
 * %TRUCE_ERROR_EXISTS if it is.
 *
 * Since: 1.0
 */
void
truce_batch_create (TruceBatch *self,
                    const char *collection,
                    const char *id,
                    JsonNode   *value)
{
  g_return_if_fail (TRUCE_IS_BATCH (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);
  g_return_if_fail (value != NULL);

  append_node (self, (TruceOperation) { .verb = TRUCE_VERB_CREATE, .collection = collection,
                                        .id = id }, NULL, value);
}

/**
 * truce_batch_create_text:
 * @self: a batch
 * @collection: the name of a collection
 * @id: an id in it
 * @text: a JSON object as text
 *
 * Adds the making of a record, as [method@Batch.create] does.
 *
 * Since: 1.0
 */
void
truce_batch_create_text (TruceBatch *self,
                         const char *collection,
                         const char *id,
                         const char *text)
{
  g_return_if_fail (TRUCE_IS_BATCH (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);
  g_return_if_fail (text != NULL);

  truce_batch_append (self, &(TruceOperation) { .verb = TRUCE_VERB_CREATE, .collection = collection,
                                                .id = id, .text = text });
}

/**
 * truce_batch_put:
 * @self: a batch
 * @collection: the name of a collection
 * @id: an id in it
 * @value: a JSON object
 *
 * Adds the writing of a whole record: fields that @value leaves out are removed.
 * See [method@Collection.put].
 *
 * Since: 1.0
 */
void
truce_batch_put (TruceBatch *self,
                 const char *collection,
                 const char *id,
                 JsonNode   *value)
{
  g_return_if_fail (TRUCE_IS_BATCH (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);
  g_return_if_fail (value != NULL);

  append_node (self, (TruceOperation) { .verb = TRUCE_VERB_PUT, .collection = collection,
                                        .id = id }, NULL, value);
}

/**
 * truce_batch_put_text:
 * @self: a batch
 * @collection: the name of a collection
 * @id: an id in it
 * @text: a JSON object as text
 *
 * Adds the writing of a whole record, as [method@Batch.put] does.
 *
 * Since: 1.0
 */
void
truce_batch_put_text (TruceBatch *self,
                      const char *collection,
                      const char *id,
                      const char *text)
{
  g_return_if_fail (TRUCE_IS_BATCH (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);
  g_return_if_fail (text != NULL);

  truce_batch_append (self, &(TruceOperation) { .verb = TRUCE_VERB_PUT, .collection = collection, .id = id,
                                                .text = text });
}

/**
 * truce_batch_patch:
 * @self: a batch
 * @collection: the name of a collection
 * @id: an id in it
 * @fields: a JSON object: the fields to write
 *
 * Adds the writing of some fields of a record. See [method@Collection.patch].
 *
 * Since: 1.0
 */
void
truce_batch_patch (TruceBatch *self,
                   const char *collection,
                   const char *id,
                   JsonNode   *fields)
{
  g_return_if_fail (TRUCE_IS_BATCH (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);
  g_return_if_fail (fields != NULL);

  append_node (self, (TruceOperation) { .verb = TRUCE_VERB_PATCH, .collection = collection,
                                        .id = id }, NULL, fields);
}

/**
 * truce_batch_patch_text:
 * @self: a batch
 * @collection: the name of a collection
 * @id: an id in it
 * @text: a JSON object as text: the fields to write
 *
 * Adds the writing of some fields of a record, as [method@Batch.patch] does.
 *
 * Since: 1.0
 */
void
truce_batch_patch_text (TruceBatch *self,
                        const char *collection,
                        const char *id,
                        const char *text)
{
  g_return_if_fail (TRUCE_IS_BATCH (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);
  g_return_if_fail (text != NULL);

  truce_batch_append (self, &(TruceOperation) { .verb = TRUCE_VERB_PATCH, .collection = collection, .id = id,
                                                .text = text });
}

/**
 * truce_batch_unset:
 * @self: a batch
 * @collection: the name of a collection
 * @id: an id in it
 * @field: a field's name
 *
 * Adds the removal of a field. See [method@Collection.unset].
 *
 * Since: 1.0
 */
void
truce_batch_unset (TruceBatch *self,
                   const char *collection,
                   const char *id,
                   const char *field)
{
  g_return_if_fail (TRUCE_IS_BATCH (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);
  g_return_if_fail (field != NULL);

  truce_batch_append (self, &(TruceOperation) { .verb = TRUCE_VERB_UNSET, .collection = collection, .id = id,
                                                .field = field });
}

/**
 * truce_batch_delete:
 * @self: a batch
 * @collection: the name of a collection
 * @id: an id in it
 *
 * Adds the deletion of a record; it fails with %TRUCE_ERROR_NOT_FOUND if there is
 * none. See [method@Collection.delete].
 *
 * Since: 1.0
 */
void
truce_batch_delete (TruceBatch *self,
                    const char *collection,
                    const char *id)
{
  g_return_if_fail (TRUCE_IS_BATCH (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);

  truce_batch_append (self, &(TruceOperation) { .verb = TRUCE_VERB_DELETE, .collection = collection,
                                                .id = id });
}

/**
 * truce_batch_undelete:
 * @self: a batch
 * @collection: the name of a collection
 * @id: an id in it
 *
 * Adds the return of a deleted record. See [method@Collection.undelete].
 *
 * Since: 1.0
 */
void
truce_batch_undelete (TruceBatch *self,
                      const char *collection,
                      const char *id)
{
  g_return_if_fail (TRUCE_IS_BATCH (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);

  truce_batch_append (self, &(TruceOperation) { .verb = TRUCE_VERB_UNDELETE, .collection = collection,
                                                .id = id });
}

/**
 * truce_batch_add:
 * @self: a batch
 * @collection: the name of a collection
 * @id: an id in it
 * @field: a field's name
 * @element: a scalar
 *
 * Adds the adding of an element to a set. See [method@Collection.add].
 *
 * Since: 1.0
 */
void
truce_batch_add (TruceBatch *self,
                 const char *collection,
                 const char *id,
                 const char *field,
                 JsonNode   *element)
{
  g_return_if_fail (TRUCE_IS_BATCH (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);
  g_return_if_fail (field != NULL);
  g_return_if_fail (element != NULL);

  append_node (self, (TruceOperation) { .verb = TRUCE_VERB_ADD, .collection = collection, .id = id,
                                        .field = field }, NULL, element);
}

/**
 * truce_batch_remove:
 * @self: a batch
 * @collection: the name of a collection
 * @id: an id in it
 * @field: a field's name
 * @element: a scalar
 *
 * Adds the removal of an element from a set. See [method@Collection.remove].
 *
 * Since: 1.0
 */
void
truce_batch_remove (TruceBatch *self,
                    const char *collection,
                    const char *id,
                    const char *field,
                    JsonNode   *element)
{
  g_return_if_fail (TRUCE_IS_BATCH (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);
  g_return_if_fail (field != NULL);
  g_return_if_fail (element != NULL);

  append_node (self, (TruceOperation) { .verb = TRUCE_VERB_REMOVE, .collection = collection, .id = id,
                                        .field = field }, NULL, element);
}

/**
 * truce_batch_increment:
 * @self: a batch
 * @collection: the name of a collection
 * @id: an id in it
 * @field: a field's name
 * @amount: what to add; may be negative
 *
 * Adds the adding of an amount to a counter. See [method@Collection.increment].
 *
 * Since: 1.0
 */
void
truce_batch_increment (TruceBatch *self,
                       const char *collection,
                       const char *id,
                       const char *field,
                       gint64      amount)
{
  g_return_if_fail (TRUCE_IS_BATCH (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);
  g_return_if_fail (field != NULL);

  truce_batch_append (self, &(TruceOperation) { .verb = TRUCE_VERB_INCREMENT, .collection = collection,
                                                .id = id, .field = field, .amount = amount });
}

/**
 * truce_batch_merge:
 * @self: a batch
 * @collection: the name of a collection
 * @id: an id in it
 * @base: (nullable): the record as the writer had read it; %NULL if it was not there
 * @value: a JSON object
 *
 * Adds the writing of a record that was edited apart, as in a window that had
 * loaded @base.
 *
 * Where the store still has @base this is [method@Batch.put]. Where it has
 * another state by now, the collection's resolver decides, with @value as the
 * local side and the store's as the remote one: the outcome is
 * %TRUCE_OUTCOME_MERGED, or %TRUCE_OUTCOME_CONFLICT where the resolver defers.
 * A value that loses goes to the history.
 *
 * Since: 1.0
 */
void
truce_batch_merge (TruceBatch *self,
                   const char *collection,
                   const char *id,
                   JsonNode   *base,
                   JsonNode   *value)
{
  g_return_if_fail (TRUCE_IS_BATCH (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);
  g_return_if_fail (value != NULL);

  append_node (self, (TruceOperation) { .verb = TRUCE_VERB_MERGE, .collection = collection,
                                        .id = id }, base, value);
}

/**
 * truce_batch_merge_text:
 * @self: a batch
 * @collection: the name of a collection
 * @id: an id in it
 * @base: (nullable): the record as the writer had read it, as text
 * @text: a JSON object as text
 *
 * Adds the writing of a record that was edited apart, as [method@Batch.merge] does.
 *
 * Since: 1.0
 */
void
truce_batch_merge_text (TruceBatch *self,
                        const char *collection,
                        const char *id,
                        const char *base,
                        const char *text)
{
  g_return_if_fail (TRUCE_IS_BATCH (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);
  g_return_if_fail (text != NULL);

  truce_batch_append (self, &(TruceOperation) { .verb = TRUCE_VERB_MERGE, .collection = collection, .id = id,
                                                .base = base, .text = text });
}
