/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The public face of the set: checks what comes in, and leaves the work to TruceSetState.
 *
 * One write may change several elements under one stamp. The context can't tell half of a write from all of
 * it, so a write must be whole before anybody sees it: the stamp used last may be used again until the
 * context or any bytes have left the set, or another set has come in. */

#include "truce-or-set-private.h"

#define LIMIT_DEFAULT 1000000u
#define LIMIT_MAX 4000000u      /* with as many dead and as many coming, they fit a slot's 24 bits */

/**
 * TruceOrSet:
 *
 * An observed-remove set of strings: an addition wins over a removal that had
 * not seen it.
 *
 * Elements are UTF-8 of at most 1 MiB, the empty string included; they are
 * compared by their bytes. A set holds 1,000,000 of them unless
 * [property@OrSet:limit] says otherwise.
 *
 * ```c
 * g_autoptr(TruceOrSet) tags = truce_or_set_new ();
 * g_autoptr(TruceStamp) stamp = truce_clock_tick (clock, &error);
 *
 * truce_or_set_add (tags, "urgent", stamp, &error);
 * truce_or_set_add (tags, "home", stamp, &error);
 * ```
 *
 * Each change takes a stamp that is later than all that the set has seen of
 * its replica. Changes that belong together may share one, as above, until the
 * set is encoded, merged, or asked for its context; from then on a stamp that
 * was used is refused.
 *
 * ## Costs
 *
 * Adding, removing and looking up take constant time; merging takes time linear
 * in the elements of both sets. A removed element leaves nothing behind. An
 * element takes 28 to 36 bytes of memory, and 1 to 4 bytes encoded, beyond its
 * own text, which shares what it can with its neighbor when encoded.
 *
 * The set keeps a journal of its latest changes, one for 16 elements and at
 * least 256. [method@Crdt.delta] since a context that the journal reaches
 * takes time linear in the changes and the replicas. Beyond that it looks at
 * all elements, and if the journal has forgotten removals it is the whole
 * state.
 *
 * Since: 1.0
 */
struct _TruceOrSet
{
  GObject parent_instance;
  TruceSetState state;
  TruceStamp open;              /* the stamp that may be used again; time 0: none */
  guint limit;                  /* elements */
};

enum { PROP_0, PROP_LIMIT, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void truce_or_set_crdt_init (TruceCrdtInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceOrSet, truce_or_set, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_CRDT, truce_or_set_crdt_init))

/* ---- checks ---- */

/* The element's length, or -1. */
static gssize
check_element (const char *element,
               GError    **error)
{
  gsize length = strlen (element);

  if (length > TRUCE_ELEMENT_MAX)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "An element of %" G_GSIZE_FORMAT " bytes",
                   length);
      return -1;
    }
  if (!g_utf8_validate_len (element, length, NULL))
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "An element that is not UTF-8");
      return -1;
    }
  return (gssize) length;
}

/* The index of the stamp's replica, or TRUCE_DOTS_NONE. It may be a new one: after this nothing may fail. */
static guint32
check_stamp (TruceOrSet       *self,
             const TruceStamp *stamp,
             GError          **error)
{
  guint32 replica = truce_dots_replica (&self->state.dots, stamp->replica);
  guint64 seen;

  if (replica == TRUCE_DOTS_NONE)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "More than %u replicas",
                   TRUCE_VERSION_VECTOR_MAX);
      return TRUCE_DOTS_NONE;
    }
  seen = self->state.dots.replicas[replica].seen;
  if (stamp->time > seen || (self->open.time != 0 && truce_stamp_order (*stamp, self->open) == 0))
    {
      self->open = *stamp;
      return replica;
    }
  else
    {
      char text[TRUCE_STAMP_TEXT_LENGTH + 1];

      truce_stamp_format (*stamp, text);
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_INVALID_DATA, "Stamp %s, or a later one, has been seen",
                   text);
      return TRUCE_DOTS_NONE;
    }
}

