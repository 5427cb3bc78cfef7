# SPDX-License-Identifier: LGPL-2.1-or-later
"""The window of Tasks in Python: the templates, the files and the hub are those of the window in C."""
