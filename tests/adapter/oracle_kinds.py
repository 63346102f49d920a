"""Files of every kind that is not a plain pair, with NumPy's singular values in 64 bits of the whole ΔW.

`oracle.py check` calls `check`, which compares the pairs that a resized file has in their place with NumPy's truncated svd.

Each formula is written as its owner writes it, with whole matrices and `einsum`: PEFT 0.21.2 (`tuners/lora/layer.py`,
`tuners/lora/variants.py`, `tuners/adalora/layer.py`, `tuners/loha/layer.py`, `tuners/lokr/layer.py`), LyCORIS 4.1.3
(`functional`), mlx-lm (`tuner/lora.py`), ComfyUI (`comfy/controlnet.py`). `oracle.py write` calls `write`.
"""

import json

import numpy as np
from safetensors.numpy import save_file

PEFT = "base_model.model."


class File:
    def __init__(self, seed, dtype, config=None):
        self.rng, self.dtype, self.config = np.random.default_rng(seed), dtype, config
        self.tensors, self.layers, self.deltas = {}, [], {}

    def add(self, name, *shape):
        """A tensor of random numbers; returns those that are stored, in 64 bits."""
        stored = (self.rng.standard_normal(shape) / np.sqrt(shape[-1])).astype(self.dtype)
        self.tensors[name] = stored
        return stored.astype(np.float64)

    def alpha(self, module, alpha):
        self.tensors[f"{module}.alpha"] = np.array(alpha, dtype=np.float32)

    def layer(self, module, scale, delta):
        delta = scale * delta.reshape(delta.shape[0], -1)
        values = np.linalg.svd(delta, compute_uv=False)
        self.deltas[module] = delta
        self.layers.append({"module": module, "scale": scale, "rows": delta.shape[0], "cols": delta.shape[1],
                            "singular_values": values.tolist(), "beyond": 0.0})

    def write(self, folder, name, kind):
        save_file(self.tensors, folder / f"{name}.safetensors", metadata={"format": "pt"})
        if self.config is not None:
            (folder / f"{name}.config.json").write_text(json.dumps(self.config))
        np.savez(folder / f"{name}.deltas.npz", **self.deltas)
        expected = [{**layer, "kind": kind} for layer in self.layers]
        (folder / f"{name}.expected.json").write_text(json.dumps(expected))


def loha(file):
    for i, (m, n, r, alpha) in enumerate([(96, 80, 4, 4.0), (40, 150, 8, 1.0), (24, 20, 6, 3.0)]):
        p = f"lora_unet_{i}"
        w1a, w1b = file.add(f"{p}.hada_w1_a", m, r), file.add(f"{p}.hada_w1_b", r, n)
        w2a, w2b = file.add(f"{p}.hada_w2_a", m, r), file.add(f"{p}.hada_w2_b", r, n)
        file.alpha(p, alpha)
        file.layer(p, alpha / r, (w1a @ w1b) * (w2a @ w2b))
    p, r = "lora_unet_conv", 3
    t, w = [], []
    for i in (1, 2):
        core = file.add(f"{p}.hada_t{i}", r, r, 3, 3)
        t.append(np.einsum("i j k l, j r, i p -> p r k l", core, file.add(f"{p}.hada_w{i}_b", r, 10), file.add(f"{p}.hada_w{i}_a", r, 14)))
    file.alpha(p, 2.0)
    file.layer(p, 2.0 / r, t[0] * t[1])


def loha_peft(file):
    file.config = {"peft_type": "LOHA", "r": 4, "alpha": 6, "rank_pattern": {"k": 2}, "alpha_pattern": {"k": 5}}
    for name, r, alpha in (("q", 4, 6), ("k", 2, 5)):
        p = f"{PEFT}model.{name}"
        w1a, w1b = file.add(f"{p}.hada_w1_a", 30, r), file.add(f"{p}.hada_w1_b", r, 50)
        w2a, w2b = file.add(f"{p}.hada_w2_a", 30, r), file.add(f"{p}.hada_w2_b", r, 50)
        file.layer(f"model.{name}", alpha / r, (w1a @ w1b) * (w2a @ w2b))


def kron(w1, w2):
    """LyCORIS `make_kron`: the first two axes; the kernel is W₂'s."""
    w1 = w1.reshape(w1.shape + (1,) * (w2.ndim - w1.ndim))
    return np.kron(w1, w2)


