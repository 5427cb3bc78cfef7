/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A register that keeps all values of which none had seen another, after the multi-value register of Shapiro et
 * al. (2011). Each write leaves a dot in the place of all that it has seen. Equal values of different writers are
 * one value to whoever reads, and stay apart inside: either writer may replace its own.
 *
 * Values are kept as canonical JSON text (RFC 8785), so that equal ones have equal bytes. */

#include "truce-mv-register.h"

#include "truce-lone.h"

/**
 * TruceMvRegister:
 *
 * A JSON value of which all concurrent writes are kept, until one that has seen
 * them takes their place.
 *
 * ```c
 * for (guint i = 0; i < truce_mv_register_get_n_values (address); i++)
 *   {
 *     g_autoptr(JsonNode) value = truce_mv_register_get (address, i);
 *
 *     offer (value);
 *   }
 * ```
 *
 * The latest write is the first value; then come the others, from late to early:
 * the same on all replicas. Equal values are one, at the place of the latest.
 *
 * Each write takes a stamp that is later than all that the register has seen of
 * its replica, and may use it again until the register is encoded, merged, or
 * asked for its context.
 *
 * Writing and merging take time linear in the values and the number of replicas;
 * so does the first reading after a change. A delta is always the whole state.
 *
 * Since: 1.0
 */
struct _TruceMvRegister
{
  GObject parent_instance;
  TruceLone lone;
  GArray *values;               /* of TruceStateDot: what is read; NULL after a change */
};

static void truce_mv_register_crdt_init (TruceCrdtInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceMvRegister, truce_mv_register, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_CRDT, truce_mv_register_crdt_init))

/* ---- what is read ---- */

static int
compare_values (gconstpointer a,
                gconstpointer b)
{
  const TruceStateDot *dot_a = a;
  const TruceStateDot *dot_b = b;
  int order = truce_slice_compare (dot_a->value, dot_b->value);

  return order != 0 ? order : truce_stamp_order (dot_b->stamp, dot_a->stamp);
}

static int
compare_stamps (gconstpointer a,
                gconstpointer b)
{
  return truce_stamp_order (((const TruceStateDot *) b)->stamp, ((const TruceStateDot *) a)->stamp);
}

/* Of each value the latest dot, from late to early. */
static const GArray *
get_values (TruceMvRegister *self)
{
  const TruceStatePart *part = truce_lone_part (&self->lone);
  GArray *values = self->values;
  guint n = 0;

  if (values != NULL)
    return values;

  values = g_array_new (FALSE, FALSE, sizeof (TruceStateDot));
  if (part != NULL && part->n > 0)
    g_array_append_vals (values, part->dots, part->n);
  g_array_sort (values, compare_values);
  for (guint i = 0; i < values->len; i++)
    {
      TruceStateDot *dots = (TruceStateDot *) (gpointer) values->data;

      if (n == 0 || !truce_slice_equal (dots[i].value, dots[n - 1].value))
        dots[n++] = dots[i];
    }
  g_array_set_size (values, n);
  g_array_sort (values, compare_stamps);
  self->values = values;
  return values;
}

static const TruceStateDot *
get_value (TruceMvRegister *self,
           guint            index)
{
  const GArray *values = get_values (self);

  return index < values->len ? &g_array_index (values, TruceStateDot, index) : NULL;
}

static void
forget_values (TruceMvRegister *self)
{
  g_clear_pointer (&self->values, g_array_unref);
}

/* ---- TruceCrdt ---- */

static TruceVersionVector *
truce_mv_register_get_context (TruceCrdt *crdt,
                               GError   **error)
{
  return truce_lone_get_context (&TRUCE_MV_REGISTER (crdt)->lone);
}

static gboolean
truce_mv_register_merge (TruceCrdt *crdt,
                         TruceCrdt *other,
                         GError   **error)
{
  TruceMvRegister *self = TRUCE_MV_REGISTER (crdt);

  forget_values (self);
  return truce_lone_merge (&self->lone, &TRUCE_MV_REGISTER (other)->lone, error);
}

