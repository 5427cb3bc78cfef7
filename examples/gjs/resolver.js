// SPDX-License-Identifier: LGPL-2.1-or-later

// Two offices book the same rooms while they can't hear each other. Who asked first gets the room; where both asked in the
// same minute, a person decides: gjs can't wait in a resolver, so the booking waits in the inbox until they have.
//
// In Truce's source: meson devenv -C _build gjs -m "$PWD/examples/gjs/resolver.js"
// Where Truce is installed: gjs -m resolver.js

import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Truce from 'gi://Truce?version=1';

Gio._promisify(Truce.Sync.prototype, 'sync_now_async');

const FirstComes = GObject.registerClass({Implements: [Truce.Resolver]}, class FirstComes extends GObject.Object {
    vfunc_resolve(conflict) {
        const [local, remote] = [conflict.get_local(), conflict.get_remote()]
            .map(booking => JSON.parse(booking.dup_text()).asked);

        if (local === remote)
            return Truce.Resolution.new_deferred(`both asked at ${local}`);
        return local < remote ? Truce.Resolution.new_local() : Truce.Resolution.new_remote();
    }
});

class Office {
    constructor(hub) {
        const store = Truce.Store.new(Truce.MemoryAdapter.new());

        this.bookings = store.get_collection('booking', null);
        this.bookings.set_resolver(new FirstComes());
        this.sync = Truce.Sync.new(store, Truce.HubRemote.new(hub));
        this.inbox = Truce.Inbox.new(store);
    }

    book(room, by, asked) {
        this.bookings.patch_text(room, JSON.stringify({by, asked}));
    }

    exchange() {
        return this.sync.sync_now_async(0, null);
    }
}

const rooms = ['attic', 'cellar', 'hall'];
const hub = Truce.Hub.new(Truce.Store.new(Truce.MemoryAdapter.new()));
const [north, south] = [new Office(hub), new Office(hub)];

for (const room of rooms)
    north.bookings.put_text(room, '{}');
await north.exchange();
await south.exchange();

// Now each works alone.
north.book('attic', 'Ann', '09:05');
south.book('attic', 'Ben', '09:10');
north.book('cellar', 'Cleo', '10:00');
south.book('cellar', 'Dan', '10:00');
south.book('hall', 'Eve', '11:00');

// Who syncs second finds that both changed a record, and resolves.
await north.exchange();
await south.exchange();
const item = south.inbox.find('booking', 'cellar');
print(`cellar: ${item.message}: ${item.dup_local()} or ${item.dup_remote()}?`);
item.resolve(Truce.ResolutionType.LOCAL, null);         // here a dialog would have asked
await south.exchange();
await north.exchange();

for (const room of rooms)
    print(`${room}: ${north.bookings.dup_text(room)}, agreed: ${south.bookings.dup_text(room) === north.bookings.dup_text(room)}`);
