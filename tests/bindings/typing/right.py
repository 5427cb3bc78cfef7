#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program that uses what the overrides have, and that mypy --strict has nothing to say against. It also runs."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gi
gi.require_version('Truce', '1')
from gi.repository import Gio, GLib, GObject, Truce

store = Truce.Store()
tasks = store.collection('task', {'fields': {'votes': 'counter', 'tags': 'set'}})


def write() -> None:
    tasks['tent'] = {'title': 'Tent', 'votes': 3, 'tags': {'green'}}
    tasks.patch('tent', {'done': False})
    tasks.add('tent', 'tags', 'dry')
    tasks.put('lamp', {'title': 'Lamp'})
    del tasks['lamp']
    with store.batch(Truce.BatchPolicy.ATOMIC) as batch:
        batch['task']['rope'] = {'title': 'Rope'}
        batch['task'].increment('tent', 'votes', 1)
    assert batch.result is not None and batch.result.is_clean()


def read() -> Iterator[str]:
    tent: Truce.Record = tasks['tent']
    votes: int = tent['votes']
    nobody: Truce.Record | None = tasks.get('nobody', None)
    assert votes == 4 and nobody is None and 'tent' in tasks and len(tasks) == 2
    for record in tasks.query('votes > 1', order=['-votes'], limit=5):
        yield record.id or ''
    names: list[str] = [name for name in store]
    assert names == ['task'] and dict(tent.items())['title'] == 'Tent'


def fail() -> Truce.Error:
    try:
        tasks['nowhere']
    except Truce.NotFoundError as error:
        return error.code
    raise AssertionError


class Longer(GObject.Object, Truce.Resolver):
    def do_resolve(self, conflict: Truce.Conflict) -> Truce.Side | dict[str, Any]:
        assert conflict.local is not None and conflict.remote is not None
        return Truce.Side.LOCAL if len(conflict.local) > len(conflict.remote) else dict(conflict.remote)


@Truce.resolver
async def asks(conflict: Truce.Conflict) -> Truce.Side:
    await Truce.sleep(0)
    return Truce.Side.REMOTE


class Closed(GObject.Object, Truce.Remote):
    def do_open(self, hello: Truce.Hello, cancellable: Gio.Cancellable | None) -> bool:
        raise Truce.AuthError('who are you?')


def pull(cursor: int) -> tuple[list[tuple[str, str, dict[str, Any] | None]], int]:
    return [('task', 'tea', {'title': 'Tea'})], 1


def push(change: Truce.Change) -> str | None:
    assert change.value is None or 'title' in change.value
    return change.token


async def main() -> int:
    report = await Truce.Sync(store, Truce.remote(pull, push)).sync_now_async(0)
    assert report.n_pushed > 0 and report.is_complete()
    merged: int = await Truce.Store().merge_async(store)
    task = Truce.spawn(ask())
    return report.n_pulled + merged + await task


async def ask() -> int:
    return (await asks.resolve_async(conflict)).get_resolution_type()


base, ours, theirs = (Truce.Record.new('task', '1', {'n': n}) for n in range(3))
conflict = Truce.Conflict.new(base, ours, theirs)
write()
print(*read())
print(fail().value_nick, Longer().resolve(conflict).get_resolution_type().value_nick)
print(Truce.run(main()))
try:
    Closed().open(Truce.Hello(), None)
except GLib.Error as error:
    print(error.message)

merge = Truce.merge({'n': 1}, {'n': 2}, {'n': 3})
print(merge.value, [field.pointer for field in merge.conflicts])
clock = Truce.Clock.new(1)
tags, votes = Truce.OrSet(), Truce.Counter()
tags.add('green', clock.tick())
votes.increment(2, clock.tick())
print(sorted(tags | {'dry'}), int(votes), clock.tick() < clock.tick())
store.connect('notify::n-records', print)
print(store.props.n_records)
