# SPDX-License-Identifier: LGPL-2.1-or-later
"""How a sync stands, as a button for a header bar.

A sync notifies of everything that it shows. So whatever it was that changed, all is worked out anew from its properties.
"""
from gettext import gettext as _
from gettext import ngettext

from gi.repository import Adw, GObject, Gtk, Truce

from .ui import set_accessible, set_class, template, when

Status = Truce.SyncStatus


def look(status):
    """Its icon, its name, and what a person can say to it, as a button."""
    return {
        Status.STOPPED: ('media-playback-pause-symbolic', _('Sync is off'), None),
        Status.IDLE: ('emblem-ok-symbolic', _('Synced'), None),
        Status.SYNCING: ('emblem-synchronizing-symbolic', _('Syncing'), None),
        Status.WAITING: ('network-error-symbolic', _('Sync failed'), None),
        Status.OFFLINE: ('network-offline-symbolic', _('Offline'), None),
        Status.METERED: ('network-offline-symbolic', _('Paused on a metered connection'), None),
        Status.AUTH: ('dialog-password-symbolic', _('Signed out'), _('Try Again')),
        Status.HELD: ('dialog-question-symbolic', _('Much would be deleted here'), _('Delete It Here')),
    }[status]


@template('tasks-sync-button')
class SyncButton(Adw.Bin):
    __gtype_name__ = 'TasksSyncButton'

    button = Gtk.Template.Child()
    icon = Gtk.Template.Child()
    count = Gtk.Template.Child()
    popover = Gtk.Template.Child()
    title = Gtk.Template.Child()
    detail = Gtk.Template.Child()
    offline_box = Gtk.Template.Child()
    offline_switch = Gtk.Template.Child()
    attention_button = Gtk.Template.Child()
    answer_button = Gtk.Template.Child()
    sync_button = Gtk.Template.Child()

    def set_data(self, data):
        self.sync, self.network = data.sync, data.network
        self.offline_box.set_visible(True)
        self.network.bind_property('online', self.offline_switch, 'active', GObject.BindingFlags.BIDIRECTIONAL |
                                   GObject.BindingFlags.SYNC_CREATE | GObject.BindingFlags.INVERT_BOOLEAN)
        self.network.connect('notify::online', self.refresh)
        # All but its progress, which changes often and isn't shown.
        for name in 'status', 'n-pending', 'n-failed', 'n-conflicted', 'last-success', 'next-try', 'error':
            self.sync.connect(f'notify::{name}', self.refresh)
        self.refresh()

    def refresh(self, *_arguments):
        status = self.sync.get_status()
        icon, title, answer = look(status)
        attention = self.sync.get_n_failed() + self.sync.get_n_conflicted()
        pending = self.sync.get_n_pending()
        waits = [ngettext('%u needs attention', '%u need attention', attention) % attention] if attention else []
        sends = [ngettext('%u change to send', '%u changes to send', pending) % pending] if pending else []
        state = [title] if status != Status.IDLE or not waits + sends else []
        summary = ', '.join(waits + state + sends)

        self.icon.set_from_icon_name('dialog-warning-symbolic' if waits else icon)
        self.count.set_label(str(attention or pending))
        self.count.set_visible(bool(waits or sends))
        self.button.set_tooltip_text(summary)
        set_accessible(self.button, label=summary)
        set_class(self.button, 'warning', waits)

        # What it is doing; between two syncs what is still to be done.
        between = status == Status.IDLE and sends
        self.title.set_label(sends[0] if between else title)
        self.detail.set_label('\n'.join([*([] if between else sends), *waits, *self.details(status)]))
        self.attention_button.set_visible(bool(waits))
        self.answer_button.set_visible(answer is not None)
        self.answer_button.set_label(answer or '')
        self.sync_button.set_sensitive(self.network.online)

    def details(self, status):
        """What else there is to say, a line each."""
        error, last, following = self.sync.get_error(), self.sync.get_last_success(), self.sync.get_next_try()
        if error is not None and self.network.online:
            yield error.message
        yield _('Last synced: %s') % when(last) if last else _('Not synced yet')
        if following and status == Status.WAITING:
            yield _('Next try: %s') % when(following)

    @Gtk.Template.Callback('tasks_sync_button_sync_now')
    def sync_now(self, *_arguments):
        if self.sync_button.get_sensitive():
            # What it fails with is shown as the sync's own error.
            self.sync.sync_now_async(0, None, lambda *_arguments: None)

    @Gtk.Template.Callback()
    def on_attention_clicked(self, _button):
        self.popover.popdown()
        self.activate_action('win.show-inbox', None)

    @Gtk.Template.Callback()
    def on_answer_clicked(self, _button):
        """The button goes when it has been answered: the focus must not go with it."""
        self.sync_button.grab_focus()
        if self.sync.get_status() == Status.HELD:
            self.sync.allow_removal()
        else:
            self.sync.resume()
