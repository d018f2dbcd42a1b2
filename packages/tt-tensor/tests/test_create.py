"""Creating tensors: inferred types, shared memory, ranges, refusals."""

import math
import pickle
import warnings

import numpy as np
import pytest

import tt_tensor as tt

TABLE = """
T.tensor(1)  T.tensor(1.5)  T.tensor(True)  T.tensor([])  T.tensor([[]])  T.tensor(())
T.tensor([1,2.5])  T.tensor([True,2])  T.tensor([True,2.5])  T.tensor([[1,2],[3,4.]])
T.tensor(np.float64(1.5))  T.tensor(np.float32(1.5))  T.tensor(np.int32(3))
T.tensor(np.bool_(True))  T.tensor([np.float64(1.5)])  T.tensor([np.int32(1)])
T.tensor([np.zeros(2),np.ones(2)])  T.tensor([T.tensor(1),2])  T.tensor([[T.tensor(1.),2.],[3.,4.]])
T.tensor(np.zeros(2,np.float16))  T.tensor(range(3))  T.tensor((1,2))  T.tensor(2**40)
T.tensor([1.7,-1.7],dtype=T.int64)  T.tensor([0,1,2],dtype=T.bool)  T.tensor([1,2],dtype=T.float16)
T.tensor(math.nan)  T.tensor(math.inf)  T.as_tensor([1,2])  T.as_tensor([1,2],dtype=T.float32)
T.full((2,),True)  T.full((2,),3)  T.full((2,),3.)  T.full((2,),3,dtype=T.float64)  T.full([2,1],1.5)
T.zeros(3)  T.zeros((2,2))  T.zeros([2])  T.zeros(())  T.zeros(2,0)  T.ones(2,dtype=T.bool)
T.eye(2)  T.eye(2,3,dtype=T.int64)  T.eye(0)  T.arange(5)  T.arange(5.)  T.arange(1,4)
T.arange(0,1,0.25)  T.arange(0,1,0.1)  T.arange(5,0,-2)  T.arange(0)  T.arange(0,3,dtype=T.float64)
T.arange(T.tensor(3))  T.arange(end=3)  T.arange(start=1,end=3)
T.linspace(0,1,5)  T.linspace(0,1,1)  T.linspace(0,1,0)  T.linspace(start=0,end=10,steps=3)
T.logspace(0,2,3)  T.logspace(0,3,4,2)  T.zeros_like(T.ones(2,dtype=T.int64))
T.ones_like(T.ones(2),dtype=T.int64)  T.full_like(T.ones(2),7)  T.tril_indices(3,3)
T.tril_indices(2,4,1)  T.triu_indices(3,3)  T.triu_indices(4,2,-1)  T.ones(2).new_zeros(3)
T.ones(2).new_zeros((3,1))  T.ones(2).new_ones(3,2,dtype=T.int64)  T.ones(2).new_full((2,),3)
T.ones(2,dtype=T.int64).new_tensor([1.5,2])  T.tensor(T.ones(2))  T.from_dlpack(np.arange(3))
"""
EXPRESSIONS = [e for line in TABLE.splitlines() for e in line.split("  ") if e]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_type_shape_and_values_are_pytorchs(expression):
    torch = pytest.importorskip("torch")
    names = {"np": np, "math": math}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch finds some of these slow or unclear
        right = eval(expression, {**names, "T": torch}).numpy()
    ours = eval(expression, {**names, "T": tt}).array
    assert ours.dtype == right.dtype
    assert ours.shape == right.shape
    np.testing.assert_allclose(ours, right, rtol=1e-6)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: tt.tensor([[1, 2], [3]]), tt.ShapeError, "same length"),
        (lambda: tt.tensor([[1, 2], 3]), ValueError, "same length"),
        (lambda: tt.tensor("abc"), tt.DTypeError, "not str"),
        (lambda: tt.tensor([1, None]), TypeError, "not NoneType"),
        (lambda: tt.tensor([1j]), tt.DTypeError, "not complex"),
        (lambda: tt.tensor({1: 2}), tt.DTypeError, "not dict"),
        (lambda: tt.tensor(2**63), tt.DTypeError, "beyond int64"),
        (lambda: tt.tensor(300, dtype=tt.uint8), ValueError, "300 does not fit into tt.uint8"),
        (lambda: tt.tensor([1], dtype="complex64"), tt.DTypeError, "complex64"),
        (lambda: tt.tensor([1, 2], requires_grad=True), RuntimeError, "only floating-point"),
        (lambda: tt.tensor(np.zeros(2, complex)), tt.DTypeError, "complex128"),
        (lambda: tt.from_numpy(np.zeros(2, np.uint16)), tt.DTypeError, "uint16"),
        (lambda: tt.from_numpy(np.zeros(2, ">f8")), tt.DTypeError, ">f8"),
        (lambda: tt.from_numpy([1]), TypeError, "not list"),
        (lambda: tt.zeros(-1), tt.ShapeError, "negative"),
        (lambda: tt.zeros(2.5), TypeError, "integers"),
        (lambda: tt.zeros(2, device="cuda"), tt.DeviceError, "cuda"),
        (lambda: tt.arange(), TypeError, "arange"),
        (lambda: tt.arange(1, 0), ValueError, "does not lead"),
        (lambda: tt.arange(0, 5, 0), ValueError, "step"),
        (lambda: tt.linspace(0, 1, -1), ValueError, "steps"),
    ],
)
def test_refuses(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_tensor_copies_and_as_tensor_and_from_numpy_share():
    a = np.zeros(2)
    copied, shared, viewed = tt.tensor(a), tt.as_tensor(a), tt.from_numpy(a)
    a[0] = 7
    assert copied.tolist() == [0, 0]
    assert shared.tolist() == viewed.tolist() == [7, 0]
    viewed[1] = 5
    assert a.tolist() == [7, 5]
    assert tt.as_tensor(shared) is shared
    assert tt.as_tensor(shared, dtype=tt.int64).tolist() == [7, 5]


def test_a_read_only_array_gives_a_read_only_tensor():
    a = np.arange(3.0)
    a.flags.writeable = False
    with pytest.warns(UserWarning, match="read-only"):
        x = tt.from_numpy(a)
    assert (x + 1).tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match="read-only"):
        x.add_(1)
    with pytest.raises(ValueError, match="read-only"):
        x[0] = 1
    assert a.tolist() == [0, 1, 2]


