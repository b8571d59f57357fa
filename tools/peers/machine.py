"""What this machine is and the most that one of its cores does: the heading of a section of docs/performance.md."""
import os
import platform
import re
import subprocess
import tempfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
# Those that the kernels of Mien or its peers use.
SETS = ["avx2", "fma", "f16c", "avx512f", "avx512_bf16", "avx512_fp16", "avx512_vnni", "amx_tile", "asimd", "sve"]


def fields():
    """The first processor of /proc/cpuinfo."""
    try:
        lines = open("/proc/cpuinfo").read().split("\n\n")[0].splitlines()
    except OSError:
        lines = []
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}


def name():
    """The processor's name; where it hides it, family and model too."""
    found = fields()
    title = re.sub(r"\((R|TM)\)| Processor| CPU", "", found.get("model name", platform.machine())).strip()
    if re.search(r"\d", title):
        return title
    return f"{title} (family {found.get('cpu family', '?')}, model {found.get('model', '?')})"


def instruction_sets():
    found = fields()
    flags = (found.get("flags") or found.get("Features") or "").split()
    return [flag for flag in SETS if flag in flags]


def measured():
    """Peak in GFLOP/s and reading bandwidth in GB/s of one core."""
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "machine")
        subprocess.run(
            ["cc", "-O3", "-march=native", "-ffp-contract=fast", os.path.join(FOLDER, "machine.c"), "-o", program], check=True)
        peak, bandwidth = subprocess.run([program], check=True, capture_output=True, text=True).stdout.split()
    return float(peak), float(bandwidth)


def heading():
    peak, bandwidth = measured()
    return (
        f"#### {name()}\n\n{os.cpu_count()} cores, {', '.join(instruction_sets())}; one core alone: {peak:.0f} GFLOP/s at most, "
        f"reads {bandwidth:.0f} GB/s from memory.\n")


def write_section(page, text):
    """Puts `text`, which begins with a heading, into `page` in place of the section with that heading, else at the mark."""
    title = text.splitlines()[0]
    content = open(page).read()
    mark = "<!-- processors -->\n"
    old = re.search(rf"^{re.escape(title)}\n.*?(?=^#|^<!-- processors -->)", content, re.S | re.M)
    if old:
        content = content[: old.start()] + text.rstrip() + "\n\n" + content[old.end() :]
    else:
        content = content.replace(mark, text.rstrip() + "\n\n" + mark)
    open(page, "w").write(content)


if __name__ == "__main__":
    print(heading())
