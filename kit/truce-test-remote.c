/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "truce-test-remote.h"

#include "truce-test-fault.h"

#define N_POINTS (TRUCE_TEST_POINT_CLOSE + 1)

/* A fault that waits for its exchange. */
typedef struct
{
  TruceTestPoint point;
  TruceTestFault fault;
  guint times;                  /* left; > 0 */
  char *collection;             /* owned; NULL: it strikes the whole exchange */
  char *id;                     /* owned */
} Armed;

/**
 * TruceTestRemote:
 *
 * A remote that fails on command: it passes everything on to another one, but
 * for what it was told to spoil.
 *
 * Faults are armed one by one; the first one for a point is the first to strike
 * there.
 *
 * ```c
 * g_autoptr(TruceTestRemote) remote = truce_test_remote_new (my_remote);
 *
 * truce_test_remote_fail (remote, TRUCE_TEST_POINT_PUSH, TRUCE_TEST_FAULT_DROP_REPLY, 1);
 * truce_test_remote_fail_record (remote, "task", "17", TRUCE_TEST_FAULT_PERMANENT, 1);
 * ```
 *
 * It is called where the other one is, in a thread if that one may be; faults are
 * armed while no exchange is under way.
 *
 * Since: 1.0
 */
struct _TruceTestRemote
{
  GObject parent_instance;
  TruceRemote *inner;           /* owned; NULL: nobody answers */
  gulong inner_changed;
  GArray *armed;                /* of Armed, in the order in which they strike */
  GPtrArray *late[N_POINTS];    /* of TruceExchange *, owned: given up, and still on their way */
  guint n_exchanges[N_POINTS];
};

enum { PROP_0, PROP_INNER, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void truce_test_remote_iface_init (TruceRemoteInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TruceTestRemote, truce_test_remote, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_REMOTE, truce_test_remote_iface_init))

G_DEFINE_ENUM_TYPE (TruceTestPoint, truce_test_point,
                    G_DEFINE_ENUM_VALUE (TRUCE_TEST_POINT_OPEN, "open"),
                    G_DEFINE_ENUM_VALUE (TRUCE_TEST_POINT_PUSH, "push"),
                    G_DEFINE_ENUM_VALUE (TRUCE_TEST_POINT_PULL, "pull"),
                    G_DEFINE_ENUM_VALUE (TRUCE_TEST_POINT_LIST, "list"),
                    G_DEFINE_ENUM_VALUE (TRUCE_TEST_POINT_CLOSE, "close"))

G_DEFINE_ENUM_TYPE (TruceTestFault, truce_test_fault,
                    G_DEFINE_ENUM_VALUE (TRUCE_TEST_FAULT_DROP_REQUEST, "drop-request"),
                    G_DEFINE_ENUM_VALUE (TRUCE_TEST_FAULT_DROP_REPLY, "drop-reply"),
                    G_DEFINE_ENUM_VALUE (TRUCE_TEST_FAULT_TRANSIENT, "transient"),
                    G_DEFINE_ENUM_VALUE (TRUCE_TEST_FAULT_PERMANENT, "permanent"),
                    G_DEFINE_ENUM_VALUE (TRUCE_TEST_FAULT_AUTH, "auth"),
                    G_DEFINE_ENUM_VALUE (TRUCE_TEST_FAULT_TRUNCATE, "truncate"),
                    G_DEFINE_ENUM_VALUE (TRUCE_TEST_FAULT_DUPLICATE, "duplicate"),
                    G_DEFINE_ENUM_VALUE (TRUCE_TEST_FAULT_LATE, "late"))

/* ---- armed faults ---- */

static void
armed_clear (gpointer data)
{
  Armed *armed = data;

  g_free (armed->collection);
  g_free (armed->id);
}

