"""Adapters written by PEFT and by LyCORIS themselves, with the ΔW that they compute, for the same test as `oracle.py`'s files.

By hand, since it needs PyTorch: `pip install torch peft==0.21.2 lycoris-lora==4.1.3 safetensors`, then

    python tests/adapter/oracle_owners.py write FOLDER
    ADAPTER_ORACLE=FOLDER cargo test --features adapter --test adapter oracle:: -- --ignored --nocapture
    python tests/adapter/oracle_owners.py check FOLDER

The last loads the pairs that were written in the place of LoHa, LoKr, AdaLoRA, LoCon's Tucker form and whole differences, and
compares what PEFT and LyCORIS add to the weights with NumPy's truncated svd of what they added before.

Models and adapters have 64 bits, so that PEFT's and LyCORIS's own rounding is none.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.q_proj, self.k_proj = nn.Linear(48, 40), nn.Linear(30, 36)
        self.conv, self.one = nn.Conv2d(8, 12, 3), nn.Conv2d(16, 12, 1)

    def forward(self, x):
        return x


class Experts(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate_up_proj = nn.Parameter(torch.randn(6, 20, 24))
        self.down_proj = nn.Parameter(torch.randn(6, 24, 10))

    def forward(self, x):
        return x


class Mixture(nn.Module):
    def __init__(self):
        super().__init__()
        self.experts = Experts()

    def forward(self, x):
        return x


def expected(folder, name, deltas):
    layers, whole = [], {}
    for module, (scale, delta) in deltas.items():
        delta = delta.detach().double().numpy()
        delta = whole[module] = delta.reshape(delta.shape[0], -1)
        layers.append({"module": module, "kind": name, "scale": scale, "rows": delta.shape[0], "cols": delta.shape[1],
                       "singular_values": np.linalg.svd(delta, compute_uv=False).tolist(), "beyond": 0.0})
    np.savez(folder / f"kind-{name}-F64.deltas.npz", **whole)
    (folder / f"kind-{name}-F64.expected.json").write_text(json.dumps(layers))
    print(f"{name}: {len(layers)} layers")


def filled(model):
    """No adapter begins with zeros."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if any(word in name for word in ("lora_", "hada_", "lokr_")):
                parameter.copy_(torch.randn_like(parameter) / 4)
    return model


def save_peft(folder, name, model, config):
    from peft import get_peft_model

    model = filled(get_peft_model(model, config))
    model.save_pretrained(folder / name)
    (folder / name / "adapter_model.safetensors").rename(folder / f"kind-{name}-F64.safetensors")
    (folder / name / "adapter_config.json").rename(folder / f"kind-{name}-F64.config.json")
    return model


def of_layers(model, scale_of):
    found = {}
    for path, module in model.base_model.model.named_modules():
        if hasattr(module, "get_delta_weight") and hasattr(module, "scaling") and module.scaling:
            found[path] = (scale_of(module), module.get_delta_weight("default"))
    return found


