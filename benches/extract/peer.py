"""Serves pairs of layers to the benchmark page, and how long mergekit's own decomposition and torch.svd_lowrank take for them.

/KIND/LAYER/SIDE is a safetensors file with one matrix in bf16. /KIND/mergekit and /KIND/svd_lowrank run once for all layers of the kind, from
both weights in memory to the factors, and return the seconds and each layer's residual; /KIND/optimal has the residuals of the best approximations.
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import torch
from mergekit.scripts.extract_lora import TaskVectorDecompositionTask
from safetensors.torch import save

SIDE, RANK, LAYERS = 4096, int(sys.argv[1]), 2
torch.set_num_threads(int(sys.argv[2]))


def directions(generator):
    return torch.linalg.qr(torch.randn(SIDE, 256, generator=generator))[0]


def pair(values, generator):
    """Weights in bf16 and the same with an update of these singular values, rounded to bf16 again: a fine-tuned model."""
    base = (0.02 * torch.randn(SIDE, SIDE, generator=generator)).bfloat16()
    update = directions(generator)[:, : len(values)] * values @ directions(generator)[:, : len(values)].T
    return base, (base.float() + update).bfloat16()


def layers(values):
    generator = torch.Generator().manual_seed(1)
    return [pair(values, generator) for _ in range(LAYERS)]


# The rounding of bf16 alone has a largest singular value of about 0.0045 here.
PAIRS = {
    "planted": layers(torch.linspace(0.14, 0.045, 32)),
    "falling": layers(2.0 / torch.arange(1, 257)),
}
DIFFERENCES = {kind: [tuned.float() - base.float() for base, tuned in pairs] for kind, pairs in PAIRS.items()}


def mergekit(difference):
    a, b = TaskVectorDecompositionTask.model_construct(max_rank=RANK).execute(difference)
    return b, a


def svd_lowrank(difference):
    u, s, v = torch.svd_lowrank(difference, q=2 * RANK, niter=2)
    return u[:, :RANK] * s[:RANK], v[:, :RANK].T


def run(kind, decompose):
    start = time.perf_counter()
    factors = [decompose(tuned.float() - base.float()) for base, tuned in PAIRS[kind]]
    seconds = time.perf_counter() - start
    left = [torch.linalg.norm((w - b @ a).double()).item() for w, (b, a) in zip(DIFFERENCES[kind], factors)]
    return {"seconds": seconds, "residuals": left}


def optimal(kind):
    def left(w):
        values = torch.linalg.eigvalsh(w.double().T @ w.double()).clamp(min=0)
        return values[:-RANK].sum().sqrt().item()

    return [left(w) for w in DIFFERENCES[kind]]


class Peer(BaseHTTPRequestHandler):
    def do_GET(self):
        _, kind, what, *side = self.path.split("/")
        if side:
            answer = save({"layer.weight": PAIRS[kind][int(what)][side[0] == "tuned"]})
        else:
            runs = {"mergekit": mergekit, "svd_lowrank": svd_lowrank}
            answer = json.dumps(run(kind, runs[what]) if what in runs else optimal(kind)).encode()
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Peer)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
