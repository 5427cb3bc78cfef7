/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The library as Vala sees it: resolvers, strategies, merges and CRDTs, good ones and bad ones. */

delegate Truce.Resolution? Decide (Truce.Conflict conflict) throws Error;

/* Resolves by a function. */
class Own : Object, Truce.Resolver {
  Decide decide;

  public Own (owned Decide decide) {
    this.decide = (owned) decide;
  }

  public Truce.Resolution resolve (Truce.Conflict conflict) throws Error {
    return decide (conflict);
  }
}

/* Resolves by a function, once the main loop has run. */
class Later : Object, Truce.Resolver {
  Decide decide;

  public Later (owned Decide decide) {
    this.decide = (owned) decide;
  }

  public async Truce.Resolution resolve_async (Truce.Conflict conflict, Cancellable? cancellable) throws Error {
    Idle.add (resolve_async.callback);
    yield;
    return decide (conflict);
  }
}

class Nothing : Object, Truce.Resolver {
}

class NoCrdt : Object, Truce.Crdt {
}

class NoAdapter : Object, Truce.StoreAdapter {
}

/* The least that a store needs to read and write: records alone, without a way back. */
class MapAdapter : Object, Truce.StoreAdapter {
  HashTable<string, Truce.StoredRecord> records = new HashTable<string, Truce.StoredRecord> (str_hash, str_equal);

  public bool begin (bool write) throws Error {
    return true;
  }

  public bool commit () throws Error {
    return true;
  }

  public new Truce.StoredRecord? @get (string collection, string id) throws Error {
    return records[collection + "/" + id];
  }

  public bool put (Truce.StoredRecord record, Truce.StoredRecord? replaced) throws Error {
    var place = record.get_collection () + "/" + record.get_id ();

    if (replaced == null && place in records)
      throw new Truce.Error.EXISTS (place + " is there already");
    records[place] = record;
    return true;
  }

  public Truce.StoredRecord? next_change (int64 after) throws Error {
    Truce.StoredRecord? found = null;

    foreach (var record in records.get_values ())
      if (record.get_version () > after && (found == null || record.get_version () < found.get_version ()))
        found = record;
    return found;
  }
}

/* Plain JSON by place, and a feed that is a list of places. */
class MapRemote : Object, Truce.Remote {
  public HashTable<string, string?> records = new HashTable<string, string?> (str_hash, str_equal);
  GenericArray<string> feed = new GenericArray<string> ();

  public void keep (string place, string? text) {
    records[place] = text;
    feed.add (place);
  }

  public bool open (Truce.Hello hello, Cancellable? cancellable) throws Error {
    hello.welcome (Uuid.string_random ());
    hello.set_head (feed.length);
    return true;
  }

  public bool pull (Truce.Pull pull, Cancellable? cancellable) throws Error {
    for (var i = (int) pull.get_cursor (); i < feed.length; i++) {
      var names = feed[i].split ("/", 2);

      pull.add (names[0], names[1], records[feed[i]]);
    }
    pull.finish (feed.length, false);
    return true;
  }

  public bool push (Truce.Push push, Cancellable? cancellable) throws Error {
    for (var i = 0; i < push.get_n_changes (); i++) {
      var change = push.get_change (i);

      if (change.get_id () == "bad") {
        push.reject (i, Truce.Error.REJECTED, "a bad one");
      } else {
        keep (change.get_collection () + "/" + change.get_id (), change.get_text ());
        push.accept (i);
      }
    }
    return true;
  }
}

class NoRemote : Object, Truce.Remote {
}

delegate void Attempt () throws Error;

void assert_truce_error (int code, Attempt attempt) {
  Error? error = null;

  try {
    attempt ();
  } catch (Error e) {
    error = e;
  }
  assert_true (error is Truce.Error && error.code == code);
}

/* What must not fail. */
void run (Attempt attempt) {
  try {
    attempt ();
  } catch (Error error) {
    Test.message ("%s", error.message);
    Test.fail ();
  }
}

Truce.Record record (string text) throws Error {
  return new Truce.Record.from_text ("notes", "n1", text);
}

Truce.Conflict make_conflict (Truce.Schema? schema = null) throws Error {
  return new Truce.Conflict (record ("""{"v": 1, "text": "a"}"""),
                             record ("""{"v": 2, "text": "b", "extra": true}"""),
                             record ("""{"v": 3, "text": "c"}"""), schema);
}

