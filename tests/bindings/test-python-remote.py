#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example of an app's own server and the remote for it, and remotes in Python that misbehave."""
import json
import os
import sys
import threading

import truce_case
from gi.repository import GLib, GObject, Truce

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'examples', 'rest'))
import rest_remote
import server


class Server(truce_case.Case):
    """What the example's server promises by itself."""

    def setUp(self):
        self.server = server.Server()
        self.ask = self.server.request

    def test_writes(self):
        self.assertEqual(self.ask('PUT', '/note/a%2Fb', {}, {'n': 1}), (200, {'ETag': '1'}, None))
        self.assertEqual(self.ask('GET', '/note/a%2Fb'), (200, {'ETag': '1'}, {'n': 1}))
        self.assertEqual(self.ask('POST', '/note', {}, {'n': 2}), (201, {'ETag': '2', 'Location': '/note/2'}, None))
        self.assertEqual(self.ask('DELETE', '/note/2')[0], 200)
        self.assertEqual(self.ask('GET', '/note/2')[0], 404)

    def test_matches(self):
        self.ask('PUT', '/note/1', {'If-None-Match': '*'}, {'n': 1})
        for method, headers in (('PUT', {'If-None-Match': '*'}), ('PUT', {'If-Match': '9'}), ('DELETE', {'If-Match': '9'})):
            self.assertEqual(self.ask(method, '/note/1', headers, {}), (412, {'ETag': '1'}, {'n': 1}))
        self.assertEqual(self.ask('PUT', '/note/1', {'If-Match': '1'}, {})[0], 200)

    def test_once(self):
        for _ in range(3):
            self.assertEqual(self.ask('POST', '/note', {'Idempotency-Key': 'k'}, {})[1]['Location'], '/note/1')
        self.assertEqual(self.server.version, 1)

    def test_pages(self):
        for id in 'ab', 'a', 'ä', 'c':
            self.ask('PUT', '/note/' + server.urllib.parse.quote(id), {}, {})
        self.ask('DELETE', '/note/a')
        page = self.ask('GET', '/changes?since=1&limit=2')[2]
        self.assertEqual([(change['id'], change['record']) for change in page['changes']], [('ä', {}), ('c', {})])
        self.assertEqual((page['version'], page['more']), (4, True))
        page = self.ask('GET', '/changes?since=4&limit=2')[2]
        self.assertEqual([(change['id'], change['record']) for change in page['changes']], [('a', None)])
        self.assertFalse(page['more'])
        self.assertEqual(self.ask('GET', '/ids?limit=2')[2], {'ids': [('note', 'ab'), ('note', 'c')], 'more': True})
        self.assertEqual(self.ask('GET', '/ids?after=note/c')[2], {'ids': [('note', 'ä')], 'more': False})

    def test_refuses(self):
        for status, request in ((400, ('GET', '/changes?since=x')), (400, ('GET', '/?x=1')), (404, ('GET', '/a/b/c')),
                                (404, ('DELETE', '/note/1')), (405, ('PATCH', '/note/1')), (422, ('PUT', '/note/1', {}, 3)),
                                (400, ('POST', '/batch', {}, [{}]))):
            self.assertEqual(self.ask(*request)[0], status, request)
        self.assertEqual(self.server.version, 0)

    def test_batch(self):
        """Each on its own."""
        def check(method, collection, id, record):
            if record.get('bad'):
                raise server.Refusal(429, 'later', Retry_After=7)

        self.server.check = check
        answer = self.ask('POST', '/batch', {}, [{'method': 'PUT', 'path': f'/note/{i}', 'body': {'bad': i == 1}}
                                                 for i in range(3)])[2]
        self.assertEqual([result['status'] for result in answer['results']], [200, 429, 200])
        self.assertEqual(answer['results'][1]['headers'], {'Retry-After': '7'})
        self.assertEqual((answer['before'], answer['after']), (0, 2))


class Alone(truce_case.Case):
    """The remote without a store."""

    def setUp(self):
        self.server = server.Server()
        self.remote = rest_remote.RestRemote(self.request)

    def request(self, *arguments):
        return self.server.request(*arguments)

    def test_answers(self):
        self.server.request('PUT', '/note/1', {}, {})
        self.assertTrue(self.remote.open(Truce.Hello(), None))
        self.assertTrue(self.remote.pull(Truce.Pull(), None))
        self.assertTrue(self.remote.list(Truce.Listing(), None))
        self.assertTrue(self.remote.push(Truce.Push(), None))
        self.assertTrue(self.remote.close(Truce.Hello(), None))
        self.assert_error(Truce.Error.UNSUPPORTED, self.remote.watch, True)

    def test_status(self):
        """What is wrong with a whole request."""
        for status, code in ((401, Truce.Error.AUTH), (403, Truce.Error.REJECTED), (429, Truce.Error.TRANSIENT),
                             (500, Truce.Error.TRANSIENT), (503, Truce.Error.BUSY)):
            with self.subTest(status=status):
                self.remote.request = lambda *request: (status, {'Retry-After': '7'}, 'no')
                hello = Truce.Hello()
                self.assert_error(code, self.remote.open, hello, None)
                self.assertEqual(hello.get_retry_after_ms(), 7000)


