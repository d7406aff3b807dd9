"""The yardstick for every peer: the same records, probes and truth as `bluelamp linkage evaluate`, and its definitions.

A pair is a probe and a record of the same person. A pair's rank is one more than the number of other people's records
before it. Pairs under a false name are left out, as there: no evidence leads to them.
"""

import csv
import os
import statistics
import time
from collections import defaultdict
from pathlib import Path

FALSE_NAME = "false_name"
PRECISION_WANTED = 0.95


class World:
    """A force's records as `bluelamp synth` wrote them, with probes whose answer is known."""

    def __init__(self, folder, force):
        folder = Path(folder)
        self.records = folder / force / "person.parquet"
        with open(folder / "probes.csv", newline="") as file:
            self.probes = list(csv.DictReader(file))
        asked = {probe["true_person"] for probe in self.probes}
        self.known = defaultdict(dict)
        with open(folder / "truth.csv", newline="") as file:
            for row in csv.DictReader(file):
                if row["force"] == force and row["true_person"] in asked:
                    corruptions = set(filter(None, row["corruptions"].split(";")))
                    self.known[row["true_person"]][row["person_id"]] = corruptions


class Answers:
    """What a peer answered, probe by probe, and how long it took."""

    def __init__(self, world):
        self.world = world
        self.found = {}
        self.wall = []
        self.cpu = []

    def add(self, probe_number, candidates):
        """`candidates`: pairs of record id and score, the likeliest first."""
        self.found[probe_number] = list(candidates)

    def report(self, name):
        ranks, answers, pairs = [], [], 0
        for number, candidates in self.found.items():
            probe = self.world.probes[number]
            own = set(filter(None, probe["corruptions"].split(";")))
            truth = self.world.known.get(probe["true_person"], {})
            others, rank_of = 0, {}
            for record, score in candidates:
                if record not in truth:
                    others += 1
                    answers.append((score, False))
                elif FALSE_NAME not in truth[record] | own:
                    rank_of[record] = others + 1
                    answers.append((score, True))
            for record, theirs in truth.items():
                if FALSE_NAME not in theirs | own:
                    pairs += 1
                    ranks.append(rank_of.get(record))
        within = lambda most: sum(1 for rank in ranks if rank and rank <= most) / pairs
        found = sum(1 for rank in ranks if rank) / pairs
        recall, threshold = recall_at_precision(answers, pairs)
        print(f"{name}: {len(self.found)} probes, {pairs} pairs")
        print(f"  brought up at all        {found:.3f}")
        print(f"  recall at 1              {within(1):.3f}")
        print(f"  recall at 10             {within(10):.3f}")
        print(f"  recall, precision .95    {recall:.3f}  (score {threshold})")
        for what, times in (("wall", self.wall), ("processor", self.cpu)):
            if times:
                ms = sorted(1e3 * t for t in times)
                mean, p50, p99 = statistics.fmean(ms), ms[len(ms) // 2], ms[int(len(ms) * 0.99)]
                print(f"  ms a probe, {what:<12} mean {mean:.2f}  p50 {p50:.2f}  p99 {p99:.2f}")


def recall_at_precision(answers, pairs):
    """Recall at the lowest score at which precision is still what is wanted."""
    answers.sort(key=lambda answer: -answer[0])
    right, best = 0, (0.0, None)
    for place, (score, is_right) in enumerate(answers, 1):
        right += is_right
        ends = place == len(answers) or answers[place][0] != score
        if ends and right / place >= PRECISION_WANTED:
            best = (right / pairs, round(score, 4))
    return best


def cpu_of(pid):
    """Processor time of another process so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Stopwatch:
    """Wall and processor time of a block, added to `answers` and shared out over `probes`."""

    def __init__(self, answers, cpu, probes=1):
        self.answers, self.cpu, self.probes = answers, cpu, probes

    def __enter__(self):
        self.began = time.perf_counter(), self.cpu()

    def __exit__(self, *_):
        self.answers.wall.append((time.perf_counter() - self.began[0]) / self.probes)
        self.answers.cpu.append((self.cpu() - self.began[1]) / self.probes)
