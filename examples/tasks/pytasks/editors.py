# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rows of a boxed list that edit a date, and a set of tags."""
from gettext import gettext as _

from gi.repository import Adw, Gdk, GLib, GObject, Gtk, Pango

from .ui import add_style, parse_date, set_accessible, template


@template('tasks-due-row')
class DueRow(Adw.ActionRow):
    """A day that a person picks is the choice, and closes the calendar; Escape leaves all as it is."""
    __gtype_name__ = 'TasksDueRow'
    __gsignals__ = {'changed': (GObject.SignalFlags.RUN_LAST, None, ())}

    clear_button = Gtk.Template.Child()
    button = Gtk.Template.Child()
    calendar = Gtk.Template.Child()

    def __init__(self):
        super().__init__()
        self.handler = self.calendar.connect('day-selected', self.on_day_selected)
        self.date = None

    @GObject.Property(type=str)
    def date(self):
        return self._date

    @date.setter
    def date(self, date):
        day = parse_date(date)
        self._date = date if day else None
        words = day.format(_('%A, %-d %B %Y')) if day else _('No due date')
        self.set_subtitle(words)
        set_accessible(self.button, description=words)
        self.clear_button.set_visible(day is not None)

    def change(self, date):
        if date != self._date:
            self.date = date
            self.emit('changed')

    def on_day_selected(self, calendar):
        self.button.popdown()
        self.change(calendar.get_date().format('%Y-%m-%d'))

    @Gtk.Template.Callback('gtk_menu_button_popup')
    def on_activated(self, _row, swap_data=None):
        self.button.popup()

    @Gtk.Template.Callback()
    def on_clear_clicked(self, _button):
        self.button.grab_focus()
        self.change(None)

    @Gtk.Template.Callback()
    def on_popover_show(self, _popover):
        with self.calendar.handler_block(self.handler):
            self.calendar.select_day(parse_date(self._date) or GLib.DateTime.new_now_local())


add_style(b'''
.tag-chip { border-radius: 999px; padding-left: 12px; background: alpha(currentColor, 0.1); }
.tag-chip button { min-width: 24px; min-height: 24px; margin: 3px; padding: 0; }
''')


class FlowLayout(Gtk.LayoutManager):
    """Each child has its natural width, or the whole line where it is wider than that."""
    __gtype_name__ = 'TasksFlowLayout'
    SPACING = 6

    def do_get_request_mode(self, _widget):
        return Gtk.SizeRequestMode.HEIGHT_FOR_WIDTH

    def children(self, widget):
        return [(child, *child.measure(Gtk.Orientation.HORIZONTAL, -1)[:2])
                for child in widget.observe_children() if child.should_layout()]

    def flow(self, widget, width, place=None):
        """Walks over the children; returns the height of all lines."""
        children = self.children(widget)
        line = max((child.measure(Gtk.Orientation.VERTICAL, -1)[1] for child, *_ in children), default=0)
        x = y = 0
        for child, _minimum, natural in children:
            natural = min(natural, width)
            if x > 0 and x + natural > width:
                x, y = 0, y + line + self.SPACING
            if place:
                place(child, x, y, natural, line)
            x += natural + self.SPACING
        return y + line

    def do_measure(self, widget, orientation, for_size):
        if orientation == Gtk.Orientation.VERTICAL:
            height = self.flow(widget, for_size if for_size >= 0 else GLib.MAXINT32)
            return height, height, -1, -1
        children = self.children(widget)
        return (max((minimum for _, minimum, _ in children), default=0),
                sum(natural + self.SPACING for *_, natural in children), -1, -1)

    def do_allocate(self, widget, width, _height, _baseline):
        rtl = widget.get_direction() == Gtk.TextDirection.RTL

        def place(child, x, y, natural, line):
            area = Gdk.Rectangle()
            area.x, area.y, area.width, area.height = width - x - natural if rtl else x, y, natural, line
            child.size_allocate(area, -1)
        self.flow(widget, width, place)


@template('tasks-tag-editor')
class TagEditor(Adw.PreferencesRow):
    """A tag that appears or goes must not move the focus of who works on another one: chips that stay are left alone."""
    __gtype_name__ = 'TasksTagEditor'
    __gsignals__ = {name: (GObject.SignalFlags.RUN_LAST, None, (str,)) for name in ('tag-added', 'tag-removed')}

    chips = Gtk.Template.Child()
    entry = Gtk.Template.Child()

    def __init__(self):
        super().__init__()
        self.by_tag = {}
        self.chips.set_layout_manager(FlowLayout())

    def set_tags(self, tags):
        for tag in set(self.by_tag) - set(tags):
            self.chips.remove(self.by_tag.pop(tag))
        last = None
        for tag in tags:
            if tag not in self.by_tag:
                self.by_tag[tag] = self.make_chip(tag)
                self.chips.append(self.by_tag[tag])
            self.chips.reorder_child_after(self.by_tag[tag], last)
            last = self.by_tag[tag]
        self.chips.set_visible(last is not None)

    def make_chip(self, tag):
        words = _('Remove tag %s') % tag
        chip = Gtk.Box(css_classes=['tag-chip'])
        chip.append(Gtk.Label(label=tag, ellipsize=Pango.EllipsizeMode.END, hexpand=True))
        button = Gtk.Button(icon_name='window-close-symbolic', css_classes=['flat', 'circular'], tooltip_text=words)
        set_accessible(button, label=words)
        button.connect('clicked', self.on_remove_clicked, tag)
        chip.append(button)
        return chip

    def on_remove_clicked(self, _button, tag):
        self.entry.grab_focus()
        self.emit('tag-removed', tag)

    @Gtk.Template.Callback()
    def on_activate(self, entry):
        """Nothing, and what is there already, is not added."""
        tag = entry.get_text().strip()
        entry.set_text('')
        if tag and tag not in self.by_tag:
            self.emit('tag-added', tag)
