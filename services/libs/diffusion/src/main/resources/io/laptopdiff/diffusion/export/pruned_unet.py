# Copyright the laptop-diff authors. SPDX-License-Identifier: Apache-2.0
"""A diffusers U-Net from which the layers listed in config.json under "removed_units" are gone.

    pipe = DiffusionPipeline.from_pretrained("student", trust_remote_code=True)
"""

import torch
from diffusers import UNet2DConditionModel
from diffusers.models.transformers.transformer_2d import Transformer2DModelOutput


class SkipPath(torch.nn.Module):
    """What stays of a removed resnet: identity, or the 1x1 convolution that changes the channel count."""

    def __init__(self, conv_shortcut):
        super().__init__()
        self.conv_shortcut = conv_shortcut

    def forward(self, hidden_states, *args, **kwargs):
        return hidden_states if self.conv_shortcut is None else self.conv_shortcut(hidden_states)


class PassBlock(torch.nn.Module):
    """What stays of a removed BasicTransformerBlock."""

    def forward(self, hidden_states, *args, **kwargs):
        return hidden_states


class PassTransformer(torch.nn.Module):
    """What stays of a Transformer2DModel all of whose blocks are removed."""

    def forward(self, hidden_states, *args, return_dict=True, **kwargs):
        return Transformer2DModelOutput(sample=hidden_states) if return_dict else (hidden_states,)


class PrunedUNet2DConditionModel(UNet2DConditionModel):
    @classmethod
    def from_config(cls, config=None, return_unused_kwargs=False, **kwargs):
        result = super().from_config(config, return_unused_kwargs=return_unused_kwargs, **kwargs)
        (result[0] if return_unused_kwargs else result).remove_units(config.get("removed_units", []))
        return result

    def remove_units(self, units):
        transformers = set()
        for unit in units:
            parent = self.get_submodule(unit.rpartition(".")[0])
            index = int(unit.rpartition(".")[2])
            if ".transformer_blocks." in unit:
                parent[index] = PassBlock()
                transformers.add(unit.partition(".transformer_blocks.")[0])
            else:
                parent[index] = SkipPath(parent[index].conv_shortcut)
        for path in transformers:
            blocks = self.get_submodule(path).transformer_blocks
            if all(isinstance(block, PassBlock) for block in blocks):
                self.get_submodule(path.rpartition(".")[0])[int(path.rpartition(".")[2])] = PassTransformer()
