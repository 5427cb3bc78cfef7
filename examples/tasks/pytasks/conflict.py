# SPDX-License-Identifier: LGPL-2.1-or-later
"""A conflict, decided field by field: what it was, mine, theirs, and what comes of it."""
import json
from gettext import gettext as _

from gi.repository import Adw, GLib, Gtk, Truce

from .ui import add_style, set_accessible, template


def value_of(record):
    """None: it is not there, or deleted."""
    return None if record is None or record.is_deleted() else json.loads(record.dup_text())


class Plan:
    """The result starts from what the merge proposes, and takes over what a person chose instead."""

    def __init__(self, conflict, words):
        self.before, self.mine, self.theirs = (value_of(side) for side in (conflict.base, conflict.local, conflict.remote))
        proposed = value_of(conflict.dup_proposed())
        self.delete_it = False
        # Where one side has deleted it there is nothing to choose field by field: it is kept as the other side has it.
        self.result = proposed if self.mine and self.theirs else self.mine or self.theirs
        undecided = {field.pointer.split('/')[1] for field in conflict.fields if field.pointer}       # '': all of it
        known = [*words.labels, *sorted(undecided - set(words.labels))]
        self.fields = [field for field in known if len(set(self.texts(field))) > 1]

    def values(self, field):
        """Before, mine, theirs."""
        return [(side or {}).get(field) for side in (self.before, self.mine, self.theirs)]

    def texts(self, field):
        return [json.dumps(value, sort_keys=True) for value in self.values(field)]

    def is_open(self, field):
        """Both changed it, and not to the same: a person may choose."""
        return len(set(self.texts(field))) == 3

    def choose(self, field, value):
        if value is None:
            self.result.pop(field, None)
        else:
            self.result[field] = value

    def get_result(self):
        return None if self.delete_it else self.result


# The value matters more than what it is.
add_style(b'''
row.value label.title { font-size: smaller; opacity: 0.7; }
row.value label.subtitle { font-size: inherit; opacity: 1; }
row.result label { font-weight: bold; }
''')


class Group(Adw.PreferencesGroup):
    """Rows that say what is, and rows with a radio button that say what could be, end in one that says what will be."""
    __gtype_name__ = 'TasksConflictGroup'

    def __init__(self, title, row_class):
        super().__init__(title=title)
        self.row_class = row_class
        self.first = None           # of the radio buttons

    def add_row(self, title, text):
        # Values come from outside: no markup.
        row = Adw.ActionRow(use_markup=False, title=title)
        row.add_css_class(self.row_class)
        self.set_text(row, text)
        self.add(row)
        return row

    def set_text(self, row, text):
        row.set_subtitle(text)
        set_accessible(row, description=text)

    def add_choice(self, title, text, active, choose):
        """The name of a radio button has the field in front: a screen reader tells those of two fields apart."""
        row = self.add_row(title, text)
        radio = Gtk.CheckButton(accessible_role=Gtk.AccessibleRole.RADIO, valign=Gtk.Align.CENTER, group=self.first)
        set_accessible(radio, label=f'{self.get_title()}: {title}', description=text)
        self.first = self.first or radio
        radio.set_active(active)
        radio.connect('toggled', lambda radio: radio.get_active() and choose())
        row.add_prefix(radio)
        # Not an activatable widget: the row would name the button a second time.
        row.set_activatable(True)
        row.connect('activated', lambda _row: radio.activate())

    def add_result(self, text):
        self.result = self.add_row(_('Result'), text)
        self.result.add_css_class('result')


def field_group(plan, words, field):
    group = Group(words.labels.get(field, field), 'value')
    before, mine, theirs = plan.values(field)
    merged = plan.result.get(field)
    group.add_row(_('Before'), words.text(field, before))
    choices = {_('Mine'): mine, _('Theirs'): theirs}
    if plan.is_open(field) and merged not in (mine, theirs):
        choices[_('Merged')] = merged
    chosen = False
    for title, value in choices.items():
        if not plan.is_open(field):
            group.add_row(title, words.text(field, value))
            continue

        def choose(value=value):
            plan.choose(field, value)
            group.set_text(group.result, words.text(field, value))
        group.add_choice(title, words.text(field, value), value == merged and not chosen, choose)
        chosen = chosen or value == merged
    group.add_result(words.text(field, merged))
    return group


def delete_group(plan, words):
    group = Group(_('Changed here, deleted elsewhere') if plan.mine else _('Deleted here, changed elsewhere'), 'fate')
    living = '\n'.join(f'{words.labels.get(field, field)}: {words.text(field, plan.result[field])}'
                       for field in plan.fields if plan.result.get(field) is not None)
    keeps = _('It is kept as it is here') if plan.mine else _('It is kept as it is there')

    def choose(delete_it, fate):
        plan.delete_it = delete_it
        group.set_text(group.result, fate)
    group.add_choice(_('Keep it'), living, not plan.delete_it, lambda: choose(False, keeps))
    group.add_choice(_('Delete it'), '', plan.delete_it, lambda: choose(True, _('It is deleted')))
    group.add_result(_('It is deleted') if plan.delete_it else keeps)
    return group


@template('tasks-conflict-dialog')
class ConflictDialog(Adw.Window):
    """What is decided is what was shown: if a sync brought another value meanwhile, it is all shown anew."""
    __gtype_name__ = 'TasksConflictDialog'

    title = Gtk.Template.Child()
    page = Gtk.Template.Child()
    trouble_bar = Gtk.Template.Child()
    trouble = Gtk.Template.Child()
    use_button = Gtk.Template.Child()

    def __init__(self, parent, item, words):
        super().__init__(transient_for=parent)
        self.item, self.words = item, words
        self.groups = []
        self.load()
        self.use_button.grab_focus()

    def show_trouble(self, message):
        self.trouble.set_label(message)
        self.trouble_bar.set_revealed(True)

    def read_sides(self):
        return self.item.dup_local(), self.item.dup_remote()

    def load(self):
        for group in self.groups:
            self.page.remove(group)
        self.groups = []
        self.title.set_title(self.words.name(self.item))
        try:
            self.plan = Plan(self.item.dup_conflict(), self.words)
            self.shown = self.read_sides()
        except GLib.Error as error:
            self.use_button.set_sensitive(False)
            gone = isinstance(error, Truce.NotFoundError)
            self.show_trouble(_('It has been decided meanwhile.') if gone else error.message)
            return
        if self.plan.mine and self.plan.theirs:
            self.groups = [field_group(self.plan, self.words, field) for field in self.plan.fields]
        else:
            self.groups = [delete_group(self.plan, self.words)]
        for group in self.groups:
            self.page.add(group)

    @Gtk.Template.Callback()
    def on_use_clicked(self, _button):
        try:
            if self.read_sides() != self.shown:
                self.load()
                if self.groups:
                    self.show_trouble(_('It has changed meanwhile. Have another look.'))
                return
            self.item.resolve(Truce.ResolutionType.MERGED, self.plan.get_result())
        except GLib.Error as error:
            self.show_trouble(error.message)
        else:
            self.close()
