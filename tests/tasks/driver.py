# SPDX-License-Identifier: LGPL-2.1-or-later
"""Drives GTK programs in real windows, as a person does: by keys and pointer, and by what a screen reader is told.

    with driver.Session() as session:
        laptop = session.start('Laptop', ['truce-tasks', '--store', 'laptop.db'])
        laptop.find('text', 'New task').click()
        laptop.type('Buy milk\n')
        laptop.find('list item', 'Buy milk')
        laptop.picture('milk.png')

A session is a bus of its own with its accessibility service. Each program gets a screen of its own (Xvfb) with a
window manager (openbox), so both have the keyboard's focus at the same time, like two computers, and with a compositor
(xcompmgr), without which popovers have black corners. Nothing waits for a fixed time: what is looked for is awaited,
and PATIENCE only ends a test that would hang.

What GTK 4.8 does in ways of its own: no widget can be given the focus over AT-SPI, so it is clicked; positions are
those within the window, and wrong in a popover; the pages of a stack that are not shown are in the tree, and have no
place on the screen if they never were.
"""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time

PATIENCE = 60           # seconds
SCREEN = '1280x800x24'
PROGRAMS = ('Xvfb', 'openbox', 'xcompmgr', 'xdotool', 'import', 'dbus-daemon')
COMPLAINT = re.compile(r'\b(WARNING|CRITICAL|ERROR)\b')

# Always the same pictures: no animations, no blinking cursor, one font, and round corners, as openbox lets GTK draw none.
SETTINGS = '''[Settings]
gtk-font-name=Cantarell 11
gtk-enable-animations=false
gtk-cursor-blink=false
gtk-icon-theme-name=Adwaita
gtk-decoration-layout=:close
'''
STYLE = 'window.solid-csd { padding: 0; border: 1px solid #0003; border-radius: 12px; box-shadow: none; }'


def missing():
    """What of the system is not here, in words; or None."""
    lacking = [program for program in PROGRAMS if shutil.which(program) is None]
    try:
        import gi
        gi.require_version('Atspi', '2.0')
    except (ImportError, ValueError) as error:
        lacking.append(str(error))
    return f"not installed: {', '.join(lacking)}" if lacking else None


def wait(condition, what, patience=PATIENCE):
    """Waits until `condition ()` gives something true, and returns that."""
    from gi.repository import GLib

    end = time.monotonic() + patience
    while True:
        while GLib.MainContext.default().iteration(False):
            pass
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f'in vain: {what() if callable(what) else what}')
        time.sleep(0.02)


