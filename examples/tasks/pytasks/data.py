# SPDX-License-Identifier: LGPL-2.1-or-later
"""The only file that knows how a task is stored; its files are those of the window in C (tasks-data.c, tasks-hub.c).

What a field's kind decides when edits meet is all there is to say about merging, and it is said in the schemas. Each thing
that a person does is one transaction, done when the method returns, whether or not there is a network.
"""
import uuid
from gettext import gettext as _

from gi.repository import Truce

from . import rank
from .network import Network

PROJECT_SCHEMA = {
    'fields': {
        'title': {'type': 'string', 'required': True, 'max-size': 500, 'rule': 'ask'},
        'closed': {'type': 'boolean', 'rule': 'later'},
        'rank': {'type': 'string', 'rule': 'later'},
    },
    'indexes': ['rank'],
}

# A title, a date or the same words of the notes that two people changed are for them to decide; everything else merges by
# itself.
TASK_SCHEMA = {
    'fields': {
        'title': {'type': 'string', 'required': True, 'max-size': 500, 'rule': 'ask'},
        'due': {'type': 'string', 'pattern': r'^\d{4}-\d\d-\d\d$', 'rule': 'ask'},
        'notes': {'kind': 'text', 'rule': 'ask'},
        'tags': 'set',
        'votes': 'counter',
        'done': 'flag',
        'project': {'type': 'string', 'rule': 'later'},
        'rank': {'type': 'string', 'rule': 'later'},
    },
    'references': {'project': 'project'},
    'indexes': ['project', 'rank'],
    'search': ['title', 'notes', 'tags'],
}


def guard(hub, change, account):
    """What a server would add: a project that has been closed takes no change of its tasks any more."""
    if change.collection != 'task':
        return
    tasks, projects = (hub.get_store().collection(name) for name in ('task', 'project'))
    for task in tasks.get(change.id, None), change.value:
        project = projects.get(task['project'], None) if task and 'project' in task else None
        if project is not None and project.get('closed'):
            raise Truce.RejectedError(_('The project “%s” is closed') % project['title'])


def open_hub(path):
    hub = Truce.Hub.new(Truce.Store(path))
    hub.set_guard(guard)
    return hub


def equals(field, value):
    return Truce.Filter.new_compare(field, Truce.Comparison.EQUAL, value)


class Data:
    def __init__(self, store_path, hub_path):
        self.store = Truce.Store(store_path)
        self.projects = self.store.collection('project', PROJECT_SCHEMA)
        self.tasks = self.store.collection('task', TASK_SCHEMA)
        self.inbox = Truce.Inbox.new(self.store)
        self.network = Network()
        self.sync = Truce.Sync(self.store, Truce.HubRemote.new(open_hub(hub_path)))
        self.sync.set_network_monitor(self.network)

    def query_tasks(self, project=None, words=None):
        """A list that stays up to date, in the order that people gave it: of all tasks, or those of a project's id, or those
        that have these words."""
        return self.tasks.query(equals('project', project) if project else None, 'rank', search=words)

    def get_delivery(self, id):
        """Counting costs nothing; asking for one task is a query, which a list that is scrolled would make for each row."""
        waiting = Truce.Delivery.PENDING, Truce.Delivery.IN_FLIGHT, Truce.Delivery.FAILED, Truce.Delivery.CONFLICTED
        return self.tasks.get_delivery(id) if any(map(self.tasks.count, waiting)) else Truce.Delivery.SYNCED

    def _add(self, collection, fields):
        """Makes it the last one."""
        last = collection.query(order='-rank', limit=1)
        fields['rank'] = rank.between(last[0].get('rank') if last else None, None)
        id = str(uuid.uuid4())
        collection.create(id, fields)
        return id

    def add_project(self, title):
        return self._add(self.projects, {'title': title})

    def add_task(self, project, title):
        return self._add(self.tasks, {'title': title} | ({'project': project} if project else {}))

    def delete_project(self, project):
        """And its tasks; the result can be undone."""
        with self.store.batch() as batch:
            for task in self.query_tasks(project):
                del batch['task'][task.id]
            del batch['project'][project]
        return batch.result

    def undo(self, result):
        self.run(result.create_undo())

    def run(self, batch):
        """All or nothing; raises what failed."""
        result = self.store.run(batch)
        for i in range(result.get_n_operations()):
            if result.get_outcome(i) == Truce.Outcome.FAILED:
                raise result.get_error(i)
        return result

    def move_task(self, id, after):
        """Behind the task `after`; None: to the top.

        Two devices may have given one rank to two tasks: then the ids keep them apart, and there is no place between. So
        those of the same rank that come behind the new place move on with the task.
        """
        if after is None:
            first = self.tasks.query(order='rank', limit=1)
            self.tasks.patch(id, {'rank': rank.between(None, first[0].get('rank'))})
            return
        here = self.tasks.get(after).get('rank', '')
        greater = Truce.Filter.new_compare('rank', Truce.Comparison.GREATER, here)
        behind = self.tasks.query(greater, 'rank', limit=1)
        end = behind[0].get('rank') if behind else None
        moved = [id] + [task.id for task in self.tasks.query(equals('rank', here)) if task.id > after and task.id != id]
        with self.store.batch() as batch:
            for each in moved:
                here = rank.between(here, end)
                batch['task'].patch(each, {'rank': here})

    def set(self, id, field, value):
        """None: without it."""
        if value is None:
            self.tasks.unset(id, field)
        else:
            self.tasks.patch(id, {field: value})

    def set_notes(self, id, before, notes):
        """Merges with what came in from elsewhere while the person was typing, word by word.

        Where both changed the same words the person's stand, who sees them; the others are in the task's log.
        """
        task = dict(self.tasks.get(id))
        task.pop('notes', None)
        base, value = (task | ({'notes': text} if text else {}) for text in (before, notes))
        batch = Truce.Batch(Truce.BatchPolicy.ATOMIC)
        batch.merge('task', id, base, value)
        if self.run(batch).get_outcome(0) == Truce.Outcome.CONFLICT:
            self.set(id, 'notes', notes)