def test_dlpack_shares_memory_both_ways():
    torch = pytest.importorskip("torch")
    theirs = torch.zeros(3)
    ours = tt.from_dlpack(theirs)
    theirs[0] = 4
    assert ours.tolist() == [4, 0, 0]
    back = torch.from_dlpack(ours)
    back[1] = 5
    assert ours.tolist() == [4, 5, 0]


def test_anything_with_an_array_interface_is_data():
    torch = pytest.importorskip("torch")
    assert tt.tensor(torch.arange(3)).dtype is tt.int64
    assert np.asarray(tt.ones(2)).dtype == np.float32


def test_equal_dtypes_that_are_other_objects_are_replaced():
    """Unpickled arrays and `long long` have such dtypes; the dispatcher compares by identity."""
    unpickled = pickle.loads(pickle.dumps(np.ones(2, np.float32)))
    long_long = np.ones(2, np.dtype("q"))
    for x in (
        tt.from_numpy(unpickled),
        tt.as_tensor(unpickled),
        tt.tensor(long_long),
        tt.from_numpy(long_long),
        pickle.loads(pickle.dumps(tt.ones(2))),
    ):
        assert x.array.dtype is x.dtype.numpy
    assert tt.from_numpy(unpickled).array.base is unpickled


def test_the_default_type_is_that_of_python_floats():
    tt.set_default_dtype(tt.float64)
    try:
        assert tt.tensor(1.5).dtype is tt.zeros(1).dtype is tt.rand(1).dtype is tt.float64
        assert tt.tensor([]).dtype is tt.arange(1.0).dtype is tt.float64
        assert (tt.tensor(1) / 2).dtype is tt.float64
    finally:
        tt.set_default_dtype(tt.float32)
    with pytest.raises(tt.DTypeError, match="floating-point"):
        tt.set_default_dtype(tt.int64)