def peft(folder):
    from peft import AdaLoraConfig, LoHaConfig, LoKrConfig, LoraConfig

    scaling = lambda module: module.scaling["default"]
    linear, every = ["q_proj", "k_proj"], ["q_proj", "k_proj", "conv", "one"]
    for name, config in {
        "peft_lora": LoraConfig(r=5, lora_alpha=7, target_modules=every, rank_pattern={"k_proj": 3}, alpha_pattern={"k_proj": 9}),
        "peft_rslora": LoraConfig(r=5, lora_alpha=7, target_modules=linear, use_rslora=True),
        "peft_loha": LoHaConfig(r=4, alpha=6, target_modules=every, rank_pattern={"q_proj": 3}, alpha_pattern={"conv": 5}),
        "peft_loha_linear": LoHaConfig(r=4, alpha=6, target_modules=linear, rank_pattern={"q_proj": 3}, alpha_pattern={"k_proj": 5}),
        "peft_lokr_linear": LoKrConfig(r=2, alpha=6, target_modules=linear),
        "peft_loha_tucker": LoHaConfig(r=3, alpha=2, target_modules=["conv"], use_effective_conv2d=True),
        "peft_lokr": LoKrConfig(r=2, alpha=6, target_modules=every),
        "peft_lokr_both": LoKrConfig(r=2, alpha=6, target_modules=every, decompose_both=True, decompose_factor=6),
        "peft_lokr_whole": LoKrConfig(r=64, alpha=16, target_modules=every),
        "peft_lokr_tucker": LoKrConfig(r=2, alpha=3, target_modules=["conv"], use_effective_conv2d=True),
    }.items():
        expected(folder, name, of_layers(save_peft(folder, name, Model(), config), scaling))

    config = AdaLoraConfig(r=8, init_r=6, target_r=3, lora_alpha=16, target_modules=linear, total_step=10)
    model = save_peft(folder, "peft_adalora", Model(), config)
    by_ranknum = lambda module: module.scaling["default"] / (module.ranknum["default"].item() + 1e-5)
    expected(folder, "peft_adalora", of_layers(model, by_ranknum))

    # As after training: ranks have fallen, and the configuration has a list of truth values for each layer.
    from peft import PeftModel

    fallen = {"q_proj.lora_E": [True, False, True, False, False, False], "k_proj.lora_E": [True, True, True, False, True, True]}
    config = AdaLoraConfig(r=8, init_r=6, target_r=3, lora_alpha=16, target_modules=linear, total_step=10)
    model = save_peft(folder, "whole", Model(), config)
    (folder / "whole").mkdir(exist_ok=True)
    model.peft_config["default"].rank_pattern = fallen
    model.save_pretrained(folder / "whole")
    loaded = PeftModel.from_pretrained(Model(), folder / "whole")
    for old, new in (("adapter_model.safetensors", "safetensors"), ("adapter_config.json", "config.json")):
        (folder / "whole" / old).rename(folder / f"kind-peft_adalora_fallen-F64.{new}")
        (folder / f"kind-whole-F64.{new}").unlink()
    expected(folder, "peft_adalora_fallen", of_layers(loaded, by_ranknum))

    # These have no `get_delta_weight` of their own: what they add for each unit vector.
    from peft.tuners.lora.config import KasaConfig

    for name, config in {
        "peft_kasa": LoraConfig(r=6, lora_alpha=3, target_modules=linear, kasa_config=KasaConfig()),
    }.items():
        model, deltas = save_peft(folder, name, Model(), config).eval(), {}
        for path in linear:
            layer = model.base_model.model.get_submodule(path)
            unit = torch.eye(layer.in_features)
            deltas[path] = (scaling(layer), (layer(unit) - layer.base_layer(unit)).T)
        expected(folder, name, deltas)
    config = LoraConfig(r=3, lora_alpha=6, target_modules=[], target_parameters=["experts.gate_up_proj", "experts.down_proj"])
    model, deltas = save_peft(folder, "peft_experts", Mixture(), config), {}
    for path, (scale, delta) in of_layers(model, scaling).items():
        for expert in range(delta.shape[0]):
            # PEFT may store the transpose of the parameter's update; our shape is that of B·A.
            a = model.base_model.model.get_submodule(path).lora_A["default"].weight
            one = delta[expert] if delta.shape[2] == a.shape[1] else delta[expert].T
            deltas[f"{path}[expert {expert}]"] = (scale, one)
    expected(folder, "peft_experts", deltas)


def lycoris(folder):
    from lycoris.modules.full import FullModule
    from lycoris.modules.locon import LoConModule
    from lycoris.modules.loha import LohaModule
    from lycoris.modules.lokr import LokrModule

    model = Model()
    for name, kind, options in (
        ("lycoris_locon", LoConModule, {"lora_dim": 4, "alpha": 2}),
        ("lycoris_locon_tucker", LoConModule, {"lora_dim": 4, "alpha": 2, "use_tucker": True}),
        ("lycoris_loha", LohaModule, {"lora_dim": 4, "alpha": 2}),
        ("lycoris_loha_tucker", LohaModule, {"lora_dim": 4, "alpha": 2, "use_tucker": True}),
        ("lycoris_loha_rs", LohaModule, {"lora_dim": 4, "alpha": 2, "rs_lora": True}),
        ("lycoris_lokr", LokrModule, {"lora_dim": 2, "alpha": 1}),
        ("lycoris_lokr_tucker", LokrModule, {"lora_dim": 2, "alpha": 1, "use_tucker": True}),
        ("lycoris_lokr_both", LokrModule, {"lora_dim": 2, "alpha": 1, "decompose_both": True, "factor": 6}),
        ("lycoris_lokr_whole", LokrModule, {"lora_dim": 10000, "alpha": 1}),
        ("lycoris_lokr_scalar", LokrModule, {"lora_dim": 2, "alpha": 1, "use_scalar": True}),
        ("lycoris_full", FullModule, {}),
    ):
        tensors, deltas = {}, {}
        for path, layer in model.named_children():
            module = kind(f"lora_unet_{path}", layer, 1.0, **options)
            if kind is FullModule:
                # Only then is what it saves the difference of what it holds.
                module.apply_to()
            with torch.no_grad():
                for parameter in module.parameters(recurse=True):
                    if parameter.requires_grad:
                        parameter.copy_(torch.randn_like(parameter) / 4)
            if kind in (LohaModule, LokrModule):
                # What `forward` applies. `get_diff_weight` of these two multiplies it by the scale once more.
                delta = module.get_weight(module.shape) * module.scalar
            else:
                delta = module.get_diff_weight(1.0, None, None)[0]
            scale = float(getattr(module, "scale", 1.0))
            deltas[f"lora_unet_{path}"] = (scale, delta)
            for key, value in module.state_dict().items():
                # A bias is named in a problem of its own.
                if not key.startswith("org_module") and key != "diff_b":
                    tensors[f"lora_unet_{path}.{key}"] = value.detach().clone().contiguous()
        save_file(tensors, str(folder / f"kind-{name}-F64.safetensors"))
        expected(folder, name, deltas)


