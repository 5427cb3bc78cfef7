/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * The last writer wins. Stamps are distinct as long as replica ids are, but a cloned disk makes two
 * writers with one id, so a tie must end in the same value everywhere too: the greater bytes win. For
 * that, and so that equal states have equal bytes, the value is kept as canonical JSON text (RFC 8785).
 *
 * The context is all that the register has seen, not just the stamp of the value: a stamp that lost would
 * look unseen otherwise. A delta is the whole state, since a value is all there is. So two values of one
 * stamp meet even where the contexts say that there is nothing to send. */

#include "truce-codec.h"
#include "truce-json.h"
#include "truce-lww-register.h"
#include "truce-version-vector-private.h"

#define VALUE_MAX (16u * 1024u * 1024u) /* bytes of text; a record has at most 1 MiB unless told otherwise */

/**
 * TruceLwwRegister:
 *
 * A JSON value of which the latest write wins.
 *
 * The order of writes is total: by stamp, and where two values have one stamp,
 * by the bytes of their canonical text. So all replicas that have seen the same
 * writes show the same value.
 *
 * Setting and merging take time linear in the value and in the number of
 * replicas. A delta is always the whole state. Encoded, a register takes its
 * canonical text, and about 16 bytes a replica that has written.
 *
 * Since: 1.0
 */
struct _TruceLwwRegister
{
  GObject parent_instance;
  GBytes *value;                /* canonical JSON text, and a NUL that isn't counted; NULL: never set */
  TruceStamp stamp;             /* of value */
  TruceVersionVector *context;
};

static void truce_lww_register_crdt_init (TruceCrdtInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceLwwRegister, truce_lww_register, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_CRDT, truce_lww_register_crdt_init))

/* ---- values ---- */

static GBytes *
canonical (TruceJsonDoc *doc, GError **error)
{
  g_autoptr(GString) text = g_string_new (NULL);
  gsize length;
  char *data;

  truce_json_write_canonical (text, doc, 0);
  length = text->len;
  if (length > VALUE_MAX)
    {
      g_set_error (error, TRUCE_ERROR, TRUCE_ERROR_TOO_LARGE, "A value of %" G_GSIZE_FORMAT " bytes", length);
      return NULL;
    }
  data = g_string_free (g_steal_pointer (&text), FALSE);
  return g_bytes_new_take (data, length);
}

static gboolean
later (const TruceLwwRegister *self,
       GBytes                 *value,
       TruceStamp              stamp)
{
  int order = truce_stamp_order (stamp, self->stamp);

  return self->value == NULL || order > 0 || (order == 0 && g_bytes_compare (value, self->value) > 0);
}

/* Takes the write in: value (or NULL) of stamp, by somebody who has seen context. Nothing can fail here. */
static void
take (TruceLwwRegister   *self,
      GBytes             *value,
      TruceStamp          stamp,
      TruceVersionVector *context)
{
  truce_version_vector_unref (self->context);
  self->context = context;
  if (value == NULL || !later (self, value, stamp))
    return;
  g_bytes_ref (value);
  g_clear_pointer (&self->value, g_bytes_unref);
  self->value = value;
  self->stamp = stamp;
}

static gboolean
set_doc (TruceLwwRegister *self,
         TruceJsonDoc     *doc,
         const TruceStamp *stamp,
         GError          **error)
{
  g_autoptr(GBytes) value = canonical (doc, error);
  TruceVersionVector *context;

  if (value == NULL)
    return FALSE;
  context = truce_version_vector_with_stamp (self->context, stamp, error);
  if (context == NULL)
    return FALSE;
  take (self, value, *stamp, context);
  return TRUE;
}

/* ---- bytes ---- */

static GBytes *
encode (const TruceLwwRegister *self)
{
  g_autoptr(TruceVersionVector) nothing = truce_version_vector_new ();
  g_auto(TruceWriter) writer = { 0 };

  truce_writer_header (&writer, TRUCE_FORMAT_LWW_REGISTER);
  truce_version_vector_write (nothing, &writer);
  truce_version_vector_write (self->context, &writer);
  if (self->value != NULL)
    {
      guint64 replica = GUINT64_TO_BE (self->stamp.replica);
      guint64 time = GUINT64_TO_BE (self->stamp.time);

      truce_writer_bytes (&writer, &replica, sizeof replica);
      truce_writer_bytes (&writer, &time, sizeof time);
      truce_writer_varint (&writer, g_bytes_get_size (self->value));
      truce_writer_bytes (&writer, g_bytes_get_data (self->value, NULL), g_bytes_get_size (self->value));
    }
  return truce_writer_finish (&writer);
}

