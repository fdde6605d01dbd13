"""The same work as laptop-diff's, in PyTorch and diffusers: random weights in the shapes of a U-Net's config.

usage: peer.py CONFIG.json pass|step MODE TIMES
MODE is fp32, fp32-cl (channels_last), bf16, bf16-attention-fp32 for a pass; eager or eager-cl for a step.
Prints one line of JSON: versions, seconds of each repetition after one that warms up, peak resident bytes.
"""
import copy
import json
import sys
import time

import diffusers
import torch
import torch.nn.functional as functional
from diffusers import UNet2DConditionModel

TOKENS = 77


def unet(config):
    with torch.device("meta"):
        model = UNet2DConditionModel(**config)
    model.to_empty(device="cpu")
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.ndim > 1:  # variance 1 / fan-in
                weight.uniform_(-1, 1, generator=generator).mul_((3 / weight[0].numel()) ** 0.5)
            else:
                weight.fill_(1.0 if "norm" in name and name.endswith("weight") else 0.0)
    return model


def passes(config, mode, times):
    """A pass without gradients, batch 1, at the config's own size."""
    dtype = torch.bfloat16 if mode.startswith("bf16") else torch.float32
    if mode.endswith("attention-fp32"):
        attention = functional.scaled_dot_product_attention
        functional.scaled_dot_product_attention = lambda q, k, v, **options: attention(
            q.float(), k.float(), v.float(), **options
        ).to(q.dtype)
    model = unet(config).eval().to(dtype).requires_grad_(False)
    size = config["sample_size"]
    sample = torch.randn(1, config["in_channels"], size, size).to(dtype)
    text = torch.randn(1, TOKENS, config["cross_attention_dim"]).to(dtype)
    if mode.endswith("-cl"):
        model = model.to(memory_format=torch.channels_last)
        sample = sample.to(memory_format=torch.channels_last)
    with torch.inference_mode():
        return measured(lambda: model(sample, torch.tensor([500]), text, return_dict=False), times)


def steps(config, mode, times):
    """A distillation step of half the channels and half the size, batch 2: nine feature terms, fused AdamW."""
    half = dict(config)
    half["block_out_channels"] = [width // 2 for width in config["block_out_channels"]]
    half["sample_size"] = size = config["sample_size"] // 2
    student = unet(half).train()
    teacher = copy.deepcopy(student).eval().requires_grad_(False)
    if mode.endswith("-cl"):
        student = student.to(memory_format=torch.channels_last)
        teacher = teacher.to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(student.parameters(), lr=1e-5, weight_decay=0.01, fused=True)
    features = {student: {}, teacher: {}}
    for model, found in features.items():
        stages = [*model.down_blocks, model.mid_block, *model.up_blocks]
        for place, stage in enumerate(stages):
            stage.register_forward_hook(
                lambda module, inputs, output, found=found, place=place: found.__setitem__(
                    place, output[0] if isinstance(output, tuple) else output
                )
            )
    sample = torch.randn(2, half["in_channels"], size, size)
    noise = torch.randn(2, half["in_channels"], size, size)
    text = torch.randn(2, TOKENS, half["cross_attention_dim"])
    timesteps = torch.tensor([500, 20])

    def step():
        with torch.no_grad():
            wanted = teacher(sample, timesteps, text, return_dict=False)[0]
        output = student(sample, timesteps, text, return_dict=False)[0]
        loss = functional.mse_loss(output, noise) + functional.mse_loss(output, wanted)
        for place, feature in features[teacher].items():
            loss = loss + functional.mse_loss(features[student][place], feature) / (feature**2).mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    return measured(step, times)


def measured(work, times):
    work()
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return seconds


def peak():
    with open("/proc/self/status") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        settings = {name: value for name, value in json.load(file).items() if not name.startswith("_")}
    seconds = (passes if sys.argv[2] == "pass" else steps)(settings, sys.argv[3], int(sys.argv[4]))
    print(
        json.dumps(
            {
                "torch": torch.__version__,
                "diffusers": diffusers.__version__,
                "threads": torch.get_num_threads(),
                "seconds": seconds,
                "peak": peak(),
            }
        )
    )
