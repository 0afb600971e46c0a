"""A second verifier of the log, for tests alone: it shares no code, language or library with the first.

    verify.py FOLDER [PROOF.json ...]

FOLDER is what `loadgate audit export` writes. Recomputes the root from the lowest tiles, checks every tile above them,
the signature of the checkpoint (Ed25519, RFC 8032), and each proof (RFC 6962). Prints the number of leaves.
"""

import base64
import hashlib
import json
import pathlib
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(a, b):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    e = (y1 - x1) * (y2 - x2) % P
    f = (y1 + x1) * (y2 + x2) % P
    g, h = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return i * j % P, k * m % P, j * k % P, i * m % P


def times(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - x2) % P or y >= P:
        raise SystemExit("a key or signature is no point of the curve")
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    return same(times(s, BASE), add(point(r), times(h, point(key))))


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes):
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return node(root_of(hashes[:split]), root_of(hashes[split:]))


def opened(note, verifier):
    """Size and root of a checkpoint that the verifier key signed."""
    name, number, key = verifier.split("+", 2)
    key = base64.b64decode(key)
    if key[0] != 1 or hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() != number:
        raise SystemExit("the verifier key is not what its number says")
    text, signatures = note.split("\n\n", 1)
    text += "\n"
    for line in signatures.splitlines():
        dash, who, value = line.split(" ", 2)
        value = base64.b64decode(value)
        if dash == "\u2014" and who == name and value[:4].hex() == number:
            if not signed(key[1:], text.encode(), value[4:]):
                raise SystemExit("the signature of the checkpoint is wrong")
            origin, size, root = text.split("\n")[:3]
            if origin != name:
                raise SystemExit("the checkpoint is of another log")
            return int(size), base64.b64decode(root)
    raise SystemExit("the checkpoint is not signed by the verifier key")


def place(index):
    groups = ["%03d" % (index % 1000)]
    while index >= 1000:
        index //= 1000
        groups.insert(0, "x%03d" % (index % 1000))
    return "/".join(groups)


def tiles(folder, level, count):
    hashes = []
    for index in range((count + 255) // 256):
        width = min(256, count - index * 256)
        name = place(index) + ("" if width == 256 else ".p/%d" % width)
        data = (folder / "tile" / str(level) / name).read_bytes()
        if len(data) != 32 * width:
            raise SystemExit("tile %s of level %d has %d bytes" % (name, level, len(data)))
        hashes += [data[at : at + 32] for at in range(0, len(data), 32)]
    return hashes


def text(value):
    data = value.encode()
    return len(data).to_bytes(4, "big") + data


def prove(path, verifier):
    proof = json.loads(pathlib.Path(path).read_text())
    size, root = opened(proof["checkpoint"], verifier)
    data = text("loadgate event 1") + text(proof["stream"]) + proof["version"].to_bytes(8, "big")
    data += int(proof["at"]).to_bytes(8, "big", signed=True) + text(proof["type"]) + proof["v"].to_bytes(8, "big")
    segment = base64.b64decode(proof["segment"])
    data += len(segment).to_bytes(4, "big") + segment
    found = hashlib.sha256(b"\x00" + data).digest()
    index, last = proof["leaf_index"], size - 1
    for sibling in (base64.b64decode(one) for one in proof["path"]):
        if last == 0:
            raise SystemExit("%s: the path is too long" % path)
        if index & 1 or index == last:
            found = node(sibling, found)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = node(found, sibling)
        index, last = index >> 1, last >> 1
    if last or found != root:
        raise SystemExit("%s: the hashes do not lead to the root" % path)


def main():
    folder = pathlib.Path(sys.argv[1])
    verifier = (folder / "verifier").read_text().strip()
    size, root = opened((folder / "checkpoint").read_text(), verifier)
    below = tiles(folder, 0, size)
    if size and root_of(below) != root:
        raise SystemExit("the leaves do not have the root of the checkpoint")
    level, count = 1, size >> 8
    while count:
        below = [root_of(below[at * 256 : at * 256 + 256]) for at in range(count)]
        if tiles(folder, level, count) != below:
            raise SystemExit("the tiles of level %d do not follow from those below" % level)
        level, count = level + 1, count >> 8
    for path in sys.argv[2:]:
        prove(path, verifier)
    print(size)


main()
