"""What the machine says of a file that it cannot read or write, in the words of a user."""

import errno
import re

from coopgeo.errors import Message

_REASONS = {
    errno.ENOSPC: Message("the disk is full; free some space, or write to another disk"),
    errno.EDQUOT: Message("your share of the disk is full; free some space, or write to another disk"),
    errno.EFBIG: Message("the file would be larger than the system allows here; write to another disk"),
    errno.EROFS: Message("this disk can only be read; choose a folder on another disk"),
    errno.EACCES: Message("access is refused; close the file in other programs, or choose a folder of your own"),
    errno.EPERM: Message("access is refused; close the file in other programs, or choose a folder of your own"),
    errno.EBUSY: Message("another program is using it; close it there and try again"),
    errno.ETXTBSY: Message("another program is using it; close it there and try again"),
    errno.ENOENT: Message("there is no such file or folder; look at the path"),
    errno.ENOTDIR: Message("a part of this path is a file, not a folder; choose another path"),
    errno.EISDIR: Message("this is a folder, not a file; give the path of a file"),
    errno.EEXIST: Message("something of this name is there already; choose another name"),
    errno.ENOTEMPTY: Message("this folder is not empty; choose another one"),
    errno.ENAMETOOLONG: Message("the name is too long for this disk; choose a shorter one"),
    errno.EINVAL: Message("the system refuses this name; choose another one"),
    errno.ELOOP: Message("links lead round in a circle here; give the true path"),
    errno.EMFILE: Message("too many files are open; close other programs and try again"),
    errno.ENFILE: Message("too many files are open; close other programs and try again"),
    errno.EIO: Message("the disk does not answer as it should; try another one"),
    errno.ENOMEM: Message("there is not enough memory; close other programs and try again"),
    errno.ETIMEDOUT: Message("the disk of the network does not answer; try again later"),
    errno.ESTALE: Message("the disk of the network does not answer; try again later"),
}


def reason(error: OSError) -> Message:
    """What is wrong, and what to do about it."""
    number = error.errno
    if number is None and (told := re.search(r"\[Errno (\d+)\]", str(error))):  # shutil tells of several files in words
        number = int(told[1])
    known = _REASONS.get(number) if number is not None else None
    return known or Message("the system says “{words}”", words=error.strerror or str(error) or type(error).__name__)


def system_fault(error: OSError) -> Message:
    """What is wrong with which file, and what to do about it."""
    path = error.filename
    if path is None and error.args and isinstance(error.args[0], list):  # of shutil: source, target and words of each
        path = error.args[0][0][1]
    return Message("{path}: {reason}", path=str(path), reason=reason(error)) if path else reason(error)