static GBytes *
truce_mv_register_delta (TruceCrdt                *crdt,
                         const TruceVersionVector *since,
                         GError                  **error)
{
  return truce_lone_encode (&TRUCE_MV_REGISTER (crdt)->lone);
}

static gboolean
truce_mv_register_apply (TruceCrdt *crdt,
                         GBytes    *bytes,
                         GError   **error)
{
  TruceMvRegister *self = TRUCE_MV_REGISTER (crdt);

  forget_values (self);
  return truce_lone_apply (&self->lone, bytes, error);
}

static JsonNode *
truce_mv_register_to_json (TruceCrdt *crdt,
                           GError   **error)
{
  JsonNode *node = truce_mv_register_get (TRUCE_MV_REGISTER (crdt), 0);

  return node != NULL ? node : json_node_new (JSON_NODE_NULL);
}

static gboolean
truce_mv_register_equal (TruceCrdt *a,
                         TruceCrdt *b,
                         GError   **error)
{
  return truce_lone_equal (&TRUCE_MV_REGISTER (a)->lone, &TRUCE_MV_REGISTER (b)->lone);
}

static void
truce_mv_register_crdt_init (TruceCrdtInterface *iface)
{
  iface->get_context = truce_mv_register_get_context;
  iface->merge = truce_mv_register_merge;
  iface->delta = truce_mv_register_delta;
  iface->apply = truce_mv_register_apply;
  iface->to_json = truce_mv_register_to_json;
  iface->equal = truce_mv_register_equal;
}

/* ---- GObject ---- */

static void
truce_mv_register_finalize (GObject *object)
{
  TruceMvRegister *self = TRUCE_MV_REGISTER (object);

  forget_values (self);
  truce_lone_clear (&self->lone);

  G_OBJECT_CLASS (truce_mv_register_parent_class)->finalize (object);
}

static void
truce_mv_register_class_init (TruceMvRegisterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = truce_mv_register_finalize;
}

static void
truce_mv_register_init (TruceMvRegister *self)
{
  truce_lone_init (&self->lone, TRUCE_FORMAT_MV_REGISTER, TRUCE_SHAPE_MULTI);
}

/**
 * truce_mv_register_new:
 *
 * Makes a register that has no value yet.
 *
 * Returns: (transfer full): a register
 *
 * Since: 1.0
 */
TruceMvRegister *
truce_mv_register_new (void)
{
  return g_object_new (TRUCE_TYPE_MV_REGISTER, NULL);
}

/**
 * truce_mv_register_new_from_bytes:
 * @bytes: what [method@Crdt.encode] of such a register gave
 * @error: return location for an error
 *
 * Makes a register of its encoded state.
 *
 * Returns: (transfer full): a register, or %NULL with %TRUCE_ERROR_CORRUPT,
 *   %TRUCE_ERROR_TOO_NEW or %TRUCE_ERROR_TOO_LARGE
 *
 * Since: 1.0
 */
TruceMvRegister *
truce_mv_register_new_from_bytes (GBytes  *bytes,
                                  GError **error)
{
  g_autoptr(TruceMvRegister) self = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = truce_mv_register_new ();
  return truce_crdt_apply (TRUCE_CRDT (self), bytes, error) ? g_steal_pointer (&self) : NULL;
}

static gboolean
set_doc (TruceMvRegister    *self,
         const TruceJsonDoc *doc,
         const TruceStamp   *stamp,
         GError            **error)
{
  g_autoptr(GString) text = g_string_new (NULL);

  truce_json_write_canonical (text, doc, 0);
  if (text->len > TRUCE_LONE_VALUE_MAX)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "A value of %" G_GSIZE_FORMAT " bytes", text->len);
      return FALSE;
    }
  if (!truce_lone_check_stamp (&self->lone, stamp, error))
    return FALSE;

  forget_values (self);
  truce_lone_set (&self->lone, (TruceSlice) { text->str, text->len }, *stamp);
  return TRUE;
}