def lokr(file):
    for first in (True, False):
        for second in (True, False):
            for kernel in ((), (3, 3)):
                p = f"lora_unet_{first}_{second}_{len(kernel)}".lower()
                r = 2
                w1 = file.add(f"{p}.lokr_w1", 6, 5) if first else file.add(f"{p}.lokr_w1_a", 6, r) @ file.add(f"{p}.lokr_w1_b", r, 5)
                if second:
                    w2 = file.add(f"{p}.lokr_w2", 8, 7, *kernel)
                else:
                    w2 = file.add(f"{p}.lokr_w2_a", 8, r) @ file.add(f"{p}.lokr_w2_b", r, 7 * int(np.prod(kernel)))
                    w2 = w2.reshape(8, 7, *kernel)
                file.alpha(p, 3.0)
                file.layer(p, 1.0 if first and second else 3.0 / r, kron(w1, w2))
    p, r = "lora_unet_tucker", 3
    w1, core = file.add(f"{p}.lokr_w1", 3, 4), file.add(f"{p}.lokr_t2", r, r, 3, 3)
    w2 = np.einsum("i j k l, i p, j r -> p r k l", core, file.add(f"{p}.lokr_w2_a", r, 5), file.add(f"{p}.lokr_w2_b", r, 6))
    file.alpha(p, 6.0)
    file.layer(p, 2.0, kron(w1, w2))


def lokr_peft(file):
    file.config = {"peft_type": "LOKR", "r": 8, "alpha": 4, "rank_pattern": {"k": 4}}
    p = f"{PEFT}model.q"
    file.layer("model.q", 0.5, np.kron(file.add(f"{p}.lokr_w1", 4, 4), file.add(f"{p}.lokr_w2", 12, 10)))
    p = f"{PEFT}model.k"
    w2 = file.add(f"{p}.lokr_w2_a", 20, 4) @ file.add(f"{p}.lokr_w2_b", 4, 30)
    file.layer("model.k", 1.0, np.kron(file.add(f"{p}.lokr_w1", 4, 4), w2))


def tucker(file):
    for i, (out, r, inner, kernel) in enumerate([(20, 4, 12, (3, 3)), (9, 6, 5, (5, 1))]):
        p = f"lora_unet_{i}"
        mid = file.add(f"{p}.lora_mid.weight", r, r, *kernel)
        up, down = file.add(f"{p}.lora_up.weight", out, r, 1, 1), file.add(f"{p}.lora_down.weight", r, inner, 1, 1)
        file.alpha(p, 2.0)
        file.layer(p, 2.0 / r, np.einsum("i j k l, p i, j r -> p r k l", mid, up[:, :, 0, 0], down[:, :, 0, 0]))


def adalora(file):
    file.config = {"peft_type": "ADALORA", "r": 8, "init_r": 12, "target_r": 4, "lora_alpha": 32}
    for name, r, ranknum in (("q", 12, None), ("k", 5, None), ("v", 7, 9.0)):
        p = f"{PEFT}model.{name}"
        a, b, e = file.add(f"{p}.lora_A", r, 60), file.add(f"{p}.lora_B", 40, r), file.add(f"{p}.lora_E", r, 1)
        if ranknum is not None:
            file.tensors[f"{p}.ranknum"] = np.array([ranknum], dtype=np.float32)
        file.layer(f"model.{name}", 32 / ((ranknum or 12.0) + 1e-5), b @ (a * e))


def kasa(file):
    file.config = {"peft_type": "LORA", "r": 6, "lora_alpha": 9, "kasa_config": {"beta": 1e-4}}
    for name in ("q", "k"):
        p = f"{PEFT}model.{name}"
        a, b, d = file.add(f"{p}.lora_A.weight", 6, 50), file.add(f"{p}.lora_B.weight", 30, 6), file.add(f"{p}.lora_diag", 6)
        file.layer(f"model.{name}", 1.5, b @ np.diag(d) @ a)


