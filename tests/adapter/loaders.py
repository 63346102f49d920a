"""Resized adapters in the loaders of their owners: `cargo xtask bench adapter-loaders`.

`loaders.py write FOLDER` writes adapters with PEFT and diffusers; `tests/adapter/loaders.rs` resizes them; `loaders.py check
FOLDER` loads both in the owner's loader and compares what it adds to the weights with NumPy's truncated svd of the original's.

PEFT and diffusers run themselves. Of others, the functions that decide are run from their sources where the folder
ADAPTER_LOADERS_SOURCES holds them, and listed as not run where it does not:

    vllm/lora/peft_helper.py                                vLLM 02143692: one scale for all layers
    convert_lora_to_gguf.py                                 llama.cpp 0b03adaa: names. Its scale is C++ (src/llama-adapter.h,
                                                            get_scale, 215841fc): one alpha, divided by each tensor's rank
    comfy/weight_adapter/{base,lora}.py                     ComfyUI a125cd84
    networks/lora.py                                        sd-scripts 48d368fa
"""

import ast
import dataclasses
import importlib
import json
import math
import os
import sys
import types
import typing
import warnings
from pathlib import Path
from unittest import mock

warnings.simplefilter("ignore")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
import numpy as np
import torch
from diffusers import FluxPipeline, FluxTransformer2DModel
from peft import LoraConfig, PeftModel, get_peft_model
from peft.tuners.lora import LoraLayer
from peft.utils import get_peft_model_state_dict
from safetensors.torch import load_file, save_file
from torch import nn

SOURCES = Path(os.environ.get("ADAPTER_LOADERS_SOURCES", "/nowhere"))
RANK = 8


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.q_proj, self.v_proj = nn.Linear(24, 40, bias=False), nn.Linear(24, 16, bias=False)
        self.conv = nn.Conv2d(6, 10, 3, bias=False)


