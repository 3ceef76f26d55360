"""Time-stamping of checkpoints by an authority (RFC 3161); its answer is stored next to the note.

The stamp covers the checkpoint's text, that is the note up to its empty line, since signatures may be added later.
"""

from __future__ import annotations

from hashlib import sha256
from urllib.request import Request, urlopen

from rfc3161_client import HashAlgorithm, PKIStatus, TimestampRequestBuilder, decode_timestamp_response

from adapters.log.checkpoint import CheckpointFolder
from adapters.log.note import Checkpoint
from adapters.log.tree import Tree

PATIENCE = 10.0  # seconds
LONGEST = 1_000_000  # bytes of an answer


class TimestampRefused(RuntimeError):  # noqa: N818  (named after what happened)
    """The authority did not grant a stamp, or stamped something else."""


class TimestampAuthority:
    """An authority at a URL. Verifiers of its stamps must know it from elsewhere: a certificate proves nothing."""

    def __init__(self, url: str) -> None:
        """Send requests to `url`."""
        self._url = url

    def tell(self, checkpoint: Checkpoint, tree: Tree, folder: CheckpointFolder) -> None:
        """Have the checkpoint's text stamped, and store the stamp; raises TimestampRefused and OSError."""
        del tree
        text = checkpoint.text.encode()
        try:
            raw = self._stamp(text, certificates=True)
        except ValueError:  # a certificate chain that is not in DER order, as OpenSSL sends it, cannot be parsed
            raw = self._stamp(text, certificates=False)
        folder.stamp(checkpoint.size, raw)

    def _stamp(self, text: bytes, *, certificates: bool) -> bytes:
        """Return the authority's answer, checked against the request; raises ValueError if it cannot be parsed."""
        asked = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256)
        query = asked.cert_request(cert_request=certificates).build()
        request = Request(self._url, query.as_bytes(), {"Content-Type": "application/timestamp-query"})  # noqa: S310  (http or https: Settings)
        with urlopen(request, timeout=PATIENCE) as answered:  # noqa: S310  (likewise)
            raw: bytes = answered.read(LONGEST)
        answer = decode_timestamp_response(raw)
        if answer.status != PKIStatus.GRANTED:
            raise TimestampRefused(f"status {answer.status}")
        stamped = answer.tst_info
        if stamped.message_imprint.message != sha256(text).digest() or stamped.nonce != query.nonce:
            raise TimestampRefused("not what it was asked to stamp")
        return raw