class AloneOverHttp(Alone):
    def setUp(self):
        super().setUp()
        web = server.listen(self.server)
        self.addCleanup(web.server_close)
        self.addCleanup(web.shutdown)
        threading.Thread(target=web.serve_forever, args=(0.01,), daemon=True).start()
        self.request = rest_remote.fetch(f'http://127.0.0.1:{web.server_port}')
        self.remote = rest_remote.RestRemote(self.request)

    def test_no_server(self):
        self.remote.request = rest_remote.fetch('http://127.0.0.1:1')
        self.assert_error(Truce.Error.TRANSIENT, self.remote.open, Truce.Hello(), None)


class Device:
    """A store that syncs with the server."""

    def __init__(self, remote, schema='{}'):
        self.store = Truce.Store.new(Truce.MemoryAdapter.new())
        self.note = self.store.get_collection('note', Truce.Schema.new_from_text(schema))
        self.remote = remote
        self.engine = Truce.Sync.new(self.store, remote)

    def sync(self):
        """Returns what became of the session: "2 pushed, 1 failed"."""
        report = self.engine.sync_now(0, None)
        counts = ((getattr(report, 'get_n_' + name)(), name)
                  for name in ('pushed', 'pulled', 'failed', 'conflicted', 'retried', 'skipped', 'removed'))
        return ', '.join(f'{n} {name}' for n, name in counts if n)

    def read(self, id):
        return json.loads(self.note.dup_text(id)) if self.note.contains(id) else None

    def explain(self, id):
        return json.loads(self.store.explain('note', id))


