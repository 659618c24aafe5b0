"""What the warehouse asks of files, in one place (its port `Papers`). Costs nothing until the first file is opened.

The API imports this and opens no file: the libraries that do are not even in its package.
"""

from datetime import datetime

from chalicelib.papers.model import Limits, MediaType, Opened, Refused, Root, Signature


class RealPapers:
    """Opens files with the libraries that are installed."""

    def __init__(self, limits: Limits | None = None) -> None:
        """Take what is opened at all."""
        self._limits = limits or Limits()

    def open(self, body: bytes, declared: MediaType) -> Opened | Refused:
        """Find out what the bytes are, and open them; whatever they are, the answer is one of the two."""
        from chalicelib.papers.sniff import sniff

        kind = sniff(body, declared)
        if isinstance(kind, Refused):
            return kind
        if kind == "application/pdf":
            from chalicelib.papers.pdfs import open_pdf

            return open_pdf(body, self._limits)
        if kind in {"application/json", "application/xml"}:
            return self._structured(body, kind)
        from chalicelib.papers.images import open_image

        return open_image(body, kind, self._limits)

    def codes(self, opened: Opened) -> tuple[str, ...]:
        """Return the texts of the codes (QR) in an image or on the first pages."""
        from chalicelib.papers.codes import read_codes

        return read_codes(opened)

    def signatures(self, body: bytes, roots: tuple[Root, ...], at: datetime) -> tuple[Signature, ...]:
        """Return the three answers about each signature of a PDF; nothing for a file without any."""
        from chalicelib.papers.signatures import verify

        return verify(body, roots, at)

    def _structured(self, body: bytes, kind: MediaType) -> Opened | Refused:
        from chalicelib.papers.structured import read_json, read_xml

        value = (read_json if kind == "application/json" else read_xml)(body, self._limits)
        return value if isinstance(value, Refused) else Opened(kind, body)
