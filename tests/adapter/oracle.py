"""Adapters written and checked by Python's safetensors and NumPy.

`oracle.py write FOLDER` writes adapter files and NumPy's results for them; `oracle.py check FOLDER` opens the resized files
that the Rust test put into FOLDER/resized, with each option, and compares scale·B·A with NumPy's truncated svd.
"""

import json
import re
import sys
from pathlib import Path

import ml_dtypes
import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

import oracle_kinds

DTYPES = {"F32": np.float32, "F16": np.float16, "BF16": ml_dtypes.bfloat16}
STORED = {**DTYPES, "F64": np.float64}
# Half the relative distance between neighbouring numbers.
ROUNDING = {"F64": 2.0**-53, "F32": 2.0**-24, "F16": 2.0**-11, "BF16": 2.0**-8}
# Above this many entries, the svd is that of the core of two QR, and the product is not formed.
MOST_ENTRIES = 2_000_000
LLAMA = {
    "self_attn.q_proj": (4096, 4096),
    "self_attn.k_proj": (1024, 4096),
    "self_attn.v_proj": (1024, 4096),
    "self_attn.o_proj": (4096, 4096),
    "mlp.gate_proj": (14336, 4096),
    "mlp.up_proj": (14336, 4096),
    "mlp.down_proj": (4096, 14336),
}


class Case:
    def __init__(self, seed, dtype, metadata=None):
        self.rng = np.random.default_rng(seed)
        self.dtype = DTYPES[dtype]
        self.tensors, self.layers, self.metadata = {}, [], metadata or {"format": "pt"}

    def factors(self, rows, cols, rank):
        """A spectrum that falls like 1/j, in random directions."""
        b = self.rng.standard_normal((rows, rank)) / np.sqrt(rows) / np.arange(1, rank + 1)
        return b.astype(self.dtype), (self.rng.standard_normal((rank, cols)) / np.sqrt(cols)).astype(self.dtype)

    def layer(self, module, names, shape, rank, scale, inner=None, alpha=None):
        rows, cols = shape
        b, a = self.factors(rows, cols, rank)
        down, up = names
        self.tensors[down] = a.reshape((rank, *inner)) if inner else a
        self.tensors[up] = b.reshape((rows, rank, *([1] * (len(inner) - 1)))) if inner else b
        if alpha is not None:
            self.tensors[names[0].rsplit(".lora", 1)[0] + ".alpha"] = alpha
        values = np.zeros(min(rows, cols))
        found = singular_values(b, a, scale)
        values[: len(found)] = found
        self.layers.append({"module": module, "rank": rank, "scale": scale, "rows": rows, "cols": cols,
                            "singular_values": values[:rank].tolist(), "beyond": float(np.max(values[rank:], initial=0.0))})

    def write(self, folder, name, config=None):
        save_file(self.tensors, folder / f"{name}.safetensors", metadata=self.metadata)
        if config is not None:
            (folder / f"{name}.config.json").write_text(json.dumps(config))
        (folder / f"{name}.expected.json").write_text(json.dumps(self.layers))
        print(f"{name}: {len(self.layers)} layers")


def product(b, a, scale):
    return scale * (b.astype(np.float64) @ a.astype(np.float64))


def singular_values(b, a, scale):
    if b.shape[0] * a.shape[1] <= MOST_ENTRIES:
        return np.linalg.svd(product(b, a, scale), compute_uv=False)
    r_b = np.linalg.qr(b.astype(np.float64), mode="r")
    r_a = np.linalg.qr(a.astype(np.float64).T, mode="r")
    return np.linalg.svd(scale * (r_b @ r_a.T), compute_uv=False)


def peft(module):
    return f"base_model.model.{module}.lora_A.weight", f"base_model.model.{module}.lora_B.weight"


def kohya(module):
    return f"{module}.lora_down.weight", f"{module}.lora_up.weight"


