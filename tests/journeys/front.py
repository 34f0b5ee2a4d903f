"""Debian's nginx before a site, with the very configuration that we hand to keepers."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.journeys.conftest import Site, until

CONFIGURATION = Path(__file__).parents[2] / "docs/nginx.conf"
_AROUND = """\
{user}
daemon off;
pid {home}/pid;
error_log {home}/error.log;
events {{}}
http {{
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    include {home}/commoncast.conf;
}}
"""


@dataclass
class Nginx:
    home: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def logs(self) -> str:
        return "".join(path.read_text() for path in self.home.glob("*.log"))

    def answers(self) -> bool:
        try:
            return bool(httpx2.get(f"{self.url}/healthz").status_code)
        except httpx2.TransportError:
            return False


@contextmanager
def nginx_before(site: Site, home: Path) -> Iterator[Nginx]:
    """nginx at the public address of a site."""
    nginx = Nginx(home, int(site.public_url.rpartition(":")[2]))
    nginx.home.mkdir()
    ours = {
        "listen 80;": f"listen 127.0.0.1:{nginx.port};",
        "/srv/commoncast/data": str(site.folder / "data"),
        "127.0.0.1:8000": f"127.0.0.1:{site.port}",
        "/var/log/nginx": str(nginx.home),
    }
    told = CONFIGURATION.read_text()
    for theirs, own in ours.items():
        assert theirs in told
        told = told.replace(theirs, own)
    (nginx.home / "commoncast.conf").write_text(told)
    user = "user root;" if os.geteuid() == 0 else ""
    (nginx.home / "main.conf").write_text(_AROUND.format(home=nginx.home, user=user))
    command = ["nginx", "-c", str(nginx.home / "main.conf")]
    running = subprocess.Popen([*command, "-e", str(nginx.home / "error.log")])
    until(nginx.answers, "nginx")
    yield nginx
    running.terminate()
    running.wait()
