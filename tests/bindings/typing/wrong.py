# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each line with a comment is a mistake that mypy must find: the comment is a part of its message."""
import gi
gi.require_version('Truce', '1')
from gi.repository import Truce

store = Truce.Store()
tasks = store.collection('task')
tasks['tent'] = 'a tent'                            # Incompatible types in assignment
tasks['tent'].votes                                 # "Record" has no attribute "votes"
tasks.query(limit='5')                              # Argument "limit" to "query" of "Collection" has incompatible type
tasks.delete()                                      # Missing positional argument "id"
tasks.increment('tent', 'votes', '1')               # Argument 3 to "increment" of "Collection" has incompatible type
store.collection(3)                                 # Argument 1 to "collection" of "Store" has incompatible type
store.merge_async(store).is_clean()                 # "Future[int]" has no attribute "is_clean"
Truce.Side.MIDDLE                                   # "Type[Side]" has no attribute "MIDDLE"
Truce.resolver('prefer-local')                      # Argument 1 to "resolver" has incompatible type "str"
Truce.NoSuchError                                   # Module has no attribute "NoSuchError"
store.props.n_record                                # "Props" has no attribute "n_record"; maybe "n_records"?
for task in tasks.query():
    task.idd                                        # "Record" has no attribute "idd"


async def main() -> str:
    return await store.merge_async(store)           # Incompatible return value type (got "int", expected "str")
