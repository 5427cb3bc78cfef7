/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two offices book the same rooms while they can't hear each other. Who asked first gets the room; where both asked in
 * the same minute, a person decides.
 *
 * In Truce's source: meson devenv -C _build examples/vala/resolver
 * Where Truce is installed: valac --pkg truce-1 resolver.vala && ./resolver
 */

/* Decides at once, or leaves it to the next resolver. */
class FirstComes : Object, Truce.Resolver {
  static string asked (Truce.Record booking) {
    return booking.get_field ("asked").get_string ();
  }

  public Truce.Resolution resolve (Truce.Conflict conflict) throws Error {
    var order = strcmp (asked (conflict.get_local ()), asked (conflict.get_remote ()));

    if (order == 0)
      return new Truce.Resolution.deferred ("both asked at the same time");
    return order < 0 ? new Truce.Resolution.local () : new Truce.Resolution.remote ();
  }
}

/* Decides later: a real program would show a dialog and yield until somebody has answered. */
class Person : Object, Truce.Resolver {
  public async Truce.Resolution resolve_async (Truce.Conflict conflict, Cancellable? cancellable) throws Error {
    print ("%s: %s or %s?\n", conflict.get_id (), conflict.get_local ().get_field ("by").get_string (),
           conflict.get_remote ().get_field ("by").get_string ());
    Idle.add (resolve_async.callback);
    yield;
    print ("%s: the first of them\n", conflict.get_id ());
    return new Truce.Resolution.local ();
  }
}

class Office {
  public Truce.Collection bookings;
  public Truce.Sync sync;

  public Office (Truce.Hub hub) throws Error {
    var store = new Truce.Store (new Truce.MemoryAdapter ());
    var chain = new Truce.ChainResolver ();

    chain.append (new FirstComes ());
    chain.append (new Person ());
    bookings = store.get_collection ("booking");
    bookings.set_resolver (chain);
    sync = new Truce.Sync (store, new Truce.HubRemote (hub));
  }

  public void book (string room, string by, string asked) throws Error {
    bookings.patch_text (room, """{"by": "%s", "asked": "%s"}""".printf (by, asked));
  }
}

async void run () throws Error {
  var hub = new Truce.Hub (new Truce.Store (new Truce.MemoryAdapter ()));
  var north = new Office (hub);
  var south = new Office (hub);

  foreach (var room in new string[] { "attic", "cellar", "hall" })
    north.bookings.put_text (room, "{}");
  yield north.sync.sync_now_async ();
  yield south.sync.sync_now_async ();

  /* Now each works alone. */
  north.book ("attic", "Ann", "09:05");
  south.book ("attic", "Ben", "09:10");
  north.book ("cellar", "Cleo", "10:00");
  south.book ("cellar", "Dan", "10:00");
  south.book ("hall", "Eve", "11:00");

  /* Who syncs second finds that both changed a record, and resolves. */
  yield north.sync.sync_now_async ();
  yield south.sync.sync_now_async ();
  yield north.sync.sync_now_async ();
  foreach (var room in new string[] { "attic", "cellar", "hall" }) {
    print ("%s: %s\n", room, north.bookings.dup_text (room));
    assert (north.bookings.dup_text (room) == south.bookings.dup_text (room));
  }
}

int main () {
  var loop = new MainLoop ();
  var status = 0;

  run.begin ((source, result) => {
    try {
      run.end (result);
    } catch (Error error) {
      printerr ("%s\n", error.message);
      status = 1;
    }
    loop.quit ();
  });
  loop.run ();
  return status;
}
