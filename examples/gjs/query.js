// SPDX-License-Identifier: LGPL-2.1-or-later

// A to-do list that is never refreshed: it is a query, and follows what is written. A Gtk.ListView would show it as it is;
// here a terminal does.
//
// In Truce's source: meson devenv -C _build gjs -m "$PWD/examples/gjs/query.js"
// Where Truce is installed: gjs -m query.js

import Truce from 'gi://Truce?version=1';

const SCHEMA = {
    fields: {done: 'flag', tags: 'set', steps: 'counter'},
    indexes: ['due'],
    search: ['title', 'tags'],
};

const store = Truce.Store.new(Truce.MemoryAdapter.new());       // Truce.Store.open('tasks.db') keeps a file
const tasks = store.get_collection('task', Truce.Schema.new_from_text(JSON.stringify(SCHEMA)));
const put = (id, task) => tasks.put_text(id, JSON.stringify(task));
const patch = (id, fields) => tasks.patch_text(id, JSON.stringify(fields));

put('tent', {title: 'Mend the tent', due: '2026-12-03', tags: ['camping']});
put('milk', {title: 'Buy milk', due: '2026-12-01'});
put('lamp', {title: 'Charge the lamp', due: '2026-12-02', tags: ['camping']});

// gjs iterates no list model but Gio.ListStore.
function* items(model) {
    for (let i = 0; i < model.get_n_items(); i++)
        yield model.get_item(i);
}

function show(why) {
    print(why);
    for (const record of items(todo)) {
        const {due, title} = JSON.parse(record.dup_text());
        print(`  ${due} ${title}`);
    }
}

const todo = Truce.Query.new(tasks);
todo.filter = Truce.Filter.parse('done != true');
todo.add_order('due', false);
todo.open();
show('To do:');

// Each write tells the least that changed.
todo.connect('items-changed', (_todo, position, removed, added) => print(`at ${position}: -${removed} +${added}`));
patch('milk', {done: true});
patch('tent', {due: '2026-11-30'});
put('rope', {title: 'Find the rope', due: '2026-12-05', tags: ['camping', 'cellar']});
show('After three writes:');

// Words may be anywhere in the fields that the schema names, and unfinished: search while somebody types.
todo.search = 'camp ro';
show("Found by 'camp ro':");
todo.search = null;
todo.limit = 1;
show('The next one:');

// A record that somebody holds changes with what is written.
const next = todo.get_item(0);
next.connect('changed', () => print(`now: ${JSON.parse(next.dup_text()).title}`));
patch(next.id, {title: 'Mend the big tent'});

// JavaScript rounds numbers above 2^53, but a text keeps them, and a BigInt is taken where a number is.
tasks.patch_text('rope', '{"steps": 9007199254740993}');
tasks.increment('rope', 'steps', 9007199254740993n);
print(tasks.dup_text('rope').match(/"steps":(\d+)/)[1]);