Truce.Resolution wait (Truce.Resolver resolver, Truce.Conflict conflict, Cancellable? cancellable = null) throws Error {
  var loop = new MainLoop ();
  AsyncResult? answer = null;

  resolver.resolve_async.begin (conflict, cancellable, (source, result) => {
    answer = result;
    loop.quit ();
  });
  loop.run ();
  return resolver.resolve_async.end (answer);
}

Truce.Resolution? fail_busy (Truce.Conflict conflict) throws Error {
  throw new Truce.Error.BUSY ("come back later");
}

void add_resolver_tests () {
  Test.add_func ("/vala/resolver/resolves", () => run (() => {
    var own = new Own ((conflict) => {
      var ours = conflict.get_local ().get_field ("v").get_int ();
      var theirs = conflict.get_remote ().get_field ("v").get_int ();
      return new Truce.Resolution.merged (Json.from_string ("""{"v": %lld}""".printf (int64.max (ours, theirs))));
    });
    assert_cmpstr (own.resolve (make_conflict ()).dup_text (), EQ, """{"v":3}""");
  }));
  Test.add_func ("/vala/resolver/throws", () => assert_truce_error (Truce.Error.BUSY, () => {
    Truce.Resolver own = new Own (fail_busy);
    own.resolve (make_conflict ());
  }));
  Test.add_func ("/vala/resolver/gives-null", () => assert_truce_error (Truce.Error.INVALID_DATA, () => {
    Truce.Resolver own = new Own ((conflict) => null);
    own.resolve (make_conflict ());
  }));
  Test.add_func ("/vala/resolver/gives-no-record", () => assert_truce_error (Truce.Error.INVALID_DATA, () => {
    Truce.Resolver own = new Own ((conflict) => new Truce.Resolution.merged (Json.from_string ("[1]")));
    own.resolve (make_conflict ());
  }));
  Test.add_func ("/vala/resolver/implements-nothing", () => {
    assert_truce_error (Truce.Error.UNSUPPORTED, () => new Nothing ().resolve (make_conflict ()));
    assert_truce_error (Truce.Error.UNSUPPORTED, () => wait (new Nothing (), make_conflict ()));
  });
  Test.add_func ("/vala/resolver/leaves-nothing-behind", () => run (() => {
    uint gone = 0;
    Truce.Resolver? own = new Own (fail_busy);
    Truce.Conflict? conflict = make_conflict ();

    own.weak_ref (() => gone++);
    conflict.weak_ref (() => gone++);
    assert_truce_error (Truce.Error.BUSY, () => own.resolve (conflict));
    own = null;
    conflict = null;
    assert_cmpuint (gone, EQ, 2);
  }));
}

void add_async_tests () {
  Test.add_func ("/vala/async/resolve-is-enough", () => run (() => {
    var resolution = wait (new Own ((conflict) => new Truce.Resolution.local ()), make_conflict ());
    assert_true (resolution.get_resolution_type () == LOCAL);
  }));
  Test.add_func ("/vala/async/answers-later", () => run (() => {
    var resolution = wait (new Later ((conflict) => new Truce.Resolution.remote ()), make_conflict ());
    assert_true (resolution.get_resolution_type () == REMOTE);
  }));
  Test.add_func ("/vala/async/later-is-not-at-once", () => assert_truce_error (Truce.Error.UNSUPPORTED, () => {
    new Later ((conflict) => new Truce.Resolution.remote ()).resolve (make_conflict ());
  }));
  Test.add_func ("/vala/async/throws", () => assert_truce_error (Truce.Error.BUSY, () => {
    wait (new Later (fail_busy), make_conflict ());
  }));
  Test.add_func ("/vala/async/gives-null", () => assert_truce_error (Truce.Error.INVALID_DATA, () => {
    wait (new Later ((conflict) => null), make_conflict ());
  }));
  Test.add_func ("/vala/async/in-a-chain", () => run (() => {
    var chain = new Truce.ChainResolver ();
    chain.append (new Later ((conflict) => new Truce.Resolution.deferred ("not mine")));
    chain.append (new Later ((conflict) => new Truce.Resolution.remote ()));
    assert_true (wait (chain, make_conflict ()).get_resolution_type () == REMOTE);
  }));
}

