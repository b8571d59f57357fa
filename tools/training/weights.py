"""Weight files as Mien reads them: safetensors of float16 with Mien's metadata."""
import json
import struct

CLASSES = "angry,disgust,fear,happy,sad,surprise,neutral"
VOTES_CLASSES = "neutral,happy,surprise,sad,angry,disgust,fear,contempt"


def metadata(architecture, accuracy, temperatures, training):
    return {
        "format": "1", "architecture": architecture, "heads": "classifier,votes", "input": "1x40x40",
        "mean": "129", "std": "65", "classes": CLASSES, "votes_classes": VOTES_CLASSES,
        "classifier_temperature": f"{temperatures[0]:.2f}", "votes_temperature": f"{temperatures[1]:.2f}",
        "validation_accuracy": f"{accuracy[0]:.2f}", "validation_votes_accuracy": f"{accuracy[1]:.2f}",
        "training": training,
    }


def write(path, network, words):
    header, body = {"__metadata__": words}, b""
    for name, value in sorted(network.state_dict().items()):
        if not value.is_floating_point():
            continue  # batch norm's count of batches
        data = value.detach().half().cpu().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F16", "shape": list(value.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)