def write(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "resized").mkdir(exist_ok=True)
    for old in [*folder.glob("*.*"), *(folder / "resized").glob("*.*")]:
        old.unlink()
    for i, (dtype, rank) in enumerate([("BF16", 4), ("F16", 8), ("F32", 16), ("BF16", 32), ("F16", 64), ("F32", 128)]):
        case = Case(i, dtype)
        for module, (rows, cols) in LLAMA.items():
            path = f"model.layers.0.{module}"
            case.layer(path, peft(path), (rows // 16, cols // 16), rank, 2.0)
        case.write(folder, f"peft-{dtype}-r{rank}", {"peft_type": "LORA", "r": rank, "lora_alpha": 2 * rank})

    case = Case(10, "BF16")
    for module in ("self_attn.k_proj", "self_attn.q_proj", "mlp.gate_proj", "mlp.down_proj"):
        path = f"model.layers.0.{module}"
        case.layer(path, peft(path), LLAMA[module], 16, 2.0)
    case.write(folder, "peft-llama-8b", {"peft_type": "LORA", "r": 16, "lora_alpha": 32})
    # Form one large product in full, at any cost, so that the core of two QR is not the only reference.
    b, a = (case.tensors[name] for name in reversed(peft("model.layers.0.self_attn.k_proj")))
    values = np.linalg.svd(product(b, a, 2.0), compute_uv=False)[:16]
    case.layers[0]["singular_values"] = values.tolist()
    (folder / "peft-llama-8b.expected.json").write_text(json.dumps(case.layers))

    case = Case(11, "F32")
    for i, module in enumerate(("q_proj", "k_proj", "v_proj")):
        case.layer(f"model.layers.{i}.{module}", peft(f"model.layers.{i}.{module}"), (96, 80), 9, 12 / 3.0)
    case.write(folder, "peft-rslora", {"peft_type": "LORA", "r": 9, "lora_alpha": 12, "use_rslora": True})

    case, config = Case(12, "F16"), {
        "peft_type": "LORA", "r": 8, "lora_alpha": 16,
        "rank_pattern": {"^model.layers.0.q_proj": 4, "layers\\.[12]\\.k_proj": 12, "k_proj": 2, "(v|o)_proj": 6},
        "alpha_pattern": {"k_proj": 6, "layers.0.q_proj": 4, "q_proj": 100, ".*layers.2.*": 1},
    }
    for layer in range(3):
        for module in ("q_proj", "k_proj", "v_proj", "o_proj"):
            path = f"model.layers.{layer}.{module}"
            rank = lookup(config["rank_pattern"], path, config["r"])
            scale = lookup(config["alpha_pattern"], path, config["lora_alpha"]) / rank
            case.layer(path, peft(path), (64, 48), rank, scale)
    case.write(folder, "peft-patterns", config)

    case = Case(13, "BF16")
    names = ("base_model.model.model.embed_tokens.lora_embedding_A", "base_model.model.model.embed_tokens.lora_embedding_B")
    case.layer("model.embed_tokens", names, (96, 1000), 8, 2.0)
    case.layer("model.conv", peft("model.conv"), (24, 16 * 9), 8, 2.0, inner=(16, 3, 3))
    case.layer("model.wide", peft("model.wide"), (5, 40), 8, 2.0)
    case.tensors["base_model.model.classifier.weight"] = case.rng.standard_normal((7, 5)).astype(np.float32)
    case.write(folder, "peft-embedding-conv", {"peft_type": "LORA", "r": 8, "lora_alpha": 16})

    for i, dtype in enumerate(DTYPES):
        case = Case(20 + i, dtype, {"ss_network_dim": "8", "ss_network_alpha": "3", "sshs_model_hash": "0"})
        for j, alpha in enumerate((3.0, 8.0, None, 0.0, 1.0)):
            stored = None if alpha is None else np.array(alpha, dtype=case.dtype)
            scale = alpha / 8 if alpha else 1.0
            module = f"lora_unet_down_blocks_{j}_attentions_0_proj_in"
            case.layer(module, kohya(module), (64, 48), 8, scale, alpha=stored)
        module = "lora_unet_down_blocks_0_resnets_0_conv1"
        case.layer(module, kohya(module), (32, 20 * 9), 8, 0.5, inner=(20, 3, 3), alpha=np.array(4.0, dtype=np.float32))
        module = "lora_te_text_model_encoder_layers_0_mlp_fc1"
        case.layer(module, kohya(module), (96, 24), 5, 3 / 5, alpha=np.array(3.0, dtype=np.float16))
        case.write(folder, f"kohya-{dtype}")

    case = Case(30, "BF16")
    module = "unet.down_blocks.0.attentions.0.to_q"
    case.layer(module, (f"{module}.lora.down.weight", f"{module}.lora.up.weight"), (64, 48), 8, 1.0)
    module = "diffusion_model.double_blocks.0.img_attn.proj"
    case.layer(module, (f"{module}.lora_A.weight", f"{module}.lora_B.weight"), (64, 48), 8, 1.0)
    module = "diffusion_model.double_blocks.1.img_attn.proj"
    names = (f"{module}.lora_A.weight", f"{module}.lora_B.weight")
    case.layer(module, names, (64, 48), 8, 0.25, alpha=np.array(2.0, dtype=np.float32))
    case.write(folder, "diffusers")

    case = Case(31, "F32")
    for module in ("double_blocks.0.img_attn.proj", "single_blocks.3.linear1"):
        case.layer(module, peft(module), (64, 48), 8, 6 / np.sqrt(8))
    case.write(folder, "diffusion-peft", {"peft_type": "LORA", "r": 8, "lora_alpha": 6, "use_rslora": True})

    oracle_kinds.write(folder, STORED)


def lookup(pattern, path, default):
    """The value for path, as PEFT's get_pattern_key finds it."""
    for key, value in pattern.items():
        if re.match(rf"(.*\.)?({key})$", path):
            return value
    return default


def load(path):
    """Opens the file with safetensors, but decodes the numbers here, since its NumPy interface does not read BF16."""
    with safe_open(path, framework="np") as opened:
        names = set(opened.keys())
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + length])
    assert names == set(header) - {"__metadata__"}
    data, tensors = raw[8 + length :], {}
    for name in names:
        begin, end = header[name]["data_offsets"]
        kind = np.dtype(STORED[header[name]["dtype"]])
        assert begin % kind.itemsize == 0, f"{name} is not aligned"
        tensors[name] = np.frombuffer(data[begin:end], dtype=kind).reshape(header[name]["shape"])
    return header, tensors


