"""Makes the golden files of this directory: what diffusers and transformers take of configs, tokenizers and text encoders as
people have them.

    python make.py TARGET

Reads the golden files beside this directory. Made with diffusers 0.42.1, transformers 5.24.0 and torch 2.15.0.
"""

import inspect
import json
import shutil
import sys
import tempfile
from pathlib import Path

import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import CLIPImageProcessor, CLIPProcessor, CLIPTextConfig, CLIPTextModel, CLIPTokenizer

GOLDEN = Path(__file__).parent.parent
TEXTS = ["a <sks> dog", "A <SKS> dog", "a<sks>b", "<sks>", "red <cat-toy>s, blue <Cat-Toy>", "no token here", "<sks> <sks><cat-toy>"]


def fields(target):
    """The parameters of diffusers' classes: every one of them means something to a network, all others mean nothing."""
    names = {c.__name__: [p for p in inspect.signature(c.__init__).parameters if p != "self"]
             for c in (UNet2DConditionModel, AutoencoderKL)}
    (target / "fields.json").write_text(json.dumps(names, indent=1) + "\n")


def sample_sizes(target):
    """What StableDiffusionPipeline makes of a U-Net's sample_size."""
    cases = []
    for version, size in [("0.6.0", 32), ("0.8.1", 8), ("0.8.0.dev0", 63), ("0.9.0.dev0", 32), ("0.9.0", 32), ("0.21.4", 16),
                          ("0.6.0", 64), ("0.6.0", 96), ("0.6.0", [32, 32]), (None, 32)]:
        config = dict(UNet2DConditionModel.load_config(str(GOLDEN / "unet/sd15-tiny")), sample_size=size)
        config.pop("_diffusers_version", None)
        if version:
            config["_diffusers_version"] = version
        with tempfile.TemporaryDirectory() as home:
            (Path(home) / "config.json").write_text(json.dumps(config))
            unet = UNet2DConditionModel.from_config(UNet2DConditionModel.load_config(home))
        text = CLIPTextModel(CLIPTextConfig(hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1, vocab_size=9))
        vae = AutoencoderKL(block_out_channels=(4,), norm_num_groups=4)
        pipeline = StableDiffusionPipeline(
            vae, text, CLIPTokenizer.from_pretrained(GOLDEN / "tokenizer"), unet, DDIMScheduler(), None, None,
            requires_safety_checker=False)
        cases.append({"version": version, "sample_size": size, "taken": pipeline.unet.config.sample_size})
    (target / "sample-sizes.json").write_text(json.dumps(cases, indent=1) + "\n")


def tokenizers(target):
    """Tokens added to a tokenizer, in the layout of transformers before 5 and after it."""
    older = target / "tokenizer-added"
    newer = target / "tokenizer-json"
    for home in (older, newer):
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
    shutil.copytree(GOLDEN / "tokenizer", older, dirs_exist_ok=True, ignore=shutil.ignore_patterns("cases.json"))
    tokenizer = CLIPTokenizer.from_pretrained(GOLDEN / "tokenizer")
    tokenizer.add_tokens(["<sks>", "<cat-toy>"])
    (older / "added_tokens.json").write_text(json.dumps(tokenizer.get_added_vocab()) + "\n")
    tokenizer.save_pretrained(newer)
    for home in (older, newer):
        read = CLIPTokenizer.from_pretrained(home)
        ids = {text: read(text, padding="max_length", truncation=True, max_length=16).input_ids for text in TEXTS}
        (home / "cases.json").write_text(json.dumps(ids, indent=1) + "\n")


