"""Ranks that published tools choose, by running their own code: writes `tools.json`, which `tests/rule_parity.rs` reads.

    python3 -m venv venv
    venv/bin/pip install numpy scikit-learn kneed torch
    venv/bin/pip install --no-deps peft lycoris-lora mergekit gradience
    venv/bin/python tests/parity/tools.py > tests/parity/tools.json

Not on PyPI, so that each adds its rows if its file is given:

    --sd-scripts networks/resize_lora.py             sd-scripts 41de9362 (PR 2194), without `sv_ratio`, which is one too high
                                                     there (fixed in 063ef100)
    --older-sd-scripts networks/resize_lora.py       sd-scripts 48d368fa (before PR 2194)
    --sd-lora-tools src/sd_lora_tools/resize.py      kohya-ss/sd-lora-tools a163b77: must equal the one before
    --kjnodes nodes/lora_nodes.py                    ComfyUI-KJNodes 3f20054: must equal it, too, and has `sv_knee`

`--spectra N` and `--seed N` try other spectra than the committed ones (72 and 1).

Importing PEFT, LyCORIS or mergekit loads a whole training stack, so the one function that chooses the rank is taken out of the
installed file. If a tool computes the singular values itself, the svd it calls is replaced by one that returns the given
values: only the choice is compared, clamped to [1, min(m, n)]. This file contains no code of the tools.
"""

import argparse
import ast
import importlib.metadata
import importlib.util
import json
import math
import random
import sys
import typing
import warnings
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

warnings.simplefilter("ignore")
import kneed
import numpy as np
import sklearn.decomposition._pca as sklearn_pca
import torch
from gradience.vnext.rank_suggestion import suggest_per_layer_ranks


def functions_of(path, *names, inside=None, **namespace):
    """The functions of a source file, or of a class in it, without running the rest."""
    body = ast.parse(path.read_text()).body
    if inside:
        body = next(node for node in body if isinstance(node, ast.ClassDef) and node.name == inside).body
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name in names:
            exec(compile(ast.Module([node], []), str(path), "exec"), namespace)
    return SimpleNamespace(**{name: namespace[name] for name in names})


def installed(package, file):
    return Path(importlib.util.find_spec(package).origin).parent / file


def svd_giving(values, rows, cols):
    """An svd that returns the given singular values, in 32 bits, whatever its input."""
    n = len(values)
    return lambda *_, **__: (torch.zeros(rows, n), torch.tensor(values, dtype=torch.float32), torch.zeros(n, cols))


PEFT = functions_of(installed("peft", "tuners/lora/conversion.py"), "_find_cutoff_index", torch=torch)
LYCORIS = functions_of(
    installed("lycoris", "utils/__init__.py"), "extract_linear",
    torch=torch, nn=torch.nn, linalg=torch.linalg, Union=typing.Union, Tuple=typing.Tuple,
)
MERGEKIT = functions_of(
    installed("mergekit", "scripts/extract_lora.py"), "execute", inside="TaskVectorDecompositionTask",
    torch=torch, Tuple=typing.Tuple,
)
GRADIENCE = functions_of(installed("gradience", "vnext/audit/lora_audit.py"), "_energy_rank", torch=torch)
SD_SCRIPTS = ["index_sv_fro", "index_sv_cumulative", "index_sv_ratio", "rank_resize"]


def numpy_of(tensor):
    """`tensor.numpy()` for a PyTorch that was built for an older NumPy."""
    return np.array(tensor.tolist(), dtype=np.float32)


def peft(values, _shape, share):
    return min(PEFT._find_cutoff_index(torch.tensor(values, dtype=torch.float32), share), len(values))


def scikit_learn(values, shape, share):
    n = len(values)
    svd = lambda *_, **__: (np.eye(shape[0], n), np.array(values), np.eye(n, shape[1]))
    with mock.patch.object(sklearn_pca.linalg, "svd", svd):
        pca = sklearn_pca.PCA(n_components=share, svd_solver="full").fit(np.ones(shape))
    return min(int(pca.n_components_), n)


def lycoris(mode):
    def rank(values, _shape, parameter):
        side = 4 * len(values)  # above half of its rows LyCORIS would keep the layer in full
        with mock.patch.object(torch.linalg, "svd", svd_giving(values, side, side)):
            (down, _up, _rest), kind = LYCORIS.extract_linear(torch.zeros(side, side), mode, parameter)
        assert kind == "low rank"
        return down.shape[0]

    return rank


