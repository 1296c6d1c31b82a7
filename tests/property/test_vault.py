"""Whatever is sealed comes back; whatever was changed does not."""

import io
import itertools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.errors import Tampered
from mailbot.store.envelope import FRAME, HEADER
from mailbot.store.keys import KEY_BYTES, KeyClass, Keyring, rotate
from mailbot.store.vault import Part, Vault

_VAULT = Vault(Keyring({f"{kind.value}-1.key": bytes([at]) * KEY_BYTES for at, kind in enumerate(KeyClass)}))
_SEALED_FRAME = FRAME + 16
_SETTINGS = settings(derandomize=True, deadline=None)
_LARGE = settings(
    derandomize=True, deadline=None, max_examples=25, suppress_health_check=[HealthCheck.data_too_large]
)
_SIZES = [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 2 * FRAME + 7]


def _sealed(plain: bytes, cuts: tuple[int, ...] = ()) -> bytes:
    edges = [0, *sorted(cuts), len(plain)]
    chunks = [plain[start:end] for start, end in itertools.pairwise(edges)]
    return b"".join(_VAULT.seal_stream(chunks))


def _opened(sealed: bytes) -> bytes:
    return b"".join(_VAULT.open_stream(io.BytesIO(sealed)))


@_SETTINGS
@given(plain=st.binary(max_size=500), context=st.text(max_size=40), part=st.sampled_from(Part))
def test_a_sealed_value_comes_back(plain: bytes, context: str, part: Part) -> None:
    """Any bytes, any place, any part."""
    assert plain == _VAULT.open(part, _VAULT.seal(part, plain, context), context)


@_SETTINGS
@given(plain=st.binary(max_size=100), at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_value_with_one_bit_changed_does_not_open(plain: bytes, at: int, bit: int) -> None:
    """Wherever the bit is: version, key id, nonce, text or tag."""
    sealed = bytearray(_VAULT.seal(Part.CONTENT, plain, "a.b.c"))
    sealed[at % len(sealed)] ^= 1 << bit

    with pytest.raises(Tampered):
        _VAULT.open(Part.CONTENT, bytes(sealed), "a.b.c")


@_SETTINGS
@given(untrusted=st.binary(max_size=200))
def test_any_bytes_are_a_value_of_ours_or_tampered(untrusted: bytes) -> None:
    """No other exception leaves the vault."""
    with pytest.raises(Tampered):
        _VAULT.open(Part.SOURCE, b"v1." + untrusted, "a.b.c")
    with pytest.raises(Tampered):
        _opened(b"mbe1" + untrusted)


@_LARGE
@given(
    size=st.sampled_from(_SIZES),
    cuts=st.lists(st.integers(0, 2 * FRAME), max_size=4).map(tuple),
    filler=st.binary(min_size=1, max_size=7),
)
def test_a_stream_comes_back_however_it_was_cut(size: int, cuts: tuple[int, ...], filler: bytes) -> None:
    """Sizes around the frames' borders, in any chunks; and no plain byte shows."""
    plain = (filler * (size // len(filler) + 1))[:size]
    sealed = _sealed(plain, cuts)

    assert plain == _opened(sealed)
    assert plain[:64] not in sealed or size < 8


@_LARGE
@given(size=st.sampled_from(_SIZES), keep=st.floats(0, 1, exclude_max=True))
def test_a_truncated_stream_does_not_open(size: int, keep: float) -> None:
    """Cut anywhere, also exactly between two frames."""
    sealed = _sealed(bytes(size))
    borders = range(HEADER, len(sealed), _SEALED_FRAME)

    for length in {int(keep * len(sealed)), *borders} - {len(sealed)}:
        with pytest.raises(Tampered):
            _opened(sealed[:length])


@_LARGE
@given(size=st.sampled_from(_SIZES), at=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_stream_with_one_bit_changed_does_not_open(size: int, at: float, bit: int) -> None:
    """Header, frame or tag."""
    sealed = bytearray(_sealed(bytes(size)))
    sealed[int(at * len(sealed))] ^= 1 << bit

    with pytest.raises(Tampered):
        _opened(bytes(sealed))


def test_frames_that_are_swapped_repeated_left_out_or_borrowed_do_not_open() -> None:
    """Each frame has its place in its blob."""
    one, other = _sealed(bytes(3 * FRAME)), _sealed(bytes(3 * FRAME))
    head, frames = one[:HEADER], [one[HEADER + at * _SEALED_FRAME :][:_SEALED_FRAME] for at in range(3)]
    borrowed = other[HEADER : HEADER + _SEALED_FRAME]

    assert bytes(3 * FRAME) == _opened(head + b"".join(frames))
    for wrong in (
        [frames[1], frames[0], frames[2]],
        [frames[0], frames[0], frames[1], frames[2]],
        [frames[0], frames[2]],
        [borrowed, frames[1], frames[2]],
        [*frames, b""[:0], frames[2]],
    ):
        with pytest.raises(Tampered):
            _opened(head + b"".join(wrong))


def test_nothing_unverified_is_yielded() -> None:
    """The frames before a damaged one come out, nothing of it does."""
    sealed = bytearray(_sealed(b"a" * FRAME + b"b" * FRAME))
    sealed[HEADER + _SEALED_FRAME + 5] ^= 1
    frames = _VAULT.open_stream(io.BytesIO(bytes(sealed)))

    assert b"a" * FRAME == next(frames)
    with pytest.raises(Tampered):
        next(frames)


def test_rewrapping_changes_the_header_alone(tmp_path: Path) -> None:
    """After a rotation the header is wrapped anew; the frames open as they are."""
    old = Vault(Keyring.create(tmp_path / "keys"))
    sealed = b"".join(old.seal_stream([b"plain"]))
    rotate(tmp_path / "keys")
    new = Vault(Keyring.load(tmp_path / "keys"))
    header = new.rewrap(sealed[:HEADER])
    moved = header + sealed[HEADER:]

    assert HEADER == len(header)
    assert [b"plain"] == list(new.open_stream(io.BytesIO(moved)))
    assert (True, False) == (new.is_outdated(sealed), new.is_outdated(moved))
    with pytest.raises(Tampered):
        list(old.open_stream(io.BytesIO(moved)))