def loaded_by_peft(target, config):
    from peft import PeftModel

    folder = target.parent / "loaded"
    folder.mkdir(exist_ok=True)
    (folder / "adapter_model.safetensors").write_bytes(target.read_bytes())
    (folder / "adapter_config.json").write_text(config.read_text())
    with warnings.catch_warnings():
        # Of fields that it does not know, and of tensors that are not there.
        warnings.simplefilter("error")
        model = PeftModel.from_pretrained(Model(), folder)
    return {path: delta for path, (_, delta) in of_layers(model, lambda module: module.scaling["default"]).items()}


def loaded_by_lycoris(target):
    from lycoris.modules.locon import LoConModule

    tensors, found = load_file(target), {}
    for path, layer in Model().named_children():
        name = f"lora_unet_{path}"
        if LoConModule.algo_check(tensors, name):
            up, down, mid, alpha, dora = (tensors.get(f"{name}.{key}") for key in LoConModule.weight_list)
            if down.dim() != layer.weight.dim():
                # The kernel is in no tensor of LoHa or of LoKr's products. ComfyUI takes such a pair for a convolution, LyCORIS
                # does not.
                try:
                    LoConModule.make_module_from_state_dict(name, layer, up, down, mid, alpha, dora)
                except RuntimeError:
                    found[name] = None
                    continue
                raise AssertionError(f"{target.name}, {name}: LyCORIS takes two sides for a convolution")
            with torch.no_grad():
                module = LoConModule.make_module_from_state_dict(name, layer, up, down, mid, alpha, dora)
            found[name] = module.get_diff_weight(1.0, None, None)[0]
    return found


def check(folder):
    worst, refused, seen = {}, {}, set()
    for target in sorted((folder / "resized").glob("kind-*.safetensors")):
        name, rest = target.name.removesuffix(".safetensors").split(".to-", 1)
        rank, option = rest.split(".")
        if option not in ("as-it-is", "bake", "one-alpha"):
            continue
        kind = name.removeprefix("kind-").rsplit("-", 1)[0]
        config = target.with_name(f"{target.name.removesuffix('.safetensors')}.config.json")
        found = loaded_by_peft(target, config) if config.exists() else loaded_by_lycoris(target)
        deltas = np.load(folder / f"{name}.deltas.npz")
        assert set(found) == set(deltas.files), f"{target.name}: {set(found) ^ set(deltas.files)}"
        seen.add(kind)
        for module, delta in found.items():
            if delta is None:
                refused.setdefault(kind, set()).add(module)
                continue
            u, s, v = np.linalg.svd(deltas[module], full_matrices=False)
            best = (u[:, : int(rank)] * s[: int(rank)]) @ v[: int(rank)]
            error = np.linalg.norm(delta.detach().double().numpy().reshape(best.shape) - best) / s[0]
            assert error <= 1e-12, f"{target.name}, {module}: {error:.1e} of σ₁"
            worst[kind] = max(worst.get(kind, 0.0), error)
    for kind, error in sorted(worst.items()):
        words = f"; not loaded: {', '.join(sorted(refused[kind]))}" if kind in refused else ""
        print(f"{kind:<24} at most {error:.1e} of σ₁ from NumPy's truncated svd{words}")
    expected = {"peft_loha_linear", "peft_lokr_linear", "peft_loha_tucker", "peft_lokr_tucker", "peft_lokr_whole", "peft_adalora",
                "peft_adalora_fallen", "lycoris_locon_tucker", "lycoris_loha", "lycoris_loha_tucker", "lycoris_lokr",
                "lycoris_lokr_tucker", "lycoris_lokr_both", "lycoris_lokr_whole", "lycoris_full"}
    assert expected <= seen, f"{expected - seen} were not written as pairs"


if __name__ == "__main__":
    command, target = sys.argv[1], Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    (target / "resized").mkdir(exist_ok=True)
    for step in {"write": (peft, lycoris), "check": (check,)}[command]:
        step(target)