def grouped(file):
    file.config = {"peft_type": "LORA", "r": 6, "lora_alpha": 3}
    a, b = file.add(f"{PEFT}conv.lora_A.weight", 6, 8, 3, 3), file.add(f"{PEFT}conv.lora_B.weight", 12, 2, 1, 1)
    # Output channel o belongs to group o // 4, which sees two of the six.
    delta = np.stack([np.einsum("r, r i k l -> i k l", b[o, :, 0, 0], a[2 * (o // 4) : 2 * (o // 4) + 2]) for o in range(12)])
    file.layer("conv", 0.5, delta)


def full(file):
    for i, shape in enumerate([(40, 30), (16, 8, 3, 3), (25, 25)]):
        file.layer(f"diffusion_model.{i}", 1.0, file.add(f"diffusion_model.{i}.diff", *shape))


def experts(file):
    file.config = {"peft_type": "LORA", "r": 3, "lora_alpha": 6,
                   "target_parameters": ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]}
    count, r = 8, 3
    for path, m, n in (("model.0.mlp.experts.base_layer", 40, 24), ("model.0.mlp.experts", 24, 20)):
        a, b = file.add(f"{PEFT}{path}.lora_A.weight", count * r, n), file.add(f"{PEFT}{path}.lora_B.weight", m, count * r)
        delta = np.einsum("o r e, e r i -> e o i", b.reshape(m, -1, count), a.reshape(count, -1, n))
        for e in range(count):
            file.layer(f"{path}[expert {e}]", 2.0, delta[e])


def stacked(file):
    file.config = {"fine_tune_type": "lora", "lora_parameters": {"rank": 4, "scale": 20.0}}
    path = "model.layers.0.mlp.switch_mlp.gate_proj"
    a, b = file.add(f"{path}.lora_a", 6, 4, 30), file.add(f"{path}.lora_b", 6, 20, 4)
    for e in range(6):
        file.layer(f"{path}[expert {e}]", 20.0, b[e] @ a[e])
    path = "model.layers.0.self_attn.q_proj"
    a, b = file.add(f"{path}.lora_a", 30, 4), file.add(f"{path}.lora_b", 4, 20)
    file.layer(path, 20.0, (a @ b).T)


def other_names(file):
    file.config = {"peft_type": "LORA", "r": 5, "lora_alpha": 10}
    for down, up, module in (
        (f"{PEFT}q.lora_A.policy.weight", f"{PEFT}q.lora_B.policy.weight", "q"),
        ("k.lora_a.weight", "k.lora_b.weight", "k"),
        ("v.lora_A", "v.lora_B", "v"),
        ("double_blocks.0.processor.qkv_lora1.down.weight", "double_blocks.0.processor.qkv_lora1.up.weight", "double_blocks.0.processor.qkv_lora1"),
    ):
        a, b = file.add(down, 5, 33), file.add(up, 44, 5)
        file.layer(module, 2.0, b @ a)


def control(file):
    file.tensors["lora_controlnet"] = np.zeros(0, dtype=np.float32)
    down, up = file.add("input_blocks.1.0.in_layers.2.down", 4, 6, 3, 3), file.add("input_blocks.1.0.in_layers.2.up", 20, 4, 1, 1)
    file.layer("input_blocks.1.0.in_layers.2", 1.0, up.reshape(20, 4) @ down.reshape(4, -1))


# The kinds in whose place pairs are written, and whether their configuration becomes LoRA's.
MADE = {"loha": False, "loha_peft": True, "lokr": False, "lokr_peft": True, "tucker": False, "adalora": True, "full": False}
KINDS = [loha, loha_peft, lokr, lokr_peft, tucker, adalora, kasa, grouped, full, experts, stacked, other_names, control]


def write(folder, dtypes):
    for i, make in enumerate(KINDS):
        for j, (name, dtype) in enumerate(dtypes.items()):
            file = File(1000 + 10 * i + j, dtype)
            make(file)
            file.write(folder, f"kind-{make.__name__}-{name}", make.__name__)
    print(f"{len(KINDS) * len(dtypes)} files of other kinds")


def check(folder, read, difference, rounding):
    """The pairs in the place of each kind. `read` is oracle.py's: a file's header, tensors and layers, by its loaders' rules."""
    worst, failed, files, seen = {}, 0, 0, set()
    for target in sorted((folder / "resized").glob("kind-*.safetensors")):
        name, rest = target.name.removesuffix(".safetensors").split(".to-", 1)
        rank, option = rest.split(".")
        kind, dtype = name.removeprefix("kind-").rsplit("-", 1)
        config = target.with_suffix("").with_name(f"{target.name.removesuffix('.safetensors')}.config.json")
        assert config.exists() == MADE[kind], target.name
        if config.exists():
            fields = json.loads(config.read_text())
            assert fields["peft_type"] == "LORA", target.name
            for own in ("alpha", "init_r", "target_r", "use_effective_conv2d", "decompose_both"):
                assert own not in fields, f"{target.name}: {own} is no field of LoraConfig"
        _, tensors, layers = read(target.parent, target.name.removesuffix(".safetensors"))
        parts = ("hada_", "lokr_", "lora_mid", "lora_E", ".diff", "ranknum")
        assert not [name for name in tensors if any(part in name for part in parts)], target.name
        deltas = np.load(folder / f"{name}.deltas.npz")
        assert set(layers) == set(deltas.files), f"{target.name}: {set(layers) ^ set(deltas.files)}"
        for module, (scale, b, a, stored) in layers.items():
            assert stored == (option if option in ("F16", "BF16") else dtype) and a.shape[0] == int(rank), target.name
            assert scale == 1 or option == "one-alpha", f"{target.name}: {scale}"
            u, s, v = np.linalg.svd(deltas[module], full_matrices=False)
            best = u[:, : int(rank)] * s[: int(rank)], v[: int(rank)]
            error = difference((scale * b.astype(np.float64), a.astype(np.float64)), best) / s[0]
            bound = max(1e-12, 2.0 * np.sqrt(int(rank)) * rounding[stored])
            worst[kind, stored] = max(worst.get((kind, stored), 0.0), error)
            if not error <= bound:
                failed += 1
                print(f"{target.name}, {module}: {error:.1e} of σ₁, more than {bound:.1e}")
        files += 1
        seen.add((kind, dtype, option))
    for (kind, dtype), error in sorted(worst.items()):
        print(f"{kind:<14} {dtype:<5} as a pair at most {error:.1e} of σ₁ from NumPy's")
    print(f"{files} files of pairs in place of other kinds")
    missing = {(kind, option) for kind in MADE for option in ("as-it-is", "bake", "one-alpha", "F16", "BF16")}
    missing -= {(kind, option) for kind, _, option in seen}
    assert not missing and files >= 7 * 4 * 3, f"{missing} were not written"
    return failed