def layers(header, tensors, config):
    """module → (scale, B, A, dtype), by the rules that PEFT and sd-scripts follow."""
    found = {}
    for name, a in tensors.items():
        for down, up in ((".lora_A.weight", ".lora_B.weight"), (".lora_embedding_A", ".lora_embedding_B"),
                         (".lora_down.weight", ".lora_up.weight"), (".lora.down.weight", ".lora.up.weight")):
            if not name.endswith(down):
                continue
            module = name[: -len(down)]
            b, rank = tensors[module + up], a.shape[0]
            path = module.removeprefix("base_model.model.")
            if config is not None:
                assert lookup(config.get("rank_pattern", {}), path, config["r"]) == rank, f"{path}: rank_pattern"
                alpha = lookup(config.get("alpha_pattern", {}), path, config["lora_alpha"])
                scale = alpha / (np.sqrt(rank) if config.get("use_rslora") else rank)
            else:
                alpha = tensors.get(module + ".alpha")
                scale = float(alpha) / rank if alpha is not None and float(alpha) != 0 else 1.0
            found[path] = (scale, b.reshape(b.shape[0], rank), a.reshape(rank, -1), header[name]["dtype"])
    return found


def read(folder, name):
    config = folder / f"{name}.config.json"
    config = json.loads(config.read_text()) if config.exists() else None
    header, tensors = load(folder / f"{name}.safetensors")
    return header, tensors, layers(header, tensors, config)


def decomposed(b, a, scale):
    """NumPy's svd of the product; from the core of two QR if it is large."""
    q_b, r_b = np.linalg.qr(b.astype(np.float64))
    q_a, r_a = np.linalg.qr(a.astype(np.float64).T)
    if b.shape[0] * a.shape[1] <= MOST_ENTRIES:
        u, s, v = np.linalg.svd(product(b, a, scale), full_matrices=False)
    else:
        u, s, v = np.linalg.svd(scale * (r_b @ r_a.T))
        u, v = q_b @ u, v @ q_a.T
    return u, s, v


def difference(left, right):
    """‖L₁·L₂ − R₁·R₂‖_F without the products."""
    stacked = np.hstack([left[0], -right[0]]), np.vstack([left[1], right[1]])
    return np.linalg.norm(np.linalg.qr(stacked[0], mode="r") @ np.linalg.qr(stacked[1].T, mode="r").T)


CAP = 0.4
LADDER = (2, 4, 8)
# The names that each case can be written under; the others are refused.
NAMES = {"diffusion-peft": {"peft", "comfyui", "kohya"}, **{f"kohya-{dtype}": {"kohya"} for dtype in DTYPES}}


def common(module):
    """The module's path whatever the names are."""
    for prefix in ("diffusion_model.", "lora_unet_"):
        module = module.removeprefix(prefix)
    return module.replace(".", "_")


def alphas(tensors, config):
    if config is not None:
        return {config["lora_alpha"], *config.get("alpha_pattern", {}).values()}
    return {float(tensor) for name, tensor in tensors.items() if name.endswith(".alpha")}


