# SPDX-License-Identifier: LGPL-2.1-or-later
"""The order that people drag: texts that sort as bytes, with always room between two of them. See tasks-rank.c."""
import re

DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
HEADS = DIGITS[10:]         # of the whole part: how many digits follow, and which sign the number has


def _whole_length(rank):
    place = HEADS.index(rank[0])
    return place - 24 if place >= 26 else 27 - place


def _is_rank(text):
    """Ranks come from other devices, too: what is none must do no harm."""
    return (bool(text) and re.fullmatch('[A-Za-z][0-9A-Za-z]*', text) is not None and
            len(text) >= _whole_length(text) and (text[-1] != '0' or len(text) == _whole_length(text)))


def _step(whole, step):
    """The whole number that follows, or the one before; None where they end."""
    edge, other = ('z', '0') if step > 0 else ('0', 'z')
    digits = whole[1:]
    kept = digits.rstrip(edge)
    if kept:
        return whole[0] + kept[:-1] + DIGITS[DIGITS.index(kept[-1]) + step] + other * (len(digits) - len(kept))
    place = HEADS.index(whole[0]) + step
    if not 0 <= place < len(HEADS):
        return None
    return HEADS[place] + other * (_whole_length(HEADS[place]) - 1)


def _fraction(low, high):
    """A fraction between two: low < high; None for high: 1."""
    made = ''
    while True:
        below = DIGITS.index(low[0]) if low else 0
        above = DIGITS.index(high[0]) if high else len(DIGITS)
        if above - below > 1:
            return made + DIGITS[(below + above) // 2]
        if above > below and high and len(high) > 1:
            return made + high[0]           # it goes on, so this much of it is less
        made += DIGITS[below]
        low = low[1:]
        high = high[1:] if high and above == below else None


def _behind(before):
    whole = before[:_whole_length(before)]
    return _step(whole, 1) or whole + _fraction(before[len(whole):], None)


def _ahead(after):
    whole = after[:_whole_length(after)]
    return whole if len(after) > len(whole) else _step(whole, -1)


def between(before, after):
    """A rank between two; None for either: there is nothing on that side."""
    before = before if _is_rank(before) else None
    after = after if _is_rank(after) else None
    if before and after and before < after:
        whole = before[:_whole_length(before)]
        following = _step(whole, 1)
        if following and following < after:
            return following
        return whole + _fraction(before[len(whole):], after[len(whole):] if after.startswith(whole) else None)
    made = _behind(before) if before else _ahead(after) if after else None
    return made or 'a0'
