"""Files of PyTorch's layouts, written by hand here: no PyTorch is needed, and any lie is possible."""

import io
import os
import pickle
import struct
import subprocess
import sys
import zipfile

import numpy as np
import pytest

import tt_nn as nn
import tt_tensor as tt

# --- a small assembler of pickles ---------------------------------------------------------------


def text(value):
    data = value.encode()
    return b"X" + struct.pack("<I", len(data)) + data


def number(value):
    data = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def row(*parts):
    return b"(" + b"".join(parts) + b"t"


def name(full):
    module, _, last = full.rpartition(".")
    return f"c{module}\n{last}\n".encode()


def call(full, *args):
    return name(full) + row(*args) + b"R"


def listed(*parts):
    return b"](" + b"".join(parts) + b"e"


def mapping(**items):
    return b"}(" + b"".join(text(key) + value for key, value in items.items()) + b"u"


def program(body):
    return b"\x80\x02" + body + b"."


def storage(key="0", length=6, kind="torch.FloatStorage", more=b""):
    return row(text("storage"), name(kind), text(key), text("cpu"), number(length), more) + b"Q"


def tensor(size, stride, offset=0, of=None):
    sizes, strides = row(*map(number, size)), row(*map(number, stride))
    hooks = call("collections.OrderedDict")
    rebuild = "torch._utils._rebuild_tensor_v2"
    return call(rebuild, of or storage(), number(offset), sizes, strides, b"\x89", hooks)


SIX = np.arange(6, dtype="<f4").tobytes()
WEIGHTS = mapping(w=tensor((2, 3), (3, 1)))


def zipped(body=WEIGHTS, folder="archive", compression=zipfile.ZIP_STORED, **members):
    """The bytes of an archive; members are those beside the program."""
    out = io.BytesIO()
    members = {"data.pkl": program(body), "byteorder": b"little", "data/0": SIX, **members}
    with zipfile.ZipFile(out, "w", compression) as archive:
        for member, data in members.items():
            if data is not None:
                archive.writestr(f"{folder}/{member}", data)
    return out.getvalue()


MAGIC = 0x1950A86A20F9469CFC6C


def legacy(body=WEIGHTS, storages=None, magic=MAGIC, version=1001, keys=None):
    """The bytes of the older layout; storages are pairs of a length and numbers."""
    if storages is None:
        storages = {"0": (6, SIX)} if text("storage") in body else {}
    keys = listed(*map(text, storages)) if keys is None else keys
    heads = (number(magic), number(version), mapping(little_endian=b"\x88"), body)
    rows = b"".join(length.to_bytes(8, "little") + data for length, data in storages.values())
    return b"".join(map(program, heads)) + program(keys) + rows


LAYOUTS = {"zip": zipped, "legacy": legacy}


@pytest.fixture
def read(tmp_path):
    """A function that loads a file with these bytes."""

    def load(content):
        path = tmp_path / "model.pth"
        path.write_bytes(content)
        return nn.load_pytorch(path)

    return load


@pytest.fixture(params=LAYOUTS)
def layout(request):
    return LAYOUTS[request.param]


# --- what good files give -----------------------------------------------------------------------


def test_tensors_come_as_they_were(read, layout):
    loaded = read(layout(WEIGHTS))
    assert list(loaded) == ["w"]
    assert loaded["w"].dtype is tt.float32
    assert loaded["w"].tolist() == [[0, 1, 2], [3, 4, 5]]
    loaded["w"][0, 0] = 9.0  # memory of its own, that can be written
    assert loaded["w"][0, 0].item() == 9.0