/* The value: canonical JSON, checked by writing it again. */
static GBytes *
read_value (TruceReader *reader)
{
  guint64 length = truce_reader_varint (reader);
  gsize start = reader->at;
  const guint8 *text;
  g_autoptr(TruceJsonDoc) doc = NULL;
  g_autoptr(GBytes) value = NULL;

  if (length > VALUE_MAX)
    truce_reader_fail (reader, TRUCE_ERROR_TOO_LARGE, "a value of more than 16 MiB");
  text = truce_reader_bytes (reader, length);
  if (reader->problem != NULL)
    return NULL;

  doc = truce_json_doc_parse_text ((const char *) text, (gssize) length, NULL);
  value = doc != NULL ? canonical (doc, NULL) : NULL;
  if (value == NULL || g_bytes_get_size (value) != length ||
      memcmp (g_bytes_get_data (value, NULL), text, length) != 0)
    {
      reader->at = start;
      truce_reader_corrupt (reader, "a value that is not canonical JSON");
      return NULL;
    }
  return g_steal_pointer (&value);
}

static TruceStamp
read_stamp (TruceReader *reader)
{
  const guint8 *bytes = truce_reader_bytes (reader, 2 * sizeof (guint64));
  TruceStamp stamp = { 0 };

  if (bytes != NULL)
    {
      memcpy (&stamp.replica, bytes, sizeof stamp.replica);
      memcpy (&stamp.time, bytes + sizeof stamp.replica, sizeof stamp.time);
    }
  stamp.replica = GUINT64_FROM_BE (stamp.replica);
  stamp.time = GUINT64_FROM_BE (stamp.time);
  return stamp;
}

typedef struct
{
  TruceVersionVector *context;
  GBytes *value;                /* NULL: never set */
  TruceStamp stamp;
} Decoded;

