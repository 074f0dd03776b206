"""The policy of a page: what stands in its own file may run, and nothing else."""

import base64
import hashlib
from collections.abc import Sequence


def policy(scripts: Sequence[str], styles: Sequence[str], *, hosts: str) -> str:
    """A content security policy; pictures of a background come from the hosts, if a reader asks for one.

    Parameters
    ----------
    scripts, styles : sequence of str
        What stands in the page.
    hosts : str
        Hosts of pictures, separated by blanks; none for a page that fetches nothing.
    """

    def hashes(texts: Sequence[str]) -> str:
        found = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts]
        return " ".join(found) or "'none'"

    return (
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; "
        f"img-src {' '.join(['data:', *hosts.split()])}; base-uri 'none'; form-action 'none'"
    )
