#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The data of the window in Python is that of the window in C: ranks, schemas, and what the hub rejects.

usage: test-tasks-data.py SOURCE-ROOT
"""
import ast
import json
import os
import random
import re
import sys
import tempfile

ROOT = sys.argv[1]
sys.path[:0] = [os.path.join(ROOT, 'tests/bindings'), os.path.join(ROOT, 'examples/tasks')]
from truce_case import Case, main           # noqa: E402
from gi.repository import Truce             # noqa: E402

from pytasks import data, rank              # noqa: E402


def read(name):
    with open(os.path.join(ROOT, name), encoding='utf-8') as file:
        return file.read()


class Ranks(Case):
    def test_are_those_of_c(self):
        def value(text):
            return None if text == 'NULL' else text.strip('"')
        cases = re.findall(r'assert_between \((\S+), (\S+), (\S+)\);', read('tests/tasks/test-tasks-rank.c'))
        self.assertGreater(len(cases), 20)
        for case in cases:
            before, after, expected = map(value, case)
            with self.subTest(before=before, after=after):
                self.assertEqual(rank.between(before, after), expected)

    def test_lie_where_they_were_put(self):
        ranks = []
        chance = random.Random(7)
        for _i in range(1000):
            place = chance.randint(0, len(ranks))
            before, after = ranks[place - 1] if place else None, ranks[place] if place < len(ranks) else None
            ranks.insert(place, rank.between(before, after))
        self.assertEqual(ranks, sorted(set(ranks)))


class Schemas(Case):
    def assert_same(self, name, schema):
        text = re.search(rf'{name}\[\] =\n(.*?);\n', read('examples/tasks/tasks-data.c'), re.DOTALL).group(1)
        joined = ''.join(json.loads(line) for line in re.findall(r'"(?:[^"\\]|\\.)*"', text.replace('TASKS_PROJECT', '"project"')))
        self.assertEqual(json.loads(joined.replace("'", '"')), schema)

    def test_project(self):
        self.assert_same('project_schema', data.PROJECT_SCHEMA)

    def test_task(self):
        self.assert_same('task_schema', data.TASK_SCHEMA)


class Texts(Case):
    def test_are_in_the_catalogue_of_c(self):
        """Templates, and what stands in both, are translated once."""
        entries = re.findall(r'^msgid(?:_plural)? ((?:".*"\n)+)', read('examples/tasks/po/de.po'), re.MULTILINE)
        known = {''.join(json.loads(line) for line in entry.splitlines()) for entry in entries}
        folder = os.path.join(ROOT, 'examples/tasks/pytasks')
        trees = [ast.parse(read(os.path.join(folder, name))) for name in os.listdir(folder) if name.endswith('.py')]
        calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call) and
                 getattr(node.func, 'id', None) in ('_', 'ngettext', 'pgettext')]
        texts = {arg.value for call in calls for arg in call.args[call.func.id == 'pgettext':][:2] if isinstance(arg, ast.Constant)}
        self.assertGreater(len(texts), 50)
        self.assertEqual(texts - known, set())


class Writes(Case):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.here, self.there = (data.Data(os.path.join(self.folder.name, name), os.path.join(self.folder.name, 'hub.db'))
                                 for name in ('here.db', 'there.db'))
        self.garden = self.here.add_project('Garden')
        self.mow, self.rake, self.sow = (self.here.add_task(self.garden, title) for title in ('Mow', 'Rake', 'Sow'))

    def tearDown(self):
        self.folder.cleanup()

    def exchange(self):
        for one in self.here, self.there, self.here:
            one.sync.sync_now(0, None)

    def titles(self, one=None, project=None):
        return [task['title'] for task in (one or self.here).query_tasks(project)]

    def test_order(self):
        self.assertEqual(self.titles(), ['Mow', 'Rake', 'Sow'])
        self.here.move_task(self.sow, None)
        self.assertEqual(self.titles(), ['Sow', 'Mow', 'Rake'])
        self.here.move_task(self.sow, self.mow)
        self.assertEqual(self.titles(), ['Mow', 'Sow', 'Rake'])

    def test_order_of_equal_ranks(self):
        for task in self.mow, self.rake, self.sow:
            self.here.set(task, 'rank', 'a0')
        first, middle, last = self.titles()
        ids = {'Mow': self.mow, 'Rake': self.rake, 'Sow': self.sow}
        self.here.move_task(ids[last], ids[first])
        self.assertEqual(self.titles(), [first, last, middle])

    def test_behind_one_without_a_rank(self):
        self.here.tasks.unset(self.mow, 'rank')
        self.assertEqual(self.titles(), ['Mow', 'Rake', 'Sow'])
        self.here.move_task(self.sow, self.mow)
        self.assertEqual(self.titles(), ['Mow', 'Sow', 'Rake'])

    def test_syncs(self):
        self.exchange()
        self.assertEqual(self.titles(self.there, self.garden), ['Mow', 'Rake', 'Sow'])

    def test_closed_project(self):
        self.exchange()
        self.here.projects.patch(self.garden, {'closed': True})
        self.here.sync.sync_now(0, None)
        self.there.set(self.rake, 'done', True)
        self.there.sync.sync_now(0, None)
        self.assertEqual([item.message for item in self.there.inbox], ['The project “Garden” is closed'])

        self.here.projects.patch(self.garden, {'closed': False})
        self.here.sync.sync_now(0, None)
        self.there.inbox[0].retry()
        self.exchange()
        self.assertTrue(self.here.tasks.get(self.rake)['done'])

    def test_delete_project(self):
        other = self.here.add_task(None, 'Buy milk')
        result = self.here.delete_project(self.garden)
        self.assertEqual([task.id for task in self.here.query_tasks()], [other])
        self.here.undo(result)
        self.assertEqual(self.titles(project=self.garden), ['Mow', 'Rake', 'Sow'])

    def test_notes(self):
        self.here.set_notes(self.mow, '', 'one litre of milk')
        self.here.set_notes(self.mow, 'one litre of milk', 'one litre of fresh milk')
        self.here.set_notes(self.mow, 'one litre of milk', 'two litres of milk')
        self.assertEqual(self.here.tasks.get(self.mow)['notes'], 'two litres of fresh milk')
        self.here.set_notes(self.mow, 'one litre of milk', 'no milk')
        self.assertEqual(self.here.tasks.get(self.mow)['notes'], 'no milk')

    def test_network(self):
        statuses = []
        self.here.sync.connect('notify::status', lambda sync, _pspec: statuses.append(sync.get_status()))
        self.here.network.online = False
        self.here.sync.start()
        self.assertEqual(self.here.sync.get_status(), Truce.SyncStatus.OFFLINE)
        self.here.network.online = True

        async def arrive():
            await self.here.sync.wait_synced_async(None, None)
        Truce.run(arrive())
        self.assertEqual(statuses[0], Truce.SyncStatus.OFFLINE)
        self.assertIn(Truce.SyncStatus.SYNCING, statuses)


if __name__ == '__main__':
    del sys.argv[1:]
    sys.exit(main())
