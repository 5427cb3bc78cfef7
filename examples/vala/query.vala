/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A to-do list that is never refreshed: it is a query, and follows what is written. A GtkListView would show it as it is;
 * here a terminal does.
 *
 * In Truce's source: meson devenv -C _build examples/vala/query
 * Where Truce is installed: valac --pkg truce-1 query.vala && ./query
 */

const string SCHEMA = """{
  "fields": { "done": "flag", "tags": "set" },
  "indexes": ["due"],
  "search": ["title", "tags"]
}""";

void show (string why, Truce.Query todo) {
  print ("%s\n", why);
  for (uint i = 0; i < todo.get_n_items (); i++) {
    var task = (Truce.Record) todo.get_item (i);

    print ("  %s %s\n", task.get_field ("due").get_string (), task.get_field ("title").get_string ());
  }
}

void run () throws Error {
  var store = new Truce.Store (new Truce.MemoryAdapter ());         // Truce.Store.open ("tasks.db") keeps a file
  var tasks = store.get_collection ("task", new Truce.Schema.from_text (SCHEMA));
  var todo = new Truce.Query (tasks);

  tasks.put_text ("tent", """{"title": "Mend the tent", "due": "2026-12-03", "tags": ["camping"]}""");
  tasks.put_text ("milk", """{"title": "Buy milk", "due": "2026-12-01"}""");
  tasks.put_text ("lamp", """{"title": "Charge the lamp", "due": "2026-12-02", "tags": ["camping"]}""");

  todo.filter = Truce.Filter.parse ("done != true");
  todo.add_order ("due");
  todo.open ();
  show ("To do:", todo);

  /* Each write tells the least that changed. */
  todo.items_changed.connect ((position, removed, added) => print ("at %u: -%u +%u\n", position, removed, added));
  tasks.patch_text ("milk", """{"done": true}""");
  tasks.patch_text ("tent", """{"due": "2026-11-30"}""");
  tasks.put_text ("rope", """{"title": "Find the rope", "due": "2026-12-05", "tags": ["camping", "cellar"]}""");
  show ("After three writes:", todo);

  /* Words may be anywhere in the fields that the schema names, and unfinished: search while somebody types. */
  todo.search = "camp ro";
  show ("Found by 'camp ro':", todo);
  todo.search = null;
  todo.limit = 1;
  show ("The next one:", todo);

  /* A record that somebody holds changes with what is written. */
  var next = (Truce.Record) todo.get_item (0);
  next.changed.connect (() => print ("now: %s\n", next.get_field ("title").get_string ()));
  tasks.patch_text (next.id, """{"title": "Mend the big tent"}""");
}

int main () {
  try {
    run ();
  } catch (Error error) {
    printerr ("%s\n", error.message);
    return 1;
  }
  return 0;
}
