#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The app for who cannot see it, and for who has no pointer.

usage: test-accessibility.py TRUCE-TASKS TRUCE

In each view of the app: whatever one can press, choose or write in has a name of its own over AT-SPI, and the keyboard
alone leads there: Tab goes round the window, the arrow keys go through a list.
"""
import importlib
import re
import sys

import driver

story = importlib.import_module('test-story')

CONTROLS = {'push button', 'toggle button', 'check box', 'radio button', 'text', 'entry', 'combo box', 'menu item',
            'list item'}
CLASS_NAME = re.compile(r'(Gtk|Adw|Tasks)[A-Z]\w*$')       # GTK 4.8 gives one to what has no other name
ALIKE = re.compile(r'(?<=^Done: ).*|(?<=^Vote for ).*')    # what each row has


def is_control(node):
    """Whether a person does something with it: what is only there to hold others can be focusable, too."""
    return node.role in CONTROLS and {'focusable', 'sensitive'} <= node.states and node.bounds is not None


def controls(window):
    """The controls of a window, without those that libadwaita 1.2 makes and nobody else can name: the choices in a
    combo row, which has a name itself, and the button in an entry row, which does what Return does."""
    found = []

    def look(node):
        for child in node.children:
            if 'visible' in child.states:
                if is_control(child):
                    found.append(child)
                if child.role != 'combo box' and not (child.role == 'text' and child.name == 'Title'):
                    look(child)

    look(window)
    return found


def check_names(window):
    nameless = [node for node in controls(window) if not node.name or CLASS_NAME.search(node.name)]
    assert not nameless, 'without a name: ' + ', '.join(path(node) for node in nameless)


def path(node):
    names = []
    while node.accessible and node.role != 'application':
        names.append(f'{node.role} “{node.name}”')
        node = node.parent
    return ' in '.join(names[:5])


def key_of(node):
    return node.role, ALIKE.sub('…', node.name)


def focus_of(app, window):
    """What has the focus. An AdwEntryRow does not say that it has it: it is found by what a letter does."""
    focused = next((node for node in window.walk() if 'focused' in node.states), None)
    if focused is not None:
        return focused
    texts = [(node, node.text) for node in window.find_all('text')]
    app.key('q')
    changed = driver.wait(lambda: next((node for node, text in texts if node.text != text), None), 'the focus is lost')
    app.key('BackSpace')
    return changed


def list_of(node):
    """The list that a row, or what is in it, belongs to; None: none."""
    while node.accessible and node.role in ('list item', 'check box', 'push button', 'panel'):
        node = node.parent
    return node.name if node.role == 'list' else None


def go_through_list(app, window, reached):
    """From the first row to the last, by the arrow keys."""
    app.key('Home')
    before = None
    while True:
        focused = focus_of(app, window)
        if key_of(focused) == before:
            return
        before = key_of(focused)
        reached.add(before)
        app.key('Down')


def check_keyboard(app, window, besides=()):
    """Goes round by Tab, and through each list on the way, until it has been everywhere or is going in circles.

    besides: the names of what has other keys: Ctrl+W closes a window.
    """
    def wanted():
        return {key_of(node) for node in controls(window) if node.name not in ('Close', *besides)}

    left = wanted()
    reached = set()
    lists = set()
    steps = 0
    while left - reached and steps < 2 * len(left) + 10:
        steps += 1
        focused = focus_of(app, window)
        reached.add(key_of(focused))
        name = list_of(focused)
        if name in ('Tasks', 'Projects') and name not in lists:
            lists.add(name)
            go_through_list(app, window, reached)
            left = wanted()         # Another task is shown now.
        if focused.role == 'list item':
            for radio in focused.find_all('radio button'):      # Tab stops at the chosen one; its row chooses another.
                app.key('space')
                focused.find('radio button', checked=True)
                reached.add(key_of(radio))
        app.key('Tab')
    assert reached >= left, f'not reached by keys: {sorted(left - reached)}; but {sorted(reached)}'


# ---- the views ----

def begin(laptop, phone):
    """the empty window"""
    laptop.start()
    yield laptop.window.windows[0]


def tasks(laptop, phone):
    """projects, tasks, and one of them"""
    story.written(laptop.story, laptop, phone)
    laptop.pick('Borrow chairs')
    yield laptop.window.windows[0]


def search(laptop, phone):
    """the search"""
    laptop.window.key('ctrl+f')
    laptop.see('entry', 'Search tasks')
    laptop.window.type('chairs')
    laptop.await_titles('Borrow chairs')
    yield laptop.window.windows[0]
    laptop.window.key('Escape')


def sync_popover(laptop, phone):
    """what hangs below the sync button"""
    laptop.open_sync()
    laptop.see('check box', 'Work Offline')
    yield laptop.see('filler', 'TasksSyncButton')
    laptop.window.key('Escape')
    laptop.window.gone('check box', 'Work Offline')
    laptop.see('text', 'New task').click()


def project_menu(laptop, phone):
    """the menu of a project"""
    laptop.window.find_all('push button', 'Project Menu')[-1].press()
    laptop.see('menu item', 'Close Project')
    yield laptop.window.find_all('push button', 'Project Menu')[0]
    laptop.window.key('Escape')
    laptop.window.gone('menu item', 'Close Project')


def inbox(laptop, phone):
    """the inbox"""
    for step in (story.shared, story.both_ways, story.offline, story.meanwhile, story.online, story.inbox):
        step(laptop.story, laptop, phone)
    yield next(w for w in phone.window.windows if w.name == 'Needs Attention')


def conflict(laptop, phone):
    """the dialog for a conflict"""
    story.conflict(laptop.story, laptop, phone)
    yield next(w for w in phone.window.windows if w.find_all('push button', 'Use Result'))


VIEWS = (begin, tasks, search, sync_popover, project_menu, inbox, conflict)
ONE_WAY = (project_menu,)       # a menu is gone through by the arrow keys, which is GTK's


def check(number, what, function, *arguments):
    try:
        function(*arguments)
    except AssertionError as wrong:
        print(f'not ok {number} - {what}', *(f'# {line}' for line in str(wrong).splitlines()), sep='\n', flush=True)
        return False
    print(f'ok {number} - {what}', flush=True)
    return True


def check_console(session):
    assert not session.complaints(), ''.join(session.complaints())


def main(app, truce):
    missing = driver.missing()
    if missing:
        print(f'1..0 # SKIP {missing}')
        return 0
    fine = True
    number = 0
    print(f'1..{2 * len(VIEWS) - len(ONE_WAY) + 1}')
    with driver.Session() as session:
        tale = story.Story(session, app, app, truce, None)
        for view in VIEWS:
            for shown in view(tale.laptop, tale.phone):
                number += 1
                fine &= check(number, f'names: {view.__doc__}', check_names, shown)
                if view in ONE_WAY:
                    continue
                number += 1
                besides = ['Synced'] if view is sync_popover else []
                fine &= check(number, f'keyboard: {view.__doc__}', check_keyboard, shown.app, shown, besides)
        fine &= check(number + 1, 'nothing on the console', check_console, session)
    return 0 if fine else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
