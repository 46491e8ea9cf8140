#!/usr/bin/env python3
"""Judges an electronic seal, a seal signature or a signed message without any code of Andu.

    seal_check.py seal FILE
    seal_check.py signature FILE [WHAT_WAS_SEALED]
    seal_check.py message FILE [WHAT_WAS_SIGNED]

Written from the ASN.1 of GM/T 0031, GB/T 38540 and GB/T 35275 alone: a walk over DER of its own, and the `openssl`
command for SM2, SM3 and certificates. Prints JSON; ends with 0 if everything holds, 1 if not, 2 if it cannot be read.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

DISTID = "distid:1234567812345678"


class Unreadable(Exception):
    pass


def walk(data):
    """The elements of `data`: (tag, value, whole)."""
    found, at = [], 0
    while at < len(data):
        tag, start, length = data[at], at + 2, data[at + 1]
        if length >= 0x80:
            count = length - 0x80
            if not 1 <= count <= 4:
                raise Unreadable("a length that is none")
            length = int.from_bytes(data[start : start + count], "big")
            start += count
        if start + length > len(data):
            raise Unreadable("it ends too early")
        found.append((tag, data[start : start + length], data[at : start + length]))
        at = start + length
    return found


def only(data):
    all_ = walk(data)
    if len(all_) != 1 or all_[0][0] != 0x30:
        raise Unreadable("not one sequence")
    return walk(all_[0][1])


def wrap(tag, value):
    size = len(value)
    if size < 0x80:
        return bytes([tag, size]) + value
    count = (size.bit_length() + 7) // 8
    return bytes([tag, 0x80 + count]) + size.to_bytes(count, "big") + value


def openssl(*args, feed=None):
    return subprocess.run(["openssl", *args], input=feed, capture_output=True, check=False)


def sm3(data):
    return openssl("dgst", "-sm3", "-binary", feed=data).stdout


def verify(certificate, data, signature):
    """Whether the holder of `certificate` (DER) signed `data`."""
    if len(signature) == 64:
        def number(half):
            half = half.lstrip(b"\0")
            return wrap(2, (b"\0" if not half or half[0] >= 0x80 else b"") + half)
        signature = wrap(0x30, number(signature[:32]) + number(signature[32:]))
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        key = openssl("x509", "-inform", "DER", "-noout", "-pubkey", feed=certificate)
        if key.returncode:
            raise Unreadable("the certificate: " + key.stderr.decode())
        (folder / "key").write_bytes(key.stdout)
        (folder / "data").write_bytes(data)
        (folder / "signature").write_bytes(signature)
        done = openssl(
            "dgst", "-sm3", "-verify", str(folder / "key"), "-sigopt", DISTID,
            "-signature", str(folder / "signature"), str(folder / "data"),
        )
        return done.returncode == 0


def seal(data):
    fields = only(data)
    info = fields[0]
    parts = walk(info[1])
    header = walk(parts[0][1])
    if len(fields) == 2:
        maker, algorithm, value = walk(fields[1][1])[:3]
        signed = wrap(0x30, info[2] + maker[2] + algorithm[2])
    else:
        maker, algorithm, value = fields[1:4]
        signed = info[2]
    attributes = walk(parts[2][1])
    has_kind = attributes[2][0] == 2
    listed = walk(attributes[3 if has_kind else 2][1])
    times = [one[1].decode() for one in attributes[4 if has_kind else 3 :]]
    return {
        "version": int.from_bytes(header[1][1], "big"),
        "name": attributes[1][1].decode("utf-8", "replace"),
        "times": times,
        "picture": walk(parts[3][1])[0][1].decode(),
        "signers": [one[1] for one in listed],
        "seal_holds": verify(maker[1], signed, value[1][1:]),
    }


def signature(data, content):
    fields = only(data)
    tbs = walk(fields[0][1])
    first = len(fields) == 2
    signer, value = (tbs[5], fields[1]) if first else (fields[1], fields[3])
    found = seal(tbs[1][2])
    listed = signer[1] in found["signers"] or sm3(signer[1]) in found["signers"]
    told = {
        **found,
        "signer_listed": listed,
        "signature_holds": verify(signer[1], fields[0][2], value[1][1:]),
        "about": tbs[4][1].decode(),
    }
    if content is not None:
        told["content_holds"] = tbs[3][1][1:] == sm3(content)
    return told


def message(data, content):
    kind, body = only(data)[:2]
    parts = only(body[1])
    inner = walk(parts[2][1])
    if len(inner) > 1:
        content = walk(inner[1][1])[0][1]
    if content is None:
        raise Unreadable("what was signed lies beside the message")
    certificates = [one[2] for part in parts if part[0] == 0xA0 for one in walk(part[1])]
    signers = walk(parts[-1][1])
    told = {"kind": kind[1].hex(), "signers": len(signers), "message_holds": bool(signers)}
    for one in signers:
        entry = walk(one[1])
        attributes = [part for part in entry if part[0] == 0xA0]
        value = entry[-1][1] if entry[-1][0] == 4 else entry[-2][1]
        signed = content
        if attributes:
            digest = bytes.fromhex("06092a864886f70d010904")
            held = [
                walk(walk(pair[1])[1][1])[0][1]
                for pair in walk(attributes[0][1])
                if walk(pair[1])[0][2] == digest
            ]
            told["message_holds"] &= held == [sm3(content)]
            signed = wrap(0x31, attributes[0][1])
        told["message_holds"] &= any(verify(der, signed, value) for der in certificates)
    return told


def main():
    what, path, *more = sys.argv[1:]
    data = Path(path).read_bytes()
    content = Path(more[0]).read_bytes() if more else None
    try:
        told = {
            "seal": lambda: seal(data),
            "signature": lambda: signature(data, content),
            "message": lambda: message(data, content),
        }[what]()
    except (Unreadable, IndexError, ValueError) as error:
        print(json.dumps({"unreadable": str(error)}, ensure_ascii=False))
        return 2
    if what != "message":
        told.pop("signers")
    print(json.dumps(told, ensure_ascii=False))
    held = [value for key, value in told.items() if key.endswith(("holds", "listed"))]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