class Synced(truce_case.Case):
    """Stores that sync with the server, in the process; the class below does the same over HTTP."""

    def setUp(self):
        self.server = server.Server()
        self.devices = []

    def tearDown(self):
        for device in self.devices:
            self.assertEqual(device.store.verify(), [])

    def request(self):
        return self.server.request

    def device(self, schema='{}', own_ids=(), remote=None):
        device = Device(remote or rest_remote.RestRemote(self.request(), own_ids), schema)
        self.devices.append(device)
        return device

    def two(self, schema='{}', record=None):
        """Two devices that both have the record 1."""
        desk, bag = self.device(schema), self.device(schema)
        desk.note.put_text('1', json.dumps(record or {'title': 'Milk'}))
        self.assertEqual(desk.sync(), '1 pushed')
        self.assertEqual(bag.sync(), '1 pulled')
        return desk, bag

    def answer(self, status, body='no', **headers):
        """From now on the server refuses all writes so."""
        def check(method, collection, id, record):
            raise server.Refusal(status, body, **headers)

        self.server.check = check

    def allow(self):
        self.server.check = lambda *change: None

    def test_travels(self):
        desk, bag = self.two()
        self.assertEqual(bag.read('1'), {'title': 'Milk'})
        bag.note.patch_text('1', '{"done": true}')
        bag.note.put_text('a/b ä', '{}')
        self.assertEqual(bag.sync(), '2 pushed')
        self.assertEqual(desk.sync(), '2 pulled')
        self.assertEqual((desk.read('1'), desk.read('a/b ä')), ({'title': 'Milk', 'done': True}, {}))
        desk.note.delete('1')
        self.assertEqual(desk.sync(), '1 pushed')
        self.assertEqual(bag.sync(), '1 pulled')
        self.assertIsNone(bag.read('1'))
        for device in desk, bag:
            self.assertEqual(device.sync(), '')
            self.assertEqual(device.explain('1')['delivery'], 'synced')

    def test_base(self):
        """What both sides last agreed on, also of what has been deleted."""
        desk, bag = self.two()
        bases = []
        describe = desk.remote.describe
        desk.remote.describe = lambda change: (bases.append(change.dup_base_text()), describe(change))[1]
        for write in (lambda: desk.note.put_text('2', '{}'), lambda: desk.note.patch_text('1', '{"n": 1}'),
                      lambda: desk.note.delete('1'), lambda: desk.note.undelete('1')):
            write()
            desk.sync()
        self.assertEqual(bases, [None, '{"title":"Milk"}', '{"n":1,"title":"Milk"}', None])

    def test_pages(self):
        desk, bag = self.device(), self.device()
        batch = Truce.Batch.new(Truce.BatchPolicy.ATOMIC)
        for i in range(1203):
            batch.put_text('note', f'{i}', '{}')
        desk.store.run(batch)
        self.assertEqual(desk.sync(), '1203 pushed')
        self.assertEqual(bag.sync(), '1203 pulled')

    def test_merges_fields(self):
        desk, bag = self.two()
        desk.note.patch_text('1', '{"done": true}')
        bag.note.patch_text('1', '{"title": "Tea"}')
        self.assertEqual(bag.sync(), '1 pushed')
        self.assertEqual(desk.sync(), '1 pushed, 1 pulled')
        self.assertEqual(bag.sync(), '1 pulled')
        for device in desk, bag:
            self.assertEqual(device.read('1'), {'title': 'Tea', 'done': True})
        self.assertEqual(self.server.records['note', '1'][1], {'title': 'Tea', 'done': True})

    def test_merges_kinds(self):
        """By meaning, though the server knows none."""
        schema = '{"fields": {"votes": "counter", "tags": "set", "text": "text"}}'
        desk, bag = self.two(schema, {'votes': 1, 'tags': ['a', 'b'], 'text': 'Bring a lamp.'})
        desk.note.put_text('1', '{"votes": 3, "tags": ["a", "b", "c"], "text": "Bring a red lamp."}')
        bag.note.put_text('1', '{"votes": 6, "tags": ["b"], "text": "Bring a lamp and tea."}')
        for device in desk, bag, desk:
            device.sync()
        for device in desk, bag:
            self.assertEqual(device.read('1'), {'votes': 8, 'tags': ['b', 'c'], 'text': 'Bring a red lamp and tea.'})

    def test_meets_conflict_at_push(self):
        """The server has another version by then: 412."""
        desk, bag = self.two()
        desk.note.patch_text('1', '{"done": true}')
        ask = desk.remote.request

        def request(method, path, headers=None, body=None):
            if path == '/batch' and self.server.version == 1:
                self.server.request('PUT', '/note/1', {}, {'title': 'Tea'})
            return ask(method, path, headers, body)

        desk.remote.request = request
        desk.sync()
        self.assertEqual(desk.read('1'), {'title': 'Tea', 'done': True})
        self.assertEqual(self.server.records['note', '1'][1], {'title': 'Tea', 'done': True})

    def test_rejects(self):
        desk, bag = self.two()
        self.answer(422, 'too long')
        desk.note.put_text('2', '{}')
        desk.note.patch_text('1', '{"title": "Tea"}')
        self.assertEqual(desk.sync(), '2 failed')
        self.allow()
        self.assertEqual(desk.sync(), '', 'it waits for a person')
        inbox = desk.explain('1')['inbox']
        self.assertEqual((inbox['error'], inbox['attempts']), ('rejected', 1))
        self.assertIn('too long', inbox['message'])

    def test_inbox(self):
        """Of five deletions two are rejected: seen, one retried, one undone; a third record is kept as a copy."""
        desk = self.device()
        for id in 'abcde':
            desk.note.put_text(id, '{}')
        desk.sync()

        def check(method, collection, id, record):
            if id in loaned:
                raise server.Refusal(403, 'it is on loan')

        loaned = {'b', 'd'}
        self.server.check = check
        inbox = Truce.Inbox.new(desk.store)
        for id in 'abcde':
            desk.note.delete(id)
        self.assertEqual(desk.sync(), '3 pushed, 2 failed')
        self.assertEqual([(item.get_id(), item.get_message()) for item in inbox],
                         [(id, 'HTTP 403: it is on loan') for id in 'bd'])
        loaned.remove('b')
        inbox.find('note', 'b').retry(None)
        self.assertEqual(desk.sync(), '1 pushed')
        inbox.find('note', 'd').discard()
        self.assertEqual(len(inbox), 0)
        self.assertEqual(desk.sync(), '')
        self.assertEqual(desk.read('d'), {})

        desk.note.patch_text('d', '{"n": 1}')
        self.assertEqual(desk.sync(), '1 failed')
        inbox[0].keep_copy('e')
        self.assertEqual((desk.read('d'), desk.read('e')), ({}, {'n': 1}))
        self.assertEqual(desk.sync(), '1 pushed')
        self.assertEqual(self.server.records['note', 'e'][1], {'n': 1})

    def test_retries(self):
        desk, bag = self.two()
        for status in 429, 500, 503:
            with self.subTest(status=status):
                self.answer(status, 'later', Retry_After=3600)
                desk.note.put_text(f'{status}', '{}')
                self.assertEqual(desk.sync(), '1 retried')
                story = desk.explain(f'{status}')
                self.assertEqual(story['delivery'], 'pending')
                self.assertGreater(story['retry']['next'], story['retry']['since'] + 3500 * 1000)
                self.allow()
                self.assertEqual(desk.sync(), '', 'not before')

    def test_stops(self):
        """401: nobody is marked as failed, and all goes on once somebody has logged in."""
        desk, bag = self.two()
        desk.note.patch_text('1', '{"n": 1}')
        desk.remote.request = lambda *request: (401, {}, 'who are you?')
        self.assert_error(Truce.Error.AUTH, desk.sync)
        self.assertEqual(desk.explain('1')['delivery'], 'pending')
        desk.remote.request = self.request()
        self.assertEqual(desk.sync(), '1 pushed')

    def test_lost_reply(self):
        """The server did its part; nothing is done twice, also where it makes the ids."""
        desk = self.device(own_ids=['note'])
        network = Truce.TestRemote.new(desk.remote)
        desk.engine = Truce.Sync.new(desk.store, network)
        desk.note.put_text('mine', '{"n": 1}')
        network.fail(Truce.TestPoint.PUSH, Truce.TestFault.DROP_REPLY, 1)
        with self.assertRaises(GLib.Error):
            desk.sync()
        desk.sync()
        self.assertEqual([record for _, record in self.server.records.values()], [{'n': 1}])
        self.assertEqual(desk.store.props.n_records, 1)

    def test_assigns_ids(self):
        """… and who refers to it follows."""
        desk = self.device('{"references": {"under": "note"}}', own_ids=['note'])
        desk.note.put_text('child', '{"under": "parent"}')
        desk.note.put_text('parent', '{}')
        self.assertEqual(desk.sync(), '2 pushed')
        self.assertEqual(self.server.records, {('note', '1'): (1, {}), ('note', '2'): (2, {'under': '1'})})
        self.assertEqual(desk.read('1'), {})
        self.assertEqual(desk.read('parent'), {}, 'the old id still finds it')
        self.assertEqual(desk.sync(), '')

    def test_restored_server(self):
        """It was put back from a backup: what it lost is sent again."""
        desk, bag = self.two()
        kept = dict(self.server.records), self.server.version, dict(self.server.answers)
        desk.note.put_text('2', '{}')
        self.assertEqual(desk.sync(), '1 pushed')
        self.server.records, self.server.version, self.server.answers = kept
        self.server.epoch = 'another one'
        desk.sync()
        self.assertEqual(self.server.records['note', '2'][1], {})
        bag.sync()
        self.assertEqual(bag.read('2'), {})


