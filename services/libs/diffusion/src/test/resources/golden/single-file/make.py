"""Makes the golden files of this directory: tiny models of the shapes of SD-v1.x, SD-v2.x and SDXL, each as one file in the
original layout, with the digest of every tensor that diffusers makes of it.

    python make.py DIFFUSERS TARGET CONFIGS

DIFFUSERS is a checkout of https://github.com/huggingface/diffusers, whose scripts/convert_diffusers_to_original_*.py write the
original layout; its conversion to the diffusers layout is that of the installed package (diffusers.loaders.single_file_utils).
CONFIGS holds the configs of sd15, sd21 and sdxl (src/main/resources/io/laptopdiff/diffusion/fabrication).
Both ways must agree before anything is written. full-size.json.gz holds the names and shapes of the published files, that is, of
the original layout of models of those configs. expected.json holds, per part and tensor, the shape and the SHA-256 of the
values as fp32, little-endian. Made with diffusers 0.42.1, transformers 5.24.0 and torch 2.15.0.
"""

import gzip
import hashlib
import importlib.util
import json
import shutil
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from diffusers.loaders import single_file_utils as single
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

HERE = Path(__file__).parent
VOCABULARY = 636  # of the golden tokenizer
POSITIONS = 16


def script(checkout, name):
    spec = importlib.util.spec_from_file_location(name, checkout / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def unet(kind):
    wide = {"sd1": 16, "sd2": 24, "sdxl": 40}[kind]
    common = dict(in_channels=4, out_channels=4, sample_size=8, layers_per_block=2, norm_num_groups=4, cross_attention_dim=wide)
    if kind == "sdxl":
        return UNet2DConditionModel(
            **common, block_out_channels=(8, 8, 16), attention_head_dim=[2, 2, 4], use_linear_projection=True,
            transformer_layers_per_block=[1, 1, 2],
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
            addition_embed_type="text_time", addition_time_embed_dim=4, projection_class_embeddings_input_dim=24 + 6 * 4)
    return UNet2DConditionModel(
        **common, block_out_channels=(8, 8, 8, 16), attention_head_dim=2, use_linear_projection=kind == "sd2",
        down_block_types=("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
        up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3)


def vae():
    return AutoencoderKL(
        block_out_channels=(4, 4, 8, 8), layers_per_block=2, norm_num_groups=4, latent_channels=4, sample_size=64,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4)


def text(width, layers, act, projected=False):
    config = CLIPTextConfig(
        vocab_size=VOCABULARY, max_position_embeddings=POSITIONS, hidden_size=width, intermediate_size=2 * width,
        num_hidden_layers=layers, num_attention_heads=2, hidden_act=act, projection_dim=width, bos_token_id=634, eos_token_id=635)
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config)


def half(model):
    """Values that fp16 holds, so that both layouts hold the same numbers."""
    with torch.no_grad():
        for value in model.parameters():
            value.copy_((torch.randn_like(value) * 0.1).half().float())
    return model


def named(model):
    """A text encoder's tensors as transformers named them before version 5."""
    state = {k: v for k, v in model.state_dict().items() if not k.endswith("position_ids")}
    return {k if k.startswith(("text_model.", "text_projection")) else "text_model." + k: v for k, v in state.items()}


def original(kind, checkout, parts):
    sd = script(checkout, "convert_diffusers_to_original_stable_diffusion")
    xl = script(checkout, "convert_diffusers_to_original_sdxl")
    unets = (xl if kind == "sdxl" else sd).convert_unet_state_dict(dict(parts["unet"].state_dict()))
    file = {"model.diffusion_model." + k: v for k, v in unets.items()}
    file |= {"first_stage_model." + k: v for k, v in sd.convert_vae_state_dict(dict(parts["vae"].state_dict())).items()}
    if kind == "sd1":
        file |= {"cond_stage_model.transformer." + k: v for k, v in named(parts["text_encoder"]).items()}
        file["cond_stage_model.transformer.text_model.embeddings.position_ids"] = torch.arange(POSITIONS)[None]
        file["model_ema.decay"] = torch.tensor(0.5)
        file["betas"] = torch.linspace(0, 1, 4)
    if kind == "sd2":
        whole = {"transformer." + k: v for k, v in named(parts["text_encoder"]).items()}
        clip = sd.convert_text_enc_state_dict_v20(whole)
        # The published files hold one layer more than is read, and the projection.
        last = parts["text_encoder"].config.num_hidden_layers - 1
        width = parts["text_encoder"].config.hidden_size
        for name, value in list(clip.items()):
            if f".resblocks.{last}." in name:
                clip[name.replace(f".resblocks.{last}.", f".resblocks.{last + 1}.")] = value + 1
        clip["text_projection"] = torch.ones(width, width)
        clip["logit_scale"] = torch.tensor(1.0)
        file |= {"cond_stage_model.model." + k: v for k, v in clip.items()}
    if kind == "sdxl":
        file |= {"conditioner.embedders.0.transformer." + k: v for k, v in named(parts["text_encoder"]).items()}
        clip = xl.convert_openclip_text_enc_state_dict(named(parts["text_encoder_2"]))
        clip["text_projection"] = clip.pop("text_projection.weight").T.contiguous()
        clip["logit_scale"] = torch.tensor(1.0)
        file |= {"conditioner.embedders.1.model." + k: v for k, v in clip.items()}
    return file


def converted(kind, file, parts):
    """What diffusers makes of the file."""
    back = {
        "unet": single.convert_ldm_unet_checkpoint(dict(file), dict(parts["unet"].config)),
        "vae": single.convert_ldm_vae_checkpoint(dict(file), dict(parts["vae"].config)),
    }
    if kind == "sd2":
        # diffusers counts the rows of an in_proj_weight by the projection's width
        back["text_encoder"] = single.convert_open_clip_checkpoint(parts["text_encoder"], dict(file))
    else:
        back["text_encoder"] = single.convert_ldm_clip_checkpoint(dict(file))
    if kind == "sdxl":
        back["text_encoder_2"] = single.convert_open_clip_checkpoint(
            parts["text_encoder_2"], dict(file), prefix="conditioner.embedders.1.model.")
    return back


def full_size(checkout, target, configs):
    """Names and shapes alone: models on torch's meta device have no weights."""
    files = {}
    for kind, name in (("sd1", "sd15"), ("sd2", "sd21"), ("sdxl", "sdxl")):
        def config(part):
            return json.loads((configs / name / part / "config.json").read_text())

        with torch.device("meta"):
            parts = {"unet": UNet2DConditionModel.from_config(config("unet")), "vae": AutoencoderKL.from_config(config("vae")),
                     "text_encoder": CLIPTextModel(CLIPTextConfig.from_dict(config("text_encoder")))}
            if kind == "sdxl":
                parts["text_encoder_2"] = CLIPTextModelWithProjection(CLIPTextConfig.from_dict(config("text_encoder_2")))
        file = original(kind, checkout, parts)
        files[kind] = {k: list(v.shape) for k, v in file.items()}
    text = json.dumps(files, separators=(",", ":"))
    with gzip.GzipFile(target / "full-size.json.gz", "wb", mtime=0) as out:
        out.write(text.encode())


def main(checkout, target):
    for kind in ("sd1", "sd2", "sdxl"):
        torch.manual_seed(7)
        parts = {"unet": half(unet(kind)), "vae": half(vae())}
        if kind == "sdxl":
            parts |= {"text_encoder": half(text(16, 2, "quick_gelu")), "text_encoder_2": half(text(24, 2, "gelu", True))}
        else:
            parts["text_encoder"] = half(text(16, 2, "quick_gelu") if kind == "sd1" else text(24, 2, "gelu"))
        file = original(kind, checkout, parts)
        expected = {}
        for part, tensors in converted(kind, file, parts).items():
            wanted = named(parts[part]) if part.startswith("text") else parts[part].state_dict()
            assert set(wanted) <= set(tensors), (kind, part, set(wanted) - set(tensors))
            expected[part] = {}
            for name, value in wanted.items():
                assert torch.equal(tensors[name], value), (kind, part, name)
                digest = hashlib.sha256(tensors[name].float().contiguous().numpy().astype("<f4").tobytes()).hexdigest()
                expected[part][name] = {"shape": list(value.shape), "sha256": digest}
        home = target / kind
        shutil.rmtree(home, ignore_errors=True)
        for part, model in parts.items():
            (home / "configs" / part).mkdir(parents=True)
            config = json.loads((model if hasattr(model, "to_json_string") else model.config).to_json_string())
            (home / "configs" / part / "config.json").write_text(json.dumps(config, indent=1) + "\n")
        save_file({k: v.half().contiguous() if v.is_floating_point() else v for k, v in file.items()}, home / "original.safetensors")
        (home / "expected.json").write_text(json.dumps(expected, indent=0) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
    full_size(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
