#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An app's own server, as such servers are: it knows JSON and version numbers, and nothing of Truce.

usage: server.py [PORT]

    GET    /                             {"version": 7, "epoch": "…", "time": MS}
    GET    /changes?since=N&limit=N      {"changes": [{"collection", "id", "etag", "record"}], "version": N, "more": false}
    GET    /ids?after=COLLECTION/ID&limit=N      {"ids": [["note", "1"]], "more": false}
    GET    /note/1                       the record, with its ETag
    POST   /note                         a new record; the server chooses the id, and tells it in Location
    PUT    /note/1                       writes it; If-Match and If-None-Match: * as HTTP has them
    DELETE /note/1
    POST   /batch                        [{"method", "path", "headers", "body"}] → {"before": N, "after": N, "results":
                                         [{"status", "headers", "body"}]}: each on its own, so some may fail

A write with an Idempotency-Key that was seen before gets the answer of that time, and changes nothing.
"""
import http.server
import json
import sys
import threading
import time
import urllib.parse
import uuid


class Refusal(Exception):
    """What is told instead of an answer; the body is for people, or the record that is there now."""

    def __init__(self, status, body, **headers):
        super().__init__(status, body)
        self.answer = status, {name.replace('_', '-'): str(value) for name, value in headers.items()}, body


class Server:
    """Its records are in a dictionary. `check (method, collection, id, record)` may raise Refusal at a write."""

    def __init__(self, check=None):
        self.records = {}               # (collection, id): (version, record); the record of a deleted one is None
        self.version = 0                # of the latest write: each takes the next one
        self.epoch = str(uuid.uuid4())  # which life of the data this is: another after a backup was put back
        self.check = check or (lambda method, collection, id, record: None)
        self.answers = {}               # Idempotency-Key: what was answered
        self.lock = threading.Lock()

    def request(self, method, path, headers=None, body=None):
        """Returns (status, headers, body). Bodies are JSON values."""
        with self.lock:
            return self.route(method, path, headers or {}, body)

    def route(self, method, path, headers, body):
        url = urllib.parse.urlsplit(path)
        places = [urllib.parse.unquote(name) for name in url.path.strip('/').split('/')]
        query = dict(urllib.parse.parse_qsl(url.query))
        try:
            if method == 'GET' and len(places) == 1 and places[0] in ('', 'changes', 'ids'):
                return 200, {}, {'': self.about, 'changes': self.changes, 'ids': self.ids}[places[0]](**query)
            if (method, places) == ('POST', ['batch']):
                return 200, {}, self.batch(body)
            if len(places) == (1 if method == 'POST' else 2):
                return self.record(method, places, headers, body)
        except Refusal as refusal:
            return refusal.answer
        except (TypeError, ValueError, KeyError) as mistake:
            return 400, {}, f'bad request: {mistake}'
        return 404, {}, 'there is nothing here'

    # ---- reading ----

    def about(self):
        return {'version': self.version, 'epoch': self.epoch, 'time': int(time.time() * 1000)}

    def changes(self, since='0', limit='100'):
        since, limit = int(since), max(int(limit), 1)
        later = sorted((version, place, record) for (place, (version, record)) in self.records.items()
                       if version > since)
        page = later[:limit]
        more = len(later) > len(page)
        return {'changes': [{'collection': place[0], 'id': place[1], 'etag': str(version), 'record': record}
                            for version, place, record in page],
                'version': page[-1][0] if more else self.version, 'more': more}

    def ids(self, after='', limit='100'):
        first = [part.encode() for part in after.split('/', 1)]
        later = sorted(([part.encode() for part in place], place) for place, (_, record) in self.records.items()
                       if record is not None and (not after or [part.encode() for part in place] > first))
        page = later[:max(int(limit), 1)]
        return {'ids': [place for _, place in page], 'more': len(later) > len(page)}

    # ---- writing ----

    def batch(self, requests):
        before = self.version
        answers = [self.route(each['method'], each['path'], each.get('headers', {}), each.get('body'))
                   for each in requests]
        return {'before': before, 'after': self.version,
                'results': [dict(zip(('status', 'headers', 'body'), answer)) for answer in answers]}

    def record(self, method, places, headers, body):
        if method == 'GET':
            version, record = self.present(*places)
            return 200, {'ETag': str(version)}, record
        key = headers.get('Idempotency-Key')
        if key not in self.answers:
            answer = self.write(method, places, headers, body)      # a refusal is not kept: it may be right next time
            if key is None:
                return answer
            self.answers[key] = answer
        return self.answers[key]

    def write(self, method, places, headers, body):
        if method == 'POST':
            places = [places[0], str(self.version + 1)]
        elif method not in ('PUT', 'DELETE'):
            raise Refusal(405, f'no {method} here')
        place = tuple(places)
        self.match(place, headers)
        if method == 'DELETE':
            body = None
            self.present(*place)
        elif not isinstance(body, dict):
            raise Refusal(422, 'a record is an object')
        self.check(method, *place, body if method != 'DELETE' else self.records[place][1])
        self.version += 1
        self.records[place] = self.version, body
        answer = {'ETag': str(self.version)}
        if method == 'POST':
            answer['Location'] = '/' + '/'.join(urllib.parse.quote(name, safe='') for name in place)
        return 201 if method == 'POST' else 200, answer, None

    def present(self, collection, id):
        version, record = self.records.get((collection, id), (0, None))
        if record is None:
            raise Refusal(404, 'there is no such record')
        return version, record

    def match(self, place, headers):
        """Another one wrote meanwhile: 412, with what is there now."""
        version, record = self.records.get(place, (0, None))
        tag = str(version) if record is not None else None
        if ('If-Match' in headers and headers['If-Match'] != tag) or (headers.get('If-None-Match') == '*' and tag):
            raise Refusal(412, record, ETag=version)


class Handler(http.server.BaseHTTPRequestHandler):
    """Speaks HTTP for the class attribute `server_object`."""
    server_object = None

    def answer(self):
        length = int(self.headers.get('Content-Length', 0))
        try:
            body = json.loads(self.rfile.read(length)) if length else None
            status, headers, body = self.server_object.request(self.command, self.path, self.headers, body)
        except ValueError as mistake:
            status, headers, body = 400, {}, f'no JSON: {mistake}'
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, 'Content-Type': 'application/json', 'Content-Length': str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_PUT = do_POST = do_DELETE = answer

    def log_message(self, format, *arguments):
        pass


def listen(server, port=0):
    """Serves on localhost, on a port of the kernel's choice if it is 0. The caller runs serve_forever()."""
    handler = type('Handler', (Handler,), {'server_object': server})
    return http.server.ThreadingHTTPServer(('127.0.0.1', port), handler)


if __name__ == '__main__':
    web = listen(Server(), int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(f'http://127.0.0.1:{web.server_port}')
    web.serve_forever()
