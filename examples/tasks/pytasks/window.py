# SPDX-License-Identifier: LGPL-2.1-or-later
"""The window: two leaflets, one in the other, hold the projects, the tasks and the task.

It brings the panes together, and has the actions that concern all of it; a pane does what it does by itself, and says what
went wrong by the action win.report.
"""
from gettext import gettext as _

from gi.repository import Adw, Gio, GLib, Gtk, Truce

from .conflict import ConflictDialog
from .detail import Detail              # noqa: F401 - for the template
from .inbox import InboxWindow
from .panes import Sidebar, TaskList    # noqa: F401 - for the template
from .sync_button import SyncButton     # noqa: F401 - for the template
from .ui import reported, set_accessible, template
from .words import Words


@template('tasks-window')
class Window(Adw.ApplicationWindow):
    __gtype_name__ = 'TasksWindow'

    toasts = Gtk.Template.Child()
    outer = Gtk.Template.Child()
    inner = Gtk.Template.Child()
    sidebar_title = Gtk.Template.Child()
    list_title = Gtk.Template.Child()
    sync_button = Gtk.Template.Child()
    project_button = Gtk.Template.Child()
    sidebar = Gtk.Template.Child()
    list = Gtk.Template.Child()
    detail = Gtk.Template.Child()

    project = None                      # what is listed; None: all tasks
    bring_back = None                   # what “Undo” does; None: nothing
    undo_toast = None

    def __init__(self, application, data, name):
        super().__init__(application=application)
        self.data = data
        self.words = Words(data)
        self.add_actions()
        if name:
            self.set_title(_('%s – Tasks') % name)
            self.sidebar_title.set_subtitle(name)
        for part in self.sync_button, self.detail, self.list, self.sidebar:
            part.set_data(data)
        self.on_project()
        self.on_task()

    def add_actions(self):
        for name, function in {
                'report': self.report, 'back': self.go_back, 'new-task': self.new_task, 'search': self.search,
                'edit-task': self.edit_task, 'delete-task': self.delete_task, 'undo': self.undo, 'rename-project': self.rename_project,
                'close-project': self.close_project, 'reopen-project': self.reopen_project,
                'delete-project': self.delete_project, 'sync': self.sync_button.sync_now, 'show-inbox': self.show_inbox,
                'attend': self.attend}.items():
            action = Gio.SimpleAction.new(name, GLib.VariantType('s') if name in ('report', 'attend') else None)
            action.connect('activate', lambda _action, value, function=function: function(*[value.unpack()] if value else []))
            self.add_action(action)
        self.forget_deleted()
        # Not of the application: in an entry these keys belong to what is typed.
        keys = Gtk.ShortcutController()
        keys.add_shortcut(Gtk.Shortcut.new(Gtk.ShortcutTrigger.parse_string('<Control>z'), Gtk.NamedAction.new('win.undo')))
        self.add_controller(keys)

    def enable(self, name, enabled):
        self.lookup_action(name).set_enabled(enabled)

    def report(self, message):
        self.toasts.add_toast(Adw.Toast.new(GLib.markup_escape_text(message)))

    # The way through the panes

    @Gtk.Template.Callback()
    def show_list(self, *_arguments):
        self.outer.set_visible_child_name('content')
        self.inner.set_visible_child_name('list')

    @Gtk.Template.Callback()
    def show_detail(self, *_arguments):
        """Beside the list it is shown anyway; and the focus, which a leaflet takes along, stays in the list."""
        self.outer.set_visible_child_name('content')
        if self.inner.get_folded():
            self.inner.set_visible_child_name('detail')

    def go_back(self):
        if not self.inner.navigate(Adw.NavigationDirection.BACK):
            self.outer.navigate(Adw.NavigationDirection.BACK)

    def new_task(self):
        self.show_list()
        self.list.entry.grab_focus()

    def search(self):
        self.show_list()
        self.list.searching = True

    def edit_task(self):
        self.detail.child_focus(Gtk.DirectionType.TAB_FORWARD)

    @Gtk.Template.Callback()
    def on_project(self, *_arguments):
        if self.project is not None:
            self.project.disconnect(self.handler)
        self.project = self.sidebar.project
        if self.project is not None:
            self.handler = self.project.connect('changed', self.fill_project)
        self.list.set_project(self.project)
        self.fill_project()

    def fill_project(self, *_arguments):
        project = self.project
        closed = project is not None and project.get('closed', False)
        self.list_title.set_title(_('All Tasks') if project is None else project.get('title', ''))
        self.list_title.set_subtitle(_('Closed') if closed else '')
        self.project_button.set_visible(project is not None)
        self.list.set_closed(closed)
        self.enable('rename-project', project is not None)
        self.enable('close-project', project is not None and not closed)
        self.enable('reopen-project', closed)
        # The hub would not let its tasks go.
        self.enable('delete-project', project is not None and not closed)

    @Gtk.Template.Callback()
    def on_task(self, *_arguments):
        task = self.list.task
        self.detail.set_task(task)
        self.enable('edit-task', task is not None)
        self.enable('delete-task', task is not None)
        if task is None:
            self.inner.set_visible_child_name('list')

    # Deleting, and bringing back

    def offer_undo(self, message, bring_back):
        self.forget_deleted()
        self.bring_back = bring_back
        self.undo_toast = Adw.Toast(title=message, button_label=_('Undo'), action_name='win.undo')
        self.toasts.add_toast(self.undo_toast)
        self.enable('undo', True)

    def forget_deleted(self):
        if self.undo_toast is not None:
            self.undo_toast.dismiss()
        self.undo_toast = None
        self.enable('undo', False)

    @reported
    def delete_task(self):
        id = self.list.task.id
        self.data.tasks.delete(id)
        self.offer_undo(_('Task deleted'), lambda: self.data.tasks.undelete(id))

    @reported
    def delete_project(self):
        result = self.data.delete_project(self.project.id)
        self.offer_undo(_('Project deleted'), lambda: self.data.undo(result))

    @reported
    def undo(self):
        self.forget_deleted()
        self.bring_back()

    # The project

    def rename_project(self):
        dialog = Adw.MessageDialog.new(self, _('Rename Project'), None)
        entry = Gtk.Entry(text=self.project['title'], activates_default=True)
        set_accessible(entry, label=_('Title'))
        dialog.set_extra_child(entry)
        dialog.add_response('cancel', _('_Cancel'))
        dialog.add_response('rename', _('_Rename'))
        dialog.set_response_appearance('rename', Adw.ResponseAppearance.SUGGESTED)
        dialog.set_default_response('rename')
        # Another project may be chosen by then: this one may be deleted elsewhere.
        id = self.project.id
        dialog.connect('response', lambda _dialog, response: response == 'rename' and self.rename(id, entry.get_text()))
        dialog.present()

    @reported
    def rename(self, id, title):
        if title.strip():
            self.data.projects.patch(id, {'title': title.strip()})

    @reported
    def close_project(self):
        self.data.projects.patch(self.project.id, {'closed': True})

    @reported
    def reopen_project(self):
        self.data.projects.patch(self.project.id, {'closed': False})

    # What needs attention

    def show_inbox(self):
        window = InboxWindow(self, self.data.inbox, self.words)
        window.view.connect('edit', self.on_edit)
        window.present()

    def on_edit(self, view, item):
        """Shows what the item is about: the window closes, and the person is there."""
        task = self.data.tasks.get(item.id, None)
        view.get_root().close()
        self.sidebar.choose(item.id if task is None else task.get('project'))
        self.list.searching = False
        if task is None:
            self.show_list()
        else:
            self.list.choose(task)
            self.show_detail()

    def attend(self, id):
        """A conflict is decided at once; whatever else it is, the list says."""
        item = self.data.inbox.find('task', id)
        if item is not None and item.delivery == Truce.Delivery.CONFLICTED:
            ConflictDialog(self, item, self.words).present()
        else:
            self.show_inbox()
