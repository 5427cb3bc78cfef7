# SPDX-License-Identifier: LGPL-2.1-or-later
"""A row of the list that can be dragged to another place."""
from gi.repository import Gdk, GLib, GObject, Gtk, Pango, Truce

from .ui import set_class


def is_below(row, y):
    return y > row.get_height() / 2


def mark(row, below):
    """Where the task would go; None: nowhere."""
    set_class(row, 'drop-above', below is False)
    set_class(row, 'drop-below', below is True)


def add_drag(row):
    def prepare(_source, _x, _y):
        return row.task and Gdk.ContentProvider.new_for_value(GObject.Value(Truce.Record, row.task))

    def begin(_source, drag):
        """What one has at the pointer: the title on a card."""
        card = Gtk.Label(label=row.task['title'], ellipsize=Pango.EllipsizeMode.END, max_width_chars=40,
                         css_classes=['dragged-task'])
        Gtk.DragIcon.get_for_drag(drag).set_child(card)
        drag.set_hotspot(12, 12)

    def motion(_target, _x, y):
        mark(row, is_below(row, y))
        return Gdk.DragAction.MOVE

    def drop(_target, task, _x, y):
        mark(row, None)
        if row.task is None or task == row.task:
            return False
        return row.activate_action('tasks.move', GLib.Variant('(ssb)', (task.id, row.task.id, is_below(row, y))))

    source = Gtk.DragSource(actions=Gdk.DragAction.MOVE)
    source.connect('prepare', prepare)
    source.connect('drag-begin', begin)
    row.add_controller(source)
    target = Gtk.DropTarget.new(Truce.Record, Gdk.DragAction.MOVE)
    target.connect('motion', motion)
    target.connect('leave', lambda _target: mark(row, None))
    target.connect('drop', drop)
    row.add_controller(target)
