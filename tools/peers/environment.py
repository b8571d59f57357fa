"""The virtual environment in which the comparisons find their packages."""
import os
import subprocess
import sys


def enter(venv, packages):
    """Starts the running script again in `venv`, which is made where it is missing and gets the packages that it lacks."""
    python = os.path.join(venv, "bin", "python")
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)
    os.execv(python, [python, *sys.argv, "--venv", "-"])
