#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tasks, in Python: the window of `truce-tasks` over the same templates, and the same files. Its widgets are in pytasks/.

In Truce's source: meson devenv -C _build "$PWD/examples/tasks/tasks.py"
"""
import gettext
import locale
import os
import sys
from gettext import gettext as _

import gi
gi.require_version('Adw', '1')
gi.require_version('Gtk', '4.0')
gi.require_version('Json', '1.0')
gi.require_version('Truce', '1')
from gi.repository import Adw, Gio, GLib, Gtk           # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
RESOURCES = os.environ.get('TRUCE_TASKS_RESOURCES', os.path.join(HERE, '../../_build/examples/tasks/tasks.gresource'))
ACCELERATORS = {
    'app.quit': '<Control>q', 'app.shortcuts': '<Control>question', 'win.new-task': '<Control>n',
    'win.search': '<Control>f', 'win.sync': '<Control>r', 'win.back': '<Alt>Left',
    'window.close': '<Control>w',
}


class Application(Adw.Application):
    def __init__(self):
        super().__init__(application_id='org.truce.Tasks', resource_base_path='/org/truce/Tasks')
        for name, kind, words, value in (
                ('store', GLib.OptionArg.FILENAME, _('Keep the tasks in this file'), _('FILE')),
                ('hub', GLib.OptionArg.FILENAME, _('Sync through this file'), _('FILE')),
                ('name', GLib.OptionArg.STRING, _('What this device is called'), _('TEXT')),
                ('offline', GLib.OptionArg.NONE, _('Begin offline'), None)):
            self.add_main_option(name, 0, GLib.OptionFlags.NONE, kind, words, value)
        self.data = None

    def do_handle_local_options(self, options):
        """Whoever names a store wants a window of its own, whatever runs already."""
        def path(name):
            value = options.lookup_value(name, GLib.VariantType('ay'))
            folder = os.path.join(GLib.get_user_data_dir(), 'truce-tasks')
            return os.fsdecode(bytes(value).rstrip(b'\0')) if value else os.path.join(folder, f'{name}.db')
        if options.contains('store'):
            self.set_flags(self.get_flags() | Gio.ApplicationFlags.NON_UNIQUE)
        self.store_path, self.hub_path = path('store'), path('hub')
        self.name = options.lookup_value('name', None)
        self.offline = options.contains('offline')
        return -1

    def do_startup(self):
        Adw.Application.do_startup(self)
        for action, keys in ACCELERATORS.items():
            self.set_accels_for_action(action, [keys])
        for name, function in (('about', self.show_about), ('shortcuts', self.show_shortcuts),
                               ('quit', self.quit)):
            action = Gio.SimpleAction.new(name, None)
            action.connect('activate', lambda _action, _value, function=function: function())
            self.add_action(action)

    def do_activate(self):
        from pytasks.data import Data
        from pytasks.window import Window
        if self.data is None:
            try:
                for path in self.store_path, self.hub_path:
                    os.makedirs(os.path.dirname(os.path.abspath(path)), mode=0o700, exist_ok=True)
                self.data = Data(self.store_path, self.hub_path)
            except (OSError, GLib.Error) as error:
                sys.exit(str(error))
            self.data.network.online = not self.offline
            self.data.sync.start()
        window = self.get_active_window() or Window(self, self.data, self.name and self.name.get_string())
        window.present()

    def show_about(self):
        Adw.AboutWindow(transient_for=self.get_active_window(), application_name=_('Tasks'),
                        application_icon='org.truce.Tasks', developers=['The Truce developers'],
                        license_type=Gtk.License.LGPL_2_1,
                        comments=_('Tasks on several devices, also without a network.')).present()

    def show_shortcuts(self):
        """Made only now: GTK 4.8 crashes over windows that were never shown, if a screen reader asks at a bad time."""
        window = Gtk.Builder.new_from_resource('/org/truce/Tasks/help-overlay.ui').get_object('help_overlay')
        window.set_transient_for(self.get_active_window())
        window.present()


def main():
    locale.setlocale(locale.LC_ALL, '')
    folder = os.environ.get('TRUCE_TASKS_LOCALE_DIR', os.path.join(sys.prefix, 'share/locale'))
    for module in gettext, locale:          # of Python's texts, and of the templates'
        module.bindtextdomain('truce-tasks', folder)
        module.textdomain('truce-tasks')
    Gio.Resource.load(RESOURCES)._register()
    return Application().run(sys.argv)


if __name__ == '__main__':
    sys.exit(main())