/* Whether the element may come in: it is there, or there is room. */
static gboolean
check_room (TruceOrSet *self,
            const char *element,
            gsize       length,
            GError    **error)
{
  const TruceDots *dots = &self->state.dots;
  guint32 entry;

  if (dots->n_live < self->limit && dots->n_entries < TRUCE_DOTS_MAX &&
      dots->n_texts + length + 1 < G_MAXUINT32)
    return TRUE;
  entry = truce_dots_find (dots, element, length);
  if (entry != TRUCE_DOTS_NONE && truce_dots_live (dots, entry))
    return TRUE;
  g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "More than %u elements, or than 4 GiB",
               self->limit);
  return FALSE;
}

TruceSetState *
truce_or_set_get_state (TruceOrSet *self)
{
  g_assert (TRUCE_IS_OR_SET (self));

  return &self->state;
}

static void
seal (TruceOrSet *self)
{
  self->open.time = 0;
}

/* ---- TruceCrdt ---- */

static TruceVersionVector *
truce_or_set_get_context (TruceCrdt *crdt,
                          GError   **error)
{
  TruceOrSet *self = TRUCE_OR_SET (crdt);

  seal (self);
  return truce_dots_get_context (&self->state.dots);
}

static gboolean
truce_or_set_merge (TruceCrdt *crdt,
                    TruceCrdt *other_crdt,
                    GError   **error)
{
  TruceOrSet *self = TRUCE_OR_SET (crdt);
  TruceOrSet *other = TRUCE_OR_SET (other_crdt);

  seal (self);
  seal (other);
  return self == other || truce_set_state_join (&self->state, &other->state.dots, self->limit, error);
}

static GBytes *
truce_or_set_delta (TruceCrdt                *crdt,
                    const TruceVersionVector *since,
                    GError                  **error)
{
  TruceOrSet *self = TRUCE_OR_SET (crdt);

  seal (self);
  return truce_set_state_encode (&self->state, since);
}

static gboolean
truce_or_set_apply (TruceCrdt *crdt,
                    GBytes    *bytes,
                    GError   **error)
{
  TruceOrSet *self = TRUCE_OR_SET (crdt);
  g_auto(TruceSetDelta) delta = { 0 };

  if (!truce_set_delta_decode (&delta, bytes, self->limit, error) ||
      !truce_set_state_apply (&self->state, &delta, self->limit, error))
    return FALSE;
  seal (self);
  return TRUE;
}

static JsonNode *
truce_or_set_to_json (TruceCrdt *crdt,
                      GError   **error)
{
  g_auto(GStrv) elements = truce_or_set_get_elements (TRUCE_OR_SET (crdt));
  JsonArray *array = json_array_new ();
  JsonNode *node = json_node_init_array (json_node_alloc (), array);

  for (guint i = 0; elements[i] != NULL; i++)
    json_array_add_string_element (array, elements[i]);
  json_array_unref (array);
  return node;
}

static gboolean
truce_or_set_equal (TruceCrdt *a,
                    TruceCrdt *b,
                    GError   **error)
{
  return truce_set_state_equal (&TRUCE_OR_SET (a)->state, &TRUCE_OR_SET (b)->state);
}

static void
truce_or_set_crdt_init (TruceCrdtInterface *iface)
{
  iface->get_context = truce_or_set_get_context;
  iface->merge = truce_or_set_merge;
  iface->delta = truce_or_set_delta;
  iface->apply = truce_or_set_apply;
  iface->to_json = truce_or_set_to_json;
  iface->equal = truce_or_set_equal;
}

/* ---- GObject ---- */

static void
truce_or_set_finalize (GObject *object)
{
  truce_set_state_clear (&TRUCE_OR_SET (object)->state);

  G_OBJECT_CLASS (truce_or_set_parent_class)->finalize (object);
}

