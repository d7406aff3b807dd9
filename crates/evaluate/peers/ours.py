"""`bluelamp linkage evaluate` on the same records and probes, with the processor time of a probe.

Processor time is taken as the difference between a run over the probes and a run over the same probes several times, so
that reading and indexing the records cancel out. Both run on one thread.
"""

import argparse
import json
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

TIMES = 10


def evaluate(program, folder, probes):
    """The report, and the processor seconds that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [program, "linkage", "evaluate", "--records", folder, "--probes", probes]
    command += ["--truth", Path(folder, "truth.csv"), "--threads", "1", "--format", "json"]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(told.stdout), took


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", required=True, help="folder that bluelamp synth wrote, with one force")
    parser.add_argument("--program", default="target/release/bluelamp")
    arguments = parser.parse_args()
    probes = Path(arguments.records, "probes.csv")
    report, once = evaluate(arguments.program, arguments.records, probes)
    heading, *lines = probes.read_text().splitlines(keepends=True)
    folder = tempfile.mkdtemp(prefix="peer-bluelamp-")
    repeated = Path(folder, "probes.csv")
    repeated.write_text(heading + "".join(lines * TIMES))
    _, often = evaluate(arguments.program, arguments.records, repeated)
    shutil.rmtree(folder)
    recall, point = report["recall"], report["operating_point"]
    print(f"bluelamp: {report['probes']['asked']} probes, {recall['pairs']} pairs")
    print(f"  brought up at all        {recall['blocking']:.3f}")
    print(f"  recall at 1              {recall['at_1']:.3f}")
    print(f"  recall at 10             {recall['at_10']:.3f}")
    print(f"  recall, precision .95    {point['recall']:.3f}  (probability {point['threshold']:.4f})")
    print(f"  ms a probe, processor    mean {1e3 * (often - once) / (len(lines) * (TIMES - 1)):.2f}")


main()
