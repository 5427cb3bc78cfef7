# SPDX-License-Identifier: LGPL-2.1-or-later
"""What people call the fields, and how their values read."""
from gettext import gettext as _
from gettext import pgettext

from .ui import parse_date


class Words:
    def __init__(self, data):
        self.data = data
        # By field, in the order in which they are shown.
        self.labels = {'title': _('Title'), 'project': _('Project'), 'due': _('Due'), 'tags': _('Tags'),
                       'votes': _('Votes'), 'notes': _('Notes'), 'done': _('Done'), 'closed': _('Closed')}

    def text(self, field, value):
        if value is None or value == '' or value == []:
            return pgettext('value', 'Nothing')
        if field == 'due' and parse_date(value):
            return parse_date(value).format('%x')
        if field == 'project' and value in self.data.projects:
            return self.data.projects.get(value)['title']
        if isinstance(value, bool):
            return pgettext('value', 'Yes') if value else pgettext('value', 'No')
        return ', '.join(map(str, value)) if isinstance(value, list) else str(value)

    def name(self, item):
        """What to call the record of an inbox item."""
        titles = [version['title'] for version in (item.local, item.base, item.remote) if version and version.get('title')]
        return titles[0] if titles else item.id
