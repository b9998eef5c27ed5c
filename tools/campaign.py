"""Try the totals engine on many random carts, and print the seed, so that what is found can be found again.

python tools/campaign.py --examples 100000
python tools/campaign.py --examples 100000 --seed 271828
"""

import argparse
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence

SUITE = "tests/pricing/test_properties.py"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the property tests with so many carts each; return pytest's exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=50_000, help="carts to try")
    parser.add_argument("--seed", type=int, help="the seed of an earlier campaign")
    options = parser.parse_args(arguments)
    seed = secrets.randbelow(10**9) if options.seed is None else options.seed
    print(f"{options.examples} carts, seed {seed}", flush=True)
    command = [sys.executable, "-m", "pytest", SUITE, "-q", "-p", "no:cacheprovider", "-n", "0"]
    started = time.monotonic()
    code = subprocess.run(
        [*command, f"--hypothesis-seed={seed}"],
        env={**os.environ, "NEXUS_TOTALS_EXAMPLES": str(options.examples)},
        check=False,
    ).returncode
    verdict = "nothing found" if code == 0 else f"run again with --seed {seed}"
    print(f"{options.examples} carts, seed {seed}, {time.monotonic() - started:.0f} s: {verdict}")
    return code


if __name__ == "__main__":
    sys.exit(main())
