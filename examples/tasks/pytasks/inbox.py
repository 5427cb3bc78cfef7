# SPDX-License-Identifier: LGPL-2.1-or-later
"""What needs attention: why, since when, and what can be done about it.

A Truce.Inbox is a list model, so GTK makes and drops the rows; an item notifies where it changes.
"""
from gettext import gettext as _
from gettext import ngettext

from gi.repository import Adw, GLib, GObject, Gtk, Truce

from .conflict import ConflictDialog
from .ui import follow, set_accessible, template, when


@template('tasks-inbox-row')
class InboxRow(Gtk.ListBoxRow):
    __gtype_name__ = 'TasksInboxRow'

    name = Gtk.Template.Child()
    reason = Gtk.Template.Child()
    history = Gtk.Template.Child()
    failed_buttons = Gtk.Template.Child()
    retry_button = Gtk.Template.Child()
    edit_button = Gtk.Template.Child()
    discard_button = Gtk.Template.Child()
    resolve_button = Gtk.Template.Child()

    def __init__(self, item, view):
        super().__init__()
        self.item, self.view = item, view
        follow(self, item, 'notify', self.refresh)
        self.refresh()

    def refresh(self, *_arguments):
        in_conflict = self.item.delivery == Truce.Delivery.CONFLICTED
        name = self.view.words.name(self.item)
        self.name.set_label(name)
        self.reason.set_label(_('Changed here and elsewhere') if in_conflict else self.item.message or _('Rejected'))
        self.history.set_label(' · '.join(self.describe()))
        self.failed_buttons.set_visible(not in_conflict)
        self.resolve_button.set_visible(in_conflict)
        # There is a button like it in each row.
        for button in self.retry_button, self.edit_button, self.discard_button, self.resolve_button:
            set_accessible(button, description=name)

    def describe(self):
        yield _('Since %s') % when(self.item.get_since())
        n = self.item.attempts
        if n > 1:
            yield ngettext('tried %u time', 'tried %u times', n) % n
        n = len(self.item.get_waiting())
        if n > 0:
            yield ngettext('%u other waits for it', '%u others wait for it', n) % n

    @Gtk.Template.Callback()
    def on_retry_clicked(self, _button):
        try:
            self.item.retry()
        except GLib.Error as error:
            self.view.tell(error.message)

    @Gtk.Template.Callback()
    def on_discard_clicked(self, _button):
        try:
            text = self.item.dup_local()
            self.item.discard()
        except GLib.Error as error:
            self.view.tell(error.message)
        else:
            self.view.offer_undo(self.name.get_label(), self.item, text)

    @Gtk.Template.Callback()
    def on_edit_clicked(self, _button):
        self.view.emit('edit', self.item)

    @Gtk.Template.Callback()
    def on_resolve_clicked(self, _button):
        ConflictDialog(self.get_root(), self.item, self.view.words).present()


@template('tasks-inbox-view')
class InboxView(Adw.Bin):
    __gtype_name__ = 'TasksInboxView'
    __gsignals__ = {
        'edit': (GObject.SignalFlags.RUN_LAST, None, (Truce.InboxItem,)),
    }

    toasts = Gtk.Template.Child()
    stack = Gtk.Template.Child()
    empty = Gtk.Template.Child()
    filled = Gtk.Template.Child()
    list = Gtk.Template.Child()

    def set_inbox(self, inbox, words):
        self.inbox, self.words = inbox, words
        self.list.bind_model(inbox, lambda item: InboxRow(item, self))
        follow(self, inbox, 'items-changed', self.show_page)
        self.show_page()

    def show_page(self, *_arguments):
        self.stack.set_visible_child(self.filled if len(self.inbox) else self.empty)

    def tell(self, message):
        toast = Adw.Toast.new(GLib.markup_escape_text(message))
        self.toasts.add_toast(toast)
        return toast

    def offer_undo(self, name, item, text):
        """Nobody is asked before something is discarded; text: as it was here, None if it was deleted here."""
        collection = self.inbox.get_store().get_collection(item.get_collection(), None)
        toast = self.tell(_('“%s” was discarded') % name)
        toast.set_button_label(_('Undo'))
        toast.connect('button-clicked', self.undo, collection, item.get_id(), text)

    def undo(self, _toast, collection, id, text):
        try:
            if text is None:
                collection.delete(id)
            else:
                collection.put_text(id, text)
        except GLib.Error as error:
            self.tell(error.message)


@template('tasks-inbox-window')
class InboxWindow(Adw.Window):
    __gtype_name__ = 'TasksInboxWindow'

    view = Gtk.Template.Child()

    def __init__(self, parent, inbox, words):
        super().__init__(transient_for=parent)
        self.view.set_inbox(inbox, words)