def check_target(option, rank, before, old, target, svds, worst):
    folder, file = target.parent, target.name.removesuffix(".safetensors")
    header, new, after = read(folder, file)
    after = {common(module): layer for module, layer in after.items()}
    config = folder / f"{file}.config.json"
    config = json.loads(config.read_text()) if config.exists() else None
    if option == "ladder":
        rank = next(step for step in LADDER if step >= rank)
    if option == "one-alpha":
        assert len(alphas(new, config)) <= 1, f"{file}: {alphas(new, config)}"
        assert not (config or {}).get("use_rslora"), file
    if option in ("names-comfyui", "names-kohya"):
        assert config is None and all(f"{name.rsplit('.lora_', 1)[0]}.alpha" in new for name in new if ".lora_" in name)
        assert all(name.startswith("diffusion_model." if option == "names-comfyui" else "lora_") for name in new)
    elif option == "names-peft":
        assert config["peft_type"] == "LORA" and all(name.startswith("base_model.model.") for name in new)
    elif option != "drop":
        assert set(old) == set(new), f"{file}: other tensors"
    missing = {common(module) for module in before} - set(after)
    assert len(missing) == (option == "drop") and len(after) + len(missing) == len(before), f"{file}: {missing}"
    failed = 0
    for module, (scale, b, a, dtype) in before.items():
        if common(module) in missing:
            continue
        new_scale, new_b, new_a, new_dtype = after[common(module)]
        assert new_dtype == (option if option in DTYPES else dtype) and new_a.shape[0] == min(rank, a.shape[0]), module
        if option == "bake":
            assert new_scale == 1, f"{file}, {module}: scale {new_scale}"
        if rank >= a.shape[0] and option == "as-it-is":
            assert new_scale == scale and (new_a == a).all() and (new_b == b).all(), f"{module} changed"
            continue
        if module not in svds:
            svds[module] = decomposed(b, a, scale)
        u, s, v = svds[module]
        left, right, largest = u[:, :rank] * s[:rank], v[:rank], s[0]
        if option == "cap":
            values = np.linalg.norm(left, axis=0)
            left = left * np.minimum(1, CAP / values)
            found = np.linalg.norm(singular_values(new_b, new_a, new_scale), ord=np.inf)
            assert found <= CAP * (1 + 4 * np.sqrt(rank) * ROUNDING[dtype]), f"{file}, {module}: {found}"
        product = new_scale * new_b.astype(np.float64), new_a.astype(np.float64)
        error = difference(product, (left, right)) / largest
        # Both factors are rounded to the dtype, each entry by at most half a unit: ‖ΔB‖·‖A‖ + ‖B‖·‖ΔA‖. Balanced factors have
        # the length √(r·σ₁) at most; those that keep their rank may be longer.
        lengths = np.sqrt(rank)
        if rank >= a.shape[0]:
            lengths = abs(scale) * np.linalg.norm(b.astype(np.float64)) * np.linalg.norm(a.astype(np.float64)) / largest
        bound = 1e-6 if new_dtype == "F32" else 2.0 * lengths * ROUNDING[new_dtype]
        key = option if option not in DTYPES else "dtype", new_dtype
        worst[key] = max(worst.get(key, 0.0), error)
        if not error <= bound:
            failed += 1
            print(f"{file}, {module}: {error:.1e} of σ₁, more than {bound:.1e}")
    for tensor in set(old) & set(new):
        if "lora" not in tensor:
            assert (old[tensor] == new[tensor]).all() or tensor.endswith(".alpha"), f"{tensor} changed"
    return failed


def check(folder):
    worst, failed, files = {}, 0, 0
    names = (path.name.removesuffix(".expected.json") for path in folder.glob("*.expected.json"))
    cases = sorted(name for name in names if not name.startswith("kind-"))
    for name in cases:
        _, old, before = read(folder, name)
        targets = sorted((folder / "resized").glob(f"{name}.to-*.safetensors"))
        options = {target.name.split(".to-", 1)[1].split(".")[1] for target in targets}
        expected = {"as-it-is"}
        if not any(large in name for large in ("llama", "r64", "r128")):
            expected |= {f"names-{names}" for names in NAMES.get(name, {"peft"} if name.startswith("peft") else ())}
            expected |= {"bake", "one-alpha", "cap", "ladder", "drop", *DTYPES}
        assert options == expected, f"{name}: {options ^ expected}"
        svds = {}
        for target in targets:
            rank, option = target.name.split(".to-", 1)[1].split(".")[:2]
            failed += check_target(option, int(rank), before, old, target, svds, worst)
            files += 1
    for (option, dtype), error in sorted(worst.items()):
        print(f"{option:<14} {dtype:<5} at most {error:.1e} of σ₁ from NumPy's")
    print(f"{files} files")
    failed += oracle_kinds.check(folder, read, difference, ROUNDING)
    if failed or {dtype for _, dtype in worst} != set(DTYPES):
        sys.exit(f"{failed} layers are off")


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]](Path(sys.argv[2]))
