"""GPT-2's spelling of bytes: a visible character for each, so that tokens can stand in text files.

Bytes that are visible characters in Latin-1 stand for themselves; the other 68 (spaces, control
characters) get the characters from number 256 on.  A space becomes Ġ, a line feed Ċ.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["bytes_to_symbols", "read_merge", "symbols_to_bytes"]

VISIBLE = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), 256)]
HIDDEN = [byte for byte in range(256) if byte not in VISIBLE]
SYMBOLS = {byte: chr(byte) for byte in VISIBLE} | {b: chr(256 + i) for i, b in enumerate(HIDDEN)}
BYTES = {symbol: byte for byte, symbol in SYMBOLS.items()}


def bytes_to_symbols(data: bytes) -> str:
    """Spell bytes as visible characters.

    Example:
        >>> from tt_text.tokenizers import bytes_to_symbols
        >>> bytes_to_symbols(b" hello\\n")
        'ĠhelloĊ'
    """
    return "".join([SYMBOLS[byte] for byte in data])


def symbols_to_bytes(text: str) -> bytes:
    """The bytes that were spelled by :func:`bytes_to_symbols`.

    Raises:
        ValueError: a character that stands for no byte.

    Example:
        >>> from tt_text.tokenizers import symbols_to_bytes
        >>> symbols_to_bytes("ĠhelloĊ")
        b' hello\\n'
    """
    try:
        return bytes([BYTES[symbol] for symbol in text])
    except KeyError as error:
        raise ValueError(f"{text!r}: {error} stands for no byte") from None


def read_merge(line: str | Sequence[str]) -> tuple[bytes, bytes]:
    """A merge from its line in a file, ``"Ġt he"``, or its two parts."""
    parts = line.split(" ") if isinstance(line, str) else line
    if len(parts) != 2 or not all(parts):
        raise ValueError(f"merges: expected two tokens and a space between them, not {line!r}")
    return symbols_to_bytes(parts[0]), symbols_to_bytes(parts[1])
