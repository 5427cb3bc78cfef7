/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-network.h"

/* NOTES
 *
 * GIO's network monitor is an interface, so an app can have one of its own; a TruceSync follows whichever it is given.
 * All of the monitor's properties say the same here: what the switch says. */

struct _TasksNetwork
{
  GObject parent_instance;
  gboolean online;
};

enum { PROP_0, PROP_ONLINE, N_PROPS, PROP_AVAILABLE = N_PROPS, PROP_METERED, PROP_CONNECTIVITY };
static GParamSpec *properties[N_PROPS];

static void tasks_network_initable_init (GInitableIface *iface);
static void tasks_network_monitor_init (GNetworkMonitorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TasksNetwork, tasks_network, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, tasks_network_initable_init)
                               G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR, tasks_network_monitor_init))

/* ---- the interfaces ---- */

static gboolean
tasks_network_do_init (GInitable    *initable,
                       GCancellable *cancellable,
                       GError      **error)
{
  return TRUE;
}

static void
tasks_network_initable_init (GInitableIface *iface)
{
  iface->init = tasks_network_do_init;
}

static gboolean
tasks_network_can_reach (GNetworkMonitor    *monitor,
                         GSocketConnectable *connectable,
                         GCancellable       *cancellable,
                         GError            **error)
{
  if (TASKS_NETWORK (monitor)->online)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, "Working offline");
  return FALSE;
}

static void
tasks_network_can_reach_async (GNetworkMonitor    *monitor,
                               GSocketConnectable *connectable,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            data)
{
  g_autoptr(GTask) task = g_task_new (monitor, cancellable, callback, data);
  GError *error = NULL;

  if (tasks_network_can_reach (monitor, connectable, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
tasks_network_can_reach_finish (GNetworkMonitor *monitor,
                                GAsyncResult    *result,
                                GError         **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
tasks_network_monitor_init (GNetworkMonitorInterface *iface)
{
  iface->can_reach = tasks_network_can_reach;
  iface->can_reach_async = tasks_network_can_reach_async;
  iface->can_reach_finish = tasks_network_can_reach_finish;
}

/* ---- the object ---- */

static void
tasks_network_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  TasksNetwork *self = TASKS_NETWORK (object);

  switch (id)
    {
    case PROP_ONLINE:
    case PROP_AVAILABLE:
      g_value_set_boolean (value, self->online);
      break;
    case PROP_METERED:
      g_value_set_boolean (value, FALSE);
      break;
    case PROP_CONNECTIVITY:
      g_value_set_enum (value, self->online ? G_NETWORK_CONNECTIVITY_FULL : G_NETWORK_CONNECTIVITY_LOCAL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tasks_network_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  switch (id)
    {
    case PROP_ONLINE:
      tasks_network_set_online (TASKS_NETWORK (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
tasks_network_class_init (TasksNetworkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tasks_network_get_property;
  object_class->set_property = tasks_network_set_property;

  properties[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, TRUE,
                                                  G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY |
                                                  G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_object_class_override_property (object_class, PROP_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
tasks_network_init (TasksNetwork *self)
{
  self->online = TRUE;
}

TasksNetwork *
tasks_network_new (void)
{
  return g_object_new (TASKS_TYPE_NETWORK, NULL);
}

gboolean
tasks_network_get_online (TasksNetwork *self)
{
  return self->online;
}

void
tasks_network_set_online (TasksNetwork *self,
                          gboolean      online)
{
  if (self->online == online)
    return;

  self->online = online;
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ONLINE]);
  g_object_notify (G_OBJECT (self), "network-available");
  g_object_notify (G_OBJECT (self), "connectivity");
  g_object_thaw_notify (G_OBJECT (self));
  g_signal_emit_by_name (self, "network-changed", online);
}