/**
 * truce_mv_register_set:
 * @self: a register
 * @value: JSON of at most 16 MiB
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Writes a value, in the place of all that are there.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA if @value is not what
 *   JSON can say or @stamp is not later than what the register has seen, or
 *   %TRUCE_ERROR_TOO_LARGE; the register is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_mv_register_set (TruceMvRegister  *self,
                       JsonNode         *value,
                       const TruceStamp *stamp,
                       GError          **error)
{
  g_autoptr(TruceJsonDoc) doc = NULL;

  g_return_val_if_fail (TRUCE_IS_MV_REGISTER (self), FALSE);
  g_return_val_if_fail (value != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  doc = truce_json_doc_from_node (value, error);
  return doc != NULL && set_doc (self, doc, stamp, error);
}

/**
 * truce_mv_register_set_text:
 * @self: a register
 * @text: JSON of at most 16 MiB
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * The same as [method@MvRegister.set], of JSON text: no tree is made, and no
 * digit of a number is lost.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA if @text is not JSON
 *   or @stamp is not later than what the register has seen, or
 *   %TRUCE_ERROR_TOO_LARGE; the register is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_mv_register_set_text (TruceMvRegister  *self,
                            const char       *text,
                            const TruceStamp *stamp,
                            GError          **error)
{
  g_autoptr(TruceJsonDoc) doc = NULL;

  g_return_val_if_fail (TRUCE_IS_MV_REGISTER (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  doc = truce_json_doc_parse_text (text, -1, error);
  return doc != NULL && set_doc (self, doc, stamp, error);
}

/**
 * truce_mv_register_get_n_values:
 * @self: a register
 *
 * Gets how many values there are: 0 before the first write, more than one where
 * writes met that had not seen each other.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint
truce_mv_register_get_n_values (TruceMvRegister *self)
{
  g_return_val_if_fail (TRUCE_IS_MV_REGISTER (self), 0);

  return get_values (self)->len;
}

/**
 * truce_mv_register_get:
 * @self: a register
 * @index: which of the values; 0: the one that was written last
 *
 * Gets a value.
 *
 * Returns: (transfer full) (nullable): JSON, or %NULL if there are not as many
 *
 * Since: 1.0
 */
JsonNode *
truce_mv_register_get (TruceMvRegister *self,
                       guint            index)
{
  g_autoptr(TruceJsonDoc) doc = NULL;
  const TruceStateDot *dot;

  g_return_val_if_fail (TRUCE_IS_MV_REGISTER (self), NULL);

  dot = get_value (self, index);
  if (dot == NULL)
    return NULL;
  doc = truce_json_doc_parse_text (dot->value.text, (gssize) dot->value.length, NULL);
  g_assert (doc != NULL);
  return truce_json_to_node (doc, 0);
}

/**
 * truce_mv_register_dup_text:
 * @self: a register
 * @index: which of the values; 0: the one that was written last
 *
 * Gets a value as canonical JSON text (RFC 8785).
 *
 * Returns: (transfer full) (nullable): the text, or %NULL if there are not as
 *   many
 *
 * Since: 1.0
 */
char *
truce_mv_register_dup_text (TruceMvRegister *self,
                            guint            index)
{
  const TruceStateDot *dot;

  g_return_val_if_fail (TRUCE_IS_MV_REGISTER (self), NULL);

  dot = get_value (self, index);
  return dot != NULL ? g_strndup (dot->value.text, dot->value.length) : NULL;
}

/**
 * truce_mv_register_dup_stamp:
 * @self: a register
 * @index: which of the values; 0: the one that was written last
 *
 * Gets the stamp of a value: of its latest write.
 *
 * Returns: (transfer full) (nullable): the stamp, or %NULL if there are not as
 *   many values
 *
 * Since: 1.0
 */
TruceStamp *
truce_mv_register_dup_stamp (TruceMvRegister *self,
                             guint            index)
{
  const TruceStateDot *dot;

  g_return_val_if_fail (TRUCE_IS_MV_REGISTER (self), NULL);

  dot = get_value (self, index);
  return dot != NULL ? truce_stamp_copy (&dot->stamp) : NULL;
}
