// SPDX-License-Identifier: LGPL-2.1-or-later

// The library as JavaScript sees it: resolvers, strategies and merges, good ones and bad ones. Speaks TAP.
//
// gjs lets no class implement a function that takes a callback, so a resolver in JavaScript has `resolve` only;
// `resolve_async` then answers by it.

imports.gi.versions.Json = '1.0';
imports.gi.versions.Truce = '1';
const {Gio, GLib, GObject, Json, Truce} = imports.gi;
const System = imports.system;

function assertEqual(actual, expected) {
    const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (a !== b)
        throw new Error(`${a}, not ${b}`);
}

function assertError(code, run) {
    try {
        run();
    } catch (error) {
        if (!(error instanceof GLib.Error) || !error.matches(Truce.Error, code))
            throw error;
        return;
    }
    throw new Error('no error');
}

// JavaScript's own exceptions come back as they were thrown.
function assertThrows(run) {
    try {
        run();
    } catch (error) {
        return;
    }
    throw new Error('nothing was thrown');
}

const record = text => Truce.Record.new_from_text('notes', 'n1', text);
const conflict = (schema = null) => Truce.Conflict.new(record('{"v": 1, "text": "a"}'),
    record('{"v": 2, "text": "b", "extra": true}'), record('{"v": 3, "text": "c"}'), schema);
const merged = text => Truce.Resolution.new_merged(Json.from_string(text));

// Resolves by a function.
const Own = GObject.registerClass({Implements: [Truce.Resolver]}, class Own extends GObject.Object {
    constructor(decide) {
        super();
        this.decide = decide;
    }

    vfunc_resolve(both) {
        return this.decide(both);
    }
});

const Nothing = GObject.registerClass({Implements: [Truce.Resolver]}, class Nothing extends GObject.Object {});
// Plain JSON by place, and a feed that is a list of places. JavaScript has one thread: it is called in the caller's.
const MapRemote = GObject.registerClass({Implements: [Truce.Remote]}, class MapRemote extends GObject.Object {
    constructor() {
        super();
        this.records = new Map();
        this.feed = [];
    }

    keep(place, text) {
        this.records.set(place, text);
        this.feed.push(place);
    }

    vfunc_get_threaded() {
        return false;
    }

    vfunc_open(hello, _cancellable) {
        hello.welcome(GLib.uuid_string_random());
        hello.set_head(this.feed.length);
        return true;
    }

    vfunc_pull(pull, _cancellable) {
        for (const place of this.feed.slice(pull.get_cursor()))
            pull.add(...place.split('/'), this.records.get(place), null);
        pull.finish(this.feed.length, false);
        return true;
    }

    vfunc_push(push, _cancellable) {
        for (let i = 0; i < push.get_n_changes(); i++) {
            const change = push.get_change(i);
            if (change.get_id() === 'bad') {
                push.reject(i, Truce.Error.REJECTED, 'a bad one');
            } else {
                this.keep(`${change.get_collection()}/${change.get_id()}`, change.get_text());
                push.accept(i, null);
            }
        }
        return true;
    }
});
const NoRemote = GObject.registerClass({Implements: [Truce.Remote]}, class NoRemote extends GObject.Object {});
// The least that a store needs to read and write: records alone, without a way back.
const MapAdapter = GObject.registerClass({Implements: [Truce.StoreAdapter]}, class MapAdapter extends GObject.Object {
    constructor() {
        super();
        this.records = new Map();
    }

    vfunc_begin(write) {
        return true;
    }

    vfunc_commit() {
        return true;
    }

    vfunc_get(collection, id) {
        return this.records.get(`${collection}/${id}`) ?? null;
    }

    vfunc_put(record, replaced) {
        const place = `${record.get_collection()}/${record.get_id()}`;
        if (replaced === null && this.records.has(place))
            throw new Truce.Error({code: Truce.Error.EXISTS, message: `${place} is there already`});
        this.records.set(place, record);
        return true;
    }

    vfunc_next_change(after) {
        const later = [...this.records.values()].filter(record => record.get_version() > after);
        return later.sort((a, b) => a.get_version() - b.get_version())[0] ?? null;
    }

    vfunc_get_meta(group, key) {
        throw new Error('a mistake');
    }
});

const NoAdapter = GObject.registerClass({Implements: [Truce.StoreAdapter]}, class NoAdapter extends GObject.Object {});
const NoCrdt = GObject.registerClass({Implements: [Truce.Crdt]}, class NoCrdt extends GObject.Object {});

