# SPDX-License-Identifier: LGPL-2.1-or-later
"""A remote for an app's own server (server.py), in plain Python: all that one has to write to sync with it.

The server knows no stamps. Truce keeps those here, merges by them, and sends what comes out as plain records; the ETag
of each says what a write is based on.
"""
import json
import urllib.error
import urllib.parse
import urllib.request
import uuid

import gi
gi.require_version('Truce', '1')
from gi.repository import GLib, GObject, Truce


def fetch(root):
    """Returns a function that sends requests to a server at that address, and returns (status, headers, body)."""
    def request(method, path, headers=None, body=None):
        asked = urllib.request.Request(root + path, method=method, headers=headers or {},
                                       data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return answer.status, answer.headers, json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers, json.load(refused)
        except (OSError, ValueError) as failed:     # no network, a reply cut short
            raise GLib.Error.new_literal(Truce.error_quark(), str(failed), Truce.Error.TRANSIENT)
    return request


def quote(*names):
    return '/' + '/'.join(urllib.parse.quote(name, safe='') for name in names)


def text_of(record):
    return None if record is None else json.dumps(record, ensure_ascii=False)


def pause(headers):
    """How long the server asks us to wait, in milliseconds; -1: it does not."""
    seconds = headers.get('Retry-After', '')
    return int(seconds) * 1000 if seconds.isdigit() else -1


class RestRemote(GObject.Object, Truce.Remote):
    """`request` is Server.request, or what fetch() returns. Of `own_ids` the server chooses the ids of new records."""

    def __init__(self, request, own_ids=()):
        super().__init__()
        self.request = request
        self.own_ids = own_ids

    def ask(self, exchange, method, path, body=None):
        """The body of the answer. What is wrong with the whole request is raised; Truce knows the meaning of a status."""
        status, headers, answer = self.request(method, path, {}, body)
        if status < 400:
            return answer
        if pause(headers) >= 0:
            exchange.set_retry_after_ms(pause(headers))
        raise Truce.error_new_for_http_status(status, str(answer))

    def do_open(self, hello, cancellable):
        about = self.ask(hello, 'GET', '/')
        hello.welcome(str(uuid.uuid4()))
        hello.set_remote_epoch(about['epoch'])
        hello.set_head(about['version'])
        hello.set_remote_now(about['time'])
        return True

    def do_pull(self, pull, cancellable):
        page = self.ask(pull, 'GET', f'/changes?since={pull.get_cursor()}&limit={pull.get_limit()}')
        for change in page['changes']:
            pull.add(change['collection'], change['id'], text_of(change['record']), change['etag'])
        pull.finish(page['version'], page['more'])
        return True

    def do_list(self, listing, cancellable):
        after = ''
        if listing.get_after_collection() is not None:
            after = quote(f'{listing.get_after_collection()}/{listing.get_after_id()}')[1:]
        page = self.ask(listing, 'GET', f'/ids?after={after}&limit={listing.get_limit()}')
        for collection, id in page['ids']:
            listing.add(collection, id)
        listing.finish(page['more'])
        return True

    def do_push(self, push, cancellable):
        changes = [push.get_change(i) for i in range(push.get_n_changes())]
        answer = self.ask(push, 'POST', '/batch', [self.describe(change) for change in changes])
        push.set_range(answer['before'], answer['after'])
        for i, result in enumerate(answer['results']):
            self.tell(push, i, changes[i], **result)
        return True

    def describe(self, change):
        """One change as a request."""
        method, places = 'PUT', [change.get_collection(), change.get_id()]
        headers = {'Idempotency-Key': change.dup_key()}
        if change.get_text() is None:
            method = 'DELETE'
        elif change.dup_base_text() is None and change.get_collection() in self.own_ids:
            method, places = 'POST', places[:1]
        elif change.dup_base_text() is None:
            headers['If-None-Match'] = '*'          # it is new: nobody else may have made it
        if change.dup_base_text() is not None and change.get_token() is not None:
            headers['If-Match'] = change.get_token()
        return {'method': method, 'path': quote(*places), 'headers': headers,
                'body': None if method == 'DELETE' else json.loads(change.get_text())}

    def tell(self, push, i, change, status, headers, body):
        """The answer to one change as its outcome."""
        if status < 300 or (status == 404 and change.get_text() is None):   # deleted by another one already: as we want it
            push.accept(i, headers.get('ETag'))
            if 'Location' in headers:
                push.assign(i, urllib.parse.unquote(headers['Location'].rsplit('/', 1)[1]))
        elif status == 412:
            push.conflict(i, text_of(body), headers.get('ETag'))
        elif status == 429 or status >= 500:
            push.retry(i, pause(headers), str(body))
        else:
            push.fail(i, Truce.error_new_for_http_status(status, str(body)))
