"""How fast verification is, and how much memory it takes.

python bench/trust_verify.py tracker.db        (bench/big_ledger.py makes one)
"""

import resource
import sys
import time
from pathlib import Path

from tracker.store.store import Store


def main() -> None:
    """Print events per second for the chain alone and with rebuilding, and the peak memory."""
    store = Store(f"sqlite:///{Path(sys.argv[1])}")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for name, chain_only in (("chain alone", True), ("chain and records", False)):
        cpu, wall = time.process_time(), time.perf_counter()
        with store.reading() as tx:
            found = tx.verify(chain_only=chain_only)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        events = found.head.seq
        print(
            f"{name:<18} {events:>9,} events  {wall:6.1f} s  {events / wall:>9,.0f} events/s"
            f"  (CPU {cpu:.1f} s, {events / cpu:,.0f}/s)  {found.findings.count} findings"
        )
        for finding in found.findings.kept[:5]:
            print("  ", finding)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB, of which {before:.0f} MB before the first event was read")
    store.close()


if __name__ == "__main__":
    main()