function openStore() {
    const store = Truce.Store.new(Truce.MemoryAdapter.new());
    const schema = Truce.Schema.new_from_text('{"fields": {"votes": "counter", "tags": "set"}}');
    return {store, task: store.get_collection('task', schema)};
}

function fails() {
    throw new Error('a mistake');
}

function busy() {
    throw new GLib.Error(Truce.Error, Truce.Error.BUSY, 'come back later');
}

const nonsense = [undefined, 42, 'local', [], {}, new Gio.Cancellable()];

function wait(resolver, both, cancellable = null) {
    const loop = new GLib.MainLoop(null, false);
    let answer = null;
    resolver.resolve_async(both, cancellable, (source, result) => {
        answer = result;
        loop.quit();
    });
    loop.run();
    return resolver.resolve_finish(answer);
}

function* items(model) {
    for (let i = 0; i < model.get_n_items(); i++)
        yield model.get_item(i);
}

const pointers = model => Array.from(items(model), field => field.get_pointer());

const [base, local, remote] = ['{"n": 1, "list": [1, 2], "t": "a"}', '{"n": 3, "list": [0, 1, 2], "t": "b"}',
    '{"n": 5, "list": [1, 2, 3], "t": "c"}'].map(text => Json.from_string(text));

const tests = {
    'resolver/resolves'() {
        const greater = new Own(both => {
            const values = [both.get_local(), both.get_remote()].map(side => side.get_field('v').get_int());
            return merged(`{"v": ${Math.max(...values)}}`);
        });
        assertEqual(greater.resolve(conflict()).dup_text(), '{"v":3}');
    },
    'resolver/sees-the-conflict'() {
        const seen = [];
        const look = new Own(both => {
            for (const field of items(both.get_fields()))
                seen.push([field.get_pointer(), field.dup_text(Truce.Side.LOCAL), field.dup_text(Truce.Side.REMOTE)]);
            return Truce.Resolution.new_deferred('ask');
        });
        assertEqual(look.resolve(conflict()).get_reason(), 'ask');
        assertEqual(seen, [['/v', '2', '3'], ['/text', '"b"', '"c"']]);
    },
    'resolver/throws'() {
        assertThrows(() => new Own(fails).resolve(conflict()));
    },
    'resolver/throws-an-error-of-its-own'() {
        assertError(Truce.Error.BUSY, () => new Own(busy).resolve(conflict()));
    },
    'resolver/gives-null'() {
        assertError(Truce.Error.INVALID_DATA, () => new Own(() => null).resolve(conflict()));
    },
    'resolver/gives-nonsense'() {
        for (const value of nonsense)
            assertThrows(() => new Own(() => value).resolve(conflict()));
    },
    'resolver/gives-no-record'() {
        for (const text of ['[1]', '"x"', 'null'])
            assertError(Truce.Error.INVALID_DATA, () => new Own(() => merged(text)).resolve(conflict()));
    },
    'resolver/implements-nothing'() {
        assertError(Truce.Error.UNSUPPORTED, () => new Nothing().resolve(conflict()));
        assertError(Truce.Error.UNSUPPORTED, () => wait(new Nothing(), conflict()));
    },
    'resolver/in-a-chain'() {
        const chain = Truce.ChainResolver.new();
        chain.append(new Own(() => Truce.Resolution.new_deferred('not mine')));
        chain.append(new Own(() => Truce.Resolution.new_remote()));
        assertEqual(chain.resolve(conflict()).get_resolution_type(), Truce.ResolutionType.REMOTE);
        assertEqual(wait(chain, conflict()).get_resolution_type(), Truce.ResolutionType.REMOTE);
    },
    'resolver/a-bad-one-ends-a-chain'() {
        for (const decide of [fails, () => null, ...nonsense.map(value => () => value)]) {
            const chain = Truce.ChainResolver.new();
            chain.append(new Own(decide));
            chain.append(Truce.PreferResolver.new(Truce.Side.LOCAL));
            assertThrows(() => chain.resolve(conflict()));
            assertThrows(() => wait(chain, conflict()));
        }
    },
    'async/resolve-is-enough'() {
        const own = new Own(() => Truce.Resolution.new_local());
        assertEqual(wait(own, conflict()).get_resolution_type(), Truce.ResolutionType.LOCAL);
        assertThrows(() => wait(new Own(fails), conflict()));
        assertThrows(() => wait(new Own(() => 42), conflict()));
    },
    'async/cancelled'() {
        const cancellable = new Gio.Cancellable();
        cancellable.cancel();
        try {
            wait(new Own(() => Truce.Resolution.new_local()), conflict(), cancellable);
        } catch (error) {
            assertEqual(error.matches(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED), true);
            return;
        }
        throw new Error('not cancelled');
    },
    'strategies/prefer'() {
        const resolution = Truce.PreferResolver.new(Truce.Side.REMOTE).resolve(conflict());
        assertEqual(resolution.get_resolution_type(), Truce.ResolutionType.REMOTE);
    },
    'strategies/last-write'() {
        const both = conflict();
        both.get_local().set_stamp(null, Truce.Stamp.new(1000, 0, 7));
        both.get_remote().set_stamp(null, Truce.Stamp.new(2000, 0, 8));
        assertEqual(Truce.LastWriteResolver.new().resolve(both).get_resolution_type(), Truce.ResolutionType.REMOTE);
    },
    'strategies/field-merge'() {
        const schema = Truce.Schema.new();
        schema.set_kind('v', Truce.Kind.COUNTER);
        schema.set_rule('text', Truce.Rule.MAX);
        assertEqual(Truce.FieldMergeResolver.new(schema).resolve(conflict(schema)).dup_text(),
            '{"v": 4, "text": "c", "extra": true}');
    },
    'strategies/defer'() {
        assertEqual(Truce.DeferResolver.new('for a person').resolve(conflict()).get_reason(), 'for a person');
    },
    'strategies/callback'() {
        const remotely = Truce.CallbackResolver.new(() => Truce.Resolution.new_remote());
        assertEqual(remotely.resolve(conflict()).get_resolution_type(), Truce.ResolutionType.REMOTE);
        for (const value of [fails, () => null, ...nonsense.map(given => () => given)])
            assertThrows(() => Truce.CallbackResolver.new(value).resolve(conflict()));
    },
    'three-way/conflicts'() {
        const [value, conflicts] = Truce.merge_three_way(base, local, remote, null);
        assertEqual(Json.to_string(value, false), '{"n":3,"list":[0,1,2,3],"t":"b"}');
        assertEqual(pointers(conflicts), ['/n', '/t']);
    },
    'three-way/schema'() {
        const schema = Truce.Schema.new_from_text('{"fields": {"n": "counter", "t": {"rule": "theirs"}}}');
        const [value, conflicts] = Truce.merge_three_way(base, local, remote, schema);
        assertEqual(Json.to_string(value, false), '{"n":7,"list":[0,1,2,3],"t":"c"}');
        assertEqual(pointers(conflicts), []);
    },
    'schema/limits'() {
        const schema = Truce.Schema.new();
        schema.set_type('t', Truce.FieldType.STRING, false);
        schema.add_index('t');
        const again = Truce.Schema.new_from_json(schema.to_json());
        assertEqual(again.get_field_type('/t'), Truce.FieldType.STRING);
        assertEqual(again.get_indexes(), ['t']);
        assertThrows(() => schema.set_pattern('t', '['));
    },
    'three-way/callback'() {
        const schema = Truce.Schema.new_from_text('{"fields": {"n": "counter"}}');
        schema.set_callback('t', (pointer, was, ours, theirs) =>
            Json.from_string(`"${ours.get_string()}${theirs.get_string()}"`));
        const [value] = Truce.merge_three_way(base, local, remote, schema);
        assertEqual(Json.to_string(value, false), '{"n":7,"list":[0,1,2,3],"t":"bc"}');
    },
    'three-way/bad-callback'() {
        const schema = Truce.Schema.new_from_text('{"fields": {"n": "counter"}}');
        schema.set_callback('t', fails);
        assertThrows(() => Truce.merge_three_way(base, local, remote, schema));
        schema.set_callback('t', () => null);
        assertEqual(pointers(Truce.merge_three_way(base, local, remote, schema)[1]), ['/t']);
    },
    'crdt/clock'() {
        const [mine, theirs] = [Truce.Clock.new(1), Truce.Clock.new(2)];
        const stamp = theirs.tick();
        mine.observe(stamp);
        assertEqual(mine.tick().compare(stamp) > 0, true);
        assertEqual(Truce.Stamp.parse(stamp.to_string()).equal(stamp), true);
    },
    'crdt/set'() {
        const [[myClock, mine], [theirClock, theirs]] = [1, 2].map(i => [Truce.Clock.new(i), Truce.OrSet.new()]);
        const stamp = myClock.tick();
        mine.add('milk', stamp);
        mine.add('tea', stamp);
        theirs.merge(mine);
        theirClock.observe(stamp);

        mine.remove('milk', myClock.tick());
        mine.remove('tea', myClock.tick());
        theirs.add('tea', theirClock.tick());
        mine.merge(theirs);
        theirs.apply(mine.encode());
        assertEqual(mine.equal(theirs), true);
        assertEqual(mine.get_elements(), ['tea']);
        assertError(Truce.Error.CORRUPT, () => mine.apply(new GLib.Bytes([1, 2, 3])));
    },
    'adapter/own'() {
        const adapter = new MapAdapter();
        const stored = (id, version) => Truce.StoredRecord.new('task', id, version, Truce.Delivery.PENDING, '{"v":1}',
            new GLib.Bytes([0, 255]), null);
        adapter.begin(true);
        assertEqual(adapter.put(stored('b', 1), null), true);
        assertEqual(adapter.put(stored('a', 2), null), true);
        adapter.commit();
        assertError(Truce.Error.EXISTS, () => adapter.put(stored('a', 3), null));
        assertEqual(adapter.get('task', 'none'), null);
        assertEqual(adapter.get('task', 'a').get_value(), '{"v":1}');
        assertEqual(Array.from(adapter.get('task', 'a').dup_state().get_data()), [0, 255]);
        assertEqual(adapter.next_change(0).get_id(), 'b');
        // The outbox comes of the changes.
        assertEqual(adapter.next_pending(1).get_id(), 'a');
        assertEqual(adapter.next_pending(2), null);
        assertThrows(() => adapter.get_meta('store', 'state'));
    },
    'adapter/implements-nothing'() {
        const adapter = new NoAdapter();
        adapter.rollback();
        assertEqual(adapter.verify(null), []);
        for (const run of [() => adapter.begin(true), () => adapter.commit(), () => adapter.get('task', '1'),
            () => adapter.next('task', null), () => adapter.next_change(0), () => adapter.get_meta('store', 'state')])
            assertError(Truce.Error.UNSUPPORTED, run);
    },
    'crdt/values'() {
        const [early, late] = [1, 2].map(i => Truce.Stamp.new(1000 + i, 0, i));
        const [votes, others] = [new Truce.Counter(), Truce.Counter.new()];
        votes.increment(5, early);
        others.increment(-2, late);
        votes.merge(others);
        assertEqual(votes.get_value(), 3);
        const [flag, other] = [1, 2].map(() => new Truce.Flag({disable_wins: true}));
        flag.enable(late);
        other.disable(early);
        flag.merge(other);
        assertEqual(flag.is_enabled(), false);
        const [mine, theirs] = [1, 2].map(() => Truce.MvRegister.new());
        mine.set_text('1', early);
        theirs.set_text('2', late);
        mine.apply(theirs.encode());
        assertEqual([0, 1].map(i => mine.dup_text(i)), ['2', '1']);
    },
    'store/writes-and-reads'() {
        const {task} = openStore();
        task.put_text('1', '{"title": "Tent", "votes": 3}');
        task.increment('1', 'votes', 2);
        task.add('1', 'tags', Json.from_string('"green"'));
        assertEqual(task.dup_text('1'), '{"tags":["green"],"title":"Tent","votes":5}');
        assertEqual(task.get('1').get_field('votes').get_int(), 5);
        task.delete('1');
        assertEqual(task.contains('1'), false);
        assertError(Truce.Error.NOT_FOUND, () => task.get('1'));
        assertError(Truce.Error.INVALID_DATA, () => task.put_text('1', '{"votes": "many"}'));
    },
    'store/observes'() {
        const {store, task} = openStore();
        const seen = [];
        task.connect('changed', (_task, id) => {
            seen.push(id);
            throw new Error('a mistake');
        });
        store.connect('notify::n-records', () => seen.push(store.n_records));
        GLib.test_expect_message('Gjs', GLib.LogLevelFlags.LEVEL_CRITICAL, '*a mistake*');
        GLib.test_expect_message('Gjs', GLib.LogLevelFlags.LEVEL_CRITICAL, '*a mistake*');
        task.put_text('1', '{}');
        task.put_text('1', '{"a":1}');
        GLib.test_assert_expected_messages_internal('Gjs', 'test-javascript.js', 0, 'observes');
        assertEqual(seen.map(String).sort(), ['1', '1', '1']);
    },
    'store/queries'() {
        const {task} = openStore();
        for (const [id, votes] of [['a', 2], ['b', 1], ['c', 3]])
            task.put_text(id, JSON.stringify({votes}));
        const query = Truce.Query.new(task);
        query.set_filter(Truce.Filter.parse('votes >= 2'));
        query.add_order('votes', true);
        query.open();
        const changes = [];
        query.connect('items-changed', (_query, ...change) => changes.push(change));
        assertEqual([0, 1].map(i => query.get_item(i).get_id()), ['c', 'a']);
        task.increment('b', 'votes', 8);
        assertEqual(changes, [[0, 0, 1]]);
        assertEqual(query.get_item(0).get_id(), 'b');
    },
    'store/batch'() {
        const {store} = openStore();
        const batch = () => {
            const made = Truce.Batch.new(Truce.BatchPolicy.INDEPENDENT);
            made.put_text('task', '1', '{}');
            made.delete('task', 'nowhere');
            made.put('task', '2', Json.from_string('{}'));
            return made;
        };
        const outcomes = result => [0, 1, 2].map(i => result.get_outcome(i));
        const {APPLIED, FAILED, ROLLED_BACK, SKIPPED} = Truce.Outcome;

        const result = store.run(batch());
        assertEqual(outcomes(result), [APPLIED, FAILED, APPLIED]);
        assertEqual(result.get_error(1).matches(Truce.Error, Truce.Error.NOT_FOUND), true);
        store.run(result.create_undo());
        assertEqual(store.n_records, 0);

        const asking = batch();
        asking.set_failure_func((_batch, operation) => operation === 1 ? Truce.BatchAnswer.ROLL_BACK : 42);
        assertEqual(outcomes(store.run(asking)), [ROLLED_BACK, FAILED, SKIPPED]);
    },
    'remote/implements-nothing'() {
        const remote = new NoRemote();
        assertError(Truce.Error.UNSUPPORTED, () => remote.open(new Truce.Hello(), null));
        assertError(Truce.Error.UNSUPPORTED, () => remote.pull(new Truce.Pull(), null));
        assertError(Truce.Error.UNSUPPORTED, () => remote.watch(true));
        assertEqual(remote.close(new Truce.Hello(), null), true);
    },
    'remote/syncs'() {
        const {store, task} = openStore();
        const remote = new MapRemote();
        const sync = Truce.Sync.new(store, remote);
        remote.keep('task/1', '{"title":"Tent"}');
        task.put_text('2', '{"title":"Tea"}');
        task.put_text('bad', '{}');
        const report = sync.sync_now(0, null);
        assertEqual([report.get_n_pulled(), report.get_n_pushed(), report.get_n_failed()], [1, 1, 1]);
        assertEqual(task.dup_text('1'), '{"title":"Tent"}');
        assertEqual(remote.records.get('task/2'), '{"title":"Tea"}');
        assertEqual(sync.n_failed, 1);

        const inbox = Truce.Inbox.new(store);
        const item = inbox.get_item(0);
        assertEqual([inbox.get_n_items(), item.get_id(), item.get_message()], [1, 'bad', 'a bad one']);
        assertEqual(item.get_code(), Truce.Error.REJECTED);
        item.keep_copy('good');
        assertEqual([inbox.get_n_items(), task.contains('bad')], [0, false]);
        sync.sync_now(0, null);
        assertEqual(remote.records.get('task/good'), '{}');
    },
    'remote/throws'() {
        const {store, task} = openStore();
        const Throws = GObject.registerClass({Implements: [Truce.Remote]}, class Throws extends MapRemote {
            vfunc_push(_push, _cancellable) {
                throw new Truce.Error({code: Truce.Error.AUTH, message: 'who are you?'});
            }
        });
        task.put_text('1', '{}');
        const sync = Truce.Sync.new(store, new Throws());
        assertError(Truce.Error.AUTH, () => sync.sync_now(0, null));
        assertEqual(store.n_pending, 1);
    },
    'crdt/implements-nothing'() {
        const crdt = new NoCrdt();
        for (const run of [() => crdt.get_context(), () => crdt.merge(new NoCrdt()), () => crdt.delta(null),
            () => crdt.encode(), () => crdt.apply(new GLib.Bytes([1])), () => crdt.to_json(),
            () => crdt.equal(new NoCrdt())])
            assertError(Truce.Error.UNSUPPORTED, run);
    },
};

let n = 0;
let failed = 0;
for (const [name, run] of Object.entries(tests)) {
    n++;
    try {
        run();
        print(`ok ${n} - ${name}`);
    } catch (error) {
        failed++;
        print(`not ok ${n} - ${name}\n# ${error}\n# ${error.stack?.replace(/\n/g, '\n# ')}`);
    }
}
print(`1..${n}`);
System.exit(failed > 0 ? 1 : 0);