static gboolean
strikes (const Armed             *armed,
         TruceTestPoint           point,
         const TruceStoredRecord *record)
{
  if (armed->point != point || (record == NULL) != (armed->collection == NULL))
    return FALSE;
  return record == NULL ||
         (strcmp (armed->collection, record->collection) == 0 && strcmp (armed->id, record->id) == 0);
}

/* The first fault for the point, or for a record there; it is used up. */
static gboolean
take_fault (TruceTestRemote         *self,
            TruceTestPoint           point,
            const TruceStoredRecord *record,
            TruceTestFault          *fault)
{
  for (guint i = 0; i < self->armed->len; i++)
    {
      Armed *armed = &g_array_index (self->armed, Armed, i);

      if (!strikes (armed, point, record))
        continue;
      *fault = armed->fault;
      if (--armed->times == 0)
        g_array_remove_index (self->armed, i);
      return TRUE;
    }
  return FALSE;
}

/* ---- faults of single records ---- */

/* Passes on the changes that no fault strikes: none, too, since a remote that refuses all of them was asked. */
static gboolean
push_others (TruceTestRemote *self,
             TrucePush       *push,
             GCancellable    *cancellable,
             GError         **error)
{
  g_autoptr(GArray) places = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr(TrucePush) passed = truce_push_new (((TruceExchange *) push)->session, push->n_items);
  gboolean done;

  for (guint i = 0; i < push->n_items; i++)
    {
      TruceTestFault fault;

      if (take_fault (self, TRUCE_TEST_POINT_PUSH, push->items[i].record, &fault))
        {
          truce_test_answer_fault (push, i, fault);
          continue;
        }
      truce_test_copy_item (passed, &push->items[i]);
      g_array_append_val (places, i);
    }

  done = truce_remote_push (self->inner, passed, cancellable, error);
  truce_test_take_answers (push, passed, places);
  return done;
}

static gboolean
has_record_faults (TruceTestRemote *self)
{
  for (guint i = 0; i < self->armed->len; i++)
    if (g_array_index (self->armed, Armed, i).collection != NULL)
      return TRUE;
  return FALSE;
}

/* ---- faults of exchanges ---- */

static gboolean
pass_on (TruceTestRemote *self,
         TruceExchange   *exchange,
         GCancellable    *cancellable,
         GError         **error)
{
  if (self->inner == NULL)
    {
      g_set_error_literal (error, TRUCE_ERROR, TRUCE_ERROR_TRANSIENT, "nobody answers");
      return FALSE;
    }
  if (TRUCE_IS_PUSH (exchange) && has_record_faults (self))
    return push_others (self, TRUCE_PUSH (exchange), cancellable, error);
  return truce_exchange_perform (self->inner, exchange, cancellable, error);
}

/* The remote does its part; nobody learns what it says. */
static void
perform_unheard (TruceTestRemote *self,
                 TruceExchange   *exchange,
                 GCancellable    *cancellable)
{
  g_autoptr(TruceExchange) copy = truce_test_copy_request (exchange);

  pass_on (self, copy, cancellable, NULL);
}

static gboolean
fail (TruceError  code,
      const char *message,
      GError    **error)
{
  g_set_error_literal (error, TRUCE_ERROR, code, message);
  return FALSE;
}

