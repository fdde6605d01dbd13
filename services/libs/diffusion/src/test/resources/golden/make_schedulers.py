"""Makes golden walks of samplers with diffusers itself.

Usage: make_schedulers.py DIRECTORY, with diffusers, transformers, torch and safetensors installed;
writes into schedulers/, pipeline-schedulers/ and noising/ of the directory. The files of diffusers
0.21.4 that lie there (ddim-*, dpmpp2m-*, euler-*, pndm-*, ddpm-add-noise) are not made by it.
"""

import json
import os
import sys

import diffusers
import torch
from diffusers.schedulers import (
    scheduling_dpmsolver_multistep,
    scheduling_euler_ancestral_discrete,
    scheduling_lcm,
)
from safetensors.torch import save_file

SHAPE = (2, 2, 3, 3)
SD = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")


class Noise:
    """What the samplers draw within a step, so that it can be written down."""

    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)
        self.last = None

    def __call__(self, shape, generator=None, device=None, dtype=None, **_):
        self.last = torch.randn(shape, generator=self.generator, dtype=torch.float32)
        return self.last


def walk(scheduler, steps, seed):
    noise = Noise(seed + 1)
    for module in (
        scheduling_dpmsolver_multistep,
        scheduling_euler_ancestral_discrete,
        scheduling_lcm,
    ):
        module.randn_tensor = noise
    generator = torch.Generator().manual_seed(seed)
    scheduler.set_timesteps(steps)
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(0)  # else it would skip a first timestep that comes twice
    sample = torch.randn(SHAPE, generator=generator) * scheduler.init_noise_sigma
    tensors = {"initial": sample.clone(), "timesteps": scheduler.timesteps.double()}
    for i, timestep in enumerate(scheduler.timesteps):
        noise.last = None
        scaled = scheduler.scale_model_input(sample, timestep)
        output = torch.randn(SHAPE, generator=generator)
        tensors[f"scaled_input.{i:02}"] = scaled.clone()
        tensors[f"model_output.{i:02}"] = output
        sample = scheduler.step(output, timestep, sample).prev_sample
        assert torch.isfinite(sample).all(), (scheduler, i)
        tensors[f"sample.{i:02}"] = sample.clone()
        if noise.last is not None:
            tensors[f"noise.{i:02}"] = noise.last
    return tensors, float(scheduler.init_noise_sigma)


def write(directory, name, tensors, config):
    save_file({k: v.contiguous() for k, v in tensors.items()}, f"{directory}/{name}.safetensors")
    with open(f"{directory}/{name}.json", "w", encoding="utf-8") as file:
        json.dump(config, file, indent=1, sort_keys=True)
        file.write("\n")


def saved(scheduler):
    """The config as diffusers would save it."""
    return json.loads(scheduler.to_json_string())


def sampler(directory, name, cls, steps, **fields):
    scheduler = getattr(diffusers, cls)(**{**SD, **fields})
    config = saved(scheduler)
    tensors, sigma = walk(scheduler, steps, len(name) + steps)
    write(directory, name, tensors, {**config, "num_inference_steps": steps, "init_noise_sigma": sigma})