static void
truce_or_set_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  TruceOrSet *self = TRUCE_OR_SET (object);

  switch (prop_id)
    {
    case PROP_LIMIT:
      g_value_set_uint (value, truce_or_set_get_limit (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
truce_or_set_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  TruceOrSet *self = TRUCE_OR_SET (object);

  switch (prop_id)
    {
    case PROP_LIMIT:
      truce_or_set_set_limit (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
truce_or_set_class_init (TruceOrSetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = truce_or_set_finalize;
  object_class->get_property = truce_or_set_get_property;
  object_class->set_property = truce_or_set_set_property;

  /**
   * TruceOrSet:limit:
   *
   * How many elements the set may have. What would make it larger is refused
   * with %TRUCE_ERROR_TOO_LARGE; elements that are there stay. Give all
   * replicas the same limit, or one of them may refuse for ever what the others
   * have.
   *
   * Since: 1.0
   */
  properties[PROP_LIMIT] =
    g_param_spec_uint ("limit", NULL, NULL, 0, LIMIT_MAX, LIMIT_DEFAULT,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_or_set_init (TruceOrSet *self)
{
  truce_set_state_init (&self->state);
  self->limit = LIMIT_DEFAULT;
}

/**
 * truce_or_set_new:
 *
 * Makes an empty set.
 *
 * Returns: (transfer full): a set
 *
 * Since: 1.0
 */
TruceOrSet *
truce_or_set_new (void)
{
  return g_object_new (TRUCE_TYPE_OR_SET, NULL);
}

/**
 * truce_or_set_new_from_bytes:
 * @bytes: what [method@Crdt.encode] of a set gave
 * @error: return location for an error
 *
 * Makes a set of its encoded state. For one with another limit, make an empty
 * set, set the limit, and use [method@Crdt.apply].
 *
 * Returns: (transfer full): a set, or %NULL with %TRUCE_ERROR_CORRUPT,
 *   %TRUCE_ERROR_TOO_NEW, %TRUCE_ERROR_TOO_LARGE, or %TRUCE_ERROR_DEPENDENCY if
 *   @bytes is a delta
 *
 * Since: 1.0
 */
TruceOrSet *
truce_or_set_new_from_bytes (GBytes  *bytes,
                             GError **error)
{
  g_autoptr(TruceOrSet) self = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = truce_or_set_new ();
  return truce_crdt_apply (TRUCE_CRDT (self), bytes, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * truce_or_set_add:
 * @self: a set
 * @element: UTF-8 of at most 1 MiB
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Adds an element. If it is there already, this addition takes the place of
 * those before: a removal elsewhere that has not seen it will not win.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA if @element is not
 *   UTF-8 or @stamp is not later than what the set has seen, or
 *   %TRUCE_ERROR_TOO_LARGE; the set is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_or_set_add (TruceOrSet       *self,
                  const char       *element,
                  const TruceStamp *stamp,
                  GError          **error)
{
  gssize length;
  guint32 replica;

  g_return_val_if_fail (TRUCE_IS_OR_SET (self), FALSE);
  g_return_val_if_fail (element != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  length = check_element (element, error);
  if (length < 0 || !check_room (self, element, (gsize) length, error))
    return FALSE;
  replica = check_stamp (self, stamp, error);
  if (replica == TRUCE_DOTS_NONE)
    return FALSE;

  truce_set_state_add (&self->state, element, (gsize) length, stamp->time, replica);
  return TRUE;
}

/**
 * truce_or_set_remove:
 * @self: a set
 * @element: a string
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Removes an element: all additions of it that the set has seen. To remove what
 * is not there is no error and has no effect but that @stamp is seen.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA if @element is not
 *   UTF-8 or @stamp is not later than what the set has seen, or
 *   %TRUCE_ERROR_TOO_LARGE; the set is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_or_set_remove (TruceOrSet       *self,
                     const char       *element,
                     const TruceStamp *stamp,
                     GError          **error)
{
  gssize length;
  guint32 replica;

  g_return_val_if_fail (TRUCE_IS_OR_SET (self), FALSE);
  g_return_val_if_fail (element != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  length = check_element (element, error);
  if (length < 0)
    return FALSE;
  replica = check_stamp (self, stamp, error);
  if (replica == TRUCE_DOTS_NONE)
    return FALSE;

  truce_set_state_remove (&self->state, element, (gsize) length, stamp->time, replica);
  truce_set_state_tidy (&self->state);
  return TRUE;
}

/**
 * truce_or_set_clear:
 * @self: a set
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Removes all elements.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA if @stamp is not
 *   later than what the set has seen, or %TRUCE_ERROR_TOO_LARGE; the set is
 *   unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_or_set_clear (TruceOrSet       *self,
                    const TruceStamp *stamp,
                    GError          **error)
{
  guint32 replica;

  g_return_val_if_fail (TRUCE_IS_OR_SET (self), FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  replica = check_stamp (self, stamp, error);
  if (replica == TRUCE_DOTS_NONE)
    return FALSE;

  truce_set_state_remove_all (&self->state, stamp->time, replica);
  truce_set_state_tidy (&self->state);
  return TRUE;
}

/**
 * truce_or_set_contains:
 * @self: a set
 * @element: a string
 *
 * Tells whether the set has an element.
 *
 * Returns: %TRUE if it has
 *
 * Since: 1.0
 */
gboolean
truce_or_set_contains (TruceOrSet *self,
                       const char *element)
{
  guint32 entry;

  g_return_val_if_fail (TRUCE_IS_OR_SET (self), FALSE);
  g_return_val_if_fail (element != NULL, FALSE);

  entry = truce_dots_find (&self->state.dots, element, strlen (element));
  return entry != TRUCE_DOTS_NONE && truce_dots_live (&self->state.dots, entry);
}

/**
 * truce_or_set_get_n_elements:
 * @self: a set
 *
 * Gets how many elements the set has.
 *
 * Returns: the number of elements
 *
 * Since: 1.0
 */
guint
truce_or_set_get_n_elements (TruceOrSet *self)
{
  g_return_val_if_fail (TRUCE_IS_OR_SET (self), 0);

  return self->state.dots.n_live;
}

static int
compare_elements (gconstpointer a,
                  gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * truce_or_set_get_elements:
 * @self: a set
 *
 * Gets all elements, in the order of their bytes.
 *
 * Returns: (transfer full) (array zero-terminated=1): the elements
 *
 * Since: 1.0
 */
char **
truce_or_set_get_elements (TruceOrSet *self)
{
  const TruceDots *dots;
  char **elements;
  guint n = 0;

  g_return_val_if_fail (TRUCE_IS_OR_SET (self), NULL);

  dots = &self->state.dots;
  elements = g_new (char *, (gsize) dots->n_live + 1);
  for (guint32 i = 0; i < dots->n_entries; i++)
    if (truce_dots_live (dots, i))
      elements[n++] = g_strdup (dots->texts + dots->entries[i].text);
  elements[n] = NULL;
  qsort (elements, n, sizeof *elements, compare_elements);
  return elements;
}

/**
 * truce_or_set_foreach:
 * @self: a set
 * @func: (scope call) (closure user_data): what to call
 * @user_data: data for @func
 *
 * Calls a function for each element, in no particular order and without copies.
 * The function must not change the set.
 *
 * Since: 1.0
 */
void
truce_or_set_foreach (TruceOrSet    *self,
                      TruceOrSetFunc func,
                      gpointer       user_data)
{
  const TruceDots *dots;

  g_return_if_fail (TRUCE_IS_OR_SET (self));
  g_return_if_fail (func != NULL);

  dots = &self->state.dots;
  for (guint32 i = 0; i < dots->n_entries; i++)
    if (truce_dots_live (dots, i))
      func (dots->texts + dots->entries[i].text, user_data);
}

/**
 * truce_or_set_get_limit:
 * @self: a set
 *
 * Gets [property@OrSet:limit].
 *
 * Returns: the greatest number of elements
 *
 * Since: 1.0
 */
guint
truce_or_set_get_limit (TruceOrSet *self)
{
  g_return_val_if_fail (TRUCE_IS_OR_SET (self), 0);

  return self->limit;
}

/**
 * truce_or_set_set_limit:
 * @self: a set
 * @limit: the greatest number of elements, at most 4,000,000
 *
 * Sets [property@OrSet:limit].
 *
 * Since: 1.0
 */
void
truce_or_set_set_limit (TruceOrSet *self,
                        guint       limit)
{
  g_return_if_fail (TRUCE_IS_OR_SET (self));
  g_return_if_fail (limit <= LIMIT_MAX);

  if (self->limit == limit)
    return;
  self->limit = limit;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIMIT]);
}
