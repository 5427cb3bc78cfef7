# SPDX-License-Identifier: LGPL-2.1-or-later
"""The projects, and the tasks of one of them."""
from gettext import gettext as _

from gi.repository import Gdk, Gio, GLib, GObject, Gtk, Pango, Truce

from .rows import TaskRow
from .ui import reported, set_accessible, template


# A list view makes its 200 rows in one go, which takes ten times as long as the ones that one sees. So these come first, and
# the others some in a frame.
SHOWN_FIRST = 25
SHOWN_MORE = 15
SHOWN_MOST = 200


def make_factory(setup, bind, unbind):
    factory = Gtk.SignalListItemFactory()
    factory.connect('setup', lambda _factory, item: setup(item))
    factory.connect('bind', lambda _factory, item: bind(item))
    factory.connect('unbind', lambda _factory, item: unbind(item))
    return factory


@template('tasks-sidebar')
class Sidebar(Gtk.Box):
    __gtype_name__ = 'TasksSidebar'
    __gsignals__ = {'activated': (GObject.SignalFlags.RUN_LAST, None, ())}

    list_view = Gtk.Template.Child()
    entry = Gtk.Template.Child()

    def __init__(self):
        super().__init__()
        self.selection = None
        self.list_view.set_factory(make_factory(self.setup_row, self.bind_row, self.unbind_row))

    def set_data(self, data):
        self.data = data
        self.projects = data.projects.query(order='rank')
        lists = Gio.ListStore.new(Gio.ListModel)
        lists.append(Gtk.StringList.new(['']))          # “All Tasks”
        lists.append(self.projects)
        self.selection = Gtk.SingleSelection.new(Gtk.FlattenListModel.new(lists))
        self.selection.connect('notify::selected-item', lambda *_arguments: self.notify('project'))
        self.list_view.set_model(self.selection)

    @GObject.Property(type=Truce.Record, flags=GObject.ParamFlags.READABLE)
    def project(self):
        """None: all of them."""
        chosen = self.selection.get_selected_item() if self.selection else None
        return chosen if isinstance(chosen, Truce.Record) else None

    def setup_row(self, item):
        row = Gtk.Box(spacing=12)
        row.icon, row.label = Gtk.Image(), Gtk.Label(hexpand=True, xalign=0, ellipsize=Pango.EllipsizeMode.END)
        row.closed = Gtk.Image(icon_name='changes-prevent-symbolic', tooltip_text=_('Closed'))
        set_accessible(row.closed, label=_('Closed'))
        for widget in row.icon, row.label, row.closed:
            row.append(widget)
        target = Gtk.DropTarget.new(Truce.Record, Gdk.DragAction.MOVE)
        target.connect('drop', lambda _target, task, _x, _y: isinstance(item.get_item(), Truce.Record) and
                       self.take_task(task, item.get_item()))
        row.add_controller(target)
        item.set_child(row)

    @reported
    def take_task(self, task, project):
        """A task that is dropped on a project moves into it."""
        self.data.set(task.id, 'project', project.id)

    def bind_row(self, item):
        row, project = item.get_child(), item.get_item()
        if isinstance(project, Truce.Record):
            row.handler = project.connect('changed', lambda project: self.fill_row(row, project))
        self.fill_row(row, project)

    def unbind_row(self, item):
        if isinstance(item.get_item(), Truce.Record):
            item.get_item().disconnect(item.get_child().handler)

    def fill_row(self, row, project):
        is_project = isinstance(project, Truce.Record)
        row.icon.set_from_icon_name('folder-symbolic' if is_project else 'view-list-symbolic')
        title = project.get('title', '') if is_project else _('All Tasks')
        row.label.set_label(title)
        set_accessible(row.get_parent(), label=title)
        row.closed.set_visible(is_project and project.get('closed', False))

    @Gtk.Template.Callback()
    def on_activate(self, *_arguments):
        self.emit('activated')

    @Gtk.Template.Callback()
    def on_released(self, _gesture, _n_press, x, y):
        if self.list_view.pick(x, y, Gtk.PickFlags.DEFAULT) != self.list_view:
            self.emit('activated')

    @Gtk.Template.Callback()
    @reported
    def on_entry_activate(self, entry):
        title = entry.get_text().strip()
        if title:
            id = self.data.add_project(title)
            entry.set_text('')
            self.choose(id)
            self.emit('activated')

    def choose(self, id):
        """A project; what is none: all."""
        ids = [None, *(project.id for project in self.projects)]
        self.selection.set_selected(ids.index(id) if id in ids else 0)


