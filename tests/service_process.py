"""A LeptoBridge server as a process of its own, as an operator starts it; it can be killed and started again."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

START_SECONDS = 60


@dataclass(kw_only=True)
class ServiceProcess:
    """``leptobridge serve`` on loopback. ``folder`` keeps its log; ``settings`` are environment settings by name."""

    port: int
    database: str
    folder: Path
    ehr: str | None = None
    settings: dict[str, str] = field(default_factory=dict)
    cores: str | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/fhir"

    def start(self) -> "ServiceProcess":
        """Returns when the service answers; raises RuntimeError with the end of its log when it does not come up."""
        command = [sys.executable, "-m", "leptobridge", "serve", "--port", str(self.port), "--database", self.database]
        command += ["--ehr", self.ehr] if self.ehr else []
        pinned = ["taskset", "-c", self.cores] if self.cores else []
        environment = os.environ | {f"LEPTOBRIDGE_{name.upper()}": value for name, value in self.settings.items()}
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*pinned, *command], env=environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.is_healthy():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the service did not come up:\n{self.log()[-3000:]}")
            time.sleep(0.05)
        return self

    def is_healthy(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/health", timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        """Ends it in order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it as a power failure would (SIGKILL)."""
        self._end(signal.SIGKILL)

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def resident_mib(self) -> float:
        """Memory in use."""
        assert self.process
        return resident_mib(self.process.pid)

    def _end(self, number: signal.Signals) -> None:
        if self.process:
            self.process.send_signal(number)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None


def resident_mib(process_id: int) -> float:
    """Resident memory of a process."""
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
