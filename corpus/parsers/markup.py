"""Safe reading of XML and HTML, and the canonical form of their text."""

from __future__ import annotations

import re

from lxml import etree, html

from corpus.errors import ParseError

MAX_BYTES = 64_000_000


def read_xml(data: bytes, path: str) -> etree._Element:
    """The root of an XML document; no entity is expanded, no address fetched.

    Raises:
        ParseError: If it is too large or no well-formed XML.
    """
    _check_size(data, path)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise ParseError(path, line, f"not well-formed XML: {error.msg}") from error


def read_html(data: bytes, path: str) -> html.HtmlElement:
    """The root of an HTML or XHTML page, however badly formed; nothing is fetched.

    Raises:
        ParseError: If it is too large or holds no element.
    """
    _check_size(data, path)
    text = data.decode("utf-8-sig", "replace")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    parser = html.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
    try:
        root = html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ParseError(path, 1, f"not HTML: {error}") from error
    return root


def canonical(text: str) -> str:
    r"""One line of text as the corpus keeps it: single spaces, no soft or zero-width marks.

    >>> canonical("  10\u00a0000  FLOPs\u200b ")
    '10 000 FLOPs'
    """
    text = re.sub(r"[\u00ad\u200b\u200c\u200d\ufeff]", "", text)
    return " ".join(text.split())


def _check_size(data: bytes, path: str) -> None:
    if len(data) > MAX_BYTES:
        raise ParseError(path, 1, f"larger than {MAX_BYTES // 1_000_000} MB")
