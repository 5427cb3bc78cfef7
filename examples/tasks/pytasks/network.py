# SPDX-License-Identifier: LGPL-2.1-or-later
"""A network that a switch turns on and off: a TruceSync follows whichever monitor it is given."""
from gi.repository import Gio, GLib, GObject


class Network(GObject.Object, Gio.Initable, Gio.NetworkMonitor):
    __gtype_name__ = 'TasksNetwork'

    network_metered = GObject.Property(type=bool, default=False)
    _online = True

    def do_init(self, cancellable):
        return True

    @GObject.Property(type=bool, default=True)
    def online(self):
        return self._online

    @online.setter
    def online(self, online):
        if self._online != online:
            self._online = online
            self.notify('network-available')
            self.notify('connectivity')
            self.emit('network-changed', online)

    @GObject.Property(type=bool, default=False)
    def network_available(self):
        return self._online

    @GObject.Property(type=Gio.NetworkConnectivity, default=Gio.NetworkConnectivity.LOCAL)
    def connectivity(self):
        return Gio.NetworkConnectivity.FULL if self._online else Gio.NetworkConnectivity.LOCAL

    def do_can_reach(self, connectable, cancellable):
        if not self._online:
            raise GLib.Error.new_literal(Gio.io_error_quark(), 'Working offline', Gio.IOErrorEnum.NETWORK_UNREACHABLE)
        return True