void add_strategy_tests () {
  Test.add_func ("/vala/strategies/prefer", () => run (() => {
    var resolver = new Truce.PreferResolver (Truce.Side.REMOTE);
    assert_true (resolver.resolve (make_conflict ()).get_resolution_type () == REMOTE);
  }));
  Test.add_func ("/vala/strategies/last-write", () => run (() => {
    var conflict = make_conflict ();
    conflict.get_local ().set_stamp (null, new Truce.Stamp (2000, 0, 7));
    conflict.get_remote ().set_stamp (null, new Truce.Stamp (1000, 0, 8));
    assert_true (new Truce.LastWriteResolver ().resolve (conflict).get_resolution_type () == LOCAL);
  }));
  Test.add_func ("/vala/strategies/field-merge", () => run (() => {
    var schema = new Truce.Schema ();
    schema.set_kind ("v", COUNTER);
    schema.set_rule ("text", MAX);
    var resolution = new Truce.FieldMergeResolver (schema).resolve (make_conflict (schema));
    assert_cmpstr (resolution.dup_text (), EQ, """{"v": 4, "text": "c", "extra": true}""");
  }));
  Test.add_func ("/vala/schema/limits", () => run (() => {
    var schema = new Truce.Schema ();
    schema.set_type ("t", STRING, false);
    schema.add_index ("t");
    var again = new Truce.Schema.from_json (schema.to_json ());
    assert_true (again.get_field_type ("/t") == STRING);
    assert_cmpstr (again.get_indexes ()[0], EQ, "t");
  }));
  Test.add_func ("/vala/strategies/defer", () => run (() => {
    assert_cmpstr (new Truce.DeferResolver ("ask").resolve (make_conflict ()).get_reason (), EQ, "ask");
  }));
  Test.add_func ("/vala/strategies/callback", () => run (() => {
    var resolver = new Truce.CallbackResolver ((conflict) => new Truce.Resolution.remote ());
    assert_true (resolver.resolve (make_conflict ()).get_resolution_type () == REMOTE);
  }));
}

void add_merge_tests () {
  Test.add_func ("/vala/three-way/conflicts", () => run (() => {
    ListModel conflicts;
    var merged = Truce.merge_three_way (Json.from_string ("""{"n": 1, "list": [1, 2]}"""),
                                        Json.from_string ("""{"n": 3, "list": [0, 1, 2]}"""),
                                        Json.from_string ("""{"n": 5, "list": [1, 2, 3]}"""), null, out conflicts);
    assert_cmpstr (Json.to_string (merged, false), EQ, """{"n":3,"list":[0,1,2,3]}""");
    assert_cmpuint (conflicts.get_n_items (), EQ, 1);
    assert_cmpstr (((Truce.FieldConflict) conflicts.get_item (0)).get_pointer (), EQ, "/n");
  }));
  Test.add_func ("/vala/three-way/without-a-list", () => assert_truce_error (Truce.Error.CONFLICT, () => {
    Truce.merge_three_way (Json.from_string ("{}"), Json.from_string ("""{"n": 1}"""), Json.from_string ("""{"n": 2}"""));
  }));
  Test.add_func ("/vala/three-way/bad-input", () => assert_truce_error (Truce.Error.INVALID_DATA, () => {
    ListModel conflicts;
    var broken = new Bytes ("{\"a\": 1,}".data);
    Truce.merge_three_way_bytes (broken, broken, broken, null, out conflicts);
  }));
  Test.add_func ("/vala/crdt/clock", () => run (() => {
    var mine = new Truce.Clock (1);
    var stamp = new Truce.Clock (2).tick ();
    mine.observe (stamp);
    assert_cmpint (mine.tick ().compare (stamp), GT, 0);
  }));
  Test.add_func ("/vala/crdt/values", () => run (() => {
    var votes = new Truce.Counter ();
    var flag = new Truce.Flag (true);
    var mine = new Truce.MvRegister ();
    var theirs = new Truce.MvRegister ();

    votes.increment (-3, new Truce.Stamp (1000, 0, 1));
    assert_true (votes.get_value () == -3 && !votes.is_saturated ());
    flag.enable (new Truce.Stamp (1000, 0, 1));
    assert_true (flag.is_enabled () && flag.disable_wins);
    mine.set_text ("1", new Truce.Stamp (1000, 0, 1));
    theirs.set_text ("2", new Truce.Stamp (1001, 0, 2));
    assert_true (mine.merge (theirs));
    assert_cmpuint (mine.get_n_values (), EQ, 2);
    assert_cmpstr (mine.dup_text (0), EQ, "2");
  }));
  Test.add_func ("/vala/crdt/set", () => run (() => {
    var mine = new Truce.OrSet ();
    var theirs = new Truce.OrSet ();
    var clock = new Truce.Clock (1);

    mine.add ("milk", clock.tick ());
    theirs.apply (mine.encode ());
    mine.remove ("milk", clock.tick ());
    theirs.add ("milk", new Truce.Clock (2).tick ());
    assert_true (mine.merge (theirs) && theirs.merge (mine) && mine.equal (theirs));
    assert_true (mine.contains ("milk"));
    assert_cmpuint (mine.get_n_elements (), EQ, 1);
  }));
  Test.add_func ("/vala/crdt/implements-nothing", () => {
    assert_truce_error (Truce.Error.UNSUPPORTED, () => new NoCrdt ().get_context ());
    assert_truce_error (Truce.Error.UNSUPPORTED, () => new NoCrdt ().merge (new NoCrdt ()));
    assert_truce_error (Truce.Error.UNSUPPORTED, () => new NoCrdt ().encode ());
    assert_truce_error (Truce.Error.UNSUPPORTED, () => new NoCrdt ().to_json ());
  });
}

