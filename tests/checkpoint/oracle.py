"""LoRAs made of two checkpoints, judged by NumPy in 64 bits and loaded by PEFT.

`oracle.py write FOLDER` writes a base and a tuned model; `tests/checkpoint/oracle.rs` makes LoRAs of them; `oracle.py check FOLDER`
compares those with the best approximation of NumPy's W' - W (`cargo xtask test adapter-oracle`); `oracle.py peft FOLDER` lets PEFT load
one and compares W + delta W with W' (`cargo xtask bench adapter-loaders`, since that needs PyTorch).
"""

import json
import sys
from pathlib import Path

import ml_dtypes
import numpy as np
from safetensors import deserialize, safe_open
from safetensors.numpy import load_file, save_file

DTYPES = {"BF16": ml_dtypes.bfloat16, "F8_E4M3": ml_dtypes.float8_e4m3fn, "F16": np.float16, "F32": np.float32}
WIDE = np.float64


def of_values(rng, shape, values):
    u, v = (np.linalg.qr(rng.normal(size=(side, len(values))))[0] for side in shape)
    return (u * np.asarray(values)) @ v.T


def models():
    rng = np.random.default_rng(1)
    # Name, shape, dtypes of base and tuned, singular values of the update.
    layers = [
        ("model.layers.0.falling.weight", (320, 256), "F32", "F32", np.exp(-np.arange(256) / 20)),
        ("model.layers.0.planted.weight", (300, 200), "BF16", "BF16", np.geomspace(0.03, 0.001, 24)),
        ("model.layers.0.slow.weight", (192, 512), "BF16", "BF16", 0.02 / np.arange(1, 193)),
        ("model.layers.1.rounded.weight", (256, 192), "F32", "BF16", []),
        ("model.layers.1.sixteen.weight", (160, 224), "F16", "F16", np.geomspace(0.02, 0.0005, 40)),
        ("model.layers.1.scaled.weight", (128, 96), "BF16", "F8_E4M3", np.geomspace(0.5, 0.05, 12)),
        # GPT-2's, stored as in x out; the last one is a usual layer between them.
        ("model.h.0.attn.c_attn.weight", (64, 192), "F32", "F32", np.geomspace(0.05, 0.002, 60)),
        ("model.h.0.attn.other.weight", (64, 96), "F32", "F32", np.geomspace(0.05, 0.002, 60)),
        ("model.h.0.mlp.c_proj.weight", (96, 96), "F32", "F32", np.geomspace(0.05, 0.002, 60)),
        ("model.conv.weight", (48, 16, 3, 3), "F16", "BF16", np.geomspace(0.05, 0.002, 20)),
    ]
    base, tuned = {}, {}
    for name, shape, before, after, values in layers:
        flat = (shape[0], int(np.prod(shape[1:])))
        w = (0.02 * rng.normal(size=flat)).astype(DTYPES[before])
        update = of_values(rng, flat, values) if len(values) else 0.0
        changed = w.astype(WIDE) + update
        base[name] = w.reshape(shape)
        if after == "F8_E4M3":
            scale = np.float32(np.abs(changed).max() / 448)
            tuned[name] = (changed / scale).astype(DTYPES[after]).reshape(shape)
            tuned[name.replace(".weight", ".scale_weight")] = np.asarray([scale], np.float32)
        else:
            tuned[name] = changed.astype(DTYPES[after]).reshape(shape)
    for name, side in [("model.layers.0.planted.bias", 300), ("model.norm.weight", 64)]:
        base[name] = rng.normal(size=side).astype(ml_dtypes.bfloat16)
        tuned[name] = rng.normal(size=side).astype(ml_dtypes.bfloat16)
    return base, tuned


