#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The window of Tasks in Python, used from within: its templates are those of the window in C, and change with that.

usage: test-tasks-window.py SOURCE-ROOT, with TRUCE_TASKS_RESOURCES, on a display
"""
import os
import sys
import tempfile

ROOT = sys.argv[1]
sys.path[:0] = [os.path.join(ROOT, 'tests/bindings'), os.path.join(ROOT, 'examples/tasks')]
from truce_case import Case, main           # noqa: E402

try:
    import tasks
except ValueError as missing:
    print(f'1..0 # SKIP {missing}')
    sys.exit(0)
from gi.repository import Gio, GLib, Gtk, Truce     # noqa: E402

Gio.Resource.load(tasks.RESOURCES)._register()
from pytasks.conflict import ConflictDialog     # noqa: E402
from pytasks.inbox import InboxWindow       # noqa: E402


class Window(Case):
    @classmethod
    def setUpClass(cls):
        cls.app = tasks.Application()
        cls.app.set_flags(Gio.ApplicationFlags.NON_UNIQUE)
        cls.app.name, cls.app.offline = GLib.Variant('s', 'Laptop'), True
        cls.app.register(None)

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.app.store_path, self.app.hub_path = (os.path.join(self.folder.name, name) for name in ('one.db', 'hub.db'))
        self.app.data = None
        self.app.activate()
        self.window = self.app.get_active_window()
        self.data = self.window.data
        self.list, self.detail = self.window.list, self.window.detail
        self.enter(self.window.sidebar.entry, 'Garden')
        for title in 'Mow', 'Rake', 'Sow':
            self.enter(self.list.entry, title)

    def tearDown(self):
        self.data.sync.stop()
        for window in Gtk.Window.list_toplevels():
            window.destroy()
        self.folder.cleanup()

    def until(self, condition):
        """Lets the main loop run until it is so."""
        while not condition():
            GLib.MainContext.default().iteration(True)

    def enter(self, entry, text):
        entry.set_text(text)
        entry.emit('activate')

    def act(self, name, *value):
        self.window.activate_action(f'win.{name}', *value or [None])

    def opened(self, kind):
        return next(window for window in Gtk.Window.list_toplevels() if isinstance(window, kind))

    def titles(self):
        return [task['title'] for task in self.list.query]

    def choose(self, title):
        self.list.selection.set_selected(self.titles().index(title))
        return self.list.task

    def other_device(self):
        """Another one, in sync with this one."""
        from pytasks.data import Data
        other = Data(os.path.join(self.folder.name, 'two.db'), self.app.hub_path)
        self.data.network.online = True
        self.data.sync.sync_now(0, None)
        self.data.sync.stop()
        other.sync.sync_now(0, None)
        return other

    def test_adds(self):
        self.assertEqual(self.window.list_title.get_title(), 'Garden')
        self.assertEqual(self.titles(), ['Mow', 'Rake', 'Sow'])
        self.assertEqual(self.list.entry.get_text(), '')
        self.assertEqual(self.window.get_title(), 'Laptop – Tasks')

    def test_edits(self):
        task = self.choose('Rake')
        self.detail.title.set_text('Rake the leaves')
        self.detail.title.emit('apply')
        self.enter(self.detail.tags.entry, 'autumn')
        self.detail.due.change('2026-11-30')
        self.detail.on_vote_for(None)
        self.detail.notes.buffer.set_text('With the big rake.')
        self.detail.notes.finish()
        value = dict(task)
        del value['rank']
        self.assertEqual(value, {'title': 'Rake the leaves', 'project': self.window.project.id, 'tags': ['autumn'],
                                 'due': '2026-11-30', 'votes': 1, 'notes': 'With the big rake.'})
        self.assertEqual(self.titles(), ['Mow', 'Rake the leaves', 'Sow'])

        self.detail.tags.emit('tag-removed', 'autumn')
        self.detail.due.change(None)
        self.detail.project.set_selected(0)
        self.assertEqual([task.get(field) for field in ('tags', 'due', 'project')], [[], None, None])

    def test_follows(self):
        task = self.choose('Mow')
        self.data.set(task.id, 'title', 'Mow the lawn')
        self.data.set_notes(task.id, '', 'not too short')
        self.assertEqual(self.detail.title.get_text(), 'Mow the lawn')
        self.assertEqual(self.detail.notes.buffer.props.text, 'not too short')

    def test_merges_notes_that_are_typed(self):
        task = self.choose('Mow')
        self.data.set_notes(task.id, '', 'one litre of milk')
        self.detail.notes.buffer.set_text('one litre of fresh milk')
        self.data.set_notes(task.id, 'one litre of milk', 'two litres of milk')
        self.assertEqual(self.detail.notes.buffer.props.text, 'one litre of fresh milk')
        self.detail.notes.finish()
        self.assertEqual(self.detail.notes.buffer.props.text, 'two litres of fresh milk')

    def test_order(self):
        task = self.choose('Sow')
        self.list.activate_action('tasks.move-step', GLib.Variant('i', -1))
        self.until(lambda: not self.list.looking)
        self.assertEqual(self.titles(), ['Mow', 'Sow', 'Rake'])
        self.assertEqual(self.list.task, task)
        places = (self.list.query[2].id, self.list.query[0].id, False)
        self.list.activate_action('tasks.move', GLib.Variant('(ssb)', places))
        self.assertEqual(self.titles(), ['Rake', 'Mow', 'Sow'])

    def test_into_another_project(self):
        garden = self.window.project
        task = self.choose('Rake')
        self.enter(self.window.sidebar.entry, 'House')
        self.assertEqual(self.titles(), [])
        self.assertTrue(self.window.sidebar.take_task(task, self.window.project))
        self.assertEqual(self.titles(), ['Rake'])
        self.window.sidebar.choose(garden.id)
        self.assertEqual(self.titles(), ['Mow', 'Sow'])

    def test_long_list(self):
        """A screenful comes first, the rest frame by frame."""
        for i in range(60):
            self.data.add_task(self.window.project.id, f'Weed bed {i}')
        garden = self.window.project.id
        self.window.sidebar.choose(None)
        self.window.sidebar.choose(garden)
        self.assertEqual(len(self.list.shown), 25)
        self.until(lambda: len(self.list.shown) == 63)
        self.choose('Weed bed 59')
        self.window.sidebar.choose(None)
        self.assertEqual(self.list.task['title'], 'Weed bed 59')
        self.assertEqual(len(self.list.shown), 63)

    def test_enter_leads_into_the_task(self):
        self.choose('Rake')
        self.until(self.detail.title.get_mapped)
        self.list.list_view.emit('activate', 1)
        self.assertTrue(self.window.get_focus().is_ancestor(self.detail))

    def test_searches(self):
        self.act('search')
        self.list.search_entry.set_text('ra')
        self.until(lambda: self.titles() == ['Rake'])
        self.list.search_entry.set_text('rx')
        self.until(lambda: self.list.stack.get_visible_child_name() == 'not-found')
        self.list.searching = False
        self.assertEqual(self.titles(), ['Mow', 'Rake', 'Sow'])

    def test_undoes(self):
        self.choose('Rake')
        self.act('delete-task')
        self.assertEqual(self.titles(), ['Mow', 'Sow'])
        self.until(lambda: self.list.task is None)
        self.act('undo')
        self.assertEqual(self.titles(), ['Mow', 'Rake', 'Sow'])
        self.assertFalse(self.window.lookup_action('undo').get_enabled())

        self.act('delete-project')
        self.assertEqual((len(self.data.tasks), len(self.data.projects)), (0, 0))
        self.act('undo')
        self.assertEqual((len(self.data.tasks), len(self.data.projects)), (3, 1))

    def test_says_what_a_write_fails_with(self):
        said = []
        self.window.lookup_action('report').connect('activate', lambda _action, value: said.append(value.unpack()))
        self.choose('Mow')
        self.detail.title.set_text('x' * 600)
        self.detail.save_title()
        self.assertEqual(len(said), 1)
        self.assertEqual(self.data.tasks.get(self.list.task.id)['title'], 'Mow')

    def test_words_of_others_are_no_markup(self):
        other = self.other_device()
        other.projects.patch(self.window.project.id, {'title': 'R&D <old>', 'closed': True})
        other.sync.sync_now(0, None)
        self.data.set(self.choose('Mow').id, 'done', True)
        self.data.sync.sync_now(0, None)
        message = self.detail.attention_row.get_subtitle()
        self.assertEqual(message, 'The project “R&D <old>” is closed')
        self.window.report(message)

    def test_sync_button(self):
        button = self.window.sync_button
        self.assertEqual(button.button.get_tooltip_text(), 'Offline, 4 changes to send')
        self.assertTrue(button.offline_switch.get_active())
        button.offline_switch.set_active(False)
        self.until(lambda: button.button.get_tooltip_text() == 'Synced')

    def test_inbox(self):
        other = self.other_device()
        other.projects.patch(self.window.project.id, {'closed': True})
        other.sync.sync_now(0, None)
        for title in 'Mow', 'Sow':
            self.data.set(self.choose(title).id, 'done', True)
        self.data.sync.sync_now(0, None)
        self.assertEqual(self.window.list_title.get_subtitle(), 'Closed')
        self.assertEqual(self.detail.attention_row.get_subtitle(), 'The project “Garden” is closed')
        self.assertEqual(self.window.sync_button.count.get_label(), '2')

        self.act('show-inbox')
        inbox = self.opened(InboxWindow)
        rows = [inbox.view.list.get_row_at_index(i) for i in range(2)]
        self.assertEqual(sorted(row.name.get_label() for row in rows), ['Mow', 'Sow'])
        kept, dropped = (next(row for row in rows if row.name.get_label() == title) for title in ('Mow', 'Sow'))
        dropped.discard_button.emit('clicked')
        self.act('reopen-project')
        kept.retry_button.emit('clicked')
        self.assertEqual(inbox.view.stack.get_visible_child(), inbox.view.empty)
        self.data.sync.sync_now(0, None)
        self.assertEqual([task.get('done', False) for task in self.list.query], [True, False, False])
        self.assertEqual(self.data.sync.get_n_pending(), 0)

    def test_edit_of_an_inbox_item(self):
        other = self.other_device()
        other.projects.patch(self.window.project.id, {'closed': True})
        other.sync.sync_now(0, None)
        task = self.choose('Rake')
        self.data.set(task.id, 'done', True)
        self.data.sync.sync_now(0, None)
        self.window.sidebar.choose(None)
        self.list.selection.set_selected(Gtk.INVALID_LIST_POSITION)
        self.act('show-inbox')
        inbox = self.opened(InboxWindow)
        inbox.view.emit('edit', self.data.inbox[0])
        self.assertEqual((self.window.project['title'], self.list.task), ('Garden', task))

    def open_conflict(self, mine, theirs):
        other = self.other_device()
        task = self.choose('Mow')
        theirs(other, task.id)
        other.sync.sync_now(0, None)
        mine(self.data, task.id)
        self.data.sync.sync_now(0, None)
        self.assertEqual(self.detail.attention_row.get_title(), 'Changed on Both Sides')
        self.detail.attention_button.emit('clicked')
        dialog = self.opened(ConflictDialog)
        return task, dialog

    def rows(self, group):
        box = group.result.get_parent()
        rows = {}
        child = box.get_first_child()
        while child is not None:
            rows[child.get_title()] = child
            child = child.get_next_sibling()
        return rows

    def test_conflict(self):
        def mine(data, id):
            data.tasks.patch(id, {'title': 'Mow twice', 'tags': ['mine']})

        def theirs(data, id):
            data.tasks.patch(id, {'title': 'Mow once', 'tags': ['theirs']})
        task, dialog = self.open_conflict(mine, theirs)
        title, tags = map(self.rows, dialog.groups)
        self.assertEqual({name: row.get_subtitle() for name, row in title.items()},
                         {'Before': 'Mow', 'Mine': 'Mow twice', 'Theirs': 'Mow once', 'Result': 'Mow twice'})
        self.assertEqual({name: row.get_subtitle() for name, row in tags.items()}['Result'].split(', '), ['mine', 'theirs'])
        title['Theirs'].emit('activated')
        self.assertEqual(title['Result'].get_subtitle(), 'Mow once')
        dialog.use_button.emit('clicked')
        self.assertEqual((task['title'], sorted(task['tags'])), ('Mow once', ['mine', 'theirs']))
        self.assertEqual(len(self.data.inbox), 0)

    def test_conflict_that_changes(self):
        task, dialog = self.open_conflict(lambda data, id: data.set(id, 'title', 'Mow twice'),
                                          lambda data, id: data.set(id, 'title', 'Mow once'))
        self.data.set(task.id, 'title', 'Mow thrice')
        dialog.use_button.emit('clicked')
        self.assertTrue(dialog.trouble_bar.get_revealed())
        self.assertEqual(self.rows(dialog.groups[0])['Mine'].get_subtitle(), 'Mow thrice')
        self.data.inbox[0].resolve(Truce.ResolutionType.REMOTE)
        dialog.use_button.emit('clicked')
        self.assertEqual(dialog.trouble.get_label(), 'It has been decided meanwhile.')
        self.assertEqual(task['title'], 'Mow once')


if __name__ == '__main__':
    del sys.argv[1:]
    sys.exit(main())
