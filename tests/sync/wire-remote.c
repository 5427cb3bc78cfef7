/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wire-remote.h"

#include "truce-message.h"

struct _WireRemote
{
  GObject parent_instance;
  TruceHub *hub;                /* owned */
};

static gboolean
send (TruceRemote   *remote,
      TruceExchange *exchange,
      GError       **error)
{
  g_autoptr(GBytes) request = truce_message_write_request (exchange);
  g_autoptr(GBytes) reply = truce_hub_answer (WIRE_REMOTE (remote)->hub, request);

  return truce_message_read_reply (exchange, reply, error);
}

static gboolean
wire_open (TruceRemote  *remote,
           TruceHello   *hello,
           GCancellable *cancellable,
           GError      **error)
{
  return send (remote, TRUCE_EXCHANGE (hello), error);
}

/* The answer goes to the change that it was an answer to. */
static void
move_answer (TrucePushItem *from,
             TrucePushItem *to)
{
  to->answer = from->answer;
  to->code = from->code;
  to->message = g_steal_pointer (&from->message);
  to->after_ms = from->after_ms;
  to->new_id = g_steal_pointer (&from->new_id);
  to->new_token = g_steal_pointer (&from->new_token);
  to->remote = g_steal_pointer (&from->remote);
  to->remote_text = g_steal_pointer (&from->remote_text);
}

/* What can't be sent is answered here, and holds up no other. */
static gboolean
wire_push (TruceRemote  *remote,
           TrucePush    *push,
           GCancellable *cancellable,
           GError      **error)
{
  g_autoptr(TrucePush) sent = truce_push_new (truce_exchange_get_session (TRUCE_EXCHANGE (push)), push->n_items);
  g_autoptr(GArray) indices = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < push->n_items; i++)
    {
      g_autoptr(GError) unfit = NULL;

      if (truce_message_check_record (push->items[i].record, &unfit))
        {
          truce_push_append (sent, push->items[i].record)->gated = push->items[i].gated;
          g_array_append_val (indices, i);
        }
      else
        {
          truce_push_fail (push, i, unfit);
        }
    }
  if (!send (remote, TRUCE_EXCHANGE (sent), error))
    {
      truce_push_forget_answers (push);
      return FALSE;
    }
  for (guint i = 0; i < sent->n_items; i++)
    move_answer (&sent->items[i], &push->items[g_array_index (indices, guint, i)]);
  truce_push_set_range (push, sent->first, sent->last);
  return TRUE;
}

static gboolean
wire_pull (TruceRemote  *remote,
           TrucePull    *pull,
           GCancellable *cancellable,
           GError      **error)
{
  return send (remote, TRUCE_EXCHANGE (pull), error);
}

static gboolean
wire_list (TruceRemote  *remote,
           TruceListing *listing,
           GCancellable *cancellable,
           GError      **error)
{
  return send (remote, TRUCE_EXCHANGE (listing), error);
}

static gboolean
wire_close (TruceRemote   *remote,
            TruceExchange *bye,
            GCancellable  *cancellable,
            GError       **error)
{
  return send (remote, bye, error);
}

static gboolean
wire_get_threaded (TruceRemote *remote)
{
  return FALSE;
}

static void
wire_remote_remote_init (TruceRemoteInterface *iface)
{
  iface->open = wire_open;
  iface->push = wire_push;
  iface->pull = wire_pull;
  iface->list = wire_list;
  iface->close = wire_close;
  iface->get_threaded = wire_get_threaded;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (WireRemote, wire_remote, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TRUCE_TYPE_REMOTE, wire_remote_remote_init))

static void
wire_remote_finalize (GObject *object)
{
  g_object_unref (WIRE_REMOTE (object)->hub);

  G_OBJECT_CLASS (wire_remote_parent_class)->finalize (object);
}

static void
wire_remote_class_init (WireRemoteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wire_remote_finalize;
}

static void
wire_remote_init (WireRemote *self)
{
}

WireRemote *
wire_remote_new (TruceHub *hub)
{
  WireRemote *self = g_object_new (WIRE_TYPE_REMOTE, NULL);

  self->hub = g_object_ref (hub);
  return self;
}
