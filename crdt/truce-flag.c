/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* NOTES
 *
 * A boolean whose concurrent writes end as one of the two, whichever was chosen, after the enable-wins flag of
 * Shapiro et al. (2011). Each write leaves a dot in the place of all that it has seen, so several stand beside
 * each other only where nobody had seen the other; the winner's value shows if any has it. */

#include "truce-flag.h"

#include "truce-lone.h"

/**
 * TruceFlag:
 *
 * A boolean that is true where one replica enabled it and another disabled it
 * apart; or false, if [property@Flag:disable-wins].
 *
 * A write wins over all that it had seen, whatever their values. It is false as
 * long as nobody has written it.
 *
 * Each write takes a stamp that is later than all that the flag has seen of its
 * replica, and may use it again until the flag is encoded, merged, or asked for
 * its context. To enable what is enabled is a write too: a replica that disables
 * it apart will not win over it.
 *
 * Writing takes constant time, reading and merging take time linear in the
 * number of replicas. A delta is always the whole state: encoded, some 10 bytes a
 * replica.
 *
 * Since: 1.0
 */
struct _TruceFlag
{
  GObject parent_instance;
  TruceLone lone;
  gboolean disable_wins;
};

enum { PROP_0, PROP_DISABLE_WINS, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void truce_flag_crdt_init (TruceCrdtInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceFlag, truce_flag, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_CRDT, truce_flag_crdt_init))

static const TruceSlice booleans[] = { { "false", 5 }, { "true", 4 } };

/* ---- TruceCrdt ---- */

static TruceVersionVector *
truce_flag_get_context (TruceCrdt *crdt,
                        GError   **error)
{
  return truce_lone_get_context (&TRUCE_FLAG (crdt)->lone);
}

static gboolean
truce_flag_merge (TruceCrdt *crdt,
                  TruceCrdt *other,
                  GError   **error)
{
  return truce_lone_merge (&TRUCE_FLAG (crdt)->lone, &TRUCE_FLAG (other)->lone, error);
}

static GBytes *
truce_flag_delta (TruceCrdt                *crdt,
                  const TruceVersionVector *since,
                  GError                  **error)
{
  return truce_lone_encode (&TRUCE_FLAG (crdt)->lone);
}

static gboolean
truce_flag_apply (TruceCrdt *crdt,
                  GBytes    *bytes,
                  GError   **error)
{
  return truce_lone_apply (&TRUCE_FLAG (crdt)->lone, bytes, error);
}

static JsonNode *
truce_flag_to_json (TruceCrdt *crdt,
                    GError   **error)
{
  return json_node_init_boolean (json_node_alloc (), truce_flag_is_enabled (TRUCE_FLAG (crdt)));
}

static gboolean
truce_flag_equal (TruceCrdt *a,
                  TruceCrdt *b,
                  GError   **error)
{
  return truce_lone_equal (&TRUCE_FLAG (a)->lone, &TRUCE_FLAG (b)->lone);
}

static void
truce_flag_crdt_init (TruceCrdtInterface *iface)
{
  iface->get_context = truce_flag_get_context;
  iface->merge = truce_flag_merge;
  iface->delta = truce_flag_delta;
  iface->apply = truce_flag_apply;
  iface->to_json = truce_flag_to_json;
  iface->equal = truce_flag_equal;
}

/* ---- GObject ---- */

static void
truce_flag_constructed (GObject *object)
{
  TruceFlag *self = TRUCE_FLAG (object);

  truce_lone_init (&self->lone, self->disable_wins ? TRUCE_FORMAT_FLAG_OFF : TRUCE_FORMAT_FLAG,
                   self->disable_wins ? TRUCE_SHAPE_FLAG_OFF : TRUCE_SHAPE_FLAG);

  G_OBJECT_CLASS (truce_flag_parent_class)->constructed (object);
}

static void
truce_flag_finalize (GObject *object)
{
  truce_lone_clear (&TRUCE_FLAG (object)->lone);

  G_OBJECT_CLASS (truce_flag_parent_class)->finalize (object);
}

