"""Figures of answers: figures.py CASES.json. A case is {"shares": rows, "truth": labels, "classes": number}; prints a list of
scikit-learn's and NumPy's figures. ECE is written from its definition (Guo et al., 2017): 15 bins, each open below."""
import json
import sys

import numpy as np
from scipy.stats import binomtest
from sklearn import metrics


def ece(shares, truth, bins=15):
    answers, sure = shares.argmax(1), shares.max(1)
    edges = np.linspace(0, 1, bins + 1)
    total = 0.0
    for low, high in zip(edges, edges[1:]):
        inside = (sure > low) & (sure <= high)
        if inside.any():
            total += inside.mean() * abs((answers[inside] == truth[inside]).mean() - sure[inside].mean())
    return total


results = []
for case in json.load(open(sys.argv[1])):
    shares, truth = np.array(case["probabilities"]), np.array(case["truth"])
    answers = shares.argmax(1)
    classes = range(case["classes"])
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(truth, answers, labels=classes, zero_division=0)
    macro = metrics.precision_recall_fscore_support(truth, answers, average="macro", zero_division=0)
    results.append({
        "accuracy": metrics.accuracy_score(truth, answers),
        "confusion": metrics.confusion_matrix(truth, answers, labels=classes).tolist(),
        "precision": precision.tolist(), "recall": recall.tolist(), "f1": f1.tolist(), "macro": list(macro[:3]),
        "ece": ece(shares, truth), "log_loss": metrics.log_loss(truth, shares, labels=list(classes)),
        "mcnemar": [binomtest(min(a, b), a + b).pvalue for a, b in case["pairs"]],
    })
print(json.dumps(results))