class SyncedOverHttp(Synced):
    def request(self):
        web = server.listen(self.server)
        self.addCleanup(web.server_close)
        self.addCleanup(web.shutdown)
        threading.Thread(target=web.serve_forever, args=(0.01,), daemon=True).start()
        return rest_remote.fetch(f'http://127.0.0.1:{web.server_port}')


class Misbehaves(truce_case.Case):
    """Whatever a remote in Python does wrong is an error."""

    def try_all(self, remote, code):
        for function, exchange in ((remote.open, Truce.Hello()), (remote.push, Truce.Push()), (remote.pull, Truce.Pull()),
                                   (remote.list, Truce.Listing())):
            with self.subTest(function=function):
                self.assert_error(code, function, exchange, None)

    def answers(self, function):
        class Remote(GObject.Object, Truce.Remote):
            def do_open(self, hello, cancellable):
                return function()

            def do_push(self, push, cancellable):
                return function()

            def do_pull(self, pull, cancellable):
                return function()

            def do_list(self, listing, cancellable):
                return function()

        return Remote()

    def test_implements_nothing(self):
        class Nothing(GObject.Object, Truce.Remote):
            pass

        self.try_all(Nothing(), Truce.Error.UNSUPPORTED)
        self.assertTrue(Nothing().get_threaded())
        self.assertTrue(Nothing().close(Truce.Hello(), None))

    def test_raises(self):
        def raises():
            raise ValueError('a mistake')

        self.try_all(self.answers(raises), Truce.Error.INVALID_DATA)

    def test_own_error(self):
        def full():
            raise GLib.Error.new_literal(Truce.error_quark(), 'no room', Truce.Error.FULL)

        self.try_all(self.answers(full), Truce.Error.FULL)

    def test_gives_nothing(self):
        self.try_all(self.answers(lambda: None), Truce.Error.INVALID_DATA)

    def test_cannot_hold_an_answer(self):
        """Answers of a wrong type raise where they are given."""
        with self.assertRaises(TypeError):
            Truce.Pull().add('note', '1', {'a': 1}, None)
        with self.assertRaises(TypeError):
            Truce.Listing().add('note', None)


if __name__ == '__main__':
    sys.exit(truce_case.main())