class Model(nn.Module):
    """Paths as PEFT meets them; one ends with another."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(50, 24)
        self.layers = nn.ModuleList(Block() for _ in range(4))
        self.q_proj = nn.Linear(24, 40, bias=False)

    def forward(self, x):
        return x


def transformer():
    torch.manual_seed(0)
    return FluxTransformer2DModel(patch_size=1, in_channels=4, num_layers=2, num_single_layers=2, attention_head_dim=8,
                                  num_attention_heads=2, joint_attention_dim=16, pooled_projection_dim=16,
                                  axes_dims_rope=(2, 2, 4))


PEFT = {
    "peft": dict(lora_alpha=16),
    "peft-rslora": dict(lora_alpha=5, use_rslora=True),
    "peft-patterns": dict(lora_alpha=12, rank_pattern={"layers.1.q_proj": 4, "^q_proj": 6}, alpha_pattern={"v_proj": 3}),
    "peft-linear": dict(lora_alpha=16, target_modules=["q_proj", "v_proj"]),
}
TARGETS = ["q_proj", "v_proj", "conv", "embed"]
FLUX = ["to_q", "to_k", "proj_out", "ff.net.0.proj"]


def write(folder):
    torch.manual_seed(1)
    for name, fields in PEFT.items():
        fields = {"target_modules": TARGETS, **fields}
        # Without its default, B is not 0, also that of a layer that is left out and made anew.
        model = get_peft_model(Model(), LoraConfig(r=RANK, init_lora_weights=False, **fields))
        model.save_pretrained(folder / name)
    for name, with_metadata in (("diffusers-metadata", True), ("diffusers", False)):
        model = transformer()
        config = LoraConfig(r=RANK, lora_alpha=12 if with_metadata else RANK, init_lora_weights=False, target_modules=FLUX)
        model.add_adapter(config)
        layers = get_peft_model_state_dict(model)
        metadata = {"transformer_lora_adapter_metadata": model.peft_config["default"].to_dict()} if with_metadata else {}
        FluxPipeline.save_lora_weights(folder / name, transformer_lora_layers=layers, **metadata)
    (folder / "kohya").mkdir()
    generator = torch.Generator().manual_seed(2)
    tensors = {}
    for i in range(2):
        for module, rows, cols in (("img_attn_proj", 16, 16), ("img_mlp_0", 64, 16), ("txt_mlp_2", 16, 64)):
            module = f"lora_unet_double_blocks_{i}_{module}"
            tensors[f"{module}.lora_down.weight"] = torch.randn(RANK, cols, generator=generator)
            tensors[f"{module}.lora_up.weight"] = torch.randn(rows, RANK, generator=generator)
            tensors[f"{module}.alpha"] = torch.tensor(3.0 + i)
    save_file(tensors, folder / "kohya" / "lora.safetensors", metadata={"ss_network_dim": "8"})


    # A diffusion model's LoRA by PEFT, written under the names of ComfyUI and kohya.
    (folder / "renamed").mkdir()
    tensors = {}
    for i in range(3):
        module = f"base_model.model.double_blocks.{i}.img_attn.proj"
        tensors[f"{module}.lora_A.weight"] = torch.randn(RANK, 16, generator=generator)
        tensors[f"{module}.lora_B.weight"] = torch.randn(24, RANK, generator=generator)
    save_file(tensors, folder / "renamed" / "adapter_model.safetensors")
    config = {"peft_type": "LORA", "r": RANK, "lora_alpha": 5, "use_rslora": True, "target_modules": ["proj"]}
    (folder / "renamed" / "adapter_config.json").write_text(json.dumps(config))


def deltas_of(model):
    """What each layer of a loaded model adds to its weight."""
    found = {}
    for path, module in model.double().named_modules():
        if isinstance(module, LoraLayer) and module.lora_A.keys() | module.lora_embedding_A.keys():
            adapter = next(iter(module.lora_A.keys() or module.lora_embedding_A.keys()))
            found[path.removeprefix("base_model.model.")] = module.get_delta_weight(adapter).detach().numpy()
    return found


def by_peft(folder, file, config):
    torch.manual_seed(3)
    model = PeftModel.from_pretrained(Model(), folder)
    expected = set(load_file(folder / "adapter_model.safetensors"))
    loaded = {name.replace(".default", "") for name in get_peft_model_state_dict(model)}
    assert expected <= loaded, f"{folder}: PEFT leaves out {expected - loaded}"
    return deltas_of(model)


def by_diffusers(folder, file, config):
    state, alphas, metadata = FluxPipeline.lora_state_dict(str(file), return_alphas=True, return_lora_metadata=True)
    model = transformer()
    FluxPipeline.load_lora_into_transformer(state, alphas, model, metadata=metadata)
    return deltas_of(model)


def by_scale(tensors, scale, up, down):
    """The products of PEFT's or kohya's factors, with the scale that a rule gives for a rank."""
    found = {}
    for name, a in tensors.items():
        if name.endswith(down):
            b = tensors[name.removesuffix(down) + up].double()
            product = b.flatten(1) @ a.double().flatten(1)
            module = name.removesuffix(down).removeprefix("base_model.model.")
            found[module] = scale(module, a.shape[0]) * product.numpy()
    return found


def classes_of(path, *names, **namespace):
    """Classes and functions of a source file, without running the rest."""
    body = [node for node in ast.parse(path.read_text()).body if getattr(node, "name", None) in names]
    exec(compile(ast.Module(body, []), str(path), "exec"), namespace)
    return [namespace[name] for name in names]


def by_vllm(folder, file, config):
    logger = types.SimpleNamespace(info_once=print, print_info_once=lambda *_: None)
    module = types.ModuleType("peft_helper")
    with mock.patch.dict(sys.modules, {"peft_helper": module}):
        namespace = {**vars(dataclasses), **vars(typing), "math": math, "logger": logger, "__name__": "peft_helper"}
        (helper,) = classes_of(SOURCES / "vllm/lora/peft_helper.py", "PEFTHelper", **namespace)
        scale = helper.from_dict(config).vllm_lora_scaling_factor
    return by_scale(load_file(file), lambda *_: scale, ".lora_B.weight", ".lora_A.weight")


def by_llama_cpp(folder, file, config):
    (base_name,) = classes_of(SOURCES / "convert_lora_to_gguf.py", "get_base_tensor_name")
    alpha = config["lora_alpha"]
    found = by_scale(load_file(file), lambda _, rank: alpha / rank if alpha else 1.0, ".lora_B.weight", ".lora_A.weight")
    return {base_name(f"base_model.model.{module}.lora_A.weight").removesuffix(".weight"): d for module, d in found.items()}


def by_comfyui(folder, file, config):
    management = types.ModuleType("comfy.model_management")
    management.cast_to_device = lambda tensor, _, dtype: tensor.to(dtype)
    comfy = types.ModuleType("comfy")
    comfy.model_management = management
    tensors, found = load_file(file), {}
    with mock.patch.dict(sys.modules, {"comfy": comfy, "comfy.model_management": management}):
        package = types.ModuleType("weight_adapter")
        package.__path__ = [str(SOURCES / "comfy/weight_adapter")]
        with mock.patch.dict(sys.modules, {"weight_adapter": package}):
            adapter = importlib.import_module("weight_adapter.lora").LoRAAdapter
        for name in tensors:
            if name.endswith(".lora_up.weight"):
                module, loaded = name.removesuffix(".lora_up.weight"), set()
                alpha = tensors[f"{module}.alpha"].item() if f"{module}.alpha" in tensors else None
                layer = adapter.load(module, tensors, alpha, None, loaded)
                weight = torch.zeros(tensors[name].shape[0], tensors[f"{module}.lora_down.weight"].shape[1]).double()
                found[module] = layer.calculate_weight(weight, module, 1.0, 1.0, None, lambda a: a, torch.float64).numpy()
    return found


def by_sd_scripts(folder, file, config):
    namespace = {**vars(typing), "math": math, "torch": torch, "np": np, "logger": None}
    (layer,) = classes_of(SOURCES / "networks/lora.py", "LoRAModule", **namespace)
    tensors, found = load_file(file), {}
    for name, up in tensors.items():
        if name.endswith(".lora_up.weight"):
            module = name.removesuffix(".lora_up.weight")
            down = tensors[f"{module}.lora_down.weight"]
            made = layer(module, nn.Linear(down.shape[1], up.shape[0]), 1.0, down.shape[0], tensors.get(f"{module}.alpha"))
            found[module] = float(made.scale) * (up.double() @ down.double()).numpy()
    return found


# Loaders, where their source is, and what has to be asked for where ranks differ.
LOADERS = {
    "peft": (by_peft, None, None),
    "diffusers": (by_diffusers, None, None),
    "vllm": (by_vllm, "vllm/lora/peft_helper.py", {"as-it-is", "bake", "cap", "F16"}),
    "llama.cpp": (by_llama_cpp, "convert_lora_to_gguf.py", {"one-alpha"}),
    "comfyui": (by_comfyui, "comfy/weight_adapter/lora.py", None),
    "sd-scripts": (by_sd_scripts, "networks/lora.py", None),
}
# What such a loader gets wrong, so that the comparison notices: the same layers at several ranks.
WRONG = {("llama.cpp", "as-it-is"), ("vllm", "one-alpha")}


def loaders_of(case):
    if case == "renamed":
        return ["comfyui", "sd-scripts"]
    if case == "peft-linear":
        return ["peft", "vllm", "llama.cpp"]
    return ["peft"] if case.startswith("peft") else ["diffusers", "comfyui", "sd-scripts"] if case == "kohya" else ["diffusers"]


def truncated(delta, rank, cap):
    matrix = delta.reshape(delta.shape[0], -1)
    u, s, v = np.linalg.svd(matrix, full_matrices=False)
    return (u[:, :rank] * np.minimum(s[:rank], cap)) @ v[:rank], s[0]


def check(folder):
    worst, files, not_run = {}, 0, set()
    for case in sorted(path for path in folder.iterdir() if path.is_dir()):
        asked = json.loads((case / "resized.json").read_text())
        for loader in loaders_of(case.name):
            load, source, only = LOADERS[loader]
            if source is not None and not (SOURCES / source).exists():
                not_run.add(f"{loader}: {source} is not in ADAPTER_LOADERS_SOURCES")
                continue
            config = case / "adapter_config.json"
            config = json.loads(config.read_text()) if config.exists() else None
            original = next(case.glob("*.safetensors"))
            if case.name == "renamed":
                scale = config["lora_alpha"] / math.sqrt(config["r"])
                before = by_scale(load_file(original), lambda *_: scale, ".lora_B.weight", ".lora_A.weight")
            else:
                before = (by_peft if case.name.startswith("peft") else load)(case, original, config)
            for option, ranks in asked.items():
                is_wrong = (loader, option) in WRONG
                if only is not None and option not in only and not is_wrong:
                    continue
                target = case / option
                config = target / "adapter_config.json"
                config = json.loads(config.read_text()) if config.exists() else None
                after = load(target, target / original.name, config)
                files += 1
                try:
                    error = compare(f"{case.name}/{option} in {loader}", before, after, ranks, option)
                except AssertionError:
                    if not is_wrong:
                        raise
                    continue
                assert not is_wrong, f"{case.name}/{option} is right in {loader}"
                key = loader, option
                worst[key] = max(worst.get(key, 0.0), error)
    for (loader, option), error in sorted(worst.items()):
        print(f"{loader:<11} {option:<10} at most {error:.1e} of σ₁ from NumPy's truncated svd")
    print(f"{files} files loaded")
    for line in sorted(not_run):
        print(f"not run: {line}")


def common(path):
    """The path of a module whatever the names are."""
    for prefix in ("base_model.model.", "transformer.", "diffusion_model.", "lora_unet_"):
        path = path.removeprefix(prefix)
    return path.replace(".", "_")


def compare(what, before, after, ranks, option):
    before, after, ranks = ({common(path): value for path, value in of.items()} for of in (before, after, ranks))
    assert set(after) <= set(before), f"{what}: unknown layers {set(after) - set(before)}"
    worst = 0.0
    for module, delta in before.items():
        # Where diffusers converts the names, every rank is the same.
        assert module in ranks or len(set(ranks.values())) == 1, f"{what}: no rank for {module}"
        rank = ranks.get(module, next(iter(ranks.values())))
        if rank == 0:
            assert module not in after or not after[module].any(), f"{what}: {module} was left out"
            continue
        expected, largest = truncated(delta, rank, 0.5 if option == "cap" else np.inf)
        error = np.abs(after[module].reshape(expected.shape) - expected).max() / largest
        bound = {"F16": 4e-3, "BF16": 3e-2}.get(option, 2e-6)
        assert error <= bound, f"{what}: {module} is {error:.1e} of σ₁ off at rank {rank}"
        worst = max(worst, error)
    return worst


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]](Path(sys.argv[2]))