def pipeline(directory, name, index, file, steps, named=None, **fixed):
    """As a pipeline of class `index` walks whose scheduler was read from `file` and, where a sampler
    is named, made by its from_config."""
    scheduler = getattr(diffusers, file["_class_name"]).from_config(dict(file))
    request = None
    if named is not None:
        request, cls = named
        scheduler = getattr(diffusers, cls).from_config(scheduler.config, **fixed)
    parts = dict(vae=None, text_encoder=None, tokenizer=None, unet=None, scheduler=scheduler)
    if index == "StableDiffusionPipeline":
        parts.update(safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    else:
        parts.update(text_encoder_2=None, tokenizer_2=None)
    scheduler = getattr(diffusers, index)(**parts).scheduler
    tensors, sigma = walk(scheduler, steps, len(name) + steps)
    write(
        directory,
        name,
        tensors,
        {
            "pipeline": index,
            "scheduler": file,
            "sampler": request,
            "num_inference_steps": steps,
            "init_noise_sigma": sigma,
        },
    )


def samplers(directory):
    def unipc(name, steps=8, **fields):
        sampler(directory, "unipc-" + name, "UniPCMultistepScheduler", steps, **fields)

    unipc("eps", 10)
    unipc("v", prediction_type="v_prediction", timestep_spacing="leading", steps_offset=1)
    unipc("order3", 10, solver_order=3)
    unipc("order1", 6, solver_order=1)
    unipc("bh1-order3", 6, solver_order=3, solver_type="bh1", final_sigmas_type="sigma_min")
    unipc("karras", use_karras_sigmas=True)
    unipc("karras-sigma-min", use_karras_sigmas=True, final_sigmas_type="sigma_min")
    unipc("trailing-zero-snr-v", prediction_type="v_prediction", timestep_spacing="trailing",
          rescale_betas_zero_snr=True)
    unipc("noise-sigma-min", predict_x0=False, solver_order=3, final_sigmas_type="sigma_min")
    unipc("uncorrected", 6, disable_corrector=[0, 2])
    unipc("not-lower-sigma-min", 6, solver_order=3, lower_order_final=False, final_sigmas_type="sigma_min")

    def ancestral(name, steps=8, **fields):
        sampler(directory, "euler-a-" + name, "EulerAncestralDiscreteScheduler", steps, **fields)

    ancestral("eps", 10)
    ancestral("v", prediction_type="v_prediction", timestep_spacing="leading", steps_offset=1)
    ancestral("trailing-zero-snr-v", prediction_type="v_prediction", timestep_spacing="trailing",
              rescale_betas_zero_snr=True)

    def dpm(name, steps=8, **fields):
        sampler(directory, "dpmpp-" + name, "DPMSolverMultistepScheduler", steps, **fields)

    sde = dict(algorithm_type="sde-dpmsolver++")
    dpm("sde", 10, **sde)
    dpm("sde-v", prediction_type="v_prediction", timestep_spacing="leading", steps_offset=1, **sde)
    dpm("sde-karras-20", 20, use_karras_sigmas=True, **sde)
    dpm("sde-sigma-min", final_sigmas_type="sigma_min", **sde)
    dpm("sde-order1", 6, solver_order=1, **sde)
    dpm("sde-heun", 6, solver_type="heun", **sde)
    dpm("zero", 10)
    dpm("zero-20", 20)
    dpm("sigma-min", final_sigmas_type="sigma_min", timestep_spacing="leading", steps_offset=1)
    dpm("sigma-min-20", 20, final_sigmas_type="sigma_min", lower_order_final=False)
    dpm("karras", use_karras_sigmas=True)
    dpm("karras-sigma-min", 16, use_karras_sigmas=True, final_sigmas_type="sigma_min", lower_order_final=False)
    dpm("order3", 10, solver_order=3)
    dpm("order3-16", 16, solver_order=3)
    dpm("heun", 6, solver_type="heun")
    dpm("euler-at-final-16", 16, euler_at_final=True, final_sigmas_type="sigma_min")
    dpm("trailing-zero-snr-v", prediction_type="v_prediction", timestep_spacing="trailing",
        rescale_betas_zero_snr=True)
    dpm("cosine-karras", beta_schedule="squaredcos_cap_v2", use_karras_sigmas=True, lambda_min_clipped=-5.1)
    dpm("cosine-clipped", beta_schedule="squaredcos_cap_v2", lambda_min_clipped=-5.1, timestep_spacing="trailing")

    def euler(name, steps=8, **fields):
        sampler(directory, "euler-" + name, "EulerDiscreteScheduler", steps, **fields)

    euler("sigma-min", final_sigmas_type="sigma_min")
    euler("karras", use_karras_sigmas=True, timestep_spacing="leading", steps_offset=1)
    euler("trailing-zero-snr-v", prediction_type="v_prediction", timestep_spacing="trailing",
          rescale_betas_zero_snr=True)

    def ddim(name, steps=8, **fields):
        sampler(directory, "ddim-" + name, "DDIMScheduler", steps, **fields)

    ddim("linspace", 27, clip_sample=False, timestep_spacing="linspace")
    ddim("trailing-zero-snr-v", clip_sample=False, prediction_type="v_prediction",
         timestep_spacing="trailing", rescale_betas_zero_snr=True)
    ddim("leading-zero-snr-eps", clip_sample=False, rescale_betas_zero_snr=True, set_alpha_to_one=False)
    ddim("clip", 6)

    def pndm(name, steps=8, **fields):
        sampler(directory, "pndm-" + name, "PNDMScheduler", steps, skip_prk_steps=True, **fields)

    pndm("trailing", timestep_spacing="trailing")
    pndm("linspace", timestep_spacing="linspace", set_alpha_to_one=True)

    def lcm(name, steps=4, **fields):
        sampler(directory, "lcm-" + name, "LCMScheduler", steps, **fields)

    lcm("eps")
    lcm("v-7", 7, prediction_type="v_prediction", original_inference_steps=40, timestep_scaling=3.0)
    lcm("clip", 3, clip_sample=True, clip_sample_range=0.8)
    lcm("zero-snr-v", 1, prediction_type="v_prediction", rescale_betas_zero_snr=True)


SD_PIPELINE = "StableDiffusionPipeline"
OLD = {"_class_name": "DDIMScheduler", "_diffusers_version": "0.6.0", "num_train_timesteps": 1000,
       "trained_betas": None, "set_alpha_to_one": False, **SD}
NOCLIP = {**OLD, "_diffusers_version": "0.21.4", "prediction_type": "epsilon", "steps_offset": 1,
          "timestep_spacing": "leading"}
UNIPC = {"_class_name": "UniPCMultistepScheduler", "_diffusers_version": "0.27.2", "disable_corrector": [],
         "dynamic_thresholding_ratio": 0.995, "final_sigmas_type": "zero", "lower_order_final": True,
         "num_train_timesteps": 1000, "predict_x0": True, "prediction_type": "epsilon",
         "sample_max_value": 1.0, "solver_order": 2, "solver_p": None, "solver_type": "bh2",
         "steps_offset": 1, "thresholding": False, "timestep_spacing": "linspace", "trained_betas": None,
         "use_karras_sigmas": False, **SD}
DPMZERO = {"_class_name": "DPMSolverMultistepScheduler", "_diffusers_version": "0.27.2",
           "algorithm_type": "dpmsolver++", "clip_sample": False, "dynamic_thresholding_ratio": 0.995,
           "euler_at_final": False, "final_sigmas_type": "zero", "lambda_min_clipped": float("-inf"),
           "lower_order_final": True, "num_train_timesteps": 1000, "prediction_type": "epsilon",
           "sample_max_value": 1.0, "set_alpha_to_one": False, "skip_prk_steps": True, "solver_order": 2,
           "solver_type": "midpoint", "steps_offset": 1, "thresholding": False,
           "timestep_spacing": "leading", "trained_betas": None, "use_karras_sigmas": True,
           "use_lu_lambdas": False, "variance_type": None, **SD}
SD21 = {"_class_name": "DDIMScheduler", "_diffusers_version": "0.8.0", "clip_sample": False,
        "num_train_timesteps": 1000, "prediction_type": "v_prediction", "set_alpha_to_one": False,
        "skip_prk_steps": True, "steps_offset": 1, "trained_betas": None, **SD}


def pipelines(directory):
    pipeline(directory, "s-noclip", SD_PIPELINE, NOCLIP, 8)
    pipeline(directory, "s-unipc", SD_PIPELINE, UNIPC, 8)
    pipeline(directory, "s-dpmzero", SD_PIPELINE, DPMZERO, 8)
    pipeline(directory, "neither-clip-nor-offset", SD_PIPELINE, OLD, 6)
    pipeline(directory, "clip-and-offset-0-said", SD_PIPELINE, {**OLD, "clip_sample": True, "steps_offset": 0}, 6)
    pipeline(directory, "neither-of-sdxl", "StableDiffusionXLPipeline", OLD, 6)
    pipeline(directory, "ddim-for-unipc", SD_PIPELINE, UNIPC, 6, ("ddim", "DDIMScheduler"))
    pipeline(directory, "pndm-for-unipc", SD_PIPELINE, UNIPC, 6, ("pndm", "PNDMScheduler"), skip_prk_steps=True)
    pipeline(directory, "unipc-for-dpm", SD_PIPELINE, DPMZERO, 6, ("unipc", "UniPCMultistepScheduler"))
    pipeline(directory, "euler-for-dpm", SD_PIPELINE, DPMZERO, 6, ("euler", "EulerDiscreteScheduler"))
    pipeline(directory, "dpm-for-unipc", SD_PIPELINE, UNIPC, 6,
             ("dpm-solver++", "DPMSolverMultistepScheduler"), algorithm_type="dpmsolver++")
    for name, cls in [
        ("unipc", "UniPCMultistepScheduler"),
        ("euler", "EulerDiscreteScheduler"),
        ("euler-ancestral", "EulerAncestralDiscreteScheduler"),
        ("lcm", "LCMScheduler"),
    ]:
        pipeline(directory, name + "-for-sd21", SD_PIPELINE, SD21, 5, (name, cls))
    for name, algorithm in [("dpm-solver++", "dpmsolver++"), ("sde-dpm-solver++", "sde-dpmsolver++")]:
        pipeline(directory, name + "-for-sd21", SD_PIPELINE, SD21, 5,
                 (name, "DPMSolverMultistepScheduler"), algorithm_type=algorithm)
    heun = saved(diffusers.HeunDiscreteScheduler(use_karras_sigmas=True, **SD))
    pipeline(directory, "ddim-for-heun", SD_PIPELINE, heun, 5, ("ddim", "DDIMScheduler"))
    edm = saved(diffusers.KDPM2AncestralDiscreteScheduler(steps_offset=1, timestep_spacing="leading", **SD))
    pipeline(directory, "euler-for-kdpm2", SD_PIPELINE, edm, 5, ("euler", "EulerDiscreteScheduler"))


def noising(directory):
    scheduler = diffusers.DDPMScheduler(prediction_type="v_prediction", rescale_betas_zero_snr=True, **SD)
    generator = torch.Generator().manual_seed(3)
    original, noise = (torch.randn((4, 2, 3, 3), generator=generator) for _ in range(2))
    timestep = torch.tensor([0, 500, 998, 999])
    tensors = {
        "original": original,
        "noise": noise,
        "timestep": timestep,
        "noisy": scheduler.add_noise(original, noise, timestep),
        "velocity": scheduler.get_velocity(original, noise, timestep),
        "alphas_cumprod": scheduler.alphas_cumprod,
    }
    write(directory, "zero-snr", tensors, saved(scheduler))


if __name__ == "__main__":
    torch.set_num_threads(1)
    for part, make in [("schedulers", samplers), ("pipeline-schedulers", pipelines), ("noising", noising)]:
        os.makedirs(f"{sys.argv[1]}/{part}", exist_ok=True)
        make(f"{sys.argv[1]}/{part}")
