"""The head of the ledger in a predictions.yaml: a comment that says which state was written.

A comment and no field: what a file says of the world does not change with it, and importing the
file again changes nothing.
"""

import re

_WORDS = "# Head of the ledger when this was written: "
# In the first column a "#" is never part of a text, which is always indented.
_LINE = re.compile(rf"^{_WORDS}[^\r\n]*", re.MULTILINE)
_BYTE_ORDER_MARK = "\ufeff"


def stamped(text: str, head: str) -> str:
    """Put the head into a file's text: where an earlier one stands, or else above everything.

    Args:
        text: a predictions.yaml.
        head: "42:0123456789abcdef".
    """
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    said, line = text.removeprefix(mark), _WORDS + head
    if _LINE.search(said):
        return mark + _LINE.sub(line, said, count=1)
    end = "\r\n" if "\r\n" in said else "\n"
    return f"{mark}{line}{end}{said}"