static gboolean
strike (TruceTestRemote *self,
        TruceTestPoint   point,
        TruceTestFault   fault,
        TruceExchange   *exchange,
        GCancellable    *cancellable,
        GError         **error)
{
  switch (fault)
    {
    case TRUCE_TEST_FAULT_DROP_REQUEST:
      return fail (TRUCE_ERROR_TRANSIENT, "the request was lost", error);
    case TRUCE_TEST_FAULT_DROP_REPLY:
      perform_unheard (self, exchange, cancellable);
      return fail (TRUCE_ERROR_TRANSIENT, "the reply was lost", error);
    case TRUCE_TEST_FAULT_TRANSIENT:
      return fail (TRUCE_ERROR_TRANSIENT, "the remote fails for now, as it was told to", error);
    case TRUCE_TEST_FAULT_PERMANENT:
      return fail (TRUCE_ERROR_REJECTED, "the remote refuses it, as it was told to", error);
    case TRUCE_TEST_FAULT_AUTH:
      return fail (TRUCE_ERROR_AUTH, "the remote does not let us in, as it was told to", error);
    case TRUCE_TEST_FAULT_TRUNCATE:
      if (!pass_on (self, exchange, cancellable, error))
        return FALSE;
      return truce_test_halve (exchange) || fail (TRUCE_ERROR_TRANSIENT, "the reply was cut off", error);
    case TRUCE_TEST_FAULT_DUPLICATE:
      perform_unheard (self, exchange, cancellable);
      return pass_on (self, exchange, cancellable, error);
    case TRUCE_TEST_FAULT_LATE:
      g_ptr_array_add (self->late[point], truce_test_copy_request (exchange));
      return fail (TRUCE_ERROR_TRANSIENT, "the request takes too long", error);
    }
  g_assert_not_reached ();
}

/* What was given up long ago arrives. */
static void
deliver_late (TruceTestRemote *self,
              GPtrArray       *late,
              GCancellable    *cancellable)
{
  for (guint i = 0; i < late->len && self->inner != NULL; i++)
    truce_exchange_perform (self->inner, g_ptr_array_index (late, i), cancellable, NULL);
}

static gboolean
perform (TruceRemote   *remote,
         TruceTestPoint point,
         TruceExchange *exchange,
         GCancellable  *cancellable,
         GError       **error)
{
  TruceTestRemote *self = TRUCE_TEST_REMOTE (remote);
  g_autoptr(GPtrArray) late = g_steal_pointer (&self->late[point]);
  TruceTestFault fault;
  gboolean done;

  self->late[point] = g_ptr_array_new_with_free_func (g_object_unref);
  self->n_exchanges[point]++;
  done = take_fault (self, point, NULL, &fault) ? strike (self, point, fault, exchange, cancellable, error)
                                                : pass_on (self, exchange, cancellable, error);
  deliver_late (self, late, cancellable);
  return done;
}

/* ---- the interface ---- */

static gboolean
test_open (TruceRemote  *remote,
           TruceHello   *hello,
           GCancellable *cancellable,
           GError      **error)
{
  return perform (remote, TRUCE_TEST_POINT_OPEN, TRUCE_EXCHANGE (hello), cancellable, error);
}

static gboolean
test_push (TruceRemote  *remote,
           TrucePush    *push,
           GCancellable *cancellable,
           GError      **error)
{
  return perform (remote, TRUCE_TEST_POINT_PUSH, TRUCE_EXCHANGE (push), cancellable, error);
}

static gboolean
test_pull (TruceRemote  *remote,
           TrucePull    *pull,
           GCancellable *cancellable,
           GError      **error)
{
  return perform (remote, TRUCE_TEST_POINT_PULL, TRUCE_EXCHANGE (pull), cancellable, error);
}

static gboolean
test_list (TruceRemote  *remote,
           TruceListing *listing,
           GCancellable *cancellable,
           GError      **error)
{
  return perform (remote, TRUCE_TEST_POINT_LIST, TRUCE_EXCHANGE (listing), cancellable, error);
}

static gboolean
test_close (TruceRemote   *remote,
            TruceExchange *bye,
            GCancellable  *cancellable,
            GError       **error)
{
  return perform (remote, TRUCE_TEST_POINT_CLOSE, bye, cancellable, error);
}

static gboolean
test_watch (TruceRemote *remote,
            gboolean     watching,
            GError     **error)
{
  TruceTestRemote *self = TRUCE_TEST_REMOTE (remote);

  return self->inner != NULL ? truce_remote_watch (self->inner, watching, error)
                             : fail (TRUCE_ERROR_TRANSIENT, "nobody answers", error);
}

