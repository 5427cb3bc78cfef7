# SPDX-License-Identifier: LGPL-2.1-or-later
"""A task: each field is written by itself, when the person is done with it, so there is no “Save”.

The widgets show the record; when that changes, by whomever, they are filled in anew, except what is just being typed.
"""
from gettext import gettext as _
from os.path import commonprefix

from gi.repository import Adw, GLib, GObject, Gtk, Truce

from . import editors           # noqa: F401 - for the template
from .ui import report, template

PAUSE_MS = 1000


@template('tasks-notes')
class Notes(Adw.Bin):
    """What was typed is told together with what the person began from, so that it can be merged with what came meanwhile.

    The merged text comes back, and only where it differs is the view changed: a cursor stays at its word.
    """
    __gtype_name__ = 'TasksNotes'
    __gsignals__ = {'edited': (GObject.SignalFlags.RUN_LAST, None, (str, str))}

    buffer = Gtk.Template.Child()

    def __init__(self):
        super().__init__()
        self.before = ''            # what was set last
        self.pause = 0              # source; 0: nothing was typed that is not told
        self.setting = False

    def set_text(self, text):
        if self.pause:
            return
        self.setting = True
        self.replace(self.buffer.props.text, text)
        self.setting = False
        self.before = text

    def replace(self, old, new):
        start = len(commonprefix([old, new]))
        same = len(commonprefix([old[start:][::-1], new[start:][::-1]]))
        begin, end = (self.buffer.get_iter_at_offset(offset) for offset in (start, len(old) - same))
        self.buffer.delete(begin, end)
        self.buffer.insert(begin, new[start:len(new) - same])

    @Gtk.Template.Callback()
    def on_changed(self, _buffer):
        if not self.setting:
            self.stop()
            self.pause = GLib.timeout_add(PAUSE_MS, self.finish)

    def stop(self):
        if self.pause:
            GLib.source_remove(self.pause)
        self.pause = 0

    @Gtk.Template.Callback('tasks_notes_finish')
    def finish(self, *_arguments):
        before, text = self.before, self.buffer.props.text
        self.stop()
        if text != before:
            self.emit('edited', before, text)