def mergekit(values, shape, epsilon):
    task = SimpleNamespace(transpose=False, max_rank=len(values), sv_epsilon=epsilon, distribute_scale=True)
    with mock.patch.object(torch.linalg, "svd", svd_giving(values, *shape)):
        weight_a, _ = MERGEKIT.execute(task, torch.zeros(1))
    return max(weight_a.shape[0], 1)


def sd_scripts(code, method):
    def rank(values, _shape, parameter):
        return code.rank_resize(torch.tensor(values, dtype=torch.float32), len(values), method, parameter)["new_rank"]

    return rank


def older_sd_scripts(codes, method):
    """The three tools with the older rules, which must agree."""
    def rank(values, shape, parameter):
        ranks = {sd_scripts(code, method)(values, shape, parameter) for code in codes}
        assert len(ranks) == 1, (method, values, parameter, ranks)
        return ranks.pop()

    return rank


def kjnodes_knee(code):
    def rank(values, shape, sensitivity):
        with mock.patch.object(torch.Tensor, "numpy", numpy_of):
            return sd_scripts(code, "sv_knee")(values, shape, sensitivity)

    return rank


def mergekit_with_cap(values, shape, parameters):
    task = SimpleNamespace(
        transpose=False, max_rank=parameters["max_rank"], sv_epsilon=parameters["value"], distribute_scale=True
    )
    with mock.patch.object(torch.linalg, "svd", svd_giving(values, *shape)):
        weight_a, _ = MERGEKIT.execute(task, torch.zeros(1))
    return max(weight_a.shape[0], 1)


def gradience(values, _shape, share):
    """Its own `k@share` in the audit's 64 bits, then its own suggestion for the layer, of which r is the values above 0."""
    values = [value for value in values if value > 0]
    k = GRADIENCE._energy_rank(torch.tensor(values, dtype=torch.float64), share)
    audit = {"layers": [{"name": "layer", "r": max(len(values), 1), "energy_rank_90": k}]}
    return max(suggest_per_layer_ranks(audit).layers[0].suggested_r, 1)


def knee(values):
    """kneed's knee in the cumulative energy of the values above 0: a rank or `None`."""
    energy = np.cumsum(np.array([value for value in values if value > 0]) ** 2)
    if len(energy) < 3 or energy[-1] == energy[0]:
        return None
    found = kneed.KneeLocator(range(1, len(energy) + 1), energy, curve="concave", direction="increasing").knee
    return None if found is None else int(found)


def spectra(count):
    """(rows, cols, values), values falling: the measured ones, ties, zeros, and random ones of every length."""
    falling = lambda values: sorted(values, reverse=True)
    yield 64, 64, [1 / j for j in range(1, 65)]
    yield 64, 80, [math.exp(-j / 8) for j in range(1, 65)]
    yield 64, 64, [1.0] * 64
    yield 2, 2, [3.0, 1.0]
    yield 1, 5, [2.0]
    yield 9, 4, [0.0] * 4
    yield 16, 16, [5e-7] * 16
    yield 12, 30, [8.0, 4.0, 2.0, 1.0] + [0.0] * 8
    yield 300, 260, [1.0] * 4 + [0.5] * 256
    # Long enough for every level of the tools' summation.
    yield 700, 600, falling([round(random.random(), 2) for _ in range(600)])
    for index in range(count - 10):
        n = random.choice([2, 3, 5, 8, 11, 16, 24, 33, 50])
        rows, cols = random.choice([(n, n + random.randrange(9)), (n + random.randrange(99), n)])
        if index % 3 == 0:
            values = [float(random.randint(1, 9)) for _ in range(n)]
        elif index % 3 == 1:
            values = [round(random.random(), 4) for _ in range(n)]
        else:
            values = [round(random.uniform(0.5, 3) / (j + 1), 6) for j in range(n)]
        yield rows, cols, falling(values)


