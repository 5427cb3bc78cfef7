# SPDX-License-Identifier: LGPL-2.1-or-later
"""A task in the list: a row is made once and filled in anew for one task after the other."""
import time
from gettext import gettext as _

from gi.repository import Gtk, Pango, Truce

from .drag import add_drag
from .ui import follow, parse_date, reported, set_accessible, set_class, template

TAGS_SHOWN = 3


def delivery_look(delivery):
    """An icon, and what it says."""
    return {
        Truce.Delivery.PENDING: ('content-loading-symbolic', _('To be sent')),
        Truce.Delivery.IN_FLIGHT: ('content-loading-symbolic', _('To be sent')),
        Truce.Delivery.FAILED: ('dialog-warning-symbolic', _('Rejected')),
        Truce.Delivery.CONFLICTED: ('dialog-question-symbolic', _('Changed on both sides')),
    }.get(delivery, (None, ''))


@template('tasks-row')
class TaskRow(Gtk.Box):
    __gtype_name__ = 'TasksRow'

    check = Gtk.Template.Child()
    title = Gtk.Template.Child()
    details = Gtk.Template.Child()
    due = Gtk.Template.Child()
    tags = Gtk.Template.Child()
    delivery = Gtk.Template.Child()
    vote = Gtk.Template.Child()
    votes = Gtk.Template.Child()

    def __init__(self, data):
        super().__init__()
        self.data, self.task, self.filling = data, None, False
        self.tag_labels = [Gtk.Label(ellipsize=Pango.EllipsizeMode.END, css_classes=['tag']) for _i in range(TAGS_SHOWN + 1)]
        for label in self.tag_labels:
            self.tags.append(label)
        for name in 'n-pending', 'n-failed', 'n-conflicted':
            follow(self, data.store, f'notify::{name}', self.fill_delivery)
        add_drag(self)

    def set_task(self, task):
        if self.task is not None:
            self.task.disconnect(self.handler)
        self.task = task
        if task is not None:
            self.handler = task.connect('changed', self.fill)
            self.fill()

    def fill(self, *_arguments):
        task = dict(self.task)
        title, done, due, tags = task.get('title', ''), task.get('done', False), task.get('due'), task.get('tags', [])
        votes = str(task.get('votes', 0))
        self.filling = True         # what changes in the widgets is no one's wish
        self.title.set_label(title)
        set_class(self.title, 'done', done)
        set_class(self.title, 'dim-label', done)
        self.check.set_active(done)
        set_accessible(self.check, label=_('Done: %s') % title)
        # The list's own widget around the row has the focus; a screen reader says what it is called.
        if self.get_parent() is not None:
            set_accessible(self.get_parent(), label=title)
        self.fill_due(due, done)
        for label, text in zip(self.tag_labels, [*tags[:TAGS_SHOWN], *[None] * (TAGS_SHOWN - len(tags)), None]):
            label.set_label(text or '')
            label.set_visible(text is not None)
        self.tag_labels[-1].set_label(f'+{len(tags) - TAGS_SHOWN}')
        self.tag_labels[-1].set_visible(len(tags) > TAGS_SHOWN)
        self.details.set_visible(bool(tags) or self.due.get_visible())
        self.votes.set_label(votes if votes != '0' else '')
        self.vote.set_tooltip_text(_('Vote'))
        set_accessible(self.vote, label=_('Vote for %s (%s)') % (title, votes))
        self.filling = False
        self.fill_delivery()

    def fill_due(self, due, done):
        """A date as people write it; red from the day after."""
        day = parse_date(due)
        over = day is not None and not done and due < time.strftime('%Y-%m-%d')
        self.due.set_visible(day is not None)
        self.due.set_label(day.format('%x') if day else '')
        set_class(self.due, 'error', over)
        set_class(self.due, 'dim-label', not over)

    def fill_delivery(self, *_arguments):
        if self.task is None:
            return
        icon, text = delivery_look(self.data.get_delivery(self.task.id))
        self.delivery.set_from_icon_name(icon)
        self.delivery.set_visible(icon is not None)
        attention = icon not in (None, 'content-loading-symbolic')
        set_class(self.delivery, 'warning', attention)
        set_class(self.delivery, 'dim-label', not attention)
        self.delivery.set_tooltip_text(text)
        set_accessible(self.delivery, label=text)

    @Gtk.Template.Callback()
    @reported
    def on_toggled(self, check):
        if self.task is not None and not self.filling:
            self.data.set(self.task.id, 'done', check.get_active())

    @Gtk.Template.Callback()
    @reported
    def on_vote(self, _button):
        self.data.tasks.increment(self.task.id, 'votes', 1)
