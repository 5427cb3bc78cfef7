/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A price list on a laptop and a phone, which sync with a hub. Two kinds of changes need a person, and wait in the inbox: one
 * that the hub rejects, and a price that both changed.
 *
 * In Truce's source: meson devenv -C _build examples/vala/sync
 * Where Truce is installed: valac --pkg truce-1 sync.vala && ./sync
 */

class Device {
  public Truce.Collection prices;
  public Truce.Sync sync;
  public Truce.Inbox inbox;

  public Device (Truce.Hub hub) throws Error {
    var store = new Truce.Store (new Truce.MemoryAdapter ());       // Truce.Store.open ("prices.db") keeps a file
    var schema = new Truce.Schema.from_text ("""{"fields": {"price": {"rule": "ask"}}}""");

    prices = store.get_collection ("price", schema);
    sync = new Truce.Sync (store, new Truce.HubRemote (hub));
    inbox = new Truce.Inbox (store);
  }

  public void set (string id, int price) throws Error {
    prices.put_text (id, """{"price": %d}""".printf (price));
  }

  public Truce.InboxItem? find (string id) {
    return inbox.find ("price", id);
  }

  /* Waits until the hub has taken what was written here, or tells why it did not. */
  public async void arrive (string id) throws Error {
    try {
      yield sync.wait_synced_async ("price", id);
      print ("%s: the hub has %s\n", id, prices.dup_text (id));
    } catch (Truce.Error.REJECTED error) {
      print ("%s: %s\n", id, find (id).message);
    } catch (Truce.Error.CONFLICT error) {
      print ("%s: both changed it\n", id);
    }
  }
}

/* The hub's own rule. What it throws reaches the inbox of who sent the change. */
bool guard (Truce.Hub hub, Truce.Change change, string? account) throws Error {
  unowned var text = change.get_text ();                            // null: deleted

  if (text != null && Json.from_string (text).get_object ().get_int_member ("price") < 0)
    throw new Truce.Error.REJECTED ("a price is not negative");
  return true;
}

async void be_rejected (Device laptop) throws Error {
  laptop.set ("milk", -1);
  laptop.set ("tea", -3);
  yield laptop.arrive ("milk");
  yield laptop.arrive ("tea");

  laptop.find ("milk").retry ("""{"price": 1}""");   // with an edit; without one as it is
  yield laptop.arrive ("milk");
  laptop.find ("tea").discard ();
  print ("tea: again %s\n", laptop.prices.dup_text ("tea"));
}

async void be_in_conflict (Device laptop, Device phone) throws Error {
  phone.sync.stop ();                                               // no network in the cellar
  phone.set ("tea", 4);
  laptop.set ("tea", 5);
  yield laptop.arrive ("tea");
  phone.sync.start ();
  yield phone.arrive ("tea");

  var item = phone.find ("tea");
  var fields = item.dup_conflict ().fields;
  for (uint i = 0; i < fields.get_n_items (); i++) {
    var field = (Truce.FieldConflict) fields.get_item (i);

    print ("  %s was %s, here %s, there %s\n", field.pointer, field.dup_text (BASE), field.dup_text (LOCAL),
           field.dup_text (REMOTE));
  }
  item.resolve (MERGED, """{"price": 6}""");                        // or LOCAL, or REMOTE
  yield phone.arrive ("tea");
}

async void run () throws Error {
  var hub = new Truce.Hub (new Truce.Store (new Truce.MemoryAdapter ()));
  var laptop = new Device (hub);
  var phone = new Device (hub);

  hub.set_guard (guard);
  laptop.set ("tea", 3);
  yield laptop.sync.sync_now_async ();                              // once,
  yield phone.sync.sync_now_async ();
  print ("tea: the phone has %s\n", phone.prices.dup_text ("tea"));
  laptop.sync.start ();                                             // or from now on
  phone.sync.start ();

  yield be_rejected (laptop);
  yield be_in_conflict (laptop, phone);
  print ("%u and %u need attention\n", laptop.inbox.get_n_items (), phone.inbox.get_n_items ());
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
