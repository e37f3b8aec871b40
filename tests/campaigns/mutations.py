"""How files are altered: bytes, JSON, lines and ZIPs, each in the ways that readers are known to stumble over."""

from __future__ import annotations

import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence

BYTES = (
    *(b"\x00", b"\xff", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x00\x00\x00\x80", b"\r\n", b"\n\n", b'"', b"'"),
    *(b"\\", b"{", b"[", b"]", b"}", b",", b"&a ", b"*a", b"<<: ", b"!!python/object:os.system ", b"---\n"),
    b"\xef\xbb\xbf",
    *(b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\xae", b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"../", b"..\\"),
    *(b"=1+1", b"-> scrypt a 63\n", b"-> X25519 ", b"--- "),
)  # fmt: skip
TEXTS = (
    *("", "\x00", "\ud800", "\udfff\ud800", "a" * 400, "../../x", "/etc/passwd", "C:\\x", "<b>x</b>", "=cmd()", "'"),
    *("\u202eabc", "\u0000\u0001", "é" * 40, "0", "-1", "1e400", "NaN", "9" * 400, "2026-13-45", "0" * 32, "f" * 64),
    *("0000-00-00", "9999-12-31", "draft", "not_observed", "person", "a/b/c", "/", "\n", "\u2028", "🎬" * 9),
)  # fmt: skip
NUMBERS = (
    *(0, -1, 1, 1 << 31, 1 << 32, 1 << 53, (1 << 53) + 1, (1 << 63) - 1, 1 << 63, 1 << 64, -(1 << 63), 10**400),
    *(0.5, -0.0, 1e308, -1e308, 5e-324),
)  # fmt: skip


# Bytes


def mutate_bytes(draw: random.Random, data: bytes, others: Sequence[bytes] = ()) -> bytes:
    """A few alterations of bytes: flipped, cut, doubled, taken out, put in, or crossed with another file."""
    for _ in range(draw.choice((1, 1, 1, 2, 3, 8))):
        data = draw.choice(_BYTE_TRICKS)(draw, data, others)
    return data


def _span(draw: random.Random, data: bytes) -> tuple[int, int]:
    start = draw.randint(0, len(data))
    return start, min(len(data), start + draw.choice((1, 2, 4, 16, 64, 500, len(data))))


def _flip(draw: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    if not data:
        return b"\x00"
    place = draw.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << draw.randrange(8)]) + data[place + 1 :]


def _cut(draw: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    place = draw.randint(0, len(data))
    return data[:place] if draw.random() < 0.8 else data[place:]


def _double(draw: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    start, end = _span(draw, data)
    return data[:end] + data[start:end] * draw.choice((1, 1, 2, 30)) + data[end:]


def _take_out(draw: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    start, end = _span(draw, data)
    return data[:start] + data[end:]


def _put_in(draw: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    place, piece = draw.randint(0, len(data)), draw.choice(BYTES) * draw.choice((1, 1, 1, 2, 40))
    over = len(piece) if draw.random() < 0.5 else 0
    return data[:place] + piece + data[place + over :]


def _number(draw: random.Random, data: bytes, _others: Sequence[bytes]) -> bytes:
    kind = draw.choice(("<H", "<L", "<Q", ">H", ">L", ">Q"))
    size = struct.calcsize(kind)
    value = draw.choice((0, 1, (1 << 8 * size) - 1, 1 << 8 * size - 1, draw.getrandbits(8 * size)))
    place = draw.randint(0, len(data))
    return data[:place] + struct.pack(kind, value) + data[place + size :]


def _cross(draw: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    other = draw.choice(others) if others else data
    start, end = _span(draw, other)
    place = draw.randint(0, len(data))
    return data[:place] + other[start:end] + (data[place:] if draw.random() < 0.5 else b"")


_BYTE_TRICKS: Sequence[Callable[[random.Random, bytes, Sequence[bytes]], bytes]] = (
    *(_flip, _flip, _cut, _double, _take_out, _put_in, _number, _cross),
)


# JSON


class Pairs(list):
    """An object of JSON as a list of (name, value), so that a name may stand twice."""


class Raw(str):
    """Text that is written into JSON as it is."""


def mutate_json(draw: random.Random, data: bytes) -> bytes:
    """JSON with a few of its values or names altered; not necessarily JSON any more."""
    root = [json.loads(data, object_pairs_hook=Pairs)]
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        places = list(_places(root))
        parent, index = draw.choice(places)
        _alter(draw, parent, index)
        if not root:
            break
    text = rendered(root[0]) if root else ""
    return text.encode("utf-8", "surrogatepass")


def _places(node: list) -> list[tuple[list, int]]:
    found: list[tuple[list, int]] = []
    open_ends = [node]
    while open_ends:
        each = open_ends.pop()
        for index, item in enumerate(each):
            found.append((each, index))
            value = item[1] if isinstance(each, Pairs) else item
            if isinstance(value, list):
                open_ends.append(value)
    return found


def _alter(draw: random.Random, parent: list, index: int) -> None:
    item = parent[index]
    name, value = item if isinstance(parent, Pairs) else (None, item)
    trick = draw.randrange(10)
    if trick == 0:
        del parent[index]
    elif trick == 1:
        parent.insert(index, item)
    elif trick == 2 and name is not None:
        parent[index] = (draw.choice(TEXTS), value)
    elif trick == 3 and len(parent) > 1:
        other = draw.randrange(len(parent))
        parent[index], parent[other] = parent[other], parent[index]
    else:
        new = strange_value(draw, value)
        parent[index] = new if name is None else (name, new)


def strange_value(draw: random.Random, value: object) -> object:
    """Something else in the place of a value: near it, of another type, too large, too deep, or no JSON at all."""
    trick = draw.randrange(12)
    if trick <= 1 and isinstance(value, int):
        return value + draw.choice((-1, 1, 1 << 20, 1 << 40))
    if trick <= 2 and isinstance(value, str):
        place = draw.randint(0, len(value))
        return value[:place] + draw.choice(TEXTS) + value[place + 1 :]
    if trick <= 4:
        return draw.choice(TEXTS)
    if trick <= 6:
        return draw.choice(NUMBERS)
    if trick == 7:
        return draw.choice((None, True, False))
    if trick == 8:
        return draw.choice(([], Pairs(), [value], [value] * 300, Pairs([("a", value)])))
    if trick == 9:
        deep = draw.choice((5, 31, 40, 3000, 100_000))
        return Raw("[" * deep + "]" * deep)
    if trick == 10:
        return Raw(draw.choice(("NaN", "Infinity", "-Infinity", "1e999", "-", "01", "0x10", '"\\ud800"', '"\\x"', "")))
    return Raw("9" * draw.choice((20, 5000)))


def rendered(node: object) -> str:
    if isinstance(node, Raw):
        return str(node)
    if isinstance(node, Pairs):
        return "{" + ",".join(f"{json.dumps(name)}:{rendered(value)}" for name, value in node) + "}"
    if isinstance(node, list):
        return "[" + ",".join(rendered(each) for each in node) + "]"
    return json.dumps(node, ensure_ascii=isinstance(node, str) and not _is_text(node))


def _is_text(text: str) -> bool:
    return all(not "\ud800" <= each <= "\udfff" for each in text)


# Lines, as in YAML and CSV


def mutate_lines(draw: random.Random, data: bytes, others: Sequence[bytes] = ()) -> bytes:
    """Lines doubled, taken out, swapped, moved in or out, or with another ending; or single bytes altered."""
    for _ in range(draw.choice((1, 1, 2, 4))):
        lines = data.split(b"\n")
        place, trick = draw.randrange(len(lines)), draw.randrange(9)
        if trick == 0:
            del lines[place]
        elif trick == 1:
            lines[place:place] = [lines[place]] * draw.choice((1, 1, 3, 500))
        elif trick == 2:
            other = draw.randrange(len(lines))
            lines[place], lines[other] = lines[other], lines[place]
        elif trick == 3:
            lines[place] = b" " * draw.choice((1, 2, 3, 400)) + lines[place]
        elif trick == 4:
            lines[place] = lines[place].lstrip()
        elif trick == 5:
            head, colon, _tail = lines[place].partition(draw.choice((b":", b",", b";")))
            lines[place] = head + colon + b" " + draw.choice(
                (*BYTES, b"1" * 5000, b"{" * 200, b"- " * 300, b"1e999", b".nan", b"0o17", b"2026-02-30", b"|", b">-")
            )  # fmt: skip
        elif trick == 6:
            lines[place] += draw.choice((b"\r", b"\x85", b"\xe2\x80\xa8", b"\x0c", b" #", b",,,,,", b";;" * 300))
        else:
            lines = [mutate_bytes(draw, data, others)]
        data = b"\n".join(lines) or b"\n"
    return data


# ZIPs


def mutate_zip(draw: random.Random, data: bytes, inside: Callable[[random.Random, str, bytes], bytes]) -> bytes:
    """A ZIP (such as a workbook) packed again with an altered member, a doubled or missing one, or a lie of sizes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(each.filename, archive.read(each)) for each in archive.infolist()]
    trick = draw.randrange(10)
    place = draw.randrange(len(members))
    if trick == 0:
        del members[place]
    elif trick == 1:
        members.append((draw.choice(("../../x", "/x", "a\\..\\b", "xl/workbook.xml", "x" * 300)), members[place][1]))
    elif trick == 2:
        members[place] = (members[place][0], b"\x00" * draw.choice((1 << 16, 1 << 22)))
    elif trick == 3:
        members[place] = (draw.choice(TEXTS[5:9]), members[place][1])
    else:
        for _ in range(draw.choice((1, 1, 3))):
            place = draw.randrange(len(members))
            members[place] = (members[place][0], inside(draw, *members[place]))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        seen: set[str] = set()
        for name, content in members:
            if name in seen:  # zipfile warns of it
                continue
            seen.add(name)
            archive.writestr(zipfile.ZipInfo(name or "x"), content)
    packed = out.getvalue()
    return mutate_bytes(draw, packed) if draw.random() < 0.2 else packed


XML = (
    *(b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>', b"&b;", b"&#0;", b"<x>" * 400),
    *(b'r="XFD1048576"', b'r="A0"', b'r="1"', b'r=""', b's="99999"', b't="s"', b't="e"', b't="d"', b't="b"'),
    *(b"<v>-1</v>", b"<v>1e999</v>", b"<v>nan</v>", b"<v>99999999999</v>", b"<v>2958466</v>", b"<v></v>", b"<f>1</f>"),
    *(b'<mergeCell ref="A1:XFD1048576"/>', b'<mergeCell ref="A"/>', b'date1904="1"', b'state="veryHidden"'),
    *(b'Target="../../../etc/passwd"', b'Target="http://x"', b'encoding="utf-16"', b'encoding="nope"'),
)  # fmt: skip


def mutate_xml(draw: random.Random, _name: str, data: bytes) -> bytes:
    """XML with strange pieces between its own ones."""
    for _ in range(draw.choice((1, 1, 2, 4))):
        if draw.random() < 0.4:
            data = mutate_bytes(draw, data)
            continue
        places = [place for place, each in enumerate(data) if each in b"<> "] or [0]
        start = draw.choice(places)
        end = data.find(draw.choice((b">", b" ", b"<")), start + 1) if draw.random() < 0.6 else start
        data = data[:start] + (b" " if draw.random() < 0.5 else b"") + draw.choice(XML) + data[max(start, end) :]
    return data


def deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(1)
    return packer.compress(data) + packer.flush()