class Node:
    """A widget, as a screen reader meets it. One that has gone has no name, no state and no children."""

    def __init__(self, app, accessible):
        self.app = app
        self.accessible = accessible

    def _ask(self, function, nothing, *arguments):
        from gi.repository import GLib

        try:
            return function(*arguments)
        except GLib.Error:
            return nothing

    @property
    def role(self):
        return self._ask(self.accessible.get_role_name, '')

    @property
    def name(self):
        return self._ask(self.accessible.get_name, '')

    @property
    def states(self):
        """Their names, as in Atspi.StateType: focused, checked, sensitive…"""
        states = self._ask(self.accessible.get_state_set, None)
        return {state.value_nick for state in states.get_states()} if states else set()

    @property
    def text(self):
        """What stands in an entry or a text."""
        from gi.repository import Atspi

        length = self._ask(Atspi.Text.get_character_count, 0, self.accessible)
        return self._ask(Atspi.Text.get_text, '', self.accessible, 0, length)

    @property
    def children(self):
        count = self._ask(self.accessible.get_child_count, 0)
        found = [self._ask(self.accessible.get_child_at_index, None, i) for i in range(count)]
        return [Node(self.app, accessible) for accessible in found if accessible]

    @property
    def parent(self):
        return Node(self.app, self._ask(self.accessible.get_parent, None))

    @property
    def bounds(self):
        """(x, y, width, height) within the window; None where it takes no room on the screen."""
        from gi.repository import Atspi

        rectangle = self._ask(self.accessible.get_extents, None, Atspi.CoordType.WINDOW)
        if not rectangle or rectangle.width <= 0 or rectangle.height <= 0:
            return None
        return rectangle.x, rectangle.y, rectangle.width, rectangle.height

    def walk(self):
        """This one and all below that are not hidden, in the order of the screen reader."""
        yield self
        for child in self.children:
            if 'visible' in child.states:
                yield from child.walk()

    def find_all(self, role, name='', **states):
        """Those below with this role whose name ends so; GTK 4.8 puts a label and its mnemonic into one name.

        A state is asked for by name: find_all('check box', checked=False).
        """
        return [node for node in self.walk()
                if node.role == role and node.name.endswith(name)
                and all((state in node.states) == wanted for state, wanted in states.items()) and node.bounds]

    def find(self, role, name='', **states):
        """Waits for the one."""
        return wait(lambda: (self.find_all(role, name, **states) or [None])[0],
                    lambda: f'{self.app.name} has no {role} “{name}” {states or ""}\n{self.app.describe()}')

    def gone(self, role, name=''):
        """Waits until there is none."""
        wait(lambda: not self.find_all(role, name), f'{self.app.name} still has {role} “{name}”')

    def press(self):
        """Does what a screen reader's user does: the widget's own action. The only way for what is in a popover."""
        wait(lambda: 'sensitive' in self.states, f'{self.role} “{self.name}” can not be pressed')
        assert self._ask(self.accessible.do_action, False, 0), f'{self.role} “{self.name}” has no action'

    def click(self):
        """Clicks into its middle, once it stands still."""
        before = None

        def at_rest():
            nonlocal before
            last, before = before, self.bounds
            return before if last == before else None

        x, y, width, height = wait(at_rest, f'{self.role} “{self.name}” is nowhere to be seen')
        self.app.click_at(x + width // 2, y + height // 2)

    def write(self, text):
        """Puts the text in place of what is in this entry, by keys."""
        self.click()
        self.app.key('ctrl+a', 'Delete')
        self.app.type(text)
        wait(lambda: self.text == text, lambda: f'{self.role} “{self.name}” has “{self.text}” for “{text}”')


class Screen:
    """A display with a window manager."""

    def __init__(self, session):
        read, write = os.pipe()
        self.server = subprocess.Popen(['Xvfb', '-displayfd', str(write), '-screen', '0', SCREEN, '-nolisten', 'tcp'],
                                       pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as number:
            self.env = dict(session.env, DISPLAY=':' + number.readline().strip())
        self.manager = subprocess.Popen(['openbox'], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.compositor = subprocess.Popen(['xcompmgr'], env=self.env, stderr=subprocess.DEVNULL)

    def stop(self):
        for process in (self.compositor, self.manager, self.server):
            process.kill()
            process.wait()


class App(Node):
    """A running program, and the node above its windows."""

    def __init__(self, session, name, command, screen):
        self.session = session
        self.name_of_app = name
        self.command = command
        self.screen = screen
        self.errors = []
        self.process = subprocess.Popen(command, env=screen.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                        text=True)
        self.reader = threading.Thread(target=self._read_errors, daemon=True)
        self.reader.start()
        super().__init__(self, wait(self._on_bus, lambda: f'{name} shows no window\n' + ''.join(self.errors)))

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line)

    def _on_bus(self):
        from gi.repository import Atspi, GLib

        assert self.process.poll() is None, f'{self.name_of_app} ended: {"".join(self.errors)}'
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            try:
                found = desktop.get_child_at_index(i)
                if found and found.get_process_id() == self.process.pid and found.get_child_count() > 0:
                    found.set_cache_mask(Atspi.Cache.NONE)
                    return found
            except GLib.Error:
                continue        # a program that has just ended
        return None

    @property
    def name(self):
        return self.name_of_app

    @property
    def windows(self):
        return self.children

    @property
    def focused(self):
        """What has the keyboard's focus in the window in front, or None."""
        for window in self.windows:
            if 'active' in window.states:
                return next((node for node in window.walk() if 'focused' in node.states), None)
        return None

    def describe(self):
        """The tree as text, for who reads a failed test."""
        def lines(node, depth):
            yield f"{'  ' * depth}{node.role} “{node.name}” {' '.join(sorted(node.states - {'visible', 'sensitive'}))}"
            for child in node.children:
                if 'visible' in child.states:
                    yield from lines(child, depth + 1)

        ended = self.process.poll()
        return '\n'.join(lines(self, 0)) if ended is None else f'{self.name} ended with status {ended}'

    # ---- keys and pointer ----

    def xdotool(self, *arguments):
        return subprocess.run(['xdotool', *arguments], env=self.screen.env, check=True, text=True, timeout=PATIENCE,
                              stdout=subprocess.PIPE).stdout

    def type(self, text):
        """Types what an American keyboard has, and Return for "\\n"."""
        for part in re.split('(\n)', text):
            if part == '\n':
                self.key('Return')
            elif part:
                self.xdotool('type', '--delay', '2', '--', part)

    def key(self, *keys):
        """Presses keys by their names: 'ctrl+f', 'Tab', 'Down'."""
        self.xdotool('key', '--delay', '2', *keys)

    def _geometry(self):
        """Where the window in front is: (x, y, width, height) on the screen."""
        window = self.xdotool('getactivewindow').strip()
        found = dict(line.split('=') for line in self.xdotool('getwindowgeometry', '--shell', window).split())
        return tuple(int(found[key]) for key in ('X', 'Y', 'WIDTH', 'HEIGHT'))

    def click_at(self, x, y):
        """Clicks at a place in the window in front."""
        left, top, _, _ = self._geometry()
        self.xdotool('mousemove', str(left + x), str(top + y), 'click', '1')

    # ---- looks ----

    def picture(self, path):
        """The screen, cut to the program's windows: the ground around them has one color."""
        subprocess.run(['import', '-window', 'root', '-trim', '+repage', path], env=self.screen.env, check=True)

    # ---- the end ----

    def complaints(self):
        """The lines on the console that are warnings or worse."""
        return [line for line in self.errors if COMPLAINT.search(line)]

    def kill(self):
        """As when the power fails."""
        self._end(signal.SIGKILL)

    def close(self):
        """As when the session ends; it must go in good order."""
        self._end(signal.SIGTERM)

    def _end(self, how):
        self.process.send_signal(how)
        self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)


class Session:
    """Programs that run beside each other, on a bus of their own, in a home of their own."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix='truce-tasks-')
        self.apps = []
        self.screens = {}

    def __enter__(self):
        config = os.path.join(self.folder, 'config', 'gtk-4.0')
        os.makedirs(config)
        for name, text in (('settings.ini', SETTINGS), ('gtk.css', STYLE)):
            with open(os.path.join(config, name), 'w', encoding='utf-8') as file:
                file.write(text)
        # The accessibility service is started by the bus, with this environment; and so is what asks it: this process.
        for kind in ('CONFIG', 'CACHE', 'DATA'):
            os.environ[f'XDG_{kind}_HOME'] = os.path.join(self.folder, kind.lower())
        os.environ.update(XDG_RUNTIME_DIR=self.folder, LC_ALL='C.UTF-8', GDK_BACKEND='x11', GSK_RENDERER='cairo',
                          GSETTINGS_BACKEND='memory', ADW_DISABLE_PORTAL='1', NO_AT_BRIDGE='0')
        os.environ.pop('AT_SPI_BUS_ADDRESS', None)
        os.environ.pop('GTK_A11Y', None)
        self.bus = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address=1'],
                                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        os.environ['DBUS_SESSION_BUS_ADDRESS'] = self.bus.stdout.readline().strip()
        self.env = dict(os.environ)
        import gi
        gi.require_version('Atspi', '2.0')
        from gi.repository import Atspi
        Atspi.init()
        return self

    def start(self, name, command):
        """Starts a program and waits for its window. One of the same name takes the screen of the one before."""
        if name not in self.screens:
            self.screens[name] = Screen(self)
        app = App(self, name, command, self.screens[name])
        self.apps.append(app)
        wait(lambda: app.windows and 'active' in app.windows[0].states, f'{name} does not come to the front')
        return app

    def complaints(self):
        return [f'{app.name}: {line}' for app in self.apps for line in app.complaints()]

    def __exit__(self, *error):
        for app in self.apps:
            if app.process.poll() is None:
                app.kill()
        for screen in self.screens.values():
            screen.stop()
        self.bus.kill()
        self.bus.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