@template('tasks-list')
class TaskList(Gtk.Box):
    """Shows a Truce.Query as it is: what is on the screen follows by itself, and nothing here is told of a write."""
    __gtype_name__ = 'TasksList'
    __gsignals__ = {'activated': (GObject.SignalFlags.RUN_LAST, None, ())}

    search_bar = Gtk.Template.Child()
    search_entry = Gtk.Template.Child()
    entry = Gtk.Template.Child()
    stack = Gtk.Template.Child()
    list_view = Gtk.Template.Child()

    task = GObject.Property(type=Truce.Record)          # what is chosen; None: nothing
    searching = GObject.Property(type=bool, default=False)

    def __init__(self):
        super().__init__()
        self.query = None
        self.looking = 0            # for a task that left its place
        self.ticking = False        # shows more with each frame
        self.add_actions()
        self.search_bar.connect_entry(self.search_entry)
        self.connect('notify::searching', self.on_search_changed)
        self.list_view.set_factory(make_factory(
            lambda item: item.set_child(TaskRow(self.data)),
            lambda item: item.get_child().set_task(item.get_item()),
            lambda item: item.get_child().set_task(None)))

    def add_actions(self):
        group = Gio.SimpleActionGroup()
        for name, kind, function in ('move', '(ssb)', self.move_dropped), ('move-step', 'i', self.move_step):
            action = Gio.SimpleAction.new(name, GLib.VariantType(kind))
            action.connect('activate', function)
            group.add_action(action)
        self.insert_action_group('tasks', group)

    def set_data(self, data):
        self.data = data

    def set_closed(self, closed):
        self.entry.set_sensitive(not closed)
        self.entry.set_placeholder_text(_('This project is closed') if closed else _('New task'))

    def choose(self, task):
        self.selection.set_selected(self.find(task.id))

    def set_project(self, project):
        self.project = project
        self.query = self.data.query_tasks(project and project.id, self.get_words())
        self.query.connect('items-changed', self.show_page)
        position = self.find(self.task and self.task.id)
        self.shown = Gtk.SliceListModel.new(self.query, 0, 0)
        self.show_beginning(max(position + 1, SHOWN_FIRST) if position != Gtk.INVALID_LIST_POSITION else SHOWN_FIRST)
        self.selection = Gtk.SingleSelection(model=self.shown, autoselect=False, can_unselect=True)
        self.selection.set_selected(position)
        self.selection.connect('notify::selected-item', self.on_selected)
        self.list_view.set_model(self.selection)
        self.show_page()
        self.on_selected()

    def show_beginning(self, size):
        self.shown.set_size(size)
        self.ticks = 0              # the first one is ahead of the first frame
        if not self.ticking:
            self.ticking = True
            self.add_tick_callback(self.show_more)

    def show_more(self, *_arguments):
        self.ticks += 1
        size = self.shown.get_size() + SHOWN_MORE
        if self.ticks == 1:
            return GLib.SOURCE_CONTINUE
        if size < SHOWN_MOST:
            self.shown.set_size(size)
            return GLib.SOURCE_CONTINUE
        self.ticking = False
        self.shown.set_size(GLib.MAXUINT32)
        if self.selection.get_selected_item() is None:
            self.selection.set_selected(self.find(self.task and self.task.id))
        return GLib.SOURCE_REMOVE

    def get_words(self):
        return self.search_entry.get_text() or None if self.searching else None

    def show_page(self, *_arguments):
        empty = 'not-found' if self.get_words() else 'empty'
        self.stack.set_visible_child_name('tasks' if len(self.query) else empty)

    def find(self, id):
        """Its place in the list."""
        places = (i for i in range(len(self.query)) if self.query.get_record_id(i) == id)
        return next(places, Gtk.INVALID_LIST_POSITION)

    def on_selected(self, *_arguments):
        task = self.selection.get_selected_item()
        if task is not None:
            self.task = task
        elif self.task is not None and not self.looking:
            # A task that moves leaves the list before it comes back: look for it when all has been told.
            self.looking = GLib.idle_add(self.find_again)

    def find_again(self):
        self.looking = 0
        position = self.find(self.task and self.task.id)
        self.selection.set_selected(position)
        if position == Gtk.INVALID_LIST_POSITION:
            self.task = None
        return GLib.SOURCE_REMOVE

    @Gtk.Template.Callback()
    def on_search_changed(self, *_arguments):
        if self.query is not None:
            self.show_beginning(SHOWN_FIRST)
            self.query.set_search(self.get_words())
            self.show_page()

    @Gtk.Template.Callback()
    def on_activate(self, *_arguments):
        """By Enter, or by two clicks: the person wants to write in it."""
        self.emit('activated')
        self.activate_action('win.edit-task', None)

    @Gtk.Template.Callback()
    def on_released(self, _gesture, _n_press, x, y):
        if self.list_view.pick(x, y, Gtk.PickFlags.DEFAULT) != self.list_view:
            self.emit('activated')

    @Gtk.Template.Callback()
    @reported
    def on_entry_activate(self, entry):
        title = entry.get_text().strip()
        if title:
            self.data.add_task(self.project and self.project.id, title)
            entry.set_text('')

    # Another order

    @reported
    def move_beside(self, id, other, below):
        """other: the place of the task beside which it comes to stand."""
        after = other if below else other - 1
        after = self.query.get_record_id(after) if after >= 0 else None
        if after != id:
            self.data.move_task(id, after)

    def move_dropped(self, _action, parameter):
        id, other, below = parameter.unpack()
        position = self.find(other)
        if position != Gtk.INVALID_LIST_POSITION:
            self.move_beside(id, position, below)

    def move_step(self, _action, parameter):
        step = parameter.unpack()
        position = self.selection.get_selected()
        if self.task is not None and 0 <= position + step < len(self.query):
            self.move_beside(self.task.id, position + step, step > 0)