@template('tasks-detail')
class Detail(Adw.Bin):
    __gtype_name__ = 'TasksDetail'
    shown_title = ''        # what the title's entry was filled with: another text has been typed

    stack = Gtk.Template.Child()
    attention = Gtk.Template.Child()
    attention_row = Gtk.Template.Child()
    attention_button = Gtk.Template.Child()
    title = Gtk.Template.Child()
    project = Gtk.Template.Child()
    due = Gtk.Template.Child()
    n_votes = Gtk.Template.Child()
    tags = Gtk.Template.Child()
    notes = Gtk.Template.Child()
    delivery = Gtk.Template.Child()

    task = None
    filling = False                 # what changes in the widgets is no one's wish

    def set_data(self, data):
        self.data = data
        self.projects = data.projects.query(order='rank')
        self.projects.connect('items-changed', self.list_projects)
        for count in 'n-pending', 'n-failed', 'n-conflicted':
            data.store.connect(f'notify::{count}', self.fill_delivery)
        self.list_projects()

    def set_task(self, task):
        if task == self.task:
            return
        # What has been typed belongs to the one that goes.
        self.save_title()
        self.notes.finish()
        if self.task is not None:
            self.task.disconnect(self.handler)
        self.task = task
        self.stack.set_visible_child_name('task' if task is not None else 'none')
        if task is not None:
            self.handler = task.connect('changed', self.fill)
            self.show_title('')
            self.fill()
            self.fill_delivery()

    # What it shows

    def show_title(self, title):
        self.shown_title = title
        if self.title.get_text() != title:
            self.title.set_text(title)

    def title_is_typed(self):
        return self.title.get_text() != self.shown_title

    def fill(self, *_arguments):
        if self.task is None or self.task.is_deleted():
            return
        self.filling = True
        task = dict(self.task)
        if not self.title.get_state_flags() & Gtk.StateFlags.FOCUS_WITHIN or not self.title_is_typed():
            self.show_title(task.get('title', ''))
        self.n_votes.set_label(str(task.get('votes', 0)))
        self.tags.set_tags(task.get('tags', []))
        self.due.date = task.get('due')
        self.notes.set_text(task.get('notes', ''))
        self.project.set_selected(self.find_project())
        self.filling = False

    def find_project(self):
        """The place of the task's project in the list of choices: the first one is “None”."""
        ids = [None, *(project.id for project in self.projects)]
        id = self.task.get('project')
        return ids.index(id) if id in ids else 0

    def list_projects(self, *_arguments):
        """The list is made anew when a project changes, so that no choice is taken for a person's."""
        self.filling = True
        self.project.set_model(Gtk.StringList.new([_('None'), *(project.get('title', '') for project in self.projects)]))
        self.filling = False
        self.fill()

    def fill_delivery(self, *_arguments):
        if self.task is None:
            return
        delivery = self.data.get_delivery(self.task.id)
        item = self.data.inbox.find('task', self.task.id)
        words, *attention = {
            Truce.Delivery.SYNCED: (_('All changes have been sent'),),
            # In the words of who rejected it.
            Truce.Delivery.FAILED: (_('Changes were rejected'), _('Rejected'), item and item.message or '', _('Show')),
            Truce.Delivery.CONFLICTED: (_('Changed here and elsewhere'), _('Changed on Both Sides'),
                                        _('Only you can say what is to stay.'), _('Resolve')),
        }.get(delivery, (_('Changes to be sent'),))
        self.delivery.set_label(words)
        self.attention.set_visible(bool(attention))
        if attention:
            title, subtitle, button = attention
            self.attention_row.set_title(title)
            self.attention_row.set_subtitle(subtitle)
            self.attention_button.set_label(button)

    # What a person does

    def write(self, function, *arguments):
        """Whether it is done; else says what went wrong, and shows what is."""
        if self.task is None or self.task.is_deleted() or self.filling:
            return False
        try:
            function(self.task.id, *arguments)
        except GLib.Error as error:
            report(self, error.message)
            self.fill()
            return False
        return True

    @Gtk.Template.Callback()
    def save_title(self, *_arguments):
        """What nobody typed is no one's wish: another device may have renamed the task meanwhile."""
        title = self.title.get_text().strip()
        if self.task is None or self.task.is_deleted() or not self.title_is_typed():
            return
        if not title:
            self.show_title(self.task.get('title', ''))
        elif title == self.task.get('title') or self.write(self.data.set, 'title', title):
            self.show_title(title)

    @Gtk.Template.Callback()
    def on_project(self, *_arguments):
        chosen = self.project.get_selected()
        if self.task is not None and not self.filling and chosen != self.find_project():
            self.write(self.data.set, 'project', self.projects[chosen - 1].id if chosen else None)

    @Gtk.Template.Callback()
    def on_due(self, row):
        self.write(self.data.set, 'due', row.date)

    @Gtk.Template.Callback()
    def on_vote_for(self, _button):
        self.write(self.data.tasks.increment, 'votes', 1)

    @Gtk.Template.Callback()
    def on_vote_against(self, _button):
        self.write(self.data.tasks.increment, 'votes', -1)

    @Gtk.Template.Callback()
    def on_tag_added(self, _editor, tag):
        self.write(self.data.tasks.add, 'tags', tag)

    @Gtk.Template.Callback()
    def on_tag_removed(self, _editor, tag):
        self.write(self.data.tasks.remove, 'tags', tag)

    @Gtk.Template.Callback()
    def on_notes(self, _notes, before, notes):
        self.write(self.data.set_notes, before, notes)

    @Gtk.Template.Callback()
    def on_attention(self, _button):
        self.activate_action('win.attend', GLib.Variant('s', self.task.id))