Truce.StoredRecord stored (string id, int64 version) {
  return new Truce.StoredRecord ("task", id, version, PENDING, """{"v":1}""", new Bytes ({ 0, 255 }), null);
}

void add_adapter_tests () {
  Test.add_func ("/vala/adapter/own", () => run (() => {
    Truce.StoreAdapter adapter = new MapAdapter ();

    adapter.begin (true);
    assert_true (adapter.put (stored ("b", 1), null) && adapter.put (stored ("a", 2), null));
    adapter.commit ();
    assert_truce_error (Truce.Error.EXISTS, () => adapter.put (stored ("a", 3), null));
    assert_null (adapter.get ("task", "none"));
    assert_cmpstr (adapter.get ("task", "a").get_value (), EQ, """{"v":1}""");
    assert_true (adapter.get ("task", "a").dup_state ().compare (new Bytes ({ 0, 255 })) == 0);
    assert_cmpstr (adapter.next_change (0).get_id (), EQ, "b");
    /* The outbox comes of the changes. */
    assert_cmpstr (adapter.next_pending (1).get_id (), EQ, "a");
    assert_null (adapter.next_pending (2));
  }));
  Test.add_func ("/vala/adapter/implements-nothing", () => {
    Truce.StoreAdapter adapter = new NoAdapter ();

    adapter.rollback ();
    assert_truce_error (Truce.Error.UNSUPPORTED, () => adapter.begin (true));
    assert_truce_error (Truce.Error.UNSUPPORTED, () => adapter.get ("task", "1"));
    assert_truce_error (Truce.Error.UNSUPPORTED, () => adapter.next_change (0));
    assert_truce_error (Truce.Error.UNSUPPORTED, () => adapter.next_meta ("store", null));
  });
}

Truce.Collection open_tasks (Truce.StoreAdapter adapter = new Truce.MemoryAdapter ()) throws Error {
  var schema = new Truce.Schema.from_text ("""{"fields": {"votes": "counter", "tags": "set"}}""");

  return new Truce.Store (adapter).get_collection ("task", schema);
}

