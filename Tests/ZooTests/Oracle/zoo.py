"""Runs networks: zoo.py CASES.json OUTPUT.f32 NAMES.json

CASES.json is a list of {"architecture", "gain", "channels", "runs": [[size, batch], ...]}. All outputs of all runs are written
one after the other; NAMES.json gets each network's tensors ({architecture: {name: shape}}) in the order of the cases."""
import json
import sys

import formula
import networks
import torch

torch.set_num_threads(1)
names = {}
with open(sys.argv[2], "wb") as out, torch.no_grad():
    for case in json.load(open(sys.argv[1])):
        model = networks.NETWORKS[case["architecture"]](7).eval()
        formula.fill(model, case["gain"])
        names[case["architecture"]] = {
            name: list(tensor.shape) for name, tensor in model.state_dict().items()
            if not name.endswith("num_batches_tracked")}
        for size, batch in case["runs"]:
            outputs = model(formula.images(batch, case["channels"], size))
            for y in outputs if isinstance(outputs, tuple) else (outputs,):
                out.write(y.contiguous().numpy().tobytes())
json.dump(names, open(sys.argv[3], "w"))