def write(folder):
    base, tuned = models()
    for side in ("base", "tuned"):
        (folder / side).mkdir(parents=True, exist_ok=True)
    save_file(base, folder / "base" / "model.safetensors")
    # The tuned model is without the prefix, in two files.
    tuned = {name.removeprefix("model."): tensor for name, tensor in tuned.items()}
    names, index = sorted(tuned), {}
    for part, own in enumerate((names[: len(names) // 2], names[len(names) // 2 :]), 1):
        file = f"model-{part:05}-of-00002.safetensors"
        save_file({name: tuned[name] for name in own}, folder / "tuned" / file)
        index |= dict.fromkeys(own, file)
    (folder / "tuned" / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}))


def load(folder):
    """The tensors in 64 bits, multiplied by their scales."""
    tensors = {}
    for path in sorted(folder.glob("*.safetensors")):
        # safetensors 0.8 has no numbers of eight bits for NumPy.
        for name, entry in deserialize(path.read_bytes()):
            tensors[name] = np.frombuffer(bytes(entry["data"]), DTYPES[entry["dtype"]]).reshape(entry["shape"])
    scaled = {}
    for name, tensor in tensors.items():
        scale = tensors.get(name.replace(".weight", ".scale_weight")) if name.endswith(".weight") else None
        scaled[name] = tensor.astype(WIDE) * (1.0 if scale is None else scale.astype(WIDE))
    return scaled


def is_conv1d(name):
    return name.removesuffix(".weight").rsplit(".")[-1] in ("c_attn", "c_proj")


def flat(tensor):
    return tensor.reshape(len(tensor), -1)


def clamped(b, a):
    """The arithmetic of sd-scripts' extract_lora_from_models.py, on U S and V^T."""
    most = np.quantile(np.concatenate([b.ravel(), a.ravel()]), 0.99)
    return b.clip(-most, most) @ a.clip(-most, most)


def check(folder):
    base, tuned = load(folder / "base"), load(folder / "tuned")
    worst = 0.0
    for kind in ("peft", "comfyui"):
        lora = {name: tensor.astype(WIDE) for name, tensor in load_file(folder / kind / "adapter_model.safetensors").items()}
        for said in json.loads((folder / kind / "said.json").read_text()):
            delta = flat(tuned[said["tuned"]]) - flat(base[said["base"]])
            u, s, vt = np.linalg.svd(delta, full_matrices=False)
            rank = said["rank"]
            least = np.sqrt((s[rank:] ** 2).sum())
            if kind == "peft":
                module = "base_model.model." + said["base"].removesuffix(".weight")
                a, b, alpha = lora[module + ".lora_A.weight"], lora[module + ".lora_B.weight"], rank
            else:
                module = "diffusion_model." + said["name"].removesuffix(".weight")
                a, b, alpha = lora[module + ".lora_down.weight"], lora[module + ".lora_up.weight"], lora[module + ".alpha"]
            assert a.shape[0] == b.shape[1] == rank, said["name"]
            product = float(alpha) / rank * flat(b) @ flat(a)
            is_turned = kind == "peft" and is_conv1d(said["name"])
            if is_turned:
                product = product.T
            found = np.linalg.norm(delta - product)
            norm = np.linalg.norm(delta)
            worst = max(worst, found / least)
            assert found <= 1.002 * least + 1e-6 * norm, (said["name"], found, least)
            assert abs(found - said["residual"]) <= 1e-5 * norm and abs(norm - said["norm"]) <= 1e-6 * norm, said["name"]
            values = np.asarray(said["values"])
            certain = np.abs(values - s[: len(values)])[: said["converged"]]
            assert (certain <= 2e-6 * s[0]).all() and (values <= s[: len(values)] + 1e-6 * s[0]).all(), said["name"]
            if is_turned:
                continue
            # The signs of singular vectors are arbitrary, and the quantile depends on them: the same ones must give the same.
            cut = np.linalg.norm(delta - clamped(flat(b), flat(a)))
            assert abs(said["clamped"] - cut) <= 1e-4 * cut + 1e-6 * norm, (said["name"], said["clamped"], cut)
            if "falling" in said["name"]:
                cut = np.linalg.norm(delta - clamped(u[:, :rank] * s[:rank], vt[:rank]))
                assert found <= 0.7 * cut, (found, cut)
                print(f"falling: {found / norm:.4f} of the norm, clamped {cut / norm:.4f}")
    tuned_norm, base_norm = tuned["norm.weight"], base["model.norm.weight"]
    with safe_open(folder / "peft" / "adapter_model.safetensors", "numpy") as file:
        assert (file.get_tensor("base_model.model.model.norm.weight").astype(WIDE) == tuned_norm).all()
    with safe_open(folder / "comfyui" / "adapter_model.safetensors", "numpy") as file:
        assert np.allclose(file.get_tensor("diffusion_model.norm.diff"), tuned_norm - base_norm, atol=1e-6)
        bias = tuned["layers.0.planted.bias"] - base["model.layers.0.planted.bias"]
        assert np.allclose(file.get_tensor("diffusion_model.layers.0.planted.diff_b"), bias, atol=1e-6)
    print(f"the residual is at most {worst:.6f} of the least there is")


def peft(folder):
    import torch
    from peft import PeftModel
    from torch import nn
    from transformers.pytorch_utils import Conv1D

    base, tuned = load(folder / "base"), load(folder / "tuned")

    def module(name, tensor):
        if tensor.ndim == 4:
            made = nn.Conv2d(tensor.shape[1], tensor.shape[0], tensor.shape[2:], bias=False)
        elif is_conv1d(name):
            made = Conv1D(tensor.shape[1], tensor.shape[0])
        elif tensor.ndim == 2:
            made = nn.Linear(tensor.shape[1], tensor.shape[0], bias=name + ".bias" in base)
        else:
            made = nn.LayerNorm(len(tensor), bias=False)
        made.weight.data = torch.tensor(tensor)
        return made

    model = nn.Module()
    model.forward = lambda x: x
    for name, tensor in base.items():
        if not name.endswith(".weight"):
            continue
        *path, last = name.removesuffix(".weight").split(".")
        parent = model
        for part in path:
            if not hasattr(parent, part):
                parent.add_module(part, nn.Module())
            parent = getattr(parent, part)
        parent.add_module(last, module(name.removesuffix(".weight"), tensor))
    loaded = PeftModel.from_pretrained(model, folder / "peft").merge_and_unload().double()
    weights = dict(loaded.named_parameters())
    for said in json.loads((folder / "peft" / "said.json").read_text()):
        left = flat(tuned[said["tuned"]]) - flat(weights[said["base"]].detach().numpy())
        found = np.linalg.norm(left)
        assert abs(found - said["residual"]) <= 1e-3 * said["residual"] + 1e-6 * said["norm"], (said["name"], found, said["residual"])
        print(f"{said['name']}: W + dW is {found:.6g} from W', said {said['residual']:.6g}")
    assert (weights["model.norm.weight"].detach().numpy() == tuned["norm.weight"]).all()


if __name__ == "__main__":
    {"write": write, "check": check, "peft": peft}[sys.argv[1]](Path(sys.argv[2]))