static void
decoded_clear (Decoded *self)
{
  g_clear_pointer (&self->context, truce_version_vector_unref);
  g_clear_pointer (&self->value, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Decoded, decoded_clear)

static gboolean
decode (Decoded *self,
        GBytes  *bytes,
        GError **error)
{
  TruceReader reader;

  truce_reader_init (&reader, bytes);
  truce_reader_header (&reader, TRUCE_FORMAT_LWW_REGISTER);
  if (truce_reader_varint (&reader) != 0)
    truce_reader_corrupt (&reader, "a register that is not whole");
  self->context = truce_version_vector_read (&reader);
  if (reader.problem == NULL && self->context->n_stamps > 0)
    {
      self->stamp = read_stamp (&reader);
      if (self->stamp.time == 0 || !truce_version_vector_covers (self->context, &self->stamp))
        truce_reader_corrupt (&reader, "a stamp that has not been seen");
      self->value = read_value (&reader);
    }
  return truce_reader_finish (&reader, error);
}

/* ---- TruceCrdt ---- */

static TruceVersionVector *
truce_lww_register_get_context (TruceCrdt *crdt,
                                GError   **error)
{
  return truce_version_vector_ref (TRUCE_LWW_REGISTER (crdt)->context);
}

static gboolean
truce_lww_register_merge (TruceCrdt *crdt,
                          TruceCrdt *other_crdt,
                          GError   **error)
{
  TruceLwwRegister *self = TRUCE_LWW_REGISTER (crdt);
  TruceLwwRegister *other = TRUCE_LWW_REGISTER (other_crdt);
  TruceVersionVector *context = truce_version_vector_join (self->context, other->context, error);

  if (context == NULL)
    return FALSE;
  take (self, other->value, other->stamp, context);
  return TRUE;
}

static GBytes *
truce_lww_register_delta (TruceCrdt                *crdt,
                          const TruceVersionVector *since,
                          GError                  **error)
{
  return encode (TRUCE_LWW_REGISTER (crdt));
}

static gboolean
truce_lww_register_apply (TruceCrdt *crdt,
                          GBytes    *bytes,
                          GError   **error)
{
  TruceLwwRegister *self = TRUCE_LWW_REGISTER (crdt);
  g_auto(Decoded) decoded = { 0 };
  TruceVersionVector *context;

  if (!decode (&decoded, bytes, error))
    return FALSE;
  context = truce_version_vector_join (self->context, decoded.context, error);
  if (context == NULL)
    return FALSE;
  take (self, decoded.value, decoded.stamp, context);
  return TRUE;
}

static JsonNode *
truce_lww_register_to_json (TruceCrdt *crdt,
                            GError   **error)
{
  JsonNode *node = truce_lww_register_get (TRUCE_LWW_REGISTER (crdt));

  return node != NULL ? node : json_node_new (JSON_NODE_NULL);
}

static gboolean
truce_lww_register_equal (TruceCrdt *crdt_a,
                          TruceCrdt *crdt_b,
                          GError   **error)
{
  TruceLwwRegister *a = TRUCE_LWW_REGISTER (crdt_a);
  TruceLwwRegister *b = TRUCE_LWW_REGISTER (crdt_b);

  if (!truce_version_vector_equal (a->context, b->context) || (a->value == NULL) != (b->value == NULL))
    return FALSE;
  return a->value == NULL ||
         (truce_stamp_order (a->stamp, b->stamp) == 0 && g_bytes_equal (a->value, b->value));
}

static void
truce_lww_register_crdt_init (TruceCrdtInterface *iface)
{
  iface->get_context = truce_lww_register_get_context;
  iface->merge = truce_lww_register_merge;
  iface->delta = truce_lww_register_delta;
  iface->apply = truce_lww_register_apply;
  iface->to_json = truce_lww_register_to_json;
  iface->equal = truce_lww_register_equal;
}

/* ---- GObject ---- */

static void
truce_lww_register_finalize (GObject *object)
{
  TruceLwwRegister *self = TRUCE_LWW_REGISTER (object);

  g_clear_pointer (&self->value, g_bytes_unref);
  g_clear_pointer (&self->context, truce_version_vector_unref);

  G_OBJECT_CLASS (truce_lww_register_parent_class)->finalize (object);
}

static void
truce_lww_register_class_init (TruceLwwRegisterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = truce_lww_register_finalize;
}

static void
truce_lww_register_init (TruceLwwRegister *self)
{
  self->context = truce_version_vector_new ();
}

/**
 * truce_lww_register_new:
 *
 * Makes a register that has no value yet.
 *
 * Returns: (transfer full): a register
 *
 * Since: 1.0
 */
TruceLwwRegister *
truce_lww_register_new (void)
{
  return g_object_new (TRUCE_TYPE_LWW_REGISTER, NULL);
}

/**
 * truce_lww_register_new_from_bytes:
 * @bytes: what [method@Crdt.encode] of a register gave
 * @error: return location for an error
 *
 * Makes a register of its encoded state.
 *
 * Returns: (transfer full): a register, or %NULL with %TRUCE_ERROR_CORRUPT,
 *   %TRUCE_ERROR_TOO_NEW or %TRUCE_ERROR_TOO_LARGE
 *
 * Since: 1.0
 */
TruceLwwRegister *
truce_lww_register_new_from_bytes (GBytes  *bytes,
                                   GError **error)
{
  g_autoptr(TruceLwwRegister) self = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = truce_lww_register_new ();
  return truce_crdt_apply (TRUCE_CRDT (self), bytes, error) ? g_steal_pointer (&self) : NULL;
}

/**
 * truce_lww_register_set:
 * @self: a register
 * @value: JSON of at most 16 MiB
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Writes a value. If the register has seen a later write, that stays, and this
 * one is only seen: writes may come in any order.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA if @value is not what
 *   JSON can say, or %TRUCE_ERROR_TOO_LARGE; the register is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_lww_register_set (TruceLwwRegister *self,
                        JsonNode         *value,
                        const TruceStamp *stamp,
                        GError          **error)
{
  g_autoptr(TruceJsonDoc) doc = NULL;

  g_return_val_if_fail (TRUCE_IS_LWW_REGISTER (self), FALSE);
  g_return_val_if_fail (value != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  doc = truce_json_doc_from_node (value, error);
  return doc != NULL && set_doc (self, doc, stamp, error);
}

/**
 * truce_lww_register_set_text:
 * @self: a register
 * @text: JSON of at most 16 MiB
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * The same as [method@LwwRegister.set], of JSON text: no tree is made, and no
 * digit of a number is lost.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA if @text is not JSON,
 *   or %TRUCE_ERROR_TOO_LARGE; the register is unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_lww_register_set_text (TruceLwwRegister *self,
                             const char       *text,
                             const TruceStamp *stamp,
                             GError          **error)
{
  g_autoptr(TruceJsonDoc) doc = NULL;

  g_return_val_if_fail (TRUCE_IS_LWW_REGISTER (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  doc = truce_json_doc_parse_text (text, -1, error);
  return doc != NULL && set_doc (self, doc, stamp, error);
}

/**
 * truce_lww_register_get:
 * @self: a register
 *
 * Gets the value.
 *
 * Returns: (transfer full) (nullable): JSON, or %NULL if there never was a
 *   write
 *
 * Since: 1.0
 */
JsonNode *
truce_lww_register_get (TruceLwwRegister *self)
{
  g_autoptr(TruceJsonDoc) doc = NULL;

  g_return_val_if_fail (TRUCE_IS_LWW_REGISTER (self), NULL);

  if (self->value == NULL)
    return NULL;
  doc = truce_json_doc_parse (self->value, TRUCE_JSON_DEPTH_DEFAULT, NULL);
  g_assert (doc != NULL);
  return truce_json_to_node (doc, 0);
}

/**
 * truce_lww_register_get_text:
 * @self: a register
 *
 * Gets the value as canonical JSON text (RFC 8785).
 *
 * Returns: (transfer none) (nullable): the text, valid until the register
 *   changes, or %NULL if there never was a write
 *
 * Since: 1.0
 */
const char *
truce_lww_register_get_text (TruceLwwRegister *self)
{
  g_return_val_if_fail (TRUCE_IS_LWW_REGISTER (self), NULL);

  return self->value != NULL ? g_bytes_get_data (self->value, NULL) : NULL;
}

/**
 * truce_lww_register_get_stamp:
 * @self: a register
 *
 * Gets the stamp of the value.
 *
 * Returns: (transfer none) (nullable): the stamp, valid until the register
 *   changes, or %NULL if there never was a write
 *
 * Since: 1.0
 */
const TruceStamp *
truce_lww_register_get_stamp (TruceLwwRegister *self)
{
  g_return_val_if_fail (TRUCE_IS_LWW_REGISTER (self), NULL);

  return self->value != NULL ? &self->stamp : NULL;
}