void add_store_tests () {
  Test.add_func ("/vala/store/writes-and-reads", () => run (() => {
    var task = open_tasks ();

    task.put_text ("1", """{"title": "Tent", "votes": 3}""");
    task.increment ("1", "votes", 2);
    task.add ("1", "tags", Json.from_string ("\"green\""));
    assert_cmpstr (task.dup_text ("1"), EQ, """{"tags":["green"],"title":"Tent","votes":5}""");
    task.delete ("1");
    assert_true (!task.contains ("1"));
    assert_truce_error (Truce.Error.NOT_FOUND, () => task.get ("1"));
    assert_truce_error (Truce.Error.INVALID_DATA, () => task.put_text ("1", """{"votes": "many"}"""));
  }));
  Test.add_func ("/vala/store/observes", () => run (() => {
    var task = open_tasks ();
    string[] seen = {};

    task.changed.connect (id => seen += id);
    task.store.notify["n-records"].connect (() => seen += task.store.n_records.to_string ());
    task.put_text ("a", "{}");
    task.put_text ("a", "{}");
    assert_cmpuint (seen.length, EQ, 2);
    assert_true ("a" in seen && "1" in seen);
  }));
  Test.add_func ("/vala/store/queries", () => run (() => {
    var task = open_tasks ();
    var query = new Truce.Query (task);

    task.put_text ("a", """{"votes": 2}""");
    task.put_text ("b", """{"votes": 1}""");
    query.set_filter (Truce.Filter.parse ("votes >= 2"));
    query.add_order ("votes", true);
    query.open ();
    assert_cmpuint (query.get_n_items (), EQ, 1);
    task.increment ("b", "votes", 8);
    assert_cmpstr (((Truce.Record) query.get_item (0)).get_id (), EQ, "b");
  }));
  Test.add_func ("/vala/store/batch", () => run (() => {
    var store = open_tasks ().store;
    var batch = new Truce.Batch (INDEPENDENT);

    batch.put_text ("task", "1", "{}");
    batch.delete ("task", "nowhere");
    var result = store.run (batch);
    assert_true (result.get_outcome (0) == APPLIED && result.get_outcome (1) == FAILED);
    assert_true (result.get_error (1) is Truce.Error.NOT_FOUND);

    batch.set_failure_func ((batch, operation, error) => ROLL_BACK);
    result = store.run (batch);
    assert_true (result.get_outcome (0) == ROLLED_BACK);
  }));
  Test.add_func ("/vala/store/merges", () => run (() => {
    var here = open_tasks ();
    var there = open_tasks ();
    var loop = new MainLoop ();
    int64 changed = -1;

    there.put_text ("1", """{"votes": 1}""");
    here.store.merge_async.begin (there.store, null, null, (source, result) => {
      try {
        changed = here.store.merge_async.end (result);
      } catch (Error error) {
        Test.fail ();
      }
      loop.quit ();
    });
    loop.run ();
    assert_cmpuint ((uint) changed, EQ, 1);
    assert_cmpstr (here.dup_text ("1"), EQ, """{"votes":1}""");
    assert_cmpuint ((uint) here.store.merge (there.store), EQ, 0);
  }));
}

void add_remote_tests () {
  Test.add_func ("/vala/remote/implements-nothing", () => {
    Truce.Remote remote = new NoRemote ();

    assert_truce_error (Truce.Error.UNSUPPORTED, () => remote.open ((Truce.Hello) Object.new (typeof (Truce.Hello)), null));
    assert_truce_error (Truce.Error.UNSUPPORTED, () => remote.watch (true));
    assert_true (remote.get_threaded ());
  });
  Test.add_func ("/vala/remote/syncs", () => run (() => {
    var remote = new MapRemote ();
    var task = open_tasks ();
    var sync = new Truce.Sync (task.store, remote);

    remote.keep ("task/1", """{"title":"Tent"}""");
    task.put_text ("2", """{"title":"Tea"}""");
    task.put_text ("bad", "{}");
    var report = sync.sync_now ();
    assert_cmpuint ((uint) report.get_n_pulled (), EQ, 1);
    assert_cmpuint ((uint) report.get_n_pushed (), EQ, 1);
    assert_cmpuint ((uint) report.get_n_failed (), EQ, 1);
    assert_cmpstr (task.dup_text ("1"), EQ, """{"title":"Tent"}""");
    assert_cmpstr (remote.records["task/2"], EQ, """{"title":"Tea"}""");

    var inbox = new Truce.Inbox (task.store);
    var item = (Truce.InboxItem) inbox.get_item (0);
    assert_cmpuint (inbox.get_n_items (), EQ, 1);
    assert_cmpstr (item.get_message (), EQ, "a bad one");
    assert_true (item.get_code () == Truce.Error.REJECTED && item.code == Truce.Error.REJECTED);
    assert_null (inbox.find ("task", "1"));
    item.discard ();
    assert_cmpuint (inbox.get_n_items (), EQ, 0);
    assert_true (!task.contains ("bad"));
  }));
}

int main (string[] args) {
  Test.init (ref args);

  add_resolver_tests ();
  add_async_tests ();
  add_strategy_tests ();
  add_merge_tests ();
  add_adapter_tests ();
  add_store_tests ();
  add_remote_tests ();

  return Test.run ();
}
