"""Run the benchmarks: all of them, or those named; --quick for fewer runs."""

from __future__ import annotations

import os
import platform
import sys

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def main(arguments: list[str]) -> int:
    from tests.benchmarks import (
        bench_cohort,
        bench_documents,
        bench_drawing,
        bench_erasing,
        bench_merging,
        bench_protection,
        bench_rating,
        bench_startup,
    )

    benchmarks = {
        "startup": bench_startup.measure,
        "rating": bench_rating.measure,
        "merging": bench_merging.measure,
        "erasing": bench_erasing.measure,
        "protection": bench_protection.measure,
        "cohort": bench_cohort.measure,
        "pdf": bench_documents.measure_pdf,
        "drawing": bench_drawing.measure,
        "workbook": bench_documents.measure_workbook,
    }
    quick = "--quick" in arguments
    named = [each for each in arguments if not each.startswith("-")] or list(benchmarks)
    unknown = set(named) - set(benchmarks)
    if unknown:
        print(f"no such benchmark: {', '.join(sorted(unknown))}; there are: {', '.join(benchmarks)}")
        return 2
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for name in named:
        for result in benchmarks[name](quick):
            print(result.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
