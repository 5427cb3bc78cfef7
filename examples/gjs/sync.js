// SPDX-License-Identifier: LGPL-2.1-or-later

// A price list on a laptop and a phone, which sync with a hub. Two kinds of changes need a person, and wait in the inbox: one
// that the hub rejects, and a price that both changed.
//
// In Truce's source: meson devenv -C _build gjs -m "$PWD/examples/gjs/sync.js"
// Where Truce is installed: gjs -m sync.js

import Gio from 'gi://Gio';
import Truce from 'gi://Truce?version=1';

// From here on they return promises.
Gio._promisify(Truce.Sync.prototype, 'sync_now_async');
Gio._promisify(Truce.Sync.prototype, 'wait_synced_async');

class Device {
    constructor(hub) {
        const store = Truce.Store.new(Truce.MemoryAdapter.new());       // Truce.Store.open('prices.db') keeps a file
        const schema = Truce.Schema.new_from_text('{"fields": {"price": {"rule": "ask"}}}');

        this.prices = store.get_collection('price', schema);
        this.sync = Truce.Sync.new(store, Truce.HubRemote.new(hub));
        this.inbox = Truce.Inbox.new(store);
    }

    set(id, price) {
        this.prices.put_text(id, JSON.stringify({price}));
    }

    find(id) {
        return this.inbox.find('price', id);
    }

    // Waits until the hub has taken what was written here, or tells why it did not.
    async arrive(id) {
        try {
            await this.sync.wait_synced_async('price', id, null);
            print(`${id}: the hub has ${this.prices.dup_text(id)}`);
        } catch (error) {
            if (error.matches(Truce.Error, Truce.Error.REJECTED))
                print(`${id}: ${this.find(id).message}`);
            else if (error.matches(Truce.Error, Truce.Error.CONFLICT))
                print(`${id}: both changed it`);
            else
                throw error;
        }
    }
}

// The hub's own rule. What it throws reaches the inbox of who sent the change.
function guard(_hub, change, _account) {
    const text = change.get_text();                                     // null: deleted

    if (text !== null && JSON.parse(text).price < 0)
        throw new Truce.Error({code: Truce.Error.REJECTED, message: 'a price is not negative'});
    return true;
}

async function beRejected(laptop) {
    laptop.set('milk', -1);
    laptop.set('tea', -3);
    await laptop.arrive('milk');
    await laptop.arrive('tea');

    laptop.find('milk').retry('{"price": 1}');                          // with an edit; with null as it is
    await laptop.arrive('milk');
    laptop.find('tea').discard();
    print(`tea: again ${laptop.prices.dup_text('tea')}`);
}

async function beInConflict(laptop, phone) {
    phone.sync.stop();                                                  // no network in the cellar
    phone.set('tea', 4);
    laptop.set('tea', 5);
    await laptop.arrive('tea');
    phone.sync.start();
    await phone.arrive('tea');

    const item = phone.find('tea');
    const fields = item.dup_conflict().fields;
    const {BASE, LOCAL, REMOTE} = Truce.Side;
    for (let i = 0; i < fields.get_n_items(); i++) {
        const field = fields.get_item(i);
        const [was, here, there] = [BASE, LOCAL, REMOTE].map(side => field.dup_text(side));
        print(`  ${field.pointer} was ${was}, here ${here}, there ${there}`);
    }
    item.resolve(Truce.ResolutionType.MERGED, '{"price": 6}');          // or LOCAL, or REMOTE
    await phone.arrive('tea');
}

const hub = Truce.Hub.new(Truce.Store.new(Truce.MemoryAdapter.new()));
hub.set_guard(guard);
const [laptop, phone] = [new Device(hub), new Device(hub)];

laptop.set('tea', 3);
await laptop.sync.sync_now_async(0, null);                              // once,
await phone.sync.sync_now_async(0, null);
print(`tea: the phone has ${phone.prices.dup_text('tea')}`);
laptop.sync.start();                                                    // or from now on
phone.sync.start();

await beRejected(laptop);
await beInConflict(laptop, phone);
print(`${laptop.inbox.get_n_items()} and ${phone.inbox.get_n_items()} need attention`);