def test_strides_and_offsets_choose_the_elements(read, layout):
    transposed, column, one = tensor((3, 2), (1, 3)), tensor((2,), (3,), 1), tensor((), (), 5)
    loaded = read(layout(mapping(t=transposed, c=column, one=one)))
    assert loaded["t"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert loaded["c"].tolist() == [1, 4]
    assert loaded["one"].shape == ()
    assert loaded["one"].item() == 5


def test_tensors_of_one_storage_share_memory(read, layout):
    loaded = read(layout(mapping(a=tensor((2, 3), (3, 1)), b=tensor((3,), (1,), 3))))
    loaded["a"][1, 0] = 7.0
    assert loaded["b"].tolist() == [7, 4, 5]


def test_empty_tensors(read, layout):
    assert read(layout(mapping(e=tensor((0, 3), (3, 1)))))["e"].shape == (0, 3)
    assert read(layout(mapping(e=tensor((2**40, 0), (1, 1)))))["e"].shape == (2**40, 0)


def test_a_repeated_number_stays_a_view(read, layout):
    assert read(layout(mapping(r=tensor((4,), (0,), 2))))["r"].tolist() == [2, 2, 2, 2]


def test_strides_of_single_elements_do_not_matter(read, layout):
    assert read(layout(mapping(w=tensor((1, 6), (2**62, 1)))))["w"].shape == (1, 6)


TYPES = {
    "Double": ("<f8", tt.float64),
    "Float": ("<f4", tt.float32),
    "Half": ("<f2", tt.float16),
    "Long": ("<i8", tt.int64),
    "Int": ("<i4", tt.int32),
    "Short": ("<i2", tt.int16),
    "Char": ("i1", tt.int8),
    "Byte": ("u1", tt.uint8),
    "Bool": ("?", tt.bool),
}


@pytest.mark.parametrize("place", ["torch", "torch.cuda"])
@pytest.mark.parametrize("kind", TYPES)
def test_every_type(read, kind, place):
    stored, dtype = TYPES[kind]
    numbers = np.array([0, 1, 5]).astype(stored)
    of = storage(length=3, kind=f"{place}.{kind}Storage")
    body = tensor((3,), (1,), of=of)
    for content in (
        zipped(body, **{"data/0": numbers.tobytes()}),
        legacy(body, {"0": (3, numbers.tobytes())}),
    ):
        loaded = read(content)
        assert loaded.dtype is dtype
        assert loaded.tolist() == numbers.tolist()


def test_bfloat16_becomes_float32(read):
    # 1.5 is 0x3fc00000 as float32; a bfloat16 is the upper half of it
    data = struct.pack("<4H", 0x3FC0, 0xBF80, 0x7F80, 0x0000)
    body = tensor((4,), (1,), of=storage(length=4, kind="torch.BFloat16Storage"))
    loaded = read(zipped(body, **{"data/0": data}))
    assert loaded.dtype is tt.float32
    assert loaded.tolist() == [1.5, -1.0, float("inf"), 0.0]


def test_any_byte_but_zero_is_true(read):
    body = tensor((3,), (1,), of=storage(length=3, kind="torch.BoolStorage"))
    loaded = read(zipped(body, **{"data/0": b"\x02\x00\xff"}))
    assert loaded.numpy().view(np.uint8).tolist() == [1, 0, 1]


def test_big_endian_archives(read):
    numbers = np.arange(6, dtype=">f4").tobytes()
    loaded = read(zipped(byteorder=b"big", **{"data/0": numbers}))
    assert loaded["w"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert read(zipped(byteorder=None))["w"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_the_folder_of_an_archive_may_have_any_name(read):
    assert list(read(zipped(folder="resnet20-12fca82f"))) == ["w"]


def test_what_else_a_training_program_saves(read, layout):
    ordered = call("collections.OrderedDict") + b"(" + text("w") + tensor((2,), (1,)) + b"u"
    ordered += mapping(_metadata=mapping()) + b"b"  # attributes are forgotten
    body = mapping(
        state_dict=ordered,
        epoch=number(3),
        best=b"G" + struct.pack(">d", 0.25),
        history=listed(number(-1), b"N", b"\x88"),
        size=call("torch.Size", row(number(2), number(3))),
        device=call("torch.device", text("cuda"), number(1)),
        dtype=name("torch.float16"),
        seen=call("__builtin__.set", listed(number(1), number(2))),
        noise=call("_codecs.encode", text("é"), text("latin1")),
        lr=call("collections.OrderedDict", listed(listed(text("a"), number(1)))),
        weight=call("torch._utils._rebuild_parameter", tensor((1,), (1,)), b"\x88", b"}"),
        old=call(
            "torch._utils._rebuild_tensor", storage(), number(1), row(number(1)), row(number(1))
        ),
    )
    loaded = read(layout(body))
    assert loaded["state_dict"]["w"].tolist() == [0, 1]
    assert type(loaded["state_dict"]) is dict
    assert (loaded["epoch"], loaded["best"]) == (3, 0.25)
    assert loaded["history"] == [-1, None, True]
    assert (loaded["size"], loaded["device"], loaded["dtype"]) == ((2, 3), "cuda:1", tt.float16)
    assert loaded["seen"] == {1, 2}
    assert loaded["noise"] == b"\xe9"
    assert loaded["lr"] == {"a": 1}
    assert not loaded["weight"].requires_grad
    assert loaded["old"].tolist() == [1]


def test_every_instruction_of_plain_pickles(read):
    value = {
        "numbers": [0, 255, 256, 65535, 65536, -1, 2**31, -(2**40), 2**3000, 0.5, True, None],
        "texts": ["", "ä" * 300, b"", b"x" * 300],
        "rows": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
        ("a", 1): {(): [], None: {}},
        "sets": [set(), {1, "a"}, frozenset({2.5})],
    }
    ring = [value["texts"], value["texts"]]
    ring.append(ring)
    twice = (ring, ring)
    for protocol in (2, 3, 4, 5):
        for number_of_values in (1, 300):  # more than 256 need long numbers in the memo
            dumped = pickle.dumps([{"v": value, "t": twice}] * number_of_values, protocol)
            dumped = dumped[2:-1]
            loaded = read(zipped(dumped))[-1]
            assert loaded["v"] == value
            again = loaded["t"][0]
            assert again is loaded["t"][1]
            assert again[2] is again
            assert again[0] is again[1]


def test_more_values_than_a_byte_can_count(read):
    values = [f"value {i}" for i in range(1000)]
    for protocol in (2, 4):
        assert read(zipped(pickle.dumps([values, values], protocol)[2:-1])) == [values, values]


def test_files_of_python_2(read):
    assert read(legacy(b"U\x03abc", {})) == "abc"
    assert read(legacy(b"T\x03\x00\x00\x00abc", {})) == "abc"


def test_a_part_of_a_storage(read):
    part = row(text("1"), number(2), number(3))  # its name, where it begins, its length
    of = storage(more=part)
    loaded = read(legacy(mapping(a=tensor((3,), (1,), of=of), b=tensor((6,), (1,)))))
    assert loaded["a"].tolist() == [2, 3, 4]
    loaded["b"][2] = 9.0
    assert loaded["a"].tolist() == [9, 3, 4]
    for outside in ((2, 5), (7, 0)):
        of = storage(more=row(text("1"), *map(number, outside)))
        with pytest.raises(nn.BadFileError, match="a part of a storage is outside of it"):
            read(legacy(tensor((0,), (1,), of=of)))


# --- files that carry code ----------------------------------------------------------------------


class Runs:
    """Pickles as a call of any function."""

    def __init__(self, function, *args):
        self.call = function, args

    def __reduce__(self):
        return self.call


def dumped(value, protocol=2):
    return pickle.dumps(value, protocol)[2:-1]


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_code_is_not_run_and_is_named(read, layout, tmp_path, protocol, depth):
    value = Runs(os.system, f"touch {tmp_path / 'ran'}")
    for _ in range(depth):
        value = {"state_dict": [value]}
    with pytest.raises(nn.UnsafeFileError, match=r"carries code: it asks for '(posix|nt).system'"):
        read(layout(dumped(value, protocol)))
    assert not (tmp_path / "ran").exists()
    with pytest.raises(nn.UnsafeFileError, match=r"'builtins.eval'|'__builtin__.eval'"):
        read(layout(dumped(Runs(eval, "1"), protocol)))


def test_code_among_weights_gives_nothing_at_all(read, layout):
    body = mapping(w=tensor((2, 3), (3, 1)), x=call("os.system", text("true")))
    with pytest.raises(
        nn.UnsafeFileError, match=r"model.pth' carries code: it asks for 'os.system'"
    ):
        read(layout(body))


NAMES = [
    "builtins.eval",
    "builtins.getattr",
    "builtins.dict",
    "builtins.set.__init__",
    "builtins.bytearray",
    "collections.OrderedDict.fromkeys",
    "collections.defaultdict",
    "functools.partial",
    "numpy.load",
    "operator.attrgetter",
    "os.system",
    "torch.load",
    "torch.cuda.float.Storage",
    "torch.nn.modules.linear.Linear",
    "torch.hub.FloatStorage",
    "torch._utils._import_dotted_name",
    "tt_nn.load",
    "tt_nn.pytorch_file.builders.tensor",
    "__main__.Anything",
    ".",
]


@pytest.mark.parametrize("full", NAMES)
def test_no_other_name_is_known(read, full):
    module, _, last = full.rpartition(".")
    for body in (name(full), text(module) + text(last) + b"\x93", call(full, text("x"))):
        with pytest.raises(nn.UnsafeFileError, match="asks for"):
            read(zipped(body))


def test_a_whole_network_is_refused_with_advice(read):
    with pytest.raises(nn.UnsafeFileError, match=r"asks for torch\.nn.*model\.state_dict\(\)"):
        read(zipped(name("torch.nn.modules.linear.Linear") + b")\x81"))


def test_nothing_is_imported_to_find_out(read, tmp_path, monkeypatch):
    (tmp_path / "evil_module.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(nn.UnsafeFileError, match=r"evil_module\.x"):
        read(zipped(name("evil_module.x")))


@pytest.mark.parametrize("code", [b"i", b"o", b"\x81", b"\x92", b"\x82", b"P", b"\x97", b"I", b"2"])
def test_other_instructions_do_not_exist(read, layout, code):
    with pytest.raises(nn.UnsafeFileError, match="has the pickle instruction b"):
        read(layout(b"(" + name("collections.OrderedDict") + b")" + code))


@pytest.mark.parametrize("callee", [text("x"), b"]", tensor((1,), (1,)), name("torch.float32")])
def test_only_builders_are_called(read, layout, callee):
    with pytest.raises(nn.UnsafeFileError, match=r"wants to call a (str|list|Tensor|dtype)"):
        read(layout(callee + b")R"))


@pytest.mark.parametrize("target", [tensor((1,), (1,)), name("collections.OrderedDict"), b"]"])
def test_attributes_are_not_set(read, layout, target):
    with pytest.raises(nn.BadFileError, match=r"takes a (Tensor|Builder|list) for a dict"):
        read(layout(target + mapping(array=b"N", __setstate__=b"N") + b"b"))
    loaded = read(layout(b"}" + mapping(items=b"N", __class__=b"N") + b"b"))
    assert loaded == {}
    assert list(loaded.items()) == []


def test_sources_of_layers_are_refused(read):
    body = row(text("module"), text("Net"), text("net.py"), text("import os")) + b"Q"
    with pytest.raises(nn.UnsafeFileError, match="source of a layer"):
        read(legacy(body, {}))


def test_torchscript_is_refused(read):
    with pytest.raises(nn.UnsafeFileError, match=r"torch\.jit\.save"):
        read(zipped(**{"code/__torch__.py": b"def forward(): ..."}))


# --- files that lie -----------------------------------------------------------------------------

HUGE = 2**62
LIES = {
    "outside": (tensor((2, 4), (3, 1)), "is outside of its 6 numbers"),
    "offset": (tensor((6,), (1,), 1), "is outside of its 6 numbers"),
    "offset of one": (tensor((), (), 6), "is outside of its 6 numbers"),
    "stride": (tensor((2, 3), (4, 1)), "is outside of its 6 numbers"),
    "negative size": (tensor((-2, -3), (3, 1)), "a size, stride, offset or index"),
    "negative stride": (tensor((6,), (-1,), 5), "a size, stride, offset or index"),
    "negative offset": (tensor((1,), (1,), -1), "a size, stride, offset or index"),
    "huge size": (tensor((HUGE, HUGE), (0, 0)), "is too large"),
    "huge size and none": (tensor((HUGE, HUGE, 0), (1, 1, 1)), "is too large"),
    "huge stride": (tensor((3,), (HUGE,)), "is outside of its 6 numbers"),
    "beyond 64 bits": (tensor((2**64 + 1,), (0,)), "a size, stride, offset or index"),
    "thousands of digits": (
        tensor((1,), (1,))[:-1] + dumped((2**40000,)) + b"R",
        "wants to call a tuple|left over|is corrupt",
    ),
    "repeated": (tensor((2**30,), (0,)), "repeats 6 numbers"),
    "sizes without strides": (tensor((2, 3), (3,)), "2 sizes and 1 strides"),
    "dimensions": (tensor((1,) * 65, (1,) * 65), "65 sizes"),
    "size of text": (
        call("torch._utils._rebuild_tensor", storage(), number(0), row(text("a")), row(number(1))),
        "a size, stride, offset or index",
    ),
    "no storage": (
        call("torch._utils._rebuild_tensor", b"N", number(0), row(), row()),
        "not described by storage",
    ),
    "no arguments": (call("torch._utils._rebuild_tensor_v2"), "not described by storage"),
    "parameter of text": (call("torch._utils._rebuild_parameter", text("a")), "is no tensor"),
    "arguments": (name("torch.Size") + b"]R", "the arguments of torch.Size are no tuple"),
    "size of nothing": (call("torch.Size"), "a torch.Size in it"),
    "device": (call("torch.device", number(1)), "a torch.device in it"),
    "device number": (call("torch.device", text("cuda"), number(-1)), "offset or index"),
    "set": (call("builtins.set", number(1)), "a set in it"),
    "bytes": (call("_codecs.encode", text("x"), text("rot13")), "bytes in it"),
    "bytes beyond": (call("_codecs.encode", text("€"), text("latin1")), "bytes in it"),
    "dictionary": (call("collections.OrderedDict", listed(listed(number(1)))), "of pairs"),
    "dictionary of text": (call("collections.OrderedDict", text("ab")), "of pairs"),
    "key": (b"}" + listed() + number(1) + b"s", "a list cannot be a key"),
    "key that is a tensor": (b"}" + tensor((1,), (1,)) + number(1) + b"s", "a Tensor cannot be"),
    "deep key": (b"}" + row(row(row())) + number(1) + b"s", "a tuple cannot be a key"),
    "member": (b"\x8f(" + listed() + b"\x90", "a list cannot be a key"),
    "half a pair": (b"}(" + number(1) + b"u", "has no value"),
    "bare builder": (mapping(x=name("collections.OrderedDict")), "has a bare Builder"),
    "bare type": (listed(row(name("torch.FloatStorage"))), "has a bare NumberType"),
    "bare storage": (listed(storage()), "has a bare Storage"),
    "description": (text("0") + b"Q", "does not say where a storage is"),
    "description of a ring": (b"]q\x00h\x00aQ", "does not say where a storage is"),
    "type of description": (
        row(text("storage"), text("FloatStorage"), text("0"), text("cpu"), number(6)) + b"Q",
        "does not say where",
    ),
    "length": (tensor((1,), (1,), of=storage(length=-6)), "a size, stride, offset or index"),
    "two descriptions": (
        listed(tensor((1,), (1,)), tensor((1,), (1,), of=storage(length=5))),
        "in two ways|should be a member",
    ),
    "two types": (
        listed(tensor((1,), (1,)), tensor((1,), (1,), of=storage(kind="torch.IntStorage"))),
        "in two ways",
    ),
    "empty stack": (b"0", "empty stack"),
    "too few": (number(1) + b"\x86", "empty stack"),
    "no mark": (number(1) + b"t", "a mark that was never set"),
    "left over": (number(1) + number(2), "left over at the end of its pickle"),
    "left mark": (b"(" + number(1), "left over at the end of its pickle"),
    "memo": (b"h\x07", "no value 7"),
    "long memo": (b"j\xff\xff\xff\xff", "no value 4294967295"),
    "append": (number(1) + number(2) + b"a", "takes a int for a list"),
    "text": (b"X\x01\x00\x00\x00\xff", "is not UTF-8"),
    "name of numbers": (number(1) + number(2) + b"\x93", "a name in its pickle is not a text"),
    "long line": (b"c" + b"x" * 2000 + b"\ny\n", "the end of a line is missing"),
    "negative length": (b"\x8b\xff\xff\xff\xff", "has -1 bytes"),
    "huge text": (
        b"\x8d" + b"\xff" * 7 + b"\x7f" + b"x",
        "is truncated: 9223372036854775807 bytes",
    ),
    "huge bytes": (b"B\xff\xff\xff\xff" + b"x", "is truncated: 4294967295 bytes"),
}


@pytest.mark.parametrize("lie", LIES)
def test_lies_are_refused(read, layout, lie):
    body, match = LIES[lie]
    with pytest.raises(nn.BadFileError, match=match):
        read(layout(body))


def test_a_key_that_would_end_python_by_its_depth(read):
    deep = b")" + b"\x85" * 200_000
    with pytest.raises(nn.BadFileError, match="a tuple cannot be a key"):
        read(zipped(b"}" + deep + b"Ns"))
    assert isinstance(read(zipped(deep)), tuple)  # as a value it is only strange


def test_a_row_of_rows_that_double_each_time_takes_no_time(read):
    body = b"]q\x00" + b"".join(b"](h%ch%ceq%c" % (i, i, i + 1) for i in range(100))
    body = b"(" + body + b"t"
    assert len(read(zipped(body))) == 101


@pytest.mark.parametrize(
    "copy",
    [
        listed(*[number(i) for i in range(1000)])
        + b"q\x00("
        + (name("builtins.set") + b"h\x00\x85R") * 1000
        + b"t",
        text("x" * 10_000)
        + b"q\x00("
        + (name("_codecs.encode") + b"h\x00" + text("latin1") + b"\x86R") * 1000
        + b"t",
    ],
    ids=["set", "bytes"],
)
def test_copies_do_not_fill_the_memory(read, copy):
    with pytest.raises(nn.BadFileError, match="copies the same values again and again"):
        read(zipped(copy[:-1] + b"t\x86"))


@pytest.mark.parametrize("kind", ["ComplexFloat", "ComplexDouble", "QInt8", "Untyped"])
def test_types_that_do_not_exist_here_are_named(read, layout, kind):
    with pytest.raises(tt.DTypeError, match=rf"does not exist here: torch\.{kind}Storage"):
        read(layout(tensor((1,), (1,), of=storage(kind=f"torch.{kind}Storage"))))


@pytest.mark.parametrize("what", ["tensor_v3", "qtensor", "sparse_tensor"])
def test_tensors_that_do_not_exist_here_are_named(read, what):
    with pytest.raises(tt.DTypeError, match=r"does not exist here: (uint16|quantized|sparse)"):
        read(zipped(call(f"torch._utils._rebuild_{what}")))


ARCHIVES = {
    "short storage": (zipped(**{"data/0": SIX[:-4]}), "of 24 bytes, but there is one of 20 bytes"),
    "long storage": (zipped(**{"data/0": SIX + b"\0"}), "of 24 bytes, but there is one of 25"),
    "no storage": (zipped(**{"data/0": None}), "data/0 of 24 bytes, but there is none"),
    "huge storage": (
        zipped(tensor((1,), (1,), of=storage(length=2**60))),
        "but there is one of 24",
    ),
    "path in a key": (
        zipped(tensor((1,), (1,), of=storage(key="../../0")), **{"0": SIX}),
        r"data/../../0 of 24 bytes, but there is none",
    ),
    "other path": (zipped(**{"../../evil": b""}), "a member in another place"),
    "windows path": (zipped(**{"a\\..\\evil": b""}), "a member in another place"),
    "absolute path": (zipped(folder=""), "a member in another place"),
    "no program": (zipped(**{"data.pkl": None}), "without data.pkl"),
    "not a pickle": (zipped(**{"data.pkl": b"x = 1"}), "has the pickle instruction b'x'"),
    "empty pickle": (zipped(**{"data.pkl": b""}), "is truncated"),
    "compressed": (zipped(compression=zipfile.ZIP_DEFLATED), "a compressed or encrypted member"),
    "compressed by lzma": (
        zipped(compression=zipfile.ZIP_LZMA),
        "a compressed or encrypted member",
    ),
}


@pytest.mark.parametrize("which", ARCHIVES)
def test_archives_that_torch_does_not_write_are_refused(read, which):
    content, match = ARCHIVES[which]
    with pytest.raises(nn.BadFileError, match=match):
        read(content)


def test_a_bomb_is_refused_before_it_goes_off(read):
    body = tensor((1,), (1,), of=storage(length=2**25))
    bomb = zipped(body, compression=zipfile.ZIP_DEFLATED, **{"data/0": bytes(2**27)})
    assert len(bomb) < 2**18
    with pytest.raises(nn.BadFileError, match="a compressed or encrypted member"):
        read(bomb)


def test_members_that_overlap_are_refused(read):
    """Two entries of the directory that mean the same bytes: how archives grow without compression."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.pkl", program(WEIGHTS))
        archive.writestr("archive/data/0", bytes(10_000))
        twin = archive.getinfo("archive/data/0")
        for i in range(1, 9):
            again = zipfile.ZipInfo(f"archive/data/{i}")
            again.file_size = again.compress_size = twin.file_size
            again.CRC, again.header_offset = twin.CRC, twin.header_offset
            archive.filelist.append(again)
            archive.NameToInfo[again.filename] = again
        archive._didModify = True
    with pytest.raises(nn.BadFileError, match="its members are longer than the file"):
        read(out.getvalue())


def test_members_outside_of_the_folder_are_refused(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.pkl", program(number(1)))
        archive.writestr("another/data.pkl", program(number(2)))
    with pytest.raises(nn.BadFileError, match=r"in another place: 'another/data\.pkl'"):
        read(out.getvalue())


def test_names_of_members_that_are_no_text(read):
    content = zipped(é=b"")
    with pytest.raises(nn.BadFileError, match="is truncated or corrupt"):
        read(content.replace("é".encode(), b"\xff\xff"))


def test_two_members_of_one_name_are_refused(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.pkl", program(b"N"))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("archive/data.pkl", program(number(1)))
    with pytest.raises(nn.BadFileError, match="two of its members have the same name"):
        read(out.getvalue())


def test_changed_numbers_are_noticed(read):
    content = zipped()
    with pytest.raises(nn.BadFileError, match="Bad CRC"):
        read(content.replace(SIX, SIX[:-1] + b"\x41"))


TWO = {"0": (6, SIX), "1": (6, SIX)}
LEGACIES = {
    "length": (legacy(storages={"0": (5, SIX)}), "the storage '0' has another length"),
    "short storage": (
        legacy(storages={"0": (6, SIX[:-1])}),
        "is truncated: 24 bytes should follow, 23 do",
    ),
    "huge storage": (legacy(tensor((1,), (1,), of=storage(length=2**50))), "cannot follow"),
    "many storages": (
        legacy(listed(*(tensor((1,), (1,), of=storage(str(i))) for i in range(99)))),
        "cannot follow",
    ),
    "missing storage": (legacy(storages={}), "cannot follow|not those that are needed"),
    "another storage": (legacy(storages=TWO), "not those that are needed"),
    "twice": (legacy(keys=listed(text("0"), text("0")), storages=TWO), "not those that are needed"),
    "left over": (legacy() + b"x", "1 bytes are left over"),
    "keys": (legacy(keys=text("0")), "does not say which storages follow"),
    "doubling keys": (
        legacy(keys=listed(row(b"]q\x00", *(b"](h%ch%ceq%c" % (i, i, i + 1) for i in range(99))))),
        "does not say which storages follow",
    ),
    "version": (legacy(version=1000), "not of the layout 1001"),
}


@pytest.mark.parametrize("which", LEGACIES)
def test_older_files_that_do_not_fit_together_are_refused(read, which):
    content, match = LEGACIES[which]
    with pytest.raises(nn.BadFileError, match=match):
        read(content)


# --- broken files -------------------------------------------------------------------------------

MANY = mapping(
    a=tensor((2, 3), (3, 1)),
    b=tensor((6,), (1,), of=storage("1")),
    c=listed(number(2**70), text("é")),
)
FULL = {
    "zip": zipped(MANY, **{"data/1": SIX}),
    "legacy": legacy(MANY, TWO),
}


@pytest.mark.parametrize("kind", FULL)
def test_every_truncation_is_refused(read, kind):
    content = FULL[kind]
    assert set(read(content)) == {"a", "b", "c"}
    for length in range(len(content)):
        with pytest.raises(nn.BadFileError, match=r"model\.pth'"):
            read(content[:length])


@pytest.mark.parametrize("kind", FULL)
def test_changed_bytes_are_refused_or_harmless(read, kind):
    content, rng = FULL[kind], np.random.default_rng(0)
    for _ in range(3000):
        broken = bytearray(content)
        for _ in range(rng.integers(1, 4)):
            broken[rng.integers(len(broken))] = rng.integers(256)
        try:
            read(bytes(broken))
        except (nn.BadFileError, tt.DTypeError) as error:
            assert "model.pth'" in str(error)  # noqa: PT017


def test_random_programs_are_refused_or_harmless(read):
    rng = np.random.default_rng(1)
    codes = np.frombuffer(
        b"(())tt]]aee}}suX\x8c\x85\x86\x87q\x00h\x00K\x01RbQc\x93\x94\x8f\x90\x91N", "u1"
    )
    for _ in range(3000):
        body = rng.choice(codes, rng.integers(1, 30)).tobytes()
        with_values = body.replace(b"R", call("torch.Size", b")")).replace(b"Q", storage())
        try:
            read(zipped(with_values))
        except (nn.BadFileError, tt.DTypeError) as error:
            assert "model.pth'" in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"PK\x03\x04", b"\x80\x02", b"weights", b"\x80" * 40]
)
def test_files_that_are_something_else(read, content):
    with pytest.raises(nn.BadFileError, match=r"not a file that torch\.save wrote|is truncated"):
        read(content)


def test_safetensors_are_told_apart(tmp_path):
    path = tmp_path / "model.pth"
    nn.save({"w": tt.ones(1)}, path)
    with pytest.raises(nn.BadFileError, match=r"if it is safetensors, use load\(\)"):
        nn.load_pytorch(path)


def test_files_that_are_not_there(tmp_path):
    for path in (tmp_path / "x.pth", tmp_path):
        with pytest.raises(FileNotFoundError, match="there is no file"):
            nn.load_pytorch(path)


# --- the weights among other things -------------------------------------------------------------


@pytest.mark.parametrize("key", ["state_dict", "model_state_dict", "model", "net", None])
def test_weights_are_found(key):
    state = {"module.a": tt.ones(1), "module.b": tt.ones(2)}
    saved = {"epoch": 3, "optimizer": {"lr": 0.1}, key: state} if key else state
    assert nn.extract_state_dict(saved) == state
    assert list(nn.extract_state_dict(saved, strip_prefix="module.")) == ["a", "b"]
    assert list(saved[key] if key else saved) == ["module.a", "module.b"]


def test_the_place_of_weights_can_be_said():
    saved = {"state_dict": {"a": tt.ones(1)}, "ema": {"a": tt.zeros(1)}, "epoch": 1}
    assert nn.extract_state_dict(saved, "ema")["a"].item() == 0
    with pytest.raises(
        KeyError, match=r"no 'emma'; there is 'state_dict' \(dict\), 'ema' \(dict\)"
    ):
        nn.extract_state_dict(saved, "emma")
    with pytest.raises(TypeError, match="'epoch' is not a dictionary of tensors; it has a int"):
        nn.extract_state_dict(saved, "epoch")
    with pytest.raises(KeyError, match="there is a list"):
        nn.extract_state_dict([saved], "ema")


def test_no_weights_or_ambiguous_names():
    with pytest.raises(ValueError, match=r"was found; there is 'epoch' \(int\); say where: key="):
        nn.extract_state_dict({"epoch": 1})
    with pytest.raises(ValueError, match="there is a Tensor"):
        nn.extract_state_dict(tt.ones(1))
    with pytest.raises(ValueError, match=r"without 'module\.', two tensors have the same name"):
        nn.extract_state_dict({"module.a": tt.ones(1), "a": tt.ones(1)}, strip_prefix="module.")


def test_counters_that_old_files_do_not_have():
    old = {f"module.{bn}.running_mean": tt.ones(2) for bn in ("bn1", "layer1.0.bn2")}
    state = nn.extract_state_dict({"state_dict": old}, strip_prefix="module.")
    counters = {"bn1.num_batches_tracked", "layer1.0.bn2.num_batches_tracked"}
    assert counters == {name for name in state if not name.endswith("running_mean")}
    assert all(state[name].dtype is tt.int64 and state[name].item() == 0 for name in counters)
    assert state[min(counters)] is not state[max(counters)]
    new = {"a.running_mean": tt.ones(2), "a.num_batches_tracked": tt.tensor(7)}
    new["b.running_mean"] = tt.ones(2)  # not batch normalisation, as another layer has a counter
    assert nn.extract_state_dict(new) == new


# --- conversion ---------------------------------------------------------------------------------


def run(*arguments):
    command = [sys.executable, "-W", "error", "-m", "tt_nn.convert", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_conversion_to_safetensors(tmp_path):
    source, target = tmp_path / "model.pth", tmp_path / "model.safetensors"
    state = {"module.w": tensor((3, 2), (1, 3))}
    source.write_bytes(legacy(mapping(ema=mapping(**state), epoch=number(3))))
    done = run(source, target, "--key", "ema", "--strip-prefix", "module.")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{target}: 1 tensors\n"
    assert nn.load(target)["w"].tolist() == [[0, 3], [1, 4], [2, 5]]


def test_safetensors_get_other_names(tmp_path):
    from tt_nn.convert import convert

    source, target = tmp_path / "theirs.safetensors", tmp_path / "ours.safetensors"
    nn.save({"model.w": tt.ones(2), "model.b": tt.zeros(1)}, source)
    assert sorted(convert(source, target, strip_prefix="model.")) == ["b", "w"]
    assert nn.load(target)["w"].tolist() == [1, 1]


def test_a_conversion_that_fails_leaves_what_was_there(tmp_path):
    from tt_nn.convert import main

    source, target = tmp_path / "model.pth", tmp_path / "model.safetensors"
    target.write_bytes(b"before")
    source.write_bytes(zipped()[:-1])
    assert main([str(source), str(target)]) == 1
    source.write_bytes(zipped(mapping(w=tensor((1,), (1,)), x=call("os.system", text("true")))))
    done = run(source, target)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"path: {str(source)!r} carries code: it asks for 'os.system'")
    assert done.stderr.count("\n") == 1
    source.write_bytes(zipped())
    assert run(source, target, "--key", "model").stderr.startswith("key: there is no 'model'")
    assert target.read_bytes() == b"before"
    assert sorted(tmp_path.iterdir()) == [source, target]
