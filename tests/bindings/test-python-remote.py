#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example of an app's own server and the remote for it, and remotes in Python that misbehave."""
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
        threading.Thread(target=web.serve_forever, daemon=True).start()
        self.request = rest_remote.fetch(f'http://127.0.0.1:{web.server_port}')
        self.remote = rest_remote.RestRemote(self.request)

    def test_no_server(self):
        self.remote.request = rest_remote.fetch('http://127.0.0.1:1')
        self.assert_error(Truce.Error.TRANSIENT, self.remote.open, Truce.Hello(), None)


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
