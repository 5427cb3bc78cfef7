#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Two people share their tasks; one of them is without a network for a while. What they do and see, step by step.

usage: test-story.py [--phone PROGRAM] TRUCE-TASKS TRUCE [FOLDER]

The app runs twice, in real windows, as Laptop and as Phone, each with a store of its own, on one hub. Each step is a
test point, and leaves a picture of both windows in FOLDER, if there is one. The steps build on each other. The Phone may
be another program with the same window: the one in Python.
"""
import argparse
import json
import os
import subprocess
import sys

import driver

PARTY = 'Garden Party'
HOUSE = 'House'
TASKS = ('Send the invitations', 'Buy lemonade', 'Borrow chairs', 'Ask the neighbours', 'Choose the music')
NOTES = 'Aunt Ada has six white chairs. The school lends benches. Fetch all on Friday.'


class Device:
    """One of the two windows, and what a person does in it."""

    def __init__(self, story, name, app):
        self.story = story
        self.name = name
        self.app = app
        self.store = os.path.join(story.session.folder, name.lower() + '.db')
        self.window = None

    def start(self, *options):
        self.window = self.story.session.start(self.name, [
            self.app, '--store', self.store, '--hub', self.story.hub, '--name', self.name, *options])

    def see(self, role, name, **states):
        return self.window.find(role, name, **states)

    # ---- the sync button ----

    def state(self):
        """What the button in the header bar says."""
        for panel in self.window.find_all('filler', 'TasksSyncButton'):
            for button in panel.find_all('push button'):
                return button.name
        return ''

    def await_state(self, *parts):
        driver.wait(lambda: all(part in self.state() for part in parts),
                    lambda: f'{self.name} shows “{self.state()}” for {parts}\n{self.window.describe()}')

    def open_sync(self):
        """Opens what hangs below the button."""
        self.see('filler', 'TasksSyncButton').find_all('push button')[-1].press()

    def work_offline(self, offline):
        self.open_sync()
        self.see('check box', 'Work Offline', checked=not offline).press()
        self.see('check box', 'Work Offline', checked=offline)
        self.window.key('Escape')
        self.window.gone('check box', 'Work Offline')
        self.see('text', 'New task').click()     # The first click behind a popover may only take it away.

    def open_inbox(self):
        self.open_sync()
        self.see('push button', 'Needs Attention').press()
        return driver.wait(lambda: next((w for w in self.window.windows if w.name == 'Needs Attention'), None),
                           f'{self.name} opens no inbox')

    # ---- projects and tasks ----

    def choose(self, project):
        self.see('list', 'Projects').find('label', project).click()
        driver.wait(lambda: len(self.window.find_all('label', project)) > 1, f'{self.name} does not show {project}')

    def project_menu(self, entry):
        self.see('push button', 'Project Menu')
        self.window.find_all('push button', 'Project Menu')[-1].press()
        self.see('menu item', entry).press()

    def add(self, entry, text):
        self.see('text', entry).write(text)
        self.window.key('Return')
        driver.wait(lambda: self.see('text', entry).text == '', f'{self.name} does not take “{text}”')

    def tasks(self):
        return self.see('list', 'Tasks')

    def titles(self):
        """Those in the list, from the top."""
        return [node.name.removeprefix('Done: ') for node in self.tasks().find_all('check box')]

    def await_titles(self, *titles):
        driver.wait(lambda: sorted(self.titles()) == sorted(titles),
                    lambda: f'{self.name} lists {self.titles()} for {titles}')

    def pick(self, title):
        self.tasks().find('label', title).click()
        driver.wait(lambda: self.see('text', 'Title').text == title, f'{self.name} does not show “{title}”')

    def rename(self, title, new):
        self.pick(title)
        self.see('text', 'Title').write(new)
        self.window.key('Return')
        self.tasks().find('label', new)

    def note(self, title, text):
        """Writes notes; they are kept when the person turns to something else."""
        self.pick(title)
        self.see('text', 'Notes').write(text)
        self.see('text', 'New task').click()

    def tag(self, title, tag):
        self.pick(title)
        self.see('text', 'Add tag').write(tag)
        self.window.key('Return')
        self.see('push button', f'Remove tag {tag}')

    def vote(self, title, votes):
        """Votes for it; there are so many votes then."""
        buttons = self.tasks().find_all('push button')
        next(button for button in buttons if button.name.startswith(f'Vote for {title} (')).press()
        self.tasks().find('push button', f'Vote for {title} ({votes})')

    def delete(self, title):
        self.pick(title)
        self.see('push button', 'Delete Task').press()
        driver.wait(lambda: title not in self.titles(), f'{self.name} still has “{title}”')


class Story:
    def __init__(self, session, app, phone, truce, pictures):
        self.session = session
        self.truce = truce
        self.pictures = pictures
        self.hub = os.path.join(session.folder, 'hub.db')
        self.laptop = Device(self, 'Laptop', app)
        self.phone = Device(self, 'Phone', phone)
        self.n = 0

    def run(self):
        for step in STEPS:
            self.n += 1
            name = step.__name__.replace('_', '-')
            step(self, self.laptop, self.phone)
            complaints = self.session.complaints()
            assert not complaints, f'on the console:\n{"".join(complaints)}'
            self.take_pictures(name)
            print(f'ok {self.n} - {name}: {step.__doc__}', flush=True)

    def take_pictures(self, step):
        for device in (self.laptop, self.phone):
            if self.pictures and device.window and device.window.process.poll() is None:
                device.window.picture(os.path.join(self.pictures, f'{self.n:02}-{step}-{device.name.lower()}.png'))

    def export(self, path, collection):
        """The records of a collection, as the command reads them: {id: value}."""
        lines = subprocess.run([self.truce, 'store', 'export', path, collection], check=True, text=True,
                               stdout=subprocess.PIPE).stdout.splitlines()
        return [json.loads(line) for line in lines]

    def contents(self, path):
        return {collection: self.export(path, collection) for collection in ('project', 'task')}

    def await_equal(self):
        """Until both stores and the hub hold the same."""
        def equal():
            hub = self.contents(self.hub)
            return hub == self.contents(self.laptop.store) == self.contents(self.phone.store)

        driver.wait(equal, lambda: '\n'.join(f'{path}: {self.contents(path)}' for path in (
            self.hub, self.laptop.store, self.phone.store)))


# ---- the steps ----

def empty(story, laptop, phone):
    """a new store invites to write the first task"""
    laptop.start()
    laptop.see('label', 'No Tasks Yet')
    laptop.await_state('Synced')


def written(story, laptop, phone):
    """a project and its tasks, with tags, votes and notes"""
    laptop.add('New project', PARTY)
    laptop.see('list', 'Projects').find('label', PARTY)
    for task in TASKS:
        laptop.add('New task', task)
    laptop.await_titles(*TASKS)
    laptop.vote('Choose the music', 1)
    laptop.tag('Buy lemonade', 'shop')
    laptop.tag('Borrow chairs', 'phone call')
    laptop.note('Borrow chairs', NOTES)
    laptop.await_state('Synced')


def shared(story, laptop, phone):
    """the other device shows what the first one has"""
    phone.start()
    phone.choose(PARTY)
    phone.await_titles(*TASKS)
    phone.await_state('Synced')
    phone.pick('Borrow chairs')
    driver.wait(lambda: phone.see('text', 'Notes').text == NOTES, 'the notes do not come')


def both_ways(story, laptop, phone):
    """each sees what the other one does"""
    phone.vote('Send the invitations', 1)
    laptop.tasks().find('push button', 'Vote for Send the invitations (1)')
    laptop.add('New project', HOUSE)
    laptop.choose(HOUSE)
    for task in ('Paint the door', 'Clean the gutter', 'Repair the bell'):
        laptop.add('New task', task)
    phone.choose(HOUSE)
    phone.await_titles('Paint the door', 'Clean the gutter', 'Repair the bell')


def offline(story, laptop, phone):
    """without a network, what is written waits, and is counted"""
    phone.work_offline(True)
    phone.await_state('Offline')
    phone.choose(PARTY)
    phone.rename('Buy lemonade', 'Buy lemonade and ice')
    phone.note('Borrow chairs', NOTES.replace('six white', 'eight white'))
    phone.vote('Choose the music', 2)
    phone.tag('Choose the music', 'evening')
    phone.rename('Ask the neighbours', 'Ask the neighbours about parking')
    phone.await_state('Offline', '4')
    phone.choose(HOUSE)
    phone.rename('Paint the door', 'Paint the door green')
    phone.rename('Clean the gutter', 'Clean the gutter and the roof')
    phone.rename('Repair the bell', 'Repair the bell and the lamp')
    phone.await_state('Offline', '7')


def meanwhile(story, laptop, phone):
    """the other one goes on with the same tasks, deletes one, and closes a project"""
    laptop.choose(HOUSE)
    laptop.project_menu('Close Project')
    laptop.see('label', 'Closed')
    laptop.choose(PARTY)
    laptop.rename('Buy lemonade', 'Buy 12 bottles of lemonade')
    laptop.note('Borrow chairs', NOTES.replace('on Friday', 'on Thursday'))
    laptop.vote('Choose the music', 2)
    laptop.tag('Choose the music', 'speakers')
    laptop.delete('Ask the neighbours')
    laptop.await_state('Synced')


def killed(story, laptop, phone):
    """a device that is killed offline has everything when it starts again"""
    phone.window.kill()
    phone.start('--offline')
    phone.await_state('Offline', '7')
    phone.choose(PARTY)
    phone.await_titles('Send the invitations', 'Buy lemonade and ice', 'Borrow chairs',
                       'Ask the neighbours about parking', 'Choose the music')


def online(story, laptop, phone):
    """what can be merged is merged; what cannot is for a person"""
    phone.work_offline(False)
    phone.await_state('4 need attention')
    phone.choose(PARTY)
    laptop.await_titles('Send the invitations', 'Buy 12 bottles of lemonade', 'Borrow chairs',
                        'Ask the neighbours about parking', 'Choose the music')
    for device in (laptop, phone):
        device.tasks().find('push button', 'Vote for Choose the music (3)')
        device.pick('Choose the music')
        for tag in ('evening', 'speakers'):
            device.see('push button', f'Remove tag {tag}')
        device.pick('Borrow chairs')
        driver.wait(lambda: device.see('text', 'Notes').text == NOTES.replace('six white', 'eight white').replace(
            'on Friday', 'on Thursday'), 'the notes are not merged')


def inbox(story, laptop, phone):
    """the inbox says what was rejected, and why"""
    window = phone.open_inbox()
    for title in ('Paint the door green', 'Clean the gutter and the roof', 'Repair the bell and the lamp',
                  'Buy lemonade and ice'):
        window.find('label', title)
    assert len(window.find_all('label', f'The project “{HOUSE}” is closed')) == 3, window.app.describe()


def item(window, title):
    """A row of the inbox."""
    def row():
        return next((row for row in window.find_all('list item') if row.find_all('label', title)), None)

    return driver.wait(row, f'“{title}” is not in the inbox')


def conflict(story, laptop, phone):
    """a title that was changed twice is decided by a person"""
    window = next(w for w in phone.window.windows if w.name == 'Needs Attention')
    item(window, 'Buy lemonade and ice').find('push button', 'Resolve').press()
    phone.see('push button', 'Use Result')
    dialog = next(w for w in phone.window.windows if w.find_all('push button', 'Use Result'))
    for text in ('Buy lemonade', 'Buy lemonade and ice', 'Buy 12 bottles of lemonade'):
        dialog.find('label', text)
    dialog.find('radio button', 'Theirs').click()
    dialog.find('radio button', 'Theirs', checked=True)


def resolved(story, laptop, phone):
    """what was decided is what both have"""
    phone.see('push button', 'Use Result').press()
    phone.window.gone('push button', 'Use Result')
    phone.await_state('3 need attention')


def discarded(story, laptop, phone):
    """what is given up is as the other side has it"""
    window = next(w for w in phone.window.windows if w.name == 'Needs Attention')
    item(window, 'Clean the gutter and the roof').find('push button', 'Discard').press()
    phone.await_state('2 need attention')


def edited(story, laptop, phone):
    """from the inbox it is one step to the task"""
    window = next(w for w in phone.window.windows if w.name == 'Needs Attention')
    item(window, 'Repair the bell and the lamp').find('push button', 'Edit').press()
    driver.wait(lambda: len(phone.window.windows) == 1, 'the inbox stays open')
    driver.wait(lambda: phone.see('text', 'Title').text == 'Repair the bell and the lamp', 'the task is not shown')
    phone.see('text', 'Title').write('Repair the lamp')
    phone.window.key('Return')
    phone.await_titles('Paint the door green', 'Clean the gutter', 'Repair the lamp')


def retried(story, laptop, phone):
    """when the reason is gone, it is sent again"""
    laptop.choose(HOUSE)
    laptop.project_menu('Reopen Project')
    window = phone.open_inbox()
    while True:
        rows = window.find_all('push button', 'Retry')
        if not rows:
            break
        rows[0].press()
        driver.wait(lambda: len(window.find_all('push button', 'Retry')) < len(rows), 'it is not tried again')
    phone.window.key('Escape')
    driver.wait(lambda: len(phone.window.windows) == 1, 'the inbox stays open')
    phone.await_state('Synced')
    laptop.await_titles('Paint the door green', 'Clean the gutter', 'Repair the lamp')


def equal(story, laptop, phone):
    """both stores and the hub hold the same, and both windows show it"""
    for device in (laptop, phone):
        device.await_state('Synced')
    story.await_equal()
    for project in (PARTY, HOUSE, 'All Tasks'):
        for device in (laptop, phone):
            device.choose(project)
        driver.wait(lambda: laptop.titles() == phone.titles(), f'{laptop.titles()} is not {phone.titles()}')


def undone(story, laptop, phone):
    """a deletion is taken back"""
    for device in (laptop, phone):
        device.choose(PARTY)
    phone.delete('Borrow chairs')
    driver.wait(lambda: 'Borrow chairs' not in laptop.titles(), 'the deletion does not come')
    phone.see('push button', 'Undo').press()
    for device in (laptop, phone):
        driver.wait(lambda: 'Borrow chairs' in device.titles(), f'the task is not back at {device.name}')


def searched(story, laptop, phone):
    """letters find tasks, in all their words"""
    laptop.window.key('ctrl+f')
    laptop.see('entry', 'Search tasks')
    laptop.window.type('bench')
    laptop.await_titles('Borrow chairs')


def moved(story, laptop, phone):
    """a task moves by the keyboard, on both"""
    laptop.window.key('Escape')
    driver.wait(lambda: len(laptop.titles()) == 5, 'the search stays')
    before = laptop.titles()
    laptop.pick(before[0])
    laptop.window.key('alt+Down')
    after = [before[1], before[0], *before[2:]]
    for device in (laptop, phone):
        driver.wait(lambda: device.titles() == after, lambda: f'{device.name} has {device.titles()} for {after}')


def closed(story, laptop, phone):
    """the end: nothing on the console, three equal files"""
    story.await_equal()
    for device in (laptop, phone):
        device.window.close()
    story.await_equal()


STEPS = (empty, written, shared, both_ways, offline, meanwhile, killed, online, inbox, conflict, resolved, discarded,
         edited, retried, equal, undone, searched, moved, closed)


def main(app, truce, pictures, phone):
    missing = driver.missing()
    if missing:
        print(f'1..0 # SKIP {missing}')
        return 0
    if pictures:
        os.makedirs(pictures, exist_ok=True)
    print(f'1..{len(STEPS)}', flush=True)
    with driver.Session() as session:
        story = Story(session, app, phone or app, truce, pictures)
        try:
            story.run()
        except AssertionError as wrong:
            story.take_pictures('failed')
            print(f'not ok {story.n} - {STEPS[story.n - 1].__name__}')
            print('\n'.join('# ' + line for line in str(wrong).splitlines()))
            return 1
    return 0


if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('app')
    parser.add_argument('truce')
    parser.add_argument('pictures', nargs='?')
    parser.add_argument('--phone')
    sys.exit(main(**vars(parser.parse_args())))
