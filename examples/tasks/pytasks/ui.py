# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the widgets have in common."""
import functools
import time
from gettext import gettext as _

from gi.repository import Gdk, Gio, GLib, Gtk


def template(name):
    """The template of the window in C.

    PyGObject's builder refuses handlers that are swapped: a method of Python gets itself first anyway.
    """
    data = Gio.resources_lookup_data(f'/org/truce/Tasks/{name}.ui', Gio.ResourceLookupFlags.NONE).get_data()
    return Gtk.Template(string=data.replace(b'swapped="yes"', b'swapped="no"'))


def set_accessible(widget, **properties):
    """set_accessible(button, label='Vote'): what a screen reader says."""
    names = [getattr(Gtk.AccessibleProperty, name.upper()) for name in properties]
    widget.update_property(names, list(properties.values()))


def set_class(widget, name, on):
    (widget.add_css_class if on else widget.remove_css_class)(name)


def follow(widget, source, signal, function):
    """Calls the function at each signal, until the widget leaves its window."""
    handlers = [source.connect(signal, function)]
    widget.connect('unrealize', lambda _widget: handlers and source.disconnect(handlers.pop()))


def add_style(css):
    provider = Gtk.CssProvider()
    provider.load_from_data(css)
    Gtk.StyleContext.add_provider_for_display(Gdk.Display.get_default(), provider,
                                              Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION - 1)


def report(widget, message):
    widget.activate_action('win.report', GLib.Variant('s', message))


def reported(handler):
    """A handler whose errors the person is told, in the window; it returns whether all went well."""
    @functools.wraps(handler)
    def call(self, *arguments):
        try:
            handler(self, *arguments)
        except GLib.Error as error:
            report(self, error.message)
            return False
        return True
    return call


def parse_date(text):
    """None: it is no date."""
    return GLib.DateTime.new_from_iso8601(f'{text}T00:00:00', GLib.TimeZone.new_local()) if text else None


def when(ms):
    """A moment, in milliseconds since 1970, as people write it."""
    moment = time.localtime(ms / 1000)
    return time.strftime(_('%H:%M') if moment[:3] == time.localtime()[:3] else _('%-d %B, %H:%M'), moment)
