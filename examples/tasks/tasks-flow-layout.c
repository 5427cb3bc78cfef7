/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tasks-flow-layout.h"

/* NOTES
 *
 * GtkFlowBox aligns its children in columns, which leaves gaps beside short words. Here each child has its natural
 * width, or the whole line where it is wider than that. Measuring and allocating take the same walk: so what is
 * allocated is what was measured. */

struct _TasksFlowLayout
{
  GtkLayoutManager parent_instance;
  int spacing;
};

G_DEFINE_FINAL_TYPE (TasksFlowLayout, tasks_flow_layout, GTK_TYPE_LAYOUT_MANAGER)

static GtkWidget *
next_visible (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static GtkWidget *
first_child (GtkWidget *widget)
{
  return next_visible (gtk_widget_get_first_child (widget));
}

static GtkWidget *
next_child (GtkWidget *child)
{
  return next_visible (gtk_widget_get_next_sibling (child));
}

static int
line_height (GtkWidget *widget)
{
  int height = 0;

  for (GtkWidget *child = first_child (widget); child != NULL; child = next_child (child))
    {
      int natural;

      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, -1, NULL, &natural, NULL, NULL);
      height = MAX (height, natural);
    }
  return height;
}

/* Returns the height of all lines. place: whether to allocate the children. */
static int
flow (TasksFlowLayout *self,
      GtkWidget       *widget,
      int              width,
      gboolean         place)
{
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int height = line_height (widget);
  int x = 0;
  int y = 0;

  for (GtkWidget *child = first_child (widget); child != NULL; child = next_child (child))
    {
      int natural;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
      natural = MIN (natural, width);
      if (x > 0 && x + natural > width)
        {
          x = 0;
          y += height + self->spacing;
        }
      if (place)
        gtk_widget_size_allocate (child, &(GtkAllocation) { rtl ? width - x - natural : x, y, natural, height }, -1);
      x += natural + self->spacing;
    }
  return y + height;
}

static GtkSizeRequestMode
tasks_flow_layout_get_request_mode (GtkLayoutManager *manager,
                                    GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_width (TasksFlowLayout *self,
               GtkWidget       *widget,
               int             *minimum,
               int             *natural)
{
  *minimum = 0;
  *natural = 0;
  for (GtkWidget *child = first_child (widget); child != NULL; child = next_child (child))
    {
      int child_minimum;
      int child_natural;

      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural, NULL, NULL);
      *minimum = MAX (*minimum, child_minimum);
      *natural += child_natural + (*natural > 0 ? self->spacing : 0);
    }
}

static void
tasks_flow_layout_measure (GtkLayoutManager *manager,
                           GtkWidget        *widget,
                           GtkOrientation    orientation,
                           int               for_size,
                           int              *minimum,
                           int              *natural,
                           int              *minimum_baseline,
                           int              *natural_baseline)
{
  TasksFlowLayout *self = TASKS_FLOW_LAYOUT (manager);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    measure_width (self, widget, minimum, natural);
  else
    *minimum = *natural = flow (self, widget, for_size >= 0 ? for_size : G_MAXINT, FALSE);
}

static void
tasks_flow_layout_allocate (GtkLayoutManager *manager,
                            GtkWidget        *widget,
                            int               width,
                            int               height,
                            int               baseline)
{
  flow (TASKS_FLOW_LAYOUT (manager), widget, width, TRUE);
}

static void
tasks_flow_layout_class_init (TasksFlowLayoutClass *klass)
{
  GtkLayoutManagerClass *manager_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  manager_class->get_request_mode = tasks_flow_layout_get_request_mode;
  manager_class->measure = tasks_flow_layout_measure;
  manager_class->allocate = tasks_flow_layout_allocate;
}

static void
tasks_flow_layout_init (TasksFlowLayout *self)
{
}

GtkLayoutManager *
tasks_flow_layout_new (int spacing)
{
  TasksFlowLayout *self = g_object_new (TASKS_TYPE_FLOW_LAYOUT, NULL);

  self->spacing = spacing;
  return GTK_LAYOUT_MANAGER (self);
}