static gboolean
test_get_threaded (TruceRemote *remote)
{
  TruceTestRemote *self = TRUCE_TEST_REMOTE (remote);

  return self->inner != NULL && truce_remote_get_threaded (self->inner);
}

static void
truce_test_remote_iface_init (TruceRemoteInterface *iface)
{
  iface->open = test_open;
  iface->push = test_push;
  iface->pull = test_pull;
  iface->list = test_list;
  iface->close = test_close;
  iface->watch = test_watch;
  iface->get_threaded = test_get_threaded;
}

/* ---- the object ---- */

static void
truce_test_remote_dispose (GObject *object)
{
  truce_test_remote_set_inner (TRUCE_TEST_REMOTE (object), NULL);

  G_OBJECT_CLASS (truce_test_remote_parent_class)->dispose (object);
}

static void
truce_test_remote_finalize (GObject *object)
{
  TruceTestRemote *self = TRUCE_TEST_REMOTE (object);

  g_clear_pointer (&self->armed, g_array_unref);
  for (guint i = 0; i < N_POINTS; i++)
    g_clear_pointer (&self->late[i], g_ptr_array_unref);

  G_OBJECT_CLASS (truce_test_remote_parent_class)->finalize (object);
}

static void
truce_test_remote_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  TruceTestRemote *self = TRUCE_TEST_REMOTE (object);

  switch (id)
    {
    case PROP_INNER:
      g_value_set_object (value, self->inner);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_test_remote_set_property (GObject      *object,
                                guint         id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  TruceTestRemote *self = TRUCE_TEST_REMOTE (object);

  switch (id)
    {
    case PROP_INNER:
      truce_test_remote_set_inner (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
truce_test_remote_class_init (TruceTestRemoteClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = truce_test_remote_dispose;
  object_class->finalize = truce_test_remote_finalize;
  object_class->get_property = truce_test_remote_get_property;
  object_class->set_property = truce_test_remote_set_property;

  /**
   * TruceTestRemote:inner:
   *
   * What everything is passed on to.
   *
   * Since: 1.0
   */
  properties[PROP_INNER] =
    g_param_spec_object ("inner", NULL, NULL, TRUCE_TYPE_REMOTE,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
truce_test_remote_init (TruceTestRemote *self)
{
  self->armed = g_array_new (FALSE, FALSE, sizeof (Armed));
  g_array_set_clear_func (self->armed, armed_clear);
  for (guint i = 0; i < N_POINTS; i++)
    self->late[i] = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * truce_test_remote_new:
 * @inner: (nullable): what everything is passed on to; %NULL: nobody answers
 *
 * Makes a remote that can fail.
 *
 * Returns: (transfer full): the remote
 *
 * Since: 1.0
 */
TruceTestRemote *
truce_test_remote_new (TruceRemote *inner)
{
  g_return_val_if_fail (inner == NULL || TRUCE_IS_REMOTE (inner), NULL);

  return g_object_new (TRUCE_TYPE_TEST_REMOTE, "inner", inner, NULL);
}

/**
 * truce_test_remote_get_inner:
 * @self: a remote
 *
 * Gets what everything is passed on to.
 *
 * Returns: (transfer none) (nullable): the remote within
 *
 * Since: 1.0
 */
TruceRemote *
truce_test_remote_get_inner (TruceTestRemote *self)
{
  g_return_val_if_fail (TRUCE_IS_TEST_REMOTE (self), NULL);

  return self->inner;
}

/**
 * truce_test_remote_set_inner:
 * @self: a remote
 * @inner: (nullable): what everything is passed on to; %NULL: nobody answers
 *
 * Puts another remote behind it, as where a server is started again or a replica
 * is moved to another one. Faults stay armed.
 *
 * Since: 1.0
 */
void
truce_test_remote_set_inner (TruceTestRemote *self,
                             TruceRemote     *inner)
{
  g_return_if_fail (TRUCE_IS_TEST_REMOTE (self));
  g_return_if_fail (inner == NULL || TRUCE_IS_REMOTE (inner));

  if (self->inner == inner)
    return;
  if (self->inner != NULL)
    g_clear_signal_handler (&self->inner_changed, self->inner);
  g_set_object (&self->inner, inner);
  if (inner != NULL)
    self->inner_changed = g_signal_connect_swapped (inner, "changed", G_CALLBACK (truce_remote_changed), self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INNER]);
}

static void
arm (TruceTestRemote *self,
     const Armed      armed)
{
  g_array_append_val (self->armed, armed);
}

/**
 * truce_test_remote_fail:
 * @self: a remote
 * @point: where
 * @fault: how
 * @times: how many times
 *
 * Arms a fault for the next exchanges at a point.
 *
 * Since: 1.0
 */
void
truce_test_remote_fail (TruceTestRemote *self,
                        TruceTestPoint   point,
                        TruceTestFault   fault,
                        guint            times)
{
  g_return_if_fail (TRUCE_IS_TEST_REMOTE (self));
  g_return_if_fail ((guint) point < N_POINTS);

  if (times > 0)
    arm (self, (Armed) { .point = point, .fault = fault, .times = times });
}

/**
 * truce_test_remote_fail_record:
 * @self: a remote
 * @collection: the name of a collection
 * @id: the id of a record in it
 * @fault: %TRUCE_TEST_FAULT_TRANSIENT or %TRUCE_TEST_FAULT_PERMANENT
 * @times: how many times
 *
 * Arms a fault for one record: the next pushes that hold it are answered so for
 * it, and the remote gets the others alone.
 *
 * Since: 1.0
 */
void
truce_test_remote_fail_record (TruceTestRemote *self,
                               const char      *collection,
                               const char      *id,
                               TruceTestFault   fault,
                               guint            times)
{
  g_return_if_fail (TRUCE_IS_TEST_REMOTE (self));
  g_return_if_fail (collection != NULL);
  g_return_if_fail (id != NULL);
  g_return_if_fail (fault == TRUCE_TEST_FAULT_TRANSIENT || fault == TRUCE_TEST_FAULT_PERMANENT);

  if (times > 0)
    arm (self, (Armed) { .point = TRUCE_TEST_POINT_PUSH, .fault = fault, .times = times,
                         .collection = g_strdup (collection), .id = g_strdup (id) });
}

/**
 * truce_test_remote_clear:
 * @self: a remote
 *
 * Disarms all faults; what is late never arrives.
 *
 * Since: 1.0
 */
void
truce_test_remote_clear (TruceTestRemote *self)
{
  g_return_if_fail (TRUCE_IS_TEST_REMOTE (self));

  g_array_set_size (self->armed, 0);
  for (guint i = 0; i < N_POINTS; i++)
    g_ptr_array_set_size (self->late[i], 0);
}

/**
 * truce_test_remote_get_n_armed:
 * @self: a remote
 *
 * Gets how many faults are armed and have not struck yet, each counted as often as
 * it is to strike.
 *
 * Returns: their number
 *
 * Since: 1.0
 */
guint
truce_test_remote_get_n_armed (TruceTestRemote *self)
{
  guint n = 0;

  g_return_val_if_fail (TRUCE_IS_TEST_REMOTE (self), 0);

  for (guint i = 0; i < self->armed->len; i++)
    n += g_array_index (self->armed, Armed, i).times;
  return n;
}

/**
 * truce_test_remote_get_n_exchanges:
 * @self: a remote
 * @point: where
 *
 * Gets how often it was asked something, failed or not.
 *
 * Returns: the number of exchanges at @point
 *
 * Since: 1.0
 */
guint
truce_test_remote_get_n_exchanges (TruceTestRemote *self,
                                   TruceTestPoint   point)
{
  g_return_val_if_fail (TRUCE_IS_TEST_REMOTE (self), 0);
  g_return_val_if_fail ((guint) point < N_POINTS, 0);

  return self->n_exchanges[point];
}
