"""The framing of a LevelDB log, in which wandb keeps its records."""

import struct
from collections.abc import Iterator

FILE_HEADER = 7  # wandb's own
BLOCK = 32_768
RECORD_HEADER = struct.Struct("<IHB")  # checksum, length, kind
ENDS = (1, 4)  # a whole record, and the last part of one


def records_of(log: bytes) -> Iterator[bytes]:
    """The whole records of a log, which a killed process leaves cut."""
    at, whole = FILE_HEADER, b""
    while at + RECORD_HEADER.size <= len(log):
        left = BLOCK - at % BLOCK
        if left < RECORD_HEADER.size:
            at += left
            continue
        _, length, kind = RECORD_HEADER.unpack_from(log, at)
        at += RECORD_HEADER.size
        if kind == 0 or at + length > len(log):
            return
        whole += log[at : at + length]
        at += length
        if kind in ENDS:
            yield whole
            whole = b""
