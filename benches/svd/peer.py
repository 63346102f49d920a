"""scikit-learn's randomized_svd on the matrices of matrices.rs. Prints seconds and errors as JSON."""

import json
import time

import numpy as np
from sklearn.utils.extmath import randomized_svd

N = 4096
RANKS = (64, 256)


def uniform(seed, start, count):
    """SplitMix64, numbers `start` to `start + count`, as 53-bit fractions of 1."""
    with np.errstate(over="ignore"):
        steps = np.arange(start + 1, start + count + 1, dtype=np.uint64)
        bits = np.uint64(seed) + steps * np.uint64(0x9E3779B97F4A7C15)
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((bits ^ (bits >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) / 2.0**53


def normal(seed, start, count):
    twelves = uniform(seed, 12 * start, 12 * count).reshape(count, 12)
    total = np.zeros(count)
    for k in range(12):
        total += twelves[:, k]
    return total - 6.0


def gaussian():
    return np.stack([normal(2, i * N, N).astype(np.float32) for i in range(N)])


def power_law():
    def unit(start):
        vector = normal(3, start, N)
        return vector / np.linalg.norm(vector)

    u, v, values = unit(0), unit(N), 1.0 / np.arange(1, N + 1)
    w = 4.0 * (u @ (values * v)) * np.outer(u, v) - 2.0 * np.outer(u, u * values) - 2.0 * np.outer(values * v, v)
    return (w + np.diag(values)).astype(np.float32)


result = {}
for name, w in (("power", power_law()), ("gauss", gaussian())):
    gram = w.astype(np.float64)
    gram = gram.T @ gram
    truth = np.sqrt(np.linalg.eigvalsh(gram)[::-1][: max(RANKS)])
    del gram
    result[name] = {"truth": truth.tolist()}
    for rank in RANKS:
        seconds, error = [], 0.0
        for _ in range(3):
            start = time.perf_counter()
            _, values, _ = randomized_svd(w, n_components=rank, n_iter=4, random_state=0)
            seconds.append(time.perf_counter() - start)
            error = float(np.abs(values - truth[:rank]).max() / truth[0])
        result[name][rank] = {"seconds": sorted(seconds)[1], "error": error}
print(json.dumps(result))
