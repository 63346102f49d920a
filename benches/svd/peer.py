"""Serves scikit-learn's randomized_svd, on the matrices of matrices.rs, to the benchmark page. Prints its URL.

/power and /gauss return the true values. /power/64 runs once for the first 64 and returns the seconds and the largest error.
"""

import json
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
from sklearn.utils.extmath import randomized_svd

N = 4096
LARGEST_RANK = 256


def uniform(seed, start, count):
    """The `count` SplitMix64 numbers from index `start` on, as 53-bit fractions in [0, 1)."""
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


def true_values(w):
    gram = w.astype(np.float64)
    return np.sqrt(np.linalg.eigvalsh(gram.T @ gram)[::-1][:LARGEST_RANK])


def run(w, truth, rank):
    start = time.perf_counter()
    _, values, _ = randomized_svd(w, n_components=rank, n_iter=4, random_state=0)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "error": float(np.abs(values - truth[:rank]).max() / truth[0])}


class Peer(BaseHTTPRequestHandler):
    def do_GET(self):
        _, name, *rank = self.path.split("/")
        w, truth = MATRICES[name]
        answer = json.dumps(run(w, truth, int(rank[0])) if rank else truth.tolist()).encode()
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


MATRICES = {name: (w, true_values(w)) for name, w in (("power", power_law()), ("gauss", gaussian()))}
server = HTTPServer(("127.0.0.1", 0), Peer)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
