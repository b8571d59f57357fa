#!/usr/bin/env python3
"""tensorboard_reads.py FOLDER: TensorBoard's own reader (PyPI: tensorboard) on a run's logs; prints each curve's last value."""
import sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

events = EventAccumulator(sys.argv[1])
events.Reload()
tags = events.Tags()["scalars"]
for tag in tags:
    last = events.Scalars(tag)[-1]
    print(f"{tag}: {len(events.Scalars(tag))} values, last {last.value:.4f} at epoch {last.step}")
sys.exit(not tags)