static void
truce_flag_get_property (GObject    *object,
                         guint       id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  TruceFlag *self = TRUCE_FLAG (object);

  switch (id)
    {
    case PROP_DISABLE_WINS:
      g_value_set_boolean (value, self->disable_wins);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_flag_set_property (GObject      *object,
                         guint         id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  TruceFlag *self = TRUCE_FLAG (object);

  switch (id)
    {
    case PROP_DISABLE_WINS:
      self->disable_wins = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_flag_class_init (TruceFlagClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = truce_flag_constructed;
  object_class->finalize = truce_flag_finalize;
  object_class->get_property = truce_flag_get_property;
  object_class->set_property = truce_flag_set_property;

  /**
   * TruceFlag:disable-wins:
   *
   * Whether the flag is false where one replica enabled it and another disabled
   * it apart. All replicas must say the same.
   *
   * Since: 1.0
   */
  properties[PROP_DISABLE_WINS] =
    g_param_spec_boolean ("disable-wins", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_flag_init (TruceFlag *self)
{
}

/**
 * truce_flag_new:
 * @disable_wins: [property@Flag:disable-wins]
 *
 * Makes a flag that is false.
 *
 * Returns: (transfer full): a flag
 *
 * Since: 1.0
 */
TruceFlag *
truce_flag_new (gboolean disable_wins)
{
  return g_object_new (TRUCE_TYPE_FLAG, "disable-wins", disable_wins, NULL);
}

/**
 * truce_flag_new_from_bytes:
 * @bytes: what [method@Crdt.encode] of a flag gave
 * @error: return location for an error
 *
 * Makes a flag of its encoded state, which also tells who wins.
 *
 * Returns: (transfer full): a flag, or %NULL with %TRUCE_ERROR_CORRUPT,
 *   %TRUCE_ERROR_TOO_NEW or %TRUCE_ERROR_TOO_LARGE
 *
 * Since: 1.0
 */
TruceFlag *
truce_flag_new_from_bytes (GBytes  *bytes,
                           GError **error)
{
  g_autoptr(TruceFlag) self = NULL;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = truce_flag_new (truce_lone_peek_type (bytes) == TRUCE_FORMAT_FLAG_OFF);
  return truce_crdt_apply (TRUCE_CRDT (self), bytes, error) ? g_steal_pointer (&self) : NULL;
}

static gboolean
write_value (TruceFlag        *self,
             gboolean          value,
             const TruceStamp *stamp,
             GError          **error)
{
  if (!truce_lone_check_stamp (&self->lone, stamp, error))
    return FALSE;

  truce_lone_set (&self->lone, booleans[value], *stamp);
  return TRUE;
}

/**
 * truce_flag_enable:
 * @self: a flag
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Makes it true.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA if @stamp is not
 *   later than what the flag has seen, or %TRUCE_ERROR_TOO_LARGE; the flag is
 *   unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_flag_enable (TruceFlag        *self,
                   const TruceStamp *stamp,
                   GError          **error)
{
  g_return_val_if_fail (TRUCE_IS_FLAG (self), FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return write_value (self, TRUE, stamp, error);
}

/**
 * truce_flag_disable:
 * @self: a flag
 * @stamp: when, by whom
 * @error: return location for an error
 *
 * Makes it false.
 *
 * Returns: %TRUE, or %FALSE with %TRUCE_ERROR_INVALID_DATA if @stamp is not
 *   later than what the flag has seen, or %TRUCE_ERROR_TOO_LARGE; the flag is
 *   unchanged then
 *
 * Since: 1.0
 */
gboolean
truce_flag_disable (TruceFlag        *self,
                    const TruceStamp *stamp,
                    GError          **error)
{
  g_return_val_if_fail (TRUCE_IS_FLAG (self), FALSE);
  g_return_val_if_fail (stamp != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return write_value (self, FALSE, stamp, error);
}

/**
 * truce_flag_is_enabled:
 * @self: a flag
 *
 * Gets the value.
 *
 * Returns: whether it is true
 *
 * Since: 1.0
 */
gboolean
truce_flag_is_enabled (TruceFlag *self)
{
  const TruceStatePart *part;

  g_return_val_if_fail (TRUCE_IS_FLAG (self), FALSE);

  part = truce_lone_part (&self->lone);
  return part != NULL && part->n > 0 && *truce_state_shown_dot (part)->value.text == 't';
}

/**
 * truce_flag_get_disable_wins:
 * @self: a flag
 *
 * Gets [property@Flag:disable-wins].
 *
 * Returns: whether false wins
 *
 * Since: 1.0
 */
gboolean
truce_flag_get_disable_wins (TruceFlag *self)
{
  g_return_val_if_fail (TRUCE_IS_FLAG (self), FALSE);

  return self->disable_wins;
}