def thresholds(values, power):
    """Usual shares, and some that the spectrum reaches exactly, up to rounding."""
    usual = random.sample([0.5, 0.75, 0.8, 0.9, 0.95, 0.99], 2)
    terms = [value**power for value in values]
    total = sum(terms)
    ties = [sum(terms[: random.randint(1, len(terms))]) / total for _ in range(1 + len(terms) // 40) if total > 0]
    return usual + [min(max(tie, 1e-6), 0.999999) for tie in ties]


def cases(values, sd_scripts_code):
    """{rule: (its tool, [threshold, …])}"""
    one = random.choice(values)
    rules = {
        "energy_at_least": (peft, thresholds(values, 2)),
        "energy_above": (scikit_learn, thresholds(values, 2)),
        "nuclear_share_floor": (lycoris("quantile"), thresholds(values, 1)),
        "sigma_relative": (lycoris("ratio"), [0.1, one / values[0] if values[0] > 0 else 0.5]),
        "sigma_above": (lycoris("threshold"), [0.3, one]),
        "mergekit": (mergekit, [0.25, max(one, 0.01)]),
    }
    if sd_scripts_code:
        rules["frobenius_retained"] = (
            sd_scripts(sd_scripts_code, "sv_fro"), [math.sqrt(share) for share in thresholds(values, 2)]
        )
        rules["nuclear_share"] = (sd_scripts(sd_scripts_code, "sv_cumulative"), thresholds(values, 1))
    return rules


def later_cases(values, draw, older, kjnodes):
    """As `cases`, with random numbers of their own, so that those rows stay as they are."""
    def ties(power):
        terms = [value**power for value in values]
        total = sum(terms)
        usual = draw.sample([0.5, 0.75, 0.8, 0.9, 0.95, 0.99], 2)
        counts = [draw.randint(1, len(terms)) for _ in range(1 + len(terms) // 40) if total > 0]
        return usual + [min(max(sum(terms[:count]) / total, 1e-6), 0.999999) for count in counts]

    one = draw.choice(values)
    rules = {
        "sigma_above_up_to": (mergekit_with_cap, [
            {"value": value, "max_rank": rank}
            for value, rank in [(0.25, 128), (max(one, 0.01), draw.randint(1, len(values))), (0, draw.randint(1, 9))]
        ]),
        "energy_rounded_up": (gradience, [0.9] + ties(2)),
    }
    if older:
        ratios = [1, 1.6, 2, 10] + ([values[0] / one] if one > 0 else [])
        rules["frobenius_retained_plus_one"] = (
            older_sd_scripts(older, "sv_fro"), [math.sqrt(share) for share in ties(2)]
        )
        rules["nuclear_share_plus_one"] = (older_sd_scripts(older, "sv_cumulative"), ties(1))
        rules["sigma_ratio_plus_one"] = (older_sd_scripts(older, "sv_ratio"), draw.sample(ratios, 3))
    if kjnodes:
        rules["sigma_knee"] = (kjnodes_knee(kjnodes), [0.2, 1, draw.choice([0, 0.5, 0.9, 1.1, 1.5, 2])])
    return rules


def ranks(shape, values, rules):
    """{rule: [[threshold, rank], …]}"""
    if shape[0] == 1:
        del rules["energy_above"]  # scikit-learn divides by the number of samples minus one
    return {
        name: [[parameter, int(rank(values, shape, parameter))] for parameter in parameters]
        for name, (rank, parameters) in rules.items()
    }


def main():
    parser = argparse.ArgumentParser()
    for file in ["--sd-scripts", "--older-sd-scripts", "--sd-lora-tools", "--kjnodes"]:
        parser.add_argument(file, type=Path)
    parser.add_argument("--spectra", type=int, default=72)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    draw = random.Random(options.seed)

    def code(path, *names):
        return path and functions_of(path, *SD_SCRIPTS, *names, torch=torch, np=np, MIN_SV=1e-6)

    current, kjnodes = code(options.sd_scripts), code(options.kjnodes, "index_sv_knee")
    older = [found for found in [code(options.older_sd_scripts), code(options.sd_lora_tools), kjnodes] if found]
    versions = {name: importlib.metadata.version(name) for name in
                ["numpy", "scikit-learn", "kneed", "peft", "lycoris-lora", "mergekit", "gradience"]}
    versions["torch"] = torch.__version__
    rows = []
    for m, n, values in spectra(options.spectra):
        diagonal = np.zeros((m, n))
        np.fill_diagonal(diagonal, values)
        rules = cases(values, current) | later_cases(values, draw, older, kjnodes)
        rows.append({
            "rows": m, "cols": n, "singular_values": values, "ranks": ranks((m, n), values, rules),
            "knee": knee(values), "numerical_rank": int(np.linalg.matrix_rank(diagonal)),
        })
    sys.stdout.write('{"command": ' + json.dumps("tests/parity/tools.py, see its header") + ",\n")
    sys.stdout.write('"versions": ' + json.dumps(versions) + ',\n"spectra": [\n')
    sys.stdout.write(",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]}\n")


main()
