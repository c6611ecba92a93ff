"""What a file is, judged by its bytes. What a browser could run is never called what it is."""

from __future__ import annotations

UNKNOWN = "application/octet-stream"
HEAD = 4096
"""Bytes that are looked at."""

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""What pages may show in place."""

BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x1f\x8b", "application/gzip"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "application/ogg"),
)

OFFICE = "application/vnd.openxmlformats-officedocument"
ZIPPED = {
    ".docx": f"{OFFICE}.wordprocessingml.document",
    ".xlsx": f"{OFFICE}.spreadsheetml.sheet",
    ".pptx": f"{OFFICE}.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
OLD_OFFICE = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
}
TEXTS = {".txt": "text/plain", ".csv": "text/csv", ".log": "text/plain"}


def sniff(name: str, head: bytes) -> str:
    """The media type of a file that begins with ``head``; the name only chooses among equals."""
    ending = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    found = next((type_ for start, type_ in BEGINNINGS if head.startswith(start)), None)
    if found == "application/zip":
        return ZIPPED.get(ending, found)
    if found == "application/x-ole-storage":
        return OLD_OFFICE.get(ending, found)
    if found is None and ending in TEXTS and _is_text(head):
        return TEXTS[ending]
    return found or UNKNOWN


def is_picture(media_type: str) -> bool:
    return media_type in PICTURES


def _is_text(head: bytes) -> bool:
    """UTF-8 (the last character may be cut) without control characters, or nothing at all."""
    for cut in range(4 if len(head) == HEAD else 1):
        try:
            text = head[: len(head) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return all(c.isprintable() or c in "\r\n\t\ufeff" or ord(c) > 0xFF for c in text)
    return False