def padding(target):
    """Which token pads, and what becomes of it in a text, by where the files name it."""
    begin, end = "<|startoftext|>", "<|endoftext|>"
    ids = json.loads((GOLDEN / "tokenizer/vocab.json").read_text())
    config = json.loads((GOLDEN / "tokenizer/tokenizer_config.json").read_text())
    special = {"bos_token": begin, "eos_token": end, "unk_token": end}

    def row(content, normalized):
        return dict(content=content, lstrip=False, normalized=normalized, rstrip=False, single_word=False, special=True)

    framing = {str(ids[begin]): row(begin, True), str(ids[end]): row(end, True)}
    layouts = {
        "sd2": {"tokenizer_config.json": dict(config, pad_token=end), "special_tokens_map.json": dict(special, pad_token="!")},
        "sd2-objects": {"tokenizer_config.json": config,
                        "special_tokens_map.json": {"bos_token": row(begin, True), "eos_token": row(end, True),
                                                    "unk_token": row(end, True), "pad_token": "!"}},
        "sdxl": {"tokenizer_config.json": dict(config, pad_token="!", added_tokens_decoder={"0": row("!", False), **framing}),
                 "special_tokens_map.json": dict(special, pad_token="!")},
        "table-and-another-map": {"tokenizer_config.json": dict(config, pad_token="!", added_tokens_decoder=framing),
                                  "special_tokens_map.json": dict(special, pad_token=end)},
        "another-map": {"tokenizer_config.json": dict(config, pad_token="!"),
                        "special_tokens_map.json": dict(special, pad_token=end)},
    }
    golden = {}
    for name, files in layouts.items():
        with tempfile.TemporaryDirectory() as home:
            for file in ("vocab.json", "merges.txt"):
                shutil.copy(GOLDEN / "tokenizer" / file, home)
            for file, content in files.items():
                (Path(home) / file).write_text(json.dumps(content))
            read = CLIPTokenizer.from_pretrained(home)
            cases = {text: read(text, padding="max_length", truncation=True, max_length=16).input_ids
                     for text in ["a red circle", "red!", "Red (blue)!!! top", "a!b ! c", "<|endoftext|> red"]}
        golden[name] = {"files": files, "cases": cases}
    (target / "tokenizer-padding.json").write_text(json.dumps(golden) + "\n")


def processor(target):
    """CLIPProcessor as transformers 5 saves it, with a mean and deviation of its own."""
    home = target / "processor"
    shutil.rmtree(home, ignore_errors=True)
    image = CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32},
                               image_mean=[0.4, 0.5, 0.6], image_std=[0.2, 0.25, 0.3])
    with tempfile.TemporaryDirectory() as saved:
        CLIPProcessor(image, CLIPTokenizer.from_pretrained(GOLDEN / "tokenizer")).save_pretrained(saved)
        home.mkdir()
        shutil.copy(Path(saved) / "processor_config.json", home)
    picture = Image.open(GOLDEN / "clip/preprocess/input.png").convert("RGB")
    pixels = image(images=picture, return_tensors="pt").pixel_values
    save_file({"pixel_values": pixels.contiguous()}, home / "io.safetensors")


def text_encoder(target):
    """A text encoder as transformers 5 saves it."""
    home = target / "text-encoder-v5"
    shutil.rmtree(home, ignore_errors=True)
    torch.manual_seed(11)
    config = CLIPTextConfig(hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, vocab_size=64,
                            max_position_embeddings=12, bos_token_id=62, eos_token_id=63, hidden_act="quick_gelu")
    model = CLIPTextModel(config).eval()
    model.save_pretrained(home)
    ids = torch.randint(0, 62, (2, 12))
    ids[:, 7:] = 63
    with torch.no_grad():
        out = model(input_ids=ids)
    save_file({"input_ids": ids, "last_hidden_state": out.last_hidden_state.contiguous(),
               "pooled": out.pooler_output.contiguous()}, home / "io.safetensors")
    with torch.no_grad():  # as people skip the last layer
        cut = CLIPTextModel.from_pretrained(home, num_hidden_layers=1).eval()(input_ids=ids)
    save_file({"last_hidden_state": cut.last_hidden_state.contiguous()}, home / "one-layer.safetensors")


if __name__ == "__main__":
    place = Path(sys.argv[1])
    for make in (fields, sample_sizes, tokenizers, padding, processor, text_encoder):
        make(place)
